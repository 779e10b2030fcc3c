//! Edits of several people become one record, or a conflict that is kept.

use sync_protocol::id::Salt;

use super::{bakery, exchange};
use crate::registry::Value;
use crate::replica::testing::{TestNode, add, fields, set, text};

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
