//! `transfer accept`: takes over a record that was offered to this structure.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use serde_json::json;

use crate::commands::{Entry, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["transfer", "accept"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("record").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let input = json!({ "id": required(matches, "record") });
    let answer = session.call("transfer.accept", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let args = super::facts(session, &answer);
    let key = match answer["standing"].as_str() {
        Some("owned") => "transfer-accepted",
        _ => "transfer-accepted-waits",
    };
    let text = session.format(key, &args);
    Ok(session.line(&text)?)
}
