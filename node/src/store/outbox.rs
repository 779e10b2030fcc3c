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

use sync_protocol::frontier::Tip;
use sync_protocol::id::NodeId;
use sync_protocol::run::{MAX_WIRE_BYTES, Preamble, VerifiedRun};

use super::{StoreError, sealed_value};
use crate::home::atomic::{self, Access};

const FILE_NAME: &str = "own.runs";
const TAG: &[u8; 4] = b"cab1";
/// The format that the tag's last byte says.
const FORMAT: u32 = 1;
const FRAME_BYTES: usize = 4 + 1 + 4 + 8;
const RUN: u8 = 1;
const MARK: u8 = 2;
const USED: u8 = 3;
const DOUBT: u8 = 4;
const MAX_CONTENT_BYTES: usize = MAX_WIRE_BYTES + 48;
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

    /// Forgets the runs of `author` whose entries up to `seq` enough others hold.
    ///
    /// # Errors
    /// As [`Outbox::append`]; what was to be forgotten may come back at the next start.
    pub fn prune(&mut self, author: &NodeId, seq: u64) -> Result<(), StoreError> {
        let before = self.runs.len();
        self.runs
            .retain(|run| run.author != *author || run.last_seq > seq);
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
            if sync { self.file.sync_data() } else { Ok(()) }
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
        }
    }

    /// A stored run as it waits here; `None` for bytes that are none.
    pub(crate) fn of_wire(wire: Arc<[u8]>) -> Option<Self> {
        let preamble = Preamble::decode(&wire).ok()?;
        Some(Self {
            author: preamble.author,
            first_seq: preamble.first_seq,
            last_seq: preamble.last_seq(),
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
            wire: wire.into(),
        })
    }
}

fn raise(used: &mut BTreeMap<NodeId, u64>, author: NodeId, seq: u64) {
    let highest = used.entry(author).or_default();
    *highest = seq.max(*highest);
}

fn used_piece(author: &NodeId, seq: u64) -> Vec<u8> {
    piece(USED, &[&author.0[..], &seq.to_be_bytes()].concat())
}

/// An author and a number: a mark's content, and a used number's.
fn numbered(content: &[u8]) -> Option<(NodeId, u64)> {
    let (author, seq) = content.split_first_chunk::<32>()?;
    let seq = seq.try_into().ok().map(u64::from_be_bytes)?;
    Some((NodeId(*author), seq))
}

fn piece(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len())
        .expect("runs are bounded")
        .to_be_bytes();
    let sum = sealed_value::checksum(&[&[kind][..], &length].concat(), content);
    [&TAG[..], &[kind], &length, &sum, content].concat()
}

/// What a file holds.
struct Contents {
    runs: Vec<OutboxRun>,
    used: BTreeMap<NodeId, u64>,
    doubtful: bool,
    /// Where its last sound piece ends.
    end: usize,
    /// Damaged pieces before that.
    damaged: usize,
}

impl Contents {
    fn read(bytes: &[u8]) -> Self {
        let mut contents = Self {
            runs: Vec::new(),
            used: BTreeMap::new(),
            doubtful: false,
            end: 0,
            damaged: 0,
        };
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some((kind, content)) = read_piece(rest) {
                contents.take(kind, content);
                if at > contents.end {
                    contents.damaged += 1;
                }
                at += FRAME_BYTES + content.len();
                contents.end = at;
            } else {
                let next = rest
                    .get(1..)
                    .and_then(|rest| rest.windows(TAG.len()).position(|window| window == TAG));
                let Some(next) = next else { break };
                at += 1 + next;
            }
        }
        // Half a piece is a torn append; anything else at the end was whole once.
        let tail = bytes.get(contents.end..).unwrap_or_default();
        contents.damaged += usize::from(!is_torn(tail));
        contents
    }

    fn take(&mut self, kind: u8, content: &[u8]) {
        match kind {
            RUN => {
                if let Some(run) = OutboxRun::read(content) {
                    raise(&mut self.used, run.author, run.last_seq);
                    self.runs.push(run);
                }
            }
            MARK => {
                if let Some((author, seq)) = numbered(content) {
                    self.runs
                        .retain(|run| run.author != author || run.last_seq > seq);
                }
            }
            USED => {
                if let Some((author, seq)) = numbered(content) {
                    raise(&mut self.used, author, seq);
                }
            }
            DOUBT => self.doubtful = true,
            // A later version's piece: sound, but nothing that this one can use.
            _ => {}
        }
    }
}

/// Refuses a file that a later version wrote: nothing in it is damaged, and it must not be rewritten
/// as if it were. A flipped bit of a tag is no later version: the piece behind it is sound, or
/// others are there. A later format has to make its checksums otherwise.
fn refuse_later(file: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let Some(([b'c', b'a', b'b', format @ b'2'..=b'9'], rest)) = bytes.split_first_chunk::<4>()
    else {
        return Ok(());
    };
    let ours =
        read_behind_tag(rest).is_some() || bytes.windows(TAG.len()).any(|window| window == TAG);
    if ours {
        return Ok(());
    }
    Err(StoreError::NewerFormat {
        path: file.to_owned(),
        found: u32::from(format - b'0'),
        known: FORMAT,
    })
}

/// Whether `tail` is nothing, the beginning of a piece, or zeros: after a power cut the length of a
/// file may have reached the disk before what was appended.
fn is_torn(tail: &[u8]) -> bool {
    if tail.iter().all(|byte| *byte == 0) {
        return true;
    }
    let tag = tail.get(..TAG.len().min(tail.len())).unwrap_or_default();
    let length = tail
        .get(5..9)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_be_bytes);
    TAG.starts_with(tag) && length.is_none_or(|length| tail.len() < FRAME_BYTES + length as usize)
}

/// The sound piece that `bytes` start with.
fn read_piece(bytes: &[u8]) -> Option<(u8, &[u8])> {
    read_behind_tag(bytes.strip_prefix(TAG)?)
}

fn read_behind_tag(rest: &[u8]) -> Option<(u8, &[u8])> {
    let (&kind, rest) = rest.split_first()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<8>()?;
    let bytes = u32::from_be_bytes(*length) as usize;
    let content = rest.get(..bytes).filter(|_| bytes <= MAX_CONTENT_BYTES)?;
    let expected = sealed_value::checksum(&[&[kind][..], length].concat(), content);
    (*sum == expected).then_some((kind, content))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sync_protocol::entry::Kind;

    use super::*;
    use crate::store::journals::tests::Author;

    fn wires(runs: &[VerifiedRun]) -> Vec<Arc<[u8]>> {
        runs.iter().map(|run| Arc::clone(run.wire())).collect()
    }

    #[test]
    fn a_file_of_a_later_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE_NAME);
        let written = [b"cab2".as_slice(), &[RUN, 0, 0, 0, 0]].concat();
        fs::write(&file, &written).unwrap();
        let opened = Outbox::open(folder.path()).map(drop);
        for error in [
            opened.unwrap_err(),
            Outbox::inspect(folder.path()).unwrap_err(),
        ] {
            assert_eq!(error.code(), "store_newer_format");
            assert!(matches!(error, StoreError::NewerFormat { found: 2, .. }));
        }
        assert_eq!(fs::read(&file).unwrap(), written);

        // A tag that a flipped bit made look like one is damage.
        let mut flipped = used_piece(&NodeId([1; 32]), 7);
        flipped[3] = b'3';
        fs::write(&file, &flipped).unwrap();
        assert_eq!(Outbox::open(folder.path()).unwrap().damaged, 1);
    }

    #[test]
    fn runs_wait_until_others_hold_them() {
        let folder = tempfile::tempdir().unwrap();
        let mut author = Author::new(1);
        let runs: Vec<_> = [1, 3, 2].map(|count| author.say(count)).into();
        let mut outbox = Outbox::open(folder.path()).unwrap();
        outbox.append(&runs[..1]).unwrap();
        outbox.append(&runs[1..]).unwrap();
        drop(outbox);
        let mut outbox = Outbox::open(folder.path()).unwrap();
        assert_eq!((outbox.runs().len(), outbox.entries()), (3, 6));
        let tips = |seq| BTreeMap::from([(author.id(), Tip { seq, ..Tip::EMPTY })]);
        assert_eq!(outbox.missing_from(&BTreeMap::new()), wires(&runs));
        assert_eq!(outbox.missing_from(&tips(1)), wires(&runs[1..]));
        assert_eq!(
            outbox.missing_from(&tips(2)),
            wires(&runs[1..]),
            "3 and 4 are missing"
        );
        assert!(outbox.missing_from(&tips(6)).is_empty());
        outbox.prune(&author.id(), 3).unwrap();
        assert_eq!(
            outbox.runs().len(),
            2,
            "a run is forgotten once all of it is held"
        );
        outbox.prune(&author.id(), 4).unwrap();
        drop(outbox);
        let outbox = Outbox::open(folder.path()).unwrap();
        assert_eq!(outbox.missing_from(&BTreeMap::new()), wires(&runs[2..]));
    }

    #[test]
    fn a_torn_tail_is_cut_off_at_every_length() {
        let mut author = Author::new(1);
        let runs = [author.say(1), author.say(1)];
        let first = OutboxRun::new(&runs[0]).piece();
        let second = OutboxRun::new(&runs[1]).piece();
        for length in 0..second.len() {
            let folder = tempfile::tempdir().unwrap();
            let torn = [&first[..], &second[..length]].concat();
            fs::write(folder.path().join(FILE_NAME), torn).unwrap();
            let mut outbox = Outbox::open(folder.path()).unwrap();
            assert_eq!((outbox.runs().len(), outbox.damaged()), (1, 0), "{length}");
            outbox.append(&runs[1..]).unwrap();
            let outbox = Outbox::open(folder.path()).unwrap();
            assert_eq!(outbox.missing_from(&BTreeMap::new()), wires(&runs));
        }
    }

    #[test]
    fn a_tail_whose_length_alone_reached_the_disk_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let run = Author::new(1).say(1);
        let piece = OutboxRun::new(&run).piece();
        let grown = [&piece[..], &vec![0; piece.len()]].concat();
        fs::write(folder.path().join(FILE_NAME), grown).unwrap();
        let outbox = Outbox::open(folder.path()).unwrap();
        assert_eq!((outbox.runs().len(), outbox.damaged()), (1, 0));
        let length = fs::metadata(folder.path().join(FILE_NAME)).unwrap().len();
        assert_eq!(length, piece.len() as u64);
    }

    #[test]
    fn a_damaged_piece_costs_only_itself_and_the_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut author = Author::new(1);
        let runs = [author.say(1), author.say(1), author.say(1)];
        Outbox::open(folder.path()).unwrap().append(&runs).unwrap();
        let name = folder.path().join(FILE_NAME);
        let mut bytes = fs::read(&name).unwrap();
        let inside_second = OutboxRun::new(&runs[0]).piece().len() + 40;
        bytes[inside_second] ^= 1;
        fs::write(&name, &bytes).unwrap();
        let last = bytes.len() - 1;
        for (at, sound) in [(inside_second, 2), (last, 1)] {
            let mut bytes = bytes.clone();
            bytes[at] ^= if at == last { 1 } else { 0 };
            let contents = Contents::read(&bytes);
            assert_eq!((contents.runs.len(), contents.damaged), (sound, 1));
        }
        let outbox = Outbox::open(folder.path()).unwrap();
        assert_eq!(outbox.damaged(), 1);
        let left = [Arc::clone(runs[0].wire()), Arc::clone(runs[2].wire())];
        assert_eq!(outbox.missing_from(&BTreeMap::new()), left);
        assert_eq!(fs::read(folder.path().join("own.kept-1")).unwrap(), bytes);
        assert_eq!(Outbox::open(folder.path()).unwrap().damaged(), 0);
    }

    #[test]
    fn the_file_stays_bounded_by_what_waits() {
        let folder = tempfile::tempdir().unwrap();
        let mut author = Author::new(1);
        let mut outbox = Outbox::open(folder.path()).unwrap();
        for _ in 0..40 {
            let run = author.say_kind(Kind::CHANGE, 1, 40_000);
            outbox.append(std::slice::from_ref(&run)).unwrap();
            outbox.prune(&author.id(), run.last().seq - 1).unwrap();
        }
        let bytes = fs::metadata(folder.path().join(FILE_NAME)).unwrap().len();
        assert!(bytes < 2 * REWRITE_BYTES, "{bytes} bytes for one run");
        assert_eq!(Outbox::open(folder.path()).unwrap().runs().len(), 1);
    }

    #[test]
    fn which_numbers_are_used_outlives_the_runs() {
        let folder = tempfile::tempdir().unwrap();
        let mut author = Author::new(1);
        let mut outbox = Outbox::open(folder.path()).unwrap();
        assert!(!Outbox::inspect(folder.path()).unwrap().proves(&author.id()));
        for _ in 0..40 {
            let run = author.say_kind(Kind::CHANGE, 1, 40_000);
            outbox.append(std::slice::from_ref(&run)).unwrap();
            outbox.prune(&author.id(), run.last().seq).unwrap();
        }
        drop(outbox);
        let found = Outbox::inspect(folder.path()).unwrap();
        assert!(found.runs.is_empty() && found.proves(&author.id()));
        assert_eq!(found.used[&author.id()], 40);
        let mut outbox = Outbox::open(folder.path()).unwrap();
        outbox.raise_used(&author.id(), 45).unwrap();
        outbox.raise_used(&author.id(), 41).unwrap();
        assert_eq!(outbox.used(&author.id()), Some(45));
        drop(outbox);
        let found = Outbox::inspect(folder.path()).unwrap();
        assert_eq!(found.used[&author.id()], 45);
    }

    #[test]
    fn a_damaged_piece_leaves_a_doubt_until_the_journal_settles_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut author = Author::new(1);
        let runs = [author.say(2), author.say(1)];
        Outbox::open(folder.path()).unwrap().append(&runs).unwrap();
        let name = folder.path().join(FILE_NAME);
        let mut bytes = fs::read(&name).unwrap();
        let inside_second = OutboxRun::new(&runs[0]).piece().len() + 40;
        bytes[inside_second] ^= 1;
        fs::write(&name, &bytes).unwrap();
        assert!(!Outbox::inspect(folder.path()).unwrap().is_whole);
        for _ in 0..2 {
            let outbox = Outbox::open(folder.path()).unwrap();
            assert!(outbox.is_doubtful());
            assert_eq!(outbox.used(&author.id()), Some(2));
        }
        assert!(!Outbox::inspect(folder.path()).unwrap().is_whole);
        let mut outbox = Outbox::open(folder.path()).unwrap();
        let stored = runs.iter().map(OutboxRun::new).collect();
        outbox.settle(&author.id(), 3, stored).unwrap();
        drop(outbox);
        let found = Outbox::inspect(folder.path()).unwrap();
        assert!(found.proves(&author.id()));
        assert_eq!((found.used[&author.id()], found.runs.len()), (3, 2));
    }

    proptest! {
        #[test]
        fn arbitrary_files_never_panic(mut bytes: Vec<u8>, tags in prop::collection::vec(any::<prop::sample::Index>(), 0..3)) {
            for tag in tags {
                let at = tag.index(bytes.len() + 1);
                bytes.splice(at..at, *TAG);
            }
            let contents = Contents::read(&bytes);
            prop_assert!(contents.end <= bytes.len());
        }
    }
}
