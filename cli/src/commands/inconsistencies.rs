//! `inconsistencies` and `review`: what does not hold together, and all that waits for a decision.

use anyhow::Result;
use capactif_node::registry::collection;
use clap::{Arg, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::matching::{list, shown_record};
use super::{Entry, duplicates};
use crate::collections::values;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["inconsistencies"],
    arguments,
    run,
};

pub(crate) const REVIEW: Entry = Entry {
    path: &["review"],
    arguments,
    run: review,
};

fn arguments(command: Command) -> Command {
    let limit = Arg::new("limit").long("limit");
    command.arg(limit.value_parser(value_parser!(u64)))
}

fn asked(matches: &ArgMatches) -> Value {
    matches
        .get_one::<u64>("limit")
        .map_or_else(|| json!({}), |limit| json!({ "limit": limit }))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("inconsistencies.list", asked(matches))?;
    let found = list(&answer, "inconsistencies");
    if session.options.json {
        for one in found {
            session.json(one)?;
        }
        return Ok(());
    }
    for one in found {
        print(session, one)?;
    }
    ending(session, &answer, found.len(), "inconsistencies-none")
}

fn review(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("review.list", asked(matches))?;
    let (found, pairs) = (
        list(&answer, "inconsistencies"),
        list(&answer, "duplicates"),
    );
    if session.options.json {
        for one in found.iter().chain(pairs) {
            session.json(one)?;
        }
        return Ok(());
    }
    for one in found {
        print(session, one)?;
    }
    for pair in pairs {
        duplicates::print(session, pair)?;
        let id = |name: &str| values::short(pair[name]["id"].as_str().unwrap_or_default());
        let act = format!(
            "  → capactif duplicates confirm|reject {} {}",
            id("a"),
            id("b")
        );
        session.line(&act)?;
    }
    ending(session, &answer, found.len() + pairs.len(), "review-none")
}

fn ending(session: &mut Session<'_>, answer: &Value, shown: usize, nothing: &str) -> Result<()> {
    let total = answer["total"].as_u64().unwrap_or_default();
    let mut args = FluentArgs::new();
    args.set("total", total);
    args.set("shown", shown);
    let text = match shown as u64 {
        0 => session.text(nothing),
        shown if shown < total => session.format("review-more", &args),
        _ => return Ok(()),
    };
    Ok(session.tell(&text)?)
}

/// What is wrong, where, and the command that mends it.
fn print(session: &mut Session<'_>, one: &Value) -> Result<()> {
    let code = one["code"].as_str().unwrap_or_default().replace('_', "-");
    let (record, facts) = (&one["record"], &one["facts"]);
    let mut args = FluentArgs::new();
    for name in ["names", "code", "today", "name"] {
        args.set(name, facts[name].as_str().unwrap_or_default().to_owned());
    }
    let field = one["field"].as_str().unwrap_or_default();
    let declared = collection(record["collection"].as_str().unwrap_or_default());
    let shown = |value: &Value| match declared {
        Some(declared) => values::text(&session.messages, declared, field, value),
        None => value.to_string(),
    };
    let told: Vec<String> = list(facts, "values").iter().map(shown).collect();
    args.set("values", told.join(" / "));
    let label = declared
        .and_then(|it| it.field(field))
        .map(|it| it.label_key());
    args.set(
        "field",
        label.map_or_else(String::new, |key| session.text(&key)),
    );
    if let Some(needs) = collection("need") {
        let theme = values::text(&session.messages, needs, "theme", &facts["theme"]);
        args.set("theme", theme);
    }
    args.set("other", shown_record(session, &facts["other"]));
    let head = session.format(&format!("inconsistency-{code}"), &args);
    let head = session.strong(&head);
    session.say(&head)?;
    let owner = record["owner_name"].as_str().unwrap_or_default();
    let place = format!("  • {}, {owner}", shown_record(session, record));
    session.say(&place)?;
    let act: Vec<&str> = list(one, "act").iter().filter_map(Value::as_str).collect();
    Ok(session.line(&format!("  → capactif {}", act.join(" ")))?)
}
