//! `key rotate-sealing`: the next generation of the key that partners seal to.

use anyhow::Result;
use clap::{ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::Entry;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["key", "rotate-sealing"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    super::with_root(command)
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let generation = super::at_desk(session, matches, |desk| desk.rotate_sealing())?;
    if session.options.json {
        return Ok(session.json(&json!({ "generation": generation }))?);
    }
    let mut args = FluentArgs::new();
    args.set("generation", generation.to_string());
    let said = session.format("key-sealing-rotated", &args);
    Ok(session.say(&said)?)
}
