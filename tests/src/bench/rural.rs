//! The rural line: edits made apart, and a cold join that is cut, over a bad line ([`super::relay`]).
//!
//! The node at the far end tells everybody the relay's address and no other, so nobody goes past
//! it. The newcomer's program is killed at each cut and started again: what it then receives again
//! is what the cuts cost.

use std::path::Path;
use std::time::{Duration, Instant};

use capactif_node::node::Node;
use serde_json::json;

use super::calls::{self, call, device_ticket, identity, open_calling, open_with, start, text};
use super::child::Played;
use super::costs::{Before, Costs};
use super::edits_apart::EDITS;
use super::pair::{digest, edit, entries, some_records};
use super::relay::{Line, Relay};
use super::report::{Row, Samples};
use super::{Bench, Outcome};

/// Seconds that 100 edits may take.
const GOAL_EDITS_S: f64 = 3.0;
/// The largest R(n) that a newcomer joins over the line: a larger one only takes longer.
const MOST_RECORDS: usize = 1_000;
/// More names of a node than this are not told.
const ADDRESSES: usize = 8;
/// How often a join may be cut before it is given up.
const MOST_CUTS: usize = 200;

/// The rows.
///
/// # Errors
/// What the nodes say.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let mut rows = vec![edits(bench)?];
    if bench.options.records <= MOST_RECORDS {
        rows.push(cold_join(bench)?);
    }
    Ok(rows)
}

/// The far end: a node behind a relay.
fn behind(home: &Path, line: Line, seed: u64) -> Outcome<(Node, Relay)> {
    let relay = Relay::start(line, seed)?;
    let told = vec![relay.address.to_string(); ADDRESSES];
    let node = open_with(home, vec!["127.0.0.1:0".parse()?], told)?;
    relay.forward_to(start(&node)?.parse()?);
    Ok((node, relay))
}

fn tell_line(row: &mut Row, line: &Line) {
    row.fact("bits_per_second", line.bits_per_second);
    row.fact("round_trip_s", 2.0 * line.delay.as_secs_f64());
    row.fact("loss", line.loss);
    row.fact("buffer_s", line.buffer.as_secs_f64());
    row.fact("cut_every_s", line.cut_every.map(|it| it.as_secs_f64()));
    row.fact("cut_for_s", line.cut_for.as_secs_f64());
}

fn edits(bench: &Bench) -> Outcome<Row> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let line = Line::RURAL;
    let (far, relay) = behind(&network.copy(0, scratch.path())?, line, 1)?;
    let near = open_calling(&network.copy(1, scratch.path())?)?;
    let peer = identity(&far)?;
    let address = relay.address.to_string();
    call(
        &near,
        "peer.add",
        json!({ "address": address, "node": peer }),
    )?;
    while entries(&calls::sync(&near, &peer)?)? != 0.0 {}
    let ids = some_records(&near, EDITS)?;
    let (mut costs, mut whole) = <(Costs, Samples)>::default();
    for turn in 0..bench.options.repeat.max(5) {
        for (number, id) in ids.iter().enumerate() {
            edit(&near, id, turn * 1_000 + number)?;
        }
        let (before, start) = (Before::now(), Instant::now());
        let summary = calls::sync(&near, &peer)?;
        whole.add(start.elapsed().as_secs_f64());
        costs.add(&summary, before)?;
    }
    let mut row = Row::new("rural_edits", bench.options.records);
    tell_line(&mut row, &line);
    row.fact("edits", ids.len());
    costs.tell(&mut row);
    row.figure("whole_call_s", &whole);
    row.ratio("whole_call_to_goal", whole.median(), GOAL_EDITS_S);
    far.stop();
    row.fact("digests_equal", digest(&far)? == digest(&near)?);
    Ok(row)
}

fn cold_join(bench: &Bench) -> Outcome<Row> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let whole_line = Line {
        cut_every: None,
        ..Line::RURAL
    };
    let mut row = Row::new("rural_cold_join", bench.options.records);
    tell_line(&mut row, &Line::RURAL);
    for (name, line) in [("uncut", whole_line), ("cut", Line::RURAL)] {
        let folder = scratch.path().join(name);
        std::fs::create_dir_all(&folder)?;
        let (far, relay) = behind(&network.copy(0, &folder)?, line, 2)?;
        let ticket = device_ticket(&far)?;
        let inviter = identity(&far)?;
        let home = folder.join("newcomer");
        let began = Instant::now();
        let (mut cuts, mut part) = (0, Played::join(&home, &ticket, &inviter)?);
        let answer = loop {
            let patience = line.cut_every.unwrap_or(Duration::MAX);
            match part.wait(patience)? {
                Some(answer) => break answer,
                None if cuts == MOST_CUTS => return Err("cut too often".into()),
                None => {
                    cuts += 1;
                    // Cut before it belonged to the network, it asks again.
                    part = if home.join("network.json").exists() {
                        Played::resume(&home, &inviter)?
                    } else {
                        Played::join(&home, &ticket, &inviter)?
                    };
                }
            }
        };
        let theirs = text(&answer["status"], "view_digest")?;
        if theirs != digest(&far)? {
            return Err("digests differ".into());
        }
        let one = |value: f64| [value].into_iter().collect::<Samples>();
        row.figure(
            &format!("{name}_whole_s"),
            &one(began.elapsed().as_secs_f64()),
        );
        row.figure(
            &format!("{name}_udp_bytes_passed"),
            &one(relay.passed.bytes()),
        );
        row.fact(&format!("{name}_kills"), cuts);
        far.stop();
    }
    row.fact("digests_equal", true);
    Ok(row)
}
