//! Convocation, attendance sheet and minutes of a meeting.

use fluent_bundle::FluentArgs;
use serde_json::{Map, Value};

use crate::collections::{self, field_label, values};
use crate::commands::papers as signed;
use crate::document::{Block, Document, Section};
use crate::messages::Messages;

use super::agenda;

/// Lines on an attendance sheet for people who were not announced.
const LINES_FOR_OTHERS: usize = 6;

/// What, when, where, and who sees to it: `Rencontre mensuelle, 03/12/2026 14:00, Ambert`.
pub(super) fn about(messages: &Messages, meeting: &Value) -> String {
    let (Some(collection), Some(row)) = (collections::named("meeting"), meeting.as_object()) else {
        return messages.text("meeting-none-planned");
    };
    let parts = ["kind", "at", "place", "facilitator"];
    let parts = parts.map(|name| values::in_list(messages, collection, row, name));
    let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    parts.join(", ")
}

/// The invitation, with the agenda that was set, or else the one that the registry suggests.
pub(super) fn convocation(messages: &Messages, papers: &Value) -> Document {
    let mut sections = vec![Section {
        heading: messages.text("meeting-invited"),
        blocks: vec![people(messages, &papers["invited"])],
    }];
    match agenda::written(messages, &papers["meeting"]) {
        Some(written) => sections.push(written),
        None => sections.extend(agenda::suggested(messages, &papers["agenda"])),
    }
    Document {
        title: messages.text("meeting-convocation-title"),
        subtitle: about(messages, &papers["meeting"]),
        preamble: messages.text("meeting-convocation-text"),
        sections,
        ..Document::default()
    }
}

/// The sheet that everybody signs who is there.
pub(super) fn sheet(messages: &Messages, papers: &Value) -> Document {
    let mut rows: Vec<Vec<String>> = list(&papers["invited"])
        .iter()
        .map(|person| {
            let text = |name: &str| person[name].as_str().unwrap_or_default().to_owned();
            vec![text("name"), text("structure_name"), String::new()]
        })
        .collect();
    rows.extend(vec![vec![String::new(); 3]; LINES_FOR_OTHERS]);
    let header = ["meeting-person", "meeting-structure", "meeting-signature"];
    let table = Block::Table {
        header: header.map(|key| messages.text(key)).into(),
        rows,
        right: Vec::new(),
    };
    Document {
        title: messages.text("meeting-sheet-title"),
        subtitle: about(messages, &papers["meeting"]),
        preamble: messages.text("meeting-sheet-text"),
        signatures: Some(Section {
            heading: messages.text("meeting-signatures"),
            blocks: vec![table],
        }),
        ..Document::default()
    }
}

/// What was said and decided.
pub(super) fn minutes(messages: &Messages, papers: &Value) -> Document {
    let meeting = &papers["meeting"];
    let said = |name: &str| meeting[name].as_str().unwrap_or_default().to_owned();
    let prose = |key: &str, text: String| Section {
        heading: messages.text(key),
        blocks: vec![if text.trim().is_empty() {
            Block::Text(messages.text("meeting-nothing-written"))
        } else {
            Block::Text(text)
        }],
    };
    let records = |key: &str, name: &str, collection: &str, columns: &[&str]| Section {
        heading: messages.text(key),
        blocks: vec![table(messages, collection, columns, list(&papers[name]))],
    };
    Document {
        title: messages.text("meeting-minutes-title"),
        subtitle: about(messages, meeting),
        sections: [
            Section {
                heading: counted(messages, "meeting-present", list(&papers["present"]).len()),
                blocks: vec![people(messages, &papers["present"])],
            },
            prose("meeting-agenda-title", said("agenda")),
            prose("meeting-minutes-text", said("minutes")),
            records(
                "meeting-decisions",
                "decisions",
                "decision",
                &["text", "owner", "due_on", "state"],
            ),
            records(
                "meeting-improvements",
                "improvements",
                "improvement",
                &["text", "state"],
            ),
        ]
        .into_iter()
        .chain(signed::section(messages, &papers["papers"]))
        .collect(),
        ..Document::default()
    }
}

fn people(messages: &Messages, people: &Value) -> Block {
    let names = list(people).iter().map(|person| {
        let name = person["name"]
            .as_str()
            .or_else(|| person["id"].as_str().map(values::short));
        match (name.unwrap_or_default(), person["structure_name"].as_str()) {
            (name, Some(structure)) => format!("{name}, {structure}"),
            (name, None) => name.to_owned(),
        }
    });
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        Block::Text(messages.text("meeting-nobody"))
    } else {
        Block::Items(names)
    }
}

fn table(messages: &Messages, collection: &str, columns: &[&str], rows: &[Value]) -> Block {
    let (Some(collection), false) = (collections::named(collection), rows.is_empty()) else {
        return Block::Text(messages.text("meeting-none"));
    };
    let cells = |row: &Map<String, Value>| {
        let shown = |name: &&str| values::in_list(messages, collection, row, name);
        columns.iter().map(shown).collect()
    };
    let labels = columns
        .iter()
        .map(|name| field_label(messages, collection, name));
    Block::Table {
        header: labels.collect(),
        rows: rows
            .iter()
            .filter_map(Value::as_object)
            .map(cells)
            .collect(),
        right: Vec::new(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[][..], Vec::as_slice)
}

fn counted(messages: &Messages, key: &str, count: usize) -> String {
    let mut args = FluentArgs::new();
    args.set("count", count);
    messages.format(key, &args)
}
