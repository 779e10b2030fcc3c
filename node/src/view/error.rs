//! What can go wrong when the read model is written or asked.

use crate::error::{ExitKind, coded};

/// An answer that the read model cannot give.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// SQLite failed: disk full, file removed, database damaged.
    #[error("the read model could not be used")]
    Database(#[from] rusqlite::Error),
    /// The read model's folder could not be made, or its files not removed.
    #[error("the read model's files could not be reached")]
    Files(#[from] std::io::Error),
    /// A stored value does not have the form this version writes.
    #[error("the read model holds a malformed {what}")]
    Malformed {
        /// What was being read.
        what: &'static str,
    },
    /// No record has this identity.
    #[error("no record is named {id}")]
    UnknownRecord {
        /// What was asked for.
        id: String,
    },
    /// Several records have identities that begin so.
    #[error("{prefix} could be any of {}", candidates.join(", "))]
    AmbiguousPrefix {
        /// What was asked for.
        prefix: String,
        /// Some of the identities that begin so.
        candidates: Vec<String>,
    },
    /// The text is not the beginning of an identity.
    #[error("{prefix} is not the beginning of an identity (hexadecimal digits)")]
    MalformedPrefix {
        /// What was asked for.
        prefix: String,
    },
    /// No collection has this name.
    #[error("there is no collection named {collection}")]
    UnknownCollection {
        /// What was asked for.
        collection: String,
    },
    /// The collection has no field of this name.
    #[error("{collection} has no field named {field}")]
    UnknownField {
        /// The collection.
        collection: String,
        /// What was asked for.
        field: String,
    },
    /// A condition is not of the form field, operator, value.
    #[error("the condition {condition} is not understood")]
    MalformedCondition {
        /// What was asked for.
        condition: String,
    },
    /// A condition compares a field with something it cannot hold.
    #[error("{value} is not a value that {field} can be compared with")]
    MalformedValue {
        /// The field.
        field: String,
        /// What was asked for.
        value: String,
    },
    /// A search without a word in it.
    #[error("there is no word to search for")]
    EmptySearch,
    /// A query that is more than one reading statement.
    #[error("only one SELECT statement is allowed: {reason}")]
    ForbiddenQuery {
        /// What was not allowed.
        reason: String,
    },
    /// SQLite does not understand the query.
    #[error("the query is not understood: {reason}")]
    MalformedQuery {
        /// SQLite's words.
        reason: String,
    },
    /// A query took too long and was stopped.
    #[error("the query was stopped after {seconds} s")]
    QueryTooLong {
        /// How long it was let run.
        seconds: u64,
    },
}

impl ViewError {
    /// The stable name of this kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Database(error) => match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DiskFull) => "view_disk_full",
                // Also what SQLite says where no further file can be opened.
                Some(rusqlite::ErrorCode::CannotOpen) => "view_files",
                _ => "view_database",
            },
            Self::Files(_) => "view_files",
            Self::Malformed { .. } => "view_malformed",
            Self::UnknownRecord { .. } => "unknown_record",
            Self::AmbiguousPrefix { .. } => "ambiguous_prefix",
            Self::MalformedPrefix { .. } => "malformed_prefix",
            Self::UnknownCollection { .. } => "unknown_collection",
            Self::UnknownField { .. } => "unknown_field",
            Self::MalformedCondition { .. } => "malformed_condition",
            Self::MalformedValue { .. } => "malformed_condition_value",
            Self::EmptySearch => "empty_search",
            Self::ForbiddenQuery { .. } => "forbidden_query",
            Self::MalformedQuery { .. } => "malformed_query",
            Self::QueryTooLong { .. } => "query_too_long",
        }
    }

    /// Every code there is, for the message catalogues' test.
    pub const CODES: [&'static str; 15] = [
        "view_database",
        "view_disk_full",
        "view_files",
        "view_malformed",
        "unknown_record",
        "ambiguous_prefix",
        "malformed_prefix",
        "unknown_collection",
        "unknown_field",
        "malformed_condition",
        "malformed_condition_value",
        "empty_search",
        "forbidden_query",
        "malformed_query",
        "query_too_long",
    ];

    /// The facts the error's message names.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Database(source) => vec![("detail", source.to_string())],
            Self::Files(source) => vec![("detail", source.to_string())],
            Self::Malformed { what } => vec![("what", (*what).to_owned())],
            Self::UnknownRecord { id } => vec![("id", id.clone())],
            Self::AmbiguousPrefix { prefix, candidates } => {
                vec![
                    ("prefix", prefix.clone()),
                    ("candidates", candidates.join(", ")),
                ]
            }
            Self::MalformedPrefix { prefix } => vec![("prefix", prefix.clone())],
            Self::UnknownCollection { collection } => vec![("collection", collection.clone())],
            Self::UnknownField { collection, field } => {
                vec![("collection", collection.clone()), ("field", field.clone())]
            }
            Self::MalformedCondition { condition } => vec![("condition", condition.clone())],
            Self::MalformedValue { field, value } => {
                vec![("field", field.clone()), ("value", value.clone())]
            }
            Self::EmptySearch => Vec::new(),
            Self::ForbiddenQuery { reason } | Self::MalformedQuery { reason } => {
                vec![("reason", reason.clone())]
            }
            Self::QueryTooLong { seconds } => vec![("seconds", seconds.to_string())],
        }
    }
}

coded! {
    ViewError => |error| match error {
        ViewError::UnknownRecord { .. } | ViewError::UnknownCollection { .. } => ExitKind::NotFound,
        ViewError::AmbiguousPrefix { .. }
        | ViewError::MalformedPrefix { .. }
        | ViewError::UnknownField { .. }
        | ViewError::MalformedCondition { .. }
        | ViewError::MalformedValue { .. }
        | ViewError::EmptySearch
        | ViewError::ForbiddenQuery { .. }
        | ViewError::MalformedQuery { .. } => ExitKind::Usage,
        ViewError::Database(_)
        | ViewError::Files(_)
        | ViewError::Malformed { .. }
        | ViewError::QueryTooLong { .. } => ExitKind::Failed,
    };
}
