//! Who belongs to the network: a chain of voted versions, evaluated from entries.
//!
//! Data merges; authority is voted. Version n+1 names version n and becomes effective when the
//! voting nodes of more than two thirds of version n's roll approved it, one structure one vote.
//! [`Charter`] is a pure function of the *set* of entries it was shown: their order, clocks and
//! arrival play no part, so nodes that hold the same entries agree.
//! Spec: docs/protocol.md, section 7.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Entry, Kind};
use crate::id::{NetworkId, NodeId, StructureId, VersionId};

mod certificate;
mod version;

pub use certificate::{Certificate, CertificateError, OpeningError};
pub use version::{MAX_MEMBERS, MAX_NAME_BYTES, Member, Version};

/// What one node knows of its network's charter.
#[derive(Clone, Debug)]
pub struct Charter {
    network: NetworkId,
    pinned: VersionId,
    versions: BTreeMap<VersionId, Version>,
    approvals: BTreeMap<VersionId, BTreeSet<NodeId>>,
    certificates: BTreeMap<NodeId, Certificate>,
    effective: Vec<VersionId>,
    rivals: Option<(VersionId, VersionId)>,
    nodes: BTreeMap<NodeId, StructureId>,
}

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
}

/// How many of `roll` structures must approve: more than two thirds.
#[must_use]
pub const fn quorum(roll: usize) -> usize {
    roll * 2 / 3 + 1
}

impl Charter {
    /// Starts from a version known to be effective: the founding one, or the one an invitation
    /// pinned. What came before it is never looked at again.
    #[must_use]
    pub fn pinned(network: NetworkId, version: Version) -> Self {
        let pinned = version.id();
        let mut charter = Self {
            network,
            pinned,
            versions: BTreeMap::from([(pinned, version)]),
            approvals: BTreeMap::new(),
            certificates: BTreeMap::new(),
            effective: Vec::new(),
            rivals: None,
            nodes: BTreeMap::new(),
        };
        charter.evaluate();
        charter
    }

    /// Takes one stored entry into account; returns whether anything followed from it.
    ///
    /// Entries of other kinds, and bodies that are not what their kind says, change nothing.
    pub fn observe(&mut self, entry: &Entry) -> bool {
        self.observe_all([entry])
    }

    /// Takes stored entries into account, as [`Charter::observe`] each; what follows from them is
    /// computed once.
    pub fn observe_all<'e>(&mut self, entries: impl IntoIterator<Item = &'e Entry>) -> bool {
        let mut news = false;
        for entry in entries {
            news |= self.note(entry);
        }
        if news {
            self.evaluate();
        }
        news
    }

    /// Keeps what an entry says; returns whether it is news.
    fn note(&mut self, entry: &Entry) -> bool {
        let Some(body) = entry.body.as_deref() else {
            return false;
        };
        let author = entry.header.author;
        match entry.header.kind {
            // A later one would count or not as it happened to be shown first.
            Kind::CERTIFICATE if entry.header.seq != 1 => false,
            Kind::CERTIFICATE => Certificate::decode(author, body)
                .ok()
                .filter(|certificate| certificate.verify(self.network).is_ok())
                .is_some_and(|certificate| self.admit(certificate)),
            Kind::PROPOSE => Version::decode(body)
                .is_ok_and(|version| self.versions.insert(version.id(), version).is_none()),
            Kind::APPROVE => <[u8; 32]>::try_from(body).is_ok_and(|id| {
                self.approvals
                    .entry(VersionId(id))
                    .or_default()
                    .insert(author)
            }),
            _ => false,
        }
    }

    /// Keeps a certificate that was verified.
    fn admit(&mut self, certificate: Certificate) -> bool {
        // The first certificate of a journal is its first entry; a node has no second one.
        match self.certificates.entry(certificate.node) {
            std::collections::btree_map::Entry::Occupied(_) => false,
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(certificate);
                true
            }
        }
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> NetworkId {
        self.network
    }

    /// The version in force.
    #[must_use]
    pub fn current(&self) -> (VersionId, &Version) {
        let id = self.effective.last().copied().unwrap_or(self.pinned);
        (
            id,
            self.versions
                .get(&id)
                .expect("the pinned and every effective version are known"),
        )
    }

    /// A version that is known here, in force or not.
    #[must_use]
    pub fn version(&self, id: &VersionId) -> Option<&Version> {
        self.versions.get(id)
    }

    /// Whether `id` is, or was, in force since the pinned version.
    #[must_use]
    pub fn is_effective(&self, id: &VersionId) -> bool {
        self.effective.contains(id)
    }

    /// The structure that `node` belongs to, if its certificate and its structure are known.
    #[must_use]
    pub fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        self.nodes.get(node).copied()
    }

    /// The known nodes and their structures.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (&NodeId, &StructureId)> {
        self.nodes.iter()
    }

    /// The structure that `certificate` speaks for, under the versions in force so far.
    #[must_use]
    pub fn vouches_for(&self, certificate: &Certificate) -> Option<StructureId> {
        let holds = self.names(certificate) && certificate.verify(self.network).is_ok();
        holds.then_some(certificate.structure)
    }

    /// Whether a version in force so far names the root key that a certificate is under.
    fn names(&self, certificate: &Certificate) -> bool {
        let versions = self.effective.iter().filter_map(|id| self.versions.get(id));
        versions.flat_map(|version| &version.members).any(|member| {
            member.structure == certificate.structure && member.root == certificate.root
        })
    }

    /// The current roll's entry for a structure.
    #[must_use]
    pub fn member(&self, structure: &StructureId) -> Option<&Member> {
        self.current()
            .1
            .members
            .iter()
            .find(|member| member.structure == *structure)
    }

    /// Proposals on the version in force, with what they lack.
    #[must_use]
    pub fn proposals(&self) -> Vec<Proposal<'_>> {
        let (current, roll) = self.current();
        self.versions
            .iter()
            .filter(|(_, version)| version.previous == current)
            .map(|(id, version)| {
                let approved_by = self.approving(id, roll);
                let missing = quorum(roll.members.len()).saturating_sub(approved_by.len());
                Proposal {
                    id: *id,
                    version,
                    approved_by,
                    missing,
                }
            })
            .collect()
    }

    /// Two effective versions of one height: someone voted twice. Evaluation stops below them.
    #[must_use]
    pub const fn rivals(&self) -> Option<(VersionId, VersionId)> {
        self.rivals
    }

    fn approving(&self, id: &VersionId, roll: &Version) -> Vec<StructureId> {
        let voters = self.approvals.get(id);
        roll.members
            .iter()
            .filter(|member| voters.is_some_and(|nodes| nodes.contains(&member.voting_node)))
            .map(|member| member.structure)
            .collect()
    }

    /// Recomputes what follows from everything observed, from the pinned version up.
    fn evaluate(&mut self) {
        self.effective = vec![self.pinned];
        self.rivals = None;
        loop {
            let (current, roll) = self.current();
            let needed = quorum(roll.members.len());
            let next: Vec<VersionId> = self
                .versions
                .iter()
                .filter(|(_, version)| version.previous == current && version.follows(roll))
                .filter(|(id, _)| self.approving(id, roll).len() >= needed)
                .map(|(id, _)| *id)
                .collect();
            match next.as_slice() {
                [] => break,
                [only] => self.effective.push(*only),
                [one, other, ..] => {
                    self.rivals = Some((*one, *other));
                    break;
                }
            }
        }
        // Signatures were verified when the certificates came; only the roll can have changed.
        self.nodes = self
            .certificates
            .values()
            .filter(|certificate| self.names(certificate))
            .map(|certificate| (certificate.node, certificate.structure))
            .collect();
    }
}

#[cfg(test)]
mod tests;
