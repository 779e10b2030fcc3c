//! Entries of authority that a peer showed when it parted with this node.
//!
//! Journals come to members only, so a node that was voted out would never hear of the last vote.
//! What it was shown is kept beside the store and believed like any other entry: each carries its
//! author's signature, and counts as far as it raises the version in force. A node that goes on taking part
//! keeps none of it, since the journals bring it.

use sync_protocol::authority::SignedEntry;
use sync_protocol::charter::Charter;
use sync_protocol::id::NetworkId;

use crate::api::ApiError;
use crate::node::member::{Member, lock};
use crate::store::{Journals, StoreError};

/// Name of the store's value that holds them, each after its length.
const SHOWN: &str = "charter/shown";
/// The most bytes that are kept: a peer shows versions and votes above ours, a few hundred bytes
/// each, and the largest charter takes a quarter of this.
const MAX_BYTES: usize = 1024 * 1024;

/// The entries that were shown and that hold.
///
/// # Errors
/// What the store says.
pub(in crate::node) fn entries(
    journals: &Journals,
    network: NetworkId,
) -> Result<Vec<SignedEntry>, StoreError> {
    let kept = journals.get_meta(SHOWN)?.unwrap_or_default();
    let mut rest = kept.as_slice();
    let mut entries = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((bytes, behind)) = behind.split_at_checked(length) else {
            break;
        };
        entries.extend(
            SignedEntry::decode(bytes)
                .ok()
                .filter(|it| it.holds(network)),
        );
        rest = behind;
    }
    Ok(entries)
}

fn encode(entries: &[SignedEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        let encoded = entry.encode();
        let length = u32::try_from(encoded.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&encoded);
    }
    bytes
}

impl Member {
    /// Believes what a peer showed, if by it this node takes part no more.
    pub(in crate::node) fn heed_shown(&self, shown: &[SignedEntry]) {
        let _one_at_a_time = lock(&self.follower.receiving);
        let parts = {
            let charter = self.charter();
            let mut after = Charter::clone(&charter);
            after.believe(shown.iter().map(|held| &held.entry));
            charter.takes_part(&self.me) && !after.takes_part(&self.me)
        };
        if !parts {
            return;
        }
        let kept = self.keep_shown(shown);
        match kept {
            // Durable first: what this node says of itself must not change with a restart.
            Ok(false) => tracing::warn!("a peer showed more of the charter than is kept"),
            Ok(true) => {
                self.believe(shown);
            }
            Err(error) => tracing::warn!(%error, "what a peer showed could not be kept"),
        }
    }

    /// Keeps entries that were shown, durably; returns whether there was room.
    fn keep_shown(&self, shown: &[SignedEntry]) -> Result<bool, ApiError> {
        let mut all = entries(&self.journals, self.network)?;
        for entry in shown {
            if all.iter().all(|held| held.entry.id != entry.entry.id) {
                all.push(entry.clone());
            }
        }
        let bytes = encode(&all);
        if bytes.len() > MAX_BYTES {
            return Ok(false);
        }
        self.journals.put_meta(SHOWN, Some(&bytes))?;
        Ok(true)
    }

    /// Every entry that carries authority: those of the journals, and those only shown.
    pub(in crate::node) fn authority_entries(&self) -> Result<Vec<SignedEntry>, ApiError> {
        let mut all = self.journals.authority()?;
        for shown in entries(&self.journals, self.network)? {
            if all.iter().all(|held| held.entry.id != shown.entry.id) {
                all.push(shown);
            }
        }
        Ok(all)
    }
}
