//! `mapping`: what the columns of one office's files mean, kept by name for the next import.

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use capactif_node::exchange::Mapping;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{Entry, optional, path, required};
use crate::collections::values::csv_cell;
use crate::session::Session;
use crate::table;

const MAX_MAPPING_BYTES: u64 = 1024 * 1024;

pub(crate) const LIST: Entry = Entry {
    path: &["mapping", "list"],
    arguments: |command| command,
    run: list,
};

pub(crate) const SHOW: Entry = Entry {
    path: &["mapping", "show"],
    arguments: named,
    run: show,
};

pub(crate) const SAVE: Entry = Entry {
    path: &["mapping", "save"],
    arguments: |command| {
        named(command)
            .arg(Arg::new("file").required(true))
            .arg(Arg::new("collection").long("collection"))
    },
    run: save,
};

pub(crate) const REMOVE: Entry = Entry {
    path: &["mapping", "remove"],
    arguments: named,
    run: remove,
};

fn named(command: Command) -> Command {
    command.arg(Arg::new("name").required(true))
}

fn list(session: &mut Session<'_>, _matches: &ArgMatches) -> Result<()> {
    let answer = session.call("mapping.list", json!({}))?;
    let mappings = answer["mappings"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for mapping in mappings {
            session.json(mapping)?;
        }
        return Ok(());
    }
    if mappings.is_empty() {
        let none = session.text("mapping-list-empty");
        return Ok(session.tell(&none)?);
    }
    let header = [
        "mapping-name",
        "mapping-collection",
        "mapping-columns",
        "mapping-source",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for mapping in mappings {
        let cells = ["name", "collection", "columns", "source"];
        rows.add_row(cells.map(|name| csv_cell(mapping.get(name))));
    }
    Ok(session.line(&table::text(&mut rows))?)
}

fn show(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("mapping.show", json!({ "name": required(matches, "name") }))?;
    if session.options.json {
        return Ok(session.json(&answer["mapping"])?);
    }
    // As the file it can be saved from again.
    let text = serde_json::to_string_pretty(&answer["mapping"])?;
    Ok(session.line(&text)?)
}

fn save(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut input = json!({
        "name": required(matches, "name"),
        "mapping": read_mapping(required(matches, "file"))?,
    });
    if let Some(collection) = optional(matches, "collection") {
        input["collection"] = json!(collection.replace('-', "_"));
    }
    let answer = session.call("mapping.save", input)?;
    tell(session, "mapping-saved", &answer)
}

fn remove(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call(
        "mapping.remove",
        json!({ "name": required(matches, "name") }),
    )?;
    tell(session, "mapping-removed", &answer)
}

fn tell(session: &mut Session<'_>, key: &str, answer: &Value) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let mut args = FluentArgs::new();
    args.set(
        "name",
        answer["name"].as_str().unwrap_or_default().to_owned(),
    );
    let text = session.format(key, &args);
    Ok(session.line(&text)?)
}

/// What `--mapping` gives: the name of a mapping that is kept, or the content of a file. A file has
/// an extension or a folder, which no name has.
pub(super) fn told(text: &str) -> Result<Value, ApiError> {
    if text.contains(['.', '/', '\\']) {
        read_mapping(text)
    } else {
        Ok(json!(text))
    }
}

fn read_mapping(file: &str) -> Result<Value, ApiError> {
    let bytes = path::read_bounded(file, MAX_MAPPING_BYTES)?;
    let read = |bytes: &[u8]| -> serde_json::Result<Value> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
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
