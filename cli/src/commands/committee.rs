//! `committee prepare`: what the steering committee has on its table, on one page.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::values::short;
use crate::commands::charter::ratify::standing;
use crate::commands::charter::sentences;
use crate::commands::papers;
use crate::commands::report::figures::{about, figures_table};
use crate::commands::report::{items, written};
use crate::commands::{Entry, optional};
use crate::document::{self, Block, Document, Section};
use crate::messages::Messages;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["committee", "prepare"],
    arguments,
    run,
};

/// What fits on the page: the figures that a committee asks for first.
const FIGURES: [&str; 10] = [
    "holders_welcomed",
    "answered_within_5_days",
    "acceptance",
    "projects_concretised",
    "durability_36",
    "jobs_created",
    "new_residents",
    "satisfaction_score",
    "decisions_done",
    "cost_per_project",
];

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("period"))
        .arg(Arg::new("html").long("html"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let asked = json!({ "period": optional(matches, "period") });
    let answer = session.call("committee.prepare", asked)?;
    let html = optional(matches, "html");
    if session.options.json && html.is_none() {
        return Ok(session.json(&answer)?);
    }
    let shown = shown(&session.messages, &answer);
    match html {
        Some(path) => written(session, path, &shown),
        None => document::print(session, &shown),
    }
}

fn shown(messages: &Messages, answer: &Value) -> Document {
    let mut args = FluentArgs::new();
    args.set(
        "network",
        answer["network"].as_str().unwrap_or_default().to_owned(),
    );
    args.set(
        "period",
        answer["period"].as_str().unwrap_or_default().to_owned(),
    );
    let ratified = [
        ("evaluations", "committee-evaluations"),
        ("actions", "committee-actions"),
    ];
    let mut sections = vec![figures(messages, &answer["report"])];
    sections.extend(ratified.map(|(name, heading)| to_ratify(messages, heading, &answer[name])));
    sections.push(improvements(messages, &answer["improvements"]));
    sections.push(mandates(messages, &answer["mandates"]));
    Document {
        title: messages.format("committee-title", &args),
        subtitle: about(messages, &answer["report"]),
        sections,
        signatures: signatures(messages, answer),
        ..Document::default()
    }
}

/// A line for each member of the committee to sign on, under what is signed.
fn signatures(messages: &Messages, answer: &Value) -> Option<Section> {
    let persons = items(&answer["committee"]["persons"]).iter();
    let names = persons.filter_map(|it| it["name"].as_str());
    let rows = names.map(|name| vec![name.to_owned(), String::new(), String::new()]);
    let rows: Vec<Vec<String>> = rows.collect();
    let header = ["committee-person", "committee-date", "committee-signature"];
    let mut blocks = Vec::new();
    if let [Value::String(hash)] = items(&answer["report"]["evaluation"]["snapshots"]) {
        let mut args = FluentArgs::new();
        args.set("hash", hash.clone());
        let period = answer["period"].as_str().unwrap_or_default();
        args.set("period", period.to_owned());
        blocks.push(Block::Text(messages.format("committee-signed", &args)));
    }
    (!rows.is_empty()).then(|| {
        blocks.push(table(messages, &header, rows, Vec::new()));
        Section {
            heading: messages.text("committee-signatures"),
            blocks,
        }
    })
}

fn table(messages: &Messages, header: &[&str], rows: Vec<Vec<String>>, right: Vec<usize>) -> Block {
    Block::Table {
        header: header.iter().map(|key| messages.text(key)).collect(),
        rows,
        right,
    }
}

/// A table under its heading, or that there is nothing.
fn section(
    messages: &Messages,
    heading: &str,
    header: &[&str],
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
) -> Section {
    let block = if rows.is_empty() {
        Block::Text(messages.text("committee-none"))
    } else {
        table(messages, header, rows, right)
    };
    Section {
        heading: messages.text(heading),
        blocks: vec![block],
    }
}

fn figures(messages: &Messages, report: &Value) -> Section {
    let period = report["period"].as_str().unwrap_or_default();
    let all = items(&report["indicators"]).iter();
    let chosen: Vec<&Value> = all
        .filter(|it| FIGURES.iter().any(|code| it["code"] == **code))
        .collect();
    Section {
        heading: messages.text("committee-figures"),
        blocks: vec![figures_table(messages, period, &chosen)],
    }
}

fn to_ratify(messages: &Messages, heading: &str, records: &Value) -> Section {
    let rows = items(records).iter().map(|it| {
        let budget = it["budget_cents"].as_i64();
        vec![
            short(it["id"].as_str().unwrap_or_default()).to_owned(),
            it["title"].as_str().unwrap_or_default().to_owned(),
            budget.map_or_else(String::new, |it| messages.language().euros(it)),
            [
                Some(standing(messages, &it["ratification"])),
                papers::sentence(messages, &it["papers"]),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        ]
    });
    let header = [
        "committee-id",
        "committee-what",
        "committee-budget",
        "committee-standing",
    ];
    section(messages, heading, &header, rows.collect(), vec![2])
}

fn improvements(messages: &Messages, records: &Value) -> Section {
    let rows = items(records).iter().map(|it| {
        let text = |name: &str| it[name].as_str().unwrap_or_default();
        vec![
            short(text("id")).to_owned(),
            text("text").to_owned(),
            text("owner_name").to_owned(),
        ]
    });
    let header = ["committee-id", "committee-what", "committee-raised-by"];
    section(
        messages,
        "committee-improvements",
        &header,
        rows.collect(),
        Vec::new(),
    )
}

fn mandates(messages: &Messages, mandates: &Value) -> Section {
    let rows = items(mandates).iter().map(|it| {
        let reason = it["reason"].as_str().unwrap_or_default();
        let on = it["since_on"].as_str().unwrap_or_default();
        let day = on.get(..10).unwrap_or(on);
        vec![
            sentences::mandate(messages, it),
            messages.text(&format!("committee-mandate-{reason}")),
            messages.language().date(day),
        ]
    });
    let header = ["committee-mandate", "committee-why", "committee-since"];
    section(
        messages,
        "committee-mandates",
        &header,
        rows.collect(),
        Vec::new(),
    )
}
