//! What the steering committee has ratified: figures of half-years, and actions.

use serde_json::Value;

use crate::api::ApiError;
use crate::indicators::figure::FEWEST_PERSONS;
use crate::indicators::{INDICATORS, Indicator, Measure};
use crate::node::member::Member;
use crate::registry::collections::evaluation::EVALUATION;

use super::PublicRecord;

/// The figures of a half-year, as they were frozen and ratified.
#[derive(Clone, Debug)]
pub(crate) struct PublicEvaluation {
    /// The record: its period, what the committee says of it.
    pub(crate) record: PublicRecord,
    /// The figures, in the order of the report.
    pub(crate) figures: Vec<PublicFigure>,
}

/// The figure of one indicator for the whole network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PublicFigure {
    /// What it is of.
    pub(crate) indicator: &'static Indicator,
    /// What it says.
    pub(crate) shown: Shown,
}

/// What a figure says to everybody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shown {
    /// A number.
    Value(f64),
    /// Between these.
    Bounds(f64, f64),
    /// There was nothing to measure.
    Nothing,
    /// A share or a mean of too few persons: it would tell of each of them.
    Few,
}

impl Member {
    /// The evaluations that the committee ratified and whose figures are held here, the last first.
    pub(crate) fn public_evaluations(&self) -> Result<Vec<PublicEvaluation>, ApiError> {
        let mut held = Vec::new();
        self.reader
            .each(EVALUATION.name, &[], |record| held.push(record))?;
        let mut shown = Vec::new();
        for record in held {
            // A removed record, or one whose content changed since it was signed, is not ratified.
            if self.ratification_of(&record.id)?["status"] != "ratified" {
                continue;
            }
            let Some(report) = self.frozen_report(&record)? else {
                continue;
            };
            let figures = INDICATORS.iter().filter_map(|indicator| {
                let mut told = report["indicators"].as_array()?.iter();
                let told = told.find(|it| it["code"] == indicator.code)?;
                Some(PublicFigure {
                    indicator,
                    shown: shown_of(indicator, told),
                })
            });
            let figures = figures.collect();
            if let Some(record) = self.public(record) {
                shown.push(PublicEvaluation { record, figures });
            }
        }
        let period = |it: &PublicEvaluation| it.record.title().to_owned();
        shown.sort_by_key(|it| std::cmp::Reverse(period(it)));
        Ok(shown)
    }

    /// Whether the committee ratified a record as it stands.
    pub(crate) fn is_ratified(&self, record: &PublicRecord) -> Result<bool, ApiError> {
        Ok(self.ratification_of(&record.id)?["status"] == "ratified")
    }
}

/// The network's total; of shares and means of persons, only where enough are behind it.
fn shown_of(indicator: &Indicator, told: &Value) -> Shown {
    let number = |name: &str| told[name].as_f64().filter(|it| it.is_finite());
    let is_count = indicator.measure == Measure::Sum;
    let behind = number("of").unwrap_or(0.0);
    let bounds = number("low").zip(number("high"));
    match (bounds, number("value")) {
        (None, None) => Shown::Nothing,
        _ if indicator.of_persons && !is_count && behind < FEWEST_PERSONS as f64 => Shown::Few,
        (Some((low, high)), _) => Shown::Bounds(low, high),
        (None, Some(value)) => Shown::Value(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::indicators::indicator;

    #[test]
    fn means_of_few_persons_are_not_shown_and_counts_are() {
        let success = indicator("success").unwrap();
        let few = json!({"value": 0.5, "part": 2, "of": 4});
        assert_eq!(shown_of(success, &few), Shown::Few);
        let enough = json!({"value": 0.4, "part": 2, "of": 5});
        assert_eq!(shown_of(success, &enough), Shown::Value(0.4));
        assert_eq!(shown_of(success, &json!({"value": null})), Shown::Nothing);
        // A file that somebody else attached may say anything.
        assert_eq!(
            shown_of(success, &json!({"value": "<b>", "of": []})),
            Shown::Nothing
        );
        let welcomed = indicator("holders_welcomed").unwrap();
        assert_eq!(shown_of(welcomed, &json!({"value": 3})), Shown::Value(3.0));
        let durability = indicator("durability_12").unwrap();
        let bounds = json!({"value": null, "low": 0.5, "high": 1, "part": 3, "of": 6});
        assert_eq!(shown_of(durability, &bounds), Shown::Bounds(0.5, 1.0));
    }
}
