//! The conformance suite on disk, and what only a disk can do wrong.

use super::*;
use crate::store::conformance;
use crate::store::opening::{OpenOptions as Opening, open_or_create, set_aside};
use crate::store::sidecar::{self, Sidecar};

fn batch(key: &[u8], value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(key, value);
    batch
}

fn quick() -> SledOptions {
    SledOptions {
        lock_wait: Duration::from_millis(100),
        ..SledOptions::default()
    }
}

fn opened(path: &Path) -> Result<SledStore, StoreError> {
    open_or_create(
        path,
        &Opening {
            engine: quick(),
            ..Opening::default()
        },
    )
}

fn noted(path: &Path, store: &SledStore, commits: u64) {
    let database = sidecar::shown(store.stats().database);
    sidecar::write(
        path,
        &Sidecar {
            database,
            format: FORMAT,
            commits,
            entries: 0,
        },
    )
    .unwrap();
}

#[test]
fn the_engine_on_disk_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    conformance::run(&mut |fresh| {
        number += u32::from(fresh);
        let path = folder.path().join(number.to_string());
        let options = Opening::default();
        Box::new(open_or_create(&path, &options).unwrap())
    });
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
fn a_second_handle_is_told_that_the_store_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = opened(&path).unwrap();
    assert_eq!(opened(&path).unwrap_err().code(), "store_in_use");
    store.close();
    opened(&path).unwrap();
}

#[test]
fn a_creation_that_was_interrupted_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    fs::create_dir_all(folder.path().join("store.new/blobs")).unwrap();
    fs::write(folder.path().join("store.new/db"), b"torn").unwrap();
    opened(&path).unwrap().commit(&batch(b"k", b"v")).unwrap();
    assert!(!folder.path().join("store.new").exists());
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

#[test]
fn a_value_changed_behind_our_back_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = opened(&path).unwrap();
    store.commit(&batch(b"small", &[7; 100])).unwrap();
    store.commit(&batch(b"large", &[7; 20_000])).unwrap();
    store.close();
    let db = open_engine(&path, 1 << 20).unwrap();
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

#[test]
fn files_that_are_damaged_or_gone_are_named() {
    for damage in ["gone", "empty", "zeroed"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = opened(&path).unwrap();
        store.commit(&batch(b"k", &[7; 5_000])).unwrap();
        noted(&path, &store, 1);
        store.close();
        drop(store);
        let file = path.join("db");
        let length = fs::metadata(&file).unwrap().len() as usize;
        match damage {
            "gone" => fs::remove_file(&file).unwrap(),
            "empty" => fs::write(&file, b"").unwrap(),
            _ => fs::write(&file, vec![0; length]).unwrap(),
        }
        let error = opened(&path).unwrap_err();
        assert!(error.means_loss(), "{damage}: {error}");
        assert!(fs::metadata(&path).unwrap().is_dir(), "nothing is deleted");
    }
}

#[test]
fn a_store_that_came_back_with_less_is_told_by_its_sidecar() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = opened(&path).unwrap();
    store.commit(&batch(b"k", b"v")).unwrap();
    noted(&path, &store, 5);
    store.close();
    drop(store);
    let error = opened(&path).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::CameBackWithLess {
                commits: 1,
                expected: 5,
                ..
            }
        ),
        "{error}"
    );
    let accepting = Opening {
        accept_loss: true,
        ..Opening::default()
    };
    let store = open_or_create(&path, &accepting).unwrap();
    assert_eq!(store.get(b"k").unwrap().unwrap(), b"v");
}

#[test]
fn a_store_that_is_gone_or_another_is_told_by_its_sidecar() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("store"), folder.path().join("other"));
    let store = opened(&path).unwrap();
    noted(&path, &store, 0);
    store.close();
    drop(store);
    fs::rename(&path, folder.path().join("moved")).unwrap();
    assert_eq!(opened(&path).unwrap_err().code(), "store_missing");
    drop(opened(&other).unwrap());
    fs::rename(&other, &path).unwrap();
    assert_eq!(opened(&path).unwrap_err().code(), "store_other_database");
    let kept = set_aside(&path).unwrap();
    assert!(kept.join("db").exists() && sidecar::path_of(&kept).exists());
    opened(&path).unwrap();
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    let result = opened(&locked.join("store"));
    // The superuser may write anywhere.
    if fs::write(locked.join("probe"), b"").is_err() {
        assert_eq!(result.unwrap_err().code(), "store_permission_denied");
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
}

/// What a store gives back after `damage` to its files: every value as it was, or an error.
fn is_never_wrong(trial: u64, damage: impl FnOnce(&mut Vec<u8>)) -> &'static str {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let value = |key: u64| vec![key as u8; (key as usize * 613) % 20_000];
    {
        let store = opened(&path).unwrap();
        for commit in 0..30u64 {
            let mut batch = Batch::new();
            (0..4).for_each(|part| {
                batch.put((commit * 4 + part).to_be_bytes(), value(commit * 4 + part));
            });
            store.commit(&batch).unwrap();
        }
        noted(&path, &store, 30);
    }
    let file = path.join("db");
    let mut bytes = fs::read(&file).unwrap();
    damage(&mut bytes);
    fs::write(&file, bytes).unwrap();
    let limit = Duration::from_secs(5);
    let engine = SledOptions {
        open_limit: limit,
        ..quick()
    };
    let store = match open_or_create(
        &path,
        &Opening {
            engine,
            accept_loss: false,
        },
    ) {
        Ok(store) => store,
        Err(error) => {
            assert!(error.means_loss(), "trial {trial}: {error}");
            return "refused";
        }
    };
    let mut outcome = "sound";
    for key in 0..120u64 {
        match store.get(&key.to_be_bytes()) {
            Ok(found) if found == Some(value(key)) => {}
            Ok(None) => outcome = "value gone",
            Ok(Some(_)) => panic!("trial {trial}: a wrong value"),
            Err(error) => {
                assert!(error.means_loss(), "trial {trial}: {error}");
                outcome = "value refused";
            }
        }
    }
    outcome
}

#[test]
fn a_damaged_file_never_gives_a_wrong_value() {
    let trials = std::env::var("CAPACTIF_DAMAGE_TRIALS")
        .ok()
        .and_then(|n| n.parse().ok());
    let mut outcomes = std::collections::BTreeMap::new();
    for trial in 0..trials.unwrap_or(12u64) {
        let mut random = fastrand::Rng::with_seed(trial);
        let outcome = is_never_wrong(trial, |bytes| {
            let at = random.usize(..bytes.len());
            match trial % 3 {
                0 => bytes[at] ^= 1 << random.u8(..8),
                1 => bytes.truncate(at),
                _ => {
                    let end = (at + 4096).min(bytes.len());
                    bytes[at..end].fill(0);
                }
            }
        });
        *outcomes.entry((trial % 3, outcome)).or_insert(0) += 1;
    }
    println!("{outcomes:?}");
}

/// Set for the child of the test below: the folder it commits in.
const CHILD_FOLDER: &str = "CAPACTIF_TEST_KILLED_STORE";

#[test]
fn child_that_commits_until_it_is_killed() {
    let Ok(folder) = std::env::var(CHILD_FOLDER) else {
        return;
    };
    let store = opened(Path::new(&folder)).unwrap();
    let first = store.stats().commits + 1;
    for number in first.. {
        let mut batch = batch(b"count", &number.to_be_bytes());
        batch.put(
            number.to_be_bytes(),
            vec![number as u8; (number as usize * 997) % 30_000],
        );
        assert_eq!(store.commit(&batch).unwrap(), number);
        println!("committed {number}");
    }
}

#[test]
fn what_was_acknowledged_survives_kill_9_whole() {
    use std::io::BufRead;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    for round in 0..6u32 {
        let name = "store::sled_store::tests::child_that_commits_until_it_is_killed";
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(CHILD_FOLDER, &path)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let output = io::BufReader::new(child.stdout.take().unwrap());
        let mut acknowledged = 0;
        let mut seen = 0;
        for line in output.lines().map_while(Result::ok) {
            if let Some((_, number)) = line.split_once("committed ") {
                acknowledged = number.parse().unwrap();
                seen += 1;
            }
            if seen == 5 + round * 3 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(acknowledged > 0, "the child made progress");
        let store = SledStore::open(&path, &SledOptions::default()).unwrap();
        let commits = store.stats().commits;
        assert!(commits >= acknowledged, "{commits} of {acknowledged}");
        assert_eq!(store.get(b"count").unwrap().unwrap(), commits.to_be_bytes());
        for number in 1..=commits {
            let value = store.get(&number.to_be_bytes()).unwrap().unwrap();
            assert!(
                value == vec![number as u8; (number as usize * 997) % 30_000],
                "{number}"
            );
        }
        assert_eq!(store.get(&(commits + 1).to_be_bytes()).unwrap(), None);
    }
}
