//! Projects from the portal that wait for somebody: for `todo`.

use jiff::civil::Date;
use serde_json::{Value, json};
use sync_protocol::id::{RecordId, StructureId};

use crate::api::ApiError;
use crate::node::member::Member;
use crate::node::todo::{Group, Mine};
use crate::registry::referral::late;
use crate::registry::{Value as FieldValue, to_json};
use crate::view::{List, Record, Visit};

use super::NOTICE;

/// The most holders that are looked at.
const MOST: usize = 1_000;

impl Member {
    /// What came through the portal and nobody takes up: needs that this structure keeps since the
    /// charter names nobody for them, and, at the coordinator, referrals of others that nobody
    /// answers in five days.
    pub(in crate::node) fn portal_waiting(
        &self,
        mine: &Mine,
        today: Date,
        limit: usize,
    ) -> Result<Group, ApiError> {
        let coordinates = self.charter().current().1.coordinator() == Some(self.structure);
        // Others look at nothing but what is their own.
        let owner: Option<StructureId> = (!coordinates).then_some(self.structure);
        let mut holders: Vec<String> = Vec::new();
        let visit = Visit {
            fields: &[],
            one_of: &[("info_notice_version", &[NOTICE]), ("status", &["active"])],
            owner,
            limit: Some(MOST),
            ..Visit::default()
        };
        self.reader.visit("holder", &visit, |holder| {
            holders.push(holder.id()?.to_string());
            Ok(())
        })?;
        let mut projects: Vec<RecordId> = Vec::new();
        if !holders.is_empty() {
            let holders: Vec<&str> = holders.iter().map(String::as_str).collect();
            let visit = Visit {
                fields: &[],
                one_of: &[("holder", &holders)],
                ..Visit::default()
            };
            self.reader.visit("project", &visit, |project| {
                projects.push(project.id()?);
                Ok(())
            })?;
        }
        let mut found: Vec<(String, Value)> = Vec::new();
        for id in projects {
            let Some(project) = self.reader.get(&id)?.filter(|it| !it.removed) else {
                continue;
            };
            if project.fields.contains_key("outcome") {
                continue;
            }
            let own = mine.whose().record;
            if is(&project, "lead_structure", own) {
                self.kept_needs(&project, &mut found)?;
            }
            if coordinates {
                self.unanswered(&project, own, today, &mut found)?;
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Group {
            code: "portal",
            total: found.len() as u64,
            items: found.into_iter().take(limit).map(|(_, it)| it).collect(),
        })
    }

    fn kept_needs(
        &self,
        project: &Record,
        found: &mut Vec<(String, Value)>,
    ) -> Result<(), ApiError> {
        let id = project.id.to_string();
        let referred = self.reader.referral_states(&id)?;
        for need in self.reader.needs_of(&id)? {
            let Some(need) = self.reader.get(&need)? else {
                continue;
            };
            let Some(FieldValue::Text(theme)) = need.fields.get("theme") else {
                continue;
            };
            let is_dealt_with = need.fields.contains_key("answer")
                || referred.iter().any(|(referred, _)| referred == theme);
            if is_dealt_with {
                continue;
            }
            let mut item = self.item(project);
            item.insert("theme".into(), json!(theme));
            item.insert("since".into(), json!(""));
            item.insert("command".into(), json!(["match", id]));
            found.push((String::new(), Value::Object(item)));
        }
        Ok(())
    }

    fn unanswered(
        &self,
        project: &Record,
        own: &str,
        today: Date,
        found: &mut Vec<(String, Value)>,
    ) -> Result<(), ApiError> {
        let list = List {
            conditions: vec![
                format!("project={}", project.id),
                "status=sent|received".to_owned(),
            ],
            ..List::default()
        };
        for referral in self.reader.list("referral", &list)?.records {
            // What this structure sends or receives is in groups of its own.
            let is_party = ["from_structure", "to_structure"];
            if is_party.iter().any(|name| is(&referral, name, own)) {
                continue;
            }
            if late(&referral.fields, today).is_none() {
                continue;
            }
            let since = referral.fields.get("sent_on").map_or(Value::Null, to_json);
            let mut item = self.of_referral(&referral, "to_structure", today);
            let command = json!(["referral", "show", referral.id.to_string()]);
            item.insert("command".into(), command);
            let since = since.as_str().unwrap_or_default().to_owned();
            found.push((since, Value::Object(item)));
        }
        Ok(())
    }
}

fn is(record: &Record, name: &str, value: &str) -> bool {
    matches!(record.fields.get(name), Some(FieldValue::Text(text)) if text == value)
}
