//! The engine on disk: sled 0.34, with everything it takes to trust it.
//!
//! The only module that names sled. What it adds to it, each for a measured reason:
//!
//! - `flush()` is not a sync: of 50 simulated power cuts it survived 3. Each commit is one
//!   `apply_batch` on the one tree, `flush()`, then `sync_data()` on a handle of our own to the
//!   file `db`. Batches over several trees are not atomic, and `flush_async` can deadlock.
//! - Pages beyond a quarter of a segment go to files under `blobs/` that nobody syncs: values are
//!   cut into small items ([`super::sealed_value`]), so that no page ever is that large.
//! - Every value is checked when it is read, and an identity stored at creation tells a store that
//!   opened silently empty.
//! - A snapshot that sled began and did not finish makes every later opening fail: it is removed.
//! - sled panics, or hangs, on damage: every call is guarded, opening has a time limit.
//! - After a failed write or sync nobody knows what reached the disk (the kernel may have dropped
//!   the pages): no more writes until the store is opened again.
//!
//! Layout of the tree: one byte says what an item is, so that scans meet heads only.
//!
//! | key | item |
//! |---|---|
//! | `00 'i'` | database identity (16), format (4), checksum (8) |
//! | `00 'n'` | number of the last commit (8), checksum (8) |
//! | `01` key | head of the value under that key |
//! | `02` key, number (2) | its continuations |

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use super::commits::Commits;
use super::engine::{
    Batch, Direction, EngineKind, EngineOptions, Store, StoreStats, Visitor, without_readers,
};
use super::opening::{Interrupted, guarded, within};
use super::{StoreError, creation, sealed_value};
use crate::home::{atomic, syncs};

/// The latest layout this version writes and reads.
pub(crate) const FORMAT: u32 = 1;
/// The file in the store's folder that holds everything.
pub(super) const FILE: &str = "db";
const IDENTITY_KEY: &[u8] = b"\0i";
const COMMIT_KEY: &[u8] = b"\0n";
/// How the name of a snapshot ends until it is whole.
const HALF_SNAPSHOT: &str = ".generating";
const HEAD: u8 = 1;
const CONTINUATION: u8 = 2;

/// A store in a folder.
#[derive(Debug)]
pub struct SledStore {
    path: PathBuf,
    identity: [u8; 16],
    options: EngineOptions,
    open: RwLock<Option<Files>>,
    commits: Commits,
}

#[derive(Debug)]
struct Files {
    db: sled::Db,
    /// The same file that sled writes: what is synced through it is synced.
    log: File,
}

impl SledStore {
    /// Creates an empty store at `path`, which must not hold one.
    ///
    /// # Errors
    /// Whatever the file system says; a crash in the middle leaves no store.
    pub fn create(path: &Path, options: &EngineOptions) -> Result<(), StoreError> {
        creation::create(path, |site| {
            let mut identity = [0; 16];
            getrandom::fill(&mut identity)
                .map_err(|error| StoreError::file("create", site, io::Error::other(error)))?;
            let files = open_files(site, options)?;
            let sealed = |key: &[u8], payload: &[u8]| {
                [payload, &sealed_value::checksum(key, payload)].concat()
            };
            let mut batch = sled::Batch::default();
            let facts = [&identity[..], &FORMAT.to_be_bytes()].concat();
            batch.insert(IDENTITY_KEY, sealed(IDENTITY_KEY, &facts));
            batch.insert(COMMIT_KEY, sealed(COMMIT_KEY, &0u64.to_be_bytes()));
            apply(&files, batch).map_err(|failure| failure.named("create", site))?;
            drop(files);
            // Once more: what opens now has been through sled's own recovery.
            open_files(site, options).map(drop)
        })
    }

    /// Opens the store at `path`.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Damaged`], [`StoreError::OpenTimedOut`],
    /// [`StoreError::NewerFormat`], or whatever the file system says.
    pub fn open(path: &Path, options: &EngineOptions) -> Result<Self, StoreError> {
        // sled would quietly make a new store around what is left.
        for name in ["conf", FILE] {
            let file = path.join(name);
            match OpenOptions::new().read(true).write(true).open(&file) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(damaged(path, format!("its file {name} is gone")));
                }
                Err(error) => return Err(StoreError::file("open", file, error)),
            }
        }
        let files = open_files(path, options)?;
        let facts: [u8; 20] = read_fixed(&files, path, IDENTITY_KEY)?;
        let commits: [u8; 8] = read_fixed(&files, path, COMMIT_KEY)?;
        let (identity, format) = facts.split_at(16);
        let found = u32::from_be_bytes(format.try_into().expect("20 bytes less 16"));
        if found > FORMAT {
            return Err(StoreError::NewerFormat {
                path: path.to_owned(),
                found,
                known: FORMAT,
            });
        }
        // Opening may have written a snapshot under a new name.
        atomic::sync_directory(path).map_err(|error| StoreError::file("sync", path, error))?;
        Ok(Self {
            path: path.to_owned(),
            identity: identity.try_into().expect("16 bytes"),
            options: options.clone(),
            open: RwLock::new(Some(files)),
            commits: Commits::after(u64::from_be_bytes(commits)),
        })
    }

    fn with_files<T>(
        &self,
        operation: impl FnOnce(&Files) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let files = open.as_ref().ok_or(StoreError::Closed)?;
        guarded(|| operation(files)).unwrap_or_else(|panic| Err(damaged(&self.path, panic)))
    }

    /// Reads and verifies one value; a flaw may be a commit that is under way.
    fn value(
        &self,
        files: &Files,
        key: &[u8],
        head: &[u8],
    ) -> Result<Result<Vec<u8>, sealed_value::Flaw>, StoreError> {
        sealed_value::open(key, head, |number| {
            let item = files.db.get(continuation_key(key, number));
            item.map(|item| item.map(|item| item.to_vec()))
        })
        .map_err(|error| self.failed("read", error))
    }

    /// Reads a value while no commit is under way, so that a flaw is a flaw.
    fn settled(&self, files: &Files, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let _none = self.commits.hold();
        let head = files
            .db
            .get(head_key(key))
            .map_err(|error| self.failed("read", error))?;
        let Some(head) = head else { return Ok(None) };
        let value = self.value(files, key, &head)?;
        value
            .map(Some)
            .map_err(|flaw| damaged(&self.path, flaw.text().to_owned()))
    }

    fn failed(&self, action: &'static str, error: sled::Error) -> StoreError {
        Failure::Engine(error).named(action, &self.path)
    }

    fn to_engine_batch(
        &self,
        files: &Files,
        batch: &Batch,
        number: u64,
    ) -> Result<sled::Batch, StoreError> {
        let mut changes = sled::Batch::default();
        for (key, change) in batch.last_changes() {
            let head_key = head_key(key);
            let old = files
                .db
                .get(&head_key)
                .map_err(|error| self.failed("read", error))?;
            let old_count = old.and_then(|head| sealed_value::continuations(&head).ok());
            let mut kept = 0;
            if let Some(value) = change {
                let (head, rest) = sealed_value::seal(key, value);
                kept = rest.len();
                changes.insert(head_key, head);
                for (number, item) in rest.into_iter().enumerate() {
                    changes.insert(continuation_key(key, number), item);
                }
            } else {
                changes.remove(head_key);
            }
            for number in kept..old_count.unwrap_or(0).min(usize::from(u16::MAX)) {
                changes.remove(continuation_key(key, number));
            }
        }
        let number = number.to_be_bytes();
        let sealed = [number, sealed_value::checksum(COMMIT_KEY, &number)].concat();
        changes.insert(COMMIT_KEY, sealed);
        Ok(changes)
    }
}

impl Store for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.with_files(|files| {
            let head = files
                .db
                .get(head_key(key))
                .map_err(|error| self.failed("read", error))?;
            let Some(head) = head else { return Ok(None) };
            match self.value(files, key, &head)? {
                Ok(value) => Ok(Some(value)),
                Err(_) => self.settled(files, key),
            }
        })
    }

    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        direction: Direction,
        visit: &mut Visitor<'_>,
    ) -> Result<(), StoreError> {
        if from >= to {
            return Ok(());
        }
        self.with_files(|files| {
            let mut heads = files.db.range(head_key(from)..head_key(to));
            loop {
                let next = match direction {
                    Direction::Forward => heads.next(),
                    Direction::Backward => heads.next_back(),
                };
                let Some(item) = next else { return Ok(()) };
                let (key, head) = item.map_err(|error| self.failed("read", error))?;
                let key = key.get(1..).unwrap_or_default();
                let value = match self.value(files, key, &head)? {
                    Ok(value) => Some(value),
                    Err(_) => self.settled(files, key)?,
                };
                if let Some(value) = value
                    && visit(key, value) == ControlFlow::Break(())
                {
                    return Ok(());
                }
            }
        })
    }

    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        self.with_files(|files| {
            let heads = files
                .db
                .range(head_key(from)..head_key(to))
                .keys()
                .take(limit);
            let keys = heads.map(|key| key.map(|key| key.get(1..).unwrap_or_default().to_vec()));
            keys.collect::<sled::Result<_>>()
                .map_err(|error| self.failed("read", error))
        })
    }

    fn commit(&self, batch: &Batch) -> Result<u64, StoreError> {
        batch.check()?;
        let write = |number| {
            self.with_files(|files| {
                let changes = self.to_engine_batch(files, batch, number)?;
                apply(files, changes).map_err(|failure| failure.named("write", &self.path))
            })
        };
        self.commits.commit(write, || {})
    }

    fn rewrite(&self) -> Result<(), StoreError> {
        if let Some(cause) = &*self.commits.hold() {
            return Err(StoreError::ReadOnly {
                cause: Arc::clone(cause),
            });
        }
        let mut open = without_readers(&self.open, &self.path)?;
        // Let go of before the folder is renamed, once all of it is copied.
        let old = RefCell::new(Some(open.take().ok_or(StoreError::Closed)?));
        let copied = creation::replace(
            &self.path,
            |site| {
                let old = old.borrow();
                let old = old.as_ref().ok_or(StoreError::Closed)?;
                let copy = || {
                    let files = open_files(site, &self.options)?;
                    copy_items(&old.db, &files).map_err(|it| it.named("write", site))?;
                    drop(files);
                    // Once more, as when it is created.
                    open_files(site, &self.options).map(drop)
                };
                guarded(copy).unwrap_or_else(|panic| Err(damaged(site, panic)))
            },
            || {
                let last = old.borrow_mut().take();
                if let Err(panic) = guarded(|| drop(last)) {
                    tracing::warn!(panic, "closing the store failed");
                }
            },
        );
        *open = match old.into_inner() {
            Some(old) => Some(old),
            None => Some(open_files(&self.path, &self.options)?),
        };
        copied
    }

    fn stats(&self) -> StoreStats {
        StoreStats {
            engine: EngineKind::Sled.name(),
            database: self.identity,
            commits: self.commits.number(),
            syncs: self.commits.syncs(),
            disk_bytes: folder_bytes(&self.path),
            read_only: self.commits.read_only(),
        }
    }

    fn damaged(&self, detail: String) -> StoreError {
        damaged(&self.path, detail)
    }

    fn close(&self) {
        let files = self
            .open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // Dropping flushes once more, and panics if that fails: everything acknowledged is synced.
        if let Err(panic) = guarded(|| drop(files)) {
            tracing::warn!(panic, "closing the store failed");
        }
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        self.close();
    }
}

enum Failure {
    Engine(sled::Error),
    Sync(io::Error),
}

impl Failure {
    fn named(self, action: &'static str, path: &Path) -> StoreError {
        match self {
            Self::Sync(error) | Self::Engine(sled::Error::Io(error)) => {
                StoreError::file(action, path, error)
            }
            Self::Engine(error) => damaged(path, error.to_string()),
        }
    }
}

/// How many bytes are copied at a time.
const COPY_BYTES: usize = 4 * 1024 * 1024;

/// Copies all items, whatever they mean.
fn copy_items(from: &sled::Db, to: &Files) -> Result<(), Failure> {
    let (mut batch, mut bytes) = (sled::Batch::default(), 0);
    for item in from.iter() {
        let (key, value) = item.map_err(Failure::Engine)?;
        bytes += key.len() + value.len();
        batch.insert(key, value);
        if bytes > COPY_BYTES {
            apply(to, std::mem::take(&mut batch))?;
            bytes = 0;
        }
    }
    apply(to, batch)
}

/// One batch, and the sync that makes it durable.
fn apply(files: &Files, batch: sled::Batch) -> Result<(), Failure> {
    files.db.apply_batch(batch).map_err(Failure::Engine)?;
    files.db.flush().map_err(Failure::Engine)?;
    syncs::data(&files.log).map_err(Failure::Sync)
}

fn open_files(path: &Path, options: &EngineOptions) -> Result<Files, StoreError> {
    let (folder, cache_bytes) = (path.to_owned(), options.cache_bytes);
    let deadline = Instant::now() + options.lock_wait;
    let opened = within(options.open_limit, move || {
        loop {
            match try_open(&folder, cache_bytes) {
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(25)),
                result => return result,
            }
        }
    });
    let db = match opened {
        Ok(Ok(Some(db))) => db,
        Ok(Ok(None)) => {
            return Err(StoreError::InUse {
                path: path.to_owned(),
            });
        }
        Ok(Err(error)) => return Err(Failure::Engine(error).named("open", path)),
        Err(Interrupted::Panicked(panic)) => return Err(damaged(path, panic)),
        Err(Interrupted::TimedOut) => {
            let seconds = options.open_limit.as_secs();
            return Err(StoreError::OpenTimedOut {
                path: path.to_owned(),
                seconds,
            });
        }
    };
    let file = path.join(FILE);
    let log = OpenOptions::new().read(true).write(true).open(&file);
    log.map(|log| Files { db, log })
        .map_err(|error| StoreError::file("open", file, error))
}

/// Opens the engine, unless another handle has it.
fn try_open(path: &Path, cache_bytes: u64) -> sled::Result<Option<sled::Db>> {
    if !remove_half_snapshots(path)? {
        return Ok(None);
    }
    match open_engine(path, cache_bytes) {
        Err(error) if is_lock_failure(&error) => Ok(None),
        opened => opened.map(Some),
    }
}

/// Removes the snapshots that sled began and did not finish: a kill or a full disk leaves half a
/// file, which sled would take for its newest snapshot and call corrupted, at every opening from
/// then on. The snapshot before is removed only after the new one has its name, so nothing is lost.
///
/// `false` if another handle has the store open: it may be writing one right now, and sled must not
/// be let at what is there before that is known.
fn remove_half_snapshots(path: &Path) -> io::Result<bool> {
    let log = match OpenOptions::new()
        .read(true)
        .write(true)
        .open(path.join(FILE))
    {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        log => log?,
    };
    match log.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(false),
        Err(fs::TryLockError::Error(error)) => return Err(error),
    }
    for item in fs::read_dir(path)? {
        let item = item?;
        let name = item.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(HALF_SNAPSHOT) {
            tracing::warn!(%name, "an unfinished snapshot is removed");
            fs::remove_file(item.path())?;
        }
    }
    log.unlock()?;
    Ok(true)
}

fn open_engine(path: &Path, cache_bytes: u64) -> sled::Result<sled::Db> {
    sled::Config::new()
        .path(path)
        .mode(sled::Mode::LowSpace)
        .cache_capacity(cache_bytes)
        .use_compression(false)
        .flush_every_ms(None)
        .open()
}

fn is_lock_failure(error: &sled::Error) -> bool {
    // The text is all that sled gives; its version is pinned.
    matches!(error, sled::Error::Io(error) if error.to_string().starts_with("could not acquire lock"))
}

fn read_fixed<const N: usize>(
    files: &Files,
    path: &Path,
    key: &[u8],
) -> Result<[u8; N], StoreError> {
    let item = guarded(|| files.db.get(key)).map_err(|panic| damaged(path, panic))?;
    let item = item.map_err(|error| Failure::Engine(error).named("read", path))?;
    let item = item.ok_or_else(|| damaged(path, "it opened empty".to_owned()))?;
    let (payload, sum) = item.split_at_checked(N).unwrap_or((&[], &[]));
    let payload = <[u8; N]>::try_from(payload).ok();
    payload
        .filter(|payload| sum == sealed_value::checksum(key, payload))
        .ok_or_else(|| damaged(path, sealed_value::Flaw::Checksum.text().to_owned()))
}

fn head_key(key: &[u8]) -> Vec<u8> {
    [&[HEAD], key].concat()
}

fn continuation_key(key: &[u8], number: usize) -> Vec<u8> {
    let number = u16::try_from(number).expect("a value has at most 700 continuations");
    [&[CONTINUATION], key, &number.to_be_bytes()].concat()
}

fn damaged(path: &Path, detail: String) -> StoreError {
    StoreError::Damaged {
        path: path.to_owned(),
        detail,
    }
}

pub(crate) fn folder_bytes(path: &Path) -> u64 {
    let items = fs::read_dir(path).into_iter().flatten().flatten();
    items
        .filter_map(|item| item.metadata().ok())
        .map(|facts| facts.len())
        .sum()
}

#[cfg(test)]
mod tests;
