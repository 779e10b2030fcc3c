//! `key admit`: further computers of the structure that asked and wait for its key.

use anyhow::Result;
use clap::{ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::Entry;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["key", "admit"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    super::with_root(command)
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let admitted = super::at_desk(session, matches, |desk| desk.admit())?;
    if session.options.json {
        let nodes: Vec<String> = admitted.iter().map(ToString::to_string).collect();
        return Ok(session.json(&json!({ "nodes": nodes }))?);
    }
    if admitted.is_empty() {
        let said = session.text("key-nobody-waits");
        return Ok(session.say(&said)?);
    }
    for node in &admitted {
        let mut args = FluentArgs::new();
        args.set("node", node.short());
        let said = session.format("key-admitted", &args);
        session.say(&said)?;
    }
    Ok(())
}
