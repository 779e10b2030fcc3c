//! Why a sealed part is not read, or not sealed.

use sync_protocol::seal::part::OpenError;
use sync_protocol::seal::wrap::WrapError;

use crate::blobs::BlobError;
use crate::error::{Coded, ExitKind, coded};

/// A sealed part that does not open, or cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// Nothing is sealed under that name.
    #[error("nothing is sealed there")]
    NothingSealed,
    /// No wrap for this structure.
    #[error("this structure is not among those who may read it")]
    NotAReader,
    /// Sealed to a key of ours whose secret this node does not hold.
    #[error("the secret of sealing key {generation} is not on this node")]
    NoSecret {
        /// Which key.
        generation: u32,
    },
    /// The wrap was made for another record, part or structure.
    #[error("its key was made for another record or another part")]
    WrapElsewhere,
    /// The key is not the one committed to: its author shows others something else.
    #[error("its key is not the one that its author committed to")]
    OtherKey,
    /// The blob is as long as its hash says, and its seal says another length.
    #[error("its seal states {stated} bytes, and its blob has {actual}")]
    OtherSize {
        /// Bytes stated.
        stated: u32,
        /// Bytes there are.
        actual: usize,
    },
    /// The blob does not open, or holds what it may not.
    #[error("what was sealed cannot be read")]
    Unreadable,
    /// In a format that this version does not know.
    #[error("it was sealed by a newer version")]
    Newer,
    /// Longer than what is sealed at once.
    #[error("{actual} bytes exceed the {limit} that are sealed at once")]
    TooLarge {
        /// Its bytes.
        actual: usize,
        /// The most there may be.
        limit: usize,
    },
    /// The blob is missing or damaged.
    #[error(transparent)]
    Blob(BlobError),
}

impl SealingError {
    pub(super) const fn of_wrap(error: &WrapError) -> Self {
        match error {
            WrapError::NoWrap => Self::NotAReader,
            WrapError::NoSecret(generation) => Self::NoSecret {
                generation: generation.0,
            },
            WrapError::NotForHere => Self::WrapElsewhere,
            WrapError::OtherKey => Self::OtherKey,
        }
    }

    pub(super) const fn of_blob(error: OpenError) -> Self {
        match error {
            OpenError::Size { stated, actual } => Self::OtherSize { stated, actual },
            OpenError::OtherKey => Self::OtherKey,
            OpenError::Format(_) => Self::Newer,
            // The store verified the blob, so what is wrong was wrong when it was sealed.
            OpenError::OtherBlob | OpenError::NotSealed | OpenError::Padding => Self::Unreadable,
        }
    }

    /// Names the failure for catalogues and scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NothingSealed => "nothing_sealed",
            Self::NotAReader => "not_a_reader",
            Self::NoSecret { .. } => "sealing_secret_missing",
            Self::WrapElsewhere => "wrap_elsewhere",
            Self::OtherKey => "sealed_key_differs",
            Self::OtherSize { .. } => "sealed_size_differs",
            Self::Unreadable => "sealed_unreadable",
            Self::Newer => "sealed_newer",
            Self::TooLarge { .. } => "sealed_too_large",
            Self::Blob(error) => error.code(),
        }
    }

    /// Every code of this module's own, for the message catalogues' test.
    pub const CODES: [&'static str; 9] = [
        "nothing_sealed",
        "not_a_reader",
        "sealing_secret_missing",
        "wrap_elsewhere",
        "sealed_key_differs",
        "sealed_size_differs",
        "sealed_unreadable",
        "sealed_newer",
        "sealed_too_large",
    ];

    /// The facts, for the catalogues' texts.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoSecret { generation } => vec![("generation", generation.to_string())],
            Self::OtherSize { stated, actual } => vec![
                ("stated", stated.to_string()),
                ("actual", actual.to_string()),
            ],
            Self::TooLarge { actual, limit } => {
                vec![("actual", actual.to_string()), ("limit", limit.to_string())]
            }
            Self::Blob(error) => error.args(),
            Self::NothingSealed
            | Self::NotAReader
            | Self::WrapElsewhere
            | Self::OtherKey
            | Self::Unreadable
            | Self::Newer => Vec::new(),
        }
    }
}

coded! {
    SealingError => |error| match error {
        SealingError::NothingSealed => ExitKind::NotFound,
        SealingError::NotAReader => ExitKind::Refused,
        SealingError::TooLarge { .. } => ExitKind::Usage,
        SealingError::Blob(error) => Coded::exit(error),
        _ => ExitKind::Failed,
    };
}
