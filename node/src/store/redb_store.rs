//! The second engine on disk: redb, one file with one sync a commit.
//!
//! The only module that names redb. A home chooses it when it is founded or joined, so that nobody
//! depends on one engine. What is added to it:
//!
//! - Every value carries a checksum over key and value that is verified when it is read; redb's own
//!   are verified only after a crash.
//! - It may panic on damage: every call is guarded, opening has a time limit.
//! - After a failed write redb answers no reads either. The file is then opened once more with
//!   changes kept in memory only ([`Frozen`]), so that what is stored can be read until the restart
//!   that any engine asks for.
//!
//! Commits are durable by one `fdatasync`. The quick repair that redb offers would cost a second
//! one each time to save a walk through the file after a crash; the file is small.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use redb::backends::FileBackend;
use redb::{Database, ReadableDatabase, ReadableTable, StorageBackend, TableDefinition};

use super::commits::Commits;
use super::engine::{
    Batch, Direction, EngineKind, EngineOptions, Store, StoreStats, Visitor, without_readers,
};
use super::opening::{Interrupted, guarded, within};
use super::{StoreError, creation, sealed_value};
use crate::home::atomic;

mod frozen;

use frozen::Frozen;

/// The latest layout this version writes and reads.
const FORMAT: u32 = 1;
/// The file in the store's folder.
pub(super) const FILE: &str = "journals.redb";
/// What is stored, each value behind its checksum.
const VALUES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("values");
/// Identity, format, number of the last commit, sealed like values.
const FACTS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("facts");
const IDENTITY_KEY: &[u8] = b"identity";
const COMMIT_KEY: &[u8] = b"commits";
const SUM_BYTES: usize = 8;

type Values = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;

/// A store in a folder, on redb.
#[derive(Debug)]
pub struct RedbStore {
    path: PathBuf,
    identity: [u8; 16],
    open: RwLock<Option<Database>>,
    options: EngineOptions,
    commits: Commits,
}

impl RedbStore {
    /// Creates an empty store at `path`, which must not hold one.
    ///
    /// # Errors
    /// Whatever the file system says; a crash in the middle leaves no store.
    pub fn create(path: &Path, options: &EngineOptions) -> Result<(), StoreError> {
        creation::create(path, |site| {
            let mut identity = [0; 16];
            getrandom::fill(&mut identity)
                .map_err(|error| StoreError::file("create", site, io::Error::other(error)))?;
            let db = open_over(site, options, new_file(site)?)?;
            let facts = [&identity[..], &FORMAT.to_be_bytes()].concat();
            write_facts(&db, &[(IDENTITY_KEY, &facts), (COMMIT_KEY, &[0; 8])])
                .map_err(|error| failed("create", site, error))?;
            db.close().map_err(|error| failed("create", site, error))?;
            open_file(site, options).map(drop)
        })
    }

    /// Opens the store at `path`.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Damaged`], [`StoreError::OpenTimedOut`],
    /// [`StoreError::NewerFormat`], or whatever the file system says.
    pub fn open(path: &Path, options: &EngineOptions) -> Result<Self, StoreError> {
        let db = open_file(path, options)?;
        let store = Self::over(path, options, db)?;
        atomic::sync_directory(path).map_err(|error| StoreError::file("sync", path, error))?;
        Ok(store)
    }

    fn over(path: &Path, options: &EngineOptions, db: Database) -> Result<Self, StoreError> {
        let facts: [u8; 20] = read_fact(&db, path, IDENTITY_KEY)?;
        let commits: [u8; 8] = read_fact(&db, path, COMMIT_KEY)?;
        let (identity, format) = facts.split_at(16);
        let found = u32::from_be_bytes(format.try_into().expect("20 bytes less 16"));
        if found > FORMAT {
            return Err(StoreError::NewerFormat {
                path: path.to_owned(),
                found,
                known: FORMAT,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            identity: identity.try_into().expect("16 bytes"),
            open: RwLock::new(Some(db)),
            options: options.clone(),
            commits: Commits::after(u64::from_be_bytes(commits)),
        })
    }

    fn with_db<T>(
        &self,
        operation: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let db = open.as_ref().ok_or(StoreError::Closed)?;
        guarded(|| operation(db)).unwrap_or_else(|panic| Err(damaged(&self.path, panic)))
    }

    /// Reads the values as they are now. The transaction outlives everything that is read in it:
    /// pages that only an item still points at may be written over.
    fn with_values<T>(
        &self,
        operation: impl FnOnce(&Values) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with_db(|db| {
            let transaction = db.begin_read().map_err(|error| self.read_failed(error))?;
            let values = transaction.open_table(VALUES);
            let values = values.map_err(|error| self.read_failed(error))?;
            operation(&values)
        })
    }

    fn read_failed(&self, error: impl Into<redb::Error>) -> StoreError {
        failed("read", &self.path, error)
    }

    fn unsealed(&self, key: &[u8], item: &[u8]) -> Result<Vec<u8>, StoreError> {
        unseal(key, item)
            .map(<[u8]>::to_vec)
            .map_err(|flaw| damaged(&self.path, flaw.text().to_owned()))
    }

    /// Goes on with what the file holds, reading only.
    fn freeze(&self) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if let Err(panic) = guarded(|| drop(open.take())) {
            tracing::warn!(panic, "letting go of the store failed");
        }
        let file = self.path.join(FILE);
        let frozen = File::open(&file)
            .and_then(Frozen::over)
            .map_err(|error| StoreError::file("open", &file, error))
            .and_then(|frozen| open_over(&self.path, &self.options, frozen));
        match frozen {
            Ok(db) => *open = Some(db),
            Err(error) => tracing::error!(%error, "what is stored cannot be read until restart"),
        }
    }
}

impl Store for RedbStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.with_values(|values| {
            let item = values.get(key).map_err(|error| self.read_failed(error))?;
            item.map(|item| self.unsealed(key, item.value()))
                .transpose()
        })
    }

    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        direction: Direction,
        visit: &mut Visitor<'_>,
    ) -> Result<(), StoreError> {
        self.with_values(|values| {
            if from >= to {
                return Ok(());
            }
            let range = values.range(from..to);
            let mut range = range.map_err(|error| self.read_failed(error))?;
            loop {
                let next = match direction {
                    Direction::Forward => range.next(),
                    Direction::Backward => range.next_back(),
                };
                let Some(item) = next else { return Ok(()) };
                let (key, item) = item.map_err(|error| self.read_failed(error))?;
                let value = self.unsealed(key.value(), item.value())?;
                if visit(key.value(), value) == ControlFlow::Break(()) {
                    return Ok(());
                }
            }
        })
    }

    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        self.with_values(|values| {
            if from >= to {
                return Ok(Vec::new());
            }
            let range = values.range(from..to);
            let range = range.map_err(|error| self.read_failed(error))?;
            let keys = range.take(limit);
            keys.map(|item| item.map(|(key, _)| key.value().to_vec()))
                .collect::<Result<_, _>>()
                .map_err(|error| self.read_failed(error))
        })
    }

    fn commit(&self, batch: &Batch) -> Result<u64, StoreError> {
        batch.check()?;
        let write = |number| {
            self.with_db(|db| {
                write(db, batch, number).map_err(|error| failed("write", &self.path, error))
            })
        };
        self.commits.commit(write, || self.freeze())
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
                    let db = open_over(site, &self.options, new_file(site)?)?;
                    copy_items(old, &db).map_err(|error| failed("write", site, error))?;
                    db.close().map_err(|error| failed("write", site, error))?;
                    open_file(site, &self.options).map(drop)
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
            None => Some(open_file(&self.path, &self.options)?),
        };
        copied
    }

    fn stats(&self) -> StoreStats {
        StoreStats {
            engine: EngineKind::Redb.name(),
            database: self.identity,
            commits: self.commits.number(),
            syncs: self.commits.syncs(),
            disk_bytes: self
                .path
                .join(FILE)
                .metadata()
                .map_or(0, |facts| facts.len()),
            read_only: self.commits.read_only(),
        }
    }

    fn damaged(&self, detail: String) -> StoreError {
        damaged(&self.path, detail)
    }

    fn close(&self) {
        let db = self
            .open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // Everything acknowledged is synced: what fails here costs a repair at the next opening.
        if let Err(panic) = guarded(|| drop(db)) {
            tracing::warn!(panic, "closing the store failed");
        }
    }
}

impl Drop for RedbStore {
    fn drop(&mut self) {
        self.close();
    }
}

fn write(db: &Database, batch: &Batch, number: u64) -> Result<(), redb::Error> {
    let transaction = db.begin_write()?;
    {
        let mut values = transaction.open_table(VALUES)?;
        for (key, change) in batch.last_changes() {
            match change {
                Some(value) => drop(values.insert(key, seal(key, value).as_slice())?),
                None => drop(values.remove(key)?),
            }
        }
        let mut facts = transaction.open_table(FACTS)?;
        let commits = seal(COMMIT_KEY, &number.to_be_bytes());
        facts.insert(COMMIT_KEY, commits.as_slice())?;
    }
    Ok(transaction.commit()?)
}

/// The file of a store that is yet to be made.
fn new_file(site: &Path) -> Result<FileBackend, StoreError> {
    let file = site.join(FILE);
    let made = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&file);
    let made = made.map_err(|error| StoreError::file("create", &file, error))?;
    FileBackend::new(made).map_err(|error| failed("create", site, error))
}

/// How many bytes are copied at a time.
const COPY_BYTES: usize = 4 * 1024 * 1024;

/// Copies all items of both tables, whatever they mean.
fn copy_items(from: &Database, to: &Database) -> Result<(), redb::Error> {
    let read = from.begin_read()?;
    for table in [VALUES, FACTS] {
        let source = read.open_table(table)?;
        let mut items = source.iter()?.peekable();
        loop {
            let transaction = to.begin_write()?;
            {
                let mut target = transaction.open_table(table)?;
                let mut bytes = 0;
                while bytes < COPY_BYTES
                    && let Some(item) = items.next()
                {
                    let (key, value) = item?;
                    bytes += key.value().len() + value.value().len();
                    target.insert(key.value(), value.value())?;
                }
            }
            transaction.commit()?;
            if items.peek().is_none() {
                break;
            }
        }
    }
    Ok(())
}

fn write_facts(db: &Database, facts: &[(&[u8], &[u8])]) -> Result<(), redb::Error> {
    let transaction = db.begin_write()?;
    {
        // Both tables are there from the beginning.
        transaction.open_table(VALUES)?;
        let mut table = transaction.open_table(FACTS)?;
        for (key, payload) in facts {
            table.insert(*key, seal(key, payload).as_slice())?;
        }
    }
    Ok(transaction.commit()?)
}

fn read_fact<const N: usize>(
    db: &Database,
    path: &Path,
    key: &[u8],
) -> Result<[u8; N], StoreError> {
    let read = || -> Result<_, redb::Error> {
        let transaction = db.begin_read()?;
        let item = transaction.open_table(FACTS)?.get(key)?;
        Ok(item.map(|item| item.value().to_vec()))
    };
    let item = guarded(read).map_err(|panic| damaged(path, panic))?;
    let item = item.map_err(|error| failed("read", path, error))?;
    let item = item.ok_or_else(|| damaged(path, "it opened empty".to_owned()))?;
    unseal(key, &item)
        .ok()
        .and_then(|payload| payload.try_into().ok())
        .ok_or_else(|| damaged(path, sealed_value::Flaw::Checksum.text().to_owned()))
}

/// A checksum over key and value, then the value.
fn seal(key: &[u8], value: &[u8]) -> Vec<u8> {
    [&sealed_value::checksum(key, value), value].concat()
}

fn unseal<'a>(key: &[u8], item: &'a [u8]) -> Result<&'a [u8], sealed_value::Flaw> {
    let (sum, value) = item
        .split_at_checked(SUM_BYTES)
        .ok_or(sealed_value::Flaw::Truncated)?;
    if sum == sealed_value::checksum(key, value) {
        Ok(value)
    } else {
        Err(sealed_value::Flaw::Checksum)
    }
}

/// Opens the file of a store, waiting for another handle to let go of it.
fn open_file(path: &Path, options: &EngineOptions) -> Result<Database, StoreError> {
    let name = path.join(FILE);
    let deadline = Instant::now() + options.lock_wait;
    loop {
        let file = match OpenOptions::new().read(true).write(true).open(&name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(damaged(path, format!("its file {FILE} is gone")));
            }
            Err(error) => return Err(StoreError::file("open", name, error)),
        };
        // redb would quietly make a new database of an empty file.
        if file.metadata().is_ok_and(|facts| facts.len() == 0) {
            return Err(damaged(path, format!("its file {FILE} is empty")));
        }
        let opened = FileBackend::new(file)
            .map_err(|error| failed("open", path, error))
            .and_then(|backend| open_over(path, options, backend));
        match opened {
            Err(StoreError::InUse { .. }) if Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(25));
            }
            result => return result,
        }
    }
}

/// Opens what `backend` holds, under the time limit.
fn open_over(
    path: &Path,
    options: &EngineOptions,
    backend: impl StorageBackend,
) -> Result<Database, StoreError> {
    let cache_bytes = usize::try_from(options.cache_bytes).unwrap_or(usize::MAX);
    let opened = within(options.open_limit, move || {
        Database::builder()
            .set_cache_size(cache_bytes)
            .create_with_backend(backend)
    });
    match opened {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(error)) => Err(failed("open", path, error)),
        Err(Interrupted::Panicked(panic)) => Err(damaged(path, panic)),
        Err(Interrupted::TimedOut) => Err(StoreError::OpenTimedOut {
            path: path.to_owned(),
            seconds: options.open_limit.as_secs(),
        }),
    }
}

/// What failed: the file system, or else the file's content.
fn failed(action: &'static str, path: &Path, error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        // What redb says of a file that does not begin like one of its own.
        redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            damaged(path, error.to_string())
        }
        // A file cut short.
        redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            damaged(path, error.to_string())
        }
        redb::Error::Io(error) => StoreError::file(action, path, error),
        redb::Error::DatabaseAlreadyOpen => StoreError::InUse {
            path: path.to_owned(),
        },
        error => damaged(path, error.to_string()),
    }
}

fn damaged(path: &Path, detail: String) -> StoreError {
    StoreError::Damaged {
        path: path.to_owned(),
        detail,
    }
}

#[cfg(test)]
mod tests;
