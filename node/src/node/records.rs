//! Records: add, set, show, list, history, conflicts, remove; search and query.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_protocol::authority::SignedEntry;
use sync_protocol::entry::Kind;
use sync_protocol::id::{NodeId, RecordId, Salt};
use sync_protocol::run;

use crate::api::{ApiError, Detail, ExitKind};
use crate::registry::opportunity::{Actor, Status, check_move};
use crate::registry::{
    Collection, Context, FieldError, Fields, RecordAnswer, Records, Value as FieldValue,
    find_collection, prepare_change, prepare_new, to_json,
};
use crate::replica::Edits;
use crate::view::{Cell, List, Near, Record, Sort};

use super::context::Known;
use super::errors::{detail_of, of_fields, read};
use super::member::Member;
use super::{Outcome, answers, clock};

#[derive(Deserialize)]
struct Add {
    collection: String,
    #[serde(default)]
    fields: Map<String, Value>,
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
}

/// Names one record.
#[derive(Deserialize)]
struct Named {
    collection: String,
    id: String,
}

/// What a list shall hold.
#[derive(Deserialize)]
pub(super) struct Listing {
    collection: String,
    #[serde(default, rename = "where")]
    conditions: Vec<String>,
    near: Option<String>,
    within: Option<String>,
    sort: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    offset: usize,
    #[serde(default)]
    all: bool,
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

#[derive(Deserialize)]
struct Search {
    text: String,
    limit: Option<usize>,
}

#[derive(Deserialize)]
struct Query {
    sql: String,
}

#[derive(Deserialize)]
struct Find {
    text: String,
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
        let Add { collection, fields } = read(input)?;
        let declared = find_collection(&collection)?;
        let prepared = self.with_context(|context| {
            let given = parse_fields(declared, &fields, context)?;
            let given = given
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            prepare_new(declared, given.collect(), context).map_err(|errors| of_fields(&errors))
        })?;
        let id = self.create(declared, prepared.fields)?;
        Ok(json!({ "id": id.to_string(), "notices": notices(&prepared.notices) }))
    }

    /// Writes a new record under a random identity.
    pub(super) fn create(
        &self,
        declared: &Collection,
        fields: Fields,
    ) -> Result<RecordId, ApiError> {
        let salt = Salt(clock::random()?);
        let id = RecordId::derive(&self.network, &self.structure, declared.name, &salt);
        self.write(|replica, author| {
            Ok(vec![Some(replica.draft_create(
                author,
                declared.name,
                salt,
                fields,
            )?)])
        })?;
        Ok(id)
    }

    /// `record.set`.
    pub(super) fn set_record(&self, input: Value) -> Outcome {
        let Set {
            collection,
            id,
            fields,
            add,
            remove,
        } = read(input)?;
        let declared = find_collection(&collection)?;
        let before = self.find_record(declared, &id)?;
        let (edits, prepared_notices) = self.with_context(|context| {
            let set = parse_fields(declared, &fields, context)?;
            let add = parse_members(declared, &add, context)?;
            let remove = parse_members(declared, &remove, context)?;
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
            Ok::<_, ApiError>((edits, prepared.notices))
        })?;
        let changed = self.change(before.id, edits)?;
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
        Ok(json!({
            "id": before.id.to_string(),
            "changed": if changed { json!(differing) } else { json!([]) },
            "notices": notices(&prepared_notices),
        }))
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
        if declared.name != "opportunity" || before.owner == self.structure {
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
            Err(error) => {
                // People also say what a record is called.
                match Known(&self.reader).resolve(declared.name, id) {
                    RecordAnswer::Found(found) => found.parse().map_err(|_| error)?,
                    RecordAnswer::Ambiguous(_) | RecordAnswer::Unknown => return Err(error.into()),
                }
            }
        };
        self.reader.get(&found)?.ok_or_else(|| not_found(id))
    }

    /// `record.show`.
    pub(super) fn show_record(&self, input: Value) -> Outcome {
        let Named { collection, id } = read(input)?;
        let record = self.find_record(find_collection(&collection)?, &id)?;
        Ok(answers::record(self, &record, true))
    }

    /// `record.list`.
    pub(super) fn list_records(&self, input: Value) -> Outcome {
        let listing: Listing = read(input)?;
        let page = self.page(&listing)?;
        let rows: Vec<Value> = page
            .records
            .iter()
            .map(|record| answers::record(self, record, false))
            .collect();
        Ok(json!({
            "rows": rows,
            "total": page.total,
            "digits": self.reader.shown_digits()?,
        }))
    }

    pub(super) fn page(&self, listing: &Listing) -> Result<crate::view::Page, ApiError> {
        let declared = find_collection(&listing.collection)?;
        let list = List {
            conditions: listing.conditions.clone(),
            near: self.near(listing.near.as_deref(), listing.within.as_deref())?,
            sort: listing.sort.as_deref().map(Sort::parse),
            limit: listing.limit,
            offset: listing.offset,
            removed_too: listing.all,
        };
        Ok(self.reader.list(declared.name, &list)?)
    }

    fn near(&self, place: Option<&str>, within: Option<&str>) -> Result<Option<Near>, ApiError> {
        let within_km = within.map(kilometres).transpose()?;
        let Some(place) = place else {
            if within_km.is_some() {
                let text = "a distance needs a place to measure from: --near";
                return Err(ApiError::new("within_without_near", ExitKind::Usage, text));
            }
            return Ok(None);
        };
        let commune = self.territory.find(place)?;
        Ok(Some(Near {
            latitude: commune.centroid.latitude,
            longitude: commune.centroid.longitude,
            within_km,
        }))
    }

    /// `record.history`.
    pub(super) fn show_history(&self, input: Value) -> Outcome {
        let Named { collection, id } = read(input)?;
        let record = self.find_record(find_collection(&collection)?, &id)?;
        let history = crate::replica::history_of(&self.reader, &self.network, &record.id)?;
        let mut entries = Vec::with_capacity(history.len());
        for entry in history {
            let structure = self.structure_of(&entry.node);
            let changes: Vec<Value> = entry
                .changes
                .iter()
                .map(|change| {
                    json!({
                        "field": change.field,
                        "before": change.before.as_ref().map(to_json),
                        "after": change.after.as_ref().map(to_json),
                    })
                })
                .collect();
            entries.push(json!({
                "seq": entry.seq,
                "node": entry.node.to_string(),
                "structure": structure.map(|it| it.to_string()),
                "structure_name": structure.map(|it| self.name_of(&it)),
                "time": clock::iso(entry.time),
                "kind": if entry.kind == Kind::CREATE { "create" } else { "change" },
                "signature_ok": self.signature_holds(&entry.node, entry.seq)?,
                "changes": changes,
                "removed": entry.removed,
            }));
        }
        Ok(json!({ "id": record.id.to_string(), "entries": entries }))
    }

    /// Whether the stored run that holds an entry still verifies: the signature on a run's last
    /// entry vouches for all before it.
    fn signature_holds(&self, node: &NodeId, seq: u64) -> Result<bool, ApiError> {
        let Some(stored) = self.journals.run_containing(node, seq)? else {
            return Ok(false);
        };
        let before = sync_protocol::frontier::Tip {
            seq: stored.first_seq.saturating_sub(1),
            id: stored.previous,
        };
        Ok(run::verify(self.network, before, &stored.wire).is_ok())
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
        let conflicts: Vec<Value> = conflicts
            .iter()
            .map(|conflict| answers::conflict(self, conflict))
            .collect();
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
        let name = declared.column(&field)?.field.name;
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

    /// `record.remove` and `record.restore`.
    pub(super) fn remove_record(&self, input: Value, removed: bool) -> Outcome {
        let Named { collection, id } = read(input)?;
        let record = self.find_record(find_collection(&collection)?, &id)?;
        if record.owner != self.structure {
            let text = "only the structure that owns a record removes or restores it";
            return Err(ApiError::new("not_the_owner", ExitKind::Refused, text)
                .with("owner", self.name_of(&record.owner)));
        }
        let edits = Edits {
            removed: Some(removed),
            ..Edits::default()
        };
        let changed = self.change(record.id, edits)?;
        Ok(json!({ "id": record.id.to_string(), "removed": removed, "changed": changed }))
    }

    /// `search`.
    pub(super) fn search(&self, input: Value) -> Outcome {
        let Search { text, limit } = read(input)?;
        let hits = self.reader.search(&text, limit.unwrap_or(20).min(1_000))?;
        let hits: Vec<Value> = hits
            .iter()
            .map(|hit| {
                json!({
                    "id": hit.record.id.to_string(),
                    "collection": hit.record.collection,
                    "owner": hit.record.owner.to_string(),
                    "owner_name": self.name_of(&hit.record.owner),
                    "title": hit.title,
                    "snippet": hit.snippet,
                    "score": hit.score,
                })
            })
            .collect();
        Ok(json!({ "hits": hits }))
    }

    /// `query`.
    pub(super) fn query(&self, input: Value) -> Outcome {
        let Query { sql } = read(input)?;
        let table = self.reader.query(&sql)?;
        let cell = |cell: Cell| match cell {
            Cell::Null => Value::Null,
            Cell::Integer(number) => json!(number),
            Cell::Decimal(number) => json!(number),
            Cell::Text(text) | Cell::Bytes(text) => json!(text),
        };
        let rows: Vec<Vec<Value>> = table
            .rows
            .into_iter()
            .map(|row| row.into_iter().map(cell).collect())
            .collect();
        Ok(json!({ "columns": table.columns, "rows": rows, "truncated": table.truncated }))
    }

    /// `territory.find`.
    pub(super) fn find_commune(&self, input: Value) -> Outcome {
        let Find { text } = read(input)?;
        let commune = self.territory.find(&text)?;
        Ok(json!({
            "code": commune.code,
            "name": commune.name,
            "department": commune.department,
            "postal_codes": commune.postal_codes,
            "population": commune.population,
            "epci": commune.epci,
            "latitude": commune.centroid.latitude,
            "longitude": commune.centroid.longitude,
        }))
    }

    /// The signed entries that carry authority, as they are stored.
    pub(super) fn authority(&self) -> Result<Vec<SignedEntry>, ApiError> {
        let held = self.journals.authority()?;
        Ok(held
            .into_iter()
            .map(|held| SignedEntry {
                entry: held.entry,
                signature: held.signature,
            })
            .collect())
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

fn kilometres(text: &str) -> Result<f64, ApiError> {
    let number = text.trim().trim_end_matches("km").trim().replace(',', ".");
    match number.parse::<f64>() {
        Ok(km) if km.is_finite() && km >= 0.0 => Ok(km),
        _ => {
            let message = format!("{text} is not a distance such as 20km");
            Err(ApiError::new("bad_distance", ExitKind::Usage, message).with("value", text))
        }
    }
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
