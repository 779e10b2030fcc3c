//! What must hold: at every frame, and at the end.

use sync_protocol::engine::{
    Engine, Load, RECEIVE_BUDGET_BYTES, SEND_BUDGET_BYTES, SessionId, UNSENT_LIMIT_BYTES,
};
use sync_protocol::frame::{Frame, MAX_FRAME_BYTES};
use sync_protocol::frontier::{MAX_JOURNALS, Row};
use sync_protocol::id::{NodeId, Prefix};
use sync_protocol::run::Preamble;

use super::{Observer, World};

/// The most that a session may hold, whoever is at its other end: budgets, one load beyond them,
/// and what answers the last frame read.
const MOST: Load = Load {
    unsent_bytes: UNSENT_LIMIT_BYTES + 2 * MAX_FRAME_BYTES,
    under_way_bytes: SEND_BUDGET_BYTES + 2 * MAX_FRAME_BYTES,
    storing_bytes: RECEIVE_BUDGET_BYTES + MAX_FRAME_BYTES,
    journals: MAX_JOURNALS + 1,
};
/// What an honest peer may make a node queue for it.
const MOST_UNSENT_TO_HONEST: usize = SEND_BUDGET_BYTES + 2 * MAX_FRAME_BYTES;
/// After everybody agrees, so long may what is already under way take to end.
const LAST_WORDS_MILLIS: u64 = 4_000;
/// For so long nobody may then say anything.
const QUIET_MILLIS: u64 = 10_000;
/// How many times as long late answers may take before that.
const LATE_WORDS: usize = 3;

impl<O: Observer> World<O> {
    /// A node speaks only of what is durable there.
    pub(super) fn check_claims(&mut self, node: usize, bytes: &[u8]) {
        let store = &self.nodes[node].store;
        let holds = |author: &NodeId, seq: u64, id: Prefix| {
            let held = store.id_at(author, seq).is_some_and(|it| it.prefix() == id);
            // What was put aside a moment ago may still be under way.
            held || store.has_aside(author, seq, id)
        };
        let row_holds = |row: &Row| {
            store
                .authors()
                .any(|author| author.prefix() == row.author && holds(author, row.seq, row.id))
        };
        let honest = match Frame::decode(bytes) {
            // A commit that failed may have reached the disk all the same.
            Ok(Frame::Hello(hello)) => {
                self.nodes[node].read_only || hello.digest == store.frontier().digest()
            }
            Ok(Frame::Frontier(rows) | Frame::Ack(rows)) => rows.iter().all(row_holds),
            Ok(Frame::FullFrontier(rows)) => rows
                .iter()
                .all(|(author, tip)| holds(author, tip.seq, tip.id.prefix())),
            Ok(Frame::Run { wire, .. }) => Preamble::decode(&wire).is_ok_and(|it| {
                store.id_at(&it.author, it.last_seq()).is_some()
                    || self.forkers.contains(&it.author)
            }),
            Ok(_) => true,
            Err(error) => {
                self.fail(format!("node {node} sends what cannot be read: {error}"));
                return;
            }
        };
        if !honest {
            let what = Frame::decode(bytes);
            self.fail(format!("node {node} claims what is not durable: {what:?}"));
        }
    }

    /// A node that is said to hold our journal must hold it durably; hostile ones may lie.
    pub(super) fn check_holder(&mut self, node: usize, holder: Prefix, seq: u64) {
        let me = self.nodes[node].id;
        if seq > self.nodes[node].store.tip(&me).seq {
            self.fail(format!(
                "node {node} hears that its entry {seq} is held, which it never made"
            ));
        }
        let Some(other) = self.nodes.iter().find(|it| it.id.prefix() == holder) else {
            return;
        };
        let lost = other.damaged || self.restored > 0;
        if other.store.tip(&me).seq < seq && self.hostiles.is_empty() && !lost {
            self.fail(format!(
                "{holder:?} does not hold entry {seq} of node {node}"
            ));
        }
    }

    /// Why the honest nodes do not agree yet.
    pub(super) fn disagreement(&self) -> Option<String> {
        let engines: Vec<&Engine> = self
            .nodes
            .iter()
            .filter_map(|node| node.engine.as_ref())
            .collect();
        if engines.len() < self.nodes.len() {
            return Some("a node is not running".into());
        }
        if !self.amendments.is_empty() {
            return Some(format!("{:?} are not in force yet", self.amendments));
        }
        if let Some(mute) = self.nodes.iter().position(|node| node.mute_until > 0) {
            return Some(format!("node {mute} has not got its journal back"));
        }
        let first = engines.first()?;
        for (index, engine) in engines.iter().enumerate() {
            if engine.frontier() != &self.nodes[index].store.frontier() {
                return Some(format!("node {index} is not what its store is"));
            }
            if engine.frontier().digest() != first.frontier().digest() {
                return Some(format!(
                    "frontiers of nodes 0 and {index} differ: {:?} and {:?}",
                    first.frontier().rows(),
                    engine.frontier().rows()
                ));
            }
            if engine.charter().current() != first.charter().current()
                || !engine.charter().nodes().eq(first.charter().nodes())
            {
                return Some(format!("charters of nodes 0 and {index} differ"));
            }
            for (session, view) in engine.sessions() {
                let honest = self.nodes.iter().any(|it| it.id == view.peer);
                if honest && (!view.in_sync || view.missing_there > 0) {
                    return Some(format!(
                        "node {index}, {session:?} is not in sync: {view:?}"
                    ));
                }
            }
        }
        if let Some(problem) = self.unlinked() {
            return Some(problem);
        }
        let digest = self.nodes[0].store.digest();
        let other = self.nodes.iter().position(|it| it.store.digest() != digest);
        other.map(|other| format!("nodes 0 and {other} hold different content"))
    }

    /// What one session holds stays within its bounds.
    pub(super) fn check_load(&mut self, node: usize, peer: usize, session: SessionId) {
        let load = self.nodes[node]
            .engine
            .as_ref()
            .and_then(|engine| engine.load(session));
        let Some(load) = load else { return };
        let most = &mut self.cost.most;
        most.unsent_bytes = most.unsent_bytes.max(load.unsent_bytes);
        most.under_way_bytes = most.under_way_bytes.max(load.under_way_bytes);
        most.storing_bytes = most.storing_bytes.max(load.storing_bytes);
        most.journals = most.journals.max(load.journals);
        let too_much = load.unsent_bytes > MOST.unsent_bytes
            || load.under_way_bytes > MOST.under_way_bytes
            || load.storing_bytes > MOST.storing_bytes
            || load.journals > MOST.journals
            || (self.is_honest(peer) && load.unsent_bytes > MOST_UNSENT_TO_HONEST);
        if too_much {
            self.fail(format!("node {node} holds too much for {peer}: {load:?}"));
        }
    }

    /// A session that says so is in sync: the peer's store holds all that this node's does.
    pub(super) fn check_in_sync(&mut self, node: usize, session: SessionId) {
        let Some(engine) = &self.nodes[node].engine else {
            return;
        };
        // It may have heard of more before anybody looked at what it said.
        let Some(view) = engine.session(session).filter(|view| view.in_sync) else {
            return;
        };
        let Some(other) = self.nodes.iter().find(|it| it.id == view.peer) else {
            return;
        };
        let lacking = engine.frontier().iter().find(|(author, tip)| {
            // Runs tell how far a peer is, and identities only where they verify: that a branch of the
            // same length is another shows with the next acknowledgement.
            let held = other.store.id_at(author, tip.seq) == Some(tip.id);
            !held && !self.forkers.contains(*author)
        });
        if let Some((author, tip)) = lacking
            && !other.damaged
            && self.restored == 0
        {
            let text = format!(
                "node {node} says in sync, but the peer lacks entry {} of {author:?}",
                tip.seq
            );
            self.fail(text);
        }
    }

    /// Who agrees has nothing to say.
    pub(super) fn check_quiet(&mut self) {
        if !self.failures.is_empty() {
            return;
        }
        self.run_until(self.now + LAST_WORDS_MILLIS);
        let mut said = self.said_in(QUIET_MILLIS);
        // A slow store answers late, and a slow line brings late what was answered.
        for _ in 0..LATE_WORDS {
            if said == (0, 0) {
                break;
            }
            said = self.said_in(QUIET_MILLIS);
        }
        if said == (0, 0) {
            said = self.said_in(QUIET_MILLIS);
        }
        let (frames, connections) = said;
        if frames > 0 || connections > 0 {
            self.fail(format!(
                "all agree, yet {frames} frames are sent on {connections} new connections"
            ));
        }
        if let Some(problem) = self.disagreement() {
            self.fail(problem);
        }
    }

    /// How many frames, but those about blobs, are sent and connections made in so many milliseconds
    /// from now.
    fn said_in(&mut self, millis: u64) -> (u64, u64) {
        let before = self.cost;
        self.run_until(self.now + millis);
        let frames = self.cost.frames_sent - before.frames_sent;
        let frames = frames - (self.cost.blob_frames - before.blob_frames);
        (frames, self.cost.connections - before.connections)
    }

    /// Every link has a session at both its ends.
    fn unlinked(&self) -> Option<String> {
        self.links.iter().find_map(|link| {
            let [one, other] = link.ends;
            let connected = |me: usize, peer: usize| {
                let engine = self.nodes.get(me)?.engine.as_ref()?;
                let id = self.nodes.get(peer)?.id;
                Some(
                    engine
                        .sessions()
                        .any(|(_, view)| view.peer == id && view.structure.is_some()),
                )
            };
            let apart =
                connected(one, other) == Some(false) || connected(other, one) == Some(false);
            apart.then(|| format!("nodes {one} and {other} have no session"))
        })
    }

    /// What a local author was told is safe is held by everybody.
    pub(super) fn check_nothing_lost(&mut self) {
        let mut lost = Vec::new();
        for (author, seq, id) in &self.acknowledged {
            for (index, node) in self.nodes.iter().enumerate() {
                let alone = !self.failures.is_empty() && node.id != *author;
                if !alone && node.store.id_at(author, *seq) != Some(*id) {
                    lost.push(format!("node {index} lacks entry {seq} of {author:?}"));
                }
            }
        }
        if let Some(first) = lost.first() {
            let text = format!("{} acknowledged entries lost: {first}", lost.len());
            self.fail(text);
        }
    }
}
