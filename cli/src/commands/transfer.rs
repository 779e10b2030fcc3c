//! `transfer`: offers a record to another structure, whose it is once that accepts.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::values::short;
use crate::commands::{Entry, erase, required};
use crate::session::Session;

pub(crate) mod accept;
pub(crate) mod list;
pub(crate) mod withdraw;

pub(crate) const ENTRY: Entry = Entry {
    path: &["transfer"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .arg(Arg::new("record").required(true))
        .arg(Arg::new("to").long("to").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let input = json!({ "id": required(matches, "record"), "to": required(matches, "to") });
    let answer = session.call("transfer.offer", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let args = facts(session, &answer);
    let text = session.format("transfer-offered", &args);
    session.line(&text)?;
    let hint = session.format("transfer-offered-hint", &args);
    Ok(session.tell(&hint)?)
}

/// What an offer is about, for a sentence.
fn facts(session: &Session<'_>, answer: &Value) -> FluentArgs<'static> {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let mut args = FluentArgs::new();
    args.set("id", short(&text("id")).to_owned());
    args.set("title", erase::title(session, answer));
    args.set("from", text("from_name"));
    args.set("to", text("to_name"));
    args.set("parts", answer["parts"].as_u64().unwrap_or_default());
    args
}
