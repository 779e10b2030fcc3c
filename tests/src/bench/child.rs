//! The part of a row that needs a process of its own: the benchmark program started again, asked
//! by its arguments, answering with one line of JSON.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::calls::{call, open, open_calling};
use super::{Outcome, automerge_peer, calls, fanout, process};

/// The first argument by which the program knows that it is to play such a part.
pub const PART: &str = "--part";

/// Starts this program again to play a part, its answer piped.
///
/// # Errors
/// What the system says.
pub fn spawn(arguments: &[&str], stdin: Stdio) -> Outcome<Child> {
    Ok(Command::new(std::env::current_exe()?)
        .arg(PART)
        .args(arguments)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?)
}

/// A part being played.
#[derive(Debug)]
pub struct Played(Child);

impl Played {
    /// Joins the network of `ticket` in `home` and synchronises with `inviter`.
    ///
    /// # Errors
    /// What the system says.
    pub fn join(home: &Path, ticket: &str, inviter: &str) -> Outcome<Self> {
        let home = home.to_string_lossy();
        Ok(Self(spawn(
            &["join", &home, ticket, inviter],
            Stdio::null(),
        )?))
    }

    /// Synchronises the node of `home` with `inviter`.
    ///
    /// # Errors
    /// What the system says.
    pub fn resume(home: &Path, inviter: &str) -> Outcome<Self> {
        let home = home.to_string_lossy();
        Ok(Self(spawn(&["resume", &home, inviter], Stdio::null())?))
    }

    /// Joins the holder of documents at `address`, and comes again, by Automerge's own protocol.
    ///
    /// # Errors
    /// What the system says.
    pub fn automerge(address: &str, folder: &Path) -> Outcome<Self> {
        let folder = folder.to_string_lossy();
        Ok(Self(spawn(
            &["automerge", address, &folder],
            Stdio::null(),
        )?))
    }

    /// Waits for the answer; kills the process after `patience`.
    ///
    /// # Errors
    /// The process failed.
    pub fn wait(&mut self, patience: Duration) -> Outcome<Option<Value>> {
        let began = Instant::now();
        let mut out = self.0.stdout.take().ok_or("no way out")?;
        let reading = std::thread::spawn(move || {
            let mut answer = Vec::new();
            out.read_to_end(&mut answer).map(|_| answer)
        });
        while self.0.try_wait()?.is_none() {
            if began.elapsed() > patience {
                self.0.kill()?;
                self.0.wait()?;
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        let answer = reading.join().map_err(|_| "reading panicked")??;
        if !self.0.wait()?.success() {
            return Err("a process that plays a part failed".into());
        }
        Ok(Some(serde_json::from_slice(&answer)?))
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// The process failed.
    pub fn answer(mut self) -> Outcome<Value> {
        let answer = self.wait(Duration::MAX)?;
        answer.ok_or_else(|| "no answer".into())
    }
}

/// Has a new process join the network of `ticket` in `home` and synchronise with `inviter`.
///
/// # Errors
/// What it says.
pub fn join(home: &Path, ticket: &str, inviter: &str) -> Outcome<Value> {
    Played::join(home, ticket, inviter)?.answer()
}

/// Plays a part in this process.
///
/// # Errors
/// An unknown part, or what the node says.
pub fn play(arguments: &[String]) -> Outcome<Value> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["join", home, ticket, inviter] => join_here(Path::new(home), ticket, inviter),
        ["resume", home, inviter] => resume_here(Path::new(home), inviter),
        ["hub", home, listen] => fanout::play_hub(Path::new(home), listen),
        ["automerge", address, folder] => automerge_peer::play(address, Path::new(folder)),
        _ => Err("unknown part".into()),
    }
}

fn join_here(home: &Path, ticket: &str, inviter: &str) -> Outcome<Value> {
    let node = open(home)?;
    let start = Instant::now();
    call(&node, "network.join", json!({ "ticket": ticket }))?;
    let admission = start.elapsed();
    let before = process::own();
    let syncs = capactif_node::home::syncs::count();
    let start = Instant::now();
    let summary = calls::sync(&node, inviter)?;
    let queryable = start.elapsed();
    let after = process::own();
    let syncs = capactif_node::home::syncs::count() - syncs;
    let status = call(&node, "status", json!({}))?;
    node.stop();
    Ok(json!({
        "admission_s": admission.as_secs_f64(),
        "queryable_s": queryable.as_secs_f64(),
        "cpu_s": after.cpu_seconds - before.cpu_seconds,
        "syncs": syncs,
        "resident_before_bytes": before.resident_bytes,
        "resident_bytes": after.resident_bytes,
        "peak_bytes": after.peak_bytes,
        "summary": summary,
        "status": status,
    }))
}

fn resume_here(home: &Path, inviter: &str) -> Outcome<Value> {
    let node = open_calling(home)?;
    // A silent line is given up after a while; the caller decides how often to try.
    let mut last = Err("never tried".into());
    for _ in 0..20 {
        last = calls::sync(&node, inviter);
        if last.is_ok() {
            break;
        }
    }
    let summary = last?;
    let status = call(&node, "status", json!({}))?;
    node.stop();
    Ok(json!({ "summary": summary, "status": status }))
}
