//! Projects from the portal that wait for somebody: for `todo`.

use jiff::civil::Date;
use serde_json::{Value, json};
use sync_protocol::id::{RecordId, StructureId};

use crate::api::ApiError;
use crate::node::member::Member;
use crate::node::todo::{Group, Mine, late_from};
use crate::registry::Value as FieldValue;
use crate::view::{Record, Work};

use super::NOTICE;

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
        let own = mine.whose().record;
        let kept = self.reader.needs_kept(own, NOTICE, owner, limit)?;
        // What this structure sends or receives is in groups of its own.
        let late = match coordinates {
            true => {
                let before = late_from(today);
                self.reader
                    .unanswered_told_by(NOTICE, own, &before, limit)?
            }
            false => Work::default(),
        };
        let mut items = Vec::new();
        for id in &kept.first {
            items.extend(self.kept_need(id)?);
        }
        for id in late.first.iter().take(limit.saturating_sub(items.len())) {
            items.extend(self.unanswered(id, today)?);
        }
        Ok(Group {
            code: "portal",
            total: kept.total + late.total,
            items,
        })
    }

    fn kept_need(&self, id: &RecordId) -> Result<Option<Value>, ApiError> {
        let Some(need) = self.reader.get(id)? else {
            return Ok(None);
        };
        let text = |name: &str| match need.fields.get(name) {
            Some(FieldValue::Text(text)) => text.as_str(),
            _ => "",
        };
        let project: Option<Record> = match text("project").parse() {
            Ok(project) => self.reader.get(&project)?,
            Err(_) => None,
        };
        Ok(project.map(|project| {
            let mut item = self.item(&project);
            item.insert("theme".into(), json!(text("theme")));
            item.insert("since".into(), json!(""));
            let command = json!(["match", project.id.to_string()]);
            item.insert("command".into(), command);
            Value::Object(item)
        }))
    }

    fn unanswered(&self, id: &RecordId, today: Date) -> Result<Option<Value>, ApiError> {
        let referral = self.reader.get(id)?;
        Ok(referral.map(|referral| {
            let mut item = self.of_referral(&referral, "to_structure", today);
            let command = json!(["referral", "show", referral.id.to_string()]);
            item.insert("command".into(), command);
            Value::Object(item)
        }))
    }
}
