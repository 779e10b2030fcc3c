//! What a version would come to, before anybody proposes it: whom it takes something from, and whose
//! votes it needs.
//!
//! Shown to people before they write, and beside a proposal; it decides nothing.
//! Spec: docs/protocol.md, section 7.

use crate::id::{NodeId, StructureId, VersionId};

use super::Charter;
use super::succession::{Narrowing, Step, Unfit, awake};
use super::tally::{MayNot, ways};
use super::version::Version;

/// What a version above the one in force would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Whether it may stand there, whoever approves.
    pub fit: Result<(), Unfit>,
    /// Whose journals it narrows.
    pub narrowing: Narrowing,
    /// Members from whom it takes something, in the order of the roll.
    pub concerns: Vec<StructureId>,
    /// Members that vote, in the order of the roll.
    pub voters: Vec<StructureId>,
    /// How many of these must approve.
    pub needed: usize,
    /// How many of the others must, where one whom it concerns is not counted.
    pub needed_without_one: Option<usize>,
    /// Whether the coordinator and one more may decide it by themselves.
    pub delegated: bool,
    /// Members that have not voted in the version's round yet.
    pub uncommitted: Vec<StructureId>,
    /// Whether these are enough, with those who approved this very version already.
    pub can_pass: bool,
}

impl Charter {
    /// What `version` would come to above the version in force.
    #[must_use]
    pub fn outlook(&self, version: &Version) -> Outlook {
        let (current, roll) = self.current();
        let step = Step::new(roll, version);
        let voters = awake(roll);
        let waiting = self.uncommitted(&current, roll, version.round());
        let approving = self.approving(&version.id(), roll);
        let within_reach = approving.union(&waiting).copied().collect();
        let without_one = step.ways.iter().find(|way| way.without.is_some());
        let can_pass = ways(&step).any(|way| way.missing(&within_reach) == 0);
        let listed = |wanted: &std::collections::BTreeSet<StructureId>| {
            let members = roll.members.iter().map(|member| member.structure);
            members.filter(|it| wanted.contains(it)).collect()
        };
        Outlook {
            needed: super::quorum(voters.len()),
            needed_without_one: without_one.map(|way| way.needed),
            delegated: step.delegated.is_some(),
            concerns: listed(&step.concerned),
            voters: listed(&voters),
            uncommitted: listed(&waiting),
            can_pass,
            fit: step.fit,
            narrowing: step.narrowing,
        }
    }

    /// Whether `node` may propose `version` and approve it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_propose(&self, node: &NodeId, version: &Version) -> Result<(), MayNot> {
        let (current, roll) = self.current();
        if version.previous != current {
            return Err(MayNot::Stale);
        }
        let fit = Step::new(roll, version).fit;
        self.may_vote(node, &version.id(), version, fit)
    }

    /// Whether it is known which approvals a version's quorum was made of, where that matters.
    #[must_use]
    pub fn is_certified(&self, id: &VersionId) -> bool {
        self.certificate_tips(id).is_some()
    }
}
