//! Two nodes of the network that were connected before and hold the same.

use capactif_node::node::Node;
use serde_json::{Value, json};

use super::calls::{self, call, identity, number, open, start, text};
use super::{Bench, Outcome};

/// Two nodes of the network; one runs, the other calls.
#[derive(Debug)]
pub struct Pair {
    /// The one that runs.
    pub running: Node,
    /// Its identity.
    pub peer: String,
    /// The one that calls.
    pub other: Node,
    _scratch: tempfile::TempDir,
}

impl Pair {
    /// Copies of two nodes of this run's network.
    ///
    /// # Errors
    /// What the nodes say.
    pub fn of(bench: &Bench) -> Outcome<Self> {
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
        while entries(&calls::sync(&other, &peer)?)? != 0.0 {}
        Ok(Self {
            running,
            peer,
            other,
            _scratch: scratch,
        })
    }

    /// Waits until both show the same.
    ///
    /// # Errors
    /// They do not come to.
    pub fn same(&self) -> Outcome<bool> {
        // What the running node received is followed a moment later.
        let wanted = digest(&self.other)?;
        for _ in 0..500 {
            if digest(&self.running)? == wanted {
                return Ok(true);
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Err("digests differ".into())
    }
}

/// How many entries a reconciliation moved, both ways.
///
/// # Errors
/// A summary without them.
pub fn entries(summary: &Value) -> Outcome<f64> {
    Ok(number(summary, "entries_sent")? + number(summary, "entries_received")?)
}

/// The digest of all that a node shows.
///
/// # Errors
/// What the node says.
pub fn digest(node: &Node) -> Outcome<String> {
    text(&call(node, "status", json!({}))?, "view_digest")
}

/// The identities of some opportunities.
///
/// # Errors
/// What the node says.
pub fn some_records(node: &Node, count: usize) -> Outcome<Vec<String>> {
    let input = json!({ "collection": "opportunity", "sort": "title", "limit": count });
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
