//! What the network costs a structure in a half-year: days and amounts by category.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("cost_entry", name, kind, Visibility::Network)
}

/// What it was spent on.
pub const CATEGORIES: &[&str] = &["set_up", "training", "time", "hosting", "promotion"];

/// The declaration.
pub static COST_ENTRY: Collection = Collection {
    name: "cost_entry",
    title: "category",
    fields: &[
        field("structure", FieldKind::Ref("structure")).or(Default::OwnStructure),
        field("period", FieldKind::Period).required(),
        field("category", FieldKind::Enum(CATEGORIES)).required(),
        field("days", FieldKind::Decimal),
        field("amount", FieldKind::Cents),
    ],
};
