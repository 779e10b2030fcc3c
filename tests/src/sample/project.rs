//! Projects that the network accompanies: pseudonyms only.

use std::collections::BTreeSet;

use capactif_node::territory::Territory;
use fastrand::Rng;

use super::calendar::day;
use super::places::draw;
use super::row::Row;

/// One idea: title, type, NAF code, sector, productions, budget in thousands of euros.
pub(super) struct Idea {
    pub(super) title: &'static str,
    pub(super) kind: &'static str,
    pub(super) naf: &'static str,
    pub(super) sector: &'static str,
    pub(super) production: &'static str,
    pub(super) budget: (u32, u32),
}

const fn idea(
    title: &'static str,
    kind: &'static str,
    naf: &'static str,
    sector: &'static str,
    production: &'static str,
    budget: (u32, u32),
) -> Idea {
    Idea {
        title,
        kind,
        naf,
        sector,
        production,
        budget,
    }
}

pub(super) const IDEAS: &[Idea] = &[
    idea(
        "Reprendre une boulangerie avec logement",
        "takeover",
        "10.71C",
        "craft",
        "",
        (90, 220),
    ),
    idea(
        "Installation en élevage caprin fromager",
        "farm_setup",
        "01.45Z",
        "farming",
        "caprins lait|fromages fermiers",
        (120, 280),
    ),
    idea(
        "Maraîchage bio en traction animale",
        "farm_setup",
        "01.13Z",
        "farming",
        "maraîchage",
        (40, 110),
    ),
    idea(
        "Café associatif et épicerie",
        "creation",
        "56.30Z",
        "social_economy",
        "",
        (30, 90),
    ),
    idea(
        "Reprise d'un garage de campagne",
        "takeover",
        "45.20A",
        "craft",
        "",
        (70, 190),
    ),
    idea(
        "Atelier d'ébénisterie et stages",
        "creation",
        "31.09B",
        "craft",
        "",
        (25, 80),
    ),
    idea(
        "Gîte d'étape et table d'hôtes",
        "creation",
        "55.20Z",
        "hospitality",
        "",
        (150, 380),
    ),
    idea(
        "Reprendre un bar-tabac à deux",
        "takeover",
        "56.30Z",
        "hospitality",
        "",
        (80, 200),
    ),
    idea(
        "Brasserie artisanale",
        "creation",
        "11.05Z",
        "craft",
        "",
        (60, 170),
    ),
    idea(
        "Cabinet de kinésithérapie",
        "creation",
        "86.90E",
        "liberal",
        "",
        (30, 80),
    ),
    idea(
        "Menuiserie : transfert depuis l'agglomération lyonnaise",
        "relocation",
        "43.32A",
        "craft",
        "",
        (80, 240),
    ),
    idea(
        "Brebis laitières et yaourts",
        "farm_setup",
        "01.45Z",
        "farming",
        "ovins lait|yaourts",
        (150, 320),
    ),
    idea(
        "Agrandissement d'un atelier de couture",
        "development",
        "14.13Z",
        "craft",
        "",
        (20, 70),
    ),
    idea(
        "Plantes médicinales et tisanes",
        "farm_setup",
        "01.28Z",
        "farming",
        "plantes aromatiques et médicinales",
        (30, 90),
    ),
    idea(
        "Reprise d'une entreprise de plomberie",
        "takeover",
        "43.22A",
        "craft",
        "",
        (60, 180),
    ),
    idea(
        "Librairie-café",
        "creation",
        "47.61Z",
        "culture",
        "",
        (60, 140),
    ),
    idea(
        "Développement web en télétravail",
        "relocation",
        "62.01Z",
        "services",
        "",
        (5, 25),
    ),
    idea(
        "Élevage de poules pondeuses",
        "farm_setup",
        "01.47Z",
        "farming",
        "œufs",
        (50, 140),
    ),
    idea(
        "Salon de coiffure itinérant",
        "creation",
        "96.02A",
        "craft",
        "",
        (15, 45),
    ),
    idea(
        "Reprendre un restaurant de village",
        "takeover",
        "56.10A",
        "hospitality",
        "",
        (70, 210),
    ),
    idea(
        "Micro-crèche",
        "creation",
        "88.91A",
        "social_economy",
        "",
        (60, 160),
    ),
    idea(
        "Exploitation forestière en débardage à cheval",
        "creation",
        "02.40Z",
        "forestry_wood",
        "",
        (30, 90),
    ),
    idea(
        "Apiculture et miellerie",
        "farm_setup",
        "01.49Z",
        "farming",
        "miel",
        (50, 130),
    ),
    idea(
        "Boutique de producteurs",
        "development",
        "47.29Z",
        "retail",
        "",
        (30, 90),
    ),
    idea(
        "Reprise d'une coutellerie",
        "takeover",
        "25.71Z",
        "craft",
        "",
        (60, 190),
    ),
];

const STAGES: [(&str, u32); 7] = [
    ("idea", 12),
    ("study", 16),
    ("business_plan", 12),
    ("funding", 9),
    ("launch", 6),
    ("running", 4),
    ("abandoned", 1),
];

/// Sixty of them.
pub(super) fn rows(rng: &mut Rng) -> Vec<Row> {
    let mut pseudonyms = BTreeSet::new();
    let stages: Vec<&str> = STAGES
        .iter()
        .flat_map(|(stage, count)| std::iter::repeat_n(*stage, *count as usize))
        .collect();
    stages
        .into_iter()
        .map(|stage| {
            let pseudonym = pseudonym(rng, &mut pseudonyms);
            row(rng, stage, pseudonym)
        })
        .collect()
}

/// « PP-7K3F », each once; no letter that reads like a digit.
pub(super) fn pseudonym(rng: &mut Rng, taken: &mut BTreeSet<String>) -> String {
    const SIGNS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    loop {
        let code: String = (0..4)
            .map(|_| char::from(SIGNS[rng.usize(..SIGNS.len())]))
            .collect();
        let pseudonym = format!("PP-{code}");
        if taken.insert(pseudonym.clone()) {
            return pseudonym;
        }
    }
}

fn row(rng: &mut Rng, stage: &str, pseudonym: String) -> Row {
    let idea = &IDEAS[rng.usize(..IDEAS.len())];
    let place = draw(rng, 100, u32::MAX, |_| true);
    let mut row = Row::default();
    row.set("pseudonym", pseudonym);
    row.set("title", format!("{} (exemple)", idea.title));
    row.set("type", idea.kind);
    row.set("stage", stage);
    row.set("naf_code", idea.naf);
    row.set("sector", idea.sector);
    row.set("production", idea.production);
    // A commune with a trade could name somebody: a project looks for a place by EPCI or department.
    let neighbour = Territory::embedded()
        .within(&place.code, 45.0)
        .last()
        .map(|it| it.0.epci.clone());
    let zones = match (rng.u8(..3), neighbour) {
        (0, Some(other)) if other != place.epci => format!("epci:{}|epci:{other}", place.epci),
        (1, _) => format!("dept:{}", place.department),
        _ => format!("epci:{}", place.epci),
    };
    row.set("target_zones", zones);
    row.set(
        "budget_max",
        rng.u32(idea.budget.0..=idea.budget.1) / 5 * 5_000,
    );
    if matches!(idea.sector, "craft" | "retail" | "hospitality") && rng.bool() {
        row.set("surface_min", rng.u32(3..20) * 10);
    }
    row.set("target_date", day(rng.i64(30..500)));
    if idea.kind == "relocation" || rng.u8(..3) == 0 {
        row.set("arrival_on", day(rng.i64(-60..300)));
    }
    row
}
