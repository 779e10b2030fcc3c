//! Runs the console blocks of a guide, so that what it shows is what happens.
//!
//! A guide is Markdown. Its blocks marked `console` are run in order, in one fresh folder, without
//! a shell, hence alike on every system ([`script`] says what they may hold):
//!
//! - `$ capactif …` is run; the lines below it are what a person sees on the terminal, and are
//!   compared ([`pattern`]) unless there are none;
//! - `$ NAME=$(capactif …)` keeps the data that a command prints, for `"$NAME"` later on;
//! - `$ capactif run … &` goes on in the background, until `$ kill %1`, or the guide's end;
//! - an id that the guide shows stands for the real one, from where it is first printed.
//!
//! A comment `<!-- file: NAME -->` before a block writes that block to a file instead, encoded as
//! `<!-- file: NAME windows-1252 -->` says; `<!-- exit: N -->` announces a command that fails.

pub mod pattern;
mod plain;
mod process;
pub mod script;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use self::pattern::Ids;
use self::process::{Background, Invocation};
use self::script::{Step, Words};

/// Longer than any command of a guide takes, on a slow machine under load.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs every block of the guide `text` in `folder`, in the language `lang`.
///
/// # Panics
/// At the first command that does not do what the guide shows, naming its line.
pub fn run(name: &str, text: &str, lang: &str, folder: &Path) {
    let mut run = Run {
        folder,
        lang,
        variables: BTreeMap::new(),
        ids: Ids::default(),
        background: Vec::new(),
    };
    for step in script::parse(text).unwrap_or_else(|error| panic!("{name}: {error}")) {
        let line = step.line();
        if let Err(error) = run.step(&step) {
            panic!("{name}, line {line}: {error}");
        }
    }
    for process in run.background.into_iter().flatten() {
        if let Err(error) = process.stop() {
            panic!("{name}: {error}");
        }
    }
}

struct Run<'a> {
    folder: &'a Path,
    lang: &'a str,
    variables: BTreeMap<String, String>,
    ids: Ids,
    /// By job number; `None` once stopped.
    background: Vec<Option<Background>>,
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::File { name, content, .. } => std::fs::write(self.folder.join(name), content)
                .map_err(|error| format!("{name}: {error}")),
            Step::Command {
                text,
                expected,
                exit,
                ..
            } => {
                let text = self.ids.real(text);
                println!("$ {text}");
                let words = script::words(&text, &self.variables)?;
                self.command(&words, expected, *exit)
                    .map_err(|error| format!("`{text}`\n{error}"))
            }
        }
    }

    fn command(&mut self, words: &Words, expected: &[String], exit: i32) -> Result<(), String> {
        if let Some(job) = words.kill {
            let process = job
                .checked_sub(1)
                .and_then(|index| self.background.get_mut(index))
                .and_then(Option::take);
            return process.ok_or("there is no such job")?.stop();
        }
        let invocation = Invocation {
            folder: self.folder,
            lang: self.lang,
            environment: &words.environment,
            arguments: &words.arguments,
        };
        if words.background {
            let mut process = Background::start(&invocation)?;
            process.wait_for(PATIENCE, |seen| {
                self.ids.matches(expected, seen).map(|ids| self.ids = ids)
            })?;
            self.background.push(Some(process));
            return Ok(());
        }
        let done = invocation.run(PATIENCE, words.capture.is_some())?;
        // Shown when a guide fails, and to its writer with `--nocapture`.
        println!("{}", done.seen);
        if done.exit != exit {
            return Err(format!(
                "ended with {} instead of {exit}:\n{}",
                done.exit, done.seen
            ));
        }
        if !expected.is_empty() {
            self.ids = self.ids.matches(expected, &done.seen)?;
        }
        if let Some(name) = &words.capture {
            self.variables
                .insert(name.clone(), done.data.trim().to_owned());
        }
        Ok(())
    }
}
