//! A node's directory: keys, settings, lock, outbox.
//!
//! | name | content | module |
//! |---|---|---|
//! | `lock`, `owner.json` | who has the home open, and where to reach it | [`lock`] |
//! | `config.json` | settings a person may edit | [`config`] |
//! | `keys/persons/` | keys of persons of the committee, made here | [`persons`] |
//! | `keys/node.key`, `keys/root.key`, `keys/sealing-1.key`, … | secrets | [`keys`] |
//! | `network.json` | the network this node belongs to | [`membership`] |
//! | `credentials.json` | what of the store is needed to take part without it | [`credentials`] |
//! | `mappings/` | what columns of files mean, by name | [`mappings`] |
//! | `invitations.json` | invitations made here and not yet used | [`invitations`] |
//! | `api.token` | the local API's bearer token | `crate::api` |
//! | `store/`, `store.json`, `outbox/` | the journals | [`crate::store`] |
//! | `blobs/` | sealed parts and attachments, by hash | [`crate::blobs`] |
//! | `view/` | the read model, derived | [`crate::view`] |
//!
//! Which directory it is by default is the command line's business. Everything small is written by
//! [`atomic`].

pub mod atomic;
pub mod config;
pub mod credentials;
pub mod digest;
mod error;
pub mod invitations;
mod json_file;
pub mod keys;
pub mod lock;
pub mod mappings;
pub mod membership;
pub mod notify;
pub mod persons;
pub mod syncs;

use std::fs;
use std::path::{Path, PathBuf};

pub use error::HomeError;

/// A node's directory. Opening one takes no lock: see [`Home::lock`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    directory: PathBuf,
}

impl Home {
    /// The home in `directory`, which must exist.
    ///
    /// # Errors
    /// [`HomeError::NotFound`], or whatever the file system says.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, HomeError> {
        let directory = directory.into();
        match fs::metadata(&directory) {
            Ok(facts) if facts.is_dir() => Ok(Self { directory }),
            Ok(_) => Err(HomeError::NotFound { path: directory }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(HomeError::NotFound { path: directory })
            }
            Err(error) => Err(HomeError::file("open", directory, error)),
        }
    }

    /// The home in `directory`, which is created for its owner alone where it does not exist.
    ///
    /// On Windows the access list of the profile folder protects it.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn create(directory: impl Into<PathBuf>) -> Result<Self, HomeError> {
        let directory = directory.into();
        create_private(&directory)
            .map_err(|error| HomeError::file("create", directory.clone(), error))?;
        Self::open(directory)
    }

    /// The directory itself.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the journals are stored.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.directory.join("store")
    }

    /// Where the outbox is.
    #[must_use]
    pub fn outbox(&self) -> PathBuf {
        self.directory.join("outbox")
    }

    /// Where blobs are.
    #[must_use]
    pub fn blobs(&self) -> PathBuf {
        self.directory.join("blobs")
    }

    /// The read model's file; its folder is made by whoever writes it.
    #[must_use]
    pub fn view(&self) -> PathBuf {
        self.directory.join("view").join("registry.sqlite")
    }

    /// The local API's token file.
    #[must_use]
    pub fn api_token(&self) -> PathBuf {
        self.directory.join("api.token")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// Creates `directory` and what leads to it, readable by the owner alone.
#[cfg(unix)]
pub(crate) fn create_private(directory: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

/// Creates `directory` and what leads to it; the profile's access list protects it.
#[cfg(not(unix))]
pub(crate) fn create_private(directory: &Path) -> std::io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_created_private_and_opened_only_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("new/home");
        assert_eq!(Home::open(&directory).unwrap_err().code(), "home_not_found");
        Home::create(&directory).unwrap();
        Home::create(&directory).unwrap();
        Home::open(&directory).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&directory).unwrap().permissions().mode() & 0o777,
                0o700
            );
        }
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        assert_eq!(Home::open(&file).unwrap_err().code(), "home_not_found");
    }
}
