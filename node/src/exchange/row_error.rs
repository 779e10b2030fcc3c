//! What can be wrong with one row or one cell, and where people are told it is.

use serde::Serialize;

use super::error::Args;

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
