//! What a published form needs to know beside the records: who publishes, and what lies around them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use sync_protocol::time::Timestamp;

use super::{ExportedRecord, Places};
use crate::language::Language;
use crate::paris;
use crate::registry::labels::code_label;
use crate::registry::{Collection, Fields, Value};
use crate::text::fold;

/// A commune, as addresses name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Town {
    /// Its INSEE code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its department's code.
    pub department: String,
    /// Its postal codes, where they are known.
    pub postal_codes: Vec<String>,
    /// SIREN and name of its intercommunality, where they are known.
    pub epci: Option<(String, String)>,
}

/// A structure, as services name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The identity of its record.
    pub record: String,
    /// Its name.
    pub name: String,
}

/// What lies around the records.
pub trait Surroundings: Places {
    /// A commune by its INSEE code.
    fn town(&self, insee_code: &str) -> Option<Town>;

    /// The structure of this record.
    fn structure(&self, record: &str) -> Option<Named>;

    /// The structure that owns a record, under the identity that owners go by.
    fn owner(&self, owner: &str) -> Option<Named>;
}

/// Who publishes, and when.
#[derive(Clone, Copy)]
pub struct Publisher<'a> {
    /// The network's name.
    pub network: &'a str,
    /// Its identity, as hexadecimal.
    pub network_id: &'a str,
    /// The day of the export.
    pub today: Date,
    /// The language of feeds and calendars. What is made for programs says its texts in French.
    pub lang: Language,
    /// What lies around the records.
    pub around: &'a dyn Surroundings,
}

impl std::fmt::Debug for Publisher<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Publisher")
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

impl Publisher<'_> {
    /// The network's name as published forms name a producer: `reseau-livradois-forez`.
    #[must_use]
    pub fn slug(&self) -> String {
        let slug = fold(self.network).replace(' ', "-");
        let slug: String = slug.chars().filter(|it| it.is_ascii()).take(40).collect();
        if slug.is_empty() {
            "cap-actif".to_owned()
        } else {
            slug
        }
    }

    /// The town a record says it is in.
    pub(crate) fn town_of(&self, fields: &Fields) -> Option<Town> {
        self.around.town(text(fields, "insee_code")?)
    }
}

/// Why records may be left out of a published form.
pub(crate) const LEFT_OUT: [&str; 7] = [
    "short_name",
    "no_longer_valid",
    "not_offered",
    "other_kind",
    "no_surface",
    "no_place",
    "no_time",
];

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many records.
    pub count: u64,
    /// How many were left out, by the code that says why.
    pub left_out: BTreeMap<&'static str, u64>,
}

impl Written {
    pub(crate) fn leave_out(&mut self, code: &'static str) {
        debug_assert!(LEFT_OUT.contains(&code), "{code} has no words");
        *self.left_out.entry(code).or_default() += 1;
    }
}

/// The text of a field.
pub(crate) fn text<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    match fields.get(name)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// The members of a field that is a list.
pub(crate) fn members<'f>(fields: &'f Fields, name: &str) -> impl Iterator<Item = &'f str> {
    let set = match fields.get(name) {
        Some(Value::Set(set)) => Some(set),
        _ => None,
    };
    set.into_iter().flatten().map(String::as_str)
}

/// A decimal or whole number.
pub(crate) fn number(fields: &Fields, name: &str) -> Option<f64> {
    match fields.get(name)? {
        Value::Decimal(number) => Some(*number),
        Value::Integer(number) => i32::try_from(*number).ok().map(f64::from),
        Value::Text(_) | Value::Flag(_) | Value::Set(_) => None,
    }
}

/// The label of the code that a field holds.
pub(crate) fn label(
    lang: Language,
    collection: &Collection,
    fields: &Fields,
    name: &str,
) -> Option<String> {
    let field = collection.field(name)?;
    Some(code_label(lang, field, text(fields, name)?))
}

/// The French labels of the codes that a field holds.
pub(crate) fn labels(collection: &Collection, fields: &Fields, name: &str) -> Vec<String> {
    let Some(field) = collection.field(name) else {
        return Vec::new();
    };
    members(fields, name)
        .map(|code| code_label(Language::French, field, code))
        .collect()
}

/// A time as RFC 3339 writes it, to the second; the beginning of time where it makes no sense.
pub(crate) fn instant(time: Timestamp) -> jiff::Timestamp {
    let seconds = i64::try_from(time.0 / 1_000).unwrap_or(0);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// The day of a time.
pub(crate) fn day(time: Timestamp) -> String {
    paris::day(time).to_string()
}

/// The day somebody last vouched for a record, or that of its last change.
pub(crate) fn day_of(record: &ExportedRecord) -> String {
    text(&record.fields, "last_verified_on").map_or_else(|| day(record.changed), str::to_owned)
}

/// The UUID of a record, by which [`begins_with`] finds it again: its first 16 bytes, as a UUID of
/// version 8 (RFC 9562).
#[must_use]
pub fn uuid_of(id: &str) -> String {
    uuid(id.get(..32).unwrap_or_default())
}

/// The UUID of a part of a record: its telephone, its place.
pub(crate) fn uuid_of_part(id: &str, part: &str) -> String {
    let hash = Sha256::digest(format!("{id}/{part}").as_bytes());
    let hex = data_encoding::HEXLOWER.encode(&hash);
    uuid(hex.get(..32).unwrap_or_default())
}

fn uuid(hex: &str) -> String {
    let mut digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
    digits.resize(32, '0');
    digits[12] = '8';
    let variant = digits[16].to_digit(16).unwrap_or(0) & 0x3 | 0x8;
    digits[16] = char::from_digit(variant, 16).unwrap_or('8');
    let part = |range: std::ops::Range<usize>| digits[range].iter().collect::<String>();
    let parts = [
        part(0..8),
        part(8..12),
        part(12..16),
        part(16..20),
        part(20..32),
    ];
    parts.join("-")
}

/// The digits that the identity of a record begins with if this is its UUID.
#[must_use]
pub fn begins_with(uuid: &str) -> Option<String> {
    let digits: String = uuid.chars().filter(|it| *it != '-').collect();
    let is_uuid = uuid.len() == 36
        && digits.len() == 32
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let begin = digits.get(..12)?.to_ascii_lowercase();
    is_uuid.then_some(begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_keeps_the_beginning_of_the_identity() {
        let id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let uuid = uuid_of(id);
        assert_eq!(uuid, "01234567-89ab-8def-8123-456789abcdef");
        assert_eq!(begins_with(&uuid).as_deref(), Some("0123456789ab"));
        assert_eq!(begins_with("01234567"), None);
        assert_eq!(begins_with("éé234567-89ab-8def-8123-456789abcd"), None);
        assert_ne!(uuid_of_part(id, "phone"), uuid_of_part(id, "place"));
        assert_eq!(uuid_of("x").len(), 36);
    }
}
