//! Why something fits, in words.

use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::{list, text};
use crate::collections::{named, values};
use crate::session::Session;

/// A share between 0 and 1 as a whole percentage.
fn percent(value: &Value) -> i64 {
    (value.as_f64().unwrap_or_default() * 100.0).round() as i64
}

/// The labels of needs.
pub(super) fn themes(session: &Session<'_>, codes: &Value) -> String {
    labels(session, "need", codes)
}

fn labels(session: &Session<'_>, collection: &str, codes: &Value) -> String {
    match named(collection) {
        Some(declared) => values::text(&session.messages, declared, "theme", codes),
        None => String::new(),
    }
}

/// Why an opportunity fits a project, or a project an opportunity.
pub(super) fn of_record(session: &Session<'_>, record: &Value) -> String {
    let mut told: Vec<String> = list(record, "reasons")
        .iter()
        .map(|reason| {
            let mut args = FluentArgs::new();
            args.set("percent", percent(&reason["value"]));
            let km = reason["distance_km"].as_f64().unwrap_or_default().round();
            args.set("km", km);
            args.set("found", list(reason, "found").len());
            args.set("missing", list(reason, "missing").len());
            args.set(
                "themes",
                labels(session, "local_service", &reason["missing"]),
            );
            session.format(&format!("match-why-{}", text(reason, "criterion")), &args)
        })
        .collect();
    let mut args = FluentArgs::new();
    args.set("percent", record["coverage"].as_u64().unwrap_or_default());
    told.push(session.format("match-coverage", &args));
    told.join("\n")
}

/// Why a structure can help.
pub(super) fn of_structure(session: &Session<'_>, structure: &Value) -> String {
    let told = list(structure, "reasons").iter().map(|reason| {
        let mut args = FluentArgs::new();
        args.set("themes", themes(session, &reason["themes"]));
        args.set("level", text(reason, "level").to_owned());
        args.set("capacity", text(reason, "capacity").to_owned());
        let days = reason["median_days"].as_f64().unwrap_or_default();
        args.set(
            "days",
            session.language().decimal((days * 10.0).round() / 10.0),
        );
        args.set("count", reason["answers"].as_u64().unwrap_or_default());
        let knows = reason["value"].as_f64() == Some(1.0) || reason["value"] == json!(1);
        args.set("knows", if knows { "yes" } else { "no" });
        session.format(&format!("match-helps-{}", text(reason, "criterion")), &args)
    });
    told.collect::<Vec<_>>().join("\n")
}
