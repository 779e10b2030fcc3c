//! `run`: the node, until interrupted.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use capactif_node::home::Home;
use capactif_node::home::notify::NotifySettings;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use serde_json::json;

use super::digest::each_day;
use super::{Entry, optional, repeated};
use crate::collections::values::short;
use crate::host::{RunOptions, Started};
use crate::messages;
use crate::notify::desktop::{self, Desktop};
use crate::notify::watch::{Watch, until_stopped};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["run"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("listen").long("listen").action(ArgAction::Append))
        .arg(Arg::new("peer").long("peer").action(ArgAction::Append))
        .arg(
            Arg::new("api")
                .long("api")
                .value_parser(value_parser!(SocketAddr)),
        )
        .arg(
            Arg::new("portal")
                .long("portal")
                .value_parser(value_parser!(SocketAddr)),
        )
        .arg(Arg::new("portal-url").long("portal-url").requires("portal"))
        .arg(
            Arg::new("portal-cert")
                .long("portal-cert")
                .requires_all(["portal", "portal-key"]),
        )
        .arg(
            Arg::new("portal-key")
                .long("portal-key")
                .requires("portal-cert"),
        )
        .arg(Arg::new("notify").long("notify").action(ArgAction::SetTrue))
        .arg(
            Arg::new("until-eof")
                .long("until-eof")
                .action(ArgAction::SetTrue),
        )
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let options = RunOptions {
        listen: repeated(matches, "listen"),
        peers: repeated(matches, "peer"),
        api: matches.get_one("api").copied(),
        portal: matches.get_one("portal").copied(),
        portal_url: matches.get_one("portal-url").cloned(),
        portal_files: optional(matches, "portal-cert")
            .zip(optional(matches, "portal-key"))
            .map(|(certificate, key)| (certificate.into(), key.into())),
        until_input_ends: matches.get_flag("until-eof"),
    };
    let (host, home) = (session.host(), session.home()?);
    let language = session.language();
    let wanted = matches.get_flag("notify").then(NotifySettings::default);
    // Dropped when the node stops, which ends the threads beside it.
    let (_running, stop) = mpsc::channel();
    let mut of_digest = Some((home.clone(), stop));
    let (_still_running, stop) = mpsc::channel();
    let mut of_notify = Some((home.clone(), stop));
    let mut told = Ok(());
    host.run(&home, &options, &mut |started| {
        told = tell_started(session, started);
        let Some((home, stop)) = of_notify.take() else {
            return;
        };
        if told.is_ok()
            && let Some(settings) = settings_of_notify(&home).or_else(|| wanted.clone())
        {
            told = notifications(session, home, settings, stop);
        }
        if let Some((home, stop)) = of_digest.take() {
            thread::spawn(move || each_day(home, language, &stop));
        }
    })?;
    told?;
    let stopped = session.text("run-stopped");
    Ok(session.tell(&stopped)?)
}

/// What the home asks for; a file that cannot be read the node has refused before.
fn settings_of_notify(home: &Path) -> Option<NotifySettings> {
    Home::open(home).and_then(|home| home.config()).ok()?.notify
}

/// How long the desktop may take to say that it is there.
const DESKTOP_ANSWERS_IN: Duration = Duration::from_secs(3);

/// Shows news on the desktop from now on, and says whether there is one.
fn notifications(
    session: &mut Session<'_>,
    home: PathBuf,
    settings: NotifySettings,
    stop: Receiver<()>,
) -> std::io::Result<()> {
    let language = session.language();
    let (reached, answer) = mpsc::channel();
    let minutes = settings.every_minutes;
    thread::spawn(move || {
        let _nobody_waits_any_more = reached.send(desktop::reach());
        // Where there is none now there may be one later: somebody logs in.
        let watch = Watch::new(messages::of(language), &settings, Instant::now());
        until_stopped(&home, watch, &mut Desktop::default(), &stop);
    });
    let mut args = FluentArgs::new();
    let text = match answer.recv_timeout(DESKTOP_ANSWERS_IN) {
        Ok(Err(reason)) => {
            args.set("reason", reason);
            session.format("run-notify-nowhere", &args)
        }
        _ => {
            args.set("minutes", minutes);
            session.format("run-notify", &args)
        }
    };
    session.tell(&text)
}

fn tell_started(session: &mut Session<'_>, started: &Started) -> std::io::Result<()> {
    let listen: Vec<String> = started.listen.iter().map(ToString::to_string).collect();
    if session.options.json {
        let api = started.api.map(|address| address.to_string());
        session.json(&json!({
            "node": started.node, "listen": listen, "api": api, "portal": started.portal,
        }))?;
        return session.out.flush();
    }
    let mut args = FluentArgs::new();
    args.set("node", short(&started.node));
    args.set("listen", listen.join(", "));
    args.set(
        "api",
        started
            .api
            .map_or_else(String::new, |address| address.to_string()),
    );
    let text = session.format("run-started", &args);
    session.tell(&text)?;
    if let Some(url) = &started.portal {
        let mut args = FluentArgs::new();
        args.set("url", url.as_str());
        let text = session.format("run-portal", &args);
        session.tell(&text)?;
    }
    Ok(())
}
