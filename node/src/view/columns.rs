//! A record's values as columns of its collection's table, and back.
//!
//! A list is `a|b` text with `\` before a `|` or `\` of an item. A value whose kind is not its
//! field's, and every field this version does not know, is kept in the `_extra` column as JSON, so
//! nothing is lost on the way.

use std::collections::BTreeSet;

use rusqlite::types::{Value as Cell, ValueRef};

use crate::registry::{Collection, Field, FieldKind, Fields, Value, Visibility};

/// How a field's values are kept in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    Text,
    Integer,
    Decimal,
    Flag,
    Set,
}

impl Storage {
    /// How values of `kind` are kept; `None` for what is never stored.
    pub(crate) const fn of(kind: FieldKind) -> Option<Self> {
        match kind {
            FieldKind::Derived => None,
            FieldKind::TextList
            | FieldKind::EnumList(_)
            | FieldKind::ZoneList
            | FieldKind::NafList
            | FieldKind::RefList(_) => Some(Self::Set),
            FieldKind::Flag => Some(Self::Flag),
            FieldKind::Integer(..) | FieldKind::Cents => Some(Self::Integer),
            FieldKind::Decimal | FieldKind::Degrees(..) => Some(Self::Decimal),
            FieldKind::Text(_)
            | FieldKind::Prose(_)
            | FieldKind::Enum(_)
            | FieldKind::Siret
            | FieldKind::Siren
            | FieldKind::Commune
            | FieldKind::Zone
            | FieldKind::Naf
            | FieldKind::Bpe
            | FieldKind::Telephone
            | FieldKind::Email
            | FieldKind::Url
            | FieldKind::OpeningHours
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Period
            | FieldKind::Ref(_) => Some(Self::Text),
        }
    }

    /// The column's declared type.
    pub(crate) const fn declared(self) -> &'static str {
        match self {
            Self::Text | Self::Set => "TEXT",
            Self::Integer | Self::Flag => "INTEGER",
            Self::Decimal => "REAL",
        }
    }
}

/// A field that has a column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) field: &'static Field,
    pub(crate) storage: Storage,
    /// Its name: the field's, or with `_cents` behind it for an amount.
    pub(crate) name: String,
}

impl Column {
    /// Whether its values take a few bytes each: numbers, days, codes.
    pub(crate) const fn is_short(&self) -> bool {
        match self.storage {
            Storage::Integer | Storage::Decimal | Storage::Flag => true,
            Storage::Set => {
                matches!(
                    self.field.kind,
                    FieldKind::EnumList(_) | FieldKind::ZoneList
                )
            }
            Storage::Text => matches!(
                self.field.kind,
                FieldKind::Enum(_)
                    | FieldKind::Commune
                    | FieldKind::Zone
                    | FieldKind::Naf
                    | FieldKind::Bpe
                    | FieldKind::Date
            ),
        }
    }
}

/// The columns of a collection, in the order of its fields. Sealed fields have none.
pub(crate) fn columns(collection: &'static Collection) -> Vec<Column> {
    let open = collection
        .fields
        .iter()
        .filter(|field| field.visibility != Visibility::Sealed);
    open.filter_map(|field| {
        let storage = Storage::of(field.kind)?;
        Some(Column {
            field,
            storage,
            name: column_name(field),
        })
    })
    .collect()
}

/// The name of a field's column.
pub(crate) fn column_name(field: &Field) -> String {
    match field.kind {
        FieldKind::Cents => format!("{}_cents", field.name),
        _ => field.name.to_owned(),
    }
}

/// The cell for a value, or `None` when the column cannot hold it as it is.
pub(crate) fn cell(value: &Value, storage: Storage) -> Option<Cell> {
    match (value, storage) {
        (Value::Text(text), Storage::Text) => Some(Cell::Text(text.clone())),
        (Value::Integer(number), Storage::Integer) => Some(Cell::Integer(*number)),
        (Value::Decimal(number), Storage::Decimal) if !number.is_nan() => Some(Cell::Real(*number)),
        (Value::Flag(flag), Storage::Flag) => Some(Cell::Integer(i64::from(*flag))),
        (Value::Set(items), Storage::Set) => Some(Cell::Text(join(items))),
        _ => None,
    }
}

/// The value in a cell.
pub(crate) fn value(cell: ValueRef<'_>, storage: Storage) -> Option<Value> {
    match (cell, storage) {
        (ValueRef::Text(_), Storage::Text) => {
            cell.as_str().ok().map(|text| Value::Text(text.into()))
        }
        (ValueRef::Text(_), Storage::Set) => cell.as_str().ok().map(|text| Value::Set(split(text))),
        (ValueRef::Integer(number), Storage::Integer) => Some(Value::Integer(number)),
        (ValueRef::Integer(number), Storage::Flag) => Some(Value::Flag(number != 0)),
        (ValueRef::Real(number), Storage::Decimal) => Some(Value::Decimal(number)),
        _ => None,
    }
}

/// One item as it stands in a list's text.
pub(crate) fn escape(item: &str) -> String {
    item.replace('\\', "\\\\").replace('|', "\\|")
}

fn join(items: &BTreeSet<String>) -> String {
    items
        .iter()
        .map(|item| escape(item))
        .collect::<Vec<_>>()
        .join("|")
}

fn split(text: &str) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    let mut item = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => item.extend(characters.next()),
            '|' => {
                items.insert(std::mem::take(&mut item));
            }
            other => item.push(other),
        }
    }
    items.insert(item);
    items
}

/// A value as JSON, the way `_extra` and conflicts keep it.
pub(crate) fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => serde_json::Value::String(text.clone()),
        Value::Integer(number) => (*number).into(),
        // What JSON cannot say, or would not read back to the last bit, is kept as its bits.
        Value::Decimal(number) if !survives_json(*number) => {
            serde_json::json!({ "decimal_bits": number.to_bits() })
        }
        Value::Decimal(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::Set(items) => items.iter().cloned().collect(),
    }
}

fn survives_json(number: f64) -> bool {
    let text = serde_json::Value::from(number).to_string();
    serde_json::from_str(&text).is_ok_and(|read: f64| read.to_bits() == number.to_bits())
}

/// The value that [`to_json`] wrote.
pub(crate) fn from_json(json: &serde_json::Value) -> Option<Value> {
    Some(match json {
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Bool(flag) => Value::Flag(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Decimal(number.as_f64()?),
        },
        serde_json::Value::Array(items) => Value::Set(
            items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
        ),
        serde_json::Value::Object(object) => {
            Value::Decimal(f64::from_bits(object.get("decimal_bits")?.as_u64()?))
        }
        serde_json::Value::Null => return None,
    })
}

/// Fields as the JSON of an `_extra` column.
pub(crate) fn extra_to_json<'a>(extra: impl Iterator<Item = (&'a String, &'a Value)>) -> String {
    let object: serde_json::Map<String, serde_json::Value> = extra
        .map(|(name, value)| (name.clone(), to_json(value)))
        .collect();
    serde_json::Value::Object(object).to_string()
}

/// Adds what an `_extra` column holds to `fields`.
pub(crate) fn add_extra(json: &str, fields: &mut Fields) {
    if let Ok(serde_json::Value::Object(object)) = serde_json::from_str(json) {
        for (name, json) in &object {
            if let Some(value) = from_json(json) {
                fields.insert(name.clone(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lists_survive_their_text(items in prop::collection::btree_set("[a-z|\\\\ ]{1,6}", 1..5)) {
            prop_assert_eq!(split(&join(&items)), items);
        }

        #[test]
        fn values_survive_their_json(number: i64, bits: u64, text: String, flag: bool) {
            let decimal = Value::Decimal(f64::from_bits(bits));
            for value in [Value::Integer(number), Value::Text(text), Value::Flag(flag)] {
                let json = serde_json::from_str(&to_json(&value).to_string()).unwrap();
                prop_assert_eq!(from_json(&json), Some(value));
            }
            let json: serde_json::Value =
                serde_json::from_str(&to_json(&decimal).to_string()).unwrap();
            let Some(Value::Decimal(back)) = from_json(&json) else { panic!("not a decimal") };
            prop_assert_eq!(back.to_bits(), bits);
        }
    }
}
