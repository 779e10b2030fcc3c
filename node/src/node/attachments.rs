//! Photographs and documents of opportunities: attached, listed, saved, detached.
//!
//! The node reads and writes the files itself, since it may run elsewhere than the command. A file
//! becomes a blob, durable here before the entry that names it is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{ApiError, ExitKind};
use crate::home::atomic::{self, Access};
use crate::registry::attachment::{
    ACCEPTED, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, media_type, tidy,
};
use crate::registry::field::Rule;
use crate::registry::{Attachment, Collection, Value as FieldValue, find_collection};
use crate::replica::Edits;
use crate::view::Record;

use super::Outcome;
use super::errors::{of_file, read};
use super::member::Member;

#[derive(Deserialize)]
struct Attach {
    collection: String,
    id: String,
    paths: Vec<String>,
}

#[derive(Deserialize)]
struct Listed {
    collection: String,
    id: String,
}

#[derive(Deserialize)]
struct Detach {
    collection: String,
    id: String,
    /// Names of files, or beginnings of hashes.
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Save {
    collection: String,
    id: String,
    /// Those to save; all without any.
    #[serde(default)]
    names: Vec<String>,
    /// Into which folder.
    folder: String,
}

impl Member {
    /// `attachment.add`.
    pub(super) fn attach(&self, input: Value) -> Outcome {
        let Attach {
            collection,
            id,
            paths,
        } = read(input)?;
        let (declared, field) = with_attachments(&collection)?;
        let record = self.find_record(declared, &id)?;
        let held = attachments_of(&record, field);
        if held.len() + paths.len() > MAX_ATTACHMENTS {
            let text = format!("a record has {MAX_ATTACHMENTS} attachments at most");
            return Err(ApiError::new("attachments_too_many", ExitKind::Usage, text)
                .with("limit", MAX_ATTACHMENTS));
        }
        // Every file is looked at before anything is kept.
        let files = paths.iter().map(|path| read_file(Path::new(path)));
        let files: Vec<(Attachment, Vec<u8>)> = files.collect::<Result<_, _>>()?;
        for (attachment, _) in &files {
            self.require_not_erased(&record.id, attachment)?;
        }
        let mut added = BTreeSet::new();
        let mut shown = Vec::new();
        for (attachment, bytes) in files {
            self.keep_own_blob(&bytes)?;
            shown.push(self.shown(&attachment));
            added.insert(attachment.to_string());
        }
        let edits = Edits {
            add: [(field.to_owned(), added)].into(),
            ..Edits::default()
        };
        let changed = self.change(record.id, edits)?;
        Ok(json!({ "id": record.id.to_string(), "added": shown, "changed": changed }))
    }

    /// `attachment.list`.
    pub(super) fn list_attachments(&self, input: Value) -> Outcome {
        let Listed { collection, id } = read(input)?;
        let (declared, field) = with_attachments(&collection)?;
        let record = self.find_record(declared, &id)?;
        let attachments = self.attachments_left(&record, field);
        let rows: Vec<Value> = attachments.iter().map(|it| self.shown(it)).collect();
        Ok(json!({ "id": record.id.to_string(), "attachments": rows }))
    }

    /// `attachment.remove`: the record names it no more. Where nothing else does, the file goes a
    /// month later ([`super::unnamed_blobs`]).
    pub(super) fn detach(&self, input: Value) -> Outcome {
        let Detach {
            collection,
            id,
            names,
        } = read(input)?;
        let (declared, field) = with_attachments(&collection)?;
        let record = self.find_record(declared, &id)?;
        let chosen = choose(&attachments_of(&record, field), &names)?;
        let members = chosen.iter().map(ToString::to_string).collect();
        let edits = Edits {
            remove: [(field.to_owned(), members)].into(),
            ..Edits::default()
        };
        let changed = self.change(record.id, edits)?;
        let removed: Vec<Value> = chosen.iter().map(|it| self.shown(it)).collect();
        Ok(json!({ "id": record.id.to_string(), "removed": removed, "changed": changed }))
    }

    /// `attachment.save`: into files, none of which is written over.
    pub(super) fn save_attachments(&self, input: Value) -> Outcome {
        let Save {
            collection,
            id,
            names,
            folder,
        } = read(input)?;
        let (declared, field) = with_attachments(&collection)?;
        let record = self.find_record(declared, &id)?;
        let all = self.attachments_left(&record, field);
        let chosen = if names.is_empty() {
            all
        } else {
            choose(&all, &names)?
        };
        let folder = existing_folder(&folder)?;
        let mut saved = Vec::new();
        for attachment in &chosen {
            let bytes = self.blobs.read(&attachment.blob)?;
            let path = free_path(folder, &attachment.name);
            atomic::write(&path, &bytes, Access::Default)
                .map_err(|error| of_file(&path, &error))?;
            saved.push(path.display().to_string());
        }
        Ok(json!({ "id": record.id.to_string(), "saved": saved }))
    }

    fn shown(&self, attachment: &Attachment) -> Value {
        json!({
            "name": attachment.name,
            "media_type": attachment.media,
            "bytes": attachment.size,
            "blob": attachment.blob.to_string(),
            "held": self.blobs.holds(&attachment.blob),
        })
    }
}

/// The collection, and its field that names files.
pub(super) fn with_attachments(
    name: &str,
) -> Result<(&'static Collection, &'static str), ApiError> {
    let declared = find_collection(name)?;
    let mut fields = declared.fields.iter();
    let field = fields.find(|field| field.rule == Some(Rule::ByAttachment));
    let field = field.ok_or_else(|| {
        let text = format!("records of {name} have no attachments");
        ApiError::new("no_attachments_there", ExitKind::Usage, text)
            .with("collection", declared.name)
    })?;
    Ok((declared, field.name))
}

/// What a record names, by name; what another version wrote otherwise is left out.
pub(super) fn attachments_of(record: &Record, field: &str) -> Vec<Attachment> {
    let Some(FieldValue::Set(named)) = record.fields.get(field) else {
        return Vec::new();
    };
    let mut attachments: Vec<Attachment> = named.iter().filter_map(|it| it.parse().ok()).collect();
    attachments.sort_by(|one, next| (&one.name, one.blob).cmp(&(&next.name, next.blob)));
    attachments
}

/// Those that people name, by the file's name or the beginning of its hash.
fn choose(all: &[Attachment], names: &[String]) -> Result<Vec<Attachment>, ApiError> {
    let mut chosen: Vec<Attachment> = Vec::new();
    for name in names {
        chosen.push(choose_one(all, name)?);
    }
    chosen.dedup();
    Ok(chosen)
}

/// The one that people name so.
pub(super) fn choose_one(all: &[Attachment], name: &str) -> Result<Attachment, ApiError> {
    let by_name = |it: &&Attachment| it.name == name;
    let by_hash = |it: &&Attachment| name.len() >= 6 && it.blob.to_string().starts_with(name);
    let mut found: Vec<&Attachment> = all.iter().filter(by_name).collect();
    if found.is_empty() {
        found = all.iter().filter(by_hash).collect();
    }
    match found.as_slice() {
        [] => {
            let text = format!("the record has no attachment {name}");
            Err(ApiError::new("unknown_attachment", ExitKind::NotFound, text).with("name", name))
        }
        [one] => Ok((*one).clone()),
        several => {
            let hashes: Vec<String> = several.iter().map(|it| it.blob.short()).collect();
            let text = format!("several attachments are called {name}");
            Err(
                ApiError::new("ambiguous_attachment", ExitKind::NeedsDecision, text)
                    .with("name", name)
                    .with("candidates", hashes.join(", ")),
            )
        }
    }
}

fn read_file(path: &Path) -> Result<(Attachment, Vec<u8>), ApiError> {
    let bytes = read_bounded(path, MAX_ATTACHMENT_BYTES)?;
    let media = media_type(&bytes).ok_or_else(|| {
        let text = format!("{} is of no kind that is attached", path.display());
        ApiError::new("attachment_kind", ExitKind::Usage, text)
            .with("path", path.display())
            .with("accepted", ACCEPTED)
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let attachment = Attachment {
        blob: crate::blobs::hash_of(&bytes),
        size: bytes.len() as u64,
        media: media.to_owned(),
        name: tidy(&name),
    };
    Ok((attachment, bytes))
}

/// The bytes of a file that is to be attached, of `limit` at most.
pub(super) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ApiError> {
    let failed = |error: std::io::Error| of_file(path, &error);
    let facts = std::fs::metadata(path).map_err(failed)?;
    if facts.is_dir() {
        return Err(of_file(path, &std::io::ErrorKind::IsADirectory.into()));
    }
    let too_large = |actual: u64| {
        let text = format!("{} has {actual} bytes", path.display());
        let mega = |bytes: u64| crate::blobs::megabytes(bytes);
        ApiError::new("attachment_too_large", ExitKind::Usage, text)
            .with("path", path.display())
            .with("actual", mega(actual))
            .with("limit", mega(limit))
    };
    if facts.len() > limit {
        return Err(too_large(facts.len()));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let size = bytes.len() as u64;
    if size > limit {
        return Err(too_large(size));
    }
    Ok(bytes)
}

/// The folder that files are saved into.
pub(super) fn existing_folder(folder: &str) -> Result<&Path, ApiError> {
    let folder = Path::new(folder);
    if folder.is_dir() {
        return Ok(folder);
    }
    let text = format!("there is no folder {}", folder.display());
    Err(ApiError::new("folder_not_found", ExitKind::NotFound, text).with("path", folder.display()))
}

/// A name in the folder that no file has: `bail.pdf`, `bail (2).pdf`, …
pub(super) fn free_path(folder: &Path, name: &str) -> PathBuf {
    let plain = folder.join(name);
    if !plain.exists() {
        return plain;
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name, String::new()),
    };
    let mut numbered = (2u32..).map(|number| folder.join(format!("{stem} ({number}){ending}")));
    let free = numbered.find(|path| !path.exists());
    free.expect("a folder does not hold four billion files of one name")
}
