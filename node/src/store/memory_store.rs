//! An engine that keeps everything in memory, for simulations and tests.
//!
//! The *disk* outlives its handles: [`MemoryStore::reopen`] is what a node finds after a crash,
//! namely every commit that returned.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::engine::{Batch, Direction, Store, StoreStats, Visitor};
use super::{StoreError, sealed_value};

/// A handle to a store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    disk: Arc<Mutex<Disk>>,
    closed: AtomicBool,
    broken: Mutex<Option<Arc<StoreError>>>,
}

#[derive(Debug, Default)]
struct Disk {
    values: BTreeMap<Vec<u8>, Vec<u8>>,
    commits: u64,
    full: bool,
}

impl MemoryStore {
    /// A new, empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another handle to the same disk, as after a crash or a restart; this one is closed.
    #[must_use]
    pub fn reopen(&self) -> Self {
        self.close();
        Self {
            disk: Arc::clone(&self.disk),
            ..Self::default()
        }
    }

    /// Makes every commit fail from now on, as on a full disk, or succeed again (after a reopen).
    pub fn set_full(&self, full: bool) {
        self.disk().full = full;
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_open(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) {
            Err(StoreError::Closed)
        } else {
            Ok(())
        }
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.check_open()?;
        Ok(self.disk().values.get(key).cloned())
    }

    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        direction: Direction,
        visit: &mut Visitor<'_>,
    ) -> Result<(), StoreError> {
        self.check_open()?;
        if from >= to {
            return Ok(());
        }
        // One step at a time, so that the visitor may use the store itself.
        let (mut low, mut high) = (Bound::Included(from.to_vec()), Bound::Excluded(to.to_vec()));
        loop {
            let found = {
                let disk = self.disk();
                let mut range = disk.values.range((low.clone(), high.clone()));
                let next = match direction {
                    Direction::Forward => range.next(),
                    Direction::Backward => range.next_back(),
                };
                next.map(|(key, value)| (key.clone(), value.clone()))
            };
            let Some((key, value)) = found else {
                return Ok(());
            };
            if visit(&key, value) == ControlFlow::Break(())
                || (key.as_slice() == from && direction == Direction::Backward)
            {
                return Ok(());
            }
            match direction {
                Direction::Forward => low = Bound::Excluded(key),
                Direction::Backward => high = Bound::Excluded(key),
            }
        }
    }

    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        self.check_open()?;
        if from >= to {
            return Ok(Vec::new());
        }
        let disk = self.disk();
        let range = disk
            .values
            .range::<[u8], _>((Bound::Included(from), Bound::Excluded(to)));
        Ok(range.take(limit).map(|(key, _)| key.clone()).collect())
    }

    fn commit(&self, batch: &Batch) -> Result<u64, StoreError> {
        self.check_open()?;
        batch.check()?;
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cause) = &*broken {
            return Err(StoreError::ReadOnly {
                cause: Arc::clone(cause),
            });
        }
        let mut disk = self.disk();
        if disk.full {
            let error = StoreError::file(
                "write",
                PathBuf::from("memory"),
                std::io::ErrorKind::StorageFull.into(),
            );
            *broken = Some(Arc::new(error.clone()));
            return Err(error);
        }
        for (key, change) in batch.last_changes() {
            match change {
                Some(value) => drop(disk.values.insert(key.to_vec(), value.to_vec())),
                None => drop(disk.values.remove(key)),
            }
        }
        disk.commits += 1;
        Ok(disk.commits)
    }

    fn rewrite(&self) -> Result<(), StoreError> {
        self.check_open()
    }

    fn stats(&self) -> StoreStats {
        let disk = self.disk();
        let bytes: usize = disk
            .values
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum();
        // The disk's address tells two stores apart; nothing reads it as a pointer.
        let [a, b, c, d, e, f, g, h] = sealed_value::checksum(
            b"memory",
            format!("{:p}", Arc::as_ptr(&self.disk)).as_bytes(),
        );
        StoreStats {
            engine: "memory",
            database: [a, b, c, d, e, f, g, h, 0, 0, 0, 0, 0, 0, 0, 0],
            commits: disk.commits,
            syncs: disk.commits,
            disk_bytes: bytes as u64,
            read_only: self
                .broken
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some(),
        }
    }

    fn damaged(&self, detail: String) -> StoreError {
        StoreError::Damaged {
            path: PathBuf::from("memory"),
            detail,
        }
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance;

    #[test]
    fn the_memory_engine_conforms() {
        let store = std::cell::RefCell::new(MemoryStore::new());
        conformance::run(&mut |fresh| {
            let next = if fresh {
                MemoryStore::new()
            } else {
                store.borrow().reopen()
            };
            let shared = MemoryStore {
                disk: Arc::clone(&next.disk),
                ..MemoryStore::default()
            };
            *store.borrow_mut() = next;
            Box::new(shared)
        });
    }

    #[test]
    fn a_full_disk_makes_it_read_only_until_it_is_opened_again() {
        let store = MemoryStore::new();
        conformance::reads_go_on_after_a_failed_write(&store, &mut || store.set_full(true));
        store.set_full(false);
        let mut batch = Batch::new();
        batch.put(*b"key", *b"value");
        assert_eq!(store.commit(&batch).unwrap_err().code(), "store_read_only");
        let store = store.reopen();
        conformance::what_was_acknowledged_is_there(&store);
        assert_eq!(store.commit(&batch).unwrap(), 2);
    }
}
