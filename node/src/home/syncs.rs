//! Syncs to disk, counted: what a commit waits for, and what a disk wears out by.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::fuse::step;

static COUNT: AtomicU64 = AtomicU64::new(0);

/// How many syncs this process has asked for: of stores, outboxes, and a home's small files.
#[must_use]
pub fn count() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

/// Makes a file's content durable.
pub(crate) fn data(file: &File) -> io::Result<()> {
    COUNT.fetch_add(1, Ordering::Relaxed);
    step("a sync");
    file.sync_data()
}

/// Makes a file's content and all its facts durable.
pub(crate) fn all(file: &File) -> io::Result<()> {
    COUNT.fetch_add(1, Ordering::Relaxed);
    step("a sync");
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syncs_are_counted() {
        let before = count();
        let file = tempfile::tempfile().unwrap();
        data(&file).unwrap();
        all(&file).unwrap();
        assert!(count() >= before + 2);
    }
}
