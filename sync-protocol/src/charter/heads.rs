//! How far a narrowed journal still counts: the heads of a version.
//!
//! Nobody's clock decides it. Each approval of a version that narrows a journal states how far its
//! author holds it, and what one of the approvals of the version's *certificate* reaches, counts.
//! The certificate is a list that the version's proposer writes once, so approvals that come later
//! change nothing. Before it is known, what any certificate would have to reach counts already, and
//! the rest waits. A later version may fix a head itself.
//! Why: docs/decisions/0011-certificates-and-rounds.md. Spec: docs/protocol.md, section 7.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Place;
use crate::frontier::Tip;
use crate::id::{EntryId, NodeId, StructureId, VersionId};

use super::approval::Certified;
use super::succession::Narrowing;
use super::version::Version;
use super::{Approval, Charter};

/// What a node knows of the journals it stores: the identity of the entry at a place, if held.
pub trait Journals {
    /// The identity of the entry at `place`.
    fn id_at(&self, place: &Place) -> Option<EntryId>;
}

impl<F: Fn(&Place) -> Option<EntryId>> Journals for F {
    fn id_at(&self, place: &Place) -> Option<EntryId> {
        self(place)
    }
}

/// Whether an entry is at or below a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Within,
    Beyond,
    /// The certificate is not known, and certificates that are possible would differ.
    Undecided,
    /// The journal is not held as far as the head, so the branch cannot be told.
    JournalShort,
}

/// Whether an entry stands at or below one of these tips: the journal held here has to pass through
/// the very entry that a tip names. A tip that somebody made up therefore reaches nothing.
pub(super) fn reach<'t>(
    place: &Place,
    tips: impl Iterator<Item = &'t Tip>,
    journals: &impl Journals,
) -> Reach {
    let mut found = Reach::Beyond;
    for tip in tips.filter(|tip| tip.seq >= place.seq) {
        let author = place.author;
        let seq = tip.seq;
        match journals.id_at(&Place { author, seq }) {
            Some(id) if id == tip.id => return Reach::Within,
            Some(_) => {}
            None => found = Reach::JournalShort,
        }
    }
    found
}

/// The structure that `node` votes for.
fn voter(roll: &Version, node: &NodeId) -> Option<StructureId> {
    let member = roll.members.iter().find(|it| it.voting_node == *node)?;
    (!roll.is_dormant(&member.structure)).then_some(member.structure)
}

impl Charter {
    /// The approval of version `id` that a voting node writes, holding journals as `tip` says.
    ///
    /// `None` if the version, or the one it stands above, is not known.
    #[must_use]
    pub fn approval_of(&self, id: &VersionId, tip: impl Fn(&NodeId) -> Tip) -> Option<Approval> {
        let step = self.steps.get(id)?;
        Some(Approval {
            version: *id,
            tips: self.tips_of(tip, |node, structure| {
                step.narrowing.reaches(node, structure)
            }),
        })
    }

    /// How far known nodes' journals are held, of those that are concerned.
    pub(super) fn tips_of(
        &self,
        tip: impl Fn(&NodeId) -> Tip,
        concerned: impl Fn(&NodeId, &StructureId) -> bool,
    ) -> Vec<(NodeId, Tip)> {
        self.nodes()
            .filter(|(node, structure)| concerned(node, structure))
            .map(|(node, _)| (*node, tip(node)))
            .filter(|(_, tip)| *tip != Tip::EMPTY)
            .take(super::approval::MAX_TIPS)
            .collect()
    }

    /// Whom a known version narrows, against the one it stands above.
    #[must_use]
    pub fn narrowing(&self, id: &VersionId) -> Option<&Narrowing> {
        self.steps.get(id).map(|step| &step.narrowing)
    }

    /// The list that `node` has to write, if it proposed a version that came into force, narrows
    /// somebody, and has none yet.
    #[must_use]
    pub fn certificate_due(&self, node: &NodeId) -> Option<Certified> {
        self.chain.iter().find_map(|id| {
            let version = self.versions.get(id)?;
            let step = self.steps.get(id)?;
            let mine = version.terms.as_ref()?.proposer == *node;
            if !mine || step.narrowing.is_empty() || self.lists(id, node).next().is_some() {
                return None;
            }
            let roll = self.versions.get(&version.previous)?;
            let mut chosen: BTreeMap<NodeId, EntryId> = BTreeMap::new();
            for (entry, vote) in self.approvals.get(id)? {
                if voter(roll, &vote.author).is_some() {
                    chosen.entry(vote.author).or_insert(*entry);
                }
            }
            let approvals: BTreeSet<EntryId> = chosen.into_values().collect();
            // Approvals that are not known here, of a version below the pinned one, may exist.
            self.tips_of_list(id, &approvals)?;
            Some(Certified {
                version: *id,
                approvals: approvals.into_iter().collect(),
            })
        })
    }

    /// Lists that a node wrote for a version, in the order of its journal.
    fn lists(
        &self,
        id: &VersionId,
        proposer: &NodeId,
    ) -> impl Iterator<Item = &BTreeSet<EntryId>> + use<'_> {
        let proposer = *proposer;
        let all = self.certified.get(id).into_iter().flatten();
        all.filter(move |((author, _, _), _)| *author == proposer)
            .map(|(_, list)| list)
    }

    /// The tips stated by listed approvals, if these are known and make the version's quorum.
    fn tips_of_list(
        &self,
        id: &VersionId,
        list: &BTreeSet<EntryId>,
    ) -> Option<Vec<&BTreeMap<NodeId, Tip>>> {
        let version = self.versions.get(id)?;
        let step = self.steps.get(id)?;
        let roll = self.versions.get(&version.previous)?;
        let votes = self.approvals.get(id)?;
        let listed: Vec<_> = list
            .iter()
            .map(|entry| votes.get(entry))
            .collect::<Option<_>>()?;
        let approving: BTreeSet<StructureId> = listed
            .iter()
            .map(|vote| voter(roll, &vote.author))
            .collect::<Option<_>>()?;
        let quorate = step.ways.iter().any(|way| way.missing(&approving) == 0);
        (quorate && approving.len() == listed.len())
            .then(|| listed.into_iter().map(|vote| &vote.tips).collect())
    }

    /// Whether an entry is at or below the head that version `id` gives its journal.
    pub(super) fn within_head(
        &self,
        id: &VersionId,
        version: &Version,
        place: &Place,
        journals: &impl Journals,
    ) -> Reach {
        let node = &place.author;
        // What a vote fixed goes before what the certificate says; of several, the latest.
        let from = self.height(id).unwrap_or_default();
        let later = self.chain.iter().skip(from).rev();
        let fixed = later.filter_map(|id| self.versions.get(id)?.terms.as_ref());
        let fixed = fixed
            .flat_map(|terms| &terms.heads)
            .find(|head| head.version == version.number && head.node == *node);
        if let Some(head) = fixed {
            return reach(place, std::iter::once(&head.tip), journals);
        }
        let Some(terms) = &version.terms else {
            return Reach::Undecided;
        };
        let mut lists = self.lists(id, &terms.proposer);
        if let Some(stated) = lists.find_map(|list| self.tips_of_list(id, list)) {
            let tips = stated.into_iter().filter_map(|tips| tips.get(node));
            return reach(place, tips, journals);
        }
        self.within_any_certificate(id, version, place, journals)
    }

    /// Whether every certificate that could still be written reaches an entry: so many approvals
    /// reach it that no quorum does without one of them.
    fn within_any_certificate(
        &self,
        id: &VersionId,
        version: &Version,
        place: &Place,
        journals: &impl Journals,
    ) -> Reach {
        let (Some(step), Some(roll)) = (self.steps.get(id), self.versions.get(&version.previous))
        else {
            return Reach::Undecided;
        };
        let votes = self.approvals.get(id).into_iter().flatten();
        // A voter counts if each of its approvals reaches the entry.
        let mut reaching: BTreeMap<NodeId, bool> = BTreeMap::new();
        for (_, vote) in votes {
            let tips = vote.tips.get(&place.author).into_iter();
            let within = reach(place, tips, journals) == Reach::Within;
            let all = reaching.entry(vote.author).or_insert(true);
            *all &= within;
        }
        let structures: BTreeSet<StructureId> = roll
            .members
            .iter()
            .filter(|it| reaching.get(&it.voting_node) == Some(&true))
            .map(|it| it.structure)
            .collect();
        let certain = step.ways.iter().all(|way| {
            let counted = way.electorate.intersection(&structures).count();
            counted + way.needed > way.electorate.len()
        });
        if certain {
            Reach::Within
        } else {
            Reach::Undecided
        }
    }

    /// The branch of `node`'s journal that a vote named: the entry it has to pass through.
    #[must_use]
    pub fn branch_of(&self, node: &NodeId) -> Option<Tip> {
        let terms = self
            .chain
            .iter()
            .rev()
            .filter_map(|id| self.versions.get(id)?.terms.as_ref());
        let heads = terms.flat_map(|terms| &terms.heads);
        let tips = heads.filter(|it| it.node == *node).map(|it| it.tip);
        tips.max()
    }
}
