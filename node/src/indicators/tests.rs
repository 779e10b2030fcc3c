//! Every indicator against a second computation, written apart: days as ISO texts and Julian
//! numbers, row by row, one cell at a time; over registries drawn from a seed.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use super::facts::{
    Answer, Baseline, Check, Cost, Decision, Facts, Holder, Link, Meeting, Need, Opportunity,
    Project, Referral, Roll, Training,
};
use super::figure::{FEWEST_PERSONS, Figure};
use super::frame::Window;
use super::report::compute;
use super::{Dimension, HalfYear, INDICATORS};
use crate::registry::collections::durability_check;
use crate::registry::collections::referral::{DECLINE_REASONS, STATUSES};
use crate::registry::vocabulary::{NEED_THEMES, PROJECT_TYPES, SECTORS};

const EPCIS: [&str; 3] = ["200070761", "200070753", "244200895"];
const COMMUNES: [(&str, &str); 3] = [
    ("63003", "200070761"),
    ("63430", "200070753"),
    ("42039", "244200895"),
];

/// Draws a registry.
struct Draw(fastrand::Rng);

impl Draw {
    fn day(&mut self) -> Date {
        date(
            self.0.i16(2021..=2026),
            self.0.i8(1..=12),
            self.0.i8(1..=28),
        )
    }

    /// Ends of months too, whose months later are shorter.
    fn any_day(&mut self) -> Date {
        let day = self.day();
        if self.0.u8(..8) == 0 {
            day.last_of_month()
        } else {
            day
        }
    }

    fn maybe<T>(&mut self, it: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.0.u8(..4) > 0).then(|| it(self))
    }

    fn pick(&mut self, from: &[&str]) -> String {
        from[self.0.usize(..from.len())].to_owned()
    }

    fn of(&mut self, what: &str, count: usize) -> String {
        format!("{what}{}", self.0.usize(..count))
    }

    fn people(&mut self) -> BTreeSet<String> {
        let count = self.0.usize(..6);
        (0..count).map(|_| self.of("a", 8)).collect()
    }
}

fn registry(seed: u64) -> Facts {
    let mut draw = Draw(fastrand::Rng::with_seed(seed));
    let size = draw.0.usize(20..100);
    let draw = &mut draw;
    let mut facts = Facts {
        epci_of: COMMUNES
            .iter()
            .map(|(code, epci)| ((*code).to_owned(), (*epci).to_owned()))
            .collect(),
        supply: NEED_THEMES[..12]
            .iter()
            .map(|it| (*it).to_owned())
            .collect(),
        roll: Roll {
            members: 9,
            valid: 7,
        },
        ..Facts::default()
    };
    for number in 0..size {
        facts.holders.push(Holder {
            id: format!("h{number}"),
            structure: draw.of("s", 5),
            welcomed_on: Some(draw.any_day()),
            residence: draw.maybe(|it| match it.0.bool() {
                true => format!("epci:{}", it.pick(&EPCIS)),
                false => "dept:69".to_owned(),
            }),
        });
        facts.projects.push(Project {
            id: format!("p{number}"),
            holder: draw.maybe(|it| it.of("h", size)),
            kind: draw.pick(PROJECT_TYPES),
            sector: draw.maybe(|it| it.pick(SECTORS)),
            zones: match draw.0.u8(..4) {
                0 => vec![format!("insee:{}", COMMUNES[draw.0.usize(..3)].0)],
                1 => vec!["insee:63003".to_owned(), "epci:200070761".to_owned()],
                2 => vec!["insee:63003".to_owned(), "insee:42039".to_owned()],
                _ => Vec::new(),
            },
            lead: draw.maybe(|it| it.of("s", 5)),
            outcome: draw
                .maybe(|it| it.pick(&["created", "taken_over", "settled_elsewhere", "abandoned"])),
            launched_on: draw.maybe(Draw::any_day),
            arrival_on: draw.maybe(Draw::any_day),
            settled_in: draw.maybe(|it| format!("epci:{}", it.pick(&EPCIS))),
            jobs_created: f64::from(draw.0.u8(..9)) / 2.0,
            jobs_kept: f64::from(draw.0.u8(..4)),
            opportunity: draw.maybe(|it| it.of("o", size)),
            created_on: Some(draw.any_day()),
        });
        facts.opportunities.push(Opportunity {
            id: format!("o{number}"),
            structure: draw.of("s", 5),
            kind: draw.pick(&["business_takeover", "farm_takeover", "premises", "land"]),
            status: draw.pick(&[
                "draft",
                "published",
                "under_negotiation",
                "filled",
                "withdrawn",
            ]),
            sector: draw.maybe(|it| it.pick(SECTORS)),
            epci: draw.maybe(|it| it.pick(&EPCIS)),
            verified_on: draw.maybe(Draw::any_day),
            review_every_days: draw.maybe(|it| it.0.i64(30..400)),
            created_on: Some(draw.any_day()),
            changed_on: Some(draw.any_day()),
        });
        facts.links.push(Link {
            state: draw.pick(&["suspected", "confirmed", "rejected"]),
            created_on: Some(draw.any_day()),
        });
        facts.meetings.push(Meeting {
            kind: draw.pick(&["monthly", "steering", "working_group", "informal"]),
            on: draw.maybe(Draw::any_day),
            invited: draw.people(),
            present: draw.people(),
        });
        facts.decisions.push(Decision {
            due_on: draw.maybe(Draw::any_day),
            state: draw.pick(&["open", "done", "dropped"]),
        });
        facts.trainings.push(Training {
            on: draw.maybe(Draw::any_day),
            year: draw.maybe(|it| it.0.i64(2024..2027)),
        });
        facts.costs.push(Cost {
            period: draw.pick(&["2025-H1", "2025-H2", "2026-H1", "2026-H2"]),
            days: f64::from(draw.0.u8(..40)) / 2.0,
            cents: draw.0.i64(..1_000_000),
        });
    }
    for _ in 0..size * 4 {
        let sent_on = draw.maybe(Draw::any_day);
        facts.referrals.push(Referral {
            project: draw.of("p", size + 2),
            theme: draw.pick(NEED_THEMES),
            need: draw.maybe(|it| it.of("n", size * 2)),
            from: draw.of("s", 5),
            to: draw.of("s", 5),
            status: draw.pick(STATUSES),
            decline_reason: draw.maybe(|it| it.pick(DECLINE_REASONS)),
            sent_on,
            answered_on: draw.maybe(|it| {
                let days = i64::from(it.0.u8(..60));
                let sent = sent_on.unwrap_or(date(2026, 1, 1));
                sent.saturating_add(jiff::ToSpan::days(days))
            }),
            closed_on: draw.maybe(Draw::any_day),
        });
    }
    for number in 0..size * 2 {
        facts.needs.push(Need {
            id: format!("n{number}"),
            project: draw.of("p", size + 2),
            theme: draw.pick(NEED_THEMES),
            answer: draw.maybe(|it| it.pick(&["found", "none_found"])),
            linked: draw.0.u8(..5) == 0,
            created_on: Some(draw.any_day()),
        });
        facts.checks.push(Check {
            id: format!("c{number}"),
            project: draw.of("p", size),
            month: draw.pick(durability_check::MONTHS),
            on: draw.maybe(Draw::any_day),
            state: draw.pick(durability_check::STATES),
        });
        facts.answers.push(Answer {
            project: draw.of("p", size),
            on: draw.maybe(Draw::any_day),
            contacted: draw.0.bool(),
            score: draw.maybe(|it| it.0.i64(1..6)),
            useful: draw.maybe(|it| it.0.bool()),
        });
    }
    // Of one the last table says nothing of jobs: those of the table before hold.
    for (epci, year) in [(0, 2022), (0, 2025), (1, 2024), (1, 2029), (1, 2025)] {
        let jobs = f64::from(draw.0.u16(1000..9000));
        facts.baseline.push(Baseline {
            epci: EPCIS[epci].to_owned(),
            year,
            jobs: ((epci, year) != (1, 2025)).then_some(jobs),
            farms: Some(f64::from(draw.0.u16(100..900))),
        });
    }
    facts
}

/// Days since 1 March of year 0, by the count of leap years.
fn julian(day: &str) -> i64 {
    let number = |from: usize, to: usize| day[from..to].parse::<i64>().unwrap();
    let (mut year, mut month) = (number(0, 4), number(5, 7));
    if month < 3 {
        year -= 1;
        month += 12;
    }
    365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + number(8, 10)
}

/// So many months later, the last of a month that is too short.
fn later(day: &str, months: i64) -> String {
    let number = |from: usize, to: usize| day[from..to].parse::<i64>().unwrap();
    let months = number(0, 4) * 12 + number(5, 7) - 1 + months;
    let (year, month) = (months / 12, months % 12 + 1);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    format!("{year:04}-{month:02}-{:02}", number(8, 10).min(last))
}

/// One cell, and what was counted in it.
struct Count<'c> {
    facts: &'c Facts,
    cell: Option<(Dimension, Option<&'c str>)>,
    low: f64,
    high: f64,
    of: f64,
    each: Vec<f64>,
    persons: BTreeSet<String>,
}

type Spot = (Option<String>, Option<String>, Option<String>);

impl Count<'_> {
    fn is_here(&self, (structure, epci, sector): &Spot) -> bool {
        match self.cell {
            None => true,
            Some((Dimension::Structure, key)) => structure.as_deref() == key,
            Some((Dimension::Epci, key)) => epci.as_deref() == key,
            Some((Dimension::Sector, key)) => sector.as_deref() == key,
        }
    }

    fn add(&mut self, spot: &Spot, person: &str, low: f64, high: f64, of: f64) {
        if self.is_here(spot) {
            self.low += low;
            self.high += high;
            self.of += of;
            self.each.push(low);
            if !person.is_empty() {
                self.persons.insert(person.to_owned());
            }
        }
    }

    fn yes_no(&mut self, spot: &Spot, person: &str, yes: bool) {
        let low = if yes { 1.0 } else { 0.0 };
        self.add(spot, person, low, low, 1.0);
    }

    fn project(&self, id: &str) -> Option<&Project> {
        self.facts.projects.iter().find(|it| it.id == id)
    }

    fn spot(&self, project: &Project) -> Spot {
        let settled = project
            .settled_in
            .as_ref()
            .map(|it| it.replace("epci:", ""));
        let mut looked_at: Vec<String> = Vec::new();
        for zone in &project.zones {
            let (kind, code) = zone.split_once(':').unwrap();
            let epci = match kind {
                "epci" => code.to_owned(),
                _ => self.facts.epci_of[code].clone(),
            };
            if !looked_at.contains(&epci) {
                looked_at.push(epci);
            }
        }
        let only = (looked_at.len() == 1).then(|| looked_at[0].clone());
        let mut holders = self.facts.holders.iter();
        let holder = holders.find(|it| Some(&it.id) == project.holder.as_ref());
        let origin = holder.and_then(|it| it.residence.clone());
        let origin = origin
            .filter(|it| it.starts_with("epci:"))
            .map(|it| it[5..].to_owned());
        let epci = settled.or(only).or(origin);
        (project.lead.clone(), epci, project.sector.clone())
    }

    fn spot_and_person(&self, project: &str) -> (Spot, String) {
        match self.project(project) {
            Some(it) => (
                self.spot(it),
                it.holder.clone().unwrap_or_else(|| it.id.clone()),
            ),
            None => ((None, None, None), project.to_owned()),
        }
    }
}

fn text(day: Option<Date>) -> String {
    day.map(|it| it.to_string()).unwrap_or_default()
}

/// Counts what an indicator counts.
#[expect(
    clippy::too_many_lines,
    reason = "one arm an indicator, beside each other on purpose"
)]
fn count(code: &str, it: &mut Count<'_>, period: &str, as_of: &str) {
    let facts = it.facts;
    let (year, half) = (&period[..4], &period[5..]);
    let (first, last) = match half {
        "H1" => (format!("{year}-01-01"), format!("{year}-06-30")),
        _ => (format!("{year}-07-01"), format!("{year}-12-31")),
    };
    let end = if *last < *as_of {
        last.clone()
    } else {
        as_of.to_owned()
    };
    let within = |day: &str| *day >= *first && *day <= *end;
    let concretised = |it: &Project| {
        let good = it.outcome == Some("created".into()) || it.outcome == Some("taken_over".into());
        good && within(&text(it.launched_on))
    };
    match code {
        "holders_welcomed" => {
            for holder in &facts.holders {
                let mut own: Vec<&Project> = facts.projects.iter().collect();
                own.retain(|it| it.holder.as_ref() == Some(&holder.id));
                own.sort_by_key(|it| (text(it.created_on), it.id.clone()));
                let spot = own.first().map(|project| it.spot(project));
                let (_, epci, sector) = spot.unwrap_or_default();
                if within(&text(holder.welcomed_on)) {
                    let spot = (Some(holder.structure.clone()), epci, sector);
                    it.add(&spot, &holder.id, 1.0, 1.0, 0.0);
                }
            }
        }
        "answered_within_5_days"
        | "answer_median_days"
        | "unanswered_at_45_days"
        | "acceptance"
        | "decline_reasons"
        | "sent_on"
        | "success" => {
            for referral in &facts.referrals {
                let ((_, epci, sector), person) = it.spot_and_person(&referral.project);
                let spot = (Some(referral.to.clone()), epci, sector);
                let (sent, answered) = (text(referral.sent_on), text(referral.answered_on));
                let status = referral.status.as_str();
                if code == "success" {
                    let ends = ["done", "done_no_help", "unreachable", "holder_withdrew"];
                    if within(&text(referral.closed_on)) && ends.contains(&status) {
                        it.yes_no(&spot, &person, status == "done");
                    }
                    continue;
                }
                if !within(&sent) || status == "draft" {
                    continue;
                }
                let waits = answered.is_empty() && (status == "sent" || status == "received");
                let days = match answered.is_empty() {
                    true => julian(as_of) - julian(&sent),
                    false => julian(&answered) - julian(&sent),
                };
                match code {
                    "answered_within_5_days" if !answered.is_empty() || (waits && days > 5) => {
                        it.yes_no(&spot, &person, days <= 5);
                    }
                    "unanswered_at_45_days" if !answered.is_empty() || (waits && days > 45) => {
                        it.yes_no(&spot, &person, days > 45);
                    }
                    "answer_median_days" if !answered.is_empty() => {
                        it.add(&spot, &person, days as f64, 0.0, 1.0);
                    }
                    "acceptance" => {
                        let no = status == "declined" || status == "rerouted";
                        let yes = [
                            "accepted",
                            "in_progress",
                            "done",
                            "done_no_help",
                            "unreachable",
                        ];
                        if no || yes.contains(&status) {
                            it.yes_no(&spot, &person, !no);
                        }
                    }
                    "sent_on" if ["declined", "rerouted"].contains(&status) => {
                        it.yes_no(&spot, &person, status == "rerouted");
                    }
                    "decline_reasons" if status == "declined" || status == "rerouted" => {
                        it.add(&spot, &person, 1.0, 1.0, 0.0);
                    }
                    _ => {}
                }
            }
        }
        "projects_concretised" | "jobs_created" | "jobs_kept" => {
            for project in facts.projects.iter().filter(|it| concretised(it)) {
                let (spot, person) = it.spot_and_person(&project.id);
                let amount = match code {
                    "jobs_created" => project.jobs_created,
                    "jobs_kept" => project.jobs_kept,
                    _ => 1.0,
                };
                it.add(&spot, &person, amount, amount, 0.0);
            }
        }
        "concretisation_24_months" => {
            for project in &facts.projects {
                let holder = facts
                    .holders
                    .iter()
                    .find(|it| Some(&it.id) == project.holder.as_ref());
                let began =
                    holder.map_or_else(|| text(project.created_on), |it| text(it.welcomed_on));
                let until = later(&began, 24);
                let good = ["created", "taken_over"];
                let good = good.contains(&project.outcome.as_deref().unwrap_or(""));
                let launched = text(project.launched_on);
                if within(&until) {
                    let (spot, person) = it.spot_and_person(&project.id);
                    it.yes_no(
                        &spot,
                        &person,
                        good && !launched.is_empty() && launched <= until,
                    );
                }
            }
        }
        "durability_12" | "durability_36" | "durability_60" => {
            let months = &code["durability_".len()..];
            for project in &facts.projects {
                let launched = text(project.launched_on);
                let good = ["created", "taken_over"];
                if launched.is_empty()
                    || !good.contains(&project.outcome.as_deref().unwrap_or(""))
                    || !within(&later(&launched, months.parse().unwrap()))
                {
                    continue;
                }
                let mut seen: Vec<&Check> = facts.checks.iter().collect();
                seen.retain(|it| it.project == project.id && it.month == months);
                seen.sort_by_key(|it| (text(it.on), it.id.clone()));
                let (low, high) = match seen.last().map_or("unknown", |it| &it.state) {
                    "unknown" => (0.0, 1.0),
                    "ceased" | "moved_out" => (0.0, 0.0),
                    _ => (1.0, 1.0),
                };
                let (spot, person) = it.spot_and_person(&project.id);
                it.add(&spot, &person, low, high, 1.0);
            }
        }
        "new_residents" => {
            let mut arrivals: Vec<&Project> = facts.projects.iter().collect();
            arrivals.retain(|it| {
                let elsewhere = it.outcome == Some("settled_elsewhere".into());
                within(&text(it.arrival_on)) && it.settled_in.is_some() && !elsewhere
            });
            arrivals.sort_by_key(|it| (text(it.arrival_on), it.id.clone()));
            let mut seen = Vec::new();
            for project in arrivals {
                let (spot, person) = it.spot_and_person(&project.id);
                if !seen.contains(&person) {
                    it.add(&spot, &person, 1.0, 1.0, 0.0);
                    seen.push(person);
                }
            }
        }
        "jobs_against_baseline" | "farms_against_baseline" => {
            let jobs = code.starts_with("jobs");
            for (epci, of) in [
                (EPCIS[0], &facts.baseline[1]),
                (EPCIS[1], &facts.baseline[if jobs { 2 } else { 4 }]),
            ] {
                let spot = (None, Some(epci.to_owned()), None);
                let base = if jobs {
                    of.jobs.unwrap() / 1000.0
                } else {
                    of.farms.unwrap() / 100.0
                };
                it.add(&spot, "", 0.0, 0.0, base);
            }
            for project in facts.projects.iter().filter(|it| concretised(it)) {
                let (spot, person) = it.spot_and_person(&project.id);
                let based = spot.1.as_deref().is_some_and(|it| EPCIS[..2].contains(&it));
                let made = match jobs {
                    true => project.jobs_created + project.jobs_kept,
                    false if project.kind == "farm_setup" => 1.0,
                    false => 0.0,
                };
                if based {
                    it.add(&spot, &person, made, made, 0.0);
                }
            }
        }
        "takeover_rate" | "freshness" => {
            for offer in &facts.opportunities {
                let on_offer = offer.status == "published" || offer.status == "under_negotiation";
                let spot = (
                    Some(offer.structure.clone()),
                    offer.epci.clone(),
                    offer.sector.clone(),
                );
                if text(offer.created_on) > end {
                    continue;
                }
                if code == "freshness" {
                    let long = offer.kind == "land";
                    let usual = if long { 180 } else { 90 };
                    let good_for = offer.review_every_days.unwrap_or(usual);
                    let seen = text(offer.verified_on);
                    if on_offer {
                        let fresh = !seen.is_empty()
                            && *seen <= *as_of
                            && julian(&end) - julian(&seen) <= good_for;
                        it.yes_no(&spot, "", fresh);
                    }
                    continue;
                }
                if !offer.kind.ends_with("takeover") {
                    continue;
                }
                let moved = within(&text(offer.changed_on));
                let mut taken = offer.status == "filled" && moved;
                for project in &facts.projects {
                    taken |= project.opportunity.as_ref() == Some(&offer.id)
                        && project.outcome == Some("taken_over".into())
                        && within(&text(project.launched_on));
                }
                if taken || on_offer || (offer.status == "withdrawn" && moved) {
                    it.yes_no(&spot, "", taken);
                }
            }
        }
        "duplicates_resolved" => {
            for link in facts.links.iter().filter(|it| within(&text(it.created_on))) {
                it.yes_no(&Spot::default(), "", link.state != "suspected");
            }
        }
        "demand_without_supply" | "themes_without_supply" | "needs_covered" => {
            for need in facts.needs.iter().filter(|it| within(&text(it.created_on))) {
                let (spot, person) = it.spot_and_person(&need.project);
                let answer = need.answer.as_deref().unwrap_or("");
                if code == "needs_covered" {
                    let mut covered = answer == "found" || need.linked;
                    for referral in &facts.referrals {
                        let same = referral.project == need.project && referral.theme == need.theme;
                        let named = referral.need.as_ref() == Some(&need.id);
                        let helps = ["accepted", "in_progress", "done"];
                        covered |= (same || named) && helps.contains(&referral.status.as_str());
                    }
                    it.yes_no(&spot, &person, covered);
                    continue;
                }
                let nothing =
                    answer.is_empty() && !need.linked && !facts.supply.contains(&need.theme);
                let without = answer == "none_found" || nothing;
                match code {
                    "demand_without_supply" => it.yes_no(&spot, &person, without),
                    _ if without => it.add(&spot, &person, 1.0, 1.0, 0.0),
                    _ => {}
                }
            }
        }
        "structures_per_project" => {
            let sent = |it: &&Referral| it.status != "draft" && within(&text(it.sent_on));
            let sent: Vec<&Referral> = facts.referrals.iter().filter(sent).collect();
            let projects: BTreeSet<&String> = sent.iter().map(|it| &it.project).collect();
            for project in projects {
                let mut around: Vec<&String> = Vec::new();
                for referral in sent.iter().filter(|it| it.project == *project) {
                    around.push(&referral.from);
                    around.push(&referral.to);
                }
                around.extend(it.project(project).and_then(|it| it.lead.as_ref()));
                around.sort();
                around.dedup();
                let many = around.len() as f64;
                let (spot, person) = it.spot_and_person(project);
                it.add(&spot, &person, many, many, 1.0);
            }
        }
        "satisfaction_score" | "satisfaction_useful" | "satisfaction_response" => {
            for answer in facts.answers.iter().filter(|it| within(&text(it.on))) {
                let (spot, person) = it.spot_and_person(&answer.project);
                let answered = answer.score.is_some() || answer.useful.is_some();
                match (code, answer.score, answer.useful) {
                    ("satisfaction_score", Some(score), _) => {
                        it.add(&spot, &person, score as f64, 0.0, 1.0);
                    }
                    ("satisfaction_useful", _, Some(useful)) => it.yes_no(&spot, &person, useful),
                    ("satisfaction_response", ..) if answer.contacted => {
                        it.yes_no(&spot, &person, answered);
                    }
                    _ => {}
                }
            }
        }
        "meetings_held" | "meeting_attendance" | "committees_held" => {
            for meeting in &facts.meetings {
                let on = text(meeting.on);
                let this_year = on.starts_with(year) && *on <= *end;
                let steering = meeting.kind == "steering";
                let came = meeting
                    .invited
                    .iter()
                    .filter(|it| meeting.present.contains(*it));
                let came = came.count() as f64;
                match code {
                    "meetings_held" if within(&on) && !steering => {
                        it.add(&Spot::default(), "", 1.0, 1.0, 0.0);
                    }
                    "committees_held" if this_year && steering => {
                        it.add(&Spot::default(), "", 1.0, 1.0, 0.0);
                    }
                    "meeting_attendance" if within(&on) => {
                        let invited = meeting.invited.len() as f64;
                        it.add(&Spot::default(), "", came, came, invited);
                    }
                    _ => {}
                }
            }
        }
        "decisions_done" => {
            for decision in facts.decisions.iter().filter(|it| within(&text(it.due_on))) {
                if decision.state != "dropped" {
                    it.yes_no(&Spot::default(), "", decision.state == "done");
                }
            }
        }
        "trainings_held" => {
            for training in &facts.trainings {
                let on = text(training.on);
                let dated = on.starts_with(year) && *on <= *end;
                let undated =
                    on.is_empty() && training.year.map(|it| it.to_string()) == Some(year.into());
                if dated || undated {
                    it.add(&Spot::default(), "", 1.0, 1.0, 0.0);
                }
            }
        }
        "valid_mandates" => it.add(&Spot::default(), "", 7.0, 7.0, 9.0),
        "cost_days" | "cost_amount" | "days_per_project" | "cost_per_project" => {
            for cost in facts.costs.iter().filter(|it| it.period == period) {
                let amount = match code {
                    "cost_days" | "days_per_project" => cost.days,
                    _ => cost.cents as f64 / 100.0,
                };
                it.add(&Spot::default(), "", amount, amount, 0.0);
            }
            if code.ends_with("per_project") {
                let came = facts.projects.iter().filter(|it| concretised(it)).count();
                it.add(&Spot::default(), "", 0.0, 0.0, came as f64);
            }
        }
        other => panic!("{other} has no second computation"),
    }
}

/// What those counts come to, by what docs/indicators.md says of each.
fn expected(code: &str, it: &Count<'_>) -> (Option<f64>, Option<(f64, f64)>) {
    let share = |part: f64| (it.of > 0.0).then(|| part / it.of);
    if code.starts_with("durability") {
        return (None, share(it.low).zip(share(it.high)));
    }
    if code == "answer_median_days" {
        let mut each = it.each.clone();
        each.sort_by(f64::total_cmp);
        let half = each.len() / 2;
        return match each.len() {
            0 => (None, None),
            odd if odd % 2 == 1 => (Some(each[half]), None),
            _ => (Some((each[half - 1] + each[half]) / 2.0), None),
        };
    }
    let sums = [
        "holders_welcomed",
        "decline_reasons",
        "projects_concretised",
        "jobs_created",
        "jobs_kept",
        "new_residents",
        "themes_without_supply",
        "meetings_held",
        "trainings_held",
        "committees_held",
        "cost_days",
        "cost_amount",
    ];
    match sums.contains(&code) {
        true => (Some(it.low), None),
        false => (share(it.low), None),
    }
}

fn assert_same(
    found: &Figure,
    code: &str,
    facts: &Facts,
    cell: Option<(Dimension, Option<&str>)>,
    window: (&str, &str),
) {
    let mut it = Count {
        facts,
        cell,
        low: 0.0,
        high: 0.0,
        of: 0.0,
        each: Vec::new(),
        persons: BTreeSet::new(),
    };
    count(code, &mut it, window.0, window.1);
    let (value, bounds) = expected(code, &it);
    let near = |one: f64, next: f64| (one - next).abs() <= 1e-9 * next.abs().max(1.0);
    let same = match (found.value, value) {
        (Some(one), Some(next)) => near(one, next),
        (one, next) => one.is_none() && next.is_none(),
    };
    let same_bounds = match (found.bounds, bounds) {
        (Some(one), Some(next)) => near(one.0, next.0) && near(one.1, next.1),
        (one, next) => one.is_none() && next.is_none(),
    };
    assert!(
        same && same_bounds,
        "{code} {cell:?} {window:?}: {found:?}, expected {value:?} {bounds:?}"
    );
    assert_eq!(
        found.persons,
        it.persons.len(),
        "{code} {cell:?} {window:?}: persons"
    );
}

#[test]
fn every_indicator_agrees_with_a_second_computation() {
    let mut counted = 0;
    for seed in 0..12 {
        let facts = registry(seed);
        for (period, as_of) in [
            ("2026-H1", date(2026, 9, 15)),
            ("2025-H2", date(2025, 11, 3)),
        ] {
            let window = Window {
                period: HalfYear::read(period).unwrap(),
                as_of,
            };
            let as_of = as_of.to_string();
            let asked = (period, as_of.as_str());
            for it in compute(&facts, &window, &Dimension::ALL) {
                let code = it.indicator.code;
                assert_same(&it.figure, code, &facts, None, asked);
                assert_eq!(it.cells.len(), it.indicator.dimensions.len(), "{code}");
                for (dimension, cells) in &it.cells {
                    for cell in cells {
                        let key = Some((*dimension, cell.key.as_deref()));
                        assert_same(&cell.figure, code, &facts, key, asked);
                        let few = it.indicator.of_persons && cell.figure.persons < FEWEST_PERSONS;
                        assert!(!few || cell.hidden.is_some(), "{code} {cell:?}");
                        counted += 1;
                    }
                    // No cell is forgotten.
                    let parts: f64 = cells.iter().map(|it| it.figure.part).sum();
                    assert!((parts - it.figure.part).abs() < 1e-6, "{code}");
                }
                if it.indicator.categories.is_some() {
                    let parts: f64 = it.categories.iter().map(|it| it.figure.part).sum();
                    assert!((parts - it.figure.part).abs() < 1e-6, "{code}");
                }
            }
        }
    }
    assert!(counted > 2_000, "only {counted} cells were compared");
}

#[test]
fn every_indicator_has_its_definition_for_people() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/indicators.md");
    let page = std::fs::read_to_string(path).unwrap();
    let codes = INDICATORS
        .iter()
        .map(|it| it.code)
        .chain([super::CONTRIBUTION]);
    let defined: Vec<&str> = (page.lines())
        .filter_map(|line| line.strip_prefix("### ")?.split('`').nth(1))
        .collect();
    assert_eq!(defined, codes.collect::<Vec<_>>());
    for section in page.split("\n### ").skip(1) {
        let name = section.lines().next().unwrap_or_default();
        assert!(section.contains("**Formule**"), "{name} has no formula");
    }
}

#[test]
fn an_empty_registry_has_figures_of_nothing() {
    let window = Window {
        period: HalfYear::read("2026-H1").unwrap(),
        as_of: date(2026, 7, 1),
    };
    for it in compute(&Facts::default(), &window, &Dimension::ALL) {
        let none = it.figure.value.is_none_or(|value| value == 0.0) && it.figure.bounds.is_none();
        assert!(none, "{}: {:?}", it.indicator.code, it.figure);
    }
}
