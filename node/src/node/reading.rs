//! What people look up: one record, lists, histories, full text, SQL, communes.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::entry::Kind;
use sync_protocol::id::NodeId;
use sync_protocol::run;

use crate::api::{ApiError, ExitKind};
use crate::registry::{Collection, Value as FieldValue, find_collection, to_json};
use crate::view::{Cell, List, Near, Sort, with_identities};

use super::access_log::Purpose;
use super::errors::read;
use super::member::Member;
use super::records::Named;
use super::{Outcome, answers, clock};

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
    /// `record.show`.
    pub(super) fn show_record(&self, input: Value) -> Outcome {
        let Named { collection, id } = read(input)?;
        let record = self.find_record(find_collection(&collection)?, &id)?;
        let mut answer = answers::Records::of(self).record(&record, true);
        if !record.conflicts.is_empty() {
            // Each value that stands beside another, with who gave it: for a referral, its branches.
            let conflicts = self
                .reader
                .conflicts(Some(&record.collection), Some(&record.id))?;
            let values = conflicts.iter().map(|it| answers::conflict(self, it));
            answer["_branches"] = values.collect();
        }
        let ratified = self.ratification_of(&record.id)?;
        if ratified["status"] != "none" {
            answer["_ratification"] = ratified;
        }
        if let Some(sealed) = self.shown_sealed(&record, Purpose::Show)? {
            answer["_sealed"] = sealed;
        }
        let papers = self.papers_of(&record)?;
        if !papers.is_empty() {
            answer["_papers"] = json!(papers);
        }
        Ok(answer)
    }

    /// `record.list`.
    pub(super) fn list_records(&self, input: Value) -> Outcome {
        let listing: Listing = read(input)?;
        let page = self.page(&listing)?;
        let mut answers = answers::Records::of(self);
        let rows: Vec<Value> = page
            .records
            .iter()
            .map(|record| answers.record(record, false))
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
            conditions: self.with_identities(declared, &listing.conditions)?,
            near: self.near(listing.near.as_deref(), listing.within.as_deref())?,
            sort: listing.sort.as_deref().map(Sort::parse),
            limit: listing.limit,
            offset: listing.offset,
            removed_too: listing.all,
        };
        Ok(self.reader.list(declared.name, &list)?)
    }

    /// Conditions with the records that people name by the beginning of an identity or a title, as
    /// where they write such a field.
    fn with_identities(
        &self,
        declared: &Collection,
        conditions: &[String],
    ) -> Result<Vec<String>, ApiError> {
        let each = conditions.iter().map(|condition| {
            with_identities(declared, condition, |field, text| {
                let column = declared.column(field.name)?;
                let value = self.with_context(|context| column.parse(text, context))?;
                Ok::<_, ApiError>(match value {
                    FieldValue::Text(id) => id,
                    FieldValue::Set(ids) => ids.into_iter().collect::<Vec<_>>().join("|"),
                    _ => text.to_owned(),
                })
            })
        });
        each.collect()
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
        let history = crate::replica::history_of(&self.reader, &record.id)?;
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
        entries.extend(self.passed_on(&record.id)?);
        Ok(json!({ "id": record.id.to_string(), "entries": entries }))
    }

    /// Whether the stored run that holds an entry still verifies: the signature on a run's last
    /// entry vouches for all before it.
    pub(super) fn signature_holds(&self, node: &NodeId, seq: u64) -> Result<bool, ApiError> {
        let Some(stored) = self.journals.run_containing(node, seq)? else {
            return Ok(false);
        };
        let before = sync_protocol::frontier::Tip {
            seq: stored.first_seq.saturating_sub(1),
            id: stored.previous,
        };
        Ok(run::verify(self.network, before, &stored.wire).is_ok())
    }

    /// `search`.
    pub(super) fn search(&self, input: Value) -> Outcome {
        let Search { text, limit } = read(input)?;
        let hits = self.reader.search(&text, limit.unwrap_or(20).min(1_000))?;
        let hits: Vec<Value> = hits
            .iter()
            .map(|hit| {
                let owner = self.owner_of_record(&hit.record);
                json!({
                    "id": hit.record.id.to_string(),
                    "collection": hit.record.collection,
                    "owner": owner.to_string(),
                    "owner_name": self.name_of(&owner),
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
