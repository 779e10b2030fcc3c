//! The benchmark program runs and its nodes come to show the same; nothing is timed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::Command;

use serde_json::Value;

/// Rows that need no other program than the benchmark's own, and no slow line.
const ROWS: [&str; 8] = [
    "cold_join",
    "reconnection",
    "edits_apart",
    "live_edit",
    "reads",
    "matching",
    "hub_fanout",
    "automerge_sync",
];

/// What they tell, in order.
const TOLD: [&str; 13] = [
    "cold_join",
    "reconnection",
    "edits_apart",
    "edits_apart_both_sides",
    "live_edit",
    "live_edit_through_hub",
    "reads",
    "matching",
    "hub_fanout",
    "hub_restart",
    "automerge_cold_join",
    "automerge_reconnection",
    "automerge_edits_apart",
];

/// Bytes each way that a reconnection with nothing new may cost.
const NOTHING_NEW_BYTES: f64 = 300.0;

#[test]
fn every_row_comes_out_and_digests_are_equal() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["--records", "200", "--repeat", "1", "--partners", "4"])
        .args(ROWS)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let rows: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let names: Vec<&str> = rows
        .iter()
        .map(|row| row["row"].as_str().unwrap())
        .collect();
    assert_eq!(names, TOLD);
    for row in &rows {
        assert_eq!(row["records"], 200, "{row}");
        assert!(!row["figures"].as_object().unwrap().is_empty(), "{row}");
        assert_ne!(row["facts"]["digests_equal"], Value::Bool(false), "{row}");
    }
    // Bytes do not depend on the machine.
    for direction in ["bytes_sent", "bytes_received"] {
        let bytes = rows[1]["figures"][direction]["max"].as_f64().unwrap();
        assert!(bytes <= NOTHING_NEW_BYTES, "{direction}: {bytes}");
    }
}
