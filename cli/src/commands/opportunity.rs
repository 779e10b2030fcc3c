//! `opportunity verify`: still available, today; the most frequent act there is.

use anyhow::Result;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::json;

use super::{optional, repeated};
use crate::session::Session;

pub(crate) fn verify(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let ids = repeated(matches, "ids");
    let mut input = json!({ "ids": ids });
    if let Some(day) = optional(matches, "on") {
        input["on"] = json!(day);
    }
    let answer = session.call("opportunity.verify", input)?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set("count", ids.len());
    let text = session.format("opportunity-verified", &args);
    Ok(session.line(&text)?)
}
