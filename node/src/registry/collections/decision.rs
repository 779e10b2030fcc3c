//! What a meeting decided, who sees to it, until when.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("decision", name, kind, Visibility::Network)
}

/// Where it stands.
pub const STATES: &[&str] = &["open", "done", "dropped"];

/// The declaration.
pub static DECISION: Collection = Collection {
    name: "decision",
    title: "text",
    fields: &[
        field("meeting", FieldKind::Ref("meeting")),
        field("text", FieldKind::Prose(2000)).required(),
        field("owner", FieldKind::Ref("structure")).or(Default::OwnStructure),
        field("due_on", FieldKind::Date),
        field("state", FieldKind::Enum(STATES)).or(Default::Code("open")),
    ],
};
