//! What one version changes against the one before: whether it may stand above it, whom it narrows,
//! and whose votes decide.
//!
//! A pure function of the two texts, so it is computed once for each version that is known.
//! Spec: docs/protocol.md, section 7.

use std::collections::BTreeSet;

use crate::id::{NodeId, StructureId};

use super::loss::Losses;
use super::quorum;
use super::version::{Member, Version};

/// Why a version may not stand above the one it names, however many approve it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Its number is not one more.
    #[error("its number does not follow")]
    Number,
    /// Its minimum protocol is lower.
    #[error("its minimum protocol is lower than before")]
    MinimumProtocol,
    /// It is of format 1, and drops terms or narrows somebody.
    #[error("it drops or needs terms and has none")]
    TermsMissing,
    /// A structure leaves, and nobody is named to stand in for it.
    #[error("no successor of {0:?}")]
    NoSuccessor(StructureId),
    /// It narrows somebody, and its proposer votes for no member of the version before.
    #[error("it narrows and its proposer is no voting node")]
    Proposer,
}

/// Whose journals a version narrows: what they wrote in good time stays, by the version's heads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// Structures that leave or lose a mandate: all their nodes.
    pub structures: BTreeSet<StructureId>,
    /// Nodes that are closed.
    pub nodes: BTreeSet<NodeId>,
}

impl Narrowing {
    /// Whether nobody is narrowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.structures.is_empty() && self.nodes.is_empty()
    }

    /// Whether it narrows this node of that structure.
    #[must_use]
    pub fn reaches(&self, node: &NodeId, structure: &StructureId) -> bool {
        self.structures.contains(structure) || self.nodes.contains(node)
    }
}

/// One way for a version to become effective. Approvals are those of members that vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// Who is not counted.
    pub(super) without: Option<StructureId>,
    /// How many are counted.
    pub(super) voters: usize,
    /// How many of these must approve.
    pub(super) needed: usize,
    /// Who must be among them: the coordinator, where admissions are delegated.
    pub(super) with: Option<StructureId>,
}

impl Way {
    /// How many of these approvals are counted.
    pub(super) fn counted(&self, approving: &BTreeSet<StructureId>) -> usize {
        let passed_over = self.without.is_some_and(|it| approving.contains(&it));
        approving.len() - usize::from(passed_over)
    }

    /// How many approvals are missing.
    pub(super) fn missing(&self, approving: &BTreeSet<StructureId>) -> usize {
        let short = self.needed.saturating_sub(self.counted(approving));
        match self.with {
            Some(with) if !approving.contains(&with) => short.max(1),
            _ => short,
        }
    }
}

/// A step from one version to the next.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) fit: Result<(), Unfit>,
    pub(super) narrowing: Narrowing,
    /// Structures that the version concerns: of these, one is not counted.
    pub(super) concerned: BTreeSet<StructureId>,
    /// The vote, first of all members and then without each one concerned.
    pub(super) ways: Vec<Way>,
    /// The coordinator and one more, where they may do this by themselves.
    pub(super) delegated: Option<Way>,
}

impl Step {
    pub(super) fn new(before: &Version, next: &Version) -> Self {
        let narrowing = narrowing(before, next);
        let concerned = concerned(before, next, &narrowing);
        let awake = awake(before);
        let vote = |without: Option<StructureId>| {
            let voters = awake.len() - usize::from(without.is_some());
            Way {
                without,
                voters,
                needed: quorum(voters),
                with: None,
            }
        };
        let mut ways = vec![vote(None)];
        if awake.len() >= 3 {
            ways.extend(concerned.intersection(&awake).map(|one| vote(Some(*one))));
        }
        let coordinator = before.coordinator().filter(|it| awake.contains(it));
        let delegated = coordinator
            .filter(|_| awake.len() >= 2 && only_admits(before, next))
            .map(|coordinator| Way {
                needed: 2,
                with: Some(coordinator),
                ..vote(None)
            });
        Self {
            fit: fit(before, next, &narrowing),
            narrowing,
            concerned,
            ways,
            delegated,
        }
    }
}

/// The members that vote.
pub(super) fn awake(version: &Version) -> BTreeSet<StructureId> {
    let structures = version.members.iter().map(|member| member.structure);
    structures.filter(|it| !version.is_dormant(it)).collect()
}

/// Whether `next` only admits members, within what `before` delegates.
fn only_admits(before: &Version, next: &Version) -> bool {
    let (Some(old), Some(new)) = (&before.terms, &next.terms) else {
        return false;
    };
    let Some((kept, admitted)) = next.members.split_at_checked(before.members.len()) else {
        return false;
    };
    let mut expected = old.clone();
    expected.round = new.round;
    expected.proposer = new.proposer;
    expected.heads.clear();
    expected.lifted.clear();
    let Some(left) = usize::from(old.admissions).checked_sub(admitted.len()) else {
        return false;
    };
    // One at a time: each stands in the minutes by itself.
    admitted.len() == 1
        && kept == before.members.as_slice()
        && next.name == before.name
        && next.minimum_protocol == before.minimum_protocol
        && usize::from(new.admissions) == left
        && {
            expected.admissions = new.admissions;
            expected == *new
        }
}

fn fit(before: &Version, next: &Version, narrowing: &Narrowing) -> Result<(), Unfit> {
    if Some(next.number) != before.number.checked_add(1) {
        return Err(Unfit::Number);
    }
    if next.minimum_protocol < before.minimum_protocol {
        return Err(Unfit::MinimumProtocol);
    }
    let Some(terms) = &next.terms else {
        return if before.terms.is_none() && narrowing.is_empty() {
            Ok(())
        } else {
            Err(Unfit::TermsMissing)
        };
    };
    let roll: BTreeSet<StructureId> = next.members.iter().map(|it| it.structure).collect();
    let named: BTreeSet<StructureId> = terms.successors.iter().map(|it| it.left).collect();
    let earlier = before.terms.as_ref().map_or(&[][..], |it| &it.successors);
    let gone = earlier.iter().map(|it| it.left);
    let leaving = before.members.iter().map(|it| it.structure);
    if let Some(orphan) = gone
        .chain(leaving)
        .find(|it| !roll.contains(it) && !named.contains(it))
    {
        return Err(Unfit::NoSuccessor(orphan));
    }
    let votes = before
        .members
        .iter()
        .any(|it| it.voting_node == terms.proposer);
    if !narrowing.is_empty() && !votes {
        return Err(Unfit::Proposer);
    }
    Ok(())
}

fn narrowing(before: &Version, next: &Version) -> Narrowing {
    let same_rules =
        before.mandates() == next.mandates() && before.coordinator() == next.coordinator();
    let mut losses = Losses::new(before, next);
    let mut loses = |member: &Member| match next.member(&member.structure) {
        None => true,
        Some(_) if before.members.len() == 1 => false,
        Some(now) if same_rules && now.kind == member.kind => false,
        Some(now) => losses.of(member, now),
    };
    let closed = next.terms.as_ref().map_or(&[][..], |terms| &terms.closed);
    Narrowing {
        structures: before
            .members
            .iter()
            .filter(|member| loses(member))
            .map(|member| member.structure)
            .collect(),
        nodes: closed
            .iter()
            .map(|closed| closed.node)
            .filter(|node| !before.closes(node))
            .collect(),
    }
}

/// The members of `before` that the version takes something from, whose keys it changes, or whose
/// journals it decides on.
fn concerned(before: &Version, next: &Version, narrowing: &Narrowing) -> BTreeSet<StructureId> {
    let mut concerned = narrowing.structures.clone();
    concerned.extend(before.coordinator().filter(|it| {
        // Leaving the place or losing it, not its being filled for the first time.
        next.coordinator() != Some(*it)
    }));
    // A member whose voting key is lost cannot vote for its replacement.
    concerned.extend(before.members.iter().filter_map(|was| {
        let now = next.member(&was.structure)?;
        let rekeyed = now.root != was.root || now.voting_node != was.voting_node;
        rekeyed.then_some(was.structure)
    }));
    if let Some(terms) = &next.terms {
        let closed = terms.closed.iter().filter(|it| !before.closes(&it.node));
        concerned.extend(closed.map(|it| it.structure));
        concerned.extend(terms.heads.iter().map(|it| it.structure));
        let put_to_sleep = terms.dormant.iter().filter(|it| !before.is_dormant(it));
        concerned.extend(put_to_sleep);
    }
    concerned
}
