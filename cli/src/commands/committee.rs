//! `committee prepare`: what the steering committee has on its table, on one page.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::values::short;
use crate::commands::charter::ratify::standing;
use crate::commands::charter::sentences;
use crate::commands::report::figures::{Report, Section, Table, figures_table};
use crate::commands::report::{items, page, print, written};
use crate::commands::{Entry, optional};
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
    if let Some(path) = optional(matches, "html") {
        let shown = shown(&session.messages, &answer);
        let persons = items(&answer["committee"]["persons"]).iter();
        let persons = persons.filter_map(|it| it["name"].as_str().map(str::to_owned));
        let persons: Vec<String> = persons.collect();
        let page = page::page(&session.messages, &shown, Some(&persons));
        return written(session, path, &page);
    }
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let shown = shown(&session.messages, &answer);
    let title = session.strong(&shown.title);
    session.line(&title)?;
    for line in &shown.about {
        session.say(line)?;
    }
    for section in &shown.sections {
        print(session, section)?;
    }
    Ok(())
}

fn shown(messages: &Messages, answer: &Value) -> Report {
    let mut args = FluentArgs::new();
    args.set(
        "network",
        answer["network"].as_str().unwrap_or_default().to_owned(),
    );
    args.set(
        "period",
        answer["period"].as_str().unwrap_or_default().to_owned(),
    );
    let report = Report::of(messages, &answer["report"]);
    let ratified = [
        ("evaluations", "committee-evaluations"),
        ("actions", "committee-actions"),
    ];
    let mut sections = vec![figures(messages, &answer["report"])];
    sections.extend(ratified.map(|(name, heading)| to_ratify(messages, heading, &answer[name])));
    sections.push(improvements(messages, &answer["improvements"]));
    sections.push(mandates(messages, &answer["mandates"]));
    Report {
        title: messages.format("committee-title", &args),
        about: report.about,
        sections,
        notes: Vec::new(),
    }
}

fn section(messages: &Messages, heading: &str, table: Table) -> Section {
    let is_empty = table.rows.is_empty();
    Section {
        heading: messages.text(heading),
        charts: Vec::new(),
        tables: if is_empty { Vec::new() } else { vec![table] },
        notes: if is_empty {
            vec![messages.text("committee-none")]
        } else {
            Vec::new()
        },
    }
}

fn figures(messages: &Messages, report: &Value) -> Section {
    let period = report["period"].as_str().unwrap_or_default();
    let all = items(&report["indicators"]).iter();
    let chosen: Vec<&Value> = all
        .filter(|it| FIGURES.iter().any(|code| it["code"] == **code))
        .collect();
    section(
        messages,
        "committee-figures",
        figures_table(messages, period, &chosen),
    )
}

fn to_ratify(messages: &Messages, heading: &str, records: &Value) -> Section {
    let rows = items(records).iter().map(|it| {
        let budget = it["budget_cents"].as_i64();
        vec![
            short(it["id"].as_str().unwrap_or_default()).to_owned(),
            it["title"].as_str().unwrap_or_default().to_owned(),
            budget.map_or_else(String::new, |it| messages.language().euros(it)),
            standing(messages, &it["ratification"]),
        ]
    });
    let header = [
        "committee-id",
        "committee-what",
        "committee-budget",
        "committee-standing",
    ];
    let table = Table {
        header: header.map(|key| messages.text(key)).to_vec(),
        rows: rows.collect(),
        right: vec![2],
        ..Table::default()
    };
    section(messages, heading, table)
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
    let table = Table {
        header: header.map(|key| messages.text(key)).to_vec(),
        rows: rows.collect(),
        ..Table::default()
    };
    section(messages, "committee-improvements", table)
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
    let table = Table {
        header: header.map(|key| messages.text(key)).to_vec(),
        rows: rows.collect(),
        ..Table::default()
    };
    section(messages, "committee-mandates", table)
}
