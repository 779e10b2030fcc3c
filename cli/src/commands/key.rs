//! The keys of a structure: shown, protected, replaced, put on paper.
//!
//! What needs the root key happens in this process, at the node's [`Desk`]: a running node sees
//! neither passphrase nor secret.

use std::cell::RefCell;
use std::path::PathBuf;

use anyhow::Result;
use capactif_node::api::ApiError;
use capactif_node::home::Home;
use capactif_node::home::keys::RootFile;
use capactif_node::node::{Asking, Desk};
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::commands::optional;
use crate::session::Session;

pub(crate) mod admit;
pub(crate) mod passphrase;
pub(crate) mod recover;
pub(crate) mod revoke;
pub(crate) mod rotate_root;
pub(crate) mod rotate_sealing;
pub(crate) mod sheet;
pub(crate) mod show;
pub(crate) mod typed;

use typed::Typed;

/// What every command takes that needs the root key.
pub(super) fn with_root(command: Command) -> Command {
    command
        .arg(Arg::new("root-file").long("root-file"))
        .arg(Arg::new("passphrase-file").long("passphrase-file"))
}

/// Sits down at the desk and does `act`; a person is asked on the terminal.
pub(super) fn at_desk<T>(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    act: impl FnOnce(&mut Desk<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    at_desk_with(&RefCell::new(session), matches, act)
}

/// As [`at_desk`], where `act` uses the session too.
fn at_desk_with<T>(
    session: &RefCell<&mut Session<'_>>,
    matches: &ArgMatches,
    act: impl FnOnce(&mut Desk<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let file = root_file(*session.borrow_mut(), matches)?;
    let typed = Typed::of(*session.borrow_mut(), matches);
    let mut call = |operation: &str, input: Value| session.borrow_mut().call(operation, input);
    let mut ask = |asking: Asking<'_>| typed.ask(asking);
    act(&mut Desk::new(file, &mut call, &mut ask))
}

fn root_file(session: &Session<'_>, matches: &ArgMatches) -> Result<RootFile, ApiError> {
    match optional(matches, "root-file") {
        Some(path) => Ok(RootFile::at(PathBuf::from(path))),
        None => Ok(Home::open(session.home()?)?.root_file()),
    }
}

/// Says that a new root took the place of the old one.
fn tell_rotated(session: &mut Session<'_>, rotated: &capactif_node::node::Rotated) -> Result<()> {
    if session.options.json {
        let answer = json!({
            "root": rotated.root.to_string(),
            "number": rotated.number,
            "locked": rotated.locked,
            "left_out": rotated.left_out.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
        return Ok(session.json(&answer)?);
    }
    let mut args = FluentArgs::new();
    args.set("key", rotated.root.short());
    let said = session.format("key-rotated", &args);
    session.say(&said)?;
    if !rotated.locked {
        let advice = session.text("key-unprotected");
        session.tell(&advice)?;
    }
    for node in &rotated.left_out {
        let mut args = FluentArgs::new();
        args.set("node", node.short());
        let said = session.format("key-left-out", &args);
        session.tell(&said)?;
    }
    let next = session.text("key-rotated-next");
    Ok(session.tell(&next)?)
}
