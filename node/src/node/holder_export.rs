//! `holder.export`: all that is held about a person, for that person: access and portability.
//!
//! What this node cannot open is named as such, with who reads it: the person asks there.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use crate::registry::{COLLECTIONS, FieldKind, Value as FieldValue, find_collection};
use crate::view::{List, Record};

use super::access_log::Purpose;
use super::errors::read;
use super::member::Member;
use super::{Outcome, answers, clock};

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl Member {
    /// `holder.export`.
    pub(super) fn export_holder(&self, input: Value) -> Outcome {
        let Named { id } = read(input)?;
        let holder = self.find_record(find_collection("holder")?, &id)?;
        let identity = self.shown_identity_of(&holder, Purpose::Export)?;
        let projects = self.naming("project", "holder", &[holder.id])?;
        let ids: Vec<RecordId> = projects.iter().map(|project| project.id).collect();
        let referrals = self.naming("referral", "project", &ids)?;
        let others = self.about_projects(&ids)?;
        let readings = self.show_holder_readings(json!({ "id": holder.id.to_string() }))?;
        let holders: Vec<String> = {
            let charter = self.charter();
            let members = charter.current().1.members.iter();
            members.map(|member| member.name.clone()).collect()
        };
        Ok(json!({
            "made_at": clock::instant().to_string(),
            "made_by": self.structure_name(),
            "holder": self.whole(&holder)?,
            "identity": identity,
            "projects": self.wholes(&projects)?,
            "referrals": self.wholes(&referrals)?,
            "others": self.wholes(&others)?,
            // All but what is sealed is on the computers of every member.
            "held_by": holders,
            "readings_here": readings["readings"],
        }))
    }

    /// What was written of projects beside their referrals: needs, activities, opinions, checks.
    fn about_projects(&self, projects: &[RecordId]) -> Result<Vec<Record>, crate::api::ApiError> {
        let mut found = Vec::new();
        for declared in COLLECTIONS {
            let field = declared.field("project");
            let refers = field.is_some_and(|it| it.kind == FieldKind::Ref("project"));
            if refers && declared.name != "referral" {
                found.extend(self.naming(declared.name, "project", projects)?);
            }
        }
        Ok(found)
    }

    /// Records that name one of `ids` in a field, removed ones too.
    fn naming(
        &self,
        collection: &str,
        field: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Record>, crate::api::ApiError> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let everything = List {
            removed_too: true,
            ..List::default()
        };
        let mut records = self.reader.list(collection, &everything)?.records;
        records.retain(|record| match record.fields.get(field) {
            Some(FieldValue::Text(id)) => ids.contains(id),
            _ => false,
        });
        Ok(records)
    }

    /// A record with all that was ever said of it.
    fn whole(&self, record: &Record) -> Outcome {
        let mut whole = answers::Records::of(self).record(record, true);
        let named = json!({ "collection": record.collection, "id": record.id.to_string() });
        whole["_history"] = self.show_history(named)?["entries"].take();
        Ok(whole)
    }

    fn wholes(&self, records: &[Record]) -> Result<Vec<Value>, crate::api::ApiError> {
        let with_sealed = |record: &Record| {
            let mut whole = self.whole(record)?;
            if let Some(sealed) = self.shown_sealed(record, Purpose::Export)? {
                whole["_sealed"] = sealed;
            }
            Ok(whole)
        };
        records.iter().map(with_sealed).collect()
    }
}
