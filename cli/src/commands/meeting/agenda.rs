//! The agenda that the registry suggests, as people read it.

use fluent_bundle::FluentArgs;
use serde_json::{Map, Value};

use crate::collections::{self, field_label, values};
use crate::document::{Block, Document, Section};
use crate::messages::Messages;

/// What is shown of the records of a section, in this order.
const COLUMNS: [(&str, &[&str]); 7] = [
    (
        "late_referrals",
        &["project", "theme", "to_structure", "sent_on", "late"],
    ),
    (
        "new_projects",
        &["pseudonym", "title", "type", "stage", "lead_structure"],
    ),
    (
        "expired",
        &["title", "kind", "insee_code", "last_verified_on"],
    ),
    ("duplicates", &["a", "b", "score"]),
    ("decisions", &["text", "owner", "due_on"]),
    ("improvements", &["text", "state"]),
    ("actions", &["title", "state", "budget"]),
];

/// So much may stand in the record of a meeting.
const MOST_CHARACTERS: usize = 10_000;

/// The agenda as a document; what somebody wrote into the record comes first.
pub(super) fn document(messages: &Messages, agenda: &Value) -> Document {
    let meeting = &agenda["meeting"];
    let mut sections: Vec<Section> = written(messages, meeting).into_iter().collect();
    sections.extend(suggested(messages, agenda));
    Document {
        title: messages.text("meeting-agenda-title"),
        subtitle: super::papers::about(messages, meeting),
        preamble: since(messages, agenda),
        sections,
        ..Document::default()
    }
}

/// The agenda that stands in the record, if one does.
pub(super) fn written(messages: &Messages, meeting: &Value) -> Option<Section> {
    let written = meeting["agenda"].as_str()?;
    let block = Block::Text(written.to_owned());
    (!written.trim().is_empty()).then(|| Section {
        heading: messages.text("meeting-agenda-written"),
        blocks: vec![block],
    })
}

/// What the registry suggests, numbered.
pub(super) fn suggested(messages: &Messages, agenda: &Value) -> Vec<Section> {
    let sections = agenda["sections"].as_array().map_or(&[][..], Vec::as_slice);
    let mut suggested: Vec<Section> = sections
        .iter()
        .map(|section| Section {
            heading: heading(messages, section),
            blocks: vec![table(messages, section)],
        })
        .collect();
    let proposals = agenda["charter_proposals"].as_u64().unwrap_or(0);
    if proposals > 0 {
        let mut args = FluentArgs::new();
        args.set("count", proposals);
        suggested.push(Section {
            heading: messages.text("meeting-section-charter"),
            blocks: vec![Block::Text(
                messages.format("meeting-charter-proposals", &args),
            )],
        });
    }
    for (number, section) in suggested.iter_mut().enumerate() {
        section.heading = format!("{}. {}", number + 1, section.heading);
    }
    suggested
}

/// The suggested agenda in plain lines, as it is kept in a record.
pub(super) fn text(messages: &Messages, agenda: &Value) -> String {
    let mut text = String::new();
    for section in suggested(messages, agenda) {
        text.push_str(&section.heading);
        text.push('\n');
        for block in section.blocks {
            match block {
                Block::Text(said) => text.push_str(&format!("  {said}\n")),
                Block::Items(items) => {
                    items
                        .iter()
                        .for_each(|it| text.push_str(&format!("  - {it}\n")));
                }
                Block::Figure { .. } => {}
                Block::Table { rows, .. } => {
                    for row in rows {
                        let cells: Vec<&str> = row
                            .iter()
                            .map(String::as_str)
                            .filter(|it| !it.is_empty())
                            .collect();
                        text.push_str(&format!("  - {}\n", cells.join(", ")));
                    }
                }
            }
        }
    }
    text.chars().take(MOST_CHARACTERS).collect()
}

fn since(messages: &Messages, agenda: &Value) -> String {
    let language = messages.language();
    let mut args = FluentArgs::new();
    let earlier = agenda["since_meeting"]["at"].as_str();
    let since = earlier
        .or_else(|| agenda["since"].as_str())
        .unwrap_or_default();
    args.set("since", language.instant(since));
    args.set("known", if earlier.is_some() { "yes" } else { "no" });
    messages.format("meeting-since", &args)
}

fn heading(messages: &Messages, section: &Value) -> String {
    let name = section["name"]
        .as_str()
        .unwrap_or_default()
        .replace('_', "-");
    let mut args = FluentArgs::new();
    args.set("count", section["total"].as_u64().unwrap_or(0));
    messages.format(&format!("meeting-section-{name}"), &args)
}

fn table(messages: &Messages, section: &Value) -> Block {
    let rows = section["rows"].as_array().map_or(&[][..], Vec::as_slice);
    let collection = section["collection"].as_str().and_then(collections::named);
    let columns = COLUMNS.iter().find(|(name, _)| section["name"] == *name);
    let (Some(collection), Some((_, columns)), false) = (collection, columns, rows.is_empty())
    else {
        return Block::Text(messages.text("meeting-nothing"));
    };
    let cells = |row: &Map<String, Value>| {
        let shown = |name: &&str| values::in_list(messages, collection, row, name);
        columns.iter().map(shown).collect()
    };
    Block::Table {
        header: columns
            .iter()
            .map(|name| field_label(messages, collection, name))
            .collect(),
        rows: rows
            .iter()
            .filter_map(Value::as_object)
            .map(cells)
            .collect(),
        right: Vec::new(),
    }
}
