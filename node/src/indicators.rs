//! Indicators of a half-year, computed from rows of the registry; pure.
//!
//! Each is declared once in [`INDICATORS`]: what it measures, in which unit, whether persons are
//! behind it, and the function that gives what is counted. From those *observations* follow the
//! figure of the network and the cells by structure, community of communes or sector. Definitions
//! for people: docs/indicators.md, one section an indicator.

use self::frame::{Frame, Observation, Window};

pub(crate) mod facts;
pub(crate) mod figure;
pub(crate) mod frame;
mod network;
pub(crate) mod period;
mod projects;
pub(crate) mod report;
#[cfg(test)]
pub(crate) mod tests;
mod welcome;

pub(crate) use facts::Facts;
pub(crate) use period::HalfYear;

/// How observations become a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// All parts together.
    Sum,
    /// The part of the whole that counts, 0 to 1.
    Share,
    /// A share of which only bounds are known.
    Bounds,
    /// Parts divided by wholes.
    Ratio,
    /// The one in the middle.
    Median,
}

/// What a figure is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Persons,
    Projects,
    Referrals,
    Needs,
    Jobs,
    Meetings,
    Percent,
    Days,
    Euros,
    /// 1 to 5.
    Score,
    Structures,
    /// So many in a thousand, in a hundred.
    Per1000,
    Per100,
}

impl Unit {
    /// Its code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Projects => "projects",
            Self::Referrals => "referrals",
            Self::Needs => "needs",
            Self::Jobs => "jobs",
            Self::Meetings => "meetings",
            Self::Percent => "percent",
            Self::Days => "days",
            Self::Euros => "euros",
            Self::Score => "score",
            Self::Structures => "structures",
            Self::Per1000 => "per_1000",
            Self::Per100 => "per_100",
        }
    }
}

/// What an indicator can be broken down by, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    Structure,
    Epci,
    Sector,
}

impl Dimension {
    pub(crate) const ALL: [Self; 3] = [Self::Structure, Self::Epci, Self::Sector];

    /// Its code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Epci => "epci",
            Self::Sector => "sector",
        }
    }
}

/// What counts, of one registry and period.
type Observe = for<'f> fn(&Frame<'f>, &Window) -> Vec<Observation<'f>>;

/// One indicator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indicator {
    /// Stable name.
    pub(crate) code: &'static str,
    /// The part of the report that it stands in.
    pub(crate) group: &'static str,
    pub(crate) measure: Measure,
    pub(crate) unit: Unit,
    /// Whether persons are behind its cells, so that small ones are hidden.
    pub(crate) of_persons: bool,
    /// Whether less is better.
    pub(crate) less_is_better: bool,
    pub(crate) dimensions: &'static [Dimension],
    /// The codes that it is broken down by, where it is: those of this field, `referral.decline_reason`.
    pub(crate) categories: Option<&'static str>,
    /// What the charter of partners asks for in a year.
    pub(crate) yearly_aim: Option<f64>,
    pub(crate) observe: Observe,
}

/// An indicator about persons, by every dimension.
const fn persons(
    group: &'static str,
    code: &'static str,
    measure: Measure,
    unit: Unit,
    observe: Observe,
) -> Indicator {
    Indicator {
        code,
        group,
        measure,
        unit,
        of_persons: true,
        less_is_better: false,
        dimensions: &Dimension::ALL,
        categories: None,
        yearly_aim: None,
        observe,
    }
}

/// An indicator about things, by every dimension.
const fn things(
    group: &'static str,
    code: &'static str,
    measure: Measure,
    unit: Unit,
    observe: Observe,
) -> Indicator {
    let it = persons(group, code, measure, unit, observe);
    Indicator {
        of_persons: false,
        ..it
    }
}

/// An indicator of the network as a whole.
const fn whole(
    group: &'static str,
    code: &'static str,
    measure: Measure,
    unit: Unit,
    observe: Observe,
) -> Indicator {
    let it = things(group, code, measure, unit, observe);
    Indicator {
        dimensions: &[],
        ..it
    }
}

impl Indicator {
    const fn less_is_better(mut self) -> Self {
        self.less_is_better = true;
        self
    }

    const fn by(mut self, dimensions: &'static [Dimension]) -> Self {
        self.dimensions = dimensions;
        self
    }

    const fn by_code_of(mut self, field: &'static str) -> Self {
        self.dimensions = &[];
        self.categories = Some(field);
        self
    }

    const fn aim_in_a_year(mut self, aim: f64) -> Self {
        self.yearly_aim = Some(aim);
        self
    }
}

/// Every indicator, in the order of the report.
pub(crate) static INDICATORS: [Indicator; 38] = {
    use Measure::{Bounds, Median, Ratio, Share, Sum};
    use Unit::{
        Days, Euros, Jobs, Meetings, Needs, Per100, Per1000, Percent, Persons, Projects, Referrals,
        Score, Structures,
    };
    [
        persons(
            "welcome",
            "holders_welcomed",
            Sum,
            Persons,
            welcome::holders_welcomed,
        ),
        persons(
            "welcome",
            "answered_within_5_days",
            Share,
            Percent,
            welcome::answered_within_5_days,
        ),
        persons(
            "welcome",
            "answer_median_days",
            Median,
            Days,
            welcome::answer_median_days,
        )
        .less_is_better(),
        persons(
            "welcome",
            "unanswered_at_45_days",
            Share,
            Percent,
            welcome::unanswered_at_45_days,
        )
        .less_is_better(),
        persons("welcome", "acceptance", Share, Percent, welcome::acceptance),
        persons(
            "welcome",
            "decline_reasons",
            Sum,
            Referrals,
            welcome::decline_reasons,
        )
        .less_is_better()
        .by_code_of("referral.decline_reason"),
        persons("welcome", "sent_on", Share, Percent, welcome::sent_on),
        persons("welcome", "success", Share, Percent, welcome::success),
        persons(
            "projects",
            "projects_concretised",
            Sum,
            Projects,
            projects::projects_concretised,
        ),
        persons(
            "projects",
            "concretisation_24_months",
            Share,
            Percent,
            projects::concretisation_24_months,
        ),
        persons(
            "projects",
            "durability_12",
            Bounds,
            Percent,
            projects::durability_12,
        ),
        persons(
            "projects",
            "durability_36",
            Bounds,
            Percent,
            projects::durability_36,
        ),
        persons(
            "projects",
            "durability_60",
            Bounds,
            Percent,
            projects::durability_60,
        ),
        persons(
            "projects",
            "jobs_created",
            Sum,
            Jobs,
            projects::jobs_created,
        ),
        persons("projects", "jobs_kept", Sum, Jobs, projects::jobs_kept),
        persons(
            "projects",
            "new_residents",
            Sum,
            Persons,
            projects::new_residents,
        ),
        persons(
            "territory",
            "jobs_against_baseline",
            Ratio,
            Per1000,
            projects::jobs_against_baseline,
        )
        .by(&[Dimension::Epci]),
        persons(
            "territory",
            "farms_against_baseline",
            Ratio,
            Per100,
            projects::farms_against_baseline,
        )
        .by(&[Dimension::Epci]),
        things(
            "offers",
            "takeover_rate",
            Share,
            Percent,
            network::takeover_rate,
        ),
        things("offers", "freshness", Share, Percent, network::freshness),
        whole(
            "offers",
            "duplicates_resolved",
            Share,
            Percent,
            network::duplicates_resolved,
        ),
        persons(
            "offers",
            "demand_without_supply",
            Share,
            Percent,
            projects::demand_without_supply,
        )
        .less_is_better(),
        persons(
            "offers",
            "themes_without_supply",
            Sum,
            Needs,
            projects::themes_without_supply,
        )
        .less_is_better()
        .by_code_of("need.theme"),
        persons(
            "breadth",
            "structures_per_project",
            Ratio,
            Structures,
            projects::structures_per_project,
        ),
        persons(
            "breadth",
            "needs_covered",
            Share,
            Percent,
            projects::needs_covered,
        ),
        persons(
            "satisfaction",
            "satisfaction_score",
            Ratio,
            Score,
            network::satisfaction_score,
        ),
        persons(
            "satisfaction",
            "satisfaction_useful",
            Share,
            Percent,
            network::satisfaction_useful,
        ),
        persons(
            "satisfaction",
            "satisfaction_response",
            Share,
            Percent,
            network::satisfaction_response,
        ),
        whole(
            "governance",
            "meetings_held",
            Sum,
            Meetings,
            network::meetings_held,
        ),
        whole(
            "governance",
            "meeting_attendance",
            Share,
            Percent,
            network::meeting_attendance,
        ),
        whole(
            "governance",
            "decisions_done",
            Share,
            Percent,
            network::decisions_done,
        ),
        whole(
            "governance",
            "trainings_held",
            Sum,
            Meetings,
            network::trainings_held,
        )
        .aim_in_a_year(3.0),
        whole(
            "governance",
            "committees_held",
            Sum,
            Meetings,
            network::committees_held,
        )
        .aim_in_a_year(2.0),
        whole(
            "governance",
            "valid_mandates",
            Share,
            Percent,
            network::valid_mandates,
        ),
        whole("costs", "cost_days", Sum, Days, network::cost_days),
        whole("costs", "cost_amount", Sum, Euros, network::cost_amount),
        whole(
            "costs",
            "days_per_project",
            Ratio,
            Days,
            network::days_per_project,
        )
        .less_is_better(),
        whole(
            "costs",
            "cost_per_project",
            Ratio,
            Euros,
            network::cost_per_project,
        )
        .less_is_better(),
    ]
};

/// What a report does not show unless the charter says so.
pub(crate) const CONTRIBUTION: &str = "contribution";

/// The indicator of this code.
pub(crate) fn indicator(code: &str) -> Option<&'static Indicator> {
    INDICATORS.iter().find(|it| it.code == code)
}
