//! A mapping file: which column feeds which field, written by a person and kept for next time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::FileError;
use super::schema::normalise;

/// Says what the columns of one kind of file mean.
///
/// ```json
/// {"columns": {"Loyer HC": "rent_monthly", "Notes": null},
///  "defaults": {"status": "to_check"}, "source": "agency"}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The collection it was written for; any if it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// Field by header; `null` leaves a column out without notice. Columns not named here are
    /// recognised by themselves.
    #[serde(default)]
    pub columns: BTreeMap<String, Option<String>>,
    /// Text by field, for rows whose own cell is empty or missing.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// The default of the field `source`.
    #[serde(default)]
    pub source: Option<String>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`FileError::BadMapping`] with line and column.
    pub fn from_json(bytes: &[u8]) -> Result<Self, FileError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        serde_json::from_slice(bytes).map_err(|error| FileError::BadMapping {
            reason: error.to_string(),
        })
    }

    /// The entry for a header: exactly as written, else but for accents, case and punctuation.
    pub(crate) fn column(&self, header: &str) -> Option<(&str, Option<&str>)> {
        let found = self.columns.get_key_value(header).or_else(|| {
            let wanted = normalise(header);
            self.columns
                .iter()
                .find(|(name, _)| normalise(name) == wanted)
        });
        found.map(|(name, field)| (name.as_str(), field.as_deref()))
    }
}
