//! `run`: the node, until interrupted.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use serde_json::json;

use super::digest::each_day;
use super::{Entry, optional, repeated};
use crate::collections::values::short;
use crate::host::{RunOptions, Started};
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
    // Dropped when the node stops, which ends the digest's thread.
    let (_running, stop) = mpsc::channel();
    let mut of_digest = Some((home.clone(), stop));
    let mut told = Ok(());
    host.run(&home, &options, &mut |started| {
        told = tell_started(session, started);
        if let Some((home, stop)) = of_digest.take() {
            thread::spawn(move || each_day(home, language, &stop));
        }
    })?;
    told?;
    let stopped = session.text("run-stopped");
    Ok(session.tell(&stopped)?)
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
