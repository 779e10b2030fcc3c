//! One JSON object a line: `{"id": …, "collection": …, "owner": …, …fields}`.
//!
//! Amounts are whole cents under `<field>_cents`, lists are arrays, everything else is as stored.

use std::io::Write;

use serde_json::Map;

use super::{Audience, ExportedRecord};
use crate::exchange::error::ExportError;
use crate::registry::{Collection, record_to_json};

/// Writes records, a line each, and returns how many.
///
/// # Errors
/// The writer fails.
pub fn write_json_lines(
    mut out: impl Write,
    collection: &Collection,
    records: impl IntoIterator<Item = ExportedRecord>,
    audience: Audience,
) -> Result<u64, ExportError> {
    let mut count = 0;
    for record in records {
        let mut object = Map::new();
        object.insert("id".to_owned(), record.id.into());
        object.insert("collection".to_owned(), collection.name.into());
        object.insert("owner".to_owned(), record.owner.into());
        object.extend(record_to_json(
            collection,
            &audience.visible(collection, &record.fields),
        ));
        serde_json::to_writer(&mut out, &object).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
        count += 1;
    }
    out.flush()?;
    Ok(count)
}
