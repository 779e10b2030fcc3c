//! What is sealed of a record: the values of its collection's sealed fields, as one text.
//!
//! The sealed fields of a collection form one sealed part ([`Collection::sealed_part`]). Its text is a
//! small JSON object with a version; values have the forms that they have in the registry's JSON
//! elsewhere (E.164 telephones, composed characters). What a later version adds is kept when an
//! older one writes the part again.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value as Json};
use zeroize::{Zeroize, Zeroizing};

use super::collection::Collection;
use super::error::FieldError;
use super::field::{Field, FieldKind};
use super::json::to_json;
use super::value::Value;
use crate::text::fold;

/// The version written here.
const VERSION: u64 = 1;

/// Where the text states its version.
const VERSION_KEY: &str = "version";

/// The values sealed of one record; never shown by `Debug`, wiped when dropped.
#[derive(Clone, Default, PartialEq)]
pub struct SealedFields {
    values: Map<String, Json>,
}

/// Text that holds no sealed values, or in a form that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSealed {
    /// Not such a text at all.
    #[error("no sealed fields")]
    Malformed,
    /// Written by a newer version.
    #[error("sealed fields of version {0}")]
    Newer(u64),
}

impl SealedFields {
    /// Reads the text of a sealed part.
    ///
    /// # Errors
    /// See [`BadSealed`].
    pub fn decode(text: &[u8]) -> Result<Self, BadSealed> {
        let values = serde_json::from_slice(text).map_err(|_| BadSealed::Malformed)?;
        let mut read = Self { values };
        let version = read.values.shift_remove(VERSION_KEY);
        match version.as_ref().and_then(Json::as_u64) {
            Some(VERSION) => Ok(read),
            None | Some(0) => Err(BadSealed::Malformed),
            Some(newer) => Err(BadSealed::Newer(newer)),
        }
    }

    /// The text to seal.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut written = Self::default();
        written
            .values
            .insert(VERSION_KEY.to_owned(), VERSION.into());
        written.values.extend(self.values.clone());
        Zeroizing::new(serde_json::to_vec(&written.values).expect("values are JSON"))
    }

    /// The value under this name, as JSON.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Json> {
        self.values.get(field)
    }

    /// The members of a list.
    #[must_use]
    pub fn members(&self, field: &str) -> BTreeSet<String> {
        let members = self.get(field).and_then(Json::as_array).into_iter();
        let texts = members.flatten().filter_map(Json::as_str);
        texts.map(str::to_owned).collect()
    }

    /// Gives a field a value, or takes it away.
    pub fn put(&mut self, field: &str, value: Option<&Value>) {
        let replaced = match value {
            Some(value) => self.values.insert(field.to_owned(), to_json(value)),
            None => self.values.shift_remove(field),
        };
        if let Some(mut replaced) = replaced {
            wipe(&mut replaced);
        }
    }

    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// What is missing of what the part cannot be without.
    #[must_use]
    pub fn missing(&self, collection: &Collection) -> Vec<FieldError> {
        let required = collection.sealed_fields().filter(|field| field.required);
        required
            .filter(|field| self.get(field.name).is_none())
            .map(|field| FieldError::missing(field.name))
            .collect()
    }

    /// The values as people are shown them: declared ones in their order, then what a newer version
    /// wrote. What no version of a field holds is left out: its author may be anybody.
    #[must_use]
    pub fn shown(&self, collection: &Collection) -> Map<String, Json> {
        let declared = collection.sealed_fields().filter_map(|field| {
            let value = self.get(field.name)?;
            fits(field, value).then(|| (field.name.to_owned(), value.clone()))
        });
        let later = self.values.iter().filter(|(name, value)| {
            value.is_string() && collection.field(name).is_none() && !name.starts_with('_')
        });
        let later = later.map(|(name, value)| (name.clone(), value.clone()));
        declared.chain(later).collect()
    }

    /// Whether a text of it, or a telephone number, holds what is looked for.
    #[must_use]
    pub fn holds(&self, collection: &Collection, sought: &str) -> bool {
        let folded = fold(sought);
        let digits: String = sought.chars().filter(char::is_ascii_digit).collect();
        // A number is known by its end: 06 12 and +33 6 12 are the same.
        let number = digits.trim_start_matches('0');
        let is_number = number.len() >= 4 && sought.chars().all(|it| !it.is_alphabetic());
        collection.sealed_fields().any(|field| {
            let Some(text) = self.get(field.name).and_then(Json::as_str) else {
                return false;
            };
            match field.kind {
                FieldKind::Telephone => is_number && text.contains(number),
                _ => !folded.is_empty() && fold(text).contains(&folded),
            }
        })
    }
}

/// Whether a value has the form that the field's values have.
fn fits(field: &Field, value: &Json) -> bool {
    match value {
        Json::Array(members) => field.kind.is_list() && members.iter().all(Json::is_string),
        Json::String(_) | Json::Number(_) | Json::Bool(_) => !field.kind.is_list(),
        Json::Null | Json::Object(_) => false,
    }
}

fn wipe(value: &mut Json) {
    match value {
        Json::String(text) => text.zeroize(),
        Json::Array(items) => items.iter_mut().for_each(wipe),
        Json::Object(members) => members.values_mut().for_each(wipe),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

impl Drop for SealedFields {
    fn drop(&mut self) {
        self.values.values_mut().for_each(wipe);
    }
}

impl fmt::Debug for SealedFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedFields(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::registry::COLLECTIONS;
    use crate::registry::collections::holder::HOLDER;
    use crate::registry::collections::opportunity::OPPORTUNITY;
    use crate::registry::context::fixture::context;

    /// Gives a value as people write it.
    fn give(to: &mut SealedFields, collection: &Collection, field: &str, text: &str) {
        let column = collection.column(field).unwrap();
        let value = column.from_json(&json!(text), &context()).unwrap();
        to.put(column.field.name, value.as_ref());
    }

    fn jeanne() -> SealedFields {
        let mut person = SealedFields::default();
        give(&mut person, &HOLDER, "name", " Jeanne  Dupré ");
        give(&mut person, &HOLDER, "phone", "06 12 34 56 78");
        person
    }

    #[test]
    fn every_sealed_part_has_a_name_that_seals_take() {
        for collection in COLLECTIONS {
            let part = collection.sealed_part();
            assert_eq!(part.is_some(), collection.sealed_fields().count() > 0);
            if let Some(part) = part {
                let parsed: Result<sync_protocol::seal::part::PartName, _> = part.parse();
                assert!(parsed.is_ok(), "{part}");
            }
        }
        assert_eq!(HOLDER.sealed_part(), Some("identity"));
        assert_eq!(OPPORTUNITY.sealed_part(), Some("details"));
    }

    #[test]
    fn sealed_values_survive_their_text_and_show_themselves_nowhere() {
        let person = jeanne();
        assert_eq!(person.get("name"), Some(&json!("Jeanne Dupré")));
        assert_eq!(person.get("phone"), Some(&json!("+33612345678")));
        let read = SealedFields::decode(&person.encode()).unwrap();
        assert_eq!(read, person);
        assert_eq!(format!("{person:?}"), "SealedFields(hidden)");
    }

    #[test]
    fn an_identity_sealed_before_other_collections_could_be_is_read_and_written_the_same() {
        let text =
            r#"{"version":1,"name":"Jeanne Dupré","phone":"+33612345678","notes":"Deux enfants."}"#;
        let read = SealedFields::decode(text.as_bytes()).unwrap();
        let shown = read.shown(&HOLDER);
        let names: Vec<&str> = shown.keys().map(String::as_str).collect();
        assert_eq!(names, ["name", "phone", "notes"]);
        assert_eq!(read.encode().as_slice(), text.as_bytes());
    }

    #[test]
    fn what_a_later_version_wrote_is_kept_and_shown_under_its_own_name() {
        let text = br#"{"version":1,"name":"J","pronouns":"elle"}"#;
        let mut person = SealedFields::decode(text).unwrap();
        give(&mut person, &HOLDER, "name", "Jeanne");
        let written = String::from_utf8(person.encode().to_vec()).unwrap();
        assert!(written.contains(r#""pronouns":"elle""#) && written.contains("Jeanne"));
        assert_eq!(person.shown(&HOLDER)["pronouns"], json!("elle"));
        let newer = SealedFields::decode(br#"{"version":2}"#);
        assert_eq!(newer.unwrap_err(), BadSealed::Newer(2));
        for malformed in [&b"{"[..], b"[]", b"{}", br#"{"version":"1"}"#] {
            let error = SealedFields::decode(malformed).unwrap_err();
            assert_eq!(error, BadSealed::Malformed);
        }
    }

    #[test]
    fn what_no_field_holds_is_not_shown() {
        let text = br#"{"version":1,"name":["J"],"phone":{"a":1},"contact_preference":["phone"],"residence":"insee:63003","_x":"y"}"#;
        let person = SealedFields::decode(text).unwrap();
        let shown = person.shown(&HOLDER);
        let names: Vec<&str> = shown.keys().map(String::as_str).collect();
        assert_eq!(names, ["contact_preference"]);
    }

    #[test]
    fn values_are_checked_by_their_kinds_and_blank_takes_one_away() {
        let read = |collection: &Collection, field: &str, value: Json| {
            let column = collection.column(field).unwrap();
            column.from_json(&value, &context())
        };
        let wrong = read(&OPPORTUNITY, "seller_email", json!("jeanne")).unwrap_err();
        assert_eq!(wrong.field, "seller_email");
        assert!(read(&OPPORTUNITY, "seller_phone", json!("12")).is_err());
        let long = "x".repeat(151);
        let wrong = read(&OPPORTUNITY, "seller_name", json!(long)).unwrap_err();
        assert_eq!(wrong.code(), "too_long");
        let wrong = read(&HOLDER, "contact_preference", json!(["pigeon"])).unwrap_err();
        assert_eq!(wrong.field, "contact_preference");
        let mut person = jeanne();
        give(&mut person, &HOLDER, "phone", " ");
        assert_eq!(person.get("phone"), None);
        assert!(person.missing(&HOLDER).is_empty());
        person.put("name", None);
        assert_eq!(person.missing(&HOLDER)[0].field, "name");
    }

    #[test]
    fn a_person_is_found_by_name_and_by_number() {
        let person = jeanne();
        for sought in ["dupre", "JEANNE", "06 12 34", "+33612", "345678"] {
            assert!(person.holds(&HOLDER, sought), "{sought}");
        }
        for sought in ["dupond", "", "07 99 99", "12"] {
            assert!(!person.holds(&HOLDER, sought), "{sought}");
        }
    }
}
