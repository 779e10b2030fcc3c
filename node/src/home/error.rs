//! Why a home could not be used, and what a person can do about it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::lock::Owner;
use crate::error::{ExitKind, coded, is_out_of_files};

/// A failure concerning a node's directory.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HomeError {
    /// There is no such directory.
    #[error("there is no home in {}", path.display())]
    NotFound {
        /// The directory.
        path: PathBuf,
    },
    /// Another process has the home open.
    #[error("the home {} is in use{}", path.display(), in_use_by(owner.as_ref()))]
    InUse {
        /// The directory.
        path: PathBuf,
        /// Who, as far as that process has said.
        owner: Option<Owner>,
    },
    /// The system refuses access.
    #[error("no permission to {action} {}", path.display())]
    PermissionDenied {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's word.
        source: Arc<io::Error>,
    },
    /// A file stands where a folder should.
    #[error("{} is not a folder", .path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// No room is left.
    #[error("the disk of {} is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: Arc<io::Error>,
    },
    /// The system grants this process no further open files.
    #[error("cannot {action} {}: too many files are open", path.display())]
    TooManyFiles {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's word.
        source: Arc<io::Error>,
    },
    /// Another failure of the file system.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's word.
        source: Arc<io::Error>,
    },
    /// A file is not what it should be.
    #[error("{} cannot be understood: {detail}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A setting that this version does not know.
    #[error("{} has the unknown setting {key:?}", path.display())]
    UnknownSetting {
        /// The file.
        path: PathBuf,
        /// The setting's name.
        key: String,
        /// The names that are known.
        known: String,
    },
    /// A setting with a value that it cannot have.
    #[error("{}: setting {key:?}: {detail}", path.display())]
    InvalidSetting {
        /// The file.
        path: PathBuf,
        /// The setting's name.
        key: String,
        /// What is wrong with the value.
        detail: String,
    },
    /// A secret key can be read by others.
    #[error("the key {} can be read by other users of this machine", path.display())]
    KeyExposed {
        /// The key's file.
        path: PathBuf,
    },
    /// A key would be overwritten.
    #[error("there is a key in {} already", path.display())]
    KeyExists {
        /// The key's file.
        path: PathBuf,
    },
    /// A key is under a passphrase, and this is done without one.
    #[error("the key {} is under a passphrase", path.display())]
    KeyLocked {
        /// The key's file.
        path: PathBuf,
    },
    /// A key's file was whole once, and is not any more.
    #[error("the key {} is damaged", path.display())]
    KeyDamaged {
        /// The key's file.
        path: PathBuf,
    },
    /// The passphrase is another one.
    #[error("the passphrase does not open {}", path.display())]
    WrongPassphrase {
        /// The key's file.
        path: PathBuf,
    },
    /// The memory that trying a passphrase takes could not be had.
    #[error("not enough memory to try the passphrase")]
    PassphraseMemory,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

fn in_use_by(owner: Option<&Owner>) -> String {
    match owner {
        Some(Owner {
            pid,
            api: Some(api),
            ..
        }) => format!(" by process {pid}, reached at {api}"),
        Some(Owner { pid, .. }) => format!(" by process {pid}"),
        None => String::new(),
    }
}

impl HomeError {
    /// Names the failure for catalogues and scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "home_not_found",
            Self::InUse { owner: Some(_), .. } => "home_in_use",
            Self::InUse { owner: None, .. } => "home_in_use_unnamed",
            Self::PermissionDenied { .. } => "home_permission_denied",
            Self::DiskFull { .. } => "home_disk_full",
            Self::NotAFolder { .. } => "home_not_a_folder",
            Self::TooManyFiles { .. } => "home_too_many_files",
            Self::Io { .. } => "home_io",
            Self::Malformed { .. } => "home_file_malformed",
            Self::UnknownSetting { .. } => "config_unknown_setting",
            Self::InvalidSetting { .. } => "config_invalid_setting",
            Self::KeyExposed { .. } => "key_exposed",
            Self::KeyExists { .. } => "key_exists",
            Self::KeyLocked { .. } => "key_locked",
            Self::KeyDamaged { .. } => "key_damaged",
            Self::WrongPassphrase { .. } => "passphrase_wrong",
            Self::PassphraseMemory => "passphrase_memory",
            Self::NoRandomness => "no_randomness",
        }
    }

    /// The facts, for the catalogues' texts.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let shown = |path: &PathBuf| ("path", path.display().to_string());
        match self {
            Self::NotFound { path }
            | Self::KeyExposed { path }
            | Self::KeyExists { path }
            | Self::KeyLocked { path }
            | Self::KeyDamaged { path }
            | Self::WrongPassphrase { path } => vec![shown(path)],
            Self::InUse {
                path,
                owner: Some(owner),
            } => {
                vec![shown(path), ("pid", owner.pid.to_string())]
            }
            Self::InUse { path, owner: None } => vec![shown(path)],
            Self::DiskFull { path, source } => vec![shown(path), ("cause", source.to_string())],
            Self::NotAFolder { path } => vec![shown(path)],
            Self::PermissionDenied {
                path,
                action,
                source,
            }
            | Self::TooManyFiles {
                path,
                action,
                source,
            }
            | Self::Io {
                path,
                action,
                source,
            } => {
                vec![
                    shown(path),
                    ("action", (*action).to_owned()),
                    ("cause", source.to_string()),
                ]
            }
            Self::Malformed { path, detail } => vec![shown(path), ("detail", detail.clone())],
            Self::UnknownSetting { path, key, known } => {
                vec![shown(path), ("key", key.clone()), ("known", known.clone())]
            }
            Self::InvalidSetting { path, key, detail } => {
                vec![
                    shown(path),
                    ("key", key.clone()),
                    ("detail", detail.clone()),
                ]
            }
            Self::PassphraseMemory | Self::NoRandomness => Vec::new(),
        }
    }

    /// What failed when the system refused to `action` the file at `path`.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let (path, source) = (path.into(), Arc::new(source));
        match source.kind() {
            _ if is_out_of_files(&source) => Self::TooManyFiles {
                path,
                action,
                source,
            },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::PermissionDenied {
                    path,
                    action,
                    source,
                }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path, source }
            }
            io::ErrorKind::NotADirectory => Self::NotAFolder { path },
            io::ErrorKind::AlreadyExists if path.is_file() => Self::NotAFolder { path },
            _ => Self::Io {
                path,
                action,
                source,
            },
        }
    }

    /// One example of each variant, so that the catalogues can be checked against all.
    #[cfg(test)]
    pub(crate) fn examples() -> Vec<Self> {
        let path = || PathBuf::from("/home/file");
        let text = || "text".to_owned();
        vec![
            Self::NotFound { path: path() },
            Self::InUse {
                path: path(),
                owner: Some(Owner {
                    pid: 1,
                    api: None,
                    token_file: None,
                }),
            },
            Self::InUse {
                path: path(),
                owner: None,
            },
            Self::file("write", path(), io::ErrorKind::PermissionDenied.into()),
            Self::file("write", path(), io::ErrorKind::StorageFull.into()),
            Self::file("write", path(), io::ErrorKind::Other.into()),
            Self::TooManyFiles {
                path: path(),
                action: "open",
                source: Arc::new(io::ErrorKind::Other.into()),
            },
            Self::NotAFolder { path: path() },
            Self::Malformed {
                path: path(),
                detail: text(),
            },
            Self::UnknownSetting {
                path: path(),
                key: text(),
                known: text(),
            },
            Self::InvalidSetting {
                path: path(),
                key: text(),
                detail: text(),
            },
            Self::KeyExposed { path: path() },
            Self::KeyExists { path: path() },
            Self::KeyLocked { path: path() },
            Self::KeyDamaged { path: path() },
            Self::WrongPassphrase { path: path() },
            Self::PassphraseMemory,
            Self::NoRandomness,
        ]
    }
}

coded! {
    HomeError => |error| match error {
        HomeError::NotFound { .. } => ExitKind::NotFound,
        HomeError::UnknownSetting { .. } | HomeError::InvalidSetting { .. } => ExitKind::Usage,
        HomeError::KeyLocked { .. } | HomeError::WrongPassphrase { .. } => ExitKind::Refused,
        _ => ExitKind::Failed,
    };
}
