//! Records that may be two of one thing: found, and decided by a person.
//!
//! Scores and blocks are in [`crate::duplicates`]. Nothing is ever merged: a decision is a record
//! of its own (`duplicate_link`), one of each structure a pair, and can be undone. Where one
//! structure confirmed and another rejected, the pair is shown again, with both.
//!
//! Persons are compared at each node among those that it may read ([`hidden`]); what is shown of
//! them is their pseudonyms.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use crate::api::{ApiError, ExitKind};
use crate::duplicates::{COLLECTIONS, Suspect, suspects, weights};
use crate::registry::find_collection;
use crate::view::Record;

use super::Outcome;
use super::access_log::Purpose;
use super::errors::read;
use super::member::Member;
use links::Decision;

mod hidden;
mod links;
mod queue;
mod traits;

pub(super) use links::{Links, Pair};

/// How many pairs are shown unless more are asked for.
const SHOWN: usize = 50;

#[derive(Deserialize)]
struct Asked {
    collection: Option<String>,
    limit: Option<usize>,
    /// Those that were decided, instead of those that are to be.
    #[serde(default)]
    decided: bool,
}

#[derive(Deserialize)]
struct Decide {
    a: String,
    b: String,
    decision: String,
}

#[derive(Deserialize)]
struct Undo {
    a: String,
    b: String,
}

/// A pair to decide.
#[derive(Clone, Debug)]
pub(super) struct Suspected {
    pub(super) pair: Pair,
    collection: &'static str,
    suspect: Suspect,
}

/// What was found, and what could not be looked at.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) pairs: Vec<Suspected>,
    /// Persons whom this node may not read.
    closed: u64,
}

impl Member {
    /// `duplicates.list`.
    pub(super) fn list_duplicates(&self, input: Value) -> Outcome {
        let Asked {
            collection,
            limit,
            decided,
        } = read(input)?;
        let only = collection.as_deref().map(comparable).transpose()?;
        let links = self.links()?;
        if decided {
            return self.shown_decided(&links, only);
        }
        let found = self.find_duplicates(only, &links)?;
        if only.is_none() {
            self.keep_found(&found);
        }
        let total = found.pairs.len();
        let shown: Vec<&Suspected> = found.pairs.iter().take(limit.unwrap_or(SHOWN)).collect();
        let persons = shown.iter().filter(|it| it.collection == "holder");
        let persons: Vec<RecordId> = persons.flat_map(|it| [it.pair.0, it.pair.1]).collect();
        self.log_readings(Purpose::Compare, &persons)?;
        let mut pairs = Vec::with_capacity(shown.len());
        for suspected in shown {
            pairs.extend(self.shown_pair(suspected, &links)?);
        }
        Ok(json!({ "pairs": pairs, "total": total, "closed": found.closed }))
    }

    /// The pairs that nobody decided, or that two decided otherwise; the most alike first.
    pub(super) fn find_duplicates(
        &self,
        only: Option<&str>,
        links: &Links,
    ) -> Result<Found, ApiError> {
        let mut found = Found::default();
        let collections = COLLECTIONS.iter().map(|(name, _)| *name);
        for name in collections.filter(|name| only.is_none_or(|only| only == *name)) {
            let Some(weights) = weights(name) else {
                continue;
            };
            let (ids, traits, closed) = self.traits_of(name)?;
            found.closed += closed;
            for suspect in suspects(&weights, traits) {
                let (Some(a), Some(b)) = (ids.get(suspect.a), ids.get(suspect.b)) else {
                    continue;
                };
                let pair = Pair::of(*a, *b);
                if links
                    .decision(&pair)
                    .is_none_or(|it| it == Decision::Disputed)
                {
                    found.pairs.push(Suspected {
                        pair,
                        collection: name,
                        suspect,
                    });
                }
            }
        }
        let score = |it: &Suspected| it.suspect.agreement.score;
        found.pairs.sort_by(|one, other| {
            let by_score = score(other).total_cmp(&score(one));
            by_score.then_with(|| one.pair.cmp(&other.pair))
        });
        Ok(found)
    }

    pub(super) fn shown_pair(
        &self,
        suspected: &Suspected,
        links: &Links,
    ) -> Result<Option<Value>, ApiError> {
        let Suspected {
            pair,
            collection,
            suspect,
        } = suspected;
        let Some((a, b)) = self.both(pair)? else {
            return Ok(None);
        };
        let same: Vec<&str> = suspect.agreement.same().collect();
        let hundredths = |share: f64| (share * 100.0).round() / 100.0;
        Ok(Some(json!({
            "collection": collection,
            "score": hundredths(suspect.agreement.score),
            "title_similarity": hundredths(suspect.agreement.title),
            "same": same,
            "a": self.known_as(&a),
            "b": self.known_as(&b),
            "decisions": self.shown_decisions(links, pair),
        })))
    }

    /// Both records, if both stand.
    fn both(&self, pair: &Pair) -> Result<Option<(Record, Record)>, ApiError> {
        let stands = |id: &RecordId| -> Result<Option<Record>, ApiError> {
            Ok(self.reader.get(id)?.filter(|record| !record.removed))
        };
        Ok(stands(&pair.0)?.zip(stands(&pair.1)?))
    }

    fn shown_decided(&self, links: &Links, only: Option<&str>) -> Outcome {
        let mut pairs = Vec::new();
        for pair in links.pairs() {
            let Some((a, b)) = self.both(pair)? else {
                continue;
            };
            if only.is_some_and(|only| only != a.collection) {
                continue;
            }
            pairs.push(json!({
                "collection": a.collection,
                "a": self.known_as(&a),
                "b": self.known_as(&b),
                "decisions": self.shown_decisions(links, pair),
            }));
        }
        Ok(json!({ "total": pairs.len(), "pairs": pairs, "closed": 0 }))
    }

    /// `duplicates.decide`: a person says that two records are one thing, or are not.
    pub(super) fn decide_duplicate(&self, input: Value) -> Outcome {
        let Decide { a, b, decision } = read(input)?;
        let decision = Decision::named(&decision)?;
        let (a, b) = self.two_of_one_collection(&a, &b)?;
        let pair = Pair::of(a.id, b.id);
        let score = self.score_of(&a, &b)?;
        let changed = self.link(&pair, decision, score)?;
        Ok(json!({
            "a": self.known_as(&a),
            "b": self.known_as(&b),
            "decision": decision.code(),
            "changed": changed,
        }))
    }

    /// `duplicates.undo`: this structure's decision is taken back; the pair is suspected again.
    pub(super) fn undo_duplicate(&self, input: Value) -> Outcome {
        let Undo { a, b } = read(input)?;
        let (a, b) = self.two_of_one_collection(&a, &b)?;
        let pair = Pair::of(a.id, b.id);
        self.unlink(&pair)?;
        Ok(json!({ "a": self.known_as(&a), "b": self.known_as(&b) }))
    }

    fn two_of_one_collection(&self, a: &str, b: &str) -> Result<(Record, Record), ApiError> {
        let found = |text: &str| -> Result<Record, ApiError> {
            let id = self.reader.resolve(text, None)?;
            let record = self.reader.get(&id)?;
            record.ok_or_else(|| {
                let message = format!("no record {text}");
                ApiError::new("unknown_record", ExitKind::NotFound, message).with("id", text)
            })
        };
        let (a, b) = (found(a)?, found(b)?);
        if a.id == b.id {
            let text = "a record is no duplicate of itself";
            return Err(ApiError::new("duplicate_of_itself", ExitKind::Usage, text));
        }
        if a.collection != b.collection {
            let text = "records of two collections are never one thing";
            return Err(
                ApiError::new("duplicates_of_two_collections", ExitKind::Usage, text)
                    .with("one", &a.collection)
                    .with("other", &b.collection),
            );
        }
        comparable(&a.collection)?;
        Ok((a, b))
    }

    /// How alike two records are; nothing where this node may not read what they hold.
    fn score_of(&self, a: &Record, b: &Record) -> Result<Option<f64>, ApiError> {
        let Some(weights) = weights(&a.collection) else {
            return Ok(None);
        };
        let (ids, traits, _) = self.traits_of(&a.collection)?;
        let by_id: BTreeMap<&RecordId, _> = ids.iter().zip(&traits).collect();
        let both = by_id.get(&a.id).zip(by_id.get(&b.id));
        Ok(both.map(|(one, other)| crate::duplicates::agreement(&weights, one, other).score))
    }
}

/// The collection that a person means, if it is looked through.
fn comparable(name: &str) -> Result<&'static str, ApiError> {
    let declared = find_collection(name)?;
    if weights(declared.name).is_none() {
        let known: Vec<&str> = COLLECTIONS.iter().map(|(name, _)| *name).collect();
        let known = known.join(", ");
        let text = format!("duplicates are not looked for among {}", declared.name);
        return Err(
            ApiError::new("duplicates_not_looked_for", ExitKind::Usage, text)
                .with("collection", declared.name)
                .with("allowed", known),
        );
    }
    Ok(declared.name)
}
