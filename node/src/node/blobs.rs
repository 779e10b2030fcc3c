//! Blobs as the node's other work meets them: which are wanted here, which only this node holds, and
//! how they travel with backups.
//!
//! A sealed part that stands is kept by the record's owner, those who read it, and the coordinator,
//! whose node relays; an attachment by every node. What is wanted is told to running
//! synchronisation, smallest first, as far as the quota has room: a node that is full asks for no
//! more, and says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::frame::MAX_BLOB_BYTES;
use sync_protocol::id::{BlobHash, RecordId, StructureId};
use sync_protocol::seal::body::Seal;
use sync_protocol::seal::erase::state::Fate;
use sync_protocol::time::Timestamp;
use zip::write::SimpleFileOptions;

use crate::api::{ApiError, Detail};
use crate::blobs::{BlobError, megabytes};
use crate::registry::Attachment;
use crate::replica::{Authority, Deed, Ruling, What};
use crate::sealing;

use super::errors::of_file;
use super::member::governance::Governance;
use super::member::{Member, lock};

/// Where a backup keeps them.
const FOLDER: &str = "blobs/";
/// Name of the store's value that lists the blobs which were given to nobody yet.
const UNGIVEN: &str = "blobs/ungiven";
/// How many are asked for at a time.
const WANTED_AT_ONCE: usize = 1_024;
/// How long a command that synchronises waits for peers to fetch what only this node holds.
const GIVING_TIME: Duration = Duration::from_secs(5);

/// What of blobs goes on while the node is open.
#[derive(Debug, Default)]
pub(super) struct BlobWork {
    /// What seals want, and for which entries and charter that is so.
    needs: Mutex<Option<(NeedsOf, Needs)>>,
    /// What synchronisation was told last that is still to come.
    told: Mutex<BTreeSet<BlobHash>>,
    /// Blobs made here that no other node was given yet.
    ungiven: Mutex<BTreeSet<BlobHash>>,
    given: Condvar,
    /// When blobs that nothing names were looked for last.
    pub(super) swept: Mutex<Option<Timestamp>>,
}

type NeedsOf = ((i64, i64), Arc<Governance>);

/// The blobs of seals that stand.
#[derive(Clone, Debug, Default)]
struct Needs {
    sizes: BTreeMap<BlobHash, u64>,
    keepers: BTreeMap<BlobHash, BTreeSet<StructureId>>,
}

/// What is to come.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Blobs that this node asks for, smallest first.
    pub(super) fetched: Vec<BlobHash>,
    /// How many it would keep and has no room for.
    without_room: usize,
}

impl Wanted {
    /// How many this node should hold and does not.
    pub(super) const fn missing(&self) -> usize {
        self.fetched.len() + self.without_room
    }
}

impl Member {
    /// Whose an entry about a sealed part is, and whether they owned the record then; none while the
    /// charter does not let it count.
    pub(super) fn counts(
        &self,
        entry: &Entry,
        creator: &StructureId,
    ) -> Option<(StructureId, bool)> {
        if self.is_of_erased_part(entry) {
            return None;
        }
        let structure = self.structure_of(&entry.header.author)?;
        // Who may seal and grant is told by the seals; the charter asks for a member in good time.
        let deed = Deed {
            collection: "holder".to_owned(),
            what: What::Report,
            territory: Vec::new(),
            theme: None,
        };
        if self.authority().rule(entry, &[deed]) != Ruling::Counts {
            return None;
        }
        let charter = self.charter();
        let cited = charter.version(&entry.header.charter);
        let is_for = |owner: &StructureId| {
            cited.map_or(*owner, |version| version.successor_of(*owner)) == structure
        };
        // Whoever owned the record or came to: what was sealed before it passed on stands.
        let owners = self.owners_at(entry.header.subject.as_ref());
        let as_owner = is_for(creator) || owners.iter().any(is_for);
        Some((structure, as_owner))
    }

    /// What seals want depends on whose records are, which changed.
    pub(super) fn forget_needs(&self) {
        *lock(&self.blob_work.needs) = None;
    }

    /// The blobs of the seals that stand, of all records.
    fn needs(&self) -> Result<Needs, ApiError> {
        let (version, authority) = (self.reader.sealing_version()?, self.authority());
        let mut known = lock(&self.blob_work.needs);
        if let Some(((of_version, of_authority), needs)) = &*known
            && *of_version == version
            && Arc::ptr_eq(of_authority, &authority)
        {
            return Ok(needs.clone());
        }
        let entries = self.reader.sealing(None)?;
        let all = sealing::gather(self.network, &entries, &|entry, creator| {
            self.counts(entry, creator)
        });
        let (coordinator, mut needs) = {
            let charter = self.charter();
            (charter.current().1.coordinator(), Needs::default())
        };
        let partly = self.partly_erased();
        for (creator, sealed) in all {
            let owner = self.charter().heir_of(creator);
            for (_, stated, readers) in sealed.parts().flat_map(sealing::Part::heads) {
                // Who erased their own copies wants none.
                let part = &stated.seal.part;
                let keeps = |it: &StructureId| partly.part(&sealed.record, part, it) == Fate::Kept;
                let blob = stated.seal.sealed.blob;
                needs.sizes.insert(blob, u64::from(stated.seal.sealed.size));
                let keepers = needs.keepers.entry(blob).or_default();
                let all = readers.iter().copied().chain([owner]).chain(coordinator);
                keepers.extend(all.filter(keeps));
            }
        }
        *known = Some(((version, authority), needs.clone()));
        Ok(needs)
    }

    /// The blobs that some record names, hidden ones too: those of seals that stand, attachments.
    pub(super) fn named_blobs(&self) -> Result<BTreeSet<BlobHash>, ApiError> {
        let mut named: BTreeSet<BlobHash> = self.needs()?.sizes.keys().copied().collect();
        let partly = self.partly_erased();
        let attached = self.attached_by(true)?.into_iter();
        let attached = attached.filter(|(record, it)| partly.blob(record, it.blob) < Fate::Deleted);
        named.extend(attached.map(|(_, it)| it.blob));
        Ok(named)
    }

    /// The attachments that records name, those of removed ones with `removed_too`.
    pub(super) fn attached_by(
        &self,
        removed_too: bool,
    ) -> Result<Vec<(RecordId, Attachment)>, ApiError> {
        let attached = self.reader.attachments(removed_too)?.into_iter();
        let read = attached.filter_map(|(record, it)| Some((record, it.parse().ok()?)));
        Ok(read.collect())
    }

    /// The blobs that nodes of a structure should keep, or those of any, with their sizes.
    pub(super) fn blobs_to_keep(
        &self,
        structure: Option<&StructureId>,
    ) -> Result<BTreeMap<BlobHash, u64>, ApiError> {
        let needs = self.needs()?;
        let keeps = |hash: &BlobHash| match structure {
            None => true,
            Some(structure) => (needs.keepers.get(hash)).is_some_and(|it| it.contains(structure)),
        };
        let mut kept: BTreeMap<BlobHash, u64> = needs
            .sizes
            .iter()
            .filter(|(hash, _)| keeps(hash))
            .map(|(hash, size)| (*hash, *size))
            .collect();
        let partly = self.partly_erased();
        for (record, Attachment { blob, size, .. }) in self.attached_by(false)? {
            if partly.blob(&record, blob) == Fate::Kept {
                kept.insert(blob, size);
            }
        }
        Ok(kept)
    }

    /// The blobs that this node should hold and does not.
    pub(super) fn wanted_blobs(&self) -> Result<Wanted, ApiError> {
        let kept = self.blobs_to_keep(Some(&self.structure))?;
        let mut missing: Vec<(u64, BlobHash)> = kept
            .into_iter()
            .filter(|(hash, _)| !self.blobs.holds(hash))
            .map(|(hash, size)| (size, hash))
            .collect();
        missing.sort_unstable();
        let mut wanted = Wanted::default();
        let mut bytes = 0u64;
        for (size, hash) in missing {
            bytes = bytes.saturating_add(size);
            if self.blobs.has_room(bytes) {
                wanted.fetched.push(hash);
            } else {
                wanted.without_room += 1;
            }
        }
        Ok(wanted)
    }

    /// Tells running synchronisation which blobs are wanted, where that changed.
    pub(super) fn review_blobs(&self) -> Result<(), ApiError> {
        self.sweep_blobs_at_times();
        let wanted = self.wanted_blobs()?;
        let first = wanted.fetched.get(..WANTED_AT_ONCE);
        let first = first.unwrap_or(&wanted.fetched);
        let told: BTreeSet<BlobHash> = first.iter().copied().collect();
        let mut before = lock(&self.blob_work.told);
        if *before != told && self.tell_wanted(first) {
            *before = told;
        }
        Ok(())
    }

    /// Synchronisation starts: it knows of no wish yet.
    pub(super) fn begin_with_blobs(&self) {
        lock(&self.blob_work.told).clear();
        if let Err(error) = self.review_blobs() {
            tracing::error!(%error, "the blobs that are wanted cannot be told");
            self.alarm(error);
        }
    }

    /// Keeps a blob that a peer sent.
    pub(super) fn keep_sent_blob(&self, hash: &BlobHash, bytes: &[u8]) {
        if let Err(error) = self.blobs.take(hash, bytes) {
            tracing::error!(%error, "a blob that arrived could not be kept");
            self.alarm(error.into());
        }
        // It may have been erased while it was on its way.
        let kept = self.blobs_to_keep(Some(&self.structure));
        if kept.is_ok_and(|kept| !kept.contains_key(hash))
            && let Err(error) = self.delete_blob(hash)
        {
            tracing::error!(%error, "a blob that is wanted no more could not be deleted");
            self.alarm(error);
        }
        let mut told = lock(&self.blob_work.told);
        told.remove(hash);
        let all_came = told.is_empty();
        drop(told);
        if all_came {
            // There may be more than were told at once.
            self.follower.look_for_blobs();
        }
    }

    /// Keeps a blob made here, before the entry that names it is written.
    pub(super) fn keep_own_blob(&self, bytes: &[u8]) -> Result<BlobHash, ApiError> {
        let hash = self.blobs.put(bytes)?;
        let mut ungiven = lock(&self.blob_work.ungiven);
        if ungiven.insert(hash) {
            self.note_ungiven(&ungiven)?;
        }
        Ok(hash)
    }

    /// Deletes a blob from this node: nothing names it any more, or it was erased.
    pub(super) fn delete_blob(&self, hash: &BlobHash) -> Result<bool, ApiError> {
        let deleted = self.blobs.delete(hash)?;
        self.forget_ungiven(hash)?;
        Ok(deleted)
    }

    /// Another node was sent the whole of a blob.
    pub(super) fn forget_ungiven(&self, hash: &BlobHash) -> Result<(), ApiError> {
        let mut ungiven = lock(&self.blob_work.ungiven);
        if ungiven.remove(hash) {
            self.note_ungiven(&ungiven)?;
        }
        drop(ungiven);
        self.blob_work.given.notify_all();
        Ok(())
    }

    fn note_ungiven(&self, ungiven: &BTreeSet<BlobHash>) -> Result<(), ApiError> {
        let bytes: Vec<u8> = ungiven.iter().flat_map(|hash| hash.0).collect();
        let noted = (!bytes.is_empty()).then_some(bytes.as_slice());
        Ok(self.journals.put_meta(UNGIVEN, noted)?)
    }

    /// Reads which blobs were given to nobody when the node was last open.
    pub(super) fn read_ungiven(&self) -> Result<(), ApiError> {
        let noted = self.journals.get_meta(UNGIVEN)?.unwrap_or_default();
        let (hashes, _) = noted.as_chunks::<32>();
        let mut ungiven = lock(&self.blob_work.ungiven);
        ungiven.extend(hashes.iter().map(|hash| BlobHash(*hash)));
        // A write that was cut short names blobs that nobody will hear of.
        let before = ungiven.len();
        ungiven.retain(|hash| self.blobs.holds(hash));
        if ungiven.len() < before {
            // So does a deletion; of what was erased not even the hash stays.
            self.note_ungiven(&ungiven)?;
        }
        Ok(())
    }

    /// Deletes what a crash left behind: a blob made here whose entry was never written, so that nobody
    /// will ever hear of it.
    pub(super) fn delete_unnamed_blobs(&self) -> Result<(), ApiError> {
        let mut unnamed = lock(&self.blob_work.ungiven).clone();
        if unnamed.is_empty() || self.require_own_journal().is_err() {
            // What is missing of the own journal may name them.
            return Ok(());
        }
        for named in self.named_blobs()? {
            unnamed.remove(&named);
        }
        // What no seal that stands and no record names any more was named once.
        let tip = self.journals.tip(&self.me).seq;
        for seq in (1..=tip).rev() {
            if unnamed.is_empty() {
                break;
            }
            let place = Place {
                author: self.me,
                seq,
            };
            let Some(entry) = self.journals.entry(self.network, &place)? else {
                continue;
            };
            let body = entry.body.as_deref().unwrap_or_default();
            match entry.header.kind {
                Kind::SEAL => {
                    if let Ok(seal) = Seal::decode(body) {
                        unnamed.remove(&seal.sealed.blob);
                    }
                }
                Kind::CREATE | Kind::CHANGE => unnamed.retain(|hash| !names(body, hash)),
                _ => {}
            }
        }
        for hash in &unnamed {
            tracing::info!(%hash, "a blob whose entry was never written is deleted");
            self.delete_blob(hash)?;
        }
        Ok(())
    }

    /// Waits until peers of these structures have fetched what only this node holds and they should
    /// keep: the entries that name it have just reached them. They ask within moments or not at all.
    pub(super) fn give_blobs(&self, reached: &BTreeSet<StructureId>) -> Result<(), ApiError> {
        let needs = self.needs()?;
        let concerns = |hash: &BlobHash| match needs.keepers.get(hash) {
            Some(keepers) => !keepers.is_disjoint(reached),
            None => !needs.sizes.contains_key(hash) && !reached.is_empty(),
        };
        let since = Instant::now();
        let mut ungiven = lock(&self.blob_work.ungiven);
        let mut left = ungiven.len();
        let mut patience = GIVING_TIME;
        while ungiven.iter().any(concerns) && since.elapsed() < patience {
            let waited = self.blob_work.given.wait_timeout(ungiven, patience);
            ungiven = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
            if ungiven.len() < left {
                left = ungiven.len();
                patience = since.elapsed() + GIVING_TIME;
            }
        }
        Ok(())
    }

    /// What `status` says of blobs, with its warnings.
    pub(super) fn blob_status(&self) -> Result<(Value, Vec<Detail>), ApiError> {
        let stats = self.blobs.stats();
        let wanted = self.wanted_blobs()?;
        let ungiven = lock(&self.blob_work.ungiven).len();
        let answer = json!({
            "held": stats.count,
            "bytes": stats.bytes,
            "quota_bytes": stats.quota_bytes,
            "waiting": wanted.missing(),
            "ungiven": ungiven,
        });
        let mut warnings = Vec::new();
        if wanted.without_room > 0 {
            let args = vec![
                ("count", wanted.without_room.to_string()),
                ("quota", megabytes(stats.quota_bytes)),
            ];
            let text = "blobs are not fetched: the quota is reached";
            warnings.push(Detail::new("blob_quota_reached", args, text.to_owned()));
        }
        Ok((answer, warnings))
    }

    /// Writes every blob into a backup. A damaged one is left out, and people hear of it.
    pub(super) fn back_up_blobs(
        &self,
        archive: &mut zip::ZipWriter<impl Write + std::io::Seek>,
        path: &Path,
    ) -> Result<(), ApiError> {
        // Sealed parts and photographs do not compress.
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (hash, _) in self.blobs.all() {
            let bytes = match self.blobs.read(&hash) {
                Ok(bytes) => bytes,
                Err(error @ BlobError::File(_)) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(%error, "a blob is not in the backup");
                    self.alarm(error.into());
                    continue;
                }
            };
            archive
                .start_file(format!("{FOLDER}{hash}"), stored)
                .map_err(|error| of_file(path, &error.into()))?;
            archive
                .write_all(&bytes)
                .map_err(|error| of_file(path, &error))?;
        }
        Ok(())
    }

    /// Takes the blobs of a backup, as far as they are what they are named by.
    pub(super) fn restore_blobs(
        &self,
        archive: &mut zip::ZipArchive<File>,
        path: &Path,
    ) -> Result<(), ApiError> {
        for at in 0..archive.len() {
            let part = archive
                .by_index(at)
                .map_err(|error| of_file(path, &error.into()))?;
            let name = part.name().map_err(|error| of_file(path, &error.into()))?;
            let hash = name.strip_prefix(FOLDER).map(str::parse::<BlobHash>);
            let Some(Ok(hash)) = hash else { continue };
            let mut bytes = Vec::new();
            part.take(MAX_BLOB_BYTES + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| of_file(path, &error))?;
            match self.blobs.take(&hash, &bytes) {
                Ok(()) => {}
                Err(error @ BlobError::File(_)) => return Err(error.into()),
                // A partner that holds it is asked for it.
                Err(error) => tracing::warn!(%error, "a blob of the backup was not taken"),
            }
        }
        Ok(())
    }
}

/// Whether the body of a change names a blob: attachments are named by it in hexadecimal.
fn names(body: &[u8], hash: &BlobHash) -> bool {
    let hash = hash.to_string();
    body.windows(hash.len()).any(|at| at == hash.as_bytes())
}
