//! A file that is read and never written: what would change it stays in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use redb::StorageBackend;

/// Bytes that are kept together once one of them changes.
const BLOCK_BYTES: usize = 4096;

/// A database file under changes that are never written.
#[derive(Debug)]
pub(super) struct Frozen {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    file_bytes: u64,
    bytes: u64,
    changed: BTreeMap<u64, Box<[u8; BLOCK_BYTES]>>,
}

impl Frozen {
    pub(super) fn over(file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        let state = Mutex::new(State {
            file,
            file_bytes: bytes,
            bytes,
            changed: BTreeMap::new(),
        });
        Ok(Self { state })
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// A block as it is now; zeros beyond the file.
    fn block(&mut self, number: u64) -> io::Result<Box<[u8; BLOCK_BYTES]>> {
        if let Some(block) = self.changed.get(&number) {
            return Ok(block.clone());
        }
        let mut block = Box::new([0; BLOCK_BYTES]);
        let start = number * BLOCK_BYTES as u64;
        let held = self
            .file_bytes
            .saturating_sub(start)
            .min(BLOCK_BYTES as u64) as usize;
        self.file.seek(SeekFrom::Start(start))?;
        self.file
            .read_exact(block.get_mut(..held).unwrap_or_default())?;
        Ok(block)
    }
}

/// The blocks that `length` bytes from `offset` on lie in: number, where in it, how many bytes.
fn blocks(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let left = length.checked_sub(done).filter(|left| *left > 0)?;
        let at = offset + done as u64;
        let within = (at % BLOCK_BYTES as u64) as usize;
        let count = left.min(BLOCK_BYTES - within);
        done += count;
        Some((at / BLOCK_BYTES as u64, within, count))
    })
}

impl StorageBackend for Frozen {
    fn len(&self) -> io::Result<u64> {
        Ok(self.with(|state| state.bytes))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.with(|state| {
            if offset.saturating_add(out.len() as u64) > state.bytes {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let mut rest = out;
            for (number, within, count) in blocks(offset, rest.len()) {
                let (part, after) = rest.split_at_mut(count);
                part.copy_from_slice(&state.block(number)?[within..within + count]);
                rest = after;
            }
            Ok(())
        })
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.with(|state| {
            // What is cut off is zeros if it ever comes back.
            state.file_bytes = state.file_bytes.min(length);
            state.bytes = length;
            state
                .changed
                .split_off(&length.div_ceil(BLOCK_BYTES as u64));
            let within = (length % BLOCK_BYTES as u64) as usize;
            if let Some(last) = state.changed.get_mut(&(length / BLOCK_BYTES as u64)) {
                last[within..].fill(0);
            }
        });
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.with(|state| {
            let mut rest = data;
            for (number, within, count) in blocks(offset, rest.len()) {
                let (part, after) = rest.split_at(count);
                let mut block = state.block(number)?;
                block[within..within + count].copy_from_slice(part);
                state.changed.insert(number, block);
                rest = after;
            }
            state.bytes = state.bytes.max(offset + data.len() as u64);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_was_written_and_leaves_the_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let content: Vec<u8> = (0..10_000u32).map(|n| n as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let frozen = Frozen::over(File::open(&path).unwrap()).unwrap();
        let mut model = content.clone();
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..500 {
            let length = random.usize(1..15_000);
            if random.usize(..5) == 0 {
                frozen.set_len(length as u64).unwrap();
                model.resize(length, 0);
                continue;
            }
            let at = random.usize(..model.len());
            let count = random.usize(..=(model.len() - at).min(6_000));
            if random.bool() {
                let data = vec![random.u8(..); count];
                frozen.write(at as u64, &data).unwrap();
                model[at..at + count].copy_from_slice(&data);
            }
            let mut out = vec![0; count];
            frozen.read(at as u64, &mut out).unwrap();
            assert_eq!(out, model[at..at + count]);
        }
        let end = frozen.len().unwrap();
        assert!(frozen.read(end, &mut [0]).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
}
