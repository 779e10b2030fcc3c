//! What several people sealed of a record without knowing of each other, beside the open fields in
//! conflict.
//!
//! Of a part with several seals whoever reads it is told the fields they differ in, each value with
//! who gave it. Who does not read it is told that there are several, and whose, and no more.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use sync_protocol::id::{NodeId, RecordId};
use sync_protocol::time::Timestamp;

use crate::api::ApiError;
use crate::registry::{COLLECTIONS, Collection, collection as declared_as};
use crate::sealing::{Opened, Part, Sealed, gather};
use crate::view::Record;

use super::access_log::Purpose;
use super::clock;
use super::member::Member;
use super::sealed_fields::standing;

impl Member {
    /// The conflicts of seals of one record, one collection, or all.
    pub(super) fn conflicts_of_seals(
        &self,
        collection: Option<&Collection>,
        record: Option<&RecordId>,
    ) -> Result<Vec<Value>, ApiError> {
        let is_sealed = |it: &Collection| it.sealed_part().is_some();
        if !collection.map_or_else(|| COLLECTIONS.into_iter().any(is_sealed), is_sealed) {
            return Ok(Vec::new());
        }
        let all = match record {
            Some(record) => vec![self.sealed(record)?],
            None => {
                let entries = self.reader.sealing(None)?;
                let counts: crate::sealing::Counts<'_> =
                    &|entry, creator| self.counts(entry, creator);
                let all = gather(self.network, &entries, counts);
                all.into_iter().map(|(_, sealed)| sealed).collect()
            }
        };
        let mut conflicts = Vec::new();
        for sealed in &all {
            let Some(record) = self.reader.get(&sealed.record)?.filter(|it| !it.removed) else {
                continue;
            };
            let declared = declared_as(&record.collection);
            let Some(declared) = declared.filter(|it| is_sealed(it)) else {
                continue;
            };
            if collection.is_some_and(|only| only.name != declared.name) {
                continue;
            }
            let part = standing(sealed, &self.part_of(declared)?);
            if let Some(part) = part.filter(|it| it.state.is_conflict()) {
                conflicts.extend(self.conflicts_of_part(declared, &record, sealed, part)?);
            }
        }
        Ok(conflicts)
    }

    fn conflicts_of_part(
        &self,
        declared: &Collection,
        record: &Record,
        sealed: &Sealed,
        part: &Part,
    ) -> Result<Vec<Value>, ApiError> {
        let told = |field: &str, values: Vec<Value>| {
            json!({
                "id": record.id.to_string(),
                "collection": record.collection,
                "title": self.reader.title(record),
                "field": field,
                "sealed": true,
                "values": values,
            })
        };
        let Ok(opened) = self.fields_in(sealed, part) else {
            let given = part.heads().map(|(_, seal, _)| {
                let value = self.given_by(&seal.author, seal.time);
                Value::Object(value)
            });
            return Ok(vec![told(
                declared.sealed_part().unwrap_or_default(),
                given.collect(),
            )]);
        };
        self.log_readings(Purpose::Show, &[record.id])?;
        let texts: Vec<(Opened, Map<String, Value>)> = opened
            .into_iter()
            .map(|(opened, fields)| (opened, fields.shown(declared)))
            .collect();
        let fields = declared.sealed_fields().map(|field| field.name);
        let differing = fields.filter(|field| {
            let values: BTreeSet<String> = texts
                .iter()
                .map(|(_, fields)| fields.get(*field).map(Value::to_string).unwrap_or_default())
                .collect();
            values.len() > 1
        });
        let conflicts = differing.map(|field| {
            let given = texts.iter().map(|(opened, fields)| {
                let mut value = self.given_by(&opened.author, opened.time);
                let stands = fields.get(field).cloned().unwrap_or_default();
                value.insert("value".to_owned(), stands);
                Value::Object(value)
            });
            told(field, given.collect())
        });
        Ok(conflicts.collect())
    }

    /// Who gave a value, and when.
    fn given_by(&self, node: &NodeId, time: Timestamp) -> Map<String, Value> {
        let structure = self.structure_of(node);
        let given = [
            ("node", json!(node.to_string())),
            ("structure", json!(structure.map(|it| it.to_string()))),
            (
                "structure_name",
                json!(structure.map(|it| self.name_of(&it))),
            ),
            ("time", json!(clock::iso(time))),
        ];
        given
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect()
    }
}
