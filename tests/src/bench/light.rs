//! Light partners: the protocol's engine over real connections, with what they hold in memory.
//!
//! Each has its own key, certificate, socket and connection, verifies what it receives and
//! acknowledges it, and calls the hub again as a node would ([`Dialer`]). It has no disk and no
//! read model: two hundred stores on one disk would measure that disk. They begin with what the
//! hub holds, and all run in one process.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use capactif_node::home::Home;
use capactif_node::home::keys::KeyName;
use capactif_node::network::{
    CloseCode, Connection, ConnectionHandle, Dialer, Endpoint, FrameReceiver, FrameSender,
    PeerAddress, Target,
};
use capactif_node::store::Journals;
use ed25519_dalek::SigningKey;
use sync_protocol::authority::SignedEntry;
use sync_protocol::charter::{Certificate, Charter, Version};
use sync_protocol::engine::{Engine, Input, Output, SessionId};
use sync_protocol::entry::Kind;
use sync_protocol::frontier::{Frontier, Tip};
use sync_protocol::id::{NetworkId, NodeId, StructureId};
use sync_protocol::run::{Statement, recompose, sign};
use sync_protocol::time::Timestamp;

use super::Outcome;

/// What a network is to a partner that begins.
#[derive(Debug)]
pub struct Ground {
    network: NetworkId,
    structure: StructureId,
    root: SigningKey,
    pinned: Version,
    authority: Vec<SignedEntry>,
    frontier: Frontier,
    /// The node whose home it was read from.
    pub hub: NodeId,
}

impl Ground {
    /// Reads it from the home of a founder that nobody has open.
    ///
    /// # Errors
    /// Not such a home.
    pub fn of(home: &Path) -> Outcome<Self> {
        let home = Home::open(home)?;
        let membership = home.membership()?.ok_or("no network")?;
        let key = |name| {
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(home.key(name)?.ok_or("no key")?)
        };
        let journals = Journals::open(&home.store())?;
        let authority = journals.authority()?;
        let pinned = authority
            .iter()
            .filter_map(|signed| Version::decode(signed.entry.body.as_deref()?).ok())
            .find(|version| version.id() == membership.charter)
            .ok_or("no charter")?;
        let ground = Self {
            network: membership.network,
            structure: membership.structure,
            root: key(KeyName::Root)?.signing_key(),
            hub: key(KeyName::Node)?.node_id(),
            pinned,
            frontier: journals.frontier(),
            authority,
        };
        journals.close();
        Ok(ground)
    }
}

/// What a partner tells about itself.
#[derive(Debug, Default)]
pub struct Told {
    /// Whether it is in step with the hub.
    pub in_sync: AtomicBool,
    /// How often it called the hub.
    pub calls: AtomicU64,
    /// When each entry of the hub's arrived and was verified, in order.
    pub arrivals: Mutex<Vec<Instant>>,
    /// When it last came into step.
    pub stepped: Mutex<Option<Instant>>,
}

/// A partner.
#[derive(Debug)]
pub struct Partner {
    key: SigningKey,
    ground: Arc<Ground>,
    engine: Engine,
    /// Runs that the ground does not have.
    runs: BTreeMap<NodeId, Vec<Arc<[u8]>>>,
    told: Arc<Told>,
    seed: u64,
}

fn clock(start: Instant) -> Timestamp {
    Timestamp(u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX))
}

/// The two directions of a connection.
struct Line {
    sender: FrameSender,
    receiver: FrameReceiver,
    handle: ConnectionHandle,
}

impl Partner {
    /// Partner number `index`, a further node of the founder's structure.
    #[must_use]
    pub fn new(ground: &Arc<Ground>, index: usize) -> (Self, Arc<Told>) {
        let mut seed = [9; 32];
        seed[..8].copy_from_slice(&(index as u64).to_be_bytes());
        let key = SigningKey::from_bytes(&seed);
        let me = NodeId(key.verifying_key().to_bytes());
        let network = ground.network;
        let certificate = Certificate::issue(network, ground.structure, &ground.root, me).encode();
        let mut charter = Charter::pinned(network, ground.pinned.clone());
        charter.observe_all(ground.authority.iter().map(|signed| &signed.entry));
        let opening = Statement {
            charter: charter.current().0,
            kind: Kind::CERTIFICATE,
            subject: None,
            time: Timestamp(1_790_000_000_000),
            body: certificate.clone(),
        };
        let mut frontier = ground.frontier.clone();
        let mut own = Vec::new();
        for run in sign(network, &key, Tip::EMPTY, vec![opening]) {
            frontier.set(me, run.last());
            own.push(Arc::clone(run.wire()));
        }
        let told = Arc::new(Told::default());
        let partner = Self {
            key,
            ground: Arc::clone(ground),
            engine: Engine::new(me, certificate, charter, frontier, index as u64),
            runs: BTreeMap::from([(me, own)]),
            told: Arc::clone(&told),
            seed: index as u64,
        };
        (partner, told)
    }

    /// Stays connected with the hub at `address` until the task is ended.
    ///
    /// # Errors
    /// No socket.
    pub async fn live(mut self, address: SocketAddr) -> Outcome<()> {
        let endpoint = Endpoint::bind(&["127.0.0.1:0".parse()?], &self.key)?;
        let hub = self.ground.hub;
        let mut dialer = Dialer::new(self.seed);
        let target = Target::Node(hub);
        let addresses = [PeerAddress::from(address)];
        dialer.configure(target.clone(), &addresses, Instant::now());
        let start = Instant::now();
        for session in 1.. {
            while dialer.due(Instant::now(), 1).is_empty() {
                let due = dialer.next_due().unwrap_or_else(Instant::now);
                tokio::time::sleep_until(due.into()).await;
            }
            self.told.calls.fetch_add(1, Ordering::Relaxed);
            match endpoint.connect(&[address], hub).await {
                Ok(connection) => {
                    dialer.connected(Some(&target), hub, Some(address), Instant::now());
                    self.converse(connection, SessionId(session), start).await;
                    self.told.in_sync.store(false, Ordering::SeqCst);
                    dialer.disconnected(hub, Instant::now());
                }
                Err(_) => {
                    dialer.failed(&target, Instant::now());
                }
            }
        }
        Ok(())
    }

    /// Takes part until the connection ends.
    async fn converse(&mut self, connection: Connection, session: SessionId, start: Instant) {
        let (peer, exporter) = (connection.peer(), connection.exporter());
        let (sender, receiver, handle) = connection.into_parts();
        let mut line = Line {
            sender,
            receiver,
            handle,
        };
        let connected = Input::Connected {
            session,
            peer,
            exporter,
        };
        self.engine.handle(clock(start), connected);
        loop {
            if !self.perform(&line, start).await {
                break;
            }
            self.tell(session);
            line.receiver.set_limit(self.engine.frame_limit(session));
            let now = clock(start);
            let wait = self
                .engine
                .next_wake()
                .map_or(Duration::from_secs(60), |at| {
                    Duration::from_millis(at.0.saturating_sub(now.0).max(1))
                });
            let input = tokio::select! {
                frame = line.receiver.recv() => match frame {
                    Ok(Some(bytes)) => Input::Received { session, bytes },
                    Ok(None) | Err(_) => break,
                },
                () = tokio::time::sleep(wait) => Input::Tick,
            };
            self.engine.handle(clock(start), input);
        }
        line.handle.close(CloseCode::Done, "");
        self.engine
            .handle(clock(start), Input::Disconnected { session });
    }

    /// Does what the engine asks; returns whether the session goes on.
    async fn perform(&mut self, line: &Line, start: Instant) -> bool {
        while let Some(output) = self.engine.poll_output() {
            let input = match output {
                Output::Send { bytes, .. } => {
                    if line.sender.send(bytes).await.is_err() {
                        return false;
                    }
                    continue;
                }
                Output::Store { run } => {
                    if run.author() == self.ground.hub {
                        let now = Instant::now();
                        let entries = run.entries().iter().map(|_| now);
                        lock(&self.told.arrivals).extend(entries);
                    }
                    let wire = Arc::clone(run.wire());
                    self.runs.entry(run.author()).or_default().push(wire);
                    Input::Stored { run }
                }
                Output::Load {
                    session,
                    author,
                    after,
                    ..
                } => {
                    let held = self.runs.get(&author).map_or(&[][..], Vec::as_slice);
                    Input::Loaded {
                        session,
                        author,
                        runs: recompose(self.ground.network, after, held).unwrap_or_default(),
                    }
                }
                Output::LoadAuthority { session } => Input::AuthorityLoaded {
                    session,
                    entries: self.ground.authority.clone(),
                },
                Output::Close { .. } => return false,
                // Nobody forks in a benchmark.
                Output::Identify { .. } | Output::Parted { .. } | Output::Replace { .. } => {
                    continue;
                }
                Output::Event(_)
                | Output::Join { .. }
                | Output::LoadBlob { .. }
                | Output::LoadBody { .. }
                | Output::StoreBody { .. }
                | Output::Blob { .. } => continue,
            };
            self.engine.handle(clock(start), input);
        }
        true
    }

    fn tell(&self, session: SessionId) {
        let view = self.engine.session(session);
        let in_sync = view.is_some_and(|view| view.in_sync);
        if in_sync && !self.told.in_sync.swap(in_sync, Ordering::SeqCst) {
            *lock(&self.told.stepped) = Some(Instant::now());
        }
    }
}

/// Locks what only whole values are put into.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
