//! An empty node joins R(n): until durable, until queryable; bytes, processor, memory.
//!
//! *Durable* is from the connection's start until both ends hold the same, synced, as `sync`
//! reports it; *queryable* is the whole call, after which every record can be listed. The inviter
//! runs in this process, the newcomer in another.

use serde_json::json;

use super::calls::{call, device_ticket, identity, number, open, start};
use super::report::{Row, Samples};
use super::{Bench, Outcome, child, floors};

/// The row.
///
/// # Errors
/// What the nodes say, and a newcomer that does not show what the network shows.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let inviter = open(&network.copy(0, scratch.path())?)?;
    start(&inviter)?;
    let me = identity(&inviter)?;
    // Another copy: a read model is open in one place at a time.
    let documents = floors::documents(&network.copy(0, &scratch.path().join("documents"))?)?;
    let (mut stream, mut load, mut load_cpu) = <(Samples, Samples, Samples)>::default();
    let mut figures = Figures::default();
    for turn in 0..bench.options.repeat {
        let ticket = device_ticket(&inviter)?;
        let home = scratch.path().join(format!("newcomer-{turn}"));
        let answer = child::join(&home, &ticket, &me)?;
        let (theirs, ours) = (&answer["status"], call(&inviter, "status", json!({}))?);
        for name in ["entries", "view_digest", "pending"] {
            if theirs[name] != ours[name] {
                return Err(format!("{name} differs: {theirs} {ours}").into());
            }
        }
        figures.add(&answer)?;
        // Each turn beside its own floors: other work on the machine then weighs on both.
        let bytes = figures.bytes.median() as usize;
        stream.add(floors::one_stream(bytes, scratch.path())?);
        let (elapsed, cpu) = floors::load(&documents)?;
        load.add(elapsed);
        load_cpu.add(cpu);
    }
    inviter.stop();
    drop(inviter);
    let compressed: Samples = [floors::one_zstd_stream(&documents)? as f64]
        .into_iter()
        .collect();

    let mut row = Row::new("cold_join", bench.options.records);
    row.fact("entries", network.status["entries"].clone());
    row.fact("documents", documents.len());
    row.fact("digests_equal", true);
    figures.tell(&mut row);
    row.floor("stream_written_and_synced_s", &stream);
    row.floor("automerge_load_all_cores_s", &load);
    row.floor("automerge_load_cpu_s", &load_cpu);
    row.floor("documents_in_one_zstd_stream_bytes", &compressed);
    let stream = stream.median();
    row.ratio("durable_to_stream", figures.durable.median(), stream);
    let whole = stream + load.median();
    row.ratio(
        "queryable_to_stream_and_load",
        figures.queryable.median(),
        whole,
    );
    row.ratio("cpu_to_load_cpu", figures.cpu.median(), load_cpu.median());
    row.ratio(
        "bytes_to_zstd_stream",
        figures.bytes.median(),
        compressed.median(),
    );
    Ok(vec![row])
}

#[derive(Default)]
struct Figures {
    admission: Samples,
    durable: Samples,
    queryable: Samples,
    cpu: Samples,
    peak: Samples,
    disk: Samples,
    syncs: Samples,
    bytes: Samples,
    bytes_sent: Samples,
    udp: Samples,
    round_trips: Samples,
}

impl Figures {
    fn add(&mut self, answer: &serde_json::Value) -> Outcome<()> {
        let summary = &answer["summary"];
        self.admission.add(number(answer, "admission_s")?);
        self.durable.add(number(summary, "seconds")?);
        self.queryable.add(number(answer, "queryable_s")?);
        self.cpu.add(number(answer, "cpu_s")?);
        self.peak.add(number(answer, "peak_bytes")?);
        self.disk.add(number(&answer["status"], "disk_bytes")?);
        self.syncs.add(number(answer, "syncs")?);
        self.bytes.add(number(summary, "bytes_received")?);
        self.bytes_sent.add(number(summary, "bytes_sent")?);
        self.udp
            .add(number(summary, "udp_bytes_received")? + number(summary, "udp_bytes_sent")?);
        self.round_trips.add(number(summary, "round_trips")?);
        Ok(())
    }

    fn tell(&self, row: &mut Row) {
        row.figure("admission_s", &self.admission);
        row.figure("durable_s", &self.durable);
        row.figure("queryable_s", &self.queryable);
        row.figure("cpu_s", &self.cpu);
        row.figure("peak_bytes", &self.peak);
        row.figure("disk_bytes", &self.disk);
        row.figure("syncs", &self.syncs);
        row.figure("bytes_received", &self.bytes);
        row.figure("bytes_sent", &self.bytes_sent);
        row.figure("udp_bytes_both_ways", &self.udp);
        row.figure("round_trips", &self.round_trips);
    }
}
