//! `capactif`: the command line of a Cap Actif node.
//!
//! A command is parsed by [`surface`], carried out by one file of [`commands`] through a
//! [`session`], and asks the node through a [`client`], whether that node runs or is opened here.
//! Every word for people comes from the catalogues ([`messages`]) in French or English.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use capactif_node::store::{READ_OUT, read_out};
use clap::ArgMatches;
use clap::error::ErrorKind;

use crate::host::Host;
use crate::language::Language;
use crate::messages::Messages;
use crate::session::{Options, Session, Streams, Terminal};

mod client;
mod collections;
mod commands;
mod demo;
mod digest;
mod document;
mod failure;
mod hardening;
mod host;
mod language;
mod messages;
mod notify;
mod progress;
mod session;
mod surface;
mod table;
mod usage_error;

#[cfg(test)]
mod tests;

fn main() -> ExitCode {
    hardening::leave_no_dumps();
    let arguments: Vec<_> = std::env::args_os().collect();
    if let [_, first, store] = arguments.as_slice()
        && first == READ_OUT
    {
        // This process was started to read out a damaged store, and for nothing else.
        let read = read_out(Path::new(store));
        return ExitCode::from(u8::from(read.is_err()));
    }
    let readable: Vec<String> = arguments
        .iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let language = language::choose(&readable, |name| std::env::var(name).ok());
    let styled = !matches!(
        anstream::AutoStream::choice(&std::io::stdout()),
        anstream::ColorChoice::Never
    );
    let terminal = Terminal {
        width: std::io::stdout()
            .is_terminal()
            .then(terminal_width)
            .flatten(),
        shows_progress: std::io::stderr().is_terminal(),
        styled,
    };
    let streams = Streams {
        out: Box::new(anstream::stdout()),
        err: Box::new(anstream::stderr()),
        input: Box::new(std::io::stdin()),
    };
    ExitCode::from(run(arguments, language, terminal, streams, &host::NodeHost))
}

fn terminal_width() -> Option<u16> {
    comfy_table::Table::new().width()
}

/// Carries out one command line and returns its exit code.
fn run<A: Into<std::ffi::OsString> + Clone>(
    arguments: Vec<A>,
    language: Language,
    terminal: Terminal,
    mut streams: Streams<'_>,
    host: &dyn Host,
) -> u8 {
    let messages = messages::of(language);
    let matches = match surface::command(&messages).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return answer_unparsed(&error, &messages, &mut streams),
    };
    listen_to_logs(matches.get_count("verbose"));
    let mut session = Session::new(options(&matches), terminal, language, streams, host);
    let mut done = commands::dispatch(&mut session, &matches);
    if done.is_ok() {
        done = session.out.flush().map_err(Into::into);
    }
    let Err(error) = done else { return 0 };
    if failure::is_broken_pipe(&error) {
        return 0;
    }
    // What was already found out is shown before what went wrong.
    let _unwritable_output_changes_nothing = session.out.flush();
    let told = failure::tell(
        &error,
        &session.messages,
        session.options.json,
        &mut session.err,
    );
    let _nowhere_left_to_say_it = told;
    failure::exit_code(&error)
}

/// Help and version are answers; all else is a mistake in the command line.
fn answer_unparsed(error: &clap::Error, messages: &Messages, streams: &mut Streams<'_>) -> u8 {
    let rendered = error.render();
    let text = rendered.ansi();
    let (written, code) = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => (
            write!(streams.out, "{text}").and_then(|()| streams.out.flush()),
            0,
        ),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            (write!(streams.err, "{text}"), usage_error::EXIT)
        }
        _ => (
            usage_error::tell(error, messages, &mut streams.err),
            usage_error::EXIT,
        ),
    };
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => 1,
        _ => code,
    }
}

fn options(matches: &ArgMatches) -> Options {
    Options {
        home: matches.get_one::<String>("home").map(PathBuf::from),
        json: matches.get_flag("json"),
        quiet: matches.get_flag("quiet"),
    }
}

/// Sends what the node says about its work to standard error.
fn listen_to_logs(verbosity: u8) {
    let level = match verbosity {
        0 => "error",
        1 => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("CAPACTIF_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let _set_once_in_tests = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Plain: the colours of the subscriber are a feature it is built without, and asking for
        // them without it panics.
        .with_ansi(false)
        .try_init();
}
