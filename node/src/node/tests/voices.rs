//! Who speaks for a structure once a computer is gone: the vote of a restored home, and what a revoked
//! computer still writes.

use super::identities::{at_desk, further};
use super::*;

/// A home in another place, from a backup of one that is gone.
fn restored(node: Node, folder: &Path) -> Node {
    let backup = folder.with_extension("copie").display().to_string();
    call(&node, "backup", json!({"path": backup}));
    drop(node);
    let again = open(folder);
    call(&again, "restore", json!({"path": backup}));
    again
}

fn voter_of(node: &Node, structure: &str) -> String {
    let shown = call(node, "charter.show", json!({}));
    let members = shown["members"].as_array().unwrap();
    let member = members.iter().find(|it| it["name"] == structure).unwrap();
    member["voting_node"].as_str().unwrap().to_owned()
}

fn own_name(node: &Node) -> String {
    node.member().unwrap().node().to_string()
}

#[test]
fn a_lone_founder_that_was_restored_has_its_vote_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = found(&folder.path().join("un"));
    let gone = own_name(&first);
    let node = restored(first, &folder.path().join("deux"));
    let own = own_name(&node);
    let wanted = json!({"voters": [{"structure": "Parc", "node": own}]});
    let refused = try_call(&node, "charter.propose", wanted.clone()).unwrap_err();
    assert_eq!(refused.code, "not_voting_node");
    at_desk(&node, "", |desk| desk.revoke(&gone, None)).unwrap();
    let written = call(&node, "charter.propose", wanted);
    assert_eq!(written["effective"], true, "{written}");
    // A restart comes to the same.
    drop(node);
    let node = open(&folder.path().join("deux"));
    assert_eq!(voter_of(&node, "Parc"), own);
    // From then on it admits whom it likes.
    serve(&node);
    let (chamber, _) = join(&node, &folder.path().join("trois"), "Chambre", "cma");
    sync(&chamber);
    let members = call(&chamber, "charter.show", json!({}))["members"].clone();
    assert_eq!(members.as_array().unwrap().len(), 2);
}

#[test]
fn of_two_one_that_was_restored_has_its_vote_again_with_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("parc"));
    serve(&hub);
    let (first, _) = join(&hub, &folder.path().join("un"), "Chambre", "cma");
    sync(&first);
    let gone = own_name(&first);
    let node = restored(first, &folder.path().join("deux"));
    sync(&node);
    at_desk(&node, "", |desk| desk.revoke(&gone, None)).unwrap();
    let own = own_name(&node);
    let wanted = json!({"voters": [{"structure": "Chambre", "node": own}]});
    let written = call(&node, "charter.propose", wanted);
    assert_eq!(
        (&written["effective"], &written["missing"]),
        (&json!(false), &json!(1))
    );
    sync(&node);
    let vote = call(
        &hub,
        "charter.approve",
        json!({"version": written["version"]}),
    );
    assert_eq!(vote["effective"], true, "{vote}");
    sync(&node);
    for node in [&hub, &node] {
        assert_eq!(voter_of(node, "Chambre"), own);
    }
    let log = call(&hub, "charter.log", json!({}));
    let last = log["versions"].as_array().unwrap().last().unwrap();
    let counted = last["approvals"].as_array().unwrap();
    assert_eq!(counted.len(), 2);
    assert!(counted.iter().all(|it| it["counts"] == true), "{counted:?}");
}

#[test]
fn what_a_revoked_computer_wrote_late_is_refused_on_all_and_written_again_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("parc"));
    serve(&hub);
    let (chamber, _) = join(&hub, &folder.path().join("chambre"), "Chambre", "cma");
    let laptop = further(&hub, &folder.path().join("portable"));
    sync(&laptop);
    let early = add(&laptop, "Écrite à temps");
    sync(&laptop);
    let name = own_name(&laptop);
    at_desk(&hub, "", |desk| desk.revoke(&name, None)).unwrap();
    let late = add(&laptop, "Écrite trop tard");
    set(&laptop, &early, json!({"title": "Changée trop tard"}));
    // By cable, since nobody talks to it any more.
    let file = folder
        .path()
        .join("portable.capactif")
        .display()
        .to_string();
    call(&laptop, "bundle.write", json!({"path": file}));
    sync(&chamber);
    for node in [&hub, &chamber] {
        call(node, "bundle.read", json!({"path": file}));
        assert_eq!(show(node, &early)["title"], "Écrite à temps");
        assert_eq!(try_show(node, &late).unwrap_err().code, "unknown_record");
    }
    let refused = |node: &Node| call(node, "entry.refused", json!({}))["entries"].clone();
    let listed = refused(&hub);
    assert_eq!(listed, refused(&chamber));
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(
        listed.iter().all(|it| it["code"] == "node_revoked"),
        "{listed:?}"
    );
    assert_eq!(digest(&hub), digest(&chamber));
    // Another structure writes the new one again, the hub the change of what is its own.
    for (node, index) in [(&chamber, 1), (&hub, 0)] {
        let of = |it: &&Value| (it["title"] == "Écrite trop tard") == (index == 1);
        let entry = listed.iter().find(of).unwrap();
        let input = json!({"node": name, "seq": entry["seq"]});
        let again = call(node, "entry.reissue", input);
        assert_eq!(again["created"], index == 1, "{again}");
        sync(&chamber);
    }
    sync(&chamber);
    assert_eq!(digest(&hub), digest(&chamber));
    assert_eq!(show(&chamber, &early)["title"], "Changée trop tard");
}
