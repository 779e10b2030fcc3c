//! The entries of one record, by what their changes are called inside Automerge, and back.
//!
//! Automerge names changes by hashes and authors by actors; journals name both by entries. Here
//! the one becomes the other: where an entry is read, and where one is drafted.
//! Spec: docs/protocol.md, section 4.

use std::collections::HashMap;

use sync_protocol::body::{Ancestor, Check, Speaker};
use sync_protocol::entry::Place;
use sync_protocol::id::{ActorId, NetworkId, NodeId, RecordId};

use super::chunk::Hash;
use crate::view::{Accepted, AcceptedChange};

/// What of one record was accepted.
#[derive(Debug)]
pub(crate) struct Lineage {
    network: NetworkId,
    record: RecordId,
    entries: HashMap<Place, (Check, Hash)>,
}

impl Lineage {
    pub(crate) fn new(network: NetworkId, record: RecordId, held: &[Accepted]) -> Self {
        let entries = held
            .iter()
            .map(|it| (it.place(), (it.check, it.hash)))
            .collect();
        Self {
            network,
            record,
            entries,
        }
    }

    pub(crate) fn holds(&self, place: &Place) -> bool {
        self.entries.contains_key(place)
    }

    pub(crate) fn add(&mut self, place: Place, check: Check, hash: Hash) {
        self.entries.insert(place, (check, hash));
    }

    /// The hash of a change that `author` followed; `None` while it is not held.
    pub(crate) fn hash(&self, author: &NodeId, ancestor: &Ancestor) -> Option<Hash> {
        let (place, wanted) = place_of(author, ancestor);
        let (check, hash) = self.entries.get(&place)?;
        // Another check is another branch of that journal.
        wanted.is_none_or(|wanted| wanted == check).then_some(*hash)
    }

    /// The actor of `author` under an epoch.
    pub(crate) fn actor(&self, author: &NodeId, epoch: u64) -> ActorId {
        ActorId::derive(&self.network, &self.record, author, epoch)
    }

    /// The actor that `author` speaks of.
    pub(crate) fn actor_of(&self, author: &NodeId, speaker: &Speaker) -> ActorId {
        match speaker {
            Speaker::Own { epoch } => self.actor(author, *epoch),
            Speaker::Other { author, epoch } => self.actor(author, *epoch),
        }
    }
}

/// Where the entry stands that `author` followed, and by what it is told from another there.
pub(crate) fn place_of<'a>(author: &NodeId, ancestor: &'a Ancestor) -> (Place, Option<&'a Check>) {
    let (author, seq, check) = match ancestor {
        Ancestor::Own { seq } => (author, seq, None),
        Ancestor::Other { author, seq, check } => (author, seq, Some(check)),
    };
    let (author, seq) = (*author, *seq);
    (Place { author, seq }, check)
}

/// How the changes of a record are named in a new entry of `me`.
#[derive(Debug)]
pub(crate) struct Naming<'a> {
    pub(crate) network: &'a NetworkId,
    pub(crate) record: &'a RecordId,
    pub(crate) me: &'a NodeId,
    /// What of the record was accepted.
    pub(crate) held: &'a [AcceptedChange],
    /// This node's own changes that are drafted and not yet accepted, each with its number.
    pub(crate) drafted: &'a [(u64, Hash)],
    /// The epoch of the drafted ones.
    pub(crate) epoch: u64,
}

impl Naming<'_> {
    /// The entry of a change.
    pub(crate) fn ancestor(&self, hash: &Hash) -> Option<Ancestor> {
        if let Some((seq, _)) = self.drafted.iter().find(|(_, drafted)| drafted == hash) {
            return Some(Ancestor::Own { seq: *seq });
        }
        let held = self.held.iter().map(|change| &change.entry);
        let entry = held.into_iter().find(|entry| entry.hash == *hash)?;
        Some(if entry.author == *self.me {
            Ancestor::Own { seq: entry.seq }
        } else {
            Ancestor::Other {
                author: entry.author,
                seq: entry.seq,
                check: entry.check,
            }
        })
    }

    /// Author and epoch of an actor.
    pub(crate) fn speaker(&self, actor: &ActorId) -> Option<Speaker> {
        let is_it = |author: &NodeId, epoch: u64| {
            ActorId::derive(self.network, self.record, author, epoch) == *actor
        };
        let mut tried = Vec::new();
        for AcceptedChange { entry, .. } in self.held {
            let opened = (entry.author, entry.epoch);
            if tried.contains(&opened) {
                continue;
            }
            tried.push(opened);
            if is_it(&entry.author, entry.epoch) {
                return Some(if entry.author == *self.me {
                    Speaker::Own { epoch: entry.epoch }
                } else {
                    Speaker::Other {
                        author: entry.author,
                        epoch: entry.epoch,
                    }
                });
            }
        }
        is_it(self.me, self.epoch).then_some(Speaker::Own { epoch: self.epoch })
    }
}
