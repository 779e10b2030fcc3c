//! Damage done to a home's files, drawn from a seed: what disks, cables and people do to them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of a page that a disk loses at once.
const PAGE_BYTES: usize = 4096;
const ASK_EVERY: Duration = Duration::from_millis(10);

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One bit is another.
    Flip,
    /// Some bits all over it are others.
    Flips,
    /// It ends early.
    Truncated,
    /// One to four pages hold zeros.
    Zeroed,
    /// It is gone.
    Deleted,
}

const KINDS: [Kind; 5] = [
    Kind::Flip,
    Kind::Flips,
    Kind::Truncated,
    Kind::Zeroed,
    Kind::Deleted,
];

/// One damage: which file of the home, and what happens to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The file, relative to the home.
    pub file: PathBuf,
    /// What happens to it.
    pub kind: Kind,
}

impl Damage {
    /// Draws one: half of them hit the store's log, which holds nearly all.
    ///
    /// # Panics
    /// If the home holds no store.
    pub fn draw(random: &mut fastrand::Rng, home: &Path) -> Self {
        let files = files_at_stake(home);
        let log = Path::new("store").join("db");
        let file = if random.bool() && files.contains(&log) {
            log
        } else {
            random.choice(files).expect("a home has files")
        };
        let kind = random.choice(KINDS).expect("there are several");
        Self { file, kind }
    }

    /// Does it to the home; an empty file is only ever deleted.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn apply(&self, random: &mut fastrand::Rng, home: &Path) -> io::Result<()> {
        let path = home.join(&self.file);
        let mut bytes = fs::read(&path)?;
        if bytes.is_empty() || self.kind == Kind::Deleted {
            return fs::remove_file(&path);
        }
        let mut flip = |bytes: &mut Vec<u8>| {
            let at = random.usize(..bytes.len());
            bytes[at] ^= 1 << random.u8(..8);
        };
        match self.kind {
            Kind::Flip => flip(&mut bytes),
            Kind::Flips => (0..32).for_each(|_| flip(&mut bytes)),
            Kind::Truncated => bytes.truncate(random.usize(..bytes.len())),
            Kind::Zeroed => {
                let pages = random.usize(1..=4);
                let at = random.usize(..bytes.len()) / PAGE_BYTES * PAGE_BYTES;
                let end = (at + pages * PAGE_BYTES).min(bytes.len());
                bytes[at..end].fill(0);
            }
            Kind::Deleted => {}
        }
        fs::write(&path, bytes)
    }
}

/// The files that hold what no other file holds, relative to the home.
fn files_at_stake(home: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["store", "outbox"] {
        gather(home, &home.join(folder), &mut files);
    }
    files.push(PathBuf::from("store.json"));
    files.retain(|file| home.join(file).is_file());
    files.sort();
    files
}

fn gather(home: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = item.path();
        if path.is_dir() {
            gather(home, &path, files);
        } else if let Ok(relative) = path.strip_prefix(home) {
            files.push(relative.to_owned());
        }
    }
}

/// A file's name without what differs from store to store, for tables.
pub fn kind_of_file(file: &Path) -> String {
    let name = file.to_string_lossy().replace('\\', "/");
    match name.split_once("snap.") {
        Some((folder, _)) => format!("{folder}snap.*"),
        None => name,
    }
}

/// Copies a folder with all below it.
///
/// # Errors
/// Whatever the file system says.
pub fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        let (source, target) = (item.path(), to.join(item.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
    /// How long it took.
    pub took: Duration,
}

/// Runs a command to its end, or kills it after `limit`: then there is nothing to return.
///
/// # Errors
/// Whatever the system says.
pub fn run_within(command: &mut Command, limit: Duration) -> io::Result<Option<Ended>> {
    let folder = tempfile::tempdir()?;
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    // Files, not pipes: nothing has to be read while it runs.
    let mut child = command
        .stdin(Stdio::null())
        .stdout(fs::File::create(&out)?)
        .stderr(fs::File::create(&err)?)
        .spawn()?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            let text = |path| fs::read(path).map(|it| String::from_utf8_lossy(&it).into_owned());
            return Ok(Some(Ended {
                status,
                out: text(&out)?,
                err: text(&err)?,
                took: started.elapsed(),
            }));
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(ASK_EVERY);
    }
}
