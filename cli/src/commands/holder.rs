//! `holder add`, `show`, `edit`, `share`, `unshare`, `search`, `log`, `export`: people, whose
//! identity is sealed to the structures that accompany them.

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use capactif_node::registry::Collection;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Map, Value, json};

use super::sealed::{print_readings, print_sealed, readers};
use super::{optional, record, repeated, required};
use crate::collections::{field_label, flags, values};
use crate::session::Session;
use crate::table;

/// Carries out what only holders have; false for what every collection has.
pub(crate) fn run(
    session: &mut Session<'_>,
    collection: &'static Collection,
    verb: &str,
    matches: &ArgMatches,
) -> Option<Result<()>> {
    Some(match verb {
        "add" => add(session, collection, matches),
        "show" => show(session, collection, matches),
        "edit" => edit(session, collection, matches),
        "share" => share(session, matches),
        "unshare" => unshare(session, matches),
        "search" => search(session, collection, matches),
        "log" => log(session, matches),
        "export" => export(session, collection, matches),
        _ => return None,
    })
}

/// The sealed fields among those given.
fn sealed_among(collection: &Collection, fields: &mut Map<String, Value>) -> Map<String, Value> {
    let names = collection.sealed_fields().map(|field| field.name);
    names
        .filter_map(|name| fields.shift_remove_entry(name))
        .collect()
}

fn add(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let mut fields = flags::to_write(collection, matches, &mut session.input)?;
    let identity = sealed_among(collection, &mut fields);
    let input = json!({
        "fields": fields,
        "identity": identity,
        "share": repeated(matches, "share"),
    });
    let answer = session.call("holder.add", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let text = said(session, "holder-added", &answer);
    Ok(session.say(&text)?)
}

/// A sentence about a holder and who reads who that is.
fn said(session: &Session<'_>, key: &str, answer: &Value) -> String {
    let mut args = FluentArgs::new();
    let id = answer["id"].as_str().unwrap_or_default();
    args.set("id", values::short(id));
    args.set(
        "pseudonym",
        answer["pseudonym"].as_str().unwrap_or_default(),
    );
    args.set("readers", readers(answer));
    session.format(key, &args)
}

fn show(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let answer = session.call("holder.show", json!({ "id": required(matches, "id") }))?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    if let Some(holder) = answer.as_object() {
        record::print(session, collection, holder)?;
    }
    session.line("")?;
    print_sealed(session, collection, &answer["_identity"])
}

fn edit(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let identity = flags::to_write(collection, matches, &mut session.input)?;
    if identity.is_empty() {
        let message = "no field was given";
        return Err(ApiError::new("nothing_to_change", ExitKind::Usage, message).into());
    }
    let input = json!({ "id": required(matches, "id"), "identity": identity });
    let answer = session.call("holder.edit", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let key = if answer["changed"] == json!(true) {
        "holder-edited"
    } else {
        "holder-unchanged"
    };
    let text = said(session, key, &answer);
    Ok(session.say(&text)?)
}

fn share(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let structures = repeated(matches, "structures");
    let input = json!({ "id": required(matches, "id"), "structures": structures });
    let answer = session.call("holder.share", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let text = said(session, "holder-shared", &answer);
    Ok(session.say(&text)?)
}

fn unshare(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let structure = required(matches, "structure");
    let input = json!({ "id": required(matches, "id"), "structure": structure });
    let answer = session.call("holder.unshare", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let text = said(session, "holder-unshared", &answer);
    Ok(session.say(&text)?)
}

fn search(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let answer = session.call(
        "holder.search",
        json!({ "text": required(matches, "text") }),
    )?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let hits = answer["hits"].as_array().cloned().unwrap_or_default();
    if !hits.is_empty() {
        let columns = ["pseudonym", "name", "phone"];
        let header = columns.map(|name| field_label(&session.messages, collection, name));
        let mut rows = table::with_header(session.terminal, header.to_vec());
        for hit in &hits {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let fields = &hit["fields"];
            let row = [&hit["pseudonym"], &fields["name"], &fields["phone"]];
            rows.add_row(row.map(text));
        }
        let rows = table::text(&mut rows);
        session.line(&rows)?;
    }
    let mut args = FluentArgs::new();
    args.set("count", hits.len());
    args.set("searched", answer["searched"].as_u64().unwrap_or(0));
    let text = session.format("holder-found", &args);
    Ok(session.say(&text)?)
}

/// All that is held about a person, as a text to hand over.
fn export(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let answer = session.call("holder.export", json!({ "id": required(matches, "id") }))?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    let at = answer["made_at"].as_str().unwrap_or_default();
    args.set("when", session.language().moment(at));
    args.set("by", answer["made_by"].as_str().unwrap_or_default());
    let title = session.format("holder-export-title", &args);
    let title = session.strong(&title);
    session.line(&format!("{title}\n"))?;
    exported(session, collection, &answer["holder"])?;
    session.line("")?;
    print_sealed(session, collection, &answer["identity"])?;
    for (list, heading) in [
        ("projects", "holder-export-projects"),
        ("referrals", "holder-export-referrals"),
        ("others", "holder-export-others"),
    ] {
        let records = answer[list].as_array().map_or(&[][..], Vec::as_slice);
        if records.is_empty() {
            continue;
        }
        let heading = session.text(heading);
        let heading = session.strong(&heading);
        session.line(&format!("\n{heading}"))?;
        for found in records {
            let name = found["collection"].as_str().unwrap_or_default();
            if let Some(declared) = capactif_node::registry::collection(name) {
                session.line("")?;
                exported(session, declared, found)?;
            }
        }
    }
    let held_by = answer["held_by"].as_array().into_iter().flatten();
    let names: Vec<&str> = held_by.filter_map(Value::as_str).collect();
    let mut args = FluentArgs::new();
    args.set("names", names.join(", "));
    let readings = answer["readings_here"].as_array().map_or(0, Vec::len);
    args.set("readings", readings);
    let text = session.format("holder-export-held", &args);
    Ok(session.line(&format!("\n{text}"))?)
}

/// A record and all that was ever said of it.
fn exported(
    session: &mut Session<'_>,
    collection: &'static Collection,
    found: &Value,
) -> Result<()> {
    if let Some(fields) = found.as_object() {
        record::print(session, collection, fields)?;
    }
    if found["_sealed"].is_object() {
        session.line("")?;
        print_sealed(session, collection, &found["_sealed"])?;
    }
    record::print_history(session, collection, &found["_history"])
}

fn log(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("holder.log", json!({ "id": optional(matches, "id") }))?;
    print_readings(session, &answer, "holder-never-read")
}
