//! Errors as people and scripts meet them: a stable code, named facts, an exit code.
//!
//! Every room keeps its own `thiserror` enum; what may reach a person implements [`Coded`] and
//! becomes an [`ApiError`]. The text in it is the English fallback: the command line renders the
//! code and its facts from the message `error-<code>` of its catalogues (underscores become
//! hyphens), whose attribute `.hint` says what to do next.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

/// What a script learns from a failure; the discriminants are the exit codes of the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", from = "u8")]
#[repr(u8)]
pub enum ExitKind {
    /// Something failed here: disk, store, a bug.
    #[default]
    Failed = 1,
    /// What was asked makes no sense: a wrong value, an unknown field.
    Usage = 2,
    /// No such record, structure, file, operation.
    NotFound = 3,
    /// The charter or a mandate does not allow it.
    Refused = 4,
    /// A person has to choose first.
    NeedsDecision = 5,
    /// No peer or no node could be reached.
    Unreachable = 6,
}

impl From<ExitKind> for u8 {
    fn from(kind: ExitKind) -> Self {
        kind as Self
    }
}

impl From<u8> for ExitKind {
    fn from(code: u8) -> Self {
        match code {
            2 => Self::Usage,
            3 => Self::NotFound,
            4 => Self::Refused,
            5 => Self::NeedsDecision,
            6 => Self::Unreachable,
            _ => Self::Failed,
        }
    }
}

/// An error of any room that can be said in every language.
pub trait Coded {
    /// Stable snake_case name; the message `error-<code>` of the catalogues says it.
    fn code(&self) -> &'static str;

    /// The facts that the message names.
    fn args(&self) -> Vec<(&'static str, String)>;

    /// What a script should make of it.
    fn exit(&self) -> ExitKind {
        ExitKind::Failed
    }
}

/// Implements [`Coded`] for errors that have `code` and `args` of their own; each with what a script
/// should make of it.
macro_rules! coded {
    ($($error:ty => $exit:expr;)*) => {
        $(
            impl $crate::error::Coded for $error {
                fn code(&self) -> &'static str {
                    <$error>::code(self)
                }

                fn args(&self) -> Vec<(&'static str, String)> {
                    <$error>::args(self)
                }

                fn exit(&self) -> $crate::error::ExitKind {
                    let exit: fn(&$error) -> $crate::error::ExitKind = $exit;
                    exit(self)
                }
            }
        )*
    };
}

pub(crate) use coded;

/// One of several faults in what was given: a field of a form, a cell of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The line of the file, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column's header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// As [`ApiError::code`].
    #[serde(default)]
    pub code: String,
    /// As [`ApiError::args`].
    #[serde(default)]
    pub args: BTreeMap<String, String>,
    /// English fallback.
    #[serde(default)]
    pub message: String,
}

impl Detail {
    /// A fault with its facts and its English fallback, of no field, line or column yet.
    #[must_use]
    pub fn new(code: &str, args: Vec<(&'static str, String)>, message: String) -> Self {
        Self {
            code: code.to_owned(),
            args: owned(args),
            message,
            ..Self::default()
        }
    }

    /// Another room's error.
    #[must_use]
    pub fn from_coded<E: Coded + fmt::Display + ?Sized>(error: &E) -> Self {
        Self::new(error.code(), error.args(), error.to_string())
    }
}

/// A failed operation, as it travels in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// Stable snake_case name.
    pub code: String,
    /// English fallback, lower-case.
    #[serde(default)]
    pub message: String,
    /// The facts that the localized message names.
    #[serde(default)]
    pub args: BTreeMap<String, String>,
    /// The exit code of the command line.
    #[serde(default)]
    pub exit: ExitKind,
    /// The single faults, when there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

impl ApiError {
    /// An error without facts yet.
    #[must_use]
    pub fn new(code: &str, exit: ExitKind, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            exit,
            ..Self::default()
        }
    }

    /// Names one fact more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// Lists the single faults.
    #[must_use]
    pub fn with_details(mut self, details: Vec<Detail>) -> Self {
        self.details = details;
        self
    }

    /// Another room's error.
    #[must_use]
    pub fn from_coded<E: Coded + fmt::Display + ?Sized>(error: &E) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
            args: owned(error.args()),
            exit: error.exit(),
            details: Vec::new(),
        }
    }
}

impl<E: Coded + fmt::Display> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self::from_coded(&error)
    }
}

/// Whether the system refused because this process, or the machine, has too many files open: the
/// standard library has no kind of its own for it.
#[must_use]
pub fn is_out_of_files(error: &io::Error) -> bool {
    // ERROR_TOO_MANY_OPEN_FILES; ENFILE and EMFILE, alike on Linux, the BSDs and macOS.
    let numbers: &[i32] = if cfg!(windows) { &[4] } else { &[23, 24] };
    error
        .raw_os_error()
        .is_some_and(|number| numbers.contains(&number))
}

fn owned(args: Vec<(&'static str, String)>) -> BTreeMap<String, String> {
    args.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("disk is full")]
    struct DiskFull;

    impl Coded for DiskFull {
        fn code(&self) -> &'static str {
            "disk_full"
        }
        fn args(&self) -> Vec<(&'static str, String)> {
            vec![("path", "store".to_owned())]
        }
    }

    #[test]
    fn too_many_open_files_are_told_from_other_refusals() {
        let number = if cfg!(windows) { 4 } else { 24 };
        assert!(is_out_of_files(&io::Error::from_raw_os_error(number)));
        assert!(!is_out_of_files(&io::Error::from_raw_os_error(5)));
        assert!(!is_out_of_files(&io::Error::other("gone")));
    }

    #[test]
    fn a_rooms_error_keeps_code_facts_and_text() {
        let error = ApiError::from_coded(&DiskFull);
        assert_eq!(error.code, "disk_full");
        assert_eq!(error.args.get("path").map(String::as_str), Some("store"));
        assert_eq!(error.to_string(), "disk is full");
        assert_eq!(error.exit, ExitKind::Failed);
    }

    #[test]
    fn json_round_trips_and_tolerates_what_it_does_not_know() {
        let error = ApiError::new("unknown_field", ExitKind::Usage, "no field colour")
            .with("field", "colour")
            .with_details(vec![Detail {
                field: Some("colour".to_owned()),
                ..Detail::from_coded(&DiskFull)
            }]);
        let json = serde_json::to_value(&error).unwrap();
        assert_eq!(json["exit"], 2);
        assert_eq!(serde_json::from_value::<ApiError>(json).unwrap(), error);
        let newer = r#"{"code":"x","exit":77,"severity":"new"}"#;
        assert_eq!(
            serde_json::from_str::<ApiError>(newer).unwrap().exit,
            ExitKind::Failed
        );
    }
}
