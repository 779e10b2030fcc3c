//! One JSON object a line: `{"id": …, "collection": …, "owner": …, …fields}`.
//!
//! Amounts are whole cents under `<field>_cents`, lists are arrays, everything else is as stored.

use std::io::Write;

use serde_json::{Map, Value as Json};

use super::{Audience, ExportedRecord};
use crate::exchange::error::ExportError;
use crate::registry::{Collection, FieldKind, Fields, Value};

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
        object.extend(json_fields(
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

/// Values as JSON, in the order of the declaration, unknown fields last.
pub(super) fn json_fields(collection: &Collection, fields: &Fields) -> Map<String, Json> {
    let declared = collection.fields.iter().filter_map(|field| {
        let suffix = if field.kind == FieldKind::Cents {
            "_cents"
        } else {
            ""
        };
        Some((
            format!("{}{suffix}", field.name),
            json(fields.get(field.name)?),
        ))
    });
    let unknown = fields
        .iter()
        .filter(|(name, _)| collection.field(name).is_none());
    declared
        .chain(unknown.map(|(name, value)| (name.clone(), json(value))))
        .collect()
}

fn json(value: &Value) -> Json {
    match value {
        Value::Text(text) => text.clone().into(),
        Value::Integer(number) => (*number).into(),
        Value::Decimal(number) => (*number).into(),
        Value::Flag(yes) => (*yes).into(),
        Value::Set(items) => items.iter().cloned().collect(),
    }
}
