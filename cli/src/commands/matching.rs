//! `match`: what fits a project, whom an opportunity fits, and what is new of both.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{Entry, required};
use crate::collections::values::{self, distinct_length};
use crate::collections::{collection_label, named};
use crate::session::Session;
use crate::table;

mod reasons;

pub(crate) const PROJECT: Entry = Entry {
    path: &["match", "project"],
    arguments: one_record,
    run: project,
};

pub(crate) const OPPORTUNITY: Entry = Entry {
    path: &["match", "opportunity"],
    arguments: one_record,
    run: opportunity,
};

pub(crate) const NEW: Entry = Entry {
    path: &["match", "new"],
    arguments: keeping,
    run: new,
};

fn one_record(command: Command) -> Command {
    command.arg(Arg::new("id").required(true))
}

fn keeping(command: Command) -> Command {
    command.arg(Arg::new("keep").long("keep").action(ArgAction::SetTrue))
}

pub(super) fn list<'v>(answer: &'v Value, name: &str) -> &'v [Value] {
    answer[name].as_array().map_or(&[][..], Vec::as_slice)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn project(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("match.project", json!({ "id": required(matches, "id") }))?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    heading(session, &answer["project"])?;
    let themes = reasons::themes(session, &answer["themes"]);
    let mut args = FluentArgs::new();
    args.set("themes", themes);
    args.set(
        "stated",
        if answer["usual_themes"] == json!(true) {
            "no"
        } else {
            "yes"
        },
    );
    let who = session.format("match-who", &args);
    let who = session.strong(&who);
    session.line(&format!("\n{who}"))?;
    let structures = list(&answer, "structures");
    if structures.is_empty() {
        let nobody = session.text("match-nobody");
        session.say(&nobody)?;
    } else {
        let header = ["match-score", "match-structure", "match-why"];
        let header = header.map(|key| session.text(key)).to_vec();
        let mut rows = table::with_header(session.terminal, header);
        for structure in structures {
            rows.add_row([
                structure["score"].to_string(),
                text(structure, "name").to_owned(),
                reasons::of_structure(session, structure),
            ]);
        }
        session.line(&table::text(&mut rows))?;
    }
    left_out(session, &answer["left_out"])?;
    let what = session.text("match-what");
    let what = session.strong(&what);
    session.line(&format!("\n{what}"))?;
    if answer["closed"] == json!(true) {
        let closed = session.text("match-project-closed");
        return Ok(session.say(&closed)?);
    }
    offers(session, list(&answer, "opportunities"), "match-nothing")
}

fn opportunity(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call(
        "match.opportunity",
        json!({ "id": required(matches, "id") }),
    )?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    heading(session, &answer["opportunity"])?;
    session.line("")?;
    if answer["on_offer"] != json!(true) {
        let gone = session.text("match-not-on-offer");
        return Ok(session.say(&gone)?);
    }
    offers(session, list(&answer, "projects"), "match-no-project")
}

/// What people know a record by, on one line.
fn heading(session: &mut Session<'_>, record: &Value) -> Result<()> {
    let mut line = session.strong(text(record, "title"));
    let kind = kind(session, record);
    if !kind.is_empty() {
        line.push_str(&format!(" ({kind})"));
    }
    Ok(session.line(&line)?)
}

/// The kind of an opportunity, the type of a project.
fn kind(session: &Session<'_>, record: &Value) -> String {
    let Some(collection) = named(text(record, "collection")) else {
        return String::new();
    };
    let field = if collection.field("kind").is_some() {
        "kind"
    } else {
        "type"
    };
    values::text(&session.messages, collection, field, &record["kind"])
}

/// Matches as a table, each with its score, its coverage and why.
fn offers(session: &mut Session<'_>, found: &[Value], nothing: &str) -> Result<()> {
    if found.is_empty() {
        let nothing = session.text(nothing);
        return Ok(session.say(&nothing)?);
    }
    let length = distinct_length(found.iter().filter_map(|it| it["id"].as_str()));
    let header = ["match-score", "list-id", "match-record", "match-why"];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for record in found {
        let id = text(record, "id");
        rows.add_row([
            record["score"].to_string(),
            id.get(..length).unwrap_or(id).to_owned(),
            format!("{}\n{}", text(record, "title"), kind(session, record)),
            reasons::of_record(session, record),
        ]);
    }
    Ok(session.line(&table::text(&mut rows))?)
}

/// How many structures each gate left out.
fn left_out(session: &mut Session<'_>, counts: &Value) -> Result<()> {
    let counted = counts.as_object().into_iter().flatten();
    let told: Vec<String> = counted
        .map(|(gate, count)| {
            let mut args = FluentArgs::new();
            args.set("count", count.as_u64().unwrap_or_default());
            session.format(&format!("match-gate-{gate}"), &args)
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let mut args = FluentArgs::new();
    args.set("reasons", told.join(", "));
    let text = session.format("match-left-out", &args);
    let text = session.faint(&text);
    Ok(session.say(&text)?)
}

fn new(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("match.new", json!({}))?;
    let found = list(&answer, "new");
    if session.options.json {
        for one in found {
            session.json(one)?;
        }
    } else if found.is_empty() {
        let nothing = session.text("match-new-nothing");
        session.tell(&nothing)?;
    } else {
        print_new(session, &answer, found)?;
    }
    let left = answer["left"].as_u64().unwrap_or_default();
    if left > 0 && !session.options.json {
        let mut args = FluentArgs::new();
        args.set("count", left);
        let text = session.format("match-new-left", &args);
        session.tell(&text)?;
    }
    if matches.get_flag("keep") {
        return Ok(());
    }
    // Told only once they are on the screen; and what was looked at, though nothing came of it, is
    // not looked at again.
    let pair = |one: &Value| json!([one["project"]["id"], one["opportunity"]["id"]]);
    let pairs: Vec<Value> = found.iter().map(pair).collect();
    let told = json!({ "pairs": pairs, "looked": answer["looked"] });
    session.call("match.told", told)?;
    Ok(())
}

fn print_new(session: &mut Session<'_>, answer: &Value, found: &[Value]) -> Result<()> {
    let header = [
        "match-score",
        "match-for-project",
        "match-there-is",
        "match-owner",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for one in found {
        let record = |name: &str| {
            let record = &one[name];
            format!(
                "{} {}",
                values::short(text(record, "id")),
                text(record, "title")
            )
        };
        rows.add_row([
            one["score"].to_string(),
            record("project"),
            record("opportunity"),
            text(&one["opportunity"], "owner_name").to_owned(),
        ]);
    }
    session.line(&table::text(&mut rows))?;
    let more = answer["more"].as_u64().unwrap_or_default();
    if more > 0 {
        let mut args = FluentArgs::new();
        args.set("count", more);
        let text = session.format("match-new-more", &args);
        session.tell(&text)?;
    }
    Ok(())
}

/// What people know a record by: beginning of its identity, title, collection.
pub(super) fn shown_record(session: &Session<'_>, record: &Value) -> String {
    let collection = collection_label(&session.messages, text(record, "collection"));
    let title = match named(text(record, "collection")) {
        Some(declared) => values::text(
            &session.messages,
            declared,
            declared.title,
            &record["title"],
        ),
        None => text(record, "title").to_owned(),
    };
    format!(
        "{} {title} ({collection})",
        values::short(text(record, "id"))
    )
}
