//! `network found`: a new network with this node in it.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::collections::values::short;
use crate::commands::{Entry, optional, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["network", "found"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("name").required(true))
        .arg(Arg::new("structure").long("structure").required(true))
        .arg(Arg::new("kind").long("kind").required(true))
        .arg(Arg::new("insee").long("insee").alias("commune"))
        .arg(super::store())
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut input = json!({
        "name": required(matches, "name"),
        "structure": required(matches, "structure"),
        "kind": required(matches, "kind"),
    });
    if let Some(commune) = optional(matches, "insee") {
        input["insee_code"] = json!(commune);
    }
    if let Some(engine) = optional(matches, "store") {
        input["store"] = json!(engine);
    }
    let answer = session.call("network.found", input)?;
    if session.options.json {
        return super::print_json(session, answer);
    }
    let mut args = FluentArgs::new();
    args.set("name", required(matches, "name"));
    args.set(
        "network",
        short(answer["network"].as_str().unwrap_or_default()),
    );
    args.set("node", short(answer["node"].as_str().unwrap_or_default()));
    let text = session.format("network-founded", &args);
    Ok(session.line(&text)?)
}
