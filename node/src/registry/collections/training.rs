//! Trainings that the technicians follow together: three a year.

use crate::registry::collection::Collection;
use crate::registry::field::{Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("training", name, kind, Visibility::Network)
}

/// The declaration.
pub static TRAINING: Collection = Collection {
    name: "training",
    title: "topic",
    fields: &[
        field("year", FieldKind::Integer(2000, 2100)),
        field("rank", FieldKind::Integer(1, 12)),
        field("topic", FieldKind::Text(150)).required(),
        field("provider", FieldKind::Text(150)),
        field("place", FieldKind::Text(150)),
        field("at", FieldKind::DateTime),
        field("hours", FieldKind::Decimal),
        field("attendance", FieldKind::RefList("agent")),
        field("score", FieldKind::Decimal),
    ],
};
