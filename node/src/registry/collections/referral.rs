//! Referrals: one structure sends a project to another for a need. Moves and precedence are in
//! [`crate::registry::referral`].
//!
//! A referral names the `theme` of the need that it answers, and the `need` where there is a record of it.
//! Status and dates are written by the moves alone.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Rule, Visibility};
use crate::registry::referral::past::PAST;
use crate::registry::vocabulary::{NEED_THEME, NEED_THEMES};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("referral", name, kind, Visibility::Network)
}

/// Its states, in the order of its life.
pub const STATUSES: &[&str] = &[
    "draft",
    "sent",
    "received",
    "more_info",
    "accepted",
    "waitlisted",
    "in_progress",
    "done",
    "done_no_help",
    "unreachable",
    "holder_withdrew",
    "declined",
    "rerouted",
    "withdrawn",
];

/// Why a referral may be declined.
pub const DECLINE_REASONS: &[&str] = &[
    "out_of_mandate",
    "out_of_area",
    "not_eligible",
    "no_capacity",
    "missing_documents",
    "duplicate",
    "other",
];

/// The declaration.
pub static REFERRAL: Collection = Collection {
    name: "referral",
    title: "theme",
    fields: &[
        field("project", FieldKind::Ref("project")).required(),
        field("theme", FieldKind::Enum(NEED_THEMES))
            .vocabulary_of(NEED_THEME)
            .required(),
        field("need", FieldKind::Ref("need")),
        field("from_structure", FieldKind::Ref("structure"))
            .required()
            .or(Default::OwnStructure),
        field("to_structure", FieldKind::Ref("structure")).required(),
        field("lead_structure", FieldKind::Ref("structure")).rule(Rule::ByMove),
        field("opportunity", FieldKind::Ref("opportunity")),
        field("parent", FieldKind::Ref("referral")),
        field("status", FieldKind::Enum(STATUSES))
            .rule(Rule::ByMove)
            .or(Default::Code("draft")),
        field("late", FieldKind::Derived),
        field("decline_reason", FieldKind::Enum(DECLINE_REASONS)).rule(Rule::ByMove),
        field("urgency", FieldKind::Enum(&["normal", "high"])).or(Default::Code("normal")),
        field("sent_on", FieldKind::DateTime).rule(Rule::ByMove),
        field("answered_on", FieldKind::DateTime).rule(Rule::ByMove),
        field("closed_on", FieldKind::DateTime).rule(Rule::ByMove),
        // Told by its sender when it was made here, and lived before: `registry::referral::past`.
        field(PAST, FieldKind::Text(1_000)).rule(Rule::ByMove),
        Field::new(
            "referral",
            "reason",
            FieldKind::Prose(2000),
            Visibility::Sealed,
        ),
    ],
};
