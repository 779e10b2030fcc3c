//! Searching what is sealed, and who was looked at: on this node alone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use crate::registry::sealed::SealedFields;
use crate::registry::{Collection, collection, find_collection};
use crate::sealing::gather;
use crate::view::Record;

use super::Outcome;
use super::access_log::Purpose;
use super::errors::read;
use super::member::Member;
use super::sealed_fields::standing;

#[derive(Deserialize)]
struct Search {
    text: String,
    /// All of them without it.
    collection: Option<String>,
}

#[derive(Deserialize)]
struct Log {
    collection: Option<String>,
    id: Option<String>,
}

impl Member {
    /// `sealed.search`: among the parts that this node can open, which are opened for it one by one;
    /// nothing of them is kept.
    pub(super) fn search_sealed(&self, input: Value) -> Outcome {
        let Search {
            text,
            collection: of,
        } = read(input)?;
        let only = of.as_deref().map(find_collection).transpose()?;
        let entries = self.reader.sealing(None)?;
        let all = gather(self.network, &entries, &|entry, creator| {
            self.counts(entry, creator)
        });
        let mut found: Vec<(Record, &'static Collection, SealedFields)> = Vec::new();
        let (mut opened_count, mut hidden) = (0u64, 0u64);
        for (_, sealed) in &all {
            // By the name of the part first: whose record it is takes a look at the read model.
            let named = |it: &Collection| it.sealed_part().and_then(|name| name.parse().ok());
            if let Some(only) = only
                && named(only).is_none_or(|name| sealed.part(&name).is_none())
            {
                continue;
            }
            let Some(record) = self.reader.get(&sealed.record)? else {
                continue;
            };
            let Some(declared) = collection(&record.collection) else {
                continue;
            };
            let wanted = only.is_none_or(|only| only.name == declared.name) && !record.removed;
            let name = named(declared).filter(|_| wanted);
            let Some(part) = name.and_then(|name| standing(sealed, &name)) else {
                continue;
            };
            let Ok(opened) = self.fields_in(sealed, part) else {
                hidden += 1;
                continue;
            };
            opened_count += 1;
            let mut opened = opened.into_iter();
            if let Some((_, fields)) = opened.find(|(_, it)| it.holds(declared, &text)) {
                found.push((record, declared, fields));
            }
        }
        let ids: Vec<RecordId> = found.iter().map(|(record, ..)| record.id).collect();
        self.log_readings(Purpose::Search, &ids)?;
        let shown = |(record, declared, fields): &(Record, &Collection, SealedFields)| {
            json!({
                "id": record.id.to_string(),
                "collection": declared.name,
                "title": self.reader.title(record),
                "fields": fields.shown(declared),
            })
        };
        let hits: Vec<Value> = found.iter().map(shown).collect();
        Ok(json!({ "hits": hits, "searched": opened_count, "closed": hidden }))
    }

    /// `sealed.log`: who was looked at from this node, and when.
    pub(super) fn show_readings(&self, input: Value) -> Outcome {
        let Log { collection: of, id } = read(input)?;
        let declared = of.as_deref().map(find_collection).transpose()?;
        let only = match (declared, id) {
            (Some(declared), Some(id)) => Some(self.find_record(declared, &id)?.id),
            (None, Some(id)) => Some(self.find_sealed(None, &id)?.1.id),
            (_, None) => None,
        };
        let only = only.map(|record| record.to_string());
        let mut readings = self.readings()?;
        readings.retain(|reading| only.as_ref().is_none_or(|it| *it == reading.record));
        let mut known: BTreeMap<String, Option<(String, String)>> = BTreeMap::new();
        let mut rows = Vec::new();
        for reading in &readings {
            let known = known.entry(reading.record.clone()).or_insert_with(|| {
                let id = reading.record.parse::<RecordId>().ok()?;
                let record = self.reader.get(&id).ok().flatten()?;
                Some((record.collection.clone(), self.reader.title(&record)))
            });
            let is_of = |wanted: &Collection| match known {
                Some((collection, _)) => collection == wanted.name,
                // Of a record that was erased since, nobody can say.
                None => true,
            };
            if !declared.is_none_or(is_of) {
                continue;
            }
            rows.push(json!({
                "at": reading.at().to_string(),
                "purpose": reading.purpose,
                "id": reading.record,
                "collection": known.as_ref().map(|it| &it.0),
                "title": known.as_ref().map(|it| &it.1),
            }));
        }
        Ok(json!({ "readings": rows }))
    }
}
