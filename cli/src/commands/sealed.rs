//! What is sealed of records: shown, opened to further structures, closed again; who looked at what.

use anyhow::Result;
use capactif_node::api::Detail;
use capactif_node::registry::Collection;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{Entry, optional, repeated, required};
use crate::collections::{collection_label, command_name, field_label, named, values};
use crate::failure;
use crate::session::Session;
use crate::table;

/// `grant`.
pub(crate) const GRANT: Entry = Entry {
    path: &["grant"],
    arguments: |command| {
        let structures = Arg::new("structures").required(true).num_args(1..);
        command
            .arg(Arg::new("record").required(true))
            .arg(structures.value_delimiter(','))
    },
    run: grant,
};

/// `revoke`.
pub(crate) const REVOKE: Entry = Entry {
    path: &["revoke"],
    arguments: |command| {
        command
            .arg(Arg::new("record").required(true))
            .arg(Arg::new("structure").required(true))
    },
    run: revoke,
};

/// `readings`.
pub(crate) const READINGS: Entry = Entry {
    path: &["readings"],
    arguments: |command: Command| command.arg(Arg::new("record")),
    run: list_readings,
};

fn grant(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let structures = repeated(matches, "structures");
    let input = json!({ "id": required(matches, "record"), "structures": structures });
    let answer = session.call("sealed.grant", input)?;
    said(session, "sealed-granted", &answer)
}

fn revoke(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let structure = required(matches, "structure");
    let input = json!({ "id": required(matches, "record"), "structure": structure });
    let answer = session.call("sealed.revoke", input)?;
    said(session, "sealed-revoked", &answer)
}

fn said(session: &mut Session<'_>, key: &str, answer: &Value) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let mut args = FluentArgs::new();
    let id = answer["id"].as_str().unwrap_or_default();
    args.set("id", values::short(id));
    args.set("readers", readers(answer));
    let text = session.format(key, &args);
    Ok(session.say(&text)?)
}

/// The names of those who read.
pub(crate) fn readers(answer: &Value) -> String {
    let readers = answer["readers"].as_array().into_iter().flatten();
    let names: Vec<&str> = readers.filter_map(|it| it["name"].as_str()).collect();
    names.join(", ")
}

/// Says who reads what was just sealed, and who does not though it concerns them. What was adjusted
/// in a field is not said here.
pub(crate) fn print_sealing(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    let readers = readers(answer);
    if !readers.is_empty() {
        let mut args = FluentArgs::new();
        args.set("readers", readers);
        let text = session.format("sealed-to", &args);
        session.say(&text)?;
    }
    let notices = answer["notices"].as_array().into_iter().flatten();
    for notice in notices {
        if let Ok(notice) = serde_json::from_value::<Detail>(notice.clone())
            && notice.field.is_none()
        {
            let text = failure::notice(&session.messages, &notice);
            session.tell(&text)?;
            if let Some(hint) = failure::hint(&session.messages, &notice) {
                session.tell(&format!("  → {hint}"))?;
            }
        }
    }
    Ok(())
}

/// Prints what is sealed of a record, or who reads it; of a holder that is who somebody is.
pub(crate) fn print_sealed(
    session: &mut Session<'_>,
    collection: &'static Collection,
    sealed: &Value,
) -> Result<()> {
    let is_holder = collection.name == "holder";
    if sealed["erased"] == json!(true) {
        let mut args = FluentArgs::new();
        args.set("part", sealed["part"].as_str().unwrap_or_default());
        let text = session.format("sealed-erased", &args);
        return Ok(session.say(&text)?);
    }
    if sealed["sealed"] == json!(false) {
        let text = session.text("holder-without-identity");
        return Ok(session.say(&text)?);
    }
    if let Ok(problem) = serde_json::from_value::<Detail>(sealed["problem"].clone()) {
        let line = failure::detail_line(&session.messages, &problem);
        session.say(&line)?;
        if let Some(hint) = failure::hint(&session.messages, &problem) {
            session.say(&format!("  → {hint}"))?;
        }
        return Ok(());
    }
    let mut args = FluentArgs::new();
    args.set("readers", readers(sealed));
    let title = match is_holder {
        true => "holder-identity",
        false => "sealed-title",
    };
    let title = session.format(title, &args);
    session.say(&title)?;
    let seals = sealed["seals"].as_array().map_or(&[][..], Vec::as_slice);
    for seal in seals {
        if seals.len() > 1 {
            let mut args = FluentArgs::new();
            args.set("name", seal["by"].as_str().unwrap_or_default());
            let at = seal["at"].as_str().unwrap_or_default();
            args.set("when", session.language().moment(at));
            let line = session.format("holder-sealed-by", &args);
            session.line(&format!("\n{line}"))?;
        }
        print_fields(session, collection, &seal["fields"])?;
    }
    if seals.len() > 1 {
        let command = match is_holder {
            true => "holder edit".to_owned(),
            false => format!("{} set", command_name(collection)),
        };
        let mut args = FluentArgs::new();
        args.set("command", command);
        let text = session.format("sealed-in-conflict", &args);
        session.say(&format!("\n{text}"))?;
    }
    Ok(())
}

fn print_fields(
    session: &mut Session<'_>,
    collection: &'static Collection,
    fields: &Value,
) -> Result<()> {
    let mut rows = table::plain(session.terminal);
    for (name, value) in fields.as_object().into_iter().flatten() {
        let text = values::text(&session.messages, collection, name, value);
        rows.add_row([field_label(&session.messages, collection, name), text]);
    }
    Ok(session.line(&table::text(&mut rows))?)
}

fn list_readings(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("sealed.log", json!({ "id": optional(matches, "record") }))?;
    print_readings(session, &answer, "sealed-never-read")
}

/// Prints who was looked at from this node, and when; `nothing` is said where nobody was.
pub(crate) fn print_readings(
    session: &mut Session<'_>,
    answer: &Value,
    nothing: &str,
) -> Result<()> {
    if session.options.json {
        return Ok(session.json(answer)?);
    }
    let readings = answer["readings"].as_array().map_or(&[][..], Vec::as_slice);
    if readings.is_empty() {
        let text = session.text(nothing);
        return Ok(session.say(&text)?);
    }
    let header = [
        "reading-at",
        "search-collection",
        "reading-of",
        "reading-purpose",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for reading in readings {
        let text = |name: &str| reading[name].as_str().unwrap_or_default();
        let purpose = match reading["purpose"].as_str() {
            Some("edit") => "reading-edit",
            Some("search") => "reading-search",
            Some("export") => "reading-export",
            Some("compare") => "reading-compare",
            _ => "reading-show",
        };
        rows.add_row([
            session.language().moment(text("at")),
            collection_label(&session.messages, text("collection")),
            title(session, reading),
            session.text(purpose),
        ]);
    }
    let rows = table::text(&mut rows);
    Ok(session.line(&rows)?)
}

/// Prints the records that a search of what is sealed found.
pub(crate) fn print_found(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    let hits = answer["hits"].as_array().map_or(&[][..], Vec::as_slice);
    if !hits.is_empty() {
        let ids = hits.iter().filter_map(|hit| hit["id"].as_str());
        let length = values::distinct_length(ids);
        let header = ["list-id", "search-collection", "search-hit"];
        let header = header.map(|key| session.text(key)).to_vec();
        let mut rows = table::with_header(session.terminal, header);
        for hit in hits {
            let id = hit["id"].as_str().unwrap_or_default();
            let collection = hit["collection"].as_str().unwrap_or_default();
            rows.add_row([
                id.get(..length).unwrap_or(id).to_owned(),
                collection_label(&session.messages, collection),
                title(session, hit),
            ]);
        }
        session.line(&table::text(&mut rows))?;
    }
    let mut args = FluentArgs::new();
    args.set("count", hits.len());
    args.set("searched", answer["searched"].as_u64().unwrap_or(0));
    let text = session.format("sealed-found", &args);
    Ok(session.say(&text)?)
}

/// What a record is called, in words: an activity by its kind.
fn title(session: &Session<'_>, row: &Value) -> String {
    let id = row["id"].as_str().unwrap_or_default();
    match (
        named(row["collection"].as_str().unwrap_or_default()),
        row["title"].as_str(),
    ) {
        (Some(declared), Some(_)) => {
            values::text(&session.messages, declared, declared.title, &row["title"])
        }
        (None, Some(title)) => title.to_owned(),
        (_, None) => values::short(id).to_owned(),
    }
}
