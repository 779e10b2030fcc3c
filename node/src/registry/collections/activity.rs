//! What was done for a project: appointments, calls, visits, notes. What was said is sealed.

use crate::registry::collection::Collection;
use crate::registry::field::{Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("activity", name, kind, Visibility::Network)
}

const fn sealed(name: &'static str, kind: FieldKind) -> Field {
    Field::new("activity", name, kind, Visibility::Sealed)
}

/// What it was.
pub const KINDS: &[&str] = &[
    "appointment",
    "call",
    "email",
    "visit",
    "committee",
    "document",
    "note",
];

/// The declaration.
pub static ACTIVITY: Collection = Collection {
    name: "activity",
    title: "kind",
    fields: &[
        field("referral", FieldKind::Ref("referral")),
        field("project", FieldKind::Ref("project")).required(),
        field("kind", FieldKind::Enum(KINDS)).required(),
        field("at", FieldKind::DateTime).required(),
        field("minutes", FieldKind::Integer(0, 1440)),
        sealed("text", FieldKind::Prose(5000)),
    ],
};
