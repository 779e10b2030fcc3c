//! Opportunities: businesses and farms to take over, premises, land, housing, jobs, wanted
//! activities. States and freshness are in [`crate::registry::opportunity`].

use crate::registry::collection::Collection;
use crate::registry::field::Visibility::{Network, Public, Sealed};
use crate::registry::field::{Default, Field, FieldKind, Rule, Visibility};
use crate::registry::vocabulary::{SECTOR, SECTORS};

const fn field(name: &'static str, kind: FieldKind, visibility: Visibility) -> Field {
    Field::new("opportunity", name, kind, visibility)
}

/// What an opportunity is.
pub const KINDS: &[&str] = &[
    "business_takeover",
    "farm_takeover",
    "premises",
    "land",
    "farmland",
    "housing",
    "job",
    "activity_wanted",
];

/// Its states, in the order of its life.
pub const STATUSES: &[&str] = &[
    "draft",
    "to_check",
    "published",
    "under_negotiation",
    "filled",
    "withdrawn",
];

const TRANSFER_MODES: &[&str] = &[
    "sale_goodwill",
    "sale_shares",
    "lease_management",
    "lease_right",
    "rent",
    "sale",
    "rural_lease",
    "partnership",
    "free_loan",
];

const TURNOVER_BANDS: &[&str] = &["lt50k", "50_100k", "100_250k", "250_500k", "gt500k"];

const TELECOM: &[&str] = &["fibre", "vdsl", "radio", "satellite", "none"];

const SOURCES: &[&str] = &[
    "transentreprise",
    "rdi",
    "sos_villages",
    "town_hall",
    "agency",
    "notary",
    "direct",
    "other",
];

/// The declaration.
pub static OPPORTUNITY: Collection = Collection {
    name: "opportunity",
    title: "title",
    fields: &[
        field("kind", FieldKind::Enum(KINDS), Public).required(),
        field("status", FieldKind::Enum(STATUSES), Public).or(Default::Code("draft")),
        field("expired", FieldKind::Derived, Public),
        field("title", FieldKind::Text(150), Public).required(),
        field("summary", FieldKind::Prose(5000), Public),
        field("insee_code", FieldKind::Commune, Public)
            .required()
            .rule(Rule::InTerritory),
        field("address", FieldKind::Text(200), Network),
        field("latitude", FieldKind::Degrees(-90, 90), Network),
        field("longitude", FieldKind::Degrees(-180, 180), Network),
        field(
            "location_precision",
            FieldKind::Enum(&["exact", "commune", "epci"]),
            Public,
        ),
        field("naf_code", FieldKind::Naf, Public),
        field("naf_version", FieldKind::Enum(&["naf2", "naf2025"]), Public),
        field("sector", FieldKind::Enum(SECTORS), Public).vocabulary_of(SECTOR),
        field("transfer_mode", FieldKind::Enum(TRANSFER_MODES), Public),
        field("price_min", FieldKind::Cents, Public),
        field("price_max", FieldKind::Cents, Public),
        field("rent_monthly", FieldKind::Cents, Public),
        field("turnover_band", FieldKind::Enum(TURNOVER_BANDS), Public),
        field("headcount", FieldKind::Integer(0, 100_000), Public),
        field("surface_m2", FieldKind::Decimal, Public),
        field("surface_ha", FieldKind::Decimal, Public),
        field("farm_production", FieldKind::TextList, Public),
        field("organic", FieldKind::Flag, Public),
        field("with_housing", FieldKind::Flag, Public),
        field("with_walls", FieldKind::Flag, Public),
        field("equipment_included", FieldKind::Flag, Public),
        field("accessible", FieldKind::Flag, Public),
        field("available_from", FieldKind::Date, Public),
        field("telecom", FieldKind::Enum(TELECOM), Public),
        field("siret", FieldKind::Siret, Network),
        field("owner_structure", FieldKind::Derived, Public),
        field("contact", FieldKind::Ref("agent"), Public),
        field("seller_name", FieldKind::Text(150), Sealed),
        field("seller_phone", FieldKind::Telephone, Sealed),
        field("seller_email", FieldKind::Email, Sealed),
        field("source", FieldKind::Enum(SOURCES), Network),
        field("source_id", FieldKind::Text(80), Network),
        field("source_url", FieldKind::Url, Network),
        field("unlisted_on", FieldKind::Date, Network),
        field("attachments", FieldKind::TextList, Public).rule(Rule::ByAttachment),
        field("last_verified_on", FieldKind::Date, Public),
        field("review_every_days", FieldKind::Integer(1, 730), Network).or(Default::ReviewInterval),
    ],
};
