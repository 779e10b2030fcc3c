//! Taking out of a damaged store what is sound, into a fresh one.
//!
//! The damaged store is never opened itself: a copy is, in a process of its own
//! ([`super::reading_out`]). Every run that comes is verified as if a stranger had sent it, so what
//! the fresh store holds is the sound beginning of each journal, whatever the damage made of the
//! rest. A reader that falls silent or dies is started again over a fresh copy, without what it
//! died of; if the store does not open, once more without sled's snapshots, which it can do
//! without.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;

use sync_protocol::frontier::Tip;
use sync_protocol::id::{NetworkId, NodeId};
use sync_protocol::run::{self, VerifiedRun};

use super::journals::Journals;
use super::reading_out::{Orders, Piece, READ_OUT, Task, patience};
use super::{StoreError, journal_keys as keys};

/// Runs stored in one commit.
const RUNS_A_COMMIT: usize = 64;
/// Readers started at most: each new one leaves out at least one thing more.
const MOST_READERS: usize = 40;

/// Who reads out a damaged store.
#[derive(Clone, Debug)]
pub enum Reader {
    /// The program that does so when it is started with [`READ_OUT`].
    Program(PathBuf),
    /// This very process, in tests, which have no such program.
    #[cfg(test)]
    InProcess,
}

impl Reader {
    /// Starts to read out the store at `scratch`; the child is to be ended once nobody listens.
    fn start(
        &self,
        scratch: &Path,
        orders: &Orders,
    ) -> Result<(Box<dyn Read + Send>, Option<Child>), StoreError> {
        match self {
            Self::Program(program) => {
                let mut child = Command::new(program)
                    .arg(READ_OUT)
                    .arg(scratch)
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::null())
                    .spawn()
                    .map_err(|error| StoreError::file("start", program, error))?;
                if let Some(input) = &mut child.stdin {
                    // A reader that is gone already shows when it is listened to.
                    let _ = orders.write(input);
                }
                let output: Box<dyn Read + Send> = match child.stdout.take() {
                    Some(output) => Box::new(output),
                    None => Box::new(io::empty()),
                };
                Ok((output, Some(child)))
            }
            #[cfg(test)]
            Self::InProcess => {
                let pipe = io::pipe();
                let (reader, writer) =
                    pipe.map_err(|error| StoreError::file("start", scratch, error))?;
                let (scratch, orders) = (scratch.to_owned(), orders.clone());
                thread::spawn(move || super::reading_out::read_out_to(&scratch, orders, writer));
                Ok((Box::new(reader), None))
            }
        }
    }
}

/// What became of a damaged store.
#[derive(Clone, Debug, Default)]
pub struct Salvaged {
    /// Identity and commits that the damaged store stated.
    pub identity: Option<([u8; 16], u64)>,
    /// The tip that the damaged store stated of each journal.
    pub stated: BTreeMap<NodeId, Tip>,
    /// What could not be read, and why; empty for a store without any damage.
    pub flaws: Vec<String>,
    /// Readers that hung or died.
    pub readers_lost: usize,
}

/// Fills `fresh` with all that is sound in the store at `damaged`, which is copied to `scratch` to
/// be read and left as it is. `hints` are authors to ask for even if the store does not list them.
///
/// # Errors
/// What the fresh store says, or the copy; damage is no error.
pub fn salvage(
    damaged: &Path,
    scratch: &Path,
    reader: &Reader,
    network: NetworkId,
    hints: BTreeSet<NodeId>,
    fresh: &Journals,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Salvaged, StoreError> {
    let mut salvage = Salvage {
        network,
        fresh,
        waiting: Vec::new(),
        orders: Orders {
            skip: BTreeSet::new(),
            authors: hints,
        },
        authority: Vec::new(),
        ended: BTreeSet::new(),
        found: Salvaged::default(),
    };
    let mut with_snapshots = true;
    for _ in 0..MOST_READERS {
        copy_store(damaged, scratch, with_snapshots)?;
        let died_of = salvage.listen(reader, scratch, progress)?;
        salvage.store_waiting()?;
        remove(scratch)?;
        match died_of {
            None => break,
            Some(Task::Open) if with_snapshots => with_snapshots = false,
            Some(Task::Open) => break,
            Some(task) => {
                salvage.orders.skip.insert(task);
            }
        }
    }
    salvage.judge()
}

/// Removes the scratch copy of a repair.
pub(crate) fn remove(scratch: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(scratch) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::file("remove", scratch, error))
        }
        _ => Ok(()),
    }
}

fn copy_store(from: &Path, to: &Path, with_snapshots: bool) -> Result<(), StoreError> {
    remove(to)?;
    copy_folder(from, to, &|name| {
        with_snapshots || !name.starts_with("snap.")
    })
}

/// Copies the files below `from` whose names `wanted` takes.
pub(crate) fn copy_folder(
    from: &Path,
    to: &Path,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<(), StoreError> {
    fs::create_dir_all(to).map_err(|error| StoreError::file("create", to, error))?;
    let failed = |error| StoreError::file("read", from, error);
    for item in fs::read_dir(from).map_err(failed)? {
        let item = item.map_err(failed)?;
        let (source, target) = (item.path(), to.join(item.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target, wanted)?;
        } else if wanted(&item.file_name().to_string_lossy()) {
            fs::copy(&source, &target).map_err(|error| StoreError::file("write", target, error))?;
        }
    }
    Ok(())
}

struct Salvage<'f> {
    network: NetworkId,
    fresh: &'f Journals,
    waiting: Vec<Arc<VerifiedRun>>,
    orders: Orders,
    authority: Vec<(Vec<u8>, Vec<u8>)>,
    /// Journals whose next run was not sound.
    ended: BTreeSet<NodeId>,
    found: Salvaged,
}

impl Salvage<'_> {
    /// Starts a reader and takes what it says; returns what it died of, if it did.
    fn listen(
        &mut self,
        reader: &Reader,
        scratch: &Path,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Option<Task>, StoreError> {
        let (output, child) = reader.start(scratch, &self.orders)?;
        // Bounded: the reader waits while the fresh store writes.
        let (sender, receiver) = mpsc::sync_channel(16);
        thread::Builder::new()
            .name("store-salvage".to_owned())
            .spawn(move || {
                let mut output = BufReader::new(output);
                while let Some(piece) = Piece::read(&mut output) {
                    if sender.send(piece).is_err() {
                        break;
                    }
                }
            })
            .map_err(|error| StoreError::file("start", scratch, error))?;
        let patience = patience(scratch);
        let mut at = Task::Open;
        let mut outcome = Ok(Some(at));
        let mut was_told = false;
        while let Ok(piece) = receiver.recv_timeout(patience) {
            match piece {
                Piece::End => {
                    outcome = Ok(None);
                    break;
                }
                Piece::Begun(task) => at = task,
                Piece::Done(Task::Open) => {}
                Piece::Done(task) => {
                    self.orders.skip.insert(task);
                }
                Piece::Failed(task, why) => {
                    self.found.flaws.push(why);
                    was_told = task == Task::Open;
                    if task != Task::Open {
                        self.orders.skip.insert(task);
                    }
                }
                Piece::Identity { database, commits } => {
                    self.found.identity = Some((database, commits));
                }
                Piece::Author(author) => {
                    self.orders.authors.insert(author);
                }
                Piece::Value { key, value } => {
                    if let Err(error) = self.take(at, key, value) {
                        outcome = Err(error);
                        break;
                    }
                    let done = self.fresh.frontier().entries();
                    let stated = self.found.stated.values().map(|tip| tip.seq);
                    progress(done, stated.fold(0, u64::saturating_add).max(done));
                }
            }
            outcome = Ok(Some(at));
        }
        drop(receiver);
        if let Some(mut child) = child {
            // It may hang; it holds nothing that anyone needs.
            let _ = child.kill();
            let _ = child.wait();
        }
        if matches!(outcome, Ok(Some(_))) && !was_told {
            self.found.readers_lost += 1;
            self.found
                .flaws
                .push("the store did not let itself be read".to_owned());
        }
        outcome
    }

    fn take(&mut self, task: Task, key: Vec<u8>, value: Vec<u8>) -> Result<(), StoreError> {
        match task {
            Task::Tips => {
                if let Some((author, tip)) = keys::author_of(&key).zip(keys::tip_of(&value)) {
                    self.found.stated.insert(author, tip);
                    self.orders.authors.insert(author);
                }
            }
            Task::Small => {
                if let Some(name) = key.get(1..).and_then(|name| str::from_utf8(name).ok()) {
                    self.fresh.put_meta(name, Some(&value))?;
                }
            }
            Task::Authority => self.authority.push((key, value)),
            Task::Journal(author) => self.take_run(author, &value)?,
            Task::Open | Task::Authors => {}
        }
        Ok(())
    }

    fn take_run(&mut self, author: NodeId, value: &[u8]) -> Result<(), StoreError> {
        if self.ended.contains(&author) {
            return Ok(());
        }
        let waiting = self.waiting.last().filter(|run| run.author() == author);
        let tip = waiting.map_or_else(|| self.fresh.tip(&author), |run| run.last());
        let wire = value.get(32..).unwrap_or_default();
        let flaw = match run::verify(self.network, tip, wire) {
            Ok(run) if run.author() == author => {
                self.waiting.push(Arc::new(run));
                None
            }
            Ok(_) => Some("a run of another journal".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(flaw) = flaw {
            self.ended.insert(author);
            self.found.flaws.push(flaw);
        }
        if self.waiting.len() >= RUNS_A_COMMIT {
            self.store_waiting()?;
        }
        Ok(())
    }

    fn store_waiting(&mut self) -> Result<(), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        self.fresh.append(waiting).map(drop)
    }

    /// What is wrong although everything could be read.
    fn judge(mut self) -> Result<Salvaged, StoreError> {
        for (author, stated) in &self.found.stated {
            let sound = self.fresh.tip(author);
            if sound != *stated {
                self.found.flaws.push(format!(
                    "journal of {} is sound up to entry {} of {}",
                    author.short(),
                    sound.seq,
                    stated.seq
                ));
            }
        }
        for author in self.fresh.tips().into_keys() {
            if !self.found.stated.contains_key(&author) {
                let flaw = format!("the tip of journal {} is gone", author.short());
                self.found.flaws.push(flaw);
            }
        }
        let (from, to) = keys::all(keys::AUTHORITY);
        let expected = self.fresh.engine().keys(&from, &to, usize::MAX)?;
        let mut same = expected.len() == self.authority.len();
        for (key, value) in &self.authority {
            same &= self.fresh.engine().get(key)?.as_ref() == Some(value);
        }
        if !same {
            let flaw = "the entries that carry authority are not those of the journals";
            self.found.flaws.push(flaw.to_owned());
        }
        Ok(self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::journals::tests::{Author, NETWORK};
    use crate::store::{Batch, Store};

    fn salvaged(folder: &Path) -> (Journals, Salvaged) {
        let fresh = Journals::open(&folder.join("fresh")).unwrap();
        let found = salvage(
            &folder.join("store"),
            &folder.join("scratch"),
            &Reader::InProcess,
            NETWORK,
            BTreeSet::new(),
            &fresh,
            &mut |_, _| {},
        );
        assert!(!folder.join("scratch").exists());
        (fresh, found.unwrap())
    }

    fn spoil(store: &dyn Store, key: Vec<u8>, value: Option<Vec<u8>>) {
        let mut batch = Batch::new();
        match value {
            Some(value) => batch.put(key, value),
            None => batch.remove(key),
        }
        store.commit(&batch).unwrap();
    }

    #[test]
    fn a_sound_store_is_taken_over_whole() {
        let folder = tempfile::tempdir().unwrap();
        let journals = Journals::open(&folder.path().join("store")).unwrap();
        let (mut one, mut other) = (Author::new(1), Author::new(2));
        for _ in 0..70 {
            journals.append(vec![one.say(2), other.say(1)]).unwrap();
        }
        journals.put_meta("name", Some(b"value")).unwrap();
        let tips = journals.tips();
        drop(journals);
        let (fresh, found) = salvaged(folder.path());
        assert_eq!((found.flaws, found.readers_lost), (Vec::<String>::new(), 0));
        assert_eq!(fresh.tips(), tips);
        assert_eq!(fresh.get_meta("name").unwrap().unwrap(), b"value");
        assert!(fresh.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
    }

    #[test]
    fn each_journal_is_taken_over_up_to_its_first_flaw() {
        let folder = tempfile::tempdir().unwrap();
        let journals = Journals::open(&folder.path().join("store")).unwrap();
        let mut authors = [1, 2, 3, 4].map(Author::new);
        for _ in 0..5 {
            for author in &mut authors {
                journals.append(vec![author.say(2)]).unwrap();
            }
        }
        let [torn, gap, tipless, sound] = authors.map(|author| author.id());
        let store = journals.engine();
        let mut value = store.get(&keys::run(&torn, 5)).unwrap().unwrap();
        let last = value.len() - 1;
        value[last] ^= 1;
        spoil(&**store, keys::run(&torn, 5), Some(value));
        spoil(&**store, keys::run(&gap, 7), None);
        spoil(&**store, keys::tip(&tipless), None);
        drop(journals);
        let (fresh, found) = salvaged(folder.path());
        assert!(found.flaws.len() >= 3, "{:?}", found.flaws);
        assert_eq!(found.stated.len(), 3);
        let tips = [torn, gap, tipless, sound].map(|author| fresh.tip(&author).seq);
        assert_eq!(tips, [4, 6, 10, 10]);
    }

    #[test]
    fn a_store_that_does_not_open_gives_nothing_and_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        fs::create_dir(&store).unwrap();
        fs::write(store.join("db"), b"torn").unwrap();
        let (fresh, found) = salvaged(folder.path());
        assert!(fresh.tips().is_empty() && !found.flaws.is_empty());
        assert_eq!(fs::read(store.join("db")).unwrap(), b"torn");
    }
}
