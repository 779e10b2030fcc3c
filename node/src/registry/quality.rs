//! How good an opportunity's record is, from 0 to 100, and what would make it better.
//!
//! 70 points for completeness, of what matters to its kind only, and 30 for freshness. A description
//! over 2,000 characters loses points: too much information harms visibility. Computed on reading,
//! never stored.

use jiff::civil::Date;

use super::freshness::{Freshness, freshness};
use super::value::{Fields, Value};

/// Points for completeness.
const COMPLETENESS: u32 = 70;

/// Points for freshness.
const FRESHNESS: u32 = 30;

/// The best length of a description, in characters.
pub const BEST_SUMMARY: std::ops::RangeInclusive<usize> = 200..=2000;

/// A record's quality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    /// From 0 to 100.
    pub score: u8,
    /// What costs points, the most costly first.
    pub gaps: Vec<Gap>,
}

/// One thing that costs points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The field to fill or to mend.
    pub field: &'static str,
    /// Why: its text stands in the catalogues under `quality-<code>`.
    pub code: &'static str,
    /// How many points of the hundred it costs.
    pub points: u8,
}

struct Criterion {
    /// Any one of these is enough; the first is the one to ask for.
    fields: &'static [&'static str],
    weight: u32,
    /// The kinds it matters to; empty for all.
    kinds: &'static [&'static str],
}

const fn all(fields: &'static [&'static str], weight: u32) -> Criterion {
    Criterion {
        fields,
        weight,
        kinds: &[],
    }
}

const fn some(
    fields: &'static [&'static str],
    weight: u32,
    kinds: &'static [&'static str],
) -> Criterion {
    Criterion {
        fields,
        weight,
        kinds,
    }
}

/// What is for sale or rent.
const TRADED: &[&str] = &[
    "business_takeover",
    "farm_takeover",
    "premises",
    "land",
    "farmland",
    "housing",
];

const CRITERIA: [Criterion; 16] = [
    all(&["title"], 6),
    all(&["summary"], 20),
    all(&["insee_code"], 6),
    all(&["contact"], 10),
    some(&["price_max", "price_min", "rent_monthly"], 12, TRADED),
    some(&["transfer_mode"], 6, TRADED),
    some(
        &["sector", "naf_code"],
        8,
        &["business_takeover", "job", "activity_wanted"],
    ),
    some(&["farm_production"], 8, &["farm_takeover", "farmland"]),
    some(
        &["surface_m2"],
        8,
        &["premises", "housing", "business_takeover"],
    ),
    some(
        &["surface_ha", "surface_m2"],
        8,
        &["farm_takeover", "farmland", "land"],
    ),
    some(&["turnover_band"], 4, &["business_takeover"]),
    some(&["headcount"], 3, &["business_takeover"]),
    some(
        &["with_housing"],
        3,
        &["business_takeover", "farm_takeover"],
    ),
    some(&["telecom"], 3, &["premises", "housing"]),
    some(
        &["address", "latitude"],
        4,
        &["premises", "housing", "land", "farmland"],
    ),
    some(
        &["available_from"],
        4,
        &["premises", "housing", "job", "farm_takeover"],
    ),
];

/// The quality of an opportunity on this day.
#[must_use]
pub fn quality(fields: &Fields, today: Date) -> Quality {
    let kind = match fields.get("kind") {
        Some(Value::Text(kind)) => kind.as_str(),
        _ => "",
    };
    let relevant = || {
        CRITERIA
            .iter()
            .filter(|criterion| criterion.kinds.is_empty() || criterion.kinds.contains(&kind))
    };
    let possible: u32 = relevant().map(|criterion| criterion.weight).sum();
    let mut gaps = Vec::new();
    let mut lost = 0;
    for criterion in relevant() {
        if let Some((code, share)) = flaw(criterion, fields) {
            let weight = criterion.weight * share / 100;
            lost += weight;
            let field = criterion.fields.first().copied().unwrap_or_default();
            gaps.push(Gap {
                field,
                code,
                points: points(weight * COMPLETENESS, possible),
            });
        }
    }
    let complete = points((possible - lost) * COMPLETENESS, possible);
    let (fresh, gap) = freshness_points(fields, today);
    gaps.extend(gap);
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.points));
    Quality {
        score: complete.saturating_add(fresh),
        gaps,
    }
}

/// Rounded to the nearest whole.
fn points(numerator: u32, denominator: u32) -> u8 {
    u8::try_from((numerator + denominator / 2) / denominator.max(1)).unwrap_or(u8::MAX)
}

/// What is wrong with a criterion's field, and the share of its weight that this costs, in percent.
fn flaw(criterion: &Criterion, fields: &Fields) -> Option<(&'static str, u32)> {
    let value = criterion.fields.iter().find_map(|name| fields.get(*name));
    let Some(value) = value else {
        return Some(("missing", 100));
    };
    let (Value::Text(text), Some(field)) = (value, criterion.fields.first()) else {
        return None;
    };
    let length = text.chars().count();
    match *field {
        "title" if length < 10 => Some(("too_short", 50)),
        "summary" if length < *BEST_SUMMARY.start() => Some(("too_short", 50)),
        "summary" if length > *BEST_SUMMARY.end() => Some(("too_long", 30)),
        _ => None,
    }
}

/// All points in the first half of the review interval, then fewer every day.
fn freshness_points(fields: &Fields, today: Date) -> (u8, Option<Gap>) {
    let gap = |code, lost| Gap {
        field: "last_verified_on",
        code,
        points: lost,
    };
    let none = |code| (0, Some(gap(code, points(FRESHNESS, 1))));
    match freshness(fields, today) {
        Freshness::Never => none("never_verified"),
        Freshness::InFuture => none("verified_in_future"),
        Freshness::Expired { .. } => none("expired"),
        Freshness::Fresh {
            days_left,
            interval_days,
        } => {
            let left = u32::try_from(days_left).unwrap_or(0);
            let half = (u32::try_from(interval_days).unwrap_or(1) / 2).max(1);
            let earned = points(FRESHNESS * left.min(half), half);
            let lost = points(FRESHNESS, 1).saturating_sub(earned);
            (earned, (lost > 0).then(|| gap("verify_soon", lost)))
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn complete() -> Fields {
        [
            ("kind".to_owned(), text("premises")),
            ("title".to_owned(), text("Ancien fournil au bourg")),
            ("summary".to_owned(), text(&"a".repeat(300))),
            ("insee_code".to_owned(), text("63003")),
            ("contact".to_owned(), text("aa")),
            ("rent_monthly".to_owned(), Value::Integer(45_000)),
            ("transfer_mode".to_owned(), text("rent")),
            ("surface_m2".to_owned(), Value::Decimal(80.0)),
            ("telecom".to_owned(), text("fibre")),
            ("address".to_owned(), text("Place du Pontel")),
            ("available_from".to_owned(), text("2026-12-01")),
            ("last_verified_on".to_owned(), text("2026-11-20")),
        ]
        .into()
    }

    #[test]
    fn a_complete_fresh_record_has_100_points_and_no_gap() {
        let quality = quality(&complete(), date(2026, 11, 22));
        assert_eq!(
            quality,
            Quality {
                score: 100,
                gaps: vec![]
            }
        );
    }

    #[test]
    fn what_is_missing_costs_points_and_is_named() {
        let mut fields = complete();
        fields.remove("contact");
        fields.insert("summary".into(), text(&"a".repeat(2500)));
        let quality = quality(&fields, date(2026, 11, 22));
        assert!(quality.score < 100, "{quality:?}");
        let gaps: Vec<_> = quality
            .gaps
            .iter()
            .map(|gap| (gap.field, gap.code))
            .collect();
        assert_eq!(gaps, [("contact", "missing"), ("summary", "too_long")]);
    }

    #[test]
    fn freshness_wears_off_and_ends() {
        let score = |day| quality(&complete(), day).score;
        assert_eq!(score(date(2027, 1, 4)), 100);
        assert!(score(date(2027, 2, 1)) < 100);
        assert_eq!(score(date(2027, 3, 1)), 70);
        assert_eq!(
            quality(&complete(), date(2027, 3, 1)).gaps[0].code,
            "expired"
        );
    }

    #[test]
    fn an_empty_record_has_a_score_too() {
        assert_eq!(quality(&Fields::new(), date(2026, 11, 22)).score, 0);
    }
}
