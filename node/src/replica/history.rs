//! What each entry of a record changed, as its author saw the record.

use sync_protocol::entry::Kind;
use sync_protocol::id::{NodeId, RecordId};
use sync_protocol::time::Timestamp;

use super::document::Document;
use super::error::ReplicaError;
use super::follower::Replica;
use crate::registry::{Fields, Value};
use crate::view::Reader;

/// One entry of a record's history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// Its author.
    pub node: NodeId,
    /// Its number in the author's journal.
    pub seq: u64,
    /// What it did.
    pub kind: Kind,
    /// When, as the author claims.
    pub time: Timestamp,
    /// The fields it changed, by name.
    pub changes: Vec<FieldChange>,
    /// Whether it removed (`true`) or restored (`false`) the record.
    pub removed: Option<bool>,
}

/// One field that an entry changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// The value its author saw.
    pub before: Option<Value>,
    /// The value its author left.
    pub after: Option<Value>,
}

impl Replica {
    /// What happened to a record, in an order in which nothing comes before what it follows.
    ///
    /// # Errors
    /// The read model or the document cannot be read.
    pub fn history(&self, record: &RecordId) -> Result<Vec<HistoryEntry>, ReplicaError> {
        history_of(&self.reader(), record)
    }
}

/// As [`Replica::history`], on any thread beside the writer.
///
/// # Errors
/// The read model or the document cannot be read.
pub fn history_of(reader: &Reader, record: &RecordId) -> Result<Vec<HistoryEntry>, ReplicaError> {
    let accepted = reader.changes(record)?;
    let document = Document::of(accepted.iter().map(|change| change.chunk.as_slice()))?;
    let mut history = Vec::new();
    for (hash, ancestors) in document.changes() {
        let its = accepted.iter().find(|change| change.entry.hash == hash);
        let Some(entry) = its.map(|change| &change.entry) else {
            continue;
        };
        let before = document.read_at(&ancestors)?;
        // As of this change and what it follows: what others did meanwhile is not its doing.
        let after = document.read_at(&[hash])?;
        history.push(HistoryEntry {
            node: entry.author,
            seq: entry.seq,
            kind: entry.kind,
            time: entry.time,
            changes: differences(&before.fields, &after.fields),
            removed: (before.removed != after.removed).then_some(after.removed),
        });
    }
    Ok(history)
}

fn differences(before: &Fields, after: &Fields) -> Vec<FieldChange> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| FieldChange {
            field: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

/// The document of a record in bytes that any Automerge opens.
///
/// # Errors
/// The read model cannot be read.
pub fn saved_document(reader: &Reader, record: &RecordId) -> Result<Option<Vec<u8>>, ReplicaError> {
    let changes = reader.changes(record)?;
    if changes.is_empty() {
        return Ok(None);
    }
    let document = Document::of(changes.iter().map(|change| change.chunk.as_slice()))?;
    Ok(Some(document.save()))
}
