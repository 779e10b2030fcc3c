//! The loop that feeds the engine and does what it asks.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use sync_protocol::admission::JoinAnswer;
use sync_protocol::authority::SignedEntry;
use sync_protocol::engine::{Engine, Event, Input, Output, SessionId, SessionView};
use sync_protocol::frame::ByeReason;
use sync_protocol::id::NodeId;
use sync_protocol::run::{VerifiedRun, recompose};
use sync_protocol::time::Timestamp;
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};

use crate::network::{
    Attempt, BindError, CloseCode, CloseReason, Connection, Dialer, Discovery, DiscoveryEvent,
    Endpoint, PeerAddress, Target, keeps_duplicate, resolve_all,
};

use super::link::{Gate, Link};
use super::reconcile::{News, Reconciliation, Standing};
use super::report::{Failure, PeerState, PeerSummary, SyncState};
use super::{Host, Options};

/// Frames of all peers that may wait for the engine.
const WAITING_SIGNALS: usize = 256;
/// How many signals are handled before the engine's answers are sent.
const BATCH: usize = 256;
/// How many calls may be under way at once.
const CALLS: usize = 16;
/// With so many connections a node no longer calls members it only heard of: partners then reach
/// each other through those, and the network does not become a full mesh.
const ENOUGH_CONNECTIONS: usize = 3;
/// Two connections that stand this close together were dialed by both ends at once.
const SIMULTANEOUS: Duration = Duration::from_secs(5);
/// How long goodbyes may take when stopping.
const GOODBYE: Duration = Duration::from_secs(3);

/// What others ask of the driver.
#[derive(Debug)]
pub(super) enum Command {
    Stored {
        run: Arc<VerifiedRun>,
    },
    AddressesChanged,
    AddPeer {
        address: PeerAddress,
        node: Option<NodeId>,
    },
    Reconcile {
        only: Option<NodeId>,
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
        result: Result<Connection, Failure>,
    },
    Frame {
        session: SessionId,
        bytes: Vec<u8>,
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
    next_session: u64,
    signals: mpsc::Sender<Signal>,
    received: mpsc::Receiver<Signal>,
    commands: mpsc::UnboundedSender<Command>,
    /// The only node to call.
    only: Option<NodeId>,
    failures: BTreeMap<Target, Failure>,
    warnings: Vec<Failure>,
    waiting: Vec<Reconciliation>,
    /// How sessions that ended stood when they did, for those who wait for an outcome.
    ended: BTreeMap<NodeId, (SessionView, (u64, u64))>,
    stopping: bool,
}

fn wall_clock() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
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
        let seed = u64::from_be_bytes([a, b, c, d, e, f, g, h]) ^ wall_clock().0;
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
            next_session: 1,
            signals,
            received,
            commands,
            only,
            failures: BTreeMap::new(),
            warnings: Vec::new(),
            waiting: Vec::new(),
            ended: BTreeMap::new(),
            stopping: false,
        })
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.endpoint.local_addresses()
    }

    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        let accepting = tokio::spawn(accept(Arc::clone(&self.endpoint), self.signals.clone()));
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
                () = sleep_until(wake.into()) => self.engine.handle(wall_clock(), Input::Tick),
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
            self.perform();
        }
        accepting.abort();
        self.say_goodbye().await;
    }

    async fn say_goodbye(mut self) {
        let sessions: Vec<SessionId> = self.links.keys().copied().collect();
        for session in sessions {
            self.engine.handle(wall_clock(), Input::Leave { session });
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
        let engine = self
            .engine
            .next_wake()
            .map(|at| now + at.since(wall_clock()));
        let dial = self.dialer.next_due();
        let waiting = self.waiting.iter().map(Reconciliation::deadline).min();
        let soonest = [engine, dial, waiting].into_iter().flatten().min();
        // Timers are milliseconds apart at the least: a wake-up just before its time would spin.
        soonest
            .unwrap_or(now + Duration::from_secs(60))
            .max(now + Duration::from_millis(1))
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Stored { run } => self.engine.handle(wall_clock(), Input::Stored { run }),
            Command::AddressesChanged => self.learn_addresses(),
            Command::AddPeer { address, node } => {
                let target = node.map_or_else(|| Target::Address(address.clone()), Target::Node);
                self.dialer.configure(target, &[address], Instant::now());
            }
            Command::Reconcile {
                only,
                patience,
                reply,
            } => {
                let now = Instant::now();
                self.failures.clear();
                self.ended.clear();
                self.dialer.hurry(now);
                let before = self
                    .engine
                    .sessions()
                    .map(|(_, view)| (view.peer, view.traffic))
                    .collect();
                self.waiting
                    .push(Reconciliation::new(only, patience, reply, before, now));
            }
            Command::State { reply } => {
                let _ = reply.send(self.state());
            }
            Command::Answer(input) => self.engine.handle(wall_clock(), *input),
            Command::Stop => self.stopping = true,
        }
    }

    fn signal(&mut self, signal: Signal) {
        match signal {
            Signal::Arrived(connection) => {
                let peer = connection.peer();
                self.dialer.connected(None, peer, None, Instant::now());
                self.connected(connection);
            }
            Signal::Called { target, result } => match result {
                Ok(connection) => {
                    self.failures.remove(&target);
                    let (peer, at) = (connection.peer(), Some(connection.remote()));
                    self.dialer
                        .connected(Some(&target), peer, at, Instant::now());
                    self.connected(connection);
                }
                Err(failure) => {
                    self.dialer.failed(&target, Instant::now());
                    self.failures.insert(target, failure);
                }
            },
            Signal::Frame { session, bytes } => {
                self.engine
                    .handle(wall_clock(), Input::Received { session, bytes });
            }
            Signal::Gone { session, reason } => self.gone(session, &reason),
        }
    }

    fn connected(&mut self, connection: Connection) {
        let peer = connection.peer();
        if peer == self.me {
            connection.close(CloseCode::Superseded, "this is the node itself");
            self.dialer.forget(&Target::Node(peer));
            return;
        }
        let standing = self.engine.sessions().find(|(_, view)| view.peer == peer);
        if let Some((session, view)) = standing {
            let both_dialed = self
                .links
                .get(&session)
                .is_some_and(|link| link.initiated != connection.initiated());
            let young = wall_clock().since(view.since) < SIMULTANEOUS;
            if both_dialed && young && !keeps_duplicate(&self.me, &peer, connection.initiated()) {
                connection.close(CloseCode::Superseded, "another connection stands");
                return;
            }
            // The peer was restarted, or both called at once and this is the one to keep.
            self.engine
                .handle(wall_clock(), Input::Disconnected { session });
            if let Some(link) = self.links.remove(&session) {
                link.close(CloseCode::Superseded, "another connection stands".into());
            }
        }
        let session = SessionId(self.next_session);
        self.next_session += 1;
        let exporter = connection.exporter();
        self.engine.handle(
            wall_clock(),
            Input::Connected {
                session,
                peer,
                exporter,
            },
        );
        let gate = Gate {
            open: true,
            limit: self.engine.frame_limit(session),
        };
        let link = Link::start(connection, session, self.signals.clone(), gate);
        self.links.insert(session, link);
    }

    fn gone(&mut self, session: SessionId, reason: &CloseReason) {
        let Some(link) = self.links.remove(&session) else {
            return;
        };
        if let Some(view) = self.engine.session(session) {
            let peer = view.peer;
            let stats = link.handle.stats();
            self.ended.insert(
                peer,
                (view, (stats.udp_bytes_sent, stats.udp_bytes_received)),
            );
            let target = Target::Node(peer);
            let quiet = matches!(reason, CloseReason::Local)
                || matches!(
                    reason,
                    CloseReason::Peer {
                        code: CloseCode::Done | CloseCode::Stopping,
                        ..
                    }
                );
            if !quiet {
                let failure = Failure {
                    code: reason.code(),
                    args: reason.args(),
                    message: reason.to_string(),
                };
                self.failures.entry(target).or_insert(failure);
            }
            self.engine
                .handle(wall_clock(), Input::Disconnected { session });
            self.dialer.disconnected(peer, Instant::now());
            self.learn_addresses();
        }
    }

    fn discovered(&mut self, event: DiscoveryEvent) {
        match event {
            DiscoveryEvent::Found(neighbour) if self.host.is_member(&neighbour.node) => {
                let addresses: Vec<PeerAddress> = neighbour
                    .addresses
                    .into_iter()
                    .map(PeerAddress::from)
                    .collect();
                self.dialer
                    .learn(Target::Node(neighbour.node), &addresses, Instant::now());
            }
            DiscoveryEvent::Found(_) | DiscoveryEvent::Lost(_) => {}
            DiscoveryEvent::Warning(warning) => {
                let (code, args) = (warning.code(), warning.args());
                self.warnings.retain(|known| known.code != code);
                self.warnings.push(Failure {
                    code,
                    args,
                    message: warning.to_string(),
                });
            }
        }
    }

    /// Takes up what members said of their addresses, while there are few connections.
    fn learn_addresses(&mut self) {
        if self.links.len() >= ENOUGH_CONNECTIONS {
            return;
        }
        let now = Instant::now();
        for (node, texts) in self.host.known_addresses() {
            let addresses: Vec<PeerAddress> =
                texts.iter().filter_map(|text| text.parse().ok()).collect();
            let wanted = node != self.me && self.only.is_none_or(|only| only == node);
            if wanted && !addresses.is_empty() {
                self.dialer.learn(Target::Node(node), &addresses, now);
            }
        }
    }

    fn call_due(&mut self) {
        for Attempt { target, addresses } in self.dialer.due(Instant::now(), CALLS) {
            let connected = |node: &NodeId| self.engine.sessions().any(|(_, it)| it.peer == *node);
            if let Target::Node(node) = &target
                && (*node == self.me || connected(node))
            {
                self.dialer
                    .connected(Some(&target), *node, None, Instant::now());
                continue;
            }
            let endpoint = Arc::clone(&self.endpoint);
            let signals = self.signals.clone();
            tokio::spawn(async move {
                let result = call(&endpoint, &target, &addresses).await;
                let _ = signals.send(Signal::Called { target, result }).await;
            });
        }
    }

    /// Does what the engine asks.
    fn perform(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send { session, bytes } => {
                    if let Some(link) = self.links.get(&session) {
                        link.send(bytes);
                    }
                }
                Output::Store { run } => self.store(run),
                Output::Load {
                    session,
                    author,
                    after,
                    max_bytes,
                } => {
                    self.answer(move |host| {
                        let runs = load(host, &author, after, max_bytes);
                        Some(Input::Loaded {
                            session,
                            author,
                            runs,
                        })
                    });
                }
                Output::LoadAuthority { session } => self.answer(move |host| {
                    let entries = authority(host);
                    Some(Input::AuthorityLoaded { session, entries })
                }),
                Output::Join {
                    session,
                    peer,
                    exporter,
                    request,
                } => {
                    self.answer(move |host| {
                        let answer: JoinAnswer = host.answer_join(peer, &exporter, &request);
                        Some(Input::JoinAnswered { session, answer })
                    });
                }
                Output::Close { session, bye } => {
                    if let Some(link) = self.links.get(&session) {
                        link.close(close_code(bye.reason), bye.detail);
                    }
                }
                Output::Event(event) => self.event(&event),
                // Sealed parts and attachments are the only blobs; no collection has them yet, so
                // none is ever wanted here and none can be given.
                Output::LoadBlob { .. } | Output::Blob { .. } => {}
            }
        }
        for (session, link) in &self.links {
            let open = self.engine.wants_input(*session);
            link.set_gate(Gate {
                open,
                limit: self.engine.frame_limit(*session),
            });
        }
    }

    fn event(&mut self, event: &Event) {
        tracing::debug!(?event, "sync");
        if let Event::Ended {
            peer, by_peer, bye, ..
        } = event
            && bye.reason != ByeReason::Done
        {
            let failure = Failure::bye(bye.reason, *by_peer, &bye.detail);
            self.failures.insert(Target::Node(*peer), failure);
        }
        if let Event::InSync { session } = event
            && let Some(view) = self.engine.session(*session)
        {
            self.failures.remove(&Target::Node(view.peer));
        }
        self.host.event(event);
    }

    fn store(&self, run: Arc<VerifiedRun>) {
        let commands = self.commands.clone();
        let host = Arc::clone(&self.host);
        let again = Arc::clone(&run);
        self.host.journals().append_then(vec![run], move |result| {
            let input = match result {
                Ok(_) => {
                    host.stored(&again);
                    Input::Stored { run: again }
                }
                Err(error) if error.refuses_the_run() => {
                    let author = again.author();
                    Input::NotStored {
                        author,
                        tip: host.journals().tip(&author),
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "the store failed");
                    Input::StoreFailed
                }
            };
            let _ = commands.send(Command::Answer(Box::new(input)));
        });
    }

    /// Answers the engine from a thread that may wait for the disk.
    fn answer(&self, work: impl FnOnce(&dyn Host) -> Option<Input> + Send + 'static) {
        let host = Arc::clone(&self.host);
        let commands = self.commands.clone();
        tokio::task::spawn_blocking(move || {
            if let Some(input) = work(&*host) {
                let _ = commands.send(Command::Answer(Box::new(input)));
            }
        });
    }

    fn review(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        let now = Instant::now();
        waiting.retain_mut(|reconciliation| !reconciliation.review(self.standings(), now));
        self.waiting = waiting;
    }

    fn standings(&self) -> Vec<Standing> {
        let mut standings = Vec::new();
        for target in self.dialer.targets() {
            let session = match target {
                Target::Node(node) => self.engine.sessions().find(|(_, it)| it.peer == *node),
                Target::Address(_) => None,
            };
            let failure = self.failures.get(target).cloned();
            let hopeful = failure.is_none();
            standings.push(Standing {
                target: target.clone(),
                summary: self.summary(target, session, failure),
                hopeful,
            });
        }
        for (session, view) in self.engine.sessions() {
            let target = Target::Node(view.peer);
            if !self.dialer.targets().any(|known| *known == target) {
                let summary = self.summary(&target, Some((session, view)), None);
                standings.push(Standing {
                    target,
                    summary,
                    hopeful: true,
                });
            }
        }
        standings
    }

    fn summary(
        &self,
        target: &Target,
        session: Option<(SessionId, SessionView)>,
        failure: Option<Failure>,
    ) -> PeerSummary {
        let (node, address) = match target {
            Target::Node(node) => (Some(*node), self.dialer.addresses(target).first().cloned()),
            Target::Address(address) => (None, Some(address.clone())),
        };
        let stats = session
            .as_ref()
            .and_then(|(id, _)| self.links.get(id))
            .map(|link| {
                let stats = link.handle.stats();
                (stats.udp_bytes_sent, stats.udp_bytes_received)
            });
        let ended = node.and_then(|node| self.ended.get(&node));
        let view = session
            .map(|(_, view)| view)
            .or_else(|| ended.map(|(view, _)| view.clone()));
        let elapsed = view
            .as_ref()
            .map_or(Duration::ZERO, |it| wall_clock().since(it.since));
        PeerSummary {
            node,
            address: address.map(|address| address.to_string()),
            structure: view.as_ref().and_then(|view| view.structure),
            traffic: view.as_ref().map(|view| view.traffic).unwrap_or_default(),
            udp_bytes: stats
                .or_else(|| ended.map(|(_, bytes)| *bytes))
                .unwrap_or_default(),
            elapsed,
            in_sync: view.is_some_and(|view| view.in_sync),
            failure,
        }
    }

    fn state(&self) -> SyncState {
        let mut peers = Vec::new();
        for standing in self.standings() {
            let node = standing.summary.node;
            let session = self
                .engine
                .sessions()
                .find(|(_, view)| Some(view.peer) == node);
            let mut addresses: Vec<String> = self
                .dialer
                .addresses(&standing.target)
                .iter()
                .map(ToString::to_string)
                .collect();
            let remote = session.as_ref().and_then(|(id, _)| self.links.get(id));
            if let Some(link) = remote {
                let remote = link.handle.remote().to_string();
                addresses.retain(|address| *address != remote);
                addresses.insert(0, remote);
            }
            let view = session.map(|(_, view)| view);
            peers.push(PeerState {
                node,
                structure: view.as_ref().and_then(|view| view.structure),
                addresses,
                connected: view.as_ref().is_some_and(|view| view.structure.is_some()),
                in_sync: view.as_ref().is_some_and(|view| view.in_sync),
                missing_there: view.as_ref().map_or(0, |view| view.missing_there),
                traffic: view.map(|view| view.traffic).unwrap_or_default(),
                failure: standing.summary.failure,
            });
        }
        SyncState {
            peers,
            listening: self.addresses(),
            warnings: self.warnings.clone(),
        }
    }
}

async fn accept(endpoint: Arc<Endpoint>, signals: mpsc::Sender<Signal>) {
    while let Some(connection) = endpoint.accept().await {
        if signals.send(Signal::Arrived(connection)).await.is_err() {
            return;
        }
    }
}

async fn call(
    endpoint: &Endpoint,
    target: &Target,
    addresses: &[PeerAddress],
) -> Result<Connection, Failure> {
    let resolved = resolve_all(addresses).await.map_err(|error| Failure {
        code: error.code(),
        args: error.args(),
        message: error.to_string(),
    })?;
    let answer = match (target, resolved.first()) {
        (Target::Node(node), _) => endpoint.connect(&resolved, *node).await,
        (Target::Address(_), Some(first)) => endpoint.connect_any(*first).await,
        (Target::Address(_), None) => Err(crate::network::ConnectError::NoAddress),
    };
    answer.map_err(|error| Failure {
        code: error.code(),
        args: error.args(),
        message: error.to_string(),
    })
}

fn load(host: &dyn Host, author: &NodeId, after: u64, max_bytes: usize) -> Vec<Arc<[u8]>> {
    let network = host.network();
    let stored = match host.journals().runs_after(author, after, max_bytes) {
        Ok(stored) => stored,
        Err(error) => {
            tracing::error!(%error, "a journal cannot be read");
            return Vec::new();
        }
    };
    recompose(network, after, &stored).unwrap_or_else(|error| {
        tracing::error!(%error, "a journal cannot be read");
        Vec::new()
    })
}

fn authority(host: &dyn Host) -> Vec<SignedEntry> {
    match host.journals().authority() {
        Ok(entries) => entries
            .into_iter()
            .map(|held| SignedEntry {
                entry: held.entry,
                signature: held.signature,
            })
            .collect(),
        Err(error) => {
            tracing::error!(%error, "the charter's entries cannot be read");
            Vec::new()
        }
    }
}

const fn close_code(reason: ByeReason) -> CloseCode {
    match reason {
        ByeReason::Done | ByeReason::LocalFailure | ByeReason::Other(_) => CloseCode::Done,
        ByeReason::OtherNetwork | ByeReason::NotAdmitted => CloseCode::KeyRefused,
        ByeReason::Version => CloseCode::Incompatible,
        ByeReason::Misbehaved => CloseCode::Misbehaved,
        ByeReason::Busy => CloseCode::Busy,
    }
}
