//! Projects of the people whom the network accompanies, without any personal data.
//!
//! Who somebody is stands in the sealed part of their `holder` record; a project carries a
//! `pseudonym` of its own (`PP-7K3F`), which also names it in lists.

use crate::registry::collection::Collection;
use crate::registry::field::{Default, Field, FieldKind, Rule, Visibility};
use crate::registry::vocabulary::{PROJECT_STAGE, PROJECT_STAGES, PROJECT_TYPES, SECTOR, SECTORS};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field::new("project", name, kind, Visibility::Network)
}

const OUTCOMES: &[&str] = &[
    "created",
    "taken_over",
    "settled_elsewhere",
    "abandoned",
    "unknown",
];

/// The declaration.
pub static PROJECT: Collection = Collection {
    name: "project",
    title: "pseudonym",
    fields: &[
        field("pseudonym", FieldKind::Text(40))
            .required()
            .rule(Rule::Anonymous),
        field("holder", FieldKind::Ref("holder")),
        field("title", FieldKind::Text(150)).rule(Rule::Anonymous),
        field("type", FieldKind::Enum(PROJECT_TYPES)).required(),
        field("stage", FieldKind::Enum(PROJECT_STAGES))
            .vocabulary_of(PROJECT_STAGE)
            .or(Default::Code("idea")),
        field("naf_code", FieldKind::Naf),
        field("sector", FieldKind::Enum(SECTORS)).vocabulary_of(SECTOR),
        field("target_zones", FieldKind::ZoneList),
        field("budget_max", FieldKind::Cents),
        field("surface_min", FieldKind::Decimal),
        field("production", FieldKind::TextList),
        field("target_date", FieldKind::Date),
        field("arrival_on", FieldKind::Date),
        field("lead_structure", FieldKind::Ref("structure")).or(Default::OwnStructure),
        field("lead_agent", FieldKind::Ref("agent")),
        field("outcome", FieldKind::Enum(OUTCOMES)),
        field("launched_on", FieldKind::Date),
        field("siren_created", FieldKind::Siren),
        field("settled_in", FieldKind::Zone).rule(Rule::EpciOnly),
        field("jobs_created", FieldKind::Decimal),
        field("jobs_kept", FieldKind::Decimal),
        field("opportunity", FieldKind::Ref("opportunity")),
    ],
};
