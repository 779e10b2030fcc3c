//! Entries that nobody honest wrote: they are refused, and nothing else is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sync_protocol::body;
use sync_protocol::entry::Kind;
use sync_protocol::id::NodeId;

use super::bakery;
use crate::registry::Value;
use crate::replica::Edits;
use crate::replica::testing::{Anyone, TestNode, fields, structure_of};
use crate::view::Room;

#[test]
fn who_repeats_another_creation_makes_a_record_of_its_own() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    let stolen = node.journal[0].clone();
    let mut thief = TestNode::new(3);
    thief.push(Kind::CREATE, None, stolen.body.unwrap());
    let mut other = TestNode::new(5);
    assert_eq!(other.pull(&thief).accepted, 1);
    assert_eq!(other.replica.reader().get(&record).unwrap(), None);
    assert_eq!(other.pull(&node).accepted, 1);
    assert_eq!(other.get(&record).owner, structure_of(&node.id).unwrap());
    assert_eq!(other.replica.reader().counts().unwrap().records, 2);
}

#[test]
fn an_entry_that_names_no_record_is_refused() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    node.set(record, [("headcount", Value::Integer(1))]);
    let [create, change] = [&node.journal[0], &node.journal[1]].map(|entry| entry.body.clone());
    let mut hostile = TestNode::new(3);
    hostile.push(Kind::CHANGE, None, change.unwrap());
    let place = hostile.journal[0].place();
    hostile.push(Kind::CREATE, Some(place), create.unwrap());
    let mut other = TestNode::new(5);
    assert_eq!(other.pull(&hostile).refused, 2);
    let refused = other.replica.reader().refused(5).unwrap();
    assert!(
        refused
            .iter()
            .all(|it| it.code == "no_record" && it.record.is_none())
    );
}

#[test]
fn hostile_bodies_are_contained() {
    let mut random = fastrand::Rng::with_seed(11);
    let mut honest = TestNode::new(1);
    let record = honest.create(1, bakery());
    for number in 0..6 {
        honest.set(record, [("headcount", Value::Integer(number))]);
    }
    for round in 0..300 {
        let mut hostile = TestNode::new(3);
        let original = honest.journal[random.usize(..honest.journal.len())].clone();
        let mut bytes = original.body.clone().unwrap();
        match round % 3 {
            0 => {
                for _ in 0..random.usize(1..4) {
                    let place = random.usize(..bytes.len());
                    bytes[place] ^= 1 << random.u8(0..8);
                }
            }
            1 => bytes.truncate(random.usize(..bytes.len())),
            _ => bytes = (0..random.usize(0..200)).map(|_| random.u8(..)).collect(),
        }
        let subject = honest.journal[0].place();
        let subject = (original.header.kind == Kind::CHANGE).then_some(subject);
        hostile.push(original.header.kind, subject, bytes);
        let mut reader = TestNode::new(5);
        reader.pull(&honest);
        let before = reader.digest();
        let applied = reader.pull(&hostile);
        assert_eq!(applied.accepted + applied.refused + applied.waiting, 1);
        assert_eq!(reader.digest() == before, applied.accepted == 0);
        // Whatever it was, other records go on.
        let entries = vec![honest.journal[0].clone()];
        reader.apply(&entries);
        reader.create(77, bakery());
    }
}

#[test]
fn one_bad_entry_among_a_hundred_keeps_no_other_out() {
    let mut honest = TestNode::new(1);
    for number in 0..99 {
        honest.create(number, bakery());
    }
    let mut hostile = TestNode::new(3);
    hostile.push(Kind::CREATE, None, b"no body of a change".to_vec());
    let mut entries = honest.journal.clone();
    entries.insert(50, hostile.journal[0].clone());
    let mut reader = TestNode::new(5);
    let applied = reader.apply(&entries);
    assert_eq!((applied.accepted, applied.refused), (99, 1));
    assert_eq!(reader.digest(), honest.digest());
}

#[test]
fn a_change_that_reuses_a_sequence_number_is_refused_in_any_order() {
    let mut honest = TestNode::new(1);
    let record = honest.create(1, bakery());
    // One node drafts twice from the same state under the same epoch, as a restored one would.
    let edits = Edits::set(fields([("headcount", Value::Integer(1))]));
    let first = honest
        .replica
        .draft_change(&honest.author(), record, edits)
        .unwrap()
        .unwrap();
    honest.replica.discard_drafts();
    let edits = Edits::set(fields([("headcount", Value::Integer(2))]));
    let second = honest
        .replica
        .draft_change(&honest.author(), record, edits)
        .unwrap()
        .unwrap();
    honest.replica.discard_drafts();
    honest.record(first);
    honest.push(Kind::CHANGE, second.subject, second.body);
    let mut all = TestNode::new(3);
    let applied = all.pull(&honest);
    assert_eq!((applied.accepted, applied.refused), (2, 1));
    let mut slowly = TestNode::new(5);
    for entry in honest.journal.clone() {
        slowly.apply(&[entry]);
    }
    assert_eq!(slowly.digest(), all.digest());
    assert_eq!(
        slowly.replica.reader().refused(9).unwrap()[0].code,
        "wrong_sequence"
    );
    // The author goes on under a new epoch.
    let entries = honest.journal.clone();
    honest.apply(&entries);
    assert!(honest.set(record, [("headcount", Value::Integer(5))]));
    let last = honest.journal.last().unwrap();
    let epoch = body::Change::decode(last.body.as_ref().unwrap())
        .unwrap()
        .epoch;
    assert_eq!(epoch, last.header.seq);
    assert_eq!(all.pull(&honest).accepted, 1);
    assert_eq!(all.digest(), honest.digest());
}

#[test]
fn what_names_two_creations_of_a_record_comes_to_the_same_in_any_order() {
    // Two nodes of one structure import one list apart: one record, two creations.
    let (mut first, mut second) = (TestNode::new(2), TestNode::new(4));
    let record = first.create(9, bakery());
    assert_eq!(second.create(9, bakery()), record);
    let mut hostile = TestNode::new(3);
    hostile.pull(&second);
    hostile.set(record, [("headcount", Value::Integer(1))]);
    // Two changes of one number; the first of them names the creation that not everybody has yet.
    let author = hostile.author();
    let [one, other] = [2, 3].map(|count| {
        let edits = Edits::set(fields([("headcount", Value::Integer(count))]));
        let draft = hostile.replica.draft_change(&author, record, edits);
        hostile.replica.discard_drafts();
        draft.unwrap().unwrap()
    });
    let elsewhere = first.journal[0].place();
    hostile.push(Kind::CHANGE, Some(elsewhere), one.body);
    hostile.push(Kind::CHANGE, other.subject, other.body);
    let (mut early, mut late) = (TestNode::new(5), TestNode::new(7));
    for journal in [&first, &second, &hostile] {
        early.pull(journal);
    }
    for journal in [&second, &hostile, &first] {
        late.pull(journal);
    }
    assert_eq!(early.digest(), late.digest());
    for node in [&early, &late] {
        assert_eq!(codes(node), ["2 wrong_epoch"]);
    }
}

#[test]
fn an_epoch_that_begins_amid_another_comes_to_the_same_in_any_order() {
    let mut honest = TestNode::new(1);
    let record = honest.create(1, bakery());
    let mut hostile = TestNode::new(3);
    hostile.pull(&honest);
    for count in [1, 2] {
        hostile.set(record, [("headcount", Value::Integer(count))]);
    }
    // It says that its epoch began with the second, which goes on with the first one's, and follows
    // what never comes.
    let author = hostile.author();
    let edits = Edits::set(fields([("headcount", Value::Integer(3))]));
    let draft = hostile.replica.draft_change(&author, record, edits);
    hostile.replica.discard_drafts();
    let draft = draft.unwrap().unwrap();
    let mut body = body::Change::decode(&draft.body).unwrap();
    body.epoch = 2;
    body.ancestors = vec![body::Ancestor::Other {
        author: NodeId([9; 32]),
        seq: 1,
        check: body::Check::of(&honest.journal[0].id),
    }];
    hostile.push(Kind::CHANGE, draft.subject, body.encode());
    let (mut whole, mut parts) = (TestNode::new(5), TestNode::new(7));
    whole.pull(&honest);
    whole.pull(&hostile);
    parts.pull(&honest);
    for entry in &hostile.journal {
        parts.apply(std::slice::from_ref(entry));
    }
    assert_eq!(codes(&whole), codes(&parts));
    let pending = |node: &TestNode| node.replica.reader().counts().unwrap().pending;
    assert_eq!(pending(&whole), pending(&parts));
}

/// The entries that were refused at a node, by number.
fn codes(node: &TestNode) -> Vec<String> {
    let refused = node.replica.reader().refused(9).unwrap();
    let mut codes: Vec<String> = refused
        .iter()
        .map(|it| format!("{} {}", it.seq, it.code))
        .collect();
    codes.sort();
    codes
}

#[test]
fn a_body_that_a_relay_holds_back_makes_no_other_change_count_in_its_place() {
    let mut honest = TestNode::new(1);
    let record = honest.create(1, bakery());
    let mut hostile = TestNode::new(3);
    hostile.pull(&honest);
    hostile.set(record, [("headcount", Value::Integer(1))]);
    // Two changes of one number, and one that goes on under a new epoch.
    let author = hostile.author();
    let [one, other] = [2, 3].map(|count| {
        let edits = Edits::set(fields([("headcount", Value::Integer(count))]));
        let draft = hostile.replica.draft_change(&author, record, edits);
        hostile.replica.discard_drafts();
        draft.unwrap().unwrap()
    });
    hostile.push(Kind::CHANGE, one.subject, one.body);
    hostile.push(Kind::CHANGE, other.subject, other.body);
    let mut all = TestNode::new(5);
    all.pull(&honest);
    all.pull(&hostile);
    assert_eq!(codes(&all), ["3 wrong_sequence"]);
    for held_back in 0..3 {
        let mut stripped = hostile.journal.clone();
        stripped[held_back].body = None;
        let mut reader = TestNode::new(7);
        reader.pull(&honest);
        reader.apply(&stripped);
        assert_eq!(codes(&reader), [""; 0], "{held_back}");
        let mut reader = reader.reopen();
        reader.apply(&hostile.journal[held_back..=held_back]);
        assert_eq!(reader.digest(), all.digest());
        assert_eq!(codes(&reader), codes(&all));
        assert_eq!(reader.replica.reader().counts().unwrap().pending, 0);
    }
}

#[test]
fn what_names_a_creation_that_does_not_count_waits_and_falls_with_it() {
    let (mut first, mut second) = (TestNode::new(2), TestNode::new(4));
    let record = first.create(9, bakery());
    assert_eq!(second.create(9, bakery()), record);
    let mut hostile = TestNode::new(3);
    hostile.pull(&first);
    let author = hostile.author();
    let edits = Edits::set(fields([("headcount", Value::Integer(1))]));
    let draft = hostile.replica.draft_change(&author, record, edits);
    hostile.replica.discard_drafts();
    let elsewhere = second.journal[0].place();
    hostile.push(Kind::CHANGE, Some(elsewhere), draft.unwrap().unwrap().body);
    let suspended = Anyone {
        suspended: BTreeSet::from([second.id]),
        ..Anyone::default()
    };
    let removed = Anyone {
        heads: BTreeMap::from([(second.id, 0)]),
        ..Anyone::default()
    };
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        let mut reader = TestNode::new(5);
        reader.obey(suspended.clone());
        for journal in order {
            reader.pull([&first, &second, &hostile][journal]);
        }
        assert_eq!(reader.replica.reader().counts().unwrap().pending, 2);
        assert!(!reader.get(&record).fields.contains_key("headcount"));
        reader.replica.govern(Arc::new(Anyone::default()));
        reader.rejudge(&[&first, &second, &hostile]);
        assert_eq!(reader.replica.reader().counts().unwrap().pending, 0);
        assert_eq!(reader.get(&record).fields["headcount"], Value::Integer(1));
        reader.replica.govern(Arc::new(removed.clone()));
        reader.rejudge(&[&first, &second, &hostile]);
        assert_eq!(codes(&reader), ["1 beyond_head", "1 refused_ancestor"]);
        assert!(!reader.get(&record).fields.contains_key("headcount"));
    }
}

#[test]
fn journals_are_weighed_by_what_waits_and_what_was_refused() {
    let mut honest = TestNode::new(1);
    let record = honest.create(1, bakery());
    let mut waits = TestNode::new(3);
    waits.pull(&honest);
    // What it follows comes later.
    honest.set(record, [("headcount", Value::Integer(1))]);
    waits.pull(&honest);
    for count in 2..6 {
        waits.set(record, [("headcount", Value::Integer(count))]);
    }
    let mut lies = TestNode::new(7);
    for _ in 0..4 {
        lies.push(Kind::CHANGE, None, b"no change".to_vec());
    }
    let mut reader = TestNode::new(5);
    let room = Room {
        waiting: 3,
        refused: 3,
        ..Room::default()
    };
    reader.replica.give_room(room);
    let crowded = |reader: &mut TestNode| -> Vec<NodeId> {
        let crowded = reader.replica.crowded().unwrap();
        crowded.iter().copied().collect()
    };
    reader.apply(&honest.journal[..1]);
    reader.apply(&waits.journal[..3]);
    reader.apply(&lies.journal[..3]);
    assert_eq!(crowded(&mut reader), []);
    reader.pull(&waits);
    reader.pull(&lies);
    assert_eq!(crowded(&mut reader), [waits.id, lies.id]);
    // By their bytes as well, and again out of what was kept.
    let bytes = Room {
        waiting: u64::MAX >> 1,
        waiting_bytes: 500,
        refused: 4,
    };
    reader = reader.reopen();
    reader.replica.give_room(bytes);
    assert_eq!(crowded(&mut reader), [waits.id]);
    // What waits for a decision of the members does not count.
    let suspended = Anyone {
        suspended: BTreeSet::from([waits.id]),
        ..Anyone::default()
    };
    reader.replica.govern(Arc::new(suspended));
    assert_eq!(crowded(&mut reader), []);
    reader.replica.govern(Arc::new(Anyone::default()));
    assert_eq!(crowded(&mut reader), [waits.id]);
    reader.pull(&honest);
    assert_eq!(crowded(&mut reader), []);
    assert_eq!(reader.get(&record).fields["headcount"], Value::Integer(5));
    // Nobody stops reading their own.
    lies.replica.give_room(Room {
        refused: 0,
        ..Room::default()
    });
    let own = lies.journal.clone();
    lies.apply(&own);
    assert_eq!(crowded(&mut lies), []);
}
