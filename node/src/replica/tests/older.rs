//! Nodes of an older version: they keep what they do not know, and change what they know.

use sync_protocol::entry::Entry;
use sync_protocol::id::{RecordId, Salt};

use super::super::testing::{TestNode, add, fields, set, text};
use super::bakery;
use crate::registry::{Collection, Field, FieldKind, Value, Visibility};

const fn public(name: &'static str, kind: FieldKind) -> Field {
    Field::new("opportunity", name, kind, Visibility::Public)
}

/// Before agents, prices, lists of products and whether there is housing.
static BEFORE: &[&Collection] = &[&Collection {
    name: "opportunity",
    title: "title",
    fields: &[
        public("title", FieldKind::Text(150)),
        public("kind", FieldKind::Enum(&["premises", "land"])),
        public("status", FieldKind::Enum(&["draft", "published", "filled"])),
        public("summary", FieldKind::Prose(5000)),
        public("insee_code", FieldKind::Commune),
    ],
}];

fn agent(node: &mut TestNode) -> RecordId {
    let values = fields([("name", text("Anne Roux")), ("themes", set(&["a", "b"]))]);
    let author = node.author();
    let draft = node
        .replica
        .draft_create(&author, "agent", Salt([7; 32]), values);
    let draft = draft.unwrap();
    let record = draft.record;
    let entry = node.record(draft);
    assert_eq!(node.apply(&[entry]).accepted, 1);
    record
}

#[test]
fn an_older_node_keeps_what_it_does_not_know_and_changes_what_it_knows() {
    let mut new = TestNode::new(1);
    let mut old = TestNode::knowing(2, BEFORE);
    let record = new.create(1, bakery());
    let person = agent(&mut new);
    assert_eq!(old.pull(&new).accepted, 2, "nothing of it is refused");
    assert_eq!(old.digest(), new.digest(), "both show the same registry");
    let shown = old.get(&record).fields;
    assert_eq!(shown["title"], bakery()["title"]);
    assert_eq!(shown["kind"], text("business_takeover"), "a code of later");
    assert_eq!(
        shown["price_max"],
        bakery()["price_max"],
        "a field of later"
    );

    // Both edit: one what both know, one what the other does not know.
    assert!(old.set(record, [("title", text("Boulangerie"))]));
    assert!(new.set(record, [("price_max", Value::Integer(8_000_000))]));
    assert!(new.edit(record, add("farm_production", &["lait"])));
    old.pull(&new);
    new.pull(&old);
    assert_eq!(old.digest(), new.digest());
    let merged = new.get(&record).fields;
    assert_eq!(merged["title"], text("Boulangerie"));
    assert_eq!(merged["price_max"], Value::Integer(8_000_000));
    assert_eq!(
        merged["farm_production"],
        set(&["lait", "pain", "viennoiserie|brioche"])
    );
    assert_eq!(new.get(&person).fields["name"], text("Anne Roux"));
}

#[test]
fn an_older_node_shows_what_it_kept_once_it_is_newer() {
    let mut new = TestNode::new(1);
    let mut old = TestNode::knowing(2, BEFORE);
    let record = new.create(1, bakery());
    let person = agent(&mut new);
    old.pull(&new);
    assert!(old.set(record, [("summary", text("Four à bois."))]));
    new.pull(&old);

    // Its read model has other tables now, and is built again from the journals.
    let mut upgraded = old.reopen();
    assert!(upgraded.replica.positions().is_empty());
    let journals: Vec<Entry> = [&new.journal, &upgraded.journal]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    upgraded.apply(&journals);
    assert_eq!(upgraded.digest(), new.digest());
    assert_eq!(upgraded.get(&person), new.get(&person));
    let agents = upgraded.replica.reader().list("agent", &Default::default());
    assert_eq!(agents.unwrap().total, 1);
}
