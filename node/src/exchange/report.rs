//! What goes into an import beside the file, and what comes out of it.

use std::collections::HashSet;

use super::columns::Column;
use super::error::FileError;
use super::limits::Limits;
use super::mapping::Mapping;
use super::notice::Notice;
use super::row_error::RowError;
use super::source::Detected;
use crate::registry::Fields;

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the columns mean, where they do not say so themselves.
    pub mapping: Mapping,
    /// The default of the field `source`; goes before the mapping's.
    pub source: Option<String>,
    /// Whether rows may lack required fields because they only change records that exist.
    pub partial: bool,
    /// Bounds.
    pub limits: Limits,
}

/// One good row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedRow {
    /// Where it stands in the file.
    pub line: u64,
    /// Its values, defaults included.
    pub fields: Fields,
    /// Fields whose cell stands in the file and is empty.
    pub emptied: Vec<&'static str>,
    /// Its column `id`, as our own exports write it.
    pub id: Option<String>,
    /// Its reference: the texts of `source` and `source_id`.
    pub reference: Option<(String, String)>,
    /// Fields that were guessed, from a published form that has no member for them: a record that
    /// exists keeps its own.
    pub only_new: Vec<&'static str>,
    /// Fields that tell of a foreign source: a record that `id` names keeps its own.
    pub only_foreign: Vec<&'static str>,
}

/// What an import found.
#[derive(Debug, Default)]
pub struct Report {
    /// What the file is.
    pub detected: Detected,
    /// What its columns feed.
    pub columns: Vec<Column>,
    /// What a person should know although nothing failed.
    pub notices: Vec<Notice>,
    /// Good rows handed out.
    pub good_rows: u64,
    /// Rows with an error.
    pub bad_rows: u64,
    /// All errors, also those not kept.
    pub error_count: u64,
    /// The first errors, in the order of the file.
    pub errors: Vec<RowError>,
    /// Why the rest of the file was not read. Rows handed out before it are good.
    pub stopped: Option<FileError>,
    /// The references of all rows, bad ones included where they tell theirs.
    pub references: HashSet<(String, String)>,
    /// Bad rows that do not tell their reference.
    pub nameless_rows: u64,
}

/// Names for a message: the first few, each shortened.
pub(crate) fn shown<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const NAMES: usize = 40;
    const CHARACTERS: usize = 60;
    let mut shown: Vec<String> = names
        .filter(|name| !name.trim().is_empty())
        .take(NAMES + 1)
        .map(|name| name.trim().chars().take(CHARACTERS).collect())
        .collect();
    if shown.len() > NAMES {
        shown.truncate(NAMES);
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
