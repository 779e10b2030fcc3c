//! `charter propose`: shows what a new version would change and whom it needs, asks, then proposes.

use anyhow::Result;
use capactif_node::api::{ApiError, Detail, ExitKind};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use serde_json::{Map, Value, json};

use crate::collections::values::short;
use crate::commands::{Entry, optional, repeated};
use crate::failure;
use crate::session::Session;

use super::given;
use super::sentences::{change, items, majority, texts};

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "propose"],
    arguments,
    run,
};

/// What may be given several times, as texts.
const LISTS: [&str; 10] = [
    "mandate",
    "no-mandate",
    "remove",
    "successor",
    "dormant",
    "awake",
    "close",
    "voter",
    "committee",
    "lift",
];

fn arguments(command: Command) -> Command {
    let option = |name: &'static str| Arg::new(name).long(name);
    let flag = |name: &'static str| option(name).action(ArgAction::SetTrue);
    let number = |name: &'static str| option(name).value_parser(value_parser!(u16));
    let mut command = command
        .arg(option("coordinator").conflicts_with("no-coordinator"))
        .arg(flag("no-coordinator"))
        .arg(number("admissions"));
    for name in LISTS {
        command = command.arg(option(name).action(ArgAction::Append));
    }
    command
        .arg(option("ratify").value_parser(value_parser!(u8)))
        .arg(flag("no-committee").conflicts_with("committee"))
        .arg(option("head").action(ArgAction::Append))
        .arg(number("minimum-protocol"))
        .arg(option("again"))
        .arg(flag("dry-run"))
        .arg(flag("yes"))
}

/// What is wanted, as the node takes it.
fn wanted(matches: &ArgMatches) -> Result<Value, ApiError> {
    let list = |name: &str| repeated(matches, name);
    let mandates = |name: &str| -> Result<Vec<Value>, ApiError> {
        list(name).iter().map(|text| given::mandate(text)).collect()
    };
    let pairs = |name: &str, flag: &str, keys: [&str; 2]| -> Result<Vec<Value>, ApiError> {
        let texts = list(name);
        let pairs = texts.iter().map(|text| {
            let (first, second) = given::pair(text, flag)?;
            Ok(json!({ keys[0]: first, keys[1]: second }))
        });
        pairs.collect()
    };
    let successors = list("successor");
    let removals = list("remove");
    if successors.len() > removals.len() {
        let message = "a successor is named for a structure that leaves";
        return Err(ApiError::new(
            "successor_without_removal",
            ExitKind::Usage,
            message,
        ));
    }
    let removals: Vec<Value> = removals
        .iter()
        .enumerate()
        .map(|(place, name)| json!({ "structure": name, "successor": successors.get(place) }))
        .collect();
    let heads: Result<Vec<Value>, ApiError> =
        list("head").iter().map(|text| given::head(text)).collect();
    let mut wanted = Map::new();
    let mut set = |name: &str, value: Value| {
        let empty = value.is_null() || value == json!([]) || value == json!(false);
        if !empty {
            wanted.insert(name.to_owned(), value);
        }
    };
    set("coordinator", json!(optional(matches, "coordinator")));
    set("no_coordinator", json!(matches.get_flag("no-coordinator")));
    set("admissions", json!(matches.get_one::<u16>("admissions")));
    set("mandates", json!(mandates("mandate")?));
    set("no_mandates", json!(mandates("no-mandate")?));
    set("remove", json!(removals));
    set("dormant", json!(list("dormant")));
    set("awake", json!(list("awake")));
    set("close", json!(list("close")));
    set(
        "voters",
        json!(pairs("voter", "--voter", ["structure", "node"])?),
    );
    set(
        "committee",
        json!(pairs("committee", "--committee", ["name", "key"])?),
    );
    set("ratify", json!(matches.get_one::<u8>("ratify")));
    set("no_committee", json!(matches.get_flag("no-committee")));
    set("lift", json!(list("lift")));
    set("heads", json!(heads?));
    set(
        "minimum_protocol",
        json!(matches.get_one::<u16>("minimum-protocol")),
    );
    set("again", json!(optional(matches, "again")));
    Ok(Value::Object(wanted))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut wanted = wanted(matches)?;
    wanted["dry_run"] = json!(true);
    let preview = session.call("charter.propose", wanted.clone())?;
    let dry_run = matches.get_flag("dry-run");
    if dry_run && session.options.json {
        return Ok(session.json(&preview)?);
    }
    if !session.options.json {
        print(session, &preview)?;
    }
    if dry_run {
        return Ok(());
    }
    if !matches.get_flag("yes") && !confirmed(session)? {
        let message = "nothing was proposed";
        return Err(ApiError::new("not_confirmed", ExitKind::NeedsDecision, message).into());
    }
    wanted["dry_run"] = json!(false);
    // What the person agreed to is what stands above the version that was shown.
    wanted["above"] = preview["above"].clone();
    let answer = session.call("charter.propose", wanted)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let text = if answer["effective"] == json!(true) {
        session.text("charter-effective")
    } else {
        let mut args = FluentArgs::new();
        args.set("id", short(answer["version"].as_str().unwrap_or_default()));
        args.set("count", answer["missing"].as_u64().unwrap_or(0));
        session.format("charter-proposed", &args)
    };
    Ok(session.say(&format!("\n{text}"))?)
}

fn print(session: &mut Session<'_>, preview: &Value) -> Result<()> {
    let mut args = FluentArgs::new();
    args.set(
        "number",
        preview["number"].as_u64().unwrap_or(0).to_string(),
    );
    let heading = session.format("charter-would-change", &args);
    let heading = session.strong(&heading);
    session.line(&heading)?;
    for it in items(&preview["changes"]) {
        let text = change(&session.messages, it);
        session.say(&format!("  • {text}"))?;
    }
    let narrows = texts(&preview["narrows"]);
    if !narrows.is_empty() {
        let mut args = FluentArgs::new();
        args.set("names", narrows.join(", "));
        let text = session.format("charter-narrows", &args);
        session.say(&format!("\n{text}"))?;
    }
    let text = majority(&session.messages, preview);
    session.say(&format!("\n{text}"))?;
    let waits_for = texts(&preview["waits_for"]);
    if !waits_for.is_empty() {
        let mut args = FluentArgs::new();
        args.set("names", waits_for.join(", "));
        let text = session.format("charter-proposal-waits", &args);
        session.say(&text)?;
    }
    for warning in items(&preview["warnings"]) {
        let warning: Detail = serde_json::from_value(warning.clone()).unwrap_or_default();
        let line = failure::detail_line(&session.messages, &warning);
        session.say(&format!("! {line}"))?;
        if let Some(hint) = failure::hint(&session.messages, &warning) {
            session.say(&format!("  → {hint}"))?;
        }
    }
    Ok(())
}

/// Asks a person, and takes one line for the answer.
fn confirmed(session: &mut Session<'_>) -> Result<bool> {
    let question = session.text("charter-ask");
    write!(session.err, "\n{question} ")?;
    session.err.flush()?;
    let mut line = Vec::new();
    let mut byte = [0];
    while line.len() < 16 && session.input.read(&mut byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    let answer = String::from_utf8_lossy(&line).trim().to_lowercase();
    Ok(["o", "oui", "y", "yes"].contains(&answer.as_str()))
}
