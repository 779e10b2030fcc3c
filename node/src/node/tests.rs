//! Nodes over temporary homes, talking to each other over loopback.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Node, RunOptions};
use crate::api::{ApiError, Service};
use crate::home::Home;
use crate::home::config::Config;

mod arrivals;
mod attached;
mod catalogues;
mod charter;
mod day;
mod doubles;
mod erasure;
mod erasure_files;
mod erasure_kills;
mod erasure_parts;
mod evaluation;
mod forks;
mod identities;
mod matching;
mod meetings;
mod papers;
mod past;
mod received;
mod repair;
mod sealed;
mod sealed_fields;
mod transfers;
mod voices;

/// A home in a temporary folder, without discovery: tests do not speak to the local network.
fn open(folder: &Path) -> Node {
    let home = Home::create(folder).unwrap();
    let config = home.config().unwrap();
    if config.discovery {
        home.set_config(&Config {
            discovery: false,
            ..config
        })
        .unwrap();
    }
    Node::open(home.lock(Duration::ZERO).unwrap()).unwrap()
}

fn try_call(node: &Node, operation: &str, input: Value) -> Result<Value, ApiError> {
    node.call(operation, input, &mut |_| {})
}

fn call(node: &Node, operation: &str, input: Value) -> Value {
    try_call(node, operation, input).unwrap_or_else(|error| panic!("{operation}: {error:?}"))
}

fn serve(node: &Node) {
    let listen = vec!["127.0.0.1:0".parse().unwrap()];
    node.start(&RunOptions {
        listen,
        peers: Vec::new(),
    })
    .unwrap();
}

fn found(folder: &Path) -> Node {
    let node = open(folder);
    let input = json!({"name": "Essai", "structure": "Parc", "kind": "park"});
    call(&node, "network.found", input);
    node
}

fn ticket(inviter: &Node, input: Value) -> String {
    call(inviter, "network.invite", input)["ticket"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn join(inviter: &Node, folder: &Path, structure: &str, kind: &str) -> (Node, Value) {
    let ticket = ticket(inviter, json!({"structure": structure, "kind": kind}));
    let node = open(folder);
    let answer = call(&node, "network.join", json!({"ticket": ticket}));
    (node, answer)
}

/// Adds a record; its identity.
fn record(node: &Node, collection: &str, fields: Value) -> String {
    let input = json!({"collection": collection, "fields": fields});
    let added = call(node, "record.add", input);
    added["id"].as_str().unwrap().to_owned()
}

fn change(node: &Node, collection: &str, id: &str, fields: Value) {
    let input = json!({"collection": collection, "id": id, "fields": fields});
    call(node, "record.set", input);
}

/// Adds what every member may.
fn add(node: &Node, title: &str) -> String {
    let fields = json!({"kind": "job", "title": title, "insee_code": "63003"});
    let input = json!({"collection": "opportunity", "fields": fields});
    call(node, "record.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn set(node: &Node, id: &str, fields: Value) {
    call(
        node,
        "record.set",
        json!({"collection": "opportunity", "id": id, "fields": fields}),
    );
}

fn try_show(node: &Node, id: &str) -> Result<Value, ApiError> {
    let input = json!({"collection": "opportunity", "id": id});
    try_call(node, "record.show", input)
}

fn show(node: &Node, id: &str) -> Value {
    try_show(node, id).unwrap_or_else(|error| panic!("record.show: {error:?}"))
}

fn digest(node: &Node) -> String {
    call(node, "status", json!({}))["view_digest"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn sync(node: &Node) -> Value {
    call(node, "sync", json!({}))["peers"][0].clone()
}

/// Waits for something that another node does by itself.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_home_without_a_network_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let node = open(folder.path());
    assert_eq!(
        try_call(&node, "status", json!({})).unwrap_err().code,
        "no_network"
    );
    let nonsense = try_call(&node, "network.join", json!({"ticket": "hello"})).unwrap_err();
    assert_eq!(nonsense.code, "ticket_prefix");
    let elsewhere = json!({"name": "N", "structure": "S", "kind": "cci", "insee_code": "99999"});
    let wrong = try_call(&node, "network.found", elsewhere).unwrap_err();
    assert_eq!(wrong.code, "invalid_fields");
    assert_eq!(
        try_call(&node, "status", json!({})).unwrap_err().code,
        "no_network",
        "a refused foundation leaves nothing behind"
    );
}

/// An operation that the list lacks works in this process and is unknown to a running node.
#[test]
fn every_operation_is_among_those_that_a_running_node_answers() {
    let (_, dispatch) = include_str!("../node.rs")
        .split_once("match operation {")
        .unwrap();
    let mut answered: Vec<&str> = dispatch
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" =>"))
        .map(|(operation, _)| operation)
        .collect();
    answered.sort_unstable();
    assert_eq!(answered, crate::api::OPERATIONS);
}

#[test]
fn a_second_network_in_one_home_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let input = json!({"name": "Autre", "structure": "Parc", "kind": "park"});
    assert_eq!(
        try_call(&node, "network.found", input).unwrap_err().code,
        "network_exists"
    );
}

#[test]
fn two_nodes_that_edit_apart_agree_after_a_sync() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let (other, answer) = join(&one, &folder.path().join("other"), "CCI", "cci");
    assert_eq!(answer["admitted"], true);
    // Its owner edits it, and the coordinator may correct it.
    let shared = add(&other, "Boulangerie");
    sync(&other);
    eventually("it arrives", || try_show(&one, &shared).is_ok());
    assert_eq!(show(&one, &shared)["title"], "Boulangerie");

    set(
        &one,
        &shared,
        json!({"title": "Boulangerie du bourg", "headcount": 2}),
    );
    set(
        &other,
        &shared,
        json!({"title": "Boulangerie et logement", "surface_m2": 80}),
    );
    add(&other, "Épicerie");
    sync(&other);
    eventually("both show the same", || digest(&one) == digest(&other));
    let merged = show(&one, &shared);
    assert_eq!(
        (&merged["headcount"], &merged["surface_m2"]),
        (&json!(2), &json!(80.0))
    );
    assert_eq!(merged["_conflicts"], json!(["title"]));

    let conflicts = call(&other, "record.conflicts", json!({}));
    assert_eq!(
        conflicts["conflicts"][0]["values"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let chosen = json!({
        "collection": "opportunity", "id": shared, "field": "title", "value": "Boulangerie du bourg",
    });
    call(&other, "record.resolve", chosen);
    sync(&other);
    eventually("the resolution arrives", || digest(&one) == digest(&other));
    assert_eq!(show(&one, &shared)["_conflicts"], json!([]));
}

#[test]
fn a_sync_with_nothing_new_costs_under_300_bytes_each_way() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    for number in 0..20 {
        add(&one, &format!("Local {number}"));
    }
    let (other, _) = join(&one, &folder.path().join("other"), "CCI", "cci");
    sync(&other);
    let again = sync(&other);
    assert!(again["bytes_sent"].as_u64().unwrap() <= 300, "{again}");
    assert!(again["bytes_received"].as_u64().unwrap() <= 300, "{again}");
    assert_eq!(
        (&again["in_sync"], &again["round_trips"]),
        (&json!(true), &json!(1))
    );
}

#[test]
fn a_third_structure_waits_for_the_votes_of_two() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let (two, _) = join(&one, &folder.path().join("two"), "CCI", "cci");
    sync(&two);
    let (three, answer) = join(
        &one,
        &folder.path().join("three"),
        "Chambre",
        "chamber_agriculture",
    );
    assert_eq!(
        (&answer["admitted"], &answer["missing_approvals"]),
        (&json!(false), &json!(1))
    );
    let refused = try_call(&three, "sync", json!({})).unwrap_err();
    assert_eq!(refused.code, "not_admitted_yet");
    let waiting = call(&three, "status", json!({}));
    assert_eq!(waiting["member"], false);
    // What is written meanwhile is kept and goes out after the admission.
    let early = add(&three, "Écrite avant");

    sync(&two);
    let proposal = call(&two, "charter.show", json!({}))["proposals"][0]["id"].clone();
    let vote = call(&two, "charter.approve", json!({"version": proposal}));
    assert_eq!(vote["effective"], true);
    sync(&two);
    sync(&three);
    eventually("the record arrives", || {
        try_call(
            &one,
            "record.show",
            json!({"collection": "opportunity", "id": early}),
        )
        .is_ok()
    });
    assert_eq!(
        call(&three, "charter.show", json!({}))["members"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn an_invitation_serves_once() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let ticket = ticket(&one, json!({"structure": "CCI", "kind": "cci"}));
    let two = open(&folder.path().join("two"));
    call(&two, "network.join", json!({"ticket": ticket}));
    let three = open(&folder.path().join("three"));
    let used = try_call(&three, "network.join", json!({"ticket": ticket})).unwrap_err();
    assert_eq!(
        (used.code.as_str(), u8::from(used.exit)),
        ("invitation_used", 4)
    );
}

#[test]
fn a_further_node_of_a_structure_is_certified_by_its_root() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let id = add(&one, "Local");
    let ticket = ticket(&one, json!({"device": true}));
    let two = open(&folder.path().join("two"));
    call(&two, "network.join", json!({"ticket": ticket}));
    sync(&two);
    // It speaks for the same structure: it may remove what the other node created.
    call(
        &two,
        "record.remove",
        json!({"collection": "opportunity", "id": id}),
    );
    sync(&two);
    eventually("the removal arrives", || {
        show(&one, &id)["_removed"] == json!(true)
    });
    let charter = call(&one, "charter.show", json!({}));
    assert_eq!(charter["members"][0]["node_count"], 2);
}

#[test]
fn a_referral_is_received_by_the_receivers_node() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let (two, _) = join(&one, &folder.path().join("two"), "CCI", "cci");
    sync(&two);
    let project = json!({"pseudonym": "PP-7K3F", "title": "Fromagerie", "type": "creation"});
    let input = json!({"collection": "project", "fields": project});
    let project = call(&two, "record.add", input)["id"].clone();
    let sent = json!({"project": project, "to": "Parc", "theme": "premises"});
    let referral = call(&two, "referral.send", sent)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    sync(&two);
    let status = |node: &Node| {
        let input = json!({"collection": "referral", "id": referral});
        try_call(node, "record.show", input).map(|record| record["status"].clone())
    };
    eventually("it is received", || {
        status(&one).is_ok_and(|it| it == json!("received"))
    });
    let accepted = json!({"id": referral, "move": "accept"});
    assert_eq!(call(&one, "referral.move", accepted)["status"], "accepted");
    let not_yours = json!({"id": referral, "move": "accept"});
    assert!(try_call(&two, "referral.move", not_yours).is_err());
    sync(&two);
    assert_eq!(status(&two).unwrap(), json!("accepted"));
}

#[test]
fn a_beginning_that_several_records_share_is_not_taken_for_a_title() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    // Seventeen identities: two of them begin with the same digit, which one title alone contains.
    let mut ids: Vec<String> = (0..16).map(|_| add(&node, "Y")).collect();
    ids.push(add(&node, "0123456789abcdef"));
    ids.sort_unstable();
    let shared = ids
        .windows(2)
        .find(|pair| pair[0][..1] == pair[1][..1])
        .unwrap();
    let error = try_show(&node, &shared[0][..1]).unwrap_err();
    assert_eq!(error.code, "ambiguous_prefix");
    // A whole title still says more than a beginning does.
    assert_eq!(show(&node, "0123456789abcdef")["title"], "0123456789abcdef");
}

#[test]
fn the_read_model_is_rebuilt_when_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    for number in 0..50 {
        add(&node, &format!("Local {number}"));
    }
    let before = digest(&node);
    drop(node);
    std::fs::remove_dir_all(folder.path().join("view")).unwrap();
    let node = open(folder.path());
    assert_eq!(digest(&node), before);
    let checked = call(&node, "doctor", json!({"rebuild": true}));
    assert_eq!(
        (&checked["ok"], &checked["problems"]),
        (&json!(true), &json!([]))
    );
}

#[test]
fn a_bundle_carries_what_a_session_would() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let (two, _) = join(&one, &folder.path().join("two"), "CCI", "cci");
    sync(&two);
    one.stop();
    add(&one, "Écrite sans réseau");
    let file = folder.path().join("stick.bundle");
    let path = file.to_str().unwrap();
    call(&one, "bundle.write", json!({"path": path}));
    let read = call(&two, "bundle.read", json!({"path": path}));
    assert!(read["entries"].as_u64().unwrap() >= 1, "{read}");
    assert_eq!(digest(&one), digest(&two));
    let again = call(&two, "bundle.read", json!({"path": path}));
    assert_eq!(again["entries"], 0);

    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let cut = try_call(&two, "bundle.read", json!({"path": path})).unwrap_err();
    assert_eq!(cut.code, "bundle_truncated");
    let stranger = found(&folder.path().join("three"));
    std::fs::write(&file, &whole).unwrap();
    let foreign = try_call(&stranger, "bundle.read", json!({"path": path})).unwrap_err();
    assert_eq!(foreign.code, "bundle_other_network");
}

#[test]
fn a_restored_home_shows_the_same_and_writes_under_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(&folder.path().join("old"));
    add(&node, "Local");
    let file = folder.path().join("backup");
    let path = file.to_str().unwrap();
    call(&node, "backup", json!({"path": path}));
    let before = call(&node, "status", json!({}));
    drop(node);
    let restored = open(&folder.path().join("new"));
    call(&restored, "restore", json!({"path": path}));
    let after = call(&restored, "status", json!({}));
    assert_eq!(before["view_digest"], after["view_digest"]);
    assert_ne!(before["node"], after["node"]);
    assert_eq!(before["structure"], after["structure"]);
    add(&restored, "Écrite après");
}

#[test]
fn what_the_store_lost_comes_back_from_the_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    // A copy of the store as it was before the last edits stands for one that came back with less.
    let kept = folder.path().join("kept");
    drop(node);
    copy(&folder.path().join("store"), &kept.join("store"));
    let sidecar = folder.path().join("store.json");
    let node = open(folder.path());
    let id = add(&node, "Seulement ici");
    drop(node);
    std::fs::remove_dir_all(folder.path().join("store")).unwrap();
    copy(&kept.join("store"), &folder.path().join("store"));
    // Without the sidecar nothing says that the store is older; the outbox knows all the same.
    let _ = std::fs::remove_file(sidecar);
    std::fs::remove_dir_all(folder.path().join("view")).unwrap();
    let node = open(folder.path());
    assert_eq!(show(&node, &id)["title"], "Seulement ici");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn importing_a_file_twice_changes_nothing() {
    use data_encoding::BASE64;
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let csv = "Nature;Intitulé;Commune;Loyer mensuel;Référence de la source;Source\n\
               Local professionnel;Atelier;Ambert;450,50;A1;direct\n\
               Local professionnel;Bureau;99999;300;A2;direct\n\
               Terrain;Terrain plat;63430;;A3;direct\n";
    let import = |dry_run: bool| {
        json!({
            "collection": "opportunity", "name": "liste.csv",
            "content_base64": BASE64.encode(csv.as_bytes()), "dry_run": dry_run,
        })
    };
    let dry = call(&node, "import", import(true));
    assert_eq!(
        (&dry["created"], dry["preview"].as_array().unwrap().len()),
        (&json!(2), 2)
    );
    assert_eq!(
        call(&node, "status", json!({}))["collections"]["opportunity"],
        Value::Null
    );
    let first = call(&node, "import", import(false));
    assert_eq!(
        (&first["created"], &first["error_count"]),
        (&json!(2), &json!(1)),
        "{first}"
    );
    assert_eq!(first["errors"][0]["line"], 3);
    let again = call(&node, "import", import(false));
    assert_eq!(
        (&again["created"], &again["unchanged"]),
        (&json!(0), &json!(2)),
        "{again}"
    );
}

#[test]
fn a_declined_referral_goes_on_to_another_structure() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let (two, _) = join(&one, &folder.path().join("two"), "CCI", "cci");
    sync(&two);
    let kind = "chamber_agriculture";
    let (three, _) = join(&one, &folder.path().join("three"), "Chambre", kind);
    sync(&two);
    let proposal = call(&two, "charter.show", json!({}))["proposals"][0]["id"].clone();
    call(&two, "charter.approve", json!({"version": proposal}));
    sync(&two);
    sync(&three);
    sync(&two);

    let project = json!({"pseudonym": "PP-7K3F", "title": "Fromagerie", "type": "creation"});
    let input = json!({"collection": "project", "fields": project});
    let project = call(&two, "record.add", input)["id"].clone();
    let sent = json!({"project": project, "to": "Parc", "theme": "premises"});
    let first = call(&two, "referral.send", sent)["id"].clone();
    let show = |node: &Node, id: &Value| {
        let input = json!({"collection": "referral", "id": id});
        try_call(node, "record.show", input)
    };
    let reroute = |to: &str| {
        let input = json!({"id": first, "to": to});
        try_call(&two, "referral.reroute", input)
    };
    // Nobody has declined yet.
    assert_eq!(reroute("Chambre").unwrap_err().code, "invalid_fields");
    sync(&two);
    eventually("it is received", || {
        show(&one, &first).is_ok_and(|it| it["status"] == "received")
    });
    let decline = json!({"id": first, "move": "decline", "reason": "no_capacity"});
    call(&one, "referral.move", decline);
    sync(&two);
    assert_eq!(reroute("Parc").unwrap_err().code, "reroute_to_same");
    assert_eq!(show(&two, &first).unwrap()["status"], "declined");

    let second = reroute("Chambre").unwrap()["id"].clone();
    assert_eq!(show(&two, &first).unwrap()["status"], "rerouted");
    let made = show(&two, &second).unwrap();
    assert_eq!(made["parent"], first);
    assert_eq!(made["theme"], "premises");
    assert_eq!(made["status"], "sent");
    sync(&two);
    sync(&three);
    eventually("it arrives at the third", || {
        show(&three, &second).is_ok_and(|it| it["status"] == "sent" || it["status"] == "received")
    });
    assert_eq!(reroute("Chambre").unwrap_err().code, "invalid_fields");
}
