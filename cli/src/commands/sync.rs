//! `sync`: one reconciliation with the peers in reach, then exit.

use anyhow::Result;
use capactif_node::api::{ApiError, Detail, ExitKind};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use super::{Entry, optional};
use crate::collections::label_and_value;
use crate::collections::values::short;
use crate::failure;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["sync"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("peer"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut input = json!({});
    if let Some(peer) = optional(matches, "peer") {
        input["peer"] = json!(peer);
    }
    let answer = session.call("sync", input)?;
    let peers = answer["peers"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        session.json(&answer)?;
    } else if !peers.is_empty() {
        print(session, peers)?;
    }
    if peers.is_empty() {
        let message = "no peer could be reached";
        return Err(ApiError::new("no_peer_reached", ExitKind::Unreachable, message).into());
    }
    Ok(())
}

fn print(session: &mut Session<'_>, peers: &[Value]) -> Result<()> {
    let header = [
        "sync-peer",
        "sync-received",
        "sync-sent",
        "sync-bytes",
        "sync-seconds",
        "sync-state",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    let language = session.language();
    for peer in peers {
        let count = |name: &str| peer[name].as_u64().unwrap_or(0);
        let state = if peer["in_sync"].as_bool().unwrap_or(false) {
            "sync-done"
        } else {
            "sync-part"
        };
        rows.add_row([
            name_of(peer),
            language.integer(count("entries_received").cast_signed()),
            language.integer(count("entries_sent").cast_signed()),
            language.bytes(count("bytes_received") + count("bytes_sent")),
            language.seconds(peer["seconds"].as_f64().unwrap_or(0.0)),
            session.text(state),
        ]);
    }
    for column in 1..5 {
        table::align_right(&mut rows, column);
    }
    session.line(&table::text(&mut rows))?;
    for peer in peers {
        let Ok(failure) = serde_json::from_value::<Detail>(peer["failure"].clone()) else {
            continue;
        };
        let name = name_of(peer);
        let what = failure::detail_line(&session.messages, &failure);
        let line = label_and_value(&session.messages, &name, &what);
        session.tell(&format!("! {line}"))?;
        if let Some(hint) = failure::hint(&session.messages, &failure) {
            session.tell(&format!("  → {hint}"))?;
        }
    }
    Ok(())
}

/// What a person knows a peer by: its structure, else the beginning of its node's identity, else
/// the address that was called.
fn name_of(peer: &Value) -> String {
    let node = || peer["node"].as_str().map(|node| short(node).to_owned());
    let name = peer["name"].as_str().map(str::to_owned);
    let address = || peer["address"].as_str().unwrap_or_default().to_owned();
    name.or_else(node).unwrap_or_else(address)
}
