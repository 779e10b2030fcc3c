//! Where nodes come from: the one place that opens, finds or runs a node over a home.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use capactif_node::api::{ApiError, ExitKind, Service, token};
use capactif_node::error::is_out_of_files;
use capactif_node::home::{Home, HomeError};
use capactif_node::node::{Member, Node, RepairOptions, repair};
use capactif_node::store::Reader;
use serde_json::Value;

use crate::client::{Client, InProcess, Loopback};

pub(crate) mod serve;

/// What `capactif run` was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunOptions {
    /// Addresses to listen on for peers; the configured ones when empty.
    pub(crate) listen: Vec<String>,
    /// Peers to connect to, besides those known.
    pub(crate) peers: Vec<String>,
    /// Where the local API listens; a free port when absent.
    pub(crate) api: Option<SocketAddr>,
    /// Where the public pages are served; nowhere when absent.
    pub(crate) portal: Option<SocketAddr>,
    /// The public address of those pages, if they have one.
    pub(crate) portal_url: Option<String>,
    /// The files of its own certificate and key, if it has one.
    pub(crate) portal_files: Option<(PathBuf, PathBuf)>,
    /// Whether the end of standard input ends the node too.
    pub(crate) until_input_ends: bool,
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
    /// Where its public pages are, if it serves them.
    pub(crate) portal: Option<String>,
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

    /// Mends a home whose node does not open; no node may run on it.
    fn repair(&self, home: &Path, new_key: bool, progress: Progress<'_>)
    -> Result<Value, ApiError>;
}

/// The nodes of this program.
#[derive(Debug)]
pub(crate) struct NodeHost;

/// A repair's progress.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(Value);

impl Host for NodeHost {
    fn connect(&self, home: &Path) -> Result<Box<dyn Client>, ApiError> {
        match running(home)? {
            Some(node) => Ok(Box::new(node)),
            None => Ok(Box::new(InProcess(open_local(home)?))),
        }
    }

    fn run(
        &self,
        home: &Path,
        options: &RunOptions,
        started: &mut dyn FnMut(&Started),
    ) -> Result<(), ApiError> {
        serve::run(home, start(home, options)?, options, started)
    }

    fn repair(
        &self,
        home: &Path,
        new_key: bool,
        progress: Progress<'_>,
    ) -> Result<Value, ApiError> {
        let locked = Home::open(home)?.lock(LOCK_WAIT)?;
        let program = std::env::current_exe().map_err(|error| {
            ApiError::new("unexpected", ExitKind::Failed, error.to_string()).with("reason", error)
        })?;
        let options = RepairOptions {
            reader: Reader::Program(program),
            new_key,
        };
        repair(&locked, &options, progress)
    }
}

/// A node that syncs with its peers until stopped.
pub(crate) trait RunningNode {
    /// Its id.
    fn id(&self) -> String;

    /// Where it listens for peers.
    fn listen(&self) -> Vec<SocketAddr>;

    /// What the local API asks.
    fn service(&self) -> Arc<dyn Service>;

    /// What the public pages show.
    fn member(&self) -> Result<Arc<Member>, ApiError>;

    /// Names the API's address in the lock of the home, so that commands find it.
    fn announce(&self, api: SocketAddr) -> Result<(), ApiError>;

    /// Says goodbye to the peers and closes the store.
    fn stop(self: Box<Self>);
}

/// The node that runs on `home`, for what goes on beside it in its process: it opens none.
pub(crate) fn serving(home: &Path) -> Result<Option<Box<dyn Client>>, ApiError> {
    Ok(running(home)?.map(|node| Box::new(node) as Box<dyn Client>))
}

/// The node that runs on `home`, if one does: the lock of the home names it.
fn running(home: &Path) -> Result<Option<Loopback>, ApiError> {
    let owner = match Home::open(home) {
        Ok(home) => home.serving_owner()?,
        Err(HomeError::NotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let Some((address, token_file)) = owner.and_then(|owner| owner.api.zip(owner.token_file))
    else {
        return Ok(None);
    };
    let token = token::read(&token_file).map_err(|error| {
        let message = format!("{}: {error}", token_file.display());
        ApiError::new("token_unreadable", ExitKind::Failed, message)
            .with("path", token_file.display())
            .with("reason", error)
    })?;
    let client = Loopback::new(address, &token);
    Ok(Some(client.map_err(|error| of_system(&error))?))
}

/// A refusal of the system that is about no file in particular.
fn of_system(error: &std::io::Error) -> ApiError {
    let text = error.to_string();
    let refusal = if is_out_of_files(error) {
        ApiError::new("too_many_files", ExitKind::Failed, text)
    } else {
        ApiError::new("unexpected", ExitKind::Failed, text)
    };
    refusal.with("reason", error)
}

/// How long a command waits for another one to finish with the home.
const LOCK_WAIT: std::time::Duration = capactif_node::home::lock::LOCK_WAIT;

/// Opens the node of `home` in this process.
fn open_local(home: &Path) -> Result<Box<dyn Service>, ApiError> {
    Ok(Box::new(open_node(home)?))
}

fn open_node(home: &Path) -> Result<Node, ApiError> {
    Node::open(Home::create(home)?.lock(LOCK_WAIT)?)
}

/// Starts the node of `home`: it listens for peers and connects to those it knows.
fn start(home: &Path, options: &RunOptions) -> Result<Box<dyn RunningNode>, ApiError> {
    let mut listen = Vec::new();
    for text in &options.listen {
        listen.push(text.parse::<SocketAddr>().map_err(|error| {
            let message = format!("{text} is not an address and port to listen on: {error}");
            ApiError::new("bad_listen_address", ExitKind::Usage, message)
                .with("address", text)
                .with("reason", error)
        })?);
    }
    let peers = options
        .peers
        .iter()
        .map(|text| text.parse())
        .collect::<Result<_, _>>()?;
    let node = open_node(home)?;
    let listen = node.start(&capactif_node::node::RunOptions { listen, peers })?;
    let member = node.member()?;
    Ok(Box::new(Running {
        id: member.node().to_string(),
        listen,
        node: Arc::new(node),
    }))
}

struct Running {
    id: String,
    listen: Vec<SocketAddr>,
    node: Arc<Node>,
}

impl RunningNode for Running {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn listen(&self) -> Vec<SocketAddr> {
        self.listen.clone()
    }

    fn service(&self) -> Arc<dyn Service> {
        Arc::clone(&self.node) as Arc<dyn Service>
    }

    fn member(&self) -> Result<Arc<Member>, ApiError> {
        self.node.member()
    }

    fn announce(&self, api: SocketAddr) -> Result<(), ApiError> {
        Ok(self.node.home().announce(Some(api))?)
    }

    fn stop(self: Box<Self>) {
        self.node.stop();
    }
}
