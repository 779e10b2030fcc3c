//! Carrying out: what erasures name is deleted here, durably, and this node says so.
//!
//! In steps that a crash may interrupt anywhere, since each does nothing where nothing is left to
//! do: blobs; bodies out of stored runs and outbox, both written anew so that no file keeps them; copies
//! that a repair kept; the read model; then the entry that acknowledges. Until that is written all
//! of it is done again when the node opens.

use std::collections::BTreeSet;
use std::fs;

use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{BlobHash, EntryId};
use sync_protocol::seal::body::Seal;
use sync_protocol::seal::erase::state::Fate;
use sync_protocol::seal::erase::{Erased, MAX_ACKNOWLEDGED, Scope};

use crate::api::ApiError;
use crate::fuse::step;
use crate::home::atomic;
use crate::node::errors::of_file;
use crate::replica::{ErasureRuling, Loose};

use super::super::member::{Member, lock};

/// What a home keeps of how it was before a repair, by the beginning of its name.
const KEPT: [&str; 4] = ["kept-", "store.kept-", "store.mended", "store.scratch"];

impl Member {
    /// Carries out what erasures ask for and this node has not done yet.
    pub(in crate::node) fn carry_out_erasures(&self) -> Result<(), ApiError> {
        let mut deleted = lock(&self.erasing.deleted);
        let ruling = self.erasing.ruling();
        self.delete_erased_files(&ruling)?;
        let of_sealed = &ruling.hiding | &self.own_erasures(&ruling);
        let (due, sealed) = {
            let replica = self.replica();
            (
                replica.not_carried_out(&self.me, &ruling.deleting, Scope::All)?,
                replica.not_carried_out(&self.me, &of_sealed, Scope::Sealed)?,
            )
        };
        if due.is_empty() && sealed.is_empty() && !ruling.late {
            return Ok(());
        }
        let todo: BTreeSet<(EntryId, Scope)> = (due.iter().map(|it| (*it, Scope::All)))
            .chain(sealed.iter().map(|it| (*it, Scope::Sealed)))
            .collect();
        // What takes files alone is done; bodies go out of all that is stored.
        let takes_bodies =
            |id: &EntryId| !ruling.of_files.contains(id) && !ruling.own.contains_key(id);
        let mut of_bodies = todo.iter().filter(|(id, _)| takes_bodies(id));
        if ruling.late || of_bodies.any(|it| !deleted.contains(it)) {
            let named = self.journals.named_by(&ruling.bodies)?;
            self.delete_blobs_of(&named)?;
            let bodies = self.journals.leave_out(&named)?;
            self.journals.leave_out_aside(&ruling.bodies)?;
            self.journals.leave_out_of_proofs(&ruling.bodies)?;
            lock(&self.outbox).leave_out(&ruling.bodies)?;
            self.journals.rewrite()?;
            self.remove_kept_copies()?;
            step("the read model is written anew");
            self.replica().scrub()?;
            lock(&self.erasing.ruling).late = false;
            tracing::info!(bodies, erasures = todo.len(), "erasures were carried out");
            deleted.extend(todo);
        }
        step("it is acknowledged");
        self.acknowledge(Scope::All, &due)?;
        self.acknowledge(Scope::Sealed, &sealed)
    }

    /// The erasures of own copies that are this structure's.
    fn own_erasures(&self, ruling: &ErasureRuling) -> BTreeSet<EntryId> {
        let own = ruling
            .own
            .iter()
            .filter(|(_, whose)| **whose == self.structure);
        own.map(|(id, _)| *id).collect()
    }

    /// Deletes the files of blobs that are erased of records that stay: those of sealed parts, as far
    /// as their seals are here, and those that are not sealed. Whatever comes later goes as well.
    fn delete_erased_files(&self, ruling: &ErasureRuling) -> Result<(), ApiError> {
        let mut blobs = ruling.partly.deleted_blobs();
        let own = |it: &&Loose| {
            ruling.partly.part(&it.record, &it.part, &self.structure) == Fate::Deleted
        };
        blobs.extend(ruling.loose.iter().filter(own).filter_map(|it| it.blob));
        self.delete_unless_named(blobs)
    }

    /// Deletes the blobs that these entries name: sealed parts, and attachments that no other record
    /// names. Before the bodies that name them, so that nothing is forgotten by a crash.
    fn delete_blobs_of(&self, named: &BTreeSet<Place>) -> Result<(), ApiError> {
        let mut blobs = BTreeSet::new();
        for place in named {
            let Some(entry) = self.journals.entry(self.network, place)? else {
                continue;
            };
            let body = entry.body.as_deref().unwrap_or_default();
            match entry.header.kind {
                Kind::SEAL => blobs.extend(Seal::decode(body).map(|seal| seal.sealed.blob)),
                Kind::CREATE | Kind::CHANGE => blobs.extend(hashes_in(body)),
                _ => {}
            }
        }
        self.delete_unless_named(blobs)
    }

    fn delete_unless_named(&self, mut blobs: BTreeSet<BlobHash>) -> Result<(), ApiError> {
        blobs.retain(|hash| self.blobs.has_file(hash));
        if blobs.is_empty() {
            return Ok(());
        }
        let elsewhere = self.named_blobs()?;
        for hash in blobs.difference(&elsewhere) {
            self.delete_blob(hash)?;
        }
        Ok(())
    }

    /// Says that these are carried out. A node that may not write says it when it may again.
    fn acknowledge(&self, scope: Scope, due: &BTreeSet<EntryId>) -> Result<(), ApiError> {
        if due.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.require_own_journal() {
            tracing::warn!(%error, "erasures are carried out and cannot be acknowledged yet");
            return Ok(());
        }
        let due: Vec<EntryId> = due.iter().copied().collect();
        for some in due.chunks(MAX_ACKNOWLEDGED) {
            let said = Erased {
                scope,
                erases: some.to_vec(),
            };
            self.say(Kind::ERASED, said.encode())?;
        }
        Ok(())
    }

    /// Removes what repairs kept: nothing can be cut out of a store that does not open.
    fn remove_kept_copies(&self) -> Result<(), ApiError> {
        let folder = self.home.directory();
        let failed = |error| of_file(folder, &error);
        let mut removed = atomic::remove_cut_short(folder).map_err(failed)?;
        for item in fs::read_dir(folder).map_err(failed)? {
            let item = item.map_err(failed)?;
            let name = item.file_name();
            let name = name.to_string_lossy();
            if !KEPT.iter().any(|kept| name.starts_with(kept)) {
                continue;
            }
            let path = item.path();
            step("a copy that a repair kept goes");
            let gone = match path.is_dir() {
                true => fs::remove_dir_all(&path),
                false => fs::remove_file(&path),
            };
            gone.map_err(|error| of_file(&path, &error))?;
            removed = true;
        }
        if removed {
            atomic::sync_directory(folder).map_err(failed)?;
        }
        Ok(())
    }
}

/// Whatever reads as a blob's hash in the body of a change: attachments are named so, and what is
/// none is held by nobody.
pub(in crate::node) fn hashes_in(body: &[u8]) -> BTreeSet<BlobHash> {
    let digits = |bytes: &&[u8]| {
        let mut bytes = bytes.iter();
        bytes.all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    };
    body.windows(64)
        .filter(digits)
        .filter_map(|bytes| std::str::from_utf8(bytes).ok()?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_found_wherever_it_stands_in_a_change() {
        let hash = BlobHash([0x5A; 32]);
        let body = [
            b"\x08ab",
            hash.to_string().as_bytes(),
            b" 12 image/png a.png",
        ]
        .concat();
        assert!(hashes_in(&body).contains(&hash));
        assert!(hashes_in(b"no hash at all").is_empty());
    }
}
