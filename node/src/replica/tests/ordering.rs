//! Entries that come early, twice, with gaps, or that are about no record.

use sync_protocol::entry::{Kind, Place};

use super::{bakery, exchange};
use crate::registry::Value;
use crate::replica::testing::{Anyone, TestNode, fields};
use crate::replica::{Edits, Nobody};

#[test]
fn a_change_waits_for_what_it_follows() {
    let mut nodes = [TestNode::new(1), TestNode::new(3), TestNode::new(5)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    nodes[0].set(record, [("headcount", Value::Integer(1))]);
    let entries = nodes[0].journal.clone();
    nodes[1].apply(&entries);
    nodes[1].set(record, [("headcount", Value::Integer(2))]);
    nodes[1].set(record, [("headcount", Value::Integer(3))]);
    let [first, second, third] = &mut nodes;
    let applied = third.pull(second);
    assert_eq!((applied.accepted, applied.waiting), (0, 2));
    let reader = third.replica.reader();
    assert_eq!(reader.counts().unwrap().pending, 2);
    assert_eq!(reader.pending(10).unwrap()[0].reason, "missing_ancestor");
    let entries = third.lacks(first);
    let mut third_node = TestNode::new(7);
    std::mem::swap(&mut third_node, third);
    let mut third = third_node.reopen();
    let applied = third.apply(&entries);
    assert_eq!((applied.accepted, applied.waiting), (3, 0));
    assert_eq!(third.replica.reader().counts().unwrap().pending, 0);
    second.pull(first);
    assert_eq!(third.digest(), second.digest());
}

#[test]
fn entries_wait_until_their_author_is_known() {
    let mut stranger = TestNode::new(1);
    let record = stranger.create(1, bakery());
    let mut node = TestNode::new(3);
    let entries = stranger.journal.clone();
    node.replica.govern(std::sync::Arc::new(Nobody));
    let applied = node.apply(&entries);
    assert_eq!((applied.accepted, applied.waiting), (0, 1));
    let applied = node.obey(Anyone::default()).applied;
    assert_eq!((applied.accepted, applied.waiting), (1, 0));
    assert_eq!(node.get(&record).fields, bakery());
    assert_eq!(node.digest(), stranger.digest());
}

#[test]
fn entries_given_again_change_nothing() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    nodes[0].set(record, [("headcount", Value::Integer(1))]);
    exchange(&mut nodes);
    let before = nodes[1].digest();
    let entries = nodes[0].journal.clone();
    let applied = nodes[1].apply(&entries);
    assert_eq!((applied.accepted, applied.passed_over), (0, 2));
    assert_eq!(nodes[1].digest(), before);
}

#[test]
fn a_gap_in_a_journal_is_left_unread() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    node.set(record, [("headcount", Value::Integer(1))]);
    node.set(record, [("headcount", Value::Integer(2))]);
    let mut other = TestNode::new(3);
    let entries = [node.journal[0].clone(), node.journal[2].clone()];
    let applied = other.apply(&entries);
    assert_eq!((applied.accepted, applied.beyond_gap), (1, 1));
    assert_eq!(other.replica.positions()[&node.id], 1);
    other.pull(&node);
    assert_eq!(other.digest(), node.digest());
}

#[test]
fn entries_of_other_kinds_move_the_position_only() {
    let mut node = TestNode::new(1);
    node.push(Kind::CERTIFICATE, None, vec![1, 2, 3]);
    let place = Place {
        author: node.id,
        seq: 1,
    };
    node.push(Kind(200), Some(place), vec![9; 40]);
    let mut other = TestNode::new(3);
    let applied = other.pull(&node);
    assert_eq!(applied.passed_over, 2);
    assert_eq!(other.replica.positions()[&node.id], 2);
}

#[test]
fn a_change_names_the_branch_that_it_follows() {
    // A node that was set back writes two entries of one number: others follow the one or the other.
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    let edits = |count| Edits::set(fields([("headcount", Value::Integer(count))]));
    let author = node.author();
    let [one, other] = [1, 2].map(|count| {
        let draft = node.replica.draft_change(&author, record, edits(count));
        node.replica.discard_drafts();
        draft.unwrap().unwrap()
    });
    let common = node.journal.clone();
    node.record(one);
    let (mut follower, mut elsewhere) = (TestNode::new(3), TestNode::new(5));
    follower.pull(&node);
    follower.set(record, [("surface_m2", Value::Integer(80))]);
    node.journal = common;
    node.clock += 1;
    node.record(other);
    elsewhere.pull(&node);
    let applied = elsewhere.pull(&follower);
    assert_eq!((applied.accepted, applied.waiting), (0, 1));
    let pending = elsewhere.replica.reader().pending(5).unwrap();
    assert_eq!(pending[0].reason, "missing_ancestor");
    assert_eq!(pending[0].record, Some(record));
}
