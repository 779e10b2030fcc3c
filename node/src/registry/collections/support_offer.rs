//! Aids and accompaniment that a structure offers: loans, guarantees, grants, advice, training.
//! Files of the field call them services (data·inclusion, Open Referral).

use crate::registry::collection::Collection;
use crate::registry::field::Visibility::{Network, Public};
use crate::registry::field::{Default, Field, FieldKind, Visibility};
use crate::registry::vocabulary::{AUDIENCE, AUDIENCES, NEED_THEME, NEED_THEMES};

const fn field(name: &'static str, kind: FieldKind, visibility: Visibility) -> Field {
    Field::new("support_offer", name, kind, visibility)
}

/// The declaration.
pub static SUPPORT_OFFER: Collection = Collection {
    name: "support_offer",
    title: "name",
    fields: &[
        field("name", FieldKind::Text(150), Public).required(),
        field("structure", FieldKind::Ref("structure"), Public).or(Default::OwnStructure),
        field("themes", FieldKind::EnumList(NEED_THEMES), Public).vocabulary_of(NEED_THEME),
        field("audience", FieldKind::EnumList(AUDIENCES), Public).vocabulary_of(AUDIENCE),
        field("service_area", FieldKind::ZoneList, Public),
        field("conditions", FieldKind::Prose(3000), Public),
        field("amount_max", FieldKind::Cents, Public),
        field("contact", FieldKind::Ref("agent"), Public),
        field("valid_until", FieldKind::Date, Public),
        field("source", FieldKind::Text(40), Network),
        field("source_id", FieldKind::Text(80), Network),
    ],
};
