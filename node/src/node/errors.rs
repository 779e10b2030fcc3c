//! Errors of the rooms as answers of the API.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;
use sync_protocol::bundle::BundleError;
use sync_protocol::invitation::TicketError;
use sync_protocol::run::RunError;

use crate::api::{ApiError, Detail, ExitKind};
use crate::error::{coded, is_out_of_files};
use crate::exchange::{ExportError, FileError};
use crate::network::{AddressError, BindError, ConnectError};
use crate::registry::FieldError;
use crate::sync::{Failure, JoinError};
use crate::territory::FindError;

/// Reads the input of an operation.
pub(super) fn read<T: DeserializeOwned>(input: Value) -> Result<T, ApiError> {
    serde_json::from_value(input).map_err(|error| {
        ApiError::new(
            "bad_input",
            ExitKind::Usage,
            format!("input does not fit: {error}"),
        )
        .with("reason", error)
    })
}

/// What is wrong with several fields of one record.
pub(super) fn of_fields(errors: &[FieldError]) -> ApiError {
    let details = errors.iter().map(detail_of).collect();
    let text = errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ");
    ApiError::new("invalid_fields", ExitKind::Usage, text)
        .with("count", errors.len())
        .with_details(details)
}

/// One field's fault or notice.
pub(super) fn detail_of(error: &FieldError) -> Detail {
    Detail {
        field: Some(error.field.clone()),
        ..Detail::new(error.code(), error.args(), error.to_string())
    }
}

/// A peer's failure as one line among details.
pub(super) fn detail_of_failure(failure: &Failure) -> Detail {
    Detail::new(failure.code, failure.args.clone(), failure.message.clone())
}

// What these rooms say of themselves is written beside them; what a script makes of it, here.
coded! {
    FindError => |_| ExitKind::Usage;
    FileError => |_| ExitKind::Usage;
    ExportError => |_| ExitKind::Failed;
    BindError => |_| ExitKind::Failed;
    AddressError => |_| ExitKind::Usage;
    ConnectError => |_| ExitKind::Unreachable;
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        of_fields(&[error])
    }
}

impl From<JoinError> for ApiError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Bind(error) => error.into(),
            JoinError::Address(error) => error.into(),
            JoinError::Connect(error) => error.into(),
            JoinError::Ended(bye) => {
                let text = format!("the inviting node ended the conversation: {}", bye.detail);
                Self::new("join_ended", ExitKind::Refused, text).with("detail", bye.detail)
            }
            JoinError::NoAnswer => {
                let text = "the inviting node gave no answer";
                Self::new("join_no_answer", ExitKind::Unreachable, text)
            }
        }
    }
}

impl From<TicketError> for ApiError {
    fn from(error: TicketError) -> Self {
        match &error {
            TicketError::Prefix => Self::new("ticket_prefix", ExitKind::Usage, error.to_string()),
            TicketError::Character {
                position,
                character,
            } => Self::new("ticket_character", ExitKind::Usage, error.to_string())
                .with("position", position)
                .with("character", character),
            TicketError::Damaged => Self::new("ticket_damaged", ExitKind::Usage, error.to_string()),
            TicketError::Newer(_) => Self::new("ticket_newer", ExitKind::Usage, error.to_string()),
        }
    }
}

impl From<BundleError> for ApiError {
    fn from(error: BundleError) -> Self {
        let text = error.to_string();
        match error {
            BundleError::NotABundle => Self::new("bundle_not_one", ExitKind::Usage, text),
            BundleError::Newer => Self::new("bundle_newer", ExitKind::Usage, text),
            BundleError::OtherNetwork(network) => {
                Self::new("bundle_other_network", ExitKind::Usage, text)
                    .with("network", network.short())
            }
            BundleError::Truncated { items } => {
                Self::new("bundle_truncated", ExitKind::Failed, text).with("parts", items)
            }
            BundleError::Damaged { items, reason } => {
                Self::new("bundle_damaged", ExitKind::Failed, text)
                    .with("parts", items)
                    .with("reason", reason)
            }
        }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> Self {
        Self::new("bundle_bad_run", ExitKind::Failed, error.to_string()).with("reason", error)
    }
}

/// What a file of this home says; none where there is none yet.
pub(super) fn text_if_there(path: &Path) -> Result<Option<String>, ApiError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(of_file(path, &error)),
    }
}

/// An error of the file system about `path`.
pub(super) fn of_file(path: &Path, error: &std::io::Error) -> ApiError {
    let path = path.display();
    let text = format!("{path}: {error}");
    match error.kind() {
        _ if is_out_of_files(error) => {
            ApiError::new("file_too_many_open", ExitKind::Failed, text).with("path", path)
        }
        ErrorKind::NotFound => {
            ApiError::new("file_not_found", ExitKind::NotFound, text).with("path", path)
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            ApiError::new("file_not_allowed", ExitKind::Failed, text).with("path", path)
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ApiError::new("file_disk_full", ExitKind::Failed, text).with("path", path)
        }
        ErrorKind::IsADirectory => {
            ApiError::new("file_is_folder", ExitKind::Usage, text).with("path", path)
        }
        _ => ApiError::new("file_error", ExitKind::Failed, text)
            .with("path", path)
            .with("reason", error),
    }
}

/// Where a file is written until it is whole, beside where it shall be; nothing is written over.
pub(super) fn partial_beside(path: &Path) -> Result<PathBuf, ApiError> {
    if path.exists() {
        let text = format!("{} is there already", path.display());
        return Err(
            ApiError::new("file_exists", ExitKind::Usage, text).with("path", path.display())
        );
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|it| !it.is_dir()) {
        let text = format!("there is no folder {}", folder.display());
        return Err(ApiError::new("folder_not_found", ExitKind::NotFound, text)
            .with("path", folder.display()));
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    Ok(partial.into())
}
