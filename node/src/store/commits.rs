//! The commits of an engine on disk: one at a time, numbered, and none after one failed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::StoreError;

/// Numbers commits; after a failed one it is not known what reached the disk, so there are no more.
#[derive(Debug)]
pub(super) struct Commits {
    number: AtomicU64,
    syncs: AtomicU64,
    /// Held by the one commit in progress; carries the first failure.
    broken: Mutex<Option<Arc<StoreError>>>,
}

impl Commits {
    /// Goes on after commit `number`.
    pub(super) fn after(number: u64) -> Self {
        Self {
            number: AtomicU64::new(number),
            syncs: AtomicU64::new(0),
            broken: Mutex::new(None),
        }
    }

    /// Runs `write` with the next number, which it returns, and notes one sync; `failed` runs once,
    /// before anything else can be written.
    pub(super) fn commit(
        &self,
        write: impl FnOnce(u64) -> Result<(), StoreError>,
        failed: impl FnOnce(),
    ) -> Result<u64, StoreError> {
        let mut broken = self.hold();
        if let Some(cause) = &*broken {
            return Err(StoreError::ReadOnly {
                cause: Arc::clone(cause),
            });
        }
        let number = self.number() + 1;
        match write(number) {
            Ok(()) => {
                self.number.store(number, Ordering::Release);
                self.syncs.fetch_add(1, Ordering::Relaxed);
                Ok(number)
            }
            Err(StoreError::Closed) => Err(StoreError::Closed),
            Err(error) => {
                tracing::error!(%error, "a write failed: no more writes until restart");
                *broken = Some(Arc::new(error.clone()));
                failed();
                Err(error)
            }
        }
    }

    /// While this is held no commit is under way.
    pub(super) fn hold(&self) -> MutexGuard<'_, Option<Arc<StoreError>>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    pub(super) fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }

    pub(super) fn read_only(&self) -> bool {
        self.hold().is_some()
    }
}
