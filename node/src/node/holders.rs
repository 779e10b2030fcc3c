//! Holders: who they are is sealed to the structures that accompany them.
//!
//! Records like any other with a sealed part ([`super::sealed_fields`]), but that the node makes their
//! pseudonym, and that a referral takes them along.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_protocol::id::RecordId;

use crate::api::{ApiError, Detail};
use crate::registry::{
    Collection, FieldError, Fields, Value as FieldValue, collection, find_collection,
};
use crate::view::Record;

use super::Outcome;
use super::access_log::Purpose;
use super::errors::{of_fields, read};
use super::member::Member;
use super::sealed_readers::detail_of;

/// Letters and digits that are not taken for each other.
pub(super) const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

#[derive(Deserialize)]
struct Add {
    #[serde(default)]
    fields: Map<String, Value>,
    identity: Map<String, Value>,
    #[serde(default)]
    share: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Edit {
    id: String,
    /// Blank takes a text away.
    identity: Map<String, Value>,
}

#[derive(Deserialize)]
struct Share {
    id: String,
    structures: Vec<String>,
}

#[derive(Deserialize)]
struct Unshare {
    id: String,
    structure: String,
}

#[derive(Deserialize)]
struct Search {
    text: String,
}

#[derive(Deserialize)]
struct Log {
    id: Option<String>,
}

/// `PP-7K3F2Q`: of the record's identity, so that nobody has to invent one, and nobody can put a name
/// there.
pub(super) fn pseudonym(record: &RecordId) -> String {
    let [a, b, c, d, ..] = record.0;
    let bits = u32::from_be_bytes([a, b, c, d]);
    let letters = (0..6).map(|place| {
        let at = (bits >> (5 * place)) & 31;
        char::from(ALPHABET[at as usize])
    });
    format!("PP-{}", letters.collect::<String>())
}

impl Member {
    /// `holder.add`: `record.add` of a person, who has a name.
    pub(super) fn add_holder(&self, input: Value) -> Outcome {
        let Add {
            mut fields,
            identity,
            share,
        } = read(input)?;
        let declared = find_collection("holder")?;
        if fields.contains_key("pseudonym") {
            return Err(FieldError::computed("pseudonym").into());
        }
        only_sealed(declared, &identity)?;
        fields.extend(identity);
        let is_given = |name: &str| {
            let given = fields.iter().find(|(header, _)| {
                let column = declared.column(header);
                column.is_ok_and(|column| column.field.name == name)
            });
            given.is_some_and(|(_, value)| match value {
                Value::String(text) => !text.trim().is_empty(),
                value => !value.is_null(),
            })
        };
        let mut required = declared.sealed_fields().filter(|field| field.required);
        if let Some(missing) = required.find(|field| !is_given(field.name)) {
            return Err(FieldError::missing(missing.name).into());
        }
        self.add_record(json!({ "collection": declared.name, "fields": fields, "share": share }))
    }

    /// `holder.show`: the record, who reads the identity, and the identity if this structure does.
    pub(super) fn show_holder(&self, input: Value) -> Outcome {
        let Named { id } = read(input)?;
        let record = self.find_record(find_collection("holder")?, &id)?;
        let mut answer = super::answers::Records::of(self).record(&record, true);
        answer["_identity"] = self.shown_identity_of(&record, Purpose::Show)?;
        Ok(answer)
    }

    /// What is sealed of a holder, and who reads it; that it was opened is noted first.
    pub(super) fn shown_identity_of(&self, record: &Record, purpose: Purpose) -> Outcome {
        let nothing = || json!({ "sealed": false, "readers": [] });
        Ok(self.shown_sealed(record, purpose)?.unwrap_or_else(nothing))
    }

    /// `holder.edit`: a new seal replaces what stands, for the same readers.
    pub(super) fn edit_holder(&self, input: Value) -> Outcome {
        let Edit { id, identity } = read(input)?;
        let declared = find_collection("holder")?;
        only_sealed(declared, &identity)?;
        let set = json!({ "collection": declared.name, "id": id, "fields": identity });
        let answer = self.set_record(set)?;
        Ok(json!({ "id": answer["id"], "changed": answer["resealed"] }))
    }

    /// `holder.share`.
    pub(super) fn share_holder(&self, input: Value) -> Outcome {
        let Share { id, structures } = read(input)?;
        self.grant_sealed(json!({ "collection": "holder", "id": id, "structures": structures }))
    }

    /// `holder.unshare`.
    pub(super) fn unshare_holder(&self, input: Value) -> Outcome {
        let Unshare { id, structure } = read(input)?;
        self.revoke_sealed(json!({ "collection": "holder", "id": id, "structure": structure }))
    }

    /// `holder.search`.
    pub(super) fn search_holders(&self, input: Value) -> Outcome {
        let Search { text } = read(input)?;
        let found = self.search_sealed(json!({ "collection": "holder", "text": text }))?;
        Ok(with_pseudonyms(found, "hits"))
    }

    /// `holder.log`.
    pub(super) fn show_holder_readings(&self, input: Value) -> Outcome {
        let Log { id } = read(input)?;
        let found = self.show_readings(json!({ "collection": "holder", "id": id }))?;
        Ok(with_pseudonyms(found, "readings"))
    }

    /// A project that is referred takes its holder along: the structure it goes to reads who that
    /// is, if this structure may say so. What prevents it is a notice, and not a failure: the
    /// referral has been sent.
    pub(super) fn share_referred(&self, referral: &Fields) -> Result<Option<Detail>, ApiError> {
        let (Some(referrals), Some(holders)) = (collection("referral"), collection("holder"))
        else {
            return Ok(None);
        };
        let Some(holder) = self.person_of(referrals, referral)? else {
            return Ok(None);
        };
        let to = match referral.get("to_structure") {
            Some(FieldValue::Text(to)) => Some(to.clone()),
            _ => None,
        };
        let receiver = self.members_of_records(to);
        if receiver.is_empty() {
            return Ok(None);
        }
        let granted = self.grant_to(holders, &holder, &receiver);
        Ok(granted.err().map(detail_of))
    }
}

/// A holder is called by the pseudonym.
fn with_pseudonyms(mut answer: Value, rows: &str) -> Value {
    for row in answer[rows].as_array_mut().into_iter().flatten() {
        row["pseudonym"] = row["title"].clone();
    }
    answer
}

/// Among who somebody is there is nothing plain.
fn only_sealed(declared: &Collection, identity: &Map<String, Value>) -> Result<(), ApiError> {
    let wrong = identity.keys().filter_map(|header| {
        let column = declared.column(header);
        match column {
            Ok(column) if column.field.is_sealed() => None,
            Ok(_) => Some(FieldError::not_sealed(declared, header)),
            Err(error) => Some(error),
        }
    });
    let wrong: Vec<FieldError> = wrong.collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(of_fields(&wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_follows_from_the_record_and_has_no_letter_that_reads_like_a_digit() {
        assert_eq!(pseudonym(&RecordId([0; 32])), "PP-222222");
        let other = pseudonym(&RecordId([0xA7; 32]));
        assert_eq!(other.len(), 9);
        assert!(!other[3..].contains(['0', '1', 'I', 'O']));
        assert_ne!(other, pseudonym(&RecordId([0xA6; 32])));
    }
}
