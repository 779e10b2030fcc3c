//! Whether a referral may be sent: what its receiver says of itself, the charter, and whose project it is.
//!
//! Judged when it is sent and never at merge: what a structure does, where, and for how many
//! changes, and a node must not refuse later what was right when it was written.

use sync_protocol::charter::Subject;
use sync_protocol::id::{RecordId, StructureId};

use crate::api::{ApiError, Detail, ExitKind};
use crate::registry::referral::sending::{Sending, judge};
use crate::registry::{Fields, Value as FieldValue};
use crate::view::Record;

use super::clock;
use super::errors::detail_of;
use super::member::Member;
use super::records::notices;

impl Member {
    /// Refuses a referral that may not be sent as it is; else what its sender should know.
    pub(super) fn may_be_sent(&self, fields: &Fields) -> Result<Vec<Detail>, ApiError> {
        self.require_active_receiver(fields)?;
        let receiver = self.named_by(fields, "to_structure")?;
        let project = self.named_by(fields, "project")?;
        if let Some(project) = &project {
            self.require_one_lead(project)?;
        }
        let project = project.map(|record| record.fields).unwrap_or_default();
        let holder = self.named_by(&project, "holder")?;
        let opportunity = self.named_by(fields, "opportunity")?;
        let judged = judge(&Sending {
            referral: fields,
            receiver: &receiver.map(|record| record.fields).unwrap_or_default(),
            project: &project,
            holder: holder.as_ref().map(|record| &record.fields),
            opportunity: opportunity.as_ref().map(|record| &record.fields),
            today: clock::today(),
            overlap: &|one, other| self.territory.zones_overlap(one, other),
        });
        if judged.refused.is_empty() {
            return Ok(notices(&judged.notices));
        }
        let text = judged.refused.iter().map(ToString::to_string);
        let text = text.collect::<Vec<_>>().join("; ");
        let details = judged.refused.iter().map(detail_of).collect();
        Err(ApiError::new("referral_not_sent", ExitKind::Refused, text).with_details(details))
    }

    /// The record that a field refers to, if it is here.
    pub(super) fn named_by(&self, fields: &Fields, name: &str) -> Result<Option<Record>, ApiError> {
        let id = match fields.get(name) {
            Some(FieldValue::Text(id)) => id.parse::<RecordId>().ok(),
            _ => None,
        };
        Ok(match id {
            Some(id) => self.reader.get(&id)?,
            None => None,
        })
    }

    /// A referral goes to a structure whose node can receive it, and whose answers count.
    fn require_active_receiver(&self, fields: &Fields) -> Result<(), ApiError> {
        let Some(FieldValue::Text(to)) = fields.get("to_structure") else {
            return Ok(());
        };
        let charter = self.charter();
        let mut members = charter.current().1.members.iter().map(|it| it.structure);
        let stands_for = |it: &StructureId| self.structure_record(it).to_string() == *to;
        let Some(member) = members.find(stands_for) else {
            let text = "this structure is not a member of the network: it has no node to receive a \\
                        referral";
            let name = self.record_title(to);
            return Err(
                ApiError::new("receiver_not_a_member", ExitKind::Refused, text).with("name", name),
            );
        };
        let is_suspended = charter
            .suspensions()
            .into_iter()
            .any(|it| it.missing == 0 && it.subject == Subject::Structure(member));
        if is_suspended {
            let text = "this structure is suspended: nothing that it writes counts for now";
            let name = self.record_title(to);
            return Err(
                ApiError::new("receiver_suspended", ExitKind::Refused, text).with("name", name)
            );
        }
        Ok(())
    }

    /// A project has one lead: two that say so at once settle it first.
    fn require_one_lead(&self, project: &Record) -> Result<(), ApiError> {
        if !project.conflicts.iter().any(|it| it == "lead_structure") {
            return Ok(());
        }
        let conflicts = self.reader.conflicts(Some("project"), Some(&project.id))?;
        let leads = conflicts.iter().filter(|it| it.field == "lead_structure");
        let names = leads
            .flat_map(|it| &it.values)
            .map(|given| match &given.value {
                FieldValue::Text(id) => self.record_title(id),
                _ => "-".to_owned(),
            });
        let names: Vec<String> = names.collect();
        let text = "several structures lead this project: choose one";
        Err(ApiError::new("two_leads", ExitKind::NeedsDecision, text)
            .with("id", project.id.short())
            .with("names", names.join(", ")))
    }
}
