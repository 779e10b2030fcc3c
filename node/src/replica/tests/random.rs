//! Random edits by nodes that hear of each other in any order.

use std::collections::BTreeMap;

use sync_protocol::entry::Entry;
use sync_protocol::id::{RecordId, Salt};

use super::bakery;
use crate::registry::Value;
use crate::replica::Edits;
use crate::replica::testing::{TestNode, members, set, text};

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
                let network = crate::replica::testing::NETWORK;
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
