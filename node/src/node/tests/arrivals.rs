//! What newly arrived for a structure: told once, and only how much of what.

use jiff::Span;

use super::super::clock;
use super::*;

fn look(node: &Node) -> Value {
    call(node, "arrivals.new", json!({}))
}

/// What is new, told at once.
fn told(node: &Node) -> Vec<String> {
    let found = look(node);
    let told = json!({"keys": found["keys"], "mark": found["mark"]});
    call(node, "arrivals.told", told);
    counts(&found)
}

fn counts(found: &Value) -> Vec<String> {
    let counts = found["counts"].as_array().unwrap();
    let shown = |it: &Value| format!("{} {}", it["code"].as_str().unwrap(), it["count"]);
    counts.iter().map(shown).collect()
}

fn day(ahead: i64) -> String {
    let today = clock::today();
    today
        .checked_add(Span::new().days(ahead))
        .unwrap()
        .to_string()
}

/// A project of a household, with no word of it left out that a notification must not have.
fn project(node: &Node) -> String {
    let holder = json!({
        "fields": {"residence": "dept:63", "info_notice_on": "2026-01-05"},
        "identity": {"name": "Jeanne Dupré"},
    });
    let holder = call(node, "holder.add", holder)["id"].clone();
    let fields = json!({
        "pseudonym": "PP-DEMO", "type": "creation", "holder": holder, "target_zones": ["insee:63003"],
    });
    record(node, "project", fields)
}

#[test]
fn a_referral_and_its_answer_are_told_once_and_never_to_who_wrote_them() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("adie");
    let cci = found(&folder.path().join("cci"));
    serve(&cci);
    let (adie, _) = join(&cci, &home, "ADIE", "lender");
    let before = project(&cci);
    let send = |project: &str| {
        let input = json!({"project": project, "to": "ADIE", "theme": "microcredit"});
        call(&cci, "referral.send", input)["id"].clone()
    };
    sync(&adie);
    eventually("the lender is known", || {
        call(&cci, "record.list", json!({"collection": "structure"}))["total"] == 2
    });
    // What stood before anybody looked is no news.
    send(&before);
    sync(&adie);
    assert_eq!(counts(&look(&adie)), [""; 0]);
    assert_eq!(counts(&look(&cci)), [""; 0]);

    let sent = [send(&project(&cci)), send(&project(&cci))];
    assert_eq!(told(&cci), [""; 0], "it sent them itself");
    sync(&adie);
    let found = look(&adie);
    assert_eq!(counts(&found), ["answers 2"]);
    let text = found.to_string();
    for word in ["PP-", "Jeanne", "Dupré", "Parc", "microcredit"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert_eq!(look(&adie), found, "new until somebody is told");
    assert_eq!(told(&adie), ["answers 2"]);
    assert_eq!(told(&adie), [""; 0]);
    // Nothing happened since: nothing is even looked at.
    let mark = look(&adie)["mark"].clone();
    let again = call(&adie, "arrivals.new", json!({"mark": mark}));
    assert_eq!((&again["keys"], &again["mark"]), (&json!([]), &mark));

    adie.stop();
    drop(adie);
    let adie = open(&home);
    assert_eq!(told(&adie), [""; 0], "nor after a restart");

    for (id, name) in sent.iter().zip(["accept", "ask"]) {
        call(&adie, "referral.move", json!({"id": id, "move": name}));
    }
    assert_eq!(told(&adie), [""; 0], "it answered itself");
    sync(&adie);
    eventually("both answers arrive", || {
        counts(&look(&cci)) == ["information 1", "answered 1"]
    });
    assert_eq!(told(&cci), ["information 1", "answered 1"]);
    let asked = json!({"id": sent[1], "move": "answer"});
    call(&cci, "referral.move", asked);
    assert_eq!(told(&cci), [""; 0]);
    sync(&adie);
    assert_eq!(told(&adie), ["answers 1"], "it waits for an answer again");
}

#[test]
fn a_match_and_what_is_due_are_told_where_others_or_the_day_made_them() {
    let folder = tempfile::tempdir().unwrap();
    let cci = found(&folder.path().join("cci"));
    serve(&cci);
    let (adie, _) = join(&cci, &folder.path().join("adie"), "ADIE", "lender");
    let edit = json!({"collection": "decision", "right": "edit_any", "holder": "everyone"});
    let sell = json!({"collection": "opportunity", "right": "create", "holder": "everyone"});
    let proposed = call(&cci, "charter.propose", json!({"mandates": [edit, sell]}));
    sync(&adie);
    if proposed["effective"] != true {
        let version = json!({"version": proposed["version"]});
        call(&adie, "charter.approve", version);
        sync(&adie);
    }
    let project = project(&cci);
    look(&cci);
    let shop = |node: &Node| {
        let fields = json!({
            "kind": "premises", "status": "published", "title": "Local", "insee_code": "63003",
            "last_verified_on": day(0),
        });
        record(node, "opportunity", fields)
    };
    record(
        &cci,
        "need",
        json!({"project": project, "theme": "premises"}),
    );
    shop(&cci);
    assert_eq!(
        call(&cci, "match.new", json!({}))["new"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        told(&cci),
        [""; 0],
        "both sides of the match are its own writing"
    );
    let other = shop(&adie);
    sync(&adie);
    eventually("a match that another made", || {
        counts(&look(&cci)) == ["matches 1"]
    });
    assert_eq!(told(&cci), ["matches 1"]);
    set(&adie, &other, json!({"title": "Local rénové"}));
    sync(&adie);
    eventually("it is written again", || {
        show(&cci, &other)["title"] == "Local rénové"
    });
    assert_eq!(told(&cci), [""; 0], "the same match");

    let own = |text: &str, due: i64| {
        let fields = json!({"text": text, "due_on": day(due)});
        record(&cci, "decision", fields)
    };
    own("Relancer", 0);
    let later = own("Plus tard", 30);
    assert_eq!(told(&cci), [""; 0], "due the day that it was written here");
    sync(&adie);
    let sooner = json!({"collection": "decision", "id": later, "fields": {"due_on": day(0)}});
    eventually("the decision is there", || {
        try_call(&adie, "record.set", sooner.clone()).is_ok()
    });
    sync(&adie);
    eventually("due since another said so", || {
        counts(&look(&cci)) == ["decisions 1"]
    });
}
