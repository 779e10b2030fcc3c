//! `key recover`: the recovery sheet read back, and a new root key in the place of the lost one.

use std::io::Read;

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use clap::{Arg, ArgMatches, Command};
use zeroize::Zeroizing;

use crate::commands::{Entry, optional, path};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["key", "recover"],
    arguments,
    run,
};

/// Characters of a recovery key, without the spaces.
const CHARACTERS: usize = 64;
/// A sheet typed in, with much white space.
const MAX_BYTES: u64 = 4096;

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("root-file").long("root-file"))
        .arg(Arg::new("code-file").long("code-file"))
        .arg(Arg::new("new-passphrase-file").long("new-passphrase-file"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let code = match optional(matches, "code-file") {
        Some(file) => from_file(file)?,
        None => {
            let prompt = session.text("key-ask-recovery");
            session.tell(&prompt)?;
            typed(&mut *session.input)?
        }
    };
    let rotated = super::at_desk(session, matches, |desk| desk.recover(&code))?;
    super::tell_rotated(session, &rotated)
}

fn from_file(file: &str) -> Result<Zeroizing<String>, ApiError> {
    let bytes = path::read_bounded(file, MAX_BYTES)?.unwrap_or_default();
    let bytes = Zeroizing::new(bytes);
    Ok(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
}

/// What a person types, over as many lines as they like, until a line ends with all characters
/// given.
fn typed(input: &mut dyn Read) -> Result<Zeroizing<String>, ApiError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES as usize));
    let mut input = input.take(MAX_BYTES);
    // One at a time: what a buffer keeps would not be wiped.
    let mut byte = [0];
    loop {
        let read = input.read(&mut byte).map_err(|error| {
            ApiError::new("stdin_unreadable", ExitKind::Usage, error.to_string())
                .with("reason", error)
        })?;
        if read == 0 {
            break;
        }
        bytes.extend_from_slice(&byte);
        let given = bytes
            .iter()
            .filter(|it| !it.is_ascii_whitespace() && **it != b'-');
        if byte == [b'\n'] && given.count() >= CHARACTERS {
            break;
        }
    }
    Ok(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_over_several_lines() {
        let lines = format!("{}\n{}\nbeyond\n", "AAAA ".repeat(8), "BBBB ".repeat(8));
        let read = typed(&mut lines.as_bytes()).unwrap();
        assert!(read.contains("BBBB") && !read.contains("beyond"));
        let short = typed(&mut b"AAAA".as_slice()).unwrap();
        assert_eq!(short.as_str(), "AAAA");
    }
}
