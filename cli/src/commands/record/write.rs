//! `COLLECTION add`, `set`, `remove`, `restore`.

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use capactif_node::registry::Collection;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::{command_name, field_label, flags, values};
use crate::commands::sealed::print_sealing;
use crate::commands::{repeated, required};
use crate::session::Session;

pub(super) fn add(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let fields = flags::to_write(collection, matches, &mut session.input)?;
    let mut input = json!({ "collection": collection.name, "fields": fields });
    share(collection, matches, &mut input);
    let answer = session.call("record.add", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set(
        "id",
        values::short(answer["id"].as_str().unwrap_or_default()),
    );
    args.set("command", command_name(collection));
    let text = session.format("record-added", &args);
    session.line(&text)?;
    print_sealing(session, &answer)
}

/// Who reads what is sealed, where something is.
fn share(collection: &Collection, matches: &ArgMatches, input: &mut Value) {
    if collection.sealed_part().is_some() {
        let structures = repeated(matches, "share");
        if !structures.is_empty() {
            input["share"] = json!(structures);
        }
    }
}

pub(super) fn set(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let mut fields = flags::to_write(collection, matches, &mut session.input)?;
    for name in repeated(matches, "clear") {
        // What this program does not know, the node may: it says so if not.
        let name = collection.column(&name).map_or_else(
            |_| name.replace('-', "_"),
            |column| column.field.name.to_owned(),
        );
        fields.insert(name, Value::Null);
    }
    let add = flags::list_values(collection, matches, "add");
    let remove = flags::list_values(collection, matches, "remove");
    if fields.is_empty() && add.is_empty() && remove.is_empty() {
        let message = "no field was given";
        return Err(ApiError::new("nothing_to_change", ExitKind::Usage, message).into());
    }
    let mut input =
        json!({ "collection": collection.name, "id": required(matches, "id"), "fields": fields });
    if !add.is_empty() {
        input["add"] = json!(add);
    }
    if !remove.is_empty() {
        input["remove"] = json!(remove);
    }
    share(collection, matches, &mut input);
    let answer = session.call("record.set", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let changed: Vec<String> = answer["changed"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|name| field_label(&session.messages, collection, name))
        .collect();
    let mut args = FluentArgs::new();
    args.set("count", changed.len());
    args.set("fields", changed.join(", "));
    let text = session.format("record-changed", &args);
    session.line(&text)?;
    print_sealing(session, &answer)
}

/// Does one thing to each of several records.
pub(super) fn each(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
    operation: &str,
    said: &str,
) -> Result<()> {
    for id in repeated(matches, "ids") {
        let answer = session.call(
            operation,
            json!({ "collection": collection.name, "id": id }),
        )?;
        if session.options.json {
            session.json(&answer)?;
            continue;
        }
        let mut args = FluentArgs::new();
        args.set("id", values::short(answer["id"].as_str().unwrap_or(&id)));
        args.set("command", command_name(collection));
        let text = session.format(said, &args);
        session.line(&text)?;
    }
    Ok(())
}
