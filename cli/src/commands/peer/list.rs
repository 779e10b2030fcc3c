//! `peer list`: the known nodes and where they were reached.

use anyhow::Result;
use clap::{ArgMatches, Command};
use serde_json::json;

use crate::collections::values::{csv_cell, short};
use crate::commands::Entry;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["peer", "list"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
}

fn run(session: &mut Session<'_>, _matches: &ArgMatches) -> Result<()> {
    let answer = session.call("peer.list", json!({}))?;
    let peers = answer["peers"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for peer in peers {
            session.json(peer)?;
        }
        return Ok(());
    }
    if peers.is_empty() {
        let nobody = session.text("peer-list-empty");
        return Ok(session.tell(&nobody)?);
    }
    let header = ["charter-id", "peer-name", "peer-addresses"];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for peer in peers {
        rows.add_row([
            short(peer["node"].as_str().unwrap_or_default()).to_owned(),
            csv_cell(peer.get("name")),
            csv_cell(peer.get("addresses").or_else(|| peer.get("address"))).replace('|', "\n"),
        ]);
    }
    Ok(session.line(&table::text(&mut rows))?)
}
