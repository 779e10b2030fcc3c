//! What became of what a visitor sent; what the visitor corrects, and takes back.

use serde_json::json;
use sync_protocol::id::RecordId;
use sync_protocol::seal::erase::state::Fate;

use crate::api::ApiError;
use crate::node::clock;
use crate::node::member::{Member, lock};
use crate::node::sealed_fields::standing;
use crate::registry::referral::{self, Move, Roles, Status};
use crate::registry::{Fields, Value as FieldValue, find_collection};
use crate::replica::{Act, Edits};
use crate::sealing::{Counts, Sealed};
use crate::view::{List, Record};

use super::{Code, Identity, Plan};

/// What there is under a code.
#[derive(Debug)]
pub(crate) enum Asked {
    /// This.
    Here(Box<Followed>),
    /// Nothing any more: it was erased.
    Erased,
    /// Nothing that this node has heard of.
    Unknown,
}

/// A project, as whoever sent it follows it.
#[derive(Debug)]
pub(crate) struct Followed {
    /// How the structures call it.
    pub(crate) pseudonym: String,
    /// The day it was sent.
    pub(crate) sent_on: String,
    /// `creation`, `takeover`, …
    pub(crate) kind: String,
    /// The commune where it is to be, by code.
    pub(crate) place: Option<String>,
    /// Who deals with what, and how far that is.
    pub(crate) steps: Vec<Step>,
    /// Whether it was taken back.
    pub(crate) is_withdrawn: bool,
    /// The structures that can read who sent it.
    pub(crate) readers: Vec<String>,
}

/// One need, with one structure.
#[derive(Debug)]
pub(crate) struct Step {
    /// The need.
    pub(crate) theme: String,
    /// The structure's record.
    pub(crate) structure: RecordId,
    /// Its name.
    pub(crate) name: String,
    /// The state of the referral; none where the structure that serves the portal keeps it.
    pub(crate) status: Option<String>,
    /// The day of the last step.
    pub(crate) since: Option<String>,
}

impl Member {
    /// What became of what was sent under this code.
    pub(crate) fn follow_project(&self, code: &Code) -> Result<Asked, ApiError> {
        let holder = self.received_id(code, "holder");
        if self.reader.fate(&holder)? != Fate::Kept {
            return Ok(Asked::Erased);
        }
        let Some(holder) = self.reader.get(&holder)?.filter(|it| !it.removed) else {
            return Ok(Asked::Unknown);
        };
        let id = self.received_id(code, "project");
        let project = self.reader.get(&id)?;
        let project = project.map(|it| it.fields).unwrap_or_default();
        let mut steps = Vec::new();
        for referral in self.referrals_of_project(&id)? {
            steps.push(self.step_of(&referral.fields));
        }
        let own = self.structure_record(&self.structure);
        for need in self.reader.needs_of(&id.to_string())? {
            let Some(need) = self.reader.get(&need)? else {
                continue;
            };
            let theme = text(&need.fields, "theme").unwrap_or_default();
            if !steps.iter().any(|it| it.theme == theme) {
                steps.push(Step {
                    theme,
                    structure: own,
                    name: self.structure_name().to_owned(),
                    status: None,
                    since: None,
                });
            }
        }
        let zones = match project.get("target_zones") {
            Some(FieldValue::Set(zones)) => zones.iter().next().cloned(),
            _ => None,
        };
        let sealed = self.sealed(&holder.id)?;
        let part = self.part_of(find_collection("holder")?)?;
        let readers = standing(&sealed, &part).map(|it| it.readers());
        let readers = readers.unwrap_or_default();
        Ok(Asked::Here(Box::new(Followed {
            pseudonym: text(&holder.fields, "pseudonym").unwrap_or_default(),
            sent_on: text(&holder.fields, "info_notice_on").unwrap_or_default(),
            kind: text(&project, "type").unwrap_or_default(),
            place: zones.and_then(|it| it.strip_prefix("insee:").map(str::to_owned)),
            steps,
            is_withdrawn: text(&holder.fields, "status").as_deref() == Some("withdrawn"),
            readers: readers.iter().map(|it| self.name_of(it)).collect(),
        })))
    }

    fn referrals_of_project(&self, project: &RecordId) -> Result<Vec<Record>, ApiError> {
        let list = List {
            conditions: vec![format!("project={project}")],
            ..List::default()
        };
        let mut found = self.reader.list("referral", &list)?.records;
        found.retain(|it| Status::of(&it.fields) != Some(Status::Draft));
        found.sort_by_key(|it| (text(&it.fields, "theme"), text(&it.fields, "sent_on")));
        Ok(found)
    }

    fn step_of(&self, fields: &Fields) -> Step {
        let to = text(fields, "to_structure").unwrap_or_default();
        let moments = ["closed_on", "answered_on", "sent_on"];
        Step {
            theme: text(fields, "theme").unwrap_or_default(),
            structure: to.parse().unwrap_or(RecordId::ZERO),
            name: self.record_title(&to),
            status: text(fields, "status"),
            since: moments.into_iter().find_map(|name| text(fields, name)),
        }
    }

    /// Writes what the visitor corrects: who it is, whole and anew since nobody here can read what
    /// stands, and where or what the project is.
    ///
    /// Where a structure wrote to that seal meanwhile, both stand side by side until people choose.
    ///
    /// # Errors
    /// A field that cannot be; nothing there to correct; sealed as often as counts.
    pub(crate) fn correct_project(
        &self,
        code: &Code,
        identity: Option<&Identity>,
        plan: &Plan,
    ) -> Result<(), ApiError> {
        let project = self.received_id(code, "project").to_string();
        let place = plan.place.as_deref();
        let zones = place.map(|it| vec![format!("insee:{it}")]);
        let fields = json!({ "type": plan.kind, "target_zones": zones });
        self.set_record(json!({ "collection": "project", "id": project, "fields": fields }))?;
        let Some(identity) = identity else {
            return Ok(());
        };
        let text = self.sealed_text(identity)?;
        let holder = self.received_id(code, "holder");
        let name = self.part_of(find_collection("holder")?)?;
        let _one_at_a_time = lock(&self.resealing);
        let sealed = self.sealed(&holder)?;
        let part = standing(&sealed, &name).ok_or(crate::sealing::SealingError::NothingSealed)?;
        let mut readers = part.state.next_readers.clone();
        if readers.is_empty() {
            readers = part.readers();
        }
        let is_ours = part.heads().all(|(_, stated, _)| stated.author == self.me);
        let own = if is_ours {
            None
        } else {
            let mut entries = self.reader.sealing(Some(&holder))?;
            entries.retain(|it| it.entry.header.author == self.me);
            let counts: Counts<'_> = &|entry, creator| self.counts(entry, creator);
            Some(Sealed::of(self.network, holder, &entries, counts))
        };
        let follows = own.as_ref().unwrap_or(&sealed);
        let seal = self.make_seal(follows, &name, &text.encode(), &readers)?;
        self.write_sealed(Some(seal), |_, _| Ok(Vec::new()))?;
        Ok(())
    }

    /// The visitor takes it back: what is open ends, and the records are to be erased.
    ///
    /// # Errors
    /// A disk that fails; a record in quarantine.
    pub(crate) fn withdraw_project(&self, code: &Code) -> Result<(), ApiError> {
        let (holder, project) = (
            self.received_id(code, "holder"),
            self.received_id(code, "project"),
        );
        let texts = |pairs: &[(&str, &str)]| -> Edits {
            let pairs = pairs.iter();
            Edits::set(
                pairs
                    .map(|(name, it)| ((*name).to_owned(), FieldValue::Text((*it).to_owned())))
                    .collect(),
            )
        };
        let today = clock::today().to_string();
        let mut edits = vec![(project, texts(&[("outcome", "abandoned")]))];
        // Whoever leads a project ends its referrals, and this node led it from the start.
        let lead = Roles {
            sender: true,
            lead: true,
            ..Roles::default()
        };
        for referral in self.referrals_of_project(&project)? {
            let moved = referral::apply(
                &referral.fields,
                Move::HolderWithdrew,
                lead,
                None,
                clock::instant(),
            );
            if let Ok(moved) = moved {
                edits.push((referral.id, Edits::set(moved.put)));
            }
        }
        let ended = [
            ("status", "withdrawn"),
            ("sharing", "none"),
            ("last_contact_on", &today),
        ];
        edits.push((holder, texts(&ended)));
        let acts = edits.into_iter().map(|(record, edits)| Act::Change {
            record,
            edits,
            reason: 0,
        });
        let acts = acts.collect();
        self.write(|replica, author| Ok(replica.draft(author, acts)?))?;
        Ok(())
    }
}

fn text(fields: &Fields, name: &str) -> Option<String> {
    match fields.get(name) {
        Some(FieldValue::Text(text)) => Some(text.clone()),
        _ => None,
    }
}
