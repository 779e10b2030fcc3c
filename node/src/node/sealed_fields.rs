//! Sealed fields of any collection's records: given, changed, shown, and opened to further readers.
//!
//! A record's plain fields are written as ever; its sealed ones are one sealed part
//! ([`crate::registry::sealed`]), written in the same commit. Each time a part is opened the local
//! access log says so first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::{RecordId, StructureId};
use sync_protocol::seal::part::PartName;

use crate::api::{ApiError, ExitKind};
use crate::registry::sealed::{BadSealed, SealedFields};
use crate::registry::{Collection, Fields, Value as FieldValue, collection, find_collection};
use crate::sealing::{Opened, Part, Sealed, SealingError};
use crate::view::{Record, ViewError};

use super::access_log::Purpose;
use super::errors::{of_fields, read};
use super::member::Member;
use super::sealed_parts::NextSeal;
use super::sealed_readers::{Readers, detail_of, may_be_shared};
use super::{Outcome, clock};

#[derive(Deserialize)]
struct Grant {
    collection: Option<String>,
    id: String,
    structures: Vec<String>,
}

#[derive(Deserialize)]
struct Revoke {
    collection: Option<String>,
    id: String,
    structure: String,
}

/// What is given, added and taken away of sealed fields.
#[derive(Debug, Default)]
pub(super) struct SealedEdits {
    /// `None` takes a value away.
    pub(super) set: BTreeMap<String, Option<FieldValue>>,
    add: BTreeMap<String, BTreeSet<String>>,
    remove: BTreeMap<String, BTreeSet<String>>,
}

impl SealedEdits {
    /// Takes what is sealed out of what people gave; the rest is plain.
    pub(super) fn out_of(
        declared: &Collection,
        set: &mut BTreeMap<String, Option<FieldValue>>,
        add: &mut BTreeMap<String, BTreeSet<String>>,
        remove: &mut BTreeMap<String, BTreeSet<String>>,
    ) -> Self {
        Self {
            set: taken(declared, set),
            add: taken(declared, add),
            remove: taken(declared, remove),
        }
    }

    /// Takes the sealed values out of those of a new record.
    pub(super) fn of_new(
        declared: &Collection,
        set: &mut BTreeMap<String, Option<FieldValue>>,
    ) -> Self {
        Self {
            set: taken(declared, set),
            ..Self::default()
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.add.is_empty() && self.remove.is_empty()
    }

    /// Whether it says what a field holds from now on.
    fn decides(&self, field: &str) -> bool {
        self.set.contains_key(field)
    }

    fn apply(&self, fields: &mut SealedFields) {
        for (name, value) in &self.set {
            fields.put(name, value.as_ref());
        }
        let lists: BTreeSet<&String> = self.add.keys().chain(self.remove.keys()).collect();
        for name in lists {
            let mut members = fields.members(name);
            members.extend(self.add.get(name).into_iter().flatten().cloned());
            let gone = self.remove.get(name);
            members.retain(|member| !gone.is_some_and(|gone| gone.contains(member)));
            let value = (!members.is_empty()).then_some(FieldValue::Set(members));
            fields.put(name, value.as_ref());
        }
    }
}

fn taken<T>(declared: &Collection, fields: &mut BTreeMap<String, T>) -> BTreeMap<String, T> {
    let names = declared.sealed_fields().map(|field| field.name);
    names.filter_map(|name| fields.remove_entry(name)).collect()
}

/// A seal to be written with a record, and what people are told of it.
#[derive(Default)]
pub(super) struct Resealed {
    /// Nothing where nothing changes.
    pub(super) seal: Option<NextSeal>,
    pub(super) readers: Readers,
    /// The sealed fields that change.
    pub(super) changed: Vec<&'static str>,
}

impl Member {
    /// The part that the sealed fields of a collection form.
    ///
    /// # Errors
    /// It has none.
    pub(super) fn part_of(&self, declared: &Collection) -> Result<PartName, ApiError> {
        let name = declared.sealed_part().ok_or_else(|| {
            let text = format!("records of {} have nothing that is sealed", declared.name);
            ApiError::new("nothing_to_seal", ExitKind::Usage, text)
                .with("collection", declared.name)
        })?;
        Ok(name.parse().expect("a declared part's name"))
    }

    /// Seals the sealed fields of a new record; nothing where none are given.
    pub(super) fn seal_new(
        &self,
        declared: &Collection,
        record: RecordId,
        fields: &Fields,
        edits: &SealedEdits,
        share: &[String],
    ) -> Result<Resealed, ApiError> {
        let mut text = SealedFields::default();
        edits.apply(&mut text);
        if text.is_empty() {
            if share.is_empty() {
                return Ok(Resealed::default());
            }
            return Err(self.shared_without_sealed(declared));
        }
        let missing = text.missing(declared);
        if !missing.is_empty() {
            return Err(of_fields(&missing));
        }
        let part = self.part_of(declared)?;
        let readers = self.readers_of_new(declared, fields, share)?;
        let nothing = Sealed::of(self.network, record, &[], &|_, _| None);
        let seal = self.make_seal(&nothing, &part, &text.encode(), &readers.structures)?;
        Ok(Resealed {
            seal: Some(seal),
            readers,
            changed: Vec::new(),
        })
    }

    /// Seals a record's part as edited, for those who read it and `share`. Whoever writes it holds
    /// [`Member::resealing`] until it is written: two edits at once would be a conflict of our own.
    pub(super) fn seal_edited(
        &self,
        declared: &Collection,
        record: &Record,
        after: &Fields,
        edits: &SealedEdits,
        share: &[String],
    ) -> Result<Resealed, ApiError> {
        if edits.is_empty() {
            if share.is_empty() {
                return Ok(Resealed::default());
            }
            return Err(self.shared_without_sealed(declared));
        }
        let name = self.part_of(declared)?;
        self.require_part_alive(&record.id, &name)?;
        let sealed = self.sealed(&record.id)?;
        let Some(part) = standing(&sealed, &name) else {
            if !self.owns(record) {
                let owner = self.name_of(&record.owner);
                let text = format!("nothing is sealed there yet, and {owner} alone begins");
                return Err(
                    ApiError::new("owner_seals_first", ExitKind::Refused, text).with("name", owner)
                );
            }
            return self.seal_first(declared, &sealed, after, edits, share);
        };
        let opened = self.fields_in(&sealed, part)?;
        self.log_readings(Purpose::Edit, &[record.id])?;
        let texts: Vec<SealedFields> = opened.into_iter().map(|(_, it)| it).collect();
        let text = edited(declared, &texts, edits)?;
        let mut readers = part.state.next_readers.clone();
        let named = self.find_readers(share)?;
        if named.iter().any(|it| !readers.contains(it)) {
            self.may_be_opened(declared, after)?;
        }
        self.require_copies(&record.id, &name, &named)?;
        readers.extend(named);
        readers.insert(self.structure);
        let readers = &readers - &self.without_copies(&record.id, &name, &readers);
        let changed = changed(declared, &texts, &text);
        let is_same = changed.is_empty() && texts.len() == 1 && readers == part.readers();
        let seal = match is_same {
            true => None,
            false => Some(self.make_seal(&sealed, &name, &text.encode(), &readers)?),
        };
        Ok(Resealed {
            seal,
            readers: Readers {
                structures: readers,
                notices: Vec::new(),
            },
            changed,
        })
    }

    /// The first seal of a record that came without.
    fn seal_first(
        &self,
        declared: &Collection,
        sealed: &Sealed,
        after: &Fields,
        edits: &SealedEdits,
        share: &[String],
    ) -> Result<Resealed, ApiError> {
        let mut text = SealedFields::default();
        edits.apply(&mut text);
        if text.is_empty() {
            return Ok(Resealed::default());
        }
        let missing = text.missing(declared);
        if !missing.is_empty() {
            return Err(of_fields(&missing));
        }
        let readers = self.readers_of_new(declared, after, share)?;
        let name = self.part_of(declared)?;
        let seal = self.make_seal(sealed, &name, &text.encode(), &readers.structures)?;
        Ok(Resealed {
            seal: Some(seal),
            readers,
            changed: changed(declared, &[], &text),
        })
    }

    fn shared_without_sealed(&self, declared: &Collection) -> ApiError {
        if let Err(error) = self.part_of(declared) {
            return error;
        }
        let names: Vec<&str> = declared.sealed_fields().map(|field| field.name).collect();
        let fields = names.join(", ");
        let text = format!("whom it is shared with is said of what is sealed: {fields}");
        ApiError::new("share_without_sealed", ExitKind::Usage, text).with("fields", fields)
    }

    /// What the person whom a record is about agreed to.
    fn may_be_opened(&self, declared: &Collection, fields: &Fields) -> Result<(), ApiError> {
        match self.person_of(declared, fields)? {
            Some(person) => may_be_shared(&person.fields),
            None if declared.name == "holder" => may_be_shared(fields),
            None => Ok(()),
        }
    }

    /// The sealed fields of a part, as each seal that stands has them.
    pub(super) fn fields_in(
        &self,
        sealed: &Sealed,
        part: &Part,
    ) -> Result<Vec<(Opened, SealedFields)>, ApiError> {
        let opened = self.open_part(sealed, part);
        let opened = opened.map_err(|error| self.of_sealing(error, part))?;
        let read = |opened: Opened| {
            let fields = SealedFields::decode(&opened.text).map_err(|error| match error {
                BadSealed::Malformed => SealingError::Unreadable,
                BadSealed::Newer(_) => SealingError::Newer,
            });
            Ok((
                opened,
                fields.map_err(|error| self.of_sealing(error, part))?,
            ))
        };
        opened.into_iter().map(read).collect()
    }

    /// What is sealed of a record and who reads it, for whoever may; nothing where nothing is. That it
    /// was opened is noted first.
    pub(super) fn shown_sealed(
        &self,
        record: &Record,
        purpose: Purpose,
    ) -> Result<Option<Value>, ApiError> {
        let Some(declared) = collection(&record.collection) else {
            return Ok(None);
        };
        if declared.sealed_part().is_none() {
            return Ok(None);
        }
        let name = self.part_of(declared)?;
        if self.is_part_erased(&record.id, &name) {
            let part = declared.sealed_part();
            return Ok(Some(
                json!({ "part": part, "sealed": false, "readers": [], "erased": true }),
            ));
        }
        let sealed = self.sealed(&record.id)?;
        let Some(part) = standing(&sealed, &name) else {
            return Ok(None);
        };
        let mut answer = json!({
            "part": declared.sealed_part(),
            "sealed": true,
            "readers": self.shown_structures(&part.readers()),
            "conflict": part.state.is_conflict(),
        });
        match self.fields_in(&sealed, part) {
            Ok(opened) => {
                self.log_readings(purpose, &[record.id])?;
                let shown = |(opened, fields): &(Opened, SealedFields)| {
                    let structure = self.structure_of(&opened.author);
                    json!({
                        "by": structure.map(|it| self.name_of(&it)),
                        "at": clock::iso(opened.time),
                        "fields": fields.shown(declared),
                    })
                };
                answer["seals"] = opened.iter().map(shown).collect();
            }
            Err(error) => {
                let is_reader = part.readers().contains(&self.structure);
                answer["reader"] = json!(is_reader);
                answer["problem"] = json!(detail_of(error));
            }
        }
        Ok(Some(answer))
    }

    /// `sealed.grant`.
    pub(super) fn grant_sealed(&self, input: Value) -> Outcome {
        let Grant {
            collection,
            id,
            structures,
        } = read(input)?;
        if let Some((declared, record)) = self.find_with_papers(collection.as_deref(), &id)? {
            return self.grant_papers(declared, &record, &structures);
        }
        let (declared, record) = self.find_sealed(collection.as_deref(), &id)?;
        let readers = self.find_readers(&structures)?;
        let readers = self.grant_to(declared, &record, &readers)?;
        Ok(json!({
            "id": record.id.to_string(),
            "collection": declared.name,
            "readers": self.shown_structures(&readers),
        }))
    }

    /// Lets further structures read what is sealed of a record; returns all who do then.
    pub(super) fn grant_to(
        &self,
        declared: &Collection,
        record: &Record,
        readers: &BTreeSet<StructureId>,
    ) -> Result<BTreeSet<StructureId>, ApiError> {
        self.may_be_opened(declared, &record.fields)?;
        let name = self.part_of(declared)?;
        self.require_part_alive(&record.id, &name)?;
        let sealed = self.sealed(&record.id)?;
        let part = standing(&sealed, &name).ok_or(SealingError::NothingSealed)?;
        self.grant_part(&sealed, part, readers)?;
        let sealed = self.sealed(&record.id)?;
        let part = standing(&sealed, &name).ok_or(SealingError::NothingSealed)?;
        Ok(part.readers())
    }

    /// `sealed.revoke`: a new seal under a new key, without that structure. It keeps what it read.
    pub(super) fn revoke_sealed(&self, input: Value) -> Outcome {
        let Revoke {
            collection,
            id,
            structure,
        } = read(input)?;
        let papers = self.find_with_papers(collection.as_deref(), &id)?;
        let has_papers = papers.is_some();
        let (declared, record) = match papers {
            Some(found) => found,
            None => self.find_sealed(collection.as_deref(), &id)?,
        };
        let structure = self.find_structure(&structure)?;
        let owner = self.charter().heir_of(record.owner);
        if structure == owner {
            let name = self.name_of(&structure);
            let text = format!("{name} owns the record and keeps reading it");
            return Err(
                ApiError::new("owner_keeps_reading", ExitKind::Refused, text).with("name", name),
            );
        }
        if has_papers {
            return self.revoke_papers(declared, &record, structure);
        }
        let _one_at_a_time = super::member::lock(&self.resealing);
        let name = self.part_of(declared)?;
        self.require_part_alive(&record.id, &name)?;
        let sealed = self.sealed(&record.id)?;
        let part = standing(&sealed, &name).ok_or(SealingError::NothingSealed)?;
        let mut readers = part.state.next_readers.clone();
        if !part.readers().contains(&structure) && !readers.contains(&structure) {
            return Err(self.no_reader_to_remove(&structure));
        }
        let opened = self.fields_in(&sealed, part)?;
        self.log_readings(Purpose::Edit, &[record.id])?;
        let texts: Vec<SealedFields> = opened.into_iter().map(|(_, it)| it).collect();
        let text = edited(declared, &texts, &SealedEdits::default())?;
        readers.remove(&structure);
        readers.insert(owner);
        let seal = self.make_seal(&sealed, &name, &text.encode(), &readers)?;
        self.write_sealed(Some(seal), |_, _| Ok(Vec::new()))?;
        Ok(json!({
            "id": record.id.to_string(),
            "collection": declared.name,
            "readers": self.shown_structures(&readers),
        }))
    }

    pub(super) fn no_reader_to_remove(&self, structure: &StructureId) -> ApiError {
        let name = self.name_of(structure);
        let text = format!("{name} does not read it");
        ApiError::new("no_reader_to_remove", ExitKind::Usage, text).with("name", name)
    }

    /// The record that people mean, of a collection with sealed fields, whichever that is.
    pub(super) fn find_sealed(
        &self,
        of: Option<&str>,
        id: &str,
    ) -> Result<(&'static Collection, Record), ApiError> {
        if let Some(of) = of {
            let declared = find_collection(of)?;
            self.part_of(declared)?;
            return Ok((declared, self.find_record(declared, id)?));
        }
        let found = match self.reader.resolve(id, None) {
            Ok(found) => found,
            Err(error @ (ViewError::UnknownRecord { .. } | ViewError::MalformedPrefix { .. })) => {
                // A pseudonym or a title is one record's at most.
                let sealable = crate::registry::COLLECTIONS.iter().copied();
                let sealable = sealable.filter(|it| it.sealed_part().is_some());
                match self.called(sealable, id).as_slice() {
                    [only] => *only,
                    _ => return Err(error.into()),
                }
            }
            Err(error) => return Err(error.into()),
        };
        let record = self.reader.get(&found)?;
        let record = record.ok_or(SealingError::NothingSealed)?;
        let declared = find_collection(&record.collection)?;
        self.part_of(declared)?;
        Ok((declared, record))
    }

    /// Structures in the order of their names: that of their identities would say nothing.
    pub(super) fn shown_structures(&self, structures: &BTreeSet<StructureId>) -> Vec<Value> {
        let named = structures.iter().map(|it| (self.name_of(it), it));
        let mut named: Vec<(String, &StructureId)> = named.collect();
        named.sort();
        let shown = |(name, it): (String, &StructureId)| json!({ "structure": it.to_string(), "name": name });
        named.into_iter().map(shown).collect()
    }
}

/// The part of this name, if something of it stands.
pub(super) fn standing<'s>(sealed: &'s Sealed, name: &PartName) -> Option<&'s Part> {
    sealed
        .part(name)
        .filter(|part| part.heads().next().is_some())
}

/// The fields as edited. Where several seals stand, what they differ in has to be given.
fn edited(
    declared: &Collection,
    texts: &[SealedFields],
    edits: &SealedEdits,
) -> Result<SealedFields, ApiError> {
    let differ = |field: &str| {
        let first = texts.first().and_then(|it| it.get(field));
        texts.iter().any(|it| it.get(field) != first) && !edits.decides(field)
    };
    let names = declared.sealed_fields().map(|field| field.name);
    let open: Vec<&str> = names.filter(|name| differ(name)).collect();
    if !open.is_empty() {
        let fields = open.join(", ");
        let text = format!("two structures wrote different things: say which hold for {fields}");
        return Err(
            ApiError::new("sealed_in_conflict", ExitKind::NeedsDecision, text)
                .with("fields", fields),
        );
    }
    let mut text = texts.first().cloned().unwrap_or_default();
    edits.apply(&mut text);
    let missing = text.missing(declared);
    if missing.is_empty() {
        Ok(text)
    } else {
        Err(of_fields(&missing))
    }
}

/// The declared fields whose value some seal that stands has otherwise.
fn changed(
    declared: &Collection,
    before: &[SealedFields],
    after: &SealedFields,
) -> Vec<&'static str> {
    let names = declared.sealed_fields().map(|field| field.name);
    names
        .filter(|name| match before {
            [] => after.get(name).is_some(),
            before => before.iter().any(|it| it.get(name) != after.get(name)),
        })
        .collect()
}
