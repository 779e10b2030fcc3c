//! Whether an entry counts: the version it cites grants it, and each later one still does, or has
//! it at or below its head.
//!
//! It depends on the entry, its journal and the charter, never on what came first or when.
//! Spec: docs/protocol.md, section 7.

use crate::entry::Place;
use crate::id::{NodeId, StructureId, VersionId};

use super::Charter;
use super::grant::{Action, Denied, grants};
use super::heads::{Journals, Reach, reach};
use super::terms::Subject;
use super::version::Version;

/// An entry that asks to count.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Where it stands.
    pub place: Place,
    /// The version that its header cites.
    pub cited: VersionId,
    /// What it does.
    pub action: Action<'a>,
}

/// Whether an entry counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Accepted,
    /// That cannot be said yet.
    Pending(Pending),
    /// It does not.
    Refused(Refused),
}

/// What an entry waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Pending {
    /// A certificate of the node, under a root that a version names.
    #[error("its node's structure is not known")]
    Structure,
    /// The version that it cites.
    #[error("the charter version it cites is not known")]
    Version,
    /// That version is known, and not in force here.
    #[error("the charter version it cites is not in force")]
    NotInForce,
    /// A version that admits its structure.
    #[error("its structure is not admitted yet")]
    Admission,
    /// The certificate of a version that narrows its journal, or another version that fixes a head.
    #[error("the head of its journal is not fixed")]
    Head(VersionId),
    /// Its journal up to the head of a version, which tells whether it is of the branch that counts.
    #[error("its journal is not held up to its head")]
    Journal(VersionId),
    /// Its journal up to the last entry that its structure's root lets count.
    #[error("its journal is not held up to where its node was revoked")]
    Revocation,
    /// The next version: node or structure are suspended.
    #[error("its author is suspended")]
    Suspended(Subject),
}

/// Why an entry does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The version it cites does not grant it.
    #[error(transparent)]
    Denied(Denied),
    /// Its structure had left, or its node was closed, by the version it cites.
    #[error("its structure or node is no longer a member's")]
    Gone(VersionId),
    /// Its structure's root revoked its node, and it stands beyond the last entry that counts.
    #[error("its node was revoked by its own structure before it")]
    Revoked(NodeId),
    /// A later version grants it no more, and it stands beyond that version's head.
    #[error("it stands beyond the head that a charter version set")]
    BeyondHead(VersionId),
}

impl Charter {
    /// Whether an entry counts.
    ///
    /// Accepted stays accepted, and refused refused, unless a later version is voted that narrows,
    /// readmits or fixes a head, a root revokes the node or is rotated, or somebody votes twice. That versions cited never fall along a
    /// journal is for the caller to see, with [`Charter::falls_back`].
    #[must_use]
    pub fn verdict(&self, claim: &Claim<'_>, journals: &impl Journals) -> Verdict {
        match self.judge(claim, journals) {
            Ok(()) => Verdict::Accepted,
            Err(Stop::Pending(pending)) => Verdict::Pending(pending),
            Err(Stop::Refused(refused)) => Verdict::Refused(refused),
        }
    }

    /// Whether an entry that cites `cited` stands behind one that cites a later version.
    #[must_use]
    pub fn falls_back(&self, before: &VersionId, cited: &VersionId) -> bool {
        match (self.height(before), self.height(cited)) {
            (Some(before), Some(cited)) => cited < before,
            _ => false,
        }
    }

    fn judge(&self, claim: &Claim<'_>, journals: &impl Journals) -> Result<(), Stop> {
        let place = &claim.place;
        let node = &place.author;
        let structure = self.structure_of(node).ok_or(Pending::Structure)?;
        let cited = self.height_of_cited(&claim.cited)?;
        let start = self.start(cited, node, &structure)?;
        match self.within_revocation(place, &structure, journals) {
            Reach::Within => {}
            Reach::Beyond => return Err(Refused::Revoked(*node).into()),
            Reach::Undecided | Reach::JournalShort => return Err(Pending::Revocation.into()),
        }
        let (_, first) = self.at(start).ok_or(Pending::Version)?;
        grants(first, &structure, &claim.action).map_err(Refused::Denied)?;
        // What a network of one granted, mandates that came later do not take back.
        let alone = first.members.len() == 1;
        let holds = |version: &Version| {
            version.member(&structure).is_some()
                && !version.closes(node)
                && (alone || grants(version, &structure, &claim.action).is_ok())
        };
        for step in self.narrowings.iter().filter(|it| **it > start) {
            let (Some((_, before)), Some((id, next))) = (self.at(step - 1), self.at(*step)) else {
                continue;
            };
            let reached = self
                .narrowing(&id)
                .is_some_and(|it| it.reaches(node, &structure));
            // Not held before: a head below passed it already.
            if reached && holds(before) && !holds(next) {
                match self.within_head(&id, next, place, journals) {
                    Reach::Within => {}
                    Reach::Beyond => return Err(Refused::BeyondHead(id).into()),
                    Reach::Undecided => return Err(Pending::Head(id).into()),
                    Reach::JournalShort => return Err(Pending::Journal(id).into()),
                }
            }
        }
        self.judge_suspended(place, &structure, journals)
    }

    /// The height that an entry cites. A version that lost against another of its height counts as
    /// the one it stands above: who wrote under it in good faith loses nothing.
    fn height_of_cited(&self, cited: &VersionId) -> Result<usize, Stop> {
        if let Some(height) = self.height(cited) {
            return Ok(height);
        }
        let current = self.current().1.number;
        let mut version = self.versions.get(cited).ok_or(Pending::Version)?;
        if version.number > current {
            return Err(Pending::NotInForce.into());
        }
        loop {
            if let Some(height) = self.height(&version.previous) {
                return Ok(height);
            }
            let below = self.versions.get(&version.previous);
            version = below.ok_or(Pending::Version)?;
        }
    }

    /// The height from which on an entry is judged: that of the version it cites, or of the first
    /// that admits its structure, for who wrote while waiting to be admitted.
    fn start(&self, cited: usize, node: &NodeId, structure: &StructureId) -> Result<usize, Stop> {
        let (id, version) = self.at(cited).ok_or(Pending::Version)?;
        if version.member(structure).is_some() {
            return if version.closes(node) {
                Err(Refused::Gone(id).into())
            } else {
                Ok(cited)
            };
        }
        let on_roll = |height: &usize| {
            self.at(*height)
                .is_some_and(|(_, version)| version.member(structure).is_some())
        };
        if (0..cited).any(|height| on_roll(&height)) {
            return Err(Refused::Gone(id).into());
        }
        let first = (cited..self.chain.len()).find(on_roll);
        first.ok_or_else(|| Pending::Admission.into())
    }

    fn judge_suspended(
        &self,
        place: &Place,
        structure: &StructureId,
        journals: &impl Journals,
    ) -> Result<(), Stop> {
        for suspension in self.in_force() {
            let concerned = match suspension.subject {
                Subject::Structure(it) => it == *structure,
                Subject::Node(it) => it == place.author,
            };
            let tips = suspension.tips.get(&place.author).into_iter().flatten();
            if concerned && reach(place, tips, journals) != Reach::Within {
                return Err(Pending::Suspended(suspension.subject).into());
            }
        }
        Ok(())
    }

    fn at(&self, height: usize) -> Option<(VersionId, &Version)> {
        let id = self.chain.get(height)?;
        Some((*id, self.versions.get(id)?))
    }
}

/// Why a judgement ended before the end.
enum Stop {
    Pending(Pending),
    Refused(Refused),
}

impl From<Pending> for Stop {
    fn from(pending: Pending) -> Self {
        Self::Pending(pending)
    }
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
