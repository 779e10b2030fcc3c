//! What the seals and grants of one part of one record come to, as a set.
//!
//! A seal names the seals that it replaces; those that none replaces stand, and several that do are
//! a conflict which people resolve by a new seal. Whom that one is made to is decided so that
//! nobody gains by writing at the same time as somebody else: the readers common to all branches,
//! and whom somebody granted, unless a branch that did not know of the grant removed them.
//! Each entry is judged by what it follows alone. Spec: docs/protocol.md, section 14.

use std::collections::{BTreeMap, BTreeSet};

use super::body::{Grant, Seal};
use super::wrap::Wrap;
use crate::id::{EntryId, StructureId};

mod standing;

use standing::Counted;

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
    /// The seals that the next one replaces: all that stand, or as many as it may name.
    pub next_parents: Vec<EntryId>,
    /// The number of the next seal.
    pub next_number: u32,
    /// Grants that no seal took into account yet: the next one does, of what it replaces.
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

#[cfg(test)]
mod tests;
