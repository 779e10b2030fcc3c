//! Holders: who they are is sealed to the structures that accompany them.
//!
//! Plain fields of the record are written as those of any other; the identity is its sealed part.
//! Each time one is opened the local access log says so first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_protocol::id::{RecordId, Salt, StructureId};
use sync_protocol::seal::part::PartName;

use crate::api::{ApiError, Detail, ExitKind};
use crate::registry::identity::{BadIdentity, IDENTITY_FIELDS, Identity};
use crate::registry::{FieldError, Fields, Value as FieldValue, find_collection, prepare_new};
use crate::sealing::{Opened, Part, Sealed, SealingError, gather};
use crate::view::Record;

use super::access_log::Purpose;
use super::errors::{of_fields, read};
use super::member::Member;
use super::records::{notices, parse_fields};
use super::{Outcome, clock};

/// Letters and digits that are not taken for each other.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

#[derive(Deserialize)]
struct Add {
    #[serde(default)]
    fields: Map<String, Value>,
    identity: BTreeMap<String, String>,
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
    identity: BTreeMap<String, String>,
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

fn part_name() -> PartName {
    "identity".parse().expect("a part's name")
}

/// `PP-7K3F2Q`: of the record's identity, so that nobody has to invent one, and nobody can put a name
/// there.
fn pseudonym(record: &RecordId) -> String {
    let [a, b, c, d, ..] = record.0;
    let bits = u32::from_be_bytes([a, b, c, d]);
    let letters = (0..6).map(|place| {
        let at = (bits >> (5 * place)) & 31;
        char::from(ALPHABET[at as usize])
    });
    format!("PP-{}", letters.collect::<String>())
}

impl Member {
    /// `holder.add`.
    pub(super) fn add_holder(&self, input: Value) -> Outcome {
        let Add {
            mut fields,
            identity: given,
            share,
        } = read(input)?;
        let declared = find_collection("holder")?;
        if fields.contains_key("pseudonym") {
            return Err(FieldError::computed("pseudonym").into());
        }
        let mut identity = Identity::default();
        give(&mut identity, &given)?;
        if identity.name.is_none() {
            return Err(FieldError::missing("name").into());
        }
        let mut readers = self.find_readers(&share)?;
        let salt = Salt(clock::random()?);
        let record = RecordId::derive(&self.network, &self.structure, declared.name, &salt);
        fields.insert("pseudonym".into(), json!(pseudonym(&record)));
        let prepared = self.with_context(|context| {
            let fields = parse_fields(declared, &fields, context)?;
            let fields = fields
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            prepare_new(declared, fields.collect(), context).map_err(|errors| of_fields(&errors))
        })?;
        if readers.iter().any(|it| *it != self.structure) {
            may_be_shared(&prepared.fields)?;
        }
        readers.insert(self.structure);
        let text = identity.encode();
        let fields = prepared.fields;
        let id = self.create_sealed(declared.name, salt, fields, &part_name(), &text, &readers)?;
        Ok(json!({
            "id": id.to_string(),
            "pseudonym": pseudonym(&id),
            "readers": self.shown_structures(&readers),
            "notices": notices(&prepared.notices),
        }))
    }

    /// `holder.show`: the record, who reads the identity, and the identity if this structure does.
    pub(super) fn show_holder(&self, input: Value) -> Outcome {
        let Named { id } = read(input)?;
        let record = self.find_holder(&id)?;
        let mut answer = super::answers::Records::of(self).record(&record, true);
        answer["_identity"] = self.shown_identity_of(&record, Purpose::Show)?;
        Ok(answer)
    }

    /// What is sealed of a holder, and who reads it; that it was opened is noted first.
    pub(super) fn shown_identity_of(&self, record: &Record, purpose: Purpose) -> Outcome {
        let sealed = self.sealed(&record.id)?;
        let Some(part) = sealed
            .part(&part_name())
            .filter(|it| it.heads().count() > 0)
        else {
            return Ok(json!({ "sealed": false, "readers": [] }));
        };
        let mut answer = json!({
            "sealed": true,
            "readers": self.shown_structures(&part.readers()),
            "conflict": part.state.is_conflict(),
        });
        match self.identities_in(&sealed, part) {
            Ok(identities) => {
                self.log_readings(purpose, &[record.id])?;
                let shown = |(opened, identity): &(Opened, Identity)| {
                    let structure = self.structure_of(&opened.author);
                    json!({
                        "by": structure.map(|it| self.name_of(&it)),
                        "at": clock::iso(opened.time),
                        "fields": shown_identity(identity),
                    })
                };
                answer["seals"] = identities.iter().map(shown).collect();
            }
            Err(error) => {
                let is_reader = part.readers().contains(&self.structure);
                let ApiError {
                    code,
                    args,
                    message,
                    ..
                } = error;
                answer["reader"] = json!(is_reader);
                answer["problem"] = json!(Detail {
                    code,
                    args,
                    message,
                    ..Detail::default()
                });
            }
        }
        Ok(answer)
    }

    /// The identities that stand, each opened.
    fn identities_in(
        &self,
        sealed: &Sealed,
        part: &Part,
    ) -> Result<Vec<(Opened, Identity)>, ApiError> {
        let opened = self.open_part(sealed, part);
        let opened = opened.map_err(|error| self.of_sealing(error, part))?;
        let read = |opened: Opened| {
            let identity = Identity::decode(&opened.text).map_err(|error| match error {
                BadIdentity::Malformed => SealingError::Unreadable,
                BadIdentity::Newer(_) => SealingError::Newer,
            });
            Ok((
                opened,
                identity.map_err(|error| self.of_sealing(error, part))?,
            ))
        };
        opened.into_iter().map(read).collect()
    }

    /// `holder.edit`: a new seal replaces what stands, for the same readers.
    pub(super) fn edit_holder(&self, input: Value) -> Outcome {
        let Edit {
            id,
            identity: given,
        } = read(input)?;
        let record = self.find_holder(&id)?;
        let sealed = self.sealed(&record.id)?;
        let Some(part) = sealed.part(&part_name()) else {
            // A record that came by another way than `holder add`: its owner names the person.
            let mut identity = Identity::default();
            give(&mut identity, &given)?;
            if !self.owns(&record) {
                return Err(SealingError::NothingSealed.into());
            }
            let readers = [self.structure].into();
            self.reseal(&sealed, &part_name(), &identity.encode(), &readers)?;
            return Ok(json!({ "id": record.id.to_string(), "changed": true }));
        };
        let identities = self.identities_in(&sealed, part)?;
        self.log_readings(Purpose::Edit, &[record.id])?;
        let identities: Vec<Identity> = identities.into_iter().map(|(_, it)| it).collect();
        let identity = edited(&identities, &given)?;
        if let [only] = identities.as_slice()
            && *only == identity
        {
            return Ok(json!({ "id": record.id.to_string(), "changed": false }));
        }
        let mut readers = part.state.next_readers.clone();
        readers.insert(self.structure);
        self.reseal(&sealed, &part_name(), &identity.encode(), &readers)?;
        Ok(json!({ "id": record.id.to_string(), "changed": true }))
    }

    /// `holder.share`.
    pub(super) fn share_holder(&self, input: Value) -> Outcome {
        let Share { id, structures } = read(input)?;
        let record = self.find_holder(&id)?;
        let readers = self.find_readers(&structures)?;
        let readers = self.grant_identity(&record, &readers)?;
        Ok(json!({
            "id": record.id.to_string(),
            "readers": self.shown_structures(&readers),
        }))
    }

    /// Lets further structures read who a holder is; returns all who do then.
    fn grant_identity(
        &self,
        record: &Record,
        readers: &BTreeSet<StructureId>,
    ) -> Result<BTreeSet<StructureId>, ApiError> {
        may_be_shared(&record.fields)?;
        let sealed = self.sealed(&record.id)?;
        let part = sealed
            .part(&part_name())
            .ok_or(SealingError::NothingSealed)?;
        self.grant_part(&sealed, part, readers)?;
        let sealed = self.sealed(&record.id)?;
        let part = sealed
            .part(&part_name())
            .ok_or(SealingError::NothingSealed)?;
        Ok(part.readers())
    }

    /// `holder.unshare`: a new seal under a new key, without that structure. It keeps what it read.
    pub(super) fn unshare_holder(&self, input: Value) -> Outcome {
        let Unshare { id, structure } = read(input)?;
        let record = self.find_holder(&id)?;
        let structure = self.find_structure(&structure)?;
        let owner = self.charter().heir_of(record.owner);
        if structure == owner {
            let name = self.name_of(&structure);
            let text = format!("{name} owns the record and keeps reading it");
            return Err(
                ApiError::new("owner_keeps_reading", ExitKind::Refused, text).with("name", name),
            );
        }
        let sealed = self.sealed(&record.id)?;
        let part = sealed
            .part(&part_name())
            .ok_or(SealingError::NothingSealed)?;
        let mut readers = part.state.next_readers.clone();
        if !part.readers().contains(&structure) && !readers.contains(&structure) {
            let name = self.name_of(&structure);
            let text = format!("{name} does not read it");
            return Err(
                ApiError::new("no_reader_to_remove", ExitKind::Usage, text).with("name", name)
            );
        }
        let identities = self.identities_in(&sealed, part)?;
        self.log_readings(Purpose::Edit, &[record.id])?;
        let identities: Vec<Identity> = identities.into_iter().map(|(_, it)| it).collect();
        let identity = edited(&identities, &BTreeMap::new())?;
        readers.remove(&structure);
        readers.insert(owner);
        self.reseal(&sealed, &part_name(), &identity.encode(), &readers)?;
        Ok(json!({
            "id": record.id.to_string(),
            "readers": self.shown_structures(&readers),
        }))
    }

    /// `holder.search`: among the identities that this node can open, which are opened for it one by
    /// one; nothing of them is kept.
    pub(super) fn search_holders(&self, input: Value) -> Outcome {
        let Search { text } = read(input)?;
        let entries = self.reader.sealing(None)?;
        let all = gather(self.network, &entries, &|entry, creator| {
            self.counts(entry, creator)
        });
        let (mut found, mut opened_count, mut hidden) = (Vec::new(), 0u64, 0u64);
        for (_, sealed) in &all {
            let Some(part) = sealed.part(&part_name()) else {
                continue;
            };
            let Ok(identities) = self.identities_in(sealed, part) else {
                hidden += 1;
                continue;
            };
            opened_count += 1;
            let hit = identities.into_iter().find(|(_, it)| it.holds(&text));
            if let Some((_, identity)) = hit
                && let Some(record) = self.reader.get(&sealed.record)?
                && record.collection == "holder"
                && !record.removed
            {
                found.push((record, identity));
            }
        }
        let ids: Vec<RecordId> = found.iter().map(|(record, _)| record.id).collect();
        self.log_readings(Purpose::Search, &ids)?;
        let shown = |(record, identity): &(Record, Identity)| {
            json!({
                "id": record.id.to_string(),
                "pseudonym": self.reader.title(record),
                "fields": shown_identity(identity),
            })
        };
        let hits: Vec<Value> = found.iter().map(shown).collect();
        Ok(json!({ "hits": hits, "searched": opened_count, "closed": hidden }))
    }

    /// `holder.log`: who was looked at from this node, and when.
    pub(super) fn show_readings(&self, input: Value) -> Outcome {
        let Log { id } = read(input)?;
        let only = id.map(|id| self.find_holder(&id)).transpose()?;
        let only = only.map(|record| record.id.to_string());
        let mut readings = self.readings()?;
        readings.retain(|reading| only.as_ref().is_none_or(|it| *it == reading.record));
        let mut titles: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut rows = Vec::new();
        for reading in &readings {
            let title = titles.entry(reading.record.clone()).or_insert_with(|| {
                let id = reading.record.parse::<RecordId>().ok()?;
                let record = self.reader.get(&id).ok().flatten()?;
                Some(self.reader.title(&record))
            });
            rows.push(json!({
                "at": reading.at().to_string(),
                "purpose": reading.purpose,
                "id": reading.record,
                "pseudonym": title,
            }));
        }
        Ok(json!({ "readings": rows }))
    }

    /// A project that is referred takes its holder along: the structure it goes to reads who that
    /// is, if this structure may say so. What prevents it is a notice, and not a failure: the
    /// referral has been sent.
    pub(super) fn share_referred(&self, referral: &Fields) -> Result<Option<Detail>, ApiError> {
        let of = |fields: &Fields, name: &str| match fields.get(name) {
            Some(FieldValue::Text(id)) => id.parse::<RecordId>().ok(),
            _ => None,
        };
        let Some(project) = of(referral, "project") else {
            return Ok(None);
        };
        let project = self.reader.get(&project)?;
        let holder = project.and_then(|project| of(&project.fields, "holder"));
        let Some(holder) = holder.map(|id| self.reader.get(&id)).transpose()?.flatten() else {
            return Ok(None);
        };
        let to = of(referral, "to_structure");
        let receiver = {
            let charter = self.charter();
            let mut members = charter.current().1.members.iter();
            let found = members.find(|it| Some(self.structure_record(&it.structure)) == to);
            found.map(|member| member.structure)
        };
        let Some(receiver) = receiver else {
            return Ok(None);
        };
        let granted = self.grant_identity(&holder, &[receiver].into());
        Ok(granted.err().map(|error| Detail {
            code: error.code,
            args: error.args,
            message: error.message,
            ..Detail::default()
        }))
    }

    fn find_holder(&self, id: &str) -> Result<Record, ApiError> {
        self.find_record(find_collection("holder")?, id)
    }

    /// Structures in the order of their names: that of their identities would say nothing.
    fn shown_structures(&self, structures: &BTreeSet<StructureId>) -> Vec<Value> {
        let named = structures.iter().map(|it| (self.name_of(it), it));
        let mut named: Vec<(String, &StructureId)> = named.collect();
        named.sort();
        let shown = |(name, it): (String, &StructureId)| json!({ "structure": it.to_string(), "name": name });
        named.into_iter().map(shown).collect()
    }
}

/// What the person agreed to is kept to.
pub(super) fn may_be_shared(fields: &Fields) -> Result<(), ApiError> {
    if fields.get("sharing") == Some(&FieldValue::Text("none".to_owned())) {
        let text = "this person agreed to be known to the welcoming structure alone";
        return Err(ApiError::new(
            "holder_shares_with_nobody",
            ExitKind::Refused,
            text,
        ));
    }
    Ok(())
}

fn give(identity: &mut Identity, given: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let wrong = given
        .iter()
        .filter_map(|(field, text)| identity.set(field, text).err());
    let wrong: Vec<FieldError> = wrong.collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(of_fields(&wrong))
    }
}

/// The identity as edited. Where several stand, what they differ in has to be given.
fn edited(identities: &[Identity], given: &BTreeMap<String, String>) -> Result<Identity, ApiError> {
    let mut identity = identities.first().cloned().unwrap_or_default();
    let differ = |field: &&&str| {
        let texts = identities.iter().map(|it| it.get(field));
        texts.collect::<BTreeSet<_>>().len() > 1 && !given.contains_key(**field)
    };
    let open: Vec<&str> = IDENTITY_FIELDS.iter().filter(differ).copied().collect();
    if !open.is_empty() {
        let fields = open.join(", ");
        let text = format!("two structures wrote different things: say which hold for {fields}");
        return Err(
            ApiError::new("identity_in_conflict", ExitKind::NeedsDecision, text)
                .with("fields", fields),
        );
    }
    give(&mut identity, given)?;
    Ok(identity)
}

fn shown_identity(identity: &Identity) -> Value {
    let mut shown = Map::new();
    for field in IDENTITY_FIELDS {
        if let Some(text) = identity.get(field) {
            shown.insert(field.to_owned(), json!(text));
        }
    }
    Value::Object(shown)
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
