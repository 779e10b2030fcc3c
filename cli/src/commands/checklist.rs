//! `project checklist`: what people who settle ask for, and what the registry has near.

use anyhow::Result;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{repeated, required};
use crate::collections::named;
use crate::collections::values::{self, short};
use crate::session::Session;
use crate::table;

pub(crate) fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let needs = repeated(matches, "need");
    let input = json!({ "id": required(matches, "id"), "needs": needs });
    let answer = session.call("project.checklist", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    print(session, &answer)
}

fn print(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    let title = answer["title"].as_str().unwrap_or_default();
    let heading = session.strong(title);
    session.line(&heading)?;
    let header = [
        "checklist-theme",
        "checklist-need",
        "checklist-near",
        "checklist-nearest",
    ];
    let header = header.map(|key| session.text(key)).to_vec();
    let mut rows = table::with_header(session.terminal, header);
    let points = answer["points"].as_array().into_iter().flatten();
    for point in points {
        let theme = point["theme"].as_str().unwrap_or_default();
        let label = label(session, "theme", theme);
        let need = match (
            point["need"]["state"].as_str(),
            point["need"]["id"].as_str(),
        ) {
            (Some(state), Some(id)) => {
                format!("{} ({})", self::label(session, "state", state), short(id))
            }
            _ => String::new(),
        };
        let total = ["services", "opportunities"]
            .map(|sort| point[sort]["total"].as_u64().unwrap_or(0))
            .iter()
            .sum::<u64>();
        rows.add_row([label, need, total.to_string(), nearest(session, point)]);
    }
    table::align_right(&mut rows, 2);
    session.line(&table::text(&mut rows))?;
    let mut args = FluentArgs::new();
    args.set("id", short(answer["project"].as_str().unwrap_or_default()));
    args.set("km", answer["within_km"].as_f64().unwrap_or_default());
    let count = answer["added"].as_array().map_or(0, Vec::len);
    args.set("count", count);
    let key = match (answer["located"].as_bool(), count) {
        (Some(false), _) => "checklist-nowhere",
        (_, 0) => "checklist-hint",
        _ => "checklist-added",
    };
    let hint = session.format(key, &args);
    Ok(session.tell(&hint)?)
}

fn label(session: &Session<'_>, field: &str, code: &str) -> String {
    match named("need") {
        Some(need) => values::text(&session.messages, need, field, &json!(code)),
        None => code.to_owned(),
    }
}

/// The nearest answer of each sort: its name, its commune, how far.
fn nearest(session: &Session<'_>, point: &Value) -> String {
    let of_sort = |sort: &str| {
        let first = point[sort]["nearest"].as_array()?.first()?;
        let title = first["title"].as_str().unwrap_or_default();
        let commune = first["insee_code"].as_str().unwrap_or_default();
        let commune = values::commune_name(commune).unwrap_or(commune);
        let mut args = FluentArgs::new();
        args.set("title", title.to_owned());
        args.set("commune", commune.to_owned());
        let km = first["distance_km"].as_f64().unwrap_or_default();
        args.set("km", session.language().decimal(km));
        Some(session.format("checklist-answer", &args))
    };
    let found = ["services", "opportunities"]
        .into_iter()
        .filter_map(of_sort);
    found.collect::<Vec<_>>().join("; ")
}
