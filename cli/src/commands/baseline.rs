//! `baseline`: jobs and farms of the territory, which two indicators compare with.

use std::fmt::Write as _;

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::path::{absolute, write_new};
use super::report::items;
use super::{Entry, required};
use crate::session::Session;
use crate::table;

pub(crate) const SHOW: Entry = Entry {
    path: &["baseline", "show"],
    arguments: |command| command,
    run: show,
};

pub(crate) const LOAD: Entry = Entry {
    path: &["baseline", "load"],
    arguments: file,
    run: load,
};

pub(crate) const FORM: Entry = Entry {
    path: &["baseline", "form"],
    arguments: file,
    run: form,
};

fn file(command: Command) -> Command {
    command.arg(Arg::new("file").required(true))
}

fn show(session: &mut Session<'_>, _matches: &ArgMatches) -> Result<()> {
    let answer = session.call("baseline.show", json!({}))?;
    told(session, &answer)
}

fn load(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let path = absolute(required(matches, "file"))?;
    let answer = session.call("baseline.load", json!({ "path": path }))?;
    told(session, &answer)
}

/// Writes the table as a file to fill in: what is known, and a line for each community of which
/// nothing is.
fn form(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("baseline.show", json!({}))?;
    let mut text = format!(
        "# {}\nepci;year;jobs;active_farms;source;name\n",
        session.text("baseline-form-note")
    );
    let number = |it: &Value| it.as_f64().map_or_else(String::new, |it| it.to_string());
    // Nothing that was typed in parts a line or a cell.
    let cell = |it: &Value| {
        it.as_str()
            .unwrap_or_default()
            .replace([';', '\t', '\n', '\r'], " ")
    };
    for row in items(&answer["rows"]) {
        let _ = writeln!(
            text,
            "{};{};{};{};{};{}",
            cell(&row["epci"]),
            row["year"],
            number(&row["jobs"]),
            number(&row["active_farms"]),
            cell(&row["source"]),
            cell(&row["name"]),
        );
    }
    for missing in items(&answer["missing"]) {
        let _ = writeln!(
            text,
            "{};;;;;{}",
            cell(&missing["epci"]),
            cell(&missing["name"])
        );
    }
    let path = required(matches, "file");
    write_new(path, text.as_bytes())?;
    if session.options.json {
        return Ok(session.json(&json!({ "path": path }))?);
    }
    let mut args = FluentArgs::new();
    args.set("path", path.to_owned());
    let done = session.format("baseline-form-written", &args);
    Ok(session.say(&done)?)
}

fn told(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let rows = items(&answer["rows"]);
    if rows.is_empty() {
        let none = session.text("baseline-none");
        session.say(&none)?;
        let hint = session.text("baseline-none-hint");
        return Ok(session.tell(&hint)?);
    }
    let header = [
        "report-by-epci",
        "baseline-year",
        "baseline-jobs",
        "baseline-farms",
        "baseline-source",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut shown = table::with_header(session.terminal, header);
    for row in rows {
        let number = |name: &str| {
            let number = row[name].as_f64();
            number.map_or_else(String::new, |it| session.language().decimal(it))
        };
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        shown.add_row([
            text("name"),
            row["year"].to_string(),
            number("jobs"),
            number("active_farms"),
            text("source"),
        ]);
    }
    for column in 1..4 {
        table::align_right(&mut shown, column);
    }
    session.line(&table::text(&mut shown))?;
    let missing = items(&answer["missing"]);
    if !missing.is_empty() {
        let names: Vec<&str> = missing
            .iter()
            .filter_map(|it| it["name"].as_str())
            .collect();
        let mut args = FluentArgs::new();
        args.set("count", names.len());
        args.set("names", names.join(", "));
        let text = session.format("baseline-missing", &args);
        session.say(&text)?;
    }
    Ok(())
}
