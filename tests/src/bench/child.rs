//! The part of a row that needs a process of its own: the benchmark program started again, asked
//! by its arguments, answering with one line of JSON.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::calls::{call, open};
use super::{Outcome, calls, process};

/// The first argument by which the program knows that it is to play such a part.
pub const PART: &str = "--part";

/// Has a new process join the network of `ticket` in `home` and synchronise with `inviter`.
///
/// # Errors
/// What it says.
pub fn join(home: &Path, ticket: &str, inviter: &str) -> Outcome<Value> {
    let output = Command::new(std::env::current_exe()?)
        .args([PART, "join"])
        .arg(home)
        .args([ticket, inviter])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the process that joins failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Plays a part in this process.
///
/// # Errors
/// An unknown part, or what the node says.
pub fn play(arguments: &[String]) -> Outcome<Value> {
    match arguments {
        [part, home, ticket, inviter] if part == "join" => {
            join_here(Path::new(home), ticket, inviter)
        }
        _ => Err("unknown part".into()),
    }
}

fn join_here(home: &Path, ticket: &str, inviter: &str) -> Outcome<Value> {
    let node = open(home)?;
    let start = Instant::now();
    call(&node, "network.join", json!({ "ticket": ticket }))?;
    let admission = start.elapsed();
    let before = process::own();
    let start = Instant::now();
    let summary = calls::sync(&node, inviter)?;
    let queryable = start.elapsed();
    let after = process::own();
    let status = call(&node, "status", json!({}))?;
    node.stop();
    Ok(json!({
        "admission_s": admission.as_secs_f64(),
        "queryable_s": queryable.as_secs_f64(),
        "cpu_s": after.cpu_seconds - before.cpu_seconds,
        "resident_before_bytes": before.resident_bytes,
        "peak_bytes": after.peak_bytes,
        "summary": summary,
        "status": status,
    }))
}
