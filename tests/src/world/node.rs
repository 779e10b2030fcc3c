//! A simulated honest node: keys, store, engine, and the votes of its structure.

use std::collections::BTreeMap;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use sync_protocol::charter::{Certificate, Charter, Member, Version};
use sync_protocol::engine::Engine;
use sync_protocol::entry::Kind;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NetworkId, NodeId, RootKey, StructureId, VersionId};
use sync_protocol::run::{Statement, VerifiedRun, sign};
use sync_protocol::time::Timestamp;

use super::store::Store;

/// The keys of a participant.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The structure's root.
    pub root: SigningKey,
    /// The node's.
    pub node: SigningKey,
}

impl Keys {
    /// Keys number `node`, of the structure whose root has number `root`.
    #[must_use]
    pub fn numbered(root: usize, node: usize) -> Self {
        let seed = |kind: u8, number: usize| {
            let mut bytes = [kind; 32];
            bytes[..8].copy_from_slice(&(number as u64).to_le_bytes());
            SigningKey::from_bytes(&bytes)
        };
        Self {
            root: seed(1, root),
            node: seed(2, node),
        }
    }

    /// The node's identity.
    #[must_use]
    pub fn id(&self) -> NodeId {
        NodeId(self.node.verifying_key().to_bytes())
    }

    /// The root's public key.
    #[must_use]
    pub fn root_key(&self) -> RootKey {
        RootKey(self.root.verifying_key().to_bytes())
    }

    /// The structure.
    #[must_use]
    pub fn structure(&self) -> StructureId {
        StructureId::derive(&self.root_key())
    }

    /// The roll's entry for the structure, with this node as its voter.
    #[must_use]
    pub fn member(&self) -> Member {
        Member {
            structure: self.structure(),
            root: self.root_key(),
            voting_node: self.id(),
            name: format!("structure {}", self.structure().short()),
            kind: "other".into(),
        }
    }

    /// The node's certificate.
    #[must_use]
    pub fn certificate(&self, network: NetworkId) -> Certificate {
        Certificate::issue(network, self.structure(), &self.root, self.id())
    }
}

/// An honest node.
#[derive(Debug)]
pub struct Node {
    /// Its keys.
    pub keys: Keys,
    /// Its identity.
    pub id: NodeId,
    /// Whether it votes for its structure.
    pub votes: bool,
    /// The charter version it began with; `None` before it ever started.
    pub pinned: Option<Version>,
    /// The engine; `None` while it is switched off.
    pub engine: Option<Engine>,
    /// The store.
    pub store: Store,
    /// How long a commit takes.
    pub commit_millis: u64,
    /// Its clock, in milliseconds since 1970 when the world begins.
    pub clock: u64,
    /// How often it was started.
    pub starts: u32,
    /// The end of its journal, with what is not durable yet.
    pub tip: Tip,
    /// What it approved, by the version below.
    pub approved: BTreeMap<VersionId, VersionId>,
}

impl Node {
    /// A node that was never started.
    #[must_use]
    pub fn new(keys: Keys, votes: bool, clock: u64) -> Self {
        Self {
            id: keys.id(),
            keys,
            votes,
            pinned: None,
            engine: None,
            store: Store::default(),
            commit_millis: 2,
            clock,
            starts: 0,
            tip: Tip::EMPTY,
            approved: BTreeMap::new(),
        }
    }

    /// Starts from the store; returns the certificate entry to be stored the first time.
    ///
    /// # Panics
    /// If nothing was pinned.
    pub fn start(&mut self, network: NetworkId) -> Option<VerifiedRun> {
        let pinned = self.pinned.clone().expect("a node starts from a version");
        let mut charter = Charter::pinned(network, pinned);
        self.approved.clear();
        let authority = self.store.authority();
        let mut below = BTreeMap::new();
        charter.observe_all(authority.iter().map(|signed| &signed.entry));
        for signed in &authority {
            let body = signed.entry.body.as_deref().unwrap_or_default();
            if let Ok(version) = Version::decode(body) {
                below.insert(version.id(), version.previous);
            }
        }
        for signed in &authority {
            let header = &signed.entry.header;
            let body = signed.entry.body.as_deref().unwrap_or_default();
            if header.author == self.id
                && header.kind == Kind::APPROVE
                && let Ok(id) = body.try_into().map(VersionId)
                && let Some(previous) = below.get(&id)
            {
                self.approved.insert(*previous, id);
            }
        }
        self.tip = self.store.tip(&self.id);
        self.starts += 1;
        let certificate = self.keys.certificate(network).encode();
        let seed = u64::from(self.starts) ^ u64::from_le_bytes(self.id.prefix().0);
        self.engine = Some(Engine::new(
            self.id,
            certificate.clone(),
            charter,
            self.store.frontier(),
            seed,
        ));
        (self.tip.seq == 0)
            .then(|| self.sign(network, 0, vec![(Kind::CERTIFICATE, certificate)]))?
            .pop()
    }

    /// Signs what the node says at `now` (milliseconds since the world began).
    pub fn sign(
        &mut self,
        network: NetworkId,
        now: u64,
        said: Vec<(Kind, Vec<u8>)>,
    ) -> Vec<VerifiedRun> {
        let charter = self
            .engine
            .as_ref()
            .map_or(VersionId::ZERO, |engine| engine.charter().current().0);
        let time = self.time(now);
        let statements = said
            .into_iter()
            .map(|(kind, body)| Statement {
                charter,
                kind,
                subject: None,
                time,
                body,
            })
            .collect();
        let runs = sign(network, &self.keys.node, self.tip, statements);
        if let Some(last) = runs.last() {
            self.tip = last.last();
        }
        runs
    }

    /// What its clock shows.
    #[must_use]
    pub const fn time(&self, now: u64) -> Timestamp {
        Timestamp(self.clock + now)
    }

    /// Votes for the one proposal that it may vote for, if any.
    pub fn vote(&mut self, network: NetworkId, now: u64) -> Vec<Arc<VerifiedRun>> {
        let Some(engine) = self.engine.as_ref().filter(|_| self.votes) else {
            return Vec::new();
        };
        let (current, roll) = engine.charter().current();
        let entitled = roll
            .members
            .iter()
            .any(|member| member.voting_node == self.id);
        if !entitled || self.approved.contains_key(&current) {
            return Vec::new();
        }
        let Some(proposal) = engine.charter().proposals().first().map(|it| it.id) else {
            return Vec::new();
        };
        self.approved.insert(current, proposal);
        let said = vec![(Kind::APPROVE, proposal.0.to_vec())];
        self.sign(network, now, said)
            .into_iter()
            .map(Arc::new)
            .collect()
    }

    /// Proposes to admit a member, unless something is proposed already.
    pub fn propose(
        &mut self,
        network: NetworkId,
        now: u64,
        member: Member,
    ) -> Vec<Arc<VerifiedRun>> {
        let Some(engine) = self.engine.as_ref() else {
            return Vec::new();
        };
        let (current, roll) = engine.charter().current();
        let busy = !engine.charter().proposals().is_empty() || self.approved.contains_key(&current);
        let there = roll
            .members
            .iter()
            .any(|it| it.structure == member.structure);
        if busy || there {
            return Vec::new();
        }
        let next = roll.admitting(member, self.time(now));
        self.approved.insert(current, next.id());
        let said = vec![
            (Kind::PROPOSE, next.encode()),
            (Kind::APPROVE, next.id().0.to_vec()),
        ];
        self.sign(network, now, said)
            .into_iter()
            .map(Arc::new)
            .collect()
    }
}
