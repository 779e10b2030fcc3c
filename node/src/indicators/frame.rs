//! What indicators share: whose a project is, where it is, in which sector, who stands behind it.

use std::collections::HashMap;

use jiff::civil::Date;

use super::facts::{Facts, Project};
use super::period::HalfYear;

/// Where something is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place<'f> {
    /// Record of a structure.
    pub(crate) structure: Option<&'f str>,
    /// SIREN of a community of communes.
    pub(crate) epci: Option<&'f str>,
    /// Code of a sector.
    pub(crate) sector: Option<&'f str>,
}

/// One thing that counts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Observation<'f> {
    pub(crate) place: Place<'f>,
    /// Who is behind it, where cells of few persons are hidden.
    pub(crate) person: Option<&'f str>,
    /// What it adds to the part; of bounds, to the lower one.
    pub(crate) low: f64,
    /// What it adds to the upper bound.
    pub(crate) high: f64,
    /// What it adds to the whole.
    pub(crate) of: f64,
    /// The code under which it is broken down.
    pub(crate) category: Option<&'f str>,
}

impl Observation<'_> {
    /// One of a whole, which counts as part of it or not.
    pub(crate) fn one(counts: bool) -> Self {
        let low = f64::from(u8::from(counts));
        Self {
            low,
            high: low,
            of: 1.0,
            ..Self::default()
        }
    }

    /// An amount, of nothing.
    pub(crate) fn amount(low: f64) -> Self {
        Self {
            low,
            high: low,
            ..Self::default()
        }
    }

    /// One more of what amounts are divided by.
    pub(crate) fn whole(of: f64) -> Self {
        Self {
            of,
            ..Self::default()
        }
    }
}

/// When one looks, and at what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) period: HalfYear,
    /// The day of the computation.
    pub(crate) as_of: Date,
}

impl Window {
    /// The last day that counts.
    pub(crate) fn end(&self) -> Date {
        self.period.last_day().min(self.as_of)
    }

    /// Whether this lies in the period, and is not to come.
    pub(crate) fn holds(&self, day: Option<Date>) -> bool {
        day.is_some_and(|day| self.period.holds(day) && day <= self.as_of)
    }
}

/// The facts, with what is looked up in them.
#[derive(Debug)]
pub(crate) struct Frame<'f> {
    pub(crate) facts: &'f Facts,
    projects: HashMap<&'f str, usize>,
    welcomed: HashMap<&'f str, Option<Date>>,
    places: Vec<Place<'f>>,
    /// The first project of each person.
    first: HashMap<&'f str, usize>,
}

impl<'f> Frame<'f> {
    pub(crate) fn new(facts: &'f Facts) -> Self {
        let residences: HashMap<&str, Option<&'f str>> = (facts.holders.iter())
            .map(|it| (it.id.as_str(), it.residence.as_deref().and_then(siren_of)))
            .collect();
        let place = |project: &'f Project| Place {
            structure: project.lead.as_deref(),
            epci: epci_of(facts, project).or_else(|| {
                let holder = project.holder.as_deref()?;
                residences.get(holder).copied().flatten()
            }),
            sector: project.sector.as_deref(),
        };
        let numbered = || facts.projects.iter().enumerate();
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (number, project) in numbered() {
            let rank = |at: usize| (facts.projects[at].created_on, &facts.projects[at].id);
            let known = first.entry(person(project)).or_insert(number);
            if rank(number) < rank(*known) {
                *known = number;
            }
        }
        Self {
            facts,
            projects: numbered()
                .map(|(number, it)| (it.id.as_str(), number))
                .collect(),
            welcomed: (facts.holders.iter())
                .map(|it| (it.id.as_str(), it.welcomed_on))
                .collect(),
            places: facts.projects.iter().map(place).collect(),
            first,
        }
    }

    /// The projects, each with its place.
    pub(crate) fn projects(&self) -> impl Iterator<Item = (&'f Project, Place<'f>)> {
        self.facts.projects.iter().zip(self.places.iter().copied())
    }

    /// A project by its identity, with its place.
    pub(crate) fn project(&self, id: &str) -> Option<(&'f Project, Place<'f>)> {
        let number = *self.projects.get(id)?;
        Some((&self.facts.projects[number], self.places[number]))
    }

    /// Where a person is counted: with their first project.
    pub(crate) fn place_of_person(&self, holder: &str) -> Place<'f> {
        let first = self.first.get(holder);
        first.map_or_else(Place::default, |number| self.places[*number])
    }

    /// When a project began: with the first contact, or else with its record.
    pub(crate) fn began(&self, project: &Project) -> Option<Date> {
        let holder = project.holder.as_deref();
        let welcomed = holder.and_then(|it| self.welcomed.get(it).copied().flatten());
        welcomed.or(project.created_on)
    }

    /// Something counted of a project, by its identity: where the project is, for its person.
    pub(crate) fn of_project(&self, id: &'f str, it: Observation<'f>) -> Observation<'f> {
        match self.project(id) {
            Some((project, place)) => Observation {
                place,
                person: Some(person(project)),
                ..it
            },
            None => Observation {
                person: Some(id),
                ..it
            },
        }
    }
}

/// Who is behind a project: its holder, or else somebody of its own.
pub(crate) fn person(project: &Project) -> &str {
    project.holder.as_deref().unwrap_or(&project.id)
}

/// Whether a project came to something.
pub(crate) fn is_concretised(project: &Project) -> bool {
    matches!(project.outcome.as_deref(), Some("created" | "taken_over"))
}

/// The community of communes that a zone is.
fn siren_of(zone: &str) -> Option<&str> {
    zone.strip_prefix("epci:")
}

/// Where a project settled, or else the only community of communes that it looks at.
fn epci_of<'f>(facts: &'f Facts, project: &'f Project) -> Option<&'f str> {
    if let Some(settled) = project.settled_in.as_deref().and_then(siren_of) {
        return Some(settled);
    }
    let of_zone = |zone: &'f String| {
        let commune = zone.strip_prefix("insee:");
        siren_of(zone).or_else(|| facts.epci_of.get(commune?).map(String::as_str))
    };
    let mut found = project.zones.iter().map(of_zone);
    let first = found.next()??;
    found.all(|other| other == Some(first)).then_some(first)
}
