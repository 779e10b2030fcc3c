//! A hub with many connected partners: one edit at all of them, and all coming back at once.
//!
//! The hub is a real node in a process of its own; the partners are [`super::light`] ones in this
//! process, on the same machine. An edit is *everywhere* once the last partner has received and
//! verified it. Partners have no disk: for "durable everywhere" one synced write has to be added,
//! which partners do at the same time, each on its own disk.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::calls::{call, number, open_with, start};
use super::light::{Ground, Partner, Told, lock};
use super::pair::{edit, some_records};
use super::report::{Row, Samples};
use super::{Bench, Outcome, child, floors, process};

/// Edits measured.
const EDITS: usize = 50;
/// How long all partners may take to be in step.
const PATIENCE: Duration = Duration::from_secs(180);
/// A hub is quiet when nothing was to be done for so long.
const QUIET: Duration = Duration::from_millis(500);

/// The rows.
///
/// # Errors
/// What the hub says, and partners that do not come into step.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let home = network.copy(0, scratch.path())?;
    let ground = Arc::new(Ground::of(&home)?);
    // A port that was free a moment ago.
    let address = std::net::UdpSocket::bind("127.0.0.1:0")?.local_addr()?;
    let mut hub = Hub::start(&home, address)?;
    let alone = hub.usage()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut told = Vec::new();
    let began = Instant::now();
    for index in 0..bench.options.partners {
        let (partner, state) = Partner::new(&ground, index);
        told.push(state);
        runtime.spawn(async move {
            if let Err(error) = partner.live(address).await {
                eprintln!("a partner stopped: {error}");
            }
        });
    }
    all_in_step(&told)?;
    let first = began.elapsed().as_secs_f64();
    std::thread::sleep(QUIET);
    let mut rows = vec![edits(bench, &mut hub, &told, &alone, first)?];
    rows.push(restart(bench, hub, &home, address, &told)?);
    runtime.shutdown_background();
    Ok(rows)
}

fn edits(
    bench: &Bench,
    hub: &mut Hub,
    told: &[Arc<Told>],
    alone: &Value,
    first: f64,
) -> Outcome<Row> {
    let scratch = bench.scratch()?;
    let mut file = floors::SyncedFile::new(scratch.path())?;
    let (mut durable, mut everywhere) = <(Samples, Samples)>::default();
    let (mut syncs, mut syncs_of_hub) = <(Samples, Samples)>::default();
    let mut cpu = Samples::default();
    for turn in 0..EDITS.min(bench.options.records / 20).max(1) {
        let before: Vec<usize> = told.iter().map(|it| lock(&it.arrivals).len()).collect();
        let used = hub.usage()?;
        let start = Instant::now();
        let answer = hub.ask(&format!("edit {turn}"))?;
        durable.add(number(&answer, "seconds")?);
        let mut last = start;
        for (told, before) in told.iter().zip(&before) {
            last = last.max(arrival(told, *before, start)?);
        }
        everywhere.add((last - start).as_secs_f64());
        // What the hub does about acknowledgements belongs to the edit too.
        std::thread::sleep(QUIET / 2);
        let now = hub.usage()?;
        cpu.add(number(&now, "cpu_s")? - number(&used, "cpu_s")?);
        syncs_of_hub.add(number(&now, "syncs")? - number(&used, "syncs")?);
        syncs.add(file.write()?);
    }
    let used = hub.usage()?;
    let one = |value: f64| [value].into_iter().collect::<Samples>();
    let mut row = Row::new("hub_fanout", bench.options.records);
    row.fact("partners", told.len());
    row.figure("all_in_step_first_s", &one(first));
    row.latency("durable_at_hub_s", &durable);
    row.latency("verified_everywhere_s", &everywhere);
    row.figure("hub_cpu_an_edit_s", &cpu);
    row.figure("hub_syncs_an_edit", &syncs_of_hub);
    for name in ["resident_bytes", "private_bytes", "peak_bytes"] {
        row.figure(&format!("hub_{name}"), &one(number(&used, name)?));
        row.figure(&format!("hub_alone_{name}"), &one(number(alone, name)?));
    }
    row.floor("synced_write_of_4_kib_s", &syncs);
    let durable_everywhere = everywhere.median() + syncs.median();
    row.ratio("everywhere_and_one_sync_to_goal", durable_everywhere, 0.5);
    row.ratio("resident_to_goal", number(&used, "resident_bytes")?, 300e6);
    Ok(row)
}

fn restart(
    bench: &Bench,
    hub: Hub,
    home: &Path,
    address: SocketAddr,
    told: &[Arc<Told>],
) -> Outcome<Row> {
    let one = |value: f64| [value].into_iter().collect::<Samples>();
    let calls = |told: &[Arc<Told>]| -> u64 {
        told.iter().map(|it| it.calls.load(Ordering::Relaxed)).sum()
    };
    let before = calls(told);
    let stopped = Instant::now();
    hub.stop()?;
    for told in told {
        told.in_sync.store(false, Ordering::SeqCst);
    }
    let mut hub = Hub::start(home, address)?;
    let serving = Instant::now();
    all_in_step(told)?;
    let mut back: Vec<f64> = told
        .iter()
        .filter_map(|it| *lock(&it.stepped))
        .map(|at| at.saturating_duration_since(serving).as_secs_f64())
        .collect();
    back.sort_by(f64::total_cmp);
    std::thread::sleep(QUIET);
    let used = hub.usage()?;
    let mut row = Row::new("hub_restart", bench.options.records);
    row.fact("partners", told.len());
    row.figure("hub_down_s", &one((serving - stopped).as_secs_f64()));
    row.latency(
        "back_in_step_after_serving_s",
        &back.iter().copied().collect(),
    );
    row.figure(
        "calls_a_partner",
        &one((calls(told) - before) as f64 / told.len().max(1) as f64),
    );
    row.figure("hub_cpu_s", &one(number(&used, "cpu_s")?));
    row.figure("hub_peak_bytes", &one(number(&used, "peak_bytes")?));
    row.figure("hub_resident_bytes", &one(number(&used, "resident_bytes")?));
    hub.stop()?;
    Ok(row)
}

fn arrival(told: &Told, before: usize, start: Instant) -> Outcome<Instant> {
    loop {
        if let Some(at) = lock(&told.arrivals).get(before) {
            return Ok(*at);
        }
        if start.elapsed() > PATIENCE {
            return Err("an edit did not arrive everywhere".into());
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn all_in_step(told: &[Arc<Told>]) -> Outcome<()> {
    let began = Instant::now();
    let in_step = |it: &Arc<Told>| it.in_sync.load(Ordering::SeqCst);
    while !told.iter().all(in_step) {
        if began.elapsed() > PATIENCE {
            let count = told.iter().filter(|it| in_step(it)).count();
            return Err(format!("{count} of {} partners in step", told.len()).into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// The hub's process, asked line by line.
struct Hub {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Hub {
    fn start(home: &Path, listen: SocketAddr) -> Outcome<Self> {
        let arguments = ["hub", &home.to_string_lossy(), &listen.to_string()];
        let mut process = child::spawn(&arguments, Stdio::piped())?;
        let questions = process.stdin.take().ok_or("no way in")?;
        let answers = BufReader::new(process.stdout.take().ok_or("no way out")?);
        let mut hub = Self {
            process,
            questions,
            answers,
        };
        hub.answer()?;
        Ok(hub)
    }

    fn answer(&mut self) -> Outcome<Value> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }

    fn ask(&mut self, question: &str) -> Outcome<Value> {
        writeln!(self.questions, "{question}")?;
        self.answer()
    }

    fn usage(&mut self) -> Outcome<Value> {
        self.ask("usage")
    }

    fn stop(mut self) -> Outcome<()> {
        drop(self.questions);
        self.process.wait()?;
        Ok(())
    }
}

/// Plays the hub: serves `home` at `listen`, and does what standard input asks until it ends.
///
/// # Errors
/// What the node says.
pub fn play_hub(home: &Path, listen: &str) -> Outcome<Value> {
    let node = open_with(home, vec![listen.parse()?], Vec::new())?;
    start(&node)?;
    println!("{}", json!({ "serving": true }));
    let mut ids = Vec::new();
    for line in std::io::stdin().lines() {
        let line = line?;
        let answer = match line.split_once(' ') {
            Some(("edit", turn)) => {
                if ids.is_empty() {
                    ids = some_records(&node, EDITS)?;
                }
                let turn: usize = turn.parse()?;
                let id = &ids[turn % ids.len()];
                let start = Instant::now();
                edit(&node, id, turn)?;
                json!({ "seconds": start.elapsed().as_secs_f64() })
            }
            _ => {
                let used = process::own();
                json!({
                    "cpu_s": used.cpu_seconds,
                    "resident_bytes": used.resident_bytes,
                    "private_bytes": used.private_bytes,
                    "peak_bytes": used.peak_bytes,
                    "syncs": capactif_node::home::syncs::count(),
                })
            }
        };
        println!("{answer}");
    }
    let status = call(&node, "status", json!({}))?;
    node.stop();
    Ok(json!({ "entries": status["entries"] }))
}
