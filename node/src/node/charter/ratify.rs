//! Ratification: persons of the steering committee sign the exact content of a record.
//!
//! What is signed is the digest of the record's stored values, so that it lapses visibly when any of
//! them changes. A person's key works at any node.

use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::charter::{Charter, ContentHash, Ratification, Ratify};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{PersonKey, RecordId};

use crate::api::{ApiError, ExitKind};
use crate::home::persons::read_person_key;
use crate::node::Outcome;
use crate::node::errors::read;
use crate::node::genesis::checked_name;
use crate::node::member::Member;
use crate::registry::find_collection;
use crate::view::Record;

#[derive(Deserialize)]
struct Asked {
    record: String,
    collection: Option<String>,
    /// The person, by the name under which the key was made here.
    #[serde(rename = "as")]
    person: Option<String>,
    /// The person's key file, wherever it lies.
    key: Option<PathBuf>,
    /// The person's public key: what it would sign is told, and nothing signed.
    draft_for: Option<String>,
    /// A body that the person signed, as it was drafted before.
    signed: Option<String>,
}

#[derive(Deserialize)]
struct Person {
    name: String,
    path: Option<PathBuf>,
}

impl Member {
    /// `charter.person`: makes a person's key.
    pub(in crate::node) fn make_person(&self, input: Value) -> Outcome {
        let Person { name, path } = read(input)?;
        let name = checked_name("name", &name)?;
        let (path, seed) = self.home.make_person_key(&name, path.as_deref())?;
        let key = PersonKey(seed.signing_key().verifying_key().to_bytes());
        Ok(json!({
            "name": name,
            "key": key.to_string(),
            "path": path.display().to_string(),
        }))
    }

    /// `charter.ratify`: signs a record's content as a person; without a person, says how it stands.
    pub(in crate::node) fn ratify(&self, input: Value) -> Outcome {
        let Asked {
            record,
            collection,
            person,
            key,
            draft_for,
            signed,
        } = read(input)?;
        let record = self.named_record(collection.as_deref(), &record)?;
        let path = key.or_else(|| person.map(|name| self.home.person_key_file(&name)));
        if let Some(person) = draft_for {
            return self.draft_for_person(&record, &person);
        }
        let signed = match (signed, path) {
            (Some(signed), _) => self.say_signed(&record, &signed)?,
            (None, Some(path)) => self.sign_as(&record, &path)?,
            (None, None) => false,
        };
        let mut answer = self.ratification_of(&record.id)?;
        answer["record"] = json!(record.id.to_string());
        answer["title"] = json!(self.reader.title(&record));
        answer["signed"] = json!(signed);
        Ok(answer)
    }

    fn named_record(&self, collection: Option<&str>, text: &str) -> Result<Record, ApiError> {
        if let Some(collection) = collection {
            return self.find_record(find_collection(collection)?, text);
        }
        let id = self.reader.resolve(text, None)?;
        let found = self.reader.get(&id)?;
        found.ok_or_else(|| {
            let text = "this record cannot be read";
            ApiError::new("record_unreadable", ExitKind::Failed, text).with("id", id.short())
        })
    }

    /// Signs; returns whether this person had not before.
    fn sign_as(&self, record: &Record, path: &std::path::Path) -> Result<bool, ApiError> {
        if !path.exists() {
            let text = format!("there is no key in {}", path.display());
            return Err(
                ApiError::new("person_key_missing", ExitKind::NotFound, text)
                    .with("path", path.display()),
            );
        }
        let seed = read_person_key(path)?;
        let key = PersonKey(seed.signing_key().verifying_key().to_bytes());
        let (place, content) = self.what_to_ratify(record, &key)?;
        self.say_if(Kind::RATIFY, |charter| {
            let version = charter.current().0;
            if charter.has_ratified(&place, &content, &version, &key) {
                return None;
            }
            let signing = seed.signing_key();
            Some(Ratify::sign(self.network, place, content, version, &signing).encode())
        })
    }

    /// What a person's key is to sign: it is opened in a process of the person's own
    /// ([`super::PersonDesk`]).
    fn draft_for_person(&self, record: &Record, person: &str) -> Outcome {
        let (place, content) = self.what_to_ratify(record, &read_person(person)?)?;
        Ok(json!({
            "record": record.id.to_string(),
            "network": self.network.to_string(),
            "author": place.author.to_string(),
            "seq": place.seq,
            "content": HEXLOWER.encode(&content),
            "version": self.charter().current().0.to_string(),
        }))
    }

    /// Writes what a person signed; returns whether this person had not before.
    fn say_signed(&self, record: &Record, signed: &str) -> Result<bool, ApiError> {
        let bytes = HEXLOWER.decode(signed.as_bytes()).unwrap_or_default();
        let differs = || {
            let text = "what was signed is not the content that stands now: look again";
            ApiError::new("ratified_differs", ExitKind::Refused, text)
        };
        let ratify = Ratify::decode(&bytes).map_err(|_| differs())?;
        let (place, content) = self.what_to_ratify(record, &ratify.person)?;
        let mut stale = false;
        let written = self.say_if(Kind::RATIFY, |charter| {
            let version = charter.current().0;
            let stands = (ratify.record, ratify.content, ratify.version);
            stale = stands != (place, content, version) || !ratify.holds(self.network);
            let known = charter.has_ratified(&place, &content, &version, &ratify.person);
            (!stale && !known).then_some(bytes)
        })?;
        if stale { Err(differs()) } else { Ok(written) }
    }

    /// The content that a person of the committee would sign, and the entry that created its record.
    fn what_to_ratify(
        &self,
        record: &Record,
        key: &PersonKey,
    ) -> Result<(Place, ContentHash), ApiError> {
        {
            let charter = self.charter();
            let terms = charter.current().1.terms.as_ref();
            let committee = terms.map_or(&[][..], |it| &it.committee);
            if committee.is_empty() {
                let text = "the charter names no steering committee";
                return Err(ApiError::new("no_committee", ExitKind::Refused, text));
            }
            if !committee.iter().any(|it| it.key == *key) {
                let names: Vec<&str> = committee.iter().map(|it| it.name.as_str()).collect();
                let text = "this key is not one of the committee's";
                return Err(ApiError::new("not_on_committee", ExitKind::Refused, text)
                    .with("names", names.join(", ")));
            }
        }
        // Who signs has seen one content; of a conflict there are several.
        if !record.conflicts.is_empty() {
            let text = "this record has fields with several values: choose first";
            return Err(
                ApiError::new("ratify_after_choosing", ExitKind::NeedsDecision, text)
                    .with("count", record.conflicts.len()),
            );
        }
        let place = self.creations(&record.id)?.into_iter().next();
        let content = self.reader.digest_of(&record.id)?;
        place.zip(content).ok_or_else(|| {
            let text = "this record cannot be read";
            ApiError::new("record_unreadable", ExitKind::Failed, text).with("id", record.id.short())
        })
    }

    /// The entries that created a record: several where two nodes did without knowing.
    fn creations(&self, id: &RecordId) -> Result<Vec<Place>, ApiError> {
        let entries = self.reader.entries(id)?.into_iter();
        let creations = entries.filter(|it| it.kind == Kind::CREATE);
        let places = creations.map(|it| Place {
            author: it.node,
            seq: it.seq,
        });
        Ok(places.collect())
    }

    /// How a record's content stands with the steering committee.
    pub(in crate::node) fn ratification_of(&self, id: &RecordId) -> Outcome {
        let Some(content) = self.reader.digest_of(id)? else {
            return Ok(json!({ "status": "none" }));
        };
        let places = self.creations(id)?;
        let charter = self.charter();
        let stands = places
            .iter()
            .map(|place| charter.ratification(place, &content));
        let best = stands.max_by_key(rank).unwrap_or(Ratification::None);
        Ok(ratification_json(&charter, &best, &content))
    }
}

fn read_person(text: &str) -> Result<PersonKey, ApiError> {
    text.parse().map_err(|_| {
        let said = "not a person's public key";
        ApiError::new("bad_person_key", ExitKind::Usage, said).with("name", text)
    })
}

const fn rank(stands: &Ratification) -> usize {
    match stands {
        Ratification::None => 0,
        Ratification::Lapsed { .. } => 1,
        Ratification::Partial { .. } => 2,
        Ratification::Ratified { .. } => 3,
    }
}

fn ratification_json(charter: &Charter, stands: &Ratification, content: &ContentHash) -> Value {
    let number = |id| charter.version(id).map(|it| it.number);
    let needed = |id| {
        let terms = charter.version(id).and_then(|it| it.terms.as_ref());
        terms.map_or(0, |it| it.committee_quorum)
    };
    // By name: the order of their keys says nothing to people.
    let named = |by: &[String]| {
        let mut names = by.to_vec();
        names.sort();
        names
    };
    let current = charter.current().0;
    let mut told = match stands {
        Ratification::None => json!({ "status": "none", "needed": needed(&current) }),
        Ratification::Partial { under, by, missing } => json!({
            "status": "partial",
            "by": named(by),
            "missing": missing,
            "needed": needed(under),
            "number": number(under),
        }),
        Ratification::Ratified { under, by } => json!({
            "status": "ratified",
            "by": named(by),
            "needed": needed(under),
            "number": number(under),
        }),
        Ratification::Lapsed { under, signed, .. } => json!({
            "status": "lapsed",
            "signatures": signed,
            "needed": needed(&current),
            "number": number(under),
        }),
    };
    told["content"] = json!(HEXLOWER.encode(content));
    told
}
