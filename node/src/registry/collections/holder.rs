//! Holders of projects: the people whom the network accompanies, by pseudonym.
//!
//! Who they are is not among these fields: name, telephone, e-mail and address are the sealed part
//! `identity` of the record, read by the structures that accompany the person (see
//! [`crate::registry::identity`]). An origin is given by community of communes or department, never
//! by commune: a pseudonym with a trade names a person where a commune has 40 inhabitants.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Rule, Visibility};
use crate::registry::vocabulary::{NEED_THEME, NEED_THEMES};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("holder", name, kind, Visibility::Network)
}

const STATUSES: &[&str] = &["active", "paused", "closed"];

/// What the person agreed to.
const SHARING: &[&str] = &["network", "named", "none"];

/// The declaration.
pub static HOLDER: Collection = Collection {
    name: "holder",
    title: "pseudonym",
    fields: &[
        field("pseudonym", FieldKind::Text(40))
            .required()
            .rule(Rule::Anonymous),
        field("residence", FieldKind::Zone).rule(Rule::EpciOrDepartment),
        field("themes", FieldKind::EnumList(NEED_THEMES)).vocabulary_of(NEED_THEME),
        field("status", FieldKind::Enum(STATUSES)).or(Default::Code("active")),
        field("sharing", FieldKind::Enum(SHARING)).or(Default::Code("named")),
        field("info_notice_on", FieldKind::Date),
        field("info_notice_version", FieldKind::Text(20)).rule(Rule::Anonymous),
        field("first_contact_on", FieldKind::Date),
        field("last_contact_on", FieldKind::Date),
    ],
};
