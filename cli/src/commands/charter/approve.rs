//! `charter approve`: this structure's approval of a proposed version.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::{Entry, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "approve"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("version").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call(
        "charter.approve",
        json!({ "version": required(matches, "version") }),
    )?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let text = if answer["effective"].as_bool().unwrap_or(false) {
        session.text("charter-effective")
    } else {
        let mut args = FluentArgs::new();
        args.set("count", answer["missing"].as_u64().unwrap_or(0));
        session.format("charter-approved", &args)
    };
    session.line(&text)?;
    if answer["can_pass"] == json!(false) {
        let text = session.text("charter-proposal-split");
        session.say(&text)?;
    }
    Ok(())
}
