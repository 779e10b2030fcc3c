//! `evaluation freeze` and `ratify`, `action ratify`, `improvement adopt`: what the committee decides.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::charter::ratify::{signed, standing};
use super::path::absolute;
use super::{optional, required};
use crate::collections::values::short;
use crate::session::Session;

/// `evaluation freeze`.
pub(crate) fn freeze_command() -> Command {
    Command::new("freeze")
        .arg(Arg::new("period").required(true))
        .arg(Arg::new("again").long("again").action(ArgAction::SetTrue))
}

/// `evaluation ratify`, `action ratify`.
pub(crate) fn ratify_command() -> Command {
    Command::new("ratify")
        .arg(Arg::new("id").required(true))
        .arg(Arg::new("as").long("as"))
        .arg(Arg::new("key").long("key").conflicts_with("as"))
        .arg(Arg::new("passphrase-file").long("passphrase-file"))
}

/// `improvement adopt`.
pub(crate) fn adopt_command() -> Command {
    Command::new("adopt")
        .arg(Arg::new("id").required(true))
        .arg(Arg::new("title").long("title"))
}

pub(crate) fn freeze(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let asked = json!({
        "period": required(matches, "period"),
        "again": matches.get_flag("again"),
    });
    let answer = session.call("evaluation.freeze", asked)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    let mut args = FluentArgs::new();
    args.set("period", text("period").to_owned());
    args.set("on", session.language().date(text("as_of")));
    args.set("hash", text("snapshot").to_owned());
    args.set("id", short(text("id")).to_owned());
    let done = session.format("evaluation-frozen", &args);
    session.say(&done)?;
    let stands = standing(&session.messages, &answer["ratification"]);
    session.say(&stands)?;
    let hint = session.format("evaluation-frozen-hint", &args);
    Ok(session.tell(&hint)?)
}

pub(crate) fn ratify(
    session: &mut Session<'_>,
    collection: &str,
    matches: &ArgMatches,
) -> Result<()> {
    let key = optional(matches, "key").map(absolute).transpose()?;
    let (operation, name) = match collection {
        "evaluation" => ("evaluation.ratify", "evaluation"),
        _ => ("charter.ratify", "record"),
    };
    let mut asked = json!({
        "as": optional(matches, "as"),
        "key": key,
    });
    asked[name] = json!(required(matches, "id"));
    if name == "record" {
        asked["collection"] = json!(collection);
    }
    let answer = signed(session, matches, operation, asked)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let title = session.strong(answer["title"].as_str().unwrap_or_default());
    session.line(&title)?;
    for hash in answer["snapshots"].as_array().into_iter().flatten() {
        let mut args = FluentArgs::new();
        args.set("hash", hash.as_str().unwrap_or_default().to_owned());
        let text = session.format("evaluation-hash", &args);
        session.say(&text)?;
    }
    let text = standing(&session.messages, &answer);
    Ok(session.say(&text)?)
}

pub(crate) fn adopt(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let asked = json!({
        "id": required(matches, "id"),
        "title": optional(matches, "title"),
    });
    let answer: Value = session.call("improvement.adopt", asked)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    let id = short(answer["id"].as_str().unwrap_or_default()).to_owned();
    args.set("id", id);
    let text = session.format("improvement-adopted", &args);
    Ok(session.say(&text)?)
}
