//! The replica: drafts edits, follows the journals, keeps the read model in step.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use sha2::{Digest, Sha256};
use sync_protocol::body;
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{ActorId, NetworkId, NodeId, RecordId, StructureId};

use super::apply::{Base, Context, Job, stamps};
use super::chunk;
use super::document::Document;
use super::draft::{Act, Author, Draft, DraftBase, DraftJob, Drafted, Edits};
use super::error::ReplicaError;
use crate::registry::{Collection, Value};
use crate::view::{Accepted, Analyzer, Commune, Outcome, Reader, Shape, View, ViewError};

/// Which of several values of a field stands, as a place among them; `None` leaves it to Automerge.
pub type Precedence = fn(&Collection, &str, &[Value]) -> Option<usize>;

/// How many open documents are kept: 18 to 33 KB of memory each.
const OPEN_DOCUMENTS: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not zero");

/// From how many records on threads are worth starting.
const FEW_RECORDS: usize = 8;

/// How many records one message to a thread holds.
const BATCH_RECORDS: usize = 32;

/// How many messages a thread may have waiting.
const BATCHES_AHEAD: usize = 4;

/// How many records one transaction of a long catching-up holds.
const RECORDS_PER_TRANSACTION: usize = 4_096;

/// What a replica is opened with.
#[derive(Debug)]
pub struct Setup<'a> {
    /// The read model's file.
    pub path: &'a Path,
    /// The network.
    pub network: NetworkId,
    /// This node.
    pub me: NodeId,
    /// What the network shares.
    pub collections: &'static [Collection],
    /// How conflicting values of a state are settled.
    pub precedence: Option<Precedence>,
    /// The communes that records may lie in.
    pub communes: Vec<Commune>,
}

/// What became of some entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Changes that are now part of their records.
    pub accepted: usize,
    /// Entries that wait for another, as of this call.
    pub waiting: usize,
    /// Entries that will not be applied.
    pub refused: usize,
    /// Entries that say nothing about records, were erased, or had been read before.
    pub passed_over: usize,
    /// Entries that do not continue what was read of their journal, left unread.
    pub beyond_gap: usize,
    /// The records that changed.
    pub changed: Vec<RecordId>,
}

/// This node's copy of the registry.
#[derive(Debug)]
pub struct Replica {
    view: View,
    me: NodeId,
    context: Context,
    open: LruCache<RecordId, Document>,
    drafted: HashMap<RecordId, Drafted>,
    analyzer: Analyzer,
}

/// Asks which structure a node belongs to.
type StructureOf<'a> = &'a dyn Fn(&NodeId) -> Option<StructureId>;

impl Replica {
    /// Opens the replica; where its read model is missing, damaged or of another shape it starts
    /// empty, with no positions.
    ///
    /// # Errors
    /// Folder not writable, disk full.
    pub fn open(setup: Setup<'_>) -> Result<Self, ReplicaError> {
        let Setup {
            path,
            network,
            me,
            collections,
            precedence,
            communes,
        } = setup;
        let view = View::open(path, Shape::new(network, collections, communes))?;
        let context = Context {
            network,
            collections,
            precedence,
            shape: view.shape(),
        };
        Ok(Self {
            view,
            me,
            context,
            open: LruCache::new(OPEN_DOCUMENTS),
            drafted: HashMap::new(),
            analyzer: Analyzer::default(),
        })
    }

    /// How far each journal was followed; feed what comes behind.
    #[must_use]
    pub fn positions(&self) -> BTreeMap<NodeId, u64> {
        self.view.positions()
    }

    /// A handle that reads beside this one, from any thread.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.view.reader()
    }

    pub(crate) const fn network(&self) -> NetworkId {
        self.context.network
    }

    /// Forgets everything derived; [`Replica::positions`] is empty afterwards.
    ///
    /// # Errors
    /// Files that cannot be removed or made.
    pub fn rebuild(&mut self) -> Result<(), ReplicaError> {
        self.open.clear();
        self.drafted.clear();
        Ok(self.view.clear()?)
    }

    /// Drafts the entry that creates a record.
    ///
    /// # Errors
    /// The record exists, has no value, or is too large.
    pub fn draft_create(
        &mut self,
        author: &Author,
        collection: &str,
        salt: sync_protocol::id::Salt,
        fields: crate::registry::Fields,
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
            job.keep_open = false;
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

    fn prepare(&mut self, author: &Author, act: &Act, seq: u64) -> Result<DraftJob, ReplicaError> {
        let record = self.record_of(author, act);
        let keep_open = self.drafted.len() < OPEN_DOCUMENTS.get();
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
                    create: Some(*salt),
                    edits,
                    person: author.person,
                    reason: 0,
                    base: DraftBase::Empty,
                    earlier: Vec::new(),
                    keep_open,
                })
            }
            Act::Change { edits, reason, .. } => {
                edits.check()?;
                let (epoch, collection, owner, base, earlier) =
                    self.drafting_base(author, &record, seq)?;
                Ok(DraftJob {
                    seq,
                    epoch,
                    record,
                    collection,
                    owner,
                    create: None,
                    edits: edits.clone(),
                    person: author.person,
                    reason: *reason,
                    base,
                    earlier,
                    keep_open,
                })
            }
        }
    }

    #[expect(
        clippy::type_complexity,
        reason = "the parts of one DraftJob, named where it is made"
    )]
    fn drafting_base(
        &mut self,
        author: &Author,
        record: &RecordId,
        seq: u64,
    ) -> Result<
        (
            u64,
            String,
            StructureId,
            DraftBase,
            Vec<([u8; 32], Vec<u8>)>,
        ),
        ReplicaError,
    > {
        let head = self.view.head(record)?;
        if let Some(drafted) = self.drafted.get(record) {
            let base = match (&drafted.document, &drafted.written) {
                (Some(document), _) => DraftBase::Open(Box::new(document.clone())),
                (None, Some(written)) => DraftBase::Saved(written.saved.clone()),
                (None, None) => return Err(ReplicaError::Quarantined { record: *record }),
            };
            let owner = head.map_or(author.structure, |head| head.owner);
            let earlier = drafted.changes.clone();
            return Ok((
                drafted.epoch,
                drafted.collection.clone(),
                owner,
                base,
                earlier,
            ));
        }
        let head = head.ok_or_else(|| ViewError::UnknownRecord {
            id: record.to_string(),
        })?;
        if self.view.is_quarantined(record)? {
            return Err(ReplicaError::Quarantined { record: *record });
        }
        let held = self.view.accepted(head.number)?;
        let mine = held
            .iter()
            .filter(|entry| entry.author == self.me)
            .max_by_key(|entry| entry.seq);
        let last = mine.map_or(0, |entry| entry.seq);
        let epoch = match mine {
            // After a refused edit of its own a node goes on under a new actor.
            Some(mine) if !self.view.is_blocked(record, &self.me, last)? => mine.epoch,
            _ => seq,
        };
        let base = match self.open.get(record) {
            Some(document) => DraftBase::Open(Box::new(document.clone())),
            None => DraftBase::Saved(
                self.view
                    .saved(head.number)?
                    .ok_or(ViewError::Malformed { what: "document" })?,
            ),
        };
        Ok((epoch, head.collection, head.owner, base, Vec::new()))
    }

    /// Makes entries part of the records they are about.
    ///
    /// Any order between journals; within one, from its position on. Entries read before are passed
    /// over, so giving them again is harmless. Many entries at once are much faster than few: give
    /// as much as 32 MiB, of all journals together, when catching up. `progress` is told how many
    /// entries are done.
    ///
    /// # Errors
    /// The read model cannot be written; what was not yet written is undone.
    pub fn apply(
        &mut self,
        entries: &[Entry],
        structure_of: StructureOf<'_>,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Applied, ReplicaError> {
        let mut applied = Applied::default();
        let mut ends: BTreeMap<NodeId, u64> = BTreeMap::new();
        let groups = self.group(entries, structure_of, &mut ends, &mut applied)?;
        if ends.is_empty() && groups.is_empty() {
            progress(entries.len());
            return Ok(applied);
        }
        let context = self.context.clone();
        let mut done = applied.passed_over;
        let Self {
            view,
            open,
            drafted,
            analyzer,
            me,
            ..
        } = self;
        let result = view.transaction(|view| {
            let mut follow = Follow {
                view,
                open,
                drafted,
                me,
                context: &context,
                structure_of,
                applied: &mut applied,
                written: 0,
            };
            if groups.len() <= FEW_RECORDS {
                for (record, entries) in groups {
                    done += entries.len();
                    follow.record(record, entries, analyzer)?;
                    progress(done);
                }
            } else {
                follow.side_by_side(groups, analyzer, &mut |count| {
                    done += count;
                    progress(done);
                })?;
            }
            for (author, end) in &ends {
                follow.view.set_position(author, *end)?;
            }
            Ok(())
        });
        if let Err(error) = result {
            // Open documents may hold what was undone.
            self.open.clear();
            return Err(error);
        }
        Ok(applied)
    }

    /// Sorts new entries by record, and adds records that no longer wait for an author.
    #[expect(
        clippy::type_complexity,
        reason = "records with their entries, in order"
    )]
    fn group<'a>(
        &self,
        entries: &'a [Entry],
        structure_of: StructureOf<'_>,
        ends: &mut BTreeMap<NodeId, u64>,
        applied: &mut Applied,
    ) -> Result<Vec<(RecordId, Vec<&'a Entry>)>, ReplicaError> {
        let mut sorted: Vec<&Entry> = entries.iter().collect();
        sorted.sort_by_key(|entry| (entry.header.author, entry.header.seq));
        let mut groups: Vec<(RecordId, Vec<&Entry>)> = Vec::new();
        let mut places: HashMap<RecordId, usize> = HashMap::new();
        for entry in sorted {
            let header = &entry.header;
            let end = ends.get(&header.author).copied();
            let position = end.unwrap_or_else(|| self.view.position(&header.author));
            if header.seq <= position {
                applied.passed_over += 1;
                continue;
            }
            if header.seq != position + 1 {
                applied.beyond_gap += 1;
                continue;
            }
            ends.insert(header.author, header.seq);
            let about_record = matches!(header.kind, Kind::CREATE | Kind::CHANGE);
            if !about_record || entry.body.is_none() {
                applied.passed_over += 1;
                continue;
            }
            let place = *places.entry(header.record).or_insert_with(|| {
                groups.push((header.record, Vec::new()));
                groups.len() - 1
            });
            if let Some((_, group)) = groups.get_mut(place) {
                group.push(entry);
            }
        }
        for (record, author) in self.view.waiting_for_author()? {
            if structure_of(&author).is_some() && !places.contains_key(&record) {
                places.insert(record, groups.len());
                groups.push((record, Vec::new()));
            }
        }
        Ok(groups)
    }
}

/// Following within one transaction.
struct Follow<'a> {
    view: &'a mut View,
    open: &'a mut LruCache<RecordId, Document>,
    drafted: &'a mut HashMap<RecordId, Drafted>,
    me: &'a NodeId,
    context: &'a Context,
    structure_of: StructureOf<'a>,
    applied: &'a mut Applied,
    written: usize,
}

impl Follow<'_> {
    /// Does one record's step here and now, on its open document.
    fn record(
        &mut self,
        record: RecordId,
        entries: Vec<&Entry>,
        analyzer: &mut Analyzer,
    ) -> Result<(), ReplicaError> {
        if self.drafted.contains_key(&record) && self.as_drafted(record, &entries)? {
            return Ok(());
        }
        let job = self.job(record, entries)?;
        let (outcome, document) = self.context.step(job, analyzer);
        self.write(&outcome)?;
        self.follow_drafts(&record, document.as_ref());
        if let Some(document) = document {
            self.open.put(record, document);
        }
        Ok(())
    }

    /// Does the records' steps on all cores, writing what comes out meanwhile.
    fn side_by_side(
        &mut self,
        groups: Vec<(RecordId, Vec<&Entry>)>,
        analyzer: &mut Analyzer,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), ReplicaError> {
        let threads = thread_count();
        let (to_threads, jobs) = sync_channel::<(usize, Vec<Job>)>(threads * BATCHES_AHEAD);
        let (to_here, outcomes) = sync_channel::<(usize, Vec<Outcome>)>(threads * BATCHES_AHEAD);
        let jobs = Arc::new(Mutex::new(jobs));
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (jobs, to_here, context) = (Arc::clone(&jobs), to_here.clone(), self.context);
                scope.spawn(move || run_jobs(&jobs, &to_here, context));
            }
            drop(to_here);
            // Dropping the sender, on success and on failure alike, ends the threads.
            let to_threads = to_threads;
            let outcomes = outcomes;
            let mut groups = groups.into_iter();
            let (mut ahead, mut exhausted) = (0, false);
            loop {
                while ahead < threads * BATCHES_AHEAD && !exhausted {
                    let (mut batch, mut count) = (Vec::with_capacity(BATCH_RECORDS), 0);
                    while batch.len() < BATCH_RECORDS {
                        let Some((record, entries)) = groups.next() else {
                            exhausted = true;
                            break;
                        };
                        if self.drafted.contains_key(&record) {
                            let entries_count = entries.len();
                            self.record(record, entries, analyzer)?;
                            progress(entries_count);
                            continue;
                        }
                        count += entries.len();
                        batch.push(self.job(record, entries)?);
                    }
                    if !batch.is_empty() {
                        ahead += 1;
                        let sent = to_threads.send((count, batch));
                        sent.map_err(|_| threads_ended())?;
                    }
                }
                if ahead == 0 {
                    return Ok(());
                }
                let (count, batch) = outcomes.recv().map_err(|_| threads_ended())?;
                ahead -= 1;
                for outcome in &batch {
                    self.write(outcome)?;
                }
                progress(count);
            }
        })
    }

    fn job(&mut self, record: RecordId, new: Vec<&Entry>) -> Result<Job, ReplicaError> {
        let head = self.view.head(&record)?;
        let waiting = self.view.waiting(&record)?;
        let (base, held) = match &head {
            None => (Base::Empty, Vec::new()),
            Some(head) => {
                let base = match self.open.pop(&record) {
                    Some(document) => Base::Open(Box::new(document)),
                    None => Base::Saved(
                        self.view
                            .saved(head.number)?
                            .ok_or(ViewError::Malformed { what: "document" })?,
                    ),
                };
                (base, self.view.accepted(head.number)?)
            }
        };
        let waited = waiting
            .iter()
            .map(|entry| (entry.header.author, entry.header.seq))
            .collect();
        let entries = waiting.into_iter().chain(new.into_iter().cloned());
        let entries = entries.map(|entry| {
            let structure = (self.structure_of)(&entry.header.author);
            (entry, structure)
        });
        Ok(Job {
            record,
            base,
            held,
            entries: entries.collect(),
            waited,
            quarantined: self.view.is_quarantined(&record)?,
            head,
        })
    }

    fn write(&mut self, outcome: &Outcome) -> Result<(), ReplicaError> {
        self.applied.accepted += outcome.accepted.len();
        self.applied.waiting += outcome.waiting.len();
        self.applied.refused += outcome.refused.len();
        if outcome.change.is_some() {
            self.applied.changed.push(outcome.record);
        }
        self.view.write(outcome)?;
        self.written += 1;
        if self.written.is_multiple_of(RECORDS_PER_TRANSACTION) {
            self.view.commit_part()?;
        }
        Ok(())
    }

    /// Writes a drafted record as it was drafted, if `entries` are exactly its drafts.
    fn as_drafted(&mut self, record: RecordId, entries: &[&Entry]) -> Result<bool, ReplicaError> {
        let Some(drafted) = self.drafted.get(&record) else {
            return Ok(false);
        };
        let same = drafted.changes.len() == entries.len()
            && entries
                .iter()
                .zip(&drafted.changes)
                .all(|(entry, (hash, _))| {
                    entry.header.author == *self.me
                        && change_hash(self.context, entry).as_ref() == Some(hash)
                });
        let own = (self.structure_of)(self.me);
        if !same || drafted.written.is_none() || own.is_none() {
            return Ok(false);
        }
        if !self.view.waiting(&record)?.is_empty() {
            return Ok(false);
        }
        let Some(drafted) = self.drafted.remove(&record) else {
            return Ok(false);
        };
        let Some(mut written) = drafted.written else {
            return Ok(false);
        };
        let head = self.view.head(&record)?;
        let accepted: Vec<Accepted> = entries
            .iter()
            .map(|entry| Accepted {
                author: entry.header.author,
                seq: entry.header.seq,
                epoch: drafted.epoch,
                kind: entry.header.kind,
                time: entry.header.time,
            })
            .collect();
        if !written.state.conflicts.is_empty() {
            // Who set each of the values is told by the general way.
            let restored = Drafted {
                written: Some(written),
                ..drafted
            };
            self.drafted.insert(record, restored);
            return Ok(false);
        }
        (written.state.created, written.state.changed) = stamps(head.as_ref(), &accepted);
        self.write(&Outcome {
            record,
            head,
            change: Some(written),
            accepted,
            waiting: Vec::new(),
            refused: Vec::new(),
            settled: Vec::new(),
            quarantined: None,
        })?;
        match drafted.document {
            Some(document) => drop(self.open.put(record, document)),
            None => drop(self.open.pop(&record)),
        }
        Ok(true)
    }

    /// After something else was applied: drafts that are left follow it.
    fn follow_drafts(&mut self, record: &RecordId, document: Option<&Document>) {
        let Some(drafted) = self.drafted.get_mut(record) else {
            return;
        };
        if let Some(document) = document {
            drafted
                .changes
                .retain(|(hash, _)| document.last_operation(hash).is_none());
            if !drafted.changes.is_empty() {
                let mut document = document.clone();
                let left = drafted.changes.iter().map(|(_, bytes)| bytes.as_slice());
                if document.merge_own(left).is_ok() {
                    drafted.document = Some(document);
                    drafted.written = None;
                    return;
                }
            }
        }
        self.drafted.remove(record);
    }
}

fn threads_ended() -> ReplicaError {
    ReplicaError::Document {
        detail: "the threads that apply changes ended".to_owned(),
    }
}

fn run_jobs(
    jobs: &Mutex<Receiver<(usize, Vec<Job>)>>,
    to_here: &SyncSender<(usize, Vec<Outcome>)>,
    context: &Context,
) {
    let mut analyzer = Analyzer::default();
    loop {
        let received = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((count, batch)) = received else { return };
        let outcomes = batch
            .into_iter()
            .map(|job| context.step(job, &mut analyzer).0)
            .collect();
        if to_here.send((count, outcomes)).is_err() {
            return;
        }
    }
}

/// The hash of the change in an entry of one's own, without reading the change.
fn change_hash(context: &Context, entry: &Entry) -> Option<[u8; 32]> {
    let body = entry.body.as_deref()?;
    let first = match entry.header.kind {
        Kind::CREATE => body::Create::decode(body).ok()?.first,
        _ => body::Change::decode(body).ok()?,
    };
    let actor = ActorId::derive(
        &context.network,
        &entry.header.record,
        &entry.header.author,
        first.epoch,
    );
    let chunk = chunk::restore(&first.change, &actor).ok()?;
    Some(Sha256::digest(chunk.get(8..)?).into())
}

fn thread_count() -> usize {
    std::thread::available_parallelism()
        .map_or(2, NonZeroUsize::get)
        .min(8)
}
