//! Journals over both engines.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use sync_protocol::entry::Kind;
use sync_protocol::id::VersionId;
use sync_protocol::run::Statement;
use sync_protocol::time::Timestamp;

use super::*;
use crate::store::{MemoryStore, sidecar};

pub(in crate::store) const NETWORK: NetworkId = NetworkId([9; 32]);

pub(in crate::store) struct Author {
    key: SigningKey,
    tip: Tip,
}

impl Author {
    pub(in crate::store) fn new(number: u8) -> Self {
        Self {
            key: SigningKey::from_bytes(&[number; 32]),
            tip: Tip::EMPTY,
        }
    }

    pub(in crate::store) fn id(&self) -> NodeId {
        NodeId(self.key.verifying_key().to_bytes())
    }

    pub(in crate::store) fn say(&mut self, count: usize) -> VerifiedRun {
        self.say_kind(Kind::CHANGE, count, 100)
    }

    pub(in crate::store) fn say_kind(
        &mut self,
        kind: Kind,
        count: usize,
        body_bytes: usize,
    ) -> VerifiedRun {
        let before = self.tip.seq as usize;
        let statement = |number: usize| Statement {
            charter: VersionId([1; 32]),
            kind,
            subject: None,
            time: Timestamp(1_000 + number as u64),
            body: (0..body_bytes)
                .map(|n| (n * 31 + number * 17 + n * n / 7) as u8)
                .collect(),
        };
        let mut runs = run::sign(
            NETWORK,
            &self.key,
            self.tip,
            (before..before + count).map(statement).collect(),
        );
        let run = runs.pop().unwrap();
        assert!(runs.is_empty(), "tests keep to one run");
        self.tip = run.last();
        run
    }
}

fn memory() -> Journals {
    Journals::over(Arc::new(MemoryStore::new())).unwrap()
}

#[test]
fn runs_come_back_in_order_within_a_budget() {
    let (journals, mut author) = (memory(), Author::new(1));
    let runs: Vec<_> = [1, 5, 2, 1, 9].map(|count| author.say(count)).into();
    let id = author.id();
    let appended = journals.append(runs.clone()).unwrap();
    assert_eq!((appended.runs, appended.entries), (5, 18));
    assert_eq!(journals.tip(&id), author.tip);
    let wires = |range: std::ops::Range<usize>| -> Vec<_> {
        runs[range]
            .iter()
            .map(|run| Arc::clone(run.wire()))
            .collect()
    };
    assert_eq!(
        journals.runs_after(&id, 0, usize::MAX).unwrap(),
        wires(0..5)
    );
    assert_eq!(
        journals.runs_after(&id, 1, usize::MAX).unwrap(),
        wires(1..5)
    );
    assert_eq!(
        journals.runs_after(&id, 3, usize::MAX).unwrap(),
        wires(1..5),
        "3 is inside"
    );
    assert_eq!(
        journals.runs_after(&id, 3, 1).unwrap(),
        wires(1..2),
        "at least one"
    );
    let two = runs[1].wire().len() + runs[2].wire().len();
    assert_eq!(journals.runs_after(&id, 3, two).unwrap(), wires(1..3));
    assert!(journals.runs_after(&id, 18, usize::MAX).unwrap().is_empty());
    assert!(
        journals
            .runs_after(&id, u64::MAX, usize::MAX)
            .unwrap()
            .is_empty()
    );
    assert!(
        journals
            .runs_after(&NodeId::ZERO, 0, usize::MAX)
            .unwrap()
            .is_empty()
    );
    for run in &runs {
        for entry in run.entries() {
            let seq = entry.header.seq;
            let stored = journals.run_containing(&id, seq).unwrap().unwrap();
            assert_eq!(stored.entries(NETWORK).unwrap(), run.entries());
            assert_eq!(
                journals.entry_id(NETWORK, &id, seq).unwrap(),
                Some(entry.id)
            );
        }
    }
    assert_eq!(journals.run_containing(&id, 19).unwrap(), None);
    assert_eq!(journals.run_containing(&id, 0).unwrap(), None);
}

#[test]
fn what_is_held_is_ignored_and_what_does_not_fit_is_refused() {
    let (journals, mut author) = (memory(), Author::new(1));
    let (one, two, three) = (author.say(2), author.say(2), author.say(1));
    journals.append(vec![one.clone(), two.clone()]).unwrap();
    let again = journals.append(vec![one.clone(), two]).unwrap();
    assert_eq!((again.runs, again.entries, again.commit), (0, 0, 1));
    let late = author.say(1);
    assert_eq!(
        journals.append(vec![late.clone()]).unwrap_err().code(),
        "journal_gap"
    );
    let mut other = Author {
        key: author.key.clone(),
        tip: one.last(),
    };
    other.say_kind(Kind::CREATE, 2, 10);
    let forked = other.say(1);
    assert_eq!(
        journals.append(vec![forked]).unwrap_err().code(),
        "journal_forked"
    );
    assert_eq!(journals.append(vec![three, late]).unwrap().entries, 2);
}

#[test]
fn a_request_is_stored_wholly_or_not_at_all() {
    let (journals, mut author, mut other) = (memory(), Author::new(1), Author::new(2));
    let good = other.say(1);
    author.say(1);
    let gap = author.say(1);
    assert_eq!(
        journals.append(vec![good.clone(), gap]).unwrap_err().code(),
        "journal_gap"
    );
    assert!(journals.frontier().is_empty());
    journals.append(vec![good]).unwrap();
    assert_eq!(journals.frontier().entries(), 1);
}

#[test]
fn the_same_entries_cut_differently_leave_no_overlap() {
    let journals = memory();
    let (mut author, mut whole) = (Author::new(1), Author::new(1));
    let id = author.id();
    let first = author.say(1);
    whole.tip = author.tip;
    let later: Vec<_> = [1, 2].map(|count| author.say(count)).into();
    let longer = whole.say(5);
    assert_eq!(longer.entries()[..1], later[0].entries()[..]);
    journals.append(vec![first.clone()]).unwrap();
    journals.append(later).unwrap();
    assert_eq!(journals.append(vec![longer.clone()]).unwrap().entries, 2);
    let wires = [Arc::clone(first.wire()), Arc::clone(longer.wire())];
    assert_eq!(journals.runs_after(&id, 0, usize::MAX).unwrap(), wires);
    for seq in 2..=6 {
        let stored = journals.run_containing(&id, seq).unwrap().unwrap();
        assert_eq!(stored.first_seq, 2);
    }
}

#[test]
fn authority_and_meta_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let journals = Journals::open(&path).unwrap();
    let mut author = Author::new(1);
    let certificate = author.say_kind(Kind::CERTIFICATE, 1, 300);
    let runs = vec![
        certificate.clone(),
        author.say(20),
        author.say_kind(Kind::APPROVE, 1, 0),
    ];
    journals.append(runs.clone()).unwrap();
    journals.put_meta("charter", Some(b"1")).unwrap();
    journals.put_meta("gone", Some(b"1")).unwrap();
    journals.put_meta("gone", None).unwrap();
    journals.close();
    assert_eq!(
        journals.append(vec![author.say(1)]).unwrap_err().code(),
        "store_closed"
    );
    drop(journals);
    let noted = sidecar::read(&path).unwrap().unwrap();
    assert_eq!((noted.commits, noted.entries), (4, 22));

    let journals = Journals::open(&path).unwrap();
    let authority = journals.authority().unwrap();
    let seqs: Vec<_> = authority.iter().map(|held| held.entry.header.seq).collect();
    assert_eq!(seqs, [1, 22]);
    assert_eq!(authority[0].entry, certificate.entries()[0]);
    let held = &authority[0];
    assert!(run::signature_holds(
        &author.id(),
        &held.entry.id,
        &held.signature
    ));
    assert_eq!(
        journals.tips(),
        BTreeMap::from([(author.id(), runs[2].last())])
    );
    assert_eq!(journals.get_meta("charter").unwrap().unwrap(), b"1");
    assert_eq!(journals.get_meta("gone").unwrap(), None);
}

#[test]
fn many_writers_share_their_syncs() {
    let folder = tempfile::tempdir().unwrap();
    let journals = Arc::new(Journals::open(&folder.path().join("store")).unwrap());
    let done = Arc::new(AtomicU64::new(0));
    let threads: Vec<_> = (1..=8)
        .map(|number| {
            let (journals, done) = (Arc::clone(&journals), Arc::clone(&done));
            std::thread::spawn(move || {
                let mut author = Author::new(number);
                for _ in 0..50 {
                    let done = Arc::clone(&done);
                    journals.append_then(vec![author.say(1).into()], move |result| {
                        result.unwrap();
                        done.fetch_add(1, Ordering::SeqCst);
                    });
                }
                // An append behind them is answered after them.
                journals.append(vec![author.say(1)]).unwrap();
            })
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    assert_eq!(done.load(Ordering::SeqCst), 400);
    assert_eq!(journals.frontier().entries(), 408);
    assert_eq!(journals.waiting_bytes(), 0);
    let syncs = journals.stats().syncs;
    assert!(syncs < 300, "{syncs} syncs for 408 appends");
}

#[test]
fn after_a_failed_write_tips_stay_and_reading_goes_on() {
    let store = Arc::new(MemoryStore::new());
    let journals = Journals::over(Arc::clone(&store) as Arc<dyn Store>).unwrap();
    let mut author = Author::new(1);
    let (one, two) = (author.say(1), author.say(1));
    journals.append(vec![one.clone()]).unwrap();
    store.set_full(true);
    assert_eq!(
        journals.append(vec![two.clone()]).unwrap_err().code(),
        "store_disk_full"
    );
    store.set_full(false);
    assert_eq!(
        journals.append(vec![two.clone()]).unwrap_err().code(),
        "store_read_only"
    );
    assert_eq!(journals.tip(&author.id()), one.last());
    assert_eq!(
        journals.runs_after(&author.id(), 0, 1).unwrap(),
        [Arc::clone(one.wire())]
    );
    let journals = Journals::over(Arc::new(store.reopen())).unwrap();
    journals.append(vec![two.clone()]).unwrap();
    assert_eq!(journals.tip(&author.id()), two.last());
}

#[test]
fn a_panicking_callback_does_not_stop_the_writer() {
    let (journals, mut author) = (memory(), Author::new(1));
    journals.append_then(vec![author.say(1).into()], |_| {
        panic!("the caller's own bug")
    });
    assert_eq!(journals.append(vec![author.say(1)]).unwrap().entries, 1);
}

#[test]
fn the_sidecar_follows_at_a_distance() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let journals = Journals::open(&path).unwrap();
    let mut author = Author::new(1);
    for _ in 0..20 {
        journals.append(vec![author.say(1)]).unwrap();
    }
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while sidecar::read(&path)
        .unwrap()
        .is_none_or(|noted| noted.entries < 20)
    {
        assert!(
            std::time::Instant::now() < deadline,
            "the sidecar never followed"
        );
        std::thread::yield_now();
    }
}

/// Prints commits per second; run with `--ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn throughput() {
    let folder = tempfile::tempdir().unwrap();
    let journals = Journals::open(&folder.path().join("store")).unwrap();
    let mut author = Author::new(1);
    let singles: Vec<_> = (0..1_000).map(|_| author.say(1)).collect();
    let start = std::time::Instant::now();
    for run in singles {
        journals.append(vec![run]).unwrap();
    }
    println!(
        "one by one: {:.0} commits/s",
        1_000.0 / start.elapsed().as_secs_f64()
    );
    let mut outbox = crate::store::Outbox::open(&folder.path().join("outbox")).unwrap();
    let singles: Vec<_> = (0..1_000).map(|_| author.say(1)).collect();
    let start = std::time::Instant::now();
    for run in singles {
        outbox.append(std::slice::from_ref(&run)).unwrap();
        journals.append(vec![run]).unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("outbox, then store: {:.0} commits/s", 1_000.0 / seconds);
    let groups: Vec<Vec<_>> = (0..10)
        .map(|_| (0..1_000).map(|_| author.say(1)).collect())
        .collect();
    let start = std::time::Instant::now();
    for group in groups {
        journals.append(group).unwrap();
    }
    println!(
        "runs in batches of 1,000: {:.0} runs/s",
        10_000.0 / start.elapsed().as_secs_f64()
    );
    let large: Vec<_> = (0..240)
        .map(|_| author.say_kind(Kind::CHANGE, 256, 200))
        .collect();
    let bytes: usize = large.iter().map(|run| run.wire().len()).sum();
    let start = std::time::Instant::now();
    for group in large.chunks(32) {
        journals.append(group.to_vec()).unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("240 runs of 256 entries, {bytes} bytes, 32 a commit: {seconds:.3} s");
    let start = std::time::Instant::now();
    let read = journals.runs_after(&author.id(), 0, usize::MAX).unwrap();
    println!(
        "{} runs read back: {:.3} s",
        read.len(),
        start.elapsed().as_secs_f64()
    );
    println!("{:?}", journals.stats());
    journals.close();
    let start = std::time::Instant::now();
    let journals = Journals::open(&folder.path().join("store")).unwrap();
    println!("reopened: {:.3} s", start.elapsed().as_secs_f64());
    drop(journals);
}
