//! Records, conflicts and peers as JSON.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use sync_protocol::id::NodeId;

use crate::registry::derived::derived;
use crate::registry::referral::Status;
use crate::registry::{Field, FieldKind, Value as FieldValue, collection, record_to_json, to_json};
use crate::sync::PeerSummary;
use crate::view::{Conflict, Record};

use super::clock;
use super::member::Member;

/// The computed field that says whether the committee has ratified a record as it stands.
fn ratified_field(collection: &str) -> Option<&'static str> {
    match collection {
        "action" => Some("validated"),
        "evaluation" => Some("ratified"),
        _ => None,
    }
}

/// Records of one answer: what many of them refer to is looked up once.
pub(super) struct Records<'m> {
    pub(super) member: &'m Member,
    today: Date,
    titles: BTreeMap<String, Option<String>>,
    /// The states of projects' referrals, by theme.
    pub(super) referrals: BTreeMap<String, BTreeMap<String, Vec<Status>>>,
}

impl<'m> Records<'m> {
    pub(super) fn of(member: &'m Member) -> Self {
        Self {
            member,
            today: clock::today(),
            titles: BTreeMap::new(),
            referrals: BTreeMap::new(),
        }
    }

    /// A record: identity, owner, fields, and what is computed when read.
    pub(super) fn record(&mut self, record: &Record, whole: bool) -> Value {
        let member = self.member;
        let mut answer = Map::new();
        answer.insert("id".into(), json!(record.id.to_string()));
        answer.insert("collection".into(), json!(record.collection));
        let owner = member.owner_of_record(record);
        answer.insert("owner".into(), json!(owner.to_string()));
        answer.insert("owner_name".into(), json!(member.name_of(&owner)));
        if let Some(declared) = collection(&record.collection) {
            answer.extend(record_to_json(declared, &record.fields));
            let mut computed = derived(declared, &record.fields, self.today);
            if declared.name == "need" {
                let state = self.state_of_need(&record.fields);
                computed.insert("state".into(), json!(state));
            }
            if let Some(name) = ratified_field(declared.name) {
                let standing = member.ratification_of(&record.id);
                let ratified = standing.is_ok_and(|it| it["status"] == "ratified");
                computed.insert(name.into(), json!(ratified));
            }
            answer.insert("_derived".into(), Value::Object(computed));
        }
        let names = self.names(record);
        if !names.is_empty() {
            answer.insert("_names".into(), Value::Object(names));
        }
        if let Some(distance) = record.distance_km {
            answer.insert(
                "_distance_km".into(),
                json!((distance * 10.0).round() / 10.0),
            );
        }
        if !record.conflicts.is_empty() || whole {
            answer.insert("_conflicts".into(), json!(record.conflicts));
        }
        if record.removed || whole {
            answer.insert("_removed".into(), json!(record.removed));
        }
        if whole {
            let author = |node: &NodeId| {
                member
                    .structure_of(node)
                    .map_or_else(|| node.short(), |it| member.name_of(&it))
            };
            answer.insert(
                "_meta".into(),
                json!({
                    "owner_name": member.name_of(&owner),
                    "created_on": clock::iso(record.created.time),
                    "created_by": author(&record.created.node),
                    "changed_on": clock::iso(record.changed.time),
                    "changed_by": author(&record.changed.node),
                }),
            );
        }
        Value::Object(answer)
    }

    /// What the records that a record refers to are called, by identity.
    fn names(&mut self, record: &Record) -> Map<String, Value> {
        let Some(declared) = collection(&record.collection) else {
            return Map::new();
        };
        let refers =
            |field: &&Field| matches!(field.kind, FieldKind::Ref(_) | FieldKind::RefList(_));
        let ids = declared.fields.iter().filter(refers).filter_map(|field| {
            match record.fields.get(field.name)? {
                FieldValue::Text(id) => Some(vec![id.clone()]),
                FieldValue::Set(ids) => Some(ids.iter().cloned().collect()),
                _ => None,
            }
        });
        ids.flatten()
            .filter_map(|id| {
                let member = self.member;
                let title = self.titles.entry(id.clone()).or_insert_with(|| {
                    // A record that has not arrived yet is shown by its identity.
                    let referred = member.reader.get(&id.parse().ok()?).ok()??;
                    Some(member.reader.title(&referred))
                });
                Some((id, json!(title.as_ref()?)))
            })
            .collect()
    }
}

/// A field in conflict, each value with who gave it.
pub(super) fn conflict(member: &Member, conflict: &Conflict) -> Value {
    let values: Vec<Value> = conflict
        .values
        .iter()
        .map(|given| {
            let structure = given.node.and_then(|node| member.structure_of(&node));
            json!({
                "value": to_json(&given.value),
                "node": given.node.map(|node| node.to_string()),
                "structure": structure.map(|it| it.to_string()),
                "structure_name": structure.map(|it| member.name_of(&it)),
                "time": clock::iso(given.time),
            })
        })
        .collect();
    json!({
        "id": conflict.record.to_string(),
        "collection": conflict.collection,
        "title": conflict.title,
        "field": conflict.field,
        "values": values,
    })
}

/// The outcome of a reconciliation with one peer.
pub(super) fn summary(member: &Member, summary: &PeerSummary) -> Value {
    let structure = summary
        .structure
        .or_else(|| summary.node.and_then(|it| member.structure_of(&it)));
    json!({
        "node": summary.node.map(|node| node.to_string()),
        "structure": structure.map(|it| it.to_string()),
        "name": structure.map(|it| member.name_of(&it)),
        "address": summary.address,
        "round_trips": summary.traffic.round_trips,
        "bytes_sent": summary.traffic.bytes_sent,
        "bytes_received": summary.traffic.bytes_received,
        "udp_bytes_sent": summary.udp_bytes.0,
        "udp_bytes_received": summary.udp_bytes.1,
        "entries_sent": summary.traffic.entries_sent,
        "entries_received": summary.traffic.entries_received,
        "seconds": summary.elapsed.as_secs_f64(),
        "in_sync": summary.in_sync,
        "failure": summary.failure.as_ref().map(super::errors::detail_of_failure),
    })
}
