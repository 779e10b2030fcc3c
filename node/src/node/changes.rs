//! `changes`: what became of the registry since a day, or since the last meeting.

use jiff::Timestamp as Instant;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::time::Timestamp;

use crate::api::{ApiError, ExitKind};
use crate::registry::parse::date;
use crate::registry::{COLLECTIONS, find_collection};

use super::errors::read;
use super::member::Member;
use super::{Outcome, clock};

/// How many records are named when nothing else is asked for.
const USUAL_LIMIT: usize = 50;
/// How many are named at most.
const MOST: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    /// A day in France or an instant; the last meeting without one.
    since: Option<String>,
    collection: Option<String>,
    limit: Option<usize>,
}

impl Member {
    /// `changes`: the touched records of each collection counted, and the last of them named.
    pub(super) fn changes(&self, input: Value) -> Outcome {
        let Since {
            since,
            collection,
            limit,
        } = read(input)?;
        let (since, meeting) = match since {
            Some(text) => (instant(&text)?, Value::Null),
            None => {
                let (at, meeting) = self.last_meeting(None)?.ok_or_else(|| {
                    let text = "no meeting was held yet: say since which day";
                    ApiError::new("no_meeting_yet", ExitKind::Usage, text)
                })?;
                (at, meeting)
            }
        };
        let only = collection.as_deref().map(find_collection).transpose()?;
        let limit = limit.unwrap_or(USUAL_LIMIT).min(MOST);
        let mut counts = Vec::new();
        let mut changes = Vec::new();
        for declared in COLLECTIONS {
            if only.is_some_and(|only| only.name != declared.name) {
                continue;
            }
            let (touched, latest) = self
                .reader
                .touched(declared.name, timestamp(since), limit)?;
            if latest.is_empty() {
                continue;
            }
            counts.push(json!({
                "collection": declared.name,
                "created": touched.created,
                "changed": touched.changed,
                "removed": touched.removed,
            }));
            changes.extend(latest.into_iter().map(|change| (declared.name, change)));
        }
        changes.sort_by_key(|(_, change)| (std::cmp::Reverse(change.changed.time), change.record));
        changes.truncate(limit);
        let changes: Vec<Value> = changes
            .into_iter()
            .map(|(collection, change)| {
                let what = match (change.removed, change.created >= timestamp(since)) {
                    (true, _) => "removed",
                    (false, true) => "created",
                    (false, false) => "changed",
                };
                let by = self.structure_of(&change.changed.node);
                json!({
                    "id": change.record.to_string(),
                    "collection": collection,
                    "title": change.title,
                    "what": what,
                    "owner_name": self.name_of(&change.owner),
                    "by_name": by.map(|it| self.name_of(&it)),
                    "on": clock::iso(change.changed.time),
                })
            })
            .collect();
        Ok(json!({
            "since": since.to_string(),
            "meeting": meeting,
            "collections": counts,
            "changes": changes,
        }))
    }
}

/// An instant as the journals keep it.
pub(super) fn timestamp(instant: Instant) -> Timestamp {
    Timestamp(u64::try_from(instant.as_millisecond()).unwrap_or(0))
}

/// The instant at which a day begins in France, or the instant itself.
fn instant(text: &str) -> Result<Instant, ApiError> {
    if let Ok(instant) = text.parse::<Instant>() {
        return Ok(instant);
    }
    let start = date::day(text).and_then(|day| date::instant(&format!("{day} 00:00")));
    let start = start.ok().and_then(|start| start.parse().ok());
    start.ok_or_else(|| {
        let said = format!("{text} is neither a day such as 2026-12-31 nor an instant");
        ApiError::new("bad_since", ExitKind::Usage, said).with("value", text)
    })
}
