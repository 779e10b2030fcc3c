//! One node's side of all its sessions, as a state machine without I/O.
//!
//! The caller feeds what happened with [`Engine::handle`] and then drains [`Engine::poll_output`];
//! handling everything that is waiting before draining lets acknowledgements travel together.
//! The engine knows what is durable here because the caller says so ([`Input::Stored`]), and it
//! acknowledges and passes on nothing else.
//!
//! - `session` (the state of one connection), `greet` (Hello, trust, charter), `receive`
//!   (runs that come in), `send` (what the peer lacks), `account` (acknowledgements and claims).
//!
//! Spec: docs/protocol.md, section 8.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::admission::{Exporter, JoinAnswer, JoinRequest};
use crate::authority::SignedEntry;
use crate::charter::Charter;
use crate::frame::{Bye, ByeReason, Frame};
use crate::frontier::{Frontier, Tip};
use crate::id::{NodeId, Prefix, StructureId};
use crate::run::VerifiedRun;
use crate::time::{Duration, Timestamp};

mod account;
mod blobs;
mod greet;
mod receive;
mod send;
mod session;
#[cfg(test)]
mod tests;

pub use session::{SessionView, Traffic};

use session::{Phase, Session};

/// How long a peer may take to greet.
pub const GREETING_TIMEOUT: Duration = Duration::from_secs(10);
/// How many bytes may be under way to one peer before it acknowledges.
pub const SEND_BUDGET_BYTES: usize = 4 * 1024 * 1024;
/// How many bytes of one peer's runs may wait for the store before reading from it pauses.
pub const RECEIVE_BUDGET_BYTES: usize = 8 * 1024 * 1024;

/// A connection, named by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// A connection stands; the transport proved the peer's key.
    Connected {
        /// Its name from now on.
        session: SessionId,
        /// Who is at the other end.
        peer: NodeId,
        /// Keying material of the connection.
        exporter: Exporter,
    },
    /// A frame arrived.
    Received {
        /// On which connection.
        session: SessionId,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// A connection is gone.
    Disconnected {
        /// Which.
        session: SessionId,
    },
    /// A run is durable here: one of our own, or one the engine asked to store.
    Stored {
        /// The run.
        run: Arc<VerifiedRun>,
    },
    /// A run the engine asked to store was not taken, because another got there first.
    NotStored {
        /// Whose journal.
        author: NodeId,
        /// The tip that the store holds of it.
        tip: Tip,
    },
    /// The store takes nothing any more.
    StoreFailed,
    /// Answers [`Output::Load`]: runs that begin right after the entry asked for.
    Loaded {
        /// For which connection.
        session: SessionId,
        /// Whose journal.
        author: NodeId,
        /// The runs; empty if the store could not read them.
        runs: Vec<Arc<[u8]>>,
    },
    /// Answers [`Output::LoadAuthority`].
    AuthorityLoaded {
        /// For which connection.
        session: SessionId,
        /// All entries that carry authority.
        entries: Vec<SignedEntry>,
    },
    /// Answers [`Output::LoadBlob`].
    BlobLoaded {
        /// For which connection.
        session: SessionId,
        /// The blob's hash.
        hash: [u8; 32],
        /// The blob.
        bytes: Vec<u8>,
    },
    /// A blob is wanted here.
    WantBlob {
        /// Its hash.
        hash: [u8; 32],
    },
    /// Answers [`Output::Join`].
    JoinAnswered {
        /// On which connection.
        session: SessionId,
        /// The answer.
        answer: JoinAnswer,
    },
    /// The caller ends a session politely.
    Leave {
        /// Which.
        session: SessionId,
    },
    /// Time passed. See [`Engine::next_wake`].
    Tick,
}

/// What the caller has to do.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send a frame.
    Send {
        /// On which connection.
        session: SessionId,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// Make a run durable, then say [`Input::Stored`] (or [`Input::NotStored`]).
    Store {
        /// The run.
        run: Arc<VerifiedRun>,
    },
    /// Read runs of a journal, then say [`Input::Loaded`].
    Load {
        /// For which connection.
        session: SessionId,
        /// Whose journal.
        author: NodeId,
        /// The runs begin right after this entry.
        after: u64,
        /// About how many bytes.
        max_bytes: usize,
    },
    /// Read the entries that carry authority, then say [`Input::AuthorityLoaded`].
    LoadAuthority {
        /// For which connection.
        session: SessionId,
    },
    /// Read a blob if it is held, then say [`Input::BlobLoaded`].
    LoadBlob {
        /// For which connection.
        session: SessionId,
        /// Its hash.
        hash: [u8; 32],
    },
    /// A wanted blob arrived whole and its hash holds.
    Blob {
        /// Its hash.
        hash: [u8; 32],
        /// The blob.
        bytes: Vec<u8>,
    },
    /// A newcomer asks to be admitted: decide, then say [`Input::JoinAnswered`].
    Join {
        /// On which connection.
        session: SessionId,
        /// The newcomer's node.
        peer: NodeId,
        /// Keying material of the connection.
        exporter: Exporter,
        /// What it asks.
        request: JoinRequest,
    },
    /// Send what is queued, then close the connection.
    Close {
        /// Which.
        session: SessionId,
        /// Why, as told to the peer.
        bye: Bye,
    },
    /// Something people or the caller may want to know.
    Event(Event),
}

/// Something worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer is a member's node; exchange begins.
    Trusted {
        /// On which connection.
        session: SessionId,
        /// The node.
        peer: NodeId,
        /// Its structure.
        structure: StructureId,
    },
    /// Both ends hold the same and have acknowledged it.
    InSync {
        /// On which connection.
        session: SessionId,
    },
    /// The peer ended the session, or its frames did.
    Ended {
        /// Which connection.
        session: SessionId,
        /// The node.
        peer: NodeId,
        /// Whether the peer said so itself.
        by_peer: bool,
        /// Why.
        bye: Bye,
    },
    /// A node holds our journal up to an entry; `relayed` when another node says so.
    Holds {
        /// The holder, by the first bytes of its key.
        holder: Prefix,
        /// Up to which of our entries.
        seq: u64,
        /// Whether this is hearsay.
        relayed: bool,
    },
    /// Our own journal is longer at a peer than here: this store was restored from an older copy.
    OwnJournalAhead {
        /// At which node.
        peer: NodeId,
        /// Up to which entry.
        seq: u64,
    },
    /// A peer holds another entry under a number that we hold too.
    Forked {
        /// Whose journal.
        author: NodeId,
        /// The node that holds the other branch.
        peer: NodeId,
    },
    /// The charter grew.
    CharterGrew,
}

/// One node's side of all its sessions.
#[derive(Debug)]
pub struct Engine {
    me: NodeId,
    certificate: Vec<u8>,
    charter: Charter,
    /// What is durable here.
    frontier: Frontier,
    /// Tips of journals with runs under way to the store.
    verified: BTreeMap<NodeId, Tip>,
    sessions: BTreeMap<SessionId, Session>,
    /// Runs under way to the store, by journal and last entry: whom they came from, their bytes.
    storing: BTreeMap<(NodeId, u64), (SessionId, usize)>,
    wanted_blobs: BTreeMap<[u8; 32], Vec<u8>>,
    outputs: VecDeque<Output>,
    jitter: u64,
    now: Timestamp,
    store_failed: bool,
}

impl Engine {
    /// Starts with what the store holds.
    ///
    /// `certificate` is our own, as peers see it; `charter` has observed every stored entry that
    /// carries authority; `seed` spreads the delays of relays and need not be secret.
    #[must_use]
    pub fn new(
        me: NodeId,
        certificate: Vec<u8>,
        charter: Charter,
        frontier: Frontier,
        seed: u64,
    ) -> Self {
        Self {
            me,
            certificate,
            charter,
            frontier,
            verified: BTreeMap::new(),
            sessions: BTreeMap::new(),
            storing: BTreeMap::new(),
            wanted_blobs: BTreeMap::new(),
            outputs: VecDeque::new(),
            jitter: seed | 1,
            now: Timestamp::default(),
            store_failed: false,
        }
    }

    /// Takes one thing that happened into account.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        self.now = self.now.max(now);
        match input {
            Input::Connected {
                session,
                peer,
                exporter,
            } => self.connected(session, peer, exporter),
            Input::Received { session, bytes } => self.received(session, &bytes),
            Input::Disconnected { session } => {
                self.sessions.remove(&session);
            }
            Input::Stored { run } => self.stored(&run),
            Input::NotStored { author, tip } => self.not_stored(author, tip),
            Input::StoreFailed => self.store_failed(),
            Input::Loaded {
                session,
                author,
                runs,
            } => self.loaded(session, author, &runs),
            Input::AuthorityLoaded { session, entries } => self.show_charter(session, entries),
            Input::BlobLoaded {
                session,
                hash,
                bytes,
            } => self.send_blob(session, hash, &bytes),
            Input::WantBlob { hash } => self.want_blob(hash),
            Input::JoinAnswered { session, answer } => {
                self.send(session, &Frame::JoinAnswer(answer));
            }
            Input::Leave { session } => self.close(session, ByeReason::Done, String::new()),
            Input::Tick => {}
        }
        self.tick();
    }

    /// The next thing to do, or `None` when all is done.
    pub fn poll_output(&mut self) -> Option<Output> {
        if self.outputs.is_empty() {
            self.flush_acknowledgements();
        }
        self.outputs.pop_front()
    }

    /// When to say [`Input::Tick`] at the latest.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.sessions.values().filter_map(Session::next_wake).min()
    }

    /// What is durable here.
    #[must_use]
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The charter as known here.
    #[must_use]
    pub const fn charter(&self) -> &Charter {
        &self.charter
    }

    /// Whether more of a session's frames may be read now.
    #[must_use]
    pub fn wants_input(&self, session: SessionId) -> bool {
        self.sessions
            .get(&session)
            .is_some_and(|it| it.storing_bytes < RECEIVE_BUDGET_BYTES)
    }

    /// The most bytes the next frame of a session may have.
    #[must_use]
    pub fn frame_limit(&self, session: SessionId) -> usize {
        self.sessions.get(&session).map_or(0, Session::frame_limit)
    }

    /// What is known of one session.
    #[must_use]
    pub fn session(&self, session: SessionId) -> Option<SessionView> {
        self.sessions
            .get(&session)
            .map(|it| it.view(self.missing_there(it)))
    }

    /// All sessions.
    pub fn sessions(&self) -> impl Iterator<Item = (SessionId, SessionView)> {
        self.sessions
            .iter()
            .map(|(id, it)| (*id, it.view(self.missing_there(it))))
    }

    fn send(&mut self, id: SessionId, frame: &Frame) {
        let Some(session) = self
            .sessions
            .get_mut(&id)
            .filter(|session| session.phase != Phase::Closed)
        else {
            return;
        };
        let bytes = frame.encode();
        session.traffic.sent(bytes.len());
        self.outputs.push_back(Output::Send { session: id, bytes });
    }

    /// Ends a session, telling the peer why.
    fn close(&mut self, id: SessionId, reason: ByeReason, detail: String) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if session.phase == Phase::Closed {
            return;
        }
        let peer = session.peer;
        let bye = Bye { reason, detail };
        self.send(id, &Frame::Bye(bye.clone()));
        if let Some(session) = self.sessions.get_mut(&id) {
            session.phase = Phase::Closed;
        }
        let ended = Event::Ended {
            session: id,
            peer,
            by_peer: false,
            bye: bye.clone(),
        };
        self.event(ended);
        self.outputs.push_back(Output::Close { session: id, bye });
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// A delay up to `most`, different from node to node and from call to call (xorshift).
    fn delay(&mut self, most: Duration) -> Duration {
        self.jitter ^= self.jitter << 13;
        self.jitter ^= self.jitter >> 7;
        self.jitter ^= self.jitter << 17;
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX).max(1);
        Duration::from_millis(self.jitter % most)
    }

    fn store_failed(&mut self) {
        self.store_failed = true;
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            self.close(
                id,
                ByeReason::LocalFailure,
                "the store takes nothing any more".into(),
            );
        }
    }

    fn tick(&mut self) {
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            let Some(session) = self.sessions.get_mut(&id) else {
                continue;
            };
            if session.greeting_overdue(self.now) {
                let (reason, detail) = match session.phase {
                    Phase::Convincing => {
                        (ByeReason::NotAdmitted, "your structure is not known here")
                    }
                    Phase::Greeting | Phase::Stranger | Phase::Syncing | Phase::Closed => {
                        (ByeReason::Misbehaved, "no greeting in time")
                    }
                };
                self.close(id, reason, detail.into());
                continue;
            }
            let room = session.forget_lost_frames(self.now);
            if session.release_holds(self.now) || room {
                self.pump(id);
            }
            self.flush_claims(id);
        }
    }
}
