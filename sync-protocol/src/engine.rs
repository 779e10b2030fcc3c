//! One node's side of all its sessions, as a state machine without I/O.
//!
//! The caller feeds what happened with [`Engine::handle`] and then drains [`Engine::poll_output`];
//! handling everything that is waiting before draining lets acknowledgements travel together.
//! What a peer can make this node hold is bounded: runs and blobs are loaded for it only while little
//! is under way to it and the transport has taken most of what was sent ([`Input::Sent`]), and it is
//! read from only while little of what it sent waits ([`Engine::wants_input`]).
//! The engine knows what is durable here because the caller says so ([`Input::Stored`]), and it
//! acknowledges and passes on nothing else.
//!
//! - `input` and `output` (what is said to it, what it asks), `session` (the state of one connection), `greet` (Hello, trust, charter), `receive`
//!   (runs that come in), `send` (what the peer lacks), `under_way` (what it has not answered),
//!   `account` (acknowledgements and claims), `branches` (journals that somebody forked), `blobs`,
//!   `bodies` (those that runs left out), `pausing` (journals that are read no further).
//!
//! Spec: docs/protocol.md, section 8.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::charter::Charter;
use crate::frame::{Bye, ByeReason, Frame};
use crate::frontier::{Frontier, Tip};
use crate::id::NodeId;
use crate::time::{Duration, Timestamp};

mod account;
mod blobs;
mod bodies;
mod branches;
mod greet;
mod input;
mod output;
mod pausing;
mod receive;
mod send;
mod session;
#[cfg(test)]
mod tests;
mod under_way;

pub use input::Input;
pub use output::{Event, Output};
pub use session::{Load, SessionView, Traffic};

use blobs::Fetching;
use bodies::Missing;
use session::{Phase, Session};

/// How long a peer may take to greet.
pub const GREETING_TIMEOUT: Duration = Duration::from_secs(10);
/// How many bytes may be under way to one peer before it acknowledges.
pub const SEND_BUDGET_BYTES: usize = 4 * 1024 * 1024;
/// How many bytes of one peer's runs may wait for the store before reading from it pauses, on all
/// its sessions.
pub const RECEIVE_BUDGET_BYTES: usize = 8 * 1024 * 1024;
/// How many bytes of frames may wait for the transport before reading from their receiver pauses.
/// Well above [`SEND_BUDGET_BYTES`]: honest nodes, which ask for nothing twice, never get there, so
/// two of them never wait for each other.
pub const UNSENT_LIMIT_BYTES: usize = 3 * SEND_BUDGET_BYTES;

/// A connection, named by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

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
    storing: BTreeMap<(NodeId, u64), (NodeId, usize)>,
    /// The bytes of those, by whom they came from: who connects anew does not get a new budget.
    storing_bytes: BTreeMap<NodeId, usize>,
    /// Sessions with journals to acknowledge.
    to_acknowledge: BTreeSet<SessionId>,
    fetching: Fetching,
    missing: Missing,
    /// Journals whose branch was put aside: from which session alone they are taken until they pass
    /// through that head.
    contested: BTreeMap<NodeId, (SessionId, Tip)>,
    /// Journals that are read no further for now.
    paused: BTreeSet<NodeId>,
    /// Before then nothing is due on any session.
    wake: Option<Timestamp>,
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
            storing_bytes: BTreeMap::new(),
            to_acknowledge: BTreeSet::new(),
            fetching: Fetching::default(),
            missing: Missing::default(),
            contested: BTreeMap::new(),
            paused: BTreeSet::new(),
            wake: None,
            outputs: VecDeque::new(),
            jitter: seed | 1,
            now: Timestamp::default(),
            store_failed: false,
        }
    }

    /// Takes one thing that happened into account.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        self.now = self.now.max(now);
        let concerned = input.session();
        match input {
            Input::Connected {
                session,
                peer,
                exporter,
            } => self.connected(session, peer, exporter),
            Input::Received { session, bytes } => self.received(session, &bytes),
            Input::Sent { session, bytes } => self.sent(session, bytes),
            Input::Disconnected { session } => {
                self.sessions.remove(&session);
                self.to_acknowledge.remove(&session);
                self.no_longer_fed_by(session);
                self.review_fetching();
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
            Input::Identified {
                session,
                author,
                seq,
                id,
            } => self.identified(session, author, seq, id),
            Input::Replaced {
                session,
                author,
                outcome,
            } => self.replaced(session, author, outcome),
            Input::BlobLoaded {
                session,
                hash,
                total,
                bytes,
            } => self.blob_loaded(session, hash, total, &bytes),
            Input::BodyLoaded {
                session,
                place,
                body,
            } => self.body_loaded(session, place, body),
            Input::BodyStored { place } => self.body_stored(place),
            Input::Erased { bodies } => self.erased(bodies),
            Input::Pause { authors } => self.pause(authors),
            Input::WantBlob { hash } => self.want_blob(hash),
            Input::WantBlobs { hashes } => self.want_blobs(hashes),
            Input::JoinAnswered { session, answer } => {
                self.send(session, &Frame::JoinAnswer(answer));
            }
            Input::Leave { session } => self.close(session, ByeReason::Done, String::new()),
            Input::Tick => {}
        }
        let wake = concerned
            .and_then(|id| self.sessions.get(&id))
            .and_then(Session::next_wake);
        if let Some(at) = wake {
            self.wake_by(at);
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
        debug_assert!(
            self.earliest()
                .is_none_or(|at| self.wake.is_some_and(|wake| wake <= at)),
            "nothing is due before the next wake-up"
        );
        self.wake
    }

    fn earliest(&self) -> Option<Timestamp> {
        let sessions = self.sessions.values().filter_map(Session::next_wake);
        sessions.chain(self.blob_deadline()).min()
    }

    /// Something will be due then.
    fn wake_by(&mut self, at: Timestamp) {
        self.wake = Some(self.wake.map_or(at, |wake| wake.min(at)));
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
        self.sessions.get(&session).is_some_and(|it| {
            let storing = self.storing_bytes.get(&it.peer).copied().unwrap_or(0);
            storing < RECEIVE_BUDGET_BYTES && it.unsent_bytes < UNSENT_LIMIT_BYTES
        })
    }

    /// How much a session holds at the moment.
    #[must_use]
    pub fn load(&self, session: SessionId) -> Option<Load> {
        let it = self.sessions.get(&session)?;
        let journals = [
            it.theirs.len(),
            it.unknown.len(),
            it.deferred.len(),
            it.asked.len(),
            it.offered.len(),
        ];
        Some(Load {
            unsent_bytes: it.unsent_bytes,
            under_way_bytes: it.under_way.bytes(),
            storing_bytes: self.storing_bytes.get(&it.peer).copied().unwrap_or(0),
            journals: journals.into_iter().max().unwrap_or(0),
        })
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
        session.unsent_bytes += bytes.len();
        self.outputs.push_back(Output::Send { session: id, bytes });
    }

    /// The transport took bytes; perhaps more may be loaded now.
    fn sent(&mut self, id: SessionId, bytes: usize) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.unsent_bytes = session.unsent_bytes.saturating_sub(bytes);
        self.pump(id);
        self.serve_blobs(id);
        self.answer_bodies(id);
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
        self.review_fetching();
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

    /// Does what is due. Most inputs find nothing due, and look at no session.
    fn tick(&mut self) {
        if self.wake.is_none_or(|at| at > self.now) {
            return;
        }
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
                    Phase::Greeting
                    | Phase::Stranger
                    | Phase::Syncing
                    | Phase::Leaving
                    | Phase::Closed => (ByeReason::Misbehaved, "no greeting in time"),
                };
                self.close(id, reason, detail.into());
                continue;
            }
            let room = session.under_way.expire(self.now);
            if session.release_holds(self.now) || room {
                self.pump(id);
                self.serve_blobs(id);
                self.answer_bodies(id);
            }
            self.flush_claims(id);
        }
        self.review_fetching();
        self.wake = self.earliest();
    }
}
