//! The rows that indicators are computed from, as the read model gives them: no more than is counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

/// A person whom the network accompanies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holder {
    pub(crate) id: String,
    /// The record of the structure that welcomed them.
    pub(crate) structure: String,
    /// First contact, or else the day of the record.
    pub(crate) welcomed_on: Option<Date>,
    pub(crate) residence: Option<String>,
}

/// A project.
#[derive(Clone, Debug, Default)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) holder: Option<String>,
    pub(crate) kind: String,
    pub(crate) sector: Option<String>,
    /// Communes, groupings, departments: `insee:63003`.
    pub(crate) zones: Vec<String>,
    pub(crate) lead: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) launched_on: Option<Date>,
    pub(crate) arrival_on: Option<Date>,
    pub(crate) settled_in: Option<String>,
    pub(crate) jobs_created: f64,
    pub(crate) jobs_kept: f64,
    pub(crate) opportunity: Option<String>,
    pub(crate) created_on: Option<Date>,
}

/// A referral.
#[derive(Clone, Debug, Default)]
pub(crate) struct Referral {
    pub(crate) project: String,
    pub(crate) theme: String,
    pub(crate) need: Option<String>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) status: String,
    pub(crate) decline_reason: Option<String>,
    pub(crate) sent_on: Option<Date>,
    pub(crate) answered_on: Option<Date>,
    pub(crate) closed_on: Option<Date>,
}

/// What a project needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Need {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) theme: String,
    pub(crate) answer: Option<String>,
    /// Whether it names a service or an opportunity.
    pub(crate) linked: bool,
    pub(crate) created_on: Option<Date>,
}

/// Something to take over, to rent, to live in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opportunity {
    pub(crate) id: String,
    /// The record of the structure that answers for it.
    pub(crate) structure: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) sector: Option<String>,
    /// SIREN of its community of communes.
    pub(crate) epci: Option<String>,
    pub(crate) verified_on: Option<Date>,
    pub(crate) review_every_days: Option<i64>,
    pub(crate) created_on: Option<Date>,
    pub(crate) changed_on: Option<Date>,
}

/// What became of a project.
#[derive(Clone, Debug, Default)]
pub(crate) struct Check {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) month: String,
    pub(crate) on: Option<Date>,
    pub(crate) state: String,
}

/// What a person said of the network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) project: String,
    pub(crate) on: Option<Date>,
    pub(crate) contacted: bool,
    pub(crate) score: Option<i64>,
    pub(crate) useful: Option<bool>,
}

/// A meeting.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meeting {
    pub(crate) kind: String,
    pub(crate) on: Option<Date>,
    pub(crate) invited: BTreeSet<String>,
    pub(crate) present: BTreeSet<String>,
}

/// What a meeting decided.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decision {
    pub(crate) due_on: Option<Date>,
    pub(crate) state: String,
}

/// A training of the network's technicians.
#[derive(Clone, Debug, Default)]
pub(crate) struct Training {
    pub(crate) on: Option<Date>,
    pub(crate) year: Option<i64>,
}

/// Days and amounts that a structure spent in a half-year.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) period: String,
    pub(crate) days: f64,
    pub(crate) cents: i64,
}

/// Two records that may be one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link {
    pub(crate) state: String,
    pub(crate) created_on: Option<Date>,
}

/// Jobs and farms of a community of communes in one year, as statistics tell them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Baseline {
    /// SIREN of the community of communes.
    pub(crate) epci: String,
    pub(crate) year: i16,
    /// None where the table does not say.
    pub(crate) jobs: Option<f64>,
    pub(crate) farms: Option<f64>,
}

/// How many structures are on the roll, and how many of them may act now.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Roll {
    pub(crate) members: u64,
    pub(crate) valid: u64,
}

/// All rows of one registry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// What structures are called, by record.
    pub(crate) structures: BTreeMap<String, String>,
    /// The community of communes of each commune, by code.
    pub(crate) epci_of: BTreeMap<String, String>,
    /// The themes of needs that some structure or support offer covers.
    pub(crate) supply: BTreeSet<String>,
    pub(crate) holders: Vec<Holder>,
    pub(crate) projects: Vec<Project>,
    pub(crate) referrals: Vec<Referral>,
    pub(crate) needs: Vec<Need>,
    pub(crate) opportunities: Vec<Opportunity>,
    pub(crate) checks: Vec<Check>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) meetings: Vec<Meeting>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) trainings: Vec<Training>,
    pub(crate) costs: Vec<Cost>,
    pub(crate) links: Vec<Link>,
    pub(crate) baseline: Vec<Baseline>,
    pub(crate) roll: Roll,
}
