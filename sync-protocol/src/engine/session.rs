//! The state of one connection.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use crate::admission::Exporter;
use crate::authority::SignedEntry;
use crate::charter::Certificate;
use crate::frame::{Frame, MAX_FRAME_BYTES, MAX_STRANGER_FRAME_BYTES, OLDEST_VERSION};
use crate::frontier::{Frontier, FrontierDigest, MAX_JOURNALS, Row};
use crate::id::{NodeId, Prefix, StructureId};
use crate::time::{Duration, Timestamp};

use super::blobs::{Asked, Serving};
use super::bodies::Asking;
use super::branches::Branch;
use super::under_way::UnderWay;
use super::{GREETING_TIMEOUT, SEND_BUDGET_BYTES};

/// Claims about other nodes wait this long for more of them.
pub(super) const CLAIM_DELAY: Duration = Duration::from_millis(200);

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
    /// The peer was a member: it is shown the charter that says so, and then Bye.
    Leaving,
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

/// How much one session holds at the moment; each has its bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Bytes of frames that the transport has not taken yet.
    pub unsent_bytes: usize,
    /// Bytes of runs that the peer has not answered.
    pub under_way_bytes: usize,
    /// Bytes of the peer's runs, on all its sessions, that wait for the store.
    pub storing_bytes: usize,
    /// Journals that are remembered for the peer.
    pub journals: usize,
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
    /// The protocol version that both speak.
    pub(super) version: u16,
    pub(super) peer_charter: u32,
    /// A certificate that our charter may come to know.
    pub(super) claimed_certificate: Option<Certificate>,
    /// What the peer showed of the charter that did not raise it yet.
    pub(super) shown: Vec<SignedEntry>,
    /// Whether the peer told what it holds.
    pub(super) stated: bool,
    pub(super) said_full: bool,
    /// Up to where the peer holds each journal, as it stated.
    pub(super) theirs: BTreeMap<NodeId, u64>,
    /// Journals the peer holds that we do not know at all.
    pub(super) unknown: BTreeMap<Prefix, u64>,
    /// Journals that the two of us hold differently, once the peer has stated what it holds.
    pub(super) differs: BTreeSet<NodeId>,
    /// Up to where we sent each journal; the highest number where it is not to be sent.
    pub(super) offered: BTreeMap<NodeId, u64>,
    /// Journals not to be passed on yet: somebody else probably does.
    pub(super) holds: BTreeMap<NodeId, Timestamp>,
    pub(super) loading: bool,
    pub(super) last_loaded: Option<NodeId>,
    pub(super) under_way: UnderWay,
    /// Bytes of frames that the transport has not taken yet.
    pub(super) unsent_bytes: usize,
    pub(super) serving: Serving,
    pub(super) asking: Asking,
    /// What the peer was asked for a blob.
    pub(super) asked_blobs: BTreeMap<[u8; 32], Asked>,
    /// A frontier that arrived before its sender was trusted.
    pub(super) early_frontier: Option<Frame>,
    /// Journals whose author's structure the charter does not know yet.
    pub(super) deferred: BTreeMap<NodeId, Certificate>,
    /// Journals of which the peer holds another branch, and what is known of that.
    pub(super) branches: BTreeMap<NodeId, Branch>,
    /// The last entries that the peer stated of journals known here: number, beginning of its identity.
    pub(super) stated_tips: BTreeMap<NodeId, (u64, Prefix)>,
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
            version: OLDEST_VERSION,
            peer_charter: 0,
            claimed_certificate: None,
            shown: Vec::new(),
            stated: false,
            said_full: false,
            theirs: BTreeMap::new(),
            differs: BTreeSet::new(),
            unknown: BTreeMap::new(),
            offered: BTreeMap::new(),
            holds: BTreeMap::new(),
            loading: false,
            last_loaded: None,
            under_way: UnderWay::default(),
            unsent_bytes: 0,
            serving: Serving::default(),
            asking: Asking::default(),
            asked_blobs: BTreeMap::new(),
            early_frontier: None,
            deferred: BTreeMap::new(),
            branches: BTreeMap::new(),
            stated_tips: BTreeMap::new(),
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
            Phase::Convincing | Phase::Syncing | Phase::Leaving => MAX_FRAME_BYTES,
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
            Phase::Syncing | Phase::Leaving | Phase::Closed => None,
        };
        let hold = self.holds.values().min().copied();
        let lost = self.under_way.expires();
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

    /// Whether runs or blobs may be added to what waits for the peer.
    pub(super) fn has_room(&self) -> bool {
        self.under_way.bytes() < SEND_BUDGET_BYTES && self.unsent_bytes < SEND_BUDGET_BYTES
    }

    pub(super) fn count_sent(
        &mut self,
        author: NodeId,
        last_seq: u64,
        bytes: usize,
        now: Timestamp,
    ) {
        self.offered.insert(author, last_seq);
        self.under_way.add(author, last_seq, bytes, now);
    }

    /// What the peer holds of a journal, as far as is known.
    pub(super) fn holds_up_to(&self, author: &NodeId) -> u64 {
        self.theirs.get(author).copied().unwrap_or(0)
    }

    /// The peer holds a journal at least up to `seq`, this node up to `ours`.
    pub(super) fn raise(&mut self, author: NodeId, seq: u64, ours: u64) {
        let held = self.theirs.entry(author).or_default();
        *held = (*held).max(seq);
        self.compare(author, ours);
    }

    /// Keeps account of whether both hold the same of a journal; this node holds it up to `ours`.
    pub(super) fn compare(&mut self, author: NodeId, ours: u64) {
        if self.holds_up_to(&author) == ours {
            self.differs.remove(&author);
        } else {
            self.differs.insert(author);
        }
    }

    /// The same for all journals, when the peer stated what it holds.
    pub(super) fn compare_all(&mut self, ours: &Frontier) {
        let lacking = ours
            .iter()
            .filter(|(author, tip)| self.holds_up_to(author) != tip.seq)
            .map(|(author, _)| *author);
        let ahead = self
            .theirs
            .iter()
            .filter(|(author, seq)| ours.tip(author).seq != **seq)
            .map(|(author, _)| *author);
        self.differs = lacking.chain(ahead).collect();
    }

    /// Journals held differently, in turn: first those after the one that was loaded last.
    pub(super) fn differing_in_turn(&self) -> impl Iterator<Item = &NodeId> {
        let last = self.last_loaded.unwrap_or(NodeId([0xFF; 32]));
        let after = (Bound::Excluded(last), Bound::Unbounded);
        self.differs.range(after).chain(self.differs.range(..=last))
    }

    /// A journal that was unknown here is no more: what the peer stated of it keeps counting.
    pub(super) fn now_known(&mut self, author: NodeId, ours: u64) {
        if let Some(stated) = self.unknown.remove(&author.prefix()) {
            self.raise(author, stated, ours);
        }
    }

    /// Whether a run that begins at `first_seq` continues what the peer holds, or will hold.
    pub(super) fn level_with(&self, author: &NodeId, first_seq: u64) -> bool {
        self.reached(author).checked_add(1) == Some(first_seq)
    }

    /// Sends `author`'s journal again from after `seq` on; this node holds it up to `ours`. The peer
    /// may have less, but not more than it stated: what it asks after may be on its way to its store.
    pub(super) fn rewind(&mut self, author: &NodeId, seq: u64, ours: u64) {
        let held = self.holds_up_to(author).min(seq);
        self.theirs.insert(*author, held);
        self.compare(*author, ours);
        self.offered.insert(*author, seq);
        self.under_way.arrived(author, u64::MAX);
    }

    /// Sends no more of `author`'s journal until the peer asks for it.
    pub(super) fn put_off(&mut self, author: &NodeId) {
        self.offered.insert(*author, u64::MAX);
        self.under_way.arrived(author, u64::MAX);
    }

    /// The peer takes `author`'s journal again, or got hold of it elsewhere.
    pub(super) fn no_longer_put_off(&mut self, author: &NodeId) {
        if self.offered.get(author) == Some(&u64::MAX) {
            self.offered.remove(author);
        }
    }

    /// This node holds a journal up to `ours` only, and is sure of no more at the peer.
    pub(super) fn back_to(&mut self, author: NodeId, ours: u64) {
        let held = self.holds_up_to(&author).min(ours);
        self.theirs.insert(author, held);
        self.offered.remove(&author);
        self.compare(author, ours);
    }

    /// The peer says with which entry it holds a journal.
    pub(super) fn state(&mut self, author: NodeId, row: &Row) {
        self.stated_tips.insert(author, (row.seq, row.id));
    }

    /// The peer states its tips anew: where one is not what it was, its branch is another, or no more.
    /// Returns those that it stated otherwise before.
    pub(super) fn restate(
        &mut self,
        tips: BTreeMap<NodeId, (u64, Prefix)>,
    ) -> Vec<(NodeId, (u64, Prefix))> {
        let before = std::mem::replace(&mut self.stated_tips, tips);
        let tips = &self.stated_tips;
        self.branches
            .retain(|author, _| before.get(author) == tips.get(author));
        let changed = |(author, tip): (&NodeId, &(u64, Prefix))| {
            (before.get(author) != Some(tip)).then_some((*author, *tip))
        };
        let anew = tips.iter().filter(|_| self.stated);
        anew.filter_map(changed).collect()
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
