//! What bears upon a node's entries beyond the versions that they cite: heads, suspensions, and what
//! its own structure revoked.
//!
//! Verdicts of entries that were judged change only with these, so whoever keeps verdicts asks
//! again when a node's limits are others, and only for entries above the lowest of them.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::frontier::Tip;
use crate::id::{NodeId, StructureId};

use super::Charter;
use super::terms::Subject;

/// What bears upon a node's entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Two of one fingerprint are the same.
    pub fingerprint: [u8; 32],
    /// The tips of each limit; none while they are not fixed. An entry is within a limit if it
    /// stands at or below one of its tips.
    pub tips: Vec<Option<BTreeSet<Tip>>>,
}

impl Limits {
    /// Up to where the node's journal is within every limit; `None` where nothing limits it.
    ///
    /// `holds` says whether the journal passes through a tip.
    #[must_use]
    pub fn free_up_to(&self, holds: impl Fn(&Tip) -> bool) -> Option<u64> {
        let reach = |tips: &Option<BTreeSet<Tip>>| {
            let held = tips.iter().flatten().filter(|tip| holds(tip));
            held.map(|tip| tip.seq).max().unwrap_or(0)
        };
        self.tips.iter().map(reach).min()
    }
}

impl Charter {
    /// What bears upon the entries of `node` as of now.
    #[must_use]
    pub fn limits_of(&self, node: &NodeId) -> Limits {
        let mut hasher = Sha256::new();
        let mut tips = Vec::new();
        let structure = self.structure_of(node);
        hasher.update(structure.unwrap_or(StructureId([0; 32])).0);
        if let Some(structure) = structure {
            self.limits_by_versions(node, &structure, &mut hasher, &mut tips);
            self.limits_by_suspensions(node, &structure, &mut hasher, &mut tips);
            if let Some(last) = self.revoked_at(&structure, node) {
                let last = BTreeSet::from([last]);
                hasher.update(b"revoked");
                put_tips(&mut hasher, &last);
                tips.push(Some(last));
            }
        }
        Limits {
            fingerprint: hasher.finalize().into(),
            tips,
        }
    }

    fn limits_by_versions(
        &self,
        node: &NodeId,
        structure: &StructureId,
        hasher: &mut Sha256,
        limits: &mut Vec<Option<BTreeSet<Tip>>>,
    ) {
        for height in &self.narrowings {
            let Some(id) = self.chain.get(*height) else {
                continue;
            };
            let reached = self
                .narrowing(id)
                .is_some_and(|it| it.reaches(node, structure));
            if !reached {
                continue;
            }
            hasher.update(b"version");
            hasher.update(id.0);
            let number = self.version(id).map_or(0, |version| version.number);
            let fixed = self.fixed_head(*height, number, node);
            let stated = || Some(self.heads.get(id)?.get(node).cloned().unwrap_or_default());
            let tips = fixed.map(|tip| BTreeSet::from([tip])).or_else(stated);
            match &tips {
                Some(tips) => put_tips(hasher, tips),
                None => {
                    // Each approval may make some entry certain to be within.
                    let approvals = self.approvals.get(id).into_iter().flatten();
                    for entry in approvals.flat_map(|(_, approvals)| approvals.keys()) {
                        hasher.update(entry.0);
                    }
                }
            }
            limits.push(tips);
        }
    }

    fn limits_by_suspensions(
        &self,
        node: &NodeId,
        structure: &StructureId,
        hasher: &mut Sha256,
        limits: &mut Vec<Option<BTreeSet<Tip>>>,
    ) {
        for suspension in self.in_force() {
            let concerned = match suspension.subject {
                Subject::Structure(it) => it == *structure,
                Subject::Node(it) => it == *node,
            };
            if concerned {
                let tips = suspension.tips.get(node).cloned().unwrap_or_default();
                hasher.update(b"suspended");
                put_tips(hasher, &tips);
                limits.push(Some(tips));
            }
        }
    }
}

fn put_tips(hasher: &mut Sha256, tips: &BTreeSet<Tip>) {
    hasher.update((tips.len() as u64).to_be_bytes());
    for tip in tips {
        hasher.update(tip.seq.to_be_bytes());
        hasher.update(tip.id.0);
    }
}
