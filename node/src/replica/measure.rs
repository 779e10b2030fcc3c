//! How long the read and write path takes; run by hand in release:
//! `cargo test --release -p capactif-node --lib -- --ignored --nocapture measure`.

use std::time::{Duration, Instant};

use sync_protocol::entry::Entry;
use sync_protocol::id::{NodeId, RecordId, Salt};

use super::admit::admit;
use super::admit::{Bench, Presented};
use super::change::State;
use super::content::Content;
use super::document::Document;
use super::lineage::Lineage;
use super::testing::{TestNode, change, fields, record_of, records, set, structure_of, text};
use super::{Act, Draft, Edits};
use crate::registry::{Fields, Value};
use crate::view::{Analyzer, List, Near, Sort};

/// A record of about 800 bytes of JSON.
fn record(random: &mut fastrand::Rng, number: usize) -> Fields {
    let trades = [
        "Boulangerie",
        "Menuiserie",
        "Épicerie",
        "Garage",
        "Auberge",
        "Scierie",
    ];
    let communes = ["63003", "63430", "63010", "63125"];
    let kinds = ["premises", "land", "business_takeover"];
    let words = [
        "bourg",
        "clientèle",
        "matériel",
        "atelier",
        "logement",
        "terrain",
        "reprise",
        "fidèle",
        "rénové",
        "cédant",
        "accompagnement",
        "forêt",
        "vallée",
        "marché",
        "saison",
        "gare",
    ];
    let mut summary = String::new();
    while summary.len() < 300 {
        summary.push_str(words[random.usize(..words.len())]);
        summary.push(' ');
    }
    fields([
        (
            "title",
            text(&format!(
                "{} numéro {number}",
                trades[random.usize(..trades.len())]
            )),
        ),
        ("kind", text(kinds[random.usize(..3)])),
        ("status", text("published")),
        ("note", Value::Text(summary)),
        ("insee_code", text(communes[random.usize(..4)])),
        ("latitude", Value::Decimal(45.2 + random.f64())),
        ("longitude", Value::Decimal(3.2 + random.f64())),
        ("price_min", Value::Integer(random.i64(1..100) * 100_000)),
        ("price_max", Value::Integer(random.i64(100..300) * 100_000)),
        ("surface_m2", Value::Decimal(f64::from(random.u32(20..400)))),
        ("headcount", Value::Integer(random.i64(0..9))),
        ("with_housing", Value::Flag(random.bool())),
        ("available_from", text("2026-12-31")),
        ("farm_production", set(&["pain", "miel"])),
        ("contact", text(&"ab".repeat(32))),
        ("phone", text("+33473820000")),
    ])
}

/// The journals of five nodes that created `count` records and edited each five times.
fn journals(count: usize) -> Vec<Vec<Entry>> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut nodes: Vec<TestNode> = (0..5).map(|number| TestNode::new(1 + 2 * number)).collect();
    let mut records: Vec<RecordId> = Vec::new();
    for (place, node) in nodes.iter_mut().enumerate() {
        let acts = (0..count / 5).map(|number| {
            let mut salt = [0; 32];
            salt[..8].copy_from_slice(&(number as u64).to_be_bytes());
            Act::Create {
                collection: "opportunity".into(),
                salt: Salt(salt),
                fields: record(&mut random, place * count / 5 + number),
            }
        });
        let acts = acts.collect();
        records.extend(write(node, acts));
    }
    for round in 0..5 {
        share(&mut nodes);
        for (place, node) in nodes.iter_mut().enumerate() {
            let mine = records
                .iter()
                .enumerate()
                .filter(|(number, _)| (number + round) % 5 == place);
            let acts = mine.map(|(_, record)| {
                let edits = match round {
                    0 => ("price_max", Value::Integer(random.i64(1..400) * 100_000)),
                    1 => ("status", text("filled")),
                    2 => ("headcount", Value::Integer(random.i64(10..99))),
                    3 => ("available_from", text("2027-03-01")),
                    _ => ("phone", text("+33473820001")),
                };
                change(*record, Edits::set(fields([edits])))
            });
            let acts = acts.collect();
            write(node, acts);
        }
    }
    nodes.into_iter().map(|node| node.journal).collect()
}

fn write(node: &mut TestNode, acts: Vec<Act>) -> Vec<RecordId> {
    let author = node.author();
    let drafts = node.replica.draft(&author, acts).unwrap();
    let drafts: Vec<Draft> = drafts.into_iter().flatten().collect();
    let records = drafts.iter().map(|draft| draft.record).collect();
    let entries: Vec<Entry> = drafts.into_iter().map(|draft| node.record(draft)).collect();
    node.apply(&entries);
    records
}

fn share(nodes: &mut [TestNode]) {
    let journals: Vec<Vec<Entry>> = nodes.iter().map(|node| node.journal.clone()).collect();
    for node in nodes {
        let all: Vec<Entry> = journals.iter().flatten().cloned().collect();
        node.apply(&all);
    }
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{what}: p50 {:?}, p99 {:?} of {}",
        at(0.5),
        at(0.99),
        times.len()
    );
}

fn timed<T>(mut run: impl FnMut() -> T, times: usize) -> Vec<Duration> {
    (0..times)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run());
            start.elapsed()
        })
        .collect()
}

/// The steps of a cold join's documents, one after another on one core.
fn steps(all: &[Entry]) {
    let context = TestNode::new(211).replica.context().clone();
    let mut groups: std::collections::BTreeMap<RecordId, Vec<Entry>> =
        std::collections::BTreeMap::new();
    let records = records(all);
    for entry in all {
        groups
            .entry(record_of(entry, &records))
            .or_default()
            .push(entry.clone());
    }
    let start = Instant::now();
    let understood: Vec<_> = groups
        .iter()
        .map(|(record, entries)| {
            let mut state = State::default();
            let mut lineage = Lineage::new(context.network, *record, &[]);
            let entries = entries.iter().map(|entry| Presented {
                structure: structure_of(&entry.header.author),
                falls_back: false,
                entry: entry.clone(),
            });
            let bench = Bench {
                owners: &[],
                authority: &*context.authority,
                about: None,
                held: &[],
                refused: std::collections::HashMap::new(),
                named: std::collections::HashMap::new(),
                bodiless: std::collections::BTreeSet::new(),
            };
            let admitted = admit(&mut lineage, &mut state, bench, entries.collect());
            (state, admitted.accepted)
        })
        .collect();
    println!("step: admitted in {:?}", start.elapsed());
    let start = Instant::now();
    let contents: Vec<_> = understood
        .iter()
        .map(|(state, _)| Content::of(state).unwrap())
        .collect();
    println!("step: read out in {:?}", start.elapsed());
    let start = Instant::now();
    let documents: Vec<Document> = understood
        .iter()
        .map(|(_, accepted)| {
            Document::of(accepted.iter().map(|(_, chunk)| chunk.as_slice())).unwrap()
        })
        .collect();
    println!("for comparison: documents in {:?}", start.elapsed());
    drop(documents);
    let mut analyzer = Analyzer::default();
    let start = Instant::now();
    for (content, record) in contents.into_iter().zip(groups.keys()) {
        let owner = structure_of(&NodeId([1; 32])).unwrap();
        let state = context.plain_state(*record, "opportunity".to_owned(), owner, content);
        std::hint::black_box(context.written(state, &mut analyzer));
    }
    println!("step: analysed in {:?}", start.elapsed());
}

#[test]
#[ignore = "takes a minute; prints figures rather than checking facts"]
fn measure() {
    let count = std::env::var("RECORDS").map_or(10_000, |text| text.parse().unwrap());
    let start = Instant::now();
    let journals = journals(count);
    println!("workload made in {:?}", start.elapsed());
    let all: Vec<Entry> = journals.into_iter().flatten().collect();
    let bytes: usize = all
        .iter()
        .filter_map(|entry| entry.body.as_ref())
        .map(Vec::len)
        .sum();
    println!("{} entries, {bytes} bytes of bodies", all.len());

    steps(&all);
    let mut node = TestNode::new(201);
    let start = Instant::now();
    let applied = node.apply(&all);
    println!(
        "{} entries to queryable: {:?}",
        applied.accepted,
        start.elapsed()
    );
    for file in std::fs::read_dir(node.folder.path().join("view")).unwrap() {
        let file = file.unwrap();
        println!(
            "{:?}: {} bytes",
            file.file_name(),
            file.metadata().unwrap().len()
        );
    }
    let reader = node.replica.reader();
    let tables =
        reader.query("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 12");
    println!("{:?}", tables.map(|table| table.rows));

    let list = |conditions: &[&str], sort: &str, near| List {
        conditions: conditions.iter().map(|text| (*text).to_owned()).collect(),
        sort: (!sort.is_empty()).then(|| Sort::parse(sort)),
        near,
        limit: Some(50),
        ..List::default()
    };
    let near = Near {
        latitude: 45.55,
        longitude: 3.74,
        within_km: Some(20.0),
    };
    for (what, list) in [
        ("list", list(&[], "", None)),
        (
            "list by price",
            list(&["kind=premises", "price_max<=90000"], "price", None),
        ),
        ("list by title", list(&[], "title", None)),
        ("list title~", list(&["title~scier"], "", None)),
        ("list near", list(&["kind=premises"], "", Some(near))),
    ] {
        let total = reader.list("opportunity", &list).unwrap().total;
        let run = || reader.list("opportunity", &list).unwrap();
        report(&format!("{what} ({total})"), timed(run, 200));
    }
    for asked in ["boulangerie", "scierie numéro 77", "ambert rénové"] {
        report(
            &format!("search {asked}"),
            timed(|| reader.search(asked, 20).unwrap(), 200),
        );
    }
    report("digest", timed(|| reader.digest().unwrap(), 20));
    report("counts", timed(|| reader.counts().unwrap(), 20));
    let known = records(&all);
    let records: Vec<RecordId> = all.iter().map(|entry| record_of(entry, &known)).collect();
    let mut random = fastrand::Rng::with_seed(5);
    report(
        "get",
        timed(
            || reader.get(&records[random.usize(..records.len())]).unwrap(),
            500,
        ),
    );
    let mut number = 0;
    report(
        "edit drafted, applied and read, another record each time",
        timed(
            || {
                number += 1;
                let record = records[number * 17 % records.len()];
                node.set(record, [("price_min", Value::Integer(-(number as i64)))]);
                node.get(&record)
            },
            300,
        ),
    );
    report(
        "edit drafted, applied and read, the same record",
        timed(
            || {
                number += 1;
                node.set(
                    records[0],
                    [("price_min", Value::Integer(-(number as i64)))],
                );
                node.get(&records[0])
            },
            300,
        ),
    );
    let mut importer = TestNode::new(3);
    let mut random = fastrand::Rng::with_seed(9);
    let acts = (0..count).map(|number| {
        let mut salt = [7; 32];
        salt[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let values = record(&mut random, number);
        Act::Create {
            collection: "opportunity".into(),
            salt: Salt(salt),
            fields: values,
        }
    });
    let acts: Vec<Act> = acts.collect();
    let author = importer.author();
    let start = Instant::now();
    let drafts = importer.replica.draft(&author, acts).unwrap();
    println!("{} creations drafted: {:?}", drafts.len(), start.elapsed());
    let entries: Vec<Entry> = drafts
        .into_iter()
        .flatten()
        .map(|draft| importer.record(draft))
        .collect();
    let start = Instant::now();
    importer.apply(&entries);
    println!(
        "{} own creations applied: {:?}",
        entries.len(),
        start.elapsed()
    );
    let start = Instant::now();
    let start_folder = importer.folder.path().to_owned();
    drop(importer.replica);
    let closed = start.elapsed();
    let start = Instant::now();
    drop(super::testing::open(&start_folder, importer.id));
    println!("closed in {closed:?}, opened in {:?}", start.elapsed());
}
