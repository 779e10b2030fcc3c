//! What reads foreign bytes, one function a target: for the fuzzer, and for a test that runs each
//! over its kept corpus.
//!
//! A target panics where a promise is broken: whatever the bytes, reading ends, within bounds, with
//! a value or an error; and what was read and is written again is the same bytes, where the protocol
//! has one form only. Where plain bytes would not get through (a signature, a checksum, a zip
//! file), the target makes what is around them. The fuzzer: `tests/fuzz`. Its figures:
//! `docs/reliability.md`.

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
use std::{fs, process};

mod admission;
mod asking;
mod changes;
mod charter;
mod files;
pub mod mutate;
mod runs;
mod sealing;
mod seeds;
mod session;
mod settings;
mod wire;

pub use asking::close;

/// One thing that reads foreign bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: of the fuzzer's binary, and of the folder of its corpus.
    pub name: &'static str,
    /// What it reads, in a few words.
    pub reads: &'static str,
    /// Reads; whether something well-formed was read.
    pub run: fn(&[u8]) -> bool,
    /// Well-formed input, made by the code that writes it.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

macro_rules! targets {
    ($($name:ident: $run:path, $seeds:path, $reads:literal;)*) => {
        /// Every target.
        pub const TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            reads: $reads,
            run: $run,
            seeds: $seeds,
        }),*];
    };
}

targets! {
    header: wire::header, seeds::headers, "an entry's header";
    statement: wire::statement, seeds::statements, "bodies, certificates, charter versions, addresses, signed entries";
    frame: wire::frame, seeds::frames, "frames, with frontiers, joining and its answers";
    rows: wire::rows, seeds::rows, "rows of a frontier";
    bundle: wire::bundle, seeds::bundles, "a bundle, in pieces of any size";
    ticket: wire::ticket, seeds::tickets, "a ticket as text, and its content under a checksum that holds";
    run: runs::run, seeds::runs, "a run as it travels";
    columns: runs::columns, seeds::columns, "the columns of a run that is signed whatever they say";
    session: session::session, session::seeds, "a session's frames, some signed by a member";
    change: changes::change, changes::seeds, "Automerge changes, held against Automerge";
    admission: admission::admission, admission::seeds, "entries about a record by who means harm, to their verdicts, in three orders";
    charter: charter::charter, charter::seeds, "what members say of the charter, in three orders";
    sealing: sealing::sealing, sealing::seeds, "seals, grants, erasures, roots and lockboxes, in three orders";
    table: files::table, files::tables, "CSV and JSON lines with a mapping, as an import reads them";
    workbook: files::workbook, files::workbooks, "XLSX as it is, and its parts zipped anew";
    settings: settings::settings, settings::seeds, "config, invitations, membership, mapping";
    condition: asking::condition, asking::conditions, "conditions, order, place, full text of lists";
    operation: asking::operation, asking::operations, "input of the local API's operations";
}

/// The target of this name.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn target(name: &str) -> &'static Target {
    let found = TARGETS.iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("no target {name}"))
}

/// Runs a target for libFuzzer, which by itself ends at every panic, also at one of a reading library
/// that the product contains: only one that gets out is a finding.
pub fn fuzz(name: &str, bytes: &[u8]) {
    static HOOK: Once = Once::new();
    static LAST: Mutex<String> = Mutex::new(String::new());
    HOOK.call_once(|| {
        panic::set_hook(Box::new(|panic| {
            *LAST.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
        }));
    });
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| (target(name).run)(bytes)));
    if outcome.is_err() {
        let text = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        eprintln!("{name}: {text}");
        process::abort();
    }
}

impl Target {
    /// Where its corpus is kept.
    #[must_use]
    pub fn corpus_folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz/corpus")
            .join(self.name)
    }

    /// Its seeds, then its corpus in the order of names.
    ///
    /// # Panics
    /// If the corpus cannot be read.
    #[must_use]
    pub fn corpus(&self) -> Vec<Vec<u8>> {
        let mut inputs = (self.seeds)();
        let folder = fs::read_dir(self.corpus_folder()).expect("every target has a corpus");
        let mut paths: Vec<PathBuf> = folder
            .map(|file| file.expect("the corpus can be listed").path())
            .collect();
        paths.sort_unstable();
        inputs.extend(
            paths
                .iter()
                .map(|path| fs::read(path).expect("the corpus can be read")),
        );
        inputs
    }
}
