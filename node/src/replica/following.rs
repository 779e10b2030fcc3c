//! Following within one transaction: what is known of a record, its step, its rows.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use sync_protocol::body::Check;
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{NodeId, RecordId};

use super::admit::{Presented, creation_of};
use super::apply::{Context, Job, stamps};
use super::draft::{Drafted, DraftedChange};
use super::error::ReplicaError;
use super::follower::{Applied, Group};
use crate::threads::thread_count;
use crate::view::{Accepted, AcceptedChange, Analyzer, Outcome, View};

/// How many records one message to a thread holds.
const BATCH_RECORDS: usize = 32;

/// How many messages a thread may have waiting.
const BATCHES_AHEAD: usize = 4;

/// How many records one transaction of a long catching-up holds.
const RECORDS_PER_TRANSACTION: usize = 8_192;

/// Following within one transaction.
pub(super) struct Follow<'a> {
    pub(super) view: &'a mut View,
    pub(super) drafted: &'a mut HashMap<RecordId, Drafted>,
    pub(super) me: &'a NodeId,
    pub(super) context: &'a Context,
    pub(super) applied: &'a mut Applied,
    pub(super) written: usize,
}

impl Follow<'_> {
    /// Does one record's step here and now.
    pub(super) fn record(
        &mut self,
        group: Group<'_>,
        analyzer: &mut Analyzer,
    ) -> Result<(), ReplicaError> {
        let record = group.record;
        if self.drafted.contains_key(&record) && self.as_drafted(&group)? {
            return Ok(());
        }
        let job = self.job(group)?;
        let outcome = self.context.step(job, analyzer);
        self.write(&outcome)?;
        self.follow_drafts(&record, &outcome);
        Ok(())
    }

    /// Does the records' steps on all cores, writing what comes out meanwhile.
    pub(super) fn side_by_side(
        &mut self,
        groups: Vec<Group<'_>>,
        analyzer: &mut Analyzer,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), ReplicaError> {
        let threads = thread_count();
        let (to_threads, jobs) = sync_channel::<(usize, Vec<Job>)>(threads * BATCHES_AHEAD);
        let (to_here, outcomes) = sync_channel::<Made>(threads * BATCHES_AHEAD);
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
                        let Some(group) = groups.next() else {
                            exhausted = true;
                            break;
                        };
                        if self.drafted.contains_key(&group.record) {
                            let entries_count = group.entries.len();
                            self.record(group, analyzer)?;
                            progress(entries_count);
                            continue;
                        }
                        count += group.entries.len();
                        batch.push(self.job(group)?);
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
                for outcome in &batch.ok_or_else(threads_ended)? {
                    self.write(outcome)?;
                }
                progress(count);
            }
        })
    }

    fn job(&self, group: Group<'_>) -> Result<Job, ReplicaError> {
        let Group {
            record,
            mut creations,
            entries: new,
        } = group;
        let head = self.view.head(&record)?;
        let held = match &head {
            None => Vec::new(),
            Some(head) => self.view.changes(head.number)?,
        };
        let known = held.iter().map(|change| &change.entry);
        let known = known.filter(|entry| entry.kind == Kind::CREATE);
        creations.extend(known.map(Accepted::place));
        // One that waits is known all the same: with it comes what waits behind it.
        creations.extend(new.iter().map(|entry| creation_of(entry)));
        creations.sort_unstable();
        creations.dedup();
        let waiting = self.view.waiting(&creations)?;
        let waited = waiting
            .iter()
            .map(|entry| (entry.header.author, entry.header.seq))
            .collect();
        let entries = waiting.into_iter().chain(new.into_iter().cloned());
        let entries = entries.map(|entry| self.present(entry));
        Ok(Job {
            record,
            owners: self.view.owners(&record).to_vec(),
            held,
            entries: entries.collect(),
            refused: self.view.refused_of(&record)?,
            bodiless: self.view.bodiless(&creations),
            waited,
            creations,
            quarantined: self.view.is_quarantined(&record),
            head,
        })
    }

    fn present(&self, entry: Entry) -> Presented {
        let authority = &self.context.authority;
        let header = &entry.header;
        let falls_back = self
            .view
            .cited_before(&header.author, header.seq)
            .any(|before| authority.falls_back(before, &header.charter));
        Presented {
            structure: authority.structure_of(&header.author),
            falls_back,
            entry,
        }
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

    /// Writes a drafted record as it was drafted, if the entries are exactly its drafts.
    fn as_drafted(&mut self, group: &Group<'_>) -> Result<bool, ReplicaError> {
        let Group {
            record, entries, ..
        } = group;
        let record = *record;
        let Some(drafted) = self.drafted.get(&record) else {
            return Ok(false);
        };
        let same = drafted.changes.len() == entries.len()
            && entries.iter().zip(&drafted.changes).all(|(entry, change)| {
                let header = &entry.header;
                (header.author, header.seq, header.body_hash)
                    == (*self.me, change.seq, change.body_hash)
            });
        let authority = &self.context.authority;
        // Who drafted asked whether it may; what bears upon it beyond that is asked in general.
        let own = authority.structure_of(self.me);
        let free = authority.standing(self.me).free_up_to == u64::MAX;
        if !same || drafted.written.is_none() || own.is_none() || !free {
            return Ok(false);
        }
        let creations = vec![drafted.creation];
        if !self.view.waiting(&creations)?.is_empty() {
            return Ok(false);
        }
        let Some(drafted) = self.drafted.remove(&record) else {
            return Ok(false);
        };
        let Some(mut written) = drafted.written else {
            return Ok(false);
        };
        let head = self.view.head(&record)?;
        let held = match &head {
            Some(head) => self.view.accepted_count(head.number)?,
            None => 0,
        };
        let accepted: Vec<Accepted> = entries
            .iter()
            .zip(&drafted.changes)
            .map(|(entry, change)| Accepted {
                author: entry.header.author,
                seq: entry.header.seq,
                epoch: drafted.epoch,
                creation: creation_of(entry),
                kind: entry.header.kind,
                time: entry.header.time,
                check: Check::of(&entry.id),
                hash: change.hash,
            })
            .collect();
        let chunks: Vec<Vec<u8>> = drafted.changes.iter().map(|it| it.chunk.clone()).collect();
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
            creations,
            head,
            change: Some(written),
            accepted: (accepted.into_iter().zip(chunks))
                .map(|(entry, chunk)| AcceptedChange { entry, chunk })
                .collect(),
            held,
            waiting: Vec::new(),
            refused: Vec::new(),
            settled: Vec::new(),
            quarantined: None,
        })?;
        Ok(true)
    }

    /// After something else was applied: drafts that are left follow it.
    fn follow_drafts(&mut self, record: &RecordId, outcome: &Outcome) {
        let Some(drafted) = self.drafted.get_mut(record) else {
            return;
        };
        let accepted = &outcome.accepted;
        let is_accepted = |change: &DraftedChange| {
            let mut accepted = accepted.iter();
            accepted.any(|accepted| accepted.entry.hash == change.hash)
        };
        drafted.changes.retain(|change| !is_accepted(change));
        if drafted.changes.is_empty() {
            self.drafted.remove(record);
        } else {
            (drafted.state, drafted.written) = (None, None);
        }
    }
}

fn threads_ended() -> ReplicaError {
    ReplicaError::Document {
        detail: "the threads that apply changes ended".to_owned(),
    }
}

/// What a thread made of a batch of records; `None` when it panicked.
type Made = (usize, Option<Vec<Outcome>>);

fn run_jobs(
    jobs: &Mutex<Receiver<(usize, Vec<Job>)>>,
    to_here: &SyncSender<Made>,
    context: &Context,
) {
    let mut analyzer = Analyzer::default();
    loop {
        let received = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((count, batch)) = received else { return };
        // A lost batch would be waited for for ever, so a panic is told like any other outcome.
        let outcomes = catch_unwind(AssertUnwindSafe(|| {
            batch
                .into_iter()
                .map(|job| context.step(job, &mut analyzer))
                .collect()
        }));
        if to_here.send((count, outcomes.ok())).is_err() {
            return;
        }
    }
}
