//! `doctor`: checks every chain, signature, hash and view, and says what to do; with `--repair`,
//! does it.

use anyhow::Result;
use capactif_node::api::{ApiError, Detail, ExitKind};
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::{FluentArgs, FluentValue};
use serde_json::{Value, json};

use super::Entry;
use crate::collections::label_and_value;
use crate::collections::values::short;
use crate::failure;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["doctor"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("rebuild")
                .long("rebuild")
                .action(ArgAction::SetTrue),
        )
        .arg(
            Arg::new("repair")
                .long("repair")
                .action(ArgAction::SetTrue)
                .conflicts_with("rebuild"),
        )
        .arg(
            Arg::new("new-key")
                .long("new-key")
                .action(ArgAction::SetTrue)
                .requires("repair"),
        )
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    if matches.get_flag("repair") {
        return repair(session, matches.get_flag("new-key"));
    }
    let answer = session.call("doctor", json!({ "rebuild": matches.get_flag("rebuild") }))?;
    let problems = answer["problems"].as_array().cloned().unwrap_or_default();
    let is_sound = answer["ok"].as_bool().unwrap_or(problems.is_empty());
    if session.options.json {
        session.json(&answer)?;
    } else {
        print(session, &answer, &problems)?;
    }
    verdict(is_sound, problems.len())
}

fn verdict(is_sound: bool, problems: usize) -> Result<()> {
    if is_sound {
        return Ok(());
    }
    let message = "the node has problems";
    Err(
        ApiError::new("doctor_found_problems", ExitKind::Failed, message)
            .with("count", problems)
            .into(),
    )
}

fn repair(session: &mut Session<'_>, new_key: bool) -> Result<()> {
    let answer = session.repair(new_key)?;
    let problems = answer["problems"].as_array().cloned().unwrap_or_default();
    let is_sound = answer["ok"].as_bool().unwrap_or(problems.is_empty());
    if session.options.json {
        session.json(&answer)?;
    } else {
        print_repair(session, &answer)?;
        print(session, &answer, &problems)?;
    }
    verdict(is_sound, problems.len())
}

/// What was taken over, what is missing and who may have it, and what this node may write.
fn print_repair(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    if answer["changed"] == false {
        let text = session.text("repair-nothing");
        session.line(&text)?;
    } else {
        print_recovered(session, answer)?;
    }
    let mut args = FluentArgs::new();
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    args.set("used", text_of(&answer["used"]));
    args.set("node", short(text("new_node")).to_owned());
    let lines: &[&str] = match (text("own"), answer["votes"].as_bool()) {
        ("incomplete", _) => &["repair-own-incomplete"],
        ("renewed", Some(true)) => &["repair-own-new-key"],
        ("renewed", _) => &["repair-own-new-key", "repair-own-votes-no-more"],
        ("closed", _) => &["repair-own-closed"],
        _ => &[],
    };
    for key in lines {
        let line = session.format(key, &args);
        session.say(&line)?;
    }
    Ok(())
}

fn print_recovered(session: &mut Session<'_>, answer: &Value) -> Result<()> {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    if let Some(flaw) = answer["flaws"].as_array().and_then(|flaws| flaws.first()) {
        say(session, "repair-found", "flaw", text_of(flaw))?;
    }
    say(session, "repair-kept", "path", text("kept"))?;
    let journals = answer["journals"].as_array().map_or(&[][..], Vec::as_slice);
    let number = |journal: &Value, name: &str| journal[name].as_u64().unwrap_or(0);
    let sound = |journal: &&Value| number(journal, "sound") > 0;
    let mut args = FluentArgs::new();
    args.set("journals", journals.iter().filter(sound).count());
    let entries = journals.iter().map(|it| number(it, "sound"));
    args.set("entries", entries.sum::<u64>());
    let recovered = session.format("repair-recovered", &args);
    session.say(&recovered)?;
    let from_outbox = answer["from_outbox"].as_u64().unwrap_or(0);
    if from_outbox > 0 {
        say(session, "repair-from-outbox", "count", from_outbox)?;
    }
    let mut missing = 0;
    for journal in journals {
        let (sound, held) = (number(journal, "sound"), number(journal, "held"));
        if sound >= held {
            continue;
        }
        missing += held - sound;
        let author = journal["author"].as_str().unwrap_or_default();
        let name = journal["name"].as_str().unwrap_or("?");
        let mut args = FluentArgs::new();
        args.set("author", short(author).to_owned());
        args.set("name", name.to_owned());
        args.set("sound", sound);
        args.set("held", held);
        let line = session.format("repair-journal", &args);
        session.say(&format!("  ✗ {line}"))?;
    }
    if missing > 0 {
        say(session, "repair-missing", "count", missing)?;
    } else {
        let line = session.text("repair-maybe-more");
        session.say(&line)?;
    }
    Ok(())
}

fn say<'a>(
    session: &mut Session<'_>,
    key: &str,
    name: &'a str,
    value: impl Into<FluentValue<'a>>,
) -> Result<()> {
    let mut args = FluentArgs::new();
    args.set(name, value);
    let line = session.format(key, &args);
    Ok(session.say(&line)?)
}

/// A JSON value as it reads: text without its quotes.
fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
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
