//! The figures of a half-year, frozen as a file whose hash the committee ratifies.

use crate::registry::collection::Collection;
use crate::registry::field::{Field, FieldKind, Rule, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("evaluation", name, kind, Visibility::Public)
}

/// The declaration.
pub static EVALUATION: Collection = Collection {
    name: "evaluation",
    title: "period",
    fields: &[
        field("period", FieldKind::Period).required(),
        field("snapshot", FieldKind::TextList).rule(Rule::ByAttachment),
        field("comment", FieldKind::Prose(5000)),
        field("ratified", FieldKind::Derived),
    ],
};
