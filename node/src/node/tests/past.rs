//! The past of referrals, told by who sent them, between two nodes.

use data_encoding::BASE64;

use super::super::clock;
use super::*;
use crate::api::ExitKind;

const HEADER: &str = "Projet;Thème du besoin;De;Vers;Statut;Envoyée le;Répondue le;Close le;Motif de refus;\
                      Passé repris";

fn tell(node: &Node, rows: &[&str]) -> Value {
    let text = format!("{HEADER}\n{}\n", rows.join("\n"));
    let input = json!({
        "collection": "referral", "name": "passe.csv", "history": true,
        "content_base64": BASE64.encode(text.as_bytes()),
    });
    call(node, "import", input)
}

fn counts(answer: &Value) -> [u64; 4] {
    ["created", "updated", "unchanged", "error_count"].map(|it| answer[it].as_u64().unwrap())
}

/// Line, column and code of each error.
fn errors(answer: &Value) -> Vec<(u64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = answer["errors"].as_array().unwrap().iter();
    errors
        .map(|it| {
            let line = it["line"].as_u64().unwrap();
            (line, text(&it["column"]), text(&it["code"]))
        })
        .collect()
}

fn referrals(node: &Node) -> Vec<Value> {
    let listed = call(node, "record.list", json!({"collection": "referral"}));
    let mut rows = listed["rows"].as_array().unwrap().clone();
    rows.sort_by_key(|row| row["sent_on"].to_string());
    rows
}

fn add(node: &Node, collection: &str, fields: Value) -> String {
    let input = json!({"collection": collection, "fields": fields});
    let added = call(node, "record.add", input);
    added["id"].as_str().unwrap().to_owned()
}

fn project(node: &Node, pseudonym: &str, holder: Option<&str>) {
    let mut fields = json!({"pseudonym": pseudonym, "type": "creation"});
    if let Some(holder) = holder {
        fields["holder"] = json!(holder);
    }
    add(node, "project", fields);
}

fn holder(node: &Node, notice: Option<&str>) -> String {
    let mut fields = json!({"residence": "dept:63"});
    if let Some(day) = notice {
        fields["info_notice_on"] = json!(day);
    }
    let input = json!({"fields": fields, "identity": {"name": "Jeanne Dupré"}});
    let added = call(node, "holder.add", input);
    added["id"].as_str().unwrap().to_owned()
}

/// The sender, with two projects, and the receiver.
fn pair(folder: &Path) -> [Node; 2] {
    let cci = found(&folder.join("cci"));
    serve(&cci);
    let (adie, _) = join(&cci, &folder.join("adie"), "ADIE", "lender");
    sync(&adie);
    eventually("the lender is known", || {
        let rows = call(&cci, "record.list", json!({"collection": "structure"}));
        rows["total"] == 2
    });
    project(&cci, "PP-UN", Some(&holder(&cci, Some("2026-01-05"))));
    project(&cci, "PP-DEUX", None);
    [cci, adie]
}

#[test]
fn a_past_is_told_to_all_and_lived_on_from_there() {
    let folder = tempfile::tempdir().unwrap();
    let [cci, adie] = pair(folder.path());
    let rows = [
        "PP-UN;loan;;ADIE;Aboutie;12/03/2024;15/03/2024;30/06/2024;;",
        "PP-UN;microcredit;;ADIE;;;;;;12/01/2025 envoyée | 14/01/2025 prise en charge",
        "PP-DEUX;loan;;ADIE;Refusée;02/05/2025;04/05/2025;;Pas de capacité;",
    ];
    // In whatever words the catalogue has for it.
    let reasons = crate::registry::labels::label(
        crate::language::Language::French,
        "enum-referral-decline_reason-no_capacity",
    );
    let rows = rows.map(|row| row.replace("Pas de capacité", reasons.unwrap()));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let answer = tell(&cci, &rows);
    assert_eq!(counts(&answer), [3, 0, 0, 0], "{answer}");
    assert_eq!(counts(&tell(&cci, &rows)), [0, 0, 3, 0]);

    sync(&adie);
    let mut told = referrals(&adie);
    assert_eq!(told.len(), 3);
    let statuses = |rows: &[Value]| {
        rows.iter()
            .map(|it| it["status"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses(&told), ["done", "accepted", "declined"]);
    assert_eq!(
        told[0]["past"],
        "2024-03-12 sent | 2024-03-15 accepted | 2024-06-30 done"
    );
    assert_eq!(told[2]["closed_on"], told[2]["answered_on"]);
    let moved = json!({"id": told[1]["id"], "move": "start"});
    call(&adie, "referral.move", moved);
    sync(&adie);
    eventually("the sender hears of it", || {
        told = referrals(&cci);
        statuses(&told) == ["done", "in_progress", "declined"]
    });
    // What was told before says nothing of what came since, and does not undo it.
    assert_eq!(counts(&tell(&cci, &rows)), [0, 0, 3, 0]);
    let other = tell(
        &cci,
        &["PP-UN;microcredit;;ADIE;Aboutie;12/01/2025;14/01/2025;01/03/2025;;"],
    );
    assert_eq!(
        errors(&other),
        [(2, "Passé repris".to_owned(), "past_of_living".to_owned())]
    );
    assert_eq!(referrals(&cci), told);

    // One told wrongly is removed and told again; an old list does not bring it back.
    let wrong = json!({"collection": "referral", "id": told[0]["id"]});
    call(&cci, "record.remove", wrong);
    assert_eq!(counts(&tell(&cci, &rows[..1])), [0, 0, 1, 0]);
    let right = ["PP-UN;loan;;ADIE;Aboutie;12/03/2024;15/03/2024;01/07/2024;;"];
    assert_eq!(counts(&tell(&cci, &right)), [1, 0, 0, 0]);
    assert_eq!(counts(&tell(&cci, &right)), [0, 0, 1, 0]);
    assert_eq!(referrals(&cci).len(), 3);
}

#[test]
fn what_cannot_have_been_is_named_and_what_lives_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let [cci, adie] = pair(folder.path());
    project(&cci, "PP-TROIS", Some(&holder(&cci, None)));
    let sent = call(
        &cci,
        "referral.send",
        json!({"project": "PP-UN", "to": "ADIE", "theme": "guarantee"}),
    );
    let today = clock::today().to_string();
    let living = format!("PP-UN;guarantee;;ADIE;Annulée;{today};;{today};;");
    let rows = [
        "PP-UN;loan;;ADIE;Aboutie;12/03/2024;;30/06/2024;;",
        "PP-UN;loan;;ADIE;Aboutie;12/03/2024;15/03/2024;14/03/2024;;",
        "PP-UN;loan;;ADIE;;;;;;12/03/2024 envoyée | 13/03/2024 aboutie",
        "PP-UN;loan;ADIE;Parc;Envoyée;12/03/2024;;;;",
        "PP-TROIS;loan;;ADIE;Envoyée;12/03/2024;;;;",
        "PP-UN;loan;;ADIE;Envoyée;31/02/2024;;;;",
        "PP-UN;training;;ADIE;Prise en charge;12/03/2024;15/03/2024;;;",
        "PP-UN;training;;ADIE;En cours;12/03/2024;15/03/2024;;;",
        &living,
    ];
    let answer = tell(&cci, &rows);
    let expected = [
        (2, "Répondue le", "missing_field"),
        (3, "Close le", "past_goes_back"),
        (4, "Passé repris", "past_impossible"),
        (5, "De", "past_of_others"),
        (6, "Projet", "holder_not_informed"),
        (7, "Envoyée le", "datetime_form"),
        (9, "Passé repris", "past_told_twice"),
        (10, "Passé repris", "past_of_living"),
    ];
    let expected = expected.map(|(line, column, code)| (line, column.to_owned(), code.to_owned()));
    let found = errors(&answer);
    assert_eq!(found, expected, "{answer}");
    assert_eq!(counts(&answer)[0], 1, "{answer}");
    let statuses: Vec<_> = referrals(&cci);
    assert_eq!(statuses.len(), 2);
    let lived = statuses.iter().find(|it| it["id"] == sent["id"]).unwrap();
    assert_eq!(
        (&lived["status"], &lived["past"]),
        (&json!("sent"), &Value::Null)
    );

    let input =
        json!({"collection": "project", "name": "p.csv", "history": true, "content_base64": ""});
    let refused = try_call(&cci, "import", input).unwrap_err();
    assert_eq!(
        (&*refused.code, refused.exit),
        ("history_of_referrals", ExitKind::Usage)
    );
    drop(adie);
}

#[test]
fn what_was_sent_on_goes_on_from_the_one_that_was_declined() {
    let folder = tempfile::tempdir().unwrap();
    let [cci, adie] = pair(folder.path());
    // It is no member: the past of a network knows structures that are not.
    let input = json!({"collection": "structure", "fields": {"name": "Ambert", "kind": "epci"}});
    call(&cci, "record.add", input);
    let further = "PP-DEUX;loan;;Ambert;Aboutie;06/05/2025;07/05/2025;30/06/2025;;";
    let rows = [
        "PP-DEUX;loan;;ADIE;;;;;Plus de place;\
         2025-05-02 sent, 2025-05-04 declined, 2025-05-06 rerouted",
        // For other matters or other people, or on another day, it is another referral.
        "PP-DEUX;microcredit;;Ambert;Aboutie;06/05/2025;07/05/2025;30/06/2025;;",
        "PP-UN;loan;;Ambert;Aboutie;06/05/2025;07/05/2025;30/06/2025;;",
        "PP-DEUX;loan;;Ambert;Aboutie;07/05/2025;07/05/2025;30/06/2025;;",
    ];
    let reason = crate::registry::labels::label(
        crate::language::Language::French,
        "enum-referral-decline_reason-no_capacity",
    );
    let rows = rows.map(|row| row.replace("Plus de place", reason.unwrap()));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    // In one file with it, or in a later one.
    assert_eq!(counts(&tell(&cci, &rows)), [4, 0, 0, 0]);
    assert_eq!(counts(&tell(&cci, &[further])), [1, 0, 0, 0]);
    let again = [&rows[..], &[further][..]].concat();
    assert_eq!(counts(&tell(&cci, &again)), [0, 0, 5, 0]);
    sync(&adie);
    for node in [&cci, &adie] {
        let told = referrals(node);
        let declined = told.iter().find(|it| it["status"] == "rerouted").unwrap();
        let on: Vec<&Value> = told.iter().filter(|it| it["parent"].is_string()).collect();
        assert_eq!(on.len(), 1, "{told:?}");
        assert_eq!(on[0]["parent"], declined["id"]);
        assert_eq!(
            (&on[0]["theme"], &on[0]["status"]),
            (&json!("loan"), &json!("done"))
        );
    }
}
