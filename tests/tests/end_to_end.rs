//! The real binary, real processes, real QUIC: what a partner does from founding to restoring.
//!
//! Sizes grow with `CAPACTIF_TEST_ROWS` (10,000 is the issue's).
#![allow(
    clippy::unwrap_used,
    reason = "tests fail by panicking; clippy's setting misses the functions they share"
)]

use capactif_tests::binary;
use capactif_tests::faults::number;
use capactif_tests::partner::{Partner, until};
use serde_json::{Value, json};

/// What a sync with nothing new may cost each way.
const QUIET_BYTES: u64 = 300;

/// A network of one, its node running, with so many records.
fn founder(folder: &std::path::Path, rows: usize) -> Partner {
    let mut founder = Partner::new(folder, "founder");
    founder.found();
    if rows > 0 {
        assert_eq!(founder.import(rows)["created"], json!(rows));
    }
    founder.start();
    founder
}

const CHAMBER: [&str; 4] = [
    "--structure",
    "Chambre d’essai",
    "--kind",
    "chamber_agriculture",
];

fn set(partner: &Partner, row: usize, flag: &str, value: &str) -> Value {
    let id = partner.imported(row)["id"].as_str().unwrap().to_owned();
    partner.ask(&["opportunity", "set", &id, flag, value])
}

/// Two homes from nothing to agreement; returns what a last sync with nothing new cost.
fn two_homes(rows: usize) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let founder = founder(folder.path(), rows);
    let partner = Partner::new(folder.path(), "partner");
    let joined = partner.join(&founder, &CHAMBER);
    assert_eq!(joined["admitted"], json!(true), "a network of one decides");
    let synced = &partner.ask(&["sync"])["peers"][0];
    assert!(
        synced["entries_received"].as_u64().unwrap() as usize >= rows,
        "{synced}"
    );
    assert_eq!(partner.view_digest(), founder.view_digest());

    // Apart: the partner has no node running.
    set(&founder, 1, "--price-max", "31000");
    set(&founder, 2, "--surface-m2", "45");
    set(&partner, 2, "--telecom", "fibre");
    set(&partner, 3, "--title", "Atelier repris");
    assert_ne!(partner.view_digest(), founder.view_digest());
    let _ = partner.ask(&["sync"]);
    assert_eq!(partner.view_digest(), founder.view_digest());
    let merged = founder.imported(2);
    assert_eq!(
        (&merged["surface_m2"], &merged["telecom"]),
        (&json!(45.0), &json!("fibre"))
    );

    let quiet = &partner.ask(&["sync"])["peers"][0];
    assert_eq!(quiet["in_sync"], json!(true), "{quiet}");
    assert_eq!(
        (&quiet["entries_sent"], &quiet["entries_received"]),
        (&json!(0), &json!(0))
    );
    let bytes = |name: &str| quiet[name].as_u64().unwrap();
    (bytes("bytes_sent"), bytes("bytes_received"))
}

#[test]
fn two_homes_agree_and_find_out_cheaply_that_they_do() {
    let rows = number("CAPACTIF_TEST_ROWS", 1_000);
    let few = two_homes(100);
    let many = two_homes(rows);
    for (sent, received) in [few, many] {
        assert!(
            sent <= QUIET_BYTES && received <= QUIET_BYTES,
            "{sent} bytes sent, {received} received"
        );
    }
    assert_eq!(few, many, "the same for any number of records");
}

/// Plays a demonstration that leaves nothing behind and ends with equal digests of this many nodes.
fn demonstrated(arguments: &[&str], nodes: usize) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let output = binary::command()
        .args(["demo", "--json"])
        .args(arguments)
        .env("TMPDIR", folder.path())
        .env("TEMP", folder.path())
        .env("TMP", folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = figures["nodes"].as_array().unwrap();
    assert_eq!(told.len(), nodes);
    for node in told {
        for digest in ["frontier_digest", "view_digest"] {
            assert_eq!(node[digest], told[0][digest]);
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    figures
}

#[test]
fn the_demonstration_of_the_charter_keeps_its_promises() {
    let figures = demonstrated(&["--charter"], 4);
    assert_eq!(figures["scenes"].as_array().unwrap().len(), 8);
}

#[test]
fn the_demonstration_keeps_its_promises_and_leaves_nothing() {
    let figures = demonstrated(&[], 5);
    let exchanges = figures["exchanges"].as_array().unwrap();
    let quiet = exchanges.iter().find(|it| it["name"] == "quiet").unwrap();
    for direction in ["bytes_sent", "bytes_received"] {
        assert!(quiet[direction].as_u64().unwrap() <= QUIET_BYTES, "{quiet}");
    }
}

#[test]
fn commands_answer_alike_with_a_node_running_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut partner = founder(folder.path(), 30);
    let id = partner.imported(7)["id"].as_str().unwrap().to_owned();
    let short = id[..12].to_owned();
    let commands: Vec<Vec<&str>> = vec![
        vec!["opportunity", "list", "--sort", "title", "--limit", "5"],
        vec!["opportunity", "show", &short],
        vec!["opportunity", "history", &short],
        vec!["opportunity", "conflicts"],
        vec!["opportunity", "show", "ffffffffffff"],
        vec!["opportunity", "set", &short, "--insee", "00000"],
        vec!["charter", "show"],
        vec!["search", "ateliers"],
        vec!["query", "select count(*) from records"],
        vec!["export", "--collection", "opportunity", "--format", "csv"],
        vec!["doctor"],
    ];
    let answers = |partner: &Partner| -> Vec<_> {
        let all = commands.iter().map(|command| {
            let output = partner.run(command);
            (output.status.code(), output.stdout, output.stderr)
        });
        all.collect()
    };
    let edit = |partner: &Partner, price: &str| {
        partner.ask(&["opportunity", "set", &short, "--price-max", price])
    };
    let running = (edit(&partner, "31000"), answers(&partner));
    let digest = partner.view_digest();
    partner.stop();
    let stopped = answers(&partner);
    assert_eq!(partner.view_digest(), digest);
    for (index, command) in commands.iter().enumerate() {
        let text = |answer: &(Option<i32>, Vec<u8>, Vec<u8>)| {
            let [out, err] = [&answer.1, &answer.2].map(|it| String::from_utf8_lossy(it));
            format!("{:?}\n{out}\n{err}", answer.0)
        };
        assert_eq!(
            text(&running.1[index]),
            text(&stopped[index]),
            "{command:?}"
        );
    }
    assert_eq!(edit(&partner, "32000"), running.0);
}

#[test]
fn a_bundle_carries_what_no_network_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut founder = founder(folder.path(), 50);
    let partner = Partner::new(folder.path(), "partner");
    partner.join(&founder, &CHAMBER);
    founder.stop();
    set(&founder, 1, "--price-max", "31000");

    let stick = folder.path().join("stick.capactif");
    let stick = stick.to_string_lossy();
    let _ = founder.ask(&["bundle", "write", &stick]);
    let taken = partner.ask(&["bundle", "read", &stick]);
    assert!(taken["entries"].as_u64().unwrap() > 50, "{taken}");
    set(&partner, 2, "--price-max", "32000");
    let back = format!("{stick}.back");
    let _ = partner.ask(&["bundle", "write", &back]);
    let _ = founder.ask(&["bundle", "read", &back]);
    assert_eq!(partner.view_digest(), founder.view_digest());
    assert_eq!(founder.imported(2)["price_max_cents"], json!(3_200_000));
    let again = founder.ask(&["bundle", "read", &back]);
    assert_eq!(again["entries"], json!(0), "{again}");
}

#[test]
fn a_restored_home_shows_the_same_and_writes_under_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut founder = founder(folder.path(), 50);
    founder.stop();
    set(&founder, 1, "--price-max", "31000");
    let file = folder.path().join("backup.capactif");
    let file = file.to_string_lossy();
    let _ = founder.ask(&["backup", &file]);
    let (digest, node) = (founder.view_digest(), founder.node());
    drop(founder);

    let restored = Partner::new(folder.path(), "restored");
    let _ = restored.ask(&["restore", &file]);
    assert_eq!(restored.view_digest(), digest);
    assert_ne!(restored.node(), node, "two nodes never share a journal");
    set(&restored, 1, "--price-max", "30000");
    let id = restored.imported(1)["id"].as_str().unwrap().to_owned();
    let history = restored.lines(&["opportunity", "history", &id]);
    let written = history.last().unwrap();
    let last = written["entries"]
        .as_array()
        .map_or(written, |all| all.last().unwrap());
    assert_eq!(last["node"], json!(restored.node()), "{history:?}");
    assert_eq!(restored.ask(&["doctor"])["ok"], json!(true));
}

#[test]
fn partners_go_on_without_the_hub_and_take_in_another_device() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = founder(folder.path(), 40);
    let mut first = Partner::new(folder.path(), "first");
    first.join(&hub, &CHAMBER);
    first.start();
    until("the first partner has all", || {
        (first.view_digest() == hub.view_digest()).then_some(())
    });
    let mut second = Partner::new(folder.path(), "second");
    let epci = ["--structure", "CC d’essai", "--kind", "epci"];
    let joined = second.join(&hub, &epci);
    assert_eq!(joined["missing_approvals"], json!(1), "two members, both");
    let version = until("the proposal", || {
        let id = first.ask(&["charter", "show"])["proposals"][0]["id"].clone();
        id.as_str().map(str::to_owned)
    });
    let approved = first.ask(&["charter", "approve", &version]);
    assert_eq!(approved["effective"], json!(true), "{approved}");
    second.start();
    until("all three agree", || {
        let digests = [&hub, &first, &second].map(Partner::view_digest);
        let met = digests.iter().all(|it| *it == digests[0]);
        let found = second.lines(&["opportunity", "list", "--limit", "50"]);
        (met && found.len() == 40).then_some(())
    });

    hub.kill();
    set(&first, 5, "--price-max", "55000");
    until("the edit of one partner at the other", || {
        (second.imported(5)["price_max_cents"] == json!(5_500_000)).then_some(())
    });

    let mut device = Partner::new(folder.path(), "device");
    device.join(&second, &["--device"]);
    device.start();
    until("the device has all", || {
        (device.view_digest() == second.view_digest()).then_some(())
    });
    set(&device, 6, "--price-max", "66000");
    until("the device’s edit at the first partner", || {
        (first.imported(6)["price_max_cents"] == json!(6_600_000)).then_some(())
    });
    hub.start();
    until("all four agree", || {
        let digests = [&hub, &first, &second, &device].map(Partner::view_digest);
        digests.iter().all(|it| *it == digests[0]).then_some(())
    });
}
