//! `refused`: entries that do not count, and why. `reissue`: one of them, written again in our
//! own name.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{Entry, required};
use crate::collections::{collection_label, values};
use crate::session::Session;

pub(crate) const LIST: Entry = Entry {
    path: &["refused"],
    arguments: list_arguments,
    run: list,
};

pub(crate) const REISSUE: Entry = Entry {
    path: &["reissue"],
    arguments: reissue_arguments,
    run: reissue,
};

fn list_arguments(command: Command) -> Command {
    command.arg(
        Arg::new("limit")
            .long("limit")
            .value_parser(value_parser!(u64)),
    )
}

fn list(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut input = json!({});
    if let Some(limit) = matches.get_one::<u64>("limit") {
        input["limit"] = json!(limit);
    }
    let answer = session.call("entry.refused", input)?;
    let entries = answer["entries"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for entry in entries {
            session.json(entry)?;
        }
        return Ok(());
    }
    if entries.is_empty() {
        let nothing = session.text("refused-nothing");
        return Ok(session.tell(&nothing)?);
    }
    for entry in entries {
        print(session, entry)?;
    }
    let hint = session.text("refused-hint");
    Ok(session.tell(&hint)?)
}

fn print(session: &mut Session<'_>, entry: &Value) -> Result<()> {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let node = values::short(text("node"));
    let seq = entry["seq"].as_u64().unwrap_or_default();
    let title = match entry["title"].as_str() {
        Some(_) => values::title(&session.messages, entry),
        None => entry["record"]
            .as_str()
            .map(|record| values::short(record).to_owned())
            .unwrap_or_default(),
    };
    let place = format!("{node} {seq}");
    let title = session.strong(&title);
    let collection = match entry["collection"].as_str() {
        Some(collection) => collection_label(&session.messages, collection),
        None => String::new(),
    };
    session.line(format!("{place}  {title}  {collection}").trim_end())?;
    let who = text("structure");
    let when = session.language().moment(text("written_at"));
    let from = session.faint(&format!("{who}, {when}"));
    session.line(&format!("    {from}"))?;
    let why = session.text(&format!("refused-{}", text("code").replace('_', "-")));
    Ok(session.line(&format!("    {why}"))?)
}

fn reissue_arguments(command: Command) -> Command {
    command.arg(Arg::new("node").required(true)).arg(
        Arg::new("seq")
            .required(true)
            .value_parser(value_parser!(u64)),
    )
}

fn reissue(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let seq = matches.get_one::<u64>("seq").copied().unwrap_or_default();
    let input = json!({ "node": required(matches, "node"), "seq": seq });
    let answer = session.call("entry.reissue", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let key = if answer["created"] == true {
        "reissue-created"
    } else if answer["changed"] == true {
        "reissue-changed"
    } else {
        "reissue-nothing"
    };
    let mut args = FluentArgs::new();
    args.set(
        "id",
        values::short(answer["id"].as_str().unwrap_or_default()),
    );
    let told = session.format(key, &args);
    session.tell(&told)?;
    if answer["is_partial"] == true {
        let partial = session.text("reissue-partial");
        session.tell(&partial)?;
    }
    Ok(())
}
