//! Papers that people signed, beside the record that they are about: the minutes of a committee, the
//! report that it signed by hand, of an evaluation or a meeting.
//!
//! Each is a sealed part of its own ([`crate::registry::paper`]): signatures are not everybody's, and
//! a field of the record would make lapse what the committee ratified of it. That there is one, who
//! attached it, to which figures it belongs and who reads it is told to all members, without opening
//! anything. A paper is evidence; what ratifies is keys.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::StructureId;
use sync_protocol::seal::part::PartName;

use crate::api::{ApiError, ExitKind};
use crate::home::atomic::{self, Access};
use crate::indicators::HalfYear;
use crate::registry::collections::evaluation::EVALUATION;
use crate::registry::paper::{
    ACCEPTED, MAX_PAPER_BYTES, MAX_PAPERS, Paper, WITH_PAPERS, is_taken_back, of_part, part_name,
    taken_back,
};
use crate::registry::sealed::BadSealed;
use crate::registry::{Collection, find_collection};
use crate::sealing::{Part, Sealed, SealingError};
use crate::view::Record;

use super::access_log::Purpose;
use super::attachments::{existing_folder, free_path, read_bounded};
use super::errors::{of_file, read};
use super::evaluation::snapshots;
use super::member::{Member, lock};
use super::{Outcome, clock};

#[derive(Deserialize)]
struct Add {
    collection: String,
    id: String,
    paths: Vec<String>,
    /// Who reads them, besides the structure that attaches.
    #[serde(default)]
    share: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    collection: String,
    id: String,
    /// Numbers of papers, or their beginnings.
    #[serde(default)]
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Save {
    #[serde(flatten)]
    named: Named,
    /// Into which folder.
    folder: String,
}

/// A paper that was not taken back.
#[derive(Clone, Copy)]
struct Standing<'s> {
    number: &'s str,
    figures: Option<&'s str>,
    name: &'s PartName,
    part: &'s Part,
}

impl Member {
    /// `paper.add`: one sealed part a file.
    pub(super) fn add_papers(&self, input: Value) -> Outcome {
        let Add {
            collection,
            id,
            paths,
            share,
        } = read(input)?;
        let (_, record) = self.with_papers(&collection, &id)?;
        self.require_own_papers(&record)?;
        let figures = self.signed_figures(&record)?;
        let mut readers = self.find_readers(&share)?;
        readers.insert(self.structure);
        let held = standing(&self.sealed(&record.id)?).count();
        if held + paths.len() > MAX_PAPERS {
            let text = format!("a record has {MAX_PAPERS} signed papers at most");
            return Err(
                ApiError::new("papers_too_many", ExitKind::Usage, text).with("limit", MAX_PAPERS)
            );
        }
        // Every file is looked at before anything is kept.
        let scans = paths.iter().map(|path| scan(Path::new(path), &figures));
        let scans: Vec<Paper> = scans.collect::<Result<_, _>>()?;
        for scan in &scans {
            let name = part_name(clock::random()?, figures.as_deref());
            let sealed = self.sealed(&record.id)?;
            let seal = self.make_seal(&sealed, &name, &scan.encode(), &readers)?;
            self.write_sealed(Some(seal), |_, _| Ok(Vec::new()))?;
        }
        Ok(json!({
            "id": record.id.to_string(),
            "added": scans.iter().map(|it| json!({ "name": it.name })).collect::<Vec<_>>(),
            "figures": figures,
            "readers": self.shown_structures(&readers),
        }))
    }

    /// `paper.list`.
    pub(super) fn list_papers(&self, input: Value) -> Outcome {
        let Named { collection, id, .. } = read(input)?;
        let (_, record) = self.with_papers(&collection, &id)?;
        Ok(json!({ "id": record.id.to_string(), "papers": self.papers_of(&record)? }))
    }

    /// `paper.remove`: nobody reads it any more, and its file goes a month later
    /// ([`super::unnamed_blobs`]).
    pub(super) fn take_back_papers(&self, input: Value) -> Outcome {
        let Named {
            collection,
            id,
            names,
        } = read(input)?;
        let (_, record) = self.with_papers(&collection, &id)?;
        self.require_own_papers(&record)?;
        let _one_at_a_time = lock(&self.resealing);
        let sealed = self.sealed(&record.id)?;
        let chosen = chosen(&sealed, &names)?;
        for it in &chosen {
            let readers = BTreeSet::from([self.structure]);
            let seal = self.make_seal(&sealed, it.name, &taken_back(), &readers)?;
            self.write_sealed(Some(seal), |_, _| Ok(Vec::new()))?;
        }
        let numbers = chosen.iter().map(|it| json!({ "name": it.number }));
        Ok(json!({ "id": record.id.to_string(), "removed": numbers.collect::<Vec<_>>() }))
    }

    /// `paper.save`: into files, none of which is written over. That they were opened is noted first.
    pub(super) fn save_papers(&self, input: Value) -> Outcome {
        let Save {
            named:
                Named {
                    collection,
                    id,
                    names,
                },
            folder,
        } = read(input)?;
        let (_, record) = self.with_papers(&collection, &id)?;
        let folder = existing_folder(&folder)?;
        let sealed = self.sealed(&record.id)?;
        let chosen = if names.is_empty() {
            standing(&sealed).collect()
        } else {
            chosen(&sealed, &names)?
        };
        let mut papers = Vec::new();
        for it in &chosen {
            papers.extend(self.open_paper(&sealed, it.part)?);
        }
        if !papers.is_empty() {
            self.log_readings(Purpose::Show, &[record.id])?;
        }
        let mut saved = Vec::new();
        for paper in &papers {
            let path = free_path(folder, &paper.name);
            // A scan of signatures is read by whoever saved it.
            atomic::write(&path, &paper.file, Access::Owner)
                .map_err(|error| of_file(&path, &error))?;
            saved.push(path.display().to_string());
        }
        Ok(json!({ "id": record.id.to_string(), "saved": saved }))
    }

    /// The papers of a record, as every member is told of them.
    pub(super) fn papers_of(&self, record: &Record) -> Result<Vec<Value>, ApiError> {
        if !WITH_PAPERS.contains(&record.collection.as_str()) {
            return Ok(Vec::new());
        }
        let sealed = self.sealed(&record.id)?;
        let now = snapshots(record);
        let mut shown: Vec<(u64, Value)> = standing(&sealed)
            .filter_map(|it| {
                let (_, stated, _) = it.part.heads().next()?;
                let is_now = |figures: &str| {
                    let mut now = now.iter();
                    now.any(|it| it.blob.to_string().starts_with(figures))
                };
                let readers = it.part.readers();
                let by = self.structure_of(&stated.author);
                let told = json!({
                    "number": it.number,
                    "by": by.map(|it| self.name_of(&it)),
                    "at": clock::iso(stated.time),
                    "bytes": stated.seal.sealed.size,
                    "figures": it.figures,
                    "current": it.figures.map(is_now),
                    "readers": self.shown_structures(&readers),
                    "reader": readers.contains(&self.structure),
                    "held": self.blobs.holds(&stated.seal.sealed.blob),
                });
                Some((stated.time.0, told))
            })
            .collect();
        shown.sort_by_key(|(time, _)| *time);
        Ok(shown.into_iter().map(|(_, told)| told).collect())
    }

    /// The record that `grant` and `revoke` are about, where it is of those that take papers.
    pub(super) fn find_with_papers(
        &self,
        of: Option<&str>,
        id: &str,
    ) -> Result<Option<(&'static Collection, Record)>, ApiError> {
        if let Some(of) = of {
            let declared = find_collection(of)?;
            return match WITH_PAPERS.contains(&declared.name) {
                true => self.with_papers(of, id).map(Some),
                false => Ok(None),
            };
        }
        if HalfYear::read(id).is_ok() {
            return self.with_papers(EVALUATION.name, id).map(Some);
        }
        let Ok(found) = self.reader.resolve(id, None) else {
            return Ok(None);
        };
        let record = self.reader.get(&found)?;
        let record = record.filter(|it| WITH_PAPERS.contains(&it.collection.as_str()));
        let named = |it: Record| Ok((find_collection(&it.collection)?, it));
        record.map(named).transpose()
    }

    /// Lets further structures read the papers of a record.
    pub(super) fn grant_papers(
        &self,
        declared: &Collection,
        record: &Record,
        structures: &[String],
    ) -> Outcome {
        let readers = self.find_readers(structures)?;
        let sealed = self.sealed(&record.id)?;
        require_papers(&sealed)?;
        for it in standing(&sealed) {
            self.grant_part(&sealed, it.part, &readers)?;
        }
        self.told_readers(declared, record)
    }

    /// Seals the papers of a record anew, without a structure. It keeps what it read.
    pub(super) fn revoke_papers(
        &self,
        declared: &Collection,
        record: &Record,
        structure: StructureId,
    ) -> Outcome {
        let _one_at_a_time = lock(&self.resealing);
        let sealed = self.sealed(&record.id)?;
        let read_by = |it: &Standing<'_>| {
            it.part.readers().contains(&structure)
                || it.part.state.next_readers.contains(&structure)
        };
        let mut without = 0;
        for it in standing(&sealed).filter(read_by) {
            let mut readers = it.part.state.next_readers.clone();
            readers.remove(&structure);
            readers.insert(self.charter().heir_of(record.owner));
            let papers = self.open_paper(&sealed, it.part)?;
            self.log_readings(Purpose::Edit, &[record.id])?;
            for paper in papers.iter().take(1) {
                let seal = self.make_seal(&sealed, it.name, &paper.encode(), &readers)?;
                self.write_sealed(Some(seal), |_, _| Ok(Vec::new()))?;
                without += 1;
            }
        }
        if without == 0 {
            return Err(self.no_reader_to_remove(&structure));
        }
        self.told_readers(declared, record)
    }

    /// Who reads every paper of a record, once that changed.
    fn told_readers(&self, declared: &Collection, record: &Record) -> Outcome {
        let sealed = self.sealed(&record.id)?;
        let mut all = standing(&sealed).map(|it| it.part.readers());
        let first = all.next().unwrap_or_default();
        let readers = all.fold(first, |common, next| &common & &next);
        Ok(json!({
            "id": record.id.to_string(),
            "collection": declared.name,
            "readers": self.shown_structures(&readers),
        }))
    }

    /// What each seal of a paper that stands holds: one, unless two nodes of its owner sealed it
    /// anew at once.
    fn open_paper(&self, sealed: &Sealed, part: &Part) -> Result<Vec<Paper>, ApiError> {
        let opened = self.open_part(sealed, part);
        let opened = opened.map_err(|error| self.of_sealing(error, part))?;
        let opened = opened.iter().map(|it| {
            Paper::decode(&it.text).map_err(|error| {
                let error = match error {
                    BadSealed::Malformed => SealingError::Unreadable,
                    BadSealed::Newer(_) => SealingError::Newer,
                };
                self.of_sealing(error, part)
            })
        });
        opened.collect()
    }

    fn with_papers(
        &self,
        collection: &str,
        id: &str,
    ) -> Result<(&'static Collection, Record), ApiError> {
        let declared = find_collection(collection)?;
        if !WITH_PAPERS.contains(&declared.name) {
            let text = format!("records of {} take no signed papers", declared.name);
            return Err(ApiError::new("no_papers_there", ExitKind::Usage, text)
                .with("collection", declared.name));
        }
        let record = match declared.name == EVALUATION.name {
            true => self.find_evaluation(id)?,
            false => self.find_record(declared, id)?,
        };
        Ok((declared, record))
    }

    /// Parts of a record are begun by whoever owns it.
    fn require_own_papers(&self, record: &Record) -> Result<(), ApiError> {
        if self.owns(record) {
            return Ok(());
        }
        let name = self.name_of(&self.charter().heir_of(record.owner));
        let text = format!("{name} made this record, and attaches its papers");
        Err(ApiError::new("papers_by_owner", ExitKind::Refused, text).with("name", name))
    }

    /// The figures that a paper is about: those that stand frozen, of an evaluation.
    fn signed_figures(&self, record: &Record) -> Result<Option<String>, ApiError> {
        if record.collection != EVALUATION.name {
            return Ok(None);
        }
        let frozen = snapshots(record);
        self.check_ratifiable(record, &frozen)?;
        Ok(frozen.first().map(|it| it.blob.to_string()))
    }
}

/// The papers of a record that were not taken back.
fn standing(sealed: &Sealed) -> impl Iterator<Item = Standing<'_>> {
    sealed.named_parts().filter_map(|(name, part)| {
        let (number, figures) = of_part(name)?;
        let mut heads = part.heads();
        let holds = heads.any(|(_, stated, _)| !is_taken_back(stated.seal.sealed.size));
        holds.then_some(Standing {
            number,
            figures,
            name,
            part,
        })
    })
}

fn require_papers(sealed: &Sealed) -> Result<(), ApiError> {
    if standing(sealed).next().is_some() {
        return Ok(());
    }
    let text = "no signed paper is attached to this record";
    Err(ApiError::new("no_papers", ExitKind::Usage, text))
}

/// Those that people name, by a number or its beginning.
fn chosen<'s>(sealed: &'s Sealed, names: &[String]) -> Result<Vec<Standing<'s>>, ApiError> {
    require_papers(sealed)?;
    let mut all: Vec<Standing<'s>> = Vec::new();
    for name in names {
        let name = name.trim().to_lowercase();
        let begins = |it: &Standing<'_>| !name.is_empty() && it.number.starts_with(&name);
        let found: Vec<Standing<'s>> = standing(sealed).filter(begins).collect();
        let [one] = found.as_slice() else {
            let numbers: Vec<&str> = standing(sealed).map(|it| it.number).collect();
            let text = format!("the record has no one paper {name}");
            return Err(ApiError::new("unknown_paper", ExitKind::NotFound, text)
                .with("name", name)
                .with("numbers", numbers.join(", ")));
        };
        if !all.iter().any(|it| it.name == one.name) {
            all.push(*one);
        }
    }
    Ok(all)
}

fn scan(path: &Path, figures: &Option<String>) -> Result<Paper, ApiError> {
    let file = read_bounded(path, MAX_PAPER_BYTES)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Paper::of(&name, figures.clone(), file).ok_or_else(|| {
        let text = format!("{} is no scan of a paper", path.display());
        ApiError::new("paper_kind", ExitKind::Usage, text)
            .with("path", path.display())
            .with("accepted", ACCEPTED)
    })
}
