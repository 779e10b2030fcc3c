//! Facts about whole replicas that exchange entries.

use std::collections::BTreeMap;

use sync_protocol::body;
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{NodeId, RecordId, Salt};

use super::testing::{
    Anyone, TestNode, add, change, clear, fields, members, records, remove, removed, set,
    structure_of, text,
};
use super::{Act, Edits, Nobody, ReplicaError};
use crate::registry::{Fields, Value};

mod judged;
mod older;

fn bakery() -> Fields {
    fields([
        ("title", text("Boulangerie à reprendre")),
        ("summary", text("Boulangerie-pâtisserie au cœur du bourg.")),
        ("insee_code", text("63003")),
        ("kind", text("business_takeover")),
        ("status", text("draft")),
        ("price_max", Value::Integer(9_000_000)),
        ("surface_m2", Value::Decimal(120.5)),
        ("with_housing", Value::Flag(true)),
        ("farm_production", set(&["pain", "viennoiserie|brioche"])),
    ])
}

fn exchange(nodes: &mut [TestNode]) {
    let journals: Vec<Vec<Entry>> = nodes.iter().map(|node| node.journal.clone()).collect();
    for node in nodes {
        let all: Vec<Entry> = journals.iter().flatten().cloned().collect();
        node.apply(&all);
    }
}

#[test]
fn a_created_record_reads_as_it_was_written() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    let read = node.get(&record);
    assert_eq!(read.fields, bakery());
    assert_eq!(read.collection, "opportunity");
    assert_eq!(Some(read.owner), structure_of(&node.id));
    assert!(!read.removed && read.conflicts.is_empty());
    assert_eq!(read.created, read.changed);
    assert_eq!(read.created.node, node.id);
}

#[test]
fn an_edit_that_changes_nothing_makes_no_entry() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    assert!(!node.edit(record, Edits::set(bakery())));
    assert!(!node.edit(record, add("farm_production", &["pain"])));
    assert!(!node.edit(record, remove("farm_production", &["lait"])));
    assert!(!node.edit(record, clear("headcount")));
    assert!(!node.edit(record, removed(false)));
    assert_eq!(node.journal.len(), 1);
}

#[test]
fn edits_clear_add_remove_and_restore() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    assert!(node.edit(record, clear("price_max")));
    assert!(node.edit(record, add("farm_production", &["lait"])));
    assert!(node.edit(record, remove("farm_production", &["pain"])));
    assert!(node.edit(record, removed(true)));
    let read = node.get(&record);
    assert!(read.removed);
    assert_eq!(read.fields.get("price_max"), None);
    assert_eq!(
        read.fields["farm_production"],
        set(&["lait", "viennoiserie|brioche"])
    );
    assert!(node.edit(record, removed(false)));
    assert!(node.edit(record, clear("farm_production")));
    let read = node.get(&record);
    assert!(!read.removed && !read.fields.contains_key("farm_production"));
    let mut other = TestNode::new(3);
    other.pull(&node);
    assert_eq!(other.get(&record), read);
    assert_eq!(other.digest(), node.digest());
}

#[test]
fn edits_of_different_fields_and_of_one_list_merge() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    nodes[0].set(record, [("price_max", Value::Integer(1))]);
    nodes[0].edit(record, add("farm_production", &["lait"]));
    nodes[1].set(record, [("headcount", Value::Integer(3))]);
    nodes[1].edit(record, add("farm_production", &["miel"]));
    exchange(&mut nodes);
    let read = nodes[0].get(&record);
    assert_eq!(read.fields["price_max"], Value::Integer(1));
    assert_eq!(read.fields["headcount"], Value::Integer(3));
    let both = set(&["lait", "miel", "pain", "viennoiserie|brioche"]);
    assert_eq!(read.fields["farm_production"], both);
    assert!(read.conflicts.is_empty());
    assert_eq!(nodes[1].get(&record), read);
    assert_eq!(nodes[0].digest(), nodes[1].digest());
}

#[test]
fn prose_edited_by_two_people_keeps_both_edits() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    nodes[0].set(
        record,
        [(
            "summary",
            text("Belle boulangerie-pâtisserie au cœur du bourg."),
        )],
    );
    nodes[1].set(
        record,
        [(
            "summary",
            text("Boulangerie-pâtisserie au cœur du bourg. Four neuf."),
        )],
    );
    exchange(&mut nodes);
    let Value::Text(merged) = &nodes[0].get(&record).fields["summary"] else {
        panic!()
    };
    assert!(
        merged.contains("Belle") && merged.contains("Four neuf"),
        "{merged}"
    );
    assert_eq!(nodes[0].digest(), nodes[1].digest());
}

#[test]
fn a_conflict_is_kept_shown_attributed_and_resolved() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    nodes[0].set(record, [("price_max", Value::Integer(1))]);
    nodes[1].set(record, [("phone", text("+33473000000"))]);
    nodes[1].set(record, [("price_max", Value::Integer(2))]);
    exchange(&mut nodes);
    for node in &nodes {
        let conflicts = node.replica.reader().conflicts(None, None).unwrap();
        assert_eq!(conflicts.len(), 1);
        assert_eq!(conflicts[0].title, "Boulangerie à reprendre");
        assert_eq!(conflicts[0].field, "price_max");
        let mut given: Vec<_> = conflicts[0].values.clone();
        assert_eq!(given[0].value, node.get(&record).fields["price_max"]);
        given.sort_by_key(|given| given.node);
        assert_eq!(given[0].node, Some(nodes[0].id));
        assert_eq!(given[0].value, Value::Integer(1));
        assert_eq!(given[0].time, nodes[0].journal[1].header.time);
        assert_eq!(given[1].node, Some(nodes[1].id));
        assert_eq!(given[1].time, nodes[1].journal[1].header.time);
        assert_eq!(node.get(&record).conflicts, ["price_max"]);
    }
    // Choosing the value that stands already must end the conflict too.
    let standing = nodes[0].get(&record).fields["price_max"].clone();
    assert!(nodes[0].set(record, [("price_max", standing.clone())]));
    exchange(&mut nodes);
    for node in &nodes {
        assert!(
            node.replica
                .reader()
                .conflicts(None, None)
                .unwrap()
                .is_empty()
        );
        assert_eq!(node.get(&record).fields["price_max"], standing);
    }
    assert_eq!(nodes[0].digest(), nodes[1].digest());
}

#[test]
fn equal_values_given_at_once_are_no_conflict() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    for node in &mut nodes {
        node.set(record, [("price_max", Value::Integer(7))]);
    }
    exchange(&mut nodes);
    assert!(nodes[0].get(&record).conflicts.is_empty());
    assert_eq!(nodes[0].digest(), nodes[1].digest());
}

#[test]
fn states_in_conflict_stand_by_precedence() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    nodes[0].set(record, [("status", text("filled"))]);
    nodes[1].set(record, [("status", text("published"))]);
    exchange(&mut nodes);
    for node in &nodes {
        let read = node.get(&record);
        assert_eq!(read.fields["status"], text("filled"));
        assert_eq!(read.conflicts, ["status"]);
    }
    assert_eq!(nodes[0].digest(), nodes[1].digest());
}

#[test]
fn one_import_by_two_nodes_of_a_structure_makes_one_record() {
    let mut nodes = [TestNode::new(2), TestNode::new(4)];
    let first = nodes[0].create(9, bakery());
    let mut other = bakery();
    other.insert("price_max".into(), Value::Integer(5));
    let second = nodes[1].create(9, other);
    assert_eq!(first, second);
    exchange(&mut nodes);
    assert_eq!(nodes[0].digest(), nodes[1].digest());
    let read = nodes[0].get(&first);
    assert_eq!(read.conflicts, ["price_max"]);
    assert_eq!(read.created, nodes[1].get(&first).created);
    nodes[0].set(first, [("summary", text("Un seul texte."))]);
    exchange(&mut nodes);
    assert_eq!(
        nodes[1].get(&first).fields["summary"],
        text("Un seul texte.")
    );
    assert_eq!(nodes[0].digest(), nodes[1].digest());
}

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

#[test]
fn a_record_made_twice_is_one_whichever_creation_a_change_names() {
    let mut nodes = [TestNode::new(2), TestNode::new(4), TestNode::new(1)];
    // Two nodes of one structure import one list apart, and each goes on with its own copy.
    let record = nodes[0].create(9, bakery());
    assert_eq!(nodes[1].create(9, bakery()), record);
    nodes[0].set(record, [("headcount", Value::Integer(1))]);
    nodes[1].set(record, [("surface_m2", Value::Integer(90))]);
    let [one, two, _] = &nodes;
    let mut late = TestNode::new(7);
    // The second journal's change names a creation that is not the first one known.
    assert_eq!(late.pull(one).accepted, 2);
    assert_eq!(late.pull(two).accepted, 2);
    assert!(late.set(record, [("headcount", Value::Integer(7))]));
    exchange(&mut nodes);
    for node in &mut nodes {
        node.pull(&late);
        assert_eq!(node.get(&record).fields, late.get(&record).fields);
        assert_eq!(node.digest(), late.digest());
    }
}

#[test]
fn drafts_of_one_record_follow_each_other_before_they_are_applied() {
    let mut node = TestNode::new(1);
    let author = node.author();
    let salt = Salt([1; 32]);
    let record = RecordId::derive(
        &super::testing::NETWORK,
        &author.structure,
        "opportunity",
        &salt,
    );
    let acts = vec![
        Act::Create {
            collection: "opportunity".into(),
            salt,
            fields: bakery(),
        },
        change(
            record,
            Edits::set(fields([("headcount", Value::Integer(1))])),
        ),
        change(
            record,
            Edits::set(fields([("headcount", Value::Integer(1))])),
        ),
        change(record, add("farm_production", &["lait"])),
    ];
    let drafts = node.replica.draft(&author, acts).unwrap();
    assert!(drafts[2].is_none());
    let entries: Vec<Entry> = drafts
        .into_iter()
        .flatten()
        .map(|draft| node.record(draft))
        .collect();
    assert_eq!(entries.len(), 3);
    // Applied in two steps, so that the second draft is left over once.
    node.apply(&entries[..1]);
    let more = node
        .replica
        .draft_change(&node.author(), record, clear("title"))
        .unwrap()
        .unwrap();
    let last = node.record(more);
    node.apply(&entries[1..]);
    node.apply(&[last]);
    let mut other = TestNode::new(3);
    let applied = other.pull(&node);
    assert_eq!(
        (applied.accepted, applied.refused, applied.waiting),
        (4, 0, 0)
    );
    assert_eq!(other.digest(), node.digest());
    assert!(!other.get(&record).fields.contains_key("title"));
}

#[test]
fn what_others_did_between_draft_and_application_is_kept() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    nodes[1].set(record, [("headcount", Value::Integer(9))]);
    let [first, second] = &mut nodes;
    let edits = Edits::set(fields([("phone", text("+33473000000"))]));
    let draft = first
        .replica
        .draft_change(&first.author(), record, edits)
        .unwrap()
        .unwrap();
    let entry = first.record(draft);
    first.pull(second);
    let edits = Edits::set(fields([("title", text("Autre"))]));
    let draft = first
        .replica
        .draft_change(&first.author(), record, edits)
        .unwrap()
        .unwrap();
    let later = first.record(draft);
    first.apply(&[entry]);
    first.apply(&[later]);
    second.pull(first);
    assert_eq!(first.get(&record).fields["headcount"], Value::Integer(9));
    assert_eq!(second.get(&record).fields["title"], text("Autre"));
    assert_eq!(first.digest(), second.digest());
    assert_eq!(second.replica.reader().counts().unwrap().refused, 0);
}

#[test]
fn discarded_drafts_leave_no_trace() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    let author = node.author();
    let edits = Edits::set(fields([("headcount", Value::Integer(9))]));
    node.replica
        .draft_change(&author, record, edits)
        .unwrap()
        .unwrap();
    node.replica.discard_drafts();
    assert!(node.set(record, [("headcount", Value::Integer(2))]));
    let mut other = TestNode::new(3);
    assert_eq!(other.pull(&node).refused, 0);
    assert_eq!(other.digest(), node.digest());
}

#[test]
fn many_drafts_at_once_equal_as_many_one_by_one() {
    let mut node = TestNode::new(1);
    let author = node.author();
    let acts = (0..40u8)
        .map(|number| Act::Create {
            collection: "opportunity".into(),
            salt: Salt([number; 32]),
            fields: bakery(),
        })
        .collect();
    let drafts = node.replica.draft(&author, acts).unwrap();
    let entries: Vec<Entry> = drafts
        .into_iter()
        .flatten()
        .map(|draft| node.record(draft))
        .collect();
    assert_eq!(node.apply(&entries).accepted, 40);
    let author = node.author();
    let records = records(&entries);
    let acts = entries.iter().enumerate().map(|(number, entry)| {
        // Every third is as it was.
        let price = if number % 3 == 0 {
            9_000_000
        } else {
            number as i64
        };
        change(
            records[&entry.place()],
            Edits::set(fields([("price_max", Value::Integer(price))])),
        )
    });
    let drafts = node.replica.draft(&author, acts.collect()).unwrap();
    assert_eq!(drafts.iter().filter(|draft| draft.is_none()).count(), 14);
    let entries: Vec<Entry> = drafts
        .into_iter()
        .flatten()
        .map(|draft| node.record(draft))
        .collect();
    assert_eq!(node.apply(&entries).accepted, 26);
    let mut other = TestNode::new(3);
    assert_eq!(other.pull(&node).accepted, 66);
    assert_eq!(other.digest(), node.digest());
}

#[test]
fn what_cannot_be_drafted_says_why() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    let author = node.author();
    let code =
        |result: Result<_, ReplicaError>| result.map(|_: super::Draft| ()).unwrap_err().code();
    let again = node
        .replica
        .draft_create(&author, "opportunity", Salt([1; 32]), bakery());
    assert_eq!(code(again), "record_exists");
    let empty = node
        .replica
        .draft_create(&author, "agent", Salt([1; 32]), Fields::new());
    assert_eq!(code(empty), "empty_record");
    let long = fields([("title", text(&"x".repeat(300_000)))]);
    let long = node
        .replica
        .draft_create(&author, "agent", Salt([2; 32]), long);
    assert_eq!(code(long), "edit_too_large");
    for name in ["", "_removed", "a/b"] {
        let edits = Edits::set(fields([(name, text("x"))]));
        let error = node
            .replica
            .draft_change(&author, record, edits)
            .unwrap_err();
        assert_eq!(error.code(), "malformed_field");
    }
    let unknown = node
        .replica
        .draft_change(&author, RecordId([7; 32]), clear("title"));
    assert_eq!(unknown.unwrap_err().code(), "unknown_record");
}

#[test]
fn unknown_fields_and_collections_are_kept() {
    let mut node = TestNode::new(1);
    let mut values = bakery();
    values.insert("from_the_future".into(), text("yes"));
    values.insert("future_list".into(), set(&["a", "b"]));
    values.insert("headcount".into(), text("not a number"));
    values.insert("surface_m2".into(), Value::Integer(12));
    let record = node.create(1, values.clone());
    assert_eq!(node.get(&record).fields, values);
    let author = node.author();
    let later = fields([("anything", Value::Decimal(0.5))]);
    let draft = node
        .replica
        .draft_create(&author, "later", Salt([1; 32]), later.clone())
        .unwrap();
    let made = draft.record;
    let entry = node.record(draft);
    node.apply(std::slice::from_ref(&entry));
    assert_eq!(node.get(&made).fields, later);
    let mut other = TestNode::new(3);
    other.pull(&node);
    assert_eq!(other.get(&record).fields, values);
    assert_eq!(other.digest(), node.digest());
}

#[test]
fn history_tells_what_each_entry_changed() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    nodes[0].set(record, [("price_max", Value::Integer(1))]);
    nodes[1].set(record, [("price_max", Value::Integer(2))]);
    nodes[1].edit(record, removed(true));
    exchange(&mut nodes);
    let history = nodes[0].replica.history(&record).unwrap();
    assert_eq!(history.len(), 4);
    assert_eq!(history[0].kind, Kind::CREATE);
    assert_eq!(history[0].changes.len(), bakery().len());
    assert!(
        history[0]
            .changes
            .iter()
            .all(|change| change.before.is_none())
    );
    let theirs: Vec<_> = history
        .iter()
        .filter(|entry| entry.node == nodes[1].id)
        .collect();
    assert_eq!(theirs[0].changes.len(), 1);
    assert_eq!(theirs[0].changes[0].before, Some(Value::Integer(9_000_000)));
    assert_eq!(theirs[0].changes[0].after, Some(Value::Integer(2)));
    assert_eq!((theirs[1].seq, theirs[1].removed), (2, Some(true)));
}

#[test]
fn a_replica_reopened_or_rebuilt_shows_the_same() {
    let mut nodes = [TestNode::new(1), TestNode::new(3)];
    let record = nodes[0].create(1, bakery());
    exchange(&mut nodes);
    nodes[0].set(record, [("price_max", Value::Integer(1))]);
    nodes[1].set(record, [("price_max", Value::Integer(2))]);
    exchange(&mut nodes);
    let (before, reader) = (nodes[0].digest(), nodes[0].replica.reader());
    let positions = nodes[0].replica.positions();
    nodes[0].replica.rebuild().unwrap();
    assert!(nodes[0].replica.positions().is_empty());
    assert_eq!(reader.counts().unwrap().records, 0);
    exchange(&mut nodes);
    assert_eq!(nodes[0].digest(), before);
    assert_eq!(reader.digest().unwrap().to_string(), before);
    let [first, _] = nodes;
    let first = first.reopen();
    assert_eq!(first.digest(), before);
    assert_eq!(first.replica.positions(), positions);
}

#[test]
fn a_damaged_read_model_is_deleted_and_starts_empty() {
    let mut node = TestNode::new(1);
    node.create(1, bakery());
    let before = node.digest();
    let TestNode {
        id,
        replica,
        journal,
        clock,
        folder,
    } = node;
    drop(replica);
    let path = folder.path().join("view").join("registry.sqlite");
    std::fs::write(&path, vec![0x5A; 40_000]).unwrap();
    let replica = super::testing::open(folder.path(), id);
    assert!(replica.positions().is_empty());
    let mut node = TestNode {
        id,
        replica,
        journal,
        clock,
        folder,
    };
    let entries = node.journal.clone();
    node.apply(&entries);
    assert_eq!(node.digest(), before);
}

#[test]
fn a_read_model_cut_off_in_the_middle_goes_on_from_its_position() {
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    let before = std::fs::read_dir(node.folder.path().join("view"))
        .unwrap()
        .count();
    assert!(before >= 1);
    // Stored, but the node is killed before the read model follows.
    let edits = Edits::set(fields([("headcount", Value::Integer(4))]));
    let draft = node
        .replica
        .draft_change(&node.author(), record, edits)
        .unwrap()
        .unwrap();
    node.record(draft);
    let mut node = node.reopen();
    let behind = node.replica.positions()[&node.id] as usize;
    assert_eq!(behind, 1);
    let entries = node.journal[behind..].to_vec();
    assert_eq!(node.apply(&entries).accepted, 1);
    assert_eq!(node.get(&record).fields["headcount"], Value::Integer(4));
}

#[test]
fn every_change_made_here_survives_being_cut_and_restored() {
    // `chunk::cut` itself refuses what does not restore byte for byte; so each edit proves it.
    let mut random = fastrand::Rng::with_seed(7);
    let mut node = TestNode::new(1);
    let record = node.create(1, bakery());
    for _ in 0..200 {
        let edits = random_edits(&mut random);
        node.edit(record, edits);
    }
    let mut other = TestNode::new(3);
    let applied = other.pull(&node);
    assert_eq!((applied.refused, applied.waiting), (0, 0));
    assert_eq!(other.digest(), node.digest());
}

fn random_text(random: &mut fastrand::Rng) -> String {
    let words = [
        "pain", "lait", "bois", "forêt", "œuf", "a|b", "\\", "Ambert", "  ", "x/y",
    ];
    (0..random.usize(1..12))
        .map(|_| words[random.usize(..words.len())])
        .collect::<Vec<_>>()
        .join(" ")
}

fn random_value(random: &mut fastrand::Rng, field: &str) -> Value {
    match field {
        "price_max" | "headcount" => Value::Integer(random.i64(0..6)),
        "surface_m2" => Value::Decimal(f64::from(random.u32(0..8)) / 4.0),
        "with_housing" => Value::Flag(random.bool()),
        "farm_production" | "unknown_list" => {
            let all = ["pain", "lait", "a|b", "x/y"];
            let some: Vec<&str> = all.into_iter().filter(|_| random.bool()).collect();
            if some.is_empty() {
                set(&all)
            } else {
                set(&some)
            }
        }
        "status" => text(["draft", "published", "filled"][random.usize(..3)]),
        _ => Value::Text(random_text(random)),
    }
}

const EDITED: [&str; 11] = [
    "title",
    "summary",
    "status",
    "price_max",
    "headcount",
    "surface_m2",
    "with_housing",
    "farm_production",
    "unknown_list",
    "unknown_text",
    "phone",
];

fn random_edits(random: &mut fastrand::Rng) -> Edits {
    let mut edits = Edits::default();
    for _ in 0..random.usize(1..4) {
        let field = EDITED[random.usize(..EDITED.len())];
        match random.u8(0..10) {
            0 => drop(edits.set.insert(field.into(), None)),
            1 => {
                edits.add =
                    BTreeMap::from([("farm_production".into(), members(&["miel", "pain"]))]);
            }
            2 => {
                edits.remove = BTreeMap::from([("farm_production".into(), members(&["pain"]))]);
            }
            3 => edits.removed = Some(random.bool()),
            _ => drop(
                edits
                    .set
                    .insert(field.into(), Some(random_value(random, field))),
            ),
        }
    }
    edits
}

/// Nodes that edit the same few records, hear of each other now and then and in any order, and in
/// the end hear of everything.
fn converge(seed: u64, count: u8) {
    let mut random = fastrand::Rng::with_seed(seed);
    // 1, 2, 3, 4: the even ones are of one structure and import the same records.
    let mut nodes: Vec<TestNode> = (1..=count).map(TestNode::new).collect();
    let mut records: Vec<RecordId> = Vec::new();
    for _ in 0..random.usize(20..60) {
        let place = random.usize(..nodes.len());
        match random.u8(0..10) {
            0 | 1 => {
                let salt = random.u8(0..4);
                let author = nodes[place].author();
                let network = super::testing::NETWORK;
                let id = RecordId::derive(
                    &network,
                    &author.structure,
                    "opportunity",
                    &Salt([salt; 32]),
                );
                if nodes[place].replica.reader().get(&id).unwrap().is_none() {
                    let mut values = bakery();
                    values.insert("headcount".into(), random_value(&mut random, "headcount"));
                    nodes[place].create(salt, values);
                    records.push(id);
                }
            }
            2..=6 => {
                let known: Vec<RecordId> = records
                    .iter()
                    .filter(|id| nodes[place].replica.reader().get(id).unwrap().is_some())
                    .copied()
                    .collect();
                if let Some(record) = random.choice(known) {
                    let edits = random_edits(&mut random);
                    nodes[place].edit(record, edits);
                }
            }
            7 => {
                let node = nodes.remove(place).reopen();
                nodes.insert(place, node);
            }
            _ => {
                let from = random.usize(..nodes.len());
                let mut entries = nodes[place].lacks(&nodes[from]);
                if from != place && !entries.is_empty() {
                    entries.truncate(random.usize(1..=entries.len()));
                    nodes[place].apply(&entries);
                }
            }
        }
    }
    let mut journals: Vec<Vec<Entry>> = nodes.iter().map(|node| node.journal.clone()).collect();
    for node in &mut nodes {
        random.shuffle(&mut journals);
        if random.bool() {
            let all: Vec<Entry> = journals.iter().flatten().cloned().collect();
            node.apply(&all);
        } else {
            for journal in &journals {
                node.apply(journal);
            }
        }
    }
    let mut fresh = TestNode::new(201);
    let all: Vec<Entry> = journals.iter().flatten().cloned().collect();
    fresh.apply(&all);
    nodes.push(fresh);
    for node in &nodes {
        let counts = node.replica.reader().counts().unwrap();
        assert_eq!(
            (counts.pending, counts.refused, counts.quarantined),
            (0, 0, 0),
            "seed {seed}"
        );
        assert_eq!(node.digest(), nodes[0].digest(), "seed {seed}");
    }
    for record in &records {
        let read = nodes[0].get(record);
        for node in &nodes {
            assert_eq!(node.get(record), read, "seed {seed}");
        }
    }
}

#[test]
fn replicas_converge_whatever_the_order() {
    for seed in 0..40 {
        converge(seed, 2 + (seed % 3) as u8);
    }
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
fn a_reader_reads_beside_the_writer() {
    let mut node = TestNode::new(1);
    node.create(1, bakery());
    let reader = node.replica.reader();
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            (0..200)
                .map(|_| reader.counts().unwrap().records)
                .collect::<Vec<_>>()
        });
        for salt in 2..40 {
            node.create(salt, bakery());
        }
        assert!(reading.join().unwrap().is_sorted());
    });
    assert_eq!(node.replica.reader().counts().unwrap().records, 39);
    assert_eq!(NodeId([1; 32]), node.id);
}
