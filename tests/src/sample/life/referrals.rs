//! Referrals through their lives: each is a walk that its sender tells.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::people::Person;
use super::{PARTNERS, REFERRALS};
use crate::sample::calendar::day;
use crate::sample::listing::weighted;
use crate::sample::network::{STRUCTURES, Structure};
use crate::sample::row::Row;

/// The seed of those that were sent on.
const REROUTES: u64 = 20_232_027;

/// Referrals of each partner, in the order of their sending.
pub(super) fn rows(rng: &mut Rng, people: &[Person]) -> [Vec<Row>; PARTNERS.len()] {
    let mut seen = BTreeSet::new();
    let mut drawn: Vec<Drawn<'_>> = Vec::with_capacity(REFERRALS);
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
            let urgent = rng.u8(..12) == 0;
            let walk = walk(rng, sent);
            let declined = walk.iter().any(|(_, status)| *status == "declined");
            drawn.push(Drawn {
                person,
                theme,
                receiver,
                urgent,
                reason: declined.then(|| weighted(rng, REASONS, |it| it.1).0),
                walk,
            });
        }
    }
    reroute(&mut drawn);
    drawn.sort_by_key(Drawn::sent);
    let mut told = [const { Vec::new() }; PARTNERS.len()];
    for it in drawn {
        told[it.person.partner].push(it.row());
    }
    told
}

/// A referral, before it is a row.
struct Drawn<'p> {
    person: &'p Person,
    theme: &'static str,
    receiver: &'static Structure,
    urgent: bool,
    /// Why it was declined, if it was.
    reason: Option<&'static str>,
    walk: Vec<(i64, &'static str)>,
}

impl Drawn<'_> {
    fn sent(&self) -> i64 {
        self.walk[0].0
    }

    fn row(&self) -> Row {
        let mut row = Row::default();
        row.set("project", &self.person.pseudonym);
        row.set("theme", self.theme);
        row.set("to_structure", format!("{} (exemple)", self.receiver.name));
        if self.urgent {
            row.set("urgency", "high");
        }
        if let Some(reason) = self.reason {
            row.set("decline_reason", reason);
        }
        let steps = self.walk.iter();
        let steps = steps.map(|(at, status)| format!("{} {status}", day(*at)));
        row.set("past", steps.collect::<Vec<_>>().join(" | "));
        row
    }
}

/// Sends on half of those that were declined, where the draw finds somebody else who does such
/// things: the one ends as rerouted on the day on which the other begins. As many of those drawn last are left out.
/// Drawn from a seed of its own, so that nothing else of the life changes with it.
fn reroute(drawn: &mut Vec<Drawn<'_>>) {
    let mut rng = Rng::with_seed(REROUTES);
    let mut further = Vec::new();
    for it in drawn.iter_mut() {
        let Some((declined, "declined")) = it.walk.last().copied() else {
            continue;
        };
        let on = declined + rng.i64(0..4);
        let goes_on = rng.bool() && on < 0;
        let to = receiver(&mut rng, it.person, it.theme);
        let Some(to) = to.filter(|to| goes_on && to.name != it.receiver.name) else {
            continue;
        };
        it.walk.push((on, "rerouted"));
        let walk = walk(&mut rng, on);
        let declined = walk.iter().any(|(_, status)| *status == "declined");
        further.push(Drawn {
            person: it.person,
            theme: it.theme,
            receiver: to,
            urgent: it.urgent,
            reason: declined.then(|| weighted(&mut rng, REASONS, |it| it.1).0),
            walk,
        });
    }
    // Nobody whose first referral this is loses it: those come first.
    let is_rerouted = |it: &Drawn<'_>| it.walk.iter().any(|(_, status)| *status == "rerouted");
    let mut surplus = further.len();
    let mut at = drawn.len();
    while surplus > 0 && at > 0 {
        at -= 1;
        if !is_rerouted(&drawn[at]) {
            drawn.remove(at);
            surplus -= 1;
        }
    }
    drawn.extend(further);
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
