//! What the charter's commands ask of the node, and that nothing is proposed unasked.

use super::output::{ID, charter, charter_preview};
use super::*;

fn asked(node: &Canned, arguments: &[&str]) -> Value {
    let mut line = vec!["charter", "propose", "--dry-run", "--json"];
    line.extend(arguments);
    let ran = run(node, Language::French, &line);
    assert_eq!(ran.code, 0, "{}", ran.err);
    node.asked()
}

#[test]
fn a_proposal_is_composed_from_its_options() {
    let node = Canned::answering("charter.propose", charter_preview());
    let wanted = asked(
        &node,
        &[
            "--coordinator",
            "Parc",
            "--admissions",
            "2",
            "--mandate",
            "opportunity; create; cci; theme=premises,land; in=Ambert",
            "--no-mandate",
            "local_service;create",
            "--remove",
            "Mairie",
            "--successor",
            "Parc",
            "--remove",
            "ADIE",
            "--dormant",
            "CMA",
            "--close",
            "3f9a12c4",
            "--voter",
            "CCI=77c1",
            "--committee",
            "Marie Dupont=ab",
            "--ratify",
            "1",
            "--lift",
            "CMA",
            "--head",
            "3f9a12c4=12",
            "--minimum-protocol",
            "2",
        ],
    );
    assert_eq!(
        wanted,
        json!({
            "coordinator": "Parc", "admissions": 2,
            "mandates": [{ "collection": "opportunity", "right": "create", "holder": "cci",
                           "themes": ["premises", "land"], "territory": ["Ambert"] }],
            "no_mandates": [{ "collection": "local_service", "right": "create" }],
            "remove": [{ "structure": "Mairie", "successor": "Parc" },
                       { "structure": "ADIE", "successor": null }],
            "dormant": ["CMA"], "close": ["3f9a12c4"],
            "voters": [{ "structure": "CCI", "node": "77c1" }],
            "committee": [{ "name": "Marie Dupont", "key": "ab" }], "ratify": 1,
            "lift": ["CMA"],
            "heads": [{ "node": "3f9a12c4", "seq": 12, "version": null }],
            "minimum_protocol": 2, "dry_run": true
        })
    );
}

#[test]
fn nothing_is_proposed_before_a_person_agrees_to_what_was_shown() {
    let propose = ["charter", "propose", "--remove", "Mairie"];
    for (typed, agrees) in [("o\n", true), ("yes\n", true), ("n\n", false), ("", false)] {
        let node = Canned::answering("charter.propose", charter_preview());
        let ran = run_with_input(&node, Language::French, &propose, typed);
        let calls = node.calls.borrow();
        let written: Vec<&Value> = calls
            .iter()
            .map(|(_, input)| input)
            .filter(|input| input["dry_run"] == json!(false))
            .collect();
        assert_eq!(
            (written.len(), ran.code),
            if agrees { (1, 0) } else { (0, 5) }
        );
        // The node compares the version that was shown with the one in force.
        assert!(written.iter().all(|it| it["above"] == "ab".repeat(32)));
        assert!(ran.out.contains("Chambre d’agriculture"), "{}", ran.out);
    }
    let node = Canned::answering("charter.propose", charter_preview());
    let unasked = ["charter", "propose", "--remove", "Mairie", "--yes"];
    assert_eq!(run(&node, Language::English, &unasked).code, 0);
    assert_eq!(node.calls.borrow().len(), 2);
}

#[test]
fn what_no_node_can_understand_is_refused_before_it_is_asked() {
    let node = Canned::default();
    let refused = |arguments: &[&str]| {
        let mut line = vec!["charter", "propose", "--json"];
        line.extend(arguments);
        let ran = run(&node, Language::French, &line);
        let error: Value = serde_json::from_str(&ran.err).unwrap();
        (
            error["error"]["code"].as_str().unwrap().to_owned(),
            ran.code,
        )
    };
    assert_eq!(
        refused(&["--mandate", "opportunity"]),
        ("mandate_form".into(), 2)
    );
    assert_eq!(refused(&["--committee", "Marie"]), ("pair_form".into(), 2));
    assert_eq!(refused(&["--head", "3f9a=x"]), ("head_form".into(), 2));
    assert_eq!(
        refused(&["--successor", "Parc"]),
        ("successor_without_removal".into(), 2)
    );
    assert_eq!(node.calls.borrow().len(), 0);
}

#[test]
fn the_charter_is_written_to_a_page_and_never_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("charte.html");
    let path = path.to_str().unwrap();
    let node = Canned::answering("charter.show", charter());
    let ran = run(
        &node,
        Language::French,
        &["charter", "show", "--page", path],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Hard spaces keep signs with what they belong to.
    let page = std::fs::read_to_string(path)
        .unwrap()
        .replace('\u{a0}', " ");
    for said in [
        "Charte du réseau « Cap Actif »",
        "CCI du Puy-de-Dôme peut créer des fiches « Opportunité »",
        "sur : Ambert",
        "Marie Dupont",
        "<h2>Signatures</h2>",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let again = run(
        &node,
        Language::French,
        &["charter", "show", "--page", path],
    );
    assert_ne!(again.code, 0);
}

#[test]
fn a_record_says_how_it_stands_with_the_committee() {
    let told = |answer: Value| {
        let node = Canned::answering("charter.ratify", answer);
        let ran = run(
            &node,
            Language::French,
            &["charter", "ratify", "a1b2", "--as", "Jean"],
        );
        assert_eq!(
            node.asked(),
            json!({ "record": "a1b2", "as": "Jean", "key": null })
        );
        ran.out
    };
    let base = |status: &str| {
        json!({ "record": ID, "title": "Fromagerie", "status": status, "by": ["Jean", "Marie"],
                "needed": 3, "missing": 1, "number": 4, "signatures": 0 })
    };
    assert!(told(base("partial")).contains("2 signatures sur 3 (Jean, Marie) ; il en manque une"));
    assert!(told(base("ratified")).contains("Ratifiée par le comité de pilotage (Jean, Marie)"));
    let mut lapsed = base("lapsed");
    lapsed["by"] = json!([]);
    lapsed["signatures"] = json!(1);
    let lapsed = told(lapsed);
    assert!(
        lapsed.contains("Ratification caduque") && lapsed.contains("Une signature sur 3"),
        "{lapsed}"
    );
    let mut shown = output::opportunity();
    shown["_ratification"] = base("ratified");
    let node = Canned::answering("record.show", shown);
    let ran = run(&node, Language::English, &["opportunity", "show", "a1b2"]);
    assert!(
        ran.out.contains("Ratified by the steering committee"),
        "{}",
        ran.out
    );
}

#[test]
fn a_write_that_no_mandate_allows_says_so_in_words_and_names_who_may() {
    let denied = |count: &str, names: &str, theme: &str| {
        refused("no_mandate", ExitKind::Refused)
            .with("collection", "opportunity")
            .with("theme", theme)
            .with("act", "create")
            .with("count", count)
            .with("names", names)
    };
    let told = |error: ApiError, language| {
        let node = Canned::failing("record.add", error);
        let line = [
            "opportunity",
            "add",
            "--title",
            "Ferme",
            "--kind",
            "farm_takeover",
        ];
        let ran = run(&node, language, &line);
        assert_eq!(ran.code, 4);
        ran.err
    };
    let one = told(
        denied("1", "Chambre d’agriculture", "farm_takeover"),
        Language::French,
    );
    let said = "Votre structure n’a pas mandat pour créer cette fiche (Opportunité, Exploitation \
                agricole à reprendre). Un seul membre l’a : Chambre d’agriculture.";
    assert!(one.contains(said), "{one}");
    let none = told(denied("0", "", "none"), Language::English);
    let said = "Your structure has no mandate to create this record (Opportunity). No member has \
                it for now.";
    assert!(none.contains(said), "{none}");
}
