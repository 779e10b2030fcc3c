//! `restore`: a node from a backup, into a home that has none.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use super::key::typed;
use super::{Entry, path, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["restore"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("file").required(true))
        .arg(Arg::new("passphrase-file").long("passphrase-file"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let file = required(matches, "file");
    let mut input = json!({ "path": path::absolute(file)? });
    let answer = match session.call("restore", input.clone()) {
        // Nothing was written: the structure's key in the backup is under a passphrase.
        Err(error) if error.code == "key_locked" => {
            let passphrase = typed::for_backup(session, matches)?;
            input["passphrase"] = json!(passphrase.as_str());
            session.call("restore", input)?
        }
        answer => answer?,
    };
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set("file", file);
    let text = session.format("restored", &args);
    Ok(session.line(&text)?)
}
