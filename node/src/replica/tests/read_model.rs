//! The read model, which can be lost, damaged, behind, and read meanwhile.

use sync_protocol::entry::Kind;
use sync_protocol::id::NodeId;

use super::{bakery, exchange};
use crate::registry::Value;
use crate::replica::Edits;
use crate::replica::testing::{TestNode, fields, removed};

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
    let replica = crate::replica::testing::open(folder.path(), id);
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
