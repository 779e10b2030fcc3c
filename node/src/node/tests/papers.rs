//! Signed papers of evaluations and meetings: who attaches, who reads, and that no quorum moves.

use std::fs;

use super::evaluation::with_committee;
use super::*;
use crate::indicators::HalfYear;
use crate::node::clock;
use crate::node::unnamed_blobs::KEPT_FOR;

const SIGNED: &[u8] = b"%PDF-1.4\nsigned by Marie Dupont and Jean Faure\n%%EOF\n";

fn file(folder: &Path, name: &str, bytes: &[u8]) -> String {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

fn attach(node: &Node, period: &str, paths: &[&str], share: &[&str]) -> Result<Value, ApiError> {
    let input = json!({"collection": "evaluation", "id": period, "paths": paths, "share": share});
    try_call(node, "paper.add", input)
}

fn papers(node: &Node, period: &str) -> Vec<Value> {
    let input = json!({"collection": "evaluation", "id": period});
    let answer = call(node, "paper.list", input);
    answer["papers"].as_array().unwrap().clone()
}

fn save(node: &Node, period: &str, into: &Path) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir_in(into).unwrap();
    let input = json!({"collection": "evaluation", "id": period, "folder": folder.path()});
    let saved = try_call(node, "paper.save", input).map_err(|it| it.code)?["saved"].clone();
    match saved[0].as_str() {
        Some(path) => Ok(fs::read(path).unwrap()),
        None => Err("nothing".to_owned()),
    }
}

fn standing(node: &Node, period: &str) -> Value {
    call(node, "evaluation.ratify", json!({"evaluation": period}))["status"].clone()
}

#[test]
fn a_signed_paper_is_read_by_whom_it_was_sealed_to_and_moves_no_quorum() {
    let folder = tempfile::tempdir().unwrap();
    let hub = with_committee(&folder.path().join("hub"), &["Marie", "Jean"], 2);
    serve(&hub);
    let (cci, _) = join(&hub, &folder.path().join("cci"), "CCI", "cci");
    sync(&cci);
    let period = HalfYear::of(clock::today()).before().to_string();
    let paths = folder.path().join("files");
    let paper = file(&paths, "procès-verbal.pdf", SIGNED);
    let early = attach(&hub, &period, &[&paper], &[]).unwrap_err();
    assert_eq!(early.code, "evaluation_not_frozen");
    let frozen = call(&hub, "evaluation.freeze", json!({"period": period}));
    let id = frozen["id"].as_str().unwrap();

    let added = attach(&hub, &period, &[&paper], &[]).unwrap();
    assert_eq!(added["figures"], frozen["snapshot"]);
    assert_eq!(standing(&hub, &period), "none", "no key has signed");
    for person in ["Marie", "Jean"] {
        call(
            &hub,
            "evaluation.ratify",
            json!({"evaluation": period, "as": person}),
        );
    }
    attach(&hub, &period, &[&paper], &["CCI"]).unwrap();
    assert_eq!(
        standing(&hub, &period),
        "ratified",
        "the content is the same"
    );

    // Every member is told of both; one of them is for the chamber to read.
    eventually("the other node holds what it reads", || {
        sync(&cci);
        let seen = try_call(
            &cci,
            "paper.list",
            json!({"collection": "evaluation", "id": period}),
        );
        seen.is_ok_and(|it| it["papers"][1]["held"] == true)
    });
    let seen = papers(&cci, &period);
    let readers = |it: &Value| it["reader"].clone();
    assert_eq!(seen.iter().map(readers).collect::<Vec<_>>(), [false, true]);
    let hash = frozen["snapshot"].as_str().unwrap();
    assert!(
        seen.iter()
            .all(|it| it["figures"] == hash[..16] && it["current"] == true)
    );
    assert_eq!(seen[0]["held"], false, "it did not travel");
    assert_eq!(
        save(&cci, &period, folder.path()),
        Err("not_a_reader".to_owned())
    );
    let numbers = [0, 1].map(|at: usize| seen[at]["number"].as_str().unwrap().to_owned());
    let input = json!({"collection": "evaluation", "id": period, "names": [&numbers[1][..6]],
                       "folder": folder.path()});
    let saved = call(&cci, "paper.save", input)["saved"][0].clone();
    assert_eq!(fs::read(saved.as_str().unwrap()).unwrap(), SIGNED);
    let log = call(&cci, "sealed.log", json!({}));
    assert_eq!(log["readings"].as_array().unwrap().len(), 1, "{log}");
    let theirs = attach(&cci, &period, &[&paper], &[]).unwrap_err();
    assert_eq!(theirs.code, "papers_by_owner");
    for told in [
        call(
            &cci,
            "record.show",
            json!({"collection": "evaluation", "id": id}),
        )["_papers"]
            .clone(),
        call(&cci, "report", json!({"period": period}))["evaluation"]["papers"].clone(),
    ] {
        assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
    }

    // Opened to the chamber, then closed to it again; what is new it does not read.
    let named = |it: &str| json!({"id": period, "structures": [it], "structure": it});
    let granted = call(&hub, "sealed.grant", named("CCI"));
    assert_eq!(granted["readers"].as_array().unwrap().len(), 2);
    eventually("it reads both", || {
        sync(&cci);
        save(&cci, &period, folder.path()).is_ok_and(|it| it == SIGNED)
    });
    let revoked = call(&hub, "sealed.revoke", named("CCI"));
    assert_eq!(revoked["readers"].as_array().unwrap().len(), 1);
    let again = try_call(&hub, "sealed.revoke", named("CCI")).unwrap_err();
    assert_eq!(again.code, "no_reader_to_remove");
    eventually("it reads none", || {
        sync(&cci);
        save(&cci, &period, folder.path()) == Err("not_a_reader".to_owned())
    });
    assert_eq!(save(&hub, &period, folder.path()).unwrap(), SIGNED);

    // Taken back, it is nowhere told of, and its file goes in time.
    let input = json!({"collection": "evaluation", "id": period, "names": [numbers[0]]});
    call(&hub, "paper.remove", input.clone());
    assert_eq!(papers(&hub, &period).len(), 1);
    let gone = try_call(&hub, "paper.remove", input).unwrap_err();
    assert_eq!(gone.code, "unknown_paper");
    assert_eq!(standing(&hub, &period), "ratified");
    let member = hub.member().unwrap();
    let before = member.blobs.stats().count;
    let now = clock::now();
    assert_eq!(member.sweep_blobs(now).unwrap(), 0);
    let later = sync_protocol::time::Timestamp(now.0 + KEPT_FOR.as_millis() as u64);
    assert!(member.sweep_blobs(later).unwrap() >= 1);
    assert!(member.blobs.stats().count < before);
    assert_eq!(save(&hub, &period, folder.path()).unwrap(), SIGNED);

    // Figures that were frozen anew are not those that were signed.
    let project = json!({"pseudonym": "PP-1", "type": "creation", "outcome": "created",
                         "launched_on": HalfYear::of(clock::today()).before().first_day().to_string()});
    call(
        &hub,
        "record.add",
        json!({"collection": "project", "fields": project}),
    );
    call(
        &hub,
        "evaluation.freeze",
        json!({"period": period, "again": true}),
    );
    assert_eq!(papers(&hub, &period)[0]["current"], false);
}

#[test]
fn what_is_no_scan_or_too_large_or_too_many_is_not_attached() {
    let folder = tempfile::tempdir().unwrap();
    let node = with_committee(&folder.path().join("node"), &["Marie"], 1);
    let period = HalfYear::of(clock::today()).before().to_string();
    call(&node, "evaluation.freeze", json!({"period": period}));
    let files = folder.path().join("files");
    let refused = |paths: &[&str]| attach(&node, &period, paths, &[]).unwrap_err().code;
    let good = file(&files, "good.png", b"\x89PNG\r\n\x1A\nscan");
    let text = file(&files, "minutes.pdf", b"a text under the name of a scan");
    assert_eq!(refused(&[&good, &text]), "paper_kind");
    assert_eq!(papers(&node, &period), Vec::<Value>::new(), "none or all");
    let mut scan = b"\xFF\xD8\xFF\xE0".to_vec();
    scan.resize(4_000_001, 1);
    let large = file(&files, "large.jpg", &scan);
    assert_eq!(refused(&[&large]), "attachment_too_large");
    scan.truncate(4_000_000);
    let largest = file(&files, "large.jpg", &scan);
    assert!(attach(&node, &period, &[&largest], &[]).is_ok());
    assert_eq!(save(&node, &period, folder.path()).unwrap(), scan);
    assert_eq!(
        refused(&[files.join("none.pdf").to_str().unwrap()]),
        "file_not_found"
    );
    assert_eq!(refused(&[good.as_str(); 20]), "papers_too_many");
    let nowhere = json!({"collection": "agent", "id": "x", "paths": [good]});
    let nowhere = try_call(&node, "paper.add", nowhere).unwrap_err();
    assert_eq!(nowhere.code, "no_papers_there");
    let stranger = attach(&node, &period, &[&good], &["nobody"]).unwrap_err();
    assert_eq!(stranger.code, "unknown_member");
}

#[test]
fn the_minutes_of_a_meeting_have_their_signed_paper_and_exports_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(&folder.path().join("node"));
    let fields = json!({"kind": "steering", "at": "2026-06-04T09:30:00Z"});
    let input = json!({"collection": "meeting", "fields": fields});
    let id = call(&node, "record.add", input)["id"].clone();
    let none = call(&node, "meeting.papers", json!({"id": id}));
    assert_eq!(none["papers"], json!([]));
    let paper = file(&folder.path().join("files"), "minutes.pdf", SIGNED);
    let input = json!({"collection": "meeting", "id": id, "paths": [paper]});
    call(&node, "paper.add", input);
    let told = call(&node, "meeting.papers", json!({"id": id}))["papers"].clone();
    assert_eq!(
        (&told[0]["figures"], &told[0]["reader"]),
        (&Value::Null, &json!(true))
    );
    let shown = call(
        &node,
        "record.show",
        json!({"collection": "meeting", "id": id}),
    );
    assert!(shown.get("_sealed").is_none());
    let input = json!({"collection": "meeting", "format": "jsonl"});
    let exported = call(&node, "export", input)["content_base64"].clone();
    let exported = data_encoding::BASE64.decode(exported.as_str().unwrap().as_bytes());
    let exported = String::from_utf8(exported.unwrap()).unwrap();
    assert!(
        exported.contains("steering") && !exported.contains("paper"),
        "{exported}"
    );
}
