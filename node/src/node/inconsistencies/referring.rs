//! Referrals that their receiver cannot take on: no mandate, not its themes, not its area.

use std::collections::{BTreeMap, BTreeSet};

use sync_protocol::charter::{Act, Action, grants};
use sync_protocol::id::RecordId;

use super::{Inconsistency, short};
use crate::api::ApiError;
use crate::matching::zone::{Zone, closest};
use crate::node::member::Member;
use crate::registry::{Fields, Value as FieldValue};
use crate::view::Visit;

/// The states in which a referral is open.
const OPEN: [&str; 6] = [
    "sent",
    "received",
    "more_info",
    "accepted",
    "waitlisted",
    "in_progress",
];

/// What of an open referral is looked at.
struct Open {
    id: RecordId,
    to: String,
    theme: String,
    project: Option<RecordId>,
    lead: Option<String>,
    /// Nobody took it on: its sender can still take it back.
    is_unanswered: bool,
}

impl Member {
    /// Open referrals whose receiver should not have them, or whose lead is another than their
    /// project's.
    pub(super) fn referrals_astray(&self) -> Result<Vec<Inconsistency>, ApiError> {
        let mut open = Vec::new();
        let visit = Visit {
            fields: &[
                "to_structure",
                "theme",
                "project",
                "lead_structure",
                "status",
            ],
            one_of: &[("status", &OPEN)],
            ..Visit::default()
        };
        self.reader.visit("referral", &visit, |referral| {
            let owned = |place: usize| -> Result<Option<String>, crate::view::ViewError> {
                Ok(referral.text(place)?.map(str::to_owned))
            };
            open.push(Open {
                id: referral.id()?,
                to: owned(0)?.unwrap_or_default(),
                theme: owned(1)?.unwrap_or_default(),
                project: owned(2)?.and_then(|id| id.parse().ok()),
                lead: owned(3)?,
                is_unanswered: matches!(referral.text(4)?, Some("sent" | "received")),
            });
            Ok(())
        })?;
        let mut receivers: BTreeMap<String, Fields> = BTreeMap::new();
        let mut found = Vec::new();
        for referral in &open {
            if !receivers.contains_key(&referral.to) {
                let record = referral.to.parse().ok().map(|id| self.reader.get(&id));
                let record = record.transpose()?.flatten();
                let fields = record.map(|it| it.fields).unwrap_or_default();
                receivers.insert(referral.to.clone(), fields);
            }
            let receiver = receivers.get(&referral.to);
            self.referral_astray(referral, receiver, &mut found)?;
        }
        Ok(found)
    }

    fn referral_astray(
        &self,
        referral: &Open,
        receiver: Option<&Fields>,
        found: &mut Vec<Inconsistency>,
    ) -> Result<(), ApiError> {
        let project = referral.project.map(|id| self.reader.get(&id));
        let project = project.transpose()?.flatten();
        let project = project.map(|it| it.fields).unwrap_or_default();
        let mut wrong: Vec<&'static str> = Vec::new();
        if !self.may_receive(referral) {
            wrong.push("referral_outside_mandate");
        }
        if let Some(receiver) = receiver {
            let themes = set(receiver, "competences");
            if !themes.is_empty() && !themes.contains(referral.theme.as_str()) {
                wrong.push("referral_outside_themes");
            }
            let (area, wanted) = (
                zones(receiver, "service_area"),
                zones(&project, "target_zones"),
            );
            let stated = !area.is_empty() && !wanted.is_empty();
            if stated && closest(area.into_iter(), &wanted, self.territory).is_none() {
                wrong.push("referral_outside_area");
            }
        }
        let lead = match project.get("lead_structure") {
            Some(FieldValue::Text(lead)) => Some(lead),
            _ => None,
        };
        let other_lead = lead
            .zip(referral.lead.as_ref())
            .is_some_and(|(a, b)| a != b);
        if wrong.is_empty() && !other_lead {
            return Ok(());
        }
        let Some(record) = self.reader.get(&referral.id)? else {
            return Ok(());
        };
        let id = short(&record);
        let verb = if referral.is_unanswered {
            "withdraw"
        } else {
            "show"
        };
        for code in wrong {
            found.push(
                Inconsistency::new(code, self.known_as(&record))
                    .of("to_structure")
                    .with("name", self.title_of(&referral.to))
                    .with("theme", referral.theme.as_str())
                    .by(&["referral", verb, &id]),
            );
        }
        if let (true, Some(lead), Some(said)) = (other_lead, lead, &referral.lead) {
            found.push(
                Inconsistency::new("referral_with_another_lead", self.known_as(&record))
                    .of("lead_structure")
                    .with(
                        "names",
                        format!("{}, {}", self.title_of(lead), self.title_of(said)),
                    )
                    .by(&["referral", "show", &id]),
            );
        }
        Ok(())
    }

    /// Whether the receiver is on the roll, not suspended, and mandated for the theme.
    fn may_receive(&self, referral: &Open) -> bool {
        let charter = self.charter();
        let (_, version) = charter.current();
        let of_record = |structure| self.structure_record(structure).to_string() == referral.to;
        let mut members = version.members.iter();
        let Some(member) = members.find(|it| of_record(&it.structure)) else {
            return false;
        };
        let action = Action {
            collection: "referral",
            act: Act::Create,
            territory: &[],
            theme: Some(&referral.theme),
        };
        !self.suspended_structures().contains(&member.structure)
            && grants(version, &member.structure, &action).is_ok()
    }
}

fn zones<'f>(fields: &'f Fields, name: &str) -> Vec<Zone<'f>> {
    set(fields, name)
        .into_iter()
        .filter_map(Zone::parse)
        .collect()
}

fn set<'f>(fields: &'f Fields, name: &str) -> BTreeSet<&'f str> {
    match fields.get(name) {
        Some(FieldValue::Set(items)) => items.iter().map(String::as_str).collect(),
        _ => BTreeSet::new(),
    }
}
