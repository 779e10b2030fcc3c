//! `key revoke`: a node that speaks for the structure no more.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;

use crate::collections::values;
use crate::commands::{Entry, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["key", "revoke"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    super::with_root(command)
        .arg(Arg::new("node").required(true))
        .arg(
            Arg::new("last")
                .long("last")
                .value_parser(value_parser!(u64)),
        )
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let last = matches.get_one::<u64>("last").copied();
    let node = required(matches, "node");
    let revoked = super::at_desk(session, matches, |desk| desk.revoke(node, last))?;
    if session.options.json {
        return Ok(session.json(&revoked)?);
    }
    let number = |name: &str| revoked[name].as_u64().unwrap_or(0).to_string();
    let mut args = FluentArgs::new();
    args.set(
        "node",
        values::short(revoked["node"].as_str().unwrap_or_default()),
    );
    args.set("seq", number("last"));
    args.set("generation", number("generation"));
    let said = session.format("key-revoked", &args);
    session.say(&said)?;
    let next = session.text("key-revoked-next");
    Ok(session.tell(&next)?)
}
