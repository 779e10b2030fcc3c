//! Agents: the people who work in the structures, under their professional coordinates.

use crate::registry::collection::Collection;
use crate::registry::field::Visibility::{Network, Public};
use crate::registry::field::{Default, Field, FieldKind, Visibility};
use crate::registry::vocabulary::{NEED_THEME, NEED_THEMES};

const fn field(name: &'static str, kind: FieldKind, visibility: Visibility) -> Field {
    Field::new("agent", name, kind, visibility)
}

/// What an agent does for the network.
pub const ROLES: &[&str] = &[
    "technician",
    "structure_lead",
    "coordinator",
    "elected",
    "dpo",
];

/// The declaration.
pub static AGENT: Collection = Collection {
    name: "agent",
    title: "name",
    fields: &[
        field("name", FieldKind::Text(150), Public).required(),
        field("structure", FieldKind::Ref("structure"), Public).or(Default::OwnStructure),
        field("roles", FieldKind::EnumList(ROLES), Public),
        field("phone", FieldKind::Telephone, Public),
        field("email", FieldKind::Email, Public),
        field("themes", FieldKind::EnumList(NEED_THEMES), Public).vocabulary_of(NEED_THEME),
        field("active", FieldKind::Flag, Network),
    ],
};
