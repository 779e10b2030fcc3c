//! Running `capactif` for a guide: in the foreground to its end, or on in the background.

use std::io::{BufRead, BufReader, PipeReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::binary;

/// How often a process is asked whether it has ended.
const POLL: Duration = Duration::from_millis(10);

/// What to run, and where.
pub(super) struct Invocation<'a> {
    pub(super) folder: &'a Path,
    pub(super) lang: &'a str,
    pub(super) environment: &'a [(String, String)],
    pub(super) arguments: &'a [String],
}

/// A command that has ended.
pub(super) struct Done {
    pub(super) exit: i32,
    /// What a person saw: messages, and data unless it was kept.
    pub(super) seen: String,
    /// The data, if it was to be kept.
    pub(super) data: String,
}

impl Invocation<'_> {
    fn command(&self) -> Command {
        let mut command = binary::command();
        command
            .current_dir(self.folder)
            .env("CAPACTIF_HOME", "home")
            .env("LANG", format!("{}.UTF-8", self.lang))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .args(self.arguments);
        command
    }

    /// Runs to the end, which must come within `patience`.
    pub(super) fn run(&self, patience: Duration, keep_data: bool) -> Result<Done, String> {
        let mut command = self.command();
        let mut data = None;
        let mut seen = shown_together(&mut command)?;
        if keep_data {
            let (reader, writer) = std::io::pipe().map_err(|error| error.to_string())?;
            command.stdout(writer);
            data = Some(reader);
        }
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        // The command holds ends of the pipes, which would keep them open.
        drop(command);
        let reading = thread::spawn(move || text_of(&mut seen));
        let keeping = data.map(|mut data| thread::spawn(move || text_of(&mut data)));
        let ended = wait(&mut child, patience);
        if ended.is_none() {
            let _gone_already_if_not = child.kill();
        }
        let seen = reading.join().expect("reading does not panic");
        let data = keeping.map(|data| data.join().expect("reading does not panic"));
        let exit = ended.ok_or_else(|| format!("did not end within {patience:?}:\n{seen}"))?;
        Ok(Done {
            exit,
            seen,
            data: data.unwrap_or_default(),
        })
    }
}

/// A command that goes on; killed when dropped, ended in good order by [`Self::stop`].
pub(super) struct Background {
    child: Child,
    lines: Receiver<String>,
    seen: String,
}

impl Background {
    pub(super) fn start(invocation: &Invocation<'_>) -> Result<Self, String> {
        let mut command = invocation.command();
        let reader = shown_together(&mut command)?;
        let child = command.spawn().map_err(|error| error.to_string())?;
        drop(command);
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            child,
            lines,
            seen: String::new(),
        })
    }

    /// Waits until `enough` accepts what was seen so far.
    pub(super) fn wait_for(
        &mut self,
        patience: Duration,
        mut enough: impl FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        let until = Instant::now() + patience;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.seen.push_str(&line);
                    self.seen.push('\n');
                    if enough(&self.seen).is_ok() {
                        return Ok(());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return enough(&self.seen).map_err(|error| format!("it ended; {error}"));
                }
                Err(RecvTimeoutError::Timeout) => return enough(&self.seen),
            }
        }
    }

    /// Ends it as Ctrl-C does.
    pub(super) fn stop(mut self) -> Result<(), String> {
        interrupt(&mut self.child)?;
        match wait(&mut self.child, Duration::from_secs(30)) {
            Some(0) => Ok(()),
            Some(_) if cfg!(windows) => Ok(()),
            Some(code) => Err(format!("the node in the background ended with {code}")),
            None => Err("the node in the background did not stop".to_owned()),
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

/// Both outputs into one pipe, in the order in which a terminal shows them.
fn shown_together(command: &mut Command) -> Result<PipeReader, String> {
    let (reader, writer) = std::io::pipe().map_err(|error| error.to_string())?;
    let twin = writer.try_clone().map_err(|error| error.to_string())?;
    command.stdin(Stdio::null()).stdout(twin).stderr(writer);
    Ok(reader)
}

fn text_of(reader: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    let _what_came_counts = reader.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn wait(child: &mut Child, patience: Duration) -> Option<i32> {
    let until = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.code().unwrap_or(-1)),
            Ok(None) if Instant::now() < until => thread::sleep(POLL),
            _ => return None,
        }
    }
}

#[cfg(unix)]
#[expect(
    clippy::needless_pass_by_ref_mut,
    reason = "its twin elsewhere needs it"
)]
fn interrupt(child: &mut Child) -> Result<(), String> {
    // Sending a signal oneself takes unsafe code; the shell's `kill` is always there.
    let told = Command::new("sh")
        .args(["-c", &format!("kill -INT {}", child.id())])
        .status();
    match told {
        Ok(status) if status.success() => Ok(()),
        _ => Err("could not interrupt the node in the background".to_owned()),
    }
}

#[cfg(not(unix))]
fn interrupt(child: &mut Child) -> Result<(), String> {
    child.kill().map_err(|error| error.to_string())
}
