//! Runs that wait, damage that costs only itself, numbers that outlive their runs.

use proptest::prelude::*;
use sync_protocol::entry::Kind;

use super::contents::TAG;
use super::*;
use crate::store::journals::tests::Author;

fn wires(runs: &[VerifiedRun]) -> Vec<Arc<[u8]>> {
    runs.iter().map(|run| Arc::clone(run.wire())).collect()
}

#[test]
fn a_file_of_a_later_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE_NAME);
    let written = [b"cab2".as_slice(), &[RUN, 0, 0, 0, 0]].concat();
    fs::write(&file, &written).unwrap();
    let opened = Outbox::open(folder.path()).map(drop);
    for error in [
        opened.unwrap_err(),
        Outbox::inspect(folder.path()).unwrap_err(),
    ] {
        assert_eq!(error.code(), "store_newer_format");
        assert!(matches!(error, StoreError::NewerFormat { found: 2, .. }));
    }
    assert_eq!(fs::read(&file).unwrap(), written);

    // A tag that a flipped bit made look like one is damage.
    let mut flipped = used_piece(&NodeId([1; 32]), 7);
    flipped[3] = b'3';
    fs::write(&file, &flipped).unwrap();
    assert_eq!(Outbox::open(folder.path()).unwrap().damaged, 1);
}

#[test]
fn runs_wait_until_others_hold_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut author = Author::new(1);
    let runs: Vec<_> = [1, 3, 2].map(|count| author.say(count)).into();
    let mut outbox = Outbox::open(folder.path()).unwrap();
    outbox.append(&runs[..1]).unwrap();
    outbox.append(&runs[1..]).unwrap();
    drop(outbox);
    let mut outbox = Outbox::open(folder.path()).unwrap();
    assert_eq!((outbox.runs().len(), outbox.entries()), (3, 6));
    let tips = |seq| BTreeMap::from([(author.id(), Tip { seq, ..Tip::EMPTY })]);
    assert_eq!(outbox.missing_from(&BTreeMap::new()), wires(&runs));
    assert_eq!(outbox.missing_from(&tips(1)), wires(&runs[1..]));
    assert_eq!(
        outbox.missing_from(&tips(2)),
        wires(&runs[1..]),
        "3 and 4 are missing"
    );
    assert!(outbox.missing_from(&tips(6)).is_empty());
    outbox.prune(&author.id(), 3).unwrap();
    assert_eq!(
        outbox.runs().len(),
        2,
        "a run is forgotten once all of it is held"
    );
    outbox.prune(&author.id(), 4).unwrap();
    drop(outbox);
    let outbox = Outbox::open(folder.path()).unwrap();
    assert_eq!(outbox.missing_from(&BTreeMap::new()), wires(&runs[2..]));
}

#[test]
fn a_torn_tail_is_cut_off_at_every_length() {
    let mut author = Author::new(1);
    let runs = [author.say(1), author.say(1)];
    let first = OutboxRun::new(&runs[0]).piece();
    let second = OutboxRun::new(&runs[1]).piece();
    for length in 0..second.len() {
        let folder = tempfile::tempdir().unwrap();
        let torn = [&first[..], &second[..length]].concat();
        fs::write(folder.path().join(FILE_NAME), torn).unwrap();
        let mut outbox = Outbox::open(folder.path()).unwrap();
        assert_eq!((outbox.runs().len(), outbox.damaged()), (1, 0), "{length}");
        outbox.append(&runs[1..]).unwrap();
        let outbox = Outbox::open(folder.path()).unwrap();
        assert_eq!(outbox.missing_from(&BTreeMap::new()), wires(&runs));
    }
}

#[test]
fn a_tail_whose_length_alone_reached_the_disk_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let run = Author::new(1).say(1);
    let piece = OutboxRun::new(&run).piece();
    let grown = [&piece[..], &vec![0; piece.len()]].concat();
    fs::write(folder.path().join(FILE_NAME), grown).unwrap();
    let outbox = Outbox::open(folder.path()).unwrap();
    assert_eq!((outbox.runs().len(), outbox.damaged()), (1, 0));
    let length = fs::metadata(folder.path().join(FILE_NAME)).unwrap().len();
    assert_eq!(length, piece.len() as u64);
}

#[test]
fn a_damaged_piece_costs_only_itself_and_the_file_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut author = Author::new(1);
    let runs = [author.say(1), author.say(1), author.say(1)];
    Outbox::open(folder.path()).unwrap().append(&runs).unwrap();
    let name = folder.path().join(FILE_NAME);
    let mut bytes = fs::read(&name).unwrap();
    let inside_second = OutboxRun::new(&runs[0]).piece().len() + 40;
    bytes[inside_second] ^= 1;
    fs::write(&name, &bytes).unwrap();
    let last = bytes.len() - 1;
    for (at, sound) in [(inside_second, 2), (last, 1)] {
        let mut bytes = bytes.clone();
        bytes[at] ^= if at == last { 1 } else { 0 };
        let contents = Contents::read(&bytes);
        assert_eq!((contents.runs.len(), contents.damaged), (sound, 1));
    }
    let outbox = Outbox::open(folder.path()).unwrap();
    assert_eq!(outbox.damaged(), 1);
    let left = [Arc::clone(runs[0].wire()), Arc::clone(runs[2].wire())];
    assert_eq!(outbox.missing_from(&BTreeMap::new()), left);
    assert_eq!(fs::read(folder.path().join("own.kept-1")).unwrap(), bytes);
    assert_eq!(Outbox::open(folder.path()).unwrap().damaged(), 0);
}

#[test]
fn the_file_stays_bounded_by_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let mut author = Author::new(1);
    let mut outbox = Outbox::open(folder.path()).unwrap();
    for _ in 0..40 {
        let run = author.say_kind(Kind::CHANGE, 1, 40_000);
        outbox.append(std::slice::from_ref(&run)).unwrap();
        outbox.prune(&author.id(), run.last().seq - 1).unwrap();
    }
    let bytes = fs::metadata(folder.path().join(FILE_NAME)).unwrap().len();
    assert!(bytes < 2 * REWRITE_BYTES, "{bytes} bytes for one run");
    assert_eq!(Outbox::open(folder.path()).unwrap().runs().len(), 1);
}

#[test]
fn which_numbers_are_used_outlives_the_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut author = Author::new(1);
    let mut outbox = Outbox::open(folder.path()).unwrap();
    assert!(!Outbox::inspect(folder.path()).unwrap().proves(&author.id()));
    for _ in 0..40 {
        let run = author.say_kind(Kind::CHANGE, 1, 40_000);
        outbox.append(std::slice::from_ref(&run)).unwrap();
        outbox.prune(&author.id(), run.last().seq).unwrap();
    }
    drop(outbox);
    let found = Outbox::inspect(folder.path()).unwrap();
    assert!(found.runs.is_empty() && found.proves(&author.id()));
    assert_eq!(found.used[&author.id()], 40);
    let mut outbox = Outbox::open(folder.path()).unwrap();
    outbox.raise_used(&author.id(), 45).unwrap();
    outbox.raise_used(&author.id(), 41).unwrap();
    assert_eq!(outbox.used(&author.id()), Some(45));
    drop(outbox);
    let found = Outbox::inspect(folder.path()).unwrap();
    assert_eq!(found.used[&author.id()], 45);
}

#[test]
fn a_damaged_piece_leaves_a_doubt_until_the_journal_settles_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut author = Author::new(1);
    let runs = [author.say(2), author.say(1)];
    Outbox::open(folder.path()).unwrap().append(&runs).unwrap();
    let name = folder.path().join(FILE_NAME);
    let mut bytes = fs::read(&name).unwrap();
    let inside_second = OutboxRun::new(&runs[0]).piece().len() + 40;
    bytes[inside_second] ^= 1;
    fs::write(&name, &bytes).unwrap();
    assert!(!Outbox::inspect(folder.path()).unwrap().is_whole);
    for _ in 0..2 {
        let outbox = Outbox::open(folder.path()).unwrap();
        assert!(outbox.is_doubtful());
        assert_eq!(outbox.used(&author.id()), Some(2));
    }
    assert!(!Outbox::inspect(folder.path()).unwrap().is_whole);
    let mut outbox = Outbox::open(folder.path()).unwrap();
    let stored = runs.iter().map(OutboxRun::new).collect();
    outbox.settle(&author.id(), 3, stored).unwrap();
    drop(outbox);
    let found = Outbox::inspect(folder.path()).unwrap();
    assert!(found.proves(&author.id()));
    assert_eq!((found.used[&author.id()], found.runs.len()), (3, 2));
}

proptest! {
    #[test]
    fn arbitrary_files_never_panic(mut bytes: Vec<u8>, tags in prop::collection::vec(any::<prop::sample::Index>(), 0..3)) {
        for tag in tags {
            let at = tag.index(bytes.len() + 1);
            bytes.splice(at..at, *TAG);
        }
        let contents = Contents::read(&bytes);
        prop_assert!(contents.end <= bytes.len());
    }
}

#[test]
fn what_stands_before_authority_is_kept_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut author = Author::new(1);
    let runs = [
        author.say_kind(Kind::CERTIFICATE, 1, 129),
        author.say(2),
        author.say_kind(Kind::APPROVE, 1, 32),
        author.say(1),
    ];
    Outbox::open(folder.path()).unwrap().append(&runs).unwrap();
    // What carries authority is known again from the file.
    let mut outbox = Outbox::open(folder.path()).unwrap();
    outbox.prune(&author.id(), 3).unwrap();
    assert_eq!(outbox.missing_from(&BTreeMap::new()), wires(&runs));
    outbox.prune(&author.id(), 4).unwrap();
    assert_eq!(outbox.missing_from(&BTreeMap::new()), wires(&runs[3..]));
}
