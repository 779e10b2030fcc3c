//! Two nodes that were connected before connect again: with nothing new, and with edits made while
//! they were apart.

use capactif_node::node::Node;
use serde_json::{Value, json};

use super::calls::{self, call, identity, number, open, start, text};
use super::report::{Row, Samples};
use super::{Bench, Outcome};

/// Edits made while apart.
const EDITS: usize = 100;
/// Bytes each way that nothing new may cost.
const GOAL_BYTES: f64 = 300.0;
/// Bytes that an edit may cost.
const GOAL_BYTES_AN_EDIT: f64 = 150.0;

/// Two nodes of the network, the first running; they hold the same.
struct Two {
    running: Node,
    peer: String,
    other: Node,
    _scratch: tempfile::TempDir,
}

fn two(bench: &Bench) -> Outcome<Two> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let running = open(&network.copy(0, scratch.path())?)?;
    let other = open(&network.copy(1, scratch.path())?)?;
    let address = start(&running)?;
    let peer = identity(&running)?;
    call(
        &other,
        "peer.add",
        json!({ "address": address, "node": peer }),
    )?;
    // What both announced about themselves is exchanged first.
    while let Some(news) = Some(calls::sync(&other, &peer)?) {
        if entries(&news)? == 0.0 {
            break;
        }
    }
    Ok(Two {
        running,
        peer,
        other,
        _scratch: scratch,
    })
}

fn entries(summary: &Value) -> Outcome<f64> {
    Ok(number(summary, "entries_sent")? + number(summary, "entries_received")?)
}

/// The row of a reconnection with nothing new.
///
/// # Errors
/// What the nodes say.
pub fn nothing_new(bench: &Bench) -> Outcome<Vec<Row>> {
    let two = two(bench)?;
    let mut row = Row::new("reconnection", bench.options.records);
    let mut costs = Costs::default();
    let mut whole = Samples::default();
    for _ in 0..bench.options.repeat.max(5) {
        let start = std::time::Instant::now();
        let summary = calls::sync(&two.other, &two.peer)?;
        whole.add(start.elapsed().as_secs_f64());
        if entries(&summary)? != 0.0 {
            return Err(format!("something was new: {summary}").into());
        }
        costs.add(&summary)?;
    }
    costs.tell(&mut row);
    row.figure("whole_call_s", &whole);
    row.fact("digests_equal", same(&two)?);
    row.ratio("bytes_sent_to_goal", costs.sent.median(), GOAL_BYTES);
    row.ratio(
        "bytes_received_to_goal",
        costs.received.median(),
        GOAL_BYTES,
    );
    two.running.stop();
    Ok(vec![row])
}

/// The row of edits made on one side while apart.
///
/// # Errors
/// What the nodes say.
pub fn edits_apart(bench: &Bench) -> Outcome<Vec<Row>> {
    let two = two(bench)?;
    let ids = some_records(&two.other, EDITS)?;
    let mut row = Row::new("edits_apart", bench.options.records);
    let (mut costs, mut writing) = (Costs::default(), Samples::default());
    for turn in 0..bench.options.repeat.max(3) {
        let start = std::time::Instant::now();
        for (number, id) in ids.iter().enumerate() {
            edit(&two.other, id, turn * 1_000 + number)?;
        }
        writing.add(start.elapsed().as_secs_f64() / ids.len() as f64);
        let summary = calls::sync(&two.other, &two.peer)?;
        if number(&summary, "entries_sent")? != ids.len() as f64 {
            return Err(format!("{} edits, but {summary}", ids.len()).into());
        }
        costs.add(&summary)?;
    }
    let bytes = costs.sent.median() + costs.received.median();
    let an_edit = bytes / ids.len() as f64;
    costs.tell(&mut row);
    row.fact("digests_equal", same(&two)?);
    row.figure("one_edit_written_s", &writing);
    row.figure("protocol_bytes_an_edit", &[an_edit].into_iter().collect());
    row.ratio("bytes_an_edit_to_goal", an_edit, GOAL_BYTES_AN_EDIT);
    two.running.stop();
    Ok(vec![row])
}

/// Whether both show the same.
fn same(two: &Two) -> Outcome<bool> {
    let digest = |node: &Node| text(&call(node, "status", json!({}))?, "view_digest");
    // What the running node received is followed a moment later.
    let wanted = digest(&two.other)?;
    for _ in 0..200 {
        if digest(&two.running)? == wanted {
            return Ok(true);
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    Err("digests differ".into())
}

/// The identities of some opportunities.
///
/// # Errors
/// What the node says.
pub fn some_records(node: &Node, count: usize) -> Outcome<Vec<String>> {
    let input = json!({ "collection": "opportunity", "sort": "source_id", "limit": count });
    let answer = call(node, "record.list", input)?;
    answer["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| text(row, "id"))
        .collect()
}

/// Edits one record's price.
///
/// # Errors
/// What the node says, and an edit that changed nothing.
pub fn edit(node: &Node, id: &str, number: usize) -> Outcome<()> {
    let fields = json!({ "price_max": format!("{}", 500_000 + number) });
    let input = json!({ "collection": "opportunity", "id": id, "fields": fields });
    let answer = call(node, "record.set", input)?;
    if answer["changed"] == json!(["price_max"]) {
        Ok(())
    } else {
        Err(format!("not changed: {answer}").into())
    }
}

#[derive(Default)]
struct Costs {
    sent: Samples,
    received: Samples,
    udp_sent: Samples,
    udp_received: Samples,
    round_trips: Samples,
    seconds: Samples,
}

impl Costs {
    fn add(&mut self, summary: &Value) -> Outcome<()> {
        self.sent.add(number(summary, "bytes_sent")?);
        self.received.add(number(summary, "bytes_received")?);
        self.udp_sent.add(number(summary, "udp_bytes_sent")?);
        self.udp_received
            .add(number(summary, "udp_bytes_received")?);
        self.round_trips.add(number(summary, "round_trips")?);
        self.seconds.add(number(summary, "seconds")?);
        Ok(())
    }

    fn tell(&self, row: &mut Row) {
        row.figure("bytes_sent", &self.sent);
        row.figure("bytes_received", &self.received);
        row.figure("udp_bytes_sent", &self.udp_sent);
        row.figure("udp_bytes_received", &self.udp_received);
        row.figure("round_trips", &self.round_trips);
        row.figure("seconds", &self.seconds);
    }
}
