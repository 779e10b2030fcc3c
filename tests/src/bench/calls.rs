//! Nodes opened, started and asked, for benchmarks.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use capactif_node::api::Service as _;
use capactif_node::home::Home;
use capactif_node::home::config::Config;
use capactif_node::node::{Node, RunOptions};
use serde_json::{Value, json};

use super::Outcome;

/// How long another process may take to let go of a home.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Opens the node of a home on loopback, where the system chooses its port; nobody is looked for.
///
/// # Errors
/// What the node says.
pub fn open(home: &Path) -> Outcome<Node> {
    open_with(home, vec!["127.0.0.1:0".parse()?], Vec::new())
}

/// Opens the node of a home that calls others and cannot be called.
///
/// # Errors
/// What the node says.
pub fn open_calling(home: &Path) -> Outcome<Node> {
    open_with(home, Vec::new(), Vec::new())
}

/// Opens the node of a home that listens there, and tells others those addresses first.
///
/// # Errors
/// What the node says.
pub fn open_with(
    home: &Path,
    listen: Vec<SocketAddr>,
    public_addresses: Vec<String>,
) -> Outcome<Node> {
    let home = Home::create(home)?;
    let config = Config {
        listen,
        public_addresses,
        discovery: false,
        ..home.config()?
    };
    home.set_config(&config)?;
    Ok(Node::open(home.lock(LOCK_WAIT)?).map_err(told)?)
}

/// Starts a node and tells where it listens.
///
/// # Errors
/// What the node says.
pub fn start(node: &Node) -> Outcome<String> {
    let addresses = node.start(&RunOptions::default()).map_err(told)?;
    let first = addresses.first().ok_or("listens nowhere")?;
    Ok(first.to_string())
}

/// Asks a node.
///
/// # Errors
/// What the node says.
pub fn call(node: &Node, operation: &str, input: Value) -> Outcome<Value> {
    Ok(node.call(operation, input, &mut |_| {}).map_err(told)?)
}

/// The node's identity.
///
/// # Errors
/// It belongs to no network.
pub fn identity(node: &Node) -> Outcome<String> {
    Ok(node.member().map_err(told)?.node().to_string())
}

/// A ticket for a further node of this node's structure.
///
/// # Errors
/// What the node says.
pub fn device_ticket(node: &Node) -> Outcome<String> {
    let made = call(node, "network.invite", json!({ "device": true }))?;
    text(&made, "ticket")
}

/// Reconciles with one peer and returns the answer about it.
///
/// # Errors
/// What the node says, and a peer that is not in step afterwards.
pub fn sync(node: &Node, peer: &str) -> Outcome<Value> {
    let mut answer = call(node, "sync", json!({ "peer": peer }))?;
    let summary = answer["peers"][0].take();
    if summary["in_sync"] != json!(true) {
        return Err(format!("not in sync: {summary}").into());
    }
    Ok(summary)
}

/// A text of an answer.
///
/// # Errors
/// It is not there.
pub fn text(answer: &Value, name: &str) -> Outcome<String> {
    let found = answer[name].as_str().map(str::to_owned);
    found.ok_or_else(|| format!("no {name} in {answer}").into())
}

/// A number of an answer.
///
/// # Errors
/// It is not there.
pub fn number(answer: &Value, name: &str) -> Outcome<f64> {
    let found = answer[name].as_f64();
    found.ok_or_else(|| format!("no {name} in {answer}").into())
}

/// A node's error with its code, facts and details.
pub(super) fn told(error: capactif_node::api::ApiError) -> String {
    format!(
        "{}: {} {:?} {:?}",
        error.code, error.message, error.args, error.details
    )
}
