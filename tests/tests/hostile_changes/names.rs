//! Changes that name what is not there, or is not theirs.

use std::collections::BTreeMap;

use capactif_tests::forged::{self, Forged};
use sync_protocol::body::{Ancestor, Check, Speaker};
use sync_protocol::id::NodeId;

use crate::scene::Scene;
use crate::station::{Station, bakery, follow};
use crate::{MOST_BYTES, alone, measured};

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
