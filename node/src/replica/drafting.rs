//! Drafting on a replica: numbering, epochs, and what a draft starts from.

use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{RecordId, Salt, StructureId};

use super::change::State;
use super::draft::{Act, Author, Draft, DraftJob, Drafted, DraftedChange, Edits};
use super::error::ReplicaError;
use super::follower::{FEW_RECORDS, Replica};
use crate::registry::Fields;
use crate::threads::thread_count;
use crate::view::{AcceptedChange, Analyzer, ViewError};

/// Of how many drafted records is kept what their changes come to: a few KB each.
const KEPT_STATES: usize = 256;

impl Replica {
    /// Drafts the entry that creates a record.
    ///
    /// # Errors
    /// The record exists, has no value, or is too large.
    pub fn draft_create(
        &mut self,
        author: &Author,
        collection: &str,
        salt: Salt,
        fields: Fields,
    ) -> Result<Draft, ReplicaError> {
        let act = Act::Create {
            collection: collection.to_owned(),
            salt,
            fields,
        };
        let draft = self.draft(author, vec![act])?.pop().flatten();
        draft.ok_or(ReplicaError::EmptyRecord)
    }

    /// Drafts the entry that changes a record; `None` when it is so already.
    ///
    /// # Errors
    /// Unknown record, a change that is too large.
    pub fn draft_change(
        &mut self,
        author: &Author,
        record: RecordId,
        edits: Edits,
    ) -> Result<Option<Draft>, ReplicaError> {
        let act = Act::Change {
            record,
            edits,
            reason: 0,
        };
        Ok(self.draft(author, vec![act])?.pop().flatten())
    }

    /// Drafts many entries, numbered from `author.next_seq` on without gaps; `None` in the place of
    /// what changes nothing. Either all are drafted or none.
    ///
    /// The entries must be stored and applied, or given up with [`Replica::discard_drafts`], before
    /// others are drafted for the same numbers.
    ///
    /// # Errors
    /// A record created twice or unknown, a body that is too large.
    pub fn draft(
        &mut self,
        author: &Author,
        acts: Vec<Act>,
    ) -> Result<Vec<Option<Draft>>, ReplicaError> {
        let before = self.snapshot(author, &acts);
        let drafted = if acts.len() > FEW_RECORDS && self.are_apart(author, &acts) {
            self.draft_side_by_side(author, &acts)
        } else {
            self.draft_one_by_one(author, &acts)
        };
        if drafted.is_err() {
            for (record, drafted) in before {
                match drafted {
                    Some(drafted) => drop(self.drafted.insert(record, drafted)),
                    None => drop(self.drafted.remove(&record)),
                }
            }
        }
        drafted
    }

    /// Forgets drafts whose entries will not be stored.
    pub fn discard_drafts(&mut self) {
        self.drafted.clear();
    }

    fn snapshot(&self, author: &Author, acts: &[Act]) -> Vec<(RecordId, Option<Drafted>)> {
        let records = acts.iter().map(|act| self.record_of(author, act));
        records
            .map(|record| (record, self.drafted.get(&record).cloned()))
            .collect()
    }

    fn record_of(&self, author: &Author, act: &Act) -> RecordId {
        match act {
            Act::Create {
                collection, salt, ..
            } => RecordId::derive(&self.context.network, &author.structure, collection, salt),
            Act::Change { record, .. } => *record,
        }
    }

    /// Whether no two acts concern one record, nor one drafted before.
    fn are_apart(&self, author: &Author, acts: &[Act]) -> bool {
        let mut records: Vec<RecordId> =
            acts.iter().map(|act| self.record_of(author, act)).collect();
        let drafted = records
            .iter()
            .any(|record| self.drafted.contains_key(record));
        records.sort_unstable();
        records.dedup();
        !drafted && records.len() == acts.len()
    }

    fn draft_one_by_one(
        &mut self,
        author: &Author,
        acts: &[Act],
    ) -> Result<Vec<Option<Draft>>, ReplicaError> {
        let mut seq = author.next_seq;
        let mut drafts = Vec::with_capacity(acts.len());
        for act in acts {
            let job = self.prepare(author, act, seq)?;
            match job.run(&self.context, &self.me, &mut self.analyzer)? {
                None => drafts.push(None),
                Some((draft, drafted)) => {
                    self.drafted.insert(draft.record, drafted);
                    drafts.push(Some(draft));
                    seq += 1;
                }
            }
        }
        Ok(drafts)
    }

    /// Drafts on all cores. Numbers are given beforehand to what will change something, as far as
    /// the read model tells; should it be wrong once, all is drafted again one by one.
    fn draft_side_by_side(
        &mut self,
        author: &Author,
        acts: &[Act],
    ) -> Result<Vec<Option<Draft>>, ReplicaError> {
        let reader = self.reader();
        let mut seq = author.next_seq;
        let mut jobs = Vec::with_capacity(acts.len());
        for (place, act) in acts.iter().enumerate() {
            if let Act::Change { record, edits, .. } = act
                && let Some(held) = reader.get(record)?
                && held.conflicts.is_empty()
                && edits.hold_in(&held.fields, held.removed)
            {
                continue;
            }
            let mut job = self.prepare(author, act, seq)?;
            job.keep_state = false;
            jobs.push((place, job));
            seq += 1;
        }
        let jobs_count = jobs.len();
        let threads = thread_count();
        let share = jobs.len().div_ceil(threads).max(1);
        let mut shares = Vec::new();
        while !jobs.is_empty() {
            let rest = jobs.split_off(share.min(jobs.len()));
            shares.push(std::mem::replace(&mut jobs, rest));
        }
        let (context, me) = (&self.context, &self.me);
        let results = std::thread::scope(|scope| {
            let running: Vec<_> = shares
                .into_iter()
                .map(|share| {
                    scope.spawn(move || {
                        let mut analyzer = Analyzer::default();
                        let mut done = Vec::with_capacity(share.len());
                        for (place, job) in share {
                            done.push((place, job.run(context, me, &mut analyzer)?));
                        }
                        Ok::<_, ReplicaError>(done)
                    })
                })
                .collect();
            let mut results = Vec::with_capacity(jobs_count);
            for thread in running {
                let panicked = |_| ReplicaError::Document {
                    detail: "panicked".to_owned(),
                };
                results.extend(thread.join().map_err(panicked)??);
            }
            Ok::<_, ReplicaError>(results)
        })?;
        if results.iter().any(|(_, result)| result.is_none()) {
            return self.draft_one_by_one(author, acts);
        }
        let mut drafts = vec![None; acts.len()];
        for (place, result) in results {
            if let (Some((draft, drafted)), Some(slot)) = (result, drafts.get_mut(place)) {
                self.drafted.insert(draft.record, drafted);
                *slot = Some(draft);
            }
        }
        Ok(drafts)
    }

    fn prepare(&self, author: &Author, act: &Act, seq: u64) -> Result<DraftJob, ReplicaError> {
        let record = self.record_of(author, act);
        let keep_state = self.drafted.len() < KEPT_STATES;
        match act {
            Act::Create {
                collection,
                salt,
                fields,
            } => {
                let exists =
                    self.drafted.contains_key(&record) || self.view.head(&record)?.is_some();
                if exists {
                    return Err(ReplicaError::RecordExists { record });
                }
                self.refuse_dead(&record)?;
                if fields.is_empty() {
                    return Err(ReplicaError::EmptyRecord);
                }
                let edits = Edits::set(fields.clone());
                edits.check()?;
                Ok(DraftJob {
                    seq,
                    epoch: seq,
                    record,
                    collection: collection.clone(),
                    owner: author.structure,
                    structure: author.structure,
                    create: Some(*salt),
                    edits,
                    person: author.person,
                    reason: 0,
                    creation: Place {
                        author: self.me,
                        seq,
                    },
                    held: Vec::new(),
                    earlier: Vec::new(),
                    state: None,
                    keep_state,
                })
            }
            Act::Change { edits, reason, .. } => {
                edits.check()?;
                let Start {
                    epoch,
                    collection,
                    owner,
                    creation,
                    held,
                    earlier,
                    state,
                } = self.base_of(author, &record, seq)?;
                Ok(DraftJob {
                    seq,
                    epoch,
                    record,
                    collection,
                    owner,
                    structure: author.structure,
                    create: None,
                    edits: edits.clone(),
                    person: author.person,
                    reason: *reason,
                    creation,
                    held,
                    earlier,
                    state,
                    keep_state,
                })
            }
        }
    }

    /// What a change of a record starts from.
    fn base_of(&self, author: &Author, record: &RecordId, seq: u64) -> Result<Start, ReplicaError> {
        let head = self.view.head(record)?;
        let held = match &head {
            Some(head) => self.view.changes(head.number)?,
            None => Vec::new(),
        };
        if let Some(drafted) = self.drafted.get(record) {
            return Ok(Start {
                epoch: drafted.epoch,
                collection: drafted.collection.clone(),
                owner: head.map_or(author.structure, |head| head.owner),
                creation: drafted.creation,
                held,
                earlier: drafted.changes.clone(),
                state: drafted.state.clone(),
            });
        }
        let head = head.ok_or_else(|| ViewError::UnknownRecord {
            id: record.to_string(),
        })?;
        if self.view.is_quarantined(record) {
            return Err(ReplicaError::Quarantined { record: *record });
        }
        let entries = held.iter().map(|change| &change.entry);
        let mine = entries.clone().filter(|entry| entry.author == self.me);
        let mine = mine.max_by_key(|entry| entry.seq);
        let own = match mine {
            // After a refused edit of its own a node goes on under a new actor.
            Some(mine)
                if !self
                    .view
                    .is_blocked(record, entries.clone(), &self.me, mine.seq)? =>
            {
                Some(mine)
            }
            _ => None,
        };
        let first = || entries.clone().find(|entry| entry.kind == Kind::CREATE);
        // All entries of an epoch name one creation.
        let creation = own.or_else(first).map(|entry| entry.creation);
        let creation = creation.ok_or(ViewError::Malformed { what: "creation" })?;
        let epoch = own.map_or(seq, |own| own.epoch);
        let (collection, owner) = (head.collection, head.owner);
        Ok(Start {
            epoch,
            collection,
            owner,
            creation,
            held,
            earlier: Vec::new(),
            state: None,
        })
    }
}

/// What a draft starts from.
struct Start {
    epoch: u64,
    collection: String,
    owner: StructureId,
    creation: Place,
    held: Vec<AcceptedChange>,
    earlier: Vec<DraftedChange>,
    state: Option<State>,
}
