//! The conformance suite on disk, and what only a disk can do wrong, for every engine.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::StoreError;
use super::conformance;
use super::engine::{Batch, EngineKind, EngineOptions, Store};
use super::opening::{OpenOptions, open_or_create, set_aside};
use super::sidecar::{self, Sidecar};
use super::sled_store::FORMAT;

macro_rules! on_each_engine {
    ($($test:ident),* $(,)?) => {
        mod on_sled {
            $(#[test]
            fn $test() {
                super::$test(super::EngineKind::Sled);
            })*
        }
        mod on_redb {
            $(#[test]
            fn $test() {
                super::$test(super::EngineKind::Redb);
            })*
        }
    };
}

on_each_engine! {
    the_engine_on_disk_conforms,
    a_second_handle_is_told_that_the_store_is_in_use,
    a_creation_that_was_interrupted_is_begun_anew,
    files_that_are_damaged_or_gone_are_named,
    a_store_that_came_back_with_less_is_told_by_its_sidecar,
    a_store_that_is_gone_or_another_is_told_by_its_sidecar,
    a_folder_without_permission_is_named,
    a_damaged_file_never_gives_a_wrong_value,
    child_that_commits_until_it_is_killed,
    what_was_acknowledged_survives_kill_9_whole,
}

fn batch(key: &[u8], value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(key, value);
    batch
}

fn options(kind: EngineKind) -> OpenOptions {
    let engine = EngineOptions {
        lock_wait: Duration::from_millis(100),
        ..EngineOptions::default()
    };
    OpenOptions {
        engine,
        kind,
        accept_loss: false,
    }
}

/// The one file that damage is done to.
const fn file(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Sled => "db",
        EngineKind::Redb => "journals.redb",
    }
}

fn opened(kind: EngineKind, path: &Path) -> Result<Box<dyn Store>, StoreError> {
    open_or_create(path, &options(kind))
}

fn noted(path: &Path, store: &dyn Store, commits: u64) {
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

fn the_engine_on_disk_conforms(kind: EngineKind) {
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    conformance::run(&mut |fresh| {
        number += u32::from(fresh);
        let path = folder.path().join(number.to_string());
        opened(kind, &path).unwrap()
    });
}

fn a_second_handle_is_told_that_the_store_is_in_use(kind: EngineKind) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = opened(kind, &path).unwrap();
    assert_eq!(opened(kind, &path).unwrap_err().code(), "store_in_use");
    store.close();
    opened(kind, &path).unwrap();
}

fn a_creation_that_was_interrupted_is_begun_anew(kind: EngineKind) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    fs::create_dir_all(folder.path().join("store.new/blobs")).unwrap();
    fs::write(
        folder.path().join(format!("store.new/{}", file(kind))),
        b"torn",
    )
    .unwrap();
    opened(kind, &path)
        .unwrap()
        .commit(&batch(b"k", b"v"))
        .unwrap();
    assert!(!folder.path().join("store.new").exists());
}

fn files_that_are_damaged_or_gone_are_named(kind: EngineKind) {
    for damage in ["gone", "empty", "zeroed"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = opened(kind, &path).unwrap();
        store.commit(&batch(b"k", &[7; 5_000])).unwrap();
        noted(&path, &*store, 1);
        store.close();
        drop(store);
        let file = path.join(file(kind));
        let length = fs::metadata(&file).unwrap().len() as usize;
        match damage {
            "gone" => fs::remove_file(&file).unwrap(),
            "empty" => fs::write(&file, b"").unwrap(),
            _ => fs::write(&file, vec![0; length]).unwrap(),
        }
        let error = opened(kind, &path).unwrap_err();
        assert!(error.means_loss(), "{damage}: {error}");
        assert!(fs::metadata(&path).unwrap().is_dir(), "nothing is deleted");
    }
}

fn a_store_that_came_back_with_less_is_told_by_its_sidecar(kind: EngineKind) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = opened(kind, &path).unwrap();
    store.commit(&batch(b"k", b"v")).unwrap();
    noted(&path, &*store, 5);
    store.close();
    drop(store);
    let error = opened(kind, &path).unwrap_err();
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
    let accepting = OpenOptions {
        accept_loss: true,
        ..options(kind)
    };
    let store = open_or_create(&path, &accepting).unwrap();
    assert_eq!(store.get(b"k").unwrap().unwrap(), b"v");
}

fn a_store_that_is_gone_or_another_is_told_by_its_sidecar(kind: EngineKind) {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("store"), folder.path().join("other"));
    let store = opened(kind, &path).unwrap();
    noted(&path, &*store, 0);
    store.close();
    drop(store);
    fs::rename(&path, folder.path().join("moved")).unwrap();
    assert_eq!(opened(kind, &path).unwrap_err().code(), "store_missing");
    drop(opened(kind, &other).unwrap());
    fs::rename(&other, &path).unwrap();
    assert_eq!(
        opened(kind, &path).unwrap_err().code(),
        "store_other_database"
    );
    let kept = set_aside(&path).unwrap();
    assert!(kept.join(file(kind)).exists() && sidecar::path_of(&kept).exists());
    opened(kind, &path).unwrap();
}

#[cfg(unix)]
fn a_folder_without_permission_is_named(kind: EngineKind) {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    let result = opened(kind, &locked.join("store"));
    // The superuser may write anywhere.
    if fs::write(locked.join("probe"), b"").is_err() {
        assert_eq!(result.unwrap_err().code(), "store_permission_denied");
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
}

/// What a store gives back after `damage` to its files: every value as it was, or an error.
fn is_never_wrong(kind: EngineKind, trial: u64, damage: impl FnOnce(&mut Vec<u8>)) -> &'static str {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let value = |key: u64| vec![key as u8; (key as usize * 613) % 20_000];
    {
        let store = opened(kind, &path).unwrap();
        for commit in 0..30u64 {
            let mut batch = Batch::new();
            (0..4).for_each(|part| {
                batch.put((commit * 4 + part).to_be_bytes(), value(commit * 4 + part));
            });
            store.commit(&batch).unwrap();
        }
        noted(&path, &*store, 30);
    }
    let file = path.join(file(kind));
    let mut bytes = fs::read(&file).unwrap();
    damage(&mut bytes);
    fs::write(&file, bytes).unwrap();
    let limit = Duration::from_secs(5);
    let mut options = options(kind);
    options.engine.open_limit = limit;
    let store = match open_or_create(&path, &options) {
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

fn a_damaged_file_never_gives_a_wrong_value(kind: EngineKind) {
    let trials = std::env::var("CAPACTIF_DAMAGE_TRIALS")
        .ok()
        .and_then(|n| n.parse().ok());
    let mut outcomes = std::collections::BTreeMap::new();
    for trial in 0..trials.unwrap_or(12u64) {
        let mut random = fastrand::Rng::with_seed(trial);
        let outcome = is_never_wrong(kind, trial, |bytes| {
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

fn child_that_commits_until_it_is_killed(kind: EngineKind) {
    let Ok(folder) = std::env::var(CHILD_FOLDER) else {
        return;
    };
    let store = opened(kind, Path::new(&folder)).unwrap();
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

fn what_was_acknowledged_survives_kill_9_whole(kind: EngineKind) {
    use std::io::BufRead;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    for round in 0..6u32 {
        let name = format!(
            "store::on_disk::on_{}::child_that_commits_until_it_is_killed",
            kind.name()
        );
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &name, "--nocapture"])
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
        let store = opened(kind, &path).unwrap();
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
