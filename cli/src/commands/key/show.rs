//! `key show`: which keys the structure has, where they lie, which nodes speak for it.

use anyhow::Result;
use clap::{ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::values;
use crate::commands::Entry;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["key", "show"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
}

fn run(session: &mut Session<'_>, _matches: &ArgMatches) -> Result<()> {
    let keys = session.call("key.show", json!({}))?;
    if session.options.json {
        return Ok(session.json(&keys)?);
    }
    let mut args = FluentArgs::new();
    args.set("structure", text(&keys["structure_name"]));
    args.set("id", values::short(text(&keys["structure"])));
    let title = session.format("key-title", &args);
    let title = session.strong(&title);
    session.line(&title)?;
    for line in [
        root(session, &keys),
        recovery(session, &keys),
        sealing(session, &keys),
    ] {
        session.say(&line)?;
    }
    session.line("")?;
    nodes(session, &keys["nodes"])?;
    for (condition, key) in [
        (keys["stopped"] == true, "key-stopped"),
        (keys["uncertain"] == true, "key-uncertain"),
        (keys["sealing"]["due"] == true, "key-sealing-due"),
    ] {
        if condition {
            let text = session.messages.text(key);
            session.say(&format!("\n{text}"))?;
        }
    }
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn root(session: &Session<'_>, keys: &Value) -> String {
    let root = &keys["root"];
    let mut args = FluentArgs::new();
    args.set("key", values::short(text(&root["key"])));
    args.set("path", text(&root["path"]));
    let key = match text(&root["held"]) {
        "open" => "key-root-open",
        "locked" => "key-root-locked",
        "other" => "key-root-other",
        _ => "key-root-elsewhere",
    };
    session.messages.format(key, &args)
}

fn recovery(session: &Session<'_>, keys: &Value) -> String {
    match keys["recovery"].as_str() {
        Some(key) => {
            let mut args = FluentArgs::new();
            args.set("key", values::short(key));
            session.format("key-recovery", &args)
        }
        None => session.text("key-no-recovery"),
    }
}

fn sealing(session: &Session<'_>, keys: &Value) -> String {
    let sealing = &keys["sealing"];
    let Some(generation) = sealing["generation"].as_u64() else {
        return session.text("key-no-sealing");
    };
    let mut args = FluentArgs::new();
    args.set("generation", generation.to_string());
    let key = if sealing["held"] == true {
        "key-sealing"
    } else {
        "key-sealing-not-held"
    };
    session.messages.format(key, &args)
}

fn nodes(session: &mut Session<'_>, nodes: &Value) -> Result<()> {
    let header = ["key-node", "key-node-entries", "key-node-state"];
    let header = header.map(|key| session.messages.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for node in nodes.as_array().map_or(&[][..], Vec::as_slice) {
        let mut states = Vec::new();
        if node["me"] == true {
            states.push(session.text("key-node-me"));
        }
        if node["votes"] == true {
            states.push(session.text("key-node-votes"));
        }
        if node["revoked"] == true {
            let mut args = FluentArgs::new();
            args.set("seq", node["last"].as_u64().unwrap_or(0).to_string());
            states.push(session.format("key-node-revoked", &args));
        } else if node["certified"] != true {
            states.push(session.text("key-node-uncertified"));
        }
        rows.add_row([
            values::short(text(&node["node"])).to_owned(),
            node["entries"].as_u64().unwrap_or(0).to_string(),
            states.join(", "),
        ]);
    }
    table::align_right(&mut rows, 1);
    Ok(session.line(&table::text(&mut rows))?)
}
