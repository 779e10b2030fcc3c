//! `charter person`: makes the key with which a person of the steering committee signs, protects it,
//! copies it. It all happens in this process: no node sees the key.

use anyhow::Result;
use capactif_node::api::ApiError;
use capactif_node::home::Home;
use capactif_node::home::persons::PersonFile;
use capactif_node::node::{Asking, PersonDesk};
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::Value;

use crate::commands::key::typed::Typed;
use crate::commands::path::absolute;
use crate::commands::{Entry, optional, required};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "person"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    let only = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let file = |name: &'static str| Arg::new(name).long(name);
    command
        .arg(Arg::new("name").required(true))
        .arg(file("key"))
        .arg(only("no-passphrase"))
        .arg(only("change-passphrase").conflicts_with("no-passphrase"))
        .arg(file("copy-to").conflicts_with_all(["no-passphrase", "change-passphrase"]))
        .arg(file("passphrase-file"))
        .arg(file("new-passphrase-file"))
}

/// The file of the person's key: the one given, else that of this home.
pub(super) fn file_of(
    session: &Session<'_>,
    matches: &ArgMatches,
    name: Option<&str>,
) -> Result<Option<PersonFile>, ApiError> {
    let given = optional(matches, "key").map(absolute).transpose()?;
    let path = match (given, name) {
        (Some(path), _) => path.into(),
        (None, Some(name)) => Home::open(session.home()?)?.person_key_file(name),
        (None, None) => return Ok(None),
    };
    Ok(Some(PersonFile::at(path)))
}

/// Sits down at the desk with that file; the person is asked on the terminal.
pub(super) fn at_desk(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    file: PersonFile,
    act: impl FnOnce(&mut PersonDesk<'_>) -> Result<Value, ApiError>,
) -> Result<Value, ApiError> {
    let typed = Typed::of(session, matches);
    let mut call = |operation: &str, input: Value| session.call(operation, input);
    let mut ask = |asking: Asking<'_>| typed.ask(asking);
    act(&mut PersonDesk::new(file, &mut call, &mut ask))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let name = required(matches, "name");
    let copy = optional(matches, "copy-to").map(absolute).transpose()?;
    let Some(file) = file_of(session, matches, Some(name))? else {
        return Ok(());
    };
    let (change, open) = (
        matches.get_flag("change-passphrase"),
        matches.get_flag("no-passphrase"),
    );
    let answer = at_desk(session, matches, file, |desk| match &copy {
        Some(path) => desk.copy(name, path.as_ref()),
        None if change => desk.set_passphrase(name),
        None => desk.make(name, !open),
    })?;
    if session.options.json {
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    for name in ["name", "key", "path"] {
        args.set(name, answer[name].as_str().unwrap_or_default().to_owned());
    }
    let key = match (&copy, change) {
        (Some(_), _) => "charter-person-copied",
        (None, true) => "charter-person-protected",
        (None, false) => "charter-person-made",
    };
    let text = session.format(key, &args);
    if key == "charter-person-made" {
        // Data alone on standard output: the key goes into the next command as it is.
        session.tell(&text)?;
        let public = answer["key"].as_str().unwrap_or_default().to_owned();
        session.line(&public)?;
    } else {
        session.line(&text)?;
    }
    if answer["locked"] == false {
        let advice = session.format("charter-person-unprotected", &args);
        session.tell(&advice)?;
    }
    Ok(())
}
