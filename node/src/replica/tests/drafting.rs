//! Edits before they are entries, and what else is applied meanwhile.

use sync_protocol::entry::Entry;
use sync_protocol::id::{RecordId, Salt};

use super::{bakery, exchange};
use crate::registry::{Fields, Value};
use crate::replica::testing::{TestNode, add, change, clear, fields, records, text};
use crate::replica::{Act, Edits, ReplicaError};

#[test]
fn drafts_of_one_record_follow_each_other_before_they_are_applied() {
    let mut node = TestNode::new(1);
    let author = node.author();
    let salt = Salt([1; 32]);
    let record = RecordId::derive(
        &crate::replica::testing::NETWORK,
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
    let code = |result: Result<_, ReplicaError>| {
        result
            .map(|_: crate::replica::Draft| ())
            .unwrap_err()
            .code()
    };
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
