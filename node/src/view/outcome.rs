//! What entries made of one record, on its way into the read model.

use sync_protocol::body::Check;
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{NodeId, RecordId, StructureId};
use sync_protocol::time::Timestamp;

use super::analysis::SearchText;
use super::record::{Stamp, State};

/// What the read model knows of a record before its document is opened.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) number: i64,
    pub(crate) collection: String,
    pub(crate) owner: StructureId,
    pub(crate) created: Stamp,
    pub(crate) changed: Stamp,
    pub(crate) text_hash: i64,
}

/// An accepted entry of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) author: NodeId,
    pub(crate) seq: u64,
    pub(crate) epoch: u64,
    /// The creation that it names; itself where it is one.
    pub(crate) creation: Place,
    pub(crate) kind: Kind,
    pub(crate) time: Timestamp,
    pub(crate) check: Check,
    /// Its change, as Automerge names it.
    pub(crate) hash: [u8; 32],
}

impl Accepted {
    pub(crate) const fn place(&self) -> Place {
        Place {
            author: self.author,
            seq: self.seq,
        }
    }
}

/// An accepted entry with its change.
#[derive(Clone, Debug)]
pub(crate) struct AcceptedChange {
    pub(crate) entry: Accepted,
    /// The Automerge change, whole.
    pub(crate) chunk: Vec<u8>,
}

/// An entry that waits for another.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) entry: Entry,
    pub(crate) reason: &'static str,
}

/// An entry that will not be applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    pub(crate) author: NodeId,
    pub(crate) seq: u64,
    /// The record, where it can be told.
    pub(crate) record: Option<RecordId>,
    /// The creation that it names, or itself where it is one.
    pub(crate) creation: Option<Place>,
    pub(crate) kind: Kind,
    /// By which it is told from another at that place.
    pub(crate) check: Check,
    pub(crate) code: &'static str,
}

/// An entry of a record that was refused before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused {
    pub(crate) at: Place,
    pub(crate) check: Check,
    /// The creation that it names, or itself where it is one.
    pub(crate) creation: Option<Place>,
}

/// All that some entries made of one record.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) record: RecordId,
    /// The entries that create it, as far as they are known.
    pub(crate) creations: Vec<Place>,
    pub(crate) head: Option<Head>,
    /// The record as it reads now; `None` when nothing was accepted.
    pub(crate) change: Option<Written>,
    pub(crate) accepted: Vec<AcceptedChange>,
    /// How many were accepted before.
    pub(crate) held: i64,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) refused: Vec<Refusal>,
    /// Entries that waited before and do no longer.
    pub(crate) settled: Vec<(NodeId, u64)>,
    /// Why the record could not be read any more, if so.
    pub(crate) quarantined: Option<String>,
}

/// A record's new rows.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) state: State,
    pub(crate) digest: [u8; 32],
    pub(crate) text: SearchText,
}
