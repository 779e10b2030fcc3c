//! `COLLECTION history`: who said what, and whether the signature holds.

use anyhow::Result;
use capactif_node::registry::Collection;
use clap::ArgMatches;
use serde_json::{Value, json};

use crate::collections::{field_label, label_and_value, values};
use crate::commands::required;
use crate::session::Session;

/// Longer values are cut in the history: the record itself shows them whole.
const SHOWN_LETTERS: usize = 60;

pub(super) fn run(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let input = json!({ "collection": collection.name, "id": required(matches, "id") });
    let answer = session.call("record.history", input)?;
    let entries = answer["entries"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for entry in entries {
            session.json(entry)?;
        }
        return Ok(());
    }
    print_all(session, collection, &answer["entries"])
}

/// Prints a history, oldest first.
pub(crate) fn print_all(
    session: &mut Session<'_>,
    collection: &'static Collection,
    entries: &Value,
) -> Result<()> {
    for entry in entries.as_array().map_or(&[][..], Vec::as_slice) {
        print(session, collection, entry)?;
    }
    Ok(())
}

fn print(session: &mut Session<'_>, collection: &'static Collection, entry: &Value) -> Result<()> {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let author = match text("structure_name") {
        "" => values::short(text("structure")),
        name => name,
    };
    let person = match text("person") {
        "" => String::new(),
        person => format!(" ({person})"),
    };
    let is_signed = entry["signature_ok"].as_bool().unwrap_or(false);
    let signature = session.text(if is_signed {
        "signature-holds"
    } else {
        "signature-broken"
    });
    let when = session.strong(&session.language().moment(text("time")));
    let key = format!("entry-{}", text("kind").replace('_', "-"));
    let kind = session
        .messages
        .find(&key, None, None)
        .unwrap_or_else(|| text("kind").to_owned());
    let node = values::short(text("node"));
    let place = session.faint(&format!("{node} n° {} · {signature}", entry["seq"]));
    session.line(&format!("{when}  {author}{person}, {kind}  {place}"))?;
    if text("kind") == "transfer" {
        let said = format!("    {} → {}", text("from_name"), text("structure_name"));
        session.line(&said)?;
    }
    for change in entry["changes"].as_array().map_or(&[][..], Vec::as_slice) {
        let name = change["field"].as_str().unwrap_or_default();
        let label = field_label(&session.messages, collection, name);
        let shown = |side: &str| {
            let value = change.get(side).unwrap_or(&Value::Null);
            cut(&values::text(&session.messages, collection, name, value))
        };
        let (before, after) = (shown("before"), shown("after"));
        let said = match (before.is_empty(), after.is_empty()) {
            (true, _) => after,
            (false, true) => format!("{before} → {}", session.text("cleared")),
            (false, false) => format!("{before} → {after}"),
        };
        let said = label_and_value(&session.messages, &label, &said);
        session.line(&format!("    {said}"))?;
    }
    Ok(())
}

fn cut(text: &str) -> String {
    let line = text.replace('\n', " ");
    if line.chars().count() <= SHOWN_LETTERS {
        return line;
    }
    let mut cut: String = line.chars().take(SHOWN_LETTERS - 1).collect();
    cut.push('…');
    cut
}
