//! `key rotate-root`: a new root key in the place of the old one.

use anyhow::Result;
use clap::{ArgMatches, Command};

use crate::commands::Entry;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["key", "rotate-root"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    super::with_root(command)
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let rotated = super::at_desk(session, matches, |desk| desk.rotate_root())?;
    super::tell_rotated(session, &rotated)
}
