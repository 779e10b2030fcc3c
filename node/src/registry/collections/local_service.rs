//! Local services: what a household finds in a commune, by theme.

use crate::registry::collection::Collection;
use crate::registry::field::Visibility::{Network, Public};
use crate::registry::field::{Field, FieldKind, Rule, Visibility};

const fn field(name: &'static str, kind: FieldKind, visibility: Visibility) -> Field {
    Field::new("local_service", name, kind, visibility)
}

/// What a service is about.
pub const THEMES: &[&str] = &[
    "education",
    "childcare",
    "health",
    "telecom",
    "transport",
    "spouse_employment",
    "shops",
    "culture_sport",
    "public_services",
];

/// The declaration.
pub static LOCAL_SERVICE: Collection = Collection {
    name: "local_service",
    title: "name",
    fields: &[
        field("theme", FieldKind::Enum(THEMES), Public).required(),
        field("name", FieldKind::Text(150), Public).required(),
        field("insee_code", FieldKind::Commune, Public)
            .required()
            .rule(Rule::InTerritory),
        field("address", FieldKind::Text(200), Public),
        field("phone", FieldKind::Telephone, Public),
        field("email", FieldKind::Email, Public),
        field("website", FieldKind::Url, Public),
        field("opening_hours", FieldKind::OpeningHours, Public),
        field("bpe_code", FieldKind::Bpe, Public),
        field("bpe_vintage", FieldKind::Integer(1995, 2100), Public),
        field("last_verified_on", FieldKind::Date, Public),
        field("source", FieldKind::Text(40), Network),
        field("source_id", FieldKind::Text(80), Network),
        field("unlisted_on", FieldKind::Date, Network),
    ],
};
