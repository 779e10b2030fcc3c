//! Files brought in: rows become records, or change those they name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::path::Path;

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sync_protocol::id::{RecordId, Salt};
use sync_protocol::seal::erase::state::Fate;

use crate::api::{ApiError, Detail, ExitKind};
use crate::exchange::{
    CellError, FileError, ImportedRow, Options, RowError, Schema, begins_with, import, uuid_of,
};
use crate::language::Language;
use crate::registry::labels::field_label;
use crate::registry::{
    Collection, Context, Field, FieldError, FieldKind, Fields, Value as FieldValue,
    find_collection, parse_value, prepare_change, prepare_new,
};
use crate::replica::{Act, Authority, Edits, ReplicaError, deeds_of_fields};
use crate::view::{List, Record};

use super::errors::{of_file, read};
use super::mappings::MappingOrName;
use super::member::Member;
use super::{Outcome, Progress};
use unlisted::UNLISTED_ON;

mod past;
mod unlisted;

/// Rows written in one commit: enough to make the sync cheap, few enough to show progress.
const ROWS_A_COMMIT: usize = 500;
/// Rows that a dry run shows.
const PREVIEW_ROWS: usize = 3;
/// Errors that an answer carries.
const MOST_ERRORS: usize = 1_000;

#[derive(Deserialize)]
struct Input {
    collection: String,
    name: String,
    content_base64: Option<String>,
    path: Option<String>,
    mapping: Option<MappingOrName>,
    source: Option<String>,
    /// Whether the file lists all that its source has.
    #[serde(default)]
    complete: bool,
    /// Whether the rows are referrals of which our structure tells the past.
    #[serde(default)]
    history: bool,
    #[serde(default)]
    dry_run: bool,
}

/// Exports round coordinates to six decimals, ten centimetres.
const ROUNDING_DEGREES: f64 = 0.000_000_6;

/// What becomes of good rows.
#[derive(Default)]
struct Tally {
    created: u64,
    updated: u64,
    unchanged: u64,
    errors: Vec<Detail>,
    error_count: u64,
}

impl Member {
    /// `import`.
    pub(super) fn import(&self, input: Value, progress: Progress<'_>) -> Outcome {
        let mut input: Input = read(input)?;
        let declared = find_collection(&input.collection)?;
        if input.history {
            past::require_referrals(declared, input.complete)?;
        }
        let content: Box<dyn Read> = match (&input.content_base64, &input.path) {
            (Some(text), _) => {
                let bytes = BASE64.decode(text.as_bytes()).map_err(|error| {
                    let text = format!("content_base64 is not base64: {error}");
                    ApiError::new("bad_input", ExitKind::Usage, text).with("reason", error)
                })?;
                Box::new(Cursor::new(bytes))
            }
            (None, Some(path)) => {
                let path = Path::new(path);
                Box::new(File::open(path).map_err(|error| of_file(path, &error))?)
            }
            (None, None) => {
                let text = "either content_base64 or path is needed";
                return Err(ApiError::new("missing_argument", ExitKind::Usage, text)
                    .with("argument", "content_base64"));
            }
        };
        let options = Options {
            mapping: self.mapping_of(input.mapping.take())?,
            source: input.source.clone(),
            ..Options::default()
        };
        let source = input
            .complete
            .then(|| self.source_of(declared, &options))
            .transpose()?;
        let mut tally = Tally::default();
        let mut preview = Vec::new();
        let mut waiting: Vec<ImportedRow> = Vec::new();
        let mut failed: Option<ApiError> = None;
        let mut done = 0u64;
        let report = self.with_schema_and_context(declared, |schema, context| {
            let mut sink = |row: ImportedRow| {
                done += 1;
                if input.dry_run && preview.len() < PREVIEW_ROWS {
                    preview.push(preview_of(declared, &row));
                }
                waiting.push(row);
                if waiting.len() < ROWS_A_COMMIT {
                    return ControlFlow::Continue(());
                }
                let rows = std::mem::take(&mut waiting);
                let taken = self.take(declared, rows, context, &input, &mut tally);
                progress(json!({ "step": "storing", "done": done }));
                match taken {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                }
            };
            let report =
                import(content, &input.name, schema, &options, &mut sink).map_err(of_table)?;
            if failed.is_none() {
                let rows = std::mem::take(&mut waiting);
                self.take(declared, rows, context, &input, &mut tally)?;
            }
            Ok::<_, ApiError>(report)
        })?;
        if let Some(error) = failed {
            return Err(error
                .with("created", tally.created)
                .with("updated", tally.updated));
        }
        let unlisted = match &source {
            Some(source) => Some(self.mark_unlisted(declared, source, &report, input.dry_run)?),
            None => None,
        };
        let mut errors: Vec<Detail> = report.errors.iter().map(detail_of_row).collect();
        // People look for a column by what stands above it.
        let header_of = |field: &str| {
            let mut columns = report.columns.iter();
            let column = columns.find(|it| it.field.as_deref() == Some(field))?;
            Some(column.header.clone())
        };
        errors.extend(tally.errors.into_iter().map(|error| {
            let header = error.column.as_deref().and_then(header_of);
            Detail {
                column: header.or(error.column),
                ..error
            }
        }));
        errors.sort_by_key(|error| error.line);
        errors.truncate(MOST_ERRORS);
        let mut mapping: BTreeMap<&str, Option<String>> = BTreeMap::new();
        for column in &report.columns {
            // A member of a published form may feed several fields.
            match (mapping.entry(&column.header).or_default(), &column.field) {
                (Some(fields), Some(field)) => {
                    fields.push_str(", ");
                    fields.push_str(field);
                }
                (none, field) => none.clone_from(field),
            }
        }
        let notices: Vec<Detail> = report
            .notices
            .iter()
            .map(|notice| {
                let message = notice.code().replace('_', " ");
                Detail::new(notice.code(), notice.args(), message)
            })
            .collect();
        Ok(json!({
            "detected": report.detected,
            "mapping": mapping,
            "notices": notices,
            "created": tally.created,
            "updated": tally.updated,
            "unchanged": tally.unchanged,
            "error_count": report.error_count + tally.error_count,
            "errors": errors,
            "stopped": report.stopped.as_ref().map(Detail::from_coded),
            "unlisted": unlisted,
            "preview": input.dry_run.then_some(preview),
            "dry_run": input.dry_run,
        }))
    }

    /// Takes some rows in, each as what the file brings.
    fn take(
        &self,
        declared: &'static Collection,
        rows: Vec<ImportedRow>,
        context: &Context<'_>,
        input: &Input,
        tally: &mut Tally,
    ) -> Result<(), ApiError> {
        if input.history {
            self.take_pasts(declared, rows, context, input.dry_run, tally)
        } else {
            self.take_rows(declared, rows, context, input.dry_run, tally)
        }
    }

    /// Checks rows against what is there and writes them in one commit.
    fn take_rows(
        &self,
        declared: &'static Collection,
        rows: Vec<ImportedRow>,
        context: &Context<'_>,
        dry_run: bool,
        tally: &mut Tally,
    ) -> Result<(), ApiError> {
        let mut acts = Vec::with_capacity(rows.len());
        let mut new = std::collections::BTreeSet::new();
        let authority = self.authority();
        for mut row in rows {
            let line = row.line;
            let Identity { id, salt, is_named } = self.identity_of(declared, &row);
            let existing = self.reader.get(&id)?;
            if let Some(record) = &existing {
                known_better(&mut row, record, is_named);
            }
            if existing.is_none() && self.reader.fate(&id)? > Fate::Kept {
                // Erased for ever: an old list does not bring it back.
                tally.error_count += 1;
                let erased = Detail::from_coded(&ReplicaError::RecordErased { record: id });
                tally.errors.push(Detail {
                    line: Some(line),
                    ..erased
                });
                continue;
            }
            let owner = existing.as_ref().map_or(self.structure, |it| it.owner);
            let before = existing.as_ref().map(|record| &record.fields);
            let permit = |after: &Fields| {
                let deeds = deeds_of_fields(declared.name, owner, before, after);
                let permitted = authority.permit(&self.structure, &deeds);
                permitted.map_err(|error| {
                    vec![Detail {
                        line: Some(line),
                        ..Detail::from_coded(&ReplicaError::NotPermitted(error))
                    }]
                })
            };
            let faults = |errors: Vec<FieldError>| {
                errors
                    .iter()
                    .map(|error| detail_at(line, error))
                    .collect::<Vec<_>>()
            };
            let checked = match &existing {
                None if new.contains(&id) => {
                    // The same row twice in one file: the second says nothing new.
                    tally.unchanged += 1;
                    continue;
                }
                None => prepare_new(declared, row.fields, context)
                    .map_err(faults)
                    .and_then(|prepared| {
                        permit(&prepared.fields)?;
                        new.insert(id);
                        tally.created += 1;
                        let collection = declared.name.to_owned();
                        Ok(Some(Act::Create {
                            collection,
                            salt,
                            fields: prepared.fields,
                        }))
                    }),
                Some(record) => {
                    // An empty cell leaves what the network knows: offices' files are rarely whole.
                    let mut after = record.fields.clone();
                    if row.reference.is_some() && !is_named {
                        // Its source lists it, again or still.
                        after.remove(UNLISTED_ON);
                    }
                    after.extend(row.fields);
                    prepare_change(declared, &record.fields, after, context)
                        .map_err(faults)
                        .and_then(|prepared| {
                            if prepared.fields == record.fields {
                                tally.unchanged += 1;
                                return Ok(None);
                            }
                            permit(&prepared.fields)?;
                            tally.updated += 1;
                            Ok(Some(Act::Change {
                                record: id,
                                edits: differences(&record.fields, prepared.fields),
                                reason: 0,
                            }))
                        })
                }
            };
            match checked {
                Ok(act) => acts.extend(act),
                Err(errors) => {
                    tally.error_count += errors.len() as u64;
                    tally.errors.extend(errors);
                }
            }
        }
        if !dry_run && !acts.is_empty() {
            self.write(|replica, author| Ok(replica.draft(author, acts)?))?;
        }
        Ok(())
    }

    /// Which record a row is about: the one its `id` names, the one of its reference, or one that
    /// its content names, so that importing a file twice changes nothing.
    fn identity_of(&self, declared: &Collection, row: &ImportedRow) -> Identity {
        let salt = match &row.reference {
            Some((source, source_id)) => Salt::imported(source, source_id),
            None => Salt::imported("content", &content_hash(&row.fields)),
        };
        let derived = RecordId::derive(&self.network, &self.structure, declared.name, &salt);
        let known = row
            .id
            .as_deref()
            .and_then(|id| self.known(declared.name, id));
        Identity {
            id: known.unwrap_or(derived),
            salt,
            is_named: known.is_some(),
        }
    }

    /// The record of this identity, or of this UUID, if there is one.
    fn known(&self, collection: &str, id: &str) -> Option<RecordId> {
        let named = match (id.parse::<RecordId>(), begins_with(id)) {
            (Ok(id), _) => id,
            (Err(_), Some(prefix)) => {
                let found = self.reader.resolve(&prefix, Some(collection)).ok()?;
                (uuid_of(&found.to_string()) == id.to_ascii_lowercase()).then_some(found)?
            }
            (Err(_), None) => return None,
        };
        let record = self.reader.get(&named).ok()??;
        (record.collection == collection).then_some(named)
    }

    /// The record that a published form refers to: `producer--identity`, a UUID, or the reference
    /// under which its source listed it.
    fn referred_to(&self, collection: &str, text: &str) -> Option<RecordId> {
        let (source, own) = match text.split_once("--") {
            Some((source, own)) => (Some(source), own),
            None if begins_with(text).is_some() => (None, text),
            None => return None,
        };
        if let Some(id) = self.known(collection, own) {
            return Some(id);
        }
        let source = source.map(|source| format!("source={source}"));
        let list = List {
            conditions: source
                .into_iter()
                .chain([format!("source_id={own}")])
                .collect(),
            limit: Some(2),
            ..List::default()
        };
        let page = self.reader.list(collection, &list).ok()?;
        match page.records.as_slice() {
            [only] => Some(only.id),
            _ => None,
        }
    }

    pub(super) fn with_schema<T>(
        &self,
        declared: &'static Collection,
        work: impl FnOnce(&Schema<'_>) -> T,
    ) -> T {
        self.with_schema_and_context(declared, |schema, _| work(schema))
    }

    /// A collection as imports see it.
    fn with_schema_and_context<T>(
        &self,
        declared: &'static Collection,
        work: impl FnOnce(&Schema<'_>, &Context<'_>) -> T,
    ) -> T {
        let labels = |field: &'static Field| {
            Language::ALL
                .map(|language| field_label(language, field).to_owned())
                .to_vec()
        };
        let required: Vec<&str> = declared
            .fields
            .iter()
            .filter(|it| it.required && it.default.is_none() && !it.is_sealed())
            .map(|it| it.name)
            .collect();
        self.with_context(|context| {
            let parse = |field: &'static Field, text: &str| {
                if let FieldKind::Ref(collection) = field.kind
                    && let Some(id) = self.referred_to(collection, text.trim())
                {
                    return Ok(Some(FieldValue::Text(id.to_string())));
                }
                match parse_value(field, text, context) {
                    Ok(value) => Ok(Some(value)),
                    Err(error) if error.code() == "empty" => Ok(None),
                    Err(error) => Err(CellError {
                        code: error.code(),
                        args: error.args(),
                        message: error.to_string(),
                    }),
                }
            };
            let schema = Schema::new(declared, &labels, &parse, &required);
            work(&schema, context)
        })
    }
}

/// Which record a row is about.
struct Identity {
    id: RecordId,
    salt: Salt,
    /// Whether the row itself names a record that is here.
    is_named: bool,
}

/// Takes out of a row what the record it is about knows better: what was guessed, what only tells
/// of a foreign source, and a point that is the record's own but for rounding.
fn known_better(row: &mut ImportedRow, record: &Record, is_named: bool) {
    let unfit = row.only_new.iter();
    let foreign = row.only_foreign.iter().filter(|_| is_named);
    for name in unfit.chain(foreign) {
        row.fields.remove(*name);
    }
    for name in ["latitude", "longitude"] {
        if let (Some(FieldValue::Decimal(told)), Some(FieldValue::Decimal(known))) =
            (row.fields.get(name), record.fields.get(name))
            && (told - known).abs() <= ROUNDING_DEGREES
        {
            row.fields.remove(name);
        }
    }
}

/// What a row looks like once it is a record.
fn preview_of(declared: &'static Collection, row: &ImportedRow) -> Value {
    let mut shown = crate::registry::record_to_json(declared, &row.fields);
    shown.insert("_line".into(), json!(row.line));
    Value::Object(shown)
}

/// The edits that turn one state of a record into another.
fn differences(before: &Fields, after: Fields) -> Edits {
    let gone: Vec<String> = before
        .keys()
        .filter(|name| !after.contains_key(*name))
        .cloned()
        .collect();
    let changed = after
        .into_iter()
        .filter(|(name, value)| before.get(name) != Some(value));
    let mut edits = Edits::set(changed.collect());
    edits.set.extend(gone.into_iter().map(|name| (name, None)));
    edits
}

fn content_hash(fields: &Fields) -> String {
    let mut hasher = Sha256::new();
    for (name, value) in fields {
        hasher.update(name.as_bytes());
        hasher.update([0]);
        hasher.update(format!("{value:?}").as_bytes());
        hasher.update([0]);
    }
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}

fn detail_of_row(error: &RowError) -> Detail {
    Detail {
        line: Some(error.line),
        column: error
            .header
            .clone()
            .or_else(|| error.column.map(|number| number.to_string())),
        ..Detail::new(error.code, error.args.clone(), error.message.clone())
    }
}

/// An error of a whole file, with the fault of the cell behind it if there is one.
pub(super) fn of_table(error: FileError) -> ApiError {
    let cause = error.cause().map(|cause| Detail {
        line: match error {
            FileError::UnreadableHeader { line, .. } => Some(line),
            _ => None,
        },
        ..Detail::new(cause.code, cause.args, cause.message)
    });
    ApiError::from(error).with_details(cause.into_iter().collect())
}

fn detail_at(line: u64, error: &FieldError) -> Detail {
    Detail {
        line: Some(line),
        column: Some(error.field.clone()),
        ..super::errors::detail_of(error)
    }
}
