//! Papers of a meeting: agenda, convocation, attendance sheet, minutes.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::commands::path::write_new;
use crate::commands::{optional, required};
use crate::document::{Document, page, print};
use crate::session::Session;

mod agenda;
mod papers;

/// The papers, as verbs of `meeting`.
pub(crate) const VERBS: [&str; 4] = ["agenda", "convocation", "sheet", "minutes"];

/// Their commands.
pub(crate) fn commands() -> [Command; 4] {
    let html = || Arg::new("html").long("html");
    VERBS.map(|verb| match verb {
        "agenda" => Command::new(verb)
            .arg(Arg::new("id"))
            .arg(html())
            .arg(Arg::new("save").long("save").action(ArgAction::SetTrue))
            .arg(
                Arg::new("replace")
                    .long("replace")
                    .action(ArgAction::SetTrue)
                    .requires("save"),
            ),
        // Nobody signs at a terminal.
        _ => Command::new(verb)
            .arg(Arg::new("id").required(true))
            .arg(html().required(verb == "sheet")),
    })
}

/// Carries out one of [`VERBS`].
pub(crate) fn run(session: &mut Session<'_>, verb: &str, matches: &ArgMatches) -> Result<()> {
    if verb == "agenda" {
        return run_agenda(session, matches);
    }
    let id = required(matches, "id");
    let mut papers = session.call("meeting.papers", json!({ "id": id }))?;
    if verb == "convocation" {
        let agenda = session.call("meeting.agenda", json!({ "id": id }))?;
        papers["agenda"] = agenda;
    }
    if session.options.json {
        return Ok(session.json(&papers)?);
    }
    let messages = &session.messages;
    let document = match verb {
        "convocation" => papers::convocation(messages, &papers),
        "sheet" => papers::sheet(messages, &papers),
        _ => papers::minutes(messages, &papers),
    };
    show(session, matches, &document)
}

fn run_agenda(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let input = json!({ "id": optional(matches, "id") });
    let agenda = session.call("meeting.agenda", input)?;
    if matches.get_flag("save") {
        return save(session, &agenda, matches.get_flag("replace"));
    }
    if session.options.json {
        return Ok(session.json(&agenda)?);
    }
    let document = agenda::document(&session.messages, &agenda);
    show(session, matches, &document)
}

/// Writes the agenda into the meeting's record, where everybody reads and corrects it.
fn save(session: &mut Session<'_>, agenda: &Value, replace: bool) -> Result<()> {
    let refused = |code: &'static str, text: &str| {
        capactif_node::api::ApiError::new(code, capactif_node::api::ExitKind::Usage, text)
    };
    let Some(id) = agenda["meeting"]["id"].as_str() else {
        let text = "no meeting is planned whose agenda it could be";
        return Err(refused("no_meeting_planned", text).into());
    };
    let written = agenda["meeting"]["agenda"].as_str().unwrap_or_default();
    if !written.is_empty() && !replace {
        return Err(refused("agenda_written", "the meeting has an agenda already").into());
    }
    let text = agenda::text(&session.messages, agenda);
    let input = json!({ "collection": "meeting", "id": id, "fields": { "agenda": text } });
    let answer = session.call("record.set", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set("id", crate::collections::values::short(id));
    let said = session.format("meeting-agenda-saved", &args);
    Ok(session.say(&said)?)
}

/// A document at the terminal, or as a page to print.
fn show(session: &mut Session<'_>, matches: &ArgMatches, document: &Document) -> Result<()> {
    let Some(path) = optional(matches, "html") else {
        return print(session, document);
    };
    write_new(path, page::html(session.language(), document).as_bytes())?;
    let mut args = FluentArgs::new();
    args.set("path", path);
    let text = session.format("page-written", &args);
    Ok(session.say(&text)?)
}
