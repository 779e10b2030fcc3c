//! Homes and processes of the demonstration, and their end whatever happens.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use capactif_node::api::{ApiError, ExitKind};
use capactif_node::home::Home;
use capactif_node::home::config::Config;
use serde_json::Value;

use super::interruption;
use super::place::Place;
use crate::language::Language;

/// How long a node may take to start or to say goodbye.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often the end of a process is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How often a folder is tried that the system still holds.
const REMOVALS: u32 = 40;

/// What a node that runs wrote to its error stream.
const LOG: &str = "run.log";
/// How much of it a person is shown when it failed.
const SHOWN_LOG_LINES: usize = 5;

/// Homes in one folder, and the processes that run on them.
#[derive(Clone, Debug)]
pub(super) struct Stage(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    kept: bool,
    language: Language,
    processes: Mutex<Processes>,
    interrupted: AtomicBool,
    left: AtomicBool,
}

#[derive(Debug, Default)]
struct Processes {
    running: BTreeMap<&'static str, Child>,
    /// Where each listened last.
    addresses: BTreeMap<&'static str, Vec<std::net::SocketAddr>>,
    /// No process starts any more.
    closed: bool,
}

impl Stage {
    /// An empty folder: the one to keep, or one that goes with the demonstration.
    pub(super) fn open(keep: Option<PathBuf>, language: Language) -> Result<Self, ApiError> {
        let (folder, kept) = match keep {
            Some(folder) => (empty_folder(folder)?, true),
            None => {
                let made = tempfile::Builder::new().prefix("capactif-demo-").tempdir();
                let made = made.map_err(|error| unwritable(&std::env::temp_dir(), &error))?;
                (made.keep(), false)
            }
        };
        Ok(Self(Arc::new(Shared {
            folder,
            kept,
            language,
            processes: Mutex::default(),
            interrupted: AtomicBool::new(false),
            left: AtomicBool::new(false),
        })))
    }

    /// The folder, if it stays.
    pub(super) fn kept(&self) -> Option<&Path> {
        self.0.kept.then_some(self.0.folder.as_path())
    }

    /// The home of a node.
    pub(super) fn home(&self, place: &Place) -> PathBuf {
        self.0.folder.join(place.folder)
    }

    /// Makes a home that keeps to this machine: any free port of loopback, no discovery.
    pub(super) fn prepare(&self, place: &Place) -> Result<(), ApiError> {
        self.configure(place, vec![([127, 0, 0, 1], 0).into()])
    }

    /// Lets a kept home listen where it did, so that its partners find it when it runs again.
    pub(super) fn settle(&self, place: &Place) -> Result<(), ApiError> {
        let listened = self.processes().addresses.get(place.folder).cloned();
        listened.map_or(Ok(()), |listen| self.configure(place, listen))
    }

    fn configure(&self, place: &Place, listen: Vec<std::net::SocketAddr>) -> Result<(), ApiError> {
        let home = Home::create(self.home(place))?;
        let config = Config {
            listen,
            discovery: false,
            ..home.config()?
        };
        Ok(home.set_config(&config)?)
    }

    /// Starts the process of a node; returns once it serves.
    pub(super) fn start(&self, place: &Place) -> Result<(), ApiError> {
        self.start_with(place, &[]).map(|_| ())
    }

    /// Starts the process of a node with more arguments; returns what it says of itself once it serves.
    pub(super) fn start_with(&self, place: &Place, more: &[&str]) -> Result<Value, ApiError> {
        let log = self.home(place).join(LOG);
        let written = OpenOptions::new().create(true).append(true).open(&log);
        let errors = written.map_err(|error| unwritable(&log, &error))?;
        let program = std::env::current_exe().map_err(|error| failed(place, &error.to_string()))?;
        let mut command = Command::new(program);
        command
            .arg("--home")
            .arg(self.home(place))
            .args(["--json", "--lang", self.0.language.code()])
            .args(["run", "--until-eof"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors);
        let output = {
            let mut processes = self.processes();
            if processes.closed {
                return Err(interruption::error());
            }
            let mut child = command
                .spawn()
                .map_err(|error| failed(place, &error.to_string()))?;
            let output = child.stdout.take();
            processes.running.insert(place.folder, child);
            output.expect("its output was asked to be piped")
        };
        let Some(started) = first_line(output) else {
            self.kill(place);
            return Err(failed(place, &last_lines(&log)));
        };
        let listen = started["listen"].as_array().cloned().unwrap_or_default();
        let listen = listen.iter().filter_map(|it| it.as_str()?.parse().ok());
        self.processes()
            .addresses
            .insert(place.folder, listen.collect());
        Ok(started)
    }

    /// Lets a node end in peace: it says goodbye to its peers.
    pub(super) fn stop(&self, place: &Place) -> Result<(), ApiError> {
        let Some(mut child) = self.processes().running.remove(place.folder) else {
            return Ok(());
        };
        drop(child.stdin.take());
        if ended(&mut child, PATIENCE) {
            return Ok(());
        }
        end(&mut child);
        Err(failed(place, &last_lines(&self.home(place).join(LOG))))
    }

    /// Ends a process at once, as `kill -9` does.
    pub(super) fn kill(&self, place: &Place) {
        let child = self.processes().running.remove(place.folder);
        if let Some(mut child) = child {
            end(&mut child);
        }
    }

    /// Whether the person, or the system, asked for the end.
    pub(super) fn is_interrupted(&self) -> bool {
        self.0.interrupted.load(Ordering::SeqCst)
    }

    /// Ends every process so that whoever waits for one goes on, and lets no other start.
    pub(super) fn interrupt(&self) {
        self.0.interrupted.store(true, Ordering::SeqCst);
        self.end_all();
    }

    /// Whether [`Stage::leave`] has done its work.
    pub(super) fn is_left(&self) -> bool {
        self.0.left.load(Ordering::SeqCst)
    }

    /// Ends every process and removes the folder unless it is kept.
    pub(super) fn leave(&self) {
        self.end_all();
        if !self.0.kept {
            for _ in 0..REMOVALS {
                match fs::remove_dir_all(&self.0.folder) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        thread::sleep(LOOK_EVERY * 5);
                    }
                    _ => break,
                }
            }
        }
        self.0.left.store(true, Ordering::SeqCst);
    }

    fn end_all(&self) {
        let running = {
            let mut processes = self.processes();
            processes.closed = true;
            std::mem::take(&mut processes.running)
        };
        for mut child in running.into_values() {
            end(&mut child);
        }
    }

    fn processes(&self) -> MutexGuard<'_, Processes> {
        self.0
            .processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // After a panic: nothing is to be left behind then either.
        let processes = self
            .processes
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        for child in processes.running.values_mut() {
            end(child);
        }
        if !self.kept && !self.left.load(Ordering::SeqCst) {
            let _best_effort = fs::remove_dir_all(&self.folder);
        }
    }
}

fn empty_folder(folder: PathBuf) -> Result<PathBuf, ApiError> {
    let made = fs::create_dir_all(&folder).and_then(|()| fs::read_dir(&folder)?.next().transpose());
    match made {
        Ok(None) => std::path::absolute(&folder).map_err(|error| unwritable(&folder, &error)),
        Ok(Some(_)) => {
            let text = format!("{} is not empty", folder.display());
            Err(ApiError::new("demo_folder_taken", ExitKind::Usage, text)
                .with("path", folder.display()))
        }
        Err(error) => Err(unwritable(&folder, &error)),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> ApiError {
    let text = format!("{}: {error}", path.display());
    ApiError::new("file_unwritable", ExitKind::Failed, text)
        .with("path", path.display())
        .with("reason", error)
}

fn failed(place: &Place, reason: &str) -> ApiError {
    let text = format!("the node {} failed: {reason}", place.folder);
    ApiError::new("demo_node_failed", ExitKind::Failed, text)
        .with("node", place.folder)
        .with("reason", reason)
}

/// What a process says first, if it does in time.
fn first_line(output: ChildStdout) -> Option<Value> {
    let (said, line) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let _what_is_missing_fails_to_parse = BufReader::new(output).read_line(&mut line);
        let _nobody_waits_any_more = said.send(line);
    });
    let line = line.recv_timeout(PATIENCE).ok()?;
    serde_json::from_str(&line).ok()
}

fn ended(child: &mut Child, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) if Instant::now() < deadline => thread::sleep(LOOK_EVERY),
            _ => return false,
        }
    }
}

fn end(child: &mut Child) {
    let _ended_already = child.kill();
    let _nothing_is_left_to_wait_for = child.wait();
}

fn last_lines(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(SHOWN_LOG_LINES);
    lines.get(first..).unwrap_or_default().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::place::HUB;

    #[test]
    fn a_stage_leaves_nothing_unless_it_is_kept() {
        let stage = Stage::open(None, Language::French).unwrap();
        stage.prepare(&HUB).unwrap();
        let folder = stage.0.folder.clone();
        assert!(folder.join("hub/config.json").exists());
        stage.leave();
        assert!(stage.is_left() && !folder.exists());

        let parent = tempfile::tempdir().unwrap();
        let kept = parent.path().join("kept");
        let stage = Stage::open(Some(kept.clone()), Language::French).unwrap();
        stage.prepare(&HUB).unwrap();
        stage.leave();
        drop(stage);
        assert!(kept.join("hub").exists());
        let again = Stage::open(Some(kept), Language::French).unwrap_err();
        assert_eq!(
            (again.code.as_str(), again.exit),
            ("demo_folder_taken", ExitKind::Usage)
        );
    }

    #[test]
    fn a_stage_that_is_dropped_in_a_panic_leaves_nothing_either() {
        let stage = Stage::open(None, Language::French).unwrap();
        let folder = stage.0.folder.clone();
        drop(stage);
        assert!(!folder.exists());
    }

    #[test]
    fn nothing_starts_once_interrupted() {
        let stage = Stage::open(None, Language::French).unwrap();
        stage.prepare(&HUB).unwrap();
        stage.interrupt();
        let refused = stage.start(&HUB).unwrap_err();
        assert_eq!(refused.code, "demo_interrupted");
        stage.leave();
    }
}
