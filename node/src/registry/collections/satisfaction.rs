//! What the people whom the network accompanied say of it. Their own words are sealed.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("satisfaction", name, kind, Visibility::Network)
}

const fn sealed(name: &'static str, kind: FieldKind) -> Field {
    Field::new("satisfaction", name, kind, Visibility::Sealed)
}

/// What it brought them.
pub const OUTCOMES: &[&str] = &[
    "discovered_support",
    "took_action",
    "helped_choice",
    "other",
];

/// The declaration.
pub static SATISFACTION: Collection = Collection {
    name: "satisfaction",
    title: "on",
    fields: &[
        field("project", FieldKind::Ref("project")).required(),
        field("on", FieldKind::Date).or(Default::Today),
        field("contacted", FieldKind::Flag),
        field("score", FieldKind::Integer(1, 5)),
        field("useful", FieldKind::Flag),
        field("outcomes", FieldKind::EnumList(OUTCOMES)),
        sealed("comment", FieldKind::Prose(2000)),
    ],
};
