//! Reading all that a damaged store still gives, in a process of its own.
//!
//! A damaged sled may panic, hang, end the process or eat its memory, and a thread that hangs in it
//! keeps its lock and a core until the program ends. So a repair starts this program once more
//! with [`READ_OUT`] as its first argument, over a copy of the store, and takes what comes through
//! the pipe; when nothing comes any more it ends the process and starts another that leaves out
//! what it died of. What is read out is not trusted: [`super::salvage`] verifies it.
//!
//! The reader does one *task* after the other: open the store, list tips, list authors, then small
//! values, entries that carry authority, and each journal. A journal is followed run by run, from
//! the end of each to the key of the next, so that no damage elsewhere is in the way. Pieces
//! written: a tag (1), length (4), content.
//!
//! | tag | content |
//! |---|---|
//! | `t` | a task begins |
//! | `d` | it is done |
//! | `f` | it ends early: task, `0`, why |
//! | `i` | the store's identity (16) and its commits (8) |
//! | `v` | key's length (2), key, value |
//! | `a` | an author of whom there are runs (32) |
//! | `e` | nothing more |
//!
//! The reader learns from its input, a line each, which tasks to leave out (`skip` and the task in
//! hexadecimal) and which authors to ask for (`author` and the key in hexadecimal); `go` ends that.
//! The input stays open as long as somebody listens: when it ends, so does the reader, even one
//! that hangs.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sync_protocol::id::NodeId;
use sync_protocol::run::Preamble;

use super::engine::{EngineKind, EngineOptions, MAX_KEY_BYTES, MAX_VALUE_BYTES, Store};
use super::opening::guarded;
use super::sled_store::folder_bytes;
use super::{StoreError, journal_keys as keys};

/// The argument that makes a program read out a store: it is followed by the store's folder.
pub const READ_OUT: &str = "__read-out";

/// Keys looked up at once.
const KEYS_AT_ONCE: usize = 256;
/// The most bytes a piece may have.
const MAX_PIECE_BYTES: usize = MAX_KEY_BYTES + MAX_VALUE_BYTES + 64;

/// One thing that the reader does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Task {
    Open,
    Tips,
    Authors,
    Small,
    Authority,
    Journal(NodeId),
}

impl Task {
    fn encode(self) -> Vec<u8> {
        match self {
            Self::Open => vec![b'o'],
            Self::Tips => vec![keys::TIP],
            Self::Authors => vec![keys::RUN],
            Self::Small => vec![keys::META],
            Self::Authority => vec![keys::AUTHORITY],
            Self::Journal(author) => [&[b'j'][..], &author.0].concat(),
        }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'o'] => Some(Self::Open),
            [keys::TIP] => Some(Self::Tips),
            [keys::RUN] => Some(Self::Authors),
            [keys::META] => Some(Self::Small),
            [keys::AUTHORITY] => Some(Self::Authority),
            [b'j', author @ ..] => author.try_into().ok().map(NodeId).map(Self::Journal),
            _ => None,
        }
    }
}

/// What came through the pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Begun(Task),
    Done(Task),
    Failed(Task, String),
    Identity { database: [u8; 16], commits: u64 },
    Value { key: Vec<u8>, value: Vec<u8> },
    Author(NodeId),
    End,
}

impl Piece {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let (tag, content) = match self {
            Self::Begun(task) => (b't', task.encode()),
            Self::Done(task) => (b'd', task.encode()),
            Self::Failed(task, why) => {
                let task = HEXLOWER.encode(&task.encode());
                (b'f', [task.as_bytes(), &[0], why.as_bytes()].concat())
            }
            Self::Identity { database, commits } => {
                (b'i', [&database[..], &commits.to_be_bytes()].concat())
            }
            Self::Value { key, value } => {
                let length = u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes();
                (b'v', [&length[..], key, value].concat())
            }
            Self::Author(author) => (b'a', author.0.to_vec()),
            Self::End => (b'e', Vec::new()),
        };
        let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
        out.write_all(&[tag])?;
        out.write_all(&length.to_be_bytes())?;
        out.write_all(&content)?;
        // Nothing may be kept back when the next step ends the process.
        out.flush()
    }

    /// The next piece; `None` at the end of the stream or of what can be understood.
    pub(crate) fn read(from: &mut impl Read) -> Option<Self> {
        let mut frame = [0; 5];
        from.read_exact(&mut frame).ok()?;
        let [tag, length @ ..] = frame;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        if length > MAX_PIECE_BYTES {
            return None;
        }
        let mut content = vec![0; length];
        from.read_exact(&mut content).ok()?;
        match tag {
            b't' => Task::decode(&content).map(Self::Begun),
            b'd' => Task::decode(&content).map(Self::Done),
            b'f' => {
                let text = String::from_utf8_lossy(&content);
                let (task, why) = text.split_once('\0')?;
                let task = Task::decode(&HEXLOWER.decode(task.as_bytes()).ok()?)?;
                Some(Self::Failed(task, why.to_owned()))
            }
            b'i' => {
                let (database, commits) = content.split_first_chunk::<16>()?;
                let commits = u64::from_be_bytes(commits.try_into().ok()?);
                let database = *database;
                Some(Self::Identity { database, commits })
            }
            b'v' => {
                let (length, rest) = content.split_first_chunk::<2>()?;
                let (key, value) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
                let (key, value) = (key.to_vec(), value.to_vec());
                Some(Self::Value { key, value })
            }
            b'a' => <[u8; 32]>::try_from(content.as_slice())
                .ok()
                .map(|author| Self::Author(NodeId(author))),
            b'e' => Some(Self::End),
            _ => None,
        }
    }
}

/// What a reader is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Orders {
    pub(crate) skip: BTreeSet<Task>,
    pub(crate) authors: BTreeSet<NodeId>,
}

impl Orders {
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for task in &self.skip {
            writeln!(out, "skip {}", HEXLOWER.encode(&task.encode()))?;
        }
        for author in &self.authors {
            writeln!(out, "author {}", HEXLOWER.encode(&author.0))?;
        }
        writeln!(out, "go")?;
        out.flush()
    }

    fn read(from: impl BufRead) -> Self {
        let mut orders = Self::default();
        for line in from.lines().map_while(Result::ok) {
            let Some((word, hex)) = line.split_once(' ') else {
                break;
            };
            let Ok(bytes) = HEXLOWER.decode(hex.trim().as_bytes()) else {
                continue;
            };
            match word {
                "skip" => orders.skip.extend(Task::decode(&bytes)),
                "author" => orders
                    .authors
                    .extend(<[u8; 32]>::try_from(bytes.as_slice()).ok().map(NodeId)),
                _ => {}
            }
        }
        orders
    }
}

/// How long a reader may be silent before it is taken for hung: reading the whole file at the
/// speed of a very slow disk, and then some.
pub(crate) fn patience(store: &Path) -> Duration {
    const SLOW_DISK_BYTES_A_SECOND: u64 = 2 * 1024 * 1024;
    Duration::from_secs(15 + folder_bytes(store) / SLOW_DISK_BYTES_A_SECOND)
}

/// Reads out the store at `path` to standard output, as standard input asks; ends the process if
/// nobody listens any more.
///
/// This is the whole of a process that is started for it: see [`READ_OUT`].
///
/// # Errors
/// The other end has gone.
pub fn read_out(path: &Path) -> io::Result<()> {
    let mut input = BufReader::new(io::stdin());
    let orders = Orders::read(&mut input);
    // A store that hangs would otherwise keep a core busy for ever once a repair is killed.
    thread::Builder::new()
        .name("listener-watch".to_owned())
        .spawn(move || {
            let _ = io::copy(&mut input, &mut io::sink());
            std::process::exit(1);
        })?;
    read_out_to(path, orders, io::stdout())
}

/// Writes to `out` all that the store at `path` gives.
pub(crate) fn read_out_to(path: &Path, orders: Orders, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let options = EngineOptions {
        open_limit: patience(path),
        ..EngineOptions::default()
    };
    Piece::Begun(Task::Open).write(&mut out)?;
    let kind = EngineKind::default().found_at(path);
    let store = match guarded(|| kind.open(path, &options)) {
        Ok(Ok(store)) => store,
        Ok(Err(error)) => {
            return Piece::Failed(Task::Open, error.to_string()).write(&mut out);
        }
        Err(panic) => return Piece::Failed(Task::Open, panic).write(&mut out),
    };
    Piece::Done(Task::Open).write(&mut out)?;
    let stats = store.stats();
    let (database, commits) = (stats.database, stats.commits);
    Piece::Identity { database, commits }.write(&mut out)?;
    let mut reading = Reading {
        store: &*store,
        authors: orders.authors,
        out: &mut out,
    };
    for task in [Task::Tips, Task::Authors, Task::Small, Task::Authority] {
        if !orders.skip.contains(&task) {
            reading.carry_out(task)?;
        }
    }
    for author in reading.authors.clone() {
        let task = Task::Journal(author);
        if !orders.skip.contains(&task) {
            reading.carry_out(task)?;
        }
    }
    Piece::End.write(&mut out)
}

struct Reading<'s, W> {
    store: &'s dyn Store,
    authors: BTreeSet<NodeId>,
    out: &'s mut W,
}

/// Why a task ended early: the store, or the pipe.
enum Ended {
    Store(String),
    Pipe(io::Error),
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Pipe(error)
    }
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Store(match error {
            StoreError::Damaged { detail, .. } => detail,
            other => other.to_string(),
        })
    }
}

impl<W: Write> Reading<'_, W> {
    fn carry_out(&mut self, task: Task) -> io::Result<()> {
        Piece::Begun(task).write(self.out)?;
        let ended = guarded(|| match task {
            Task::Open => Ok(()),
            Task::Tips => self.values(keys::TIP),
            Task::Small => self.values(keys::META),
            Task::Authority => self.values(keys::AUTHORITY),
            Task::Authors => self.list_authors(),
            Task::Journal(author) => self.journal(&author),
        });
        match ended {
            Ok(Ok(())) => Piece::Done(task).write(self.out),
            Ok(Err(Ended::Store(why))) | Err(why) => Piece::Failed(task, why).write(self.out),
            Ok(Err(Ended::Pipe(error))) => Err(error),
        }
    }

    /// Every value of one kind; one that cannot be read is stepped over and told at the end.
    fn values(&mut self, kind: u8) -> Result<(), Ended> {
        let (from, to) = keys::all(kind);
        let (mut from, mut flaw) = (from.to_vec(), None);
        loop {
            let found = self.store.keys(&from, &to, KEYS_AT_ONCE)?;
            let Some(last) = found.last() else { break };
            from = [last.as_slice(), &[0]].concat();
            for key in found {
                if kind == keys::TIP {
                    self.authors.extend(keys::author_of(&key));
                }
                match self.store.get(&key) {
                    Ok(Some(value)) => Piece::Value { key, value }.write(self.out)?,
                    Ok(None) => {}
                    Err(error) => flaw = Some(error),
                }
            }
        }
        flaw.map_or(Ok(()), |error| Err(error.into()))
    }

    fn list_authors(&mut self) -> Result<(), Ended> {
        let (from, to) = keys::all(keys::RUN);
        let mut from = from.to_vec();
        while let Some(key) = self.store.keys(&from, &to, 1)?.pop() {
            let Some(author) = keys::author_of(&key) else {
                break;
            };
            self.authors.insert(author);
            Piece::Author(author).write(self.out)?;
            from = keys::run(&author, u64::MAX);
            from.push(0);
        }
        Ok(())
    }

    fn journal(&mut self, author: &NodeId) -> Result<(), Ended> {
        let mut next = 1;
        loop {
            let key = keys::run(author, next);
            let Some(value) = self.store.get(&key)? else {
                return Ok(());
            };
            let wire = value.get(32..).unwrap_or_default();
            let last = Preamble::decode(wire).map(|preamble| preamble.last_seq());
            Piece::Value { key, value }.write(self.out)?;
            match last.ok().and_then(|last| last.checked_add(1)) {
                Some(following) if following > next => next = following,
                _ => return Err(Ended::Store("a run cannot be read".to_owned())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_and_orders_come_back_as_they_were() {
        let author = NodeId([7; 32]);
        let pieces = [
            Piece::Begun(Task::Open),
            Piece::Failed(Task::Journal(author), "torn\0page".to_owned()),
            Piece::Value {
                key: b"m/name".to_vec(),
                value: vec![1; 70_000],
            },
            Piece::Author(author),
            Piece::Identity {
                database: [3; 16],
                commits: 9,
            },
            Piece::Done(Task::Small),
            Piece::End,
        ];
        let mut bytes = Vec::new();
        for piece in &pieces {
            piece.write(&mut bytes).unwrap();
        }
        let mut from = bytes.as_slice();
        for piece in &pieces {
            assert_eq!(Piece::read(&mut from).as_ref(), Some(piece));
        }
        assert_eq!(Piece::read(&mut from), None);
        let orders = Orders {
            skip: [Task::Tips, Task::Journal(author)].into(),
            authors: [author].into(),
        };
        let mut lines = Vec::new();
        orders.write(&mut lines).unwrap();
        let read = Orders::read(lines.as_slice());
        assert_eq!((read.skip, read.authors), (orders.skip, orders.authors));
    }

    #[test]
    fn a_store_that_does_not_open_says_so_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = Vec::new();
        read_out_to(folder.path(), Orders::default(), &mut bytes).unwrap();
        let mut from = bytes.as_slice();
        assert_eq!(Piece::read(&mut from), Some(Piece::Begun(Task::Open)));
        let failed = Piece::read(&mut from);
        assert!(
            matches!(failed, Some(Piece::Failed(Task::Open, _))),
            "{failed:?}"
        );
        assert_eq!(Piece::read(&mut from), None);
    }
}
