//! `charter suspend`: asks that what a structure or node writes wait until the next version.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::{Entry, required};
use crate::session::Session;

use super::sentences::texts;

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "suspend"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("subject").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let asked = json!({ "subject": required(matches, "subject") });
    let answer = session.call("charter.suspend", asked)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set(
        "name",
        answer["subject"]["name"].as_str().unwrap_or_default(),
    );
    args.set("names", texts(&answer["by"]).join(", "));
    args.set("missing", answer["missing"].as_u64().unwrap_or(0));
    let text = session.format("charter-suspension", &args);
    session.say(&text)?;
    let hint = session.text("charter-suspended-next");
    Ok(session.say(&hint)?)
}
