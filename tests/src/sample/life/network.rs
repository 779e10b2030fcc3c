//! The network among itself: who works there, what they offer, meetings and what comes of them, what
//! it costs.

use capactif_node::text::fold;
use fastrand::Rng;

use super::{PARTNERS, YEARS};
use crate::sample::calendar::day;
use crate::sample::fiction::telephone;
use crate::sample::network::{FIRST_NAMES, LAST_NAMES, STRUCTURES};
use crate::sample::row::Row;

pub(super) struct Network {
    pub(super) agents: Vec<Row>,
    pub(super) support_offers: Vec<Row>,
    pub(super) meetings: Vec<Row>,
    pub(super) decisions: Vec<Row>,
    pub(super) improvements: Vec<Row>,
    pub(super) actions: Vec<Row>,
    pub(super) trainings: Vec<Row>,
    pub(super) objectives: Vec<Row>,
    pub(super) news: Vec<Row>,
    pub(super) costs: [Vec<Row>; PARTNERS.len()],
}

/// The half-years that the network has behind it, the running one last.
const PERIODS: [&str; 7] = [
    "2023-H2", "2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1", "2026-H2",
];

pub(super) fn draw(rng: &mut Rng) -> Network {
    let agents = agents(rng);
    let names: Vec<String> = agents
        .iter()
        .filter_map(|it| it.get("name").map(str::to_owned))
        .collect();
    let meetings = meetings(rng, &names);
    let decisions = decisions(rng, &meetings);
    Network {
        improvements: improvements(&meetings),
        decisions,
        meetings,
        actions: actions(),
        trainings: trainings(rng, &names),
        objectives: objectives(),
        news: news(),
        support_offers: support_offers(),
        costs: PARTNERS.map(|_| costs(rng)),
        agents,
    }
}

/// Who works at the structures that have no computer of their own in the network: thirty people.
fn agents(rng: &mut Rng) -> Vec<Row> {
    let others = STRUCTURES
        .iter()
        .filter(|it| PARTNERS[1..].iter().all(|own| own.structure != it.name));
    (0..30)
        .zip(others)
        .map(|(number, structure)| {
            let first = FIRST_NAMES[number % FIRST_NAMES.len()];
            // No namesake of those whom the partners bring.
            let last = (number / 10 * 10 + number % 10 * 7 + 14) % LAST_NAMES.len();
            let last = LAST_NAMES[last];
            let mut row = Row::default();
            row.set("name", format!("{first} {last} (exemple)"));
            row.set("structure", format!("{} (exemple)", structure.name));
            row.set(
                "roles",
                if number == 0 {
                    "coordinator"
                } else {
                    "technician"
                },
            );
            row.set("phone", telephone(rng));
            let address = fold(&format!("{first} {last}")).replace(' ', ".");
            row.set("email", format!("{address}@cap-actif.example"));
            let themes: Vec<&str> = structure.competences.split('|').take(3).collect();
            row.set("themes", themes.join("|"));
            row.set("active", true);
            row
        })
        .collect()
}

/// One aid, loan or course of each structure.
fn support_offers() -> Vec<Row> {
    let offer = |theme: &str| match theme {
        "microcredit" => ("Microcrédit professionnel", 15_000),
        "honour_loan" => ("Prêt d'honneur sans garantie", 40_000),
        "loan" => ("Prêt solidaire", 60_000),
        "guarantee" => ("Garantie d'emprunt", 50_000),
        "public_aid" => ("Aide à l'immobilier d'entreprise", 30_000),
        "training" => ("Formation à la reprise", 0),
        "farmland" => ("Accès au foncier agricole", 0),
        "housing" => ("Logement de passage", 0),
        "premises" => ("Bail d'essai en atelier relais", 0),
        "takeover_search" => ("Mise en relation avec des cédants", 0),
        "idea_diagnosis" => ("Premier diagnostic de l'idée", 0),
        "legal_form" => ("Choix du statut", 0),
        "business_plan" => ("Appui au plan d'affaires", 0),
        "market_study" => ("Étude de marché", 0),
        "local_network" => ("Parrainage par un habitant", 0),
        _ => ("Accueil des nouveaux arrivants", 0),
    };
    let rows = STRUCTURES.iter().enumerate().map(|(number, structure)| {
        let themes: Vec<&str> = structure.competences.split('|').collect();
        let (title, amount) = offer(themes[number % themes.len()]);
        let mut row = Row::default();
        row.set("name", format!("{title} – {} (exemple)", structure.name));
        row.set("structure", format!("{} (exemple)", structure.name));
        row.set("themes", themes[number % themes.len()]);
        row.set("service_area", structure.area);
        row.set(
            "conditions",
            "Sur rendez-vous, après un premier entretien. Aide fictive (exemple).",
        );
        if amount > 0 {
            row.set("amount_max", amount);
        }
        row.set("source", "other");
        row.set("source_id", format!("exemple-aide-{:04}", number + 1));
        row
    });
    rows.collect()
}

/// A meeting a month, a committee every half-year, some coffees.
fn meetings(rng: &mut Rng, names: &[String]) -> Vec<Row> {
    let places = [
        "Maison du Parc (exemple)",
        "Ambert, salle du conseil (exemple)",
        "Thiers, pépinière (exemple)",
        "Courpière (exemple)",
    ];
    let mut rows = Vec::new();
    for (number, days) in (1..=YEARS / 30).rev().enumerate() {
        let at = -days * 30;
        let kind = match number % 6 {
            5 => "steering",
            _ => "monthly",
        };
        rows.push(meeting(rng, names, kind, at, places[number % places.len()]));
        if number % 7 == 3 {
            rows.push(meeting(
                rng,
                names,
                "informal",
                at + 11,
                "Au marché d'Ambert (exemple)",
            ));
        }
    }
    rows
}

fn meeting(rng: &mut Rng, names: &[String], kind: &str, at: i64, place: &str) -> Row {
    let mut row = Row::default();
    row.set("kind", kind);
    row.set("at", format!("{}T08:30:00Z", day(at)));
    row.set("place", place);
    let invited: Vec<usize> = {
        let mut all = rng.choose_multiple(0..names.len(), 14);
        all.sort_unstable();
        all
    };
    let join = |chosen: &[usize]| {
        let names: Vec<&str> = chosen.iter().map(|it| names[*it].as_str()).collect();
        names.join("|")
    };
    if kind != "informal" {
        row.set("invited", join(&invited));
    }
    let present: Vec<usize> = invited
        .iter()
        .copied()
        .filter(|_| rng.u8(..10) < 8)
        .collect();
    row.set("attendance", join(&present));
    if kind != "informal" {
        row.set(
            "minutes",
            "Tour des orientations et des annonces à revérifier. Compte rendu fictif (exemple).",
        );
    }
    row
}

const DECIDED: [&str; 8] = [
    "Appeler les cédants dont l'annonce a expiré.",
    "Revoir la fiche des locaux vacants avec les mairies.",
    "Inviter un notaire à la prochaine rencontre.",
    "Relancer les orientations sans réponse.",
    "Préparer la journée de la transmission.",
    "Mettre à jour les compétences de chaque structure.",
    "Proposer une visite aux porteurs en attente de logement.",
    "Écrire aux entreprises dont le dirigeant a plus de 58 ans.",
];

fn decisions(rng: &mut Rng, meetings: &[Row]) -> Vec<Row> {
    let mut rows = Vec::new();
    let held = meetings
        .iter()
        .filter(|it| it.get("kind") != Some("informal"));
    for (number, meeting) in held.enumerate() {
        for turn in 0..rng.usize(1..4) {
            let at = meeting.get("at").unwrap_or_default();
            let mut row = Row::default();
            row.set("meeting", at);
            row.set(
                "text",
                format!("{} (exemple)", DECIDED[(number * 3 + turn) % DECIDED.len()]),
            );
            let partner = PARTNERS[rng.usize(..PARTNERS.len())];
            row.set("owner", format!("{} (exemple)", partner.structure));
            let held: jiff::civil::Date = at[..10].parse().expect("an ISO date");
            let due = held
                .checked_add(jiff::Span::new().days(28))
                .expect("in this century");
            row.set("due_on", due);
            let state = match rng.u8(..12) {
                0 => "open",
                1 => "dropped",
                _ => "done",
            };
            row.set("state", state);
            rows.push(row);
        }
    }
    rows
}

const RAISED: [(&str, &str); 10] = [
    ("Relancer à 3 jours plutôt qu'à 5.", "adopted"),
    (
        "Un annuaire commun des propriétaires de locaux.",
        "in_progress",
    ),
    ("Accueillir les conjoints avec le porteur.", "adopted"),
    ("Prévenir les écoles avant chaque arrivée.", "proposed"),
    ("Un questionnaire plus court à un an.", "done"),
    ("Des photographies pour toutes les annonces.", "in_progress"),
    ("Une permanence commune à Courpière.", "done"),
    ("Un livret d'accueil en anglais.", "rejected"),
    ("Partager les visites de fermes.", "proposed"),
    ("Un logement de passage par vallée.", "proposed"),
];

fn improvements(meetings: &[Row]) -> Vec<Row> {
    let rows = RAISED.iter().enumerate().map(|(number, (text, state))| {
        let meeting = &meetings[(number * 4 + 2) % meetings.len()];
        let mut row = Row::default();
        row.set("text", format!("{text} (exemple)"));
        row.set("raised_in", meeting.get("at").unwrap_or_default());
        row.set("state", state);
        row
    });
    rows.collect()
}

fn actions() -> Vec<Row> {
    let all = [
        ("Journée de la transmission", 2_400, "done"),
        ("Permanence commune à Courpière", 800, "done"),
        ("Annuaire des propriétaires de locaux", 1_500, "in_progress"),
        ("Photographies des annonces", 1_200, "in_progress"),
        ("Accueil des conjoints", 600, "proposed"),
        ("Logements de passage", 5_000, "proposed"),
    ];
    let rows = all.map(|(title, budget, state)| {
        let mut row = Row::default();
        row.set("title", format!("{title} (exemple)"));
        row.set("budget", budget);
        row.set("state", state);
        row
    });
    rows.into()
}

fn trainings(rng: &mut Rng, names: &[String]) -> Vec<Row> {
    let topics = [
        "Accueillir un cédant",
        "Le foncier agricole",
        "Lire un bilan",
        "Écouter un projet de vie",
        "Les aides à l'installation",
        "La transmission à un salarié",
        "Louer un local communal",
        "Le RGPD au quotidien",
        "Accompagner un couple",
    ];
    let rows = topics.iter().enumerate().map(|(number, topic)| {
        let (year, rank) = (2024 + number / 3, number % 3);
        let mut row = Row::default();
        row.set("year", year);
        row.set("rank", rank + 1);
        row.set("topic", format!("{topic} (exemple)"));
        row.set("provider", "Forma'Monts (exemple)");
        row.set("at", format!("{year}-{:02}-12T07:00:00Z", 2 + 4 * rank));
        row.set("hours", 6);
        let mut present = rng.choose_multiple(0..names.len(), 11);
        present.sort_unstable();
        let present: Vec<&str> = present.into_iter().map(|it| names[it].as_str()).collect();
        row.set("attendance", present.join("|"));
        row.set("score", [3.8, 4.1, 4.4][rng.usize(..3)]);
        row
    });
    rows.collect()
}

fn objectives() -> Vec<Row> {
    let aims = [
        ("Répondre vite", "answered_within_5_days", 80),
        ("Concrétiser", "projects_concretised", 15),
        ("Tenir les annonces à jour", "freshness", 85),
    ];
    let mut rows = Vec::new();
    for period in &PERIODS[3..] {
        for (title, indicator, target) in aims {
            let mut row = Row::default();
            row.set("title", format!("{title} (exemple)"));
            row.set("indicator", indicator);
            row.set("target", target);
            row.set("period", period);
            rows.push(row);
        }
    }
    rows
}

fn news() -> Vec<Row> {
    let all = [
        (-20, "La journée de la transmission réunit quarante cédants"),
        (-75, "Trois fermes reprises cet été"),
        (-140, "Un logement de passage ouvre à Cunlhat"),
        (-230, "Les boulangers du Livradois cherchent la relève"),
        (-330, "Le comité de pilotage ratifie le bilan"),
        (-480, "Une permanence commune à Courpière"),
    ];
    let rows = all.map(|(on, title)| {
        let mut row = Row::default();
        row.set("title", format!("{title} (exemple)"));
        row.set("text", format!("{title}. Actualité fictive (exemple)."));
        row.set("on", day(on));
        row
    });
    rows.into()
}

fn costs(rng: &mut Rng) -> Vec<Row> {
    let mut rows = Vec::new();
    for period in PERIODS {
        for (category, days, amount) in
            [("time", 45, 0), ("promotion", 2, 900), ("training", 3, 600)]
        {
            let mut row = Row::default();
            row.set("period", period);
            row.set("category", category);
            row.set("days", days + rng.i32(0..days / 2 + 1));
            if amount > 0 {
                row.set("amount", amount + rng.i32(0..5) * 100);
            }
            rows.push(row);
        }
    }
    rows
}
