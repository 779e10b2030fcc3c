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
use super::succession::{Narrowing, Way};
use super::version::{Member, Version};
use super::{Approval, Charter};

/// Of one author so many lists, and so many approvals of one version, are looked at: an honest one
/// writes one.
pub(super) const MAX_LISTS: usize = 4;

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
            let mut one_each = BTreeMap::new();
            for (author, approvals) in self.approvals.get(id)? {
                if let Some(structure) = self.votes_for(author, id)
                    && let Some(approval) = approvals.keys().next()
                {
                    one_each.entry(structure).or_insert(*approval);
                }
            }
            let approvals: BTreeSet<EntryId> = one_each.into_values().collect();
            // Approvals of a version below the pinned one may exist that are not known here.
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

    /// The tips that an effective version's certificate states: the first list of the proposer's
    /// journal that makes a quorum.
    pub(super) fn certificate_tips(
        &self,
        id: &VersionId,
    ) -> Option<BTreeMap<NodeId, BTreeSet<Tip>>> {
        let proposer = self.versions.get(id)?.terms.as_ref()?.proposer;
        self.lists(id, &proposer)
            .take(MAX_LISTS)
            .find_map(|list| self.tips_of_list(id, list))
    }

    /// The tips stated by listed approvals, if these are known and make the version's quorum.
    fn tips_of_list(
        &self,
        id: &VersionId,
        list: &BTreeSet<EntryId>,
    ) -> Option<BTreeMap<NodeId, BTreeSet<Tip>>> {
        let step = self.steps.get(id)?;
        let mut approving = BTreeSet::new();
        let mut tips: BTreeMap<NodeId, BTreeSet<Tip>> = BTreeMap::new();
        let mut listed = 0;
        for (author, approvals) in self.approvals.get(id)? {
            let Some(structure) = self.votes_for(author, id) else {
                continue;
            };
            for (_, stated) in approvals.iter().filter(|(entry, _)| list.contains(entry)) {
                listed += 1;
                approving.insert(structure);
                for (node, tip) in stated {
                    tips.entry(*node).or_default().insert(*tip);
                }
            }
        }
        let quorate = step.ways.iter().any(|way| way.missing(&approving) == 0);
        (quorate && listed == list.len() && approving.len() == listed).then_some(tips)
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
        if let Some(tip) = self.fixed_head(from, version.number, node) {
            return reach(place, std::iter::once(&tip), journals);
        }
        match self.heads.get(id) {
            Some(tips) => reach(place, tips.get(node).into_iter().flatten(), journals),
            None => self.within_any_certificate(id, version, place, journals),
        }
    }

    /// The head that the latest version from height `from` up fixes for version `number` and `node`.
    pub(super) fn fixed_head(&self, from: usize, number: u32, node: &NodeId) -> Option<Tip> {
        let later = self.chain.iter().skip(from).rev();
        later
            .filter_map(|id| self.versions.get(id)?.terms.as_ref())
            .find_map(|terms| terms.head(number, node))
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
        let Some(votes) = self.approvals.get(id) else {
            return Reach::Undecided;
        };
        // A voter counts if each of its approvals reaches the entry; an honest one has one.
        let reaches = |approvals: &BTreeMap<EntryId, BTreeMap<NodeId, Tip>>| {
            let within = |tips: &BTreeMap<NodeId, Tip>| {
                reach(place, tips.get(&place.author).into_iter(), journals) == Reach::Within
            };
            approvals.len() <= MAX_LISTS && approvals.values().all(within)
        };
        let certain = |member: &&Member| {
            let nodes = [Some(&member.voting_node), self.stand_in(member, version)];
            let stated = nodes.into_iter().flatten().filter_map(|it| votes.get(it));
            let mut stated = stated.peekable();
            stated.peek().is_some() && stated.all(reaches)
        };
        let structures: BTreeSet<StructureId> = roll
            .members
            .iter()
            .filter(|it| !roll.is_dormant(&it.structure))
            .filter(certain)
            .map(|it| it.structure)
            .collect();
        let sure = |way: &Way| way.counted(&structures) + way.needed > way.voters;
        let certain = step.ways.iter().all(sure);
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
