//! `report`: the figures of a half-year, on the terminal or on a page to print.
//!
//! `figures` says what the node's answer means to people, `chart` draws it.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::commands::path::write_new;
use crate::commands::{Entry, optional};
use crate::document::{self, Document, page};
use crate::session::Session;

mod chart;
pub(crate) mod figures;

pub(crate) const ENTRY: Entry = Entry {
    path: &["report"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("period"))
        .arg(
            Arg::new("by")
                .long("by")
                .value_parser(["structure", "epci", "sector"]),
        )
        .arg(Arg::new("html").long("html"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let asked = json!({
        "period": optional(matches, "period"),
        "by": optional(matches, "by"),
    });
    let answer = session.call("report", asked)?;
    let html = optional(matches, "html");
    if session.options.json && html.is_none() {
        return Ok(session.json(&answer)?);
    }
    let report = figures::document(&session.messages, &answer);
    match html {
        Some(path) => written(session, path, &report),
        None => document::print(session, &report),
    }
}

/// Writes a document as a page, and says so.
pub(crate) fn written(session: &mut Session<'_>, path: &str, document: &Document) -> Result<()> {
    let page = page::html(session.language(), document);
    write_new(path, page.as_bytes())?;
    if session.options.json {
        return Ok(session.json(&json!({ "path": path }))?);
    }
    let mut args = FluentArgs::new();
    args.set("path", path);
    let text = session.format("report-page-written", &args);
    Ok(session.say(&text)?)
}

/// The items of a list.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
