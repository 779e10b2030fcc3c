//! What can be wrong with a table of communes that somebody brings.

/// Why a table of communes was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TerritoryError {
    /// The header lacks a column.
    #[error("the header lacks the column {column}")]
    MissingColumn {
        /// Its name.
        column: &'static str,
    },
    /// A line is not CSV, or has too few cells.
    #[error("line {line}: not readable as CSV: {reason}")]
    Unreadable {
        /// Line of the file, from 1.
        line: u64,
        /// What the reader says.
        reason: String,
    },
    /// A cell does not hold what its column promises.
    #[error("line {line}, column {column}: `{value}` is not {expected}")]
    BadCell {
        /// Line of the file, from 1.
        line: u64,
        /// Name of the column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        expected: &'static str,
    },
    /// Two lines have the same code.
    #[error("line {line}: the commune {code} stands there twice")]
    Repeated {
        /// Line of the second, from 1.
        line: u64,
        /// The code.
        code: String,
    },
    /// There is no line below the header.
    #[error("the table holds no commune")]
    Empty,
    /// There are more lines than communes in France.
    #[error("the table holds more than {limit} lines")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}

impl TerritoryError {
    /// A stable name for scripts and message catalogues.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingColumn { .. } => "territory_missing_column",
            Self::Unreadable { .. } => "territory_unreadable_line",
            Self::BadCell { .. } => "territory_bad_cell",
            Self::Repeated { .. } => "territory_repeated_commune",
            Self::Empty => "territory_empty",
            Self::TooLarge { .. } => "territory_too_large",
        }
    }

    /// The facts, by name.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::MissingColumn { column } => vec![("column", (*column).to_owned())],
            Self::Unreadable { line, reason } => {
                vec![("line", line.to_string()), ("reason", reason.clone())]
            }
            Self::BadCell {
                line,
                column,
                value,
                expected,
            } => vec![
                ("line", line.to_string()),
                ("column", (*column).to_owned()),
                ("value", value.clone()),
                ("expected", (*expected).to_owned()),
            ],
            Self::Repeated { line, code } => {
                vec![("line", line.to_string()), ("code", code.clone())]
            }
            Self::Empty => Vec::new(),
            Self::TooLarge { limit } => vec![("limit", limit.to_string())],
        }
    }
}
