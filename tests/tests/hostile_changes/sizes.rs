//! A few bytes that mean many, and as many as may be.

use std::io::Read as _;

use capactif_tests::forged::{self, Forged};
use sync_protocol::frontier::Tip;
use sync_protocol::run::verify;

use crate::scene::Scene;
use crate::{MOST_BYTES, NETWORK, alone, measured};

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

/// A text of as many characters as a change may have operations with the one that makes it.
const LONGEST: i64 = 65_535;

/// Has a change write one text of [`LONGEST`] characters, of which the last is put into the object that
/// operation `into` of the change makes: the first of them makes the text.
fn write_longest(it: &mut Forged, into: u64) {
    let first = it.first;
    let behind = |nulls: u8, count: i64, value: u64| {
        let mut column = vec![0, nulls];
        forged::push_signed(&mut column, count);
        forged::push_leb128(&mut column, value);
        column
    };
    let then = |one: u64, value: u8| [forged::one(one), forged::repeated(LONGEST, value)].concat();
    let mut objects = behind(1, LONGEST, first);
    if into > 0 {
        objects = behind(1, LONGEST - 1, first);
        objects.extend(forged::one(first + into));
    }
    let mut elements = vec![0, 1, 0x7E, 0];
    forged::push_signed(&mut elements, i64::try_from(first).unwrap() + 1);
    elements.extend(forged::repeated(LONGEST - 2, 1));
    let (mut key, mut insert) = (b"\x7F\x01a\x00".to_vec(), vec![1]);
    forged::push_leb128(&mut key, LONGEST.unsigned_abs());
    forged::push_leb128(&mut insert, LONGEST.unsigned_abs());
    it.columns.clear();
    it.column(forged::OBJECT_ACTOR, &behind(1, LONGEST, 0));
    it.column(forged::OBJECT_COUNTER, &objects);
    it.column(forged::ELEMENT_ACTOR, &behind(2, LONGEST - 1, 0));
    it.column(forged::ELEMENT_COUNTER, &elements);
    it.column(forged::KEY, &key);
    it.column(forged::INSERT, &insert);
    it.column(forged::ACTION, &then(4, 1));
    it.column(forged::VALUE_META, &then(0, 1 << 4 | 6));
    it.column(forged::VALUE, &vec![b'x'; 65_535]);
    it.column(forged::PREDECESSORS, &forged::repeated(LONGEST + 1, 0));
    it.body.speakers.clear();
}

#[test]
fn the_longest_change_that_can_be_read_is_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    let attack = scene.hostile.forge(scene.record, |it| {
        it.first += 1;
        write_longest(it, 0);
    });
    let name = "a text of 65535 characters";
    scene.refuses(name, "wrong_operation_number", vec![attack]);
}

#[test]
fn the_longest_change_is_refused_for_its_last_operation() {
    let _alone = alone();
    // A character is no object: nothing is wrong before that is read.
    let mut scene = Scene::new();
    let attack = scene.hostile.forge(scene.record, |it| write_longest(it, 5));
    let name = "a text of 65535 characters, its last one elsewhere";
    scene.refuses(name, "unseen_operation", vec![attack]);
}
