//! What a project needs, one record a theme: what referrals answer, and the checklist of everything a
//! household that moves in asks for.
//!
//! Its state is computed: covered by a referral that was of help or by an answer found, unmet when an answer
//! was looked for and there is none.

use crate::registry::collection::Collection;
use crate::registry::field::{Field, FieldKind, Visibility};
use crate::registry::vocabulary::{NEED_THEME, NEED_THEMES};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("need", name, kind, Visibility::Network)
}

const fn sealed(name: &'static str, kind: FieldKind) -> Field {
    Field::new("need", name, kind, Visibility::Sealed)
}

/// What looking for an answer near gave.
pub const ANSWERS: &[&str] = &["found", "none_found"];

/// The declaration.
pub static NEED: Collection = Collection {
    name: "need",
    title: "theme",
    fields: &[
        field("project", FieldKind::Ref("project")).required(),
        field("theme", FieldKind::Enum(NEED_THEMES))
            .vocabulary_of(NEED_THEME)
            .required(),
        field("state", FieldKind::Derived),
        field("answer", FieldKind::Enum(ANSWERS)),
        field("services", FieldKind::RefList("local_service")),
        field("opportunity", FieldKind::Ref("opportunity")),
        sealed("note", FieldKind::Prose(2000)),
    ],
};
