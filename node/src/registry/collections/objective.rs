//! What the network, or one structure, wants to reach in a half-year.

use crate::registry::collection::Collection;
use crate::registry::field::{Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("objective", name, kind, Visibility::Public)
}

/// The declaration.
pub static OBJECTIVE: Collection = Collection {
    name: "objective",
    title: "title",
    fields: &[
        field("title", FieldKind::Text(150)).required(),
        field("indicator", FieldKind::Text(60)).required(),
        field("target", FieldKind::Decimal).required(),
        field("period", FieldKind::Period).required(),
        field("structure", FieldKind::Ref("structure")),
    ],
};
