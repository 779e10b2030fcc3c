//! A small synced file beside the store that knows how far it had got.
//!
//! sled may open a damaged store silently empty. The sidecar lies outside its folder
//! (`store.json` beside `store/`) and names the database and a number of commits that it had *at
//! least*. Writing it costs some four syncs, so it follows at a distance: at once when the store is
//! created and when it is closed, and in between one second after the last commit or every two
//! seconds under load, always after the commits were acknowledged. What it says is thus a lower
//! bound, and a store that lost only the last two seconds passes. That is enough: what lies are
//! about is whole stores, this node's own entries lie in the [`super::Outbox`] as well, and the
//! others' are sent again, because a peer goes by the frontier that this node states.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::engine::Store;
use super::sled_store::FORMAT;
use crate::home::atomic::{self, Access};

/// What is known of a store from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    /// The store's identity, in hexadecimal.
    pub database: String,
    /// The store's format.
    pub format: u32,
    /// Commits it has at least.
    pub commits: u64,
    /// Entries it has at least, of all journals.
    pub entries: u64,
}

/// What a sidecar of any version says.
#[derive(Deserialize)]
struct Stated {
    format: u32,
}

/// The sidecar of the store at `path`.
#[must_use]
pub fn path_of(path: &Path) -> PathBuf {
    with_suffix(path, ".json")
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

pub(crate) fn shown(database: [u8; 16]) -> String {
    HEXLOWER.encode(&database)
}

/// Reads the sidecar of the store at `path`, if there is one.
///
/// A sidecar that cannot be understood is reported: it is written whole or not at all, so
/// something else changed it.
///
/// # Errors
/// [`StoreError::Damaged`], or whatever the file system says.
pub fn read(path: &Path) -> Result<Option<Sidecar>, StoreError> {
    let file = path_of(path);
    let bytes = match fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::file("read", file, error)),
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        match serde_json::from_slice::<Stated>(&bytes) {
            Ok(Stated { format }) if format > FORMAT => StoreError::NewerFormat {
                path: file,
                found: format,
                known: FORMAT,
            },
            _ => StoreError::Damaged {
                path: path.to_owned(),
                detail: format!("{}: {error}", file.display()),
            },
        }
    })
}

/// Writes the sidecar of the store at `path`, durably.
///
/// # Errors
/// Whatever the file system says.
pub fn write(path: &Path, sidecar: &Sidecar) -> Result<(), StoreError> {
    let file = path_of(path);
    let mut bytes = serde_json::to_vec_pretty(sidecar).expect("plain fields always serialise");
    bytes.push(b'\n');
    atomic::write(&file, &bytes, Access::Default)
        .map_err(|error| StoreError::file("write", file, error))
}

/// Writes the sidecar at the right moments.
#[derive(Debug)]
pub(crate) struct Keeper {
    path: PathBuf,
    written: Option<(u64, Instant)>,
    last_commit: Option<Instant>,
}

/// A pause after which the sidecar follows.
const QUIET: Duration = Duration::from_secs(1);
/// How long it may stay behind while commits go on.
const BUSY: Duration = Duration::from_secs(2);

impl Keeper {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            written: None,
            last_commit: None,
        }
    }

    /// How long until the sidecar should be written if nothing else happens; `None` if it is
    /// current.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.last_commit
            .map(|at| QUIET.saturating_sub(at.elapsed()))
    }

    /// Notes a commit; writes if the last writing is long ago.
    pub(crate) fn committed(&mut self, store: &dyn Store, entries: u64) {
        self.last_commit = Some(Instant::now());
        if self.written.is_none_or(|(_, at)| at.elapsed() >= BUSY) {
            self.write_now(store, entries);
        }
    }

    /// Writes if there is anything new.
    ///
    /// A failure is no reason to stop: the sidecar is a lower bound, and the store itself will
    /// meet the same disk.
    pub(crate) fn write_now(&mut self, store: &dyn Store, entries: u64) {
        self.last_commit = None;
        let stats = store.stats();
        if self
            .written
            .is_some_and(|(commits, _)| commits == stats.commits)
        {
            return;
        }
        self.written = Some((stats.commits, Instant::now()));
        let database = shown(stats.database);
        let sidecar = Sidecar {
            database,
            format: FORMAT,
            commits: stats.commits,
            entries,
        };
        if let Err(error) = write(&self.path, &sidecar) {
            tracing::warn!(%error, "the store's sidecar cannot be written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_of_a_later_version_is_no_damage() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        fs::write(path_of(&store), r#"{"format":9,"database":{"id":"ab"}}"#).unwrap();
        assert_eq!(read(&store).unwrap_err().code(), "store_newer_format");
        fs::write(path_of(&store), r#"{"format":1,"database":{"id":"ab"}}"#).unwrap();
        assert_eq!(read(&store).unwrap_err().code(), "store_damaged");
    }
}
