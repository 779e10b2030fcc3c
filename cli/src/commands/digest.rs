//! `digest`: how much waits, as the mail of the day; and its sending, by hand or each day by `run`.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use capactif_node::home::Home;
use capactif_node::home::digest::DigestSettings;
use capactif_node::paris;
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use jiff::Timestamp;
use serde_json::json;

use super::Entry;
use crate::digest::{Digest, digest, send, until_due};
use crate::host::serving;
use crate::language::Language;
use crate::messages;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["digest"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("send").long("send").action(ArgAction::SetTrue))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let todo = session.call("todo", json!({}))?;
    let digest = digest(&session.messages, &todo);
    if !matches.get_flag("send") {
        if session.options.json {
            let shown = json!({ "subject": digest.subject, "body": digest.body });
            return Ok(session.json(&shown)?);
        }
        let subject = session.strong(&digest.subject);
        session.line(&subject)?;
        return Ok(session.line(&format!("\n{}", digest.body.trim_end()))?);
    }
    let home = session.home()?;
    let settings = settings_of(&home)?.ok_or_else(|| {
        let text = "no mail server is set: put \"digest\" into config.json";
        ApiError::new("no_digest_server", ExitKind::Usage, text)
    })?;
    give(&settings, &digest)?;
    let mut args = FluentArgs::new();
    args.set("count", settings.to.len());
    let text = session.format("digest-sent", &args);
    Ok(session.line(&text)?)
}

fn settings_of(home: &Path) -> Result<Option<DigestSettings>, ApiError> {
    Ok(Home::open(home)?.config()?.digest)
}

fn give(settings: &DigestSettings, digest: &Digest) -> Result<(), ApiError> {
    send(settings, digest).map_err(|error| {
        let reason = format!("{error:#}");
        ApiError::new("digest_not_sent", ExitKind::Unreachable, reason.as_str())
            .with("server", &settings.server)
            .with("reason", reason)
    })
}

/// Sends the digest each day at its time, until `stop` is told or dropped; a home whose settings have none
/// ends it at once.
pub(super) fn each_day(home: PathBuf, language: Language, stop: &Receiver<()>) {
    loop {
        // Read anew each day: settings change while a node runs for months.
        let settings = match settings_of(&home) {
            Ok(Some(settings)) => settings,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "the settings of the digest cannot be read");
                return;
            }
        };
        let Some(wait) = until_due(&settings, &paris::clock(Timestamp::now())) else {
            return;
        };
        match stop.recv_timeout(wait) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
        let sent = serving(&home).and_then(|node| {
            // It is about to end, and opening another node is not for this thread.
            let Some(mut node) = node else {
                return Ok(false);
            };
            let todo = node.call("todo", json!({}), &mut |_| {})?;
            give(&settings, &digest(&messages::of(language), &todo)).map(|()| true)
        });
        match sent {
            Ok(true) => tracing::info!("the digest of the day was sent"),
            Ok(false) => {}
            Err(error) => tracing::warn!(code = error.code, "the digest of the day was not sent"),
        }
    }
}
