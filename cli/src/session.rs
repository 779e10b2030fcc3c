//! One run of the command: what was asked for everywhere, where words go, and the node it talks to.

use std::io::{self, Write};
use std::path::PathBuf;

use capactif_node::api::{ApiError, ExitKind};
use fluent_bundle::FluentArgs;
use serde_json::Value;

use crate::client::Client;
use crate::host::Host;
use crate::language::Language;
use crate::messages::Messages;
use crate::progress::Progress;
use crate::table;

/// The options that every command takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// The node's directory.
    pub(crate) home: Option<PathBuf>,
    /// Machine output.
    pub(crate) json: bool,
    /// No progress, no messages.
    pub(crate) quiet: bool,
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Terminal {
    /// Columns of standard output when it is a terminal.
    pub(crate) width: Option<u16>,
    /// Whether standard error is a terminal: progress is shown there alone.
    pub(crate) shows_progress: bool,
    /// Whether standard output shows styles.
    pub(crate) styled: bool,
}

/// One run of the command.
pub(crate) struct Session<'a> {
    pub(crate) options: Options,
    pub(crate) terminal: Terminal,
    pub(crate) messages: Messages,
    /// Data, and nothing else.
    pub(crate) out: Box<dyn Write + 'a>,
    /// Messages to people.
    pub(crate) err: Box<dyn Write + 'a>,
    /// What is typed or piped in.
    pub(crate) input: Box<dyn io::Read + 'a>,
    host: &'a dyn Host,
    client: Option<Box<dyn Client>>,
}

impl<'a> Session<'a> {
    /// A session whose node is opened when first asked.
    pub(crate) fn new(
        options: Options,
        terminal: Terminal,
        language: Language,
        streams: Streams<'a>,
        host: &'a dyn Host,
    ) -> Self {
        Self {
            options,
            terminal,
            messages: crate::messages::of(language),
            out: streams.out,
            err: streams.err,
            input: streams.input,
            host,
            client: None,
        }
    }

    /// The language of what people read.
    pub(crate) const fn language(&self) -> Language {
        self.messages.language()
    }

    /// The host that opens and runs nodes.
    pub(crate) const fn host(&self) -> &'a dyn Host {
        self.host
    }

    /// The node's directory: as given, or this platform's place for it.
    pub(crate) fn home(&self) -> Result<PathBuf, ApiError> {
        if let Some(home) = &self.options.home {
            return Ok(home.clone());
        }
        directories::ProjectDirs::from("", "", "capactif")
            .map(|directories| directories.data_dir().to_owned())
            .ok_or_else(|| {
                let message = "this platform names no directory for data";
                ApiError::new("home_unknown", ExitKind::Usage, message)
            })
    }

    /// Asks the node, showing progress when the work is long and a person watches.
    pub(crate) fn call(&mut self, operation: &str, input: Value) -> Result<Value, ApiError> {
        if self.client.is_none() {
            self.client = Some(self.host.connect(&self.home()?)?);
        }
        let client = self.client.as_mut().expect("connected just above");
        let shown = self.terminal.shows_progress && !self.options.quiet;
        let mut progress = Progress::new(shown, &self.messages);
        client.call(operation, input, &mut |step| progress.show(&step))
    }

    /// Mends the home, telling each step as it begins and showing how far it is.
    pub(crate) fn repair(&mut self, new_key: bool) -> Result<Value, ApiError> {
        let (home, host) = (self.home()?, self.host);
        let shown = self.terminal.shows_progress && !self.options.quiet;
        let quiet = self.options.quiet || self.options.json;
        let mut progress = Progress::new(shown, &self.messages);
        let (mut at, messages, err) = (String::new(), &self.messages, &mut self.err);
        host.repair(&home, new_key, &mut |step| {
            let name = step["step"].as_str().unwrap_or_default();
            if name != at && !quiet {
                at = name.to_owned();
                let text = messages.find(&format!("step-{at}"), None, None);
                let _nowhere_left_to_say_it =
                    writeln!(err, "{}", text.unwrap_or_else(|| at.clone()));
            }
            progress.show(&step);
        })
    }

    /// Lets go of the node, so that other commands may open it meanwhile.
    pub(crate) fn release(&mut self) {
        self.client = None;
    }

    /// Writes one JSON value as a line of data.
    pub(crate) fn json(&mut self, value: &Value) -> io::Result<()> {
        writeln!(self.out, "{value}")
    }

    /// Writes a line of data for people.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Writes prose for people, broken between words where the terminal ends.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        match self.terminal.width {
            Some(width) => {
                let wrapped = text
                    .lines()
                    .map(|line| table::wrapped(line, usize::from(width)));
                let wrapped: Vec<String> = wrapped.collect();
                self.line(&wrapped.join("\n"))
            }
            None => self.line(text),
        }
    }

    /// Tells a person something on standard error, unless asked to be quiet.
    pub(crate) fn tell(&mut self, text: &str) -> io::Result<()> {
        if self.options.quiet {
            Ok(())
        } else {
            writeln!(self.err, "{text}")
        }
    }

    /// The message `key`.
    pub(crate) fn text(&self, key: &str) -> String {
        self.messages.text(key)
    }

    /// The message `key` with its variables.
    pub(crate) fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        self.messages.format(key, args)
    }

    /// Bold where styles show.
    pub(crate) fn strong(&self, text: &str) -> String {
        if self.terminal.styled {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Faint where styles show.
    pub(crate) fn faint(&self, text: &str) -> String {
        if self.terminal.styled {
            format!("\x1b[2m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Where a session reads and writes.
pub(crate) struct Streams<'a> {
    pub(crate) out: Box<dyn Write + 'a>,
    pub(crate) err: Box<dyn Write + 'a>,
    pub(crate) input: Box<dyn io::Read + 'a>,
}
