//! Each hostile change of docs/threats.md, from the wire to the verdict: refused under its code, within
//! [`MOST_BYTES`] of memory; record and node go on, and a node that got everything in another order
//! comes to the same.
//!
//! How long each takes is printed, not asserted (`cargo test -p capactif-tests --test hostile_changes --
//! --nocapture`); figures of a run stand in docs/threats.md. Memory is what Rust code asks for: SQLite's
//! page cache, which has a bound of its own, is not counted.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use capactif_node::registry::{Fields, Value};
use capactif_node::replica::{
    Applied, Author, Authority, Deed, Edits, NotPermitted, Replica, Ruling, Setup,
};
use capactif_node::store::Journals;
use capactif_node::territory::Territory;
use capactif_node::view::Standing;
use capactif_tests::forged::{self, Forged};
use ed25519_dalek::SigningKey;
use peak_alloc::PeakAlloc;
use sync_protocol::body::{self, Ancestor, Check, Speaker};
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NetworkId, NodeId, RecordId, Salt, StructureId, VersionId};
use sync_protocol::run::{Statement, VerifiedRun, sign, verify};
use sync_protocol::time::Timestamp;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What judging one hostile entry may take.
const MOST_BYTES: usize = 16 << 20;
/// How often each is judged, each time by a node that never saw it.
const ROUNDS: u8 = 5;
const NETWORK: NetworkId = NetworkId([0xAA; 32]);

/// The heap is the process's: tests that measure it go one after the other.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What something took.
struct Taken {
    bytes: usize,
    time: Duration,
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Taken) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let start = Instant::now();
    let result = work();
    let time = start.elapsed();
    let bytes = HEAP.peak_usage().saturating_sub(before);
    (result, Taken { bytes, time })
}

/// A node: its key, its journal as it travels, and its copy of the registry.
struct Station {
    key: SigningKey,
    replica: Replica,
    tip: Tip,
    runs: Vec<VerifiedRun>,
    folder: tempfile::TempDir,
}

/// Every station is a structure of its own, and may do everything: what is hostile here is refused
/// whatever the charter says.
#[derive(Debug)]
struct Everybody;

impl Authority for Everybody {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        Some(StructureId(node.0))
    }

    fn rule(&self, _: &Entry, _: &[Deed]) -> Ruling {
        Ruling::Counts
    }

    fn permit(&self, _: &StructureId, _: &[Deed]) -> Result<(), Box<NotPermitted>> {
        Ok(())
    }

    fn standing(&self, _: &NodeId) -> Standing {
        Standing {
            fingerprint: [0; 32],
            free_up_to: u64::MAX,
        }
    }

    fn falls_back(&self, _: &VersionId, _: &VersionId) -> bool {
        false
    }
}

fn open(folder: &tempfile::TempDir, me: NodeId) -> Replica {
    let path = folder.path().join("registry.sqlite");
    let (territory, everybody) = (Territory::embedded(), Arc::new(Everybody));
    Replica::open(Setup::registry(&path, NETWORK, me, territory, everybody)).unwrap()
}

fn follow(replica: &mut Replica, entries: &[Entry]) -> Applied {
    replica.apply(entries, &mut |_| {}).unwrap()
}

impl Station {
    fn new(seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let folder = tempfile::tempdir().unwrap();
        let replica = open(&folder, NodeId(key.verifying_key().to_bytes()));
        Self {
            key,
            replica,
            tip: Tip::EMPTY,
            runs: Vec::new(),
            folder,
        }
    }

    fn id(&self) -> NodeId {
        NodeId(self.key.verifying_key().to_bytes())
    }

    fn author(&self) -> Author {
        Author {
            structure: StructureId(self.id().0),
            next_seq: self.tip.seq + 1,
            person: None,
        }
    }

    /// Signs one entry, whatever it says.
    fn say(&mut self, (kind, subject, body): Said) -> Vec<Entry> {
        let statement = Statement {
            charter: VersionId::ZERO,
            kind,
            subject,
            time: Timestamp(1_790_000_000_000),
            body,
        };
        let run = sign(NETWORK, &self.key, self.tip, vec![statement]).remove(0);
        self.tip = run.last();
        let entries = run.entries().to_vec();
        self.runs.push(run);
        entries
    }

    fn create(&mut self, salt: u8, fields: Fields) -> (RecordId, Place) {
        let author = self.author();
        let salt = Salt([salt; 32]);
        let draft = self
            .replica
            .draft_create(&author, "opportunity", salt, fields);
        let draft = draft.unwrap();
        let entries = self.say((draft.kind, draft.subject, draft.body));
        assert_eq!(follow(&mut self.replica, &entries).accepted, 1);
        (draft.record, entries[0].place())
    }

    /// What an honest edit of the number of jobs would say, without saying it.
    fn draft(&mut self, record: RecordId, headcount: i64) -> Said {
        self.draft_of(record, fields([("headcount", Value::Integer(headcount))]))
    }

    fn draft_of(&mut self, record: RecordId, fields: Fields) -> Said {
        let author = self.author();
        let edits = Edits::set(fields);
        let draft = self.replica.draft_change(&author, record, edits);
        self.replica.discard_drafts();
        let draft = draft.unwrap().unwrap();
        (draft.kind, draft.subject, draft.body)
    }

    /// The same, to be altered.
    fn forge(&mut self, record: RecordId, alter: impl FnOnce(&mut Forged)) -> Said {
        // The title was written once, long before the last change.
        let title = Value::Text(format!("Boulangerie {}", self.tip.seq));
        let (kind, subject, body) = self.draft_of(record, fields([("title", title)]));
        let mut forged = Forged::of(&body::Change::decode(&body).unwrap());
        assert_eq!(forged.encode(), body, "taken apart and put together again");
        alter(&mut forged);
        (kind, subject, forged.encode())
    }

    fn edit(&mut self, record: RecordId, headcount: i64) {
        let said = self.draft(record, headcount);
        let entries = self.say(said);
        assert_eq!(follow(&mut self.replica, &entries).accepted, 1);
    }

    /// Reads what `other` said beyond what was read of it.
    fn pull(&mut self, other: &Self) -> Applied {
        let read = self.replica.positions().get(&other.id()).copied();
        let entries: Vec<Entry> = entries(&other.runs)
            .filter(|it| it.header.seq > read.unwrap_or(0))
            .cloned()
            .collect();
        follow(&mut self.replica, &entries)
    }

    fn digest(&self) -> String {
        self.replica.reader().digest().unwrap().to_string()
    }

    fn refused(&self) -> Vec<(u64, String)> {
        let refused = self.replica.reader().refused(100).unwrap();
        refused.into_iter().map(|it| (it.seq, it.code)).collect()
    }
}

type Said = (Kind, Option<Place>, Vec<u8>);

fn entries(runs: &[VerifiedRun]) -> impl Iterator<Item = &Entry> {
    runs.iter().flat_map(VerifiedRun::entries)
}

fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Fields {
    let named = |(name, value): (&str, Value)| (name.to_owned(), value);
    pairs.into_iter().map(named).collect()
}

fn bakery() -> Fields {
    let text = |text: &str| Value::Text(text.to_owned());
    fields([
        ("kind", text("business_takeover")),
        ("title", text("Boulangerie à reprendre")),
        ("summary", text("Four à bois, fidèle clientèle.")),
        ("headcount", Value::Integer(2)),
    ])
}

/// Two records of an honest node, one edited twice, and a member that means harm and knows all but
/// the second edit.
struct Scene {
    honest: Station,
    hostile: Station,
    record: RecordId,
    other: RecordId,
    /// Where they were created.
    places: [Place; 2],
}

impl Scene {
    fn new() -> Self {
        let (mut honest, mut hostile) = (Station::new(1), Station::new(3));
        let (record, one) = honest.create(1, bakery());
        let (other, two) = honest.create(2, bakery());
        honest.edit(record, 3);
        assert_eq!(hostile.pull(&honest).accepted, 3);
        honest.edit(record, 4);
        Self {
            honest,
            hostile,
            record,
            other,
            places: [one, two],
        }
    }

    /// An honest edit of the hostile node: what comes next is not its actor's first change.
    fn begin(&mut self) {
        let record = self.record;
        self.hostile.pull(&self.honest);
        self.hostile.edit(record, 5);
    }

    /// Says all of `attacks`, and checks that each is refused under `code` and nothing else happens.
    fn refuses(mut self, name: &str, code: &str, attacks: Vec<Said>) {
        let honest_runs = self.hostile.runs.len();
        let first = self.hostile.tip.seq + 1;
        for said in attacks {
            self.hostile.say(said);
        }
        let attacks = &self.hostile.runs[honest_runs..];
        let (mut bytes, mut times) = (0, Vec::new());
        let mut digests = Vec::new();
        for round in 0..ROUNDS {
            let mut reader = Station::new(10 + round);
            reader.pull(&self.honest);
            let known: Vec<Entry> = entries(&self.hostile.runs[..honest_runs])
                .cloned()
                .collect();
            follow(&mut reader.replica, &known);
            let before = reader.digest();
            let mut tip = attacks.first().map_or(Tip::EMPTY, |run| Tip {
                seq: run.first_seq() - 1,
                id: run.entries()[0].header.previous,
            });
            for attack in attacks {
                let wire = attack.wire();
                let (applied, taken) = measured(|| {
                    let run = verify(NETWORK, tip, wire).unwrap();
                    tip = run.last();
                    follow(&mut reader.replica, run.entries())
                });
                assert_eq!((applied.refused, applied.accepted), (1, 0), "{name}");
                bytes = bytes.max(taken.bytes);
                times.push(taken.time);
            }
            let expected: Vec<(u64, String)> = (first..=tip.seq)
                .map(|seq| (seq, code.to_owned()))
                .collect();
            let mut refused = reader.refused();
            refused.sort();
            assert_eq!(refused, expected, "{name}");
            assert_eq!(reader.digest(), before, "{name}");
            // The record is still usable, here and for others.
            reader.edit(self.record, 40 + i64::from(round));
            digests.push(before);
        }
        times.sort_unstable();
        let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
        println!(
            "{name}: {code}, {median:.1?} (at most {most:.1?}), {} KiB",
            bytes / 1_024
        );
        assert!(bytes < MOST_BYTES, "{name} takes {bytes} bytes");
        self.goes_on(&digests);
    }

    /// The honest node reads it too and writes on; so does who got everything in another order; and
    /// what was refused is refused again by a node that was opened anew.
    fn goes_on(mut self, digests: &[String]) {
        self.honest.pull(&self.hostile);
        assert!(digests.iter().all(|it| *it == self.honest.digest()));
        self.honest.edit(self.record, 6);
        let all = [&self.hostile, &self.honest];
        let mut other = Station::new(30);
        for station in all {
            for entry in entries(&station.runs) {
                follow(&mut other.replica, std::slice::from_ref(entry));
            }
        }
        assert_eq!(other.digest(), self.honest.digest());
        assert_eq!(other.refused(), self.honest.refused());
        let Station {
            replica, folder, ..
        } = other;
        drop(replica);
        let reopened = open(&folder, NodeId([30; 32])).reader();
        assert_eq!(reopened.digest().unwrap().to_string(), self.honest.digest());
        // Who wrote it may go on honestly, too.
        self.hostile.pull(&self.honest);
        self.hostile.replica.rebuild().unwrap();
        self.hostile.pull(&self.honest);
        let own: Vec<Entry> = entries(&self.hostile.runs).cloned().collect();
        follow(&mut self.hostile.replica, &own);
        self.hostile.edit(self.record, 7);
    }
}

#[test]
fn a_sequence_gap_is_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    scene.begin();
    let attack = scene.hostile.forge(scene.record, |it| it.number += 1);
    scene.refuses("sequence gap", "wrong_sequence", vec![attack]);
}

#[test]
fn an_unknown_object_is_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    let attack = scene.hostile.forge(scene.record, |it| {
        it.columns.clear();
        it.column(forged::OBJECT_ACTOR, &forged::one(0));
        it.column(forged::OBJECT_COUNTER, &forged::one(2));
        it.column(forged::ELEMENT_COUNTER, &forged::one_signed(0));
        it.column(forged::INSERT, &[0, 1]);
        it.column(forged::ACTION, &forged::one(1));
        it.column(forged::VALUE_META, &forged::one(1 << 4 | 6));
        it.column(forged::VALUE, b"x");
        it.column(forged::PREDECESSORS, &forged::one(0));
        it.body.speakers.clear();
    });
    scene.refuses("unknown object", "unseen_operation", vec![attack]);
}

#[test]
fn overlapping_ids_are_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    let attack = scene.hostile.forge(scene.record, |it| it.first -= 1);
    scene.refuses("overlapping ids", "wrong_operation_number", vec![attack]);
}

#[test]
fn a_start_op_near_the_limit_is_refused() {
    let _alone = alone();
    for (first, code) in [
        (u64::from(u32::MAX), "malformed_change"),
        (u64::from(u32::MAX) - 1, "malformed_change"),
        ((1 << 31) - 1, "wrong_operation_number"),
        (u64::MAX, "malformed_change"),
    ] {
        let mut scene = Scene::new();
        let attack = scene.hostile.forge(scene.record, |it| it.first = first);
        scene.refuses("start op near the limit", code, vec![attack]);
    }
}

#[test]
fn an_unknown_predecessor_is_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    scene.begin();
    // The number is one of its own; the honest node never gave it to anything.
    let unknown = |it: &mut Forged| {
        let before = i64::try_from(it.first).unwrap() - 1;
        it.column(forged::PREDECESSOR_COUNTER, &forged::one_signed(before));
    };
    let attack = scene.hostile.forge(scene.record, unknown);
    scene.refuses("unknown predecessor", "unseen_operation", vec![attack]);
}

#[test]
fn a_predecessor_outside_its_dependencies_is_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    let record = scene.record;
    scene.hostile.edit(record, 5);
    // The second edit of the honest node exists, and this change does not follow it.
    let attack = scene.hostile.forge(record, |it| {
        let second = i64::try_from(it.first).unwrap() - 1;
        it.column(forged::KEY, b"\x7F\x09headcount");
        it.column(forged::PREDECESSOR_COUNTER, &forged::one_signed(second));
    });
    let name = "predecessor outside dependencies";
    scene.refuses(name, "unseen_operation", vec![attack]);
}

#[test]
fn two_changes_with_one_actor_and_sequence_are_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    scene.begin();
    let twin = scene.hostile.draft(scene.record, 20);
    scene.hostile.edit(scene.record, 10);
    scene.refuses("one actor and sequence twice", "wrong_sequence", vec![twin]);
}

#[test]
fn another_actor_cannot_be_named() {
    let _alone = alone();
    // An actor is derived from record, node and epoch: what is left is an epoch that the entry did not
    // open, and naming oneself as another.
    let mut scene = Scene::new();
    scene.begin();
    let record = scene.record;
    scene.hostile.create(9, bakery());
    let attack = scene.hostile.forge(record, |it| {
        (it.body.epoch, it.number) = (2, 1);
    });
    scene.refuses("another epoch's actor", "wrong_epoch", vec![attack]);
    let mut scene = Scene::new();
    let attack = scene.hostile.forge(scene.record, |it| {
        let epoch = it.body.epoch;
        it.body.speakers.insert(0, Speaker::Own { epoch });
    });
    scene.refuses("itself as another", "malformed_change", vec![attack]);
}

#[test]
fn a_change_that_follows_nothing_in_two_records_is_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    assert_ne!(scene.record, scene.other);
    let attacks = scene.places.map(|place| {
        let (kind, _, body) = scene.hostile.forge(scene.record, |it| {
            it.body.ancestors.clear();
            (it.number, it.first) = (1, 1);
        });
        (kind, Some(place), body)
    });
    let name = "follows nothing, in two records";
    scene.refuses(name, "wrong_ancestors", attacks.into());
}

#[test]
fn a_deflate_bomb_is_refused() {
    let _alone = alone();
    let bomb = forged::deflated_zeros(64);
    assert!(bomb.len() < 100_000, "{} bytes", bomb.len());
    let mut scene = Scene::new();
    let attack = scene.hostile.forge(scene.record, |it| {
        it.columns.remove(&forged::VALUE);
        it.column(forged::VALUE | forged::DEFLATED, &bomb);
    });
    scene.refuses("deflate bomb", "malformed_change", vec![attack]);
}

#[test]
fn a_run_that_unfolds_without_end_is_refused() {
    let _alone = alone();
    let scene = Scene::new();
    let run = &scene.honest.runs[0];
    // What it says of its length stands behind format, author, number, count and signature.
    let preamble = &run.wire()[..1 + 32 + 8 + 2 + 64];
    // A stream does not say beforehand how long it becomes.
    let bomb = zstd::stream::encode_all(std::io::repeat(0).take(256 << 20), 3).unwrap();
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    for stated in [100u32, 1 << 20, u32::MAX] {
        let wire = [preamble, &stated.to_be_bytes(), &bomb].concat();
        let (outcome, taken) = measured(|| verify(NETWORK, Tip::EMPTY, &wire));
        assert!(outcome.is_err());
        assert!(taken.bytes < MOST_BYTES, "{} bytes", taken.bytes);
        let (time, kib) = (taken.time, taken.bytes / 1_024);
        println!("run of 256 MiB that states {stated}: {time:.1?}, {kib} KiB");
    }
}

#[test]
fn a_tiny_chunk_of_billions_of_operations_is_refused() {
    let _alone = alone();
    for count in [70_000, 2_000_000, 1 << 40, i64::MAX] {
        let mut scene = Scene::new();
        let attack = scene.hostile.forge(scene.record, |it| {
            let (mut key, mut insert) = (Vec::new(), Vec::new());
            forged::push_signed(&mut key, count);
            key.extend(b"\x01a");
            forged::push_leb128(&mut insert, count.unsigned_abs());
            it.columns.clear();
            it.column(forged::KEY, &key);
            it.column(forged::INSERT, &insert);
            it.column(forged::ACTION, &forged::repeated(count, 1));
            it.column(forged::VALUE_META, &forged::repeated(count, 2));
            it.column(forged::PREDECESSORS, &forged::repeated(count, 0));
            it.body.speakers.clear();
        });
        assert!(attack.2.len() < 200);
        let name = format!("{count} operations in {} bytes", attack.2.len());
        scene.refuses(&name, "malformed_change", vec![attack]);
    }
}

#[test]
fn the_longest_change_that_can_be_read_is_refused() {
    let _alone = alone();
    // A text of as many characters as a change may have operations, numbered one too high.
    let mut scene = Scene::new();
    let attack = scene.hostile.forge(scene.record, |it| {
        let count = 65_535;
        it.first += 1;
        let first = it.first;
        let behind = |nulls: u8, count: i64, value: u64| {
            let mut column = vec![0, nulls];
            forged::push_signed(&mut column, count);
            forged::push_leb128(&mut column, value);
            column
        };
        let then =
            |one: u64, value: u8| [forged::one(one), forged::repeated(count, value)].concat();
        let mut elements = vec![0, 1, 0x7E, 0];
        forged::push_signed(&mut elements, i64::try_from(first).unwrap() + 1);
        elements.extend(forged::repeated(count - 2, 1));
        let (mut key, mut insert) = (b"\x7F\x01a\x00".to_vec(), vec![1]);
        forged::push_leb128(&mut key, count.unsigned_abs());
        forged::push_leb128(&mut insert, count.unsigned_abs());
        it.columns.clear();
        it.column(forged::OBJECT_ACTOR, &behind(1, count, 0));
        it.column(forged::OBJECT_COUNTER, &behind(1, count, first));
        it.column(forged::ELEMENT_ACTOR, &behind(2, count - 1, 0));
        it.column(forged::ELEMENT_COUNTER, &elements);
        it.column(forged::KEY, &key);
        it.column(forged::INSERT, &insert);
        it.column(forged::ACTION, &then(4, 1));
        it.column(forged::VALUE_META, &then(0, 1 << 4 | 6));
        it.column(forged::VALUE, &vec![b'x'; 65_535]);
        it.column(forged::PREDECESSORS, &forged::repeated(count + 1, 0));
        it.body.speakers.clear();
    });
    let name = "a text of 65535 characters";
    scene.refuses(name, "wrong_operation_number", vec![attack]);
}

#[test]
fn a_whole_chunk_and_its_wrong_checksum_are_refused() {
    let _alone = alone();
    // No checksum travels: it is made here. Who sends one all the same sends no operations.
    let mut scene = Scene::new();
    let (kind, subject, body) = scene.hostile.draft(scene.record, 9);
    let mut change = body::Change::decode(&body).unwrap();
    let chunk = [
        &[0x85, 0x6F, 0x4A, 0x83, 1, 2, 3, 4, 1][..],
        &change.operations,
    ]
    .concat();
    change.operations = chunk;
    let attack = (kind, subject, change.encode());
    scene.refuses("wrong checksum", "malformed_change", vec![attack]);
}

#[test]
fn changes_that_make_a_save_unreadable_are_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    // Deletes nothing, in a form that Automerge takes and cannot load again.
    let nothing = scene.hostile.forge(scene.record, |it| {
        it.column(forged::ACTION, &forged::one(3));
        it.column(forged::VALUE_META, &forged::one(0));
        it.column(forged::VALUE, &[]);
        it.column(forged::PREDECESSORS, &forged::one(0));
        it.column(forged::PREDECESSOR_ACTOR, &[]);
        it.column(forged::PREDECESSOR_COUNTER, &[]);
        it.body.speakers.clear();
    });
    scene.refuses("deletes nothing", "malformed_change", vec![nothing]);
    let mut scene = Scene::new();
    let absent = scene.hostile.forge(scene.record, |it| {
        it.column(forged::PREDECESSOR_COUNTER, &forged::one_signed(1 << 30));
    });
    scene.refuses("replaces what never was", "malformed_change", vec![absent]);
    let mut scene = Scene::new();
    // A column in a longer form comes back under another hash.
    let longer = scene.hostile.forge(scene.record, |it| {
        let action = it.columns[&forged::ACTION].clone();
        assert_eq!(action, forged::one(1));
        it.column(forged::ACTION, &forged::repeated(1, 1));
    });
    scene.refuses("a longer form", "malformed_change", vec![longer]);
}

#[test]
fn what_follows_something_made_up_waits_and_costs_little() {
    let _alone = alone();
    let mut scene = Scene::new();
    let (honest, hostile) = (scene.honest.id(), scene.hostile.id());
    let attack = scene.hostile.forge(scene.record, |it| {
        let made_up = (1..=250).map(|seq| Ancestor::Other {
            author: honest,
            seq: 1_000 + seq,
            check: Check([7; 4]),
        });
        it.body.ancestors = made_up.collect();
    });
    let entries = scene.hostile.say(attack);
    let mut reader = Station::new(10);
    reader.pull(&scene.honest);
    let (applied, taken) = measured(|| follow(&mut reader.replica, &entries));
    // Its author's certificate and honest entries come first elsewhere; here it has none.
    assert_eq!((applied.waiting, applied.refused), (1, 0));
    assert!(taken.bytes < MOST_BYTES);
    let waiting: BTreeMap<NodeId, u64> = reader
        .replica
        .reader()
        .pending(9)
        .unwrap()
        .into_iter()
        .map(|it| (it.node, it.seq))
        .collect();
    assert_eq!(waiting, BTreeMap::from([(hostile, 1)]));
    reader.edit(scene.record, 3);
}

/// What no honest node says: bytes altered anywhere, numbers that lie, somebody else's words.
fn lie(random: &mut fastrand::Rng, hostile: &mut Station, record: RecordId) -> Said {
    let mut said = hostile.forge(record, |it| match random.u8(..8) {
        0 => it.number += random.u64(..3),
        1 => it.first = it.first.saturating_add_signed(random.i64(-2..3)),
        2 => it.body.epoch = random.u64(..9),
        3 => it.body.ancestors.truncate(random.usize(..2)),
        4 => it.column(
            forged::PREDECESSOR_COUNTER,
            &forged::one_signed(random.i64(..90)),
        ),
        5 => it.body.ancestors.push(Ancestor::Own {
            seq: random.u64(1..30),
        }),
        6 => it.columns.retain(|_, _| random.u8(..4) > 0),
        _ => {}
    });
    if random.u8(..3) == 0 && !said.2.is_empty() {
        let bit = random.usize(..said.2.len() * 8);
        said.2[bit / 8] ^= 1 << (bit % 8);
    }
    if random.u8(..12) == 0 {
        said.0 = Kind::CREATE;
    }
    said
}

/// Random entries, hostile ones among them: many orders, one outcome, in replicas and in stores
/// that are opened again.
#[test]
fn any_entries_in_any_order_come_to_the_same() {
    let _alone = alone();
    let seed = std::env::var("SEED").map_or_else(|_| fastrand::u64(..), |it| it.parse().unwrap());
    println!("SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..6 {
        let mut stations: Vec<Station> = [1, 2, 3].map(Station::new).into();
        let (record, _) = stations[0].create(1, bakery());
        for step in 0..24 {
            let (who, from) = (random.usize(..3), random.usize(..3));
            if who != from {
                let other = stations.remove(from);
                let who = who - usize::from(who > from);
                stations[who].pull(&other);
                stations.insert(from, other);
            }
            let known = stations[who]
                .replica
                .reader()
                .get(&record)
                .unwrap()
                .is_some();
            if !known {
                continue;
            }
            let said = if who == 2 && random.bool() {
                lie(&mut random, &mut stations[who], record)
            } else {
                stations[who].draft(record, 10 + step)
            };
            let said = stations[who].say(said);
            follow(&mut stations[who].replica, &said);
        }
        let journals: Vec<Vec<&Entry>> = stations
            .iter()
            .map(|it| entries(&it.runs).collect())
            .collect();
        let mut outcomes = Vec::new();
        for reader in 0..5 {
            let mut reader = Station::new(40 + reader);
            let mut left: Vec<&[&Entry]> = journals.iter().map(Vec::as_slice).collect();
            while left.iter().any(|it| !it.is_empty()) {
                let one = random.usize(..left.len());
                let most = [1, 1, 3, 30][random.usize(..4)].min(left[one].len());
                let (now, later) = left[one].split_at(most);
                left[one] = later;
                let now: Vec<Entry> = now.iter().map(|it| (*it).clone()).collect();
                accepted += follow(&mut reader.replica, &now).accepted;
            }
            let Station {
                replica, folder, ..
            } = reader;
            drop(replica);
            let replica = open(&folder, NodeId([0xEE; 32]));
            let view = replica.reader();
            let mut rows: Vec<(NodeId, u64, String)> = view
                .refused(1_000)
                .unwrap()
                .into_iter()
                .map(|it| (it.node, it.seq, it.code))
                .collect();
            refused += rows.len();
            let waiting = view.pending(1_000).unwrap();
            rows.extend(waiting.into_iter().map(|it| (it.node, it.seq, it.reason)));
            rows.sort();
            outcomes.push((view.digest().unwrap().to_string(), rows));
        }
        assert!(
            outcomes.windows(2).all(|pair| pair[0] == pair[1]),
            "seed {seed}, round {round}: {outcomes:#?}"
        );
        // The store takes whatever is signed, and opens again with all of it.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = Journals::open(&path).unwrap();
        for station in &stations {
            store.append(station.runs.clone()).unwrap();
        }
        let held = store.frontier();
        drop(store);
        let store = Journals::open(&path).unwrap();
        assert_eq!(store.frontier().digest(), held.digest());
        assert!(store.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
        for station in &stations {
            assert_eq!(store.tip(&station.id()), station.tip);
        }
    }
    println!("{accepted} changes accepted, {refused} entries refused, by five readers each");
    assert!(accepted > 100 && refused > 0);
}
