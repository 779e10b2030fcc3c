//! Keeps this node's journals in step with other nodes'.
//!
//! A thread of its own runs the network and the protocol's [`Engine`]: what arrives is handed to
//! the engine, what the engine asks for is done by the store and the network. What a node is,
//! beyond its journals, is behind [`Host`]. One-shot reconciliation and a node that stays on are
//! the same thing, stopped sooner or later.
//!
//! - `driver` (the loop), `link` (the tasks of one connection), `reconcile` (waits until peers are
//!   in step), `joining` (a newcomer's way in), `report` (what is told to people).

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use sync_protocol::admission::{Exporter, JoinAnswer, JoinRequest};
use sync_protocol::charter::Charter;
use sync_protocol::engine::{Engine, Event, Input};
use sync_protocol::entry::Place;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{BlobHash, NetworkId, NodeId};
use sync_protocol::run::VerifiedRun;
use sync_protocol::seal::erase::ErasedBodies;

use crate::network::{BindError, PeerAddress};
use crate::store::{Journals, StoreError};

mod driver;
mod joining;
mod link;
mod reconcile;
mod report;

pub use joining::{JoinError, ask_to_join};
pub use report::{Failure, PeerState, PeerSummary, Since, SyncState};

use driver::{Command, Driver};

/// What synchronisation needs of the node it serves.
pub trait Host: Send + Sync + 'static {
    /// Where runs are kept.
    fn journals(&self) -> &Journals;

    /// The network this node belongs to.
    fn network(&self) -> NetworkId;

    /// The protocol engine for what is stored now.
    fn engine(&self) -> Engine;

    /// A run of another node is durable.
    fn stored(&self, run: &VerifiedRun);

    /// Puts a body back that a stored run left out, durably.
    ///
    /// # Errors
    /// What the store says.
    fn put_back(&self, place: &Place, body: Vec<u8>) -> Result<(), StoreError>;

    /// Something happened that the node may want to know.
    fn event(&self, event: &Event);

    /// A journal has two branches: the proof is to be kept. Ours and a peer's run part here.
    fn parted(&self, after: Tip, run: &VerifiedRun);

    /// The charter names the branch that a peer holds: ours is put aside from an entry on. How far the
    /// journal is held then, and the charter that follows; `None` if all stays as it was.
    fn replace_branch(&self, author: NodeId, after: Tip) -> Option<(Tip, Charter)>;

    /// The store could not be read for a peer: people should hear of it.
    fn store_failed(&self, error: &StoreError);

    /// Decides on a newcomer.
    fn answer_join(&self, peer: NodeId, exporter: &Exporter, request: &JoinRequest) -> JoinAnswer;

    /// The nodes of the network that can be called, and where they said they are.
    fn known_addresses(&self) -> Vec<(NodeId, Vec<String>)>;

    /// Whether a node belongs to the network as far as is known here.
    fn is_member(&self, node: &NodeId) -> bool;

    /// A piece of a blob from `offset` on, behind the length of the whole; 0 where it is not held.
    fn blob_piece(&self, hash: &BlobHash, offset: u64, max_bytes: usize) -> (u64, Vec<u8>);

    /// A blob that was wanted here arrived whole.
    fn take_blob(&self, hash: &BlobHash, bytes: &[u8]);

    /// The addresses under which this node can be reached now.
    fn listening(&self, addresses: &[SocketAddr]);
}

/// How to take part.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; empty to call others only.
    pub listen: Vec<SocketAddr>,
    /// Peers to stay connected with, and who they must be if that is known.
    pub peers: Vec<(PeerAddress, Option<NodeId>)>,
    /// Whether to find and be found on the local network.
    pub discovery: bool,
    /// The only node to call; every known one without it.
    pub only: Option<NodeId>,
}

/// Running synchronisation; stops when dropped.
#[derive(Debug)]
pub struct Synchronisation {
    commands: tokio::sync::mpsc::UnboundedSender<Command>,
    addresses: Vec<SocketAddr>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Synchronisation {
    /// Binds the network and starts.
    ///
    /// # Errors
    /// [`BindError`] where an address cannot be listened on or the system grants no threads.
    pub fn start(
        host: Arc<dyn Host>,
        key: &SigningKey,
        options: Options,
    ) -> Result<Self, BindError> {
        let (commands, received) = tokio::sync::mpsc::unbounded_channel();
        let (started, result) = mpsc::channel();
        let key = key.clone();
        let inner = commands.clone();
        crate::handles::some_are_left().map_err(BindError::NoResources)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("sync-io")
            .enable_all()
            .build()
            .map_err(BindError::NoResources)?;
        let thread = std::thread::Builder::new()
            .name("sync".into())
            .spawn(move || {
                runtime.block_on(async move {
                    match Driver::bind(host, &key, options, inner) {
                        Ok(driver) => {
                            let _ = started.send(Ok(driver.addresses()));
                            driver.run(received).await;
                        }
                        Err(error) => {
                            let _ = started.send(Err(error));
                        }
                    }
                });
                runtime.shutdown_timeout(Duration::from_secs(2));
            })
            .map_err(BindError::NoResources)?;
        let addresses = result.recv().expect("the thread says how it started")?;
        Ok(Self {
            commands,
            addresses,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The addresses listened on.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// A handle for those who tell of new runs.
    #[must_use]
    pub fn notifier(&self) -> Notifier {
        Notifier(self.commands.clone())
    }

    /// Adds a peer to stay connected with.
    pub fn add_peer(&self, address: PeerAddress, node: Option<NodeId>) {
        let _ = self.commands.send(Command::AddPeer { address, node });
    }

    /// Waits until this node and its peers, or the one given, hold the same, telling how far it
    /// is; a peer that cannot be reached is reported as such. Gives up on a peer that is silent
    /// for `patience`.
    pub fn reconcile(
        &self,
        only: Option<NodeId>,
        since: Since,
        patience: Duration,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Vec<PeerSummary> {
        let (reply, news) = mpsc::channel();
        let _ = self.commands.send(Command::Reconcile {
            only,
            since,
            patience,
            reply,
        });
        for report in news {
            match report {
                reconcile::News::Progress { received, sent } => progress(received, sent),
                reconcile::News::Done(summaries) => return summaries,
            }
        }
        Vec::new()
    }

    /// What is known of every peer now.
    #[must_use]
    pub fn state(&self) -> SyncState {
        let (reply, state) = mpsc::channel();
        let _ = self.commands.send(Command::State { reply });
        state
            .recv_timeout(Duration::from_secs(5))
            .unwrap_or_default()
    }

    /// Says goodbye to every peer and stops; returns when that is done.
    pub fn stop(&self) {
        let _ = self.commands.send(Command::Stop);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for Synchronisation {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Tells running synchronisation what happened elsewhere in the node.
#[derive(Clone, Debug)]
pub struct Notifier(tokio::sync::mpsc::UnboundedSender<Command>);

impl Notifier {
    /// A run that did not come from a peer is durable: our own, or one of a bundle.
    pub fn stored(&self, run: Arc<VerifiedRun>) {
        let _ = self.0.send(Command::Stored { run });
    }

    /// What accepted erasures name, all of it.
    pub fn erased(&self, bodies: ErasedBodies) {
        let input = Input::Erased { bodies };
        let _ = self.0.send(Command::Answer(Box::new(input)));
    }

    /// The journals that are read no further for now, all of them.
    pub fn pause(&self, authors: BTreeSet<NodeId>) {
        let input = Input::Pause { authors };
        let _ = self.0.send(Command::Answer(Box::new(input)));
    }

    /// The blobs that are wanted here, all of them or the first of very many.
    pub fn want_blobs(&self, hashes: &[BlobHash]) {
        let hashes = hashes.iter().map(|hash| hash.0).collect();
        let _ = self.0.send(Command::WantBlobs { hashes });
    }

    /// Members may have told new addresses.
    pub fn addresses_changed(&self) {
        let _ = self.0.send(Command::AddressesChanged);
    }
}
