//! Matches, duplicates and inconsistencies as people read them.

use super::output::ID;
use super::snapshot::check_both;
use super::*;

fn known(collection: &str, id: &str, title: &str, kind: &str) -> Value {
    json!({
        "id": id.repeat(32), "collection": collection, "title": title, "kind": kind,
        "owner": "33".repeat(32), "owner_name": "CCI du Puy-de-Dôme", "insee_code": "63003"
    })
}

fn reason(criterion: &str, weight: u32, value: f64) -> Value {
    json!({ "criterion": criterion, "weight": weight, "value": value })
}

fn with(mut value: Value, more: Value) -> Value {
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

fn bakery() -> Value {
    let place = with(reason("place", 20, 0.93), json!({ "distance_km": 12.1 }));
    let found = json!({ "found": ["education", "health"], "missing": ["childcare"] });
    with(
        known(
            "opportunity",
            "a1",
            "Boulangerie-pâtisserie",
            "business_takeover",
        ),
        json!({ "score": 87, "coverage": 90, "reasons": [
            reason("activity", 30, 0.8), place, reason("budget", 20, 1.0),
            reason("surface", 10, 0.5), with(reason("household", 10, 0.67), found)] }),
    )
}

fn other_bakery() -> Value {
    let place = with(reason("place", 20, 1.0), json!({ "distance_km": 0.0 }));
    with(
        known("opportunity", "b2", "Fournil", "business_takeover"),
        json!({ "score": 52, "coverage": 70, "reasons": [
            reason("activity", 30, 0.3), place, reason("budget", 20, 0.0),
            reason("availability", 10, 1.0),
            with(reason("household", 10, 1.0), json!({ "found": ["health"], "missing": [] }))] }),
    )
}

fn project() -> Value {
    known(
        "project",
        "c3",
        "PP-7K3F2Q, Reprise d’une boulangerie",
        "takeover",
    )
}

fn structure(name: &str, score: u32, answers: u32, themes: &[&str]) -> Value {
    json!({ "id": ID, "structure": "44".repeat(32), "name": name, "score": score, "reasons": [
        with(reason("theme", 40, 0.5), json!({ "themes": themes })),
        with(reason("zone", 20, 0.67), json!({ "level": "epci" })),
        with(reason("capacity", 15, 1.0), json!({ "capacity": "open" })),
        with(reason("response", 15, 0.9), json!({ "median_days": 1.9, "answers": answers })),
        reason("holder", 10, 1.0)] })
}

#[test]
fn a_project_is_told_who_can_help_and_what_there_is() {
    let answer = json!({
        "project": project(), "closed": false, "kinds": ["business_takeover"],
        "needs": ["loan", "training"], "themes": ["loan", "training"], "usual_themes": false,
        "structures": [structure("ADIE", 82, 12, &["loan"]),
                       structure("BGE", 61, 0, &["training"])],
        "left_out": { "mandate": 1, "territory": 2, "capacity": 1, "theme": 1, "acceptance": 3 },
        "opportunities": [bakery(), other_bakery()]
    });
    let node = Canned::answering("match.project", answer);
    check_both("match-project", &node, &["match", "project", "PP-7K3F2Q"]);
    let nothing = json!({
        "project": project(), "closed": true, "kinds": [], "needs": [], "structures": [],
        "themes": ["loan"], "usual_themes": true, "left_out": {}, "opportunities": []
    });
    let node = Canned::answering("match.project", nothing);
    check_both(
        "match-project-nothing",
        &node,
        &["match", "project", "PP-7K3F2Q"],
    );
}

#[test]
fn an_opportunity_is_told_who_looks_for_it() {
    let place = with(reason("place", 20, 1.0), json!({ "distance_km": 3.0 }));
    let found = with(
        project(),
        json!({ "score": 96, "coverage": 50, "reasons": [reason("activity", 30, 1.0), place] }),
    );
    let answer = json!({ "opportunity": bakery(), "on_offer": true, "projects": [found] });
    let node = Canned::answering("match.opportunity", answer);
    check_both(
        "match-opportunity",
        &node,
        &["match", "opportunity", "a1a1"],
    );
    let gone = json!({ "opportunity": bakery(), "on_offer": false, "projects": [] });
    let node = Canned::answering("match.opportunity", gone);
    check_both(
        "match-opportunity-gone",
        &node,
        &["match", "opportunity", "a1a1"],
    );
}

#[test]
fn what_is_new_is_told_and_then_taken_as_seen() {
    let one = json!({
        "project": project(), "opportunity": bakery(), "score": 87, "coverage": 90,
        "distance_km": 12.1, "leads": true, "owns": false
    });
    let answer = json!({ "new": [one], "more": 4, "looked": null, "left": 12 });
    let node = Canned::answering("match.new", answer.clone());
    check_both("match-new", &node, &["match", "new"]);
    let node = Canned::answering("match.new", answer);
    run(&node, Language::English, &["match", "new"]);
    let calls: Vec<(String, Value)> = node.calls.borrow().clone();
    let pair = json!([["c3".repeat(32), "a1".repeat(32)]]);
    assert_eq!(
        calls[1],
        (
            "match.told".to_owned(),
            json!({ "pairs": pair, "looked": null })
        )
    );
    // Kept: nothing is taken as seen.
    run(&node, Language::English, &["match", "new", "--keep"]);
    assert_eq!(node.calls.borrow().len(), 3);
    // Nothing new: what was looked at is not looked at again.
    let nothing = json!({ "new": [], "more": 0, "looked": "ab.7", "left": 0 });
    let node = Canned::answering("match.new", nothing.clone());
    check_both("match-new-nothing", &node, &["match", "new"]);
    let node = Canned::answering("match.new", nothing);
    run(&node, Language::English, &["match", "new"]);
    let calls: Vec<(String, Value)> = node.calls.borrow().clone();
    assert_eq!(calls[1].1, json!({ "pairs": [], "looked": "ab.7" }));
}

fn pair(decisions: Value) -> Value {
    json!({
        "collection": "opportunity", "score": 0.87, "title_similarity": 0.57,
        "same": ["number", "place"], "a": bakery(), "b": other_bakery(), "decisions": decisions
    })
}

#[test]
fn duplicates_are_shown_decided_and_taken_back() {
    let answer = json!({ "pairs": [pair(json!([]))], "total": 1, "closed": 2 });
    let node = Canned::answering("duplicates.list", answer);
    check_both("duplicates", &node, &["duplicates"]);
    assert_eq!(
        node.calls.borrow()[0].1,
        json!({ "collection": null, "decided": false })
    );
    let decisions = json!([
        { "structure": "33".repeat(32), "name": "CCI du Puy-de-Dôme", "decision": "confirmed" },
        { "structure": "66".repeat(32), "name": "ADIE", "decision": "rejected" }]);
    let mut decided = pair(decisions);
    decided["score"] = Value::Null;
    let answer = json!({ "pairs": [decided], "total": 9, "closed": 0 });
    let node = Canned::answering("duplicates.list", answer);
    check_both(
        "duplicates-decided",
        &node,
        &["duplicates", "--decided", "--limit", "1"],
    );
    let none = Canned::answering("duplicates.list", json!({ "pairs": [], "total": 0 }));
    check_both("duplicates-none", &none, &["duplicates"]);
    let answer = json!({ "a": bakery(), "b": other_bakery(), "changed": true });
    let node = Canned::answering("duplicates.decide", answer.clone());
    check_both(
        "duplicates-confirm",
        &node,
        &["duplicates", "confirm", "a1a1", "b2b2"],
    );
    let node = Canned::answering("duplicates.decide", answer.clone());
    check_both(
        "duplicates-reject",
        &node,
        &["duplicates", "reject", "a1a1", "b2b2"],
    );
    let asked = json!({ "a": "a1a1", "b": "b2b2", "decision": "rejected" });
    assert_eq!(node.calls.borrow()[0].1, asked);
    let node = Canned::answering("duplicates.undo", answer);
    check_both(
        "duplicates-undo",
        &node,
        &["duplicates", "undo", "a1a1", "b2b2"],
    );
    let refused = refused("nothing_decided_here", ExitKind::Usage)
        .with("count", 1)
        .with("names", "ADIE");
    let node = Canned::failing("duplicates.undo", refused);
    check_both(
        "duplicates-undo-refused",
        &node,
        &["duplicates", "undo", "a1a1", "b2b2"],
    );
}

/// One of each sort.
fn inconsistencies() -> Vec<Value> {
    let one = |code: &str, record: Value, field: &str, facts: Value, act: &[&str]| {
        json!({ "code": code, "record": record, "field": field, "facts": facts, "act": act,
                "mine": true })
    };
    let service = || known("local_service", "d4", "Pharmacie", "");
    let referral = || known("referral", "e5", "training", "");
    let resolve = ["opportunity", "resolve", "a1a1a1a1", "--price-max", "VALUE"];
    let two = json!({ "values": [9_000_000, 8_000_000], "names": "ADIE, CCI" });
    let other = |values: Value| json!({ "values": values, "other": other_bakery() });
    let set = ["opportunity", "set", "a1a1a1a1", "--status", "VALUE"];
    let show = ["referral", "show", "e5e5e5e5"];
    let withdraw = ["referral", "withdraw", "e5e5e5e5"];
    let to = json!({ "name": "ADIE", "theme": "training" });
    let codes = json!({ "code": "42114", "today": "42039", "name": "CCI" });
    let today = ["local-service", "set", "d4d4d4d4", "--insee-code", "42039"];
    let leads = json!({ "names": "ADIE, CCI" });
    let lead = [
        "project",
        "set",
        "c3c3c3c3",
        "--lead-structure",
        "STRUCTURE",
    ];
    let confirm = ["duplicates", "confirm", "a1a1a1a1", "b2b2b2b2"];
    vec![
        one("two_prices", bakery(), "price_max", two.clone(), &resolve),
        one(
            "two_states",
            bakery(),
            "status",
            json!({ "values": ["published", "filled"],
            "names": "ADIE, CCI" }),
            &resolve,
        ),
        one("two_leads", project(), "lead_structure", two.clone(), &lead),
        one(
            "two_values",
            bakery(),
            "surface_m2",
            json!({ "values": [80.5, 90.0],
            "names": "ADIE" }),
            &resolve,
        ),
        one(
            "one_opportunity_two_prices",
            bakery(),
            "price_max",
            other(json!([9_000_000, 8_000_000])),
            &set,
        ),
        one(
            "one_opportunity_two_states",
            bakery(),
            "status",
            other(json!(["published", "filled"])),
            &set,
        ),
        one(
            "one_opportunity_two_places",
            bakery(),
            "insee_code",
            other(json!(["63003", "63430"])),
            &set,
        ),
        one(
            "one_project_two_leads",
            project(),
            "lead_structure",
            other(json!([])),
            &lead,
        ),
        one(
            "duplicate_disputed",
            bakery(),
            "",
            other(json!([])),
            &confirm,
        ),
        one(
            "holder_with_two_leads",
            project(),
            "lead_structure",
            leads.clone(),
            &lead,
        ),
        one(
            "closed_commune",
            service(),
            "insee_code",
            codes.clone(),
            &today,
        ),
        one(
            "outside_territory",
            service(),
            "insee_code",
            codes.clone(),
            &today,
        ),
        one("outside_area_of_owner", bakery(), "insee_code", codes, &set),
        one(
            "referral_outside_mandate",
            referral(),
            "to_structure",
            to.clone(),
            &withdraw,
        ),
        one(
            "referral_outside_themes",
            referral(),
            "to_structure",
            to.clone(),
            &withdraw,
        ),
        one(
            "referral_outside_area",
            referral(),
            "to_structure",
            to,
            &withdraw,
        ),
        one(
            "referral_with_another_lead",
            referral(),
            "lead_structure",
            leads,
            &show,
        ),
    ]
}

#[test]
fn inconsistencies_are_told_with_the_command_that_mends_them() {
    let all = inconsistencies();
    let total = all.len() + 1;
    let answer = json!({ "inconsistencies": all, "total": total, "counts": {} });
    let node = Canned::answering("inconsistencies.list", answer);
    check_both("inconsistencies", &node, &["inconsistencies"]);
    let none = json!({ "inconsistencies": [], "total": 0, "counts": {} });
    let node = Canned::answering("inconsistencies.list", none);
    check_both("inconsistencies-none", &node, &["inconsistencies"]);
}

#[test]
fn all_that_waits_for_a_person_stands_in_one_list() {
    let first = inconsistencies().remove(0);
    let answer = json!({
        "inconsistencies": [first], "duplicates": [pair(json!([]))], "total": 2
    });
    let node = Canned::answering("review.list", answer);
    check_both("review", &node, &["review"]);
    let none = json!({ "inconsistencies": [], "duplicates": [], "total": 0 });
    check_both(
        "review-none",
        &Canned::answering("review.list", none),
        &["review"],
    );
}
