//! Blobs beside the journals: sealed parts and attachments, each a file named by its hash.
//!
//! A blob is written to a temporary file, synced, renamed, and its directory synced, before anybody
//! hears that it is held. It is verified by size and hash whenever it is read; one that is damaged
//! is put aside and counts as not held, so that a peer is asked for it again. Nothing is dropped to
//! make room: a store that is full takes no more. What a blob means is others' business.
//! Source: docs/protocol.md, sections 8 and 14.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use sync_protocol::frame::MAX_BLOB_BYTES;
use sync_protocol::id::BlobHash;

use crate::fuse::step;
use crate::home::atomic::{self, Access};
use crate::home::create_private;

mod error;

pub use error::BlobError;
pub(crate) use error::megabytes;

/// What a damaged blob's file is called besides.
const DAMAGED: &str = ".damaged";

/// The blobs of one home.
#[derive(Debug)]
pub struct BlobStore {
    directory: PathBuf,
    quota_bytes: u64,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    sizes: BTreeMap<BlobHash, u64>,
    bytes: u64,
}

impl Held {
    fn add(&mut self, hash: BlobHash, size: u64) {
        if self.sizes.insert(hash, size).is_none() {
            self.bytes += size;
        }
    }

    fn remove(&mut self, hash: &BlobHash) {
        if let Some(size) = self.sizes.remove(hash) {
            self.bytes = self.bytes.saturating_sub(size);
        }
    }
}

/// How much is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlobStats {
    /// Blobs.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How many bytes there may be.
    pub quota_bytes: u64,
}

/// The hash of a blob's bytes.
#[must_use]
pub fn hash_of(bytes: &[u8]) -> BlobHash {
    BlobHash(Sha256::digest(bytes).into())
}

impl BlobStore {
    /// Opens the store in `directory`, which is made where it does not exist, and removes what a
    /// write that was cut short left behind.
    ///
    /// # Errors
    /// The directory cannot be made or read.
    pub fn open(directory: &Path, quota_bytes: u64) -> Result<Self, BlobError> {
        let failed = |error| BlobError::file("open", directory, error);
        if !directory.is_dir() {
            create_private(directory).map_err(failed)?;
            atomic::sync_parent(directory).map_err(failed)?;
        }
        let mut held = Held::default();
        for item in fs::read_dir(directory).map_err(failed)? {
            let item = item.map_err(failed)?;
            let name = item.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') && name.ends_with(".new") {
                let path = item.path();
                fs::remove_file(&path).map_err(|error| BlobError::file("remove", &path, error))?;
            } else if let Ok(hash) = name.parse::<BlobHash>() {
                held.add(hash, item.metadata().map_err(failed)?.len());
            }
        }
        Ok(Self {
            directory: directory.to_owned(),
            quota_bytes,
            held: Mutex::new(held),
        })
    }

    /// Whether the blob is held.
    #[must_use]
    pub fn holds(&self, hash: &BlobHash) -> bool {
        self.held().sizes.contains_key(hash)
    }

    /// Whether there is a file of it at all: held, or damaged and put aside.
    #[must_use]
    pub fn has_file(&self, hash: &BlobHash) -> bool {
        self.holds(hash) || self.aside(hash).exists()
    }

    /// Whether so many bytes more are within the quota.
    #[must_use]
    pub fn has_room(&self, bytes: u64) -> bool {
        self.held().bytes.saturating_add(bytes) <= self.quota_bytes
    }

    /// How much is held.
    #[must_use]
    pub fn stats(&self) -> BlobStats {
        let held = self.held();
        BlobStats {
            count: held.sizes.len() as u64,
            bytes: held.bytes,
            quota_bytes: self.quota_bytes,
        }
    }

    /// Every blob that is held, with its size.
    #[must_use]
    pub fn all(&self) -> Vec<(BlobHash, u64)> {
        let held = self.held();
        held.sizes
            .iter()
            .map(|(hash, size)| (*hash, *size))
            .collect()
    }

    /// Keeps a blob; durable once it returns. One that is held already is left as it is.
    ///
    /// # Errors
    /// Larger than any blob may be, no room within the quota, or whatever the file system says.
    pub fn put(&self, bytes: &[u8]) -> Result<BlobHash, BlobError> {
        let hash = hash_of(bytes);
        let size = bytes.len() as u64;
        if size > MAX_BLOB_BYTES {
            return Err(BlobError::TooLarge {
                actual: size,
                limit: MAX_BLOB_BYTES,
            });
        }
        if self.holds(&hash) {
            return Ok(hash);
        }
        if !self.has_room(size) {
            let stats = self.stats();
            return Err(BlobError::OverQuota {
                needed: size,
                held: stats.bytes,
                quota: stats.quota_bytes,
            });
        }
        let path = self.path(&hash);
        atomic::write(&path, bytes, Access::Owner)
            .map_err(|error| BlobError::file("write", &path, error))?;
        self.held().add(hash, size);
        Ok(hash)
    }

    /// Keeps a blob that somebody else sent under that hash.
    ///
    /// # Errors
    /// [`BlobError::OtherBlob`], or as [`BlobStore::put`].
    pub fn take(&self, hash: &BlobHash, bytes: &[u8]) -> Result<(), BlobError> {
        if hash_of(bytes) != *hash {
            return Err(BlobError::OtherBlob { hash: *hash });
        }
        self.put(bytes).map(drop)
    }

    /// A blob, verified.
    ///
    /// # Errors
    /// It is not held, or is damaged: then it is put aside, and is not held any more.
    pub fn read(&self, hash: &BlobHash) -> Result<Vec<u8>, BlobError> {
        let size = self.held().sizes.get(hash).copied();
        let stated = size.ok_or(BlobError::NotHeld { hash: *hash })?;
        let path = self.path(hash);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.held().remove(hash);
                return Err(BlobError::NotHeld { hash: *hash });
            }
            Err(error) => return Err(BlobError::file("read", &path, error)),
        };
        let actual = bytes.len() as u64;
        if actual == stated && hash_of(&bytes) == *hash {
            return Ok(bytes);
        }
        self.put_aside(hash);
        Err(if actual == stated {
            BlobError::Damaged { hash: *hash }
        } else {
            BlobError::Truncated {
                hash: *hash,
                stated,
                actual,
            }
        })
    }

    /// How long the blob is, and a piece of it from `offset` on, of at most `max_bytes`; nothing
    /// where it is not held. It is verified whole before its first piece leaves: a peer that is sent
    /// a damaged blob would end the session.
    #[must_use]
    pub fn piece(&self, hash: &BlobHash, offset: u64, max_bytes: usize) -> (u64, Vec<u8>) {
        let piece = if offset == 0 {
            self.read(hash).map(|mut bytes| {
                let total = bytes.len() as u64;
                bytes.truncate(max_bytes);
                (total, bytes)
            })
        } else {
            self.piece_within(hash, offset, max_bytes)
        };
        piece.unwrap_or_else(|error| {
            if !matches!(error, BlobError::NotHeld { .. }) {
                tracing::error!(%error, "a blob cannot be sent");
            }
            (0, Vec::new())
        })
    }

    fn piece_within(
        &self,
        hash: &BlobHash,
        offset: u64,
        max_bytes: usize,
    ) -> Result<(u64, Vec<u8>), BlobError> {
        use io::{Read, Seek, SeekFrom};
        let size = self.held().sizes.get(hash).copied();
        let total = size.ok_or(BlobError::NotHeld { hash: *hash })?;
        let path = self.path(hash);
        let read = || {
            let mut file = fs::File::open(&path)?;
            file.seek(SeekFrom::Start(offset))?;
            let mut bytes = Vec::new();
            file.take(max_bytes as u64).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| BlobError::file("read", &path, error))?;
        Ok((total, bytes))
    }

    /// Deletes a blob; returns whether it was held. Durable once it returns.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn delete(&self, hash: &BlobHash) -> Result<bool, BlobError> {
        let mut deleted = false;
        for path in [self.path(hash), self.aside(hash)] {
            step("a blob's file goes");
            match fs::remove_file(&path) {
                Ok(()) => deleted = true,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(BlobError::file("remove", &path, error)),
            }
        }
        self.held().remove(hash);
        if deleted {
            atomic::sync_directory(&self.directory)
                .map_err(|error| BlobError::file("sync", &self.directory, error))?;
        }
        Ok(deleted)
    }

    /// Verifies every blob; returns what is wrong. `progress` is told how many are done, of how many.
    pub fn check(&self, progress: &mut dyn FnMut(u64, u64)) -> Vec<BlobError> {
        let all = self.all();
        let total = all.len() as u64;
        let mut problems = Vec::new();
        for (done, (hash, _)) in (1..).zip(&all) {
            problems.extend(self.read(hash).err());
            progress(done, total);
        }
        problems
    }

    /// What is damaged stays there for whoever wants to look, and is not held any more.
    fn put_aside(&self, hash: &BlobHash) {
        if let Err(error) = fs::rename(self.path(hash), self.aside(hash)) {
            tracing::error!(%error, blob = %hash, "a damaged blob could not be put aside");
        }
        self.held().remove(hash);
    }

    fn path(&self, hash: &BlobHash) -> PathBuf {
        self.directory.join(hash.to_string())
    }

    fn aside(&self, hash: &BlobHash) -> PathBuf {
        self.directory.join(format!("{hash}{DAMAGED}"))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
