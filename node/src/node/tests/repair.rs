//! Homes whose store is gone, mended: nothing comes back under a number that something else has.

use std::fs;

use super::*;
use crate::home::keys::KeyName;
use crate::node::{RepairOptions, repair};
use crate::store::Reader;

fn mend(folder: &Path, new_key: bool) -> Value {
    try_mend(folder, new_key).unwrap()
}

fn try_mend(folder: &Path, new_key: bool) -> Result<Value, ApiError> {
    let home = Home::open(folder).unwrap();
    let options = RepairOptions {
        reader: Reader::InProcess,
        new_key,
    };
    let locked = home.lock(Duration::ZERO).unwrap();
    repair(&locked, &options, &mut |_| {})
}

fn lose_store(folder: &Path) {
    fs::remove_dir_all(folder.join("store")).unwrap();
}

fn warned(node: &Node) -> Vec<String> {
    let status = call(node, "status", json!({}));
    let warnings = status["warnings"].as_array().unwrap();
    let codes = warnings.iter().map(|it| it["code"].as_str().unwrap());
    codes.map(str::to_owned).collect()
}

fn refusal(node: &Node) -> String {
    let fields = json!({"kind": "job", "title": "Trop tôt", "insee_code": "63003"});
    let input = json!({"collection": "opportunity", "fields": fields});
    try_call(node, "record.add", input).unwrap_err().code
}

/// A founder that serves, and a partner that holds the same; each wrote a record.
fn pair(folder: &Path) -> (Node, Node) {
    let founder = found(&folder.join("founder"));
    serve(&founder);
    add(&founder, "Grange");
    let (partner, _) = join(&founder, &folder.join("partner"), "CCI", "cci");
    add(&partner, "Atelier");
    sync(&partner);
    eventually("the founder has all", || {
        digest(&founder) == digest(&partner)
    });
    (founder, partner)
}

fn reopened(folder: &Path, after: Node) -> Node {
    drop(after);
    open(folder)
}

fn agree(founder: &Node, partner: &Node) {
    sync(partner);
    eventually("both show the same", || digest(founder) == digest(partner));
    for node in [founder, partner] {
        let codes = warned(node);
        assert!(!codes.iter().any(|it| it.contains("forked")), "{codes:?}");
    }
}

#[test]
fn a_lone_node_gets_everything_back_from_its_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let id = add(&node, "Moulin");
    set(&node, &id, json!({"headcount": 3}));
    let before = digest(&node);
    drop(node);
    lose_store(folder.path());
    let home = Home::open(folder.path()).unwrap();
    let error = Node::open(home.lock(Duration::ZERO).unwrap()).unwrap_err();
    assert_eq!(error.code, "store_missing");
    let report = mend(folder.path(), false);
    assert_eq!(
        (&report["own"], &report["ok"]),
        (&json!("whole"), &json!(true))
    );
    assert_eq!(mend(folder.path(), false)["changed"], json!(false));
    let node = open(folder.path());
    assert_eq!(digest(&node), before);
    add(&node, "Scierie");
}

#[test]
fn own_entries_that_only_a_peer_holds_are_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let (founder, partner) = pair(folder.path());
    let home = folder.path().join("partner");
    let key = partner.member().unwrap().node();
    let alone = add(&partner, "Seulement ici");
    let before = digest(&partner);
    drop(partner);
    lose_store(&home);
    let report = mend(&home, false);
    assert_eq!(report["own"], json!("incomplete"));
    assert!(report["used"].as_u64().unwrap() >= 3, "{report}");
    let partner = open(&home);
    assert_eq!(refusal(&partner), "own_journal_incomplete");
    assert!(warned(&partner).contains(&"own_journal_incomplete".to_owned()));
    sync(&partner);
    assert_eq!(digest(&partner), before);
    assert_eq!(show(&partner, &alone)["title"], "Seulement ici");
    assert_eq!(partner.member().unwrap().node(), key);
    add(&partner, "Après");
    agree(&founder, &partner);
    assert_eq!(show(&founder, &alone)["title"], "Seulement ici");
    assert!(warned(&partner).is_empty());
    let partner = reopened(&home, partner);
    assert!(call(&partner, "doctor", json!({}))["ok"] == json!(true));
}

#[test]
fn a_bundle_ends_the_wait_too() {
    let folder = tempfile::tempdir().unwrap();
    let (founder, partner) = pair(folder.path());
    let home = folder.path().join("partner");
    let before = digest(&partner);
    drop(partner);
    lose_store(&home);
    mend(&home, false);
    let bundle = folder.path().join("all.capactif");
    let path = json!({"path": bundle.display().to_string()});
    call(&founder, "bundle.write", path.clone());
    let partner = open(&home);
    call(&partner, "bundle.read", path);
    assert_eq!(digest(&partner), before);
    add(&partner, "Après");
    agree(&founder, &partner);
}

#[test]
fn numbers_that_nobody_knows_of_are_not_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let (founder, partner) = pair(folder.path());
    let home = folder.path().join("partner");
    let key = partner.member().unwrap().node();
    let before = digest(&partner);
    drop(partner);
    lose_store(&home);
    fs::remove_dir_all(home.join("outbox")).unwrap();
    let report = mend(&home, false);
    assert_eq!(report["own"], json!("renewed"));
    let partner = open(&home);
    let renewed = partner.member().unwrap().node();
    assert_ne!(renewed, key);
    assert_eq!(report["new_node"], json!(renewed.to_string()));
    // Before it heard of anybody: the founder holds the old journal, and higher.
    let written = add(&partner, "Sous la nouvelle clé");
    agree(&founder, &partner);
    assert_ne!(digest(&partner), before);
    assert_eq!(show(&founder, &written)["title"], "Sous la nouvelle clé");
    // Once in sync the new node is certified by its root, which travels too.
    let [ours, theirs] = [&partner, &founder].map(|node| node.member().unwrap());
    eventually("both hold the same", || {
        sync(&partner);
        let certified = ours.root_state(&ours.structure).certified;
        certified.contains_key(&renewed) && ours.journals.tips() == theirs.journals.tips()
    });
    let tips = ours.journals.tips();
    assert_eq!(tips.len(), 3, "the old journal, the new one, the founder's");
}

#[test]
fn without_the_root_key_such_a_node_writes_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (founder, partner) = pair(folder.path());
    let home = folder.path().join("partner");
    let before = digest(&partner);
    drop(partner);
    lose_store(&home);
    fs::remove_dir_all(home.join("outbox")).unwrap();
    fs::remove_file(Home::open(&home).unwrap().key_file(KeyName::Root)).unwrap();
    assert_eq!(try_mend(&home, true).unwrap_err().code, "no_root_key");
    assert_eq!(mend(&home, false)["own"], json!("closed"));
    for _ in 0..2 {
        let partner = open(&home);
        assert_eq!(refusal(&partner), "own_journal_closed");
        sync(&partner);
        assert_eq!(
            refusal(&partner),
            "own_journal_closed",
            "a peer may hold less"
        );
        assert_eq!(digest(&partner), before);
    }
    assert_eq!(mend(&home, false)["changed"], json!(false));
    drop(founder);
}

#[test]
fn whoever_does_not_wait_goes_on_under_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    let (founder, partner) = pair(folder.path());
    let home = folder.path().join("partner");
    drop(partner);
    lose_store(&home);
    assert_eq!(mend(&home, false)["own"], json!("incomplete"));
    assert_eq!(mend(&home, true)["own"], json!("renewed"));
    assert_eq!(mend(&home, false)["changed"], json!(false));
    let partner = open(&home);
    add(&partner, "Sans attendre");
    let waiting = call(&partner, "status", json!({}))["outbox"].clone();
    assert!(waiting.as_u64().unwrap() > 0, "nobody holds it yet");
    agree(&founder, &partner);
}

#[test]
fn entries_of_a_retired_key_follow_their_journal_and_then_wait_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (founder, partner) = pair(folder.path());
    let home = folder.path().join("partner");
    let alone = add(&partner, "Seulement ici");
    drop(partner);
    lose_store(&home);
    assert_eq!(mend(&home, true)["own"], json!("renewed"));
    let partner = open(&home);
    // The founder gives back what came before; then what only the outbox held fits again.
    agree(&founder, &partner);
    assert_eq!(show(&founder, &alone)["title"], "Seulement ici");
    agree(&founder, &partner);
    assert_eq!(call(&partner, "status", json!({}))["outbox"], json!(0));
}

#[test]
fn a_lost_outbox_is_made_again_from_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    add(&node, "Moulin");
    let before = digest(&node);
    drop(node);
    fs::remove_dir_all(folder.path().join("outbox")).unwrap();
    drop(open(folder.path()));
    lose_store(folder.path());
    assert_eq!(mend(folder.path(), false)["own"], json!("whole"));
    assert_eq!(digest(&open(folder.path())), before);
}
