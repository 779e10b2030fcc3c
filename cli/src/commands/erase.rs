//! `erase`: a record for ever, at every partner; and how far erasures are.
//!
//! Where the structure's root key is under a passphrase, or in a file elsewhere, its agreement is
//! signed in this process, as for the `key` commands.

use anyhow::Result;
use capactif_node::registry::collection;
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

/// What a record is called, in words: a referral by its theme.
pub(super) fn title(session: &Session<'_>, record: &Value) -> String {
    let declared = collection(record["collection"].as_str().unwrap_or_default());
    declared.map_or_else(String::new, |it| {
        values::text(&session.messages, it, it.title, &record["title"])
    })
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

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let record = required(matches, "record");
    let confirmed = matches.get_flag("yes");
    let input = json!({
        "id": record,
        "why": required(matches, "why"),
        "confirmed": confirmed,
        "hide": matches.get_flag("hide"),
    });
    let answer = match confirmed && root_signs(session, matches, &input)? {
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
    if !confirmed {
        let text = session.format("erase-preview", &args);
        session.line(&text)?;
        let hint = session.format("erase-preview-hint", &args);
        return Ok(session.tell(&hint)?);
    }
    let key = match answer["standing"].as_str() {
        Some("deletes") => "erase-done",
        _ => "erase-hidden",
    };
    let text = session.format(key, &args);
    Ok(session.line(&text)?)
}
