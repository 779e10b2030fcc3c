//! Referrals through their lives: each is a walk that its sender tells.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::people::Person;
use super::{PARTNERS, REFERRALS};
use crate::sample::calendar::day;
use crate::sample::listing::weighted;
use crate::sample::network::{STRUCTURES, Structure};
use crate::sample::row::Row;

/// Referrals of each partner, in the order of their sending.
pub(super) fn rows(rng: &mut Rng, people: &[Person]) -> [Vec<Row>; PARTNERS.len()] {
    let mut seen = BTreeSet::new();
    let mut drawn: Vec<(i64, usize, Row)> = Vec::with_capacity(REFERRALS);
    let mut next = 0;
    while drawn.len() < REFERRALS {
        // Everybody once, then whoever needs more.
        let person = people.get(next).unwrap_or_else(|| {
            let at = rng.usize(..people.len());
            &people[at]
        });
        next += 1;
        let theme = person.themes[rng.usize(..person.themes.len())];
        let Some(receiver) = receiver(rng, person, theme) else {
            continue;
        };
        let sent = (person.contact + rng.i64(1..260)).min(-rng.i64(0..12));
        if seen.insert((person.pseudonym.clone(), theme, receiver.name, sent)) {
            let row = referral(rng, person, theme, receiver, sent);
            drawn.push((sent, person.partner, row));
        }
    }
    drawn.sort_by_key(|it| it.0);
    let mut told = [const { Vec::new() }; PARTNERS.len()];
    for (_, partner, row) in drawn {
        told[partner].push(row);
    }
    told
}

/// Somebody who does such things there, those who do it nearer more often.
fn receiver(rng: &mut Rng, person: &Person, theme: &str) -> Option<&'static Structure> {
    let serves = |it: &&Structure| {
        let mut competences = it.competences.split('|');
        it.name != PARTNERS[person.partner].structure
            && competences.any(|it| it == theme)
            && weight(it, person) > 0
    };
    let all: Vec<&Structure> = STRUCTURES.iter().filter(serves).collect();
    (!all.is_empty()).then(|| *weighted(rng, &all, |it| weight(it, person)))
}

fn weight(structure: &Structure, person: &Person) -> u32 {
    let covers = |zone: &str| match zone.split_once(':') {
        Some(("insee", code)) if code == person.commune => 4,
        Some(("epci", code)) if code == person.epci => 3,
        Some(("dept", code)) if code == person.department => 2,
        _ => 0,
    };
    structure.area.split('|').map(covers).max().unwrap_or(0)
}

/// How an answer goes.
const ANSWERS: &[(&str, u32)] = &[
    ("accepted", 70),
    ("declined", 13),
    ("waitlisted", 6),
    ("more_info", 6),
    ("withdrawn", 5),
];

/// How an accepted one ends.
const ENDS: &[(&str, u32)] = &[
    ("done", 76),
    ("done_no_help", 8),
    ("unreachable", 6),
    ("holder_withdrew", 10),
];

const REASONS: &[(&str, u32)] = &[
    ("no_capacity", 5),
    ("out_of_mandate", 4),
    ("not_eligible", 4),
    ("missing_documents", 3),
    ("out_of_area", 2),
    ("duplicate", 1),
    ("other", 2),
];

/// Days that an answer takes.
const DELAYS: &[(i64, i64, u32)] = &[(0, 3, 9), (3, 6, 6), (6, 20, 4), (20, 60, 1)];

fn referral(rng: &mut Rng, person: &Person, theme: &str, receiver: &Structure, sent: i64) -> Row {
    let mut row = Row::default();
    row.set("project", &person.pseudonym);
    row.set("theme", theme);
    row.set("to_structure", format!("{} (exemple)", receiver.name));
    if rng.u8(..12) == 0 {
        row.set("urgency", "high");
    }
    let walk = walk(rng, sent);
    if walk.iter().any(|(_, status)| *status == "declined") {
        row.set("decline_reason", weighted(rng, REASONS, |it| it.1).0);
    }
    let steps = walk
        .iter()
        .map(|(at, status)| format!("{} {status}", day(*at)));
    row.set("past", steps.collect::<Vec<_>>().join(" | "));
    row
}

/// What happened to one, up to the sample's present.
fn walk(rng: &mut Rng, sent: i64) -> Vec<(i64, &'static str)> {
    let mut walk = vec![(sent, "sent")];
    // A step that would be ahead is not made, nor what comes after it.
    let mut at = sent;
    let mut go = |walk: &mut Vec<(i64, &'static str)>, days: i64, status: &'static str| {
        at += days;
        let is_past = at < 0;
        if is_past {
            walk.push((at, status));
        }
        is_past
    };
    let (least, most, _) = *weighted(rng, DELAYS, |it| it.2);
    let delay = rng.i64(least..most);
    let answer = weighted(rng, ANSWERS, |it| it.1).0;
    if !go(&mut walk, rng.i64(0..=delay.min(1)), "received") {
        return walk;
    }
    let answered = match answer {
        "declined" => {
            go(&mut walk, delay, "declined");
            return walk;
        }
        "withdrawn" => {
            go(&mut walk, 20 + delay, "withdrawn");
            return walk;
        }
        "waitlisted" => {
            go(&mut walk, delay, "waitlisted") && go(&mut walk, rng.i64(20..90), "accepted")
        }
        "more_info" => {
            go(&mut walk, delay, "more_info")
                && go(&mut walk, rng.i64(2..12), "received")
                && go(&mut walk, rng.i64(1..6), "accepted")
        }
        _ => go(&mut walk, delay, "accepted"),
    };
    let end = weighted(rng, ENDS, |it| it.1).0;
    if answered && go(&mut walk, rng.i64(0..15), "in_progress") {
        go(&mut walk, rng.i64(20..200), end);
    }
    walk
}
