//! What is known of other nodes: where they are, and what they hold of our journal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use sync_protocol::address::Addresses;
use sync_protocol::entry::Entry;
use sync_protocol::id::{NodeId, Prefix, StructureId};

use crate::store::StoreError;

use super::{Member, lock};

/// Name of the store's value that holds who holds our journal.
pub(in crate::node) const HOLDERS: &str = "peers/holders";

impl Member {
    pub(super) fn note_addresses(&self, entry: &Entry) {
        let body = entry.body.as_deref().unwrap_or_default();
        let Ok(said) = Addresses::decode(body) else {
            return;
        };
        let author = entry.header.author;
        let name = address_key(&author);
        if let Err(error) = self.journals.put_meta(&name, Some(body)) {
            tracing::warn!(%error, "an address could not be noted");
        }
        self.addresses
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(author, said.addresses);
        if let Some(notifier) = &*self.notifier.read().unwrap_or_else(PoisonError::into_inner) {
            notifier.addresses_changed();
        }
    }

    pub(super) fn read_addresses(&self) -> Result<(), StoreError> {
        let nodes: Vec<NodeId> = self.journals.tips().into_keys().collect();
        let mut addresses = self
            .addresses
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for node in nodes {
            let noted = self.journals.get_meta(&address_key(&node))?;
            if let Some(said) = noted.and_then(|body| Addresses::decode(&body).ok()) {
                addresses.insert(node, said.addresses);
            }
        }
        Ok(())
    }

    /// Where members said they can be reached.
    pub(in crate::node) fn addresses(&self) -> BTreeMap<NodeId, Vec<String>> {
        self.addresses
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Other nodes hold our journal up to these entries.
    pub(in crate::node) fn note_holders(&self, news: BTreeMap<Prefix, u64>) {
        let holders = {
            let mut holders = lock(&self.holders);
            holders.extend(news);
            holders.clone()
        };
        let mut bytes = Vec::with_capacity(holders.len() * 16);
        for (holder, seq) in &holders {
            bytes.extend_from_slice(&holder.0);
            bytes.extend_from_slice(&seq.to_be_bytes());
        }
        let noted = self.journals.put_meta(HOLDERS, Some(&bytes));
        let safe = self.safe_elsewhere(&holders);
        let pruned = lock(&self.outbox).prune(&self.me, safe);
        if let Err(error) = noted.and(pruned) {
            tracing::warn!(%error, "acknowledgements could not be noted");
        }
    }

    pub(super) fn read_holders(&self) -> Result<(), StoreError> {
        let bytes = self.journals.get_meta(HOLDERS)?.unwrap_or_default();
        let mut holders = lock(&self.holders);
        let (rows, _) = bytes.as_chunks::<16>();
        for row in rows {
            let (holder, seq) = row.split_at(8);
            let holder = holder.try_into().expect("8 of 16 bytes");
            let seq = seq.try_into().expect("8 of 16 bytes");
            holders.insert(Prefix(holder), u64::from_be_bytes(seq));
        }
        Ok(())
    }

    /// A peer holds all that is held here: runs of this node under keys it no longer has need not
    /// wait any longer. Nobody keeps account of those journals.
    pub(in crate::node) fn forget_retired(&self) {
        let mut outbox = lock(&self.outbox);
        let retired = outbox.runs().iter().map(|run| run.author);
        let retired: BTreeSet<NodeId> = retired.filter(|author| *author != self.me).collect();
        for author in retired {
            let held = self.journals.tip(&author).seq;
            if let Err(error) = outbox.prune(&author, held) {
                tracing::warn!(%error, "the outbox could not be written");
            }
        }
    }

    /// Up to where two other structures hold our journal, or one where there is only one.
    pub(super) fn safe_elsewhere(&self, holders: &BTreeMap<Prefix, u64>) -> u64 {
        let charter = self.charter();
        let mut reached: BTreeMap<StructureId, u64> = BTreeMap::new();
        for (node, structure) in charter.nodes().filter(|(_, it)| **it != self.structure) {
            let seq = holders.get(&node.prefix()).copied().unwrap_or(0);
            let best = reached.entry(*structure).or_default();
            *best = (*best).max(seq);
        }
        let others: BTreeSet<StructureId> = charter
            .current()
            .1
            .members
            .iter()
            .map(|member| member.structure)
            .filter(|structure| *structure != self.structure)
            .collect();
        let needed = others.len().min(2);
        let mut tips: Vec<u64> = reached.into_values().collect();
        tips.sort_unstable_by(|a, b| b.cmp(a));
        needed
            .checked_sub(1)
            .and_then(|index| tips.get(index).copied())
            .unwrap_or(0)
    }

    pub(in crate::node) fn holders(&self) -> BTreeMap<Prefix, u64> {
        lock(&self.holders).clone()
    }

    /// How many of our own entries too few others hold.
    pub(in crate::node) fn waiting_in_outbox(&self) -> u64 {
        lock(&self.outbox).entries()
    }

    /// Whether a write of journals or outbox failed: then nothing is written until a restart.
    pub(in crate::node) fn writes_nothing(&self) -> bool {
        self.journals.stats().read_only || lock(&self.outbox).read_only()
    }
}

fn address_key(node: &NodeId) -> String {
    format!("address/{node}")
}
