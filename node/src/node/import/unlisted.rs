//! What a source no longer lists: marked, never deleted.
//!
//! An import that is said to be complete lists all that its source has. Records of ours that came
//! from it and are not in the file get the day as [`UNLISTED_ON`], and an opportunity that was on its
//! way to people is to check. Nothing is marked where a part of the file could not be read: what
//! is missing may stand there.

use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use super::{detail_at, differences};
use crate::api::{ApiError, Detail, ExitKind};
use crate::exchange::{Options, Report};
use crate::node::clock;
use crate::node::member::Member;
use crate::registry::opportunity::Status;
use crate::registry::{Collection, Context, Fields, Value as FieldValue, prepare_change};
use crate::replica::{Act, Authority, ReplicaError, deeds_of_fields};
use crate::view::{List, Record, Sort};

/// The field that says since when a source no longer lists a record.
pub(super) const UNLISTED_ON: &str = "unlisted_on";

/// Records read at a time.
const PAGE: usize = 1_000;

/// Records named in the answer.
const MOST_NAMED: usize = 50;

impl Member {
    /// The source that a complete file is of, as the registry writes it.
    pub(super) fn source_of(
        &self,
        declared: &'static Collection,
        options: &Options,
    ) -> Result<String, ApiError> {
        let told = options.source.as_ref().or(options.mapping.source.as_ref());
        let Some(told) = told else {
            let text = "a complete import says of which source";
            return Err(ApiError::new(
                "complete_needs_source",
                ExitKind::Usage,
                text,
            ));
        };
        let field = declared.field("source");
        let marks = field.zip(declared.field(UNLISTED_ON));
        let Some((field, _)) = marks else {
            let text = format!("records of {} have no source", declared.name);
            return Err(
                ApiError::new("complete_without_source", ExitKind::Usage, text)
                    .with("collection", declared.name),
            );
        };
        let value = self
            .with_schema(declared, |schema| schema.parse(field, told))
            .map_err(|error| {
                let cause = Detail::new(error.code, error.args, error.message);
                ApiError::new("bad_default", ExitKind::Usage, "the source is not valid")
                    .with("field", "source")
                    .with_details(vec![cause])
            })?;
        match value {
            Some(FieldValue::Text(source)) => Ok(source),
            _ => Ok(told.clone()),
        }
    }

    /// Marks the records of a source that its complete file lacks, and says which.
    pub(super) fn mark_unlisted(
        &self,
        declared: &'static Collection,
        source: &str,
        report: &Report,
        is_dry: bool,
    ) -> Result<Value, ApiError> {
        let unread = report.nameless_rows;
        if unread > 0 || report.stopped.is_some() {
            return Ok(json!({ "source": source, "unread_rows": unread, "skipped": true }));
        }
        let (mut marks, already) = self.unlisted(declared, source, report)?;
        marks.sort_by_cached_key(|record| (self.reader.title(record), record.id));
        let mut named = Vec::new();
        let mut acts = Vec::new();
        let mut errors = Vec::new();
        let authority = self.authority();
        let permit = |record: &Record, after: &Fields| {
            let deeds = deeds_of_fields(declared.name, record.owner, Some(&record.fields), after);
            authority.permit(&self.structure, &deeds)
        };
        self.with_context(|context| {
            for record in marks {
                match marked(declared, &record, context) {
                    Ok(after) => {
                        if let Err(error) = permit(&record, &after) {
                            errors.push(Detail::from_coded(&ReplicaError::NotPermitted(error)));
                            continue;
                        }
                        if named.len() < MOST_NAMED {
                            let (id, title) = (record.id.to_string(), self.reader.title(&record));
                            named.push(json!({ "id": id, "title": title }));
                        }
                        acts.push(change(record.id, &record.fields, after));
                    }
                    Err(faults) => errors.extend(faults),
                }
            }
        });
        let count = acts.len();
        if !is_dry && !acts.is_empty() {
            self.write(|replica, author| Ok(replica.draft(author, acts)?))?;
        }
        Ok(json!({
            "source": source,
            "marked": count,
            "already": already,
            "records": named,
            "errors": errors,
        }))
    }

    /// Our records of a source that the file lacks and that are not marked yet; and how many are.
    fn unlisted(
        &self,
        declared: &Collection,
        source: &str,
        report: &Report,
    ) -> Result<(Vec<Record>, u64), ApiError> {
        let text = |record: &Record, name: &str| match record.fields.get(name) {
            Some(FieldValue::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let (mut found, mut already) = (Vec::new(), 0);
        let mut offset = 0;
        loop {
            let list = List {
                sort: Some(Sort::parse("created_on")),
                limit: Some(PAGE),
                offset,
                ..List::default()
            };
            let page = self.reader.list(declared.name, &list)?.records;
            let is_last = page.len() < PAGE;
            offset += page.len();
            for record in page {
                let reference = text(&record, "source").zip(text(&record, "source_id"));
                let Some(reference) = reference.filter(|(of, _)| of == source) else {
                    continue;
                };
                if record.owner != self.structure || report.references.contains(&reference) {
                    continue;
                }
                if record.fields.contains_key(UNLISTED_ON) {
                    already += 1;
                } else {
                    found.push(record);
                }
            }
            if is_last {
                return Ok((found, already));
            }
        }
    }
}

/// The fields of a record once it is marked.
fn marked(
    declared: &Collection,
    record: &Record,
    context: &Context<'_>,
) -> Result<Fields, Vec<Detail>> {
    let mut after = record.fields.clone();
    let today = clock::today().to_string();
    after.insert(UNLISTED_ON.to_owned(), FieldValue::Text(today));
    if declared.name == "opportunity"
        && let Some(Status::Draft | Status::Published | Status::UnderNegotiation) =
            Status::of(&record.fields)
    {
        let to_check = Status::ToCheck.code().to_owned();
        after.insert("status".to_owned(), FieldValue::Text(to_check));
    }
    prepare_change(declared, &record.fields, after, context)
        .map(|prepared| prepared.fields)
        .map_err(|errors| errors.iter().map(|error| detail_at(0, error)).collect())
}

fn change(id: RecordId, before: &Fields, after: Fields) -> Act {
    Act::Change {
        record: id,
        edits: differences(before, after),
        reason: 0,
    }
}
