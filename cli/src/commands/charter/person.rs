//! `charter person`: makes the key with which a person of the steering committee signs.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::path::absolute;
use crate::commands::{Entry, optional, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "person"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("name").required(true))
        .arg(Arg::new("key").long("key"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let path = optional(matches, "key").map(absolute).transpose()?;
    let asked = json!({ "name": required(matches, "name"), "path": path });
    let answer = session.call("charter.person", asked)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    for name in ["name", "key", "path"] {
        args.set(name, answer[name].as_str().unwrap_or_default());
    }
    let text = session.format("charter-person-made", &args);
    Ok(session.line(&text)?)
}
