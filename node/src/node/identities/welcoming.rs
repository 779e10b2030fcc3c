//! Further nodes of the structure: admitted by the root key, at once where it lies open here, and
//! else once the person who has the passphrase did it at the desk.
//!
//! The newcomer asks, is told *not now*, and waits in the invitation that it used; it asks again and
//! is answered. So a running node needs no passphrase.

use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::admission::Refusal;
use sync_protocol::charter::Certificate;
use sync_protocol::id::NodeId;
use sync_protocol::seal::key::SealingPublic;

use crate::api::{ApiError, ExitKind};
use crate::home::invitations::{Invitation, WaitingNode};
use crate::home::keys::HeldRoot;
use crate::node::Outcome;
use crate::node::admission::AdmissionError;
use crate::node::errors::read;
use crate::node::member::Member;

#[derive(Deserialize)]
struct AdmitInput {
    node: String,
    certificate: String,
}

impl Member {
    /// Whether the structure's root key is on this node under a passphrase.
    ///
    /// # Errors
    /// `no_root_key`: it is not here at all, so that nobody could be admitted.
    pub(in crate::node) fn root_is_locked(&self) -> Result<bool, ApiError> {
        let held = self.held_own_root()?.ok_or_else(|| {
            let text = "the structure's root key is not on this node: invite from the node that \
                        founded or joined for the structure";
            ApiError::new("no_root_key", ExitKind::Refused, text)
        })?;
        Ok(held.is_locked())
    }

    /// The certificate of a further node that used `invitation`.
    pub(in crate::node) fn certificate_for(
        &self,
        invitation: &Invitation,
        node: NodeId,
        sealing: Option<SealingPublic>,
    ) -> Result<Certificate, AdmissionError> {
        if let Some(HeldRoot::Open(seed)) = self.held_own_root()? {
            let root: SigningKey = seed.signing_key();
            let certificate = Certificate::issue(self.network, self.structure, &root, node);
            match sealing {
                Some(sealing) if !self.is_uncertain()? => self.welcome(&root, node, sealing)?,
                // The root says it once this home was in sync.
                Some(_) => {
                    let certificate = Some(HEXLOWER.encode(&certificate.encode()));
                    let waiting = WaitingNode::new(node, sealing, certificate);
                    self.home.note_waiting(&invitation.secret, waiting)?;
                }
                None => {}
            }
            return Ok(certificate);
        }
        let waiting = invitation.waiting.as_ref();
        let made = waiting
            .filter(|waiting| waiting.node == node)
            .and_then(|waiting| {
                HEXLOWER
                    .decode(waiting.certificate.as_ref()?.as_bytes())
                    .ok()
            })
            .and_then(|bytes| Certificate::decode(node, &bytes).ok());
        if let Some(certificate) = made {
            return Ok(certificate);
        }
        let waiting = WaitingNode::new(node, sealing, None);
        self.home.note_waiting(&invitation.secret, waiting)?;
        Err(Refusal::NotNow.into())
    }

    /// `key.waiting`: the further nodes that asked and wait for the root key.
    pub(in crate::node) fn list_waiting(&self) -> Outcome {
        let waiting: Vec<Value> = self
            .waiting()?
            .map(|it| json!({ "node": it.node.to_string(), "sealing": it.sealing }))
            .collect();
        Ok(json!({ "nodes": waiting }))
    }

    fn waiting(&self) -> Result<impl Iterator<Item = WaitingNode>, ApiError> {
        let invitations = self.home.invitations()?.into_iter();
        let waiting = invitations.filter_map(|it| it.waiting);
        Ok(waiting.filter(|it| it.certificate.is_none()))
    }

    /// The sealing key that a node brought which waits.
    pub(super) fn sealing_of_waiting(&self, node: &NodeId) -> Result<SealingPublic, ApiError> {
        let waiting = self.waiting()?.find(|it| it.node == *node);
        let brought = waiting.and_then(|it| it.sealing_key());
        brought.ok_or_else(|| unknown(&node.to_string()))
    }

    /// `key.admit`: takes the certificate of a node that waits, for when it asks again.
    pub(in crate::node) fn admit_waiting(&self, input: Value) -> Outcome {
        let AdmitInput { node, certificate } = read(input)?;
        let id: NodeId = node.parse().map_err(|_| unknown(&node))?;
        let bytes = HEXLOWER.decode(certificate.as_bytes()).unwrap_or_default();
        let holds = Certificate::decode(id, &bytes).is_ok_and(|it| {
            it.structure == self.structure
                && Some(it.root) == self.own_root_key()
                && it.verify(self.network).is_ok()
        });
        if !holds {
            let text = "the certificate is not one of this structure's root";
            return Err(ApiError::new(
                "certificate_refused",
                ExitKind::Refused,
                text,
            ));
        }
        if self.home.certify_waiting(id, certificate)? {
            Ok(json!({ "node": node }))
        } else {
            Err(unknown(&node))
        }
    }
}

fn unknown(node: &str) -> ApiError {
    let text = format!("no node {node} waits to be admitted");
    ApiError::new("nobody_waits", ExitKind::NotFound, text).with("node", node)
}
