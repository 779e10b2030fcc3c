//! `doctor`: checks every chain, signature, hash and view, and says what to do.

use anyhow::Result;
use capactif_node::api::{ApiError, Detail, ExitKind};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};

use super::Entry;
use crate::collections::label_and_value;
use crate::failure;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["doctor"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(
        Arg::new("rebuild")
            .long("rebuild")
            .action(ArgAction::SetTrue),
    )
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("doctor", json!({ "rebuild": matches.get_flag("rebuild") }))?;
    let problems = answer["problems"].as_array().cloned().unwrap_or_default();
    let is_sound = answer["ok"].as_bool().unwrap_or(problems.is_empty());
    if session.options.json {
        session.json(&answer)?;
    } else {
        print(session, &answer, &problems)?;
    }
    if is_sound {
        return Ok(());
    }
    let message = "the node has problems";
    Err(
        ApiError::new("doctor_found_problems", ExitKind::Failed, message)
            .with("count", problems.len())
            .into(),
    )
}

fn print(session: &mut Session<'_>, answer: &Value, problems: &[Value]) -> Result<()> {
    if let Some(checked) = answer["checked"].as_object() {
        for (name, count) in checked {
            let key = format!("checked-{}", name.replace('_', "-"));
            let name = session
                .messages
                .find(&key, None, None)
                .unwrap_or_else(|| name.clone());
            let count = match count.as_i64() {
                Some(count) => session.language().integer(count),
                None => count.to_string(),
            };
            let line = label_and_value(&session.messages, &name, &count);
            session.line(&format!("  {line}"))?;
        }
    }
    if let Some(engine) = answer["engine"].as_str() {
        let name = session.text("doctor-engine");
        let line = label_and_value(&session.messages, &name, engine);
        session.line(&format!("  {line}"))?;
    }
    for problem in problems {
        let problem: Detail = serde_json::from_value(problem.clone()).unwrap_or_default();
        let line = failure::detail_line(&session.messages, &problem);
        session.say(&format!("  ✗ {line}"))?;
        if let Some(hint) = failure::hint(&session.messages, &problem) {
            session.say(&format!("    → {hint}"))?;
        }
    }
    if problems.is_empty() {
        let text = session.text("doctor-sound");
        session.line(&text)?;
    }
    Ok(())
}
