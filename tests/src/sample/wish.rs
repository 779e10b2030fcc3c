//! Jobs for a spouse, and activities that communes look for.

use fastrand::Rng;

use super::grammar::{euros, fill, of, place_values};
use super::jobs::JOBS;
use super::listing::{Listing, one_of, some_of};
use super::places::draw;
use super::row::Row;
use super::wishes::WISHES;

/// A job, so that a household may settle.
pub(super) fn job(rng: &mut Rng) -> Row {
    let job = &JOBS[rng.usize(..JOBS.len())];
    let place = draw(rng, job.least, u32::MAX, |commune| {
        job.only.is_empty() || job.only.contains(&commune.epci.as_str())
    });
    let mut listing = Listing::new(rng, "job", place);
    let openings = [
        "{employeur} recrute {a} : {titre}.",
        "{employeur} installé {a} cherche à pourvoir un poste : {titre}.",
        "Poste à pourvoir {a}. {employeur} recherche : {titre}.",
    ];
    let mut values = place_values(place);
    let lower = job.title.to_lowercase();
    values.push(("titre", lower));
    values.push(("employeur", job.employer.to_owned()));
    let opening = fill(one_of(rng, &openings), &values);
    listing.say(if job.employer == "Une commune" {
        format!(
            "La mairie {} recrute : {}.",
            of(&place.name),
            job.title.to_lowercase()
        )
    } else if job.employer.starts_with("Une") {
        opening.replace(" installé ", " installée ")
    } else {
        opening
    });
    for task in job.tasks {
        listing.say(*task);
    }
    let contracts: &[&str] = if ["périscolaire", "domicile", " car"]
        .iter()
        .any(|it| job.title.contains(it))
    {
        &[
            "CDI de 28 heures, passage à temps plein possible.",
            "Temps partiel de 24 heures, compatible avec un projet d'installation.",
            "CDI à temps partiel, heures supplémentaires pendant les congés.",
        ]
    } else if ["remplaçante", "touristique"]
        .iter()
        .any(|it| job.title.contains(it))
    {
        &[
            "CDD à temps plein, salaire selon convention.",
            "Temps plein jusqu'à la fin de la saison, possibilité de suite.",
        ]
    } else if job.employer == "Une commune" {
        &[
            "Temps plein partagé entre deux communes, titulaire ou contractuel.",
            "28 heures par semaine, titulaire ou contractuel, régime indemnitaire.",
        ]
    } else {
        &[
            "CDI à temps plein, salaire selon convention et expérience.",
            "CDD de douze mois avec perspective de CDI.",
            "CDI, environ 1 950 € brut par mois sur treize mois.",
            "CDI à temps plein, mutuelle et prise en charge des trajets.",
        ]
    };
    listing.say(one_of(rng, contracts));
    let closings = [
        "Poste signalé au réseau pour le conjoint d'un porteur de projet.",
        "Candidature par l'intermédiaire du conseiller qui suit le foyer.",
        "Entretien possible en visioconférence avant l'arrivée.",
        "Prise de poste souple, selon la date d'arrivée du foyer.",
    ];
    listing.say(one_of(rng, &closings));
    listing.say_setting(rng);
    let row = &mut listing.row;
    row.set("naf_code", job.naf);
    row.set("naf_version", "naf2");
    row.set("sector", job.sector);
    row.set(
        "available_from",
        super::calendar::first_of_a_month(rng, -20, 150),
    );
    listing.finish(rng, job.title, 90)
}

/// An activity that a commune looks for.
pub(super) fn activity_wanted(rng: &mut Rng) -> Row {
    let wish = &WISHES[rng.usize(..WISHES.len())];
    let place = draw(rng, wish.size.0, wish.size.1, |_| true);
    let mut values = place_values(place);
    values.push(("quoi", wish.title.to_owned()));
    let mut listing = Listing::new(rng, "activity_wanted", place);
    let openings = [
        "La commune {de} cherche {quoi}.",
        "La municipalité {de} souhaite voir s'installer {quoi}.",
        "{commune} recherche {quoi} et s'engage à faciliter l'installation.",
    ];
    listing.say(fill(one_of(rng, &openings), &values));
    for need in wish.needs {
        listing.say(*need);
    }
    let rent = rng.u32(8..42) * 10;
    let offers = [
        format!(
            "Loyer proposé : {} par mois, gratuit les six premiers mois.",
            euros(rent)
        ),
        format!("Local loué {} par mois par la commune.", euros(rent)),
        "Conditions à définir avec l'équipe municipale.".to_owned(),
        "Aide à l'immobilier d'entreprise mobilisable.".to_owned(),
    ];
    let offer = rng.usize(..offers.len());
    if offer < 2 {
        listing.row.set("rent_monthly", rent);
        listing.row.set("transfer_mode", "rent");
    }
    listing.say(&offers[offer]);
    let extras = [
        "Les élus peuvent recevoir sur rendez-vous, visite du village comprise.",
        "Un logement communal peut être proposé pendant la recherche d'une maison.",
        "École, cantine et garderie sur place ou dans la commune voisine.",
        "Les habitants ont été consultés et attendent cette installation.",
        "Le projet est suivi par un comité d'habitants et d'élus.",
        "Un emploi pour le conjoint peut être recherché avec le réseau.",
    ];
    for extra in some_of(rng, &extras, 1) {
        listing.say(extra);
    }
    listing.say_setting(rng);
    let row = &mut listing.row;
    row.set("naf_code", wish.naf);
    row.set("naf_version", "naf2");
    row.set("sector", wish.sector);
    row.set("with_housing", rng.u8(..3) == 0);
    listing.finish(rng, &format!("Recherche {}", wish.title), 180)
}
