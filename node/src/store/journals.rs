//! The journals as a node works with them: runs, tips, authority, a few values of its own.
//!
//! Reading goes to the engine directly and shows durable things only; writing goes through one
//! thread outside the async runtime ([`super::writer`]), which commits whatever is waiting
//! together and answers once that is synced.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, PoisonError, mpsc};

use sync_protocol::authority::SignedEntry;
use sync_protocol::codec::DecodeError;
use sync_protocol::entry::Entry;
use sync_protocol::frontier::{Frontier, Tip};
use sync_protocol::id::{EntryId, NetworkId, NodeId};
use sync_protocol::run::{self, VerifiedRun};

use super::engine::{Direction, Store, StoreStats};
use super::opening::{OpenOptions, open_or_create};
use super::sidecar::{self, Keeper};
use super::writer::{Callback, Request, Work, Writer};
use super::{StoreError, journal_keys as keys};

/// All journals this node holds.
#[derive(Debug)]
pub struct Journals {
    store: Arc<dyn Store>,
    writer: Writer,
}

/// What an append made durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Number of the commit that holds it.
    pub commit: u64,
    /// Runs that were new.
    pub runs: usize,
    /// Entries that were new.
    pub entries: u64,
}

/// A run as it lies in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRun {
    /// Whose journal.
    pub author: NodeId,
    /// Sequence number of its first entry.
    pub first_seq: u64,
    /// The entry before its first, which reading it needs.
    pub previous: EntryId,
    /// The run as it came.
    pub wire: Arc<[u8]>,
}

impl StoredRun {
    /// Reads the entries; the signature was verified before the run was stored.
    ///
    /// # Errors
    /// Bytes that are not a run: the store is damaged.
    pub fn entries(&self, network: NetworkId) -> Result<Vec<Entry>, DecodeError> {
        run::read_stored(network, self.previous, &self.wire)
    }

    pub(super) fn read(key: &[u8], value: &[u8]) -> Option<Self> {
        let (previous, wire) = value.split_first_chunk::<32>()?;
        Some(Self {
            author: keys::author_of(key)?,
            first_seq: keys::seq_of(key)?,
            previous: EntryId(*previous),
            wire: wire.into(),
        })
    }
}

impl Journals {
    /// Opens the journals stored at `path`, or creates them.
    ///
    /// # Errors
    /// Everything that can be wrong with a store, see [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, &OpenOptions::default())
    }

    /// As [`Journals::open`], with settings.
    ///
    /// # Errors
    /// As [`Journals::open`].
    pub fn open_with(path: &Path, options: &OpenOptions) -> Result<Self, StoreError> {
        let known = sidecar::read(path)?.filter(|_| !options.accept_loss);
        let store: Arc<dyn Store> = open_or_create(path, options)?.into();
        let entries = read_tips(&*store)?.entries();
        // A damaged engine may lose single keys and say nothing. A journal that seems shorter than
        // it is would have this node use its numbers twice.
        if let Some(expected) = known
            .map(|known| known.entries)
            .filter(|known| entries < *known)
        {
            store.close();
            return Err(StoreError::EntriesMissing {
                path: path.to_owned(),
                entries,
                expected,
            });
        }
        Self::start(store, Some(Keeper::new(path)))
    }

    /// The journals over another engine.
    ///
    /// # Errors
    /// What the engine says.
    pub fn over(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        Self::start(store, None)
    }

    fn start(store: Arc<dyn Store>, sidecar: Option<Keeper>) -> Result<Self, StoreError> {
        let frontier = read_tips(&*store)?;
        let writer = Writer::start(Arc::clone(&store), frontier, sidecar)?;
        Ok(Self { store, writer })
    }

    /// How far every journal is held, durably.
    #[must_use]
    pub fn frontier(&self) -> Frontier {
        self.writer
            .frontier()
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The tip of every journal, by author.
    #[must_use]
    pub fn tips(&self) -> BTreeMap<NodeId, Tip> {
        self.frontier()
            .iter()
            .map(|(author, tip)| (*author, *tip))
            .collect()
    }

    /// The tip of one journal, [`Tip::EMPTY`] if nothing of it is held.
    #[must_use]
    pub fn tip(&self, author: &NodeId) -> Tip {
        self.writer
            .frontier()
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .tip(author)
    }

    /// Stores `runs` and waits until they are durable. See [`Journals::append_then`].
    ///
    /// # Errors
    /// As [`Journals::append_then`].
    pub fn append<R: Into<Arc<VerifiedRun>>>(&self, runs: Vec<R>) -> Result<Appended, StoreError> {
        self.wait_for(Work::Runs(runs.into_iter().map(Into::into).collect()))
    }

    /// Stores `runs`, all or none, and calls `callback` once they are durable.
    ///
    /// Runs must continue their journals in order; what is held already is left out silently. The
    /// callback runs on the writer's thread, so it must be short and must not wait for another
    /// append. [`Journals::waiting_bytes`] tells how much is queued.
    ///
    /// The callback gets [`StoreError::Gap`] or [`StoreError::Forked`] for runs that do not
    /// continue their journal, else what the engine says.
    pub fn append_then(
        &self,
        runs: Vec<Arc<VerifiedRun>>,
        callback: impl FnOnce(Result<Appended, StoreError>) + Send + 'static,
    ) {
        self.writer.submit(Request {
            work: Work::Runs(runs),
            callback: Box::new(callback),
        });
    }

    /// Bytes of runs that wait for the disk.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        self.writer.waiting_bytes()
    }

    /// The stored runs of `author` that hold entries after `after`, in order, at most `max_bytes`
    /// of them but at least one. The first may begin before `after + 1`.
    ///
    /// # Errors
    /// What the engine says.
    pub fn runs_after(
        &self,
        author: &NodeId,
        after: u64,
        max_bytes: usize,
    ) -> Result<Vec<Arc<[u8]>>, StoreError> {
        let tip = self.tip(author).seq;
        let Some(first) = after.checked_add(1).filter(|first| *first <= tip) else {
            return Ok(Vec::new());
        };
        let Some(start) = self.run_containing(author, first)? else {
            return Err(self.damaged(format!("a run of {author:?} with entry {first} is missing")));
        };
        let mut bytes = start.wire.len();
        let from = keys::run(author, start.first_seq.saturating_add(1));
        let mut runs = vec![start.wire];
        // Up to the tip: what lies beyond is not yet synced.
        let to = keys::run(author, tip.saturating_add(1));
        let mut broken = false;
        self.store
            .scan(&from, &to, Direction::Forward, &mut |key, value| {
                let Some(run) = StoredRun::read(key, &value) else {
                    broken = true;
                    return ControlFlow::Break(());
                };
                bytes = bytes.saturating_add(run.wire.len());
                if bytes > max_bytes {
                    return ControlFlow::Break(());
                }
                runs.push(run.wire);
                ControlFlow::Continue(())
            })?;
        if broken {
            Err(self.damaged(format!("a run of {author:?} is too short")))
        } else {
            Ok(runs)
        }
    }

    /// The stored run that holds entry `seq` of `author`, if that entry is held.
    ///
    /// # Errors
    /// What the engine says.
    pub fn run_containing(
        &self,
        author: &NodeId,
        seq: u64,
    ) -> Result<Option<StoredRun>, StoreError> {
        if seq == 0 || seq > self.tip(author).seq {
            return Ok(None);
        }
        let (from, to) = (
            keys::run(author, 1),
            keys::run(author, seq.saturating_add(1)),
        );
        let mut found = None;
        self.store
            .scan(&from, &to, Direction::Backward, &mut |key, value| {
                found = Some(StoredRun::read(key, &value));
                ControlFlow::Break(())
            })?;
        match found {
            Some(Some(run)) => Ok(Some(run)),
            _ => Err(self.damaged(format!("entry {seq} of {author:?} is missing"))),
        }
    }

    /// The identity of entry `seq` of `author`, if that entry is held.
    ///
    /// # Errors
    /// What the engine says, and [`StoreError::Damaged`] for a run that cannot be read.
    pub fn entry_id(
        &self,
        network: NetworkId,
        author: &NodeId,
        seq: u64,
    ) -> Result<Option<EntryId>, StoreError> {
        let tip = self.tip(author);
        if seq == tip.seq && seq > 0 {
            return Ok(Some(tip.id));
        }
        let Some(run) = self.run_containing(author, seq)? else {
            return Ok(None);
        };
        let entries = run
            .entries(network)
            .map_err(|error| self.damaged(error.to_string()))?;
        Ok(entries
            .iter()
            .find(|entry| entry.header.seq == seq)
            .map(|entry| entry.id))
    }

    /// Every stored entry that carries authority, by author and sequence number: what the charter
    /// is made of, without reading the journals.
    ///
    /// # Errors
    /// What the engine says.
    pub fn authority(&self) -> Result<Vec<SignedEntry>, StoreError> {
        let (from, to) = keys::all(keys::AUTHORITY);
        let (mut entries, mut broken) = (Vec::new(), false);
        self.store
            .scan(&from, &to, Direction::Forward, &mut |_, value| {
                let read = SignedEntry::decode(&value);
                broken |= read.is_err();
                entries.extend(read);
                ControlFlow::Continue(())
            })?;
        // What is in the engine but not yet synced is not shown.
        entries.retain(|held| held.entry.header.seq <= self.tip(&held.entry.header.author).seq);
        if broken {
            Err(self.damaged("an entry that carries authority cannot be read".to_owned()))
        } else {
            Ok(entries)
        }
    }

    /// The node's own small value under `name`.
    ///
    /// # Errors
    /// What the engine says.
    pub fn get_meta(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(&keys::meta(name))
    }

    /// Stores, or with `None` removes, the node's own small value under `name`; durable on return.
    ///
    /// # Errors
    /// What the engine says.
    pub fn put_meta(&self, name: &str, value: Option<&[u8]>) -> Result<(), StoreError> {
        let value = value.map(<[u8]>::to_vec);
        self.wait_for(Work::Put {
            key: keys::meta(name),
            value,
        })
        .map(drop)
    }

    /// Facts and counters of the engine.
    #[must_use]
    pub fn stats(&self) -> StoreStats {
        self.store.stats()
    }

    /// Stores what is waiting, then closes the store; later appends fail.
    pub fn close(&self) {
        self.writer.close();
    }

    pub(super) const fn store_handle(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(super) fn wait_for(&self, work: Work) -> Result<Appended, StoreError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let callback: Callback = Box::new(move |result| {
            // The other end waits below.
            let _ = sender.send(result);
        });
        self.writer.submit(Request { work, callback });
        receiver.recv().unwrap_or(Err(StoreError::Closed))
    }

    fn damaged(&self, detail: String) -> StoreError {
        self.store.damaged(detail)
    }
}

fn read_tips(store: &dyn Store) -> Result<Frontier, StoreError> {
    let (from, to) = keys::all(keys::TIP);
    let (mut tips, mut broken) = (Vec::new(), false);
    store.scan(&from, &to, Direction::Forward, &mut |key, value| {
        let row = keys::author_of(key).zip(keys::tip_of(&value));
        broken |= row.is_none();
        tips.extend(row);
        ControlFlow::Continue(())
    })?;
    if broken {
        return Err(store.damaged("a journal's tip cannot be read".to_owned()));
    }
    Ok(tips.into_iter().collect())
}

#[cfg(test)]
pub(super) mod tests;
