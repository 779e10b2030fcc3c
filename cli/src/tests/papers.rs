//! Signed papers: what is asked of the node, and what people read of them wherever they show.

use std::fs;

use super::snapshot::check_both;
use super::*;

fn papers() -> Value {
    let readers = |names: &[&str]| -> Value {
        let named = names.iter().map(|name| json!({ "name": name }));
        named.collect()
    };
    json!([
        { "number": "5c0ffee1", "by": "Parc", "at": "2026-07-01", "bytes": 2_100_000,
          "figures": "abababababababab", "current": false, "reader": true, "held": true,
          "readers": readers(&["Parc"]) },
        { "number": "0ddba115", "by": "Parc", "at": "2026-07-09", "bytes": 480_000,
          "figures": "cdcdcdcdcdcdcdcd", "current": true, "reader": false, "held": false,
          "readers": readers(&["ADIE", "CCI", "Parc"]) }
    ])
}

#[test]
fn papers_are_attached_listed_taken_off_and_saved() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pv.pdf");
    let file = file.to_str().unwrap();
    let added = json!({ "id": output::ID, "added": [{ "name": "pv.pdf" }],
                        "figures": "cd".repeat(32),
                        "readers": [{ "name": "CCI" }, { "name": "Parc" }] });
    let node = Canned::answering("paper.add", added);
    let attach = [
        "evaluation",
        "attach",
        "2026-H1",
        file,
        "--share",
        "cci,adie",
    ];
    check_both("evaluation-attach", &node, &attach);
    let asked = json!({ "collection": "evaluation", "id": "2026-H1", "paths": [file],
                        "share": ["cci", "adie"] });
    assert_eq!(node.calls.borrow()[0].1, asked);
    let listed = json!({ "id": output::ID, "papers": papers() });
    let node = Canned::answering("paper.list", listed);
    let list = ["meeting", "attachments", "a1b2"];
    check_both("evaluation-attachments", &node, &list);
    let none = Canned::answering("paper.list", json!({ "id": output::ID, "papers": [] }));
    let ran = run(&none, Language::French, &list);
    assert_eq!(ran.out, "Aucun papier signé.\n");
    let removed = json!({ "id": output::ID, "removed": [{ "name": "5c0ffee1" }] });
    let node = Canned::answering("paper.remove", removed);
    let detach = ["evaluation", "detach", "2026-H1", "5c0f"];
    check_both("evaluation-detach", &node, &detach);
    assert_eq!(node.calls.borrow()[0].1["names"], json!(["5c0f"]));
    let node = Canned::answering("paper.save", json!({ "saved": ["/tmp/pv.pdf"] }));
    let ran = run(&node, Language::English, &["evaluation", "save", "2026-H1"]);
    assert_eq!(ran.out, "/tmp/pv.pdf\n");
    check_both(
        "help-evaluation-attach",
        &Canned::default(),
        &["evaluation", "attach", "--help"],
    );
}

#[test]
fn an_evaluation_shows_its_hash_whole_and_its_papers() {
    let file = format!(
        "{} 20000 text/plain indicateurs-2026-H1.json",
        "cd".repeat(32)
    );
    let shown = json!({
        "id": output::ID, "collection": "evaluation", "period": "2026-H1", "snapshot": [file],
        "_meta": { "created_on": "2026-07-02", "changed_on": "2026-07-02", "owner_name": "Parc" },
        "_ratification": { "status": "ratified", "by": ["Jean", "Marie"], "needed": 2, "number": 3 },
        "_papers": papers(),
    });
    let node = Canned::answering("record.show", shown);
    check_both("evaluation-show", &node, &["evaluation", "show", "a1b2"]);
}

#[test]
fn pages_to_sign_have_the_hash_whole_and_say_what_paper_is_worth() {
    let hash = "cd".repeat(32);
    let folder = tempfile::tempdir().unwrap();
    for (language, worth) in [
        (Language::French, "le quorum ne compte que les clés"),
        (Language::English, "the quorum counts keys alone"),
    ] {
        let page = |name: &str, operation: &str, answer: Value, line: &[&str]| {
            let path = folder
                .path()
                .join(format!("{name}-{}.html", language.code()));
            let path = path.to_str().unwrap();
            let node = Canned::answering(operation, answer);
            let ran = run(&node, language, &[line, &["--html", path]].concat());
            assert_eq!(ran.code, 0, "{}", ran.err);
            fs::read_to_string(path).unwrap()
        };
        let mut report = life::report();
        report["evaluation"]["papers"] = papers();
        let printed = page("report", "report", report, &["report", "2026-H1"]);
        assert!(
            printed.contains(&hash) && printed.contains(worth),
            "{printed}"
        );
        let committee = page(
            "committee",
            "committee.prepare",
            life::committee(),
            &["committee", "prepare"],
        );
        let signatures = committee.split("class=\"signatures\"").nth(1).unwrap();
        assert!(signatures.contains(&hash) && signatures.contains(worth));
        let minutes = json!({
            "meeting": { "id": output::ID, "kind": "steering", "at": "2026-07-09T08:00:00Z" },
            "invited": [], "present": [], "decisions": [], "improvements": [],
            "papers": papers(),
        });
        let printed = page(
            "minutes",
            "meeting.papers",
            minutes,
            &["meeting", "minutes", "a1"],
        );
        assert!(printed.contains("0ddba115") && printed.contains("ADIE, CCI, Parc"));
    }
}
