//! What could go better, as technicians raise it; once adopted it becomes an action.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Visibility};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("improvement", name, kind, Visibility::Network)
}

/// Where it stands.
pub const STATES: &[&str] = &["proposed", "adopted", "in_progress", "done", "rejected"];

/// The declaration.
pub static IMPROVEMENT: Collection = Collection {
    name: "improvement",
    title: "text",
    fields: &[
        field("text", FieldKind::Prose(2000)).required(),
        field("raised_in", FieldKind::Ref("meeting")),
        field("state", FieldKind::Enum(STATES)).or(Default::Code("proposed")),
        field("action", FieldKind::Ref("action")),
    ],
};
