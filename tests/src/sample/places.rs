//! Where the invented records lie: real communes, drawn by weight, and what is near them.

use capactif_node::territory::{Commune, Territory, distance_km};
use fastrand::Rng;

use super::grammar::{of, place_values};

/// The community of communes around Ambert, whose network the sample is first of all.
pub(super) const AMBERT_LIVRADOIS_FOREZ: &str = "200070761";
/// The community of communes around Thiers.
pub(super) const THIERS_DORE_MONTAGNE: &str = "200070712";
/// The agglomeration of Montbrison.
pub(super) const LOIRE_FOREZ: &str = "200065886";
/// The agglomeration of Le Puy.
pub(super) const PUY_EN_VELAY: &str = "200073419";
/// The agglomeration of Issoire.
pub(super) const PAYS_D_ISSOIRE: &str = "200070407";

/// From this population on, people call the place a town.
const TOWN: u32 = 4_000;
/// Roads are longer than the bird's way by about this factor in these hills.
const ROAD_FACTOR: f64 = 1.3;

/// Draws a commune of at least `least` inhabitants (and at most `most`) that `admits` accepts,
/// weighted by population; the park's two central communities weigh more.
pub(super) fn draw(
    rng: &mut Rng,
    least: u32,
    most: u32,
    admits: impl Fn(&Commune) -> bool,
) -> &'static Commune {
    let weight = |commune: &Commune| {
        if commune.population < least || commune.population > most || !admits(commune) {
            return 0;
        }
        // The power keeps Le Puy from holding a tenth of everything, as in the countryside.
        let by_population = f64::from(commune.population).powf(0.6);
        let by_place = match commune.epci.as_str() {
            AMBERT_LIVRADOIS_FOREZ => 4.0,
            THIERS_DORE_MONTAGNE => 2.0,
            _ => 1.0,
        };
        (by_population * by_place * 10.0) as u64
    };
    let communes = Territory::embedded().communes();
    let total: u64 = communes.iter().map(weight).sum();
    let mut left = rng.u64(..total);
    for commune in communes {
        let weight = weight(commune);
        if left < weight {
            return commune;
        }
        left -= weight;
    }
    unreachable!("the draw is below the sum of all weights")
}

/// A name for the intercommunality as a local would say it.
pub(super) fn epci_said(commune: &Commune) -> &'static str {
    match commune.epci.as_str() {
        AMBERT_LIVRADOIS_FOREZ => "la communauté de communes Ambert Livradois Forez",
        THIERS_DORE_MONTAGNE => "la communauté de communes Thiers Dore et Montagne",
        LOIRE_FOREZ => "Loire Forez agglomération",
        PUY_EN_VELAY => "la communauté d'agglomération du Puy-en-Velay",
        PAYS_D_ISSOIRE => "l'agglomération Pays d'Issoire",
        "200073393" => "la communauté de communes des Rives du Haut Allier",
        "200085728" => "la communauté de communes Brioude Sud Auvergne",
        "200069177" => "Mond'Arverne Communauté",
        "200067627" => "Billom Communauté",
        "246301097" => "la communauté de communes Entre Dore et Allier",
        "244301099" => "Auzon Communauté",
        _ => "l'intercommunalité",
    }
}

/// Where the commune lies, from the nearest town: « à 12 km d'Issoire ».
pub(super) fn nearest_town(commune: &Commune) -> String {
    let town = Territory::embedded()
        .communes()
        .iter()
        .filter(|other| other.population >= TOWN && other.code != commune.code)
        .map(|other| (distance_km(commune.centroid, other.centroid), other))
        // « near Le Puy » rather than near its suburb: a large town may be a little farther.
        .min_by(|a, b| {
            let felt =
                |it: &(f64, &Commune)| it.0 - f64::from(it.1.population.min(16_000)) / 4_000.0;
            felt(a).total_cmp(&felt(b))
        })
        .expect("the territory has towns");
    let road = (town.0 * ROAD_FACTOR).round().max(2.0) as u32;
    let town = of(&town.1.name);
    match road {
        0..10 => format!("à {road} km {town}"),
        10..13 => format!("à une dizaine de kilomètres {town}"),
        13..18 => format!("à une quinzaine de kilomètres {town}"),
        18..24 => format!("à une vingtaine de kilomètres {town}"),
        _ => format!("à environ {road} km {town}"),
    }
}

/// A sentence on the place.
pub(super) fn setting(rng: &mut Rng, commune: &Commune) -> String {
    let town: &[&str] = &[
        "{commune} compte près de {hab} habitants et rayonne sur tout un bassin de vie.",
        "Ville de {hab} habitants : écoles, collège, médecins et tous commerces sur place.",
        "Emplacement passant, stationnement gratuit et marché hebdomadaire à deux pas.",
        "Secteur vivant toute l'année, au centre d'un bassin de {hab} habitants et plus.",
    ];
    let bourg: &[&str] = &[
        "Bourg-centre de {hab} habitants {pres}, avec école, commerces et services de santé.",
        "Commune de {hab} habitants {pres}, où l'on vient de tous les villages voisins.",
        "Bourg de {hab} habitants {pres}, marché hebdomadaire et vie associative.",
        "{commune} ({hab} habitants) se trouve {pres} ; passage régulier en toute saison.",
    ];
    let village: &[&str] = &[
        "Village de {hab} habitants {pres}, école maintenue et associations actives.",
        "Commune de {hab} habitants {pres}, cadre de moyenne montagne.",
        "Village situé {pres}, {hab} habitants et de nombreuses résidences secondaires.",
        "La commune ({hab} habitants, {pres}) accueille les nouveaux arrivants avec {epci}.",
    ];
    let hamlet: &[&str] = &[
        "Petite commune de {hab} habitants {pres}, au calme.",
        "Commune rurale de {hab} habitants, {pres}, fréquentée l'été par les randonneurs.",
        "À {commune}, {hab} habitants, {pres} ; le conseil municipal accompagne volontiers les arrivants.",
    ];
    let pool = match commune.population {
        TOWN.. => town,
        1_000.. => bourg,
        250.. => village,
        _ => hamlet,
    };
    let mut values = place_values(commune);
    values.push(("pres", nearest_town(commune)));
    values.push(("epci", epci_said(commune).to_owned()));
    let text = super::grammar::fill(pool[rng.usize(..pool.len())], &values);
    // « À Le Brugeron » does not exist.
    text.replace("À Les ", "Aux ").replace("À Le ", "Au ")
}

/// An invented address: number and street of the kinds that villages have.
pub(super) fn street(rng: &mut Rng, commune: &Commune) -> String {
    const TOWN_STREETS: [&str; 12] = [
        "rue de la République",
        "place de la Mairie",
        "avenue de la Gare",
        "rue du Commerce",
        "boulevard Henri-IV",
        "rue Blaise-Pascal",
        "place du Marché",
        "rue de la Halle",
        "avenue du 11-Novembre",
        "rue des Tanneries",
        "route de Clermont",
        "rue du Pont",
    ];
    const VILLAGE_STREETS: [&str; 12] = [
        "place de l'Église",
        "Le Bourg",
        "rue de la Fontaine",
        "route de la Vallée",
        "Grande-Rue",
        "chemin du Lavoir",
        "place du Monument",
        "rue de l'École",
        "montée du Château",
        "route du Col",
        "chemin des Prés",
        "rue du Four-Banal",
    ];
    let streets = if commune.population >= 2_000 {
        TOWN_STREETS
    } else {
        VILLAGE_STREETS
    };
    let street = streets[rng.usize(..streets.len())];
    if street == "Le Bourg" {
        street.to_owned()
    } else {
        format!("{} {street}", rng.u32(1..48))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_keep_to_what_was_asked() {
        let mut rng = Rng::with_seed(3);
        for _ in 0..200 {
            let commune = draw(&mut rng, 500, 3_000, |it| it.epci == AMBERT_LIVRADOIS_FOREZ);
            assert!((500..=3_000).contains(&commune.population));
            assert_eq!(commune.epci, AMBERT_LIVRADOIS_FOREZ);
        }
    }

    #[test]
    fn the_nearest_town_is_told_with_its_road() {
        let commune = Territory::embedded().find("Arlanc").unwrap();
        assert_eq!(
            nearest_town(commune),
            "à une vingtaine de kilomètres d'Ambert"
        );
    }
}
