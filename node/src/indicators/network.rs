//! What is on offer, what people say, and how the network lives: meetings, trainings, costs.

use std::collections::BTreeSet;

use super::facts::{Answer, Opportunity};
use super::frame::{Frame, Observation, Place, Window, is_concretised};
use crate::registry::freshness::{LONG_INTERVAL_DAYS, SHORT_INTERVAL_DAYS, days_between};

fn place_of(it: &Opportunity) -> Place<'_> {
    Place {
        structure: Some(&it.structure),
        epci: it.epci.as_deref(),
        sector: it.sector.as_deref(),
    }
}

fn is_on_offer(it: &Opportunity) -> bool {
    matches!(it.status.as_str(), "published" | "under_negotiation")
}

pub(super) fn takeover_rate<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let taken = frame
        .projects()
        .map(|(it, _)| it)
        .filter(|it| it.outcome.as_deref() == Some("taken_over") && window.holds(it.launched_on));
    let taken: BTreeSet<&str> = taken.filter_map(|it| it.opportunity.as_deref()).collect();
    let all = frame.facts.opportunities.iter();
    let takeovers =
        all.filter(|it| matches!(it.kind.as_str(), "business_takeover" | "farm_takeover"));
    let offered = |it: &'f Opportunity| {
        let known = it.created_on.is_some_and(|day| day <= window.end());
        let left = matches!(it.status.as_str(), "filled" | "withdrawn");
        let left_in_time = left && window.holds(it.changed_on);
        let is_taken = taken.contains(it.id.as_str()) || (it.status == "filled" && left_in_time);
        let counts = known && (is_on_offer(it) || left_in_time || is_taken);
        counts.then(|| Observation {
            place: place_of(it),
            ..Observation::one(is_taken)
        })
    };
    takeovers.filter_map(offered).collect()
}

pub(super) fn freshness<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let all = frame.facts.opportunities.iter();
    let known = |it: &&Opportunity| it.created_on.is_some_and(|day| day <= window.end());
    all.filter(known)
        .filter(|it| is_on_offer(it))
        .map(|it| {
            let usual = match it.kind.as_str() {
                "land" | "farmland" | "activity_wanted" => LONG_INTERVAL_DAYS,
                _ => SHORT_INTERVAL_DAYS,
            };
            let interval = it.review_every_days.unwrap_or(usual);
            // Who vouched for it after the period did not know less of it before.
            let fresh = it.verified_on.is_some_and(|day| {
                day <= window.as_of && days_between(day, window.end()) <= interval
            });
            Observation {
                place: place_of(it),
                ..Observation::one(fresh)
            }
        })
        .collect()
}

pub(super) fn duplicates_resolved<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let found = frame
        .facts
        .links
        .iter()
        .filter(|it| window.holds(it.created_on));
    found
        .map(|it| Observation::one(matches!(it.state.as_str(), "confirmed" | "rejected")))
        .collect()
}

fn said<'f>(frame: &Frame<'f>, window: &Window) -> impl Iterator<Item = &'f Answer> {
    frame.facts.answers.iter().filter(|it| window.holds(it.on))
}

pub(super) fn satisfaction_response<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let asked = said(frame, window).filter(|it| it.contacted);
    asked
        .map(|it| {
            let answered = it.score.is_some() || it.useful.is_some();
            frame.of_project(&it.project, Observation::one(answered))
        })
        .collect()
}

pub(super) fn satisfaction_score<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let score = |it: &'f Answer| {
        let score = Observation {
            of: 1.0,
            ..Observation::amount(it.score? as f64)
        };
        Some(frame.of_project(&it.project, score))
    };
    said(frame, window).filter_map(score).collect()
}

pub(super) fn satisfaction_useful<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let useful = |it: &'f Answer| Some(frame.of_project(&it.project, Observation::one(it.useful?)));
    said(frame, window).filter_map(useful).collect()
}

pub(super) fn meetings_held<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let held = frame.facts.meetings.iter().filter(|it| window.holds(it.on));
    let held = held.filter(|it| it.kind != "steering");
    held.map(|_| Observation::amount(1.0)).collect()
}

pub(super) fn meeting_attendance<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let held = frame.facts.meetings.iter().filter(|it| window.holds(it.on));
    held.filter(|it| !it.invited.is_empty())
        .map(|it| Observation {
            of: it.invited.len() as f64,
            ..Observation::amount(it.invited.intersection(&it.present).count() as f64)
        })
        .collect()
}

pub(super) fn decisions_done<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let due = frame
        .facts
        .decisions
        .iter()
        .filter(|it| window.holds(it.due_on));
    let kept = due.filter(|it| it.state != "dropped");
    kept.map(|it| Observation::one(it.state == "done"))
        .collect()
}

pub(super) fn trainings_held<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let period = window.period;
    let held = frame.facts.trainings.iter().filter(|it| match it.on {
        Some(day) => period.year_so_far_holds(day) && day <= window.as_of,
        None => it.year == Some(i64::from(period.year())),
    });
    held.map(|_| Observation::amount(1.0)).collect()
}

pub(super) fn committees_held<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let held = frame.facts.meetings.iter().filter(|it| {
        let counts = |day| window.period.year_so_far_holds(day) && day <= window.as_of;
        it.kind == "steering" && it.on.is_some_and(counts)
    });
    held.map(|_| Observation::amount(1.0)).collect()
}

pub(super) fn valid_mandates<'f>(frame: &Frame<'f>, _: &Window) -> Vec<Observation<'f>> {
    let roll = frame.facts.roll;
    vec![Observation {
        of: roll.members as f64,
        ..Observation::amount(roll.valid as f64)
    }]
}

pub(super) fn cost_days<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    costs(frame, window, |it| it.days)
}

pub(super) fn cost_amount<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    costs(frame, window, |it| it.cents as f64 / 100.0)
}

fn costs<'f>(
    frame: &Frame<'f>,
    window: &Window,
    of: impl Fn(&super::facts::Cost) -> f64,
) -> Vec<Observation<'f>> {
    let period = window.period.to_string();
    let spent = frame.facts.costs.iter().filter(|it| it.period == period);
    spent.map(|it| Observation::amount(of(it))).collect()
}

/// As many wholes as projects that came to something.
fn concretised<'f>(frame: &Frame<'f>, window: &Window) -> impl Iterator<Item = Observation<'f>> {
    let launched = frame.projects().map(|(it, _)| it);
    let launched = launched.filter(|it| is_concretised(it) && window.holds(it.launched_on));
    launched.map(|_| Observation::whole(1.0))
}

pub(super) fn days_per_project<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let spent = cost_days(frame, window).into_iter();
    spent.chain(concretised(frame, window)).collect()
}

pub(super) fn cost_per_project<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let spent = cost_amount(frame, window).into_iter();
    spent.chain(concretised(frame, window)).collect()
}
