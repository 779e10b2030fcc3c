//! How well a structure can help a project: five gates, then five criteria with their weights.
//!
//! The charter's gate (a mandate in force for a theme) is asked by the node; the others are here.
//! What the *project* does not say drops out for every structure alike; what a *structure* does not
//! say counts as little or half, or else silence would rank first. Formulas: docs/matching.md.

use std::collections::BTreeSet;

use super::falling;
use super::zone::{Level, Zone, closest};
use crate::territory::Territory;

/// Days until an answer that are as good as none, and from which an answer is worth nothing: twice
/// the five days of the charter.
const PROMPT_DAYS: f64 = 1.0;
const SLOW_DAYS: f64 = 10.0;
/// What counts for a structure about which it is not known.
const UNKNOWN: f64 = 0.5;

/// What a project asks of a structure.
#[derive(Clone, Debug, Default)]
pub struct Wish<'a> {
    /// The needs to cover, by theme.
    pub themes: BTreeSet<&'a str>,
    /// Where the project is to be.
    pub zones: Vec<Zone<'a>>,
    /// Its activity.
    pub naf: Option<&'a str>,
    /// How far it is.
    pub stage: Option<&'a str>,
}

/// What is known of a structure.
#[derive(Clone, Debug, Default)]
pub struct Helper<'a> {
    /// The needs it can cover, and for which the charter gives it a mandate.
    pub themes: BTreeSet<&'a str>,
    /// Where it works; everywhere, if it says nothing.
    pub zones: Vec<Zone<'a>>,
    /// The activities it takes on, as prefixes; all, if it says nothing.
    pub accepts_naf: Vec<&'a str>,
    /// The activities it does not take on.
    pub excludes_naf: Vec<&'a str>,
    /// The stages it takes on; all, if it says nothing.
    pub accepts_stages: Vec<&'a str>,
    /// `open`, `limited`, `full` or `closed`.
    pub capacity: Option<&'a str>,
    /// The median of days until it answered, over the last year.
    pub median_days: Option<f64>,
    /// Whether it knows the holder; none if there is nobody to know.
    pub knows_holder: Option<bool>,
}

/// Why a structure does not come into question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// No mandate in force for what is needed: not on the roll, suspended, or by the charter.
    Mandate,
    /// It covers none of the needs.
    Theme,
    /// It does not work there.
    Territory,
    /// It does not take on this activity or stage.
    Acceptance,
    /// It takes on nobody.
    Capacity,
}

impl Gate {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mandate => "mandate",
            Self::Theme => "theme",
            Self::Territory => "territory",
            Self::Acceptance => "acceptance",
            Self::Capacity => "capacity",
        }
    }
}

/// What ranks structures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criterion {
    /// How many of the needs it covers.
    Theme,
    /// How close to the place it works.
    Zone,
    /// Whether it has room.
    Capacity,
    /// How fast it answers.
    Response,
    /// Whether it knows the holder.
    Holder,
}

impl Criterion {
    /// All of them, in the order of their weights.
    pub const ALL: [Self; 5] = [
        Self::Theme,
        Self::Zone,
        Self::Capacity,
        Self::Response,
        Self::Holder,
    ];

    /// Its share of 100.
    #[must_use]
    pub const fn weight(self) -> u32 {
        match self {
            Self::Theme => 40,
            Self::Zone => 20,
            Self::Capacity | Self::Response => 15,
            Self::Holder => 10,
        }
    }

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Zone => "zone",
            Self::Capacity => "capacity",
            Self::Response => "response",
            Self::Holder => "holder",
        }
    }
}

/// A structure that comes into question.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit<'a> {
    /// Each criterion that counts, with its value between 0 and 1.
    pub values: Vec<(Criterion, f64)>,
    /// The needs it covers.
    pub covered: Vec<&'a str>,
    /// How precisely it says that it works there; none where it works everywhere.
    pub level: Option<Level>,
}

impl Fit<'_> {
    /// Of 100, over the criteria that count.
    #[must_use]
    pub fn score(&self) -> f64 {
        let weight = |criterion: Criterion| f64::from(criterion.weight());
        let whole: f64 = self.values.iter().map(|(it, _)| weight(*it)).sum();
        let reached: f64 = self
            .values
            .iter()
            .map(|(it, value)| weight(*it) * value)
            .sum();
        100.0 * reached / whole
    }
}

/// Compares a structure with what a project asks for.
///
/// # Errors
/// The gate at which it is left out.
pub fn fit<'a>(
    wish: &Wish<'a>,
    helper: &Helper<'_>,
    territory: &Territory,
) -> Result<Fit<'a>, Gate> {
    let covered: Vec<&str> = wish
        .themes
        .iter()
        .copied()
        .filter(|theme| helper.themes.contains(theme))
        .collect();
    if covered.is_empty() && !wish.themes.is_empty() {
        return Err(Gate::Theme);
    }
    let level = closest(helper.zones.iter().copied(), &wish.zones, territory);
    if level.is_none() && !wish.zones.is_empty() && !helper.zones.is_empty() {
        return Err(Gate::Territory);
    }
    accepts(wish, helper)?;
    let capacity = match helper.capacity {
        Some("closed") => return Err(Gate::Capacity),
        Some("open") => 1.0,
        Some("full") => 0.0,
        _ => UNKNOWN,
    };
    let mut values = Vec::with_capacity(Criterion::ALL.len());
    if !wish.themes.is_empty() {
        let share = covered.len() as f64 / wish.themes.len() as f64;
        values.push((Criterion::Theme, share));
    }
    if !wish.zones.is_empty() {
        let closeness = match level {
            Some(Level::Commune) => 1.0,
            Some(Level::Epci) => 2.0 / 3.0,
            Some(Level::Department) => 1.0 / 3.0,
            None => 0.0,
        };
        values.push((Criterion::Zone, closeness));
    }
    values.push((Criterion::Capacity, capacity));
    let answers = helper.median_days;
    let answers = answers.map_or(UNKNOWN, |days| falling(days, PROMPT_DAYS, SLOW_DAYS));
    values.push((Criterion::Response, answers));
    if let Some(knows) = helper.knows_holder {
        values.push((Criterion::Holder, f64::from(u8::from(knows))));
    }
    Ok(Fit {
        values,
        covered,
        level,
    })
}

fn accepts(wish: &Wish<'_>, helper: &Helper<'_>) -> Result<(), Gate> {
    if let Some(naf) = wish.naf {
        let begins = |prefix: &&str| naf.starts_with(*prefix);
        let taken = helper.accepts_naf.is_empty() || helper.accepts_naf.iter().any(begins);
        if !taken || helper.excludes_naf.iter().any(begins) {
            return Err(Gate::Acceptance);
        }
    }
    if let Some(stage) = wish.stage
        && !helper.accepts_stages.is_empty()
        && !helper.accepts_stages.contains(&stage)
    {
        return Err(Gate::Acceptance);
    }
    Ok(())
}

/// What a project of this stage usually needs, where nobody said what it does.
#[must_use]
pub fn usual_themes(stage: &str) -> &'static [&'static str] {
    match stage {
        "idea" => &["idea_diagnosis"],
        "study" => &["market_study"],
        "business_plan" => &["business_plan", "legal_form"],
        "funding" => &["loan", "honour_loan", "public_aid"],
        "launch" | "running" => &["post_creation"],
        _ => &[],
    }
}

/// The middle value of days; none without any.
#[must_use]
pub fn median(mut days: Vec<f64>) -> Option<f64> {
    days.sort_by(f64::total_cmp);
    let middle = days.len() / 2;
    let upper = *days.get(middle)?;
    if days.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *days.get(middle.checked_sub(1)?)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::vocabulary::{NEED_THEMES, PROJECT_STAGES};

    fn wish() -> Wish<'static> {
        Wish {
            themes: ["loan", "training"].into(),
            zones: vec![Zone::Commune("63003")],
            naf: Some("10.71C"),
            stage: Some("funding"),
        }
    }

    fn helper() -> Helper<'static> {
        Helper {
            themes: ["loan", "training", "guarantee"].into(),
            zones: vec![Zone::Commune("63003")],
            capacity: Some("open"),
            median_days: Some(1.0),
            knows_holder: Some(true),
            ..Helper::default()
        }
    }

    fn score(helper: &Helper<'_>) -> Result<f64, Gate> {
        fit(&wish(), helper, Territory::embedded()).map(|fit| fit.score())
    }

    #[test]
    fn weights_add_up_to_a_hundred() {
        assert_eq!(Criterion::ALL.map(Criterion::weight), [40, 20, 15, 15, 10]);
        assert_eq!(score(&helper()), Ok(100.0));
    }

    #[test]
    fn each_criterion_counts_with_its_weight() {
        let half = Helper {
            themes: ["loan"].into(),
            ..helper()
        };
        assert_eq!(score(&half), Ok(80.0));
        for (zone, lost) in [
            (Some(Zone::Epci("200070761")), 20.0 / 3.0),
            (Some(Zone::Department("63")), 40.0 / 3.0),
            (None, 20.0),
        ] {
            let zones = zone.into_iter().collect();
            let reached = score(&Helper { zones, ..helper() }).unwrap();
            assert!(
                (reached - (100.0 - lost)).abs() < 1e-9,
                "{zone:?}: {reached}"
            );
        }
        for (capacity, lost) in [(Some("limited"), 7.5), (None, 7.5), (Some("full"), 15.0)] {
            let reached = score(&Helper {
                capacity,
                ..helper()
            });
            assert_eq!(reached, Ok(100.0 - lost), "{capacity:?}");
        }
        for (median_days, lost) in [
            (Some(0.0), 0.0),
            (Some(5.5), 7.5),
            (None, 7.5),
            (Some(10.0), 15.0),
            (Some(45.0), 15.0),
        ] {
            let reached = score(&Helper {
                median_days,
                ..helper()
            });
            assert_eq!(reached, Ok(100.0 - lost), "{median_days:?}");
        }
        let stranger = Helper {
            knows_holder: Some(false),
            ..helper()
        };
        assert_eq!(score(&stranger), Ok(90.0));
    }

    #[test]
    fn what_the_project_does_not_say_drops_out() {
        let asked = Wish {
            themes: ["loan"].into(),
            ..Wish::default()
        };
        let nobody = Helper {
            knows_holder: None,
            capacity: Some("full"),
            ..helper()
        };
        let fit = fit(&asked, &nobody, Territory::embedded()).unwrap();
        // 40 + 0 + 15 of 40 + 15 + 15.
        assert!((fit.score() - 100.0 * 55.0 / 70.0).abs() < 1e-9);
        assert_eq!(fit.covered, ["loan"]);
    }

    #[test]
    fn each_gate_leaves_out() {
        let out = |helper: Helper<'_>| score(&helper).unwrap_err();
        let themes = ["guarantee"].into();
        assert_eq!(out(Helper { themes, ..helper() }), Gate::Theme);
        let zones = vec![Zone::Commune("63430"), Zone::Department("69")];
        assert_eq!(out(Helper { zones, ..helper() }), Gate::Territory);
        let accepts_naf = vec!["01", "47.2"];
        assert_eq!(
            out(Helper {
                accepts_naf,
                ..helper()
            }),
            Gate::Acceptance
        );
        let excludes_naf = vec!["10.7"];
        assert_eq!(
            out(Helper {
                excludes_naf,
                ..helper()
            }),
            Gate::Acceptance
        );
        let accepts_stages = vec!["idea", "study"];
        assert_eq!(
            out(Helper {
                accepts_stages,
                ..helper()
            }),
            Gate::Acceptance
        );
        let capacity = Some("closed");
        assert_eq!(
            out(Helper {
                capacity,
                ..helper()
            }),
            Gate::Capacity
        );
        let in_every_way = Helper {
            accepts_naf: vec!["10", "47"],
            excludes_naf: vec!["47.2"],
            accepts_stages: vec!["funding"],
            ..helper()
        };
        assert_eq!(score(&in_every_way), Ok(100.0));
    }

    #[test]
    fn what_is_not_known_of_the_project_keeps_nobody_out() {
        let strict = Helper {
            accepts_naf: vec!["01"],
            accepts_stages: vec!["idea"],
            ..helper()
        };
        let vague = Wish {
            naf: None,
            stage: None,
            ..wish()
        };
        assert!(fit(&vague, &strict, Territory::embedded()).is_ok());
    }

    #[test]
    fn stages_have_usual_needs_of_the_vocabulary() {
        for stage in PROJECT_STAGES {
            let themes = usual_themes(stage);
            assert!(themes.iter().all(|theme| NEED_THEMES.contains(theme)));
            assert_eq!(themes.is_empty(), *stage == "abandoned", "{stage}");
        }
    }

    #[test]
    fn the_median_is_the_middle_one_or_between_the_two() {
        assert_eq!(median(vec![9.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 9.0]), Some(3.0));
        assert_eq!(median(Vec::new()), None);
    }
}
