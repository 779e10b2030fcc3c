//! `completions`: what a shell needs to complete commands and flags.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::Entry;
use crate::session::Session;
use crate::surface;

pub(crate) const ENTRY: Entry = Entry {
    path: &["completions"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(
        Arg::new("shell")
            .required(true)
            .value_parser(value_parser!(Shell)),
    )
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let Some(shell) = matches.get_one::<Shell>("shell") else {
        return Ok(());
    };
    let mut command = surface::command(&session.messages);
    // The generator panics when its output closes, so it writes to memory first.
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command, "capactif", &mut script);
    Ok(session.out.write_all(&script)?)
}
