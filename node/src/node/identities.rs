//! The keys of this node's structure: what its root has said and still has to say, and the secrets with
//! which this node opens what is sealed to the structure.
//!
//! The charter keeps the statements, and tells what they come to ([`RootState`]). Secrets lie in the home's `keys/`; lockboxes of the
//! own structure are noted in the store, since they tell which nodes still lack one.
//!
//! - `speaking`: what a person asks about the keys; `desk`: what happens where the root key is, which
//!   need not be a node.
//! - `welcoming`: further nodes that ask to be admitted.
//! - `settling`: what this node has still to say: the statements of a structure's beginning, the
//!   certificate of a node's sealing key, lockboxes.

use std::collections::BTreeMap;

use sync_protocol::codec::{Reader, Writer};
use sync_protocol::entry::{Entry, Kind, MAX_BODY_BYTES};
use sync_protocol::id::{NetworkId, NodeId, RootKey, StructureId};
use sync_protocol::seal::key::{Generation, SealingPublic, SealingSecret};
use sync_protocol::seal::lockbox::Lockbox;
use sync_protocol::seal::root::RootStatement;
use sync_protocol::seal::root::log::{RootLog, RootState};

use crate::api::ApiError;
use crate::home::Home;
use crate::home::keys::SealingName;
use crate::store::Journals;

use super::member::Member;

mod desk;
mod settling;
mod speaking;
mod welcoming;

pub(super) use desk::check_length;
pub use desk::{Ask, Asking, Call, Desk, Rotated, Sheet};
pub(in crate::node) use settling::note_uncertain;

/// Name of the store's value that holds the own structure's lockboxes.
const LOCKBOXES: &str = "identities/lockboxes";

/// Bytes of runs read at a time where lockboxes are looked for.
const SEEK_BYTES: usize = 1024 * 1024;

/// The secrets of this node and of its structure.
#[derive(Debug)]
pub(in crate::node) struct Identities {
    network: NetworkId,
    structure: StructureId,
    me: NodeId,
    node_key: SealingSecret,
    secrets: BTreeMap<Generation, SealingSecret>,
    /// Those that nodes of the own structure wrote.
    lockboxes: Vec<Lockbox>,
}

impl Identities {
    /// Starts from what the home and its store hold; `root` is what the own root's statements come
    /// to.
    pub(in crate::node) fn open(
        home: &Home,
        journals: &Journals,
        (network, structure, me): (NetworkId, StructureId, NodeId),
        root: Option<&RootState>,
    ) -> Result<Self, ApiError> {
        let noted = journals.get_meta(LOCKBOXES)?.unwrap_or_default();
        let mut identities = Self {
            network,
            structure,
            me,
            node_key: home.make_sealing_secret(SealingName::Node)?,
            secrets: BTreeMap::new(),
            lockboxes: read_lockboxes(&noted),
        };
        if let Some(root) = root {
            identities.take_secrets(home, root)?;
        }
        Ok(identities)
    }

    /// Keeps a lockbox of the own structure; returns whether it is news.
    fn keep_lockbox(&mut self, lockbox: Lockbox) -> bool {
        let new = !self.lockboxes.contains(&lockbox);
        if new {
            self.lockboxes.push(lockbox);
        }
        new
    }

    /// Takes the structure's secrets from their files, and those that are missing out of lockboxes.
    fn take_secrets(&mut self, home: &Home, root: &RootState) -> Result<(), ApiError> {
        for (&generation, public) in &root.sealing {
            if self.secrets.contains_key(&generation) {
                continue;
            }
            let name = SealingName::Structure(generation);
            let held = home.sealing_secret(name)?;
            if let Some(secret) = held {
                if secret.public() == *public {
                    self.secrets.insert(generation, secret);
                    continue;
                }
                let path = home.sealing_file(name);
                tracing::error!(path = %path.display(), "not the key that the root published");
                continue;
            }
            if let Some(secret) = self.unbox(generation, public) {
                home.store_sealing_secret(name, &secret)?;
                self.secrets.insert(generation, secret);
            }
        }
        Ok(())
    }

    fn unbox(&self, generation: Generation, published: &SealingPublic) -> Option<SealingSecret> {
        let here = (&self.me, &self.node_key);
        let made = self.lockboxes.iter();
        let mut of_it = made.filter(|it| it.generation == generation);
        of_it.find_map(|lockbox| {
            let opened = lockbox.open(self.network, &self.structure, published, here);
            opened.ok()
        })
    }
}

/// The root key of a structure, as the statements in a store say; nothing if none counts.
pub(in crate::node) fn root_in_force(
    journals: &Journals,
    network: NetworkId,
    structure: StructureId,
) -> Result<Option<RootKey>, ApiError> {
    let mut log = RootLog::new(network, structure);
    for held in journals.authority()? {
        let body = held.entry.body.as_deref().unwrap_or_default();
        if held.entry.header.kind == Kind::ROOT
            && let Ok(statement) = RootStatement::decode(body)
        {
            // One of another structure, or that does not hold, says nothing of this one.
            let _ = log.observe(statement);
        }
    }
    Ok(log.state(None).root)
}

impl Member {
    /// The key to seal to for a structure, and its generation.
    #[must_use]
    pub fn sealing_key_of(&self, structure: &StructureId) -> Option<(Generation, SealingPublic)> {
        self.charter().root_state(structure)?.current_sealing()
    }

    /// The secret of this node's own structure, of one generation, if this node was handed it.
    #[must_use]
    pub fn sealing_secret(&self, generation: Generation) -> Option<SealingSecret> {
        self.identities().secrets.get(&generation).cloned()
    }

    /// All generations of the own structure's secret that this node was handed.
    pub(in crate::node) fn sealing_secrets(&self) -> BTreeMap<Generation, SealingSecret> {
        self.identities().secrets.clone()
    }

    /// What a structure's root statements come to; nothing for one that made none.
    #[must_use]
    pub fn root_state(&self, structure: &StructureId) -> RootState {
        self.charter()
            .root_state(structure)
            .cloned()
            .unwrap_or_default()
    }

    /// Looks for lockboxes that were not taken notice of when they came: their author was not known
    /// to be of the structure then.
    fn seek_lockboxes(&self) -> Result<(), ApiError> {
        let root = self.root_state(&self.structure);
        let held = self.sealing_secrets();
        let lacks = root.sealing.keys().any(|it| !held.contains_key(it));
        let handed = root.certified.contains_key(&self.me) && !root.revoked.contains_key(&self.me);
        if !lacks || !handed {
            return Ok(());
        }
        let charter = self.charter();
        let own = charter.nodes().filter(|(_, it)| **it == self.structure);
        let authors: Vec<NodeId> = own.map(|(node, _)| *node).collect();
        drop(charter);
        for author in authors {
            let mut after = 0;
            loop {
                let entries = self.entries_after(&author, after, SEEK_BYTES)?;
                let Some(last) = entries.last() else { break };
                after = last.header.seq;
                self.note_identities(&entries)?;
            }
        }
        Ok(())
    }

    /// Takes stored entries into account that root keys and nodes of the own structure wrote.
    ///
    /// Waits for the store, so never to be called from its thread.
    pub(in crate::node) fn note_identities(&self, entries: &[Entry]) -> Result<(), ApiError> {
        let concerns = |entry: &Entry| {
            entry.header.kind == Kind::LOCKBOX
                && self.structure_of(&entry.header.author) == Some(self.structure)
        };
        let bodies = entries.iter().filter(|it| concerns(it));
        let bodies = bodies.filter_map(|it| it.body.as_deref());
        let boxes: Vec<Lockbox> = bodies
            .filter_map(|body| Lockbox::decode(body).ok())
            .collect();
        let has_roots = entries.iter().any(|it| it.header.kind == Kind::ROOT);
        if boxes.is_empty() && !has_roots {
            return Ok(());
        }
        let root = self.root_state(&self.structure);
        let grown = {
            let mut identities = self.identities_mut();
            let mut news = false;
            for lockbox in boxes {
                news |= identities.keep_lockbox(lockbox);
            }
            identities.take_secrets(&self.home, &root)?;
            news.then(|| write_lockboxes(&identities.lockboxes))
        };
        // Without the lock, which the store's thread takes when it tells what it has stored.
        if let Some(bytes) = grown {
            self.journals.put_meta(LOCKBOXES, Some(&bytes))?;
        }
        Ok(())
    }
}

fn write_lockboxes(lockboxes: &[Lockbox]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for lockbox in lockboxes {
        bytes.put_bytes(&lockbox.encode());
    }
    bytes
}

fn read_lockboxes(bytes: &[u8]) -> Vec<Lockbox> {
    let mut reader = Reader::new(bytes);
    let mut lockboxes = Vec::new();
    while let Ok(body) = reader.bytes(MAX_BODY_BYTES) {
        lockboxes.extend(Lockbox::decode(body));
    }
    lockboxes
}
