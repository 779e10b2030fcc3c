//! Journals that their author forked: the proof, and what was put aside once the charter had named
//! the other branch.
//!
//! Nothing that somebody signed is thrown away here: the runs that give way move to keys of their
//! own, in the same commit that shortens the journal.

use std::ops::ControlFlow;
use std::sync::Arc;

use sync_protocol::fork::Fork;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{EntryId, NetworkId, NodeId};
use sync_protocol::run::{Preamble, VerifiedRun, recompose};
use sync_protocol::seal::erase::ErasedBodies;

use super::bodies::without;
use super::engine::{Batch, Direction, Store};
use super::journals::Journals;
use super::writer::Work;
use super::{StoreError, journal_keys as keys};

/// So many branches of one journal are kept aside: who forks without end fills no disk.
pub const MAX_ASIDE: usize = 8;

/// Present while the read model may show what was put aside.
const STALE_VIEW: &str = "view/stale";

/// A branch of a journal that was held here and gave way to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Whose journal.
    pub author: NodeId,
    /// Its last entry.
    pub tip: Tip,
    /// The number of the first entry that was put aside; the branches may part later.
    pub first_seq: u64,
    /// Its runs, as they came.
    pub runs: Vec<Arc<[u8]>>,
}

impl Journals {
    /// Keeps the proof that a journal was forked, ours and a peer's run from where they part; durable
    /// on return. The first proof of a journal stays. Returns whether one is kept that was not before.
    /// Of what is erased it keeps no body: chain and signatures prove it without.
    ///
    /// # Errors
    /// What the engine says.
    pub fn keep_fork(
        &self,
        network: NetworkId,
        after: Tip,
        other: &VerifiedRun,
        erased: &ErasedBodies,
    ) -> Result<bool, StoreError> {
        let author = other.author();
        let key = keys::fork(&author);
        if self.engine().get(&key)?.is_some() {
            return Ok(false);
        }
        let stored = self.runs_after(&author, after.seq, 1)?;
        // What cannot be read here, or is no fork after all, is no proof.
        let ours = recompose(network, after.seq, &stored).ok();
        let Some(ours) = ours.and_then(|runs| runs.into_iter().next()) else {
            return Ok(false);
        };
        let without = |wire: &Arc<[u8]>| match without(wire, erased) {
            Ok(Some(left)) => left,
            _ => Arc::clone(wire),
        };
        let fork = Fork {
            author,
            after,
            branches: [without(&ours), without(other.wire())],
        };
        if fork.verify(network).is_err() {
            return Ok(false);
        }
        let value = Some(fork.encode());
        self.wait_for(Work::Put { key, value })?;
        Ok(true)
    }

    /// The proofs kept: who forked, and after which entry.
    ///
    /// # Errors
    /// What the engine says.
    pub fn forks(&self) -> Result<Vec<Fork>, StoreError> {
        let (from, to) = keys::all(keys::FORK);
        let mut forks = Vec::new();
        self.engine()
            .scan(&from, &to, Direction::Forward, &mut |_, value| {
                forks.extend(Fork::decode(&value));
                ControlFlow::Continue(())
            })?;
        Ok(forks)
    }

    /// Puts aside what is held of a journal after an entry, and returns how far it is held then:
    /// perhaps less than to that entry, since only the end of a run is signed. Durable on return.
    ///
    /// Until [`Journals::view_is_sound`] is said, [`Journals::view_is_stale`].
    ///
    /// # Errors
    /// [`StoreError::Forked`] if that entry is not the one held; what the engine says.
    pub fn put_aside(&self, author: NodeId, after: Tip) -> Result<Tip, StoreError> {
        self.wait_for(Work::PutAside { author, after })?;
        Ok(self.tip(&author))
    }

    /// Whether the read model may show entries that were put aside since.
    ///
    /// # Errors
    /// What the engine says.
    pub fn view_is_stale(&self) -> Result<bool, StoreError> {
        Ok(self.get_meta(STALE_VIEW)?.is_some())
    }

    /// The read model was begun anew.
    ///
    /// # Errors
    /// What the engine says.
    pub fn view_is_sound(&self) -> Result<(), StoreError> {
        self.put_meta(STALE_VIEW, None)
    }

    /// All branches that were put aside.
    ///
    /// # Errors
    /// What the engine says.
    pub fn aside(&self) -> Result<Vec<Aside>, StoreError> {
        let (from, to) = keys::all(keys::ASIDE);
        let mut branches: Vec<Aside> = Vec::new();
        self.engine()
            .scan(&from, &to, Direction::Forward, &mut |key, value| {
                let (Some(author), Some(id)) = (keys::author_of(key), keys::branch_of(key)) else {
                    return ControlFlow::Continue(());
                };
                let wire = value.get(32..).unwrap_or_default();
                let Ok(preamble) = Preamble::decode(wire) else {
                    return ControlFlow::Continue(());
                };
                let seq = preamble.last_seq();
                match branches.last_mut() {
                    Some(branch) if (branch.author, branch.tip.id) == (author, id) => {
                        branch.tip.seq = seq;
                        branch.runs.push(wire.into());
                    }
                    _ => branches.push(Aside {
                        author,
                        tip: Tip { seq, id },
                        first_seq: preamble.first_seq,
                        runs: vec![wire.into()],
                    }),
                }
                ControlFlow::Continue(())
            })?;
        Ok(branches)
    }
}

/// Plans to put aside what a journal of which `tip` is held has after an entry; returns the tip it has
/// then.
pub(super) fn plan(
    store: &dyn Store,
    author: &NodeId,
    tip: Tip,
    after: Tip,
    batch: &mut Batch,
) -> Result<Tip, StoreError> {
    if tip.seq <= after.seq {
        return Ok(tip);
    }
    // The run that holds the first entry to go, and all behind it.
    let (from, to) = (keys::run(author, 1), keys::run(author, after.seq + 2));
    let mut first = None;
    store.scan(&from, &to, Direction::Backward, &mut |key, value| {
        let previous = value.first_chunk::<32>().copied();
        first = keys::seq_of(key).zip(previous);
        ControlFlow::Break(())
    })?;
    let Some((first, previous)) = first else {
        return Err(store.damaged(format!(
            "no run of {author:?} holds entry {}",
            after.seq + 1
        )));
    };
    let left = Tip {
        seq: first - 1,
        id: EntryId(previous),
    };
    // Entries are chained: where a run begins there, its own word tells whether the entry is ours.
    if left.seq == after.seq && left.id != after.id {
        return Err(StoreError::Forked {
            author: *author,
            seq: after.seq,
        });
    }
    let kept = branches_of(store, author)?;
    let is_kept = kept.len() < MAX_ASIDE || kept.contains(&tip.id);
    let (from, to) = (
        keys::run(author, first),
        keys::run(author, tip.seq.saturating_add(1)),
    );
    store.scan(&from, &to, Direction::Forward, &mut |key, value| {
        if let Some(seq) = keys::seq_of(key).filter(|_| is_kept) {
            batch.put(keys::aside(author, &tip.id, seq), value);
        }
        batch.remove(key.to_vec());
        ControlFlow::Continue(())
    })?;
    let (from, to) = (
        keys::authority(author, first),
        keys::authority(author, u64::MAX),
    );
    for key in store.keys(&from, &to, usize::MAX)? {
        batch.remove(key);
    }
    batch.put(keys::meta(STALE_VIEW), [1]);
    Ok(left)
}

/// The last entries of the branches of a journal that are kept aside.
fn branches_of(store: &dyn Store, author: &NodeId) -> Result<Vec<EntryId>, StoreError> {
    let (from, to) = keys::aside_of(author);
    let keys = store.keys(&from, &to, usize::MAX)?;
    let mut ids: Vec<EntryId> = keys.iter().filter_map(|key| keys::branch_of(key)).collect();
    ids.dedup();
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use sync_protocol::entry::Kind;

    use super::*;
    use crate::store::MemoryStore;
    use crate::store::journals::tests::{Author, NETWORK};

    fn tip_of(run: &VerifiedRun) -> Tip {
        run.last()
    }

    #[test]
    fn what_gives_way_is_kept_aside_and_the_journal_goes_on_with_the_other_branch() {
        let journals = Journals::over(Arc::new(MemoryStore::new())).unwrap();
        let (mut one, mut other) = (Author::new(1), Author::new(1));
        let opening = one.say_kind(Kind::CERTIFICATE, 1, 10);
        other.say_kind(Kind::CERTIFICATE, 1, 10);
        let common = one.say(5);
        other.say(5);
        let ours = vec![one.say(2), one.say_kind(Kind::APPROVE, 1, 10), one.say(3)];
        let theirs = vec![other.say_kind(Kind::ADDRESS, 1, 20), other.say(9)];
        journals.append(vec![opening, common.clone()]).unwrap();
        journals.append(ours.clone()).unwrap();
        let (author, after) = (one.id(), tip_of(&common));
        assert!(journals.append(theirs.clone()).is_err());
        let nothing = ErasedBodies::default();
        assert!(
            journals
                .keep_fork(NETWORK, after, &theirs[0], &nothing)
                .unwrap()
        );
        assert!(
            !journals
                .keep_fork(NETWORK, after, &theirs[0], &nothing)
                .unwrap()
        );
        let forks = journals.forks().unwrap();
        assert_eq!((forks.len(), forks[0].after), (1, after));
        assert_eq!(forks[0].verify(NETWORK), Ok(()));

        let authority = journals.authority().unwrap().len();
        assert_eq!(journals.put_aside(author, after).unwrap(), after);
        assert_eq!(journals.tip(&author), after);
        assert_eq!(journals.authority().unwrap().len(), authority - 1);
        assert!(journals.view_is_stale().unwrap());
        journals.view_is_sound().unwrap();
        assert!(!journals.view_is_stale().unwrap());
        let aside = journals.aside().unwrap();
        assert_eq!(aside.len(), 1);
        assert_eq!(aside[0].tip, tip_of(&ours[2]));
        assert_eq!(aside[0].first_seq, after.seq + 1);
        let kept: Vec<_> = ours.iter().map(|run| Arc::clone(run.wire())).collect();
        assert_eq!(aside[0].runs, kept);

        journals.append(theirs.clone()).unwrap();
        assert_eq!(journals.tip(&author), tip_of(&theirs[1]));
        assert!(journals.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
    }

    #[test]
    fn a_run_across_the_parting_goes_whole_and_nothing_goes_that_is_not_ours() {
        let journals = Journals::over(Arc::new(MemoryStore::new())).unwrap();
        let mut one = Author::new(1);
        let opening = one.say_kind(Kind::CERTIFICATE, 1, 10);
        let long = one.say(8);
        let inside = &long.entries()[3];
        let after = Tip {
            seq: inside.header.seq,
            id: inside.id,
        };
        journals.append(vec![opening.clone(), long]).unwrap();
        let author = one.id();
        let wrong = Tip {
            seq: 1,
            id: EntryId([9; 32]),
        };
        let error = journals.put_aside(author, wrong).unwrap_err();
        assert_eq!(error.code(), "journal_forked");
        assert_eq!(journals.put_aside(author, after).unwrap(), opening.last());
        assert_eq!(journals.aside().unwrap()[0].first_seq, 2);
        // Nothing is left behind that entry: nothing changes any more.
        assert_eq!(journals.put_aside(author, after).unwrap(), opening.last());
    }

    #[test]
    fn who_forks_without_end_fills_no_disk() {
        let journals = Journals::over(Arc::new(MemoryStore::new())).unwrap();
        let mut first = Author::new(1);
        let opening = first.say_kind(Kind::CERTIFICATE, 1, 10);
        journals.append(vec![opening.clone()]).unwrap();
        for length in 1..=20 {
            let mut branch = Author::new(1);
            branch.say_kind(Kind::CERTIFICATE, 1, 10);
            journals.append(vec![branch.say(length)]).unwrap();
            journals.put_aside(first.id(), opening.last()).unwrap();
        }
        assert_eq!(journals.aside().unwrap().len(), MAX_ASIDE);
        assert_eq!(journals.tip(&first.id()), opening.last());
    }
}
