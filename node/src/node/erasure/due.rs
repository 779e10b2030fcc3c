//! `erase due`: what this structure owns and keeps longer than it may.

use jiff::Span;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::paris;
use crate::registry::retention::{
    CLOSED_YEARS, DRAFT_DAYS, FOLLOW_UP_MONTHS, NOT_TAKEN_UP_MONTHS, Retention,
};
use crate::registry::{COLLECTIONS, Value as FieldValue};
use crate::view::Record;

use super::super::member::Member;
use super::super::{Outcome, clock};

impl Member {
    /// `erasure.due`: proposals, the longest overdue first.
    pub(in crate::node) fn erasures_due(&self) -> Outcome {
        let (_, due) = self.kept_too_long(usize::MAX)?;
        Ok(json!({ "due": due }))
    }

    /// What this structure keeps longer than it may: how much, and the proposals to erase the first.
    ///
    /// The read model gives those that may have to go, oldest first; the rules decide. Where more
    /// are asked about than `limit` the rest is counted without being read.
    pub(in crate::node) fn kept_too_long(
        &self,
        limit: usize,
    ) -> Result<(u64, Vec<Value>), ApiError> {
        let today = clock::today();
        let before = |span: Span| {
            // Months differ in length: a few days more are looked at than fall due.
            let day = today.checked_sub(span).unwrap_or(Date::MIN);
            paris::first_moment(day.checked_add(Span::new().days(4)).unwrap_or(day))
        };
        let followed_up = Span::new().months(FOLLOW_UP_MONTHS);
        let moments = |collection: &str| {
            [
                before(Span::new().days(DRAFT_DAYS)),
                before(Span::new().months(NOT_TAKEN_UP_MONTHS)),
                before(if collection == "project" {
                    followed_up
                } else {
                    Span::new().years(CLOSED_YEARS)
                }),
            ]
        };
        let mine = self.mine();
        let mut due: Vec<(Date, Value)> = Vec::new();
        let mut total = 0;
        for collection in COLLECTIONS {
            let work = self.reader.perhaps_kept_too_long(
                &mine.whose(),
                collection.name,
                moments(collection.name),
                limit.max(LOOKED_AT),
            )?;
            let looked_at = work.first.len() as u64;
            total += work.total - looked_at;
            for id in &work.first {
                let Some(record) = self.reader.get(id)? else {
                    continue;
                };
                let changed = paris::day(record.changed.time);
                let kept = Retention::of(collection.name, &record.fields, changed);
                let Some(kept) = kept.filter(|it| it.is_over(today)) else {
                    continue;
                };
                total += 1;
                let title = match record.fields.get(collection.title) {
                    Some(FieldValue::Text(title)) => title.clone(),
                    _ => String::new(),
                };
                let proposal = json!({
                    "id": record.id.to_string(),
                    "collection": collection.name,
                    "title": title,
                    "rule": kept.rule.code(),
                    "since": kept.since.to_string(),
                    "until": kept.until.to_string(),
                });
                due.push((kept.until, proposal));
            }
        }
        due.sort_by_key(|(until, _)| *until);
        let due = due.into_iter().map(|(_, proposal)| proposal);
        Ok((total, due.take(limit).collect()))
    }

    /// Whether this structure owns a record, or stands in for who did.
    pub(in crate::node) fn owns(&self, record: &Record) -> bool {
        self.charter().heir_of(record.owner) == self.structure
    }
}

/// Records of a collection that are looked at, however few are asked for: then their number is exact.
const LOOKED_AT: usize = 100;
