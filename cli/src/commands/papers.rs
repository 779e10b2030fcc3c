//! Papers that people signed, attached to an evaluation or a meeting: `attach`, `attachments`,
//! `detach`, `save`; and how they are told of where the record is shown.

use anyhow::Result;
use capactif_node::registry::{Attachment, Collection};
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Map, Value, json};

use super::sealed::readers;
use super::{path, repeated, required};
use crate::collections::values;
use crate::document::{self, Block, Section};
use crate::messages::Messages;
use crate::session::Session;

/// What can be done with papers, as verbs of the collections that take them.
pub(crate) const VERBS: [&str; 4] = ["attach", "attachments", "detach", "save"];

/// Their commands.
pub(crate) fn commands() -> [Command; 4] {
    let id = || Arg::new("id").required(true);
    let numbers = || Arg::new("numbers").num_args(1..);
    let share = Arg::new("share")
        .long("share")
        .value_delimiter(',')
        .action(ArgAction::Append);
    [
        Command::new("attach")
            .arg(id())
            .arg(Arg::new("files").num_args(1..).required(true))
            .arg(share),
        Command::new("attachments").arg(id()),
        Command::new("detach")
            .arg(id())
            .arg(numbers().required(true)),
        Command::new("save")
            .arg(id())
            .arg(numbers())
            .arg(Arg::new("into").long("into").default_value(".")),
    ]
}

/// Carries out one of [`VERBS`].
pub(crate) fn run(
    session: &mut Session<'_>,
    collection: &Collection,
    verb: &str,
    matches: &ArgMatches,
) -> Result<()> {
    let mut input = json!({ "collection": collection.name, "id": required(matches, "id") });
    match verb {
        "attach" => {
            let files = repeated(matches, "files");
            let paths = files.iter().map(|it| path::absolute(it));
            input["paths"] = json!(paths.collect::<Result<Vec<_>, _>>()?);
            input["share"] = json!(repeated(matches, "share"));
            let answer = session.call("paper.add", input)?;
            tell(session, &answer, "added", "papers-added")
        }
        "attachments" => {
            let answer = session.call("paper.list", input)?;
            list(session, &answer)
        }
        "detach" => {
            input["names"] = json!(repeated(matches, "numbers"));
            let answer = session.call("paper.remove", input)?;
            tell(session, &answer, "removed", "papers-removed")
        }
        _ => {
            input["names"] = json!(repeated(matches, "numbers"));
            input["folder"] = json!(path::absolute(required(matches, "into"))?);
            let answer = session.call("paper.save", input)?;
            saved(session, &answer)
        }
    }
}

fn tell(session: &mut Session<'_>, answer: &Value, names: &str, key: &str) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let named: Vec<&str> = (answer[names].as_array().into_iter().flatten())
        .filter_map(|it| it["name"].as_str())
        .collect();
    let mut args = FluentArgs::new();
    let id = values::short(answer["id"].as_str().unwrap_or_default());
    args.set("id", id.to_owned());
    args.set("count", named.len());
    args.set("names", named.join(", "));
    args.set("readers", readers(answer));
    let text = session.format(key, &args);
    session.say(&text)?;
    if let Some(hash) = answer["figures"].as_str() {
        let text = hash_of_figures(&session.messages, hash);
        session.say(&text)?;
    }
    if names == "added" {
        let text = session.text("papers-are-evidence");
        session.tell(&text)?;
    }
    Ok(())
}

fn list(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let Some(section) = section(&session.messages, &answer["papers"]) else {
        let text = session.text("papers-none");
        return Ok(session.say(&text)?);
    };
    document::print_blocks(session, &section.blocks)
}

fn saved(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let saved = answer["saved"].as_array().map_or(&[][..], Vec::as_slice);
    if saved.is_empty() {
        let text = session.text("papers-none");
        return Ok(session.say(&text)?);
    }
    for path in saved {
        session.line(path.as_str().unwrap_or_default())?;
    }
    Ok(())
}

/// Prints what a shown record has of papers, and the hash of the figures that they are about.
pub(crate) fn print(
    session: &mut Session<'_>,
    collection: &Collection,
    record: &Map<String, Value>,
) -> Result<()> {
    if collection.name == "evaluation" {
        let files = record.get("snapshot").and_then(Value::as_array);
        let files = files.into_iter().flatten().filter_map(Value::as_str);
        for file in files.filter_map(|it| it.parse::<Attachment>().ok()) {
            let text = hash_of_figures(&session.messages, &file.blob.to_string());
            session.say(&text)?;
        }
    }
    let papers = record.get("_papers").unwrap_or(&Value::Null);
    match section(&session.messages, papers) {
        Some(section) => document::print_section(session, &section),
        None => Ok(()),
    }
}

fn hash_of_figures(messages: &Messages, hash: &str) -> String {
    let mut args = FluentArgs::new();
    args.set("hash", hash.to_owned());
    messages.format("evaluation-hash", &args)
}

/// That papers are attached, and what they are worth, in one sentence; nothing where none is.
pub(crate) fn sentence(messages: &Messages, papers: &Value) -> Option<String> {
    let papers = papers.as_array().filter(|it| !it.is_empty())?;
    let others = papers.iter().filter(|it| it["current"] == json!(false));
    let last = papers.iter().filter_map(|it| it["at"].as_str()).max();
    let mut args = FluentArgs::new();
    args.set("count", papers.len());
    args.set("others", others.count());
    args.set("on", messages.language().moment(last.unwrap_or_default()));
    Some(messages.format("papers-attached", &args))
}

/// The papers of a record as a section; nothing where there are none.
pub(crate) fn section(messages: &Messages, papers: &Value) -> Option<Section> {
    let papers = papers.as_array().filter(|it| !it.is_empty())?;
    let header = [
        "paper-number",
        "paper-attached-on",
        "paper-by",
        "paper-figures",
        "attachment-size",
        "paper-readers",
    ];
    let rows = papers.iter().map(|it| {
        let text = |name: &str| it[name].as_str().unwrap_or_default();
        let figures = match it["current"].as_bool() {
            Some(false) => {
                let mut args = FluentArgs::new();
                args.set("hash", text("figures").to_owned());
                messages.format("paper-of-other-figures", &args)
            }
            _ => text("figures").to_owned(),
        };
        vec![
            text("number").to_owned(),
            messages.language().moment(text("at")),
            text("by").to_owned(),
            figures,
            messages.language().bytes(it["bytes"].as_u64().unwrap_or(0)),
            readers(it),
        ]
    });
    let table = Block::Table {
        header: header.iter().map(|key| messages.text(key)).collect(),
        rows: rows.collect(),
        right: vec![4],
    };
    Some(Section {
        heading: messages.text("papers-title"),
        blocks: vec![table, Block::Text(messages.text("papers-are-evidence"))],
    })
}
