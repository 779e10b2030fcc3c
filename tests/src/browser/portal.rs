//! The demonstration's portal as the real program serves it, for as long as somebody looks at it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::wire::{self, Answer};
use crate::binary;

/// Longer than the demonstration takes to stop.
const GRACE: Duration = Duration::from_secs(30);

/// Longer than a page takes on a slow machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// A hub that serves the sample's portal, and three partners beside it; they stop with this value.
#[derive(Debug)]
pub struct Portal {
    demo: Child,
    folder: TempDir,
    /// Its address without a slash at the end.
    pub origin: String,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Portal {
    /// The one that runs, or a new one.
    ///
    /// # Panics
    /// If the demonstration does not get as far as its portal.
    #[must_use]
    pub fn shared() -> Arc<Self> {
        static RUNNING: Mutex<Weak<Portal>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(portal) = running.upgrade() {
            return portal;
        }
        let portal = Arc::new(Self::start());
        *running = Arc::downgrade(&portal);
        portal
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let mut demo = binary::command()
            .args(["demo", "--portal", "--json", "--keep"])
            .arg(folder.path().join("demo"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let told = BufReader::new(demo.stdout.take().expect("it is piped"));
        // Read to its end, or the program would wait for somebody to do so.
        let story = demo.stderr.take().expect("it is piped");
        let story = thread::spawn(move || std::io::read_to_string(story).unwrap_or_default());
        let url = told.lines().map_while(Result::ok).find_map(|line| {
            let told: Value = serde_json::from_str(&line).ok()?;
            told["portal"].as_str().map(str::to_owned)
        });
        let Some(url) = url else {
            let _it_ended_already = demo.kill();
            panic!("no portal: {}", story.join().unwrap_or_default());
        };
        let origin = url.trim_end_matches('/').to_owned();
        let address = origin.trim_start_matches("http://").parse();
        Self {
            demo,
            folder,
            address: address.expect("a number and a port"),
            origin,
        }
    }

    /// A page as a program gets it.
    ///
    /// # Panics
    /// If it does not come.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        wire::send(self.address, "GET", path, &[], b"", PATIENCE)
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The home of one of the demonstration's nodes: `hub`, `cci`, `agriculture`, `epci`.
    #[must_use]
    pub fn home(&self, node: &str) -> PathBuf {
        self.folder.path().join("demo").join(node)
    }

    /// What the command line says in the home of a node; none if it refuses.
    ///
    /// # Panics
    /// If the program does not start.
    #[must_use]
    pub fn command(&self, node: &str, arguments: &[&str]) -> Option<String> {
        let output = binary::command()
            .arg("--home")
            .arg(self.home(node))
            .args(arguments)
            .output()
            .expect("the program starts");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then_some(told)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // Asked to end, it ends its nodes first; their homes can then be removed.
        if cfg!(unix) {
            let number = self.demo.id().to_string();
            let _killed_below_otherwise = Command::new("kill").args(["-INT", &number]).status();
            let asked = Instant::now();
            while asked.elapsed() < GRACE && matches!(self.demo.try_wait(), Ok(None)) {
                thread::sleep(Duration::from_millis(50));
            }
        }
        let _gone_already = self.demo.kill();
        let _gone = self.demo.wait();
    }
}
