//! Where nodes come from: the one place that opens, finds or runs a node over a home.

use std::net::SocketAddr;
use std::path::Path;

use capactif_node::api::{ApiError, ExitKind, Service};

use crate::client::{Client, InProcess};

/// What `capactif run` was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunOptions {
    /// Addresses to listen on for peers; the configured ones when empty.
    pub(crate) listen: Vec<String>,
    /// Peers to connect to, besides those known.
    pub(crate) peers: Vec<String>,
    /// Where the local API listens; a free port when absent.
    pub(crate) api: Option<SocketAddr>,
}

/// A node that has started, as `run` tells it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Started {
    /// The node's id.
    pub(crate) node: String,
    /// Where it listens for peers.
    pub(crate) listen: Vec<SocketAddr>,
    /// Where its API listens.
    pub(crate) api: Option<SocketAddr>,
}

/// Opens, finds and runs nodes; tests bring their own.
pub(crate) trait Host {
    /// The node of this home: the one that runs on it, or else one opened in this process. A
    /// home without a network opens too, so that one can be founded or joined in it.
    fn connect(&self, home: &Path) -> Result<Box<dyn Client>, ApiError>;

    /// Runs a node until the person interrupts it; `started` is called once it serves.
    fn run(
        &self,
        home: &Path,
        options: &RunOptions,
        started: &mut dyn FnMut(&Started),
    ) -> Result<(), ApiError>;
}

/// The nodes of this program.
#[derive(Debug)]
pub(crate) struct NodeHost;

impl Host for NodeHost {
    fn connect(&self, home: &Path) -> Result<Box<dyn Client>, ApiError> {
        Ok(Box::new(InProcess(open_local(home)?)))
    }

    fn run(
        &self,
        home: &Path,
        options: &RunOptions,
        started: &mut dyn FnMut(&Started),
    ) -> Result<(), ApiError> {
        let _ = (home, options, started);
        Err(not_built())
    }
}

/// Opens the node of `home` in this process.
fn open_local(home: &Path) -> Result<Box<dyn Service>, ApiError> {
    let _ = home;
    Err(not_built())
}

fn not_built() -> ApiError {
    ApiError::new(
        "node_not_built",
        ExitKind::Failed,
        "this program was built without the node",
    )
}
