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
