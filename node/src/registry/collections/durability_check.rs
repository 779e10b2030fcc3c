//! What became of a project 6, 12, 24, 36 and 60 months after its start.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("durability_check", name, kind, Visibility::Network)
}

/// The months after its start at which a project is looked at.
pub const MONTHS: &[&str] = &["6", "12", "24", "36", "60"];

/// What was found.
pub const STATES: &[&str] = &[
    "active",
    "grown",
    "difficulty",
    "transferred",
    "ceased",
    "moved_out",
    "unknown",
];

/// The declaration.
pub static DURABILITY_CHECK: Collection = Collection {
    name: "durability_check",
    title: "month",
    fields: &[
        field("project", FieldKind::Ref("project")).required(),
        field("month", FieldKind::Enum(MONTHS)).required(),
        field("on", FieldKind::Date).or(Default::Today),
        field("state", FieldKind::Enum(STATES)).required(),
        field("jobs", FieldKind::Decimal),
        field(
            "source",
            FieldKind::Enum(&["holder", "structure", "sirene"]),
        ),
    ],
};
