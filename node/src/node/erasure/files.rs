//! `erase --attachment`: a photograph or document of a record that stays.
//!
//! As with a whole record its file goes once the owner's root agrees; before that nobody is shown it.
//! A file that another record names as well stays for that one. The file's name stays in the history
//! of the record: it stands in what was written about it.

use std::collections::BTreeSet;

use serde_json::json;
use sync_protocol::id::RecordId;
use sync_protocol::seal::erase::state::Fate;

use crate::api::{ApiError, ExitKind};
use crate::registry::{Attachment, Value as FieldValue};
use crate::replica::{Edits, history_of};
use crate::view::Record;

use super::super::attachments::{attachments_of, choose_one, with_attachments};
use super::super::member::Member;
use super::asking::{Ask, Named, shown};

/// A file of a record.
pub(super) struct Attached {
    pub(super) attachment: Attachment,
    field: &'static str,
}

impl Member {
    /// The file that people mean: one that the record names, or named once.
    pub(super) fn named_file(
        &self,
        ask: &Ask,
        name: &str,
        agrees: bool,
    ) -> Result<Named, ApiError> {
        let record = self.record_meant(ask)?;
        let (_, field) = with_attachments(&record.collection)?;
        self.require_owner(&record)?;
        let named_now = attachments_of(&record, field);
        let attachment = match choose_one(&named_now, name) {
            Err(error) if error.code == "unknown_attachment" => {
                choose_one(&self.attachments_ever(&record.id)?, name)?
            }
            chosen => chosen?,
        };
        let refused = |code, text: &str| {
            Err(ApiError::new(code, ExitKind::Refused, text).with("name", &attachment.name))
        };
        match self.partly_erased().blob(&record.id, attachment.blob) {
            Fate::Deleted => {
                let text = "this attachment is erased already";
                return refused("attachment_already_erased", text);
            }
            Fate::Hidden if !agrees => {
                let text = "this attachment is hidden already, until the root agrees";
                return refused("attachment_already_hidden", text);
            }
            Fate::Hidden | Fate::Kept => {}
        }
        let elsewhere = self.attached_by(true)?.into_iter();
        let elsewhere = elsewhere
            .filter(|(other, it)| *other != record.id && it.blob == attachment.blob)
            .map(|(other, _)| other);
        let elsewhere: BTreeSet<RecordId> = elsewhere.collect();
        let mut shown = shown(&record);
        shown["target"] = json!("attachment");
        shown["name"] = json!(attachment.name);
        shown["bytes"] = json!(attachment.size);
        shown["blob"] = json!(attachment.blob.to_string());
        shown["elsewhere"] = json!(elsewhere.len());
        Ok(Named {
            record: record.id,
            creations: self.reader.creation(&record.id)?.into_iter().collect(),
            file: Some(Attached { attachment, field }),
            shown,
        })
    }

    /// Every file that a record names or ever named, by name.
    pub(super) fn attachments_ever(&self, record: &RecordId) -> Result<Vec<Attachment>, ApiError> {
        let Some(record) = self.reader.get(record)? else {
            return Ok(Vec::new());
        };
        let Ok((_, field)) = with_attachments(&record.collection) else {
            return Ok(Vec::new());
        };
        let history = history_of(&self.reader, &record.id)?;
        let values = history.into_iter().flat_map(|entry| entry.changes);
        let values = values.filter(|change| change.field == field);
        let values = values.flat_map(|change| [change.before, change.after]);
        let mut named = BTreeSet::new();
        for value in values.flatten() {
            if let FieldValue::Set(members) = value {
                named.extend(members);
            }
        }
        let mut all: Vec<Attachment> = named.iter().filter_map(|it| it.parse().ok()).collect();
        all.sort_by(|one, next| (&one.name, one.blob).cmp(&(&next.name, next.blob)));
        all.dedup_by(|next, one| next.blob == one.blob && next.name == one.name);
        Ok(all)
    }

    /// Takes an erased file's name off the record, under whatever names it has there. That the charter
    /// may not let its owner edit it does not hold up the erasure.
    pub(super) fn detach_erased(&self, record: RecordId, file: &Attached) {
        let detach = || -> Result<(), ApiError> {
            let Some(now) = self.reader.get(&record)? else {
                return Ok(());
            };
            let named = attachments_of(&now, file.field).into_iter();
            let members = named.filter(|it| it.blob == file.attachment.blob);
            let members: BTreeSet<String> = members.map(|it| it.to_string()).collect();
            if !members.is_empty() {
                let edits = Edits {
                    remove: [(file.field.to_owned(), members)].into(),
                    ..Edits::default()
                };
                self.change(record, edits)?;
            }
            Ok(())
        };
        if let Err(error) = detach() {
            tracing::warn!(%error, "an erased attachment stays on the record's list");
        }
    }

    /// What a record names of files and has not erased.
    pub(in crate::node) fn attachments_left(
        &self,
        record: &Record,
        field: &str,
    ) -> Vec<Attachment> {
        let partly = self.partly_erased();
        let mut named = attachments_of(record, field);
        named.retain(|it| partly.blob(&record.id, it.blob) == Fate::Kept);
        named
    }

    /// Refuses to attach what is erased of this record.
    pub(in crate::node) fn require_not_erased(
        &self,
        record: &RecordId,
        attachment: &Attachment,
    ) -> Result<(), ApiError> {
        if self.partly_erased().blob(record, attachment.blob) == Fate::Kept {
            return Ok(());
        }
        let text = "this file was erased from this record";
        Err(ApiError::new("attachment_erased", ExitKind::Refused, text)
            .with("name", &attachment.name))
    }
}
