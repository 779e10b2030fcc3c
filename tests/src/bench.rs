//! The benchmarks: what the node costs, as ratios to floors taken in the same run.
//!
//! Everything runs over real homes in a temporary folder and real QUIC on loopback. The network
//! that a row needs is made once a run ([`network`]): five nodes of two structures that wrote
//! workload R(n) together. Each row then works on copies of their homes and prints one JSON line
//! ([`report`]). What joins a network does so in a process of its own ([`child`]), so that its time
//! of processor and its memory are its own. Rows: [`ROWS`]. docs/performance.md tells what they say.

pub mod automerge_peer;
pub mod calls;
pub mod child;
pub mod cold_join;
pub mod commands;
pub mod conditions;
pub mod costs;
pub mod curves;
pub mod edits_apart;
pub mod fanout;
pub mod figures;
pub mod floors;
pub mod light;
pub mod live;
pub mod matching;
pub mod network;
pub mod pair;
pub mod portal;
pub mod process;
pub mod reads;
pub mod reconnection;
pub mod relay;
pub mod render;
pub mod report;
pub mod rural;
pub mod tables;

use std::error::Error;
use std::path::PathBuf;

use report::Row;

/// What went wrong: benchmarks are run by people, who read it as it is.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What all rows are told.
#[derive(Clone, Debug)]
pub struct Options {
    /// n of R(n).
    pub records: usize,
    /// How often a row is measured.
    pub repeat: usize,
    /// Partners connected with the hub of `hub_fanout`.
    pub partners: usize,
    /// Where networks are made, and kept for the next run; a temporary folder without it.
    pub keep: Option<PathBuf>,
    /// The `capactif` program, for rows that measure whole processes.
    pub program: PathBuf,
}

/// A row: its name, what it measures, and how.
pub type Measure = (&'static str, &'static str, fn(&Bench) -> Outcome<Vec<Row>>);

/// Every row there is.
pub const ROWS: [Measure; 13] = [
    (
        "cold_join",
        "an empty node joins R(n): until durable, until queryable",
        cold_join::measure,
    ),
    (
        "reconnection",
        "two nodes that hold the same connect again",
        reconnection::measure,
    ),
    (
        "edits_apart",
        "100 edits made while apart, on one side and on both, then synchronised",
        edits_apart::measure,
    ),
    (
        "live_edit",
        "one edit until it is durable and readable at a connected peer, and through a hub",
        live::measure,
    ),
    (
        "reads",
        "list, search and query in the node",
        reads::measure,
    ),
    (
        "matching",
        "matches, duplicates, todo and report in the node, over n records of all sorts",
        matching::measure,
    ),
    (
        "portal",
        "200 visitors on the portal of a hub that goes on synchronising",
        portal::measure,
    ),
    (
        "import",
        "a CSV of n rows into an empty registry, by the command",
        commands::import,
    ),
    (
        "start",
        "`capactif run` over R(n) until it serves, and its memory",
        commands::start,
    ),
    (
        "cold_command",
        "`capactif opportunity list` over R(n) with no node running",
        commands::cold,
    ),
    (
        "hub_fanout",
        "a hub with many connected partners: one edit at all, all coming back at once",
        fanout::measure,
    ),
    (
        "rural_line",
        "256 kbit/s, 300 ms, 5 % loss, cut every 20 s: edits made apart, a cold join that is cut",
        rural::measure,
    ),
    (
        "automerge_sync",
        "Automerge's own per-document sync: cold join, nothing new, 100 edits apart",
        automerge_peer::measure,
    ),
];

/// One run of the benchmarks.
#[derive(Debug)]
pub struct Bench {
    /// What rows are told.
    pub options: Options,
    folder: PathBuf,
    /// Removes the folder in the end.
    _temporary: Option<tempfile::TempDir>,
}

impl Bench {
    /// Prepares a run.
    ///
    /// # Errors
    /// No folder to work in.
    pub fn new(options: Options) -> Outcome<Self> {
        let (folder, temporary) = match &options.keep {
            Some(folder) => (folder.clone(), None),
            None => {
                let made = tempfile::tempdir()?;
                (made.path().to_owned(), Some(made))
            }
        };
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            options,
            folder,
            _temporary: temporary,
        })
    }

    /// The network that wrote R(n) for the n of this run, made where it is not there yet.
    ///
    /// # Errors
    /// What the nodes say.
    pub fn network(&self) -> Outcome<network::Network> {
        network::Network::of(&self.folder, self.options.records)
    }

    /// A folder for one measurement, removed when dropped.
    ///
    /// # Errors
    /// What the file system says.
    pub fn scratch(&self) -> Outcome<tempfile::TempDir> {
        Ok(tempfile::Builder::new()
            .prefix("row-")
            .tempdir_in(&self.folder)?)
    }

    /// Says on standard error what is going on.
    pub fn say(&self, what: &str) {
        eprintln!("{what}");
    }
}
