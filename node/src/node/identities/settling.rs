//! What a node has still to say of its structure's keys: the first generation of the sealing key,
//! which nodes are its own, and the secrets in lockboxes.
//!
//! Idempotent: at each opening, after a sync, and when a node was admitted, what is missing is said.
//! Two statements under one number would stop the structure's chain, so none is written by a home
//! that may not know the last one, as after a restoration, until it has been in sync with a peer; in a
//! network of one a person may have it speak before.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use sync_protocol::entry::Kind;
use sync_protocol::id::{NodeId, StructureId};
use sync_protocol::seal::Random;
use sync_protocol::seal::key::{Generation, SealingPublic, SealingSecret};
use sync_protocol::seal::lockbox::{self, Lockbox, MAX_BOXES};
use sync_protocol::seal::root::{RootAct, RootStatement};

use crate::api::{ApiError, ExitKind};
use crate::home::keys::{HeldRoot, SealingName};
use crate::node::clock;
use crate::node::member::{Member, lock};
use crate::store::Journals;

use super::speaking::{forked, refused};

/// Name of the store's value that says that statements may have been made which are not held here.
const UNCERTAIN: &str = "identities/uncertain";

/// Notes in a store that statements of the own root may exist which are not in it.
pub(in crate::node) fn note_uncertain(journals: &Journals) -> Result<(), ApiError> {
    Ok(journals.put_meta(UNCERTAIN, Some(&[1]))?)
}

impl Member {
    /// Says what is missing, as far as the keys at hand and what is held allow.
    ///
    /// # Errors
    /// Keys cannot be read or made, or nothing can be written.
    pub(in crate::node) fn settle_identities(&self) -> Result<(), ApiError> {
        let _speaking = lock(&self.stating);
        if self.root_state(&self.structure).is_stopped() {
            return Err(forked());
        }
        if self.require_own_journal().is_err() || self.writes_nothing() {
            return Ok(());
        }
        if !self.is_uncertain()?
            && let Some(root) = self.root_at_hand()?
        {
            self.publish_first(&root)?;
            let own = self.identities().node_key.public();
            self.certify(&root, self.me, own)?;
            for waiting in self
                .home
                .invitations()?
                .iter()
                .filter_map(|it| it.waiting.as_ref())
            {
                if let Some(sealing) = waiting.sealing_key() {
                    self.certify(&root, waiting.node, sealing)?;
                }
            }
        }
        self.seek_lockboxes()?;
        self.hand_out()
    }

    /// As [`Member::settle_identities`], for a node that has to open all the same: what could not be
    /// said now is said another time.
    pub(in crate::node) fn settle_identities_at_opening(&self) {
        if let Err(error) = self.settle_identities() {
            tracing::warn!(%error, "the structure's keys could not be brought up to date");
            self.alarm(error);
        }
    }

    /// Certifies a node that was admitted, under the sealing key that it brought, and hands it the
    /// structure's secrets.
    pub(in crate::node) fn welcome(
        &self,
        root: &SigningKey,
        node: NodeId,
        sealing: SealingPublic,
    ) -> Result<(), ApiError> {
        let _speaking = lock(&self.stating);
        self.publish_first(root)?;
        self.certify(root, node, sealing)?;
        self.hand_out()
    }

    /// This home was in sync with a peer: what statements there are, it holds.
    pub(in crate::node) fn settle_in_sync(&self) {
        let certain = self.is_uncertain().and_then(|uncertain| {
            if uncertain {
                self.journals.put_meta(UNCERTAIN, None)?;
            }
            Ok(())
        });
        match certain {
            Ok(()) => self.settle_identities_at_opening(),
            Err(error) => tracing::warn!(%error, "the store cannot be read or written"),
        }
    }

    pub(in crate::node) fn is_uncertain(&self) -> Result<bool, ApiError> {
        Ok(self.journals.get_meta(UNCERTAIN)?.is_some())
    }

    /// Whether a person may have the root speak here: as [`Member::is_uncertain`] says, but in a
    /// network of one, where nobody else can tell whether the root spoke elsewhere.
    pub(super) fn may_state(&self) -> Result<bool, ApiError> {
        let alone = self.charter().current().1.members.len() == 1;
        Ok(alone || !self.is_uncertain()?)
    }

    /// The root key, where it lies here in the clear and is the root of the moment.
    fn root_at_hand(&self) -> Result<Option<SigningKey>, ApiError> {
        let Some(HeldRoot::Open(seed)) = self.home.held_root()? else {
            return Ok(None);
        };
        let key = seed.root_key();
        let is_root = match self.root_state(&self.structure).root {
            Some(root) => root == key,
            None => StructureId::derive(&key) == self.structure,
        };
        Ok(is_root.then(|| seed.signing_key()))
    }

    fn publish_first(&self, root: &SigningKey) -> Result<(), ApiError> {
        if self.root_state(&self.structure).sealing.is_empty() {
            self.publish(root, Generation::FIRST)?;
        }
        Ok(())
    }

    /// Makes the sealing key of a generation and publishes it. The secret is on the disk first.
    fn publish(&self, root: &SigningKey, generation: Generation) -> Result<(), ApiError> {
        let name = SealingName::Structure(generation);
        let public = self.home.make_sealing_secret(name)?.public();
        self.state_of_root(root, RootAct::Sealing { generation, public })
    }

    fn certify(
        &self,
        root: &SigningKey,
        node: NodeId,
        sealing: SealingPublic,
    ) -> Result<(), ApiError> {
        let state = self.root_state(&self.structure);
        if state.certified.contains_key(&node) || state.revoked.contains_key(&node) {
            return Ok(());
        }
        self.state_of_root(root, RootAct::Certify { node, sealing })
    }

    /// Makes the next statement of the own structure, and writes it.
    fn state_of_root(&self, root: &SigningKey, act: RootAct) -> Result<(), ApiError> {
        let before = self.root_state(&self.structure);
        if before.is_stopped() {
            return Err(forked());
        }
        let number = before.number.saturating_add(1);
        let (network, structure) = (self.network, self.structure);
        let statement = RootStatement::issue(network, structure, number, before.tip, act, root);
        let id = statement.id(network);
        self.say(Kind::ROOT, statement.encode())?;
        if self.root_state(&structure).tip == id {
            Ok(())
        } else {
            Err(refused())
        }
    }

    /// Writes lockboxes for the nodes that lack one, of the generations whose secret is here.
    pub(super) fn hand_out(&self) -> Result<(), ApiError> {
        let root = self.root_state(&self.structure);
        let lacking = lockbox::lacking(&root, &self.identities().lockboxes);
        for (generation, nodes) in lacking {
            let Some(secret) = self.sealing_secret(generation) else {
                continue;
            };
            let nodes: Vec<_> = nodes.into_iter().collect();
            for some in nodes.chunks(MAX_BOXES) {
                let some = some.iter().copied().collect();
                let body = self.lockbox(generation, &secret, &some)?;
                self.say(Kind::LOCKBOX, body)?;
            }
        }
        Ok(())
    }

    fn lockbox(
        &self,
        generation: Generation,
        secret: &SealingSecret,
        nodes: &BTreeMap<NodeId, SealingPublic>,
    ) -> Result<Vec<u8>, ApiError> {
        // Drawn before: nothing is left to fail while boxes are made.
        let mut drawn = Vec::new();
        for _ in nodes {
            drawn.push(Random::new(clock::random()?));
        }
        let mut draw = || drawn.pop().expect("one was drawn for each node");
        let of = (generation, secret);
        let made = Lockbox::make(self.network, &self.structure, of, nodes, &mut draw);
        let made = made.map_err(|_| {
            let text = "a certified node has a key that cannot be sealed to";
            ApiError::new("sealing_key_unusable", ExitKind::Failed, text)
        })?;
        Ok(made.encode())
    }
}
