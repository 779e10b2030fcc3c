//! What is sealed of records, as far as it is compared: opened here, kept as keyed hashes.
//!
//! Each node compares what it may read. A hash that all members could compare would be no secret:
//! there are some hundred million telephone numbers in use, and whoever holds the key of the hash
//! tries them all in minutes, and learns whom other structures accompany. So no hash leaves a node:
//! its key is drawn for one comparison and forgotten with it. Two structures find that they know
//! one person where at least one of them reads both; see docs/matching.md.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use sync_protocol::id::RecordId;
use zeroize::{Zeroize, Zeroizing};

use crate::api::ApiError;
use crate::duplicates::Traits;
use crate::node::clock;
use crate::node::member::Member;
use crate::sealing::gather;

/// What is sealed of the records that this node may read.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    opened: BTreeMap<RecordId, Traits>,
    /// Records whose parts do not open here.
    pub(super) closed: u64,
}

impl Hidden {
    pub(super) fn take(&mut self, record: &RecordId) -> Option<Traits> {
        self.opened.remove(record)
    }
}

impl Member {
    /// What is sealed of the records of a collection and is compared.
    pub(super) fn hidden(&self, collection: &str) -> Result<Hidden, ApiError> {
        let key = Zeroizing::new(clock::random::<32>()?);
        let entries = self.reader.sealing(None)?;
        let all = gather(self.network, &entries, &|entry, creator| {
            self.counts(entry, creator)
        });
        let mut hidden = Hidden::default();
        for (_, sealed) in &all {
            let record = self.reader.get(&sealed.record)?;
            let is_asked = |it: &crate::view::Record| it.collection == collection && !it.removed;
            if !record.as_ref().is_some_and(is_asked) {
                continue;
            }
            let mut traits = None;
            for part in sealed.parts().filter(|part| part.heads().count() > 0) {
                let Ok(opened) = self.open_part(sealed, part) else {
                    continue;
                };
                // Of several that stand the last one said is compared.
                let last = opened.iter().max_by_key(|it| it.time);
                if let Some(last) = last {
                    let known = traits.take().unwrap_or_default();
                    traits = Some(read(&last.text, &key, known));
                }
            }
            match traits {
                Some(traits) => {
                    hidden.opened.insert(sealed.record, traits);
                }
                None => hidden.closed += 1,
            }
        }
        Ok(hidden)
    }
}

/// What a sealed text says of a person, names of fields being those of the dictionary.
fn read(text: &[u8], key: &[u8; 32], mut known: Traits) -> Traits {
    let Ok(mut fields) = serde_json::from_slice::<Map<String, Json>>(text) else {
        return known;
    };
    for (name, value) in &mut fields {
        let Json::String(text) = value else { continue };
        match name.as_str() {
            "name" => known = known.titled(text),
            "phone" | "seller_phone" => known.telephone = Some(hashed(key, text)),
            "email" => known.email = Some(hashed(key, &text.to_lowercase())),
            _ => {}
        }
        text.zeroize();
    }
    known
}

/// Equal for equal texts, and nothing else to whoever lacks the key.
fn hashed(key: &[u8; 32], text: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(key);
    hasher.update(text.trim());
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = br#"{"version":1,"name":"Jeanne","phone":"+33612345678","email":"J@x.fr"}"#;

    #[test]
    fn equal_texts_hash_alike_under_one_key_and_nothing_is_kept_in_clear() {
        let one = read(TEXT, &[1; 32], Traits::default());
        let again = read(TEXT, &[1; 32], Traits::default());
        let other = read(TEXT, &[2; 32], Traits::default());
        assert_eq!(one, again);
        assert_ne!(one.telephone, other.telephone);
        assert_ne!(one.email, other.email);
        let shown = format!("{one:?}");
        for secret in ["33612345678", "Jeanne", "j@x"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        let nothing = read(b"not JSON", &[1; 32], Traits::default());
        assert_eq!(nothing, Traits::default());
    }
}
