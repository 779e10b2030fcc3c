//! `transfer list`: records that are offered, and nobody accepted yet.

use anyhow::Result;
use clap::{ArgMatches, Command};
use serde_json::json;

use crate::commands::Entry;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["transfer", "list"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
}

fn run(session: &mut Session<'_>, _: &ArgMatches) -> Result<()> {
    let answer = session.call("transfer.list", json!({}))?;
    let offers = answer["offers"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for offer in offers {
            session.json(offer)?;
        }
        return Ok(());
    }
    if offers.is_empty() {
        let nothing = session.text("transfer-list-nothing");
        return Ok(session.tell(&nothing)?);
    }
    for offer in offers {
        let mut args = super::facts(session, offer);
        let when = session
            .language()
            .moment(offer["time"].as_str().unwrap_or_default());
        args.set("when", when);
        let text = session.format("transfer-list-row", &args);
        session.line(&text)?;
    }
    if offers.iter().any(|offer| offer["to_us"] == true) {
        let hint = session.text("transfer-list-hint");
        session.tell(&hint)?;
    }
    Ok(())
}
