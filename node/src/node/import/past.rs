//! Referrals of before: our structure tells the past of those that it sent.
//!
//! Only that: a row of another sender is refused, and so is one about a referral that is here and
//! goes on by its moves. What is told twice is told once. Nothing is sealed and nothing is opened
//! to anybody: a referral of three years ago gives its receiver no right to read today who the
//! person was. A past that still goes on (*accepted*, say) goes on by moves from there.

use std::collections::BTreeSet;

use sync_protocol::id::{RecordId, Salt};
use sync_protocol::seal::erase::state::Fate;

use super::super::clock;
use super::super::member::Member;
use super::{Tally, content_hash, detail_at};
use crate::api::{ApiError, Detail, ExitKind};
use crate::exchange::ImportedRow;
use crate::registry::error::Fault;
use crate::registry::referral::Status;
use crate::registry::referral::past::{PAST, sent_day, steps_of};
use crate::registry::referral::sending::not_informed;
use crate::registry::{Collection, Context, FieldError, Fields, Value as FieldValue, prepare_past};
use crate::replica::{Act, Authority, ReplicaError, deeds_of_fields};
use crate::view::{List, Record};

/// What makes two rows one referral, beside the day of sending.
const SAME: [&str; 4] = ["project", "theme", "from_structure", "to_structure"];
/// What a referral that is sent on has in common with the one that it goes on from.
const MATTER: [&str; 3] = ["project", "theme", "from_structure"];

/// Refuses to tell the past of anything else, and of all that a source has.
pub(super) fn require_referrals(declared: &Collection, complete: bool) -> Result<(), ApiError> {
    if declared.name != "referral" {
        let text = "only referrals have a past that can be told";
        return Err(ApiError::new("history_of_referrals", ExitKind::Usage, text));
    }
    if complete {
        let text = "a past and a complete list do not go together";
        return Err(ApiError::new("history_complete", ExitKind::Usage, text));
    }
    Ok(())
}

/// What becomes of a row.
enum Told {
    New(Salt, Fields),
    Already,
}

impl Member {
    /// Checks rows against what is there and writes them in one commit.
    pub(super) fn take_pasts(
        &self,
        declared: &'static Collection,
        rows: Vec<ImportedRow>,
        context: &Context<'_>,
        dry_run: bool,
        tally: &mut Tally,
    ) -> Result<(), ApiError> {
        let mut acts = Vec::with_capacity(rows.len());
        // Those of these rows, which no list shows yet.
        let mut new: Vec<(RecordId, Fields)> = Vec::new();
        let mut salts = BTreeSet::new();
        for row in rows {
            let line = row.line;
            match self.told(declared, row, context, &new)? {
                Ok(Told::Already) => tally.unchanged += 1,
                Ok(Told::New(salt, fields)) => {
                    tally.created += 1;
                    if salts.insert(salt) {
                        new.push((self.id_of_past(declared, &salt), fields.clone()));
                    }
                    acts.push(Act::Create {
                        collection: declared.name.to_owned(),
                        salt,
                        fields,
                    });
                }
                Err(errors) => {
                    let errors = errors.into_iter().map(|error| Detail {
                        line: Some(line),
                        ..error
                    });
                    tally.errors.extend(errors);
                    tally.error_count = tally.errors.len() as u64;
                }
            }
        }
        if !dry_run && !acts.is_empty() {
            self.write(|replica, author| Ok(replica.draft(author, acts)?))?;
        }
        Ok(())
    }

    /// What a row tells; else what is wrong with it.
    fn told(
        &self,
        declared: &'static Collection,
        row: ImportedRow,
        context: &Context<'_>,
        new: &[(RecordId, Fields)],
    ) -> Result<Result<Told, Vec<Detail>>, ApiError> {
        let line = row.line;
        let at = |errors: &[FieldError]| errors.iter().map(|it| detail_at(line, it)).collect();
        let named = row
            .id
            .as_deref()
            .and_then(|id| self.known(declared.name, id));
        let mut fields = match prepare_past(declared, row.fields, context, clock::instant()) {
            Ok(prepared) => prepared.fields,
            Err(errors) => return Ok(Err(at(&errors))),
        };
        self.name_lead(&mut fields)?;
        if let Some(error) = self.not_ours_to_tell(&fields)? {
            return Ok(Err(at(&[error])));
        }
        if let Some((_, told)) = new.iter().find(|(_, other)| is_same(other, &fields)) {
            let error = || Fault::new("past_told_twice").at(PAST);
            return Ok(if told.get(PAST) == fields.get(PAST) {
                Ok(Told::Already)
            } else {
                Err(at(&[error()]))
            });
        }
        let present = match named {
            Some(id) => self.reader.get(&id)?,
            None => self.same_referral(&fields)?,
        };
        if let Some(present) = present {
            let told = is_same(&present.fields, &fields);
            if told && present.fields.get(PAST) == fields.get(PAST) {
                return Ok(Ok(Told::Already));
            }
            let fault = Fault::new("past_of_living").with("id", present.id.short());
            return Ok(Err(at(&[fault.at(PAST)])));
        }
        if !fields.contains_key("parent")
            && let Some(declined) = self.sent_on_from(&fields, new)?
        {
            fields.insert("parent".to_owned(), FieldValue::Text(declined.to_string()));
        }
        let salt = Salt::imported("past", &content_hash(&fields));
        let id = self.id_of_past(declared, &salt);
        if self.reader.fate(&id)? > Fate::Kept {
            let erased = ReplicaError::RecordErased { record: id };
            return Ok(Err(vec![Detail::from_coded(&erased)]));
        }
        if self.reader.get(&id)?.is_some() {
            // It was told, and removed since: an old list does not bring it back.
            return Ok(Ok(Told::Already));
        }
        let deeds = deeds_of_fields(declared.name, self.structure, None, &fields);
        if let Err(error) = self.authority().permit(&self.structure, &deeds) {
            let refused = ReplicaError::NotPermitted(error);
            return Ok(Err(vec![Detail::from_coded(&refused)]));
        }
        Ok(Ok(Told::New(salt, fields)))
    }

    fn id_of_past(&self, declared: &Collection, salt: &Salt) -> RecordId {
        RecordId::derive(&self.network, &self.structure, declared.name, salt)
    }

    /// The referral that this one goes on from: for the same people and the same matter, rerouted on
    /// the day on which this one was sent, to somebody else.
    fn sent_on_from(
        &self,
        fields: &Fields,
        new: &[(RecordId, Fields)],
    ) -> Result<Option<RecordId>, ApiError> {
        let told = new.iter().find(|(_, it)| goes_on_as(it, fields));
        if let Some((id, _)) = told {
            return Ok(Some(*id));
        }
        let condition = |name: &str| Some(format!("{name}={}", text(fields, name)?));
        let mut conditions: Vec<String> = MATTER.into_iter().filter_map(condition).collect();
        conditions.push(format!("status={}", Status::Rerouted.code()));
        let list = List {
            conditions,
            ..List::default()
        };
        let mut found = self.reader.list("referral", &list)?.records.into_iter();
        let found = found.find(|it| goes_on_as(&it.fields, fields));
        Ok(found.map(|it| it.id))
    }

    /// Why our structure does not tell this past: somebody else sent it, or the person was not told
    /// that the network comes to know of it.
    fn not_ours_to_tell(&self, fields: &Fields) -> Result<Option<FieldError>, ApiError> {
        let own = self.structure_record(&self.structure).to_string();
        match fields.get("from_structure") {
            Some(FieldValue::Text(from)) if *from != own => {
                let fault = Fault::new("past_of_others").with("name", self.record_title(from));
                return Ok(Some(fault.at("from_structure")));
            }
            _ => {}
        }
        let project = self.named_by(fields, "project")?;
        let project = project.map(|record| record.fields).unwrap_or_default();
        let holder = self.named_by(&project, "holder")?;
        let fault = holder.and_then(|it| not_informed(&it.fields, clock::today()));
        Ok(fault.map(|fault| fault.at("project")))
    }

    /// The referral of this project to this structure for this theme, sent the same day, if it is here.
    fn same_referral(&self, fields: &Fields) -> Result<Option<Record>, ApiError> {
        let condition = |name: &str| match fields.get(name) {
            Some(FieldValue::Text(text)) => Some(format!("{name}={text}")),
            _ => None,
        };
        let list = List {
            conditions: SAME.into_iter().filter_map(condition).collect(),
            ..List::default()
        };
        let found = self.reader.list("referral", &list)?.records;
        Ok(found.into_iter().find(|it| is_same(&it.fields, fields)))
    }
}

/// Whether two are one: the same people for the same matter, sent on the same day.
fn is_same(one: &Fields, other: &Fields) -> bool {
    let matter = SAME.iter().all(|name| one.get(*name) == other.get(*name));
    matter && sent_day(one) == sent_day(other)
}

/// Whether a rerouted one goes on as the other: sent to somebody else that day.
fn goes_on_as(rerouted: &Fields, other: &Fields) -> bool {
    let walk = text(rerouted, PAST).and_then(steps_of).unwrap_or_default();
    let Some((day, Status::Rerouted)) = walk.last().copied() else {
        return false;
    };
    let matter = MATTER
        .iter()
        .all(|name| rerouted.get(*name) == other.get(*name));
    let elsewhere = rerouted.get("to_structure") != other.get("to_structure");
    matter && elsewhere && sent_day(other).as_deref() == Some(day)
}

fn text<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    match fields.get(name) {
        Some(FieldValue::Text(text)) => Some(text),
        _ => None,
    }
}
