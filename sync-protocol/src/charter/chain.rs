//! The chain of effective versions, and what follows from it, recomputed when something is news.
//!
//! Always from the pinned version up, so that no order of arrival leaves a trace; what stands above
//! a version is remembered as long as nothing new is known of that.
//! Spec: docs/protocol.md, section 7.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{NodeId, RootKey, StructureId, VersionId};

use super::tally::Choice;
use super::{Certificate, Charter};

/// So many nodes of a structure count by their certificates alone: those of the lowest identities,
/// which nobody can make lower ones of without end. Its root states the others.
pub(super) const MAX_UNSTATED: usize = 32;

impl Charter {
    /// Recomputes what follows from everything observed.
    pub(super) fn evaluate(&mut self) {
        self.settle_roots();
        let mut chain = vec![self.pinned];
        let mut lowest = self.pinned;
        while let Some(below) = self
            .versions
            .get(&lowest)
            .map(|version| version.previous)
            .filter(|below| self.versions.contains_key(below))
        {
            chain.push(below);
            lowest = below;
        }
        chain.reverse();
        self.rivals = None;
        let mut choices = BTreeMap::new();
        let mut top = self.pinned;
        loop {
            let choice = match self.choices.get(&top) {
                Some(choice) => *choice,
                None => self.choose(&top),
            };
            choices.insert(top, choice);
            match choice {
                Choice::Nothing => break,
                Choice::Version(id) => {
                    chain.push(id);
                    top = id;
                }
                Choice::Rivals(one, other) => {
                    self.rivals = Some((one, other));
                    break;
                }
            }
        }
        // Of these alone, what stands higher up decides.
        choices.retain(|below, _| self.delegated(below).len() < 2);
        self.choices = choices;
        if chain != self.chain {
            self.climbed(chain);
        }
        if std::mem::take(&mut self.new_certificates) {
            self.assign_nodes();
        }
        let narrowing = self.narrowings.iter().filter_map(|it| self.chain.get(*it));
        let heads = narrowing.filter_map(|id| Some((*id, self.certificate_tips(id)?)));
        self.heads = heads.collect();
        let mut suspended = self.suspensions();
        suspended.retain(|suspension| suspension.missing == 0);
        self.suspended = suspended;
    }

    /// Takes another chain of effective versions into account.
    fn climbed(&mut self, chain: Vec<VersionId>) {
        let narrows = |id: &VersionId| {
            self.steps
                .get(id)
                .is_some_and(|it| !it.narrowing.is_empty())
        };
        let heights = chain.iter().enumerate();
        self.narrowings = heights
            .clone()
            .filter(|(_, id)| narrows(id))
            .map(|(height, _)| height)
            .collect();
        let versions = chain.iter().filter_map(|id| self.versions.get(id));
        let members = versions.flat_map(|version| &version.members);
        self.voting = members.map(|it| (it.structure, it.voting_node)).collect();
        self.heights = heights.map(|(height, id)| (*id, height)).collect();
        self.chain = chain;
        self.new_certificates = true;
    }

    /// Finds the structure of each node. Signatures were verified when the certificates came; only
    /// the roll can have changed.
    fn assign_nodes(&mut self) {
        let versions = self.chain.iter().filter_map(|id| self.versions.get(id));
        let members = versions.flat_map(|version| &version.members);
        let named: BTreeSet<(StructureId, RootKey)> =
            members.map(|it| (it.structure, it.root)).collect();
        let rolls: BTreeSet<StructureId> = named.iter().map(|(structure, _)| *structure).collect();
        let is_named = |it: &&Certificate| {
            self.stands_under_root(
                it,
                |structure, root| named.contains(&(*structure, *root)),
                |structure| rolls.contains(structure),
            )
        };
        let mut nodes = BTreeMap::new();
        // In rising order, so the lowest come first.
        let mut unstated: BTreeMap<StructureId, usize> = BTreeMap::new();
        for (node, branches) in &self.certificates {
            let Some(certificate) = branches.values().find(is_named) else {
                continue;
            };
            let structure = certificate.structure;
            if !self.is_stated(&structure, node) {
                let count = unstated.entry(structure).or_default();
                *count += 1;
                if *count > MAX_UNSTATED {
                    continue;
                }
            }
            nodes.insert(*node, structure);
        }
        self.nodes = nodes;
    }

    /// Whether more than a certificate speaks for a node: a statement of its structure's root, or a
    /// version that names it as the voting node.
    fn is_stated(&self, structure: &StructureId, node: &NodeId) -> bool {
        let by_root = self.root_state(structure);
        by_root.is_some_and(|state| state.certified.contains_key(node))
            || self.voting.contains(&(*structure, *node))
    }

    /// Whether a node that has only a certificate is among those of its structure that count.
    pub(super) fn has_place(&self, structure: &StructureId, node: &NodeId) -> bool {
        let lower = || {
            let lower = self.nodes.range(..node);
            lower.filter(|(other, of)| *of == structure && !self.is_stated(structure, other))
        };
        self.is_stated(structure, node) || lower().nth(MAX_UNSTATED - 1).is_none()
    }
}
