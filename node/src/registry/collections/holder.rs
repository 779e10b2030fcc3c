//! Holders of projects: the people whom the network accompanies, by pseudonym.
//!
//! Who they are is the sealed part `identity` of the record, read by the structures that accompany
//! the person. An origin is given by community of communes or department, never by commune: a
//! pseudonym with a trade names a person where a commune has 40 inhabitants.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Rule, Visibility};
use crate::registry::vocabulary::{NEED_THEME, NEED_THEMES};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("holder", name, kind, Visibility::Network)
}

const fn sealed(name: &'static str, kind: FieldKind) -> Field {
    Field::new("holder", name, kind, Visibility::Sealed)
}

/// How the person wishes to be reached.
const CONTACTS: &[&str] = &["phone", "email", "via_adviser"];

const STATUSES: &[&str] = &["active", "paused", "closed", "withdrawn"];

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
        sealed("name", FieldKind::Text(150)).required(),
        sealed("phone", FieldKind::Telephone),
        sealed("email", FieldKind::Email),
        sealed("address", FieldKind::Text(200)),
        sealed("household", FieldKind::Prose(2000)),
        sealed("contact_preference", FieldKind::EnumList(CONTACTS)),
        sealed("notes", FieldKind::Prose(2000)),
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
