//! `status`: is my work safe, and with whom?

use std::thread;
use std::time::Duration;

use anyhow::Result;
use capactif_node::api::Detail;
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::Entry;
use crate::collections::values::short;
use crate::failure;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["status"],
    arguments,
    run,
};

/// How often `--watch` looks again.
const WATCH_EVERY: Duration = Duration::from_secs(2);

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("watch").long("watch").action(ArgAction::SetTrue))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let watch = matches.get_flag("watch");
    loop {
        let status = session.call("status", json!({}))?;
        if session.options.json {
            session.json(&status)?;
        } else {
            if watch && session.terminal.width.is_some() {
                // Home, then clear what is below: no flicker.
                write!(session.out, "\x1b[H\x1b[J")?;
            }
            print(session, &status)?;
        }
        session.out.flush()?;
        if !watch {
            return Ok(());
        }
        session.release();
        thread::sleep(WATCH_EVERY);
    }
}

fn print(session: &mut Session<'_>, status: &Value) -> Result<()> {
    let text = |name: &str| status[name].as_str().unwrap_or_default();
    let count = |name: &str| status[name].as_u64().unwrap_or(0);
    let peers = status["peers"].as_array().map_or(&[][..], Vec::as_slice);

    let mut args = FluentArgs::new();
    let named = |name: &str, id: &str| {
        status[name]
            .as_str()
            .map_or_else(|| short(text(id)).to_owned(), str::to_owned)
    };
    args.set("network", named("network_name", "network"));
    args.set("structure", named("structure_name", "structure"));
    args.set("node", short(text("node")));
    let title = session.format("status-title", &args);
    let title = session.strong(&title);
    session.line(&format!("{title}\n"))?;

    let safety = safety(session, count("outbox"), peers);
    session.say(&safety)?;
    if !peers.is_empty() {
        session.line("")?;
        print_peers(session, peers)?;
    }

    let mut args = FluentArgs::new();
    args.set("records", count("records"));
    args.set("entries", count("entries"));
    args.set("disk", session.language().bytes(count("disk_bytes")));
    let content = session.format("status-content", &args);
    session.line(&format!("\n{content}"))?;
    for (name, key) in [("pending", "status-pending"), ("refused", "status-refused")] {
        if count(name) > 0 {
            let mut args = FluentArgs::new();
            args.set("count", count(name));
            let line = session.format(key, &args);
            session.line(&line)?;
        }
    }
    for (name, key) in [
        ("waiting", "status-blobs-waiting"),
        ("ungiven", "status-blobs-ungiven"),
    ] {
        let count = status["blobs"][name].as_u64().unwrap_or(0);
        if count > 0 {
            let mut args = FluentArgs::new();
            args.set("count", count);
            let line = session.format(key, &args);
            session.line(&line)?;
        }
    }
    for warning in status["warnings"].as_array().map_or(&[][..], Vec::as_slice) {
        let warning: Detail = serde_json::from_value(warning.clone()).unwrap_or_default();
        let line = failure::detail_line(&session.messages, &warning);
        session.say(&format!("! {line}"))?;
        if let Some(hint) = failure::hint(&session.messages, &warning) {
            session.say(&format!("  → {hint}"))?;
        }
    }
    let digest = short(text("view_digest"));
    if !digest.is_empty() {
        let mut args = FluentArgs::new();
        args.set("digest", digest);
        let line = session.format("status-digest", &args);
        let line = session.faint(&line);
        session.line(&line)?;
    }
    Ok(())
}

/// The one sentence that a person came for, and what to do about it.
fn safety(session: &Session<'_>, outbox: u64, peers: &[Value]) -> String {
    let holders = peers
        .iter()
        .filter(|peer| peer["holds_my_edits"].as_bool().unwrap_or(false));
    let names: Vec<&str> = holders.filter_map(|peer| peer["name"].as_str()).collect();
    let connected = peers
        .iter()
        .any(|peer| peer["connected"].as_bool().unwrap_or(false));
    let mut args = FluentArgs::new();
    args.set("outbox", outbox);
    args.set("count", names.len());
    args.set("names", names.join(", "));
    let key = match (peers.is_empty(), outbox, names.is_empty(), connected) {
        (true, ..) => "status-alone",
        (_, 0, ..) => "status-safe",
        (_, _, false, _) => "status-partly-safe",
        (_, _, true, true) => "status-sending",
        (_, _, true, false) => "status-only-here",
    };
    session.format(key, &args)
}

fn print_peers(session: &mut Session<'_>, peers: &[Value]) -> Result<()> {
    let header = [
        "status-peer",
        "status-link",
        "status-has-mine",
        "status-seen",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for peer in peers {
        let node = peer["node"].as_str().map(short);
        let name = match (peer["name"].as_str(), node) {
            (Some(name), Some(node)) => format!("{name} ({node})"),
            (_, Some(node)) => node.to_owned(),
            // Called at an address where nobody has answered yet.
            (_, None) => peer["addresses"][0].as_str().unwrap_or_default().to_owned(),
        };
        let flag = |name: &str| peer[name].as_bool().unwrap_or(false);
        let link = match (flag("connected"), flag("in_sync")) {
            (true, true) => "status-link-in-sync",
            (true, false) => "status-link-exchanging",
            (false, _) => "status-link-none",
        };
        let mut args = FluentArgs::new();
        args.set("count", peer["missing_there"].as_u64().unwrap_or(0));
        let mine = if node.is_none() {
            String::new()
        } else if flag("holds_my_edits") {
            session.text("status-has-all")
        } else {
            session.format("status-lacks", &args)
        };
        let seen = peer["last_seen"]
            .as_str()
            .map(|seen| session.language().moment(seen));
        rows.add_row([
            name,
            session.text(link),
            mine,
            seen.unwrap_or_else(|| session.text("status-never")),
        ]);
    }
    Ok(session.line(&table::text(&mut rows))?)
}
