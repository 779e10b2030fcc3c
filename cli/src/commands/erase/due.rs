//! `erase due`: what this structure keeps longer than it may.

use anyhow::Result;
use clap::{ArgMatches, Command};
use serde_json::json;

use crate::collections::values::short;
use crate::commands::Entry;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["erase", "due"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
}

fn run(session: &mut Session<'_>, _matches: &ArgMatches) -> Result<()> {
    let answer = session.call("erasure.due", json!({}))?;
    let due = answer["due"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for proposal in due {
            session.json(proposal)?;
        }
        return Ok(());
    }
    if due.is_empty() {
        let nothing = session.text("erase-due-nothing");
        return Ok(session.tell(&nothing)?);
    }
    let header = [
        "erase-due-id",
        "erase-due-title",
        "erase-due-rule",
        "erase-due-until",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for proposal in due {
        let text = |name: &str| proposal[name].as_str().unwrap_or_default();
        let rule = text("rule").replace('_', "-");
        rows.add_row([
            short(text("id")).to_owned(),
            super::title(session, proposal),
            session.text(&format!("erase-rule-{rule}")),
            session.language().date(text("until")),
        ]);
    }
    session.line(&table::text(&mut rows))?;
    let hint = session.text("erase-due-hint");
    Ok(session.tell(&hint)?)
}
