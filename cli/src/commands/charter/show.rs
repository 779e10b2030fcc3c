//! `charter show`: the members, and what waits for approval.

use anyhow::Result;
use clap::{ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::{named, values};
use crate::commands::Entry;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "show"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
}

fn run(session: &mut Session<'_>, _matches: &ArgMatches) -> Result<()> {
    let charter = session.call("charter.show", json!({}))?;
    if session.options.json {
        return Ok(session.json(&charter)?);
    }
    let members = charter["members"].as_array().map_or(&[][..], Vec::as_slice);
    let mut args = FluentArgs::new();
    args.set("name", charter["name"].as_str().unwrap_or_default());
    args.set(
        "number",
        charter["number"].as_u64().unwrap_or(0).to_string(),
    );
    args.set(
        "version",
        values::short(charter["version"].as_str().unwrap_or_default()),
    );
    args.set("count", members.len());
    let title = session.format("charter-title", &args);
    let title = session.strong(&title);
    session.line(&title)?;
    let summary = session.format("charter-members", &args);
    session.line(&format!("{summary}\n"))?;

    let header = [
        "charter-member",
        "charter-kind",
        "charter-nodes",
        "charter-id",
    ];
    let mut rows = table::with_header(
        session.terminal,
        header.map(|key| session.text(key)).to_vec(),
    );
    for member in members {
        let mut name = member["name"].as_str().unwrap_or_default().to_owned();
        if member["me"].as_bool().unwrap_or(false) {
            name = format!("{name} ({})", session.text("charter-me"));
        }
        let kind = member["kind"].as_str().unwrap_or_default();
        rows.add_row([
            name,
            kind_label(session, kind),
            member["node_count"].as_u64().unwrap_or(0).to_string(),
            values::short(member["structure"].as_str().unwrap_or_default()).to_owned(),
        ]);
    }
    table::align_right(&mut rows, 2);
    session.line(&table::text(&mut rows))?;
    print_proposals(session, &charter["proposals"])
}

fn print_proposals(session: &mut Session<'_>, proposals: &Value) -> Result<()> {
    let proposals = proposals.as_array().map_or(&[][..], Vec::as_slice);
    if proposals.is_empty() {
        return Ok(());
    }
    let heading = session.text("charter-proposals");
    let heading = session.strong(&heading);
    session.line(&format!("\n{heading}"))?;
    for proposal in proposals {
        let id = values::short(proposal["id"].as_str().unwrap_or_default());
        let mut args = FluentArgs::new();
        args.set("id", id);
        args.set("count", proposal["missing"].as_u64().unwrap_or(0));
        args.set(
            "approvals",
            proposal["approvals"].as_array().map_or(0, Vec::len),
        );
        let state = session.format("charter-proposal-state", &args);
        let summary = proposal["summary"].as_str().unwrap_or_default();
        session.line(&format!("  {id}  {summary}\n            {state}"))?;
    }
    let hint = session.text("charter-approve-hint");
    Ok(session.line(&format!("\n{hint}"))?)
}

fn kind_label(session: &Session<'_>, kind: &str) -> String {
    match named("structure") {
        Some(structure) => values::text(&session.messages, structure, "kind", &json!(kind)),
        None => kind.to_owned(),
    }
}
