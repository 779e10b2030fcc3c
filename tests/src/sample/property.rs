//! Premises, building land and housing.

use fastrand::Rng;

use super::grammar::{count, euros, fill, place_values, thousands};
use super::listing::{Listing, accessibility, one_of, some_of, weighted};
use super::places::draw;
use super::row::Row;
use super::takeover::rounded;

/// One kind of premises.
struct Premises {
    weight: u32,
    least: u32,
    sector: &'static str,
    titles: &'static [&'static str],
    openings: &'static [&'static str],
    facts: &'static [&'static str],
    surface: (u32, u32),
    /// Monthly rent per m² in tenths of euros, in a village and in a town.
    rent: (u32, u32),
    /// Sale price per m² in euros, in a village and in a town.
    sale: (u32, u32),
}

const PREMISES: &[Premises] = &[
    Premises {
        weight: 14,
        least: 300,
        sector: "retail",
        titles: &[
            "Local commercial",
            "Local commercial avec vitrine",
            "Boutique en centre-bourg",
        ],
        openings: &[
            "Local commercial vacant {a}, sur l'axe le plus passant, {m2} m² de plain-pied.",
            "Boutique de {m2} m² {a}, dernier usage : commerce de détail, disponible de suite.",
            "Ancienne boutique {de}, {m2} m² avec vitrine sur rue, remise en état par la commune.",
        ],
        facts: &[
            "Vitrine de cinq mètres, rideau électrique.",
            "Réserve de 20 m², sanitaires et point d'eau.",
            "Électricité refaite, chauffage réversible.",
            "Stationnement gratuit en face et arrêt de car à cinquante mètres.",
            "Toute activité étudiée, hors nuisance pour le logement de l'étage.",
            "Enseigne et agencement pouvant être conservés.",
            "Loyer progressif possible pour un créateur.",
        ],
        surface: (32, 140),
        rent: (32, 85),
        sale: (420, 950),
    },
    Premises {
        weight: 12,
        least: 200,
        sector: "craft",
        titles: &[
            "Atelier artisanal",
            "Atelier avec cour",
            "Bâtiment artisanal en zone d'activités",
        ],
        openings: &[
            "Atelier de {m2} m² {a}, accès poids lourds, adapté à un artisan du bâtiment.",
            "Bâtiment artisanal {a}, {m2} m² sur terrain clos, libre.",
        ],
        facts: &[
            "Hauteur sous ferme de 4,50 m, porte sectionnelle motorisée.",
            "Triphasé 36 kVA, dalle béton quartzée.",
            "Bureau et sanitaires isolés de 25 m².",
            "Cour goudronnée de 600 m² pour le stockage.",
            "Toiture refaite en 2021, pas d'amiante au diagnostic.",
            "Division en deux cellules envisageable.",
        ],
        surface: (120, 650),
        rent: (18, 40),
        sale: (180, 420),
    },
    Premises {
        weight: 8,
        least: 900,
        sector: "services",
        titles: &["Bureaux", "Plateau de bureaux", "Bureaux à louer"],
        openings: &[
            "Bureaux {a}, {m2} m² cloisonnés, dans un immeuble communal rénové.",
            "Plateau de {m2} m² de bureaux {a}, lumineux, prêt à l'emploi.",
        ],
        facts: &[
            "Salle de réunion commune et imprimante partagée.",
            "Accès par badge jour et nuit.",
            "Cuisine équipée et local vélo.",
            "Charges comprises dans le loyer, ménage inclus.",
            "Engagement au trimestre possible.",
        ],
        surface: (14, 130),
        rent: (60, 105),
        sale: (550, 1_050),
    },
    Premises {
        weight: 6,
        least: 500,
        sector: "liberal",
        titles: &["Cabinet paramédical", "Cabinet en maison de santé"],
        openings: &[
            "Cabinet de {m2} m² {a}, dans la maison de santé pluridisciplinaire, à louer à un professionnel de santé.",
        ],
        facts: &[
            "Salle d'attente et secrétariat communs.",
            "Médecins, infirmières et orthophoniste déjà présents.",
            "Zone prioritaire : aides à l'installation.",
            "Locaux neufs de 2020, climatisation.",
        ],
        surface: (16, 60),
        rent: (75, 120),
        sale: (1_100, 1_600),
    },
    Premises {
        weight: 6,
        least: 400,
        sector: "hospitality",
        titles: &[
            "Ancien restaurant",
            "Café-restaurant communal",
            "Local de restauration équipé",
        ],
        openings: &[
            "Ancien café-restaurant {a}, {m2} m², la commune cherche un exploitant.",
            "Local de restauration {a}, {m2} m² avec cuisine professionnelle en place.",
        ],
        facts: &[
            "Licence IV communale mise à disposition.",
            "Hotte, piano, chambre froide et bar déjà installés.",
            "Terrasse de quarante places sur la place.",
            "Appartement de quatre pièces à l'étage, loué avec le commerce.",
            "Travaux d'accessibilité faits.",
        ],
        surface: (90, 240),
        rent: (25, 60),
        sale: (380, 800),
    },
    Premises {
        weight: 6,
        least: 250,
        sector: "industry",
        titles: &[
            "Bâtiment industriel",
            "Entrepôt",
            "Ancienne usine à réhabiliter en partie",
        ],
        openings: &[
            "Bâtiment de {m2} m² {a}, ancien site de production, vendu ou loué en tout ou partie.",
        ],
        facts: &[
            "Quai de chargement, pont roulant de cinq tonnes.",
            "Transformateur privé, gaz de ville en limite de parcelle.",
            "Terrain de 6 500 m² clôturé, extension possible.",
            "À vingt-cinq minutes de l'autoroute.",
            "Toiture pouvant recevoir des panneaux photovoltaïques.",
        ],
        surface: (500, 3_200),
        rent: (12, 24),
        sale: (90, 230),
    },
    Premises {
        weight: 4,
        least: 80,
        sector: "culture",
        titles: &[
            "Ancienne école à transformer",
            "Ancien presbytère, rez-de-chaussée professionnel",
        ],
        openings: &[
            "Ancienne école {de}, {m2} m², la mairie étudie tout projet d'activité ou d'atelier partagé.",
        ],
        facts: &[
            "Grandes salles claires, cour fermée et préau.",
            "Chauffage au réseau de chaleur bois.",
            "Convient à des artisans d'art, à des bureaux ou à une résidence d'artistes.",
            "Bail précaire d'un an pour essayer.",
        ],
        surface: (110, 380),
        rent: (10, 30),
        sale: (220, 480),
    },
];

/// Business premises.
pub(super) fn premises(rng: &mut Rng) -> Row {
    let kind = weighted(rng, PREMISES, |kind| kind.weight);
    let place = draw(rng, kind.least, u32::MAX, |_| true);
    let surface = rng.u32(kind.surface.0..=kind.surface.1);
    let town = f64::from(place.population.min(12_000)) / 12_000.0;
    let between = |range: (u32, u32), rng: &mut Rng| {
        let share = (town * 0.75 + rng.f64() * 0.25).min(1.0);
        f64::from(range.0) + f64::from(range.1 - range.0) * share
    };

    let mut values = place_values(place);
    values.push(("m2", thousands(surface)));
    let mut listing = Listing::new(rng, "premises", place);
    listing.say(fill(one_of(rng, kind.openings), &values));
    for fact in some_of(rng, kind.facts, 3) {
        listing.say(fact);
    }
    let sale = rng.u8(..10) < 3;
    let rent = ((f64::from(surface) * between(kind.rent, rng) / 10.0) as u32 / 10 * 10).max(60);
    let price = rounded((f64::from(surface) * between(kind.sale, rng)) as u32);
    let row = &mut listing.row;
    if sale {
        row.set("transfer_mode", "sale");
        row.set("price_max", price);
        row.set("with_walls", true);
        listing.say(format!("Prix de vente : {}.", euros(price)));
        if rng.bool() {
            listing.row.set("rent_monthly", rent);
            listing.say(format!("Location possible à {} par mois.", euros(rent)));
        }
    } else {
        row.set("transfer_mode", "rent");
        row.set("rent_monthly", rent);
        row.set("with_walls", false);
        let forms = [
            format!("Loyer : {} hors charges.", euros(rent)),
            format!("Loyer mensuel de {}, sans pas-de-porte.", euros(rent)),
            format!(
                "À louer {} par mois, bail commercial ou dérogatoire.",
                euros(rent)
            ),
        ];
        listing.say(one_of(rng, &forms));
    }
    listing.say_setting(rng);
    let row = &mut listing.row;
    row.set("sector", kind.sector);
    row.set("surface_m2", surface);
    accessibility(rng, row);
    let title = format!("{} {} m²", one_of(rng, kind.titles), thousands(surface));
    listing.finish(rng, &title, 90)
}

/// Land to build on, for a business or a home.
pub(super) fn land(rng: &mut Rng) -> Row {
    let business = rng.u8(..10) < 6;
    let place = draw(rng, if business { 500 } else { 80 }, u32::MAX, |_| true);
    let surface = if business {
        rng.u32(8..90) * 100
    } else {
        rng.u32(12..42) * 50
    };
    let town = f64::from(place.population.min(12_000)) / 12_000.0;
    let metre = if business {
        8.0 + town * 22.0
    } else {
        14.0 + town * 46.0
    } + rng.f64() * 8.0;
    let price = rounded((f64::from(surface) * metre) as u32);

    let mut values = place_values(place);
    values.push(("m2", thousands(surface)));
    let mut listing = Listing::new(rng, "land", place);
    let openings: &[&str] = if business {
        &[
            "Lot de {m2} m² dans la zone d'activités {de}, viabilisé et bornable à la demande.",
            "Terrain à vocation économique {a}, {m2} m², façade sur la route départementale.",
            "Parcelle de {m2} m² {a}, zone artisanale communautaire, divisible à partir de 1 000 m².",
        ]
    } else {
        &[
            "Terrain constructible de {m2} m² {a}, vue dégagée, hors lotissement.",
            "Parcelle à bâtir {a}, {m2} m² exposés plein sud, à cinq minutes à pied du bourg.",
            "Lot communal {de}, {m2} m², réservé en priorité à une résidence principale.",
        ]
    };
    let facts: &[&str] = if business {
        &[
            "Eau, électricité, assainissement et fibre en limite.",
            "Gestion des eaux pluviales à la parcelle.",
            "Règlement de zone : artisanat, petite industrie, services.",
            "Accès poids lourds, voirie à double sens et éclairage.",
            "Bureau d'accueil des entreprises pour le permis et les aides.",
            "Permis déposé sous trois mois, vente sous conditions suspensives.",
        ]
    } else {
        &[
            "Eau et électricité en bordure, assainissement individuel à prévoir.",
            "Raccordé au tout-à-l'égout.",
            "Certificat d'urbanisme positif de 2025.",
            "Libre choix du constructeur, tuiles rouges demandées.",
            "Ramassage scolaire au bout du chemin.",
            "Atelier de 60 m² autorisé pour une activité à domicile.",
        ]
    };
    listing.say(fill(one_of(rng, openings), &values));
    for fact in some_of(rng, facts, 3) {
        listing.say(fact);
    }
    let row = &mut listing.row;
    row.set("transfer_mode", "sale");
    row.set("price_max", price);
    row.set("surface_m2", surface);
    let taxed = if business {
        "hors taxes"
    } else {
        "frais de bornage compris"
    };
    listing.say(format!("Prix : {} {taxed}.", euros(price)));
    listing.say_setting(rng);
    let title = match (business, rng.bool()) {
        (true, true) => "Terrain en zone d'activités",
        (true, false) => "Lot à bâtir pour entreprise",
        (false, true) => "Terrain à bâtir",
        (false, false) => "Parcelle constructible",
    };
    listing.finish(rng, &format!("{title}, {} m²", thousands(surface)), 180)
}

/// A home to rent or to buy.
pub(super) fn housing(rng: &mut Rng) -> Row {
    let sale = rng.u8(..10) < 4;
    let rooms = rng.u32(2..7);
    let house = rooms >= 4 && rng.u8(..10) < 8;
    let place = draw(rng, if house { 60 } else { 250 }, u32::MAX, |_| true);
    let surface = rooms * rng.u32(19..26) + rng.u32(..12);
    let town = f64::from(place.population.min(12_000)) / 12_000.0;
    let rent = (f64::from(surface) * (4.6 + town * 2.6 + rng.f64() * 0.9)) as u32 / 5 * 5;
    let price = rounded((f64::from(surface) * (620.0 + town * 900.0 + rng.f64() * 380.0)) as u32);

    let mut values = place_values(place);
    values.push(("m2", surface.to_string()));
    values.push(("n", count(rooms)));
    values.push(("ch", count(rooms - 1).replace("un", "une")));
    let mut listing = Listing::new(rng, "housing", place);
    let openings: &[&str] = match (house, sale) {
        (true, true) => &[
            "Maison de bourg {a}, {m2} m² habitables, {ch} chambres, à vendre.",
            "Ancienne ferme en pierre {a}, {m2} m² rénovés, {ch} chambres et une grange attenante, à vendre.",
        ],
        (true, false) => &[
            "Maison à louer {a}, {m2} m², {ch} chambres et un jardin clos.",
            "Maison de {n} pièces {a}, {m2} m², en location longue durée pour une famille.",
        ],
        (false, true) => {
            &["Appartement de {n} pièces {a}, {m2} m², à vendre, idéal premier achat."]
        }
        (false, false) => &[
            "Logement communal {a}, {n} pièces, {m2} m², attribué en priorité à un ménage qui s'installe.",
            "Appartement {a}, {n} pièces pour {m2} m², au-dessus de l'ancienne poste, libre.",
            "Appartement T{n} {a}, {m2} m², réservé aux nouveaux actifs le temps de leur installation.",
        ],
    };
    let opening = fill(one_of(rng, openings), &values)
        .replace(&format!("T{}", count(rooms)), &format!("T{rooms}"));
    listing.say(opening);
    let facts: &[&str] = if house {
        &[
            "Poêle à bois et chaudière à granulés.",
            "Isolation refaite, classe énergétique D.",
            "Cave, garage et atelier de 30 m².",
            "Potager, poulailler et verger de 800 m².",
            "École à moins de dix minutes, ramassage scolaire devant la maison.",
            "Une pièce indépendante peut servir de bureau ou de cabinet.",
            "Vue sur les monts du Forez, sans vis-à-vis.",
        ]
    } else {
        &[
            "Chauffage au réseau de chaleur bois.",
            "Double vitrage, classe énergétique C après travaux.",
            "Cuisine aménagée, douche à l'italienne.",
            "École, épicerie et arrêt de car à moins de cinq minutes à pied.",
            "Cave et place de stationnement.",
            "Local commun pour les vélos et les poussettes.",
            "Bail mobilité possible pour une période d'essai.",
        ]
    };
    let facts: Vec<&str> = facts
        .iter()
        .copied()
        .filter(|fact| !(sale && fact.starts_with("Bail")))
        .collect();
    for fact in some_of(rng, &facts, 3) {
        listing.say(fact);
    }
    let row = &mut listing.row;
    if sale {
        row.set("transfer_mode", "sale");
        row.set("price_max", price);
        if rng.u8(..3) == 0 {
            row.set("price_min", rounded(price * 9 / 10));
        }
        listing.say(format!("Prix demandé : {}.", euros(price)));
    } else {
        row.set("transfer_mode", "rent");
        row.set("rent_monthly", rent);
        let charges = rng.u32(2..7) * 10;
        let forms = [
            format!("Loyer de {} plus {charges} € de charges.", euros(rent)),
            format!(
                "Loyer : {} hors charges, un mois de dépôt de garantie.",
                euros(rent)
            ),
        ];
        listing.say(one_of(rng, &forms));
    }
    listing.say_setting(rng);
    let row = &mut listing.row;
    row.set("surface_m2", surface);
    let what = if house { "Maison" } else { "Appartement" };
    let act = if sale { "à vendre" } else { "à louer" };
    let title = match rng.u8(..3) {
        0 => format!("{what} T{rooms} {act}"),
        1 => format!("{what} {surface} m² {act}"),
        _ => format!("{what} de {} pièces", count(rooms)),
    };
    listing.finish(rng, &title, 90)
}
