//! `transfer withdraw`: takes back what was offered and nobody accepted yet.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use serde_json::json;

use crate::commands::{Entry, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["transfer", "withdraw"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("record").required(true))
        .arg(Arg::new("to").long("to"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let to = matches.get_one::<String>("to");
    let input = json!({ "id": required(matches, "record"), "to": to });
    let answer = session.call("transfer.withdraw", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let args = super::facts(session, &answer);
    let text = session.format("transfer-withdrawn", &args);
    session.line(&text)?;
    let hint = session.format("transfer-withdrawn-hint", &args);
    Ok(session.tell(&hint)?)
}
