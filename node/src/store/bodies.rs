//! Bodies that stored runs lose, or get back.
//!
//! What is erased is cut out of its run, which is compressed anew: chain and signature hold without
//! it. Each run changes in one commit together with the note that its body is missing, so that a
//! crash leaves a run as it was or as it will be, and doing it again does nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use sync_protocol::codec::DecodeError;
use sync_protocol::entry::{Entry, Place};
use sync_protocol::id::{EntryId, NetworkId, NodeId};
use sync_protocol::run::{self, LeftOut};
use sync_protocol::seal::erase::ErasedBodies;

use super::engine::Direction;
use super::journals::{Journals, StoredRun};
use super::writer::{BodyChange, Work};
use super::{StoreError, journal_keys as keys};
use crate::fuse::step;

/// How many entries one commit changes at most: each may lie in a run of its own.
const ENTRIES_AT_ONCE: usize = 32;

impl Journals {
    /// What stored runs leave out.
    ///
    /// # Errors
    /// What the engine says.
    pub fn left_out(&self) -> Result<Vec<LeftOut>, StoreError> {
        let (from, to) = keys::all(keys::LEFT_OUT);
        let (mut noted, mut broken) = (Vec::new(), false);
        self.engine()
            .scan(&from, &to, Direction::Forward, &mut |_, value| {
                let read = LeftOut::decode(&value);
                broken |= read.is_err();
                noted.extend(read);
                ControlFlow::Continue(())
            })?;
        if broken {
            let detail = "a note of what was left out cannot be read".to_owned();
            return Err(self.engine().damaged(detail));
        }
        // A journal that was cut back and filled again may hold what it lacked.
        let mut missing = Vec::with_capacity(noted.len());
        for left_out in noted {
            if self
                .entry(NetworkId::default(), &left_out.place)?
                .is_some_and(|it| it.body.is_none())
            {
                missing.push(left_out);
            }
        }
        Ok(missing)
    }

    /// The entry at a place, if it is held.
    ///
    /// # Errors
    /// What the engine says, and [`StoreError::Damaged`] for a run that cannot be read.
    pub fn entry(&self, network: NetworkId, place: &Place) -> Result<Option<Entry>, StoreError> {
        let Some(run) = self.run_containing(&place.author, place.seq)? else {
            return Ok(None);
        };
        let entries = run
            .entries(network)
            .map_err(|error| self.unreadable(&error))?;
        Ok(entries.into_iter().find(|it| it.header.seq == place.seq))
    }

    /// The entries whose bodies are here and named.
    ///
    /// Reads all journals: what waits or was refused is found as well as what counts.
    ///
    /// # Errors
    /// As [`Journals::entry`].
    pub fn named_by(&self, erased: &ErasedBodies) -> Result<BTreeSet<Place>, StoreError> {
        let mut found = BTreeSet::new();
        if *erased == ErasedBodies::default() {
            return Ok(found);
        }
        let (from, to) = keys::all(keys::RUN);
        let mut flaw = None;
        let tips = self.frontier();
        self.engine()
            .scan(&from, &to, Direction::Forward, &mut |key, value| {
                let entries = StoredRun::read(key, &value)
                    .ok_or_else(|| "a run is too short".to_owned())
                    .and_then(|run| {
                        let entries = run.entries(NetworkId::default());
                        entries.map_err(|error| error.to_string())
                    });
                match entries {
                    Ok(entries) => {
                        let named = entries.iter().filter(|entry| {
                            let header = &entry.header;
                            let (kind, subject) = (header.kind, header.subject.as_ref());
                            let held = header.seq <= tips.tip(&header.author).seq;
                            held && entry.body.is_some()
                                && erased.name(kind, &entry.place(), subject)
                        });
                        found.extend(named.map(Entry::place));
                        ControlFlow::Continue(())
                    }
                    Err(detail) => {
                        flaw = Some(detail);
                        ControlFlow::Break(())
                    }
                }
            })?;
        flaw.map_or(Ok(found), |detail| Err(self.engine().damaged(detail)))
    }

    /// Deletes the bodies of these entries, durably; returns how many were there. What may not be
    /// missing stays.
    ///
    /// # Errors
    /// What the engine says; what was done until then stays done.
    pub fn leave_out(&self, places: &BTreeSet<Place>) -> Result<u64, StoreError> {
        let mut journals: BTreeMap<NodeId, Vec<u64>> = BTreeMap::new();
        for place in places {
            journals.entry(place.author).or_default().push(place.seq);
        }
        let mut bodies = 0;
        for (author, seqs) in journals {
            for some in seqs.chunks(ENTRIES_AT_ONCE) {
                let change = BodyChange::LeaveOut(some.iter().copied().collect());
                step("bodies leave their runs");
                bodies += self.wait_for(Work::Bodies { author, change })?.entries;
            }
        }
        Ok(bodies)
    }

    /// The same for branches that were put aside, which are part of no journal any more.
    ///
    /// # Errors
    /// As [`Journals::leave_out`].
    pub fn leave_out_aside(&self, erased: &ErasedBodies) -> Result<(), StoreError> {
        let (from, to) = keys::all(keys::ASIDE);
        let mut aside = Vec::new();
        self.engine()
            .scan(&from, &to, Direction::Forward, &mut |key, value| {
                aside.push((key.to_vec(), value));
                ControlFlow::Continue(())
            })?;
        for (key, value) in aside {
            let (previous, wire) = value.split_at_checked(32).unwrap_or_default();
            let changed = without(wire, erased).map_err(|error| self.unreadable(&error))?;
            if let Some(changed) = changed {
                let value = Some([previous, &changed[..]].concat());
                step("bodies leave a branch that was put aside");
                self.wait_for(Work::Put { key, value })?;
            }
        }
        Ok(())
    }

    /// The same for what proves that journals were forked, which holds runs of both branches.
    ///
    /// # Errors
    /// As [`Journals::leave_out`].
    pub fn leave_out_of_proofs(&self, erased: &ErasedBodies) -> Result<(), StoreError> {
        for mut fork in self.forks()? {
            let mut changed = false;
            for branch in &mut fork.branches {
                let left = without(branch, erased).map_err(|error| self.unreadable(&error))?;
                if let Some(left) = left {
                    *branch = left;
                    changed = true;
                }
            }
            if changed {
                step("bodies leave what proves a fork");
                let (key, value) = (keys::fork(&fork.author), Some(fork.encode()));
                self.wait_for(Work::Put { key, value })?;
            }
        }
        Ok(())
    }

    /// Puts back a body that a stored run left out, durably; returns whether it was missing there,
    /// and these bytes are it.
    ///
    /// # Errors
    /// What the engine says.
    pub fn put_back(&self, place: &Place, body: Vec<u8>) -> Result<bool, StoreError> {
        let (author, seq) = (place.author, place.seq);
        let change = BodyChange::PutBack { seq, body };
        let done = self.wait_for(Work::Bodies { author, change })?;
        Ok(done.entries > 0)
    }

    /// Writes all journals into new files, so that bodies that were deleted lie in none.
    ///
    /// # Errors
    /// Whatever the file system says; the journals are then as they were.
    pub fn rewrite(&self) -> Result<(), StoreError> {
        self.engine().rewrite()
    }

    fn unreadable(&self, error: &DecodeError) -> StoreError {
        self.engine().damaged(error.to_string())
    }
}

/// A run without the bodies that erasures name; none where it has none of them.
pub(super) fn without(
    wire: &[u8],
    erased: &ErasedBodies,
) -> Result<Option<Arc<[u8]>>, DecodeError> {
    // Nothing that names or identifies entries here depends on network or predecessor.
    let entries = run::read_stored(NetworkId::default(), EntryId::ZERO, wire)?;
    let named = entries.iter().filter(|entry| {
        let (kind, subject) = (entry.header.kind, entry.header.subject.as_ref());
        erased.name(kind, &entry.place(), subject)
    });
    let seqs: BTreeSet<u64> = named.map(|entry| entry.header.seq).collect();
    match seqs.is_empty() {
        true => Ok(None),
        false => run::leave_out(wire, &seqs),
    }
}

#[cfg(test)]
mod tests;
