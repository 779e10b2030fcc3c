//! `export`: records as other programs read them.

use std::io::IsTerminal;

use anyhow::{Context, Result};
use capactif_node::api::{ApiError, ExitKind};
use clap::{Arg, ArgAction, ArgMatches, Command};
use data_encoding::BASE64;
use serde_json::json;

use super::{Entry, optional, path, repeated, required};
use crate::failure;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["export"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("collection").long("collection").required(true))
        .arg(Arg::new("format").long("format").required(true))
        .arg(Arg::new("where").long("where").action(ArgAction::Append))
        .arg(Arg::new("public").long("public").action(ArgAction::SetTrue))
        .arg(Arg::new("output").long("output").short('o'))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut input = json!({
        "collection": required(matches, "collection").replace('-', "_"),
        "format": required(matches, "format"),
        "lang": session.language().code(),
    });
    let conditions = repeated(matches, "where");
    if !conditions.is_empty() {
        input["where"] = json!(conditions);
    }
    if matches.get_flag("public") {
        input["public"] = json!(true);
    }
    let answer = session.call("export", input)?;
    for left_out in answer["left_out"].as_array().into_iter().flatten() {
        let detail = serde_json::from_value(left_out.clone()).unwrap_or_default();
        let text = failure::notice(&session.messages, &detail);
        session.tell(&format!("  • {text}"))?;
    }
    let content = BASE64
        .decode(
            answer["content_base64"]
                .as_str()
                .unwrap_or_default()
                .as_bytes(),
        )
        .context("the node's answer is not base64")?;
    if let Some(output) = optional(matches, "output") {
        return Ok(path::write_new(output, &content)?);
    }
    if std::str::from_utf8(&content).is_err() && std::io::stdout().is_terminal() {
        let message = "the export is not text";
        return Err(ApiError::new("binary_to_terminal", ExitKind::Usage, message).into());
    }
    Ok(session.out.write_all(&content)?)
}
