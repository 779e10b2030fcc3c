//! Photographs and documents erased of records that stay, over nodes that talk over loopback.

use std::fs;
use std::path::PathBuf;

use super::erasure::{PLANTED, erasures, holding};
use super::identities::{PHRASE, at_desk, further};
use super::sealed::{held, refusal};
use super::*;

fn document(folder: &Path, name: &str) -> String {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, format!("{name} : plan de {PLANTED}")).unwrap();
    path.display().to_string()
}

fn attach(node: &Node, id: &str, path: &str) {
    let input = json!({ "collection": "opportunity", "id": id, "paths": [path] });
    call(node, "attachment.add", input);
}

fn attached(node: &Node, id: &str) -> Vec<String> {
    let input = json!({ "collection": "opportunity", "id": id });
    let answer = call(node, "attachment.list", input);
    let rows = answer["attachments"].as_array().unwrap().iter();
    rows.map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

fn ask(id: &str, name: &str) -> Value {
    json!({ "id": id, "why": "mistake", "attachment": name })
}

fn erase(node: &Node, id: &str, name: &str) -> Result<Value, ApiError> {
    let mut asked = ask(id, name);
    asked["confirmed"] = json!(true);
    try_call(node, "erasure.erase", asked)
}

#[test]
fn an_erased_document_leaves_every_node_to_the_last_byte_and_the_record_stays() {
    let folder = tempfile::tempdir().unwrap();
    let homes = ["one", "other"].map(|name| folder.path().join(name));
    let one = found(&homes[0]);
    serve(&one);
    let (other, _) = join(&one, &homes[1], "CCI", "cci");
    let id = add(&one, "Atelier");
    let files = folder.path().join("files");
    let (plan, lease) = (document(&files, "plan.txt"), document(&files, "bail.txt"));
    fs::write(files.join("bail.txt"), "Bail de neuf ans").unwrap();
    attach(&one, &id, &plan);
    attach(&one, &id, &lease);
    sync(&other);
    eventually("both hold both", || held(&one) == 2 && held(&other) == 2);
    assert!(homes.iter().all(|home| !holding(home).is_empty()));

    let preview = call(&one, "erasure.erase", ask(&id, "plan.txt"));
    assert_eq!(
        (&preview["nodes"], &preview["elsewhere"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        attached(&one, &id),
        ["bail.txt", "plan.txt"],
        "nothing happens unasked"
    );
    let erased = erase(&one, &id, "plan.txt").unwrap();
    assert_eq!(erased["standing"], "deletes");
    assert_eq!(holding(&homes[0]), [""; 0].map(PathBuf::from));
    sync(&other);
    eventually("both have done it", || {
        sync(&other);
        erasures(&one)[0]["done"].as_array().unwrap().len() == 2
    });
    for (node, home) in [(&one, &homes[0]), (&other, &homes[1])] {
        assert_eq!(holding(home), [""; 0].map(PathBuf::from));
        assert_eq!(
            (attached(node, &id), held(node)),
            (vec!["bail.txt".into()], 1)
        );
        assert_eq!(show(node, &id)["title"], "Atelier");
        let row = erasures(node)[0].clone();
        assert_eq!(
            (&row["target"], &row["name"]),
            (&json!("attachment"), &json!("plan.txt"))
        );
    }
    assert_eq!(digest(&one), digest(&other));
    // It is not attached there again, under whatever name; elsewhere it may be.
    fs::copy(&plan, files.join("autre.txt")).unwrap();
    for name in ["plan.txt", "autre.txt"] {
        let paths = [files.join(name).display().to_string()];
        let input = json!({ "collection": "opportunity", "id": id, "paths": paths });
        assert_eq!(
            refusal(&one, "attachment.add", input).code,
            "attachment_erased"
        );
    }
    assert_eq!(held(&one), 1, "nothing is kept of what was refused");
    let neighbour = add(&one, "Fournil");
    attach(&one, &neighbour, &plan);
    sync(&other);
    eventually("it is fetched for the other record", || held(&other) == 2);
    assert_eq!(
        erase(&one, &id, "plan.txt").unwrap_err().code,
        "attachment_already_erased"
    );
    let rebuilt = call(&other, "doctor", json!({ "rebuild": true }));
    assert_eq!(rebuilt["ok"], true);
    assert_eq!(digest(&one), digest(&other));
}

#[test]
fn a_file_that_another_record_names_stays_for_that_one() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    let ids = [add(&one, "Atelier"), add(&one, "Fournil")];
    let plan = document(&folder.path().join("files"), "plan.txt");
    attach(&one, &ids[0], &plan);
    attach(&one, &ids[1], &plan);
    let preview = call(&one, "erasure.erase", ask(&ids[0], "plan.txt"));
    assert_eq!(preview["elsewhere"], 1);
    erase(&one, &ids[0], "plan.txt").unwrap();
    assert_eq!((attached(&one, &ids[0]).len(), held(&one)), (0, 1));
    assert_eq!(attached(&one, &ids[1]), ["plan.txt"]);
    erase(&one, &ids[1], "plan.txt").unwrap();
    assert_eq!(held(&one), 0);
    assert_eq!(
        holding(&folder.path().join("one")),
        [""; 0].map(PathBuf::from)
    );
}

#[test]
fn a_detached_document_is_found_by_its_name_and_who_may_not_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("one");
    let one = found(&home);
    serve(&one);
    let (other, _) = join(&one, &folder.path().join("other"), "CCI", "cci");
    let id = add(&one, "Atelier");
    let plan = document(&folder.path().join("files"), "plan.txt");
    attach(&one, &id, &plan);
    sync(&other);
    let code = |node: &Node, id: &str, name: &str| erase(node, id, name).unwrap_err().code;
    assert_eq!(code(&other, &id, "plan.txt"), "only_the_owner_erases");
    assert_eq!(code(&one, &id, "photo.jpg"), "unknown_attachment");
    assert_eq!(code(&one, "ffffffffff", "plan.txt"), "unknown_record");
    let agent = json!({ "collection": "agent", "fields": { "name": "Paul" } });
    let agent = call(&one, "record.add", agent)["id"].clone();
    assert_eq!(
        code(&one, agent.as_str().unwrap(), "plan.txt"),
        "no_attachments_there"
    );
    let input = json!({ "collection": "opportunity", "id": id, "names": ["plan.txt"] });
    call(&one, "attachment.remove", input);
    // Its file is there yet, for a month.
    assert!(!holding(&home).is_empty());
    assert_eq!(erase(&one, &id, "plan.txt").unwrap()["standing"], "deletes");
    assert_eq!(holding(&home), [""; 0].map(PathBuf::from));
    // Another node that says it all the same convinces nobody.
    let kept = add(&one, "Fournil");
    attach(&one, &kept, &plan);
    sync(&other);
    eventually("both hold it", || held(&other) == 1);
    let member = other.member().unwrap();
    let record = kept.parse().unwrap();
    let subject = member.reader.creation(&record).unwrap();
    let hash = crate::blobs::hash_of(&fs::read(&plan).unwrap());
    let erase = sync_protocol::seal::erase::Erase::new(
        record,
        sync_protocol::seal::erase::EraseTarget::Blob(hash),
        vec![],
        sync_protocol::seal::erase::EraseReason::ASKED,
    );
    let kind = sync_protocol::entry::Kind::ERASE;
    member.say_of(subject, kind, erase.encode()).unwrap();
    sync(&other);
    for node in [&one, &other] {
        eventually("it is refused", || {
            let mut rows = erasures(node).into_iter();
            rows.any(|row| row["refused"] == "erasure_by_another")
        });
        assert_eq!((attached(node, &kept).len(), held(node)), (1, 1));
    }
    let whole = json!({ "id": id, "why": "asked", "confirmed": true });
    call(&one, "erasure.erase", whole);
    assert_eq!(code(&one, &id, "plan.txt"), "already_erased");
}

#[test]
fn a_document_is_hidden_without_the_root_and_deleted_once_it_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("one");
    let one = found(&home);
    let id = add(&one, "Atelier");
    let plan = document(&folder.path().join("files"), "plan.txt");
    attach(&one, &id, &plan);
    let mut hide = ask(&id, "plan.txt");
    hide["hide"] = json!(true);
    hide["confirmed"] = json!(true);
    assert_eq!(
        call(&one, "erasure.erase", hide.clone())["standing"],
        "hides"
    );
    assert_eq!(attached(&one, &id), [""; 0]);
    assert_eq!(
        (held(&one), &erasures(&one)[0]["standing"]),
        (1, &json!("hides"))
    );
    assert_eq!(
        refusal(&one, "erasure.erase", hide).code,
        "attachment_already_hidden"
    );
    let input = json!({ "collection": "opportunity", "id": id, "paths": [plan] });
    assert_eq!(
        refusal(&one, "attachment.add", input).code,
        "attachment_erased"
    );
    // Under a passphrase it agrees for who types it.
    at_desk(&one, PHRASE, |desk| desk.set_passphrase()).unwrap();
    assert_eq!(erase(&one, &id, "plan.txt").unwrap_err().code, "key_locked");
    let wrong = at_desk(&one, "autre chose ici", |desk| {
        desk.erase(&ask(&id, "plan.txt"))
    });
    assert_eq!(wrong.unwrap_err().code, "passphrase_wrong");
    let erased = at_desk(&one, PHRASE, |desk| desk.erase(&ask(&id, "plan.txt")));
    assert_eq!(erased.unwrap()["standing"], "deletes");
    assert_eq!(held(&one), 0);
    assert_eq!(holding(&home), [""; 0].map(PathBuf::from));
    assert_eq!(erasures(&one)[0]["done"].as_array().unwrap().len(), 1);
}

#[test]
fn who_attaches_an_erased_file_without_having_heard_brings_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let homes = ["one", "other"].map(|name| folder.path().join(name));
    let one = found(&homes[0]);
    serve(&one);
    let other = further(&one, &homes[1]);
    let id = add(&one, "Atelier");
    let plan = document(&folder.path().join("files"), "plan.txt");
    attach(&one, &id, &plan);
    sync(&other);
    eventually("both hold it", || held(&other) == 1);
    let backup = folder.path().join("old.backup");
    call(&one, "backup", json!({ "path": backup }));
    erase(&one, &id, "plan.txt").unwrap();
    // The same file under another name, at a node that has not heard.
    let copy = folder.path().join("files/copie.txt");
    fs::copy(&plan, &copy).unwrap();
    attach(&other, &id, &copy.display().to_string());
    sync(&other);
    sync(&other);
    eventually("nobody holds it", || held(&one) == 0 && held(&other) == 0);
    for (node, home) in [(&one, &homes[0]), (&other, &homes[1])] {
        assert_eq!(attached(node, &id), [""; 0]);
        assert_eq!(holding(home), [""; 0].map(PathBuf::from));
        let blobs = call(node, "status", json!({}))["blobs"].clone();
        assert_eq!(blobs["waiting"], 0);
    }
    assert_eq!(digest(&one), digest(&other));
    let restored_home = folder.path().join("restored");
    let restored = open(&restored_home);
    call(&restored, "restore", json!({ "path": backup }));
    sync(&restored);
    eventually("a backup brings it back to nobody", || held(&restored) == 0);
    assert_eq!(holding(&restored_home), [""; 0].map(PathBuf::from));
}

/// Each paper is a sealed part of its own, which people know by its number.
#[test]
fn a_signed_paper_that_was_taken_back_is_erased_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(&folder.path().join("node"));
    let fields = json!({ "kind": "steering", "at": "2026-06-04T09:30:00Z" });
    let input = json!({ "collection": "meeting", "fields": fields });
    let id = call(&node, "record.add", input)["id"].clone();
    let paths = ["un.pdf", "deux.pdf"].map(|name| {
        let path = folder.path().join(name);
        fs::write(&path, format!("%PDF-1.4 signed, {name}")).unwrap();
        path.display().to_string()
    });
    let input = json!({ "collection": "meeting", "id": id, "paths": paths });
    call(&node, "paper.add", input);
    let papers = || {
        let listed = json!({ "collection": "meeting", "id": id });
        let listed = call(&node, "paper.list", listed)["papers"].clone();
        let rows = listed.as_array().unwrap().clone().into_iter();
        let numbers = rows.map(|it| it["number"].as_str().unwrap().to_owned());
        numbers.collect::<Vec<String>>()
    };
    let [number, kept] = <[String; 2]>::try_from(papers()).unwrap();
    let named = json!({ "collection": "meeting", "id": id, "names": [number] });
    call(&node, "paper.remove", named);
    assert_eq!((papers(), held(&node)), (vec![kept.clone()], 3));
    let erase = |part: &str| {
        let input = json!({ "id": id, "why": "mistake", "part": part, "confirmed": true });
        try_call(&node, "erasure.erase", input)
    };
    assert_eq!(erase("paper").unwrap_err().code, "unknown_part");
    let erased = erase(&number).unwrap();
    assert_eq!(erased["part"], format!("paper/{number}"));
    assert_eq!((erased["entries"].as_u64(), held(&node)), (Some(2), 1));
    assert_eq!(papers(), [kept]);
}
