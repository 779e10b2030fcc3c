//! `import`: a file's rows become records; every bad row is named and the good ones are kept.

use anyhow::Result;
use capactif_node::api::{ApiError, Detail, ExitKind};
use clap::{Arg, ArgAction, ArgMatches, Command};
use data_encoding::BASE64;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{Entry, mapping, optional, path, required};
use crate::collections::values::short;
use crate::collections::{field_label, field_of_json_name, named, values};
use crate::failure;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["import"],
    arguments,
    run,
};

/// Files up to this size travel in the request; larger ones are read by the node from their path.
const MAX_INLINE_BYTES: u64 = 32 * 1024 * 1024;
/// How many bad rows a person is shown before the rest is counted.
const SHOWN_ERRORS: usize = 30;

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("file").required(true))
        .arg(Arg::new("collection").long("collection").required(true))
        .arg(Arg::new("mapping").long("mapping"))
        .arg(Arg::new("source").long("source"))
        .arg(
            Arg::new("complete")
                .long("complete")
                .action(ArgAction::SetTrue),
        )
        .arg(
            Arg::new("history")
                .long("history")
                .action(ArgAction::SetTrue),
        )
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue),
        )
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let collection = required(matches, "collection").replace('-', "_");
    let file = required(matches, "file");
    let is_dry = matches.get_flag("dry-run");
    let mut input = json!({
        "collection": collection,
        "name": path::file_name(file),
        "dry_run": is_dry,
    });
    match path::read_bounded(file, MAX_INLINE_BYTES)? {
        Some(bytes) => input["content_base64"] = json!(BASE64.encode(&bytes)),
        None => input["path"] = json!(path::absolute(file)?),
    }
    if let Some(source) = optional(matches, "source") {
        input["source"] = json!(source);
    }
    if matches.get_flag("complete") {
        input["complete"] = json!(true);
    }
    if matches.get_flag("history") {
        input["history"] = json!(true);
    }
    if let Some(mapping) = optional(matches, "mapping") {
        input["mapping"] = mapping::told(mapping)?;
    }
    let answer = session.call("import", input)?;
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    if session.options.json {
        session.json(&answer)?;
    } else {
        print(session, &collection, &answer, &errors, is_dry)?;
    }
    if let Ok(stopped) = serde_json::from_value::<Detail>(answer["stopped"].clone()) {
        // The rest of the file could not be read; what came before it was taken in.
        return Err(ApiError {
            code: stopped.code,
            message: stopped.message,
            args: stopped.args,
            exit: ExitKind::Failed,
            details: Vec::new(),
        }
        .into());
    }
    let written =
        ["created", "updated", "unchanged"].map(|name| answer[name].as_u64().unwrap_or(0));
    if !errors.is_empty() && written.iter().sum::<u64>() == 0 && !is_dry {
        let message = "no row could be taken in";
        return Err(
            ApiError::new("import_nothing_taken", ExitKind::Usage, message)
                .with("path", file)
                .into(),
        );
    }
    Ok(())
}

fn print(
    session: &mut Session<'_>,
    collection: &str,
    answer: &Value,
    errors: &[Value],
    is_dry: bool,
) -> Result<()> {
    if let Some(detected) = answer["detected"].as_object() {
        let facts = detected.iter().filter_map(|(name, value)| {
            // What else was detected is told as a notice.
            let key = format!("detected-{}", name.replace('_', "-"));
            let name = session.messages.find(&key, None, None)?;
            match value {
                Value::Null | Value::Bool(false) => None,
                Value::Bool(true) => Some(name),
                value => Some(format!("{name} {}", shown_fact(value))),
            }
        });
        let facts = facts.collect::<Vec<_>>().join(", ");
        let mut args = FluentArgs::new();
        args.set("facts", facts);
        let text = session.format("import-detected", &args);
        session.tell(&text)?;
    }
    for notice in details(&answer["notices"]) {
        let text = failure::notice(&session.messages, &notice);
        session.tell(&format!("  • {text}"))?;
    }
    print_preview(session, collection, answer)?;
    let shown = errors.len().min(SHOWN_ERRORS);
    for detail in details(&answer["errors"]).take(shown) {
        let line = failure::detail_line(&session.messages, &detail);
        session.tell(&format!("  ✗ {line}"))?;
    }
    // The node lists the first of them only, and counts them all.
    let count = answer["error_count"]
        .as_u64()
        .unwrap_or(errors.len() as u64);
    if count > shown as u64 {
        let mut args = FluentArgs::new();
        args.set("count", count - shown as u64);
        let text = session.format("and-others", &args);
        session.tell(&format!("  ✗ {text}"))?;
    }
    let mut args = FluentArgs::new();
    for name in ["created", "updated", "unchanged"] {
        args.set(name, answer[name].as_u64().unwrap_or(0));
    }
    args.set("errors", count);
    let text = session.format(
        if is_dry {
            "import-would"
        } else {
            "import-done"
        },
        &args,
    );
    session.line(&text)?;
    print_unlisted(session, &answer["unlisted"], is_dry)
}

/// What the source of a complete file no longer lists.
fn print_unlisted(session: &mut Session<'_>, unlisted: &Value, is_dry: bool) -> Result<()> {
    let Some(source) = unlisted["source"].as_str() else {
        return Ok(());
    };
    let mut args = FluentArgs::new();
    args.set("source", source.to_owned());
    if unlisted["skipped"] == json!(true) {
        let text = session.format("import-unlisted-skipped", &args);
        return Ok(session.line(&text)?);
    }
    let count = |name: &str| unlisted[name].as_u64().unwrap_or(0);
    args.set("marked", count("marked"));
    args.set("already", count("already"));
    let key = if is_dry {
        "import-unlisted-would"
    } else {
        "import-unlisted"
    };
    let text = session.format(key, &args);
    session.line(&text)?;
    let records = unlisted["records"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    for record in records {
        let id = short(record["id"].as_str().unwrap_or_default());
        let title = record["title"].as_str().unwrap_or_default();
        session.line(&format!("  • {id}  {title}"))?;
    }
    let more = count("marked").saturating_sub(records.len() as u64);
    if more > 0 {
        let mut args = FluentArgs::new();
        args.set("count", more);
        let text = session.format("and-others", &args);
        session.line(&format!("  • {text}"))?;
    }
    for detail in details(&unlisted["errors"]) {
        let line = failure::detail_line(&session.messages, &detail);
        session.tell(&format!("  ✗ {line}"))?;
    }
    Ok(())
}

fn details(list: &Value) -> impl Iterator<Item = Detail> + use<'_> {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .map(|it| serde_json::from_value(it.clone()).unwrap_or_default())
}

fn shown_fact(value: &Value) -> String {
    match value.as_str() {
        Some("\t") => "⇥".to_owned(),
        Some("windows-1252") => "Windows-1252".to_owned(),
        Some(name) if name.starts_with("utf") || name == "ascii" => name.to_uppercase(),
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

/// The first rows as they will appear.
fn print_preview(session: &mut Session<'_>, collection: &str, answer: &Value) -> Result<()> {
    let rows = answer["preview"].as_array().map_or(&[][..], Vec::as_slice);
    let Some(collection) = named(collection) else {
        return Ok(());
    };
    for row in rows.iter().filter_map(Value::as_object) {
        let mut place = FluentArgs::new();
        // As text: a line number is no quantity.
        place.set("line", row["_line"].to_string());
        let line = session.format("at-line", &place);
        session.line(&line)?;
        let mut shown = table::plain(session.terminal);
        for (name, value) in row.iter().filter(|(name, _)| !name.starts_with('_')) {
            let label = match field_of_json_name(collection, name) {
                Some(field) => field_label(&session.messages, collection, field.name),
                None => name.clone(),
            };
            shown.add_row([
                label,
                values::text(&session.messages, collection, name, value),
            ]);
        }
        session.line(&table::text(&mut shown))?;
        session.line("")?;
    }
    Ok(())
}
