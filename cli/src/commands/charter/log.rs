//! `charter log`: the minutes of the network, version by version.

use anyhow::Result;
use clap::{ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::values::short;
use crate::commands::Entry;
use crate::document::{Block, Section, print_section};
use crate::session::Session;

use super::document::round;
use super::sentences::{change, items};

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "log"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
}

fn run(session: &mut Session<'_>, _matches: &ArgMatches) -> Result<()> {
    let log = session.call("charter.log", json!({}))?;
    if session.options.json {
        return Ok(session.json(&log)?);
    }
    let mut args = FluentArgs::new();
    args.set("name", log["name"].as_str().unwrap_or_default());
    let title = session.format("charter-log-title", &args);
    let title = session.strong(&title);
    session.line(&title)?;
    for version in items(&log["versions"]) {
        let article = minutes(session, version);
        print_section(session, &article)?;
    }
    for double in items(&log["double_votes"]) {
        let mut args = FluentArgs::new();
        for name in ["name", "one", "other"] {
            let text = double[name].as_str().unwrap_or_default();
            args.set(name, if name == "name" { text } else { short(text) });
        }
        let text = session.format("charter-double-vote", &args);
        session.say(&format!("! {text}"))?;
    }
    Ok(())
}

/// What was decided by one version, and how.
fn minutes(session: &Session<'_>, version: &Value) -> Section {
    let messages = &session.messages;
    let language = messages.language();
    let when = |value: &Value| language.moment(value.as_str().unwrap_or_default());
    let state = version["state"].as_str().unwrap_or_default();
    let mut args = FluentArgs::new();
    args.set(
        "number",
        version["number"].as_u64().unwrap_or(0).to_string(),
    );
    args.set("id", short(version["id"].as_str().unwrap_or_default()));
    args.set(
        "state",
        messages.text(&format!("charter-state-{}", state.replace('_', "-"))),
    );
    args.set("round", round(version));
    let heading = messages.format("charter-log-version", &args);

    let mut listed: Vec<String> = items(&version["changes"])
        .iter()
        .map(|it| change(messages, it))
        .collect();
    let proposer = &version["proposed_by"];
    if proposer.is_object() {
        let mut args = FluentArgs::new();
        args.set("name", proposer["name"].as_str().unwrap_or_default());
        args.set("date", when(&proposer["on"]));
        listed.push(messages.format("charter-log-proposed", &args));
    }
    let said = |name: &str| items(&version[name]);
    for it in said("approvals") {
        let mut args = FluentArgs::new();
        args.set("name", it["name"].as_str().unwrap_or_default());
        args.set("date", when(&it["on"]));
        listed.push(if it["counts"] == json!(true) {
            messages.format("charter-log-approved", &args)
        } else {
            messages.format("charter-log-approved-in-vain", &args)
        });
    }
    match version["certified"].as_bool() {
        Some(true) => listed.push(messages.text("charter-log-certified")),
        Some(false) if matches!(state, "in_force" | "past") => {
            listed.push(messages.text("charter-log-not-certified"));
        }
        _ => {}
    }
    for it in said("suspensions") {
        let mut args = FluentArgs::new();
        args.set("name", it["subject"]["name"].as_str().unwrap_or_default());
        args.set("by", it["by"].as_str().unwrap_or_default());
        args.set("date", when(&it["on"]));
        listed.push(messages.format("charter-log-suspended", &args));
    }
    for it in said("ratifications") {
        let mut args = FluentArgs::new();
        args.set("name", it["person"].as_str().unwrap_or("none"));
        args.set("title", it["title"].as_str().unwrap_or("none"));
        args.set("content", short(it["content"].as_str().unwrap_or_default()));
        args.set("date", when(&it["on"]));
        listed.push(messages.format("charter-log-ratified", &args));
    }
    Section {
        heading,
        blocks: vec![Block::Items(listed)],
    }
}
