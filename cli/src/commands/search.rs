//! `search`: full text over all collections.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::sealed::print_found;
use super::{Entry, repeated};
use crate::collections::{collection_label, values};
use crate::messages::Messages;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["search"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("text").required(true).num_args(1..))
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_parser(value_parser!(u64))
                .conflicts_with("sealed"),
        )
        .arg(Arg::new("sealed").long("sealed").action(ArgAction::SetTrue))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let text = repeated(matches, "text").join(" ");
    if matches.get_flag("sealed") {
        return in_sealed(session, &text);
    }
    let mut input = json!({ "text": text });
    if let Some(limit) = matches.get_one::<u64>("limit") {
        input["limit"] = json!(limit);
    }
    let answer = session.call("search", input)?;
    let hits = answer["hits"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for hit in hits {
            session.json(hit)?;
        }
        return Ok(());
    }
    if hits.is_empty() {
        let mut args = FluentArgs::new();
        args.set("text", text);
        let nothing = session.format("search-nothing", &args);
        return Ok(session.tell(&nothing)?);
    }
    let ids = hits.iter().filter_map(|hit| hit["id"].as_str());
    let length = values::distinct_length(ids);
    let header = ["list-id", "search-collection", "search-hit"];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for hit in hits {
        let id = hit["id"].as_str().unwrap_or_default();
        let collection = hit["collection"].as_str().unwrap_or_default();
        rows.add_row([
            id.get(..length).unwrap_or(id).to_owned(),
            collection_label(&session.messages, collection),
            found(&session.messages, hit),
        ]);
    }
    Ok(session.line(&table::text(&mut rows))?)
}

/// Among what is sealed and may be read here.
fn in_sealed(session: &mut Session<'_>, text: &str) -> Result<()> {
    let answer = session.call("sealed.search", json!({ "text": text }))?;
    if session.options.json {
        for hit in answer["hits"].as_array().into_iter().flatten() {
            session.json(hit)?;
        }
        return Ok(());
    }
    print_found(session, &answer)
}

/// The title, and below it the words around what was found.
fn found(messages: &Messages, hit: &Value) -> String {
    let title = values::title(messages, hit);
    match hit["snippet"].as_str().map(str::trim) {
        None | Some("") => title,
        Some(snippet) if snippet == title => title,
        Some(snippet) => format!("{title}\n{}", snippet.replace('\n', " ")),
    }
}
