//! News of the network, for everybody.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("news", name, kind, Visibility::Public)
}

/// The declaration.
pub static NEWS: Collection = Collection {
    name: "news",
    title: "title",
    fields: &[
        field("title", FieldKind::Text(150)).required(),
        field("text", FieldKind::Prose(10_000)).required(),
        field("on", FieldKind::Date).or(Default::Today),
    ],
};
