//! All indicators of one half-year, with those before it and what was aimed at, as JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::figure::{self, Cell, Figure, Hidden};
use super::frame::{Frame, Observation, Window};
use super::{CONTRIBUTION, Dimension, Facts, HalfYear, INDICATORS, Indicator, Measure, Unit};

/// The figures of one indicator.
#[derive(Clone, Debug)]
pub(crate) struct Computed {
    pub(crate) indicator: &'static Indicator,
    pub(crate) figure: Figure,
    /// By dimension.
    pub(crate) cells: Vec<(Dimension, Vec<Cell>)>,
    /// By code.
    pub(crate) categories: Vec<Cell>,
}

/// Computes every indicator; cells for these dimensions alone.
pub(crate) fn compute(facts: &Facts, window: &Window, by: &[Dimension]) -> Vec<Computed> {
    let frame = Frame::new(facts);
    let one = |indicator: &'static Indicator| {
        let observations = (indicator.observe)(&frame, window);
        let dimensions = indicator.dimensions.iter().filter(|it| by.contains(it));
        let cells = dimensions.map(|it| (*it, figure::cells(indicator, *it, &observations)));
        Computed {
            indicator,
            figure: figure::figure(indicator.measure, observations.iter()),
            cells: cells.collect(),
            categories: categories(indicator, &observations),
        }
    };
    INDICATORS.iter().map(one).collect()
}

fn categories(indicator: &Indicator, observations: &[Observation<'_>]) -> Vec<Cell> {
    match indicator.categories {
        Some(_) => figure::categories(indicator, observations),
        None => Vec::new(),
    }
}

/// Something that the network, or one structure, wants to reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objective {
    pub(crate) id: String,
    pub(crate) title: String,
    /// The indicator's code.
    pub(crate) indicator: String,
    /// In the unit that people read: percent, euros.
    pub(crate) target: f64,
    /// The record of the structure that wants it; none for the network.
    pub(crate) structure: Option<String>,
}

/// Figures of an earlier period, by indicator.
#[derive(Clone, Debug)]
pub(crate) struct Before {
    pub(crate) period: HalfYear,
    /// Whether they are those that were frozen then.
    pub(crate) frozen: bool,
    pub(crate) figures: BTreeMap<String, Value>,
}

/// What a report is made of.
pub(crate) struct Report<'r> {
    pub(crate) window: Window,
    pub(crate) computed: Vec<Computed>,
    pub(crate) before: Vec<Before>,
    pub(crate) objectives: Vec<Objective>,
    /// What people call the key of a cell.
    pub(crate) name_of: &'r dyn Fn(Dimension, &str) -> Option<String>,
    pub(crate) has_baseline: bool,
}

/// Without the noise of binary fractions.
fn rounded(number: f64) -> Value {
    let rounded = (number * 1e6).round() / 1e6;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
        json!(rounded as i64)
    } else {
        json!(rounded)
    }
}

/// A figure; parts and wholes only where something is divided.
pub(crate) fn figure_json(measure: Measure, figure: &Figure) -> Map<String, Value> {
    let mut told = Map::new();
    told.insert("value".into(), figure.value.map_or(Value::Null, rounded));
    if let Some((low, high)) = figure.bounds {
        told.insert("low".into(), rounded(low));
        told.insert("high".into(), rounded(high));
    }
    if matches!(measure, Measure::Share | Measure::Bounds | Measure::Ratio) {
        told.insert("part".into(), rounded(figure.part));
        told.insert("of".into(), rounded(figure.of));
    }
    if measure == Measure::Median {
        told.insert("of".into(), rounded(figure.of));
    }
    told
}

fn cell_json(measure: Measure, cell: &Cell, name: Option<String>) -> Value {
    let mut told = match cell.hidden {
        None => figure_json(measure, &cell.figure),
        Some(why) => {
            let code = match why {
                Hidden::Few => "few",
                Hidden::Complementary => "complementary",
            };
            Map::from_iter([
                ("value".to_owned(), Value::Null),
                ("hidden".to_owned(), json!(code)),
            ])
        }
    };
    told.insert("key".into(), json!(cell.key));
    if let Some(name) = name {
        told.insert("name".into(), json!(name));
    }
    Value::Object(told)
}

impl Report<'_> {
    /// The report, with the cells of these dimensions.
    pub(crate) fn json(&self, by: &[Dimension]) -> Value {
        let Window { period, as_of } = self.window;
        let indicators = self.computed.iter().map(|it| self.indicator_json(it, by));
        let indicators: Vec<Value> = indicators.collect();
        let known = |it: &&Objective| super::indicator(&it.indicator).is_none();
        let unknown = self.objectives.iter().filter(known);
        let unknown: Vec<Value> = unknown
            .map(|it| json!({ "id": it.id, "title": it.title, "indicator": it.indicator }))
            .collect();
        json!({
            "period": period.to_string(),
            "from": period.first_day().to_string(),
            "to": period.last_day().to_string(),
            "as_of": as_of.to_string(),
            "ended": period.last_day() < as_of,
            "indicators": indicators,
            "objectives_unknown": unknown,
            "baseline": self.has_baseline,
            // No clause of the charter says so yet.
            "withheld": [{ "code": CONTRIBUTION, "reason": "no_charter_clause" }],
        })
    }

    fn indicator_json(&self, computed: &Computed, by: &[Dimension]) -> Value {
        let it = computed.indicator;
        let mut told = Map::new();
        told.insert("code".into(), json!(it.code));
        told.insert("group".into(), json!(it.group));
        told.insert("unit".into(), json!(it.unit.code()));
        told.insert("less_is_better".into(), json!(it.less_is_better));
        told.extend(figure_json(it.measure, &computed.figure));
        if let Some(aim) = it.yearly_aim {
            told.insert("yearly_aim".into(), rounded(aim));
        }
        let before = self.before.iter().map(|before| {
            let mut then = match before.figures.get(it.code) {
                Some(Value::Object(figure)) => figure.clone(),
                _ => Map::from_iter([("value".to_owned(), Value::Null)]),
            };
            then.insert("period".into(), json!(before.period.to_string()));
            then.insert("frozen".into(), json!(before.frozen));
            Value::Object(then)
        });
        told.insert("before".into(), before.collect());
        let aims = self
            .objectives
            .iter()
            .filter(|aim| aim.indicator == it.code);
        let aims = aims.map(|aim| self.objective_json(aim, computed));
        told.insert("objectives".into(), aims.collect());
        let mut asked = computed
            .cells
            .iter()
            .filter(|(it, _)| by.contains(it))
            .peekable();
        if asked.peek().is_some() {
            let by = asked.map(|(dimension, cells)| {
                let name = |key: &String| (self.name_of)(*dimension, key);
                let cells = cells
                    .iter()
                    .map(|cell| cell_json(it.measure, cell, cell.key.as_ref().and_then(name)));
                (dimension.code().to_owned(), cells.collect())
            });
            told.insert("cells".into(), Value::Object(by.collect()));
        }
        if let Some(field) = it.categories {
            let cells = computed.categories.iter();
            let cells: Value = cells
                .map(|cell| cell_json(it.measure, cell, None))
                .collect();
            told.insert(
                "categories".into(),
                json!({ "field": field, "cells": cells }),
            );
        }
        Value::Object(told)
    }

    /// Whether an objective is reached; null where the bounds leave it open, or nothing is known.
    fn objective_json(&self, aim: &Objective, computed: &Computed) -> Value {
        let figure = match &aim.structure {
            None => Some(computed.figure),
            Some(structure) => of_structure(computed, structure),
        };
        json!({
            "id": aim.id,
            "title": aim.title,
            "target": rounded(aim.target),
            "structure": aim.structure,
            "name": aim.structure.as_ref().and_then(|it| (self.name_of)(Dimension::Structure, it)),
            "reached": figure.and_then(|it| reached(computed.indicator, &it, aim.target)),
        })
    }
}

/// The figure of one structure, unless it is hidden or not computed.
fn of_structure(computed: &Computed, structure: &str) -> Option<Figure> {
    let by = computed.cells.iter();
    let (_, cells) = by.into_iter().find(|(it, _)| *it == Dimension::Structure)?;
    let cell = cells
        .iter()
        .find(|it| it.key.as_deref() == Some(structure))?;
    cell.hidden.is_none().then_some(cell.figure)
}

fn reached(indicator: &Indicator, figure: &Figure, target: f64) -> Option<bool> {
    let scale = if indicator.unit == Unit::Percent {
        100.0
    } else {
        1.0
    };
    let meets = |value: f64| {
        // A share of 80 % that binary fractions make 79.99999 is reached.
        let (value, slack) = (value * scale, 1e-9 * target.abs().max(1.0));
        if indicator.less_is_better {
            value <= target + slack
        } else {
            value >= target - slack
        }
    };
    let (low, high) = figure.bounds.or_else(|| figure.value.map(|it| (it, it)))?;
    (meets(low) == meets(high)).then(|| meets(low))
}
