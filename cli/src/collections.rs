//! The registry's collections as the command line names and shows them.

use capactif_node::registry::{self, Collection, Field, FieldKind};

use fluent_bundle::FluentArgs;

use crate::messages::Messages;

pub(crate) mod flags;
pub(crate) mod surface;
pub(crate) mod values;

/// Every collection, in the order people see them.
pub(crate) fn all() -> impl Iterator<Item = &'static Collection> {
    registry::COLLECTIONS.into_iter()
}

/// The collection of this name in JSON.
pub(crate) fn named(name: &str) -> Option<&'static Collection> {
    all().find(|collection| collection.name == name)
}

/// Its command: `local-service`.
pub(crate) fn command_name(collection: &Collection) -> String {
    collection.name.replace('_', "-")
}

/// What people call the collection.
pub(crate) fn collection_label(messages: &Messages, name: &str) -> String {
    messages.text(&format!("collection-{name}"))
}

/// What people call a field; its name when it has no label.
pub(crate) fn field_label(messages: &Messages, collection: &Collection, name: &str) -> String {
    let label = collection.field(name).map(Field::label_key);
    label
        .and_then(|key| messages.find(&key, None, None))
        .unwrap_or_else(|| name.replace('_', " "))
}

/// A label and what it stands for, with the colon as the language writes it.
pub(crate) fn label_and_value(messages: &Messages, label: &str, value: &str) -> String {
    let mut args = FluentArgs::new();
    args.set("label", label);
    args.set("value", value);
    messages.format("label-and-value", &args)
}

/// The field that a JSON name means: `price_max_cents` is the field `price_max`.
pub(crate) fn field_of_json_name(collection: &Collection, name: &str) -> Option<&'static Field> {
    collection.field(name).or_else(|| {
        let field = collection.field(name.strip_suffix("_cents")?)?;
        (field.kind == FieldKind::Cents).then_some(field)
    })
}

/// The columns that a list shows a person who asked for none.
pub(crate) fn usual_columns(collection: &Collection) -> Vec<&'static str> {
    let usual: &[&str] = match collection.name {
        "structure" => &["name", "kind", "insee_code", "phone"],
        "agent" => &["name", "structure", "phone", "email"],
        "opportunity" => &["title", "kind", "insee_code", "status", "price_max"],
        "local_service" => &["name", "theme", "insee_code", "phone"],
        "support_offer" => &["name", "structure", "themes", "amount_max", "valid_until"],
        "news" => &["title", "on"],
        "holder" => &[
            "pseudonym",
            "residence",
            "themes",
            "status",
            "last_contact_on",
        ],
        "need" => &["theme", "project", "answer"],
        "activity" => &["kind", "at", "project", "minutes"],
        "opinion" => &["project", "structure", "view", "on"],
        "durability_check" => &["project", "month", "state", "on", "jobs"],
        "satisfaction" => &["project", "on", "score", "useful"],
        "meeting" => &["at", "kind", "place", "facilitator"],
        "decision" => &["text", "owner", "due_on", "state"],
        "improvement" => &["text", "state", "action"],
        "action" => &["title", "state", "budget"],
        "objective" => &["title", "indicator", "target", "period", "structure"],
        "evaluation" => &["period", "comment"],
        "training" => &["topic", "at", "provider", "hours", "score"],
        "cost_entry" => &["period", "structure", "category", "days", "amount"],
        "duplicate_link" => &["a", "b", "state", "score"],
        "project" => &["pseudonym", "title", "type", "stage", "lead_structure"],
        "referral" => &[
            "project",
            "theme",
            "status",
            "from_structure",
            "to_structure",
        ],
        _ => &[],
    };
    if usual.is_empty() {
        let stored = collection
            .fields
            .iter()
            .filter(|field| field.kind != FieldKind::Derived);
        return stored.take(4).map(|field| field.name).collect();
    }
    usual.to_vec()
}
