//! Rows that measure whole processes: the `capactif` program.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::calls::{call, number, open};
use super::report::{Row, Samples};
use super::{Bench, Outcome, process};
use crate::workload::{self, SEED};

/// Cold commands measured.
const COMMANDS: usize = 20;

fn command(bench: &Bench, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(&bench.options.program);
    command
        .arg("--home")
        .arg(home)
        .args(["--json", "--lang", "en"])
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    command
}

/// Runs a command to its end; returns its answer and how long the process took.
fn run(bench: &Bench, home: &Path, arguments: &[&str]) -> Outcome<(Vec<u8>, f64)> {
    let start = Instant::now();
    let output = command(bench, home, arguments).output().map_err(|error| {
        format!(
            "{}: {error} (name it by --program)",
            bench.options.program.display()
        )
    })?;
    let elapsed = start.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(format!("capactif {arguments:?} failed: {}", output.status).into());
    }
    Ok((output.stdout, elapsed))
}

/// The row of an import.
///
/// # Errors
/// What the program says, and rows that were not taken in.
pub fn import(bench: &Bench) -> Outcome<Vec<Row>> {
    let scratch = bench.scratch()?;
    let file = scratch.path().join("rows.csv");
    let csv = workload::csv(SEED, bench.options.records);
    std::fs::write(&file, &csv)?;
    let file = file.to_string_lossy().into_owned();
    let mut row = Row::new("import", bench.options.records);
    row.fact("csv_bytes", csv.len());
    let (mut first, mut again, mut cpu) = <(Samples, Samples, Samples)>::default();
    for turn in 0..bench.options.repeat {
        let home = scratch.path().join(format!("importer-{turn}"));
        let found = [
            "network",
            "found",
            "Banc",
            "--structure",
            "Parc",
            "--kind",
            "park",
        ];
        run(bench, &home, &found)?;
        let arguments = ["import", &file, "--collection", "opportunity"];
        for (times, counted) in [(&mut first, "created"), (&mut again, "unchanged")] {
            let before = process::own().children_cpu_seconds;
            let (answer, elapsed) = run(bench, &home, &arguments)?;
            let answer: Value = serde_json::from_slice(&answer)?;
            if number(&answer, counted)? != bench.options.records as f64 {
                return Err(format!("not all {counted}: {answer}").into());
            }
            times.add(elapsed);
            if counted == "created" {
                cpu.add(process::own().children_cpu_seconds - before);
            }
        }
    }
    row.figure("whole_process_s", &first);
    row.figure("cpu_s", &cpu);
    row.figure("same_file_again_s", &again);
    row.ratio(
        "to_goal_of_5_s_for_10000_rows",
        first.median(),
        bench.options.records as f64 / 2e3,
    );
    Ok(vec![row])
}

/// The row of a start.
///
/// # Errors
/// What the program says.
pub fn start(bench: &Bench) -> Outcome<Vec<Row>> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let home = network.copy(0, scratch.path())?;
    // The home was made for this use: where it listens is set when it is opened.
    drop(open(&home)?);
    let (mut serving, mut resident, mut private) = <(Samples, Samples, Samples)>::default();
    for _ in 0..bench.options.repeat {
        let began = Instant::now();
        let mut running = command(bench, &home, &["run"])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = running.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        serving.add(began.elapsed().as_secs_f64());
        std::thread::sleep(Duration::from_secs(1));
        let used = process::of(&running.id().to_string()).unwrap_or_default();
        resident.add(used.resident_bytes);
        private.add(used.private_bytes);
        running.kill()?;
        running.wait()?;
        if !line.contains("listen") {
            return Err(format!("did not start: {line}").into());
        }
    }
    let status = call(&open(&home)?, "status", json!({}))?;
    let mut row = Row::new("start", bench.options.records);
    row.fact("records", status["records"].clone());
    row.fact("disk_bytes", status["disk_bytes"].clone());
    row.figure("serving_s", &serving);
    row.figure("resident_bytes", &resident);
    row.figure("resident_private_bytes", &private);
    Ok(vec![row])
}

/// The row of a command with no node running.
///
/// # Errors
/// What the program says.
pub fn cold(bench: &Bench) -> Outcome<Vec<Row>> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let home = network.copy(0, scratch.path())?;
    drop(open(&home)?);
    let mut row = Row::new("cold_command", bench.options.records);
    let asked: [(&str, &[&str]); 3] = [
        ("list_s", &["opportunity", "list", "--limit", "20"]),
        ("search_s", &["search", "boulangerie ambert"]),
        ("help_s", &["--help"]),
    ];
    for (name, arguments) in asked {
        let mut times = Samples::default();
        for _ in 0..COMMANDS {
            times.add(run(bench, &home, arguments)?.1);
        }
        row.latency(name, &times);
    }
    Ok(vec![row])
}
