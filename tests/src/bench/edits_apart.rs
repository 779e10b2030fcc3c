//! Edits made while two nodes were apart, on one side and on both, then synchronised.

use std::time::Instant;

use capactif_node::node::Node;

use super::costs::{Before, Costs};
use super::pair::{Pair, edit, entries, some_records};
use super::report::{Row, Samples};
use super::{Bench, Outcome, calls, floors};

/// Edits of a side while apart.
pub const EDITS: usize = 100;
/// Bytes that an edit may cost.
const GOAL_BYTES_AN_EDIT: f64 = 150.0;

/// The rows: one side, both sides.
///
/// # Errors
/// What the nodes say.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let pair = Pair::of(bench)?;
    let ids = some_records(&pair.other, 2 * EDITS)?;
    let (ours, theirs) = ids.split_at(ids.len() / 2);
    let (pair_other, pair_running) = (&pair.other, &pair.running);
    let one = [(pair_other, ours)];
    let both = [(pair_other, ours), (pair_running, theirs)];
    let mut rows = Vec::new();
    for (name, sides) in [
        ("edits_apart", &one[..]),
        ("edits_apart_both_sides", &both[..]),
    ] {
        rows.push(apart(bench, &pair, name, sides)?);
    }
    pair.running.stop();
    Ok(rows)
}

fn apart(
    bench: &Bench,
    pair: &Pair,
    name: &'static str,
    sides: &[(&Node, &[String])],
) -> Outcome<Row> {
    let mut row = Row::new(name, bench.options.records);
    let (mut costs, mut writing, mut floor) = <(Costs, Samples, Samples)>::default();
    let edits: usize = sides.iter().map(|(_, ids)| ids.len()).sum();
    let scratch = bench.scratch()?;
    let mut counted = 0;
    for turn in 0..bench.options.repeat.max(3) {
        let start = Instant::now();
        for (node, ids) in sides {
            for (number, id) in ids.iter().enumerate() {
                // Other values each time, in both rows.
                edit(node, id, name.len() * 100_000 + turn * 1_000 + number)?;
            }
        }
        writing.add(start.elapsed().as_secs_f64() / edits as f64);
        let before = Before::now();
        let summary = calls::sync(&pair.other, &pair.peer)?;
        if entries(&summary)? != edits as f64 {
            // A connection that is replaced on the way takes its counts along: on a machine that
            // is overloaded this happens.
            bench.say(&format!(
                "turn {turn} does not count: {edits} edits, but {summary}"
            ));
            continue;
        }
        counted += 1;
        costs.add(&summary, before)?;
        let bytes = costs.sent.median() + costs.received.median();
        floor.add(floors::one_stream(bytes as usize, scratch.path())?);
    }
    if counted == 0 {
        return Err("no turn counts".into());
    }
    let an_edit = (costs.sent.median() + costs.received.median()) / edits as f64;
    costs.tell(&mut row);
    row.fact("digests_equal", pair.same()?);
    row.fact("edits", edits);
    row.figure("one_edit_written_s", &writing);
    row.figure("protocol_bytes_an_edit", &[an_edit].into_iter().collect());
    row.floor("same_bytes_written_and_synced_s", &floor);
    row.ratio("bytes_an_edit_to_goal", an_edit, GOAL_BYTES_AN_EDIT);
    row.ratio("seconds_to_stream", costs.seconds.median(), floor.median());
    Ok(row)
}
