//! `peer add`: an address at which a partner's node can be reached.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::{Entry, optional, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["peer", "add"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("address").required(true))
        .arg(Arg::new("node").long("node"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let address = required(matches, "address");
    let mut input = json!({ "address": address });
    if let Some(node) = optional(matches, "node") {
        input["node"] = json!(node);
    }
    let answer = session.call("peer.add", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set("address", address);
    let text = session.format("peer-added", &args);
    Ok(session.line(&text)?)
}
