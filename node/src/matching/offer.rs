//! How well an opportunity fits a project: six criteria, each with its weight.
//!
//! A criterion that one of the two says nothing about drops out, and the rest is renormalised;
//! [`Comparison::coverage`] says how much of the whole was compared. Formulas: docs/matching.md.

use jiff::civil::Date;

use super::falling;
use crate::registry::freshness::days_between;

/// Kilometres within which a place is as good as the one wanted, and from which it is none.
const NEAR_KM: f64 = 10.0;
const FAR_KM: f64 = 40.0;
/// How much dearer or smaller than wanted leaves nothing of a match.
const TOLERANCE: f64 = 0.3;
/// How many days later than wanted leave nothing of a match.
const LATE_DAYS: f64 = 180.0;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criterion {
    /// What is done there.
    Activity,
    /// Where it is.
    Place,
    /// What it costs.
    Budget,
    /// How large it is.
    Surface,
    /// From when it can be had.
    Availability,
    /// What the household finds nearby.
    Household,
}

impl Criterion {
    /// All of them, in the order of their weights.
    pub const ALL: [Self; 6] = [
        Self::Activity,
        Self::Place,
        Self::Budget,
        Self::Surface,
        Self::Availability,
        Self::Household,
    ];

    /// Its share of 100.
    #[must_use]
    pub const fn weight(self) -> u32 {
        match self {
            Self::Activity => 30,
            Self::Place | Self::Budget => 20,
            Self::Surface | Self::Availability | Self::Household => 10,
        }
    }

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Place => "place",
            Self::Budget => "budget",
            Self::Surface => "surface",
            Self::Availability => "availability",
            Self::Household => "household",
        }
    }
}

/// The values of the criteria, between 0 and 1; none where nothing can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Comparison([Option<f64>; 6]);

impl Comparison {
    /// Puts the value of a criterion.
    pub fn put(&mut self, criterion: Criterion, value: Option<f64>) {
        self.0[criterion as usize] = value;
    }

    /// With the value of a criterion.
    #[must_use]
    pub fn with(mut self, criterion: Criterion, value: Option<f64>) -> Self {
        self.put(criterion, value);
        self
    }

    /// The value of a criterion.
    #[must_use]
    pub fn value(&self, criterion: Criterion) -> Option<f64> {
        self.0[criterion as usize]
    }

    /// Of 100, over the criteria that could be compared; none if there is none.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        let (mut reached, mut whole) = (0.0, 0.0);
        for criterion in Criterion::ALL {
            if let Some(value) = self.value(criterion) {
                reached += value * f64::from(criterion.weight());
                whole += f64::from(criterion.weight());
            }
        }
        (whole > 0.0).then(|| 100.0 * reached / whole)
    }

    /// What it can come to at most, whatever the criteria say that were not compared yet.
    #[must_use]
    pub fn at_best(&self) -> f64 {
        let reached = |criterion: Criterion| {
            self.value(criterion).unwrap_or(1.0) * f64::from(criterion.weight())
        };
        Criterion::ALL.into_iter().map(reached).sum()
    }

    /// How much of the whole was compared, of 100.
    #[must_use]
    pub fn coverage(&self) -> u32 {
        let compared = Criterion::ALL.into_iter();
        compared
            .filter(|criterion| self.value(*criterion).is_some())
            .map(Criterion::weight)
            .sum()
    }
}

/// What is done: a NAF code, and a sector.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trade<'a> {
    /// The code, as INSEE prints it: `10.71C`.
    pub naf: Option<&'a str>,
    /// The sector's code.
    pub sector: Option<&'a str>,
}

/// How close two activities are: the same code 1, the same class (four digits) 0.8, the same
/// division (two) 0.5, the same sector 0.3.
#[must_use]
pub fn activity(wanted: Trade<'_>, offered: Trade<'_>) -> Option<f64> {
    let codes = wanted.naf.zip(offered.naf);
    let sectors = wanted.sector.zip(offered.sector);
    if codes.is_none() && sectors.is_none() {
        return None;
    }
    // `10.71` has the four digits of the class.
    let begins_alike = |(a, b): (&str, &str), length: usize| {
        a.get(..length)
            .is_some_and(|begin| b.get(..length) == Some(begin))
    };
    Some(match codes {
        Some((a, b)) if a == b && a.len() == 6 => 1.0,
        Some(pair) if begins_alike(pair, 5) => 0.8,
        Some(pair) if begins_alike(pair, 2) => 0.5,
        _ if sectors.is_some_and(|(a, b)| a == b) => 0.3,
        _ => 0.0,
    })
}

/// 1 within 10 km of the zones that the project names, 0 from 40 km on.
#[must_use]
pub fn place(distance_km: f64) -> f64 {
    falling(distance_km, NEAR_KM, FAR_KM)
}

/// 1 within the budget, 0 at 30 % above.
#[must_use]
pub fn budget(budget_cents: Option<i64>, price_cents: Option<i64>) -> Option<f64> {
    let (budget, price) = budget_cents.zip(price_cents)?;
    let (budget, price) = (budget as f64, price as f64);
    Some(falling(price, budget, budget * (1.0 + TOLERANCE)))
}

/// 1 from the surface wanted on, 0 at 30 % below.
#[must_use]
pub fn surface(wanted_m2: Option<f64>, offered_m2: Option<f64>) -> Option<f64> {
    let (wanted, offered) = wanted_m2.zip(offered_m2)?;
    Some(falling(wanted - offered, 0.0, wanted * TOLERANCE))
}

/// 1 if it can be had by the day wanted (or today, if that has passed), 0 half a year later.
#[must_use]
pub fn availability(wanted: Option<Date>, from: Option<Date>, today: Date) -> Option<f64> {
    let (wanted, from) = wanted.zip(from)?;
    let late = days_between(wanted.max(today), from);
    Some(falling(late as f64, 0.0, LATE_DAYS))
}

/// The share of the services that the household looks for which there are nearby.
#[must_use]
pub fn household(found: usize, wanted: usize) -> Option<f64> {
    (wanted > 0).then(|| found.min(wanted) as f64 / wanted as f64)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn naf<'a>(naf: &'a str, sector: &'a str) -> Trade<'a> {
        Trade {
            naf: Some(naf).filter(|it| !it.is_empty()),
            sector: Some(sector).filter(|it| !it.is_empty()),
        }
    }

    #[test]
    fn activities_are_close_by_code_then_by_sector() {
        let baker = naf("10.71C", "craft");
        for (offered, value) in [
            (naf("10.71C", ""), Some(1.0)),
            (naf("10.71D", ""), Some(0.8)),
            (naf("10.71", ""), Some(0.8)),
            (naf("10.73Z", ""), Some(0.5)),
            (naf("10", ""), Some(0.5)),
            (naf("47.24Z", "craft"), Some(0.3)),
            (naf("47.24Z", "retail"), Some(0.0)),
            (naf("47.24Z", ""), Some(0.0)),
            (naf("", "craft"), Some(0.3)),
            (naf("", ""), None),
        ] {
            assert_eq!(activity(baker, offered), value, "{offered:?}");
            assert_eq!(activity(offered, baker), value, "{offered:?}");
        }
        // A class is no sub-class, however alike.
        assert_eq!(activity(naf("10.71", ""), naf("10.71", "")), Some(0.8));
        assert_eq!(activity(naf("10.71C", ""), naf("", "craft")), None);
    }

    #[test]
    fn places_budgets_surfaces_and_days_wear_off() {
        assert_eq!(
            [place(0.0), place(10.0), place(25.0), place(40.0)],
            [1.0, 1.0, 0.5, 0.0]
        );
        assert_eq!(budget(Some(10_000), Some(9_000)), Some(1.0));
        assert_eq!(budget(Some(10_000), Some(11_500)), Some(0.5));
        assert_eq!(budget(Some(10_000), Some(13_000)), Some(0.0));
        assert_eq!(budget(None, Some(1)), None);
        assert_eq!(budget(Some(0), Some(1)), Some(0.0));
        assert_eq!(surface(Some(100.0), Some(250.0)), Some(1.0));
        assert!((surface(Some(100.0), Some(85.0)).unwrap() - 0.5).abs() < 1e-9);
        assert_eq!(surface(Some(100.0), Some(70.0)), Some(0.0));
        assert_eq!(surface(Some(100.0), None), None);
        let (today, wanted) = (date(2026, 11, 23), date(2027, 1, 1));
        let on = |from| availability(Some(wanted), Some(from), today);
        assert_eq!(on(date(2026, 1, 1)), Some(1.0));
        assert_eq!(on(wanted), Some(1.0));
        assert_eq!(on(date(2027, 4, 1)), Some(0.5));
        assert_eq!(on(date(2028, 1, 1)), Some(0.0));
        // What should have been long ago is wanted now.
        let past = availability(Some(date(2026, 1, 1)), Some(today), today);
        assert_eq!(past, Some(1.0));
        assert_eq!(household(2, 4), Some(0.5));
        assert_eq!(household(0, 0), None);
    }

    #[test]
    fn weights_add_up_to_a_hundred() {
        let whole: u32 = Criterion::ALL.into_iter().map(Criterion::weight).sum();
        assert_eq!(whole, 100);
        let weights = Criterion::ALL.map(Criterion::weight);
        assert_eq!(weights, [30, 20, 20, 10, 10, 10]);
    }

    #[test]
    fn each_criterion_counts_with_its_weight() {
        let full = Criterion::ALL
            .into_iter()
            .fold(Comparison::default(), |it, criterion| {
                it.with(criterion, Some(1.0))
            });
        assert_eq!((full.score(), full.coverage()), (Some(100.0), 100));
        for criterion in Criterion::ALL {
            let without = full.with(criterion, Some(0.0));
            let expected = f64::from(100 - criterion.weight());
            assert_eq!(without.score(), Some(expected), "{criterion:?}");
            let dropped = full.with(criterion, None);
            assert_eq!(dropped.score(), Some(100.0), "{criterion:?}");
            assert_eq!(dropped.coverage(), 100 - criterion.weight());
        }
    }

    proptest! {
        #[test]
        fn nothing_comes_to_more_than_at_best(
            values in prop::array::uniform6(prop::option::of(0.0..=1.0f64)),
            known in 0..7usize,
        ) {
            let mut whole = Comparison::default();
            let mut begun = Comparison::default();
            for (place, criterion) in Criterion::ALL.into_iter().enumerate() {
                whole.put(criterion, values[place]);
                begun.put(criterion, values[place].filter(|_| place < known));
            }
            let score = whole.score().unwrap_or_default();
            prop_assert!(score <= begun.at_best() + 1e-9);
        }
    }

    #[test]
    fn what_is_missing_drops_out_and_the_rest_is_renormalised() {
        let compared = Comparison::default()
            .with(Criterion::Activity, Some(0.8))
            .with(Criterion::Place, Some(0.5));
        assert_eq!(compared.score(), Some(100.0 * (24.0 + 10.0) / 50.0));
        assert_eq!(compared.coverage(), 50);
        assert_eq!(Comparison::default().score(), None);
        assert_eq!(Comparison::default().coverage(), 0);
    }
}
