//! What a person should know about an import although nothing failed.

use super::error::Args;

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
