//! The state of one connection.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::admission::Exporter;
use crate::charter::Certificate;
use crate::frame::{Frame, MAX_FRAME_BYTES, MAX_STRANGER_FRAME_BYTES};
use crate::frontier::{Frontier, FrontierDigest, MAX_JOURNALS};
use crate::id::{NodeId, Prefix, StructureId};
use crate::time::{Duration, Timestamp};

use super::GREETING_TIMEOUT;

/// After this long without an acknowledgement, bytes no longer count as under way.
const LOST_AFTER: Duration = Duration::from_secs(60);
/// Claims about other nodes wait this long for more of them.
const CLAIM_DELAY: Duration = Duration::from_millis(200);

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// We said Hello and wait for the peer's.
    Greeting,
    /// The peer presented a certificate that our charter does not know, and a newer charter.
    Convincing,
    /// The peer has no certificate; it may ask to join and nothing else.
    Stranger,
    /// Both are members.
    Syncing,
    /// Bye was said.
    Closed,
}

/// Bytes, frames and entries of one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes of frames sent.
    pub bytes_sent: u64,
    /// Bytes of frames received.
    pub bytes_received: u64,
    /// Entries sent.
    pub entries_sent: u64,
    /// New entries received.
    pub entries_received: u64,
    /// How many times the peer answered something that was sent since its last frames.
    pub round_trips: u32,
    spoke_last: bool,
}

impl Traffic {
    pub(super) fn sent(&mut self, bytes: usize) {
        self.bytes_sent += bytes as u64;
        self.spoke_last = true;
    }

    pub(super) fn received(&mut self, bytes: usize) {
        self.bytes_received += bytes as u64;
        if self.spoke_last {
            self.round_trips += 1;
        }
        self.spoke_last = false;
    }
}

/// What others may know of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The node at the other end.
    pub peer: NodeId,
    /// Its structure, once it is trusted.
    pub structure: Option<StructureId>,
    /// Both ends hold the same and have acknowledged it.
    pub in_sync: bool,
    /// How many entries held here the peer is not known to hold.
    pub missing_there: u64,
    /// What went over the line.
    pub traffic: Traffic,
    /// When the connection stood.
    pub since: Timestamp,
}

/// Bytes sent and not yet acknowledged.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnderWay {
    pub(super) author: NodeId,
    pub(super) last_seq: u64,
    pub(super) bytes: usize,
    pub(super) sent_at: Timestamp,
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) peer: NodeId,
    pub(super) exporter: Exporter,
    pub(super) structure: Option<StructureId>,
    pub(super) phase: Phase,
    pub(super) since: Timestamp,
    pub(super) traffic: Traffic,
    /// What we said in Hello, and what it stood for.
    pub(super) said: (FrontierDigest, Frontier),
    pub(super) peer_charter: u32,
    /// A certificate that our charter may come to know.
    pub(super) claimed_certificate: Option<Certificate>,
    /// Whether the peer told what it holds.
    pub(super) stated: bool,
    pub(super) said_full: bool,
    /// Up to where the peer holds each journal, as it stated.
    pub(super) theirs: BTreeMap<NodeId, u64>,
    /// Journals the peer holds that we do not know at all.
    pub(super) unknown: BTreeMap<Prefix, u64>,
    /// Up to where we sent each journal.
    pub(super) offered: BTreeMap<NodeId, u64>,
    /// Journals not to be passed on yet: somebody else probably does.
    pub(super) holds: BTreeMap<NodeId, Timestamp>,
    pub(super) loading: bool,
    pub(super) last_loaded: Option<NodeId>,
    pub(super) under_way: VecDeque<UnderWay>,
    pub(super) under_way_bytes: usize,
    /// Bytes of this peer's runs that wait for the store.
    pub(super) storing_bytes: usize,
    /// A frontier that arrived before its sender was trusted.
    pub(super) early_frontier: Option<Frame>,
    /// Journals whose author's structure the charter does not know yet.
    pub(super) deferred: BTreeMap<NodeId, Certificate>,
    /// Journals of which the peer holds another branch: nothing of them is taken from it.
    pub(super) forked: BTreeSet<NodeId>,
    /// Journals that were asked for again, and from after which entry: runs that were under way
    /// meanwhile do not ask once more each.
    pub(super) asked: BTreeMap<NodeId, u64>,
    /// Journals to acknowledge.
    pub(super) unacknowledged: BTreeSet<NodeId>,
    /// What others hold of the peer's journal, to be told.
    pub(super) claims: BTreeMap<Prefix, u64>,
    pub(super) claims_due: Option<Timestamp>,
    pub(super) in_sync: bool,
}

impl Session {
    pub(super) fn new(
        peer: NodeId,
        exporter: Exporter,
        now: Timestamp,
        said: (FrontierDigest, Frontier),
    ) -> Self {
        Self {
            peer,
            exporter,
            structure: None,
            phase: Phase::Greeting,
            since: now,
            traffic: Traffic::default(),
            said,
            peer_charter: 0,
            claimed_certificate: None,
            stated: false,
            said_full: false,
            theirs: BTreeMap::new(),
            unknown: BTreeMap::new(),
            offered: BTreeMap::new(),
            holds: BTreeMap::new(),
            loading: false,
            last_loaded: None,
            under_way: VecDeque::new(),
            under_way_bytes: 0,
            storing_bytes: 0,
            early_frontier: None,
            deferred: BTreeMap::new(),
            forked: BTreeSet::new(),
            asked: BTreeMap::new(),
            unacknowledged: BTreeSet::new(),
            claims: BTreeMap::new(),
            claims_due: None,
            in_sync: false,
        }
    }

    pub(super) fn syncing(&self) -> bool {
        self.phase == Phase::Syncing
    }

    /// Whether runs may be sent: the peer is trusted and told what it holds.
    pub(super) fn ready(&self) -> bool {
        self.syncing() && self.stated
    }

    pub(super) const fn frame_limit(&self) -> usize {
        match self.phase {
            Phase::Greeting | Phase::Stranger => MAX_STRANGER_FRAME_BYTES,
            Phase::Convincing | Phase::Syncing => MAX_FRAME_BYTES,
            Phase::Closed => 0,
        }
    }

    pub(super) fn greeting_overdue(&self, now: Timestamp) -> bool {
        let waiting = matches!(
            self.phase,
            Phase::Greeting | Phase::Convincing | Phase::Stranger
        );
        waiting && now >= self.since + GREETING_TIMEOUT
    }

    pub(super) fn next_wake(&self) -> Option<Timestamp> {
        let greeting = match self.phase {
            Phase::Greeting | Phase::Convincing | Phase::Stranger => {
                Some(self.since + GREETING_TIMEOUT)
            }
            Phase::Syncing | Phase::Closed => None,
        };
        let hold = self.holds.values().min().copied();
        let lost = self
            .under_way
            .front()
            .map(|first| first.sent_at + LOST_AFTER);
        let claims = self.claims_due.filter(|_| self.ready());
        [greeting, hold, lost, claims].into_iter().flatten().min()
    }

    /// Drops holds that are over; returns whether there were any.
    pub(super) fn release_holds(&mut self, now: Timestamp) -> bool {
        let before = self.holds.len();
        self.holds.retain(|_, until| *until > now);
        self.holds.len() < before
    }

    pub(super) fn holds_now(&self, author: &NodeId, now: Timestamp) -> bool {
        self.holds.get(author).is_some_and(|until| *until > now)
    }

    /// Whether the peer names so many journals that no frontier would.
    pub(super) fn crowded(&self) -> bool {
        [self.theirs.len(), self.deferred.len(), self.asked.len()]
            .into_iter()
            .any(|journals| journals >= MAX_JOURNALS)
    }

    /// Up to where the peer holds, or will hold, a journal.
    pub(super) fn reached(&self, author: &NodeId) -> u64 {
        let theirs = self.theirs.get(author).copied().unwrap_or(0);
        theirs.max(self.offered.get(author).copied().unwrap_or(0))
    }

    pub(super) fn count_sent(&mut self, under_way: UnderWay) {
        self.offered.insert(under_way.author, under_way.last_seq);
        self.under_way_bytes += under_way.bytes;
        self.under_way.push_back(under_way);
    }

    /// A journal that was unknown here is no more: what the peer stated of it keeps counting.
    pub(super) fn now_known(&mut self, author: NodeId) {
        if let Some(stated) = self.unknown.remove(&author.prefix()) {
            let held = self.theirs.entry(author).or_default();
            *held = (*held).max(stated);
        }
    }

    /// Whether a run that begins at `first_seq` continues what the peer holds, or will hold.
    pub(super) fn level_with(&self, author: &NodeId, first_seq: u64) -> bool {
        self.reached(author).checked_add(1) == Some(first_seq)
    }

    /// The peer holds `author` up to `seq`: what was under way up to there arrived.
    pub(super) fn arrived(&mut self, author: &NodeId, seq: u64) {
        self.drop_under_way(|it| it.author == *author && it.last_seq <= seq);
    }

    /// Sends `author`'s journal again from after `seq` on.
    pub(super) fn rewind(&mut self, author: &NodeId, seq: u64) {
        self.theirs.insert(*author, seq);
        self.offered.remove(author);
        self.drop_under_way(|it| it.author == *author);
    }

    /// Returns whether bytes ceased to count as under way.
    pub(super) fn forget_lost_frames(&mut self, now: Timestamp) -> bool {
        let before = self.under_way.len();
        self.drop_under_way(|it| now >= it.sent_at + LOST_AFTER);
        self.under_way.len() < before
    }

    fn drop_under_way(&mut self, gone: impl Fn(&UnderWay) -> bool) {
        self.under_way.retain(|it| !gone(it));
        self.under_way_bytes = self.under_way.iter().map(|it| it.bytes).sum();
    }

    pub(super) fn claim(&mut self, holder: Prefix, seq: u64, now: Timestamp) {
        self.claims.insert(holder, seq);
        self.claims_due.get_or_insert(now + CLAIM_DELAY);
    }

    pub(super) fn view(&self, missing_there: u64) -> SessionView {
        SessionView {
            peer: self.peer,
            structure: self.structure,
            in_sync: self.in_sync,
            missing_there,
            traffic: self.traffic,
            since: self.since,
        }
    }
}
