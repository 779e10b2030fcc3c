//! The moves of a referral by name.

use anyhow::Result;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::json;

use super::sealed::print_sealing;
use super::{optional, repeated, required};
use crate::collections::{named, values};
use crate::session::Session;

/// Sends a project to a structure for a need.
pub(crate) fn send(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut input =
        json!({ "project": required(matches, "project"), "to": required(matches, "to") });
    for name in ["theme", "need", "opportunity", "reason"] {
        if let Some(value) = optional(matches, name) {
            input[name] = json!(value);
        }
    }
    let share = repeated(matches, "share");
    if !share.is_empty() {
        input["share"] = json!(share);
    }
    let answer = session.call("referral.send", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set(
        "id",
        values::short(answer["id"].as_str().unwrap_or_default()),
    );
    let text = session.format("referral-sent", &args);
    session.line(&text)?;
    print_sealing(session, &answer)
}

/// Sends a declined referral on to another structure.
pub(crate) fn reroute(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut input = json!({ "id": required(matches, "id"), "to": required(matches, "to") });
    for name in ["theme", "reason"] {
        if let Some(value) = optional(matches, name) {
            input[name] = json!(value);
        }
    }
    let share = repeated(matches, "share");
    if !share.is_empty() {
        input["share"] = json!(share);
    }
    let answer = session.call("referral.reroute", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let short = |name: &str| values::short(answer[name].as_str().unwrap_or_default()).to_owned();
    let mut args = FluentArgs::new();
    args.set("id", short("id"));
    args.set("parent", short("parent"));
    let text = session.format("referral-rerouted", &args);
    session.line(&text)?;
    print_sealing(session, &answer)
}

/// Makes any other move.
pub(crate) fn make_move(session: &mut Session<'_>, name: &str, matches: &ArgMatches) -> Result<()> {
    let mut input = json!({ "id": required(matches, "id"), "move": name });
    if let Ok(Some(reason)) = matches.try_get_one::<String>("reason") {
        input["reason"] = json!(reason);
    }
    let answer = session.call("referral.move", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let status = match (named("referral"), answer["status"].as_str()) {
        (Some(referral), Some(status)) => {
            values::text(&session.messages, referral, "status", &json!(status))
        }
        _ => session.text("done"),
    };
    let mut args = FluentArgs::new();
    args.set(
        "id",
        values::short(
            answer["id"]
                .as_str()
                .unwrap_or_else(|| required(matches, "id")),
        ),
    );
    args.set("status", status);
    let text = session.format("referral-moved", &args);
    Ok(session.line(&text)?)
}
