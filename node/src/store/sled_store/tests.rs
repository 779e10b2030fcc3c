//! What only sled can do wrong; what any engine on disk must do: `store::on_disk`.

use super::*;
use crate::store::opening::{OpenOptions as Opening, open_or_create};

fn batch(key: &[u8], value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(key, value);
    batch
}

fn quick() -> EngineOptions {
    EngineOptions {
        lock_wait: Duration::from_millis(100),
        ..EngineOptions::default()
    }
}

fn opened(path: &Path) -> Result<Box<dyn Store>, StoreError> {
    open_or_create(
        path,
        &Opening {
            engine: quick(),
            ..Opening::default()
        },
    )
}

#[test]
fn no_page_is_ever_written_to_a_file_that_nobody_syncs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = opened(&path).unwrap();
    for number in 0..200u64 {
        let mut batch = Batch::new();
        for part in 0..(number % 7) {
            let key = [number.to_be_bytes(), part.to_be_bytes()].concat();
            batch.put(key, vec![number as u8; (number * 1_000) as usize % 90_000]);
        }
        batch.put(*b"tip", vec![1; 40]);
        store.commit(&batch).unwrap();
        assert_eq!(
            fs::read_dir(path.join("blobs")).unwrap().count(),
            0,
            "commit {number}"
        );
    }
}

#[test]
fn a_snapshot_that_was_not_finished_is_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = opened(&path).unwrap();
    store.commit(&batch(b"k", b"v")).unwrap();
    store.close();
    drop(store);
    for torn in [&b""[..], b"half of a snapshot"] {
        fs::write(path.join("snap.FFFFFFFFFFFFFFF0.generating"), torn).unwrap();
        let store = opened(&path).unwrap();
        assert_eq!(store.get(b"k").unwrap().unwrap(), b"v");
        store.close();
    }
}

/// What closes a store leaves the lock when its last thread ends, which may be after the next opening
/// has begun: the half snapshot must not be passed over for that.
#[test]
fn a_snapshot_that_was_not_finished_is_removed_however_late_the_lock_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    opened(&path).unwrap().close();
    fs::write(path.join("snap.FFFFFFFFFFFFFFF0.generating"), b"half").unwrap();
    let held = File::open(path.join(FILE)).unwrap();
    held.lock().unwrap();
    assert!(matches!(opened(&path), Err(StoreError::InUse { .. })));
    let patient = EngineOptions {
        lock_wait: Duration::from_secs(60),
        ..EngineOptions::default()
    };
    let leaving = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        drop(held);
    });
    SledStore::open(&path, &patient).unwrap();
    leaving.join().unwrap();
}

#[test]
fn a_value_changed_behind_our_back_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = opened(&path).unwrap();
    store.commit(&batch(b"small", &[7; 100])).unwrap();
    store.commit(&batch(b"large", &[7; 20_000])).unwrap();
    store.close();
    // Whatever closed it may leave its lock a little later.
    let Files { db, .. } = open_files(&path, &EngineOptions::default()).unwrap();
    for key in [head_key(b"small"), continuation_key(b"large", 1)] {
        let mut item = db.get(&key).unwrap().unwrap().to_vec();
        item[50] ^= 1;
        db.insert(key, item).unwrap();
    }
    drop(db);
    let store = opened(&path).unwrap();
    for key in [&b"small"[..], b"large"] {
        assert_eq!(store.get(key).unwrap_err().code(), "store_damaged");
    }
    let mut seen = 0;
    let scanned = store.scan(b"a", b"z", Direction::Forward, &mut |_, _| {
        seen += 1;
        ControlFlow::Continue(())
    });
    assert_eq!((scanned.unwrap_err().code(), seen), ("store_damaged", 0));
}
