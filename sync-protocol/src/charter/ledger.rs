//! How much is kept of each author: of each kind of entry so many, and so many bytes of bodies, in
//! the order of its journal.
//!
//! A journal is a chain, so what stands first in it is the same wherever it is held, and nobody can
//! write anything in front of what he wrote: an approval that counts is never pushed out by later
//! ones. What lies behind the quota counts for nothing and is not kept.
//! Spec: docs/protocol.md, section 7.

use std::collections::BTreeMap;

use crate::entry::{Kind, Place};
use crate::id::{EntryId, NodeId, PersonKey, StatementId, StructureId, VersionId};

use super::ratification::ContentHash;
use super::terms::Subject;

/// What is kept of one author and kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quota {
    pub(super) entries: usize,
    pub(super) bytes: usize,
}

const MIB: usize = 1024 * 1024;

/// The quota of a kind. Forty structures that decide something every week fill none of them in twenty
/// years, whichever node writes it all.
pub(super) const fn quota(kind: Kind) -> Quota {
    let (entries, bytes) = match kind {
        Kind::PROPOSE => (4_096, 16 * MIB),
        Kind::APPROVE => (8_192, 8 * MIB),
        Kind::SUSPEND | Kind::CERTIFY => (4_096, 4 * MIB),
        Kind::RATIFY => (32_768, 8 * MIB),
        Kind::ROOT => (2_048, MIB),
        // One opens a journal, and each branch of a forked one has its own.
        _ => (16, MIB),
    };
    Quota { entries, bytes }
}

/// What an entry said, as far as that must be found again to be taken back.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    Certificate(Box<[u8]>),
    Version(VersionId),
    Approval(VersionId),
    List(VersionId),
    Suspension(VersionId, Subject),
    Signature(Box<Signature>),
    Root(StructureId, StatementId, StatementId),
}

/// A person's signature over a content.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Signature {
    pub(super) record: Place,
    pub(super) content: ContentHash,
    pub(super) version: VersionId,
    pub(super) person: PersonKey,
}

/// A place in an author's journal: by number, then, where it has branches, by identity.
pub(super) type Key = (u64, EntryId);

/// What came of an entry.
#[derive(Default)]
pub(super) struct Entered {
    /// Whether it is kept: it is news, and does not lie behind the quota.
    pub(super) kept: bool,
    /// What is not kept any more.
    pub(super) dropped: Vec<(Key, Said)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Account {
    kept: BTreeMap<Key, (usize, Said)>,
    bytes: usize,
    /// The first place that lies behind the quota; nothing is kept from there on.
    closed: Option<Key>,
}

impl Account {
    fn enter(&mut self, quota: Quota, key: Key, bytes: usize, said: Said) -> Entered {
        self.kept.insert(key, (bytes, said));
        self.bytes += bytes;
        let mut entered = Entered {
            kept: true,
            ..Entered::default()
        };
        while self.kept.len() > quota.entries || self.bytes > quota.bytes {
            let Some((last, (bytes, said))) = self.kept.pop_last() else {
                break;
            };
            self.bytes -= bytes;
            self.closed = Some(last);
            // A large one in front of others takes them with it.
            if last == key {
                entered.kept = false;
            } else {
                entered.dropped.push((last, said));
            }
        }
        entered
    }
}

/// What is kept of everybody.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ledger {
    accounts: BTreeMap<(NodeId, Kind), Account>,
    /// What was shown without its journal, and counts: no more than effective versions rest on.
    shown: BTreeMap<EntryId, (NodeId, Said)>,
    /// A quota that a few entries fill.
    #[cfg(test)]
    pub(super) tight: Option<Quota>,
}

impl Ledger {
    /// Whether an entry at this place could be news.
    pub(super) fn has_room(&self, author: NodeId, kind: Kind, key: Key) -> bool {
        self.accounts.get(&(author, kind)).is_none_or(|account| {
            account.closed.is_none_or(|closed| key < closed) && !account.kept.contains_key(&key)
        })
    }

    /// Keeps what an entry of a journal said, as far as the quota goes.
    pub(super) fn enter(
        &mut self,
        author: NodeId,
        kind: Kind,
        (key, bytes): (Key, usize),
        said: Said,
    ) -> Entered {
        if !self.has_room(author, kind, key) {
            return Entered::default();
        }
        #[cfg(not(test))]
        let quota = quota(kind);
        #[cfg(test)]
        let quota = self.tight.unwrap_or_else(|| quota(kind));
        let account = self.accounts.entry((author, kind)).or_default();
        account.enter(quota, key, bytes, said)
    }

    /// Whether what an entry said is kept, by its journal or because it was shown.
    pub(super) fn holds(&self, author: NodeId, kind: Kind, key: &Key) -> bool {
        let account = self.accounts.get(&(author, kind));
        self.shown.contains_key(&key.1) || account.is_some_and(|it| it.kept.contains_key(key))
    }

    /// Whether a journal's kept entries say this.
    pub(super) fn says(&self, author: NodeId, kind: Kind, said: &Said) -> bool {
        let account = self.accounts.get(&(author, kind));
        account.is_some_and(|it| it.kept.values().any(|(_, kept)| kept == said))
    }

    /// Keeps what was shown.
    pub(super) fn show(&mut self, author: NodeId, id: EntryId, said: Said) {
        self.shown.insert(id, (author, said));
    }

    /// Forgets what was shown.
    pub(super) fn forget_shown(&mut self, id: &EntryId) {
        self.shown.remove(id);
    }

    /// How much is kept of an author and kind: entries, and bytes of their bodies.
    #[cfg(test)]
    pub(super) fn kept(&self, author: NodeId, kind: Kind) -> (usize, usize) {
        let account = self.accounts.get(&(author, kind));
        account.map_or((0, 0), |it| (it.kept.len(), it.bytes))
    }
}
