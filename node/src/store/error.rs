//! Why the store could not do something, and what a person can do about it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use sync_protocol::id::NodeId;

use crate::error::{ExitKind, coded, is_out_of_files};

/// A failure of the store.
///
/// Cloned to everyone whose write shared a failed commit.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another handle has the store open.
    #[error("the store in {} is in use by another program", path.display())]
    InUse {
        /// The store's folder.
        path: PathBuf,
    },
    /// The system refuses access to a file.
    #[error("no permission to {action} {}", path.display())]
    PermissionDenied {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's word.
        source: Arc<io::Error>,
    },
    /// No room is left.
    #[error("the disk of {} is full", path.display())]
    DiskFull {
        /// The file or folder.
        path: PathBuf,
        /// The system's word.
        source: Arc<io::Error>,
    },
    /// The system grants this process no further open files.
    #[error("cannot {action} {}: too many files are open", path.display())]
    TooManyFiles {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's word.
        source: Arc<io::Error>,
    },
    /// Another failure of the file system.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's word.
        source: Arc<io::Error>,
    },
    /// The engine refuses or cannot read its files, or a value is not what was stored.
    #[error("the store in {} is damaged: {detail}", path.display())]
    Damaged {
        /// The store's folder.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The engine did not come back from opening its files: they are damaged.
    #[error("the store in {} did not open within {seconds} s", path.display())]
    OpenTimedOut {
        /// The store's folder.
        path: PathBuf,
        /// The time limit.
        seconds: u64,
    },
    /// The sidecar knows a store that is no longer there.
    #[error("the store in {} is gone: {commits} commits were made in it", path.display())]
    Missing {
        /// The store's folder.
        path: PathBuf,
        /// Commits it had at least.
        commits: u64,
    },
    /// The store lost commits that it had acknowledged.
    #[error(
        "the store in {} came back with {commits} commits of at least {expected}",
        path.display()
    )]
    CameBackWithLess {
        /// The store's folder.
        path: PathBuf,
        /// Commits found.
        commits: u64,
        /// Commits it had at least.
        expected: u64,
    },
    /// The journals in the store are shorter than they were.
    #[error("the store in {} holds {entries} entries of at least {expected}", path.display())]
    EntriesMissing {
        /// The store's folder.
        path: PathBuf,
        /// Entries found.
        entries: u64,
        /// Entries it had at least.
        expected: u64,
    },
    /// The sidecar belongs to another store.
    #[error("the store in {} is not the one this home was used with", path.display())]
    OtherDatabase {
        /// The store's folder.
        path: PathBuf,
    },
    /// A later version wrote the store.
    #[error("the store in {} has format {found}, this version knows {known}", path.display())]
    NewerFormat {
        /// The store's folder.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The latest format known here.
        known: u32,
    },
    /// A write failed before: it is not known what reached the disk.
    #[error("the store takes no more writes until the node is restarted: {cause}")]
    ReadOnly {
        /// The first failure.
        cause: Arc<Self>,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A key or value exceeds its bound.
    #[error("a key of {key_bytes} bytes with a value of {value_bytes} cannot be stored")]
    TooLarge {
        /// Bytes of the key.
        key_bytes: usize,
        /// Bytes of the value.
        value_bytes: usize,
    },
    /// A run starts after a gap.
    #[error("a run of {author:?} starts at {first}, held up to {held}")]
    Gap {
        /// The journal.
        author: NodeId,
        /// First entry of the run.
        first: u64,
        /// Last entry held.
        held: u64,
    },
    /// A run names another predecessor than the entry held.
    #[error("a run of {author:?} continues another entry {seq} than the one held")]
    Forked {
        /// The journal.
        author: NodeId,
        /// The entry on which the two disagree.
        seq: u64,
    },
}

impl StoreError {
    /// Names the failure for catalogues and scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "store_in_use",
            Self::PermissionDenied { .. } => "store_permission_denied",
            Self::DiskFull { .. } => "store_disk_full",
            Self::TooManyFiles { .. } => "store_too_many_files",
            Self::Io { .. } => "store_io",
            Self::Damaged { .. } => "store_damaged",
            Self::OpenTimedOut { .. } => "store_open_timed_out",
            Self::Missing { .. } => "store_missing",
            Self::CameBackWithLess { .. } => "store_came_back_with_less",
            Self::EntriesMissing { .. } => "store_entries_missing",
            Self::OtherDatabase { .. } => "store_other_database",
            Self::NewerFormat { .. } => "store_newer_format",
            Self::ReadOnly { .. } => "store_read_only",
            Self::Closed => "store_closed",
            Self::TooLarge { .. } => "store_value_too_large",
            Self::Gap { .. } => "journal_gap",
            Self::Forked { .. } => "journal_forked",
        }
    }

    /// The facts, for the catalogues' texts.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let shown = |path: &PathBuf| ("path", path.display().to_string());
        match self {
            Self::InUse { path } | Self::OtherDatabase { path } => vec![shown(path)],
            Self::DiskFull { path, source } => vec![shown(path), ("cause", source.to_string())],
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
            Self::Damaged { path, detail } => vec![shown(path), ("detail", detail.clone())],
            Self::OpenTimedOut { path, seconds } => {
                vec![shown(path), ("seconds", seconds.to_string())]
            }
            Self::Missing { path, commits } => vec![shown(path), ("commits", commits.to_string())],
            Self::CameBackWithLess {
                path,
                commits,
                expected,
            } => vec![
                shown(path),
                ("commits", commits.to_string()),
                ("expected", expected.to_string()),
            ],
            Self::EntriesMissing {
                path,
                entries,
                expected,
            } => vec![
                shown(path),
                ("entries", entries.to_string()),
                ("expected", expected.to_string()),
            ],
            Self::NewerFormat { path, found, known } => {
                vec![
                    shown(path),
                    ("found", found.to_string()),
                    ("known", known.to_string()),
                ]
            }
            Self::ReadOnly { cause } => vec![("cause", cause.to_string())],
            Self::Closed => Vec::new(),
            Self::TooLarge {
                key_bytes,
                value_bytes,
            } => vec![
                ("key_bytes", key_bytes.to_string()),
                ("value_bytes", value_bytes.to_string()),
            ],
            Self::Gap {
                author,
                first,
                held,
            } => vec![
                ("author", author.short()),
                ("first", first.to_string()),
                ("held", held.to_string()),
            ],
            Self::Forked { author, seq } => {
                vec![("author", author.short()), ("seq", seq.to_string())]
            }
        }
    }

    /// Whether the runs are at fault and not the store, which goes on.
    #[must_use]
    pub const fn refuses_the_run(&self) -> bool {
        matches!(self, Self::Gap { .. } | Self::Forked { .. })
    }

    /// Whether the store itself lost something, so that `doctor --repair` is what helps.
    #[must_use]
    pub const fn means_loss(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. }
                | Self::OpenTimedOut { .. }
                | Self::Missing { .. }
                | Self::CameBackWithLess { .. }
                | Self::EntriesMissing { .. }
                | Self::OtherDatabase { .. }
        )
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
        let path = || PathBuf::from("/home/store");
        let io = |kind| Arc::new(io::Error::from(kind));
        vec![
            Self::InUse { path: path() },
            Self::file("write", path(), io::ErrorKind::PermissionDenied.into()),
            Self::file("write", path(), io::ErrorKind::StorageFull.into()),
            Self::TooManyFiles {
                path: path(),
                action: "open",
                source: io(io::ErrorKind::Other),
            },
            Self::Io {
                path: path(),
                action: "read",
                source: io(io::ErrorKind::Other),
            },
            Self::Damaged {
                path: path(),
                detail: "checksum".to_owned(),
            },
            Self::OpenTimedOut {
                path: path(),
                seconds: 60,
            },
            Self::Missing {
                path: path(),
                commits: 3,
            },
            Self::CameBackWithLess {
                path: path(),
                commits: 1,
                expected: 3,
            },
            Self::EntriesMissing {
                path: path(),
                entries: 1,
                expected: 3,
            },
            Self::OtherDatabase { path: path() },
            Self::NewerFormat {
                path: path(),
                found: 2,
                known: 1,
            },
            Self::ReadOnly {
                cause: Arc::new(Self::Closed),
            },
            Self::Closed,
            Self::TooLarge {
                key_bytes: 0,
                value_bytes: 0,
            },
            Self::Gap {
                author: NodeId::ZERO,
                first: 5,
                held: 2,
            },
            Self::Forked {
                author: NodeId::ZERO,
                seq: 2,
            },
        ]
    }
}

coded! {
    StoreError => |_| ExitKind::Failed;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::home::HomeError;
    use crate::store::JournalDamage;

    const FRENCH: &str = include_str!("../../locales/fr/store.ftl");
    const ENGLISH: &str = include_str!("../../locales/en/store.ftl");

    /// The text under `key`, continuation lines included.
    fn text(catalogue: &str, key: &str) -> Option<String> {
        let mut lines = catalogue
            .lines()
            .skip_while(|line| !line.starts_with(&format!("{key} =")));
        let first = lines.next()?;
        let rest = lines.take_while(|line| line.starts_with(' '));
        Some(
            std::iter::once(first)
                .chain(rest)
                .collect::<Vec<_>>()
                .join("\n"),
        )
    }

    fn variables(text: &str) -> BTreeSet<&str> {
        let after_dollar = text.split('$').skip(1);
        let end = |c: char| !c.is_alphanumeric() && c != '_';
        after_dollar
            .filter_map(|rest| rest.split(end).next())
            .collect()
    }

    #[test]
    fn every_error_has_a_text_in_both_languages() {
        let damage = JournalDamage {
            author: NodeId::ZERO,
            sound: sync_protocol::frontier::Tip::EMPTY,
            held: 1,
            detail: String::new(),
        };
        let store = StoreError::examples()
            .into_iter()
            .map(|error| (error.code(), error.args()));
        let home = HomeError::examples()
            .into_iter()
            .map(|error| (error.code(), error.args()));
        let mut expected = BTreeSet::new();
        for (code, args) in store.chain(home).chain([(damage.code(), damage.args())]) {
            let names: BTreeSet<_> = args.iter().map(|(name, _)| *name).collect();
            let key = format!("error-{}", code.replace('_', "-"));
            for catalogue in [FRENCH, ENGLISH] {
                let text = text(catalogue, &key).unwrap_or_else(|| panic!("{key} is missing"));
                let used = variables(&text);
                assert!(
                    used.is_subset(&names),
                    "{key} uses {used:?}, given {names:?}"
                );
            }
            assert!(expected.insert(key), "{code} is used twice");
        }
        for catalogue in [FRENCH, ENGLISH] {
            let keys = catalogue
                .lines()
                .filter_map(|line| line.split_once(" ="))
                .map(|(key, _)| key)
                .filter(|key| key.starts_with("error-"));
            let surplus: Vec<_> = keys.filter(|key| !expected.contains(*key)).collect();
            assert!(surplus.is_empty(), "texts without an error: {surplus:?}");
        }
    }

    #[test]
    fn the_systems_word_decides_what_a_failure_is() {
        let code = |kind: io::ErrorKind| StoreError::file("write", "db", kind.into()).code();
        assert_eq!(
            code(io::ErrorKind::PermissionDenied),
            "store_permission_denied"
        );
        assert_eq!(
            code(io::ErrorKind::ReadOnlyFilesystem),
            "store_permission_denied"
        );
        assert_eq!(code(io::ErrorKind::StorageFull), "store_disk_full");
        assert_eq!(code(io::ErrorKind::Other), "store_io");
    }
}
