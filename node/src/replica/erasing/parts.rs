//! What is erased of a record that stays: sealed parts, and blobs that are not sealed.
//!
//! What follows is the pure function of [`sync_protocol::seal::erase::state`]; here are the entries that
//! it takes, found by the record they are about. Entries that an erasure names are taken at its word
//! only as far as what is here does not contradict it: seals are of many journals, one of which may
//! be forked later by an author who would have the erasure undone.

use std::collections::{BTreeMap, BTreeSet};

use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{BlobHash, RecordId, StructureId};
use sync_protocol::seal::body::{Grant, Seal};
use sync_protocol::seal::erase::state::{EraseFact, EraseLog, Fate};
use sync_protocol::seal::erase::{Erase, EraseTarget};
use sync_protocol::seal::part::PartName;

use super::{ErasureJudge, record_made_by};
use crate::replica::error::ReplicaError;
use crate::view::{Effect, Erasure, View};

/// What is erased of records that stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PartlyErased {
    logs: BTreeMap<RecordId, EraseLog>,
    /// The entries that created these records.
    creations: BTreeMap<Place, RecordId>,
}

/// A seal or grant whose body is here, of a part that is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loose {
    pub(crate) record: RecordId,
    pub(crate) part: PartName,
    pub(crate) at: Place,
    /// Of a seal.
    pub(crate) blob: Option<BlobHash>,
}

impl PartlyErased {
    /// What erasures come to that were judged so.
    pub(super) fn of(
        view: &View,
        judge: &dyn ErasureJudge,
        judged: &[(Erasure, Effect)],
    ) -> Result<Self, ReplicaError> {
        let counts =
            |standing: &Effect| matches!(standing, Effect::Hides | Effect::Deletes | Effect::Own);
        let counting = judged.iter().filter(|(_, standing)| counts(standing));
        let in_part = counting
            .clone()
            .filter(|(erasure, _)| erasure.erase.target != EraseTarget::Record);
        let mut partly = Self::default();
        for (erasure, _) in in_part {
            let record = erasure.erase.record;
            partly.creations.insert(erasure.subject, record);
            if partly.logs.insert(record, EraseLog::default()).is_none() {
                let all = view.creations(&record)?.into_iter();
                partly.creations.extend(all.map(|it| (it, record)));
            }
        }
        for (erasure, standing) in counting {
            let Some(log) = partly.logs.get_mut(&erasure.erase.record) else {
                continue;
            };
            let Some(structure) = judge.structure_of(&erasure.author) else {
                continue;
            };
            let fact = EraseFact {
                structure,
                as_owner: *standing != Effect::Own,
                agreed: *standing == Effect::Deletes,
                erase: erasure.erase.clone(),
            };
            log.observe(erasure.id, fact);
        }
        Ok(partly)
    }

    /// Whether nothing is erased so.
    pub(crate) fn is_empty(&self) -> bool {
        self.logs.is_empty()
    }

    /// Whether something of a record is.
    pub(crate) fn has(&self, record: &RecordId) -> bool {
        self.logs.contains_key(record)
    }

    /// The record that an entry created, if something of it is erased.
    pub(crate) fn record_of(&self, creation: &Place) -> Option<&RecordId> {
        self.creations.get(creation)
    }

    /// What becomes of a part at the nodes of a structure.
    pub(crate) fn part(&self, record: &RecordId, part: &PartName, structure: &StructureId) -> Fate {
        let log = self.logs.get(record);
        log.map_or(Fate::Kept, |log| log.part(part, structure))
    }

    /// What becomes of a blob that is not sealed, as far as this record names it.
    pub(crate) fn blob(&self, record: &RecordId, blob: BlobHash) -> Fate {
        let log = self.logs.get(record);
        log.map_or(Fate::Kept, |log| log.blob(blob))
    }

    /// The blobs that records name no more, for ever.
    pub(crate) fn deleted_blobs(&self) -> BTreeSet<BlobHash> {
        let all = self.logs.values().flat_map(|log| {
            let targets = log.targets().into_iter();
            targets.filter_map(|target| match target {
                EraseTarget::Blob(blob) if log.blob(*blob) == Fate::Deleted => Some(*blob),
                _ => None,
            })
        });
        all.collect()
    }

    /// The seals and grants of erased parts that the read model holds.
    pub(super) fn loose(&self, view: &View) -> Result<Vec<Loose>, ReplicaError> {
        let mut loose = Vec::new();
        for (creation, record) in &self.creations {
            let targets = self.logs.get(record).map(EraseLog::targets);
            let targets = targets.unwrap_or_default();
            if !targets.iter().any(|it| matches!(it, EraseTarget::Part(_))) {
                continue;
            }
            for entry in view.sealing_about(creation)? {
                let Some((part, blob)) = part_of(&entry) else {
                    continue;
                };
                let target = EraseTarget::Part(part);
                if targets.contains(&target)
                    && let EraseTarget::Part(part) = target
                {
                    let at = entry.place();
                    let record = *record;
                    loose.push(Loose {
                        record,
                        part,
                        at,
                        blob,
                    });
                }
            }
        }
        Ok(loose)
    }
}

/// Of which part a seal or grant is, and which blob a seal names.
pub(crate) fn part_of(entry: &Entry) -> Option<(PartName, Option<BlobHash>)> {
    let body = entry.body.as_deref()?;
    match entry.header.kind {
        Kind::SEAL => {
            let seal = Seal::decode(body).ok()?;
            Some((seal.part, Some(seal.sealed.blob)))
        }
        Kind::GRANT => Some((Grant::decode(body).ok()?.part, None)),
        _ => None,
    }
}

/// What an erasure of a part names, as far as nothing here contradicts it.
pub(super) struct Named {
    pub(super) erase: Erase,
    /// Entries that are not known here yet.
    pub(super) unknown: Vec<Place>,
}

/// The seals and grants of its record and part that an erasure names.
pub(super) fn named(
    view: &View,
    judge: &dyn ErasureJudge,
    erasure: &Erasure,
    part: &PartName,
) -> Result<Named, ReplicaError> {
    let mut named = Named {
        erase: erasure.erase.clone(),
        unknown: Vec::new(),
    };
    let mut of_it = BTreeSet::new();
    for place in &erasure.erase.entries {
        let Some(entry) = judge.entry_at(place) else {
            named.unknown.push(*place);
            continue;
        };
        let header = &entry.header;
        let is_sealing = matches!(header.kind, Kind::SEAL | Kind::GRANT);
        let (true, Some(subject)) = (is_sealing, header.subject) else {
            continue;
        };
        if subject != erasure.subject {
            match record_made_by(view, &subject)? {
                Some(record) if record == erasure.erase.record => {}
                Some(_) => continue,
                None => {
                    named.unknown.push(subject);
                    continue;
                }
            }
        }
        if entry.body.is_none() || part_of(&entry).is_some_and(|(of, _)| of == *part) {
            of_it.insert(*place);
        }
    }
    named.erase.entries.retain(|place| of_it.contains(place));
    Ok(named)
}

#[cfg(test)]
mod tests;
