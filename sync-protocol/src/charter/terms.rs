//! What a version of format 2 says beyond its roll.
//!
//! A version of format 1 has no terms: nothing is declared, the defaults hold.
//! Spec: docs/protocol.md, section 7.

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::frontier::Tip;
use crate::id::{EntryId, NodeId, PersonKey, StructureId};

use super::mandate::{Holder, MAX_ALL_CODES, MAX_MANDATES, Mandate, read_rising};
use super::version::{MAX_MEMBERS, MAX_NAME_BYTES, Member};

/// The most persons a steering committee may have.
pub const MAX_COMMITTEE: usize = 64;
/// The most nodes that may be closed, and heads stated, in one version.
pub const MAX_NODES: usize = 1_000;

/// What a version says beyond its roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// 0, or one more than the round that came to nothing: a voting node approves one version of a
    /// height and round.
    pub round: u16,
    /// The node that proposes it, and lists the approvals that made its quorum.
    pub proposer: NodeId,
    /// The member that coordinates.
    pub coordinator: Option<StructureId>,
    /// How many members the coordinator and one more may still admit by themselves.
    pub admissions: u16,
    /// Mandates, in rising order.
    pub mandates: Vec<Mandate>,
    /// How many of the committee's persons ratify.
    pub committee_quorum: u8,
    /// The steering committee, in rising order of keys.
    pub committee: Vec<Person>,
    /// Who stands in for structures that left, in rising order of these.
    pub successors: Vec<Successor>,
    /// Members that do not vote until a later version leaves them out here, in rising order.
    pub dormant: Vec<StructureId>,
    /// Nodes that count no more although their structure does, in rising order.
    pub closed: Vec<Closed>,
    /// Heads that the vote itself fixes, in rising order.
    pub heads: Vec<FixedHead>,
    /// Suspensions that this version lifts, in rising order.
    pub lifted: Vec<Subject>,
}

/// A person of the steering committee.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// The person's own ed25519 public key.
    pub key: PersonKey,
    /// The person's name, as elected.
    pub name: String,
}

/// Who owns what a structure left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Successor {
    /// The structure that left; not on the roll.
    pub left: StructureId,
    /// The member that stands in for it.
    pub successor: StructureId,
}

/// A node that counts no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Closed {
    /// The node.
    pub node: NodeId,
    /// Its structure, as the proposer knows it.
    pub structure: StructureId,
}

/// How far a journal counts, fixed by the vote: where the certificate of a version never came, or
/// to name the branch of a forked journal that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FixedHead {
    /// The number of the version that narrowed; this one or an earlier one.
    pub version: u32,
    /// The journal.
    pub node: NodeId,
    /// Its last entry that counts; [`Tip::EMPTY`] where none does.
    pub tip: Tip,
    /// The structure of the node, as the proposer knows it.
    pub structure: StructureId,
}

/// Whom a suspension concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// All nodes of a structure.
    Structure(StructureId),
    /// One node.
    Node(NodeId),
}

impl Subject {
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let (tag, id) = match self {
            Self::Structure(structure) => (1, &structure.0),
            Self::Node(node) => (2, &node.0),
        };
        bytes.push(tag);
        bytes.extend_from_slice(id);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.clone();
        match reader.u8()? {
            1 => Ok(Self::Structure(StructureId(reader.array()?))),
            2 => Ok(Self::Node(NodeId(reader.array()?))),
            other => Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        }
    }
}

/// Writes a tip: seq, identity.
pub(super) fn write_tip(bytes: &mut Vec<u8>, tip: &Tip) {
    bytes.extend_from_slice(&tip.seq.to_be_bytes());
    bytes.extend_from_slice(&tip.id.0);
}

/// Reads a tip; there is one way only to say "no entry".
pub(super) fn read_tip(reader: &mut Reader<'_>) -> Result<Tip, DecodeError> {
    let at = reader.clone();
    let tip = Tip {
        seq: reader.u64()?,
        id: EntryId(reader.array()?),
    };
    if (tip.seq == 0) != (tip.id == EntryId::ZERO) {
        return Err(at.error(DecodeReason::Invalid("number and identity disagree")));
    }
    Ok(tip)
}

impl Terms {
    /// Terms that declare nothing.
    #[must_use]
    pub const fn new(proposer: NodeId) -> Self {
        Self {
            round: 0,
            proposer,
            coordinator: None,
            admissions: 0,
            mandates: Vec::new(),
            committee_quorum: 0,
            committee: Vec::new(),
            successors: Vec::new(),
            dormant: Vec::new(),
            closed: Vec::new(),
            heads: Vec::new(),
            lifted: Vec::new(),
        }
    }

    /// Whether a node is closed.
    #[must_use]
    pub fn closes(&self, node: &NodeId) -> bool {
        self.closed
            .binary_search_by(|closed| closed.node.cmp(node))
            .is_ok()
    }

    /// The head that it fixes for a journal as regards version `number`.
    pub(super) fn head(&self, number: u32, node: &NodeId) -> Option<Tip> {
        let key = |head: &FixedHead| (head.version, head.node).cmp(&(number, *node));
        let place = self.heads.binary_search_by(key).ok()?;
        self.heads.get(place).map(|head| head.tip)
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.round.to_be_bytes());
        bytes.extend_from_slice(&self.proposer.0);
        bytes.extend_from_slice(&self.coordinator.unwrap_or(StructureId::ZERO).0);
        bytes.extend_from_slice(&self.admissions.to_be_bytes());
        bytes.put_varint(self.mandates.len() as u64);
        for mandate in &self.mandates {
            mandate.write(bytes);
        }
        bytes.push(self.committee_quorum);
        bytes.put_varint(self.committee.len() as u64);
        for person in &self.committee {
            bytes.extend_from_slice(&person.key.0);
            bytes.put_bytes(person.name.as_bytes());
        }
        bytes.put_varint(self.successors.len() as u64);
        for successor in &self.successors {
            bytes.extend_from_slice(&successor.left.0);
            bytes.extend_from_slice(&successor.successor.0);
        }
        bytes.put_varint(self.dormant.len() as u64);
        for structure in &self.dormant {
            bytes.extend_from_slice(&structure.0);
        }
        bytes.put_varint(self.closed.len() as u64);
        for closed in &self.closed {
            bytes.extend_from_slice(&closed.node.0);
            bytes.extend_from_slice(&closed.structure.0);
        }
        bytes.put_varint(self.heads.len() as u64);
        for head in &self.heads {
            bytes.extend_from_slice(&head.version.to_be_bytes());
            bytes.extend_from_slice(&head.node.0);
            write_tip(bytes, &head.tip);
            bytes.extend_from_slice(&head.structure.0);
        }
        bytes.put_varint(self.lifted.len() as u64);
        for subject in &self.lifted {
            subject.write(bytes);
        }
    }

    /// Reads the terms of version `number`, whose roll is `members`.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        number: u32,
        members: &[Member],
    ) -> Result<Self, DecodeError> {
        let at = reader.clone();
        let structure = |reader: &mut Reader<'_>| Ok(StructureId(reader.array()?));
        let terms = Self {
            round: reader.u16()?,
            proposer: NodeId(reader.array()?),
            coordinator: Some(structure(reader)?).filter(|it| *it != StructureId::ZERO),
            admissions: reader.u16()?,
            mandates: read_rising(reader, MAX_MANDATES, Mandate::read)?,
            committee_quorum: reader.u8()?,
            committee: read_rising(reader, MAX_COMMITTEE, |reader| {
                Ok(Person {
                    key: PersonKey(reader.array()?),
                    name: reader.text(MAX_NAME_BYTES)?.to_owned(),
                })
            })?,
            successors: read_rising(reader, MAX_MEMBERS, |reader| {
                Ok(Successor {
                    left: structure(reader)?,
                    successor: structure(reader)?,
                })
            })?,
            dormant: read_rising(reader, MAX_MEMBERS, structure)?,
            closed: read_rising(reader, MAX_NODES, |reader| {
                Ok(Closed {
                    node: NodeId(reader.array()?),
                    structure: structure(reader)?,
                })
            })?,
            heads: read_rising(reader, MAX_NODES, |reader| {
                Ok(FixedHead {
                    version: reader.u32()?,
                    node: NodeId(reader.array()?),
                    tip: read_tip(reader)?,
                    structure: structure(reader)?,
                })
            })?,
            lifted: read_rising(reader, MAX_MEMBERS, Subject::read)?,
        };
        match terms.fault(number, members) {
            None => Ok(terms),
            Some(fault) => Err(at.error(DecodeReason::Invalid(fault))),
        }
    }

    /// What keeps these from being the terms of a version with that number and roll.
    #[must_use]
    pub fn fault(&self, number: u32, members: &[Member]) -> Option<&'static str> {
        let roll: std::collections::BTreeSet<StructureId> =
            members.iter().map(|member| member.structure).collect();
        let persons = self.committee.len();
        let needed = usize::from(self.committee_quorum);
        let holds_elsewhere = |mandate: &Mandate| match &mandate.holder {
            Holder::Structure(structure) => !roll.contains(structure),
            Holder::Everyone | Holder::Coordinator | Holder::Kind(_) => false,
        };
        let codes = |mandate: &Mandate| mandate.territory.len() + mandate.themes.len();
        let faults = [
            (
                self.coordinator.is_some_and(|it| !roll.contains(&it)),
                "the coordinator is not on the roll",
            ),
            (
                self.admissions > 0 && self.coordinator.is_none(),
                "admissions delegated to nobody",
            ),
            // The coordinator and one more never come to a quorum of the roll that they may make.
            (
                usize::from(self.admissions) > members.len() / 2,
                "more admissions delegated than half the roll",
            ),
            (
                self.mandates.iter().map(codes).sum::<usize>() > MAX_ALL_CODES,
                "mandates name too many territories and themes",
            ),
            (
                self.mandates.iter().any(holds_elsewhere),
                "a mandate of no member",
            ),
            (
                needed > persons || (needed == 0) != (persons == 0),
                "a committee that cannot ratify",
            ),
            (
                has_repeats(self.committee.iter().map(|it| it.key)),
                "a person sits twice",
            ),
            (
                has_repeats(self.successors.iter().map(|it| it.left)),
                "a structure has two successors",
            ),
            (
                self.successors
                    .iter()
                    .any(|it| roll.contains(&it.left) || !roll.contains(&it.successor)),
                "a successor of a member, or one that is none",
            ),
            (
                self.dormant.iter().any(|it| !roll.contains(it)),
                "a dormant structure that is no member",
            ),
            (self.dormant.len() >= members.len(), "nobody is awake"),
            (
                has_repeats(self.closed.iter().map(|it| it.node)),
                "a node is closed twice",
            ),
            (
                members.iter().any(|it| self.closes(&it.voting_node)),
                "a closed node votes",
            ),
            (
                self.heads.iter().any(|it| it.version > number),
                "a head of a later version",
            ),
            (
                has_repeats(self.heads.iter().map(|it| (it.version, it.node))),
                "a journal has two heads",
            ),
        ];
        let found = faults.into_iter().find(|(wrong, _)| *wrong);
        found.map(|(_, text)| text)
    }
}

/// Whether two neighbours of a sorted sequence are alike.
fn has_repeats<T: PartialEq>(sorted: impl Iterator<Item = T> + Clone) -> bool {
    sorted.clone().zip(sorted.skip(1)).any(|(a, b)| a == b)
}
