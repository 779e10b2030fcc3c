//! The half-year's figures: reported, frozen as a file, ratified by the committee.
//!
//! What is computed is [`crate::indicators`]' business. Here rows are gathered, earlier periods and
//! objectives put beside them, and the whole is kept as a file whose hash the record of the
//! evaluation names: who ratifies the record ratifies that hash.
//!
//! - `frozen` (the file and its record), `committee` (its page, and improvements that become
//!   actions), `baseline` (jobs and farms of the territory, from a table of the home).

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::StructureId;

use crate::api::{ApiError, ExitKind};
use crate::indicators::frame::Window;
use crate::indicators::report::{Before, Objective, Report, compute, figure_json};
use crate::indicators::{Dimension, Facts, HalfYear, INDICATORS};
use crate::locales::CATALOGUES;
use crate::registry::Value as FieldValue;
use crate::text::fold;
use crate::view::{List, Record};

use super::errors::read;
use super::member::Member;
use super::{Outcome, clock};

mod baseline;
mod committee;
mod frozen;

pub(super) use frozen::snapshots;

/// How many earlier half-years stand beside the figures: the one before, and the same of last year.
const EARLIER: usize = 2;

#[derive(Deserialize)]
struct Asked {
    /// The last that ended, if none is given.
    period: Option<String>,
    /// `structure`, `epci` or `sector`.
    by: Option<String>,
}

impl Member {
    /// `report`: the indicators of a half-year.
    pub(super) fn report(&self, input: Value) -> Outcome {
        let Asked { period, by } = read(input)?;
        let by = by.as_deref().map(dimension).transpose()?;
        let period = period.as_deref().map(half_year).transpose()?;
        self.report_of(period.unwrap_or_else(last_ended), by.as_slice())
    }

    /// The indicators of a half-year, with cells by these dimensions.
    fn report_of(&self, period: HalfYear, by: &[Dimension]) -> Outcome {
        let as_of = clock::today();
        if period.first_day() > as_of {
            return Err(in_future(period));
        }
        let facts = self.facts()?;
        let window = Window { period, as_of };
        let objectives = self.objectives(period)?;
        // An objective of one structure is compared with the figure of that structure.
        let mut computed_by = by.to_vec();
        if objectives.iter().any(|it| it.structure.is_some()) && !by.contains(&Dimension::Structure)
        {
            computed_by.push(Dimension::Structure);
        }
        let report = Report {
            window,
            computed: compute(&facts, &window, &computed_by),
            before: self.before(&facts, period)?,
            objectives,
            name_of: &|dimension, key| self.name_of_key(&facts, dimension, key),
            has_baseline: !facts.baseline.is_empty(),
        };
        let mut told = report.json(by);
        told["network"] = json!(self.network_name());
        told["evaluation"] = self.evaluation_json(period)?;
        Ok(told)
    }

    /// Every row that counts.
    fn facts(&self) -> Result<Facts, ApiError> {
        let known: RefCell<BTreeMap<String, String>> = RefCell::default();
        let record_of = |owner: &str| {
            let mut known = known.borrow_mut();
            let found = known.entry(owner.to_owned()).or_insert_with(|| {
                let structure: Result<StructureId, _> = owner.parse();
                structure.map_or_else(
                    |_| owner.to_owned(),
                    |it| self.structure_record(&it).to_string(),
                )
            });
            found.clone()
        };
        let mut facts = self.reader.facts(&record_of)?;
        facts.baseline = baseline::read(&self.home, self.territory)?;
        facts.roll = self.roll();
        Ok(facts)
    }

    fn name_of_key(&self, facts: &Facts, dimension: Dimension, key: &str) -> Option<String> {
        match dimension {
            Dimension::Structure => facts.structures.get(key).cloned(),
            Dimension::Epci => self.territory.epci(key).map(|it| it.name.clone()),
            Dimension::Sector => None,
        }
    }

    /// The half-years before: as frozen then, or else computed from the registry of today.
    fn before(&self, facts: &Facts, period: HalfYear) -> Result<Vec<Before>, ApiError> {
        let as_of = clock::today();
        let earlier = std::iter::successors(Some(period.before()), |it| Some(it.before()));
        let figures = earlier.take(EARLIER).map(|period| {
            if let Some(figures) = self.frozen_figures(period)? {
                return Ok(Before {
                    period,
                    frozen: true,
                    figures,
                });
            }
            let computed = compute(facts, &Window { period, as_of }, &[]);
            let figures = computed.iter().map(|it| {
                let figure = figure_json(it.indicator.measure, &it.figure);
                (it.indicator.code.to_owned(), Value::Object(figure))
            });
            Ok(Before {
                period,
                frozen: false,
                figures: figures.collect(),
            })
        });
        figures.collect()
    }

    /// What was aimed at in a half-year.
    fn objectives(&self, period: HalfYear) -> Result<Vec<Objective>, ApiError> {
        let found = self.of_period("objective", period)?.into_iter();
        let objective = |record: Record| {
            let text = |name: &str| match record.fields.get(name) {
                Some(FieldValue::Text(text)) => Some(text.clone()),
                _ => None,
            };
            let target = match record.fields.get("target") {
                Some(FieldValue::Decimal(target)) => *target,
                Some(FieldValue::Integer(target)) => *target as f64,
                _ => 0.0,
            };
            Objective {
                id: record.id.to_string(),
                title: text("title").unwrap_or_default(),
                indicator: code_of(&text("indicator").unwrap_or_default()),
                target,
                structure: text("structure"),
            }
        };
        Ok(found.map(objective).collect())
    }

    /// The records of a collection that are of one half-year.
    fn of_period(&self, collection: &str, period: HalfYear) -> Result<Vec<Record>, ApiError> {
        let list = List {
            conditions: vec![format!("period={period}")],
            ..List::default()
        };
        Ok(self.reader.list(collection, &list)?.records)
    }
}

/// The last half-year that is over.
fn last_ended() -> HalfYear {
    HalfYear::of(clock::today()).before()
}

fn half_year(text: &str) -> Result<HalfYear, ApiError> {
    Ok(HalfYear::read(text).map_err(|fault| fault.at("period"))?)
}

fn dimension(text: &str) -> Result<Dimension, ApiError> {
    let mut all = Dimension::ALL.into_iter();
    all.find(|it| it.code() == text).ok_or_else(|| {
        let allowed = Dimension::ALL.map(Dimension::code).join(", ");
        let said = format!("a report is by one of {allowed}, not by {text}");
        ApiError::new("unknown_dimension", ExitKind::Usage, said)
            .with("value", text)
            .with("allowed", allowed)
    })
}

fn in_future(period: HalfYear) -> ApiError {
    let text = format!("{period} has not begun");
    ApiError::new("period_in_future", ExitKind::Usage, text)
        .with("period", period)
        .with("from", period.first_day())
}

/// The indicator that people mean, by its code or its name in either language; else what they said.
fn code_of(text: &str) -> String {
    let wanted = fold(text);
    if let Some(it) = INDICATORS.iter().find(|it| fold(it.code) == wanted) {
        return it.code.to_owned();
    }
    let catalogues = CATALOGUES
        .iter()
        .filter(|(_, name, _)| *name == "indicators");
    let mut lines = catalogues.flat_map(|(_, _, source)| source.lines());
    let named = lines.find_map(|line| {
        let (key, label) = line.split_once(" = ")?;
        let code = key.strip_prefix("indicator-")?;
        (fold(label) == wanted).then(|| code.replace('-', "_"))
    });
    named.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indicator_is_found_by_its_code_and_by_its_name_in_either_language() {
        assert_eq!(code_of("holders_welcomed"), "holders_welcomed");
        for (_, _, source) in CATALOGUES
            .iter()
            .filter(|(_, name, _)| *name == "indicators")
        {
            for line in source.lines().filter(|it| it.starts_with("indicator-")) {
                let (key, label) = line.split_once(" = ").unwrap();
                let code = key.strip_prefix("indicator-").unwrap().replace('-', "_");
                assert_eq!(code_of(label), code);
            }
        }
        assert_eq!(code_of("bonheur"), "bonheur");
    }

    #[test]
    fn every_indicator_has_a_name_in_both_languages_and_no_name_is_left_over() {
        for (lang, _, source) in CATALOGUES
            .iter()
            .filter(|(_, name, _)| *name == "indicators")
        {
            let keys: Vec<String> = (source.lines())
                .filter_map(|line| line.strip_prefix("indicator-")?.split_once(" = "))
                .map(|(key, _)| key.replace('-', "_"))
                .collect();
            let codes: Vec<&str> = INDICATORS.iter().map(|it| it.code).collect();
            let codes: Vec<&str> = codes
                .into_iter()
                .chain([crate::indicators::CONTRIBUTION])
                .collect();
            assert_eq!(keys, codes, "{lang}");
        }
    }
}
