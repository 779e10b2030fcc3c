//! What only redb can do wrong; what any engine on disk must do: `store::on_disk`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::store::conformance;

/// The file, until it is told to fail.
#[derive(Debug)]
struct FailingFile {
    inner: FileBackend,
    full: Arc<AtomicBool>,
}

impl FailingFile {
    fn check(&self) -> io::Result<()> {
        if self.full.load(Ordering::SeqCst) {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }
}

impl StorageBackend for FailingFile {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.inner.read(offset, out)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.check().and_then(|()| self.inner.set_len(length))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.check().and_then(|()| self.inner.sync_data())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.check().and_then(|()| self.inner.write(offset, data))
    }
}

#[test]
fn after_a_failed_write_it_only_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let options = EngineOptions::default();
    RedbStore::create(&path, &options).unwrap();
    let full = Arc::new(AtomicBool::new(false));
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path.join(FILE))
        .unwrap();
    let failing = FailingFile {
        inner: FileBackend::new(file).unwrap(),
        full: Arc::clone(&full),
    };
    let db = open_over(&path, &options, failing).unwrap();
    let store = RedbStore::over(&path, &options, db).unwrap();
    conformance::reads_go_on_after_a_failed_write(&store, &mut || {
        full.store(true, Ordering::SeqCst);
    });
    drop(store);
    let store = RedbStore::open(&path, &options).unwrap();
    conformance::what_was_acknowledged_is_there(&store);
}

#[test]
fn a_value_changed_behind_our_back_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let options = EngineOptions::default();
    RedbStore::create(&path, &options).unwrap();
    let store = RedbStore::open(&path, &options).unwrap();
    let mut batch = Batch::new();
    batch.put(*b"key", [7; 100]);
    store.commit(&batch).unwrap();
    store.close();
    let db = open_file(&path, &options).unwrap();
    let transaction = db.begin_write().unwrap();
    let mut table = transaction.open_table(VALUES).unwrap();
    let mut item = seal(b"key", &[7; 100]);
    item[50] ^= 1;
    table.insert(&b"key"[..], item.as_slice()).unwrap();
    drop(table);
    transaction.commit().unwrap();
    drop(db);
    let store = RedbStore::open(&path, &options).unwrap();
    assert_eq!(store.get(b"key").unwrap_err().code(), "store_damaged");
}
