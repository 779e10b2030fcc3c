//! A record as it is read.

use sync_protocol::id::{NodeId, RecordId, StructureId};
use sync_protocol::time::Timestamp;

use crate::registry::{Fields, Value};

/// When something was said, as its author claims, and by which node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The author's claim; never used to decide anything.
    pub time: Timestamp,
    /// The node that said it.
    pub node: NodeId,
}

/// One record, with the values that stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its identity.
    pub id: RecordId,
    /// The collection's name.
    pub collection: String,
    /// The structure that created it.
    pub owner: StructureId,
    /// The values that stand, by field name; unknown names are kept.
    pub fields: Fields,
    /// Whether it was removed: hidden from lists, and can be restored.
    pub removed: bool,
    /// When it was created, and by which node.
    pub created: Stamp,
    /// When it was last changed, and by which node.
    pub changed: Stamp,
    /// The fields that several people gave different values at once.
    pub conflicts: Vec<String>,
    /// How far it is from the place asked for.
    pub distance_km: Option<f64>,
}

/// A field that several people gave different values without knowing of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The record.
    pub record: RecordId,
    /// Its collection.
    pub collection: String,
    /// What names the record to people.
    pub title: String,
    /// The field.
    pub field: String,
    /// The different values, the one that stands first.
    pub values: Vec<ConflictingValue>,
}

/// One of the values in conflict.
#[derive(Clone, Debug, PartialEq)]
pub struct ConflictingValue {
    /// The value.
    pub value: Value,
    /// The node that gave it, when it can be told.
    pub node: Option<NodeId>,
    /// When, as it claims.
    pub time: Timestamp,
}

/// A record as read out of its document, ready to be written to the read model.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The record's identity.
    pub(crate) id: RecordId,
    /// The collection's name.
    pub(crate) collection: String,
    /// The structure that created it.
    pub(crate) owner: StructureId,
    /// The values that stand.
    pub(crate) fields: Fields,
    /// Whether it is removed.
    pub(crate) removed: bool,
    /// First creation.
    pub(crate) created: Stamp,
    /// Last change.
    pub(crate) changed: Stamp,
    /// Fields with several values, the one that stands first.
    pub(crate) conflicts: Vec<(String, Vec<ConflictingValue>)>,
}
