//! Projects from the portal, over nodes that talk over loopback: who receives them, what the hub
//! keeps, what visitors do with their code.

use jiff::{Span, Timestamp};

use super::erasure::erase;
use super::sealed::{approve, bytes_of, holds, readers, three};
use super::*;
use crate::node::received::{Asked, Code, Followed, Identity, Plan};
use crate::registry::Value as FieldValue;
use crate::replica::Edits;

const NAME: &str = "Jeanne Duprévost";
const PHONE: &str = "06 12 34 56 78";
const WORDS: &str = "Tisser la laine du Pilat.";
const ORIGIN: &str = "Passage des Passementiers, Saint-Étienne";

fn identity(phone: &str) -> Identity {
    Identity {
        name: NAME.to_owned(),
        phone: phone.to_owned(),
        email: String::new(),
        origin: ORIGIN.to_owned(),
        words: WORDS.to_owned(),
    }
}

fn plan(themes: &[&str]) -> Plan {
    Plan {
        kind: "creation".to_owned(),
        themes: themes.iter().map(|it| (*it).to_owned()).collect(),
        place: Some("63003".to_owned()),
        origin: Some("42218".to_owned()),
        opportunity: None,
    }
}

fn receive(node: &Node, code: &Code, themes: &[&str]) {
    let member = node.member().unwrap();
    let received = member.receive_project(code, &identity(PHONE), &plan(themes));
    received.unwrap_or_else(|error| panic!("{error:?}"));
}

fn followed(node: &Node, code: &Code) -> Followed {
    match node.member().unwrap().follow_project(code).unwrap() {
        Asked::Here(followed) => *followed,
        other => panic!("{other:?}"),
    }
}

/// Theme, structure and state of each step.
fn steps(followed: &Followed) -> Vec<(&str, &str, Option<&str>)> {
    let steps = followed.steps.iter();
    steps
        .map(|it| (it.theme.as_str(), it.name.as_str(), it.status.as_deref()))
        .collect()
}

fn list(node: &Node, collection: &str) -> Vec<Value> {
    let rows = call(node, "record.list", json!({"collection": collection}));
    rows["rows"].as_array().unwrap().clone()
}

fn change(node: &Node, collection: &str, id: &str, fields: Value) {
    let input = json!({"collection": collection, "id": id, "fields": fields});
    call(node, "record.set", input);
}

/// A structure says what it helps with; its node tells the hub.
fn describe(node: &Node, themes: &[&str], capacity: &str) {
    let member = node.member().unwrap();
    let own = member.structure_record(&member.structure).to_string();
    let said = json!({
        "competences": themes, "service_area": ["epci:200070761"], "capacity": capacity,
    });
    change(node, "structure", &own, said);
}

fn group(node: &Node, code: &str) -> Value {
    let todo = call(node, "todo", json!({}));
    let mut groups = todo["groups"].as_array().unwrap().iter();
    let found = groups.find(|it| it["code"] == code);
    found.cloned().unwrap_or_default()
}

/// The park's hub that serves the portal, the CCI for premises, ADIE for loans.
fn network(folder: &Path) -> [Node; 3] {
    let nodes = three(folder);
    let [hub, cci, adie] = &nodes;
    describe(cci, &["premises", "loan"], "full");
    describe(adie, &["loan"], "open");
    for node in [cci, adie, cci] {
        sync(node);
    }
    eventually("the hub knows who does what", || {
        let known = list(hub, "structure");
        known.iter().filter(|it| it["capacity"].is_string()).count() == 2
    });
    nodes
}

#[test]
fn a_form_reaches_whom_the_charter_names_and_the_hub_keeps_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = network(folder.path());
    let code = Code::draw().unwrap();
    receive(&hub, &code, &["premises", "loan"]);
    // Sent twice, it is there once.
    receive(&hub, &code, &["premises", "loan"]);
    assert_eq!(list(&hub, "holder").len(), 1);
    let sent = followed(&hub, &code);
    assert_eq!(
        steps(&sent),
        [
            ("loan", "ADIE", Some("sent")),
            ("premises", "CCI Puy-de-Dôme Thiers", Some("sent")),
        ]
    );
    assert_eq!(
        (sent.place.as_deref(), sent.is_withdrawn),
        (Some("63003"), false)
    );
    sync(&adie);
    sync(&cci);
    eventually("both received it", || {
        let now = followed(&hub, &code);
        now.steps
            .iter()
            .all(|it| it.status.as_deref() == Some("received"))
    });
    for node in [&cci, &adie] {
        sync(node);
        let holder = list(node, "holder").remove(0);
        assert_eq!(holder["residence"], "dept:42");
        let shown = call(node, "holder.show", json!({"id": holder["id"]}));
        let fields = &shown["_identity"]["seals"][0]["fields"];
        assert_eq!(
            (&fields["name"], &fields["notes"]),
            (&json!(NAME), &json!(WORDS))
        );
        assert_eq!(fields["phone"], "+33612345678");
        assert_eq!(
            readers(&shown["_identity"]),
            ["ADIE", "CCI Puy-de-Dôme Thiers"]
        );
    }
    let accepted = list(&adie, "referral");
    let accepted = accepted.iter().find(|it| it["theme"] == "loan").unwrap();
    call(
        &adie,
        "referral.move",
        json!({"id": accepted["id"], "move": "accept"}),
    );
    sync(&adie);
    eventually("the visitor sees it", || {
        followed(&hub, &code).steps[0].status.as_deref() == Some("accepted")
    });
    // Whoever serves the portal owns the record, and cannot open it.
    let shown = call(
        &hub,
        "holder.show",
        json!({"id": list(&hub, "holder")[0]["id"]}),
    );
    assert_eq!(shown["_identity"]["problem"]["code"], "not_a_reader");
    hub.stop();
    drop(hub);
    let hub = open(&folder.path().join("hub"));
    assert_eq!(
        followed(&hub, &code).steps.len(),
        2,
        "the code outlives a restart"
    );
    receive(&hub, &code, &["premises", "loan"]);
    assert_eq!(list(&hub, "holder").len(), 1);
    drop((hub, cci, adie));
    let home = bytes_of(&folder.path().join("hub"));
    let shown = code.shown();
    let plain = shown.replace('-', "");
    for planted in [
        NAME,
        "Jeanne",
        "Duprévost",
        PHONE,
        "612345678",
        WORDS,
        "Pilat",
        ORIGIN,
        &shown,
        &plain,
    ] {
        assert!(!holds(&home, planted), "{planted} is on the hub's disk");
    }
    assert!(holds(&home, "portail-1"), "the search finds what is there");
}

#[test]
fn what_nobody_is_named_for_stays_with_the_coordinator_and_is_in_its_todo() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = network(folder.path());
    let code = Code::draw().unwrap();
    receive(&hub, &code, &["childcare"]);
    assert_eq!(steps(&followed(&hub, &code)), [("childcare", "Parc", None)]);
    let holder = list(&hub, "holder").remove(0);
    let shown = call(&hub, "holder.show", json!({"id": holder["id"]}));
    assert_eq!(shown["_identity"]["seals"][0]["fields"]["name"], NAME);
    let waiting = group(&hub, "portal");
    assert_eq!(
        (&waiting["total"], &waiting["items"][0]["theme"]),
        (&json!(1), &json!("childcare"))
    );
    assert_eq!(waiting["items"][0]["title"], holder["pseudonym"]);
    // Once it is sent on it waits no more.
    sync(&adie);
    let project = list(&hub, "project").remove(0);
    describe(&adie, &[], "open");
    sync(&adie);
    eventually("the hub hears of it", || {
        let rows = list(&hub, "structure");
        rows.iter()
            .all(|it| it["name"] != "ADIE" || it["competences"].is_null())
    });
    let sent = json!({"project": project["id"], "to": "ADIE", "theme": "childcare"});
    call(&hub, "referral.send", sent);
    assert_eq!(group(&hub, "portal"), Value::Null);
    drop(cci);
}

#[test]
fn what_nobody_answers_in_five_days_is_in_the_todo_of_the_coordinator() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = network(folder.path());
    // Here it is not the coordinator that serves the portal.
    let code = Code::draw().unwrap();
    receive(&cci, &code, &["loan", "training"]);
    assert_eq!(
        steps(&followed(&cci, &code)),
        [
            ("loan", "ADIE", Some("sent")),
            ("training", "Parc", Some("sent"))
        ]
    );
    sync(&cci);
    eventually("it arrives", || list(&hub, "referral").len() == 2);
    assert_eq!(group(&hub, "portal"), Value::Null);
    assert_eq!(group(&hub, "answers")["total"], 1);
    let age = |node: &Node, days: i64| {
        let sent = Timestamp::now()
            .checked_sub(Span::new().hours(24 * days))
            .unwrap();
        let sent = FieldValue::Text(sent.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        let referral = list(node, "referral");
        let referral = referral.iter().find(|it| it["theme"] == "loan").unwrap();
        let id = referral["id"].as_str().unwrap().parse().unwrap();
        let edits = Edits::set([("sent_on".to_owned(), sent)].into());
        node.member().unwrap().change(id, edits).unwrap();
        sync(node);
    };
    age(&cci, 4);
    sync(&adie);
    assert_eq!(group(&hub, "portal"), Value::Null);
    age(&cci, 7);
    eventually("the coordinator is told", || {
        group(&hub, "portal")["total"] == 1
    });
    let item = group(&hub, "portal")["items"][0].clone();
    assert_eq!(
        (&item["name"], &item["late"]),
        (&json!("ADIE"), &json!("overdue"))
    );
    // Neither the lender nor whoever else is not asked to look after others.
    sync(&adie);
    assert_eq!(group(&adie, "portal"), Value::Null);
}

#[test]
fn a_visitor_corrects_what_recipients_read_and_loses_nothing_that_they_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, _cci, adie] = network(folder.path());
    let code = Code::draw().unwrap();
    receive(&hub, &code, &["loan"]);
    sync(&adie);
    let id = list(&adie, "holder").remove(0)["id"].clone();
    let seals = || {
        sync(&adie);
        call(&adie, "holder.show", json!({"id": id}))["_identity"]["seals"].clone()
    };
    let correct = |phone: Option<&str>, place: &str| {
        let new = phone.map(identity);
        let mut plan = plan(&[]);
        plan.place = Some(place.to_owned());
        plan.kind = "takeover".to_owned();
        let member = hub.member().unwrap();
        member.correct_project(&code, new.as_ref(), &plan).unwrap();
    };
    assert_eq!(seals()[0]["fields"]["phone"], "+33612345678");
    correct(Some("07 11 22 33 44"), "63430");
    let read = seals();
    assert_eq!(read.as_array().unwrap().len(), 1);
    assert_eq!(read[0]["fields"]["phone"], "+33711223344");
    let now = followed(&hub, &code);
    assert_eq!(
        (now.place.as_deref(), now.kind.as_str()),
        (Some("63430"), "takeover")
    );
    assert_eq!(now.readers, ["ADIE"]);
    // The lender notes something; what comes from the visitor then stands beside it.
    let noted = json!({"id": id, "identity": {"household": "Deux enfants."}});
    call(&adie, "holder.edit", noted);
    sync(&adie);
    eventually("the hub has heard of it", || {
        call(
            &hub,
            "record.history",
            json!({"collection": "holder", "id": id}),
        )["entries"]
            .as_array()
            .is_some_and(|it| it.len() >= 4)
            || hub.member().unwrap().reader.sealing(None).unwrap().len() == 3
    });
    correct(Some("07 55 66 77 88"), "63430");
    eventually("both stand", || seals().as_array().unwrap().len() == 2);
    let both = seals().to_string();
    assert!(
        both.contains("Deux enfants.") && both.contains("+33755667788"),
        "{both}"
    );
    // What is left out stays.
    correct(None, "63003");
    assert_eq!(seals().as_array().unwrap().len(), 2);
}

#[test]
fn a_visitor_takes_it_all_back_and_it_is_proposed_for_erasure() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, _cci, adie] = network(folder.path());
    let code = Code::draw().unwrap();
    receive(&hub, &code, &["loan", "premises"]);
    sync(&adie);
    eventually("it is received", || {
        followed(&hub, &code).steps[0].status.as_deref() == Some("received")
    });
    let member = hub.member().unwrap();
    member.withdraw_project(&code).unwrap();
    // Once more changes nothing.
    member.withdraw_project(&code).unwrap();
    let ended = followed(&hub, &code);
    assert!(ended.is_withdrawn);
    assert!(
        ended
            .steps
            .iter()
            .all(|it| it.status.as_deref() == Some("holder_withdrew"))
    );
    sync(&adie);
    eventually("the lender sees it", || {
        sync(&adie);
        list(&adie, "referral")
            .iter()
            .all(|it| it["status"] == "holder_withdrew")
    });
    let due = call(&hub, "erasure.due", json!({}))["due"].clone();
    assert_eq!(
        (&due[0]["collection"], &due[0]["rule"]),
        (&json!("holder"), &json!("taken_back"))
    );
    let holder = due[0]["id"].as_str().unwrap().to_owned();
    erase(&hub, &holder);
    assert!(matches!(
        member.follow_project(&code).unwrap(),
        Asked::Erased
    ));
    // A form that is sent again does not bring it back.
    receive(&hub, &code, &["loan"]);
    assert!(matches!(
        member.follow_project(&code).unwrap(),
        Asked::Erased
    ));
}

#[test]
fn a_code_that_was_never_drawn_leads_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let member = node.member().unwrap();
    let asked = member.follow_project(&Code::draw().unwrap()).unwrap();
    assert!(matches!(asked, Asked::Unknown));
    assert!(!member.is_received(&Code::draw().unwrap()).unwrap());
}

#[test]
fn a_structure_that_the_charter_lets_not_receive_offers_no_form() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = network(folder.path());
    let all = crate::registry::vocabulary::NEED_THEMES.len();
    assert_eq!(cci.member().unwrap().received_themes().len(), all);
    let limited =
        json!({"collection": "referral", "right": "create", "holder": "cci", "themes": ["loan"]});
    let closed = json!({"collection": "project", "right": "create", "holder": "park"});
    let wanted = json!({"mandates": [limited, closed]});
    call(&hub, "charter.propose", wanted);
    approve(&cci);
    sync(&adie);
    sync(&cci);
    assert_eq!(cci.member().unwrap().received_themes(), Vec::<&str>::new());
    let code = Code::draw().unwrap();
    let member = cci.member().unwrap();
    let refused = member
        .receive_project(&code, &identity(PHONE), &plan(&["loan"]))
        .unwrap_err();
    assert_eq!(refused.code, "no_mandate");
    assert!(!member.is_received(&code).unwrap());
}
