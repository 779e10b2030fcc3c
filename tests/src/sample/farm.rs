//! Farms to take over, and farmland.

use fastrand::Rng;

use super::farms::FARMS;
use super::grammar::{euros, fill, place_values};
use super::listing::{Listing, one_of, some_of, weighted};
use super::places::{AMBERT_LIVRADOIS_FOREZ, draw};
use super::row::Row;
use super::takeover::rounded;

/// Farms lie in villages.
const MAX_INHABITANTS: u32 = 2_500;

const CLOSINGS: &[&str] = &[
    "Stage de parrainage possible avant l'installation.",
    "La propriétaire souhaite voir s'installer un projet nourricier et durable.",
    "Un point accueil installation peut accompagner le montage du dossier.",
    "Diagnostic de transmission disponible auprès du conseiller.",
    "Bonne entente avec le voisinage agricole.",
    "Reprise progressive envisageable sur deux ans.",
    "Électricité et eau dans tous les bâtiments.",
];

/// A farm to take over.
pub(super) fn takeover(rng: &mut Rng) -> Row {
    let farm = weighted(rng, FARMS, |farm| farm.weight);
    let place = draw(rng, 40, MAX_INHABITANTS, |commune| {
        farm.only.is_empty() || farm.only.contains(&commune.epci.as_str())
    });
    let hectares = rng.u32(farm.land.0 * 10..=farm.land.1 * 10);
    let size = f64::from(hectares - farm.land.0 * 10) / f64::from((farm.land.1 - farm.land.0) * 10);
    let scale = |range: (u32, u32), rng: &mut Rng| {
        let share = (size * 0.7 + rng.f64() * 0.3).min(1.0);
        range.0 + (f64::from(range.1 - range.0) * share) as u32
    };
    let capital = rounded(scale(farm.capital, rng) * 1_000);
    let turnover = scale(farm.turnover, rng);
    let organic = rng.u8(..100) < farm.organic;
    let with_housing = rng.u8(..10) < 5;

    let opening = fill(one_of(rng, farm.openings), &place_values(place));
    let partnership = opening.contains("associé");
    let mut listing = Listing::new(rng, "farm_takeover", place);
    listing.say(opening);
    for fact in some_of(rng, farm.facts, 3) {
        listing.say(fact);
    }
    let how_held = one_of(
        rng,
        &[
            "en fermage, baux transmissibles",
            "dont un tiers en propriété",
            "propriétaires d'accord pour un nouveau bail",
            "en grande partie d'un seul tenant",
        ],
    );
    let certified = if organic {
        ", conduits en agriculture biologique"
    } else {
        ""
    };
    listing.say(format!("{} ha, {how_held}{certified}.", decimal(hectares)));

    let (mode, price) = if partnership {
        ("partnership", rounded(capital / 2))
    } else if rng.u8(..10) < 3 && with_housing {
        ("sale", rounded(capital + rng.u32(110..210) * 1_000))
    } else if rng.u8(..10) < 3 {
        ("sale_shares", capital)
    } else {
        ("sale", capital)
    };
    match mode {
        "partnership" => listing.say(format!("Parts sociales estimées à {}.", euros(price))),
        "sale_shares" => listing.say(format!("Parts de la société : {}.", euros(price))),
        _ if price > capital => {
            listing.say(format!(
                "Ensemble avec maison d'habitation : {}.",
                euros(price)
            ));
        }
        _ => listing.say(format!(
            "Reprise du cheptel, du matériel et des stocks : {}.",
            euros(price)
        )),
    }
    if price <= capital && with_housing {
        listing.say(one_of(
            rng,
            &[
                "Maison d'habitation à louer sur place.",
                "Logement possible dans le corps de ferme.",
                "Maison attenante de quatre pièces disponible.",
            ],
        ));
    }
    listing.say_if_room(one_of(rng, CLOSINGS));
    listing.say_setting(rng);

    let row = &mut listing.row;
    row.set("naf_code", farm.naf);
    row.set("naf_version", "naf2");
    row.set("sector", "farming");
    row.set("transfer_mode", mode);
    row.set("price_max", price);
    if rng.u8(..3) == 0 && mode != "partnership" {
        row.set("price_min", rounded(price * 85 / 100));
    }
    row.set("turnover_band", band(turnover));
    row.set("surface_ha", decimal(hectares).replace(',', "."));
    row.set("farm_production", farm.productions.join("|"));
    row.set("organic", organic);
    row.set("with_housing", with_housing);
    row.set("equipment_included", true);
    if rng.u8(..10) < 5 {
        row.set("siret", super::fiction::siret(rng));
    }
    // Neither animals nor seasons wait: farms change hands in winter and spring.
    row.set(
        "available_from",
        super::calendar::first_of_a_month(rng, 30, 520),
    );
    let title = one_of(rng, farm.titles);
    let title = if partnership {
        partner_title(title)
    } else {
        alone_title(title)
    };
    listing.finish(rng, &title, 90)
}

/// A title for somebody who joins others.
fn partner_title(title: &str) -> String {
    if title.starts_with("GAEC") {
        title.to_owned()
    } else {
        format!("{title} : associé recherché")
    }
}

/// A title for somebody who takes over all.
fn alone_title(title: &str) -> String {
    match title.split_once(" : ") {
        Some(("GAEC caprin fromager", _)) => "Élevage caprin fromager".to_owned(),
        Some(("GAEC laitier", _)) => "Élevage laitier".to_owned(),
        _ => title.to_owned(),
    }
}

fn band(thousands: u32) -> &'static str {
    match thousands {
        0..50 => "lt50k",
        50..100 => "50_100k",
        100..250 => "100_250k",
        _ => "250_500k",
    }
}

/// Tenths of hectares as people write them: « 12,5 ».
fn decimal(tenths: u32) -> String {
    if tenths.is_multiple_of(10) {
        (tenths / 10).to_string()
    } else {
        format!("{},{}", tenths / 10, tenths % 10)
    }
}

/// Farmland to buy or to rent.
pub(super) fn farmland(rng: &mut Rng) -> Row {
    let place = draw(rng, 40, MAX_INHABITANTS, |_| true);
    let hectares = rng.u32(12..360);
    let used: [(&str, &str, &str); 7] = [
        (
            "Prairies naturelles",
            "prairies naturelles",
            "Prairies de fauche et de pâture, portance correcte, deux points d'eau.",
        ),
        (
            "Prairies et parcours",
            "prairies",
            "Prés en légère pente, une partie en parcours à genêts à rouvrir.",
        ),
        (
            "Terres labourables",
            "terres labourables",
            "Terres de plaine labourables, sans cailloux, accès par chemin empierré.",
        ),
        (
            "Îlot maraîcher",
            "terre à légumes",
            "Sol profond et léger, réserve d'eau et arrivée électrique en bord de parcelle.",
        ),
        (
            "Estive",
            "pâturages d'altitude",
            "Pâturages d'altitude clôturés en partie, cabane et abreuvoirs gravitaires.",
        ),
        (
            "Verger et pré",
            "verger",
            "Ancien verger de pommiers et de noyers à restaurer, pré attenant.",
        ),
        (
            "Parcelles groupées",
            "prairies",
            "Trois parcelles d'un seul tenant, haies entretenues, clôtures barbelées récentes.",
        ),
    ];
    // Summer pastures lie on the ridge of the Forez.
    let high = place.epci == AMBERT_LIVRADOIS_FOREZ;
    let used: Vec<_> = used
        .into_iter()
        .filter(|(title, ..)| high || *title != "Estive")
        .collect();
    let (title, production, description) = used[rng.usize(..used.len())];
    let hectares = if title == "Îlot maraîcher" {
        hectares.min(50)
    } else {
        hectares
    };
    let organic = rng.u8(..4) == 0;
    let sale = rng.u8(..10) < 4;

    let mut listing = Listing::new(rng, "farmland", place);
    let opening = fill(
        one_of(
            rng,
            &[
                "{titre} {a} : {ha} ha libres à la location ou à la vente selon le projet.",
                "Sur la commune {de}, {ha} ha pouvant convenir à une installation ou à un agrandissement.",
                "Foncier agricole {a}, {ha} ha, repéré avec la commune dans le cadre de la veille foncière.",
            ],
        ),
        &[
            place_values(place),
            vec![("titre", title.to_owned()), ("ha", decimal(hectares))],
        ]
        .concat(),
    );
    let opening = if sale {
        opening.replace(
            "libres à la location ou à la vente selon le projet",
            "à vendre, libres de toute occupation",
        )
    } else {
        opening.replace(
            "libres à la location ou à la vente selon le projet",
            "à louer par bail rural",
        )
    };
    listing.say(opening);
    listing.say(description);
    let extras = [
        "Éligible aux aides de la zone de montagne.",
        "Possibilité d'installer un tunnel ou un abri léger, à voir avec l'urbanisme.",
        "Grange en pierre de 120 m² en bordure, toiture saine.",
        "Terres non traitées depuis plus de cinq ans.",
        "Préférence pour une première installation.",
        "Le propriétaire préfère un projet en agriculture biologique.",
        "Accès par la route départementale, tracteur et remorque sans difficulté.",
    ];
    for extra in some_of(rng, &extras, 2) {
        listing.say(extra);
    }
    let row = &mut listing.row;
    if sale {
        let price = rounded(hectares * rng.u32(180..430));
        row.set("transfer_mode", "sale");
        row.set("price_max", price);
        listing.say(format!(
            "Prix : {}, procédure SAFER comprise.",
            euros(price)
        ));
    } else if rng.u8(..6) == 0 {
        row.set("transfer_mode", "free_loan");
        listing.say("Mise à disposition gratuite par convention, renouvelée chaque année.");
    } else {
        let yearly = hectares * rng.u32(7..13);
        row.set("transfer_mode", "rural_lease");
        row.set("rent_monthly", (yearly / 12).max(5));
        listing.say(format!(
            "Bail rural de neuf ans, fermage d'environ {} par an.",
            euros(yearly)
        ));
    }
    listing.say_setting(rng);
    let row = &mut listing.row;
    row.set("sector", "farming");
    row.set("surface_ha", decimal(hectares).replace(',', "."));
    row.set("farm_production", production);
    row.set("organic", organic);
    row.set("telecom", "");
    row.set(
        "available_from",
        super::calendar::first_of_a_month(rng, 0, 300),
    );
    listing.finish(rng, &format!("{title}, {} ha", decimal(hectares)), 180)
}
