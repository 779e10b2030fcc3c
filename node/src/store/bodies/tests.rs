use std::sync::Arc;

use ed25519_dalek::SigningKey;
use sync_protocol::entry::Kind;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{EntryId, RecordId, VersionId};
use sync_protocol::run::{self, Statement, VerifiedRun};
use sync_protocol::seal::erase::{Erase, EraseReason, EraseTarget};
use sync_protocol::time::Timestamp;

use super::*;
use crate::store::journals::tests::NETWORK;
use crate::store::{EngineKind, MemoryStore, OpenOptions, Outbox};

/// What is erased: nothing compresses it, so that it stands in a run as it is.
fn secret() -> Vec<u8> {
    let mut rng = fastrand::Rng::with_seed(41);
    (0..2_000).map(|_| rng.u8(..)).collect()
}

/// A journal with two records, the first of which is changed later; single entries and longer runs.
fn runs() -> Vec<Arc<VerifiedRun>> {
    let key = SigningKey::from_bytes(&[3; 32]);
    let author = NodeId(key.verifying_key().to_bytes());
    let say = |kind, subject: Option<u64>, body: Vec<u8>| Statement {
        charter: VersionId([1; 32]),
        kind,
        subject: subject.map(|seq| Place { author, seq }),
        time: Timestamp(5),
        body,
    };
    let mut tip = Tip::EMPTY;
    let commits = [
        vec![say(Kind::ADDRESS, None, vec![1; 30])],
        vec![
            say(Kind::CREATE, None, secret()),
            say(Kind::CREATE, None, b"another record".to_vec()),
        ],
        vec![say(Kind::CHANGE, Some(2), secret())],
        vec![
            say(Kind::CHANGE, Some(3), b"of the other".to_vec()),
            say(Kind::SEAL, Some(2), secret()),
        ],
    ];
    let mut all = Vec::new();
    for statements in commits {
        for run in run::sign(NETWORK, &key, tip, statements) {
            tip = run.last();
            all.push(Arc::new(run));
        }
    }
    all
}

fn erased() -> ErasedBodies {
    let author = runs()[0].author();
    let mut erased = ErasedBodies::default();
    let erase = Erase::new(
        RecordId([1; 32]),
        EraseTarget::Record,
        vec![],
        EraseReason::ASKED,
    );
    erased.add(Place { author, seq: 2 }, &erase, true);
    erased
}

fn seqs<'p>(places: impl IntoIterator<Item = &'p Place>) -> Vec<u64> {
    places.into_iter().map(|it| it.seq).collect()
}

fn bodies(journals: &Journals) -> Vec<bool> {
    let author = runs()[0].author();
    let held = |seq| {
        let entry = journals.entry(NETWORK, &Place { author, seq }).unwrap();
        entry.unwrap().body.is_some()
    };
    (1..=6).map(held).collect()
}

#[test]
fn bodies_leave_stored_runs_and_come_back_while_chain_and_signatures_hold() {
    let journals = Journals::over(Arc::new(MemoryStore::new())).unwrap();
    journals.append(runs()).unwrap();
    let tips = journals.tips();
    let named = journals.named_by(&erased()).unwrap();
    assert_eq!(seqs(&named), [2, 4, 6]);
    assert_eq!(journals.leave_out(&named).unwrap(), 3);
    assert_eq!(bodies(&journals), [true, false, true, false, true, false]);
    assert!(journals.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
    assert_eq!(journals.tips(), tips);
    // Once more does nothing, and nothing named has a body any more.
    assert_eq!(journals.leave_out(&named).unwrap(), 0);
    assert!(journals.named_by(&erased()).unwrap().is_empty());
    let missing = journals.left_out().unwrap();
    assert_eq!(seqs(missing.iter().map(|it| &it.place)), [2, 4, 6]);
    assert!(missing.iter().all(|it| erased().excuse(it)));
    // Entries that may not be without a body keep it.
    let author = missing[0].place.author;
    let address = [Place { author, seq: 1 }].into();
    assert_eq!(journals.leave_out(&address).unwrap(), 0);

    let place = missing[1].place;
    assert!(!journals.put_back(&place, b"made up".to_vec()).unwrap());
    assert!(journals.put_back(&place, secret()).unwrap());
    assert!(!journals.put_back(&place, secret()).unwrap());
    assert_eq!(bodies(&journals), [true, false, true, true, true, false]);
    let missing = journals.left_out().unwrap();
    assert_eq!(seqs(missing.iter().map(|it| &it.place)), [2, 6]);
    assert!(journals.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
}

#[test]
fn a_run_that_overlaps_what_is_held_neither_takes_bodies_nor_brings_them_back() {
    let all = runs();
    let joined: Vec<_> = all.iter().map(|run| Arc::clone(run.wire())).collect();
    let joined = run::recompose(NETWORK, 0, &joined).unwrap().remove(0);
    let author = all[0].author();
    let all_gone = run::leave_out(&joined, &(1..=6).collect())
        .unwrap()
        .unwrap();
    for (wire, expected) in [
        (joined, [true, false, true, true, true, true]),
        (all_gone, [true, false, true, true, false, false]),
    ] {
        let journals = Journals::over(Arc::new(MemoryStore::new())).unwrap();
        journals.append(all[..3].to_vec()).unwrap();
        let erased = [Place { author, seq: 2 }].into();
        assert_eq!(journals.leave_out(&erased).unwrap(), 1);
        let longer = run::verify(NETWORK, Tip::EMPTY, &wire).unwrap();
        assert_eq!(journals.append(vec![longer]).unwrap().entries, 2);
        assert_eq!(bodies(&journals), expected);
        assert!(journals.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
        let missing = journals.left_out().unwrap();
        assert_eq!(missing.len(), expected.iter().filter(|it| !**it).count());
    }
}

/// Whether some file under `folder` holds 20 bytes of the secret at any place in it.
fn lies_somewhere(folder: &std::path::Path) -> bool {
    let secret = secret();
    let pieces: Vec<&[u8]> = secret.windows(20).step_by(200).collect();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let found = |piece: &&[u8]| bytes.windows(20).any(|it| it == *piece);
            if pieces.iter().any(found) {
                return true;
            }
        }
    }
    false
}

#[test]
fn what_is_written_anew_holds_no_byte_of_what_was_deleted() {
    for kind in EngineKind::ALL {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let options = OpenOptions {
            kind,
            ..OpenOptions::default()
        };
        let journals = Journals::open_with(&path, &options).unwrap();
        journals.append(runs()).unwrap();
        let mut outbox = Outbox::open(&folder.path().join("outbox")).unwrap();
        outbox.append(&runs()).unwrap();
        let named = journals.named_by(&erased()).unwrap();
        assert!(lies_somewhere(folder.path()));
        journals.leave_out(&named).unwrap();
        assert!(outbox.leave_out(&erased()).unwrap());
        assert!(!outbox.leave_out(&erased()).unwrap());
        assert!(!lies_somewhere(&folder.path().join("outbox")));
        journals.rewrite().unwrap();
        assert!(!lies_somewhere(folder.path()), "{kind:?}");
        // It is the same store, and goes on.
        let mut tip = Tip::EMPTY;
        for run in outbox.runs() {
            let verified = run::verify(NETWORK, tip, &run.wire).unwrap();
            tip = verified.last();
            assert_eq!(journals.append(vec![verified]).unwrap().entries, 0);
        }
        assert_eq!(tip.seq, 6);
        drop(journals);
        let journals = Journals::open_with(&path, &options).unwrap();
        assert_eq!(bodies(&journals), [true, false, true, false, true, false]);
        assert!(journals.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
        assert_eq!(journals.tip(&runs()[0].author()), tip);
        drop(outbox);
        let outbox = Outbox::open(&folder.path().join("outbox")).unwrap();
        assert_eq!((outbox.entries(), outbox.damaged()), (6, 0));
        assert!(journals.entry_id(NETWORK, &runs()[0].author(), 3).unwrap() != Some(EntryId::ZERO));
    }
}

#[test]
fn a_store_that_was_being_written_anew_when_the_power_went_opens_whole() {
    for kind in EngineKind::ALL {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let aside = folder.path().join("store.replaced");
        let site = folder.path().join("store.new");
        let options = OpenOptions {
            kind,
            ..OpenOptions::default()
        };
        let open = || Journals::open_with(&path, &options).unwrap();
        let journals = open();
        journals.append(runs()).unwrap();
        let tips = journals.tips();
        drop(journals);
        // Half a copy; the old one out of its place; the new one in it, the old one still there.
        std::fs::create_dir(&site).unwrap();
        std::fs::write(site.join("db"), b"half").unwrap();
        assert_eq!(open().tips(), tips);
        std::fs::rename(&path, &aside).unwrap();
        std::fs::create_dir(&site).unwrap();
        assert_eq!(open().tips(), tips);
        assert!(!aside.exists() && !site.exists());
        std::fs::create_dir(&aside).unwrap();
        std::fs::write(aside.join("db"), b"what was erased").unwrap();
        assert_eq!(open().tips(), tips);
        assert!(!aside.exists());
    }
}

#[test]
fn what_proves_a_fork_keeps_no_body_that_is_erased() {
    let key = SigningKey::from_bytes(&[3; 32]);
    let first = runs()[0].last();
    let other = Statement {
        charter: VersionId([1; 32]),
        kind: Kind::CREATE,
        subject: None,
        time: Timestamp(6),
        body: secret(),
    };
    let other = run::sign(NETWORK, &key, first, vec![other]).remove(0);
    for kind in EngineKind::ALL {
        for told_before in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("store");
            let options = OpenOptions {
                kind,
                ..OpenOptions::default()
            };
            let journals = Journals::open_with(&path, &options).unwrap();
            journals.append(runs()).unwrap();
            let carry_out = || {
                let named = journals.named_by(&erased()).unwrap();
                journals.leave_out(&named).unwrap();
                journals.leave_out_of_proofs(&erased()).unwrap();
                journals.rewrite().unwrap();
            };
            let known = match told_before {
                true => erased(),
                false => ErasedBodies::default(),
            };
            if told_before {
                carry_out();
            }
            assert!(journals.keep_fork(NETWORK, first, &other, &known).unwrap());
            if !told_before {
                assert!(lies_somewhere(folder.path()));
                carry_out();
            }
            assert!(!lies_somewhere(folder.path()), "{kind:?} {told_before}");
            let forks = journals.forks().unwrap();
            assert_eq!(forks[0].verify(NETWORK), Ok(()), "it proves as much");
        }
    }
}
