//! `erase due`: what this structure owns and keeps longer than it may.

use jiff::Timestamp as Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sync_protocol::time::Timestamp;

use crate::registry::retention::Retention;
use crate::registry::{COLLECTIONS, Value as FieldValue};
use crate::view::{List, Record};

use super::super::member::Member;
use super::super::{Outcome, clock};

impl Member {
    /// `erasure.due`: proposals, the longest overdue first.
    pub(in crate::node) fn erasures_due(&self) -> Outcome {
        let today = clock::today();
        let everything = List {
            removed_too: true,
            ..List::default()
        };
        let mut due: Vec<(Date, Value)> = Vec::new();
        for collection in COLLECTIONS {
            let page = self.reader.list(collection.name, &everything)?;
            let own = page.records.iter().filter(|it| self.owns(it));
            for record in own {
                let changed = day_of(record.changed.time);
                let Some(kept) = Retention::of(collection.name, &record.fields, changed) else {
                    continue;
                };
                if !kept.is_over(today) {
                    continue;
                }
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
        let due: Vec<Value> = due.into_iter().map(|(_, proposal)| proposal).collect();
        Ok(json!({ "due": due }))
    }

    /// Whether this structure owns a record, or stands in for who did.
    pub(in crate::node) fn owns(&self, record: &Record) -> bool {
        self.charter().heir_of(record.owner) == self.structure
    }
}

fn day_of(time: Timestamp) -> Date {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    let instant = Instant::from_millisecond(millis).unwrap_or(Instant::MAX);
    instant.to_zoned(TimeZone::system()).date()
}
