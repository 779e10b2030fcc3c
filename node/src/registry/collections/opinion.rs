//! What a structure thinks of a project: one each, side by side. Its reasons are sealed.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("opinion", name, kind, Visibility::Network)
}

const fn sealed(name: &'static str, kind: FieldKind) -> Field {
    Field::new("opinion", name, kind, Visibility::Sealed)
}

/// What it thinks.
pub const VIEWS: &[&str] = &["favourable", "reserved", "unfavourable"];

/// The declaration.
pub static OPINION: Collection = Collection {
    name: "opinion",
    title: "view",
    fields: &[
        field("project", FieldKind::Ref("project")).required(),
        field("structure", FieldKind::Ref("structure"))
            .or(Default::OwnStructure)
            .required(),
        field("on", FieldKind::Date).or(Default::Today),
        field("view", FieldKind::Enum(VIEWS)).required(),
        sealed("text", FieldKind::Prose(3000)),
    ],
};
