//! The moves of a referral by name.

use anyhow::Result;
use capactif_node::api::Detail;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::sealed::print_sealing;
use super::{optional, repeated, required};
use crate::collections::{named, values};
use crate::failure;
use crate::session::Session;

/// Sends a project to a structure for a need.
pub(crate) fn send(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = if let Some(draft) = optional(matches, "id") {
        session.call("referral.move", json!({ "id": draft, "move": "send" }))?
    } else {
        let mut input =
            json!({ "project": required(matches, "project"), "to": required(matches, "to") });
        for name in ["theme", "need", "opportunity", "urgency", "reason"] {
            if let Some(value) = optional(matches, name) {
                input[name] = json!(value);
            }
        }
        let share = repeated(matches, "share");
        if !share.is_empty() {
            input["share"] = json!(share);
        }
        session.call("referral.send", input)?
    };
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    tell_notices(session, &answer)?;
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
    tell_notices(session, &answer)?;
    let short = |name: &str| values::short(answer[name].as_str().unwrap_or_default()).to_owned();
    let mut args = FluentArgs::new();
    args.set("id", short("id"));
    args.set("parent", short("parent"));
    let text = session.format("referral-rerouted", &args);
    session.line(&text)?;
    print_sealing(session, &answer)
}

/// What the sender should know though the referral was sent.
fn tell_notices(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    let notices = answer["notices"].as_array().into_iter().flatten();
    for notice in notices {
        let Ok(detail) = serde_json::from_value::<Detail>(notice.clone()) else {
            continue;
        };
        let line = failure::notice(&session.messages, &detail);
        session.tell(&format!("  ! {line}"))?;
    }
    Ok(())
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
    session.line(&text)?;
    print_sealing(session, &answer)
}
