//! `COLLECTION conflicts` and `resolve`: fields with several values, and the choice of one.

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use capactif_node::registry::Collection;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::{command_name, field_label, flags, values};
use crate::commands::{optional, required};
use crate::session::Session;

pub(super) fn list(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let mut input = json!({ "collection": collection.name });
    if let Some(id) = optional(matches, "id") {
        input["id"] = json!(id);
    }
    let answer = session.call("record.conflicts", input)?;
    let conflicts = answer["conflicts"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for conflict in conflicts {
            session.json(conflict)?;
        }
        return Ok(());
    }
    if conflicts.is_empty() {
        let nothing = session.text("conflicts-nothing");
        return Ok(session.tell(&nothing)?);
    }
    for conflict in conflicts {
        print(session, collection, conflict)?;
    }
    let mut args = FluentArgs::new();
    args.set("command", command_name(collection));
    let hint = session.format("conflicts-hint", &args);
    Ok(session.tell(&hint)?)
}

fn print(
    session: &mut Session<'_>,
    collection: &'static Collection,
    conflict: &Value,
) -> Result<()> {
    let field = conflict["field"].as_str().unwrap_or_default();
    let id = values::short(conflict["id"].as_str().unwrap_or_default());
    let title = session.strong(conflict["title"].as_str().unwrap_or_default());
    session.line(&format!("{id}  {title}"))?;
    if collection.field(field).is_some() {
        let label = field_label(&session.messages, collection, field);
        session.line(&format!("  {label} (--{})", field.replace('_', "-")))?;
    }
    print_values(session, collection, conflict, "    ")
}

/// Each value that stands beside another, with who gave it and when.
pub(super) fn print_values(
    session: &mut Session<'_>,
    collection: &'static Collection,
    conflict: &Value,
    indent: &str,
) -> Result<()> {
    let field = conflict["field"].as_str().unwrap_or_default();
    for value in conflict["values"].as_array().map_or(&[][..], Vec::as_slice) {
        let shown = match value.get("value") {
            Some(value) => values::text(&session.messages, collection, field, value),
            None => session.text("conflicts-sealed"),
        };
        let who = value["structure_name"].as_str().unwrap_or_default();
        let node = values::short(value["node"].as_str().unwrap_or_default());
        let when = session
            .language()
            .moment(value["time"].as_str().unwrap_or_default());
        let place = session.faint(&format!("{who} ({node}), {when}"));
        session.line(&format!("{indent}• {shown}  {place}"))?;
    }
    Ok(())
}

pub(super) fn resolve(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let id = required(matches, "id");
    let fields = flags::to_write(collection, matches, &mut session.input)?;
    if fields.is_empty() {
        let message = "no value was chosen";
        return Err(ApiError::new("nothing_to_change", ExitKind::Usage, message).into());
    }
    for (field, value) in fields {
        let label = field_label(&session.messages, collection, &field);
        let input =
            json!({ "collection": collection.name, "id": id, "field": field, "value": value });
        let answer = session.call("record.resolve", input)?;
        if session.options.json {
            session.json(&answer)?;
        } else {
            let mut args = FluentArgs::new();
            args.set("field", label);
            let text = session.format("conflict-resolved", &args);
            session.line(&text)?;
        }
    }
    Ok(())
}
