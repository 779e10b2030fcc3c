//! `opportunity attach`, `attachments`, `detach`, `save`: photographs and documents.

use anyhow::Result;
use capactif_node::registry::Collection;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{path, repeated, required};
use crate::collections::values;
use crate::session::Session;
use crate::table;

/// Attaches files to a record.
pub(crate) fn attach(
    session: &mut Session<'_>,
    collection: &Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let paths = repeated(matches, "files");
    let paths = paths.iter().map(|it| path::absolute(it));
    let paths: Vec<String> = paths.collect::<Result<_, _>>()?;
    let mut input = named(collection, matches);
    input["paths"] = json!(paths);
    let answer = session.call("attachment.add", input)?;
    tell(session, &answer, "added", "attachments-added")
}

/// Lists what is attached.
pub(crate) fn list(
    session: &mut Session<'_>,
    collection: &Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let answer = session.call("attachment.list", named(collection, matches))?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let attachments = answer["attachments"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if attachments.is_empty() {
        let text = session.text("attachments-none");
        return Ok(session.say(&text)?);
    }
    let header = [
        "attachment-name",
        "attachment-size",
        "attachment-media",
        "attachment-place",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for attachment in &attachments {
        let text = |name: &str| attachment[name].as_str().unwrap_or_default().to_owned();
        let bytes = attachment["bytes"].as_u64().unwrap_or(0);
        let place = if attachment["held"] == json!(true) {
            "attachment-held"
        } else {
            "attachment-awaited"
        };
        rows.add_row([
            text("name"),
            session.language().bytes(bytes),
            text("media_type"),
            session.text(place),
        ]);
    }
    let rows = table::text(&mut rows);
    Ok(session.line(&rows)?)
}

/// Takes files off a record.
pub(crate) fn detach(
    session: &mut Session<'_>,
    collection: &Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let mut input = named(collection, matches);
    input["names"] = json!(repeated(matches, "names"));
    let answer = session.call("attachment.remove", input)?;
    tell(session, &answer, "removed", "attachments-removed")
}

/// Writes attached files into a folder.
pub(crate) fn save(
    session: &mut Session<'_>,
    collection: &Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let mut input = named(collection, matches);
    input["names"] = json!(repeated(matches, "names"));
    input["folder"] = json!(path::absolute(required(matches, "into"))?);
    let answer = session.call("attachment.save", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    for saved in answer["saved"].as_array().into_iter().flatten() {
        session.line(saved.as_str().unwrap_or_default())?;
    }
    Ok(())
}

fn named(collection: &Collection, matches: &ArgMatches) -> Value {
    json!({ "collection": collection.name, "id": required(matches, "id") })
}

fn tell(session: &mut Session<'_>, answer: &Value, list: &str, key: &str) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let names: Vec<&str> = (answer[list].as_array().into_iter().flatten())
        .filter_map(|it| it["name"].as_str())
        .collect();
    let mut args = FluentArgs::new();
    args.set(
        "id",
        values::short(answer["id"].as_str().unwrap_or_default()),
    );
    args.set("count", names.len());
    args.set("names", names.join(", "));
    let text = session.format(key, &args);
    Ok(session.say(&text)?)
}
