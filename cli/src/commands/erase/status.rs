//! `erase status`: on which computers each erasure is done, and which are waited for.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::values::short;
use crate::commands::{Entry, optional};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["erase", "status"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("record"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call(
        "erasure.status",
        json!({ "id": optional(matches, "record") }),
    )?;
    let erasures = answer["erasures"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for erasure in erasures {
            session.json(erasure)?;
        }
        return Ok(());
    }
    if erasures.is_empty() {
        let nothing = session.text("erase-status-nothing");
        return Ok(session.tell(&nothing)?);
    }
    for erasure in erasures {
        print(session, erasure)?;
    }
    Ok(())
}

fn print(session: &mut Session<'_>, erasure: &Value) -> Result<()> {
    let text = |name: &str| erasure[name].as_str().unwrap_or_default().to_owned();
    let count = |name: &str| erasure[name].as_array().map_or(0, Vec::len);
    let mut args = FluentArgs::new();
    args.set("id", short(&text("id")).to_owned());
    args.set("by", text("by"));
    let why = erasure["why"].as_str().unwrap_or("unknown");
    args.set("why", session.text(&format!("erase-why-{why}")));
    args.set("when", session.language().moment(&text("time")));
    args.set("done", count("done"));
    args.set("nodes", erasure["nodes"].as_u64().unwrap_or_default());
    super::name_target(&mut args, erasure);
    let head = match erasure["target"].as_str() {
        Some("part") => "erase-status-part",
        Some("attachment") => "erase-status-file",
        _ => "erase-status-head",
    };
    let head = session.format(head, &args);
    let head = session.strong(&head);
    session.line(&head)?;
    let state = match erasure["standing"].as_str() {
        Some("deletes") if count("waiting") == 0 => {
            session.format("erase-status-everywhere", &args)
        }
        Some("deletes") => {
            args.set("names", names(&erasure["waiting"]));
            session.format("erase-status-waiting", &args)
        }
        Some("own") if count("waiting") == 0 => session.format("erase-status-own", &args),
        Some("own") => session.format("erase-status-own-waiting", &args),
        Some("hides") => session.text("erase-status-hidden"),
        Some("refused") => {
            let code = text("refused").replace('_', "-");
            args.set("reason", session.text(&format!("refused-{code}")));
            session.format("erase-status-refused", &args)
        }
        _ => session.text("erase-status-unread"),
    };
    session.line(&format!("  {state}"))?;
    let unnamed = erasure["unnamed"].as_u64().unwrap_or_default();
    if unnamed > 0 {
        args.set("unnamed", unnamed);
        let text = session.format("erase-status-unnamed", &args);
        session.line(&format!("  {text}"))?;
    }
    Ok(())
}

/// The structures that are waited for, each with how many of its computers if there are several.
fn names(nodes: &Value) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for node in nodes.as_array().map_or(&[][..], Vec::as_slice) {
        let name = node["structure_name"].as_str().unwrap_or_default();
        match counted.iter_mut().find(|(other, _)| *other == name) {
            Some((_, count)) => *count += 1,
            None => counted.push((name, 1)),
        }
    }
    let shown = counted.iter().map(|(name, count)| match count {
        1 => (*name).to_owned(),
        count => format!("{name} ({count})"),
    });
    shown.collect::<Vec<_>>().join(", ")
}
