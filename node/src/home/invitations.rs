//! Invitations that were made here and can still be used, or were.
//!
//! Only the inviter decides on expiry and single use, so it alone keeps them. The secret itself
//! travels in the ticket; what is kept here is what checking a newcomer's proof needs, in a file
//! that only the owner reads.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sync_protocol::id::{NodeId, VersionId};
use sync_protocol::seal::key::SealingPublic;
use sync_protocol::time::Timestamp;

use super::atomic::Access;
use super::json_file::{self, hex_id};
use super::{Home, HomeError};

/// The most invitations kept.
pub const MAX_INVITATIONS: usize = 1_000;

/// An invitation made here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The ticket's secret, in hexadecimal: checks the newcomer's proof.
    pub secret: String,
    /// What it admits.
    #[serde(flatten)]
    pub purpose: Purpose,
    /// The charter version that the ticket pins.
    #[serde(with = "hex_id")]
    pub charter: VersionId,
    /// When it was made, ms since 1970.
    pub created: u64,
    /// When it stops being good, ms since 1970.
    pub expires: u64,
    /// The node that used it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<UsedBy>,
    /// A further node that waits for the root key, which is under a passphrase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<WaitingNode>,
}

/// A further node of the structure that asked to be admitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingNode {
    /// The node.
    #[serde(with = "hex_id")]
    pub node: NodeId,
    /// The public sealing key that it brought, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing: Option<String>,
    /// Its certificate in hexadecimal, once the root key made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// The node that used an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UsedBy(#[serde(with = "hex_id")] pub NodeId);

impl WaitingNode {
    /// A node with the sealing key that it brought, and its certificate if that is made.
    #[must_use]
    pub fn new(node: NodeId, sealing: Option<SealingPublic>, certificate: Option<String>) -> Self {
        Self {
            node,
            sealing: sealing.map(|key| HEXLOWER.encode(&key.0)),
            certificate,
        }
    }

    /// The public sealing key that it brought.
    #[must_use]
    pub fn sealing_key(&self) -> Option<SealingPublic> {
        let bytes = HEXLOWER.decode(self.sealing.as_ref()?.as_bytes()).ok()?;
        Some(SealingPublic(bytes.try_into().ok()?))
    }
}

/// What an invitation admits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case")]
pub enum Purpose {
    /// A new structure with its first node.
    Structure {
        /// The structure's name.
        structure: String,
        /// Its kind.
        kind: String,
    },
    /// Another node of the inviter's own structure.
    Device,
}

/// What to think of a newcomer's use of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be used.
    Open,
    /// Its time is over.
    Expired,
    /// Another node used it.
    Used,
}

impl Invitation {
    /// Whether `node` may use the invitation at `now`.
    ///
    /// The node that used it may come again: its first attempt may have broken off.
    #[must_use]
    pub fn standing(&self, node: &NodeId, now: Timestamp) -> Standing {
        match self.used_by {
            Some(UsedBy(user)) if user == *node => Standing::Open,
            Some(_) => Standing::Used,
            None if now.0 > self.expires => Standing::Expired,
            None => Standing::Open,
        }
    }
}

impl Home {
    /// The invitations made here, oldest first.
    ///
    /// # Errors
    /// [`HomeError::Malformed`], or whatever the file system says.
    pub fn invitations(&self) -> Result<Vec<Invitation>, HomeError> {
        Ok(json_file::read(&self.file("invitations.json"))?.unwrap_or_default())
    }

    /// Adds an invitation, durably, and forgets those that expired unused a month before `now`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn add_invitation(&self, invitation: Invitation, now: Timestamp) -> Result<(), HomeError> {
        const MONTH_MS: u64 = 31 * 24 * 3600 * 1000;
        let mut all = self.invitations()?;
        all.retain(|held| held.used_by.is_some() || held.expires.saturating_add(MONTH_MS) >= now.0);
        all.push(invitation);
        let surplus = all.len().saturating_sub(MAX_INVITATIONS);
        all.drain(..surplus);
        self.set_invitations(&all)
    }

    /// Notes, durably, that `node` used the invitation with this secret; false if there
    /// is none.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn use_invitation(&self, secret: &str, node: NodeId) -> Result<bool, HomeError> {
        let mut all = self.invitations()?;
        let Some(held) = all.iter_mut().find(|held| held.secret == secret) else {
            return Ok(false);
        };
        held.used_by = Some(UsedBy(node));
        self.set_invitations(&all).map(|()| true)
    }

    /// Notes, durably, that a further node waits on the invitation with this secret.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn note_waiting(&self, secret: &str, waiting: WaitingNode) -> Result<(), HomeError> {
        let mut all = self.invitations()?;
        let held = all.iter_mut().find(|held| held.secret == secret);
        // It asks again and again: one writing is enough.
        match held.filter(|held| held.waiting.as_ref() != Some(&waiting)) {
            Some(held) => {
                held.waiting = Some(waiting);
                self.set_invitations(&all)
            }
            None => Ok(()),
        }
    }

    /// Notes, durably, the certificate of a node that waits; false if it does not.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn certify_waiting(&self, node: NodeId, certificate: String) -> Result<bool, HomeError> {
        let mut all = self.invitations()?;
        let mut waiting = all.iter_mut().filter_map(|held| held.waiting.as_mut());
        let Some(waiting) = waiting.find(|it| it.node == node) else {
            return Ok(false);
        };
        waiting.certificate = Some(certificate);
        self.set_invitations(&all).map(|()| true)
    }

    fn set_invitations(&self, all: &[Invitation]) -> Result<(), HomeError> {
        json_file::write(&self.file("invitations.json"), &all, Access::Owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation(secret: &str, expires: u64) -> Invitation {
        let purpose = Purpose::Structure {
            structure: "CCI".to_owned(),
            kind: "chamber".to_owned(),
        };
        let secret = secret.to_owned();
        Invitation {
            secret,
            purpose,
            charter: VersionId([3; 32]),
            created: 1,
            expires,
            used_by: None,
            waiting: None,
        }
    }

    #[test]
    fn an_invitation_is_good_once_until_it_expires() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        let (node, other) = (NodeId([1; 32]), NodeId([2; 32]));
        home.add_invitation(invitation("aa", 100), Timestamp(1))
            .unwrap();
        let held = home.invitations().unwrap();
        assert_eq!(held, [invitation("aa", 100)]);
        assert_eq!(held[0].standing(&node, Timestamp(100)), Standing::Open);
        assert_eq!(held[0].standing(&node, Timestamp(101)), Standing::Expired);
        assert!(home.use_invitation("aa", node).unwrap());
        assert!(!home.use_invitation("bb", node).unwrap());
        let held = home.invitations().unwrap();
        assert_eq!(
            held[0].standing(&node, Timestamp(500)),
            Standing::Open,
            "it comes again"
        );
        assert_eq!(held[0].standing(&other, Timestamp(50)), Standing::Used);
    }

    #[test]
    fn what_expired_long_ago_is_forgotten_and_a_device_is_a_purpose() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        home.add_invitation(invitation("aa", 100), Timestamp(1))
            .unwrap();
        let device = Invitation {
            purpose: Purpose::Device,
            ..invitation("bb", u64::MAX)
        };
        home.add_invitation(device.clone(), Timestamp(u64::MAX / 2))
            .unwrap();
        assert_eq!(home.invitations().unwrap(), [device]);
    }
}
