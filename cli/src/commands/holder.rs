//! `holder add`, `show`, `edit`, `share`, `unshare`, `search`, `log`, `export`: people, whose
//! identity is sealed to the structures that accompany them.

use anyhow::Result;
use capactif_node::api::{ApiError, Detail, ExitKind};
use capactif_node::registry::Collection;
use capactif_node::registry::identity::IDENTITY_FIELDS;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Map, Value, json};

use super::{optional, record, repeated, required};
use crate::collections::{flags, values};
use crate::failure;
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
        "edit" => edit(session, matches),
        "share" => share(session, matches),
        "unshare" => unshare(session, matches),
        "search" => search(session, matches),
        "log" => log(session, matches),
        "export" => export(session, collection, matches),
        _ => return None,
    })
}

/// The texts of an identity that were given.
fn given(matches: &ArgMatches) -> Map<String, Value> {
    let given = IDENTITY_FIELDS.iter().filter_map(|field| {
        let text = optional(matches, field)?;
        Some(((*field).to_owned(), json!(text)))
    });
    given.collect()
}

fn add(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let fields = flags::to_write(collection, matches, &mut session.input)?;
    let input = json!({
        "fields": fields,
        "identity": given(matches),
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

fn readers(answer: &Value) -> String {
    let readers = answer["readers"].as_array().into_iter().flatten();
    let names: Vec<&str> = readers.filter_map(|it| it["name"].as_str()).collect();
    names.join(", ")
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
    print_identity(session, &answer["_identity"])
}

fn print_identity(session: &mut Session<'_>, identity: &Value) -> Result<()> {
    if identity["sealed"] == json!(false) {
        let text = session.text("holder-without-identity");
        return Ok(session.say(&text)?);
    }
    if let Ok(problem) = serde_json::from_value::<Detail>(identity["problem"].clone()) {
        let line = failure::detail_line(&session.messages, &problem);
        session.say(&line)?;
        if let Some(hint) = failure::hint(&session.messages, &problem) {
            session.say(&format!("  → {hint}"))?;
        }
        return Ok(());
    }
    let mut args = FluentArgs::new();
    args.set("readers", readers(identity));
    let title = session.format("holder-identity", &args);
    session.say(&title)?;
    let seals = identity["seals"].as_array().map_or(&[][..], Vec::as_slice);
    for seal in seals {
        if seals.len() > 1 {
            let mut args = FluentArgs::new();
            args.set("name", seal["by"].as_str().unwrap_or_default());
            let at = seal["at"].as_str().unwrap_or_default();
            args.set("when", session.language().moment(at));
            let line = session.format("holder-sealed-by", &args);
            session.line(&format!("\n{line}"))?;
        }
        print_fields(session, &seal["fields"])?;
    }
    if seals.len() > 1 {
        let text = session.text("holder-in-conflict");
        session.say(&format!("\n{text}"))?;
    }
    Ok(())
}

fn print_fields(session: &mut Session<'_>, fields: &Value) -> Result<()> {
    let mut rows = table::plain(session.terminal);
    for field in IDENTITY_FIELDS {
        if let Some(text) = fields[field].as_str() {
            rows.add_row([session.text(label(field)), text.to_owned()]);
        }
    }
    Ok(session.line(&table::text(&mut rows))?)
}

fn label(field: &str) -> &'static str {
    match field {
        "name" => "identity-name",
        "phone" => "identity-phone",
        "email" => "identity-email",
        "address" => "identity-address",
        _ => "identity-notes",
    }
}

fn edit(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let identity = given(matches);
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

fn search(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call(
        "holder.search",
        json!({ "text": required(matches, "text") }),
    )?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let hits = answer["hits"].as_array().cloned().unwrap_or_default();
    if !hits.is_empty() {
        let header = ["identity-pseudonym", "identity-name", "identity-phone"];
        let header = header.map(|key| session.text(key)).to_vec();
        let mut rows = table::with_header(session.terminal, header);
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
    print_identity(session, &answer["identity"])?;
    for (list, heading) in [
        ("projects", "holder-export-projects"),
        ("referrals", "holder-export-referrals"),
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
    record::print_history(session, collection, &found["_history"])
}

fn log(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("holder.log", json!({ "id": optional(matches, "id") }))?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let readings = answer["readings"].as_array().cloned().unwrap_or_default();
    if readings.is_empty() {
        let text = session.text("holder-never-read");
        return Ok(session.say(&text)?);
    }
    let header = ["reading-at", "identity-pseudonym", "reading-purpose"];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    for reading in &readings {
        let at = reading["at"].as_str().unwrap_or_default();
        let id = reading["id"].as_str().unwrap_or_default();
        let pseudonym = reading["pseudonym"]
            .as_str()
            .unwrap_or_else(|| values::short(id));
        let purpose = match reading["purpose"].as_str() {
            Some("edit") => "reading-edit",
            Some("search") => "reading-search",
            Some("export") => "reading-export",
            Some("compare") => "reading-compare",
            _ => "reading-show",
        };
        rows.add_row([
            session.language().moment(at),
            pseudonym.to_owned(),
            session.text(purpose),
        ]);
    }
    let rows = table::text(&mut rows);
    Ok(session.line(&rows)?)
}
