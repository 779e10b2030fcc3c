//! One version of the charter: the roll of structures and the rules between them.
//!
//! Body of a proposal; its hash is the version's identity and, for version 0, the network's.
//! Spec: docs/protocol.md, section 7.

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::{NetworkId, NodeId, RootKey, StructureId, VersionId, tagged_hash};
use crate::time::Timestamp;

use super::mandate::{Holder, InForce, Mandate, Right, in_force};
use super::terms::Terms;

/// The most structures a roll may have: a body of that many stays within its limit.
pub const MAX_MEMBERS: usize = 500;
/// The most bytes the name of a network or structure may have.
pub const MAX_NAME_BYTES: usize = 200;
/// The most bytes the code of a structure's kind may have.
pub(super) const MAX_KIND_BYTES: usize = 40;

/// A roll and nothing else.
const ROLL_ONLY: u8 = 1;
/// A roll, then [`Terms`].
const WITH_TERMS: u8 = 2;
/// The kind of the structure that coordinates where no version says who does.
const COORDINATOR_KIND: &str = "park";

/// A charter version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// 0 for the founding version, then one more each.
    pub number: u32,
    /// The version before, zeros for the founding one.
    pub previous: VersionId,
    /// The network's name.
    pub name: String,
    /// The least protocol version that members speak.
    pub minimum_protocol: u16,
    /// When it was written, as its author claims: shown to people.
    pub written: Timestamp,
    /// The roll, in the order of admission.
    pub members: Vec<Member>,
    /// What it says beyond the roll; `None` in format 1, where nothing is declared.
    pub terms: Option<Terms>,
}

/// A structure on the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its identity, for ever.
    pub structure: StructureId,
    /// Its root key, which certifies its nodes.
    pub root: RootKey,
    /// The one node that votes for it.
    pub voting_node: NodeId,
    /// Its name.
    pub name: String,
    /// Its kind, as a code of the registry: `cci`, `epci`, …
    pub kind: String,
}

impl Version {
    /// The hash of the encoding.
    #[must_use]
    pub fn id(&self) -> VersionId {
        VersionId(tagged_hash(b"capactif-ch1", &[&self.encode()]))
    }

    /// The network that this version founds, if it is number 0.
    #[must_use]
    pub fn network(&self) -> NetworkId {
        NetworkId(self.id().0)
    }

    /// The roll's entry for a structure.
    #[must_use]
    pub fn member(&self, structure: &StructureId) -> Option<&Member> {
        self.members.iter().find(|it| it.structure == *structure)
    }

    /// The mandates it declares, in rising order.
    #[must_use]
    pub fn mandates(&self) -> &[Mandate] {
        self.terms.as_ref().map_or(&[], |terms| &terms.mandates)
    }

    /// The mandates that hold for a collection and right: those that it names, else the defaults;
    /// where neither says anything, one of everybody's if every member may, and none if nobody may.
    #[must_use]
    pub fn in_force(&self, collection: &str, right: Right) -> Vec<Mandate> {
        match in_force(self, collection, right) {
            InForce::Mandates(mandates) => mandates.to_vec(),
            InForce::Open => vec![Mandate::new(collection, right, Holder::Everyone)],
        }
    }

    /// The member that coordinates: whom the terms name, and without terms the first park on the
    /// roll.
    #[must_use]
    pub fn coordinator(&self) -> Option<StructureId> {
        match &self.terms {
            Some(terms) => terms.coordinator,
            None => self
                .members
                .iter()
                .find(|member| member.kind == COORDINATOR_KIND)
                .map(|member| member.structure),
        }
    }

    /// Which attempt at its height it is.
    #[must_use]
    pub fn round(&self) -> u16 {
        self.terms.as_ref().map_or(0, |terms| terms.round)
    }

    /// Whether a member does not vote for now.
    #[must_use]
    pub fn is_dormant(&self, structure: &StructureId) -> bool {
        let dormant = |terms: &Terms| terms.dormant.binary_search(structure).is_ok();
        self.terms.as_ref().is_some_and(dormant)
    }

    /// Whether a node counts no more.
    #[must_use]
    pub fn closes(&self, node: &NodeId) -> bool {
        self.terms.as_ref().is_some_and(|terms| terms.closes(node))
    }

    /// The structure that owns what `structure` left behind: itself while it is a member.
    #[must_use]
    pub fn successor_of(&self, structure: StructureId) -> StructureId {
        let successors = self.terms.as_ref().map_or(&[][..], |it| &it.successors);
        let found = successors.iter().find(|it| it.left == structure);
        found.map_or(structure, |it| it.successor)
    }

    /// A version of format 2 above this one that says the same.
    ///
    /// Heads and lifted suspensions are the business of one version alone, and left out.
    #[must_use]
    pub fn amended(&self, proposer: NodeId, written: Timestamp) -> Self {
        let mut terms = self.terms.clone().unwrap_or_else(|| Terms {
            coordinator: self.coordinator(),
            ..Terms::new(proposer)
        });
        terms.proposer = proposer;
        terms.round = 0;
        terms.heads.clear();
        terms.lifted.clear();
        Self {
            number: self.number.saturating_add(1),
            previous: self.id(),
            written,
            terms: Some(terms),
            ..self.clone()
        }
    }

    /// The version that admits `member` above this one, and changes nothing else.
    ///
    /// Where admissions are delegated, it uses one of them up.
    #[must_use]
    pub fn admitting(&self, member: Member, written: Timestamp) -> Self {
        let mut members = self.members.clone();
        members.push(member);
        let mut terms = self.terms.clone();
        if let Some(terms) = &mut terms {
            terms.round = 0;
            terms.admissions = terms.admissions.saturating_sub(1);
            terms.heads.clear();
            terms.lifted.clear();
        }
        Self {
            number: self.number.saturating_add(1),
            previous: self.id(),
            name: self.name.clone(),
            minimum_protocol: self.minimum_protocol,
            written,
            members,
            terms,
        }
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128 + self.members.len() * 160);
        bytes.push(match self.terms {
            None => ROLL_ONLY,
            Some(_) => WITH_TERMS,
        });
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.previous.0);
        bytes.put_bytes(self.name.as_bytes());
        bytes.extend_from_slice(&self.minimum_protocol.to_be_bytes());
        bytes.extend_from_slice(&self.written.0.to_be_bytes());
        bytes.put_varint(self.members.len() as u64);
        for member in &self.members {
            bytes.extend_from_slice(&member.structure.0);
            bytes.extend_from_slice(&member.root.0);
            bytes.extend_from_slice(&member.voting_node.0);
            bytes.put_bytes(member.name.as_bytes());
            bytes.put_bytes(member.kind.as_bytes());
        }
        if let Some(terms) = &self.terms {
            terms.write(&mut bytes);
        }
        bytes
    }

    /// Reads a version.
    ///
    /// # Errors
    /// Another format, more than [`MAX_MEMBERS`] structures, an empty roll, a structure, root key or
    /// voting node that stands on it twice, lists of the terms that are not in rising order, or
    /// that speak of no member.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let at = reader.clone();
        let format = reader.u8()?;
        if format != ROLL_ONLY && format != WITH_TERMS {
            return Err(at.error(DecodeReason::Unknown(u64::from(format))));
        }
        let number = reader.u32()?;
        let previous = VersionId(reader.array()?);
        let name = reader.text(MAX_NAME_BYTES)?.to_owned();
        let minimum_protocol = reader.u16()?;
        let written = Timestamp(reader.u64()?);
        let count = reader.length(MAX_MEMBERS)?;
        let mut members: Vec<Member> = Vec::with_capacity(count.min(reader.remaining() / 96 + 1));
        for _ in 0..count {
            let at = reader.clone();
            let member = Member {
                structure: StructureId(reader.array()?),
                root: RootKey(reader.array()?),
                voting_node: NodeId(reader.array()?),
                name: reader.text(MAX_NAME_BYTES)?.to_owned(),
                kind: reader.text(MAX_KIND_BYTES)?.to_owned(),
            };
            let twice = members.iter().any(|other| {
                other.structure == member.structure
                    || other.root == member.root
                    || other.voting_node == member.voting_node
            });
            if twice {
                return Err(at.error(DecodeReason::Invalid(
                    "a structure stands on the roll twice",
                )));
            }
            members.push(member);
        }
        if members.is_empty() {
            return Err(reader.error(DecodeReason::Invalid("an empty roll")));
        }
        if (number == 0) != (previous == VersionId::ZERO) {
            return Err(reader.error(DecodeReason::Invalid("number and previous disagree")));
        }
        let terms = match format {
            WITH_TERMS => Some(Terms::read(&mut reader, number, &members)?),
            _ => None,
        };
        reader.finish()?;
        Ok(Self {
            number,
            previous,
            name,
            minimum_protocol,
            written,
            members,
            terms,
        })
    }
}
