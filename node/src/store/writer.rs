//! The one thread that writes: group commit.
//!
//! A commit costs a sync, whatever it holds. The thread takes everything that is waiting (up to
//! [`MAX_GROUP_BYTES`]), checks each request against the tips as they will be, writes one batch,
//! syncs once, and only then moves the tips and answers everybody. It is no task of the async
//! runtime: a sync there stalled other tasks for 400 ms.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use sync_protocol::authority::SignedEntry;
use sync_protocol::codec::DecodeError;
use sync_protocol::frontier::{Frontier, Tip};
use sync_protocol::id::{EntryId, NetworkId, NodeId};
use sync_protocol::run::{self, LeftOut, Preamble, VerifiedRun};

use super::branches;
use super::engine::{Batch, Direction, Store};
use super::journals::Appended;
use super::opening::guarded;
use super::sidecar::Keeper;
use super::{StoreError, journal_keys as keys};

/// The most bytes that one commit gathers, unless a single request has more.
pub(crate) const MAX_GROUP_BYTES: usize = 8 * 1024 * 1024;

pub(crate) type Callback = Box<dyn FnOnce(Result<Appended, StoreError>) + Send>;

/// Something to make durable, and whom to tell.
pub(crate) struct Request {
    pub(crate) work: Work,
    pub(crate) callback: Callback,
}

/// What to make durable.
#[derive(Debug)]
pub(crate) enum Work {
    /// Runs that continue their journals.
    Runs(Vec<Arc<VerifiedRun>>),
    /// One value, or its removal.
    Put {
        key: Vec<u8>,
        value: Option<Vec<u8>>,
    },
    /// Bodies that stored runs of a journal lose or get back.
    Bodies { author: NodeId, change: BodyChange },
    /// What a journal has after an entry gives way to another branch. Committed by itself, since what
    /// has to go is looked up then.
    PutAside { author: NodeId, after: Tip },
    /// Keys to remove and the tip that is then a journal's last: a repair.
    CutBack {
        author: NodeId,
        tip: Tip,
        remove: Vec<Vec<u8>>,
    },
}

/// What becomes of bodies in stored runs.
#[derive(Debug)]
pub(crate) enum BodyChange {
    /// These entries lose theirs.
    LeaveOut(BTreeSet<u64>),
    /// This entry gets its own back.
    PutBack { seq: u64, body: Vec<u8> },
}

impl Work {
    /// Whether fewer entries may be held after it.
    const fn shortens(&self) -> bool {
        matches!(self, Self::CutBack { .. } | Self::PutAside { .. })
    }

    /// Whether it goes by what lies in the store, so that nothing may be planned beside it.
    const fn is_committed_alone(&self) -> bool {
        matches!(self, Self::PutAside { .. } | Self::Bodies { .. })
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Runs(runs) => runs.iter().map(|run| run.wire().len()).sum(),
            Self::Put { value, .. } => value.as_ref().map_or(0, Vec::len),
            Self::Bodies { change, .. } => match change {
                BodyChange::LeaveOut(_) => 0,
                BodyChange::PutBack { body, .. } => body.len(),
            },
            Self::PutAside { .. } => 0,
            Self::CutBack { remove, .. } => remove.iter().map(Vec::len).sum(),
        }
    }
}

/// A handle to the thread.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    store: Arc<dyn Store>,
    frontier: RwLock<Frontier>,
    queue: Mutex<Queue>,
    woken: Condvar,
}

#[derive(Default)]
struct Queue {
    requests: VecDeque<Request>,
    bytes: usize,
    closing: bool,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("waiting_bytes", &self.waiting_bytes())
            .finish()
    }
}

impl Writer {
    pub(crate) fn start(
        store: Arc<dyn Store>,
        frontier: Frontier,
        sidecar: Option<Keeper>,
    ) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared {
            store,
            frontier: RwLock::new(frontier),
            queue: Mutex::default(),
            woken: Condvar::new(),
        });
        let worker = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || worker.work(sidecar))
            .map_err(|error| StoreError::file("write", "store", error))?;
        Ok(Self {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(crate) fn frontier(&self) -> &RwLock<Frontier> {
        &self.shared.frontier
    }

    pub(crate) fn waiting_bytes(&self) -> usize {
        self.shared.queue().bytes
    }

    /// Queues a request; after [`Writer::close`] it is answered at once.
    pub(crate) fn submit(&self, request: Request) {
        let mut queue = self.shared.queue();
        if queue.closing {
            drop(queue);
            answer(request.callback, Err(StoreError::Closed));
            return;
        }
        queue.bytes += request.work.bytes();
        queue.requests.push_back(request);
        drop(queue);
        self.shared.woken.notify_one();
    }

    /// Has everything queued written, ends the thread and closes the store.
    pub(crate) fn close(&self) {
        self.shared.queue().closing = true;
        self.shared.woken.notify_one();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.thread().id() != thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer ended by a panic");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, mut sidecar: Option<Keeper>) {
        self.note(&mut sidecar, Keeper::write_now);
        while let Some(group) = self.next_group(&mut sidecar) {
            let shortens = group.iter().any(|request| request.work.shortens());
            self.commit(group);
            // The sidecar must not claim what a repair has just given up.
            self.note(
                &mut sidecar,
                if shortens {
                    Keeper::write_now
                } else {
                    Keeper::committed
                },
            );
        }
        self.note(&mut sidecar, Keeper::write_now);
        self.store.close();
    }

    fn note(&self, sidecar: &mut Option<Keeper>, note: fn(&mut Keeper, &dyn Store, u64)) {
        if let Some(keeper) = sidecar {
            let entries = self
                .frontier
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .entries();
            note(keeper, &*self.store, entries);
        }
    }

    /// Waits for requests; `None` once the store is closing and all are written.
    fn next_group(&self, sidecar: &mut Option<Keeper>) -> Option<Vec<Request>> {
        let mut queue = self.queue();
        while queue.requests.is_empty() && !queue.closing {
            let due = sidecar.as_ref().and_then(Keeper::due);
            queue = match due {
                None => self
                    .woken
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(wait) if !wait.is_zero() => {
                    let waited = self.woken.wait_timeout(queue, wait);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                Some(_) => {
                    drop(queue);
                    self.note(sidecar, Keeper::write_now);
                    self.queue()
                }
            };
        }
        let (mut group, mut bytes) = (Vec::new(), 0);
        while let Some(request) = queue.requests.front() {
            bytes += request.work.bytes();
            let alone = request.work.is_committed_alone();
            if !group.is_empty() && (bytes > MAX_GROUP_BYTES || alone) {
                break;
            }
            group.extend(queue.requests.pop_front());
            if alone {
                break;
            }
        }
        queue.bytes = queue
            .requests
            .iter()
            .map(|request| request.work.bytes())
            .sum();
        (!group.is_empty()).then_some(group)
    }

    fn commit(&self, group: Vec<Request>) {
        let mut plan = Plan {
            store: &*self.store,
            held: self
                .frontier
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            moved: BTreeMap::new(),
            batch: Batch::new(),
        };
        let mut planned = Vec::with_capacity(group.len());
        for request in group {
            let outcome = match request.work {
                Work::Runs(runs) => plan.add_runs(&runs),
                Work::Put { key, value } => {
                    match value {
                        Some(value) => plan.batch.put(key, value),
                        None => plan.batch.remove(key),
                    }
                    Ok((0, 0))
                }
                Work::Bodies { author, change } => plan.change_bodies(&author, &change),
                Work::PutAside { author, after } => {
                    let (store, tip) = (&*self.store, plan.tip(&author));
                    let left = branches::plan(store, &author, tip, after, &mut plan.batch);
                    left.map(|left| {
                        plan.moved.insert(author, left);
                        (0, 0)
                    })
                }
                Work::CutBack {
                    author,
                    tip,
                    remove,
                } => {
                    remove.into_iter().for_each(|key| plan.batch.remove(key));
                    plan.moved.insert(author, tip);
                    Ok((0, 0))
                }
            };
            planned.push((request.callback, outcome));
        }
        for (author, tip) in &plan.moved {
            if tip.seq == 0 {
                plan.batch.remove(keys::tip(author));
            } else {
                plan.batch.put(keys::tip(author), keys::tip_value(*tip));
            }
        }
        let committed = if plan.batch.is_empty() {
            Ok(self.store.stats().commits)
        } else {
            self.store.commit(&plan.batch)
        };
        if committed.is_ok() {
            let mut frontier = self
                .frontier
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            for (author, tip) in plan.moved {
                frontier.set(author, tip);
            }
        }
        for (callback, outcome) in planned {
            let result = outcome.and_then(|(runs, entries)| {
                committed.clone().map(|commit| Appended {
                    commit,
                    runs,
                    entries,
                })
            });
            answer(callback, result);
        }
    }
}

/// A panic in a caller's callback must not end the writer.
fn answer(callback: Callback, result: Result<Appended, StoreError>) {
    if let Err(panic) = guarded(|| callback(result)) {
        tracing::error!(panic, "a callback of the store panicked");
    }
}

/// One batch in the making, and the tips once it is durable.
struct Plan<'s> {
    store: &'s dyn Store,
    held: Frontier,
    moved: BTreeMap<NodeId, Tip>,
    batch: Batch,
}

impl Plan<'_> {
    fn tip(&self, author: &NodeId) -> Tip {
        self.moved
            .get(author)
            .copied()
            .unwrap_or_else(|| self.held.tip(author))
    }

    /// Adds all of `runs` or none; returns how many runs and entries are new.
    fn add_runs(&mut self, runs: &[Arc<VerifiedRun>]) -> Result<(usize, u64), StoreError> {
        let mut tips = BTreeMap::new();
        let mut fresh = Vec::new();
        let mut entries = 0;
        for run in runs {
            let author = run.author();
            let tip = tips
                .get(&author)
                .copied()
                .unwrap_or_else(|| self.tip(&author));
            if continues(run, tip)? {
                tips.insert(author, run.last());
                entries += run.last().seq - tip.seq;
                fresh.push((run, tip));
            }
        }
        for (run, tip) in &fresh {
            self.add_run(run, *tip)?;
        }
        self.moved.extend(tips);
        Ok((fresh.len(), entries))
    }

    fn add_run(&mut self, run: &VerifiedRun, tip: Tip) -> Result<(), StoreError> {
        let (author, first_seq) = (run.author(), run.first_seq());
        // Two peers may have sent the same entries cut differently: what begins inside this run is
        // wholly contained in it, since it reaches beyond the tip.
        for covered in (first_seq + 1)..=tip.seq {
            self.batch.remove(keys::run(&author, covered));
        }
        let Some(first) = run.entries().first() else {
            return Ok(());
        };
        let mut wire = Arc::clone(run.wire());
        // What is held keeps its bodies, and stays without those that were erased.
        for seq in first_seq..=tip.seq {
            wire = self.as_held(&author, seq, wire)?;
        }
        let value = [&first.header.previous.0[..], &wire].concat();
        self.batch.put(keys::run(&author, first_seq), value);
        for left_out in run.entries().iter().filter_map(LeftOut::of) {
            let key = keys::left_out(&left_out.place);
            self.batch.put(key, left_out.encode());
        }
        // Such an entry ends its run, so a run has one at most.
        if let Some(signed) = SignedEntry::of(run) {
            let key = keys::authority(&author, signed.entry.header.seq);
            self.batch.put(key, signed.encode());
        }
        Ok(())
    }

    /// The run, with the body of entry `seq` as the store has it: there, or left out.
    fn as_held(&self, author: &NodeId, seq: u64, wire: Arc<[u8]>) -> Result<Arc<[u8]>, StoreError> {
        let Some((_, held)) = stored_run(self.store, author, seq)? else {
            return Ok(wire);
        };
        let body = body_of(&held, seq).map_err(|error| self.damaged(&error))?;
        let Some(body) = body else { return Ok(wire) };
        let changed = match body {
            Some(body) => run::put_back(&wire, seq, &body),
            None => run::leave_out(&wire, &[seq].into()),
        };
        let changed = changed.map_err(|error| self.damaged(&error))?;
        Ok(changed.unwrap_or(wire))
    }

    fn damaged(&self, error: &DecodeError) -> StoreError {
        self.store.damaged(error.to_string())
    }

    /// Rewrites the runs that hold these bodies; those that are so already stay.
    fn change_bodies(
        &mut self,
        author: &NodeId,
        change: &BodyChange,
    ) -> Result<(usize, u64), StoreError> {
        let seqs: BTreeSet<u64> = match change {
            BodyChange::LeaveOut(seqs) => seqs.clone(),
            BodyChange::PutBack { seq, .. } => [*seq].into(),
        };
        let tip = self.tip(author).seq;
        let (mut runs, mut bodies, mut done) = (0, 0, 0);
        for seq in seqs.into_iter().filter(|seq| *seq <= tip) {
            if seq <= done {
                continue;
            }
            let Some((key, value)) = stored_run(self.store, author, seq)? else {
                continue;
            };
            let (previous, wire) = value.split_at_checked(32).unwrap_or_default();
            done = Preamble::decode(wire)
                .map_err(|error| self.damaged(&error))?
                .last_seq();
            let changed = match change {
                BodyChange::LeaveOut(seqs) => run::leave_out(wire, seqs),
                BodyChange::PutBack { seq, body } => run::put_back(wire, *seq, body),
            };
            let Some(changed) = changed.map_err(|error| self.damaged(&error))? else {
                continue;
            };
            runs += 1;
            let read = |wire: &[u8]| {
                let entries = run::read_stored(NetworkId::default(), EntryId::ZERO, wire);
                entries.map_err(|error| self.damaged(&error))
            };
            for (before, after) in read(wire)?.iter().zip(&read(&changed)?) {
                match (LeftOut::of(before), LeftOut::of(after)) {
                    (None, Some(left_out)) => {
                        bodies += 1;
                        let key = keys::left_out(&left_out.place);
                        self.batch.put(key, left_out.encode());
                    }
                    (Some(left_out), None) => {
                        bodies += 1;
                        self.batch.remove(keys::left_out(&left_out.place));
                    }
                    _ => {}
                }
            }
            self.batch.put(key, [previous, &changed[..]].concat());
        }
        Ok((runs, bodies))
    }
}

/// Key and value of a run in a store.
type Stored = (Vec<u8>, Vec<u8>);

/// The stored run that holds entry `seq` of `author`, if any does.
fn stored_run(store: &dyn Store, author: &NodeId, seq: u64) -> Result<Option<Stored>, StoreError> {
    let (from, to) = (
        keys::run(author, 1),
        keys::run(author, seq.saturating_add(1)),
    );
    let mut found = None;
    store.scan(&from, &to, Direction::Backward, &mut |key, value| {
        found = Some((key.to_vec(), value));
        ControlFlow::Break(())
    })?;
    Ok(found)
}

/// The body of entry `seq` in a stored run's value: of an entry that is there, what is there of it.
fn body_of(value: &[u8], seq: u64) -> Result<Option<Option<Vec<u8>>>, DecodeError> {
    let wire = value.get(32..).unwrap_or_default();
    let entries = run::read_stored(NetworkId::default(), EntryId::ZERO, wire)?;
    let entry = entries.into_iter().find(|it| it.header.seq == seq);
    Ok(entry.map(|it| it.body))
}

/// Whether `run` brings something new; an error if it does not fit the journal held up to `tip`.
fn continues(run: &VerifiedRun, tip: Tip) -> Result<bool, StoreError> {
    let (author, first) = (run.author(), run.first_seq());
    if first > tip.seq.saturating_add(1) {
        return Err(StoreError::Gap {
            author,
            first,
            held: tip.seq,
        });
    }
    // The one entry of the run, or before it, that can be held against what is stored.
    let at_tip = if first == tip.seq + 1 {
        run.entries().first().map(|entry| entry.header.previous)
    } else {
        run.entries()
            .iter()
            .find(|entry| entry.header.seq == tip.seq)
            .map(|entry| entry.id)
    };
    if at_tip.is_some_and(|id| id != tip.id) {
        return Err(StoreError::Forked {
            author,
            seq: tip.seq,
        });
    }
    Ok(run.last().seq > tip.seq)
}
