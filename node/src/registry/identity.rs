//! Who a holder is: the text of the sealed part `identity`.
//!
//! A small JSON object with a version. Texts have the forms that the registry stores elsewhere
//! (E.164 telephones, composed characters). What a later version adds is kept when an older one
//! writes the identity again.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use zeroize::Zeroize;

use super::error::{Fault, FieldError};
use super::parse::{contact, text};
use crate::text::fold;

/// The version written here.
const VERSION: u16 = 1;

/// The names of its texts, in the order people see them.
pub const IDENTITY_FIELDS: [&str; 5] = ["name", "phone", "email", "address", "notes"];

/// Who a holder is; never shown by `Debug`, wiped when dropped.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    #[serde(default)]
    version: u16,
    /// First and last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Household, preference of contact, what else those who accompany need to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// What a later version wrote.
    #[serde(flatten)]
    later: BTreeMap<String, Json>,
}

/// Text that is no identity, or one of a form that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentity {
    /// Not one at all.
    #[error("not an identity")]
    Malformed,
    /// Written by a newer version.
    #[error("an identity of version {0}")]
    Newer(u16),
}

impl Identity {
    /// Reads the text of a sealed part.
    ///
    /// # Errors
    /// See [`BadIdentity`].
    pub fn decode(text: &[u8]) -> Result<Self, BadIdentity> {
        let identity: Self = serde_json::from_slice(text).map_err(|_| BadIdentity::Malformed)?;
        match identity.version {
            VERSION => Ok(identity),
            0 => Err(BadIdentity::Malformed),
            newer => Err(BadIdentity::Newer(newer)),
        }
    }

    /// The text to seal.
    #[must_use]
    pub fn encode(&self) -> zeroize::Zeroizing<Vec<u8>> {
        let mut written = self.clone();
        written.version = VERSION;
        zeroize::Zeroizing::new(serde_json::to_vec(&written).expect("texts are JSON"))
    }

    /// The text of this name.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        let text = match field {
            "name" => &self.name,
            "phone" => &self.phone,
            "email" => &self.email,
            "address" => &self.address,
            "notes" => &self.notes,
            _ => return None,
        };
        text.as_deref()
    }

    /// Gives a text as people write it; blank takes it away.
    ///
    /// # Errors
    /// What is wrong with it, or that there is no such field.
    pub fn set(&mut self, field: &str, given: &str) -> Result<(), FieldError> {
        let blank = given.trim().is_empty();
        let put = |read: fn(&str) -> Result<String, Fault>| {
            let value = (!blank).then(|| read(given)).transpose();
            value.map_err(|fault| fault.at(field))
        };
        match field {
            "name" => self.name = put(|text| text::line(text, 150))?,
            "phone" => self.phone = put(|text| contact::telephone(text.trim()))?,
            "email" => self.email = put(|text| contact::email(text.trim()))?,
            "address" => self.address = put(|text| text::line(text, 200))?,
            "notes" => self.notes = put(|text| text::prose(text, 2_000))?,
            _ => {
                let allowed = IDENTITY_FIELDS.join(", ");
                let fault = Fault::new("unknown_field")
                    .with("value", field)
                    .with("collection", "identity")
                    .with("allowed", allowed);
                return Err(fault.at(field));
            }
        }
        Ok(())
    }

    /// Whether a text of it, or a telephone number, holds what is looked for.
    #[must_use]
    pub fn holds(&self, sought: &str) -> bool {
        let folded = fold(sought);
        let digits: String = sought.chars().filter(char::is_ascii_digit).collect();
        // A number is known by its end: 06 12 and +33 6 12 are the same.
        let number = digits.trim_start_matches('0');
        let is_number = number.len() >= 4 && sought.chars().all(|it| !it.is_alphabetic());
        IDENTITY_FIELDS.iter().any(|field| {
            let text = self.get(field).unwrap_or_default();
            if *field == "phone" {
                return is_number && text.contains(number);
            }
            !folded.is_empty() && fold(text).contains(&folded)
        })
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.name.zeroize();
        self.phone.zeroize();
        self.email.zeroize();
        self.address.zeroize();
        self.notes.zeroize();
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jeanne() -> Identity {
        let mut identity = Identity::default();
        identity.set("name", " Jeanne  Dupré ").unwrap();
        identity.set("phone", "06 12 34 56 78").unwrap();
        identity
    }

    #[test]
    fn an_identity_survives_its_text_and_shows_itself_nowhere() {
        let identity = jeanne();
        assert_eq!(identity.get("name"), Some("Jeanne Dupré"));
        assert_eq!(identity.get("phone"), Some("+33612345678"));
        let read = Identity::decode(&identity.encode()).unwrap();
        assert_eq!(read.get("name"), identity.get("name"));
        assert_eq!(format!("{identity:?}"), "Identity(hidden)");
    }

    #[test]
    fn what_a_later_version_wrote_is_kept() {
        let text = br#"{"version":1,"name":"J","pronouns":"elle"}"#;
        let mut identity = Identity::decode(text).unwrap();
        identity.set("name", "Jeanne").unwrap();
        let written = String::from_utf8(identity.encode().to_vec()).unwrap();
        assert!(written.contains(r#""pronouns":"elle""#) && written.contains("Jeanne"));
        let newer = Identity::decode(br#"{"version":2}"#);
        assert_eq!(newer.unwrap_err(), BadIdentity::Newer(2));
        assert_eq!(Identity::decode(b"{").unwrap_err(), BadIdentity::Malformed);
    }

    #[test]
    fn a_wrong_value_is_named() {
        let mut identity = jeanne();
        assert_eq!(identity.set("email", "jeanne").unwrap_err().field, "email");
        assert_eq!(
            identity.set("age", "7").unwrap_err().code(),
            "unknown_field"
        );
        identity.set("phone", " ").unwrap();
        assert_eq!(identity.get("phone"), None);
    }

    #[test]
    fn a_person_is_found_by_name_and_by_number() {
        let identity = jeanne();
        for sought in ["dupre", "JEANNE", "06 12 34", "+33612", "345678"] {
            assert!(identity.holds(sought), "{sought}");
        }
        for sought in ["dupond", "", "07 99 99", "12"] {
            assert!(!identity.holds(sought), "{sought}");
        }
    }
}
