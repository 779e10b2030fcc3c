//! What the journals ask of a storage engine, and nothing more.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{RwLock, RwLockWriteGuard, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{RedbStore, SledStore, StoreError, redb_store, sled_store};

/// The most bytes a key may have.
pub(crate) const MAX_KEY_BYTES: usize = 256;
/// The most bytes a value may have: a run and its framing stay well below.
pub(crate) const MAX_VALUE_BYTES: usize = 4 * 1024 * 1024;

/// Which way a scan goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest key first.
    Forward,
    /// Largest key first.
    Backward,
}

/// Receives each key and value of a scan; breaking ends it.
pub type Visitor<'a> = dyn FnMut(&[u8], Vec<u8>) -> ControlFlow<()> + 'a;

/// Ordered keys with values, changed in batches that are durable or did not happen.
///
/// Every implementation passes [`super::conformance`].
pub trait Store: Send + Sync + fmt::Debug {
    /// The value under `key`, verified.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the value is not what was stored, or the store cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Visits the keys from `from` (included) up to `to` (excluded), with their verified values.
    ///
    /// # Errors
    /// As [`Store::get`].
    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        direction: Direction,
        visit: &mut Visitor<'_>,
    ) -> Result<(), StoreError>;

    /// The first `limit` keys from `from` (included) up to `to` (excluded), smallest first; their
    /// values are not read, so damage in them does not show.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Makes all of `batch` durable, or nothing; returns the commit's number, one more than the
    /// last.
    ///
    /// # Errors
    /// After a failed write or sync it is not known what reached the disk: this and every later
    /// commit fail until the store is opened again ([`StoreError::ReadOnly`]). Reads go on.
    fn commit(&self, batch: &Batch) -> Result<u64, StoreError>;

    /// Writes all that is stored into new files and removes the old ones, so that what was removed
    /// or replaced is in none of them any more. Identity and commits stay. Waits until nobody reads.
    ///
    /// # Errors
    /// Whatever the file system says; the store is then as it was, or closed.
    fn rewrite(&self) -> Result<(), StoreError>;

    /// Facts and counters.
    fn stats(&self) -> StoreStats;

    /// The error that says this store is damaged, with where it lies.
    fn damaged(&self, detail: String) -> StoreError;

    /// Closes the store; every later operation fails with [`StoreError::Closed`].
    fn close(&self);
}

/// Which engine keeps a home's journals on disk; chosen when the home is founded or joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineKind {
    /// sled 0.34.
    #[default]
    Sled,
    /// redb 4.
    Redb,
}

impl EngineKind {
    /// Every engine.
    pub const ALL: [Self; 2] = [Self::Sled, Self::Redb];

    /// Its name, in settings and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sled => "sled",
            Self::Redb => "redb",
        }
    }

    /// The engine whose file lies at `path`; this one where there is none. What a person writes
    /// into the settings later is for the next store, and never hides the one that is there.
    pub(crate) fn found_at(self, path: &Path) -> Self {
        let lies_there = |kind: &Self| path.join(kind.file()).exists();
        if lies_there(&self) {
            return self;
        }
        Self::ALL.into_iter().find(lies_there).unwrap_or(self)
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Sled => sled_store::FILE,
            Self::Redb => redb_store::FILE,
        }
    }

    /// Creates an empty store, see [`SledStore::create`] and [`RedbStore::create`].
    pub(crate) fn create(self, path: &Path, options: &EngineOptions) -> Result<(), StoreError> {
        match self {
            Self::Sled => SledStore::create(path, options),
            Self::Redb => RedbStore::create(path, options),
        }
    }

    /// Opens a store, see [`SledStore::open`] and [`RedbStore::open`].
    pub(crate) fn open(
        self,
        path: &Path,
        options: &EngineOptions,
    ) -> Result<Box<dyn Store>, StoreError> {
        Ok(match self {
            Self::Sled => Box::new(SledStore::open(path, options)?),
            Self::Redb => Box::new(RedbStore::open(path, options)?),
        })
    }
}

/// Settings of an engine on disk.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Bytes of pages kept in memory.
    pub cache_bytes: u64,
    /// How long opening may take before the store is taken for damaged.
    pub open_limit: Duration,
    /// How long to wait for another handle to let go of the files.
    pub lock_wait: Duration,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            cache_bytes: 16 * 1024 * 1024,
            open_limit: Duration::from_secs(60),
            lock_wait: Duration::from_secs(5),
        }
    }
}

/// Changes that happen together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    changes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    bytes: usize,
}

impl Batch {
    /// No changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores `value` under `key`, replacing what is there.
    pub fn put(&mut self, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        let (key, value) = (key.into(), value.into());
        self.bytes += key.len() + value.len();
        self.changes.push((key, Some(value)));
    }

    /// Removes `key` and its value, if it is there.
    pub fn remove(&mut self, key: impl Into<Vec<u8>>) {
        let key = key.into();
        self.bytes += key.len();
        self.changes.push((key, None));
    }

    /// Bytes of all keys and values.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing changes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The last change of each key, `None` for a removal.
    pub(crate) fn last_changes(&self) -> std::collections::BTreeMap<&[u8], Option<&[u8]>> {
        self.changes
            .iter()
            .map(|(key, value)| (key.as_slice(), value.as_deref()))
            .collect()
    }

    /// Checks the bounds of keys and values.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        for (key, value) in &self.changes {
            let value_bytes = value.as_ref().map_or(0, Vec::len);
            if key.is_empty() || key.len() > MAX_KEY_BYTES || value_bytes > MAX_VALUE_BYTES {
                return Err(StoreError::TooLarge {
                    key_bytes: key.len(),
                    value_bytes,
                });
            }
        }
        Ok(())
    }
}

/// How long to wait for readers before a store is written anew.
const READERS_LIMIT: Duration = Duration::from_secs(60);

/// Takes what readers share for itself. A reader may read again while it does, so none may be made to
/// wait by this: it does not queue.
pub(super) fn without_readers<'l, T>(
    lock: &'l RwLock<T>,
    path: &Path,
) -> Result<RwLockWriteGuard<'l, T>, StoreError> {
    let deadline = Instant::now() + READERS_LIMIT;
    loop {
        match lock.try_write() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(2));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse {
                    path: path.to_owned(),
                });
            }
        }
    }
}

/// What a store says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// The engine's name.
    pub engine: &'static str,
    /// The store's identity, drawn when it was created.
    pub database: [u8; 16],
    /// Number of the last commit.
    pub commits: u64,
    /// Syncs to disk since it was opened.
    pub syncs: u64,
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Whether writing has failed, so that the store only reads until it is opened again.
    pub read_only: bool,
}
