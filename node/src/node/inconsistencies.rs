//! What does not hold together across structures, and what needs a person.
//!
//! Found by reading, never written: what is mended is no longer found. Each has a stable code, where
//! it is, and the shortest command that mends it.
//!
//! - `conflicts` (two values of one field, of one opportunity, two leads), `places` (closed commune
//!   codes, communes outside), `referring` (referrals outside the mandate or the area).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::ApiError;
use crate::view::Record;

use super::Outcome;
use super::errors::read;
use super::member::Member;

mod conflicts;
mod places;
mod referring;

/// How many are shown unless more are asked for.
const SHOWN: usize = 100;

#[derive(Deserialize)]
struct Asked {
    limit: Option<usize>,
}

/// One thing that does not hold together.
#[derive(Debug)]
struct Inconsistency {
    code: &'static str,
    /// The record to look at, as people know it.
    record: Value,
    /// The field, where it is one.
    field: Option<String>,
    /// What a sentence about it says.
    facts: Map<String, Value>,
    /// The words of the command that mends it; in capitals what a person has to choose.
    act: Vec<String>,
}

impl Inconsistency {
    fn new(code: &'static str, record: Value) -> Self {
        Self {
            code,
            record,
            field: None,
            facts: Map::new(),
            act: Vec::new(),
        }
    }

    fn of(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// Mended by this command.
    fn by(mut self, words: &[&str]) -> Self {
        self.act = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    fn shown(self, own: &str) -> Value {
        let mine = self.record["owner"] == own;
        json!({
            "code": self.code,
            "record": self.record,
            "field": self.field,
            "facts": self.facts,
            "act": self.act,
            "mine": mine,
        })
    }
}

/// As many digits of an identity as lists show.
fn short(record: &Record) -> String {
    record.id.short()
}

/// A collection as commands name it.
fn command(record: &Record) -> String {
    record.collection.replace('_', "-")
}

/// A field as commands name it.
fn flag(field: &str) -> String {
    format!("--{}", field.replace('_', "-"))
}

impl Member {
    /// `inconsistencies.list`: this structure's own first.
    pub(super) fn list_inconsistencies(&self, input: Value) -> Outcome {
        let Asked { limit } = read(input)?;
        let found = self.find_inconsistencies()?;
        let total = found.len();
        let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &found {
            *by_code.entry(one.code).or_default() += 1;
        }
        let by_code = json!(by_code);
        let own = self.structure.to_string();
        let mut shown: Vec<Value> = found.into_iter().map(|it| it.shown(&own)).collect();
        shown.sort_by_key(|it| it["mine"] != json!(true));
        shown.truncate(limit.unwrap_or(SHOWN));
        Ok(json!({ "inconsistencies": shown, "total": total, "counts": by_code }))
    }

    /// `review.list`: all that waits for a person's decision, in one list: what does not hold
    /// together, then pairs that may be one thing.
    pub(super) fn list_review(&self, input: Value) -> Outcome {
        let Asked { limit } = read(input)?;
        let limit = limit.unwrap_or(SHOWN);
        let found = self.list_inconsistencies(json!({ "limit": limit }))?;
        let left = limit.saturating_sub(found["inconsistencies"].as_array().map_or(0, Vec::len));
        let pairs = self.list_duplicates(json!({ "limit": left }))?;
        let total = |answer: &Value| answer["total"].as_u64().unwrap_or_default();
        Ok(json!({
            "total": total(&found) + total(&pairs),
            "inconsistencies": found["inconsistencies"],
            "duplicates": pairs["pairs"],
        }))
    }

    fn find_inconsistencies(&self) -> Result<Vec<Inconsistency>, ApiError> {
        let links = self.links()?;
        let mut found = self.conflicts_to_resolve()?;
        found.extend(self.duplicates_that_differ(&links)?);
        found.extend(self.disputed_duplicates(&links)?);
        found.extend(self.holders_with_two_leads()?);
        found.extend(self.referrals_astray()?);
        found.extend(self.places_astray()?);
        Ok(found)
    }
}
