//! The chain of effective versions, and what follows from it, recomputed when something is news.
//!
//! Always from the pinned version up, so that no order of arrival leaves a trace; what stands above
//! a version is remembered as long as nothing new is known of that.
//! Spec: docs/protocol.md, section 7.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{RootKey, StructureId, VersionId};

use super::tally::Choice;
use super::{Certificate, Charter};

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
        let nodes = self.certificates.iter().filter_map(|(node, branches)| {
            let certificate = branches.values().find(is_named)?;
            Some((*node, certificate.structure))
        });
        self.nodes = nodes.collect();
    }
}
