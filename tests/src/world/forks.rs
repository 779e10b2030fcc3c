//! A further device of node 0's structure writes two branches of its journal and gives each to a half
//! of the nodes; then the members name one of them.

use std::sync::Arc;

use sync_protocol::charter::{FixedHead, Version};
use sync_protocol::engine::{Engine, Input, SessionId};
use sync_protocol::entry::Kind;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NodeId, StructureId, VersionId};
use sync_protocol::run::{Statement, VerifiedRun, sign};
use sync_protocol::time::Timestamp;

use super::node::Keys;
use super::schedule::HEAL_AT;
use super::store::Origin;
use super::{Amendment, Cost, Observer, World, stream};

/// When the common part of the journal is written, and when the two branches are.
const BEGINS_AT: u64 = 3_000;
const FORKS_AT: u64 = 9_000;
/// For so long the branches stand beside each other once everything is healed.
const UNDECIDED_MILLIS: u64 = 60_000;

/// A version that names the last entry that counts of a journal.
pub(super) fn naming(
    mut version: Version,
    node: NodeId,
    tip: Tip,
    structure: StructureId,
) -> Version {
    let number = version.number;
    if let Some(terms) = &mut version.terms {
        terms.heads = vec![FixedHead {
            version: number,
            node,
            tip,
            structure,
        }];
    }
    version
}

/// What became of a forked journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What it cost in all.
    pub cost: Cost,
    /// Nodes that had both branches to tell of when the members decided.
    pub proven: usize,
    /// Nodes whose branch gave way.
    pub gave_way: usize,
}

impl<O: Observer> World<O> {
    /// Runs as [`World::run`], with a journal that is forked on the way and decided upon in the end;
    /// `None` where everybody had the same branch, since nobody else was there when it was written.
    ///
    /// # Errors
    /// What does not hold, in words.
    pub fn run_forked(&mut self) -> Result<Option<Outcome>, Vec<String>> {
        let mut rng = stream(self.plan.seed, 9, 0);
        let keys = Keys::numbered(0, 950);
        let author = keys.id();
        self.forkers.insert(author);
        self.run_until(BEGINS_AT);
        let certificate = keys.certificate(self.network).encode();
        let mut common = self.said(&keys, Tip::EMPTY, Kind::CERTIFICATE, certificate, 1);
        for length in [rng.usize(..5), rng.usize(..300)] {
            let tip = common.last().map_or(Tip::EMPTY, |run| run.last());
            common.extend(self.said(&keys, tip, Kind::CHANGE, vec![0; 9], length));
        }
        let parting = common.last().map_or(Tip::EMPTY, |run| run.last());
        self.give(0, &common);
        self.run_until(FORKS_AT);
        let branches = [1, 2].map(|word| {
            let (mut tip, mut runs) = (parting, Vec::new());
            for _ in 0..rng.usize(1..6) {
                let length = [1, 1, 2, 30, 400][rng.usize(..5)];
                let more = self.said(&keys, tip, Kind::CHANGE, vec![word; 9], length);
                tip = more.last().map_or(tip, |run| run.last());
                runs.extend(more);
            }
            runs
        });
        for node in 0..self.nodes.len() {
            let it = &self.nodes[node];
            if it.engine.is_some() && it.store.tip(&author) == parting {
                let half = if node < 2 { node } else { rng.usize(..2) };
                self.give(node, &branches[half]);
            }
        }
        self.run_until(HEAL_AT);
        self.heal();
        self.run_until(HEAL_AT + UNDECIDED_MILLIS);
        let ends = branches.map(|runs| runs.last().map_or(Tip::EMPTY, |run| run.last()));
        let held: Vec<Tip> = self.nodes.iter().map(|it| it.store.tip(&author)).collect();
        if !ends.iter().all(|end| held.contains(end)) {
            return Ok(None);
        }
        let proofs = self.nodes.iter().filter(|it| !it.store.forks().is_empty());
        let proven = proofs.count();
        let decided = ends[rng.usize(..2)];
        let gave_way = held.iter().filter(|tip| **tip != decided).count();
        self.amendments
            .push_back(Amendment::Decide(author, decided));
        self.converge(self.now + 120_000);
        for (node, it) in self.nodes.iter().enumerate() {
            if self.failures.is_empty() && it.store.tip(&author) != decided {
                self.failures
                    .push(format!("node {node} holds the branch that lost"));
                break;
            }
        }
        self.cost.converged_at = self.now;
        self.fetch_blobs();
        self.expel_hostiles();
        self.converge(self.now + 60_000);
        self.check_quiet();
        self.check_nothing_lost();
        if self.failures.is_empty() {
            let cost = self.cost;
            Ok(Some(Outcome {
                cost,
                proven,
                gave_way,
            }))
        } else {
            Err(self.failures.clone())
        }
    }

    fn said(
        &self,
        keys: &Keys,
        tip: Tip,
        kind: Kind,
        body: Vec<u8>,
        count: usize,
    ) -> Vec<Arc<VerifiedRun>> {
        let statement = Statement {
            charter: VersionId(self.network.0),
            kind,
            subject: None,
            time: Timestamp(0),
            body,
        };
        let runs = sign(self.network, &keys.node, tip, vec![statement; count]);
        runs.into_iter().map(Arc::new).collect()
    }

    fn give(&mut self, node: usize, runs: &[Arc<VerifiedRun>]) {
        for run in runs {
            self.append(node, Arc::clone(run), Origin::Bundle);
        }
    }

    /// The charter named another branch than the one that a node holds.
    pub(super) fn put_aside(
        &mut self,
        node: usize,
        session: SessionId,
        author: NodeId,
        after: Tip,
    ) {
        self.note(|_| format!("node {node} puts {} aside after {after:?}", author.short()));
        let it = &mut self.nodes[node];
        it.store.put_aside(&author, after.seq);
        let authority = it.store.authority();
        let entries = authority.iter().map(|signed| &signed.entry);
        let charter = it.engine.as_ref().map(Engine::charter);
        let outcome = charter.map(|charter| {
            let charter = Box::new(charter.again(entries));
            (it.store.tip(&author), charter)
        });
        let input = Input::Replaced {
            session,
            author,
            outcome,
        };
        self.handle(node, input);
    }
}
