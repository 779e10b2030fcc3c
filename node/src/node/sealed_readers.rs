//! Who reads what is sealed of a new record: its structure, those that accompany the person whom it
//! is about, and those whom people name.

use std::collections::BTreeSet;

use sync_protocol::id::{RecordId, StructureId};

use crate::api::{ApiError, Detail, ExitKind};
use crate::registry::{Collection, FieldKind, Fields, Value as FieldValue, collection};
use crate::view::Record;

use super::member::Member;

/// Who is to read a part, and what people should know of it.
#[derive(Debug, Default)]
pub(super) struct Readers {
    pub(super) structures: BTreeSet<StructureId>,
    pub(super) notices: Vec<Detail>,
}

impl Member {
    /// Who reads the sealed part of a record with these fields, `share` being the names that people
    /// gave. Named ones are all taken or the first that cannot be is the error; of the others, those
    /// to whom nothing can be sealed now are left out with a notice.
    ///
    /// # Errors
    /// An unknown or suspended structure; a person who agreed to be known to nobody else.
    pub(super) fn readers_of_new(
        &self,
        declared: &Collection,
        fields: &Fields,
        share: &[String],
    ) -> Result<Readers, ApiError> {
        let named = self.find_readers(share)?;
        let person = self.person_of(declared, fields)?;
        let mut readers = Readers::default();
        let mut concerned = self.concerned(declared, fields, person.as_ref())?;
        concerned.remove(&self.structure);
        let agreed = person.as_ref().map_or(fields, |person| &person.fields);
        if (declared.name == "holder" || person.is_some())
            && let Err(error) = may_be_shared(agreed)
        {
            let welcoming = person.map_or(self.structure, |it| self.charter().heir_of(it.owner));
            let is_theirs = |it: &StructureId| *it == welcoming || *it == self.structure;
            if !named.iter().all(is_theirs) {
                return Err(error);
            }
            let before = concerned.len();
            concerned.retain(is_theirs);
            if concerned.len() < before {
                readers.notices.push(detail_of(error));
            }
        }
        let suspended = self.suspended();
        let (able, unable): (BTreeSet<_>, BTreeSet<_>) = concerned
            .into_iter()
            .filter(|it| !named.contains(it))
            .partition(|it| !suspended.contains(it) && self.sealing_key_of(it).is_some());
        if !unable.is_empty() {
            let names = self.names_of(&unable);
            let text = format!("nothing can be sealed now to {names}: suspended, or without a key");
            let left_out =
                ApiError::new("sealed_without", ExitKind::Refused, text).with("names", names);
            readers.notices.push(detail_of(left_out));
        }
        readers.structures = &able | &named;
        readers.structures.insert(self.structure);
        Ok(readers)
    }

    /// The holder whom a record is about: through its project, or that of its referral.
    pub(super) fn person_of(
        &self,
        declared: &Collection,
        fields: &Fields,
    ) -> Result<Option<Record>, ApiError> {
        if let Some(holder) = self.referred(declared, fields, "holder")? {
            return Ok(Some(holder));
        }
        let Some(project) = self.project_of(declared, fields)? else {
            return Ok(None);
        };
        match collection("project") {
            Some(projects) => self.referred(projects, &project.fields, "holder"),
            None => Ok(None),
        }
    }

    /// The project that a record is about: its own, or that of its referral.
    fn project_of(
        &self,
        declared: &Collection,
        fields: &Fields,
    ) -> Result<Option<Record>, ApiError> {
        if let Some(project) = self.referred(declared, fields, "project")? {
            return Ok(Some(project));
        }
        let referral = self.referred(declared, fields, "referral")?;
        match (referral, collection("referral")) {
            (Some(referral), Some(referrals)) => {
                self.referred(referrals, &referral.fields, "project")
            }
            _ => Ok(None),
        }
    }

    /// The structures that a record's sealed part concerns beyond the one that writes it: for a
    /// referral who sends it, who gets it and who leads; for what else is about a project whoever
    /// reads who its holder is, else whoever leads it; for the rest nobody.
    fn concerned(
        &self,
        declared: &Collection,
        fields: &Fields,
        person: Option<&Record>,
    ) -> Result<BTreeSet<StructureId>, ApiError> {
        if declared.name == "holder" {
            return Ok(BTreeSet::new());
        }
        let lead = self
            .project_of(declared, fields)?
            .and_then(|project| text_of(&project.fields, "lead_structure"));
        if declared.name == "referral" {
            let ends = ["from_structure", "to_structure", "lead_structure"];
            let ends = ends.into_iter().filter_map(|name| text_of(fields, name));
            return Ok(self.members_of_records(ends.chain(lead)));
        }
        if let Some(person) = person
            && let Some(name) = collection("holder").and_then(Collection::sealed_part)
        {
            let sealed = self.sealed(&person.id)?;
            let part = name.parse().ok();
            let part = part.as_ref().and_then(|name| sealed.part(name));
            let readers = part.map(|part| part.readers()).unwrap_or_default();
            if !readers.is_empty() {
                return Ok(readers);
            }
        }
        Ok(self.members_of_records(lead))
    }

    /// The members whose own records these are; others have no node to read anything.
    pub(super) fn members_of_records(
        &self,
        records: impl IntoIterator<Item = String>,
    ) -> BTreeSet<StructureId> {
        let records: BTreeSet<String> = records.into_iter().collect();
        let charter = self.charter();
        let members = charter.current().1.members.iter().map(|it| it.structure);
        members
            .filter(|it| records.contains(&self.structure_record(it).to_string()))
            .collect()
    }

    /// The record that a field refers to, if the collection has it and the record is here.
    fn referred(
        &self,
        declared: &Collection,
        fields: &Fields,
        name: &str,
    ) -> Result<Option<Record>, ApiError> {
        let refers = |kind| matches!(kind, FieldKind::Ref(_));
        if !declared.field(name).is_some_and(|it| refers(it.kind)) {
            return Ok(None);
        }
        let id = text_of(fields, name).and_then(|id| id.parse::<RecordId>().ok());
        Ok(id.map(|id| self.reader.get(&id)).transpose()?.flatten())
    }
}

/// What the person agreed to is kept to.
pub(super) fn may_be_shared(holder: &Fields) -> Result<(), ApiError> {
    if holder.get("sharing") == Some(&FieldValue::Text("none".to_owned())) {
        let text = "this person agreed to be known to the welcoming structure alone";
        return Err(ApiError::new(
            "holder_shares_with_nobody",
            ExitKind::Refused,
            text,
        ));
    }
    Ok(())
}

/// What prevents something that is not asked for by name is a notice, and not a failure.
pub(super) fn detail_of(error: ApiError) -> Detail {
    Detail {
        code: error.code,
        args: error.args,
        message: error.message,
        ..Detail::default()
    }
}

fn text_of(fields: &Fields, name: &str) -> Option<String> {
    match fields.get(name) {
        Some(FieldValue::Text(text)) => Some(text.clone()),
        _ => None,
    }
}
