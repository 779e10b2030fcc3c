//! `network join`: asks to be admitted with a ticket.

use std::io::Read;

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::{Entry, optional, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["network", "join"],
    arguments,
    run,
};

/// A ticket is a few hundred bytes.
const MAX_TICKET_BYTES: u64 = 16 * 1024;

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("ticket").required(true))
        .arg(super::store())
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut ticket = required(matches, "ticket").to_owned();
    if ticket == "-" {
        ticket.clear();
        let read = session
            .input
            .by_ref()
            .take(MAX_TICKET_BYTES)
            .read_to_string(&mut ticket);
        read.map_err(|error| {
            ApiError::new("stdin_unreadable", ExitKind::Usage, error.to_string())
                .with("reason", error)
        })?;
    }
    // Mail programs break long lines.
    ticket.retain(|letter| !letter.is_whitespace());
    let mut input = json!({ "ticket": ticket });
    if let Some(engine) = optional(matches, "store") {
        input["store"] = json!(engine);
    }
    let answer = session.call("network.join", input)?;
    if session.options.json {
        return super::print_json(session, answer);
    }
    let text = if answer["admitted"].as_bool().unwrap_or(false) {
        session.text("network-joined")
    } else {
        let mut args = FluentArgs::new();
        args.set("count", answer["missing_approvals"].as_u64().unwrap_or(0));
        session.format("network-join-pending", &args)
    };
    Ok(session.line(&text)?)
}
