//! Numbers that are not the next ones: of changes, of operations, of epochs.

use crate::alone;
use crate::scene::Scene;

#[test]
fn a_sequence_gap_is_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    scene.begin();
    let attack = scene.hostile.forge(scene.record, |it| it.number += 1);
    scene.refuses("sequence gap", "wrong_sequence", vec![attack]);
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
fn two_changes_with_one_actor_and_sequence_are_refused() {
    let _alone = alone();
    let mut scene = Scene::new();
    scene.begin();
    let twin = scene.hostile.draft(scene.record, 20);
    scene.hostile.edit(scene.record, 10);
    scene.refuses("one actor and sequence twice", "wrong_sequence", vec![twin]);
}
