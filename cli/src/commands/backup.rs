//! `backup`: the whole node in one file.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use super::{Entry, path, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["backup"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("file").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let file = required(matches, "file");
    let answer = session.call("backup", json!({ "path": path::absolute(file)? }))?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set("file", file);
    // Only the node that founded or joined for the structure holds its key.
    let text = session.format(
        if answer["root_key"] == false {
            "backup-written-without-root"
        } else {
            "backup-written"
        },
        &args,
    );
    Ok(session.line(&text)?)
}
