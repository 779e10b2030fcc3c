//! That two records are about the same thing, or are not, as a person decided; nothing is merged by it.

use crate::registry::collection::Collection;
use crate::registry::field::{ANY, Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("duplicate_link", name, kind, Visibility::Network)
}

/// What was decided.
pub const STATES: &[&str] = &["suspected", "confirmed", "rejected"];

/// The declaration.
pub static DUPLICATE_LINK: Collection = Collection {
    name: "duplicate_link",
    title: "state",
    fields: &[
        field("a", FieldKind::Ref(ANY)).required(),
        field("b", FieldKind::Ref(ANY)).required(),
        field("score", FieldKind::Decimal),
        field("state", FieldKind::Enum(STATES)).or(Default::Code("suspected")),
    ],
};
