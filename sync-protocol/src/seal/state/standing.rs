//! What the entries that count come to: the seals that stand, and the readers of the next.
//!
//! A removal and a grant that were made at the same time are told apart by what each follows: a
//! grant that a branch knew of is that branch's to take back, one that it did not know of holds,
//! unless the branch removed that reader for itself, or has no place for who granted.
//! Spec: docs/protocol.md, section 14.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Grant, PartState, Said, Seal, SealFact, names, reach};
use crate::id::{EntryId, StructureId};
use crate::seal::body::{MAX_GRANTS, MAX_PARENTS};

/// The entries that count.
pub(super) struct Counted<'a> {
    pub(super) facts: &'a BTreeMap<EntryId, SealFact>,
    pub(super) ids: BTreeSet<EntryId>,
}

/// A seal that stands.
struct Branch {
    recipients: BTreeSet<StructureId>,
    follows: BTreeSet<EntryId>,
}

impl Counted<'_> {
    fn said(&self) -> impl Iterator<Item = (EntryId, &Said)> {
        let fact = |id: &EntryId| Some((*id, &self.facts.get(id)?.said));
        self.ids.iter().filter_map(fact)
    }

    fn seals(&self) -> impl Iterator<Item = (EntryId, &Seal)> {
        self.said()
            .filter_map(|(id, said)| Some((id, said.as_seal()?)))
    }

    fn grants(&self) -> impl Iterator<Item = (EntryId, &Grant)> {
        self.said()
            .filter_map(|(id, said)| Some((id, said.as_grant()?)))
    }

    /// Which seals stand, who reads them, and whom the next one is made to.
    pub(super) fn state(&self) -> PartState {
        let replaced: BTreeSet<EntryId> = self
            .seals()
            .flat_map(|(_, seal)| seal.parents.iter().copied())
            .collect();
        let heads = self.seals().filter(|(id, _)| !replaced.contains(id));
        let mut readers: BTreeMap<EntryId, BTreeSet<StructureId>> = BTreeMap::new();
        let mut branches = Vec::new();
        for (id, seal) in heads {
            let recipients: BTreeSet<StructureId> =
                seal.wraps.iter().map(|wrap| wrap.recipient).collect();
            readers.insert(id, recipients.clone());
            branches.push(Branch {
                recipients,
                follows: reach(self.facts, &[id]),
            });
        }
        for (_, grant) in self.grants() {
            if let Some(readers) = readers.get_mut(&grant.seal) {
                readers.extend(grant.wraps.iter().map(|wrap| wrap.recipient));
            }
        }
        let followed: BTreeSet<EntryId> = self
            .seals()
            .flat_map(|(_, seal)| seal.grants.iter().copied())
            .collect();
        let heads: Vec<EntryId> = readers.keys().copied().collect();
        let next_parents: Vec<EntryId> = heads.iter().copied().take(MAX_PARENTS).collect();
        let replaced = reach(self.facts, &next_parents);
        let next_grants = self
            .grants()
            .filter(|(id, grant)| !followed.contains(id) && replaced.contains(&grant.seal));
        let parents = self.seals().filter(|(id, _)| next_parents.contains(id));
        let highest = parents.map(|(_, seal)| seal.number).max();
        PartState {
            heads,
            next_number: u32::saturating_add(highest.unwrap_or_default(), 1),
            next_grants: next_grants.map(|(id, _)| id).take(MAX_GRANTS).collect(),
            next_parents,
            next_readers: self.next_readers(&branches),
            readers,
            ..PartState::default()
        }
    }

    fn next_readers(&self, branches: &[Branch]) -> BTreeSet<StructureId> {
        let mut next = BTreeSet::new();
        if let Some((first, others)) = branches.split_first() {
            let common = first.recipients.iter().copied();
            next.extend(
                common.filter(|it| others.iter().all(|other| other.recipients.contains(it))),
            );
        }
        // Whom somebody granted who is himself only granted follows once he is there.
        while self.grant_readers(branches, &mut next) {}
        next
    }

    /// Adds the structures whose grants hold on all branches; returns whether there were any.
    fn grant_readers(&self, branches: &[Branch], next: &mut BTreeSet<StructureId>) -> bool {
        let before = next.len();
        let removals = self.removals();
        for (id, grant) in self.grants() {
            // Read only where somebody was removed: of ten thousand grants each would walk all.
            let known = OnceCell::new();
            let known = || known.get_or_init(|| reach(self.facts, &[id]));
            let granter = self.facts.get(&id);
            for recipient in grant.wraps.iter().map(|wrap| wrap.recipient) {
                let removed_unaware = |branch: &Branch| {
                    let mut by = removals.get(&recipient).into_iter().flatten();
                    by.any(|by| branch.follows.contains(by) && !known().contains(by))
                };
                // Or one who was removed could name readers for ever, of the seal that he still reads.
                let may_grant = |branch: &Branch| {
                    granter.is_some_and(|granter| {
                        granter.as_owner
                            || branch.recipients.contains(&granter.structure)
                            || next.contains(&granter.structure)
                    })
                };
                let keeps = |branch: &Branch| {
                    branch.recipients.contains(&recipient)
                        || !removed_unaware(branch) && may_grant(branch)
                };
                if branches.iter().all(keeps) {
                    next.insert(recipient);
                }
            }
        }
        next.len() > before
    }

    /// For each structure the seals that left it out of what it could read before.
    fn removals(&self) -> BTreeMap<StructureId, Vec<EntryId>> {
        let mut removals: BTreeMap<StructureId, Vec<EntryId>> = BTreeMap::new();
        for (id, seal) in self.seals() {
            let before = seal.parents.iter().chain(&seal.grants);
            let before = before.filter_map(|id| self.facts.get(id));
            let before: BTreeSet<StructureId> =
                before.flat_map(|fact| fact.said.recipients()).collect();
            for structure in before {
                if !names(&seal.wraps, &structure) {
                    removals.entry(structure).or_default().push(id);
                }
            }
        }
        removals
    }
}
