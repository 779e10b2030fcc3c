//! What approvals come to: which version is effective, which can no longer be, who may approve.
//!
//! An approval only ever adds. A voting node that approves two versions of one height and round is
//! found out and named, but both its approvals count: were they void, whoever voted for an
//! effective version could undo it years later, and everything above it, by voting once more.
//! Why, and why a later round wins: docs/decisions/0011-certificates-and-rounds.md.
//! Spec: docs/protocol.md, section 7.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{NodeId, StructureId, VersionId};

use super::Charter;
use super::succession::{Step, Unfit, Way, awake};
use super::terms::Subject;
use super::version::{Member, Version};

/// A proposed version that waits for approvals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// Its identity.
    pub id: VersionId,
    /// What it says.
    pub version: &'a Version,
    /// Structures of the current roll that approved it.
    pub approved_by: Vec<StructureId>,
    /// How many more approvals make it effective.
    pub missing: usize,
    /// Structures that may still approve it: they approved nothing of its height and round.
    pub waits_for: Vec<StructureId>,
    /// Whether these are enough. If not, the votes are split: it has to be proposed again, in a
    /// later round.
    pub can_pass: bool,
    /// Members from whom it takes something: in a roll of three or more, one of them is not counted.
    pub concerns: Vec<StructureId>,
}

/// Why a node may not approve a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MayNot {
    /// No such version is known here.
    #[error("no such version is known")]
    Unknown,
    /// It does not stand above the version in force.
    #[error("it does not stand above the version in force")]
    Stale,
    /// It may not stand above it, whoever approves.
    #[error("it cannot follow the version in force")]
    Unfit(#[source] Unfit),
    /// The node votes for no member.
    #[error("this node votes for no member")]
    NoVote,
    /// The node's structure is dormant.
    #[error("this structure is dormant")]
    Dormant,
    /// Its structure approved another version of the same height and round.
    #[error("this structure approved the rival {0:?}")]
    Rival(VersionId),
    /// Proposals of this height are made in another round.
    #[error("proposals are made in round {open} now")]
    OtherRound {
        /// That round.
        open: u16,
    },
    /// A suspension is in force that the version neither lifts nor turns into a head.
    #[error("it leaves a suspension undecided")]
    Undecided(Subject),
}

/// A structure that approved two versions of one height and round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DoubleVote {
    /// Its node that approved the second.
    pub node: NodeId,
    /// One version that it approved.
    pub one: VersionId,
    /// Another of the same height and round.
    pub other: VersionId,
}

/// What stands above a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Nothing,
    Version(VersionId),
    Rivals(VersionId, VersionId),
}

impl Choice {
    fn of(mut candidates: impl Iterator<Item = VersionId>) -> Self {
        match (candidates.next(), candidates.next()) {
            (None, _) => Self::Nothing,
            (Some(only), None) => Self::Version(only),
            (Some(one), Some(other)) => Self::Rivals(one, other),
        }
    }
}

impl Charter {
    /// Proposals on the version in force, with what they lack.
    #[must_use]
    pub fn proposals(&self) -> Vec<Proposal<'_>> {
        let (current, roll) = self.current();
        self.fitting(&current)
            .map(|(id, version, step)| {
                let approving = self.approving(id, roll);
                let waiting = self.uncommitted(&current, roll, version.round());
                let within_reach = approving.union(&waiting).copied().collect();
                let can_pass = ways(step).any(|way| way.missing(&within_reach) == 0);
                Proposal {
                    id: *id,
                    version,
                    missing: missing(step, &approving),
                    waits_for: on_roll(roll, &waiting),
                    approved_by: on_roll(roll, &approving),
                    can_pass,
                    concerns: on_roll(roll, &step.concerned),
                }
            })
            .collect()
    }

    /// The round in which a new version of the next height is proposed: the first whose votes are
    /// neither split for good nor spent on two effective versions.
    #[must_use]
    pub fn open_round(&self) -> u16 {
        let (current, roll) = self.current();
        let over = |round| {
            self.is_split(&current, roll, round)
                || matches!(self.voted(&current, round), Choice::Rivals(..))
        };
        (0..u16::MAX).find(|round| !over(*round)).unwrap_or(0)
    }

    /// Whether `node` may approve version `id` now. Who already did may do so again.
    ///
    /// # Errors
    /// Why not.
    pub fn may_approve(&self, node: &NodeId, id: &VersionId) -> Result<(), MayNot> {
        let current = self.current().0;
        let version = self.versions.get(id).ok_or(MayNot::Unknown)?;
        let step = self.steps.get(id).filter(|_| version.previous == current);
        let step = step.ok_or(MayNot::Stale)?;
        self.may_vote(node, id, version, step.fit)
    }

    /// Whether `node` may vote for a version that names the one in force as the one before.
    pub(super) fn may_vote(
        &self,
        node: &NodeId,
        id: &VersionId,
        version: &Version,
        fit: Result<(), Unfit>,
    ) -> Result<(), MayNot> {
        let (current, roll) = self.current();
        fit.map_err(MayNot::Unfit)?;
        let member = self.voice(roll, version, node).ok_or(MayNot::NoVote)?;
        if roll.is_dormant(&member.structure) {
            return Err(MayNot::Dormant);
        }
        // Of its structure, not of the node: one that stands in for another has its votes too.
        let committed = |rival: &VersionId| self.approving(rival, roll).contains(&member.structure);
        let mut rivals = self.of_round(&current, version.round());
        if let Some(rival) = rivals.find(|rival| *rival != id && committed(rival)) {
            return Err(MayNot::Rival(*rival));
        }
        let open = self.open_round();
        if version.round() != open {
            return Err(MayNot::OtherRound { open });
        }
        let undecided = self.suspensions().into_iter().find(|suspension| {
            suspension.missing == 0 && !decides(version, &suspension.subject, self)
        });
        match undecided {
            Some(suspension) => Err(MayNot::Undecided(suspension.subject)),
            None => Ok(()),
        }
    }

    /// Members of the version in force and of those below that approved two versions of one height
    /// and round.
    #[must_use]
    pub fn double_votes(&self) -> BTreeSet<DoubleVote> {
        let mut found = BTreeSet::new();
        for below in &self.chain {
            let Some(roll) = self.versions.get(below) else {
                continue;
            };
            let mut first: BTreeMap<(u16, StructureId), VersionId> = BTreeMap::new();
            for id in self.above.get(below).into_iter().flatten() {
                let Some(version) = self.versions.get(id) else {
                    continue;
                };
                for node in self.approvals.get(id).into_iter().flat_map(BTreeMap::keys) {
                    let Some(member) = self.voice(roll, version, node) else {
                        continue;
                    };
                    let vote = (version.round(), member.structure);
                    let one = *first.entry(vote).or_insert(*id);
                    if one != *id {
                        let (node, other) = (*node, *id);
                        found.insert(DoubleVote { node, one, other });
                    }
                }
            }
        }
        found
    }

    /// What stands above `below`: a version that members voted, of the latest round that came to
    /// one; else one that was delegated.
    pub(super) fn choose(&self, below: &VersionId) -> Choice {
        let Some(roll) = self.versions.get(below) else {
            return Choice::Nothing;
        };
        let voted = |step: &Step, approving: &BTreeSet<StructureId>| {
            step.ways.iter().any(|way| way.missing(approving) == 0)
        };
        let of_round = |(id, version, step): (&VersionId, &Version, &Step)| {
            voted(step, &self.approving(id, roll)).then_some(version.round())
        };
        if let Some(round) = self.fitting(below).filter_map(of_round).max() {
            return self.voted(below, round);
        }
        let delegated = self.delegated(below);
        if delegated.len() > 1 {
            // What members have voted upon is settled: a coordinator cannot reopen it.
            let settled = delegated.iter().map(|(_, id)| *id);
            match Choice::of(settled.filter(|id| self.is_voted_upon(id))) {
                Choice::Nothing => {}
                settled @ (Choice::Version(_) | Choice::Rivals(..)) => return settled,
            }
        }
        let latest = delegated.iter().map(|(round, _)| *round).max();
        let latest = delegated.iter().filter(|(round, _)| Some(*round) == latest);
        Choice::of(latest.map(|(_, id)| *id))
    }

    /// The versions above `below`, and their rounds, that the coordinator and one more approved
    /// where that is delegated.
    pub(super) fn delegated(&self, below: &VersionId) -> Vec<(u16, VersionId)> {
        let Some(roll) = self.versions.get(below) else {
            return Vec::new();
        };
        let admitted = self.fitting(below).filter(|(id, _, step)| {
            step.delegated
                .as_ref()
                .is_some_and(|way| way.missing(&self.approving(id, roll)) == 0)
        });
        admitted
            .map(|(id, version, _)| (version.round(), *id))
            .collect()
    }

    /// The versions above `below` that members voted in one round.
    fn voted(&self, below: &VersionId, round: u16) -> Choice {
        let Some(roll) = self.versions.get(below) else {
            return Choice::Nothing;
        };
        let quorate = self.fitting(below).filter(|(id, version, step)| {
            let approving = self.approving(id, roll);
            version.round() == round && step.ways.iter().any(|way| way.missing(&approving) == 0)
        });
        Choice::of(quorate.map(|(id, _, _)| *id))
    }

    /// Whether a version that members voted stands above this one, perhaps above further ones that
    /// were delegated.
    fn is_voted_upon(&self, id: &VersionId) -> bool {
        let mut open = vec![*id];
        while let Some(id) = open.pop() {
            let Some(roll) = self.versions.get(&id) else {
                continue;
            };
            for (above, _, step) in self.fitting(&id) {
                let approving = self.approving(above, roll);
                if step.ways.iter().any(|way| way.missing(&approving) == 0) {
                    return true;
                }
                let delegated = step.delegated.as_ref();
                if delegated.is_some_and(|way| way.missing(&approving) == 0) {
                    open.push(*above);
                }
            }
        }
        false
    }

    /// Whether no version of a round, known or not, can pass unless somebody votes twice. Once so,
    /// it stays so.
    fn is_split(&self, below: &VersionId, roll: &Version, round: u16) -> bool {
        let waiting = self.uncommitted(below, roll, round);
        let voters = awake(roll).len();
        // A version may come that concerns somebody, and is then voted without that one.
        let least = super::quorum(if voters >= 3 { voters - 1 } else { voters });
        let delegates = roll.terms.as_ref().is_some_and(|it| it.admissions > 0);
        let admitted = delegates
            && waiting.len() >= 2
            && roll.coordinator().is_some_and(|it| waiting.contains(&it));
        if waiting.len() >= least || admitted {
            return false;
        }
        !self.fitting(below).any(|(id, version, step)| {
            let approving = self.approving(id, roll);
            let within_reach = approving.union(&waiting).copied().collect();
            version.round() == round && ways(step).any(|way| way.missing(&within_reach) == 0)
        })
    }

    /// The members that vote and approved nothing above `below` in this round.
    pub(super) fn uncommitted(
        &self,
        below: &VersionId,
        roll: &Version,
        round: u16,
    ) -> BTreeSet<StructureId> {
        let mut waiting = awake(roll);
        for id in self.of_round(below, round) {
            for committed in self.approving(id, roll) {
                waiting.remove(&committed);
            }
        }
        waiting
    }

    /// The known versions above `below` of one round, fit or not.
    fn of_round(&self, below: &VersionId, round: u16) -> impl Iterator<Item = &VersionId> {
        let above = self.above.get(below).into_iter().flatten();
        above.filter(move |id| {
            let version = self.versions.get(*id);
            version.is_some_and(|version| version.round() == round)
        })
    }

    /// The known versions that may stand above `below`.
    fn fitting(&self, below: &VersionId) -> impl Iterator<Item = (&VersionId, &Version, &Step)> {
        let above = self.above.get(below).into_iter().flatten();
        above.filter_map(|id| {
            let step = self.steps.get(id).filter(|step| step.fit.is_ok())?;
            Some((id, self.versions.get(id)?, step))
        })
    }

    /// The member of `roll` for which `node` may vote on `version`.
    pub(super) fn voice<'r>(
        &self,
        roll: &'r Version,
        version: &Version,
        node: &NodeId,
    ) -> Option<&'r Member> {
        let speaks = |member: &&Member| {
            member.voting_node == *node || self.stand_in(member, version) == Some(node)
        };
        roll.members.iter().find(speaks)
    }

    /// The structure for which a node's approval of a known version counts: the node votes for it, or
    /// stands in for the one that does.
    #[must_use]
    pub fn votes_for(&self, node: &NodeId, id: &VersionId) -> Option<StructureId> {
        let version = self.versions.get(id)?;
        let roll = self.versions.get(&version.previous)?;
        let structure = self.voice(roll, version, node)?.structure;
        (!roll.is_dormant(&structure)).then_some(structure)
    }

    /// The members of `roll` that vote and approved a version: by their voting nodes, or by the one
    /// that stands in.
    pub(super) fn approving(&self, id: &VersionId, roll: &Version) -> BTreeSet<StructureId> {
        let Some(votes) = self.approvals.get(id) else {
            return BTreeSet::new();
        };
        let version = self.versions.get(id);
        let stood_in = |member: &Member| {
            let node = version.and_then(|version| self.stand_in(member, version));
            node.is_some_and(|node| votes.contains_key(node))
        };
        let members = roll.members.iter();
        members
            .filter(|member| votes.contains_key(&member.voting_node) || stood_in(member))
            .map(|member| member.structure)
            .filter(|structure| !roll.is_dormant(structure))
            .collect()
    }
}

/// All ways for a version to become effective.
pub(super) fn ways(step: &Step) -> impl Iterator<Item = &Way> {
    step.ways.iter().chain(step.delegated.as_ref())
}

/// How many approvals are missing, by the shortest way.
pub(super) fn missing(step: &Step, approving: &BTreeSet<StructureId>) -> usize {
    let shortest = ways(step).map(|way| way.missing(approving)).min();
    shortest.unwrap_or(0)
}

/// Structures in the order of the roll.
fn on_roll(roll: &Version, structures: &BTreeSet<StructureId>) -> Vec<StructureId> {
    let members = roll.members.iter().map(|member| member.structure);
    members.filter(|it| structures.contains(it)).collect()
}

/// Whether a version lifts a suspension or turns it into a head.
fn decides(version: &Version, subject: &Subject, charter: &Charter) -> bool {
    let lifts = |terms: &super::terms::Terms| terms.lifted.binary_search(subject).is_ok();
    if version.terms.as_ref().is_some_and(lifts) {
        return true;
    }
    let left = |structure: &StructureId| version.member(structure).is_none();
    match subject {
        Subject::Structure(structure) => left(structure),
        Subject::Node(node) => {
            version.closes(node) || charter.structure_of(node).is_some_and(|it| left(&it))
        }
    }
}
