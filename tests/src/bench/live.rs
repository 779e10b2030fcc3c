//! One edit until it is durable and readable at a connected peer.
//!
//! From before `record.set` at one node until `record.show` at the other gives the new value; both
//! run in this process, each with its own store and read model.

use std::time::{Duration, Instant};

use capactif_node::node::Node;
use serde_json::json;

use super::calls::{self, call, identity, open, start};
use super::reconnection::{edit, some_records};
use super::report::{Row, Samples};
use super::{Bench, Outcome, floors};

/// Edits measured.
const EDITS: usize = 300;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The row.
///
/// # Errors
/// What the nodes say, and an edit that does not arrive.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let writer = open(&network.copy(0, scratch.path())?)?;
    let reader = open(&network.copy(1, scratch.path())?)?;
    let address = start(&writer)?;
    let peer = identity(&writer)?;
    call(
        &reader,
        "peer.add",
        json!({ "address": address, "node": peer }),
    )?;
    start(&reader)?;
    calls::sync(&reader, &peer)?;
    let ids = some_records(&writer, 50)?;
    let mut file = floors::SyncedFile::new(scratch.path())?;
    let mut syncs = Samples::default();
    let (mut written, mut readable) = (Samples::default(), Samples::default());
    for number in 0..EDITS.min(bench.options.records) {
        let id = &ids[number % ids.len()];
        let start = Instant::now();
        edit(&writer, id, number)?;
        written.add(start.elapsed().as_secs_f64());
        wait_for(&reader, id, number, start)?;
        readable.add(start.elapsed().as_secs_f64());
        // Beside each edit, so that other work on the machine weighs on both.
        syncs.add(file.write()?);
    }
    let digest = |node: &Node| {
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(
            call(node, "status", json!({}))?["view_digest"].clone(),
        )
    };
    let equal = digest(&writer)? == digest(&reader)?;
    reader.stop();
    writer.stop();
    let echoes = floors::echoes(2_000)?;
    let mut row = Row::new("live_edit", bench.options.records);
    row.fact("digests_equal", equal);
    row.latency("durable_here_s", &written);
    row.latency("readable_there_s", &readable);
    row.floor("synced_write_of_4_kib_s", &syncs);
    row.floor("quic_echo_of_64_bytes_s", &echoes);
    let floor = 2.0 * syncs.median() + echoes.median();
    row.ratio(
        "readable_there_to_two_syncs_and_echo",
        readable.median(),
        floor,
    );
    Ok(vec![row])
}

fn wait_for(reader: &Node, id: &str, number: usize, start: Instant) -> Outcome<()> {
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
