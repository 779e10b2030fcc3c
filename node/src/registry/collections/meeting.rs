//! Meetings: the monthly one, the committee, working groups, and informal ones, which count too.

use crate::registry::collection::Collection;
use crate::registry::field::{Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("meeting", name, kind, Visibility::Network)
}

/// What it is.
pub const KINDS: &[&str] = &["monthly", "steering", "working_group", "informal"];

/// The declaration.
pub static MEETING: Collection = Collection {
    name: "meeting",
    title: "at",
    fields: &[
        field("kind", FieldKind::Enum(KINDS)).required(),
        field("at", FieldKind::DateTime).required(),
        field("place", FieldKind::Text(150)),
        field("facilitator", FieldKind::Ref("agent")),
        field("agenda", FieldKind::Prose(10_000)),
        field("invited", FieldKind::RefList("agent")),
        field("attendance", FieldKind::RefList("agent")),
        field("minutes", FieldKind::Prose(20_000)),
    ],
};
