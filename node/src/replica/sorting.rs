//! Which record each new entry is about.
//!
//! A change names the entry that created its record. Where that entry is not known yet, the
//! change waits for it; everything else of a record is looked at together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sync_protocol::body::{self, Check};
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{NodeId, RecordId, VersionId};
use sync_protocol::run::may_leave_out;
use sync_protocol::seal::body::{Grant, Seal};
use sync_protocol::seal::erase::state::Fate;

use super::erasing::{self, Erasing};
use super::error::ReplicaError;
use super::follower::{Applied, Group, Replica};
use super::transferring;
use crate::view::{Refusal, UNKNOWN_AUTHOR, Waiting};

/// Why an entry of a kind that this version does not know is not applied. A version that knows it
/// builds the read model again.
pub const NEEDS_NEWER_VERSION: &str = "needs_newer_version";

/// New entries, sorted.
#[derive(Debug, Default)]
pub(crate) struct Sorted<'a> {
    /// Those whose record is known.
    pub(crate) groups: Vec<Group<'a>>,
    /// Those that wait until it is.
    pub(crate) waiting: Vec<Waiting>,
    /// Those that can have none.
    pub(crate) refused: Vec<Refusal>,
    /// What they say of erasures.
    pub(crate) erasing: Erasing<'a>,
    /// Charter versions, by whom and where each is cited first.
    pub(crate) cited: Vec<(NodeId, VersionId, u64)>,
    /// Offers of records, and acceptances.
    pub(crate) transfers: Vec<&'a Entry>,
    /// Seals and grants, which are kept as they are.
    pub(crate) sealing: Vec<&'a Entry>,
}

/// What a creating entry creates.
enum Creation {
    Record(RecordId),
    /// Its author's structure is not known yet.
    Waits,
    Malformed,
}

impl Replica {
    /// Sorts new entries by record, and adds records that no longer wait for an author. `ends` is
    /// told how far each journal goes.
    pub(super) fn sort<'a>(
        &self,
        entries: &'a [Entry],
        ends: &mut BTreeMap<NodeId, u64>,
        applied: &mut Applied,
    ) -> Result<Sorted<'a>, ReplicaError> {
        let mut sorting = Sorting::default();
        let new = self.new_entries(entries, ends, applied, &mut sorting);
        let authority = &self.context.authority;
        let mut revived = self.view.waiting_for_author()?;
        revived.retain(|(entry, _)| authority.structure_of(&entry.author).is_some());
        for (place, subject) in &revived {
            let waiting = if place == subject {
                self.view.waiting(&[*subject])?
            } else {
                Vec::new()
            };
            if let Some(entry) = waiting.iter().find(|entry| entry.place() == *place)
                && let Creation::Record(record) = self.creation(entry)
            {
                sorting.created(record, *place);
            }
        }
        // A change may stand before the entry that created its record, in another journal.
        let creates =
            |entry: &&&Entry| entry.header.kind == Kind::CREATE && entry.header.subject.is_none();
        for entry in new.iter().filter(creates) {
            match self.creation(entry) {
                // Its identity is not made again.
                Creation::Record(record) if self.view.fate(&record) > Fate::Kept => {
                    sorting.created_dead(record, entry.place());
                }
                Creation::Record(record) => sorting.created(record, entry.place()),
                Creation::Waits => sorting.wait(entry, UNKNOWN_AUTHOR),
                Creation::Malformed => sorting.refuse(entry, "malformed_body"),
            }
        }
        for entry in new {
            let place = match (entry.header.kind, entry.header.subject) {
                (Kind::CREATE, None) => entry.place(),
                (Kind::CHANGE, Some(subject)) => subject,
                _ => {
                    sorting.refuse(entry, "no_record");
                    continue;
                }
            };
            match self.record_of_creation(&mut sorting, place)? {
                Some(record) => sorting.group(record).entries.push(entry),
                // What became of a creating entry was said above.
                None if entry.header.kind == Kind::CREATE => {}
                None => sorting.wait(entry, "missing_ancestor"),
            }
        }
        for (_, subject) in revived {
            if let Some(record) = self.record_of_creation(&mut sorting, subject)? {
                sorting.group(record);
            }
        }
        Ok(sorting.sorted)
    }

    /// The record that the entry at a place created, or would have, if that is known.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn record_at(&self, place: &Place) -> Result<Option<RecordId>, ReplicaError> {
        if let Some(record) = self.view.created_by(place)? {
            return Ok(Some(record));
        }
        let waiting = self.view.waiting(&[*place])?;
        let creation = waiting.iter().find(|entry| entry.place() == *place);
        match creation.map(|entry| self.creation(entry)) {
            Some(Creation::Record(record)) => Ok(Some(record)),
            _ => Ok(self.view.refused_creation(place)?),
        }
    }

    /// As [`Replica::record_at`], asked once for each place.
    fn record_of_creation(
        &self,
        sorting: &mut Sorting<'_>,
        place: Place,
    ) -> Result<Option<RecordId>, ReplicaError> {
        if let Some(record) = sorting.records.get(&place) {
            return Ok(*record);
        }
        let record = self.record_at(&place)?;
        sorting.records.insert(place, record);
        Ok(record)
    }

    /// The entries that continue their journals and are about records.
    fn new_entries<'a>(
        &self,
        entries: &'a [Entry],
        ends: &mut BTreeMap<NodeId, u64>,
        applied: &mut Applied,
        sorting: &mut Sorting<'a>,
    ) -> Vec<&'a Entry> {
        let mut sorted: Vec<&Entry> = entries.iter().collect();
        sorted.sort_by_key(|entry| entry.place());
        let mut cited = BTreeSet::new();
        sorted.retain(|entry| {
            let header = &entry.header;
            let is_late = entry.body.is_some()
                && self.view.without_body().contains_key(&entry.place())
                && header.seq <= self.view.position(&header.author);
            if is_late {
                sorting.sorted.erasing.came.push(entry);
                if self.is_dead(entry, sorting) {
                    return false;
                }
                return !sorting.take_sealing(entry);
            }
            let end = ends.get(&header.author).copied();
            let position = end.unwrap_or_else(|| self.view.position(&header.author));
            if header.seq <= position {
                applied.passed_over += 1;
                return false;
            }
            if header.seq != position + 1 {
                applied.beyond_gap += 1;
                return false;
            }
            ends.insert(header.author, header.seq);
            let cites = (header.author, header.charter);
            if !self.view.has_cited(&header.author, &header.charter) && !cited.contains(&cites) {
                cited.insert(cites);
                let place = (header.author, header.charter, header.seq);
                sorting.sorted.cited.push(place);
            }
            let about_record = matches!(header.kind, Kind::CREATE | Kind::CHANGE);
            if !header.kind.is_known() {
                sorting.refuse(entry, NEEDS_NEWER_VERSION);
            }
            if matches!(header.kind, Kind::ERASE | Kind::ERASED) {
                match erasing::flaw(entry) {
                    Some(code) => sorting.refuse(entry, code),
                    None => sorting.sorted.erasing.entries.push(entry),
                }
            }
            if header.kind == Kind::TRANSFER {
                match transferring::flaw(entry) {
                    Some(code) => sorting.refuse(entry, code),
                    None => sorting.sorted.transfers.push(entry),
                }
            }
            if entry.body.is_none() {
                sorting.sorted.erasing.without_body.push(entry);
            } else if !self.is_dead(entry, sorting) && !sorting.take_sealing(entry) && about_record
            {
                return true;
            }
            applied.passed_over += 1;
            false
        });
        sorted
    }

    /// Whether an entry is about a record that is erased: then what it says is not looked at.
    fn is_dead(&self, entry: &Entry, sorting: &mut Sorting<'_>) -> bool {
        if !may_leave_out(entry.header.kind) {
            return false;
        }
        if self.is_gone(&entry.place(), entry.header.kind) {
            sorting.sorted.erasing.late = true;
            return true;
        }
        let creation = entry.header.subject.unwrap_or_else(|| entry.place());
        let Some(record) = self.view.dead_record(&creation) else {
            return false;
        };
        // What is sealed goes at once.
        let sealed = matches!(entry.header.kind, Kind::SEAL | Kind::GRANT);
        sorting.sorted.erasing.late |= sealed || self.view.fate(&record) == Fate::Deleted;
        true
    }

    fn creation(&self, entry: &Entry) -> Creation {
        let body = entry.body.as_deref().unwrap_or_default();
        let Ok(create) = body::Create::decode(body) else {
            return Creation::Malformed;
        };
        let Some(structure) = self.context.authority.structure_of(&entry.header.author) else {
            return Creation::Waits;
        };
        let network = self.network();
        let record = RecordId::derive(&network, &structure, &create.collection, &create.salt);
        Creation::Record(record)
    }
}

/// What makes a seal or grant none, whatever else is known.
fn sealing_fault(entry: &Entry) -> Option<&'static str> {
    let body = entry.body.as_deref().unwrap_or_default();
    let is_one = if entry.header.kind == Kind::SEAL {
        Seal::decode(body).is_ok()
    } else {
        Grant::decode(body).is_ok()
    };
    match (is_one, entry.header.subject) {
        (false, _) => Some("malformed_body"),
        (true, None) => Some("no_record"),
        (true, Some(_)) => None,
    }
}

#[derive(Debug, Default)]
struct Sorting<'a> {
    sorted: Sorted<'a>,
    /// Where each record stands among the groups.
    places: HashMap<RecordId, usize>,
    /// What each creating entry created; `None` while that is not known.
    records: HashMap<Place, Option<RecordId>>,
}

impl<'a> Sorting<'a> {
    fn created(&mut self, record: RecordId, by: Place) {
        self.records.insert(by, Some(record));
        self.group(record).creations.push(by);
    }

    /// Takes a seal or grant aside; false for anything else.
    fn take_sealing(&mut self, entry: &'a Entry) -> bool {
        let is_one = matches!(entry.header.kind, Kind::SEAL | Kind::GRANT);
        if is_one {
            match sealing_fault(entry) {
                None => self.sorted.sealing.push(entry),
                Some(code) => self.refuse(entry, code),
            }
        }
        is_one
    }

    fn created_dead(&mut self, record: RecordId, by: Place) {
        self.records.insert(by, None);
        self.sorted.erasing.creations.push((by, record));
        self.sorted.erasing.late = true;
    }

    fn group(&mut self, record: RecordId) -> &mut Group<'a> {
        let groups = &mut self.sorted.groups;
        let place = *self.places.entry(record).or_insert_with(|| {
            groups.push(Group {
                record,
                creations: Vec::new(),
                entries: Vec::new(),
            });
            groups.len() - 1
        });
        groups.get_mut(place).expect("places are of groups")
    }

    fn wait(&mut self, entry: &Entry, reason: &'static str) {
        if entry.header.kind == Kind::CREATE {
            self.records.insert(entry.place(), None);
        }
        self.sorted.waiting.push(Waiting {
            entry: entry.clone(),
            reason,
        });
    }

    fn refuse(&mut self, entry: &Entry, code: &'static str) {
        if entry.header.kind == Kind::CREATE {
            self.records.insert(entry.place(), None);
        }
        self.sorted.refused.push(Refusal {
            author: entry.header.author,
            seq: entry.header.seq,
            record: None,
            creation: None,
            kind: entry.header.kind,
            check: Check::of(&entry.id),
            code,
        });
    }
}
