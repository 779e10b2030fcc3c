//! Structures: the partners of the network and those they work with.

use crate::registry::collection::Collection;
use crate::registry::field::Visibility::{Network, Public};
use crate::registry::field::{Field, FieldKind, Visibility};
use crate::registry::vocabulary::{NEED_THEME, NEED_THEMES, PROJECT_STAGE, PROJECT_STAGES};

const fn field(name: &'static str, kind: FieldKind, visibility: Visibility) -> Field {
    Field::new("structure", name, kind, visibility)
}

/// What a structure is.
pub const KINDS: &[&str] = &[
    "park",
    "cci",
    "cma",
    "chamber_agriculture",
    "epci",
    "lender",
    "incubator",
    "training_provider",
    "town_hall",
    "other",
];

/// The declaration.
pub static STRUCTURE: Collection = Collection {
    name: "structure",
    title: "name",
    fields: &[
        field("name", FieldKind::Text(150), Public).required(),
        field("kind", FieldKind::Enum(KINDS), Public).required(),
        field("networks", FieldKind::TextList, Public),
        field("siret", FieldKind::Siret, Public),
        field("insee_code", FieldKind::Commune, Public),
        field("address", FieldKind::Text(200), Public),
        field("phone", FieldKind::Telephone, Public),
        field("email", FieldKind::Email, Public),
        field("website", FieldKind::Url, Public),
        field("opening_hours", FieldKind::OpeningHours, Public),
        field("service_area", FieldKind::ZoneList, Public),
        field("competences", FieldKind::EnumList(NEED_THEMES), Public).vocabulary_of(NEED_THEME),
        field("accepts_naf", FieldKind::NafList, Network),
        field("excludes_naf", FieldKind::NafList, Network),
        field(
            "accepts_stages",
            FieldKind::EnumList(PROJECT_STAGES),
            Network,
        )
        .vocabulary_of(PROJECT_STAGE),
        field(
            "capacity",
            FieldKind::Enum(&["open", "limited", "full", "closed"]),
            Network,
        ),
        field("charter_member", FieldKind::Derived, Public),
        field("source", FieldKind::Text(40), Network),
        field("source_id", FieldKind::Text(80), Network),
    ],
};
