//! Whom the network accompanied, and what they meant to do.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::{HOLDERS, PARTNERS, YEARS};
use crate::sample::calendar::day;
use crate::sample::fiction::telephone;
use crate::sample::listing::weighted;
use crate::sample::network::{FIRST_NAMES, LAST_NAMES};
use crate::sample::places::draw as draw_place;
use crate::sample::project::{IDEAS, Idea, pseudonym};
use crate::sample::row::Row;
use capactif_node::text::fold;

/// One person and one project; days are counted from the sample's present, before it negative.
pub(super) struct Person {
    pub(super) partner: usize,
    pub(super) pseudonym: String,
    pub(super) idea: &'static Idea,
    /// Where they look: community of communes, department, commune.
    pub(super) epci: String,
    pub(super) department: String,
    pub(super) commune: String,
    /// First contact.
    pub(super) contact: i64,
    pub(super) outcome: Option<&'static str>,
    pub(super) launched: Option<i64>,
    pub(super) themes: Vec<&'static str>,
}

impl Person {
    fn stage(&self) -> &'static str {
        match (self.outcome, self.launched) {
            (_, Some(day)) if day < -200 => "running",
            (_, Some(_)) => "launch",
            (Some("abandoned" | "unknown"), _) => "abandoned",
            _ => match -self.contact {
                0..60 => "idea",
                60..160 => "study",
                160..300 => "business_plan",
                _ => "funding",
            },
        }
    }
}

/// What somebody with such an idea asks for, likeliest first.
fn wishes(idea: &Idea) -> &'static [&'static str] {
    match (idea.kind, idea.sector) {
        (_, "farming") => &[
            "farmland",
            "takeover_search",
            "training",
            "loan",
            "housing",
            "public_aid",
            "local_network",
        ],
        ("takeover", _) => &[
            "takeover_search",
            "honour_loan",
            "business_plan",
            "housing",
            "spouse_job",
            "loan",
            "training",
        ],
        ("relocation", _) => &[
            "premises",
            "telecom",
            "housing",
            "spouse_job",
            "education",
            "public_aid",
        ],
        _ => &[
            "idea_diagnosis",
            "market_study",
            "business_plan",
            "premises",
            "microcredit",
            "honour_loan",
            "legal_form",
            "local_network",
        ],
    }
}

pub(super) fn draw(rng: &mut Rng) -> Vec<Person> {
    let mut taken = BTreeSet::new();
    let mut people: Vec<Person> = (0..HOLDERS).map(|_| person(rng, &mut taken)).collect();
    people.sort_by_key(|it| it.contact);
    people
}

fn person(rng: &mut Rng, taken: &mut BTreeSet<String>) -> Person {
    let idea = &IDEAS[rng.usize(..IDEAS.len())];
    let place = draw_place(rng, 100, u32::MAX, |_| true);
    // The network grows: of two days the later one.
    let contact = rng.i64(-YEARS..-5).max(rng.i64(-YEARS..-5).min(-30));
    let partner = match (idea.sector, rng.u8(..10)) {
        ("farming", 0..8) => 2,
        (_, 0..5) => 1,
        (_, 5..8) => 3,
        _ => 0,
    };
    let launch = contact + rng.i64(120..420);
    let (outcome, launched) = match rng.u8(..20) {
        0..9 if launch < 0 => (
            Some(match idea.kind {
                "takeover" => "taken_over",
                _ => "created",
            }),
            Some(launch),
        ),
        9..12 if contact < -150 => (Some("abandoned"), None),
        12 if contact < -150 => (Some("settled_elsewhere"), None),
        13 if contact < -300 => (Some("unknown"), None),
        _ => (None, None),
    };
    let wishes = wishes(idea);
    let count = rng.usize(2..=5).min(wishes.len());
    let mut chosen = rng.choose_multiple(0..wishes.len(), count);
    chosen.sort_unstable();
    Person {
        partner,
        pseudonym: pseudonym(rng, taken),
        idea,
        epci: place.epci.clone(),
        department: place.department.clone(),
        commune: place.code.clone(),
        contact,
        outcome,
        launched,
        themes: chosen.into_iter().map(|at| wishes[at]).collect(),
    }
}

/// What one partner tells of people.
#[derive(Default)]
pub(super) struct Told {
    pub(super) holders: Vec<Row>,
    pub(super) projects: Vec<Row>,
}

pub(super) fn rows(rng: &mut Rng, people: &[Person]) -> [Told; PARTNERS.len()] {
    let mut told = [const {
        Told {
            holders: Vec::new(),
            projects: Vec::new(),
        }
    }; PARTNERS.len()];
    for (number, person) in people.iter().enumerate() {
        let told = &mut told[person.partner];
        told.holders.push(holder(rng, number, person));
        told.projects.push(project(rng, person));
    }
    told
}

/// What people agree to, and how often.
const SHARING: &[(&str, u32)] = &[("named", 16), ("network", 3), ("none", 1)];

fn holder(rng: &mut Rng, number: usize, person: &Person) -> Row {
    let first = FIRST_NAMES[rng.usize(..FIRST_NAMES.len())];
    let last = LAST_NAMES[rng.usize(..LAST_NAMES.len())];
    let mut row = Row::default();
    row.set("pseudonym", &person.pseudonym);
    row.set("name", format!("{first} {last} (exemple)"));
    row.set("phone", telephone(rng));
    let address = fold(&format!("{first} {last}")).replace(' ', ".");
    row.set("email", format!("{address}.{number}@porteurs.example"));
    let household = [
        "Seul·e, sans enfant.",
        "En couple, le conjoint cherche un emploi.",
        "En couple, deux enfants à l'école primaire.",
        "En couple, un enfant à faire garder.",
        "Seul·e avec un enfant au collège.",
    ];
    row.set("household", household[rng.usize(..household.len())]);
    let origins = ["dept:69", "dept:75", "dept:38", "dept:42", "dept:63"];
    let residence = if rng.bool() {
        format!("dept:{}", person.department)
    } else {
        origins[rng.usize(..origins.len())].to_owned()
    };
    row.set("residence", residence);
    row.set("themes", person.themes.join("|"));
    let last = last_contact(rng, person);
    let status = match (person.outcome, last) {
        (Some("abandoned" | "settled_elsewhere" | "unknown"), _) => "closed",
        (_, ..-240) => "paused",
        _ => "active",
    };
    row.set("status", status);
    let sharing = weighted(rng, SHARING, |it| it.1);
    row.set("sharing", sharing.0);
    row.set("info_notice_on", day(person.contact));
    row.set(
        "info_notice_version",
        if person.contact < -400 { "1" } else { "2" },
    );
    row.set("first_contact_on", day(person.contact));
    row.set("last_contact_on", day(last));
    row
}

/// The day on which somebody last spoke with them.
fn last_contact(rng: &mut Rng, person: &Person) -> i64 {
    let after = match (person.outcome, person.launched) {
        (_, Some(launched)) => launched + rng.i64(0..400),
        (Some(_), None) => person.contact + rng.i64(40..200),
        (None, None) => person.contact + rng.i64(10..500),
    };
    after.clamp(person.contact, -1)
}

fn project(rng: &mut Rng, person: &Person) -> Row {
    let idea = person.idea;
    let mut row = Row::default();
    row.set("pseudonym", &person.pseudonym);
    row.set("holder", &person.pseudonym);
    row.set("title", format!("{} (exemple)", idea.title));
    row.set("type", idea.kind);
    row.set("stage", person.stage());
    row.set("naf_code", idea.naf);
    row.set("sector", idea.sector);
    row.set("production", idea.production);
    // A commune with a trade could name somebody: a project looks for a place by EPCI or department.
    let zone = match rng.u8(..4) {
        0 => format!("dept:{}", person.department),
        _ => format!("epci:{}", person.epci),
    };
    row.set("target_zones", zone);
    let budget = rng.u32(idea.budget.0..=idea.budget.1) / 5 * 5_000;
    row.set("budget_max", budget);
    if person.outcome.is_none() {
        row.set("target_date", day(person.contact + rng.i64(200..700)));
    }
    if let Some(outcome) = person.outcome {
        row.set("outcome", outcome);
    }
    if let Some(launched) = person.launched {
        row.set("launched_on", day(launched));
        row.set("settled_in", format!("epci:{}", person.epci));
        row.set("arrival_on", day(launched - rng.i64(10..120)));
        let jobs = [1.0, 1.0, 1.5, 2.0, 3.0];
        if idea.kind == "takeover" {
            row.set("jobs_kept", jobs[rng.usize(..jobs.len())]);
        }
        row.set("jobs_created", jobs[rng.usize(..jobs.len())]);
    }
    row
}
