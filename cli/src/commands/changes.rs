//! `changes`: what became of the registry since a day, or since the last meeting.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{Entry, optional};
use crate::collections::{collection_label, label_and_value, values};
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["changes"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("since").long("since"))
        .arg(
            Arg::new("since-meeting")
                .long("since-meeting")
                .action(ArgAction::SetTrue),
        )
        .group(
            ArgGroup::new("start")
                .args(["since", "since-meeting"])
                .required(true),
        )
        .arg(Arg::new("collection").long("collection"))
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_parser(value_parser!(u64)),
        )
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call(
        "changes",
        json!({
            "since": optional(matches, "since"),
            "collection": optional(matches, "collection"),
            "limit": matches.get_one::<u64>("limit"),
        }),
    )?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let list = |name: &str| answer[name].as_array().map_or(&[][..], Vec::as_slice);
    let mut args = FluentArgs::new();
    let since = answer["since"].as_str().unwrap_or_default();
    args.set("since", session.language().instant(since));
    if list("changes").is_empty() {
        let nothing = session.format("changes-nothing", &args);
        return Ok(session.tell(&nothing)?);
    }
    let head = session.format("changes-since", &args);
    let head = session.strong(&head);
    session.line(&head)?;
    for counts in list("collections") {
        let line = counted(session, counts);
        session.line(&format!("  {line}"))?;
    }
    session.line("")?;
    let changes = list("changes");
    let ids = changes.iter().filter_map(|it| it["id"].as_str());
    let length = values::distinct_length(ids);
    let header = [
        "list-id",
        "changes-what",
        "search-collection",
        "changes-title",
        "changes-by",
        "changes-on",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for change in changes {
        let text = |name: &str| change[name].as_str().unwrap_or_default();
        rows.add_row([
            text("id").chars().take(length).collect(),
            session.text(&format!("changes-what-{}", text("what"))),
            collection_label(&session.messages, text("collection")),
            values::title(&session.messages, change),
            text("by_name").to_owned(),
            session.language().instant(text("on")),
        ]);
    }
    Ok(session.line(&table::text(&mut rows))?)
}

fn counted(session: &Session<'_>, counts: &Value) -> String {
    let parts = ["created", "changed", "removed"]
        .into_iter()
        .filter_map(|name| {
            let count = counts[name].as_u64().filter(|count| *count > 0)?;
            let mut args = FluentArgs::new();
            args.set("count", count);
            Some(session.format(&format!("changes-counted-{name}"), &args))
        });
    let parts: Vec<String> = parts.collect();
    let collection = counts["collection"].as_str().unwrap_or_default();
    let label = collection_label(&session.messages, collection);
    label_and_value(&session.messages, &label, &parts.join(", "))
}
