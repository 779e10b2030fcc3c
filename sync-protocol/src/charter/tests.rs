//! A network in miniature: structures with their voting nodes, and what they say.

use ed25519_dalek::SigningKey;

use super::*;
use crate::entry::{Header, Kind, Place, body_hash};
use crate::id::RootKey;
use crate::time::Timestamp;

mod counting;
mod delegation;
mod evaluation;
mod format;
mod heads;
mod honest;
mod mandates;
mod narrowing;
mod orders;
mod outlook;
mod quotas;
mod ratification;
mod roots;
mod stand_in;
mod suspension;
mod votes;

/// A structure, its voting node, and how far that node's journal goes.
#[derive(Clone)]
struct Partner {
    root: SigningKey,
    node: NodeId,
    kind: &'static str,
    seq: u64,
}

const fn node(seed: u8) -> NodeId {
    NodeId([seed; 32])
}

impl Partner {
    fn new(seed: u8) -> Self {
        Self {
            root: SigningKey::from_bytes(&[seed; 32]),
            node: node(seed + 100),
            kind: "other",
            seq: 0,
        }
    }

    fn of_kind(seed: u8, kind: &'static str) -> Self {
        Self {
            kind,
            ..Self::new(seed)
        }
    }

    fn root_key(&self) -> RootKey {
        RootKey(self.root.verifying_key().to_bytes())
    }

    fn structure(&self) -> StructureId {
        StructureId::derive(&self.root_key())
    }

    fn member(&self) -> Member {
        Member {
            structure: self.structure(),
            root: self.root_key(),
            voting_node: self.node,
            name: "partner".into(),
            kind: self.kind.into(),
        }
    }

    /// The next entry of the voting node's journal.
    fn say(&mut self, network: NetworkId, kind: Kind, body: Vec<u8>) -> Entry {
        self.seq += 1;
        entry(network, self.node, self.seq, kind, body)
    }

    fn certify(&mut self, network: NetworkId) -> Entry {
        let certificate = Certificate::issue(network, self.structure(), &self.root, self.node);
        self.say(network, Kind::CERTIFICATE, certificate.encode())
    }

    fn approve(&mut self, network: NetworkId, version: &Version) -> Entry {
        self.say(network, Kind::APPROVE, version.id().0.to_vec())
    }

    fn propose(&mut self, network: NetworkId, version: &Version) -> Entry {
        self.say(network, Kind::PROPOSE, version.encode())
    }
}

/// What no signature is needed for: the charter takes entries that were verified before.
fn entry(network: NetworkId, author: NodeId, seq: u64, kind: Kind, body: Vec<u8>) -> Entry {
    let header = Header {
        network,
        author,
        seq,
        previous: EntryId::ZERO,
        charter: VersionId(network.0),
        kind,
        subject: None,
        time: Timestamp(1),
        body_bytes: u32::try_from(body.len()).unwrap(),
        body_hash: body_hash(&body),
    };
    Entry {
        id: header.id(),
        header,
        body: Some(body),
    }
}

fn founding(members: &[Partner]) -> Version {
    Version {
        number: 0,
        previous: VersionId::ZERO,
        name: "Cap Actif".into(),
        minimum_protocol: 1,
        written: Timestamp(1),
        members: members.iter().map(Partner::member).collect(),
        terms: None,
    }
}

/// `count` partners who founded a network together, with terms that declare nothing.
fn founders(count: u8) -> (NetworkId, Version, Vec<Partner>) {
    let partners: Vec<Partner> = (1..=count).map(Partner::new).collect();
    let version = Version {
        terms: Some(Terms::new(partners[0].node)),
        ..founding(&partners)
    };
    (version.network(), version, partners)
}

/// A version above `before`, changed as said; it says when it was written, so that two alike can be
/// told apart.
fn above(before: &Version, written: u64, change: impl FnOnce(&mut Version, &mut Terms)) -> Version {
    let mut next = before.clone();
    next.number += 1;
    next.previous = before.id();
    next.written = Timestamp(written);
    let mut terms = next.terms.take().unwrap();
    terms.heads.clear();
    terms.lifted.clear();
    terms.round = 0;
    change(&mut next, &mut terms);
    next.terms = Some(terms);
    assert_eq!(Version::decode(&next.encode()).as_ref(), Ok(&next));
    next
}

/// Takes a member off the roll, for whom another stands in.
fn remove(version: &mut Version, terms: &mut Terms, left: &Partner, successor: &Partner) {
    let left = left.structure();
    version.members.retain(|it| it.structure != left);
    succeed(terms, left, successor.structure());
    terms.dormant.retain(|it| *it != left);
    if terms.coordinator == Some(left) {
        terms.coordinator = None;
        terms.admissions = 0;
    }
}

/// Who left is stood in for, and so is whom it stood in for.
fn succeed(terms: &mut Terms, left: StructureId, successor: StructureId) {
    for earlier in &mut terms.successors {
        if earlier.successor == left {
            earlier.successor = successor;
        }
    }
    terms.successors.push(Successor { left, successor });
    terms.successors.sort();
}

fn show(network: NetworkId, first: &Version, entries: &[Entry]) -> Charter {
    let mut charter = Charter::pinned(network, first.clone());
    charter.observe_all(entries);
    charter
}
