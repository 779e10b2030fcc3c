//! A simulated store: group commits that take time, and crashes that forget what was not synced.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use sync_protocol::authority::SignedEntry;
use sync_protocol::entry::Place;
use sync_protocol::fork::Fork;
use sync_protocol::frontier::{Frontier, Tip};
use sync_protocol::id::{EntryId, NetworkId, NodeId, Prefix};
use sync_protocol::run::{LeftOut, VerifiedRun, put_back, recompose, verify};

/// Who asked for a run to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The local author, who is told when its entries are durable.
    Local,
    /// The engine, which is told whatever comes of it.
    Engine,
    /// A bundle that somebody carried here.
    Bundle,
}

/// What became of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The run.
    pub run: Arc<VerifiedRun>,
    /// Who asked for it.
    pub origin: Origin,
    /// Whether it is durable now; it is not where it does not continue the journal.
    pub taken: bool,
}

/// One node's store.
#[derive(Debug, Default)]
pub struct Store {
    durable: BTreeMap<NodeId, Vec<Arc<VerifiedRun>>>,
    ids: BTreeMap<NodeId, Vec<EntryId>>,
    waiting: VecDeque<(Arc<VerifiedRun>, Origin)>,
    committing: Vec<(Arc<VerifiedRun>, Origin)>,
    /// Runs of branches that gave way to others.
    aside: Vec<Arc<VerifiedRun>>,
    /// Two branches of a journal, from the last entry that they share.
    forks: Vec<Fork>,
}

impl Store {
    /// Queues a run for the next commit.
    pub fn append(&mut self, run: Arc<VerifiedRun>, origin: Origin) {
        self.waiting.push_back((run, origin));
    }

    /// Takes what waits into a commit, unless one is under way; returns whether one begins.
    pub fn begin_commit(&mut self) -> bool {
        if !self.committing.is_empty() || self.waiting.is_empty() {
            return false;
        }
        self.committing.extend(self.waiting.drain(..));
        true
    }

    /// The commit under way is synced.
    pub fn finish_commit(&mut self) -> Vec<Outcome> {
        std::mem::take(&mut self.committing)
            .into_iter()
            .map(|(run, origin)| {
                let taken = self.take(&run);
                Outcome { run, origin, taken }
            })
            .collect()
    }

    fn take(&mut self, run: &Arc<VerifiedRun>) -> bool {
        let author = run.author();
        let tip = self.tip(&author);
        let first = run.entries().first().expect("runs are never empty");
        if run.first_seq() != tip.seq + 1 || first.header.previous != tip.id {
            return false;
        }
        self.ids
            .entry(author)
            .or_default()
            .extend(run.entries().iter().map(|entry| entry.id));
        self.durable
            .entry(author)
            .or_default()
            .push(Arc::clone(run));
        true
    }

    /// Power is lost. A commit under way may have reached the disk without anybody being told;
    /// returns the runs that did.
    pub fn crash(&mut self, synced: bool) -> Vec<Arc<VerifiedRun>> {
        self.waiting.clear();
        if !synced {
            self.committing.clear();
        }
        let outcomes = self.finish_commit();
        outcomes
            .into_iter()
            .filter(|outcome| outcome.taken)
            .map(|outcome| outcome.run)
            .collect()
    }

    /// A commit fails, and so does every later one; returns the runs that reached the disk all the
    /// same, if they did.
    pub fn fail(&mut self, synced: bool) -> Vec<Arc<VerifiedRun>> {
        self.crash(synced)
    }

    /// Loses the end of a journal: what begins after entry `kept`, whole runs only.
    pub fn truncate(&mut self, author: &NodeId, kept: u64) {
        let Some(runs) = self.durable.get_mut(author) else {
            return;
        };
        let kept = runs
            .iter()
            .map(|run| run.last().seq)
            .take_while(|last| *last <= kept)
            .last()
            .unwrap_or(0);
        runs.retain(|run| run.last().seq <= kept);
        if kept == 0 {
            self.durable.remove(author);
            self.ids.remove(author);
        } else if let Some(ids) = self.ids.get_mut(author) {
            ids.truncate(usize::try_from(kept).expect("as many ids as entries"));
        }
    }

    /// Puts aside what a journal has after an entry, as far back as the last run that ends there.
    pub fn put_aside(&mut self, author: &NodeId, after: u64) {
        let runs = self.durable.get(author).into_iter().flatten();
        let leaving = runs.filter(|run| run.last().seq > after).cloned();
        self.aside.extend(leaving.collect::<Vec<_>>());
        self.truncate(author, after);
    }

    /// Whether an entry was put aside here.
    #[must_use]
    pub fn has_aside(&self, author: &NodeId, seq: u64, id: Prefix) -> bool {
        let entries = self.aside.iter().flat_map(|run| run.entries());
        let mut same = entries.filter(|entry| {
            entry.header.author == *author && entry.header.seq == seq && entry.id.prefix() == id
        });
        same.next().is_some()
    }

    /// Keeps the proof of a fork, if it is one.
    pub fn keep_fork(&mut self, network: NetworkId, after: Tip, other: &VerifiedRun) {
        let author = other.author();
        let ours = self.load(network, &author, after.seq, 1);
        let Some(ours) = ours.into_iter().next() else {
            return;
        };
        let branches = [ours, Arc::clone(other.wire())];
        let fork = Fork {
            author,
            after,
            branches,
        };
        if fork.verify(network).is_ok() {
            self.forks.push(fork);
        }
    }

    /// The proofs kept.
    #[must_use]
    pub fn forks(&self) -> &[Fork] {
        &self.forks
    }

    /// A hash of everything that is durable here.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for entry in self.runs().flat_map(|run| run.entries()) {
            (entry.id, &entry.body).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The durable tip of one journal.
    #[must_use]
    pub fn tip(&self, author: &NodeId) -> Tip {
        self.ids
            .get(author)
            .and_then(|ids| {
                ids.last().map(|id| Tip {
                    seq: ids.len() as u64,
                    id: *id,
                })
            })
            .unwrap_or(Tip::EMPTY)
    }

    /// The id of an entry that is durable here.
    #[must_use]
    pub fn id_at(&self, author: &NodeId, seq: u64) -> Option<EntryId> {
        let index = usize::try_from(seq.checked_sub(1)?).ok()?;
        self.ids.get(author)?.get(index).copied()
    }

    /// What is durable here.
    #[must_use]
    pub fn frontier(&self) -> Frontier {
        self.ids
            .keys()
            .map(|author| (*author, self.tip(author)))
            .collect()
    }

    /// The journals held durably.
    pub fn authors(&self) -> impl Iterator<Item = &NodeId> {
        self.ids.keys()
    }

    /// All durable runs, journal by journal.
    pub fn runs(&self) -> impl Iterator<Item = &Arc<VerifiedRun>> {
        self.durable.values().flatten()
    }

    /// Durable entries that carry authority.
    #[must_use]
    pub fn authority(&self) -> Vec<SignedEntry> {
        self.runs().filter_map(|run| SignedEntry::of(run)).collect()
    }

    /// The body of an entry that is durable here, unless its run left it out.
    #[must_use]
    pub fn body(&self, place: &Place) -> Option<Vec<u8>> {
        let runs = self.durable.get(&place.author)?.iter();
        let mut entries = runs.flat_map(|run| run.entries());
        entries.find(|it| it.place() == *place)?.body.clone()
    }

    /// What durable runs left out.
    pub fn left_out(&self) -> impl Iterator<Item = LeftOut> {
        let entries = self.runs().flat_map(|run| run.entries());
        entries.filter_map(LeftOut::of)
    }

    /// Puts a body back that a durable run left out.
    ///
    /// # Panics
    /// If the body is not the entry's, which an engine checks first.
    pub fn put_back(&mut self, network: NetworkId, place: &Place, body: &[u8]) {
        let runs = self.durable.entry(place.author).or_default();
        let held = |run: &&mut Arc<VerifiedRun>| {
            (run.first_seq()..=run.last().seq).contains(&place.seq) && run.leaves_out()
        };
        let Some(run) = runs.iter_mut().find(held) else {
            return;
        };
        let before = Tip {
            seq: run.first_seq() - 1,
            id: run.entries()[0].header.previous,
        };
        let wire = put_back(run.wire(), place.seq, body).expect("it was verified");
        if let Some(wire) = wire {
            let whole = verify(network, before, &wire).expect("bodies change no identity");
            *run = Arc::new(whole);
        }
    }

    /// Durable runs of a journal from after an entry on, about `max_bytes` of them.
    #[must_use]
    pub fn load(
        &self,
        network: NetworkId,
        author: &NodeId,
        after: u64,
        max_bytes: usize,
    ) -> Vec<Arc<[u8]>> {
        let mut bytes = 0;
        let stored: Vec<Arc<[u8]>> = self
            .durable
            .get(author)
            .into_iter()
            .flatten()
            .filter(|run| run.last().seq > after)
            .take_while(|run| {
                let before = bytes;
                bytes += run.wire().len();
                before < max_bytes
            })
            .map(|run| Arc::clone(run.wire()))
            .collect();
        recompose(network, after, &stored).expect("simulated disks are not damaged")
    }
}
