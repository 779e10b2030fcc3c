//! Projects: whether they came to something, lasted, made jobs, brought people; what they needed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;

use super::facts::{Check, Project};
use super::frame::{Frame, Observation, Place, Window, is_concretised, person};

/// The months within which a project should come to something.
const CONCRETISED_WITHIN: i64 = 24;

fn months_after(day: Date, months: i64) -> Date {
    day.saturating_add(months.months())
}

/// Something counted of this project.
fn counted<'f>(project: &'f Project, place: Place<'f>, it: Observation<'f>) -> Observation<'f> {
    Observation {
        place,
        person: Some(person(project)),
        ..it
    }
}

/// The projects that came to something in the period.
fn launched<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> impl Iterator<Item = (&'f Project, Place<'f>)> {
    let came = |it: &Project| is_concretised(it) && window.holds(it.launched_on);
    frame.projects().filter(move |(it, _)| came(it))
}

pub(super) fn projects_concretised<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let one = |(it, place)| counted(it, place, Observation::amount(1.0));
    launched(frame, window).map(one).collect()
}

pub(super) fn concretisation_24_months<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let due = |(it, place): (&'f Project, Place<'f>)| {
        let until = months_after(frame.began(it)?, CONCRETISED_WITHIN);
        let in_time = is_concretised(it) && it.launched_on.is_some_and(|day| day <= until);
        let one = Observation::one(in_time);
        window.holds(Some(until)).then(|| counted(it, place, one))
    };
    frame.projects().filter_map(due).collect()
}

pub(super) fn durability_12<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    durability(frame, window, 12)
}

pub(super) fn durability_36<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    durability(frame, window, 36)
}

pub(super) fn durability_60<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    durability(frame, window, 60)
}

/// Of what was launched so many months ago: what is known to last, and what may.
fn durability<'f>(frame: &Frame<'f>, window: &Window, months: i64) -> Vec<Observation<'f>> {
    let month = months.to_string();
    let mut last: HashMap<&str, &Check> = HashMap::new();
    for check in frame.facts.checks.iter().filter(|it| it.month == month) {
        let known = last.entry(&check.project).or_insert(check);
        if (check.on, &check.id) > (known.on, &known.id) {
            *known = check;
        }
    }
    let looked_at = |(it, place): (&'f Project, Place<'f>)| {
        let due = months_after(it.launched_on?, months);
        if !(is_concretised(it) && window.holds(Some(due))) {
            return None;
        }
        let state = last.get(it.id.as_str()).map(|check| check.state.as_str());
        let (low, high) = match state {
            Some("active" | "grown" | "difficulty" | "transferred") => (1.0, 1.0),
            Some("ceased" | "moved_out") => (0.0, 0.0),
            _ => (0.0, 1.0),
        };
        let seen = Observation {
            low,
            high,
            of: 1.0,
            ..Observation::default()
        };
        Some(counted(it, place, seen))
    };
    frame.projects().filter_map(looked_at).collect()
}

pub(super) fn jobs_created<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let jobs = |(it, place): (&'f Project, Place<'f>)| {
        counted(it, place, Observation::amount(it.jobs_created))
    };
    launched(frame, window).map(jobs).collect()
}

pub(super) fn jobs_kept<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let jobs = |(it, place): (&'f Project, Place<'f>)| {
        counted(it, place, Observation::amount(it.jobs_kept))
    };
    launched(frame, window).map(jobs).collect()
}

pub(super) fn new_residents<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let settled = |it: &Project| {
        let here = it.settled_in.is_some() && it.outcome.as_deref() != Some("settled_elsewhere");
        here && window.holds(it.arrival_on)
    };
    let mut arrived: BTreeMap<&str, (&'f Project, Place<'f>)> = BTreeMap::new();
    for (it, place) in frame.projects().filter(|(it, _)| settled(it)) {
        let known = arrived.entry(person(it)).or_insert((it, place));
        if (it.arrival_on, &it.id) < (known.0.arrival_on, &known.0.id) {
            *known = (it, place);
        }
    }
    let one = |(it, place)| counted(it, place, Observation::amount(1.0));
    arrived.into_values().map(one).collect()
}

pub(super) fn structures_per_project<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let mut around: BTreeMap<&'f str, BTreeSet<&'f str>> = BTreeMap::new();
    for it in &frame.facts.referrals {
        if it.status != "draft" && window.holds(it.sent_on) {
            let structures = around.entry(&it.project).or_default();
            structures.extend([it.from.as_str(), it.to.as_str()]);
        }
    }
    let project = |(id, mut structures): (&'f str, BTreeSet<&'f str>)| {
        let project = frame.project(id);
        structures.extend(project.and_then(|(it, _)| it.lead.as_deref()));
        let count = Observation {
            of: 1.0,
            ..Observation::amount(structures.len() as f64)
        };
        frame.of_project(id, count)
    };
    around.into_iter().map(project).collect()
}

pub(super) fn needs_covered<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let helping = |status: &str| matches!(status, "accepted" | "in_progress" | "done");
    let mut helped: BTreeSet<(&str, &str)> = BTreeSet::new();
    for it in frame
        .facts
        .referrals
        .iter()
        .filter(|it| helping(&it.status))
    {
        helped.insert((&it.project, &it.theme));
        helped.extend(it.need.as_deref().map(|need| ("", need)));
    }
    let needs = frame
        .facts
        .needs
        .iter()
        .filter(|it| window.holds(it.created_on));
    needs
        .map(|it| {
            let covered = it.linked
                || it.answer.as_deref() == Some("found")
                || helped.contains(&(it.project.as_str(), it.theme.as_str()))
                || helped.contains(&("", it.id.as_str()));
            frame.of_project(&it.project, Observation::one(covered))
        })
        .collect()
}

pub(super) fn demand_without_supply<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let needs = frame
        .facts
        .needs
        .iter()
        .filter(|it| window.holds(it.created_on));
    needs
        .map(|it| {
            let supplied = frame.facts.supply.contains(&it.theme);
            let without = match it.answer.as_deref() {
                Some("found") => false,
                Some("none_found") => true,
                _ => !it.linked && !supplied,
            };
            Observation {
                category: without.then_some(it.theme.as_str()),
                ..frame.of_project(&it.project, Observation::one(without))
            }
        })
        .collect()
}

pub(super) fn themes_without_supply<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let all = demand_without_supply(frame, window).into_iter();
    let without = all.filter(|it| it.category.is_some());
    without.map(|it| Observation { of: 0.0, ..it }).collect()
}

/// The last figure of each community of communes that is known and not younger than the period.
fn baseline<'f>(
    frame: &Frame<'f>,
    window: &Window,
    figure: impl Fn(&super::facts::Baseline) -> Option<f64>,
) -> BTreeMap<&'f str, f64> {
    let mut last: BTreeMap<&str, (i16, f64)> = BTreeMap::new();
    let rows = frame.facts.baseline.iter();
    for row in rows.filter(|it| it.year <= window.period.year()) {
        let Some(figure) = figure(row) else { continue };
        let known = last.entry(&row.epci).or_insert((row.year, figure));
        if row.year > known.0 {
            *known = (row.year, figure);
        }
    }
    last.into_iter().map(|(epci, (_, it))| (epci, it)).collect()
}

/// What projects made, against the baseline of where they are.
fn against<'f>(
    frame: &Frame<'f>,
    window: &Window,
    bases: &BTreeMap<&'f str, f64>,
    made: impl Fn(&Project) -> f64,
) -> Vec<Observation<'f>> {
    let wholes = bases.iter().map(|(epci, base)| Observation {
        place: Place {
            epci: Some(epci),
            ..Place::default()
        },
        ..Observation::whole(*base)
    });
    let known = |place: &Place<'f>| place.epci.is_some_and(|epci| bases.contains_key(epci));
    let parts = launched(frame, window).filter(|(_, place)| known(place));
    let parts = parts.map(|(it, place)| counted(it, place, Observation::amount(made(it))));
    wholes.chain(parts).collect()
}

pub(super) fn jobs_against_baseline<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let bases = baseline(frame, window, |it| it.jobs.map(|it| it / 1000.0));
    against(frame, window, &bases, |it| it.jobs_created + it.jobs_kept)
}

pub(super) fn farms_against_baseline<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let bases = baseline(frame, window, |it| it.farms.map(|it| it / 100.0));
    let farm = |it: &Project| f64::from(u8::from(it.kind == "farm_setup"));
    against(frame, window, &bases, farm)
}
