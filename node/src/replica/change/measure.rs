//! What reading changes costs here and in Automerge, in one run. By hand, in release:
//! `cargo test --release -p capactif-node --lib -- --ignored --nocapture change::measure`.

use std::hint::black_box;
use std::time::Instant;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId as Actor, Automerge, ObjType, ROOT, ReadDoc, ScalarValue};
use sha2::{Digest, Sha256};

use super::histories::actor;
use super::{Change, State};
use crate::registry::Fields;
use crate::replica::content::Content;
use crate::replica::document::Document;

/// A record of sixteen fields by one node, edited five times by others, one field each; its note a
/// scalar of 300 characters, or as many characters of prose.
fn record(number: u64, prose: bool) -> Vec<Vec<u8>> {
    let mut random = fastrand::Rng::with_seed(number);
    let mut document = Automerge::new();
    let mut chunks = Vec::new();
    let words = [
        "bourg",
        "clientèle",
        "matériel",
        "atelier",
        "logement",
        "terrain",
        "forêt",
    ];
    let mut note = String::new();
    while note.len() < 300 {
        note.push_str(words[random.usize(..words.len())]);
        note.push(' ');
    }
    let text = |text: &str| ScalarValue::Str(text.into());
    let fields = [
        ("title", text(&format!("Boulangerie numéro {number}"))),
        ("kind", text("premises")),
        ("status", text("published")),
        (
            "note",
            if prose {
                ScalarValue::Null
            } else {
                text(&note)
            },
        ),
        ("insee_code", text("63003")),
        ("latitude", ScalarValue::F64(45.2 + random.f64())),
        ("longitude", ScalarValue::F64(3.2 + random.f64())),
        ("price_min", ScalarValue::Int(random.i64(1..100) * 100_000)),
        (
            "price_max",
            ScalarValue::Int(random.i64(100..300) * 100_000),
        ),
        (
            "surface_m2",
            ScalarValue::F64(f64::from(random.u32(20..400))),
        ),
        ("headcount", ScalarValue::Int(random.i64(0..9))),
        ("with_housing", ScalarValue::Boolean(random.bool())),
        ("available_from", text("2026-12-31")),
        ("farm_production/miel", ScalarValue::Boolean(true)),
        ("farm_production/pain", ScalarValue::Boolean(true)),
        ("contact", text(&"ab".repeat(32))),
        ("phone", text("+33473820000")),
    ];
    let edits = [
        (
            "price_max",
            ScalarValue::Int(random.i64(300..400) * 100_000),
        ),
        ("status", text("filled")),
        ("headcount", ScalarValue::Int(random.i64(10..99))),
        ("available_from", text("2027-03-01")),
        ("phone", text("+33473820001")),
    ];
    let mut commit = |replica: usize, fields: &[(&str, ScalarValue)]| {
        document.set_actor(Actor::from(actor(replica).0));
        let mut transaction = document.transaction();
        for (key, value) in fields {
            if value.is_null() {
                let object = transaction.put_object(ROOT, *key, ObjType::Text).unwrap();
                transaction.splice_text(&object, 0, 0, &note).unwrap();
            } else {
                transaction.put(ROOT, *key, value.clone()).unwrap();
            }
        }
        let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
        let change = document.get_change_by_hash(&hash.unwrap()).unwrap();
        chunks.push(change.raw_bytes().to_vec());
    };
    commit(0, &fields);
    for (replica, edit) in edits.into_iter().enumerate() {
        commit(replica, &[edit]);
    }
    chunks
}

fn read_out(state: &State) -> Fields {
    Content::of(state).unwrap().fields
}

fn ours(chunks: &[Vec<u8>]) -> State {
    let mut state = State::default();
    for chunk in chunks {
        let change = Change::parse(chunk).unwrap();
        let actor = change.actor;
        state.apply(&change, &actor).unwrap();
    }
    state
}

fn theirs(chunks: &[Vec<u8>]) -> Document {
    Document::of(chunks.iter().map(Vec::as_slice)).unwrap()
}

/// Microseconds for each of `times`.
fn each<T>(times: usize, mut run: impl FnMut(usize) -> T) -> f64 {
    let start = Instant::now();
    for number in 0..times {
        black_box(run(number));
    }
    start.elapsed().as_secs_f64() * 1e6 / times as f64
}

#[test]
fn both_read_out_the_same() {
    for prose in [false, true] {
        let chunks = record(7, prose);
        assert_eq!(
            read_out(&ours(&chunks)),
            theirs(&chunks).read().unwrap().fields
        );
    }
}

#[test]
#[ignore = "prints figures rather than checking facts"]
fn measure() {
    for prose in [false, true] {
        measure_records(2_000, prose);
    }
}

fn measure_records(count: usize, prose: bool) {
    let records: Vec<Vec<Vec<u8>>> = (0..count as u64)
        .map(|number| record(number, prose))
        .collect();
    let bytes: usize = records.iter().flatten().map(Vec::len).sum();
    let sizes = (records[0][0].len(), records[0][3].len());
    println!(
        "{count} records, prose: {prose}; six changes of {} bytes, a create of {}, an edit of {}; µs:",
        bytes / count,
        sizes.0,
        sizes.1
    );
    for _ in 0..3 {
        let of = |place: usize, run: &dyn Fn(&[u8]) -> u64| {
            each(count * 5, |number| run(&records[number % count][place]))
        };
        let create_and_edit = |run: &dyn Fn(&[u8]) -> u64| (of(0, run), of(3, run));
        let parse = create_and_edit(&|chunk| Change::parse(chunk).unwrap().last_op());
        let decode = create_and_edit(&|chunk| automerge::Change::try_from(chunk).unwrap().max_op());
        let hash = create_and_edit(&|chunk| u64::from(Sha256::digest(&chunk[8..])[0]));
        println!(
            "  parse a create {:.2}, an edit {:.2}; Automerge {:.2}, {:.2}; SHA-256 in both {:.2}, {:.2}",
            parse.0, parse.1, decode.0, decode.1, hash.0, hash.1
        );
        let state = each(count, |number| ours(&records[number]));
        let whole = each(count, |number| read_out(&ours(&records[number])));
        let automerge = each(count, |number| {
            theirs(&records[number]).read().unwrap().fields
        });
        println!(
            "  six changes: parse, check, apply {state:.1}, with reading out {whole:.1}; \
             Automerge into a new document, with hydrating {automerge:.1}: {:.1} times as long",
            automerge / whole
        );
    }
}
