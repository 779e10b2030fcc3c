//! The network's actions, which the committee ratifies.

use crate::registry::collection::Collection;
use crate::registry::field::Visibility::{Network, Public};
use crate::registry::field::{Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind, visibility: Visibility) -> Field {
    Field::new("action", name, kind, visibility)
}

/// Where it stands.
pub const STATES: &[&str] = &["proposed", "in_progress", "done", "dropped"];

/// The declaration.
pub static ACTION: Collection = Collection {
    name: "action",
    title: "title",
    fields: &[
        field("title", FieldKind::Text(150), Public).required(),
        field("text", FieldKind::Prose(3000), Public),
        field("budget", FieldKind::Cents, Network),
        field("raised_by", FieldKind::Ref("improvement"), Network),
        field("state", FieldKind::Enum(STATES), Public).or(Default::Code("proposed")),
        field("validated", FieldKind::Derived, Public),
    ],
};
