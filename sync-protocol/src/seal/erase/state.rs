//! What the erasures of one record come to, as a set, and who has carried them out.
//!
//! Nothing here depends on time or order: an entry that no longer counts, because the charter put
//! its author's journal aside, is left out of the set, and what only it had hidden is back.
//! Spec: docs/protocol.md, section 14.

use std::collections::{BTreeMap, BTreeSet};

use super::{Erase, EraseTarget, Erased, Scope};
use crate::id::{BlobHash, EntryId, NodeId, StructureId};
use crate::seal::part::PartName;

/// An erase entry about the record, as the charter judges it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EraseFact {
    /// The structure of the entry's author.
    pub structure: StructureId,
    /// Whether that structure owns the record.
    pub as_owner: bool,
    /// Whether the owner's root agrees: its countersignature holds, or a charter version's head
    /// stands at or above the entry.
    pub agreed: bool,
    /// What it says.
    pub erase: Erase,
}

/// What becomes of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It stays.
    Kept,
    /// Nobody is shown it, and nothing is computed from it; its bytes stay until the root agrees.
    Hidden,
    /// Its bytes go, everywhere and for ever.
    Deleted,
}

/// The erasures of one record, and who said that they are done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EraseLog {
    erases: BTreeMap<EntryId, EraseFact>,
    /// By erasure, who said how much of it is done.
    done: BTreeMap<EntryId, BTreeMap<NodeId, Scope>>,
}

/// How far an erasure has come: "erased on 14 of 17".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Nodes that said so.
    pub done: BTreeSet<NodeId>,
    /// Nodes that are waited for.
    pub waiting: BTreeSet<NodeId>,
}

impl EraseLog {
    /// Keeps an erase entry; returns whether it is news. One that was kept is replaced: the charter
    /// may come to judge it otherwise.
    pub fn observe(&mut self, id: EntryId, fact: EraseFact) -> bool {
        let known = self.erases.get(&id) == Some(&fact);
        if !known {
            self.erases.insert(id, fact);
        }
        !known
    }

    /// Keeps what `node` says is deleted at its place.
    pub fn acknowledge(&mut self, node: NodeId, erased: &Erased) {
        for erase in &erased.erases {
            let by = self.done.entry(*erase).or_default();
            let scope = by.entry(node).or_insert(erased.scope);
            *scope = (*scope).max(erased.scope);
        }
    }

    /// What becomes of the record: of the bodies of its entries, and of itself to people.
    #[must_use]
    pub fn record(&self) -> Fate {
        self.by_owner(&EraseTarget::Record)
    }

    /// What becomes of a sealed part at a node of `structure`: at once, its owner's word is enough for
    /// everyone, and takes its blobs and the bodies of its seals and grants. Any structure erases its
    /// own copies: the blobs at its nodes, which open the part no more. Journals are everyone's, so
    /// bodies stay in them.
    #[must_use]
    pub fn part(&self, part: &PartName, structure: &StructureId) -> Fate {
        let erased = self.erases.values().any(|fact| match &fact.erase.target {
            EraseTarget::Record => fact.as_owner,
            EraseTarget::Part(other) if other == part => match fact.erase.is_of_own_copies() {
                true => fact.structure == *structure,
                false => fact.as_owner,
            },
            EraseTarget::Part(_) | EraseTarget::Blob(_) => false,
        });
        if erased { Fate::Deleted } else { Fate::Kept }
    }

    /// What becomes of a blob that is not sealed, as far as this record names it: another may too.
    #[must_use]
    pub fn blob(&self, blob: BlobHash) -> Fate {
        self.record().max(self.by_owner(&EraseTarget::Blob(blob)))
    }

    /// What the erasures that are kept are about, once each.
    #[must_use]
    pub fn targets(&self) -> BTreeSet<&EraseTarget> {
        let facts = self.erases.values();
        facts.map(|fact| &fact.erase.target).collect()
    }

    fn by_owner(&self, target: &EraseTarget) -> Fate {
        let about = self
            .erases
            .values()
            .filter(|fact| fact.erase.target == *target);
        let fates = about
            .filter(|fact| fact.as_owner)
            .map(|fact| match fact.agreed {
                true => Fate::Deleted,
                false => Fate::Hidden,
            });
        fates.max().unwrap_or(Fate::Kept)
    }

    /// Which of `nodes` said that `target` is deleted at their place, in an entry that names an
    /// erasure of the owner's which asks for it.
    #[must_use]
    pub fn progress(&self, target: &EraseTarget, nodes: &BTreeSet<NodeId>) -> Progress {
        let needed = match target {
            EraseTarget::Part(_) => Scope::Sealed,
            EraseTarget::Record | EraseTarget::Blob(_) => Scope::All,
        };
        let asks = |fact: &EraseFact| {
            let whole = fact.erase.target == EraseTarget::Record;
            let asked = whole || fact.erase.target == *target;
            fact.as_owner && asked && !fact.erase.is_of_own_copies()
        };
        let asking = self.erases.iter().filter(|(_, fact)| asks(fact));
        let done: BTreeSet<NodeId> = asking
            .filter_map(|(id, _)| self.done.get(id))
            .flatten()
            .filter(|(node, scope)| **scope >= needed && nodes.contains(node))
            .map(|(node, _)| *node)
            .collect();
        Progress {
            waiting: nodes.difference(&done).copied().collect(),
            done,
        }
    }
}
