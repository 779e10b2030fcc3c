//! This node's own runs, kept a second time until enough others hold them.
//!
//! An edit that no peer has acknowledged exists only here, so it does not hang on the engine alone:
//! its run is appended to `own.runs` and synced *before* it is acknowledged. That costs one write
//! and one `fdatasync` a commit, however many runs it has. [`Outbox::prune`] forgets what others
//! hold: a mark is appended without a sync (losing it only replays what is already held), and the
//! file is rewritten once most of it is forgotten, so it stays bounded by what is not yet
//! acknowledged.
//!
//! Each piece: a tag (4), what it is (1), length (4), checksum over both and the content (8), the
//! content. A run's content is author (32), first seq (8), last seq (8), wire; a mark's is
//! author (32), seq (8). A torn tail is what a crash in mid-append leaves; it was never acknowledged
//! and is cut off. A piece damaged in the middle is stepped over to the next tag, and the file as it
//! was is kept beside the new one.
//!
//! Every own entry passes through here before anybody hears of it, so the outbox also knows which
//! numbers are *used*: the highest of each author, kept when the runs themselves are forgotten. A
//! store that came back with less must not give such a number to another entry. A damaged piece may
//! have taken that knowledge with it; the file then carries a *doubt* until [`Outbox::settle`].

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sync_protocol::codec::DecodeError;
use sync_protocol::frontier::Tip;
use sync_protocol::id::NodeId;
use sync_protocol::run::{self, Preamble, VerifiedRun};
use sync_protocol::seal::erase::ErasedBodies;

use super::StoreError;
use super::bodies::without;
use crate::fuse::step;
use crate::home::atomic::{self, Access};
use crate::home::syncs;

mod contents;

use contents::{Contents, DOUBT, FRAME_BYTES, MARK, RUN, piece, raise, refuse_later, used_piece};

const FILE_NAME: &str = "own.runs";
/// Forgotten bytes below which rewriting the file is not worth two syncs.
const REWRITE_BYTES: u64 = 256 * 1024;

/// A run that waits for others to hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRun {
    /// Whose journal: this node's, under the key it had.
    pub author: NodeId,
    /// Sequence number of its first entry.
    pub first_seq: u64,
    /// Sequence number of its last entry.
    pub last_seq: u64,
    /// The run as it is sent and stored.
    pub wire: Arc<[u8]>,
    /// Whether it ends in an entry that carries authority.
    pub carries_authority: bool,
}

/// The file of runs that others do not yet hold, in memory and on disk.
#[derive(Debug)]
pub struct Outbox {
    path: PathBuf,
    file: File,
    /// Where the next piece goes.
    end: u64,
    /// Bytes of the file that are still needed.
    needed: u64,
    runs: Vec<OutboxRun>,
    used: BTreeMap<NodeId, u64>,
    doubtful: bool,
    broken: Option<Arc<StoreError>>,
    /// Pieces that were damaged when the file was opened.
    damaged: usize,
}

/// What an outbox holds, read without changing anything.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// The runs that wait, in the order they were appended.
    pub runs: Vec<OutboxRun>,
    /// The highest number used by each author.
    pub used: BTreeMap<NodeId, u64>,
    /// Whether every byte of it is sound, so that what it says of used numbers is all there is to
    /// say.
    pub is_whole: bool,
}

impl Inspection {
    /// Whether this outbox proves which numbers `author` has used.
    #[must_use]
    pub fn proves(&self, author: &NodeId) -> bool {
        self.is_whole && self.used.contains_key(author)
    }
}

/// Those of `runs` that hold entries beyond `tips`.
pub(crate) fn beyond<'r>(
    runs: &'r [OutboxRun],
    tips: &BTreeMap<NodeId, Tip>,
) -> impl Iterator<Item = &'r OutboxRun> {
    let held = |run: &&OutboxRun| tips.get(&run.author).map_or(0, |tip| tip.seq);
    runs.iter().filter(move |run| run.last_seq > held(run))
}

impl Outbox {
    /// Reads the outbox in the folder at `path` and changes nothing.
    ///
    /// # Errors
    /// Whatever the file system says, unless there is none.
    pub fn inspect(path: &Path) -> Result<Inspection, StoreError> {
        let name = path.join(FILE_NAME);
        let bytes = match fs::read(&name) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Inspection::default());
            }
            Err(error) => return Err(StoreError::file("read", name, error)),
        };
        refuse_later(&name, &bytes)?;
        let contents = Contents::read(&bytes);
        Ok(Inspection {
            is_whole: contents.damaged == 0 && !contents.doubtful && contents.end == bytes.len(),
            runs: contents.runs,
            used: contents.used,
        })
    }

    /// Opens the outbox in the folder at `path`, or creates it.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(path).map_err(|error| StoreError::file("create", path, error))?;
        let name = path.join(FILE_NAME);
        let failed = |action| move |error| StoreError::file(action, path.join(FILE_NAME), error);
        let existed = name.exists();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&name).map_err(failed("open"))?;
        if !existed {
            file.sync_all().map_err(failed("sync"))?;
            atomic::sync_directory(path).map_err(failed("sync"))?;
            atomic::sync_parent(path).map_err(failed("sync"))?;
        }
        let bytes = fs::read(&name).map_err(failed("read"))?;
        refuse_later(&name, &bytes)?;
        let Contents {
            runs,
            used,
            doubtful,
            end,
            damaged,
        } = Contents::read(&bytes);
        let mut outbox = Self {
            path: name,
            file,
            end: end as u64,
            needed: 0,
            runs,
            used,
            doubtful: doubtful || damaged > 0,
            broken: None,
            damaged,
        };
        outbox.needed = outbox.runs.iter().map(OutboxRun::piece_bytes).sum();
        if damaged > 0 {
            outbox.keep_damaged(&bytes)?;
            outbox.rewrite()?;
        } else if end < bytes.len() {
            // Cut off, so that the next piece is not taken for a part of the torn one.
            file = outbox.file.try_clone().map_err(failed("open"))?;
            file.set_len(end as u64).map_err(failed("write"))?;
            file.sync_all().map_err(failed("sync"))?;
        }
        Ok(outbox)
    }

    /// The runs that wait, in the order they were appended.
    #[must_use]
    pub fn runs(&self) -> &[OutboxRun] {
        &self.runs
    }

    /// How many entries wait.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.runs
            .iter()
            .map(|run| run.last_seq.saturating_sub(run.first_seq) + 1)
            .sum()
    }

    /// How many damaged pieces were stepped over when the outbox was opened.
    #[must_use]
    pub const fn damaged(&self) -> usize {
        self.damaged
    }

    /// Whether writing has failed, so that nothing more is taken until the outbox is opened again.
    #[must_use]
    pub const fn read_only(&self) -> bool {
        self.broken.is_some()
    }

    /// Adds `runs`; durable on return. To be called before the runs are acknowledged to anybody.
    ///
    /// # Errors
    /// After a failure the outbox takes nothing more until it is opened again.
    pub fn append<R: std::borrow::Borrow<VerifiedRun>>(
        &mut self,
        runs: &[R],
    ) -> Result<(), StoreError> {
        let runs: Vec<_> = runs
            .iter()
            .map(|run| OutboxRun::new(run.borrow()))
            .collect();
        let pieces: Vec<u8> = runs.iter().flat_map(OutboxRun::piece).collect();
        if pieces.is_empty() {
            return Ok(());
        }
        self.write(&pieces, true)?;
        self.needed += pieces.len() as u64;
        for run in &runs {
            raise(&mut self.used, run.author, run.last_seq);
        }
        self.runs.extend(runs);
        Ok(())
    }

    /// The highest number that `author` has used, as far as this outbox knows.
    #[must_use]
    pub fn used(&self, author: &NodeId) -> Option<u64> {
        self.used.get(author).copied()
    }

    /// Whether pieces were lost here, so that numbers may be used of which nothing is known.
    #[must_use]
    pub const fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// Notes that the numbers of `author` up to `seq` are used and that `runs`, from the store,
    /// wait for others to hold them; ends a doubt. Durable on return.
    ///
    /// To be called with a journal that is known to be all that `author` wrote.
    ///
    /// # Errors
    /// As [`Outbox::append`].
    pub fn settle(
        &mut self,
        author: &NodeId,
        seq: u64,
        runs: Vec<OutboxRun>,
    ) -> Result<(), StoreError> {
        raise(&mut self.used, *author, seq);
        // What the store holds is the truth.
        self.runs
            .retain(|run| run.author != *author || run.last_seq > seq);
        self.runs.extend(runs);
        self.runs.sort_by_key(|run| (run.author, run.first_seq));
        self.doubtful = false;
        self.rewrite()
    }

    /// Notes that the numbers of `author` up to `seq` are used; durable on return.
    ///
    /// # Errors
    /// As [`Outbox::append`].
    pub fn raise_used(&mut self, author: &NodeId, seq: u64) -> Result<(), StoreError> {
        if self.used(author).is_some_and(|used| used >= seq) {
            return Ok(());
        }
        self.write(&used_piece(author, seq), true)?;
        raise(&mut self.used, *author, seq);
        Ok(())
    }

    /// Forgets the runs of `author` whose entries up to `seq` enough others hold; not while one
    /// behind them carries authority. A founder whose store is gone could otherwise not take up
    /// the entry by which it admitted the only peer that holds those before it, and would refuse
    /// that peer for ever.
    ///
    /// # Errors
    /// As [`Outbox::append`]; what was to be forgotten may come back at the next start.
    pub fn prune(&mut self, author: &NodeId, seq: u64) -> Result<(), StoreError> {
        let before = self.runs.len();
        let waits = |run: &OutboxRun| run.author == *author && run.last_seq > seq;
        if self
            .runs
            .iter()
            .any(|run| run.carries_authority && waits(run))
        {
            return Ok(());
        }
        self.runs.retain(|run| run.author != *author || waits(run));
        if self.runs.len() == before {
            return Ok(());
        }
        self.needed = self.runs.iter().map(OutboxRun::piece_bytes).sum();
        if self.end.saturating_sub(self.needed) > self.needed.max(REWRITE_BYTES) {
            return self.rewrite();
        }
        let content = [&author.0[..], &seq.to_be_bytes()].concat();
        self.write(&piece(MARK, &content), false)
    }

    /// Deletes the bodies that erasures name; durable on return, which tells whether there were any.
    /// Files that were kept because they were damaged go too: nothing can be cut out of those.
    ///
    /// Told by what lies here and not by what the store still held: a crash may come between the two.
    ///
    /// # Errors
    /// As [`Outbox::append`].
    pub fn leave_out(&mut self, erased: &ErasedBodies) -> Result<bool, StoreError> {
        let kept = self.remove_kept()?;
        let mut changed = false;
        for run in &mut self.runs {
            let damaged = |error: DecodeError| StoreError::Damaged {
                path: self.path.clone(),
                detail: error.to_string(),
            };
            if let Some(wire) = without(&run.wire, erased).map_err(damaged)? {
                run.wire = wire;
                changed = true;
            }
        }
        // Runs that were forgotten may lie in the file yet, and nothing tells what is in them.
        if changed || self.end > self.needed {
            self.rewrite()?;
        }
        Ok(changed || kept)
    }

    /// Removes what was kept of a damaged outbox.
    fn remove_kept(&self) -> Result<bool, StoreError> {
        let folder = self.path.parent().unwrap_or(&self.path);
        let failed = |error| StoreError::file("remove", folder, error);
        let mut removed = atomic::remove_cut_short(folder).map_err(failed)?;
        for item in fs::read_dir(folder).map_err(failed)? {
            let path = item.map_err(failed)?.path();
            let extension = path.extension().and_then(|it| it.to_str());
            if extension.is_some_and(|it| it.starts_with("kept-")) {
                step("what was kept of an outbox goes");
                fs::remove_file(path).map_err(failed)?;
                removed = true;
            }
        }
        if removed {
            atomic::sync_directory(folder).map_err(failed)?;
        }
        Ok(removed)
    }

    /// The runs that hold entries beyond `tips`: what the store lost, to be verified and stored
    /// again at start.
    #[must_use]
    pub fn missing_from(&self, tips: &BTreeMap<NodeId, Tip>) -> Vec<Arc<[u8]>> {
        let missing = beyond(&self.runs, tips);
        missing.map(|run| Arc::clone(&run.wire)).collect()
    }

    fn write(&mut self, bytes: &[u8], sync: bool) -> Result<(), StoreError> {
        if let Some(cause) = &self.broken {
            return Err(StoreError::ReadOnly {
                cause: Arc::clone(cause),
            });
        }
        let written = (|| {
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(bytes)?;
            if sync {
                syncs::data(&self.file)
            } else {
                Ok(())
            }
        })();
        match written {
            Ok(()) => {
                self.end += bytes.len() as u64;
                Ok(())
            }
            Err(error) => Err(self.break_off("write", error)),
        }
    }

    fn rewrite(&mut self) -> Result<(), StoreError> {
        if let Some(cause) = &self.broken {
            return Err(StoreError::ReadOnly {
                cause: Arc::clone(cause),
            });
        }
        let mut pieces: Vec<u8> = self.runs.iter().flat_map(OutboxRun::piece).collect();
        for (author, seq) in &self.used {
            pieces.extend(used_piece(author, *seq));
        }
        if self.doubtful {
            pieces.extend(piece(DOUBT, &[]));
        }
        let replaced = atomic::write(&self.path, &pieces, Access::Default)
            .and_then(|()| OpenOptions::new().read(true).write(true).open(&self.path));
        match replaced {
            Ok(file) => {
                self.file = file;
                self.end = pieces.len() as u64;
                self.needed = self.end;
                Ok(())
            }
            Err(error) => Err(self.break_off("write", error)),
        }
    }

    fn break_off(&mut self, action: &'static str, error: io::Error) -> StoreError {
        let error = StoreError::file(action, &self.path, error);
        self.broken = Some(Arc::new(error.clone()));
        error
    }

    fn keep_damaged(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let free = (1u32..).map(|number| self.path.with_extension(format!("kept-{number}")));
        let kept = free
            .into_iter()
            .find(|path| !path.exists())
            .unwrap_or_default();
        atomic::write(&kept, bytes, Access::Default)
            .map_err(|error| StoreError::file("write", kept, error))
    }
}

impl OutboxRun {
    fn new(run: &VerifiedRun) -> Self {
        Self {
            author: run.author(),
            first_seq: run.first_seq(),
            last_seq: run.last().seq,
            wire: Arc::clone(run.wire()),
            carries_authority: (run.entries().last())
                .is_some_and(|entry| entry.header.kind.carries_authority()),
        }
    }

    /// A stored run as it waits here; `None` for bytes that are none.
    pub(crate) fn of_wire(wire: Arc<[u8]>) -> Option<Self> {
        let preamble = Preamble::decode(&wire).ok()?;
        Some(Self {
            author: preamble.author,
            first_seq: preamble.first_seq,
            last_seq: preamble.last_seq(),
            carries_authority: run::carries_authority(&wire).ok()?,
            wire,
        })
    }

    fn piece(&self) -> Vec<u8> {
        let (first, last) = (self.first_seq.to_be_bytes(), self.last_seq.to_be_bytes());
        piece(
            RUN,
            &[&self.author.0[..], &first, &last, &self.wire].concat(),
        )
    }

    fn piece_bytes(&self) -> u64 {
        (FRAME_BYTES + 48 + self.wire.len()) as u64
    }

    fn read(content: &[u8]) -> Option<Self> {
        let (author, rest) = content.split_first_chunk::<32>()?;
        let (first, rest) = rest.split_first_chunk::<8>()?;
        let (last, wire) = rest.split_first_chunk::<8>()?;
        let (first_seq, last_seq) = (u64::from_be_bytes(*first), u64::from_be_bytes(*last));
        let sound = first_seq > 0 && first_seq <= last_seq;
        sound.then(|| Self {
            author: NodeId(*author),
            first_seq,
            last_seq,
            // What is damaged is found out when it is replayed.
            carries_authority: run::carries_authority(wire).unwrap_or(false),
            wire: wire.into(),
        })
    }
}

#[cfg(test)]
mod tests;
