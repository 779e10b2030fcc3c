//! `duplicates`: records that may be two of one thing, and what a person decides of them.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::matching::{list, shown_record};
use super::{Entry, optional, required};
use crate::collections::values::short;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["duplicates"],
    arguments,
    run,
};

pub(crate) const CONFIRM: Entry = Entry {
    path: &["duplicates", "confirm"],
    arguments: two_records,
    run: |session, matches| decide(session, matches, "confirmed"),
};

pub(crate) const REJECT: Entry = Entry {
    path: &["duplicates", "reject"],
    arguments: two_records,
    run: |session, matches| decide(session, matches, "rejected"),
};

pub(crate) const UNDO: Entry = Entry {
    path: &["duplicates", "undo"],
    arguments: two_records,
    run: undo,
};

fn arguments(command: Command) -> Command {
    let limit = Arg::new("limit")
        .long("limit")
        .value_parser(value_parser!(u64));
    command
        .args_conflicts_with_subcommands(true)
        .arg(Arg::new("collection").long("collection"))
        .arg(limit)
        .arg(
            Arg::new("decided")
                .long("decided")
                .action(ArgAction::SetTrue),
        )
}

fn two_records(command: Command) -> Command {
    command
        .arg(Arg::new("one").required(true))
        .arg(Arg::new("other").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let decided = matches.get_flag("decided");
    let mut input = json!({
        "collection": optional(matches, "collection"),
        "decided": decided,
    });
    if let Some(limit) = matches.get_one::<u64>("limit") {
        input["limit"] = json!(limit);
    }
    let answer = session.call("duplicates.list", input)?;
    let pairs = list(&answer, "pairs");
    if session.options.json {
        for pair in pairs {
            session.json(pair)?;
        }
        return Ok(());
    }
    for pair in pairs {
        print(session, pair)?;
    }
    let total = answer["total"].as_u64().unwrap_or_default();
    let mut args = FluentArgs::new();
    args.set("total", total);
    args.set("shown", pairs.len());
    let key = match (pairs.len() as u64, decided) {
        (0, true) => "duplicates-none-decided",
        (0, false) => "duplicates-none",
        (shown, _) if shown < total => "duplicates-more",
        (_, true) => "duplicates-undo-hint",
        (_, false) => "duplicates-hint",
    };
    let text = session.format(key, &args);
    session.tell(&text)?;
    let closed = answer["closed"].as_u64().unwrap_or_default();
    if closed > 0 {
        args.set("count", closed);
        let text = session.format("duplicates-closed", &args);
        session.tell(&text)?;
    }
    Ok(())
}

/// A pair: how alike, the two, what is the same, who decided what.
pub(super) fn print(session: &mut Session<'_>, pair: &Value) -> Result<()> {
    let mut args = FluentArgs::new();
    let percent = |value: &Value| (value.as_f64().unwrap_or_default() * 100.0).round() as i64;
    let same: Vec<String> = list(pair, "same")
        .iter()
        .filter_map(Value::as_str)
        .map(|name| session.text(&format!("duplicate-same-{name}")))
        .collect();
    args.set("score", percent(&pair["score"]));
    args.set("title", percent(&pair["title_similarity"]));
    args.set("common", same.len());
    args.set("same", same.join(", "));
    let head = if pair["score"].is_null() {
        session.text("duplicate-decided")
    } else {
        session.format("duplicate-pair", &args)
    };
    let head = session.strong(&head);
    session.line(&head)?;
    for name in ["a", "b"] {
        let record = &pair[name];
        let owner = record["owner_name"].as_str().unwrap_or_default();
        let line = format!("  • {}, {owner}", shown_record(session, record));
        session.say(&line)?;
    }
    for decision in list(pair, "decisions") {
        let mut args = FluentArgs::new();
        args.set(
            "name",
            decision["name"].as_str().unwrap_or_default().to_owned(),
        );
        let decided = decision["decision"].as_str().unwrap_or_default().to_owned();
        args.set("decision", decided);
        let line = session.format("duplicate-decision", &args);
        session.say(&format!("  {line}"))?;
    }
    Ok(())
}

fn decide(session: &mut Session<'_>, matches: &ArgMatches, decision: &str) -> Result<()> {
    let input = json!({
        "a": required(matches, "one"),
        "b": required(matches, "other"),
        "decision": decision,
    });
    let answer = session.call("duplicates.decide", input)?;
    said(session, &answer, &format!("duplicates-{decision}"))
}

fn undo(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let input = json!({ "a": required(matches, "one"), "b": required(matches, "other") });
    let answer = session.call("duplicates.undo", input)?;
    said(session, &answer, "duplicates-undone")
}

fn said(session: &mut Session<'_>, answer: &Value, key: &str) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let id = |name: &str| short(answer[name]["id"].as_str().unwrap_or_default()).to_owned();
    let mut args = FluentArgs::new();
    args.set("one", id("a"));
    args.set("other", id("b"));
    let text = session.format(key, &args);
    Ok(session.line(&text)?)
}
