//! Files that programs fetch, made once for all who ask: plain and compressed, with their tags.
//!
//! A file of ten thousand records takes a while to make and longer to compress. It is made again when
//! the registry or the day is another, yet at most once in a while, as browsers are told that it is
//! good for so long; and by one request at a time, while others are given what there is. Memory is
//! bounded: what was asked for least lately goes.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use data_encoding::BASE64URL_NOPAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// A file is made again at most this often, and for at most one part in twenty of the time.
const SOONEST: Duration = Duration::from_secs(10);
const PART_OF_TIME: u32 = 20;

/// So many bytes are kept, and so many files.
const MOST_BYTES: usize = 64 << 20;
const MOST_FILES: usize = 128;

/// A file as it is sent.
#[derive(Debug)]
pub(super) struct File {
    pub(super) media_type: &'static str,
    pub(super) plain: Bytes,
    pub(super) gzip: Bytes,
    /// Names these bytes, in quotes, as the header wants it; weak, since they are sent in two ways.
    pub(super) tag: String,
}

impl File {
    /// A file of these bytes; compresses them.
    pub(super) fn new(media_type: &'static str, plain: Vec<u8>) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let written = encoder.write_all(&plain).and_then(|()| encoder.finish());
        let gzip = written.expect("memory takes what is written to it");
        let hash = BASE64URL_NOPAD.encode(&Sha256::digest(&plain)[..12]);
        Self {
            media_type,
            plain: plain.into(),
            gzip: gzip.into(),
            tag: format!("W/\"{hash}\""),
        }
    }

    fn size(&self) -> usize {
        self.plain.len() + self.gzip.len()
    }
}

/// What a file was made of: another edition, another file.
type Edition = (u64, u64, jiff::civil::Date);

#[derive(Debug)]
struct Held {
    file: Arc<File>,
    edition: Edition,
    made_at: Instant,
    took: Duration,
    asked_at: Instant,
}

/// The files that are kept, by what they were asked as.
#[derive(Debug, Default)]
pub(super) struct Kept {
    files: Mutex<HashMap<String, Held>>,
    /// Held by whoever makes a file: one at a time.
    making: Mutex<()>,
}

impl Kept {
    /// The file asked for as `name`; made by `make` where there is none or the registry is another.
    pub(super) fn file<E>(
        &self,
        name: &str,
        edition: Edition,
        make: impl FnOnce() -> Result<File, E>,
    ) -> Result<Arc<File>, E> {
        let held = match self.look(name, edition) {
            Looked::Good(file) => return Ok(file),
            Looked::Old(file) => Some(file),
            Looked::None => None,
        };
        let _alone = match (self.making.try_lock(), held) {
            (Ok(alone), _) => alone,
            // Somebody makes it, or another: this one is good enough meanwhile.
            (Err(_), Some(file)) => return Ok(file),
            (Err(_), None) => self.making.lock().unwrap_or_else(PoisonError::into_inner),
        };
        // Made by whoever was before us?
        if let Looked::Good(file) = self.look(name, edition) {
            return Ok(file);
        }
        let begun = Instant::now();
        let file = Arc::new(make()?);
        self.keep(name, edition, Arc::clone(&file), begun);
        Ok(file)
    }

    fn look(&self, name: &str, edition: Edition) -> Looked {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = files.get_mut(name) else {
            return Looked::None;
        };
        held.asked_at = Instant::now();
        let file = Arc::clone(&held.file);
        let is_soon = held.made_at.elapsed() < SOONEST.max(held.took * PART_OF_TIME);
        if held.edition == edition || is_soon {
            Looked::Good(file)
        } else {
            Looked::Old(file)
        }
    }

    fn keep(&self, name: &str, edition: Edition, file: Arc<File>, begun: Instant) {
        let now = Instant::now();
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.remove(name);
        let mut size = file.size();
        if size > MOST_BYTES {
            return;
        }
        size += files.values().map(|held| held.file.size()).sum::<usize>();
        while size > MOST_BYTES || files.len() >= MOST_FILES {
            let oldest = files.iter().min_by_key(|(_, held)| held.asked_at);
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else {
                break;
            };
            let gone = files.remove(&oldest);
            size -= gone.map_or(0, |held| held.file.size());
        }
        files.insert(
            name.to_owned(),
            Held {
                file,
                edition,
                made_at: now,
                took: now - begun,
                asked_at: now,
            },
        );
    }
}

enum Looked {
    Good(Arc<File>),
    Old(Arc<File>),
    None,
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_file_is_made_once_for_all_who_ask() {
        let (kept, made) = (Kept::default(), Cell::new(0));
        let make = || {
            made.set(made.get() + 1);
            Ok::<_, Infallible>(File::new("text/plain", vec![b'a'; 10_000]))
        };
        let edition = (1, 1, date(2026, 11, 23));
        let first = kept.file("a", edition, make).unwrap();
        // A newer registry a moment later waits for its turn.
        for edition in [edition, (2, 1, date(2026, 11, 23))] {
            let again = kept.file("a", edition, make).unwrap();
            assert!(Arc::ptr_eq(&first, &again));
        }
        assert_eq!(made.get(), 1);
        assert!(first.gzip.len() < 200, "{}", first.gzip.len());
        kept.file("b", edition, make).unwrap();
        assert_eq!(made.get(), 2);
    }

    #[test]
    fn files_without_end_take_bounded_memory() {
        let kept = Kept::default();
        for number in 0..300 {
            let name = format!("/data/opportunites.csv?q={number}");
            let make = || Ok::<_, Infallible>(File::new("text/csv", vec![b'x'; 1 << 20]));
            kept.file(&name, (1, 1, date(2026, 11, 23)), make).unwrap();
        }
        let files = kept.files.lock().unwrap();
        let size: usize = files.values().map(|held| held.file.size()).sum();
        assert!(
            size <= MOST_BYTES && files.len() <= MOST_FILES,
            "{size} in {}",
            files.len()
        );
        assert!(files.contains_key("/data/opportunites.csv?q=299"));
    }
}
