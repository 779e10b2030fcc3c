//! What a meeting looks at and what is written of it.

use serde_json::{Value, json};

use super::{call, found, try_call};
use crate::node::Node;

fn add(node: &Node, collection: &str, fields: Value) -> String {
    let input = json!({ "collection": collection, "fields": fields });
    call(node, "record.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The records that a section of an agenda names.
fn named<'a>(agenda: &'a Value, section: &str) -> Vec<&'a str> {
    let sections = agenda["sections"].as_array().unwrap();
    let section = sections.iter().find(|it| it["name"] == section).unwrap();
    let rows = section["rows"].as_array().unwrap();
    assert_eq!(section["total"], json!(rows.len()));
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

#[test]
fn an_agenda_names_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let meeting = json!({"kind": "monthly", "at": "2099-12-03 14:00", "place": "Ambert"});
    let meeting = add(&node, "meeting", meeting);
    let later = json!({"kind": "monthly", "at": "2100-01-07 14:00"});
    add(&node, "meeting", later);
    let open = add(
        &node,
        "decision",
        json!({"text": "Relancer", "meeting": meeting}),
    );
    add(&node, "decision", json!({"text": "Faite", "state": "done"}));
    let raised = add(
        &node,
        "improvement",
        json!({"text": "Moins de renvois", "raised_in": meeting}),
    );
    let project = add(
        &node,
        "project",
        json!({"pseudonym": "PP-1", "type": "creation"}),
    );
    let job = |day: &str| {
        let fields = json!({
            "kind": "job", "title": "Secrétaire", "insee_code": "63003",
            "status": "published", "last_verified_on": day,
        });
        add(&node, "opportunity", fields)
    };
    let stale = job("2020-01-01");
    let agenda = call(&node, "meeting.agenda", json!({}));
    assert_eq!(agenda["meeting"]["id"], json!(meeting), "the next one");
    assert_eq!(named(&agenda, "decisions"), [open.as_str()]);
    assert_eq!(named(&agenda, "improvements"), [raised.as_str()]);
    assert_eq!(named(&agenda, "expired"), [stale.as_str()]);
    // Without an earlier meeting, the month before this one: today's project is long before it.
    assert!(named(&agenda, "new_projects").is_empty());
    add(
        &node,
        "meeting",
        json!({"kind": "informal", "at": "2020-05-01 10:00"}),
    );
    let agenda = call(&node, "meeting.agenda", json!({"id": meeting}));
    assert_eq!(agenda["since_meeting"]["kind"], json!("informal"));
    assert_eq!(named(&agenda, "new_projects"), [project.as_str()]);
}

#[test]
fn the_papers_of_a_meeting_say_who_came_and_what_was_decided() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let anne = add(&node, "agent", json!({"name": "Anne Roux"}));
    let luc = add(&node, "agent", json!({"name": "Luc Faure"}));
    let meeting = json!({
        "kind": "monthly", "at": "2026-10-03 14:00", "invited": [anne, luc], "attendance": [luc],
    });
    let meeting = add(&node, "meeting", meeting);
    add(&node, "decision", json!({"text": "Ailleurs"}));
    add(
        &node,
        "decision",
        json!({"text": "Relancer", "meeting": meeting}),
    );
    let papers = call(&node, "meeting.papers", json!({"id": meeting}));
    let names = |field: &str| -> Vec<&str> {
        let people = papers[field].as_array().unwrap();
        people
            .iter()
            .map(|it| it["name"].as_str().unwrap())
            .collect()
    };
    assert_eq!(names("invited"), ["Anne Roux", "Luc Faure"]);
    assert_eq!(names("present"), ["Luc Faure"]);
    assert_eq!(papers["present"][0]["structure_name"], json!("Parc"));
    let decisions = papers["decisions"].as_array().unwrap();
    assert_eq!(decisions.len(), 1);
    assert_eq!(decisions[0]["text"], json!("Relancer"));
}

#[test]
fn changes_are_counted_and_named_since_a_day_or_a_meeting() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let refused = |input: Value| try_call(&node, "changes", input).unwrap_err().code;
    assert_eq!(refused(json!({})), "no_meeting_yet");
    assert_eq!(refused(json!({"since": "hier"})), "bad_since");
    let gone = add(&node, "news", json!({"title": "Salon", "text": "Samedi"}));
    let news = add(
        &node,
        "news",
        json!({"title": "Marché", "text": "Dimanche"}),
    );
    call(
        &node,
        "record.remove",
        json!({"collection": "news", "id": gone}),
    );
    add(
        &node,
        "meeting",
        json!({"kind": "monthly", "at": "2020-10-03 14:00"}),
    );
    let changes = call(&node, "changes", json!({"collection": "news"}));
    assert_eq!(changes["meeting"]["kind"], json!("monthly"));
    let counts = json!([{"collection": "news", "created": 1, "changed": 0, "removed": 1}]);
    assert_eq!(changes["collections"], counts);
    let named: Vec<(&str, &str)> = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["id"].as_str().unwrap(), it["what"].as_str().unwrap()))
        .collect();
    assert_eq!(named.len(), 2);
    assert!(named.contains(&(news.as_str(), "created")));
    assert!(named.contains(&(gone.as_str(), "removed")));
    let none = call(&node, "changes", json!({"since": "2099-01-01"}));
    assert_eq!(none["changes"], json!([]));
}
