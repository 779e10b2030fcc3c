//! `key passphrase`: puts the structure's root key under a passphrase, or takes it off.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use crate::commands::Entry;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["key", "passphrase"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    super::with_root(command)
        .arg(
            Arg::new("new-passphrase-file")
                .long("new-passphrase-file")
                .conflicts_with("remove"),
        )
        .arg(Arg::new("remove").long("remove").action(ArgAction::SetTrue))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let remove = matches.get_flag("remove");
    super::at_desk(session, matches, |desk| {
        if remove {
            desk.remove_passphrase()
        } else {
            desk.set_passphrase()
        }
    })?;
    if session.options.json {
        return Ok(session.json(&json!({ "locked": !remove }))?);
    }
    let text = if remove {
        session.text("key-passphrase-removed")
    } else {
        session.text("key-passphrase-set")
    };
    Ok(session.say(&text)?)
}
