//! What every engine must do, as one suite that each engine's tests run.
//!
//! Kept in the library rather than under `cfg(test)` so that the `tests` crate can run it too.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

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
    a_commit_is_durable_without_closing(open);
    a_value_is_whole_while_it_is_replaced(open);
    a_visitor_may_read_and_large_batches_are_one(open);
    what_is_written_anew_is_the_same(open);
}

fn what_is_written_anew_is_the_same(open: &mut Open<'_>) {
    let store = open(true);
    let long = vec![7; 300_000];
    for number in 0..60u64 {
        let value = if number % 7 == 0 { &long[..] } else { b"short" };
        let written = batch(&[
            (&number.to_be_bytes(), Some(value)),
            (b"again", Some(value)),
        ]);
        store.commit(&written).expect("a sound store commits");
    }
    let gone = batch(&[(&3u64.to_be_bytes(), None)]);
    store.commit(&gone).expect("a sound store commits");
    let facts = |store: &dyn Store| {
        let mut held = Vec::new();
        let scanned = store.scan(&[0], &[0xFF], Direction::Forward, &mut |key, value| {
            held.push((key.to_vec(), value));
            ControlFlow::Continue(())
        });
        scanned.expect("a sound store scans");
        (held, store.stats().database, store.stats().commits)
    };
    let before = facts(&*store);
    store.rewrite().expect("a sound store is written anew");
    assert_eq!(facts(&*store), before);
    store.rewrite().expect("again");
    let more = batch(&[(b"more", Some(b"after"))]);
    assert_eq!(store.commit(&more).expect("it goes on"), before.2 + 1);
    store.close();
    drop(store);
    let store = open(false);
    let (held, database, _) = facts(&*store);
    assert_eq!((held.len(), database), (before.0.len() + 1, before.1));
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

/// The last commit needs no goodbye: a handle that is dropped at once has lost nothing.
fn a_commit_is_durable_without_closing(open: &mut Open<'_>) {
    let mut store = open(true);
    for number in 1..=5u8 {
        store
            .commit(&batch(&[(b"k", Some(&[number])), (&[number], Some(b"v"))]))
            .expect("commits");
        drop(store);
        store = open(false);
        assert_eq!(store.stats().commits, u64::from(number));
        assert_eq!(store.get(b"k").expect("reads"), Some(vec![number]));
        let all = keys(&*store, &[0], &[0x20], Direction::Forward);
        assert_eq!(all.len(), usize::from(number));
    }
}

/// Readers beside the writer meet values as they were committed, never parts of two.
fn a_value_is_whole_while_it_is_replaced(open: &mut Open<'_>) {
    let store = open(true);
    let value = |number: u8| vec![number; 30_000 + usize::from(number) * 400];
    store
        .commit(&batch(&[(b"k", Some(&value(0)))]))
        .expect("commits");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (store, over) = (&*store, &over);
        let reader = scope.spawn(move || {
            loop {
                let found = store.get(b"k").expect("reads").expect("is there");
                let number = found.first().copied().expect("is not empty");
                assert!(found == value(number), "a value of two commits");
                let scanned = store.scan(b"k", b"l", Direction::Forward, &mut |_, found| {
                    let number = found.first().copied().expect("is not empty");
                    assert!(found == value(number), "a value of two commits");
                    ControlFlow::Continue(())
                });
                scanned.expect("scans");
                if over.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        // Told before anything panics: the reader would go on for ever.
        let written: Result<(), _> = (1..=40).try_for_each(|number| {
            store
                .commit(&batch(&[(b"k", Some(&value(number)))]))
                .map(drop)
        });
        over.store(true, Ordering::SeqCst);
        reader.join().expect("the reader met whole values");
        written.expect("commits");
    });
}

/// A group of the writer's size is one commit, and a scan's visitor may use the store.
fn a_visitor_may_read_and_large_batches_are_one(open: &mut Open<'_>) {
    let store = open(true);
    let before = store.stats().commits;
    let mut large = Batch::new();
    for number in 0..2_000u32 {
        large.put(number.to_be_bytes(), vec![number as u8; 4_000]);
    }
    assert_eq!(store.commit(&large).expect("commits"), before + 1);
    drop(store);
    let store = open(false);
    let mut visited = 0u32;
    let scanned = store.scan(
        &[0; 4],
        &[0xFF; 4],
        Direction::Forward,
        &mut |key, value| {
            assert_eq!(store.get(key).expect("reads"), Some(value));
            visited += 1;
            ControlFlow::Continue(())
        },
    );
    scanned.expect("scans");
    assert_eq!(visited, 2_000);
}

/// What an engine does whose disk fails after its first commit; for engines whose disk a test can
/// make fail with `fail`.
///
/// # Panics
/// When it does not conform.
#[doc(hidden)]
pub fn reads_go_on_after_a_failed_write(store: &dyn Store, fail: &mut dyn FnMut()) {
    let old = vec![3; 50_000];
    store
        .commit(&batch(&[(b"kept", Some(&old))]))
        .expect("commits");
    fail();
    let refused = batch(&[(b"kept", Some(b"new")), (b"other", Some(b"v"))]);
    let first = store.commit(&refused).expect_err("the disk fails");
    assert_eq!(first.code(), "store_disk_full");
    let later = store.commit(&refused).expect_err("nothing more is taken");
    assert_eq!(later.code(), "store_read_only");
    assert!(store.stats().read_only);
    assert_eq!(store.stats().commits, 1, "what failed is not counted");
    what_was_acknowledged_is_there(store);
}

/// What [`reads_go_on_after_a_failed_write`] leaves.
///
/// # Panics
/// When it is not there.
#[doc(hidden)]
pub fn what_was_acknowledged_is_there(store: &dyn Store) {
    assert!(store.get(b"kept").expect("reads") == Some(vec![3; 50_000]));
    assert_eq!(store.get(b"other").expect("reads"), None);
    assert_eq!(
        keys(store, b"a", b"z", Direction::Forward),
        [b"kept".to_vec()]
    );
}
