//! Changes in a form that Automerge does not write, or cannot load again.

use capactif_tests::forged;
use sync_protocol::body;

use crate::alone;
use crate::scene::Scene;

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
