//! A simulated honest node: keys, store, engine, and the votes of its structure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use sync_protocol::charter::{Certificate, Charter, Member, Version};
use sync_protocol::engine::Engine;
use sync_protocol::entry::Kind;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NetworkId, NodeId, RootKey, StructureId, VersionId};
use sync_protocol::run::{Statement, VerifiedRun, sign};
use sync_protocol::seal::erase::ErasedBodies;
use sync_protocol::time::Timestamp;

use super::store::Store;

/// The keys of a participant. The public ones are kept, since deriving them takes longer than most of
/// what a world does with them.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The structure's root.
    pub root: SigningKey,
    /// The node's.
    pub node: SigningKey,
    id: NodeId,
    root_key: RootKey,
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
        let (root, node) = (seed(1, root), seed(2, node));
        Self {
            id: NodeId(node.verifying_key().to_bytes()),
            root_key: RootKey(root.verifying_key().to_bytes()),
            root,
            node,
        }
    }

    /// The same structure's keys with another node's.
    #[must_use]
    pub fn renewed(&self, node: usize) -> Self {
        let other = Self::numbered(0, node);
        Self {
            root: self.root.clone(),
            root_key: self.root_key,
            ..other
        }
    }

    /// The node's identity.
    #[must_use]
    pub const fn id(&self) -> NodeId {
        self.id
    }

    /// The root's public key.
    #[must_use]
    pub const fn root_key(&self) -> RootKey {
        self.root_key
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
    /// Its clock, in milliseconds since 1970 when the world begins. It only stands in entries.
    pub clock: u64,
    /// When it was started: its engine's time counts from there, as in the real node.
    pub started_at: u64,
    /// The store failed: nothing is written any more.
    pub read_only: bool,
    /// Its store lost something: until its journal is as long again, it writes nothing.
    pub mute_until: u64,
    /// Own runs that nobody else held when the store lost them.
    pub outbox: Vec<Arc<VerifiedRun>>,
    /// Whether its store ever came back with less.
    pub damaged: bool,
    /// Until when it reads nothing.
    pub deaf_until: u64,
    /// Blobs that it holds.
    pub blobs: BTreeMap<[u8; 32], Arc<[u8]>>,
    /// Blobs that it wants.
    pub wants: BTreeSet<[u8; 32]>,
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
            started_at: 0,
            read_only: false,
            mute_until: 0,
            outbox: Vec::new(),
            damaged: false,
            deaf_until: 0,
            blobs: BTreeMap::new(),
            wants: BTreeSet::new(),
            starts: 0,
            tip: Tip::EMPTY,
            approved: BTreeMap::new(),
        }
    }

    /// Starts from the store at `now`; returns the certificate entry to be stored the first time.
    ///
    /// # Panics
    /// If nothing was pinned.
    pub fn start(&mut self, network: NetworkId, now: u64) -> Option<VerifiedRun> {
        let pinned = self.pinned.clone().expect("a node starts from a version");
        let mut charter = Charter::pinned(network, pinned);
        let authority = self.store.authority();
        charter.observe_all(authority.iter().map(|signed| &signed.entry));
        self.starts += 1;
        self.started_at = now;
        self.read_only = false;
        let certificate = self.keys.certificate(network).encode();
        let seed = u64::from(self.starts) ^ u64::from_le_bytes(self.id.prefix().0);
        let engine = Engine::new(
            self.id,
            certificate.clone(),
            charter,
            self.store.frontier(),
            seed,
        );
        let erased = ErasedBodies::default();
        self.engine = Some(engine.missing_bodies(self.store.left_out(), erased));
        self.find_own_end();
        (self.tip.seq == 0 && self.may_write())
            .then(|| self.sign(network, now, vec![(Kind::CERTIFICATE, certificate)]))?
            .pop()
    }

    /// Whether it may say anything: its store takes it, and its journal is whole.
    #[must_use]
    pub const fn may_write(&self) -> bool {
        self.engine.is_some() && !self.read_only && self.mute_until == 0
    }

    /// Finds in the store where its own journal ends, and what it voted for.
    pub fn find_own_end(&mut self) {
        self.tip = self.store.tip(&self.id);
        if self.tip.seq >= self.mute_until {
            self.mute_until = 0;
        }
        let authority = self.store.authority();
        let mut below = BTreeMap::new();
        for signed in &authority {
            let body = signed.entry.body.as_deref().unwrap_or_default();
            if let Ok(version) = Version::decode(body) {
                below.insert(version.id(), version.previous);
            }
        }
        self.approved.clear();
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
        let time = self.wall(now);
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
    pub const fn wall(&self, now: u64) -> Timestamp {
        Timestamp(self.clock.saturating_add(now))
    }

    /// Time for its engine, which only goes forward.
    #[must_use]
    pub const fn time(&self, now: u64) -> Timestamp {
        Timestamp(now - self.started_at)
    }

    /// Votes for the one proposal among `agreed` that it may vote for, if any.
    pub fn vote(
        &mut self,
        network: NetworkId,
        now: u64,
        agreed: &BTreeSet<VersionId>,
    ) -> Vec<Arc<VerifiedRun>> {
        let Some(engine) = self
            .engine
            .as_ref()
            .filter(|_| self.votes && self.may_write())
        else {
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
        let proposals = engine.charter().proposals();
        let Some(proposal) = proposals
            .iter()
            .map(|it| it.id)
            .find(|id| agreed.contains(id))
        else {
            return Vec::new();
        };
        self.approved.insert(current, proposal);
        let said = vec![(Kind::APPROVE, proposal.0.to_vec())];
        self.sign(network, now, said)
            .into_iter()
            .map(Arc::new)
            .collect()
    }

    /// Proposes the next version and adds it to `agreed`, unless one of those is proposed already.
    pub fn propose(
        &mut self,
        network: NetworkId,
        now: u64,
        agreed: &mut BTreeSet<VersionId>,
        next: impl FnOnce(&Version, Timestamp) -> Version,
    ) -> Vec<Arc<VerifiedRun>> {
        let Some(engine) = self.engine.as_ref().filter(|_| self.may_write()) else {
            return Vec::new();
        };
        let (current, roll) = engine.charter().current();
        let busy = engine
            .charter()
            .proposals()
            .iter()
            .any(|it| agreed.contains(&it.id));
        if busy || self.approved.contains_key(&current) {
            return Vec::new();
        }
        let next = next(roll, self.wall(now));
        self.approved.insert(current, next.id());
        agreed.insert(next.id());
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
