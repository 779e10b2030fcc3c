//! `COLLECTION show`: one record whole, with what is computed and what is in conflict.

use anyhow::Result;
use capactif_node::registry::Collection;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Map, Value, json};

use super::conflicts::print_values;
use crate::collections::{self, command_name, field_label, field_of_json_name, values};
use crate::commands::charter::ratify::standing;
use crate::commands::papers;
use crate::commands::required;
use crate::commands::sealed::print_sealed;
use crate::session::Session;
use crate::table;

pub(super) fn run(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let input = json!({ "collection": collection.name, "id": required(matches, "id") });
    let record = session.call("record.show", input)?;
    if session.options.json {
        return Ok(session.json(&record)?);
    }
    match record.as_object() {
        Some(record) => print(session, collection, record)?,
        None => return Ok(()),
    }
    if record["_sealed"].is_object() {
        session.line("")?;
        print_sealed(session, collection, &record["_sealed"])?;
    }
    Ok(())
}

/// Prints a record whole.
pub(crate) fn print(
    session: &mut Session<'_>,
    collection: &'static Collection,
    record: &Map<String, Value>,
) -> Result<()> {
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
    let title = values::shown(&session.messages, collection, record, collection.title);
    let title = session.strong(&title);
    let kind = collections::collection_label(&session.messages, collection.name);
    session.line(&title)?;
    let place = session.faint(&format!("{kind} {}", values::short(id)));
    session.line(&format!("{place}\n"))?;
    print_fields(session, collection, record)?;
    print_meta(session, record)?;
    if let Some(ratified) = record.get("_ratification") {
        let text = standing(&session.messages, ratified);
        session.say(&text)?;
    }
    papers::print(session, collection, record)?;
    print_conflicts(session, collection, record)
}

fn print_fields(
    session: &mut Session<'_>,
    collection: &'static Collection,
    record: &Map<String, Value>,
) -> Result<()> {
    let mut rows = table::plain(session.terminal);
    let messages = &session.messages;
    for field in collection
        .fields
        .iter()
        .filter(|field| field.name != collection.title)
    {
        let text = values::shown(messages, collection, record, field.name);
        if !text.is_empty() {
            rows.add_row([field_label(messages, collection, field.name), text]);
        }
    }
    // What a newer version of the registry wrote is shown under its own name.
    for (name, value) in record {
        let is_frame = matches!(name.as_str(), "id" | "collection" | "owner" | "owner_name");
        if !is_frame && !name.starts_with('_') && field_of_json_name(collection, name).is_none() {
            rows.add_row([
                name.clone(),
                values::text(messages, collection, name, value),
            ]);
        }
    }
    Ok(session.line(&table::text(&mut rows))?)
}

fn print_meta(session: &mut Session<'_>, record: &Map<String, Value>) -> Result<()> {
    let Some(meta) = record.get("_meta").and_then(Value::as_object) else {
        return Ok(());
    };
    let text = |name: &str| meta.get(name).and_then(Value::as_str).unwrap_or_default();
    let owner = meta.get("owner_name").or_else(|| record.get("owner_name"));
    let owner = owner
        .or_else(|| record.get("owner"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_id = owner.len() == 64 && owner.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut args = FluentArgs::new();
    args.set("owner", if is_id { values::short(owner) } else { owner });
    let when = |iso: &str| session.language().moment(iso);
    args.set("created", when(text("created_on")));
    args.set("changed", when(text("changed_on")));
    let line = session.format("show-meta", &args);
    let line = session.faint(&line);
    Ok(session.line(&format!("\n{line}"))?)
}

fn print_conflicts(
    session: &mut Session<'_>,
    collection: &'static Collection,
    record: &Map<String, Value>,
) -> Result<()> {
    let conflicts = record.get("_conflicts").and_then(Value::as_array);
    let fields: Vec<String> = conflicts
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|name| field_label(&session.messages, collection, name))
        .collect();
    if fields.is_empty() {
        return Ok(());
    }
    print_branches(session, collection, record)?;
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
    let mut args = FluentArgs::new();
    args.set("count", fields.len());
    args.set("fields", fields.join(", "));
    args.set("command", command_name(collection));
    args.set("id", values::short(id));
    let line = session.format("show-conflicts", &args);
    Ok(session.say(&line)?)
}

/// Each value that stands beside another, with who gave it.
fn print_branches(
    session: &mut Session<'_>,
    collection: &'static Collection,
    record: &Map<String, Value>,
) -> Result<()> {
    let branches = record.get("_branches").and_then(Value::as_array);
    for branch in branches.into_iter().flatten() {
        let field = branch["field"].as_str().unwrap_or_default();
        let label = field_label(&session.messages, collection, field);
        session.line(&format!("\n{label}"))?;
        print_values(session, collection, branch, "  ")?;
    }
    Ok(())
}
