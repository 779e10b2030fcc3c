//! One edit until it is durable and readable at a connected peer, straight and through a hub.
//!
//! From before `record.set` at one node until `record.show` at the last gives the new value; all
//! run in this process, each with its own store and read model. Only the hub listens, so nobody
//! goes past it.

use std::time::{Duration, Instant};

use capactif_node::node::Node;
use serde_json::json;

use super::calls::{self, call, identity, open, open_calling, start};
use super::costs::Before;
use super::pair::{digest, edit, some_records};
use super::report::{Row, Samples};
use super::{Bench, Outcome, floors};

/// Edits measured.
const EDITS: usize = 300;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The rows: at a connected peer, and at a partner through the hub.
///
/// # Errors
/// What the nodes say, and an edit that does not arrive.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let hub = open(&network.copy(0, scratch.path())?)?;
    let address = start(&hub)?;
    let peer = identity(&hub)?;
    let mut callers = Vec::new();
    for index in [1, 2] {
        let caller = open_calling(&network.copy(index, scratch.path())?)?;
        call(
            &caller,
            "peer.add",
            json!({ "address": address, "node": peer }),
        )?;
        start(&caller)?;
        calls::sync(&caller, &peer)?;
        callers.push(caller);
    }
    let echoes = floors::echoes(2_000)?;
    let [author, partner] = &callers[..] else {
        return Err("two nodes call".into());
    };
    let mut rows = Vec::new();
    for (name, nodes) in [
        ("live_edit", &[author, &hub][..]),
        ("live_edit_through_hub", &[author, &hub, partner]),
    ] {
        rows.push(chain(bench, name, nodes, &echoes)?);
    }
    for caller in &callers {
        caller.stop();
    }
    hub.stop();
    Ok(rows)
}

fn chain(bench: &Bench, name: &'static str, nodes: &[&Node], echoes: &Samples) -> Outcome<Row> {
    let (Some(writer), Some(reader)) = (nodes.first(), nodes.last()) else {
        return Err("a chain has nodes".into());
    };
    let scratch = bench.scratch()?;
    let ids = some_records(writer, 50)?;
    let mut file = floors::SyncedFile::new(scratch.path())?;
    let (mut syncs, mut written, mut readable) = <(Samples, Samples, Samples)>::default();
    let count = EDITS.min(bench.options.records);
    let (mut cpu, mut node_syncs) = (0.0, 0.0);
    for number in 0..count {
        let id = &ids[number % ids.len()];
        // Other values than in the row before.
        let number = nodes.len() * 100_000 + number;
        let before = Before::now();
        let start = Instant::now();
        edit(writer, id, number)?;
        written.add(start.elapsed().as_secs_f64());
        wait_for(reader, id, number, start)?;
        readable.add(start.elapsed().as_secs_f64());
        cpu += before.cpu_seconds();
        node_syncs += before.syncs();
        // Beside each edit, so that other work on the machine weighs on both.
        syncs.add(file.write()?);
    }
    let equal = agree(nodes, reader)?;
    let hops = nodes.len() - 1;
    let mut row = Row::new(name, bench.options.records);
    row.fact("digests_equal", equal);
    row.fact("nodes", nodes.len());
    row.latency("durable_here_s", &written);
    row.latency("readable_there_s", &readable);
    let an_edit = |total: f64| [total / count as f64].into_iter().collect::<Samples>();
    // Until the last node shows it: what is synced or answered after that is not in here.
    row.figure("cpu_an_edit_s", &an_edit(cpu));
    row.figure("syncs_an_edit", &an_edit(node_syncs));
    row.floor("synced_write_of_4_kib_s", &syncs);
    row.floor("quic_echo_of_64_bytes_s", echoes);
    let floor = nodes.len() as f64 * syncs.median() + hops as f64 * echoes.median();
    row.floor("synced_writes_and_echoes_s", &[floor].into_iter().collect());
    row.ratio(
        "readable_there_to_synced_writes_and_echoes",
        readable.median(),
        floor,
    );
    Ok(row)
}

/// Whether all come to show the same: who passes an edit on may show it after who got it.
fn agree(nodes: &[&Node], reader: &Node) -> Outcome<bool> {
    let since = Instant::now();
    loop {
        let mut equal = true;
        for node in nodes {
            equal &= digest(node)? == digest(reader)?;
        }
        if equal || since.elapsed() > PATIENCE {
            return Ok(equal);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a node shows the price that an edit gave.
pub(super) fn wait_for(reader: &Node, id: &str, number: usize, start: Instant) -> Outcome<()> {
    let wanted = json!((500_000 + number) * 100);
    let input = json!({ "collection": "opportunity", "id": id });
    while call(reader, "record.show", input.clone())?["price_max_cents"] != wanted {
        if start.elapsed() > PATIENCE {
            let held = call(reader, "record.show", input)?;
            let status = call(reader, "status", json!({}))?;
            return Err(format!("edit {number} did not arrive: {held} {status}").into());
        }
        std::thread::sleep(Duration::from_micros(50));
    }
    Ok(())
}
