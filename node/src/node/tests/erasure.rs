//! Erasures, from asking to the last byte.

use std::fs;
use std::path::PathBuf;

use super::identities::{PHRASE, at_desk, at_desk_with};
use super::*;
use crate::home::keys::RootFile;

/// A word that nothing else contains, in the form that full text keeps too.
pub(super) const PLANTED: &str = "qzplante7f3a";

fn erase_with(node: &Node, id: &str, why: &str) -> Result<Value, ApiError> {
    let input = json!({ "id": id, "why": why, "confirmed": true });
    try_call(node, "erasure.erase", input)
}

pub(super) fn erase(node: &Node, id: &str) -> Value {
    erase_with(node, id, "asked").unwrap_or_else(|error| panic!("erase: {error:?}"))
}

pub(super) fn erasures(node: &Node) -> Vec<Value> {
    let answer = call(node, "erasure.status", json!({}));
    answer["erasures"].as_array().unwrap().clone()
}

fn code_of(answer: Result<Value, ApiError>) -> String {
    answer.unwrap_err().code
}

pub(super) fn show_code(node: &Node, id: &str) -> String {
    let input = json!({"collection": "opportunity", "id": id});
    code_of(try_call(node, "record.show", input))
}

/// Files under a folder that hold the planted word. What vanishes meanwhile holds it no more: a
/// node that runs replaces files.
pub(super) fn holding(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).into_iter().flatten() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path));
            continue;
        }
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes.to_ascii_lowercase(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => panic!("{}: {error}", path.display()),
        };
        let mut windows = bytes.windows(PLANTED.len());
        if windows.any(|it| it == PLANTED.as_bytes()) {
            found.push(path);
        }
    }
    found
}

fn import(node: &Node, folder: &Path) -> Result<Value, ApiError> {
    let file = folder.join("liste.csv");
    let text = format!(
        "source;source_id;kind;title;insee_code\nrdi;42;premises;Atelier {PLANTED};63003\n"
    );
    fs::write(&file, text).unwrap();
    let path = file.display().to_string();
    let input = json!({ "collection": "opportunity", "name": "liste.csv", "path": path });
    try_call(node, "import", input)
}

#[test]
fn what_is_erased_leaves_every_node_to_the_last_byte() {
    let folder = tempfile::tempdir().unwrap();
    let homes = ["one", "other"].map(|name| folder.path().join(name));
    let one = found(&homes[0]);
    serve(&one);
    let id = add(&one, &format!("Atelier {PLANTED}"));
    set(
        &one,
        &id,
        json!({ "description": format!("Chez {PLANTED}, au fond de la cour") }),
    );
    let kept = add(&one, "Boulangerie");
    let (other, _) = join(&one, &homes[1], "CCI", "cci");
    sync(&other);
    set(&one, &id, json!({ "headcount": 3 }));
    sync(&other);
    eventually("both show the same", || digest(&one) == digest(&other));
    assert!(!holding(&homes[0]).is_empty() && !holding(&homes[1]).is_empty());
    let kept_copy = homes[1].join("kept-1/store");
    fs::create_dir_all(&kept_copy).unwrap();
    fs::write(kept_copy.join("db"), PLANTED).unwrap();

    let preview = call(
        &one,
        "erasure.erase",
        json!({ "id": &id[..8], "why": "asked" }),
    );
    assert_eq!(
        (&preview["confirmed"], &preview["nodes"]),
        (&json!(false), &json!(2))
    );
    assert_eq!(show(&one, &id)["headcount"], 3, "nothing happens unasked");
    assert_eq!(erase(&one, &id)["standing"], "deletes");
    assert_eq!(show_code(&one, &id), "unknown_record");
    assert_eq!(holding(&homes[0]), [""; 0].map(PathBuf::from));
    let row = &erasures(&one)[0];
    assert_eq!(
        (row["nodes"].as_u64(), row["why"].as_str()),
        (Some(2), Some("asked"))
    );
    assert_eq!(row["done"][0]["structure_name"], "Parc");
    assert_eq!(row["waiting"][0]["structure_name"], "CCI");

    sync(&other);
    eventually("the other node has done it too", || {
        let row = erasures(&one)[0].clone();
        row["done"].as_array().unwrap().len() == 2 && row["waiting"] == json!([])
    });
    assert_eq!(show_code(&other, &id), "unknown_record");
    assert_eq!(holding(&homes[1]), [""; 0].map(PathBuf::from));
    assert!(!homes[1].join("kept-1").exists());
    for node in [&one, &other] {
        let found = call(node, "search", json!({ "text": PLANTED }));
        assert_eq!(found["hits"], json!([]), "{found}");
        assert_eq!(show(node, &kept)["title"], "Boulangerie");
        let checked = call(node, "doctor", json!({ "rebuild": true }));
        assert_eq!(checked["ok"], true, "{checked}");
    }
    assert_eq!(digest(&one), digest(&other));
    // Sessions are in sync without what is gone, and what comes later goes on.
    assert_eq!(sync(&other)["in_sync"], true);
    assert_eq!(code_of(erase_with(&one, &id, "asked")), "already_erased");
    assert_eq!(
        code_of(erase_with(&other, &id[..10], "asked")),
        "already_erased"
    );
    let before = digest(&one);
    one.stop();
    other.stop();
    drop((one, other));
    let one = open(&homes[0]);
    assert_eq!(
        (digest(&one), show_code(&one, &id)),
        (before, "unknown_record".into())
    );
    assert_eq!(holding(&homes[0]), [""; 0].map(PathBuf::from));
}

#[test]
fn a_newcomer_gets_a_journal_whose_erased_bodies_nobody_has() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let id = add(&one, &format!("Atelier {PLANTED}"));
    add(&one, "Boulangerie");
    erase(&one, &id);
    let (newcomer, _) = join(&one, &folder.path().join("new"), "CCI", "cci");
    assert_eq!(sync(&newcomer)["in_sync"], true);
    eventually("both show the same", || digest(&one) == digest(&newcomer));
    eventually("it says that it holds nothing of it", || {
        erasures(&one)[0]["done"].as_array().unwrap().len() == 2
    });
    assert_eq!(show_code(&newcomer, &id), "unknown_record");
}

#[test]
fn who_may_not_erase_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let id = add(&one, "Atelier");
    let (other, _) = join(&one, &folder.path().join("other"), "CCI", "cci");
    sync(&other);
    let refused = erase_with(&other, &id, "asked").unwrap_err();
    assert_eq!(refused.code, "only_the_owner_erases");
    assert_eq!(refused.args["owner"], "Parc");
    assert_eq!(
        code_of(erase_with(&one, "ffffffffffff", "asked")),
        "unknown_record"
    );
    assert_eq!(
        code_of(erase_with(&one, &id, "because")),
        "unknown_erasure_reason"
    );
    let nobody = json!({ "id": "ffffffffffff" });
    assert_eq!(
        code_of(try_call(&one, "erasure.status", nobody)),
        "unknown_erasure"
    );
    assert_eq!(show(&one, &id)["title"], "Atelier");

    // A node that says it all the same convinces nobody.
    let member = other.member().unwrap();
    let creation = member.reader.entries(&id.parse().unwrap()).unwrap()[0];
    let subject = sync_protocol::entry::Place {
        author: creation.node,
        seq: creation.seq,
    };
    let erase = sync_protocol::seal::erase::Erase::new(
        id.parse().unwrap(),
        sync_protocol::seal::erase::EraseTarget::Record,
        vec![],
        sync_protocol::seal::erase::EraseReason::ASKED,
    );
    let kind = sync_protocol::entry::Kind::ERASE;
    member.say_of(Some(subject), kind, erase.encode()).unwrap();
    sync(&other);
    for node in [&one, &other] {
        eventually("it is refused", || {
            erasures(node).first().is_some_and(|row| {
                (&row["standing"], &row["refused"])
                    == (&json!("refused"), &json!("erasure_by_another"))
            })
        });
        assert_eq!(show(node, &id)["title"], "Atelier");
        let status = call(node, "status", json!({}));
        assert_eq!(status["refused"], 1, "{status}");
    }
}

#[test]
fn without_the_root_key_a_record_is_hidden_and_deleted_once_it_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("one");
    let one = found(&home);
    let id = add(&one, &format!("Atelier {PLANTED}"));
    drop(one);
    let (root, away) = (home.join("keys/root.key"), folder.path().join("root.key"));
    fs::rename(&root, &away).unwrap();
    let one = open(&home);
    assert_eq!(erase(&one, &id)["standing"], "hides");
    assert_eq!(show_code(&one, &id), "unknown_record");
    assert_eq!(erasures(&one)[0]["standing"], "hides");
    assert_eq!(code_of(erase_with(&one, &id, "asked")), "already_hidden");
    let rebuilt = call(&one, "doctor", json!({ "rebuild": true }));
    assert_eq!(
        (&rebuilt["ok"], show_code(&one, &id)),
        (&json!(true), "unknown_record".into())
    );
    drop(one);
    // The journal keeps what is only hidden.
    let one = open(&home);
    let member = one.member().unwrap();
    assert!(member.journals.left_out().unwrap().is_empty());
    drop((one, member));
    fs::rename(&away, &root).unwrap();
    let one = open(&home);
    assert_eq!(erase(&one, &id)["standing"], "deletes");
    assert_eq!(holding(&home), [""; 0].map(PathBuf::from));
    assert_eq!(one.member().unwrap().journals.left_out().unwrap().len(), 1);
}

#[test]
fn a_root_under_a_passphrase_agrees_for_who_types_it_and_for_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("one");
    let one = found(&home);
    let id = add(&one, &format!("Atelier {PLANTED}"));
    at_desk(&one, PHRASE, |desk| desk.set_passphrase()).unwrap();
    let input = json!({ "id": id, "why": "asked" });
    let preview = call(&one, "erasure.erase", input.clone());
    assert_eq!(
        (&preview["root"], &preview["draft"]),
        (&json!("locked"), &Value::Null)
    );
    // The node cannot, and does not do the half of it unasked.
    assert_eq!(code_of(erase_with(&one, &id, "asked")), "key_locked");
    let wrong = at_desk(&one, "autre chose ici", |desk| desk.erase(&input));
    assert_eq!(code_of(wrong), "passphrase_wrong");
    let nobody = json!({ "id": "ffffffffffff", "why": "asked" });
    let unknown = at_desk(&one, PHRASE, |desk| desk.erase(&nobody));
    assert_eq!(code_of(unknown), "unknown_record");
    assert_eq!(show(&one, &id)["status"], "draft", "it is there");
    // What another key signed, or the right one for something else, is not written.
    let drafted = json!({ "id": id, "why": "asked", "root_at_hand": true });
    let drafted = call(&one, "erasure.erase", drafted)["draft"]["body"].clone();
    for (signed, code) in [
        (drafted.as_str().unwrap(), "erasure_not_by_root"),
        ("00", "erasure_differs"),
    ] {
        let input = json!({ "id": id, "why": "asked", "confirmed": true, "signed": signed });
        assert_eq!(code_of(try_call(&one, "erasure.erase", input)), code);
    }
    assert!(erasures(&one).is_empty());

    let erased = at_desk(&one, PHRASE, |desk| desk.erase(&input)).unwrap();
    assert_eq!(erased["standing"], "deletes");
    assert_eq!(holding(&home), [""; 0].map(PathBuf::from));
    assert_eq!(erasures(&one)[0]["done"].as_array().unwrap().len(), 1);
}

#[test]
fn a_record_is_hidden_without_the_root_and_deleted_with_its_file_from_a_stick() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("one");
    let one = found(&home);
    let id = add(&one, &format!("Atelier {PLANTED}"));
    at_desk(&one, PHRASE, |desk| desk.set_passphrase()).unwrap();
    let hide = json!({ "id": id, "why": "asked", "confirmed": true, "hide": true });
    assert_eq!(
        call(&one, "erasure.erase", hide.clone())["standing"],
        "hides"
    );
    let again = try_call(&one, "erasure.erase", hide);
    assert_eq!(code_of(again), "already_hidden");
    // The key leaves on a stick.
    let stick = RootFile::at(folder.path().join("stick.key"));
    let input = json!({ "id": id, "why": "asked" });
    let elsewhere = at_desk_with(&one, stick.clone(), PHRASE, |desk| desk.erase(&input));
    assert_eq!(code_of(elsewhere), "root_key_elsewhere");
    fs::rename(home.join("keys/root.key"), stick.path()).unwrap();
    assert_eq!(code_of(erase_with(&one, &id, "asked")), "already_hidden");
    let erased = at_desk_with(&one, stick, PHRASE, |desk| desk.erase(&input));
    assert_eq!(erased.unwrap()["standing"], "deletes");
    assert_eq!(holding(&home), [""; 0].map(PathBuf::from));
}

#[test]
fn what_was_erased_does_not_come_back_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let imported = import(&one, folder.path()).unwrap();
    assert_eq!(imported["created"], 1, "{imported}");
    let list = json!({ "collection": "opportunity", "all": true });
    let id = call(&one, "record.list", list)["rows"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let plan = folder.path().join("plan.txt");
    fs::write(&plan, format!("Plan de {PLANTED}")).unwrap();
    let attach = json!({ "collection": "opportunity", "id": id, "paths": [plan] });
    call(&one, "attachment.add", attach);
    let (bundle, backup) = (
        folder.path().join("old.bundle"),
        folder.path().join("old.backup"),
    );
    call(
        &one,
        "bundle.write",
        json!({ "path": bundle.display().to_string() }),
    );
    call(
        &one,
        "backup",
        json!({ "path": backup.display().to_string() }),
    );
    let (late, _) = join(&one, &folder.path().join("late"), "CCI", "cci");
    erase(&one, &id);
    // The list once more.
    let refused = import(&one, folder.path()).unwrap();
    assert_eq!(
        (&refused["created"], &refused["error_count"]),
        (&json!(0), &json!(1)),
        "{refused}"
    );
    assert_eq!(refused["errors"][0]["code"], "record_erased");
    // An old bundle, at who erased and at who has yet to hear of it.
    let read = json!({ "path": bundle.display().to_string() });
    call(&one, "bundle.read", read.clone());
    call(&late, "bundle.read", read);
    assert_eq!(show(&late, &id)["id"].as_str(), Some(id.as_str()));
    sync(&late);
    // An old backup, in a home of its own: what it does not know comes with the first exchange.
    let restored_home = folder.path().join("restored");
    let restored = open(&restored_home);
    call(
        &restored,
        "restore",
        json!({ "path": backup.display().to_string() }),
    );
    sync(&restored);
    for node in [&one, &late, &restored] {
        assert_eq!(show_code(node, &id), "unknown_record");
        assert_eq!(node.member().unwrap().journals.left_out().unwrap().len(), 2);
        let blobs = call(node, "status", json!({}))["blobs"].clone();
        assert_eq!((&blobs["held"], &blobs["waiting"]), (&json!(0), &json!(0)));
    }
    assert_eq!(holding(&restored_home), [""; 0].map(PathBuf::from));
    assert_eq!(
        holding(&folder.path().join("late")),
        [""; 0].map(PathBuf::from)
    );
    // A backup made since then has the erasure in it: nothing is shown before it counts.
    fs::remove_file(&backup).unwrap();
    call(
        &one,
        "backup",
        json!({ "path": backup.display().to_string() }),
    );
    let again = open(&folder.path().join("again"));
    call(
        &again,
        "restore",
        json!({ "path": backup.display().to_string() }),
    );
    assert_eq!(show_code(&again, &id), "unknown_record");
    assert_eq!(erasures(&again)[0]["standing"], "deletes");
}

#[test]
fn what_a_crash_left_undone_is_done_when_the_node_opens() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("one");
    let one = found(&home);
    let id = add(&one, &format!("Atelier {PLANTED}"));
    let other = add(&one, "Boulangerie");
    // The erasure is stored and nothing else of it happened.
    let member = one.member().unwrap();
    let record = id.parse().unwrap();
    let creation = member.reader.entries(&record).unwrap()[0];
    let subject = sync_protocol::entry::Place {
        author: creation.node,
        seq: creation.seq,
    };
    let root = one
        .home()
        .home()
        .key(crate::home::keys::KeyName::Root)
        .unwrap()
        .unwrap();
    let erase = sync_protocol::seal::erase::Erase::new(
        record,
        sync_protocol::seal::erase::EraseTarget::Record,
        vec![],
        sync_protocol::seal::erase::EraseReason::MISTAKE,
    );
    let erase = erase.countersigned(member.network, &subject, &root.signing_key());
    let statement = sync_protocol::run::Statement {
        charter: member.charter().current().0,
        kind: sync_protocol::entry::Kind::ERASE,
        subject: Some(subject),
        time: super::super::clock::now(),
        body: erase.encode(),
    };
    let tip = member.journals.tip(&member.me);
    let runs = sync_protocol::run::sign(member.network, &member.key, tip, vec![statement]);
    member.outbox.lock().unwrap().append(&runs).unwrap();
    member.journals.append(runs).unwrap();
    drop((one, member));
    assert!(!holding(&home).is_empty());
    let one = open(&home);
    assert_eq!(show_code(&one, &id), "unknown_record");
    assert_eq!(holding(&home), [""; 0].map(PathBuf::from));
    assert_eq!(erasures(&one)[0]["done"].as_array().unwrap().len(), 1);
    assert_eq!(show(&one, &other)["title"], "Boulangerie");
}

#[test]
fn what_is_due_is_proposed_to_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(folder.path());
    add(&one, "Boulangerie");
    // A draft of today is not due.
    assert_eq!(call(&one, "erasure.due", json!({}))["due"], json!([]));
}

/// What is sealed goes at once, the rest once the root agrees; and before that the person gets all.
#[test]
fn a_holder_is_given_all_and_then_erased_with_what_is_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let homes = ["one", "other"].map(|name| folder.path().join(name));
    let one = found(&homes[0]);
    serve(&one);
    let (other, _) = join(&one, &homes[1], "CCI", "cci");
    sync(&other);
    let input = json!({
        "fields": { "residence": "epci:200070761" },
        "identity": { "name": "Jeanne Duprévost", "phone": "06 12 34 56 78" },
        "share": ["CCI"],
    });
    let id = call(&one, "holder.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let project = json!({ "pseudonym": "PP-7K3F", "type": "takeover", "holder": id });
    let project = json!({ "collection": "project", "fields": project });
    call(&one, "record.add", project);
    sync(&other);
    let held = |node: &Node| {
        call(node, "status", json!({}))["blobs"]["held"]
            .as_u64()
            .unwrap()
    };
    eventually("both hold the sealed part", || {
        held(&one) == 1 && held(&other) == 1
    });

    let given = call(&one, "holder.export", json!({ "id": id }));
    assert_eq!(
        given["identity"]["seals"][0]["fields"]["name"],
        "Jeanne Duprévost"
    );
    assert_eq!(given["projects"].as_array().unwrap().len(), 1);
    assert_eq!(given["holder"]["_history"].as_array().unwrap().len(), 1);
    assert_eq!(given["held_by"], json!(["Parc", "CCI"]));
    assert_eq!(given["readings_here"][0]["purpose"], "export");

    one.stop();
    drop(one);
    let (root, away) = (
        homes[0].join("keys/root.key"),
        folder.path().join("root.key"),
    );
    fs::rename(&root, &away).unwrap();
    let one = open(&homes[0]);
    serve(&one);
    assert_eq!(erase(&one, &id)["standing"], "hides");
    assert_eq!(held(&one), 0);
    let missing = |node: &Node| {
        let left_out = node.member().unwrap().journals.left_out().unwrap();
        left_out.iter().map(|it| it.kind.0).collect::<Vec<_>>()
    };
    let (create, seal) = (
        sync_protocol::entry::Kind::CREATE.0,
        sync_protocol::entry::Kind::SEAL.0,
    );
    assert_eq!(missing(&one), [seal]);
    let peer =
        json!({ "address": one.member().unwrap().addresses()[&one.member().unwrap().me][0] });
    call(&other, "peer.add", peer);
    sync(&other);
    eventually("what is sealed is gone at both", || {
        held(&other) == 0 && missing(&other) == [seal]
    });
    let shown = try_call(&other, "holder.show", json!({ "id": id }));
    assert_eq!(code_of(shown), "unknown_record");
    one.stop();
    drop(one);
    fs::rename(&away, &root).unwrap();
    let one = open(&homes[0]);
    assert_eq!(erase(&one, &id)["standing"], "deletes");
    let mut gone = missing(&one);
    gone.sort_unstable();
    assert_eq!(gone, [create, seal]);
}
