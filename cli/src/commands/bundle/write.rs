//! `bundle write`: everything, or what one node lacked when last heard.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::{Entry, optional, path, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["bundle", "write"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("file").required(true))
        .arg(Arg::new("for").long("for"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let file = required(matches, "file");
    let mut input = json!({ "path": path::absolute(file)? });
    if let Some(node) = optional(matches, "for") {
        input["for"] = json!(node);
    }
    let answer = session.call("bundle.write", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set("file", file);
    args.set("count", answer["entries"].as_u64().unwrap_or(0));
    let text = session.format("bundle-written", &args);
    Ok(session.line(&text)?)
}
