//! What protocol version 2 wrote is read from now on: its homes, bundles, backups, tickets, frames.
//!
//! A version's folder under `tests/fixtures` never changes. A format that does is a new version with
//! a folder of its own, made by `cargo run -p capactif-tests --bin fixtures`, beside the old ones.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use capactif_node::api::{ApiError, Service};
use capactif_node::home::Home;
use capactif_node::node::Node;
use capactif_tests::fixtures::session::{self, End, LATER_KIND, Said};
use capactif_tests::fixtures::{self, MANIFEST};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sync_protocol::bundle::{Decoder, Encoder, Item};
use sync_protocol::frame::{Frame, NEWEST_VERSION, OLDEST_VERSION};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{EntryId, NetworkId, VersionId};
use sync_protocol::invitation::{Purpose, Ticket};
use sync_protocol::run::{self, Preamble, Statement};
use sync_protocol::time::Timestamp;

/// SHA-256 of each version's manifest, written once with its fixtures.
const MANIFESTS: [(u16, &str); 2] = [
    (
        2,
        "aafc41da0635b3e8c38a89aa721e06ccbc9d447531a9a209f1e434cd7a51bc93",
    ),
    (
        3,
        "340dbf0a0df1c6c6cbdcd12dd410e6e70cf5dbb80beaef876e37d16c81cbdd29",
    ),
];

fn v2(name: &str) -> PathBuf {
    fixtures::folder(2).join(name)
}

fn expected() -> Value {
    serde_json::from_slice(&fs::read(v2("expected.json")).unwrap()).unwrap()
}

fn open(folder: &Path) -> Node {
    let home = Home::create(folder).unwrap();
    Node::open(home.lock(Duration::ZERO).unwrap()).unwrap()
}

fn home_of(archive: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fixtures::unpack(&v2(archive), folder.path()).unwrap();
    folder
}

fn try_call(node: &Node, operation: &str, input: Value) -> Result<Value, ApiError> {
    node.call(operation, input, &mut |_| {})
}

fn call(node: &Node, operation: &str, input: Value) -> Value {
    let answer = try_call(node, operation, input);
    answer.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
}

fn status(node: &Node) -> Value {
    call(node, "status", json!({}))
}

#[track_caller]
fn assert_holds(node: &Node, names: &[&str]) {
    let (status, expected) = (status(node), expected());
    for name in names {
        assert_eq!(status[name], expected[name], "{name}");
    }
}

/// What a home of that day said of itself, but for its journal, which goes on when it is opened.
const ALL: [&str; 4] = ["node", "network", "records", "view_digest"];
const REGISTRY: [&str; 3] = ["network", "records", "view_digest"];

/// At its first opening with a root key a home of before sealing keys publishes one, certifies its
/// node and hands it the secret.
const SAID_AT_OPENING: u64 = 3;

#[test]
fn fixtures_are_never_made_again_under_the_same_version() {
    for (version, hash) in MANIFESTS {
        let folder = fixtures::folder(version);
        let kept = fs::read_to_string(folder.join(MANIFEST)).unwrap();
        assert_eq!(
            fixtures::manifest(&folder).unwrap(),
            kept,
            "a file of {} is not what that version wrote",
            folder.display()
        );
        assert_eq!(
            fixtures::manifest_hash(&folder).unwrap(),
            hash,
            "{} was made again: a format that changes is a new version",
            folder.display()
        );
    }
    let folders = fs::read_dir(fixtures::folder(2).parent().unwrap()).unwrap();
    assert_eq!(folders.count(), MANIFESTS.len());
}

#[test]
fn every_version_that_is_spoken_has_fixtures() {
    for version in OLDEST_VERSION..=NEWEST_VERSION {
        assert!(
            MANIFESTS.iter().any(|(kept, _)| *kept == version),
            "{version}"
        );
    }
}

#[test]
fn a_home_opens_shows_what_it_showed_and_goes_on() {
    let folder = home_of("hub.zip");
    let node = open(folder.path());
    assert_holds(&node, &ALL);
    let checked = call(&node, "doctor", json!({}));
    assert_eq!(checked["ok"], true, "{checked}");
    let list = json!({ "collection": "opportunity", "all": true, "sort": "title" });
    let rows = call(&node, "record.list", list);
    assert_eq!(rows["total"], 12);
    let edited = json!({ "collection": "opportunity", "where": ["price_max<=50004"] });
    let edited = call(&node, "record.list", edited);
    let summaries: Vec<_> = edited["rows"].as_array().unwrap().iter().collect();
    assert_eq!(summaries.len(), 5, "{edited}");

    // It continues its journal, and the edit outlives it.
    let id = rows["rows"][0]["id"].clone();
    let fields = json!({ "title": "Modifié par la version d’aujourd’hui" });
    let edit = json!({ "collection": "opportunity", "id": id, "fields": fields });
    call(&node, "record.set", edit);
    drop(node);
    let node = open(folder.path());
    let entries = expected()["entries"].as_u64().unwrap() + SAID_AT_OPENING;
    assert_eq!(status(&node)["entries"], entries + 1);
    let shown = call(
        &node,
        "record.show",
        json!({ "collection": "opportunity", "id": id }),
    );
    let history = json!({ "collection": "opportunity", "id": id });
    assert!(
        shown.to_string().contains("Modifié par la version"),
        "{shown}"
    );
    assert!(call(&node, "record.history", history)["entries"].is_array());
    assert_eq!(
        call(&node, "doctor", json!({ "rebuild": true }))["ok"],
        true
    );
}

#[test]
fn a_bundle_brings_everything_to_a_home_of_that_day_that_holds_nothing() {
    let folder = home_of("newcomer.zip");
    let node = open(folder.path());
    // The record of its own structure.
    assert_eq!(status(&node)["records"], 1);
    call(&node, "bundle.read", json!({ "path": v2("hub.bundle") }));
    assert_holds(&node, &REGISTRY);
    // Once more, it is all held already.
    let again = call(&node, "bundle.read", json!({ "path": v2("hub.bundle") }));
    assert_eq!(again["entries"], 0, "{again}");
}

#[test]
fn a_backup_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let node = open(folder.path());
    call(&node, "restore", json!({ "path": v2("hub.backup") }));
    let (status, expected) = (status(&node), expected());
    assert_eq!(status["network"], expected["network"]);
    assert_eq!(status["records"], expected["records"]);
    assert_eq!(status["view_digest"], expected["view_digest"]);
}

#[test]
fn tickets_are_read() {
    let text = fs::read_to_string(v2("tickets.txt")).unwrap();
    let tickets: Vec<Ticket> = text.lines().map(|line| line.parse().unwrap()).collect();
    for (ticket, line) in tickets.iter().zip(text.lines()) {
        assert_eq!(ticket.to_string(), line);
        assert_eq!(
            ticket.network.to_string(),
            expected()["network"].as_str().unwrap()
        );
    }
    let purposes = tickets.iter().map(|ticket| ticket.purpose);
    let (structure, device) = (Purpose::Structure, Purpose::Node);
    assert!(purposes.eq([structure, structure, device]));
    assert_eq!(tickets[0].structure, "CCI du Puy-de-Dôme");
}

fn recorded() -> Vec<Said> {
    session::read(&fs::read(v2("session.frames")).unwrap()).unwrap()
}

#[test]
fn recorded_frames_are_what_they_were() {
    let said = recorded();
    assert!(said.len() >= 6, "{}", said.len());
    for Said { frame, .. } in &said {
        assert_eq!(&Frame::decode(frame).unwrap().encode(), frame);
    }
}

/// Plays a recorded side to an end of today.
fn play(mut today: End, recorded_side: usize) -> (End, Vec<Vec<u8>>) {
    today.connect(recorded_side as u8);
    let mut answers = today.work();
    for Said { frame, .. } in recorded().iter().filter(|it| it.by == recorded_side) {
        today.receive(frame);
        answers.extend(today.work());
    }
    (today, answers)
}

#[test]
fn a_node_of_today_answers_an_old_one_and_takes_all_it_says() {
    let mut ends = [session::first_side(), session::second_side()];
    session::talk(&mut ends);
    let (reader, answers) = play(session::second_side(), 0);
    assert!(reader.is_in_sync(), "{:?}", reader.events);
    assert_eq!(session::tips(&reader), session::tips(&ends[0]));
    match Frame::decode(&answers[0]).unwrap() {
        Frame::Hello(hello) => {
            assert!((hello.oldest..=hello.newest).contains(&2), "{hello:?}");
        }
        other => panic!("{other:?}"),
    }
    let (writer, _) = play(session::first_side(), 1);
    assert!(writer.is_in_sync(), "{:?}", writer.events);
    assert_eq!(session::tips(&writer), session::tips(&ends[1]));
}

#[test]
fn an_entry_of_a_later_kind_is_stored_and_passed_on_as_it_is() {
    let (reader, _) = play(session::second_side(), 0);
    let entries = reader.runs.iter().flat_map(|run| run.entries());
    let later: Vec<_> = entries
        .filter(|entry| entry.header.kind == LATER_KIND)
        .collect();
    assert_eq!(later.len(), 1);
    assert_eq!(
        later[0].body.as_deref(),
        Some(b"of a later version".as_slice())
    );
    // What is passed on verifies at whoever gets it.
    let network = session::version().network();
    let run = reader
        .runs
        .iter()
        .find(|run| run.entries().contains(later[0]))
        .unwrap();
    let before = reader
        .runs
        .iter()
        .find(|it| it.author() == run.author())
        .unwrap()
        .last();
    assert_eq!(
        &run::verify(network, before, run.wire()).unwrap(),
        run.as_ref()
    );
}

/// The newcomer's bundle with one more entry in its journal, as a later version would write it.
fn bundle_of_a_later_version() -> Vec<u8> {
    let bundle = fs::read(v2("newcomer.bundle")).unwrap();
    let network = NetworkId(bundle[12..44].try_into().unwrap());
    let key = SigningKey::from_bytes(&[0x31; 32]);
    let (mut encoder, mut file) = Encoder::start(network);
    let mut tip = Tip::EMPTY;
    for item in Decoder::new(network).push(&bundle).unwrap() {
        if let Item::Run(wire) = &item
            && Preamble::decode(wire).unwrap().author.0 == key.verifying_key().to_bytes()
        {
            tip = run::verify(network, tip, wire).unwrap().last();
        }
        file.extend(encoder.item(&item));
    }
    let later = Statement {
        charter: VersionId::ZERO,
        kind: LATER_KIND,
        subject: None,
        time: Timestamp(1_790_000_000_000),
        body: b"of a later version".to_vec(),
    };
    let runs = run::sign(network, &key, tip, vec![later]);
    file.extend(encoder.item(&Item::Run(Arc::clone(runs[0].wire()))));
    file.extend(encoder.finish());
    file
}

#[test]
fn entries_of_a_later_kind_are_kept_passed_on_and_told() {
    let folder = home_of("hub.zip");
    let node = open(folder.path());
    let outside = tempfile::tempdir().unwrap();
    let (received, sent) = (outside.path().join("in"), outside.path().join("out"));
    fs::write(&received, bundle_of_a_later_version()).unwrap();
    call(&node, "bundle.read", json!({ "path": received }));
    let after = status(&node);
    assert_eq!(
        after["entries"],
        expected()["entries"].as_u64().unwrap() + SAID_AT_OPENING + 1
    );
    assert_eq!(after["refused"], 1);
    assert_eq!(after["records"], expected()["records"]);
    let told = after["warnings"].as_array().unwrap();
    let told = told
        .iter()
        .find(|it| it["code"] == "needs_newer_version")
        .unwrap();
    assert_eq!(told["args"]["count"], "1");
    call(&node, "bundle.write", json!({ "path": sent }));
    let sent = fs::read(sent).unwrap();
    let network = NetworkId(sent[12..44].try_into().unwrap());
    let items = Decoder::new(network).push(&sent).unwrap();
    let kinds = items.iter().filter_map(|item| match item {
        Item::Run(wire) => run::read_stored(network, EntryId::ZERO, wire).ok(),
        Item::Authority(_) | Item::Blob(_) => None,
    });
    assert!(kinds.flatten().any(|entry| entry.header.kind == LATER_KIND));
    assert_eq!(
        call(&node, "doctor", json!({ "rebuild": true }))["ok"],
        true
    );
}
