//! What can be wrong with a whole file, coming in or going out.
//!
//! Each has a stable `code()` and named `args()`; the texts for people stand in the `exchange`
//! message catalogues under `error-<code>`, `row-<code>` and `notice-<code>`.

use super::row_error::{CellError, RowProblem};

/// Named facts of an error, as message catalogues take them.
pub type Args = Vec<(&'static str, String)>;

/// The whole file cannot be read, or not beyond some point.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Zero bytes where text should be.
    #[error("the file is not text, nor a workbook this version can read")]
    NotText,
    /// The reader failed.
    #[error("the file cannot be read")]
    Read(#[from] std::io::Error),
    /// A workbook of Excel 97 to 2003, or an encrypted one (both are compound files).
    #[error("the file is an old or password-protected Excel workbook")]
    OldWorkbook,
    /// A LibreOffice workbook.
    #[error("the file is an OpenDocument workbook")]
    OpenDocument,
    /// A zip file that is no workbook, or a damaged one.
    #[error("the workbook cannot be read: {reason}")]
    BadWorkbook {
        /// What the reading library says.
        reason: String,
    },
    /// A workbook over the limits, perhaps built to exhaust memory.
    #[error("the workbook exceeds the limit of {limit} {what}")]
    WorkbookTooLarge {
        /// `bytes`, `unpacked_bytes`, `parts` or `strings`.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// JSON without records: neither one object a line nor a list of objects.
    #[error("the file is JSON, but holds no records")]
    NotJsonLines,
    /// JSON that cannot be cut into items.
    #[error("line {line}, column {column}: {reason}")]
    BrokenJson {
        /// The line, from 1.
        line: u64,
        /// The byte of the line, from 1.
        column: u64,
        /// What was expected.
        reason: String,
    },
    /// Records of a published form that this collection does not have.
    #[error("the file holds {standard}, which goes to {allowed}, not to {collection}")]
    StandardElsewhere {
        /// The form.
        standard: &'static str,
        /// The collection asked for.
        collection: &'static str,
        /// The collections it fits.
        allowed: String,
    },
    /// A version of a published form that this program does not know.
    #[error("the file says version {version}, newer than {standard}")]
    NewerStandard {
        /// The form and version that is known.
        standard: &'static str,
        /// As the file says.
        version: String,
    },
    /// The first row cannot be read.
    #[error("the header row at line {line} cannot be read: {problem}")]
    UnreadableHeader {
        /// Its line.
        line: u64,
        /// Why.
        problem: RowProblem,
    },
    /// No column of the file is known.
    #[error("no column is recognised among: {found}; expected some of: {expected}")]
    HeaderNotRecognised {
        /// Headers of the file.
        found: String,
        /// Field names of the collection.
        expected: String,
    },
    /// Required columns are absent.
    #[error("missing columns: {fields}")]
    MissingColumns {
        /// Their field names.
        fields: String,
    },
    /// Two columns feed one field.
    #[error("columns {first} and {second} both feed field {field}")]
    DuplicateColumn {
        /// The field.
        field: String,
        /// Header of the first column, with its number.
        first: String,
        /// Header of the second.
        second: String,
    },
    /// The mapping is not the JSON we expect.
    #[error("the mapping cannot be read: {reason}")]
    BadMapping {
        /// What the JSON reader says, with line and column.
        reason: String,
    },
    /// The mapping names a field that the collection lacks, or that nobody may write.
    #[error("the mapping names the unknown field {field}")]
    UnknownMappingField {
        /// As written in the mapping.
        field: String,
    },
    /// The mapping names a field that the collection lacks, but another is called nearly so.
    #[error("the mapping names the unknown field {field}; did you mean {nearest}?")]
    MisspeltMappingField {
        /// As written in the mapping.
        field: String,
        /// The field that is meant, most likely.
        nearest: String,
    },
    /// The mapping was written for another collection.
    #[error("the mapping is for {found}, not for {expected}")]
    MappingOfOther {
        /// The collection it names.
        found: String,
        /// The collection imported to.
        expected: String,
    },
    /// A default of the mapping is no value of its field.
    #[error("the default of {field} is not valid: {}", .error.message)]
    BadDefault {
        /// The field.
        field: String,
        /// What is wrong with it.
        error: CellError,
    },
    /// A line whose end is out of reach.
    #[error("line {line}, column {column}: a cell runs on for more than {limit} bytes")]
    EndlessLine {
        /// The line.
        line: u64,
        /// The column, from 1.
        column: usize,
        /// Bytes read in search of its end.
        limit: usize,
    },
    /// More rows than we read from one file.
    #[error("more than {limit} rows")]
    TooManyRows {
        /// The limit.
        limit: u64,
    },
}

impl FileError {
    /// Stable name for scripts and message catalogues.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::NotText => "file_not_text",
            Self::Read(_) => "file_unreadable",
            Self::OldWorkbook => "old_workbook",
            Self::OpenDocument => "open_document",
            Self::BadWorkbook { .. } => "bad_workbook",
            Self::WorkbookTooLarge { .. } => "workbook_too_large",
            Self::NotJsonLines => "not_json_lines",
            Self::BrokenJson { .. } => "broken_json",
            Self::StandardElsewhere { .. } => "standard_elsewhere",
            Self::NewerStandard { .. } => "newer_standard",
            Self::UnreadableHeader { .. } => "unreadable_header",
            Self::HeaderNotRecognised { .. } => "header_not_recognised",
            Self::MissingColumns { .. } => "missing_columns",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::BadMapping { .. } => "bad_mapping",
            Self::UnknownMappingField { .. } => "unknown_mapping_field",
            Self::MisspeltMappingField { .. } => "misspelt_mapping_field",
            Self::MappingOfOther { .. } => "mapping_of_other",
            Self::BadDefault { .. } => "bad_default",
            Self::EndlessLine { .. } => "endless_line",
            Self::TooManyRows { .. } => "too_many_rows",
        }
    }

    /// The facts, by name.
    #[must_use]
    pub fn args(&self) -> Args {
        match self {
            Self::Empty
            | Self::NotText
            | Self::OldWorkbook
            | Self::OpenDocument
            | Self::NotJsonLines => Vec::new(),
            Self::Read(error) => vec![("reason", error.to_string())],
            Self::BadWorkbook { reason } | Self::BadMapping { reason } => {
                vec![("reason", reason.clone())]
            }
            Self::WorkbookTooLarge { what, limit } => {
                vec![("what", (*what).to_owned()), ("limit", limit.to_string())]
            }
            Self::UnreadableHeader { line, .. } => {
                vec![("line", line.to_string())]
            }
            Self::BrokenJson {
                line,
                column,
                reason,
            } => vec![
                ("line", line.to_string()),
                ("column", column.to_string()),
                ("reason", reason.clone()),
            ],
            Self::StandardElsewhere {
                standard,
                collection,
                allowed,
            } => vec![
                ("standard", (*standard).to_owned()),
                ("collection", (*collection).to_owned()),
                ("allowed", allowed.clone()),
            ],
            Self::NewerStandard { standard, version } => vec![
                ("standard", (*standard).to_owned()),
                ("version", version.clone()),
            ],
            Self::MisspeltMappingField { field, nearest } => {
                vec![("field", field.clone()), ("nearest", nearest.clone())]
            }
            Self::MappingOfOther { found, expected } => {
                vec![("found", found.clone()), ("expected", expected.clone())]
            }
            Self::HeaderNotRecognised { found, expected } => {
                vec![("found", found.clone()), ("expected", expected.clone())]
            }
            Self::MissingColumns { fields } => vec![("fields", fields.clone())],
            Self::DuplicateColumn {
                field,
                first,
                second,
            } => vec![
                ("field", field.clone()),
                ("first", first.clone()),
                ("second", second.clone()),
            ],
            Self::UnknownMappingField { field } => vec![("field", field.clone())],
            Self::BadDefault { field, .. } => vec![("field", field.clone())],
            Self::EndlessLine {
                line,
                column,
                limit,
            } => vec![
                ("line", line.to_string()),
                ("column", column.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::TooManyRows { limit } => vec![("limit", limit.to_string())],
        }
    }

    /// The fault of a cell behind this error, to be said beside it.
    #[must_use]
    pub fn cause(&self) -> Option<CellError> {
        match self {
            Self::BadDefault { error, .. } => Some(error.clone()),
            Self::UnreadableHeader { problem, .. } => Some(CellError {
                code: problem.code(),
                args: problem.args(),
                message: problem.to_string(),
            }),
            _ => None,
        }
    }
}

/// An export that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The writer failed.
    #[error("the export cannot be written")]
    Write(#[from] std::io::Error),
}

impl ExportError {
    /// Stable name for scripts and message catalogues.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Write(_) => "export_unwritable",
        }
    }

    /// The facts, by name.
    #[must_use]
    pub fn args(&self) -> Args {
        match self {
            Self::Write(error) => vec![("reason", error.to_string())],
        }
    }
}
