//! Matches, duplicates and inconsistencies, over nodes that talk over loopback.

use crate::registry::collection;

use super::*;

/// ADIE joins; the hub can show what it says of itself.
fn adie(hub: &Node, folder: &Path) -> Node {
    let (adie, _) = join(hub, &folder.join("adie"), "ADIE", "lender");
    sync(&adie);
    eventually("ADIE is known", || {
        let input = json!({"collection": "structure", "id": "ADIE"});
        try_call(hub, "record.show", input).is_ok()
    });
    adie
}

/// A bakery to take over in Ambert.
fn bakery(node: &Node, title: &str, more: Value) -> String {
    let mut fields = json!({
        "kind": "business_takeover", "status": "published", "title": title,
        "insee_code": "63003", "naf_code": "10.71C", "sector": "craft",
        "price_max_cents": 9_000_000,
    });
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    record(node, "opportunity", fields)
}

/// Somebody who wants to take over a bakery around Ambert.
fn baker(node: &Node, more: Value) -> String {
    let mut fields = json!({
        "pseudonym": "PP-BAKER2", "type": "takeover", "stage": "funding",
        "naf_code": "10.71C", "target_zones": ["insee:63003"], "budget_max_cents": 10_000_000,
    });
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    record(node, "project", fields)
}

fn ids(found: &Value) -> Vec<String> {
    let found = found.as_array().unwrap().iter();
    found
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

fn value_of(found: &Value, criterion: &str) -> Value {
    let reasons = found["reasons"].as_array().unwrap();
    let reason = reasons.iter().find(|it| it["criterion"] == criterion);
    reason.map_or(Value::Null, |it| it["value"].clone())
}

#[test]
fn a_project_and_an_opportunity_find_each_other_with_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let here = bakery(&node, "Boulangerie", json!({}));
    let dear = bakery(
        &node,
        "Boulangerie chère",
        json!({"price_max_cents": 12_000_000}),
    );
    // None of these comes into question.
    bakery(&node, "Brouillon", json!({"status": "draft"}));
    bakery(&node, "Local", json!({"kind": "premises"}));
    let stale = json!({"last_verified_on": "2020-01-01"});
    bakery(&node, "Ancienne", stale);
    let project = baker(&node, json!({}));
    let answer = call(&node, "match.project", json!({"id": project}));
    assert_eq!(answer["kinds"], json!(["business_takeover"]));
    assert_eq!(
        ids(&answer["opportunities"]),
        [here.as_str(), dear.as_str()]
    );
    let (first, second) = (&answer["opportunities"][0], &answer["opportunities"][1]);
    assert_eq!(
        (&first["score"], &first["coverage"]),
        (&json!(100), &json!(70))
    );
    assert_eq!(value_of(first, "activity"), json!(1.0));
    assert_eq!(value_of(first, "place"), json!(1.0));
    assert_eq!(value_of(first, "household"), Value::Null);
    // 30 + 20 + a third of 20, of 70.
    assert_eq!(second["score"], json!(81));
    let back = call(&node, "match.opportunity", json!({"id": here}));
    assert_eq!(ids(&back["projects"]), [project.as_str()]);
    assert_eq!(back["projects"][0]["score"], json!(100));
    assert_eq!(back["projects"][0]["reasons"], first["reasons"]);
    // Who runs a bakery looks for none.
    change(&node, "project", &project, json!({"stage": "running"}));
    let over = call(&node, "match.project", json!({"id": project}));
    assert_eq!(over["closed"], json!(true));
    assert_eq!(over["opportunities"], json!([]));
    let back = call(&node, "match.opportunity", json!({"id": here}));
    assert_eq!(back["projects"], json!([]));
}

#[test]
fn needs_lead_to_kinds_and_services_near_count() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let project = baker(&node, json!({"arrival_on": "2027-09-01"}));
    for theme in ["housing", "education"] {
        record(&node, "need", json!({"project": project, "theme": theme}));
    }
    let house = json!({
        "kind": "housing", "status": "published", "title": "Maison", "insee_code": "63003",
    });
    let house = record(&node, "opportunity", house);
    let found = |node: &Node| call(node, "match.project", json!({"id": project}));
    let answer = found(&node);
    assert_eq!(answer["kinds"], json!(["business_takeover", "housing"]));
    assert_eq!(answer["themes"], json!(["education", "housing"]));
    assert_eq!(ids(&answer["opportunities"]), [house.as_str()]);
    // No school yet: 20 of 30.
    assert_eq!(answer["opportunities"][0]["score"], json!(67));
    let school = json!({"theme": "education", "name": "École", "insee_code": "63003"});
    record(&node, "local_service", school);
    let answer = found(&node);
    assert_eq!(answer["opportunities"][0]["score"], json!(100));
    assert_eq!(
        value_of(&answer["opportunities"][0], "household"),
        json!(1.0)
    );
    let back = call(&node, "match.opportunity", json!({"id": house}));
    assert_eq!(ids(&back["projects"]), [project.as_str()]);
    // What was found is no longer looked for.
    let need = call(
        &node,
        "record.list",
        json!({
            "collection": "need", "where": ["theme=housing"],
        }),
    );
    let need = need["rows"][0]["id"].as_str().unwrap().to_owned();
    change(&node, "need", &need, json!({"answer": "found"}));
    assert_eq!(found(&node)["opportunities"], json!([]));
}

#[test]
fn structures_are_ranked_behind_the_gates() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    serve(&hub);
    let adie = adie(&hub, folder.path());
    let project = baker(&hub, json!({}));
    record(&hub, "need", json!({"project": project, "theme": "loan"}));
    record(
        &hub,
        "need",
        json!({"project": project, "theme": "training"}),
    );
    let found = || call(&hub, "match.project", json!({"id": project}));
    // It says nothing of itself yet.
    assert_eq!(found()["structures"], json!([]));
    assert_eq!(found()["left_out"], json!({"theme": 1}));
    let described = json!({
        "competences": ["loan"], "service_area": ["epci:200070761"], "capacity": "open",
    });
    change(&hub, "structure", "ADIE", described);
    let answer = found();
    assert_eq!(answer["structures"][0]["name"], "ADIE");
    // Half of 40, two thirds of 20, 15, half of 15, of 100: nobody but the lead knows the holder.
    assert_eq!(answer["structures"][0]["score"], json!(56));
    // The lead itself is not proposed.
    assert_eq!(answer["structures"].as_array().unwrap().len(), 1);
    let sent = json!({"project": project, "to": "ADIE", "theme": "loan"});
    let sent = call(&hub, "referral.send", sent);
    sync(&adie);
    let accept = json!({"id": sent["id"], "move": "accept"});
    call(&adie, "referral.move", accept);
    sync(&adie);
    // It answered at once and knows the holder now: 20 + 13.3 + 15 + 15 + 10.
    eventually("the answer counts", || {
        found()["structures"][0]["score"] == json!(73)
    });
    for (change_to, gate) in [
        (json!({"service_area": ["dept:69"]}), "territory"),
        (
            json!({"service_area": ["dept:63"], "excludes_naf": ["10"]}),
            "acceptance",
        ),
        (
            json!({"excludes_naf": null, "capacity": "closed"}),
            "capacity",
        ),
    ] {
        change(&hub, "structure", "ADIE", change_to);
        assert_eq!(found()["structures"], json!([]));
        assert_eq!(found()["left_out"], json!({ gate: 1 }));
    }
}

#[test]
fn a_new_match_is_told_once_at_each_node_concerned() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("hub");
    let hub = found(&home);
    bakery(&hub, "Boulangerie", json!({}));
    baker(&hub, json!({}));
    // Nobody looks for it yet.
    let shop = json!({
        "kind": "premises", "status": "published", "title": "Local", "insee_code": "63003",
    });
    record(&hub, "opportunity", shop);
    serve(&hub);
    let adie = adie(&hub, folder.path());
    // It leads no project and owns no opportunity.
    assert_eq!(call(&adie, "match.new", json!({}))["new"], json!([]));
    let new = call(&hub, "match.new", json!({}));
    assert_eq!(new["new"].as_array().unwrap().len(), 1);
    let one = &new["new"][0];
    assert_eq!((&one["leads"], &one["owns"]), (&json!(true), &json!(true)));
    // Until somebody saw it, it stays new.
    assert_eq!(call(&hub, "match.new", json!({})), new);
    let pair = json!([one["project"]["id"], one["opportunity"]["id"]]);
    let looked = new["looked"].clone();
    call(
        &hub,
        "match.told",
        json!({"pairs": [pair], "looked": looked}),
    );
    assert_eq!(call(&hub, "match.new", json!({}))["new"], json!([]));
    hub.stop();
    drop((hub, adie));
    let hub = open(&home);
    assert_eq!(call(&hub, "match.new", json!({}))["new"], json!([]));
    baker(&hub, json!({"pseudonym": "PP-OTHER2"}));
    assert_eq!(
        call(&hub, "match.new", json!({}))["new"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // What was looked at is looked at again once it was written again, a need of it included.
    let looked = json!({"pairs": [], "looked": call(&hub, "match.new", json!({}))["looked"]});
    call(&hub, "match.told", looked);
    let count = |node: &Node| {
        let answer = call(node, "match.new", json!({}));
        answer["new"].as_array().unwrap().len()
    };
    assert_eq!(count(&hub), 0);
    let project = call(&hub, "record.list", json!({"collection": "project"}));
    let project = project["rows"][0]["id"].as_str().unwrap().to_owned();
    record(
        &hub,
        "need",
        json!({"project": project, "theme": "premises"}),
    );
    assert!(count(&hub) > 0);
}

fn pairs(node: &Node) -> Vec<Value> {
    let answer = call(node, "duplicates.list", json!({}));
    answer["pairs"].as_array().unwrap().clone()
}

fn codes(node: &Node) -> Vec<String> {
    let answer = call(node, "inconsistencies.list", json!({}));
    let found = answer["inconsistencies"].as_array().unwrap().iter();
    found
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_pair_is_decided_by_a_person_taken_back_and_disputed() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    let siret = json!({"siret": "73282932000074"});
    let one = bakery(&hub, "Boulangerie d’Ambert", siret.clone());
    let mut other = siret;
    other["price_max_cents"] = json!(12_000_000);
    let other = bakery(&hub, "Fonds de commerce", other);
    bakery(&hub, "Garage", json!({"insee_code": "63430"}));
    serve(&hub);
    let adie = adie(&hub, folder.path());
    let found = pairs(&hub);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["same"], json!(["number", "place"]));
    let score = found[0]["score"].as_f64().unwrap();
    assert!((0.7..0.8).contains(&score), "{score}");
    // Each line of the day names the pair, at whose records it is.
    let waiting = |node: &Node| {
        let answer = call(node, "todo", json!({}));
        let groups = answer["groups"].as_array().unwrap().clone();
        groups.into_iter().find(|it| it["code"] == "duplicates")
    };
    let told = waiting(&hub).unwrap();
    assert_eq!(told["total"], json!(1));
    assert_eq!(told["items"][0]["command"][1], "confirm");
    assert_eq!(pairs(&adie).len(), 1);
    assert_eq!(waiting(&adie), None);
    let decide = |node: &Node, decision: &str| {
        let input = json!({"a": one, "b": other, "decision": decision});
        call(node, "duplicates.decide", input)
    };
    assert_eq!(codes(&hub), Vec::<String>::new());
    assert_eq!(decide(&hub, "confirmed")["changed"], json!(true));
    assert_eq!(decide(&hub, "confirmed")["changed"], json!(false));
    assert_eq!(waiting(&hub), None);
    assert_eq!(pairs(&hub), Vec::<Value>::new());
    // One opportunity has one price.
    assert_eq!(codes(&hub), ["one_opportunity_two_prices"]);
    let decided = call(&hub, "duplicates.list", json!({"decided": true}));
    assert_eq!(decided["pairs"][0]["decisions"][0]["decision"], "confirmed");
    sync(&adie);
    assert_eq!(pairs(&adie), Vec::<Value>::new());
    // Another structure sees it otherwise: it is shown again, to everybody.
    decide(&adie, "rejected");
    sync(&adie);
    eventually("both see the dispute", || pairs(&hub).len() == 1);
    assert_eq!(codes(&hub), ["duplicate_disputed"]);
    let undo = json!({"a": other, "b": one});
    call(&adie, "duplicates.undo", undo.clone());
    let nothing = try_call(&adie, "duplicates.undo", undo.clone()).unwrap_err();
    assert_eq!(nothing.code, "nothing_decided_here");
    sync(&adie);
    eventually("the dispute is over", || pairs(&hub).is_empty());
    call(&hub, "duplicates.undo", undo);
    assert_eq!(pairs(&hub).len(), 1);
    // And decided again.
    assert_eq!(decide(&hub, "rejected")["changed"], json!(true));
    assert_eq!(pairs(&hub), Vec::<Value>::new());
    assert_eq!(codes(&hub), Vec::<String>::new());
}

#[test]
fn what_cannot_be_decided_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let one = bakery(&node, "Boulangerie", json!({}));
    let project = baker(&node, json!({}));
    let refused = |a: &str, b: &str, decision: &str| {
        let input = json!({"a": a, "b": b, "decision": decision});
        try_call(&node, "duplicates.decide", input)
            .unwrap_err()
            .code
    };
    assert_eq!(refused(&one, &one, "confirmed"), "duplicate_of_itself");
    assert_eq!(
        refused(&one, &project, "confirmed"),
        "duplicates_of_two_collections"
    );
    assert_eq!(
        refused(&one, &project, "maybe"),
        "duplicate_decision_unknown"
    );
    let input = json!({"collection": "referral"});
    let refused = try_call(&node, "duplicates.list", input).unwrap_err();
    assert_eq!(refused.code, "duplicates_not_looked_for");
}

#[test]
fn persons_are_compared_where_they_may_be_read_and_shown_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    let holder = |name: &str, phone: &str| {
        let input = json!({"fields": {}, "identity": {"name": name, "phone": phone}});
        call(&hub, "holder.add", input)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let one = holder("Jeanne Dupré", "06 12 34 56 78");
    let other = holder("J. Dupre", "+33 6 12 34 56 78");
    holder("Paul Martin", "06 98 76 54 32");
    let found = pairs(&hub);
    assert_eq!(found.len(), 1);
    let shown = [&found[0]["a"]["id"], &found[0]["b"]["id"]];
    assert!(shown.contains(&&json!(one)) && shown.contains(&&json!(other)));
    let text = found[0].to_string();
    for secret in ["Jeanne", "Dupr", "12345678"] {
        assert!(!text.contains(secret), "{text}");
    }
    let log = call(&hub, "holder.log", json!({}));
    let purposes: Vec<&Value> = log["readings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["purpose"])
        .collect();
    assert_eq!(purposes, ["compare", "compare"]);
    // Who may not read them compares nothing, and is told so.
    serve(&hub);
    let adie = adie(&hub, folder.path());
    let answer = call(&adie, "duplicates.list", json!({}));
    assert_eq!(answer["pairs"], json!([]));
    assert_eq!(answer["closed"], json!(3));
}

#[test]
fn what_does_not_hold_together_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    let member = hub.member().unwrap();
    // An older node, or another program, wrote a code that was closed.
    let declared = collection("local_service").unwrap();
    let text = |text: &str| crate::registry::Value::Text(text.to_owned());
    let fields = [
        ("theme", text("health")),
        ("name", text("Pharmacie")),
        ("insee_code", text("42114")),
    ];
    let write = |fields: [(&str, crate::registry::Value); 3]| {
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        let (salt, _) = member.new_record(declared).unwrap();
        member.create(declared, salt, fields, None).unwrap();
    };
    write(fields);
    let elsewhere = [
        ("theme", text("health")),
        ("name", text("Hôpital")),
        ("insee_code", text("69123")),
    ];
    write(elsewhere);
    let project = baker(&hub, json!({}));
    serve(&hub);
    let _adie = adie(&hub, folder.path());
    call(
        &hub,
        "referral.send",
        json!({"project": project, "to": "ADIE", "theme": "training"}),
    );
    let described = json!({"competences": ["loan"], "service_area": ["dept:69"]});
    change(&hub, "structure", "ADIE", described);
    let mut found = codes(&hub);
    found.sort();
    let expected = [
        "closed_commune",
        "outside_territory",
        "referral_outside_area",
        "referral_outside_themes",
    ];
    assert_eq!(found, expected);
    let answer = call(&hub, "inconsistencies.list", json!({}));
    let all = answer["inconsistencies"].as_array().unwrap();
    let closed = all
        .iter()
        .find(|it| it["code"] == "closed_commune")
        .unwrap();
    assert_eq!(closed["facts"]["today"], "42039");
    let act = closed["act"].as_array().unwrap();
    assert_eq!(act[0], "local-service");
    assert_eq!(act[3..], [json!("--insee-code"), json!("42039")]);
    let review = call(&hub, "review.list", json!({}));
    assert_eq!(review["total"], json!(4));
    assert_eq!(review["duplicates"], json!([]));
}

#[test]
fn two_prices_written_at_once_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    let listed = bakery(&hub, "Boulangerie", json!({}));
    serve(&hub);
    let device = open(&folder.path().join("device"));
    let ticket = ticket(&hub, json!({"device": true}));
    call(&device, "network.join", json!({"ticket": ticket}));
    sync(&device);
    set(&hub, &listed, json!({"price_max_cents": 8_000_000}));
    set(&device, &listed, json!({"price_max_cents": 7_000_000}));
    sync(&device);
    assert_eq!(codes(&device), ["two_prices"]);
    let answer = call(&device, "inconsistencies.list", json!({}));
    let told = &answer["inconsistencies"][0];
    assert_eq!(told["mine"], json!(true));
    assert_eq!(told["facts"]["values"].as_array().unwrap().len(), 2);
    assert_eq!(told["act"][1], "resolve");
    let value = json!({
        "collection": "opportunity", "id": listed, "field": "price_max_cents", "value": 7_500_000,
    });
    call(&device, "record.resolve", value);
    assert_eq!(codes(&device), Vec::<String>::new());
}

#[test]
fn records_are_listed_by_the_beginning_of_what_they_refer_to() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let project = baker(&node, json!({}));
    let other = baker(&node, json!({"pseudonym": "PP-OTHER2"}));
    for project in [&project, &other] {
        record(&node, "need", json!({"project": project, "theme": "loan"}));
    }
    let listed = |condition: String| {
        let input = json!({"collection": "need", "where": [condition]});
        try_call(&node, "record.list", input)
    };
    let projects = |condition: String| -> Vec<Value> {
        let rows = listed(condition).unwrap()["rows"].take();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["project"].clone()).collect()
    };
    let short = &project[..12];
    assert_eq!(projects(format!("project={short}")), [json!(project)]);
    assert_eq!(projects("project=PP-BAKER2".to_owned()), [json!(project)]);
    assert_eq!(projects(format!("project!={short}")), [json!(other)]);
    assert_eq!(projects(format!("project={short}|{other}")).len(), 2);
    // A record that has not arrived here is named in full, and found where it is referred to.
    assert!(projects(format!("project={}", "ab".repeat(32))).is_empty());
    assert!(listed("project=PP-NOBODY".to_owned()).is_err());
    // Neither a field without a value nor another kind of field is taken for a name.
    assert!(projects("project=".to_owned()).is_empty());
    assert_eq!(projects("theme=loan".to_owned()).len(), 2);
}
