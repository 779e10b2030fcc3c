//! What can be wrong with a blob, or with keeping one.

use std::io;
use std::path::Path;

use sync_protocol::id::BlobHash;

use crate::error::{ExitKind, coded};
use crate::home::HomeError;

/// A blob that cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// It is not here.
    #[error("the blob {} is not held here", .hash.short())]
    NotHeld {
        /// Which.
        hash: BlobHash,
    },
    /// Its file has another length than when it was written.
    #[error("the blob {} has {actual} bytes and not {stated}", .hash.short())]
    Truncated {
        /// Which.
        hash: BlobHash,
        /// How many bytes it had.
        stated: u64,
        /// How many there are.
        actual: u64,
    },
    /// Its bytes are others than those it is named by.
    #[error("the blob {} is damaged", .hash.short())]
    Damaged {
        /// Which.
        hash: BlobHash,
    },
    /// What was sent under that hash is something else.
    #[error("what was sent as blob {} is another one", .hash.short())]
    OtherBlob {
        /// Which was asked for.
        hash: BlobHash,
    },
    /// No blob may be so large.
    #[error("{actual} bytes exceed the {limit} of a blob")]
    TooLarge {
        /// Its bytes.
        actual: u64,
        /// The most there may be.
        limit: u64,
    },
    /// It does not fit beside what is held.
    #[error("{needed} bytes do not fit: {held} of {quota} are used")]
    OverQuota {
        /// Its bytes.
        needed: u64,
        /// Bytes that are held.
        held: u64,
        /// Bytes that may be held.
        quota: u64,
    },
    /// The file system refused.
    #[error(transparent)]
    File(#[from] HomeError),
}

impl BlobError {
    pub(super) fn file(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self::File(HomeError::file(action, path, error))
    }

    /// Names the failure for catalogues and scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotHeld { .. } => "blob_not_held",
            Self::Truncated { .. } => "blob_truncated",
            Self::Damaged { .. } => "blob_damaged",
            Self::OtherBlob { .. } => "blob_other",
            Self::TooLarge { .. } => "blob_too_large",
            Self::OverQuota { .. } => "blob_over_quota",
            Self::File(error) => error.code(),
        }
    }

    /// Every code of this module's own, for the message catalogues' test.
    pub const CODES: [&'static str; 6] = [
        "blob_not_held",
        "blob_truncated",
        "blob_damaged",
        "blob_other",
        "blob_too_large",
        "blob_over_quota",
    ];

    /// The facts, for the catalogues' texts.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let named = |hash: &BlobHash| ("blob", hash.short());
        match self {
            Self::NotHeld { hash } | Self::Damaged { hash } | Self::OtherBlob { hash } => {
                vec![named(hash)]
            }
            Self::Truncated {
                hash,
                stated,
                actual,
            } => vec![
                named(hash),
                ("stated", stated.to_string()),
                ("actual", actual.to_string()),
            ],
            Self::TooLarge { actual, limit } => {
                vec![("actual", megabytes(*actual)), ("limit", megabytes(*limit))]
            }
            Self::OverQuota {
                needed,
                held,
                quota,
            } => vec![
                ("needed", megabytes(*needed)),
                ("held", megabytes(*held)),
                ("quota", megabytes(*quota)),
            ],
            Self::File(error) => error.args(),
        }
    }
}

/// Bytes as people read them, in whole megabytes, upwards.
pub(crate) fn megabytes(bytes: u64) -> String {
    bytes.div_ceil(1_000_000).to_string()
}

coded! {
    BlobError => |error| match error {
        BlobError::NotHeld { .. } => ExitKind::NotFound,
        BlobError::TooLarge { .. } => ExitKind::Usage,
        BlobError::File(error) => crate::error::Coded::exit(error),
        _ => ExitKind::Failed,
    };
}
