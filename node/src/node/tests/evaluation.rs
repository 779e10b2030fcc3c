//! The half-year's figures between two nodes: reported, frozen, ratified, lapsed; improvements that
//! become actions.

use super::*;
use crate::indicators::HalfYear;
use crate::node::clock;

fn add_to(node: &Node, collection: &str, fields: Value) -> String {
    let input = json!({"collection": collection, "fields": fields});
    call(node, "record.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn shown(node: &Node, collection: &str, id: &str) -> Value {
    call(
        node,
        "record.show",
        json!({"collection": collection, "id": id}),
    )
}

/// Founds a network whose committee has these persons, `needed` of whom ratify.
pub(super) fn with_committee(folder: &Path, persons: &[&str], needed: usize) -> Node {
    let node = found(folder);
    let seats: Vec<Value> = persons
        .iter()
        .map(|name| {
            let key = call(&node, "charter.person", json!({"name": name}))["key"].clone();
            json!({"name": name, "key": key})
        })
        .collect();
    let written = call(
        &node,
        "charter.propose",
        json!({"committee": seats, "ratify": needed}),
    );
    assert_eq!(written["effective"], true, "{written}");
    node
}

fn figure<'r>(report: &'r Value, code: &str) -> &'r Value {
    let all = report["indicators"].as_array().unwrap();
    all.iter().find(|it| it["code"] == code).unwrap()
}

fn refused(node: &Node, operation: &str, input: Value) -> String {
    try_call(node, operation, input).unwrap_err().code
}

#[test]
fn figures_are_frozen_ratified_at_two_nodes_and_lapse_when_frozen_again() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("parc");
    let node = with_committee(&home, &["Marie Dupont", "Jean Faure", "Anne Roux"], 2);
    serve(&node);
    let (other, _) = join(&node, &folder.path().join("cci"), "CCI", "cci");
    let current = HalfYear::of(clock::today());
    let period = current.before();
    let (now, then) = (current.to_string(), period.to_string());

    let launched = period.first_day().to_string();
    for (number, outcome) in [(1, "created"), (2, "taken_over"), (3, "abandoned")] {
        let project = json!({"pseudonym": format!("PP-{number}"), "type": "creation",
                             "sector": "craft", "outcome": outcome, "launched_on": launched,
                             "jobs_created": 1.5});
        add_to(&node, "project", project);
    }
    let cost = json!({"period": then, "category": "time", "days": 12.5, "amount_cents": 250_000});
    add_to(&node, "cost_entry", cost);
    for (title, indicator, target) in [
        ("Concrétiser", "Projets concrétisés", 2),
        ("Dépenser peu", "cost_per_project", 1_000),
        ("Rendre heureux", "bonheur", 1),
    ] {
        let aim = json!({"title": title, "indicator": indicator, "target": target,
                         "period": then});
        add_to(&node, "objective", aim);
    }

    // The last half-year that is over, unless another is asked for.
    let report = call(&node, "report", json!({"by": "sector"}));
    assert_eq!(
        (&report["period"], &report["ended"]),
        (&json!(then), &json!(true))
    );
    assert_eq!(figure(&report, "projects_concretised")["value"], 2);
    assert_eq!(figure(&report, "jobs_created")["value"], 3);
    assert_eq!(figure(&report, "days_per_project")["value"], 6.25);
    assert_eq!(figure(&report, "cost_per_project")["value"], 1250);
    assert_eq!(figure(&report, "valid_mandates")["of"], 2);
    let cells = &figure(&report, "projects_concretised")["cells"]["sector"];
    assert_eq!(cells[0]["hidden"], "few", "two persons alone: {cells}");
    assert_eq!(cells[0]["value"], Value::Null);
    let reached = |code| figure(&report, code)["objectives"][0]["reached"].clone();
    assert_eq!(reached("projects_concretised"), json!(true));
    assert_eq!(reached("cost_per_project"), json!(false));
    assert_eq!(report["objectives_unknown"][0]["title"], "Rendre heureux");
    assert_eq!(report["withheld"][0]["code"], "contribution");
    assert_eq!(report["evaluation"], Value::Null);

    let next = format!("{}-H1", current.year() + 2);
    assert_eq!(
        refused(&node, "report", json!({"period": next})),
        "period_in_future"
    );
    assert_eq!(
        refused(&node, "report", json!({"period": "2026-H3"})),
        "invalid_fields"
    );
    assert_eq!(
        refused(&node, "report", json!({"by": "age"})),
        "unknown_dimension"
    );
    let freeze = |period: &str| json!({"period": period});
    assert_eq!(
        refused(&node, "evaluation.freeze", freeze(&next)),
        "period_in_future"
    );
    assert_eq!(
        refused(&node, "evaluation.freeze", freeze(&now)),
        "period_not_over"
    );
    let sign = |person: &str| json!({"evaluation": then, "as": person});
    assert_eq!(
        refused(&node, "evaluation.ratify", sign("Marie Dupont")),
        "evaluation_not_frozen"
    );

    let frozen = call(&node, "evaluation.freeze", freeze(&then));
    assert_eq!(
        (&frozen["replaced"], &frozen["ratification"]["needed"]),
        (&json!(false), &json!(2))
    );
    let id = frozen["id"].as_str().unwrap().to_owned();
    assert_eq!(
        refused(&node, "evaluation.freeze", freeze(&then)),
        "evaluation_frozen"
    );
    let first = call(&node, "evaluation.ratify", sign("Marie Dupont"));
    assert_eq!(
        (&first["status"], &first["missing"], &first["snapshots"][0]),
        (&json!("partial"), &json!(1), &frozen["snapshot"])
    );
    assert_eq!(
        shown(&node, "evaluation", &id)["_derived"]["ratified"],
        false
    );

    // Another of the committee signs elsewhere, once the file is there too.
    let key = node.home().home().person_key_file("Jean Faure");
    eventually("the other node holds the figures and signs them", || {
        sync(&other);
        let asked = json!({"evaluation": then, "key": key});
        try_call(&other, "evaluation.ratify", asked).is_ok_and(|it| it["status"] == "ratified")
    });
    eventually("the first sees it ratified", || {
        sync(&other);
        let rows = call(&node, "record.list", json!({"collection": "evaluation"}));
        rows["rows"][0]["_derived"]["ratified"] == true
    });

    // Reports of later half-years compare with what was frozen, whatever the registry says now.
    add_to(
        &node,
        "project",
        json!({"pseudonym": "PP-4", "type": "creation", "outcome": "created",
               "launched_on": launched}),
    );
    for node in [&node, &other] {
        let report = call(node, "report", json!({"period": now}));
        let before = &figure(&report, "projects_concretised")["before"];
        assert_eq!(before[0]["period"], json!(then));
        assert_eq!(
            (&before[0]["frozen"], &before[0]["value"]),
            (&json!(true), &json!(2))
        );
        assert_eq!(before[1]["frozen"], false);
    }

    let again = call(
        &node,
        "evaluation.freeze",
        json!({"period": then, "again": true}),
    );
    assert_eq!(
        (&again["replaced"], &again["id"]),
        (&json!(true), &json!(id))
    );
    assert_ne!(again["snapshot"], frozen["snapshot"]);
    assert_eq!(again["ratification"]["status"], "lapsed");
    let report = call(&node, "report", json!({"period": then}));
    assert_eq!(
        report["evaluation"]["snapshots"],
        json!([again["snapshot"]])
    );
    assert_eq!(report["evaluation"]["ratification"]["status"], "lapsed");
    assert_eq!(
        shown(&node, "evaluation", &id)["_derived"]["ratified"],
        false
    );
}

#[test]
fn an_improvement_becomes_an_action_and_the_committee_has_it_on_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let node = with_committee(folder.path(), &["Marie Dupont"], 1);
    let raised = json!({"text": "Relancer à 3 jours. On attend trop."});
    let improvement = add_to(&node, "improvement", raised);
    let page = call(&node, "committee.prepare", json!({}));
    assert_eq!(page["improvements"][0]["id"], json!(improvement));
    assert_eq!(
        (&page["actions"], &page["mandates"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(page["committee"]["persons"][0]["name"], "Marie Dupont");

    let adopted = call(&node, "improvement.adopt", json!({"id": improvement}));
    let action = adopted["id"].as_str().unwrap();
    let made = shown(&node, "action", action);
    assert_eq!(
        (&made["title"], &made["raised_by"], &made["state"]),
        (
            &json!("Relancer à 3 jours"),
            &json!(improvement),
            &json!("proposed")
        )
    );
    let improved = shown(&node, "improvement", &improvement);
    assert_eq!(
        (&improved["action"], &improved["state"]),
        (&json!(action), &json!("adopted"))
    );
    let twice = json!({"id": improvement});
    assert_eq!(
        refused(&node, "improvement.adopt", twice),
        "improvement_adopted"
    );

    let page = call(&node, "committee.prepare", json!({}));
    assert_eq!(page["improvements"], json!([]));
    assert_eq!(page["actions"][0]["id"], json!(action));
    assert_eq!(page["actions"][0]["ratification"]["status"], "none");
    let sign = json!({"record": action, "collection": "action", "as": "Marie Dupont"});
    assert_eq!(call(&node, "charter.ratify", sign)["status"], "ratified");
    assert_eq!(
        shown(&node, "action", action)["_derived"]["validated"],
        true
    );
    assert_eq!(
        call(&node, "committee.prepare", json!({}))["actions"],
        json!([])
    );

    // What is changed is to be validated anew.
    let fields = json!({"budget_cents": 120_000});
    let input = json!({"collection": "action", "id": action, "fields": fields});
    call(&node, "record.set", input);
    let page = call(&node, "committee.prepare", json!({}));
    assert_eq!(page["actions"][0]["ratification"]["status"], "lapsed");
    assert_eq!(page["actions"][0]["budget_cents"], 120_000);
}

#[test]
fn the_table_of_jobs_and_farms_is_taken_whole_or_not_and_says_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(&folder.path().join("home"));
    let none = call(&node, "baseline.show", json!({}));
    let all = none["missing"].as_array().unwrap().len();
    assert_eq!((&none["rows"], all > 5), (&json!([]), true));
    let file = folder.path().join("baseline.csv");
    let load = |text: &str| {
        std::fs::write(&file, text).unwrap();
        try_call(&node, "baseline.load", json!({"path": file}))
    };
    let header = "epci;year;jobs;active_farms;source";
    let loaded = load(&format!(
        "{header}\n200070761;2022;1000;;Essai\n200070712;;;;\n"
    ))
    .unwrap();
    assert_eq!(loaded["missing"].as_array().unwrap().len(), all - 1);
    let row = &loaded["rows"][0];
    assert_eq!(
        (&row["jobs"], &row["active_farms"]),
        (&json!(1000.0), &Value::Null)
    );
    assert_eq!(
        (&row["source"], &row["year"]),
        (&json!("Essai"), &json!(2022))
    );
    let wrong = load(&format!(
        "{header}\n200070761;2022;1000;;\nAtlantide;2022;1;1;\n"
    ));
    let wrong = wrong.unwrap_err();
    assert_eq!(
        (wrong.code.as_str(), wrong.args["line"].as_str()),
        ("baseline_line", "3")
    );
    let missing = folder.path().join("none.csv");
    let missing = try_call(&node, "baseline.load", json!({"path": missing})).unwrap_err();
    assert_eq!(missing.code, "file_not_found");
    let kept = call(&node, "baseline.show", json!({}));
    assert_eq!(kept, loaded, "what is wrong takes no place");
    let report = call(&node, "report", json!({}));
    assert_eq!(report["baseline"], true);
    let of = |code| figure(&report, code)["of"].as_f64();
    assert_eq!(of("jobs_against_baseline"), Some(1.0));
    assert_eq!(of("farms_against_baseline").unwrap_or(0.0), 0.0);
}
