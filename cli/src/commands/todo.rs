//! `todo`: what to do today, the shortest list first, each line with the command that settles it.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::Entry;
use crate::collections::values::{self, short};
use crate::collections::{collection_label, field_label, named};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["todo"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("all").long("all").action(ArgAction::SetTrue))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("todo", json!({ "all": matches.get_flag("all") }))?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let groups = answer["groups"].as_array().map_or(&[][..], Vec::as_slice);
    if groups.is_empty() {
        let nothing = session.text("todo-nothing");
        return Ok(session.tell(&nothing)?);
    }
    for (place, group) in groups.iter().enumerate() {
        if place > 0 {
            session.line("")?;
        }
        print(session, group)?;
    }
    Ok(())
}

fn print(session: &mut Session<'_>, group: &Value) -> Result<()> {
    let code = group["code"].as_str().unwrap_or_default();
    let total = group["total"].as_u64().unwrap_or(0);
    let items = group["items"].as_array().map_or(&[][..], Vec::as_slice);
    let mut args = FluentArgs::new();
    args.set("count", total);
    let heading = session
        .messages
        .find(&format!("todo-group-{code}"), None, Some(&args))
        // What a newer node asks for is shown under its own name.
        .unwrap_or_else(|| format!("{code} ({total})"));
    let heading = session.strong(&heading);
    session.line(&heading)?;
    for item in items {
        if item["id"].is_string() {
            let text = said(session, code, item);
            session.say(&format!("  • {text}"))?;
        }
        // On a line of its own, whole: it is there to be copied.
        let command = command(session, item);
        session.line(&format!("    {command}"))?;
    }
    let listed = items.iter().filter(|item| item["id"].is_string()).count() as u64;
    if listed > 0 && total > listed {
        args.set("count", total - listed);
        let more = session.format("todo-more", &args);
        session.line(&format!("  {more}"))?;
    }
    Ok(())
}

/// An item in words.
fn said(session: &Session<'_>, code: &str, item: &Value) -> String {
    let messages = &session.messages;
    let text = |name: &str| item[name].as_str().unwrap_or_default();
    let mut args = FluentArgs::new();
    args.set("title", values::title(messages, item));
    args.set("name", text("name").to_owned());
    args.set("month", text("month").to_owned());
    args.set("late", item["late"].as_str().unwrap_or("no").to_owned());
    args.set(
        "urgency",
        item["urgency"].as_str().unwrap_or("normal").to_owned(),
    );
    let since = text("since");
    let day = if since.contains('T') {
        session.language().instant(since)
    } else {
        session.language().date(since)
    };
    args.set("known", if since.is_empty() { "no" } else { "yes" });
    args.set("since", day);
    let label = |collection: &str, field: &str, value: &str| match named(collection) {
        Some(declared) => values::text(messages, declared, field, &json!(value)),
        None => value.to_owned(),
    };
    args.set("theme", label("referral", "theme", text("theme")));
    args.set("collection", collection_label(messages, text("collection")));
    let fields = item["fields"].as_array().into_iter().flatten();
    let fields: Vec<String> = fields
        .filter_map(Value::as_str)
        .map(|field| {
            named(text("collection")).map_or_else(
                || field.to_owned(),
                |declared| field_label(messages, declared, field),
            )
        })
        .collect();
    args.set("fields", fields.join(", "));
    let rule = text("rule").replace('_', "-");
    args.set("rule", messages.text(&format!("erase-rule-{rule}")));
    messages
        .find(&format!("todo-{code}"), None, Some(&args))
        .unwrap_or_else(|| text("title").to_owned())
}

/// The command that settles an item, identities as short as lists print them.
fn command(session: &Session<'_>, item: &Value) -> String {
    let words = item["command"].as_array().into_iter().flatten();
    let mut line = String::from("capactif");
    for word in words.filter_map(Value::as_str) {
        let is_id = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        line.push(' ');
        line.push_str(if is_id { short(word) } else { word });
    }
    if line.ends_with("--state") {
        line.push(' ');
        line.push_str(&session.text("value-todo-state"));
    }
    session.faint(&line)
}
