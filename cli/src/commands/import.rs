//! `import`: a file's rows become records; every bad row is named and the good ones are kept.

use anyhow::Result;
use capactif_node::api::{ApiError, Detail, ExitKind};
use capactif_node::exchange::Mapping;
use clap::{Arg, ArgAction, ArgMatches, Command};
use data_encoding::BASE64;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{Entry, optional, path, required};
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
const MAX_MAPPING_BYTES: u64 = 1024 * 1024;
/// How many bad rows a person is shown before the rest is counted.
const SHOWN_ERRORS: usize = 30;

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("file").required(true))
        .arg(Arg::new("collection").long("collection").required(true))
        .arg(Arg::new("mapping").long("mapping"))
        .arg(Arg::new("source").long("source"))
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
    if let Some(mapping) = optional(matches, "mapping") {
        input["mapping"] = read_mapping(mapping)?;
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

fn read_mapping(file: &str) -> Result<Value, ApiError> {
    let bytes = path::read_bounded(file, MAX_MAPPING_BYTES)?;
    let read = |bytes: &[u8]| -> serde_json::Result<Value> {
        // Read once as what it must be, so that a wrong shape is told with its place in the file.
        serde_json::from_slice::<Mapping>(bytes)?;
        serde_json::from_slice(bytes)
    };
    let reason = match bytes.as_deref().map(read) {
        Some(Ok(mapping)) => return Ok(mapping),
        Some(Err(error)) => error.to_string(),
        None => format!("more than {MAX_MAPPING_BYTES} bytes"),
    };
    Err(ApiError::new(
        "mapping_unreadable",
        ExitKind::Usage,
        format!("{file}: {reason}"),
    )
    .with("path", file)
    .with("reason", reason))
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
    Ok(session.line(&text)?)
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
