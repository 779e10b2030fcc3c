//! What every engine must do, as one suite that each engine's tests run.
//!
//! Kept in the library rather than under `cfg(test)` so that the `tests` crate can run it too.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::engine::{Batch, Direction, MAX_KEY_BYTES, MAX_VALUE_BYTES, Store};

/// Opens the store under test: a new, empty one when told so, else the one of before.
pub type Open<'a> = dyn FnMut(bool) -> Box<dyn Store> + 'a;

/// Runs every check.
///
/// # Panics
/// When the engine does not conform.
#[doc(hidden)]
pub fn run(open: &mut Open<'_>) {
    values_of_all_sizes_survive_a_restart(open);
    scans_are_ordered_and_bounded(open);
    the_last_change_of_a_key_counts(open);
    commits_are_numbered(open);
    shrinking_and_growing_values_leave_nothing_behind(open);
    bounds_are_kept(open);
    many_random_batches_equal_a_map(open);
    a_closed_store_says_so(open);
}

fn batch(changes: &[(&[u8], Option<&[u8]>)]) -> Batch {
    let mut batch = Batch::new();
    for (key, value) in changes {
        match value {
            Some(value) => batch.put(*key, *value),
            None => batch.remove(*key),
        }
    }
    batch
}

fn keys(store: &dyn Store, from: &[u8], to: &[u8], direction: Direction) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    let scanned = store.scan(from, to, direction, &mut |key, _| {
        keys.push(key.to_vec());
        ControlFlow::Continue(())
    });
    scanned.expect("a sound store scans");
    keys
}

fn values_of_all_sizes_survive_a_restart(open: &mut Open<'_>) {
    let sizes = [0, 1, 5_988, 5_989, 6_000, 20_000, 600_000, MAX_VALUE_BYTES];
    let value = |size: usize| -> Vec<u8> { (0..size).map(|n| (n * 7 % 253) as u8).collect() };
    let store = open(true);
    for size in sizes {
        let key = (size as u64).to_be_bytes();
        store
            .commit(&batch(&[(&key, Some(&value(size)))]))
            .expect("commits");
    }
    store.close();
    drop(store);
    let store = open(false);
    for size in sizes {
        let key = (size as u64).to_be_bytes();
        assert!(
            store.get(&key).expect("reads") == Some(value(size)),
            "value of {size} bytes"
        );
    }
    assert_eq!(store.get(b"none").expect("reads"), None);
}

fn scans_are_ordered_and_bounded(open: &mut Open<'_>) {
    let store = open(true);
    let all: [&[u8]; 5] = [b"a", b"ab", b"b", b"b\0", b"c"];
    store
        .commit(&batch(&all.map(|key| (key, Some(key)))))
        .expect("commits");
    let found = keys(&*store, b"ab", b"c", Direction::Forward);
    assert_eq!(found, [b"ab".to_vec(), b"b".to_vec(), b"b\0".to_vec()]);
    let found = keys(&*store, b"ab", b"c", Direction::Backward);
    assert_eq!(found, [b"b\0".to_vec(), b"b".to_vec(), b"ab".to_vec()]);
    assert_eq!(
        store.keys(b"ab", b"c", 2).expect("reads"),
        [b"ab".to_vec(), b"b".to_vec()]
    );
    assert!(store.keys(b"c", b"a", 2).expect("reads").is_empty());
    assert!(keys(&*store, b"c", b"a", Direction::Forward).is_empty());
    assert!(keys(&*store, b"a", b"a", Direction::Backward).is_empty());
    let mut visited = 0;
    let scanned = store.scan(b"a", b"z", Direction::Forward, &mut |_, _| {
        visited += 1;
        if visited == 2 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    scanned.expect("scans");
    assert_eq!(visited, 2, "a visitor ends its scan");
}

fn the_last_change_of_a_key_counts(open: &mut Open<'_>) {
    let store = open(true);
    let changes: [(&[u8], Option<&[u8]>); 4] = [
        (b"k", Some(b"1")),
        (b"k", Some(b"2")),
        (b"gone", Some(b"1")),
        (b"gone", None),
    ];
    store.commit(&batch(&changes)).expect("commits");
    assert_eq!(store.get(b"k").expect("reads").as_deref(), Some(&b"2"[..]));
    assert_eq!(store.get(b"gone").expect("reads"), None);
    store
        .commit(&batch(&[(b"k", None), (b"never", None)]))
        .expect("commits");
    assert_eq!(store.get(b"k").expect("reads"), None);
}

fn commits_are_numbered(open: &mut Open<'_>) {
    let store = open(true);
    let before = store.stats();
    assert_eq!(
        store
            .commit(&batch(&[(b"k", Some(b"1"))]))
            .expect("commits"),
        before.commits + 1
    );
    assert_eq!(
        store
            .commit(&batch(&[(b"k", Some(b"2"))]))
            .expect("commits"),
        before.commits + 2
    );
    store.close();
    drop(store);
    let after = open(false).stats();
    assert_eq!(after.commits, before.commits + 2);
    assert_eq!(after.database, before.database);
}

fn shrinking_and_growing_values_leave_nothing_behind(open: &mut Open<'_>) {
    let store = open(true);
    for size in [30_000, 100, 12_000, 0, 40_000, 6_000] {
        let value = vec![size as u8; size];
        store
            .commit(&batch(&[(b"k", Some(&value))]))
            .expect("commits");
        assert!(store.get(b"k").expect("reads") == Some(value));
        assert_eq!(
            keys(&*store, b"a", b"z", Direction::Forward),
            [b"k".to_vec()]
        );
    }
    store.commit(&batch(&[(b"k", None)])).expect("commits");
    assert!(keys(&*store, b"a", b"z", Direction::Forward).is_empty());
}

fn bounds_are_kept(open: &mut Open<'_>) {
    let store = open(true);
    let (long, large) = (vec![1; MAX_KEY_BYTES + 1], vec![1; MAX_VALUE_BYTES + 1]);
    let refused: [(&[u8], &[u8]); 3] = [(b"", b"v"), (&long, b"v"), (b"k", &large)];
    for (key, value) in refused {
        let error = store.commit(&batch(&[(b"other", Some(b"v")), (key, Some(value))]));
        assert_eq!(
            error.expect_err("is refused").code(),
            "store_value_too_large"
        );
        assert_eq!(
            store.get(b"other").expect("reads"),
            None,
            "nothing of it is stored"
        );
    }
    store
        .commit(&batch(&[(b"k", Some(b"v"))]))
        .expect("a refused batch breaks nothing");
}

fn many_random_batches_equal_a_map(open: &mut Open<'_>) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut model: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    let mut store = open(true);
    for round in 0..60 {
        let mut batch = Batch::new();
        for _ in 0..random(20) {
            let key = random(80).to_be_bytes().to_vec();
            if random(4) == 0 {
                model.remove(&key);
                batch.remove(key);
            } else {
                let size = if random(5) == 0 {
                    random(40_000)
                } else {
                    random(300)
                };
                let value = vec![random(256) as u8; size as usize];
                model.insert(key.clone(), value.clone());
                batch.put(key, value);
            }
        }
        store.commit(&batch).expect("commits");
        if round % 20 == 19 {
            store.close();
            drop(store);
            store = open(false);
        }
    }
    let mut found = BTreeMap::new();
    let scanned = store.scan(&[0], &[0xFF], Direction::Forward, &mut |key, value| {
        found.insert(key.to_vec(), value);
        ControlFlow::Continue(())
    });
    scanned.expect("scans");
    assert!(
        found == model,
        "{} keys found of {}",
        found.len(),
        model.len()
    );
}

fn a_closed_store_says_so(open: &mut Open<'_>) {
    let store = open(true);
    store.close();
    store.close();
    let codes = [
        store.get(b"k").map(drop).expect_err("is closed").code(),
        store
            .commit(&batch(&[(b"k", Some(b"v"))]))
            .map(drop)
            .expect_err("is closed")
            .code(),
    ];
    assert_eq!(codes, ["store_closed"; 2]);
}
