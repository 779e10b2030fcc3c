//! `bundle read`: takes in what is new in a bundle, verified as from a peer.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::{Entry, path, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["bundle", "read"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("file").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let input = json!({ "path": path::absolute(required(matches, "file"))? });
    let answer = session.call("bundle.read", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set("count", answer["entries"].as_u64().unwrap_or(0));
    args.set("authors", answer["authors"].as_u64().unwrap_or(0));
    let text = session.format("bundle-taken-in", &args);
    Ok(session.line(&text)?)
}
