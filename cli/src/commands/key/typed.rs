//! Where a passphrase comes from: a file, the environment, or a person at the terminal, who does
//! not see it.

use std::io::IsTerminal;
use std::path::Path;

use capactif_node::api::{ApiError, ExitKind};
use capactif_node::home::keys::{Passphrase, is_private};
use capactif_node::node::Asking;
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use zeroize::Zeroizing;

use crate::commands::{optional, path};
use crate::messages::Messages;
use crate::session::Session;

/// Holds the passphrase in scripts and tests.
const EXISTING: &str = "CAPACTIF_PASSPHRASE";
/// Holds a new passphrase in scripts.
const NEW: &str = "CAPACTIF_NEW_PASSPHRASE";

/// More than anybody remembers.
const MAX_BYTES: u64 = 4096;

/// What asks for passphrases in one run of the command.
pub(crate) struct Typed {
    existing: Option<String>,
    new: Option<String>,
    messages: Messages,
}

impl Typed {
    /// As the command line says.
    pub(crate) fn of(session: &Session<'_>, matches: &ArgMatches) -> Self {
        let given = |name: &str| {
            // Not every command takes both.
            let value = matches.try_get_one::<String>(name);
            value.ok().flatten().cloned()
        };
        Self {
            existing: given("passphrase-file"),
            new: given("new-passphrase-file"),
            messages: crate::messages::of(session.language()),
        }
    }

    /// Asks for what is asked.
    pub(crate) fn ask(&self, asking: Asking<'_>) -> Result<Passphrase, ApiError> {
        let (file, variable, about) = match asking {
            Asking::Existing(about) => (&self.existing, EXISTING, about),
            Asking::New(about) => (&self.new, NEW, about),
        };
        if let Some(file) = file {
            return from_file(file);
        }
        if let Ok(text) = std::env::var(variable) {
            return Ok(Passphrase::new(&Zeroizing::new(text)));
        }
        if !std::io::stdin().is_terminal() {
            let text = "a passphrase is needed, and nobody is at the terminal";
            return Err(ApiError::new("passphrase_needed", ExitKind::Usage, text)
                .with("variable", variable)
                .with("path", about.display()));
        }
        let first = self.prompt("key-ask-passphrase", about)?;
        if let Asking::New(_) = asking {
            let again = self.prompt("key-ask-again", about)?;
            if !first.is(&again) {
                let text = "the two passphrases differ";
                return Err(ApiError::new("passphrases_differ", ExitKind::Usage, text));
            }
        }
        Ok(first)
    }

    fn prompt(&self, key: &str, about: &Path) -> Result<Passphrase, ApiError> {
        let mut args = FluentArgs::new();
        args.set("path", about.display().to_string());
        let prompt = format!("{} ", self.messages.format(key, &args));
        let typed = rpassword::prompt_password(prompt).map(Zeroizing::new);
        let typed = typed.map_err(|error| {
            ApiError::new("stdin_unreadable", ExitKind::Usage, error.to_string())
                .with("reason", error)
        })?;
        Ok(Passphrase::new(&typed))
    }
}

/// The passphrase of `restore`, where the backup's key turns out to be under one.
pub(crate) fn for_backup(
    session: &Session<'_>,
    matches: &ArgMatches,
) -> Result<Zeroizing<String>, ApiError> {
    let file = optional(matches, "file").unwrap_or_default();
    let typed = Typed::of(session, matches).ask(Asking::Existing(Path::new(file)))?;
    Ok(typed.reveal())
}

/// The first line of a file that is its owner's alone.
fn from_file(file: &str) -> Result<Passphrase, ApiError> {
    let exposed = is_private(Path::new(file)).is_ok_and(|private| !private);
    if exposed {
        let text = "a file with a passphrase is its owner's alone";
        return Err(ApiError::new("passphrase_exposed", ExitKind::Refused, text).with("path", file));
    }
    let unreadable = || {
        let text = "not a file with one line of text";
        ApiError::new("passphrase_unreadable", ExitKind::Usage, text).with("path", file)
    };
    let bytes = path::read_bounded(file, MAX_BYTES)?.ok_or_else(unreadable)?;
    let bytes = Zeroizing::new(bytes);
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
    Ok(Passphrase::new(text.lines().next().unwrap_or_default()))
}
