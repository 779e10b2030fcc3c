//! Opening a store that may be damaged, be gone, or have come back with less.
//!
//! A damaged engine may fail, panic, hang, or open silently empty, so it is opened on a thread of its
//! own with a time limit, and what it then says of itself is held against the [`Sidecar`]. Nothing
//! here ever deletes a store; [`set_aside`] moves one out of the way under another name.

use std::any::Any;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::engine::{EngineKind, EngineOptions};
use super::sidecar::{self, Sidecar};
use super::{Store, StoreError, creation};
use crate::home::atomic;

/// How a store is opened.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// The engine's own settings.
    pub engine: EngineOptions,
    /// Which engine a new store is on; one that is there stays on its own.
    pub kind: EngineKind,
    /// Goes on with what is there although the sidecar knows of more, and with a new store where
    /// one is gone: the last step of a repair, never a default.
    pub accept_loss: bool,
}

/// Opens the store at `path`, or creates it where there never was one.
pub(crate) fn open_or_create(
    path: &Path,
    options: &OpenOptions,
) -> Result<Box<dyn Store>, StoreError> {
    let known = sidecar::read(path)?;
    creation::clean_interrupted(path)?;
    if !creation::exists(path)? {
        if let Some(known) = &known
            && !options.accept_loss
        {
            return Err(StoreError::Missing {
                path: path.to_owned(),
                commits: known.commits,
            });
        }
        options.kind.create(path, &options.engine)?;
    }
    let store = options.kind.found_at(path).open(path, &options.engine)?;
    let stats = store.stats();
    if let Some(known) = &known
        && !options.accept_loss
    {
        let checked = known.check(path, stats.database, stats.commits);
        if checked.is_err() {
            store.close();
        }
        checked?;
    }
    Ok(store)
}

/// Moves a store that cannot be used to a free name beside it, with its sidecar, and returns that
/// name. The next opening creates an empty store; peers and the outbox fill it again.
///
/// # Errors
/// Whatever the file system says.
pub fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let mut number = 1u32;
    let kept = loop {
        let candidate = sidecar::with_suffix(path, &format!(".kept-{number}"));
        if !candidate.exists() {
            break candidate;
        }
        number += 1;
    };
    let failed = |error| StoreError::file("rename", path, error);
    if path.exists() {
        fs::rename(path, &kept).map_err(failed)?;
    }
    let beside = sidecar::path_of(path);
    if beside.exists() {
        fs::rename(&beside, sidecar::path_of(&kept)).map_err(failed)?;
    }
    atomic::sync_parent(path).map_err(failed)?;
    Ok(kept)
}

/// Why a guarded operation gave no result.
#[derive(Debug)]
pub(crate) enum Interrupted {
    /// It did not come back in time; its thread is left behind.
    TimedOut,
    /// It panicked with this message.
    Panicked(String),
}

/// Runs `operation` on a thread of its own for at most `limit`.
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    operation: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Interrupted> {
    let (sender, receiver) = mpsc::channel();
    let spawned = thread::Builder::new()
        .name("store-open".to_owned())
        .spawn(move || {
            // The receiver may have stopped waiting: then nobody needs the result.
            let _ = sender.send(guarded(operation));
        });
    if let Err(error) = spawned {
        return Err(Interrupted::Panicked(error.to_string()));
    }
    match receiver.recv_timeout(limit) {
        Ok(result) => result.map_err(Interrupted::Panicked),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Interrupted::TimedOut),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(Interrupted::Panicked("the opening thread ended".to_owned()))
        }
    }
}

/// Runs `operation`; a panic in it becomes its message.
pub(crate) fn guarded<T>(operation: impl FnOnce() -> T) -> Result<T, String> {
    // Callers treat the engine as broken after a panic, so no torn state is used.
    catch_unwind(AssertUnwindSafe(operation)).map_err(|payload| panic_message(&*payload))
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panicked".to_owned())
}

impl Sidecar {
    /// Holds what a store says of itself against what was noted outside it.
    pub(crate) fn check(
        &self,
        path: &Path,
        database: [u8; 16],
        commits: u64,
    ) -> Result<(), StoreError> {
        if self.database != sidecar::shown(database) {
            return Err(StoreError::OtherDatabase {
                path: path.to_owned(),
            });
        }
        if commits < self.commits {
            return Err(StoreError::CameBackWithLess {
                path: path.to_owned(),
                commits,
                expected: self.commits,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_is_given_up_and_what_panics_is_caught() {
        let hung = within(Duration::from_millis(20), || {
            thread::park_timeout(Duration::from_secs(5));
        });
        assert!(matches!(hung, Err(Interrupted::TimedOut)));
        let panicked = within(Duration::from_secs(5), || panic!("torn page"));
        assert!(matches!(panicked, Err(Interrupted::Panicked(text)) if text == "torn page"));
        assert!(matches!(within(Duration::from_secs(5), || 7), Ok(7)));
    }
}
