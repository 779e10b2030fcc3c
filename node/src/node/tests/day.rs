//! A technician's day: what may be sent to whom, what waits, and what people who settle ask for.

use jiff::Span;

use super::super::clock;
use super::*;
use crate::api::ExitKind;

fn days_ago(days: i64) -> String {
    let today = clock::today();
    today
        .checked_sub(Span::new().days(days))
        .unwrap()
        .to_string()
}

/// A network of two: the sender, and who receives.
fn pair(folder: &Path) -> [Node; 2] {
    let cci = found(&folder.join("cci"));
    serve(&cci);
    let (adie, _) = join(&cci, &folder.join("adie"), "ADIE", "lender");
    sync(&adie);
    eventually("the lender is known", || {
        let rows = call(&cci, "record.list", json!({"collection": "structure"}));
        rows["total"] == 2
    });
    [cci, adie]
}

fn own_record(node: &Node) -> String {
    let member = node.member().unwrap();
    member.structure_record(&member.structure).to_string()
}

fn holder(node: &Node, notice: Option<&str>) -> String {
    let mut fields = json!({"residence": "dept:63"});
    if let Some(day) = notice {
        fields["info_notice_on"] = json!(day);
    }
    let input = json!({"fields": fields, "identity": {"name": "Jeanne Dupré"}});
    call(node, "holder.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn project(node: &Node, holder: &str, fields: Value) -> String {
    let mut all = json!({"pseudonym": "PP-DEMO", "type": "creation", "holder": holder});
    let more = fields.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(more);
    record(node, "project", all)
}

fn send(node: &Node, project: &str, theme: &str) -> Result<Value, ApiError> {
    let input = json!({"project": project, "to": "ADIE", "theme": theme});
    try_call(node, "referral.send", input)
}

fn group<'t>(todo: &'t Value, code: &str) -> &'t Value {
    let groups = todo["groups"].as_array().unwrap();
    groups
        .iter()
        .find(|group| group["code"] == code)
        .unwrap_or(&Value::Null)
}

fn todo(node: &Node) -> Value {
    call(node, "todo", json!({}))
}

#[test]
fn a_referral_goes_only_where_it_may_be_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let [cci, adie] = pair(folder.path());
    change(
        &adie,
        "structure",
        &own_record(&adie),
        json!({
            "competences": ["microcredit"],
            "service_area": ["dept:63"],
            "capacity": "closed",
        }),
    );
    sync(&adie);
    let receiver = own_record(&adie);
    let of_adie = json!({"collection": "structure", "id": receiver});
    eventually("what it says of itself arrives", || {
        call(&cci, "record.show", of_adie.clone())["capacity"] == "closed"
    });
    let told = holder(&cci, Some("2026-01-05"));
    let untold = holder(&cci, None);
    let elsewhere = project(&cci, &untold, json!({"target_zones": ["dept:42"]}));
    let refused = send(&cci, &elsewhere, "loan").unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.exit),
        ("referral_not_sent", ExitKind::Refused)
    );
    let codes: Vec<&str> = refused.details.iter().map(|it| it.code.as_str()).collect();
    let all = [
        "receiver_without_competence",
        "receiver_out_of_area",
        "receiver_closed",
        "holder_not_informed",
    ];
    assert_eq!(codes, all);
    let rows = call(&cci, "record.list", json!({"collection": "referral"}));
    assert_eq!(rows["total"], 0, "nothing was written");

    change(&adie, "structure", &receiver, json!({"capacity": "full"}));
    sync(&adie);
    eventually("it opens", || {
        call(&cci, "record.show", of_adie.clone())["capacity"] == "full"
    });
    let here = project(&cci, &told, json!({"target_zones": ["insee:63003"]}));
    let sent = send(&cci, &here, "microcredit").unwrap();
    assert_eq!(sent["notices"][0]["code"], "receiver_full");

    // The same is asked of a draft when it is sent.
    let draft = record(
        &cci,
        "referral",
        json!({"project": elsewhere, "theme": "loan", "to_structure": receiver}),
    );
    let refused = try_call(&cci, "referral.move", json!({"id": draft, "move": "send"}));
    assert_eq!(refused.unwrap_err().code, "referral_not_sent");
    change(
        &cci,
        "referral",
        &draft,
        json!({"project": here, "theme": "microcredit"}),
    );
    let sent = call(&cci, "referral.move", json!({"id": draft, "move": "send"}));
    assert_eq!(sent["status"], "sent");
}

#[test]
fn two_leads_settle_it_before_anybody_is_referred() {
    let folder = tempfile::tempdir().unwrap();
    let [cci, adie] = pair(folder.path());
    let told = holder(&cci, Some("2026-01-05"));
    let mine = project(&cci, &told, json!({}));
    let mandate = json!({"collection": "project", "right": "edit_any", "holder": "everyone"});
    let proposed = call(&cci, "charter.propose", json!({"mandates": [mandate]}));
    sync(&adie);
    if proposed["effective"] != true {
        call(
            &adie,
            "charter.approve",
            json!({"version": proposed["version"]}),
        );
        sync(&adie);
    }
    let lead = |node: &Node| change(node, "project", &mine, json!({"lead_structure": "ADIE"}));
    let other = own_record(&cci);
    change(&cci, "project", &mine, json!({"lead_structure": null}));
    change(&cci, "project", &mine, json!({"lead_structure": other}));
    lead(&adie);
    sync(&adie);
    let conflicts = || call(&cci, "record.conflicts", json!({}))["conflicts"].clone();
    eventually("both leads are known", || {
        !conflicts().as_array().unwrap().is_empty()
    });
    let refused = send(&cci, &mine, "microcredit").unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.exit),
        ("two_leads", ExitKind::NeedsDecision)
    );
    assert!(refused.args["names"].contains("ADIE"), "{refused:?}");
    assert_eq!(
        group(&todo(&cci), "conflicts")["items"][0]["fields"],
        json!(["lead_structure"])
    );
    let shown = call(
        &cci,
        "record.show",
        json!({"collection": "project", "id": mine}),
    );
    assert_eq!(shown["_branches"][0]["values"].as_array().unwrap().len(), 2);
    let settled =
        json!({"collection": "project", "id": mine, "field": "lead_structure", "value": other});
    call(&cci, "record.resolve", settled);
    send(&cci, &mine, "microcredit").unwrap();
}

#[test]
fn a_move_that_is_not_ours_says_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let [cci, adie] = pair(folder.path());
    let told = holder(&cci, Some("2026-01-05"));
    let mine = project(&cci, &told, json!({}));
    let id = send(&cci, &mine, "microcredit").unwrap()["id"].clone();
    let make =
        |node: &Node, name: &str| try_call(node, "referral.move", json!({"id": id, "move": name}));
    let refused = make(&cci, "accept").unwrap_err();
    let fault = &refused.details[0];
    assert_eq!(
        (fault.code.as_str(), fault.args["who"].as_str()),
        ("move_not_yours", "ADIE")
    );
    assert_eq!(fault.args["allowed"], "withdraw, holder-withdrew");
    let refused = make(&cci, "done").unwrap_err();
    let fault = &refused.details[0];
    assert_eq!(fault.code, "move_not_allowed");
    assert!(fault.args["allowed"].contains("accept (ADIE)"), "{fault:?}");
    assert!(
        fault.args["allowed"].contains("withdraw (Parc)"),
        "{fault:?}"
    );

    sync(&adie);
    let state = |node: &Node| {
        call(
            node,
            "record.show",
            json!({"collection": "referral", "id": id}),
        )["status"]
            .clone()
    };
    eventually("the receiver's node takes note", || {
        state(&adie) == "received"
    });
    sync(&adie);
    eventually("the sender sees it", || state(&cci) == "received");
    // Apart: one takes it back, the other takes it on.
    make(&cci, "withdraw").unwrap();
    make(&adie, "accept").unwrap();
    sync(&adie);
    eventually("both see one state", || {
        (state(&cci), state(&adie)) == (json!("accepted"), json!("accepted"))
    });
    let shown = call(
        &cci,
        "record.show",
        json!({"collection": "referral", "id": id}),
    );
    let branches = shown["_branches"].as_array().unwrap();
    let status = branches.iter().find(|it| it["field"] == "status").unwrap();
    let values: Vec<&Value> = status["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["value"])
        .collect();
    assert_eq!(values, ["accepted", "withdrawn"]);
}

#[test]
fn the_shortest_list_comes_first_and_each_line_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let [cci, adie] = pair(folder.path());
    assert_eq!(todo(&cci)["total"], 0);
    let told = holder(&cci, Some("2026-01-05"));
    let mine = project(&cci, &told, json!({"launched_on": days_ago(400)}));
    send(&cci, &mine, "microcredit").unwrap();
    for title in ["Offre A", "Offre B"] {
        let id = add(&cci, title);
        set(
            &cci,
            &id,
            json!({"status": "published", "last_verified_on": days_ago(91)}),
        );
    }
    let fresh = add(&cci, "Offre C");
    set(
        &cci,
        &fresh,
        json!({"status": "published", "last_verified_on": days_ago(90)}),
    );
    record(
        &cci,
        "decision",
        json!({"text": "Relancer", "due_on": days_ago(0)}),
    );
    record(
        &cci,
        "decision",
        json!({"text": "Plus tard", "due_on": days_ago(-1)}),
    );
    let list = todo(&cci);
    let codes: Vec<&str> = list["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["durability", "decisions", "verify"], "{list}");
    assert_eq!(list["total"], 4);
    let check = &group(&list, "durability")["items"][0];
    assert_eq!(
        (&check["id"], &check["month"]),
        (&json!(mine), &json!("12"))
    );
    let verify = &group(&list, "verify")["items"][0];
    assert_eq!(verify["command"][1], "verify");
    call(&cci, "opportunity.verify", json!({"ids": [verify["id"]]}));
    let done = json!({"project": mine, "month": "12", "state": "active"});
    record(&cci, "durability_check", done);
    assert_eq!(todo(&cci)["total"], 2);

    sync(&adie);
    eventually("the answer is due there", || {
        group(&todo(&adie), "answers")["total"] == 1
    });
    let list = todo(&adie);
    let due = &group(&list, "answers")["items"][0];
    assert_eq!(due["title"], "PP-DEMO");
    assert_eq!(
        (&due["name"], &due["theme"]),
        (&json!("Parc"), &json!("microcredit"))
    );
    call(
        &adie,
        "referral.move",
        json!({"id": due["id"], "move": "ask"}),
    );
    sync(&adie);
    assert_eq!(todo(&adie)["total"], 0);
    eventually("more is asked", || {
        group(&todo(&cci), "information")["total"] == 1
    });
}

#[test]
fn the_checklist_is_filled_from_what_is_near_and_gains_needs() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let told = holder(&node, Some("2026-01-05"));
    let mine = project(&node, &told, json!({"target_zones": ["insee:63003"]}));
    let service = |theme: &str, name: &str, code: &str| {
        let fields = json!({"theme": theme, "name": name, "insee_code": code});
        record(&node, "local_service", fields)
    };
    let school = service("education", "École d’Ambert", "63003");
    service("education", "École de Thiers", "63430");
    service("spouse_employment", "France Travail", "63003");
    let job = add(&node, "Serveuse");
    set(&node, &job, json!({"status": "published"}));
    let ask = |needs: Value| {
        call(
            &node,
            "project.checklist",
            json!({"id": mine, "needs": needs}),
        )
    };
    let point = |answer: &Value, theme: &str| {
        let points = answer["points"].as_array().unwrap();
        points
            .iter()
            .find(|it| it["theme"] == theme)
            .unwrap()
            .clone()
    };
    let list = ask(json!([]));
    assert_eq!(list["points"].as_array().unwrap().len(), 10);
    let education = point(&list, "education");
    assert_eq!(
        education["services"]["total"], 1,
        "Thiers is too far: {education}"
    );
    assert_eq!(education["services"]["nearest"][0]["id"], json!(school));
    assert_eq!(education["need"], Value::Null);
    let spouse = point(&list, "spouse_job");
    assert_eq!(
        (
            &spouse["services"]["total"],
            &spouse["opportunities"]["total"]
        ),
        (&json!(1), &json!(1))
    );

    let list = ask(json!(["education", "health", "education"]));
    assert_eq!(list["added"].as_array().unwrap().len(), 2);
    assert_eq!(ask(json!(["health"]))["added"], json!([]));
    let need = point(&list, "health")["need"].clone();
    assert_eq!(need["state"], "open");
    let id = need["id"].as_str().unwrap();
    change(&node, "need", id, json!({"answer": "none_found"}));
    assert_eq!(point(&ask(json!([])), "health")["need"]["state"], "unmet");
    let shown = call(
        &node,
        "record.show",
        json!({"collection": "need", "id": id}),
    );
    assert_eq!(shown["_derived"]["state"], "unmet");
    let wrong = try_call(
        &node,
        "project.checklist",
        json!({"id": mine, "needs": ["zzz"]}),
    );
    assert_eq!(wrong.unwrap_err().details[0].code, "unknown_value");
}

/// What another program wrote in place of a day must not keep a record from being followed.
#[test]
fn a_verification_that_is_no_day_is_followed_and_to_verify() {
    use crate::replica::Edits;
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let id = add(&node, "Offre");
    set(&node, &id, json!({"status": "published"}));
    let member = node.member().unwrap();
    for odd in ["now", "subsecond", "31/12/2026", "2026-13-41"] {
        let text = crate::registry::Value::Text(odd.to_owned());
        let edits = Edits::set([("last_verified_on".to_owned(), text)].into());
        member.change(id.parse().unwrap(), edits).unwrap();
        assert_eq!(show(&node, &id)["last_verified_on"], odd);
        assert_eq!(group(&todo(&node), "verify")["total"], 1, "{odd}");
    }
}
