//! `erase`: a record, a sealed part or an attachment of one, for ever, at every partner; and how far
//! erasures are.
//!
//! Where the structure's root key is under a passphrase, or in a file elsewhere, its agreement is
//! signed in this process, as for the `key` commands.

use anyhow::Result;
use capactif_node::text::fold;
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::values::{self, short};
use crate::commands::{Entry, key, optional, required};
use crate::session::Session;

pub(crate) mod due;
pub(crate) mod status;

pub(crate) const ENTRY: Entry = Entry {
    path: &["erase"],
    arguments,
    run,
};

/// Why something is erased, as the node calls it.
const REASONS: [&str; 3] = ["mistake", "asked", "retention"];

/// The sealed parts that records have, as the node calls them, and as people do.
const PARTS: [(&str, &str); 2] = [("identity", "part-identity"), ("details", "part-details")];

/// What a record is called, in words: a referral by its theme.
pub(super) fn title(session: &Session<'_>, record: &Value) -> String {
    values::title(&session.messages, record)
}

/// Names what is erased of a record that stays: a part, or a file.
pub(super) fn name_target(args: &mut FluentArgs<'_>, answer: &Value) {
    for name in ["part", "name"] {
        args.set(name, answer[name].as_str().unwrap_or_default().to_owned());
    }
}

fn arguments(command: Command) -> Command {
    let command = command
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .arg(Arg::new("record").required(true))
        .arg(
            Arg::new("why")
                .long("why")
                .required(true)
                .value_parser(REASONS),
        )
        .arg(Arg::new("yes").long("yes").action(ArgAction::SetTrue))
        .arg(Arg::new("part").long("part").conflicts_with_all([
            "attachment",
            "hide",
            "root-file",
            "passphrase-file",
        ]))
        .arg(Arg::new("attachment").long("attachment"))
        .arg(
            Arg::new("hide")
                .long("hide")
                .action(ArgAction::SetTrue)
                .conflicts_with("root-file"),
        );
    key::with_root(command)
}

/// Whether the root's agreement is to be signed here.
fn root_signs(session: &mut Session<'_>, matches: &ArgMatches, input: &Value) -> Result<bool> {
    if matches.get_flag("hide") {
        return Ok(false);
    }
    if optional(matches, "root-file").is_some() {
        return Ok(true);
    }
    let mut asked = input.clone();
    asked["confirmed"] = json!(false);
    Ok(session.call("erasure.erase", asked)?["root"] == "locked")
}

/// What the node calls a part, of what people read of it: its name, or their language's word for it.
fn part_name(session: &Session<'_>, typed: &str) -> String {
    let folded = fold(typed);
    let mut parts = PARTS.into_iter();
    let known = parts.find(|(_, called)| fold(&session.text(called)) == folded);
    known.map_or(typed, |(part, _)| part).to_owned()
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let record = required(matches, "record");
    let confirmed = matches.get_flag("yes");
    let part = optional(matches, "part").map(|typed| part_name(session, typed));
    let input = json!({
        "id": record,
        "why": required(matches, "why"),
        "part": part,
        "attachment": optional(matches, "attachment"),
        "confirmed": confirmed,
        "hide": matches.get_flag("hide"),
    });
    let asks_root = confirmed && part.is_none();
    let answer = match asks_root && root_signs(session, matches, &input)? {
        true => key::at_desk(session, matches, |desk| desk.erase(&input))?,
        false => session.call("erasure.erase", input)?,
    };
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    let id = short(answer["id"].as_str().unwrap_or_default()).to_owned();
    args.set("id", id);
    args.set("title", title(session, &answer));
    args.set("entries", answer["entries"].as_u64().unwrap_or_default());
    args.set("nodes", answer["nodes"].as_u64().unwrap_or_default());
    let with_file = optional(matches, "root-file").is_some();
    let root = match answer["root"].as_str() {
        _ if with_file => "locked",
        Some(root @ ("open" | "locked")) => root,
        _ if matches.get_flag("hide") => "unasked",
        _ => "elsewhere",
    };
    args.set("root", root);
    name_target(&mut args, &answer);
    args.set("owner", answer["owner"].as_str().unwrap_or_default());
    args.set(
        "elsewhere",
        answer["elsewhere"].as_u64().unwrap_or_default(),
    );
    let target = answer["target"].as_str();
    if !confirmed {
        let (key, hint) = match target {
            Some("part") if answer["own_copies"] == json!(true) => {
                ("erase-own-preview", "erase-own-hint")
            }
            Some("part") => ("erase-part-preview", "erase-part-hint"),
            Some("attachment") => ("erase-file-preview", "erase-file-hint"),
            _ => ("erase-preview", "erase-preview-hint"),
        };
        let text = session.format(key, &args);
        session.line(&text)?;
        let hint = session.format(hint, &args);
        return Ok(session.tell(&hint)?);
    }
    let key = match (target, answer["standing"].as_str()) {
        (Some("part"), Some("deletes")) => "erase-part-done",
        (Some("part"), Some("own")) => "erase-own-done",
        (Some("part"), _) => "erase-part-waits",
        (Some("attachment"), Some("deletes")) => "erase-file-done",
        (Some("attachment"), _) => "erase-file-hidden",
        (_, Some("deletes")) => "erase-done",
        _ => "erase-hidden",
    };
    let text = session.format(key, &args);
    Ok(session.line(&text)?)
}
