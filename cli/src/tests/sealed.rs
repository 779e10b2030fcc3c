//! Holders and attachments: what is asked of the node, and what people read.

use super::output::ID;
use super::*;

#[test]
fn a_holder_is_added_with_what_is_plain_what_is_sealed_and_for_whom() {
    let node = Canned::answering(
        "holder.add",
        json!({ "id": ID, "pseudonym": "PP-7K3F2Q",
                "readers": [{ "name": "ADIE" }, { "name": "CCI Thiers" }] }),
    );
    let line = [
        "holder",
        "add",
        "--name",
        "Jeanne",
        "--residence",
        "dept:63",
        "--share",
        "cci-thiers,adie",
    ];
    let ran = run(&node, Language::English, &line);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("PP-7K3F2Q") && ran.out.contains("ADIE, CCI Thiers"));
    assert_eq!(
        node.asked(),
        json!({ "fields": { "residence": "dept:63" }, "identity": { "name": "Jeanne" },
                "share": ["cci-thiers", "adie"] })
    );
}

#[test]
fn an_edit_without_any_text_asks_nothing() {
    let node = Canned::default();
    let ran = run(&node, Language::French, &["holder", "edit", "PP-7K3F2Q"]);
    assert_eq!(ran.code, 2);
    assert!(node.calls.borrow().is_empty());
}

#[test]
fn sealed_fields_are_flags_like_any_other_and_who_reads_them_is_said() {
    let added = json!({
        "id": ID, "readers": [{ "name": "ADIE" }, { "name": "CCI Thiers" }],
        "notices": [{ "code": "sealed_without", "args": { "names": "Parc" }, "message": "" }],
    });
    let node = Canned::answering("record.add", added);
    let line = [
        "activity",
        "add",
        "--project",
        "a1",
        "--kind",
        "call",
        "--text",
        "-ok",
        "--share",
        "adie",
    ];
    let ran = run(&node, Language::French, &line);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("ADIE, CCI Thiers"), "{}", ran.out);
    assert!(ran.err.contains("Parc") && ran.err.contains("capactif grant"));
    let asked = node.asked();
    assert_eq!(
        (&asked["fields"]["text"], &asked["share"]),
        (&json!("-ok"), &json!(["adie"]))
    );
    // What has nothing sealed takes no reader, and a list knows nothing of what is sealed.
    for line in [
        &["agent", "add", "--name", "Z", "--share", "adie"][..],
        &["opportunity", "list", "--seller-name", "Z"],
    ] {
        assert_eq!(run(&Canned::default(), Language::French, line).code, 2);
    }
}

#[test]
fn what_is_sealed_is_opened_closed_searched_and_its_readings_listed() {
    let readers = json!([{ "name": "ADIE" }]);
    let node = Canned::answering("sealed.grant", json!({ "id": ID, "readers": readers }));
    let ran = run(&node, Language::English, &["grant", "a1b2", "adie,cci"]);
    assert!(ran.out.contains("can be read by: ADIE"), "{}", ran.err);
    assert_eq!(
        node.asked(),
        json!({ "id": "a1b2", "structures": ["adie", "cci"] })
    );
    let node = Canned::answering("sealed.revoke", json!({ "id": ID, "readers": readers }));
    let ran = run(&node, Language::English, &["revoke", "a1b2", "cci"]);
    assert!(ran.out.contains("sealed anew, to: ADIE"), "{}", ran.err);
    let hit = json!({ "id": ID, "collection": "activity", "title": "call" });
    let found = json!({ "hits": [hit], "searched": 2, "closed": 1 });
    let node = Canned::answering("sealed.search", found);
    let ran = run(&node, Language::English, &["search", "--sealed", "bail"]);
    assert!(ran.out.contains("One record, among 2"), "{}", ran.out);
    assert_eq!(node.asked(), json!({ "text": "bail" }));
    let reading = json!({
        "at": "2026-11-02T08:00:00Z", "purpose": "edit", "id": ID, "collection": "opportunity",
        "title": "Fournil",
    });
    let node = Canned::answering("sealed.log", json!({ "readings": [reading] }));
    let ran = run(&node, Language::English, &["readings"]);
    assert!(ran.out.contains("Fournil") && ran.out.contains("correct it"));
}

#[test]
fn files_are_attached_by_their_whole_paths() {
    let node = Canned::answering(
        "attachment.add",
        json!({ "id": ID, "added": [{ "name": "bail.pdf" }] }),
    );
    let ran = run(
        &node,
        Language::French,
        &["opportunity", "attach", "a1b2", "bail.pdf"],
    );
    assert!(ran.out.contains("bail.pdf"), "{}", ran.err);
    let asked = node.asked();
    assert_eq!(
        (&asked["collection"], &asked["id"]),
        (&json!("opportunity"), &json!("a1b2"))
    );
    assert!(Path::new(asked["paths"][0].as_str().unwrap()).is_absolute());
}

#[test]
fn a_record_shows_its_attachments_by_name() {
    let hash = "ab".repeat(32);
    let attached = format!("{hash} 48213 image/jpeg Façade côté rue.jpg");
    let node = Canned::answering(
        "record.show",
        json!({ "id": ID, "title": "Atelier", "attachments": [attached] }),
    );
    let ran = run(&node, Language::French, &["opportunity", "show", "a1b2"]);
    assert!(
        ran.out.contains("Façade côté rue.jpg") && !ran.out.contains(&hash),
        "{}",
        ran.out
    );
}
