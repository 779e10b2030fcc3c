//! What can go wrong when an edit is drafted or entries are applied.

use sync_protocol::charter::DeniedReason;
use sync_protocol::id::RecordId;

use super::authority::NotPermitted;
use crate::error::{ExitKind, coded};
use crate::view::ViewError;

/// An edit that cannot be drafted, or a read model that cannot follow.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// The read model failed.
    #[error(transparent)]
    View(#[from] ViewError),
    /// A record of this identity exists.
    #[error("the record {record} exists already")]
    RecordExists {
        /// The record.
        record: RecordId,
    },
    /// A record of this identity was erased, for ever.
    #[error("the record {record} was erased and is not made again")]
    RecordErased {
        /// The record.
        record: RecordId,
    },
    /// A record without any value.
    #[error("a record without any value cannot be created")]
    EmptyRecord,
    /// The edit makes more bytes than an entry holds.
    #[error("the edit takes {actual} bytes, more than the {limit} an entry holds")]
    EditTooLarge {
        /// Bytes of the body.
        actual: usize,
        /// The most a body holds.
        limit: usize,
    },
    /// The field's name cannot be stored.
    #[error("{field} is not a name for a field")]
    MalformedField {
        /// The name.
        field: String,
    },
    /// The record's document could not be read any more and is kept aside.
    #[error("the record {record} cannot be changed until the read model is rebuilt")]
    Quarantined {
        /// The record.
        record: RecordId,
    },
    /// The charter does not let this structure do it.
    #[error(transparent)]
    NotPermitted(Box<NotPermitted>),
    /// Automerge did something this version does not expect.
    #[error("the record's document could not be changed: {detail}")]
    Document {
        /// Automerge's words.
        detail: String,
    },
}

impl ReplicaError {
    /// The stable name of this kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::View(error) => error.code(),
            Self::RecordExists { .. } => "record_exists",
            Self::RecordErased { .. } => "record_erased",
            Self::EmptyRecord => "empty_record",
            Self::EditTooLarge { .. } => "edit_too_large",
            Self::MalformedField { .. } => "malformed_field",
            Self::Quarantined { .. } => "record_quarantined",
            Self::NotPermitted(error) => match error.reason {
                DeniedReason::NotAMember => "not_a_member",
                DeniedReason::NoMandate => "no_mandate",
                DeniedReason::NotAParty => "not_a_party",
            },
            Self::Document { .. } => "document_failure",
        }
    }

    /// Every code of this module's own, for the message catalogues' test. Those of what is not
    /// permitted are the charter's.
    pub const CODES: [&'static str; 7] = [
        "record_exists",
        "record_erased",
        "empty_record",
        "edit_too_large",
        "malformed_field",
        "record_quarantined",
        "document_failure",
    ];

    /// The facts the error's message names.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::View(error) => error.args(),
            Self::RecordExists { record }
            | Self::RecordErased { record }
            | Self::Quarantined { record } => {
                vec![("id", record.to_string())]
            }
            Self::EmptyRecord => Vec::new(),
            Self::EditTooLarge { actual, limit } => {
                vec![("actual", actual.to_string()), ("limit", limit.to_string())]
            }
            Self::MalformedField { field } => vec![("field", field.clone())],
            Self::NotPermitted(error) => error.args(),
            Self::Document { detail } => vec![("detail", detail.clone())],
        }
    }
}

coded! {
    ReplicaError => |error| match error {
        ReplicaError::View(error) => error.exit(),
        ReplicaError::RecordExists { .. }
        | ReplicaError::RecordErased { .. }
        | ReplicaError::EmptyRecord
        | ReplicaError::EditTooLarge { .. }
        | ReplicaError::MalformedField { .. } => ExitKind::Usage,
        ReplicaError::NotPermitted(_) => ExitKind::Refused,
        ReplicaError::Quarantined { .. } | ReplicaError::Document { .. } => ExitKind::Failed,
    };
}
