//! `charter ratify`: signs the exact content of a record as a person of the steering committee, or
//! says how it stands.

use anyhow::Result;
use capactif_node::api::ApiError;
use capactif_node::home::persons::PersonFile;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::commands::path::absolute;
use crate::commands::{Entry, optional, required};
use crate::messages::Messages;
use crate::session::Session;

use super::person;
use super::sentences::texts;

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "ratify"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("record").required(true))
        .arg(Arg::new("as").long("as"))
        .arg(Arg::new("key").long("key").conflicts_with("as"))
        .arg(Arg::new("passphrase-file").long("passphrase-file"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let key = optional(matches, "key").map(absolute).transpose()?;
    let asked = json!({
        "record": required(matches, "record"),
        "as": optional(matches, "as"),
        "key": key,
    });
    let answer = signed(session, matches, "charter.ratify", asked)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let title = answer["title"].as_str().unwrap_or_default();
    let title = session.strong(title);
    session.line(&title)?;
    let text = standing(&session.messages, &answer);
    Ok(session.say(&text)?)
}

/// Has a person sign, who types the passphrase of their key here where it has one.
pub(crate) fn signed(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    operation: &str,
    asked: Value,
) -> Result<Value> {
    Ok(match locked_key(session, matches)? {
        Some(file) => person::at_desk(session, matches, file, |desk| {
            desk.ratify(operation, &asked)
        })?,
        None => session.call(operation, asked)?,
    })
}

/// The key that is to sign, where a passphrase opens it: that is typed here.
fn locked_key(session: &Session<'_>, matches: &ArgMatches) -> Result<Option<PersonFile>, ApiError> {
    let Ok(Some(file)) = person::file_of(session, matches, optional(matches, "as")) else {
        // What is wrong with the home is told by whoever asks it.
        return Ok(None);
    };
    let held = file.read()?;
    Ok(held.is_some_and(|held| held.is_locked()).then_some(file))
}

/// How a record stands with the steering committee, as a sentence.
pub(crate) fn standing(messages: &Messages, it: &Value) -> String {
    let by = texts(&it["by"]);
    let count = |name: &str| it[name].as_u64().unwrap_or(0);
    let mut args = FluentArgs::new();
    args.set("names", by.join(", "));
    args.set("signed", by.len() as u64 + count("signatures"));
    args.set("needed", count("needed"));
    args.set("missing", count("missing"));
    args.set("number", count("number").to_string());
    let key = match it["status"].as_str().unwrap_or_default() {
        "ratified" => "charter-ratified",
        "partial" => "charter-ratified-partly",
        "lapsed" => "charter-ratified-before",
        _ => "charter-ratified-not",
    };
    messages.format(key, &args)
}
