//! What can be wrong with a file, a row, a cell, or an export.
//!
//! Each has a stable `code()` and named `args()`; the texts for people stand in the `exchange`
//! message catalogues under `error-<code>`, `row-<code>` and `notice-<code>`.

use serde::Serialize;

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
    /// JSON, but not one object a line.
    #[error("the file is JSON, but not one object a line")]
    NotJsonLines,
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
    /// A default of the mapping is no value of its field.
    #[error("the default of {field} is not valid: {message}")]
    BadDefault {
        /// The field.
        field: String,
        /// The registry's message.
        message: String,
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
            Self::UnreadableHeader { .. } => "unreadable_header",
            Self::HeaderNotRecognised { .. } => "header_not_recognised",
            Self::MissingColumns { .. } => "missing_columns",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::BadMapping { .. } => "bad_mapping",
            Self::UnknownMappingField { .. } => "unknown_mapping_field",
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
            Self::UnreadableHeader { line, problem } => {
                vec![("line", line.to_string()), ("problem", problem.to_string())]
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
            Self::BadDefault { field, message } => {
                vec![("field", field.clone()), ("message", message.clone())]
            }
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
}

/// What is wrong with one row, before anybody looks at what its cells mean.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// A quote that no other quote ends.
    #[error("the quote opened here is never closed")]
    QuoteNotClosed,
    /// Text between a closing quote and the next delimiter.
    #[error("text follows a closing quote")]
    TextAfterQuote,
    /// One cell over the limit.
    #[error("the cell exceeds {limit} bytes")]
    CellTooLarge {
        /// The limit.
        limit: usize,
    },
    /// One row over the limit.
    #[error("the row exceeds {limit} bytes")]
    RowTooLarge {
        /// The limit.
        limit: usize,
    },
    /// A row of too many columns.
    #[error("the row has more than {limit} columns")]
    TooManyColumns {
        /// The limit.
        limit: usize,
    },
    /// Other bytes than UTF-8 in a UTF-8 (or broken UTF-16) file.
    #[error("the cell is not {encoding} although the file is")]
    WrongEncoding {
        /// The file's encoding.
        encoding: &'static str,
    },
    /// UTF-8 in a Windows-1252 file.
    #[error("the cell is UTF-8 although the file is windows-1252")]
    MixedEncoding,
    /// A replacement character: an earlier program lost letters.
    #[error("letters of the cell were lost by another program")]
    LostLetters,
    /// More or fewer cells than headers.
    #[error("{found} cells where the header has {expected}")]
    ColumnCount {
        /// Columns of the header.
        expected: usize,
        /// Cells found.
        found: usize,
    },
    /// A line of a JSON lines file that is no JSON object.
    #[error("the line is not a JSON object: {reason}")]
    NotJson {
        /// What the JSON reader says.
        reason: String,
    },
    /// An object where a value or a list should be.
    #[error("a JSON object is not a value of a field")]
    NestedJson,
    /// Several values for a field that holds one.
    #[error("the field holds one value, not a list")]
    NotAList,
    /// Two keys of one JSON object that mean one field.
    #[error("{field} is given twice")]
    FieldTwice {
        /// The field.
        field: String,
    },
    /// A formula of a workbook that failed.
    #[error("the formula of the cell gives {value}")]
    FailedFormula {
        /// As Excel shows it: `#N/A`.
        value: String,
    },
    /// Not a whole number of cents.
    #[error("{text} is not a whole number of cents")]
    NotCents {
        /// The text.
        text: String,
    },
    /// A required field is empty.
    #[error("{field} is required")]
    MissingValue {
        /// The field.
        field: String,
    },
    /// Another row of this file has this reference.
    #[error("reference {source_id} already stands at line {first_line}")]
    DuplicateReference {
        /// The reference.
        source_id: String,
        /// Where it stood first.
        first_line: u64,
    },
    /// A row of another collection.
    #[error("the row belongs to {found}, not to {expected}")]
    OtherCollection {
        /// As written.
        found: String,
        /// The collection imported to.
        expected: String,
    },
}

impl RowProblem {
    /// Stable name for scripts and message catalogues.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::QuoteNotClosed => "quote_not_closed",
            Self::TextAfterQuote => "text_after_quote",
            Self::CellTooLarge { .. } => "cell_too_large",
            Self::RowTooLarge { .. } => "row_too_large",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::WrongEncoding { .. } => "wrong_encoding",
            Self::MixedEncoding => "mixed_encoding",
            Self::LostLetters => "lost_letters",
            Self::ColumnCount { .. } => "column_count",
            Self::NotJson { .. } => "not_json",
            Self::NestedJson => "nested_json",
            Self::NotAList => "not_a_list",
            Self::FieldTwice { .. } => "field_twice",
            Self::FailedFormula { .. } => "failed_formula",
            Self::NotCents { .. } => "not_cents",
            Self::MissingValue { .. } => "missing_value",
            Self::DuplicateReference { .. } => "duplicate_reference",
            Self::OtherCollection { .. } => "other_collection",
        }
    }

    /// The facts, by name.
    #[must_use]
    pub fn args(&self) -> Args {
        match self {
            Self::QuoteNotClosed
            | Self::TextAfterQuote
            | Self::MixedEncoding
            | Self::LostLetters
            | Self::NestedJson
            | Self::NotAList => Vec::new(),
            Self::CellTooLarge { limit }
            | Self::RowTooLarge { limit }
            | Self::TooManyColumns { limit } => vec![("limit", limit.to_string())],
            Self::WrongEncoding { encoding } => vec![("encoding", (*encoding).to_owned())],
            Self::ColumnCount { expected, found } => {
                vec![
                    ("expected", expected.to_string()),
                    ("found", found.to_string()),
                ]
            }
            Self::NotJson { reason } => vec![("reason", reason.clone())],
            Self::FailedFormula { value } => vec![("value", value.clone())],
            Self::NotCents { text } => vec![("text", text.clone())],
            Self::MissingValue { field } | Self::FieldTwice { field } => {
                vec![("field", field.clone())]
            }
            Self::DuplicateReference {
                source_id,
                first_line,
            } => {
                vec![
                    ("source_id", source_id.clone()),
                    ("first_line", first_line.to_string()),
                ]
            }
            Self::OtherCollection { found, expected } => {
                vec![("found", found.clone()), ("expected", expected.clone())]
            }
        }
    }
}

/// What the registry objects to in one cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CellError {
    /// Stable name; its text stands in the registry's catalogues.
    pub code: &'static str,
    /// The facts, by name.
    pub args: Args,
    /// English fallback.
    pub message: String,
}

/// One error of one row, as people are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// Line of the file as an editor shows it, or row of the sheet; from 1.
    pub line: u64,
    /// Column, from 1; absent where the whole row is concerned, and in JSON lines.
    pub column: Option<usize>,
    /// Header of that column, or key.
    pub header: Option<String>,
    /// [`RowProblem::code`] or the registry's.
    pub code: &'static str,
    /// The facts, by name.
    #[serde(serialize_with = "as_map")]
    pub args: Args,
    /// English fallback.
    pub message: String,
}

fn as_map<S: serde::Serializer>(args: &Args, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(args.iter().map(|(name, value)| (*name, value)))
}

/// What a person should know although nothing failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A column that feeds no field.
    UnknownColumn {
        /// Its header or key.
        header: String,
    },
    /// A column whose field is computed, not stored.
    DerivedColumn {
        /// Its header or key.
        header: String,
    },
    /// A column whose field waits for sealing; its cells were not read.
    SealedColumn {
        /// Its header or key.
        header: String,
    },
    /// The mapping speaks of a column that the file lacks.
    UnusedMapping {
        /// The header it names.
        header: String,
    },
    /// Lines above the header row were left out.
    LinesAboveHeader {
        /// The header's line.
        line: u64,
    },
    /// Other sheets of the workbook were not read.
    OtherSheets {
        /// The sheet that was.
        sheet: String,
        /// Those that were not.
        others: String,
    },
    /// No column gives references: importing the file twice makes every record twice.
    NoReference,
}

impl Notice {
    /// Stable name for scripts and message catalogues.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownColumn { .. } => "unknown_column",
            Self::DerivedColumn { .. } => "derived_column",
            Self::SealedColumn { .. } => "sealed_column",
            Self::UnusedMapping { .. } => "unused_mapping",
            Self::LinesAboveHeader { .. } => "lines_above_header",
            Self::OtherSheets { .. } => "other_sheets",
            Self::NoReference => "no_reference",
        }
    }

    /// The facts, by name.
    #[must_use]
    pub fn args(&self) -> Args {
        match self {
            Self::UnknownColumn { header }
            | Self::DerivedColumn { header }
            | Self::SealedColumn { header }
            | Self::UnusedMapping { header } => vec![("header", header.clone())],
            Self::LinesAboveHeader { line } => vec![("line", line.to_string())],
            Self::OtherSheets { sheet, others } => {
                vec![("sheet", sheet.clone()), ("others", others.clone())]
            }
            Self::NoReference => Vec::new(),
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
