//! A partner as a person has one: a home, the real binary, and a node that runs on it or does not.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use capactif_node::home::Home;
use capactif_node::home::config::Config;
use serde_json::Value;
use sync_protocol::address::MAX_ADDRESSES;

use crate::binary;

/// Longer than anything awaited takes, on a slow machine under load.
pub const PATIENCE: Duration = Duration::from_secs(60);

const ASK_EVERY: Duration = Duration::from_millis(30);

/// A home, and the process that runs on it while one does; the process ends with this value.
#[derive(Debug)]
pub struct Partner {
    home: PathBuf,
    process: Option<Child>,
    /// Arguments that choose the engine of a home founded or joined here.
    engine: Vec<String>,
}

impl Partner {
    /// A home that keeps to this machine: a free port of loopback, nobody looked for.
    ///
    /// # Panics
    /// If the folder cannot be written.
    #[must_use]
    pub fn new(folder: &Path, name: &str) -> Self {
        let directory = folder.join(name);
        let home = Home::create(&directory).expect("the test's folder can be written");
        let config = Config {
            listen: vec![([127, 0, 0, 1], 0).into()],
            discovery: false,
            ..Config::default()
        };
        home.set_config(&config)
            .expect("the test's folder can be written");
        Self {
            home: directory,
            process: None,
            engine: Vec::new(),
        }
    }

    /// The same, with journals on this engine once it founds or joins a network.
    #[must_use]
    pub fn on_engine(mut self, engine: &str) -> Self {
        self.engine = vec!["--store".to_owned(), engine.to_owned()];
        self
    }

    /// The same, always on one port that is free now: two nodes that both come back find each other
    /// where they were.
    ///
    /// # Panics
    /// If no port is free or the home cannot be written.
    #[must_use]
    pub fn on_a_port(self) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = socket.local_addr().expect("it is bound");
        let home = Home::open(&self.home).expect("it was created");
        let mut config = home.config().expect("it was written");
        config.listen = vec![address];
        home.set_config(&config).expect("the home can be written");
        self
    }

    /// The first address that its node listens on.
    ///
    /// # Panics
    /// If the home cannot be read.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        let home = Home::open(&self.home).expect("it was created");
        home.config().expect("it was written").listen[0]
    }

    /// The same, told to others as reachable at `address` and nowhere else.
    ///
    /// # Panics
    /// If the home cannot be written.
    #[must_use]
    pub fn reached_at(self, address: SocketAddr) -> Self {
        let home = Home::open(&self.home).expect("it was created");
        let mut config = home.config().expect("it was written");
        // A node tells so many addresses at most, these first: none is left for its own.
        config.public_addresses = vec![address.to_string(); MAX_ADDRESSES];
        home.set_config(&config).expect("the home can be written");
        self
    }

    /// The number of its node's process, while one runs.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// Founds a network of this partner alone.
    ///
    /// # Panics
    /// If it cannot.
    pub fn found(&self) -> Value {
        let found = ["network", "found", "Essai", "--structure", "CCI d’essai"];
        let engine: Vec<&str> = self.engine.iter().map(String::as_str).collect();
        let founded = self.ask(&[&found[..], &["--kind", "cci"], &engine].concat());
        self.open_to_all();
        founded
    }

    /// Lets the founder, still alone, vote that every member may write every opportunity: what
    /// these programs try does not depend on who may what.
    ///
    /// # Panics
    /// If it cannot.
    pub fn open_to_all(&self) {
        let create = ["--mandate", "opportunity; create; everyone"];
        let edit = ["--mandate", "opportunity; edit_any; everyone"];
        let propose = ["charter", "propose", "--yes"];
        let voted = self.ask(&[&propose[..], &create, &edit].concat());
        assert_eq!(voted["effective"], Value::Bool(true), "{voted}");
    }

    /// A home that is there already.
    #[must_use]
    pub const fn over(home: PathBuf) -> Self {
        Self {
            home,
            process: None,
            engine: Vec::new(),
        }
    }

    /// Its home.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Runs one command to its end.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = binary::command();
        command.arg("--home").arg(&self.home).arg("--json");
        let output = command.args(arguments).output();
        output.expect("the binary was built")
    }

    /// What one command answers, line by line.
    ///
    /// # Panics
    /// If it fails.
    #[must_use]
    pub fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines()
            .map(|line| serde_json::from_str(line).expect("--json prints JSON"))
            .collect()
    }

    /// What one command answers.
    ///
    /// # Panics
    /// If it fails, or does not answer in one line.
    #[must_use]
    pub fn ask(&self, arguments: &[&str]) -> Value {
        let mut lines = self.lines(arguments);
        assert_eq!(lines.len(), 1, "{arguments:?}: {lines:?}");
        lines.remove(0)
    }

    /// A text of what one command answers.
    ///
    /// # Panics
    /// If it fails or answers otherwise.
    #[must_use]
    pub fn text(&self, arguments: &[&str], name: &str) -> String {
        let answer = self.ask(arguments);
        let text = answer[name].as_str();
        text.unwrap_or_else(|| panic!("no {name}: {answer}"))
            .to_owned()
    }

    /// What it shows, in a word.
    #[must_use]
    pub fn view_digest(&self) -> String {
        self.text(&["status"], "view_digest")
    }

    /// Its node's identity.
    #[must_use]
    pub fn node(&self) -> String {
        self.text(&["status"], "node")
    }

    /// Starts its node; returns once it serves.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start(&mut self) {
        self.start_with(binary::command());
    }

    fn wait_until_it_serves(&mut self) {
        let child = self.process.as_mut().expect("it was started");
        let mut line = String::new();
        let output = child.stdout.take().expect("piped when it was started");
        let read = BufReader::new(output).read_line(&mut line);
        assert!(read.is_ok_and(|count| count > 0), "the node did not start");
    }

    /// Starts its node, which may not serve yet when this returns, or never.
    ///
    /// # Panics
    /// If the binary cannot be run.
    pub fn start_without_waiting(&mut self) {
        self.spawn(binary::command());
    }

    /// Starts its node by another command than usual; returns once it serves.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start_with(&mut self, command: Command) {
        self.spawn(command);
        self.wait_until_it_serves();
    }

    fn spawn(&mut self, mut command: Command) {
        command
            .arg("--home")
            .arg(&self.home)
            .args(["--json", "run", "--until-eof"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        self.process = Some(command.spawn().expect("the binary was built"));
    }

    /// Lets its node end in peace.
    ///
    /// # Panics
    /// If it does not.
    pub fn stop(&mut self) {
        let mut child = self.process.take().expect("a node runs");
        drop(child.stdin.take());
        let status = until("the node ends", || child.try_wait().expect("a child"));
        assert!(status.success(), "{status}");
    }

    /// Ends its node as `kill -9` does.
    ///
    /// # Panics
    /// If none runs.
    pub fn kill(&mut self) {
        let mut child = self.process.take().expect("a node runs");
        child.kill().expect("it runs");
        child.wait().expect("a child");
    }

    /// Joins the network of `inviter`, whose node runs, for a structure or as a further node.
    ///
    /// # Panics
    /// If it is refused.
    pub fn join(&self, inviter: &Self, purpose: &[&str]) -> Value {
        let invite = [&["network", "invite"], purpose].concat();
        let ticket = inviter.text(&invite, "ticket");
        let engine: Vec<&str> = self.engine.iter().map(String::as_str).collect();
        self.ask(&[&["network", "join", &ticket], &engine[..]].concat())
    }

    /// Imports opportunities, which are then found under `source_id=test-1` and so on.
    ///
    /// # Panics
    /// If a row is not taken.
    pub fn import(&self, rows: usize) -> Value {
        let file = self.home.join("opportunities.csv");
        std::fs::write(&file, opportunities(rows)).expect("the home can be written");
        let name = file.to_string_lossy();
        let answer = self.ask(&["import", &name, "--collection", "opportunity"]);
        assert_eq!(answer["errors"], serde_json::json!([]), "{answer}");
        answer
    }

    /// The opportunity that [`Self::import`] made of a row.
    ///
    /// # Panics
    /// If it is not there once.
    #[must_use]
    pub fn imported(&self, row: usize) -> Value {
        let condition = format!("source_id=test-{row}");
        self.ask(&["opportunity", "list", "--where", &condition])
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        if let Some(child) = &mut self.process {
            let _ended_already = child.kill();
            let _nothing_left_to_wait_for = child.wait();
        }
    }
}

fn opportunities(rows: usize) -> String {
    let mut text = String::from("kind;status;title;insee_code;price_max;source;source_id\n");
    for row in 1..=rows {
        let price = 20_000 + row * 10;
        writeln!(
            text,
            "premises;published;Atelier n° {row};63003;{price};other;test-{row}"
        )
        .expect("a text grows");
    }
    text
}

/// Waits until `check` finds something.
///
/// # Panics
/// If it does not within [`PATIENCE`].
pub fn until<T>(awaited: &str, check: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, awaited, check)
}

/// The same, with another patience.
///
/// # Panics
/// If it does not within `patience`.
pub fn until_within<T>(
    patience: Duration,
    awaited: &str,
    mut check: impl FnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(Instant::now() < deadline, "never came: {awaited}");
        thread::sleep(ASK_EVERY);
    }
}
