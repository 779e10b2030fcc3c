//! `demo`: a network of several nodes on this machine, cut off, edited apart, healed.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Entry, optional};
use crate::demo::{self, Which};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["demo"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("charter")
                .long("charter")
                .action(ArgAction::SetTrue),
        )
        .arg(
            Arg::new("portal")
                .long("portal")
                .action(ArgAction::SetTrue)
                .conflicts_with("charter"),
        )
        .arg(
            Arg::new("sample")
                .long("sample")
                .value_parser(["listings", "full"])
                .default_value("listings")
                .conflicts_with("charter"),
        )
        .arg(Arg::new("keep").long("keep"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let keep = optional(matches, "keep").map(PathBuf::from);
    let which = if matches.get_flag("charter") {
        Which::Charter
    } else if matches.get_flag("portal") {
        Which::Portal
    } else {
        Which::Network
    };
    let whole = optional(matches, "sample") == Some("full");
    demo::play(session, keep, which, whole)
}
