//! What the seals and grants of one part of one record come to, as a set.
//!
//! A seal names the seals that it replaces; those that none replaces stand, and several that do are
//! a conflict which people resolve by a new seal. Whom that one is made to is decided so that
//! nobody gains by writing at the same time as somebody else: the readers common to all branches,
//! and whom somebody granted, unless a branch that did not know of the grant removed them.
//! Each entry is judged by what it follows alone. Spec: docs/protocol.md, section 14.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::body::{Grant, Seal};
use super::wrap::Wrap;
use crate::id::{EntryId, StructureId};

/// A seal or grant entry about the part, and who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealFact {
    /// The structure of the entry's author.
    pub structure: StructureId,
    /// Whether that structure owned the record as the entry knew it; the charter's business.
    pub as_owner: bool,
    /// What the entry says.
    pub said: Said,
}

/// What an entry says about a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is sealed.
    Seal(Seal),
    /// A seal of it is opened to others.
    Grant(Grant),
}

/// Why an entry counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SealFault {
    /// A first seal by a structure that does not own the record.
    #[error("only the record's owner seals a part for the first time")]
    NotOwner,
    /// It replaces or opens a seal that its author was given no key of.
    #[error("its author does not read what it replaces or opens")]
    NotReader,
    /// Its number does not follow from its parents.
    #[error("its number is not one more than that of its parents")]
    Number,
    /// It names an entry that is of another kind or part, or is not among what it follows.
    #[error("it names an entry that does not belong there")]
    Misplaced,
}

/// The entries held about one part.
#[derive(Clone, Debug, Default)]
pub struct PartLog {
    facts: BTreeMap<EntryId, SealFact>,
}

/// What they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartState {
    /// The seals that stand, in rising order; more than one are a conflict.
    pub heads: Vec<EntryId>,
    /// Who can open each of them: by its own wraps and by grants.
    pub readers: BTreeMap<EntryId, BTreeSet<StructureId>>,
    /// The number of the next seal; its parents are the heads.
    pub next_number: u32,
    /// Grants that no seal took into account yet: the next one does.
    pub next_grants: Vec<EntryId>,
    /// Whom the next seal is made to, before whoever makes it adds or removes someone.
    pub next_readers: BTreeSet<StructureId>,
    /// Entries that name one which is not held, or which does not count.
    pub waiting: BTreeSet<EntryId>,
    /// Entries that count for nothing.
    pub refused: BTreeMap<EntryId, SealFault>,
}

impl PartState {
    /// Whether people have to choose between several seals.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        self.heads.len() > 1
    }
}

impl PartLog {
    /// Keeps an entry; returns whether it is news. One that was kept is replaced: with the charter
    /// it may become known that its author was the owner.
    pub fn observe(&mut self, id: EntryId, fact: SealFact) -> bool {
        let known = self.facts.get(&id) == Some(&fact);
        if !known {
            self.facts.insert(id, fact);
        }
        !known
    }

    /// What the entries come to.
    #[must_use]
    pub fn state(&self) -> PartState {
        let judged = self.judge();
        let counted = Counted {
            facts: &self.facts,
            ids: judged.accepted,
        };
        let mut state = counted.state();
        state.refused = judged.refused;
        let settled = |id: &&EntryId| counted.ids.contains(id) || state.refused.contains_key(id);
        let all = self.facts.keys();
        state.waiting = all.filter(|id| !settled(id)).copied().collect();
        state
    }

    /// Judges each entry once all it names is accepted.
    fn judge(&self) -> Judged {
        let mut named_by: BTreeMap<EntryId, Vec<EntryId>> = BTreeMap::new();
        let mut missing: BTreeMap<EntryId, usize> = BTreeMap::new();
        let mut ready = Vec::new();
        for (id, fact) in &self.facts {
            let names: BTreeSet<EntryId> = fact.said.names().collect();
            for name in &names {
                named_by.entry(*name).or_default().push(*id);
            }
            if names.is_empty() {
                ready.push(*id);
            }
            missing.insert(*id, names.len());
        }
        let mut judged = Judged::default();
        while let Some(id) = ready.pop() {
            let Some(fact) = self.facts.get(&id) else {
                continue;
            };
            if let Err(fault) = self.check(fact) {
                judged.refused.insert(id, fault);
                continue;
            }
            judged.accepted.insert(id);
            for follower in named_by.get(&id).into_iter().flatten() {
                if let Some(left) = missing.get_mut(follower) {
                    *left -= 1;
                    if *left == 0 {
                        ready.push(*follower);
                    }
                }
            }
        }
        judged
    }

    /// Judges an entry all of whose names are accepted.
    fn check(&self, fact: &SealFact) -> Result<(), SealFault> {
        match &fact.said {
            Said::Seal(seal) => self.check_seal(fact, seal),
            Said::Grant(grant) => self.check_grant(fact, grant),
        }
    }

    fn check_seal(&self, fact: &SealFact, seal: &Seal) -> Result<(), SealFault> {
        if seal.parents.is_empty() && !fact.as_owner {
            return Err(SealFault::NotOwner);
        }
        let mut highest = 0;
        for id in &seal.parents {
            let parent = self.seal(id).ok_or(SealFault::Misplaced)?;
            if parent.part != seal.part {
                return Err(SealFault::Misplaced);
            }
            highest = highest.max(parent.number);
            let granted = seal.grants.iter().filter_map(|id| self.grant(id));
            let mut granted = granted.filter(|grant| grant.seal == *id);
            let reads = names(&parent.wraps, &fact.structure)
                || granted.any(|grant| names(&grant.wraps, &fact.structure));
            if !reads && !fact.as_owner {
                return Err(SealFault::NotReader);
            }
        }
        if Some(seal.number) != u32::checked_add(highest, 1) {
            return Err(SealFault::Number);
        }
        if seal.grants.is_empty() {
            return Ok(());
        }
        let replaced = reach(&self.facts, &seal.parents);
        let belongs = |grant: &Grant| replaced.contains(&grant.seal);
        let mut grants = seal.grants.iter().map(|id| self.grant(id));
        if grants.all(|grant| grant.is_some_and(belongs)) {
            Ok(())
        } else {
            Err(SealFault::Misplaced)
        }
    }

    fn check_grant(&self, fact: &SealFact, grant: &Grant) -> Result<(), SealFault> {
        let opened = self.seal(&grant.seal).ok_or(SealFault::Misplaced)?;
        if opened.part != grant.part {
            return Err(SealFault::Misplaced);
        }
        let through = match &grant.through {
            None => None,
            Some(id) => Some(
                self.grant(id)
                    .filter(|through| through.seal == grant.seal)
                    .ok_or(SealFault::Misplaced)?,
            ),
        };
        let reads = names(&opened.wraps, &fact.structure)
            || through.is_some_and(|through| names(&through.wraps, &fact.structure));
        if reads {
            Ok(())
        } else {
            Err(SealFault::NotReader)
        }
    }

    fn seal(&self, id: &EntryId) -> Option<&Seal> {
        self.facts.get(id)?.said.as_seal()
    }

    fn grant(&self, id: &EntryId) -> Option<&Grant> {
        self.facts.get(id)?.said.as_grant()
    }
}

impl Said {
    const fn as_seal(&self) -> Option<&Seal> {
        match self {
            Self::Seal(seal) => Some(seal),
            Self::Grant(_) => None,
        }
    }

    const fn as_grant(&self) -> Option<&Grant> {
        match self {
            Self::Grant(grant) => Some(grant),
            Self::Seal(_) => None,
        }
    }

    /// Every entry that it follows directly.
    fn names(&self) -> impl Iterator<Item = EntryId> {
        let (lists, pair) = match self {
            Self::Seal(seal) => ([seal.parents.as_slice(), &seal.grants], [None, None]),
            Self::Grant(grant) => ([&[][..], &[]], [Some(grant.seal), grant.through]),
        };
        let listed = lists.into_iter().flatten().copied();
        listed.chain(pair.into_iter().flatten())
    }

    fn wraps(&self) -> &[Wrap] {
        match self {
            Self::Seal(seal) => &seal.wraps,
            Self::Grant(grant) => &grant.wraps,
        }
    }

    fn recipients(&self) -> impl Iterator<Item = StructureId> {
        self.wraps().iter().map(|wrap| wrap.recipient)
    }
}

fn names(wraps: &[Wrap], structure: &StructureId) -> bool {
    wraps.iter().any(|wrap| wrap.recipient == *structure)
}

/// The entries of `from` and all that they follow.
fn reach(facts: &BTreeMap<EntryId, SealFact>, from: &[EntryId]) -> BTreeSet<EntryId> {
    let mut reached = BTreeSet::new();
    let mut open = from.to_vec();
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(
                facts
                    .get(&id)
                    .into_iter()
                    .flat_map(|fact| fact.said.names()),
            );
        }
    }
    reached
}

#[derive(Default)]
struct Judged {
    accepted: BTreeSet<EntryId>,
    refused: BTreeMap<EntryId, SealFault>,
}

/// The entries that count.
struct Counted<'a> {
    facts: &'a BTreeMap<EntryId, SealFact>,
    ids: BTreeSet<EntryId>,
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

    fn state(&self) -> PartState {
        let replaced: BTreeSet<EntryId> = self
            .seals()
            .flat_map(|(_, seal)| seal.parents.iter().copied())
            .collect();
        let heads = self.seals().filter(|(id, _)| !replaced.contains(id));
        let mut readers: BTreeMap<EntryId, BTreeSet<StructureId>> = BTreeMap::new();
        let mut branches = Vec::new();
        let mut highest = 0;
        for (id, seal) in heads {
            let recipients: BTreeSet<StructureId> =
                seal.wraps.iter().map(|wrap| wrap.recipient).collect();
            readers.insert(id, recipients.clone());
            branches.push(Branch {
                recipients,
                follows: reach(self.facts, &[id]),
            });
            highest = highest.max(seal.number);
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
        let grants = self.grants().map(|(id, _)| id);
        PartState {
            heads: readers.keys().copied().collect(),
            next_number: u32::saturating_add(highest, 1),
            next_grants: grants.filter(|id| !followed.contains(id)).collect(),
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

#[cfg(test)]
mod tests;
