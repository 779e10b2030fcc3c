//! The loop that feeds the engine and does what it asks.
//!
//! - `connections` (who is connected, and how), `doubles` (which of several connections stays), `work` (what the engine asks for), `standing` (how
//!   peers stand, for people).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::mpsc::Sender;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use sync_protocol::engine::{Engine, Input, SessionId, SessionView};
use sync_protocol::id::NodeId;
use sync_protocol::run::VerifiedRun;
use sync_protocol::time::Timestamp;
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};

use crate::network::{
    BindError, CloseCode, CloseReason, Connection, Dialer, Discovery, Endpoint, PeerAddress, Target,
};

use super::link::Link;
use super::reconcile::{News, Reconciliation};
use super::report::{Failure, Since, Spent, SyncState};
use super::{Host, Options};

mod connections;
mod doubles;
mod standing;
mod work;

use doubles::Candidates;

/// Frames of all peers that may wait for the engine.
const WAITING_SIGNALS: usize = 256;
/// How many signals are handled before the engine's answers are sent.
const BATCH: usize = 256;
/// How long goodbyes may take when stopping.
const GOODBYE: Duration = Duration::from_secs(3);

/// What others ask of the driver.
#[derive(Debug)]
pub(super) enum Command {
    Stored {
        run: Arc<VerifiedRun>,
    },
    WantBlobs {
        hashes: Vec<[u8; 32]>,
    },
    /// From a task of the driver's own: a blob that arrived is kept, or could not be.
    BlobTaken,
    AddressesChanged,
    AddPeer {
        address: PeerAddress,
        node: Option<NodeId>,
    },
    Reconcile {
        only: Option<NodeId>,
        since: Since,
        patience: Duration,
        reply: Sender<News>,
    },
    State {
        reply: Sender<SyncState>,
    },
    /// From a task of the driver's own: an answer to the engine.
    Answer(Box<Input>),
    Stop,
}

/// What connections tell the driver.
#[derive(Debug)]
pub(super) enum Signal {
    Arrived(Connection),
    Called {
        target: Target,
        /// When the call began.
        began: Timestamp,
        result: Result<Connection, Failure>,
    },
    Frame {
        session: SessionId,
        bytes: Vec<u8>,
    },
    /// The transport took so many more bytes of frames.
    Sent {
        session: SessionId,
        bytes: usize,
    },
    Gone {
        session: SessionId,
        reason: Arc<CloseReason>,
    },
}

pub(super) struct Driver {
    host: Arc<dyn Host>,
    engine: Engine,
    me: NodeId,
    endpoint: Arc<Endpoint>,
    discovery: Discovery,
    dialer: Dialer,
    links: BTreeMap<SessionId, Link>,
    /// Connections that came beside a standing one.
    candidates: Candidates,
    next_session: u64,
    signals: mpsc::Sender<Signal>,
    received: mpsc::Receiver<Signal>,
    commands: mpsc::UnboundedSender<Command>,
    /// The only node to call.
    only: Option<NodeId>,
    failures: BTreeMap<Target, Failure>,
    warnings: Vec<Failure>,
    waiting: Vec<Reconciliation>,
    /// Blobs that arrived and are on their way to the disk.
    taking_blobs: usize,
    /// How sessions that ended stood when they did, for those who wait for an outcome.
    ended: BTreeMap<NodeId, SessionView>,
    /// What the sessions with a peer cost that are over.
    spent: BTreeMap<NodeId, Spent>,
    stopping: bool,
}

/// Time for the engine: milliseconds since this process first asked. Never the wall clock, which
/// jumps; the engine only compares times with each other.
fn clock() -> Timestamp {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    Timestamp(u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX))
}

impl Driver {
    pub(super) fn bind(
        host: Arc<dyn Host>,
        key: &SigningKey,
        options: Options,
        commands: mpsc::UnboundedSender<Command>,
    ) -> Result<Self, BindError> {
        let me = NodeId(key.verifying_key().to_bytes());
        let any: SocketAddr = (std::net::Ipv6Addr::UNSPECIFIED, 0).into();
        let listens = !options.listen.is_empty();
        let listen = if listens { options.listen } else { vec![any] };
        let endpoint = Endpoint::bind(&listen, key)?;
        if listens {
            // Before the engine learns what is stored: it is told of later entries only.
            host.listening(&endpoint.reachable_addresses());
        }
        let engine = host.engine();
        let network = engine.charter().network();
        let addresses = endpoint.local_addresses();
        let discovery = if options.discovery && listens {
            Discovery::start(network, me, &addresses)
        } else {
            Discovery::off()
        };
        let [a, b, c, d, e, f, g, h, ..] = me.0;
        let seed = u64::from_be_bytes([a, b, c, d, e, f, g, h]) ^ u64::from(std::process::id());
        let mut dialer = Dialer::new(seed);
        let now = Instant::now();
        let only = options.only;
        for (address, node) in options.peers {
            if only.is_some() && node.is_some() && node != only {
                continue;
            }
            let target = node.map_or_else(|| Target::Address(address.clone()), Target::Node);
            dialer.configure(target, &[address], now);
        }
        let (signals, received) = mpsc::channel(WAITING_SIGNALS);
        Ok(Self {
            host,
            engine,
            me,
            endpoint: Arc::new(endpoint),
            discovery,
            dialer,
            links: BTreeMap::new(),
            candidates: Candidates::new(),
            next_session: 1,
            signals,
            received,
            commands,
            only,
            failures: BTreeMap::new(),
            warnings: Vec::new(),
            waiting: Vec::new(),
            taking_blobs: 0,
            ended: BTreeMap::new(),
            spent: BTreeMap::new(),
            stopping: false,
        })
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.endpoint.local_addresses()
    }

    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        let accepting = tokio::spawn(connections::accept(
            Arc::clone(&self.endpoint),
            self.signals.clone(),
        ));
        let mut discovering = true;
        self.learn_addresses();
        while !self.stopping {
            self.call_due();
            self.review();
            let wake = self.next_wake();
            tokio::select! {
                Some(command) = commands.recv() => self.command(command),
                Some(signal) = self.received.recv() => self.signal(signal),
                event = self.discovery.next(), if discovering => match event {
                    Some(event) => self.discovered(event),
                    None => discovering = false,
                },
                () = sleep_until(wake.into()) => self.engine.handle(clock(), Input::Tick),
            }
            // What else is waiting is taken along, so that answers to it travel together.
            for _ in 0..BATCH {
                let more = match (commands.try_recv(), self.received.try_recv()) {
                    (Err(_), Err(_)) => false,
                    (command, signal) => {
                        command
                            .into_iter()
                            .for_each(|command| self.command(command));
                        signal.into_iter().for_each(|signal| self.signal(signal));
                        true
                    }
                };
                if !more {
                    break;
                }
            }
            self.judge_doubles();
            self.perform();
        }
        accepting.abort();
        self.say_goodbye().await;
    }

    async fn say_goodbye(mut self) {
        let sessions: Vec<SessionId> = self.links.keys().copied().collect();
        for session in sessions {
            self.engine.handle(clock(), Input::Leave { session });
        }
        self.perform();
        let all_gone = async {
            for link in self.links.values() {
                let _ = link.handle.closed().await;
            }
        };
        let _ = timeout(GOODBYE, all_gone).await;
        self.discovery.stop().await;
        if let Ok(endpoint) = Arc::try_unwrap(self.endpoint) {
            endpoint.close(CloseCode::Stopping, "").await;
        }
    }

    fn next_wake(&self) -> Instant {
        let now = Instant::now();
        let engine = self.engine.next_wake().map(|at| now + at.since(clock()));
        let dial = self.dialer.next_due();
        let waiting = self.waiting.iter().map(Reconciliation::deadline).min();
        let doubles = self.next_verdict();
        let soonest = [engine, dial, waiting, doubles].into_iter().flatten().min();
        // Timers are milliseconds apart at the least: a wake-up just before its time would spin.
        soonest
            .unwrap_or(now + Duration::from_secs(60))
            .max(now + Duration::from_millis(1))
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Stored { run } => self.engine.handle(clock(), Input::Stored { run }),
            Command::WantBlobs { hashes } => {
                self.engine.handle(clock(), Input::WantBlobs { hashes });
            }
            Command::BlobTaken => self.taking_blobs = self.taking_blobs.saturating_sub(1),
            Command::AddressesChanged => self.learn_addresses(),
            Command::AddPeer { address, node } => {
                let target = node.map_or_else(|| Target::Address(address.clone()), Target::Node);
                self.dialer.configure(target, &[address], Instant::now());
            }
            Command::Reconcile {
                only,
                since,
                patience,
                reply,
            } => {
                let now = Instant::now();
                self.failures.clear();
                self.ended.clear();
                self.dialer.hurry(now);
                let before = match since {
                    Since::Start => BTreeMap::new(),
                    Since::Now => self.all_spent(),
                };
                self.waiting
                    .push(Reconciliation::new(only, patience, reply, before, now));
            }
            Command::State { reply } => {
                let _ = reply.send(self.state());
            }
            Command::Answer(input) => self.engine.handle(clock(), *input),
            Command::Stop => self.stopping = true,
        }
    }

    fn signal(&mut self, signal: Signal) {
        match signal {
            Signal::Arrived(connection) => {
                let peer = connection.peer();
                self.dialer.connected(None, peer, None, Instant::now());
                self.connected(connection, None);
            }
            Signal::Called {
                target,
                began,
                result,
            } => match result {
                Ok(connection) => {
                    self.failures.remove(&target);
                    let (peer, at) = (connection.peer(), Some(connection.remote()));
                    self.dialer
                        .connected(Some(&target), peer, at, Instant::now());
                    self.connected(connection, Some(began));
                }
                // The peer called meanwhile: what the call came to does not matter.
                Err(_) if let Some(node) = self.connected_target(&target) => {
                    let now = Instant::now();
                    self.dialer.connected(Some(&target), node, None, now);
                }
                Err(failure) => {
                    self.dialer.failed(&target, Instant::now());
                    self.failures.insert(target, failure);
                }
            },
            Signal::Frame { session, bytes } => {
                if let Some(bytes) = self.greeted_beside(session, bytes) {
                    self.frame(session, bytes);
                }
            }
            Signal::Sent { session, bytes } => {
                self.engine.handle(clock(), Input::Sent { session, bytes });
            }
            Signal::Gone { session, reason } => self.gone(session, &reason),
        }
    }

    fn frame(&mut self, session: SessionId, bytes: Vec<u8>) {
        if let Some(link) = self.links.get_mut(&session) {
            link.note_handled();
        }
        self.engine
            .handle(clock(), Input::Received { session, bytes });
    }

    /// The node that a call was for, if it is connected.
    fn connected_target(&self, target: &Target) -> Option<NodeId> {
        match target {
            Target::Node(node) => self.standing_with(node).map(|_| *node),
            Target::Address(_) => None,
        }
    }
}
