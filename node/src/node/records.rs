//! Records written: add, set, resolve, remove.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_protocol::id::{RecordId, Salt};

use crate::api::{ApiError, Detail, ExitKind};
use crate::registry::opportunity::{Actor, Status, check_move};
use crate::registry::{
    Collection, Context, FieldError, Fields, RecordAnswer, Records, Value as FieldValue,
    find_collection, prepare_change, prepare_new, to_json,
};
use crate::replica::Edits;
use crate::view::Record;

use super::context::Known;
use super::errors::{detail_of, of_fields, read};
use super::holders::pseudonym;
use super::member::{Member, lock};
use super::sealed_fields::{Resealed, SealedEdits, standing};
use super::sealed_parts::NextSeal;
use super::{Outcome, answers, clock};

#[derive(Deserialize)]
struct Add {
    collection: String,
    #[serde(default)]
    fields: Map<String, Value>,
    /// Who reads what is sealed, besides those whom it concerns.
    #[serde(default)]
    share: Vec<String>,
}

#[derive(Deserialize)]
struct Set {
    collection: String,
    id: String,
    #[serde(default)]
    fields: Map<String, Value>,
    #[serde(default)]
    add: Map<String, Value>,
    #[serde(default)]
    remove: Map<String, Value>,
    /// Who reads what is sealed from now on, besides those who do.
    #[serde(default)]
    share: Vec<String>,
}

/// Names one record.
#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) collection: String,
    pub(super) id: String,
}

#[derive(Deserialize)]
struct Conflicts {
    collection: Option<String>,
    id: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    collection: String,
    id: String,
    field: String,
    value: Value,
}

impl Member {
    /// Runs `work` with what parsing needs to know.
    pub(super) fn with_context<T>(&self, work: impl FnOnce(&Context<'_>) -> T) -> T {
        let known = Known(&self.reader);
        let own = self.structure_record(&self.structure).to_string();
        let context = Context {
            today: clock::today(),
            communes: self.territory,
            records: Some(&known),
            own_structure: Some(&own),
        };
        work(&context)
    }

    /// `record.add`.
    pub(super) fn add_record(&self, input: Value) -> Outcome {
        let Add {
            collection,
            fields,
            share,
        } = read(input)?;
        let declared = find_collection(&collection)?;
        let (salt, id) = self.new_record(declared)?;
        let (prepared, sealed) = self.with_context(|context| {
            let mut given = parse_fields(declared, &fields, context)?;
            let sealed = SealedEdits::of_new(declared, &mut given);
            let given = given
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            let mut given: Fields = given.collect();
            if declared.name == "holder" {
                let name = || FieldValue::Text(pseudonym(&id));
                given.entry("pseudonym".to_owned()).or_insert_with(name);
            }
            let prepared = prepare_new(declared, given, context);
            let prepared = prepared.map_err(|errors| of_fields(&errors))?;
            Ok::<_, ApiError>((prepared, sealed))
        })?;
        let mut answer = json!({ "id": id.to_string() });
        if declared.name == "holder" {
            answer["pseudonym"] = prepared.fields.get("pseudonym").map(to_json).into();
        }
        let Resealed { seal, readers, .. } =
            self.seal_new(declared, id, &prepared.fields, &sealed, &share)?;
        let mut found = notices(&prepared.notices);
        found.extend(readers.notices);
        if seal.is_some() {
            answer["readers"] = json!(self.shown_structures(&readers.structures));
        }
        self.create(declared, salt, prepared.fields, seal)?;
        answer["notices"] = json!(found);
        Ok(answer)
    }

    /// The random identity of a record to be created.
    pub(super) fn new_record(&self, declared: &Collection) -> Result<(Salt, RecordId), ApiError> {
        let salt = Salt(clock::random()?);
        let id = RecordId::derive(&self.network, &self.structure, declared.name, &salt);
        Ok((salt, id))
    }

    /// Writes a new record, and what is sealed of it, in one commit.
    pub(super) fn create(
        &self,
        declared: &Collection,
        salt: Salt,
        fields: Fields,
        seal: Option<NextSeal>,
    ) -> Result<(), ApiError> {
        self.write_sealed(seal, |replica, author| {
            Ok(vec![Some(replica.draft_create(
                author,
                declared.name,
                salt,
                fields,
            )?)])
        })?;
        Ok(())
    }

    /// `record.set`.
    pub(super) fn set_record(&self, input: Value) -> Outcome {
        let Set {
            collection,
            id,
            fields,
            add,
            remove,
            share,
        } = read(input)?;
        let declared = find_collection(&collection)?;
        let before = self.find_record(declared, &id)?;
        let (edits, sealed, after, prepared_notices) = self.with_context(|context| {
            let mut set = parse_fields(declared, &fields, context)?;
            let mut add = parse_members(declared, &add, context)?;
            let mut remove = parse_members(declared, &remove, context)?;
            let sealed = SealedEdits::out_of(declared, &mut set, &mut add, &mut remove);
            if set.is_empty() && add.is_empty() && remove.is_empty() {
                return Ok((None, sealed, before.fields.clone(), Vec::new()));
            }
            let after = edited(&before.fields, &set, &add, &remove);
            self.check_ownership(declared, &before, &after)?;
            let prepared = prepare_change(declared, &before.fields, after.clone(), context)
                .map_err(|errors| of_fields(&errors))?;
            let mut edits = Edits {
                set,
                add,
                remove,
                removed: None,
            };
            // What checking adjusted (a state, a date) is written too.
            for (name, value) in &prepared.fields {
                if after.get(name) != Some(value) {
                    edits.set.insert(name.clone(), Some(value.clone()));
                }
            }
            for name in after
                .keys()
                .filter(|name| !prepared.fields.contains_key(*name))
            {
                edits.set.insert(name.clone(), None);
            }
            Ok::<_, ApiError>((Some(edits), sealed, prepared.fields, prepared.notices))
        })?;
        let one_at_a_time = (!sealed.is_empty()).then(|| lock(&self.resealing));
        let Resealed {
            seal,
            readers,
            changed: resealed,
        } = self.seal_edited(declared, &before, &after, &sealed, &share)?;
        let is_resealed = seal.is_some();
        let written = self.write_sealed(seal, |replica, author| {
            let change = edits.map(|edits| replica.draft_change(author, before.id, edits));
            Ok(change.transpose()?.into_iter().collect())
        })?;
        drop(one_at_a_time);
        let changed = written.entries > usize::from(is_resealed);
        let after = self
            .reader
            .get(&before.id)?
            .map(|record| record.fields)
            .unwrap_or_default();
        let names: BTreeSet<&String> = before.fields.keys().chain(after.keys()).collect();
        let differing: Vec<&&String> = names
            .iter()
            .filter(|name| before.fields.get(**name) != after.get(**name))
            .collect();
        let mut names: Vec<&str> = Vec::new();
        if changed {
            names.extend(differing.iter().map(|name| name.as_str()));
        }
        names.extend(resealed);
        let mut found = notices(&prepared_notices);
        found.extend(readers.notices);
        let mut answer = json!({
            "id": before.id.to_string(),
            "changed": names,
            "notices": found,
        });
        if !sealed.is_empty() {
            answer["resealed"] = json!(is_resealed);
            answer["readers"] = json!(self.shown_structures(&readers.structures));
        }
        Ok(answer)
    }

    /// Applies edits to one record; `false` when it is so already.
    pub(super) fn change(&self, record: RecordId, edits: Edits) -> Result<bool, ApiError> {
        let written =
            self.write(|replica, author| Ok(vec![replica.draft_change(author, record, edits)?]))?;
        Ok(written.entries > 0)
    }

    /// Other structures move another's opportunity only where anyone may.
    fn check_ownership(
        &self,
        declared: &Collection,
        before: &Record,
        after: &Fields,
    ) -> Result<(), ApiError> {
        if declared.name != "opportunity" || self.owns(before) {
            return Ok(());
        }
        match (Status::of(&before.fields), Status::of(after)) {
            (Some(from), Some(to)) if from != to => Ok(check_move(from, to, Actor::Member)?),
            _ => Ok(()),
        }
    }

    /// The record that a prefix of its identity, or its title, names.
    pub(super) fn find_record(&self, declared: &Collection, id: &str) -> Result<Record, ApiError> {
        let resolved = self.reader.resolve(id, Some(declared.name));
        let found = match resolved {
            Ok(found) => found,
            // People also say what a record is called.
            Err(error) => match self.called([declared], id).first() {
                Some(found) => *found,
                None => return Err(error.into()),
            },
        };
        self.reader.get(&found)?.ok_or_else(|| not_found(id))
    }

    /// The records that are called so, by title or pseudonym: of each of the collections the only one.
    pub(super) fn called<'c>(
        &self,
        collections: impl IntoIterator<Item = &'c Collection>,
        name: &str,
    ) -> Vec<RecordId> {
        let known = Known(&self.reader);
        let found = collections.into_iter().filter_map(|declared| {
            match known.resolve(declared.name, name) {
                RecordAnswer::Found(found) => found.parse().ok(),
                RecordAnswer::Ambiguous(_) | RecordAnswer::Unknown => None,
            }
        });
        found.collect()
    }

    /// `record.conflicts`.
    pub(super) fn list_conflicts(&self, input: Value) -> Outcome {
        let Conflicts { collection, id } = read(input)?;
        let declared = collection.as_deref().map(find_collection).transpose()?;
        let record = match (declared, id) {
            (Some(declared), Some(id)) => Some(self.find_record(declared, &id)?.id),
            (None, Some(id)) => Some(self.reader.resolve(&id, None)?),
            (_, None) => None,
        };
        let conflicts = self
            .reader
            .conflicts(declared.map(|it| it.name), record.as_ref())?;
        let mut conflicts: Vec<Value> = conflicts
            .iter()
            .map(|conflict| answers::conflict(self, conflict))
            .collect();
        conflicts.extend(self.conflicts_of_seals(declared, record.as_ref())?);
        Ok(json!({ "conflicts": conflicts }))
    }

    /// `record.resolve`: the value that a person chose replaces all others.
    pub(super) fn resolve_conflict(&self, input: Value) -> Outcome {
        let Resolve {
            collection,
            id,
            field,
            value,
        } = read(input)?;
        let declared = find_collection(&collection)?;
        let record = self.find_record(declared, &id)?;
        let column = declared.column(&field)?;
        let name = column.field.name;
        if column.field.is_sealed() {
            return self.resolve_sealed(declared, &record, name, value);
        }
        if !record.conflicts.iter().any(|it| it == name) {
            let text = format!("{name} is not in conflict");
            return Err(ApiError::new("not_in_conflict", ExitKind::Usage, text).with("field", name));
        }
        let mut given = Map::new();
        given.insert(field, value);
        let set = self.with_context(|context| parse_fields(declared, &given, context))?;
        let chosen = set.get(name).cloned().flatten();
        let edits = Edits {
            set,
            ..Edits::default()
        };
        let changed = self.change(record.id, edits)?;
        Ok(json!({
            "id": record.id.to_string(),
            "field": name,
            "value": chosen.as_ref().map(to_json),
            "changed": changed,
        }))
    }

    /// As [`Member::resolve_conflict`], of a field that two seals have otherwise.
    fn resolve_sealed(
        &self,
        declared: &Collection,
        record: &Record,
        name: &str,
        value: Value,
    ) -> Outcome {
        let sealed = self.sealed(&record.id)?;
        let part = self.part_of(declared)?;
        if !standing(&sealed, &part).is_some_and(|it| it.state.is_conflict()) {
            let text = format!("{name} is not in conflict");
            return Err(ApiError::new("not_in_conflict", ExitKind::Usage, text).with("field", name));
        }
        let mut set = json!({ "collection": declared.name, "id": record.id.to_string() });
        set["fields"][name] = value.clone();
        let answer = self.set_record(set)?;
        Ok(json!({
            "id": record.id.to_string(),
            "field": name,
            "value": value,
            "changed": answer["resealed"],
        }))
    }

    /// `record.remove` and `record.restore`.
    pub(super) fn remove_record(&self, input: Value, removed: bool) -> Outcome {
        let Named { collection, id } = read(input)?;
        let record = self.find_record(find_collection(&collection)?, &id)?;
        if !self.owns(&record) {
            let text = "only the structure that owns a record removes or restores it";
            return Err(ApiError::new("not_the_owner", ExitKind::Refused, text)
                .with("owner", self.name_of(&self.owner_of_record(&record))));
        }
        let edits = Edits {
            removed: Some(removed),
            ..Edits::default()
        };
        let changed = self.change(record.id, edits)?;
        Ok(json!({ "id": record.id.to_string(), "removed": removed, "changed": changed }))
    }
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(
        "unknown_record",
        ExitKind::NotFound,
        format!("no record {id}"),
    )
    .with("id", id)
}

/// Parses given fields; `None` stands for one to clear.
pub(super) fn parse_fields(
    declared: &Collection,
    given: &Map<String, Value>,
    context: &Context<'_>,
) -> Result<BTreeMap<String, Option<FieldValue>>, ApiError> {
    let mut fields = BTreeMap::new();
    let mut errors: Vec<FieldError> = Vec::new();
    for (header, json) in given {
        let parsed = declared
            .column(header)
            .and_then(|column| Ok((column.field.name, column.from_json(json, context)?)));
        match parsed {
            Ok((name, value)) => {
                fields.insert(name.to_owned(), value);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(fields)
    } else {
        Err(of_fields(&errors))
    }
}

/// Parses members that lists gain or lose.
fn parse_members(
    declared: &Collection,
    given: &Map<String, Value>,
    context: &Context<'_>,
) -> Result<BTreeMap<String, BTreeSet<String>>, ApiError> {
    let parsed = parse_fields(declared, given, context)?;
    let mut members = BTreeMap::new();
    for (name, value) in parsed {
        match value {
            Some(FieldValue::Set(set)) => {
                members.insert(name, set);
            }
            None => {}
            Some(_) => {
                let text = format!("{name} holds one value: set it instead");
                return Err(
                    ApiError::new("holds_one_value", ExitKind::Usage, text).with("field", name)
                );
            }
        }
    }
    Ok(members)
}

/// The fields as they will be.
fn edited(
    before: &Fields,
    set: &BTreeMap<String, Option<FieldValue>>,
    add: &BTreeMap<String, BTreeSet<String>>,
    remove: &BTreeMap<String, BTreeSet<String>>,
) -> Fields {
    let mut after = before.clone();
    for (name, value) in set {
        match value {
            Some(value) => after.insert(name.clone(), value.clone()),
            None => after.remove(name),
        };
    }
    for (name, members) in add {
        let list = after
            .entry(name.clone())
            .or_insert_with(|| FieldValue::Set(BTreeSet::new()));
        if let FieldValue::Set(set) = list {
            set.extend(members.iter().cloned());
        }
    }
    for (name, members) in remove {
        if let Some(FieldValue::Set(set)) = after.get_mut(name) {
            set.retain(|member| !members.contains(member));
            if set.is_empty() {
                after.remove(name);
            }
        }
    }
    after
}

pub(super) fn notices(notices: &[FieldError]) -> Vec<Detail> {
    notices.iter().map(detail_of).collect()
}
