//! What was done for people, and what they and the years said of it.

use fastrand::Rng;

use super::PARTNERS;
use super::people::Person;
use crate::sample::calendar::day;
use crate::sample::listing::weighted;
use crate::sample::row::Row;

/// What one partner tells.
#[derive(Default)]
pub(super) struct Work {
    pub(super) needs: Vec<Row>,
    pub(super) activities: Vec<Row>,
    pub(super) opinions: Vec<Row>,
    pub(super) checks: Vec<Row>,
    pub(super) answers: Vec<Row>,
}

pub(super) fn draw(rng: &mut Rng, people: &[Person]) -> Vec<Work> {
    let mut all: Vec<Work> = PARTNERS.iter().map(|_| Work::default()).collect();
    for person in people {
        let work = &mut all[person.partner];
        needs(rng, person, &mut work.needs);
        activities(rng, person, &mut work.activities);
        opinion(rng, person, &mut work.opinions);
        checks(rng, person, &mut work.checks);
        answer(rng, person, &mut work.answers);
    }
    all
}

fn about(person: &Person) -> Row {
    let mut row = Row::default();
    row.set("project", &person.pseudonym);
    row
}

fn needs(rng: &mut Rng, person: &Person, rows: &mut Vec<Row>) {
    for theme in &person.themes {
        let mut row = about(person);
        row.set("theme", theme);
        match rng.u8(..20) {
            0..9 => row.set("answer", "found"),
            9 => row.set("answer", "none_found"),
            _ => {}
        }
        rows.push(row);
    }
}

const KINDS: &[(&str, u32)] = &[
    ("appointment", 5),
    ("call", 6),
    ("email", 3),
    ("visit", 2),
    ("document", 1),
];

fn activities(rng: &mut Rng, person: &Person, rows: &mut Vec<Row>) {
    let mut at = person.contact;
    for _ in 0..rng.usize(1..4) {
        let mut row = about(person);
        row.set("kind", weighted(rng, KINDS, |it| it.1).0);
        row.set(
            "at",
            format!("{} {:02}:{:02}", day(at), rng.u8(8..18), 15 * rng.u8(..4)),
        );
        row.set("minutes", 15 * rng.u32(1..8));
        rows.push(row);
        at += rng.i64(5..90);
        if at >= 0 {
            break;
        }
    }
}

const VIEWS: &[(&str, u32)] = &[("favourable", 6), ("reserved", 3), ("unfavourable", 1)];

fn opinion(rng: &mut Rng, person: &Person, rows: &mut Vec<Row>) {
    let on = person.contact + rng.i64(60..200);
    if on < 0 && rng.bool() {
        let mut row = about(person);
        row.set("on", day(on));
        row.set("view", weighted(rng, VIEWS, |it| it.1).0);
        rows.push(row);
    }
}

const STATES: &[(&str, u32)] = &[
    ("active", 14),
    ("grown", 4),
    ("difficulty", 2),
    ("transferred", 1),
    ("ceased", 2),
    ("unknown", 2),
];

fn checks(rng: &mut Rng, person: &Person, rows: &mut Vec<Row>) {
    let Some(launched) = person.launched else {
        return;
    };
    for (month, days) in [("6", 183), ("12", 365), ("24", 730), ("36", 1095)] {
        let on = launched + days + rng.i64(0..25);
        // Some are still to be made: the to-do list has something to show.
        if on >= 0 || rng.u8(..8) == 0 {
            break;
        }
        let state = weighted(rng, STATES, |it| it.1).0;
        let mut row = about(person);
        row.set("month", month);
        row.set("on", day(on));
        row.set("state", state);
        row.set("source", if rng.bool() { "holder" } else { "structure" });
        if matches!(state, "active" | "grown") {
            row.set("jobs", [1.0, 1.5, 2.0, 3.0][rng.usize(..4)]);
        }
        rows.push(row);
        if state == "ceased" {
            break;
        }
    }
}

fn answer(rng: &mut Rng, person: &Person, rows: &mut Vec<Row>) {
    let asked = person.contact + 365;
    if asked >= 0 {
        return;
    }
    let mut row = about(person);
    row.set("on", day((asked + rng.i64(0..40)).min(-1)));
    row.set("contacted", true);
    if rng.u8(..10) < 6 {
        row.set("score", [2, 3, 4, 4, 4, 5, 5][rng.usize(..7)]);
        row.set("useful", rng.u8(..8) > 0);
        let outcomes = ["discovered_support", "took_action", "helped_choice"];
        row.set("outcomes", outcomes[rng.usize(..outcomes.len())]);
    }
    rows.push(row);
}
