//! Every row of the sample registry passes the rules of the registry, by way of a real node.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use capactif_node::api::Service;
use capactif_node::home::Home;
use capactif_node::node::Node;
use capactif_tests::sample;
use serde_json::{Map, Value, json};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/sample")
}

/// The collection of a file: `opportunities-cci.csv`, `life/cost-entry-hub.csv`.
fn collection_of(name: &str) -> String {
    let of_listing = [
        ("structures", "structure"),
        ("agents-", "agent"),
        ("local-services-", "local_service"),
        ("opportunities-", "opportunity"),
        ("projects", "project"),
    ];
    if let Some((_, collection)) = of_listing.iter().find(|it| name.starts_with(it.0)) {
        return (*collection).to_owned();
    }
    let stem = name
        .strip_prefix("life/")
        .and_then(|it| it.rsplit_once('-'));
    let (collection, _) = stem.unwrap_or_else(|| panic!("{name}: of which collection?"));
    collection.replace('-', "_")
}

/// Rows of a file, each text under its field; those who are sealed are not brought in by files.
fn rows(text: &str) -> Vec<Map<String, Value>> {
    let mut lines = text.lines().map(|line| line.split(';'));
    let header: Vec<&str> = lines.next().expect("a header").collect();
    let row = |cells: std::str::Split<'_, char>| {
        let told = header
            .iter()
            .zip(cells)
            .filter(|(_, text)| !text.is_empty());
        told.map(|(name, text)| ((*name).to_owned(), json!(text)))
            .collect()
    };
    lines.map(row).collect()
}

struct Desk(Node);

impl Desk {
    fn open(folder: &Path) -> Self {
        let home = Home::create(folder).expect("the folder is ours");
        let node = Node::open(home.lock(Duration::ZERO).expect("nobody else knows it"))
            .expect("an empty home opens");
        let desk = Self(node);
        let founded = json!({ "name": "Essai", "structure": "Parc", "kind": "park" });
        desk.call("network.found", founded);
        desk
    }

    fn call(&self, operation: &str, input: Value) -> Value {
        let answer = self.0.call(operation, input, &mut |_| {});
        answer.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
    }

    fn import(&self, name: &str, collection: &str) -> Value {
        let path = samples().join(name);
        let input = json!({
            "collection": collection, "name": name, "path": path,
            "history": collection == "referral",
        });
        self.call("import", input)
    }

    fn count(&self, collection: &str, conditions: &[&str]) -> u64 {
        let input = json!({ "collection": collection, "where": conditions, "limit": 1 });
        let listed = self.call("record.list", input);
        listed["total"].as_u64().expect("a number")
    }
}

/// Also prints what it took, collection by collection: `-- --nocapture`.
#[test]
fn every_row_of_every_sample_file_is_taken_and_taken_once() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let desk = Desk::open(folder.path());
    let mut took: BTreeMap<String, (usize, Duration)> = BTreeMap::new();
    for file in sample::files() {
        let collection = collection_of(&file.name);
        let began = Instant::now();
        let count = rows(&file.text).len();
        if collection == "holder" {
            for fields in rows(&file.text) {
                desk.call(
                    "record.add",
                    json!({ "collection": "holder", "fields": fields }),
                );
            }
        } else {
            let first = desk.import(&file.name, &collection);
            assert_eq!(first["errors"], json!([]), "{}", file.name);
            assert_eq!(first["stopped"], Value::Null, "{}", file.name);
            assert!(first["created"].as_u64() > Some(0), "{}", file.name);
        }
        let took = took.entry(collection).or_default();
        took.0 += count;
        took.1 += began.elapsed();
    }
    for (collection, (rows, time)) in &took {
        println!("{collection}: {rows} rows in {:.1} s", time.as_secs_f64());
    }
    for file in sample::files() {
        let collection = collection_of(&file.name);
        if collection != "holder" {
            let again = desk.import(&file.name, &collection);
            let none = (&json!(0), &json!(0), &json!(0));
            let news = (&again["created"], &again["updated"], &again["error_count"]);
            assert_eq!(news, none, "{}: {again}", file.name);
        }
    }

    let promised = [
        ("structure", 41),
        ("agent", 60),
        ("holder", 300),
        ("project", 360),
        ("referral", 800),
    ];
    for (collection, count) in promised {
        assert_eq!(desk.count(collection, &[]), count, "{collection}");
    }
    for status in [
        "done",
        "declined",
        "rerouted",
        "withdrawn",
        "done_no_help",
        "unreachable",
        "holder_withdrew",
        "in_progress",
        "accepted",
        "waitlisted",
        "received",
    ] {
        let found = desk.count("referral", &[&format!("status={status}")]);
        assert!(found > 0, "no referral is {status}");
    }
    // Whatever was sent on is where it was sent on to.
    let rerouted = desk.count("referral", &["status=rerouted"]);
    assert!(rerouted > 20, "{rerouted}");
    let followed = "SELECT count(DISTINCT parent) FROM referral WHERE parent IN \
                    (SELECT id FROM referral WHERE status = 'rerouted')";
    let followed = desk.call("query", json!({ "sql": followed }));
    assert_eq!(followed["rows"][0][0], rerouted, "{followed}");
    // Years of work come to figures, half-year by half-year, each beside those before.
    let began = Instant::now();
    for period in ["2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1"] {
        let frozen = desk.call("evaluation.freeze", json!({ "period": period }));
        assert_eq!(frozen["period"], period);
    }
    println!(
        "five half-years frozen in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let report = desk.call("report", json!({ "period": "2026-H1" }));
    let value = |code: &str| {
        let mut all = report["indicators"].as_array().expect("a list").iter();
        let found = all.find(|it| it["code"] == code).expect("it is reported");
        found["value"]
            .as_f64()
            .expect("there is something to measure")
    };
    for code in [
        "holders_welcomed",
        "projects_concretised",
        "meetings_held",
        "decisions_done",
        "satisfaction_score",
        "cost_per_project",
    ] {
        assert!(value(code) > 0.0, "{code}");
    }
    assert!((0.5..1.0).contains(&value("answered_within_5_days")));
    assert!((0.5..1.0).contains(&value("acceptance")));
    let status = desk.call("status", json!({}));
    println!(
        "{} records, {} entries, {} bytes on disk",
        status["records"], status["entries"], status["disk_bytes"]
    );
}
