//! Files that anybody may have, as the portal gives them: public fields of what is on offer or active.

use serde_json::Value;
use sync_protocol::id::RecordId;

use crate::api::{ApiError, ExitKind};
use crate::exchange::{ExportedRecord, is_offered};
use crate::language::Language;
use crate::registry::{Collection, Value as Field, find_collection};
use crate::view::Record;

use super::{Form, Member, Pages, clock};

/// A form of public files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PublicForm {
    /// Delimited text for spreadsheets.
    Csv,
    /// Points for maps.
    GeoJson,
    /// A feed to subscribe to.
    Atom,
    /// A list of data·inclusion, schema v1.
    DataInclusion,
    /// A page of Open Referral HSDS 3.0.
    Hsds,
}

impl PublicForm {
    const fn form(self) -> Form {
        match self {
            Self::Csv => Form::Csv,
            Self::GeoJson => Form::GeoJson,
            Self::Atom => Form::Atom,
            Self::DataInclusion => Form::DataInclusion,
            Self::Hsds => Form::Hsds,
        }
    }
}

impl Member {
    /// A file of these opportunities, as far as they are still on offer, in their order; a feed has
    /// its latest changes first and no more than `most`.
    pub(crate) fn public_offers(
        &self,
        form: PublicForm,
        ids: &[RecordId],
        most: usize,
    ) -> Result<Vec<u8>, ApiError> {
        let declared = find_collection("opportunity")?;
        let today = clock::today();
        let mut records = Vec::with_capacity(ids.len());
        for id in ids {
            let found = self.reader.get(id)?.filter(|it| !it.removed);
            let record = found.map(|record| self.exported(record));
            records.extend(record.filter(|record| is_offered(record, today)));
        }
        if form == PublicForm::Atom {
            records.sort_by(|a, b| b.changed.cmp(&a.changed).then_with(|| a.id.cmp(&b.id)));
            records.truncate(most);
        }
        self.written(form, declared, records)
    }

    /// A file of everything public of these collections, one list after the other.
    pub(crate) fn public_file(
        &self,
        form: PublicForm,
        collections: &[&str],
    ) -> Result<Vec<u8>, ApiError> {
        let mut files = Vec::new();
        for collection in collections {
            let declared = find_collection(collection)?;
            files.push(self.written(form, declared, self.active(form, declared)?)?);
        }
        match files.pop() {
            Some(only) if files.is_empty() => Ok(only),
            Some(last) => one_list(files.into_iter().chain([last])),
            None => Ok(Vec::new()),
        }
    }

    /// What is active of a collection, in the order of the form.
    fn active(
        &self,
        form: PublicForm,
        declared: &'static Collection,
    ) -> Result<Vec<ExportedRecord>, ApiError> {
        let pages = Pages::new(self, declared, &[], form.form());
        let failure = pages.failure();
        let is_active =
            |it: &ExportedRecord| !matches!(it.fields.get("active"), Some(Field::Flag(false)));
        let records = pages.filter(is_active).collect();
        match failure.take() {
            Some(error) => Err(error.into()),
            None => Ok(records),
        }
    }

    /// A record on its way out.
    pub(super) fn exported(&self, record: Record) -> ExportedRecord {
        ExportedRecord {
            id: record.id.to_string(),
            owner: self.owner_of_record(&record).to_string(),
            created: record.created.time,
            changed: record.changed.time,
            fields: record.fields,
        }
    }

    fn written(
        &self,
        form: PublicForm,
        declared: &'static Collection,
        records: Vec<ExportedRecord>,
    ) -> Result<Vec<u8>, ApiError> {
        let mut out = Vec::new();
        self.write_export(
            &mut out,
            form.form(),
            declared,
            records,
            true,
            Language::French,
        )?;
        Ok(out)
    }
}

/// Several lists as one: of records, or of pages that hold them as `contents`.
fn one_list(files: impl Iterator<Item = Vec<u8>>) -> Result<Vec<u8>, ApiError> {
    let failed = |error: serde_json::Error| {
        ApiError::new("export_failed", ExitKind::Failed, error.to_string()).with("reason", error)
    };
    let mut all: Option<Value> = None;
    for file in files {
        let next: Value = serde_json::from_slice(&file).map_err(failed)?;
        match (&mut all, next) {
            (None, next) => all = Some(next),
            (Some(Value::Array(all)), Value::Array(next)) => all.extend(next),
            (Some(all), mut next) => {
                if let (Some(all), Some(next)) = (
                    all["contents"].as_array_mut(),
                    next["contents"].as_array_mut(),
                ) {
                    all.append(next);
                }
                let count = all["contents"].as_array().map_or(0, Vec::len);
                all["total_items"] = count.into();
                all["size"] = count.into();
            }
        }
    }
    serde_json::to_vec(&all).map_err(failed)
}
