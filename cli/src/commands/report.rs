//! `report`: the figures of a half-year, on the terminal or on a page to print.
//!
//! `figures` says what the node's answer means to people, `chart` draws it, `page` lays it out.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::commands::path::write_new;
use crate::commands::{Entry, optional};
use crate::session::Session;
use crate::table;

mod chart;
pub(crate) mod figures;
pub(crate) mod page;

use figures::{Report, Section, Table};

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
    if let Some(path) = optional(matches, "html") {
        let report = Report::of(&session.messages, &answer);
        let page = page::report(&session.messages, &report);
        return written(session, path, &page);
    }
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let report = Report::of(&session.messages, &answer);
    let title = session.strong(&report.title);
    session.line(&title)?;
    for line in &report.about {
        session.say(line)?;
    }
    for section in &report.sections {
        print(session, section)?;
    }
    for note in &report.notes {
        session.line("")?;
        session.say(note)?;
    }
    Ok(())
}

/// Writes a page that was asked for, and says so.
pub(crate) fn written(session: &mut Session<'_>, path: &str, page: &str) -> Result<()> {
    write_new(path, page.as_bytes())?;
    if session.options.json {
        return Ok(session.json(&json!({ "path": path }))?);
    }
    let mut args = FluentArgs::new();
    args.set("path", path);
    let text = session.format("report-page-written", &args);
    Ok(session.say(&text)?)
}

/// Prints a section as the terminal shows it.
pub(crate) fn print(session: &mut Session<'_>, section: &Section) -> Result<()> {
    let heading = session.strong(&section.heading);
    session.line(&format!("\n{heading}"))?;
    for it in &section.tables {
        if let Some(caption) = &it.caption {
            session.line(&format!("\n{caption}"))?;
        }
        print_table(session, it)?;
    }
    for note in &section.notes {
        session.say(note)?;
    }
    Ok(())
}

fn print_table(session: &mut Session<'_>, it: &Table) -> Result<()> {
    let mut shown = table::with_header(session.terminal, it.header.clone());
    for row in &it.rows {
        shown.add_row(row.clone());
    }
    for column in &it.right {
        table::align_right(&mut shown, *column);
    }
    Ok(session.line(&table::text(&mut shown))?)
}

/// The items of a list.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
