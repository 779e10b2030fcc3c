//! Facts about whole replicas that exchange entries.

use sync_protocol::entry::Entry;

use super::Edits;
use super::testing::{TestNode, add, clear, fields, remove, removed, set, structure_of, text};
use crate::registry::{Fields, Value};

mod drafting;
mod hostile;
mod judged;
mod merging;
mod older;
mod ordering;
mod random;
mod read_model;

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
