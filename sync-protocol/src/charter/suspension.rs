//! Suspension: what a node or structure writes stays pending until the next version.
//!
//! A third of the members that vote, and at least two, suspend; the structure concerned is not
//! among them. It never reaches below what a suspender itself held, never touches proposals or
//! approvals, and ends with the next version. Spec: docs/protocol.md, sections 4 and 7.

use std::collections::{BTreeMap, BTreeSet};

use crate::codec::{DecodeError, Reader};
use crate::frontier::Tip;
use crate::id::{NodeId, StructureId, VersionId};

use super::Charter;
use super::approval::{read_tips, write_tips};
use super::succession::awake;
use super::terms::Subject;

const FORMAT: u8 = 1;
/// Of one author about one subject so many statements count, the first of its journal: tips that
/// somebody makes up by the thousand would each be looked for.
pub(super) const MAX_STATEMENTS: usize = 4;

/// Body of a [`SUSPEND`](crate::entry::Kind::SUSPEND) entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspend {
    /// The version in force: the suspension ends with it.
    pub version: VersionId,
    /// Whom it concerns.
    pub subject: Subject,
    /// How far the author holds the journals concerned, by rising node.
    pub tips: Vec<(NodeId, Tip)>,
}

impl Suspend {
    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.version.0);
        self.subject.write(&mut bytes);
        write_tips(&mut bytes, &self.tips);
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let suspend = Self {
            version: VersionId(reader.array()?),
            subject: Subject::read(&mut reader)?,
            tips: read_tips(&mut reader)?,
        };
        reader.finish()?;
        Ok(suspend)
    }
}

/// How many of `voters` suspend: a third, and at least two.
#[must_use]
pub const fn suspenders_needed(voters: usize) -> usize {
    let third = voters.div_ceil(3);
    if third < 2 { 2 } else { third }
}

/// A suspension that is asked for, in force or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Whom it concerns.
    pub subject: Subject,
    /// Who asks for it.
    pub by: BTreeSet<StructureId>,
    /// How many more make it hold; 0 when it is in force.
    pub missing: usize,
    /// How far the suspenders held each journal concerned: what is at or below one of these stays.
    pub tips: BTreeMap<NodeId, BTreeSet<Tip>>,
}

impl Charter {
    /// Suspensions that are asked for under the version in force, in force or not.
    #[must_use]
    pub fn suspensions(&self) -> Vec<Suspension> {
        let (current, roll) = self.current();
        let voting = awake(roll);
        let needed = suspenders_needed(voting.len());
        let asked = self.suspends.get(&current).into_iter().flatten();
        asked
            .map(|(subject, authors)| {
                let target = match subject {
                    Subject::Structure(structure) => Some(*structure),
                    Subject::Node(node) => self.structure_of(node),
                };
                let voter = |node: &NodeId| {
                    let member = roll.members.iter().find(|it| it.voting_node == *node)?;
                    let structure = member.structure;
                    (voting.contains(&structure) && Some(structure) != target).then_some(structure)
                };
                let mut by = BTreeSet::new();
                let mut tips: BTreeMap<NodeId, BTreeSet<Tip>> = BTreeMap::new();
                for (author, statements) in authors {
                    let Some(structure) = voter(author) else {
                        continue;
                    };
                    by.insert(structure);
                    for (node, tip) in statements.values().take(MAX_STATEMENTS).flatten() {
                        tips.entry(*node).or_default().insert(*tip);
                    }
                }
                Suspension {
                    subject: *subject,
                    missing: needed.saturating_sub(by.len()),
                    by,
                    tips,
                }
            })
            .filter(|suspension| !suspension.by.is_empty())
            .collect()
    }

    /// The statement by which a voting node suspends, holding journals as `tip` says.
    #[must_use]
    pub fn suspend(&self, subject: Subject, tip: impl Fn(&NodeId) -> Tip) -> Suspend {
        let concerned = |node: &NodeId, structure: &StructureId| match subject {
            Subject::Structure(it) => it == *structure,
            Subject::Node(it) => it == *node,
        };
        Suspend {
            version: self.current().0,
            subject,
            tips: self.tips_of(tip, concerned),
        }
    }

    /// The suspensions in force.
    pub(super) fn in_force(&self) -> &[Suspension] {
        &self.suspended
    }
}
