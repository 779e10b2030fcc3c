//! Blobs that nothing names any more: attachments that were detached, sealed parts that another
//! seal replaced.
//!
//! Their files go a month after they were first found so, and not at once. What detached them may
//! come to count no longer: a stolen laptop could otherwise burn every photograph and every
//! identity before its structure revokes it. What is to go at once is erased, which the owner's
//! root agrees to. Here time is this computer's own: no two nodes need to agree on it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sync_protocol::entry::Kind;
use sync_protocol::id::BlobHash;
use sync_protocol::seal::body::Seal;
use sync_protocol::time::Timestamp;

use crate::api::ApiError;
use crate::sealing::{self, Part};

use super::clock;
use super::erasure::hashes_in;
use super::member::{Member, lock};

/// Name of the store's value that says since when blobs are named by nothing.
const NOTED: &str = "blobs/unnamed";
/// How long such a blob is kept.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(3600);
/// A hash and a time.
const NOTE_BYTES: usize = 40;

impl Member {
    /// Looks at blobs that nothing names, if that was not done for a while.
    pub(super) fn sweep_blobs_at_times(&self) {
        let now = clock::now();
        {
            let mut last = lock(&self.blob_work.swept);
            let since = last.map(|last: Timestamp| now.0.abs_diff(last.0));
            if since.is_some_and(|millis| u128::from(millis) < EVERY.as_millis()) {
                return;
            }
            *last = Some(now);
        }
        if let Err(error) = self.sweep_blobs(now) {
            tracing::error!(%error, "blobs that nothing names could not be looked at");
            self.alarm(error);
        }
    }

    /// Deletes the files of blobs that nothing has named for a month, as of `now`, and notes those
    /// that nothing names from now on; returns how many went.
    pub(super) fn sweep_blobs(&self, now: Timestamp) -> Result<usize, ApiError> {
        let before = self.noted_unnamed()?;
        let Some(kept) = self.blobs_to_leave_alone()? else {
            return Ok(0);
        };
        let mut noted = BTreeMap::new();
        let mut gone = 0;
        for (hash, _) in self.blobs.all() {
            if kept.contains(&hash) {
                continue;
            }
            // A clock that went back makes it wait longer, never less.
            let since = before.get(&hash).copied().unwrap_or(now);
            let kept_for = u128::from(now.0.saturating_sub(since.0));
            if kept_for >= KEPT_FOR.as_millis() {
                self.delete_blob(&hash)?;
                gone += 1;
            } else {
                noted.insert(hash, since);
            }
        }
        if noted != before {
            self.note_unnamed(&noted)?;
        }
        if gone > 0 {
            tracing::info!(gone, "blobs that nothing names were deleted");
        }
        Ok(gone)
    }

    /// What something names, or may come to: none where that cannot be told for now.
    fn blobs_to_leave_alone(&self) -> Result<Option<BTreeSet<BlobHash>>, ApiError> {
        let entries = self.reader.sealing(None)?;
        let uncounted = RefCell::new(BTreeSet::new());
        let all = sealing::gather(self.network, &entries, &|entry, creator| {
            let counted = self.counts(entry, creator);
            if counted.is_none()
                && entry.header.kind == Kind::SEAL
                && let Ok(seal) = Seal::decode(entry.body.as_deref().unwrap_or_default())
            {
                uncounted.borrow_mut().insert(seal.sealed.blob);
            }
            counted
        });
        let mut kept = uncounted.into_inner();
        let parts = all.iter().flat_map(|(_, sealed)| sealed.parts());
        kept.extend(parts.flat_map(Part::blobs_that_wait));
        kept.extend(self.named_blobs()?);
        let Some(bodies) = self.reader.bodies_that_wait()? else {
            return Ok(None);
        };
        kept.extend(bodies.iter().flat_map(|body| hashes_in(body)));
        // What lies in the journals and was not followed yet may name any of them.
        let positions = self.replica().positions();
        let behind = (self.journals.tips().into_iter())
            .any(|(author, tip)| positions.get(&author).copied().unwrap_or(0) < tip.seq);
        Ok((!behind).then_some(kept))
    }

    fn noted_unnamed(&self) -> Result<BTreeMap<BlobHash, Timestamp>, ApiError> {
        let noted = self.journals.get_meta(NOTED)?.unwrap_or_default();
        let (notes, _) = noted.as_chunks::<NOTE_BYTES>();
        let read = |note: &[u8; NOTE_BYTES]| {
            let (hash, time) = note.split_first_chunk::<32>()?;
            let time = time.first_chunk::<8>()?;
            Some((BlobHash(*hash), Timestamp(u64::from_be_bytes(*time))))
        };
        Ok(notes.iter().filter_map(read).collect())
    }

    fn note_unnamed(&self, noted: &BTreeMap<BlobHash, Timestamp>) -> Result<(), ApiError> {
        let bytes: Vec<u8> = noted
            .iter()
            .flat_map(|(hash, since)| [&hash.0[..], &since.0.to_be_bytes()].concat())
            .collect();
        let value = (!bytes.is_empty()).then_some(bytes.as_slice());
        Ok(self.journals.put_meta(NOTED, value)?)
    }
}
