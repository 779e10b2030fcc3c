//! `demo`: a network of several nodes on this machine, cut off, edited apart, healed.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};

use super::{Entry, optional};
use crate::demo;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["demo"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("keep").long("keep"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    demo::play(session, optional(matches, "keep").map(PathBuf::from))
}
