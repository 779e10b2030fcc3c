//! What must hold: at every frame, and at the end.

use sync_protocol::engine::{Engine, RECEIVE_BUDGET_BYTES, SEND_BUDGET_BYTES};
use sync_protocol::frame::Frame;
use sync_protocol::frontier::Row;
use sync_protocol::id::{NodeId, Prefix};
use sync_protocol::run::Preamble;

use super::{Observer, World};

/// What may be under way to one peer: the budget, one load beyond it, and small frames.
const MOST_UNDER_WAY: usize = SEND_BUDGET_BYTES + 2 * 1024 * 1024;

impl<O: Observer> World<O> {
    /// A node speaks only of what is durable there.
    pub(super) fn check_claims(&mut self, node: usize, bytes: &[u8]) {
        let store = &self.nodes[node].store;
        let holds = |author: &NodeId, seq: u64, id: Prefix| {
            store.id_at(author, seq).is_some_and(|it| it.prefix() == id)
        };
        let row_holds = |row: &Row| {
            store
                .authors()
                .any(|author| author.prefix() == row.author && holds(author, row.seq, row.id))
        };
        let honest = match Frame::decode(bytes) {
            Ok(Frame::Hello(hello)) => hello.digest == store.frontier().digest(),
            Ok(Frame::Frontier(rows) | Frame::Ack(rows)) => rows.iter().all(row_holds),
            Ok(Frame::FullFrontier(rows)) => rows
                .iter()
                .all(|(author, tip)| holds(author, tip.seq, tip.id.prefix())),
            Ok(Frame::Run { wire, .. }) => Preamble::decode(&wire)
                .is_ok_and(|it| store.id_at(&it.author, it.last_seq()).is_some()),
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
        if other.store.tip(&me).seq < seq && self.hostiles.is_empty() {
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
        if !self.admissions.is_empty() {
            return Some(format!("nodes {:?} are not admitted yet", self.admissions));
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
        self.unlinked()
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
        let most = self.cost.most_bytes_under_way;
        if most > MOST_UNDER_WAY.max(RECEIVE_BUDGET_BYTES / 4) && self.hostiles.is_empty() {
            self.fail(format!("{most} bytes were under way to one peer"));
        }
    }
}
