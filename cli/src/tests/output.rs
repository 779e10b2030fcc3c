//! What commands ask of the node, and the JSON and CSV that scripts rely on.

use super::*;

pub(super) const ID: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90";

pub(super) fn status() -> Value {
    json!({
        "network": "11".repeat(32), "network_name": "Cap Actif", "node": "22".repeat(32),
        "structure": "33".repeat(32), "structure_name": "CCI du Puy-de-Dôme",
        "records": 1504, "entries": 12345, "frontier_digest": "44".repeat(32),
        "view_digest": "55".repeat(32), "pending": 2, "refused": 0, "outbox": 3,
        "disk_bytes": 4_210_000,
        "peers": [
            { "node": "66".repeat(32), "name": "Chambre d’agriculture", "connected": true,
              "in_sync": true, "holds_my_edits": true, "missing_there": 0, "last_seen": null },
            { "node": "77".repeat(32), "name": "Communauté de communes Ambert Livradois Forez",
              "connected": false, "in_sync": false, "holds_my_edits": false,
              "missing_there": 3, "last_seen": null }],
        "warnings": [{ "code": "address_in_use", "args": { "address": "0.0.0.0:7420" } }]
    })
}

pub(super) fn charter() -> Value {
    let mandate = |collection: &str, right: &str, holder: Value, by: Value, source: &str| {
        json!({ "collection": collection, "right": right, "holder": holder, "by": by,
                "territory": [], "themes": [], "source": source })
    };
    let kind = |code: &str| json!({ "type": "kind", "kind": code });
    let mut limited = mandate(
        "opportunity",
        "create",
        json!({ "type": "structure", "structure": "33".repeat(32), "name": "CCI du Puy-de-Dôme" }),
        json!(["CCI du Puy-de-Dôme"]),
        "charter",
    );
    limited["themes"] = json!(["business_takeover", "premises"]);
    limited["territory"] = json!([{ "code": "63003", "name": "Ambert" }]);
    let everyone = json!({ "type": "everyone" });
    json!({
        "name": "Cap Actif", "version": "ab".repeat(32), "number": 3, "network": "11".repeat(32),
        "written_on": "2026-11-20T09:00:00Z", "founded_on": "2026-10-01T08:00:00Z",
        "members": [
            { "structure": "33".repeat(32), "name": "CCI du Puy-de-Dôme", "kind": "cci",
              "node_count": 2, "me": true, "since": 0, "since_on": "2026-10-01T08:00:00Z",
              "voting_node": "22".repeat(32), "dormant": false },
            { "structure": "66".repeat(32), "name": "Chambre d’agriculture",
              "kind": "chamber_agriculture", "node_count": 1, "me": false, "since": 1,
              "since_on": "2026-10-08T08:00:00Z", "voting_node": "67".repeat(32),
              "dormant": true }],
        "coordinator": { "structure": "33".repeat(32), "name": "CCI du Puy-de-Dôme" },
        "mandates": [
            limited,
            mandate("local_service", "create", kind("epci"), json!([]), "default"),
            mandate("opportunity", "edit_any", json!({ "type": "coordinator" }),
                    json!(["CCI du Puy-de-Dôme"]), "default"),
            mandate("project", "create", everyone.clone(), json!([]), "open"),
            mandate("project", "edit_own", everyone, json!([]), "open")],
        "quorums": { "members": 2, "voting": 1, "vote": 1, "without_one": null, "suspension": 2,
                     "suspension_possible": false, "admissions": 1 },
        "committee": { "quorum": 2, "persons": [
            { "name": "Jean Faure", "key": "88".repeat(32) },
            { "name": "Marie Dupont", "key": "99".repeat(32) }] },
        "suspensions": [{ "subject": { "type": "node", "id": "67".repeat(32),
                                       "name": "Chambre d’agriculture (67676767)" },
                          "by": ["CCI du Puy-de-Dôme"], "missing": 1, "in_force": false }],
        "successors": [], "closed": [],
        "proposals": [{ "id": "cd".repeat(32), "number": 4, "round": 0,
                        "proposed_by": "CCI du Puy-de-Dôme (22222222)",
                        "changes": [
                            { "code": "admits", "name": "Ambert Livradois Forez", "kind": "epci" },
                            { "code": "admissions", "count": 0 }],
                        "summary": "Ambert Livradois Forez", "needed": 1,
                        "needed_without_one": null, "delegated": false, "concerns": [],
                        "approvals": [], "missing": 1, "can_pass": true,
                        "waits_for": ["CCI du Puy-de-Dôme"] }],
        "open_round": 0, "rivals": null, "double_votes": []
    })
}

pub(super) fn charter_log() -> Value {
    json!({ "name": "Cap Actif", "network": "11".repeat(32), "number": 1, "rivals": null,
        "double_votes": [{ "name": "CCI du Puy-de-Dôme (22222222)", "number": 2,
                           "one": "cc".repeat(32), "other": "dd".repeat(32) }],
        "versions": [
        { "number": 0, "id": "aa".repeat(32), "round": 0, "state": "past",
          "written_on": "2026-10-01T08:00:00Z", "proposed_by": null, "approvals": [],
          "changes": [{ "code": "founds", "name": "Parc", "kind": "park" }],
          "narrows": false, "certified": null, "suspensions": [], "ratifications": [] },
        { "number": 1, "id": "bb".repeat(32), "round": 1, "state": "in_force",
          "written_on": "2026-10-08T08:00:00Z",
          "proposed_by": { "name": "Parc (22222222)", "on": "2026-10-08" },
          "approvals": [
              { "name": "Parc", "on": "2026-10-08", "counts": true },
              { "name": "67676767", "on": "2026-10-09", "counts": false }],
          "changes": [
              { "code": "removes", "name": "Mairie", "successor": "Parc" },
              { "code": "mandate", "mandate": {
                  "collection": "project", "right": "create", "by": [], "themes": [],
                  "holder": { "type": "kind", "kind": "lender" },
                  "territory": [{ "code": "63003", "name": "Ambert" }] } },
              { "code": "nobody", "collection": "local_service", "right": "edit_any" },
              { "code": "committee", "names": "Jean Faure", "count": 1 }],
          "narrows": true, "certified": true,
          "suspensions": [{ "subject": { "type": "structure", "id": "66".repeat(32),
                                         "name": "Chambre" },
                            "by": "Parc (22222222)", "on": "2026-10-10" }],
          "ratifications": [{ "person": "Jean Faure", "record": ID, "title": "Fromagerie",
                              "content": "ee".repeat(32), "on": "2026-10-11" }] }] })
}

pub(super) fn charter_preview() -> Value {
    json!({ "above": "ab".repeat(32), "number": 4, "round": 0, "written": false,
        "changes": [{ "code": "removes", "name": "Chambre d’agriculture",
                      "successor": "CCI du Puy-de-Dôme" }],
        "narrows": ["Chambre d’agriculture"], "concerns": ["Chambre d’agriculture"],
        "voters": 3, "needed": 3, "needed_without_one": 2, "delegated": false,
        "waits_for": ["Parc", "Chambre d’agriculture"], "can_pass": false,
        "warnings": [{ "code": "votes_are_given", "args": {} }] })
}

pub(super) fn keys() -> Value {
    json!({
        "network": "11".repeat(32), "network_name": "Cap Actif", "node": "22".repeat(32),
        "structure": "33".repeat(32), "structure_name": "CCI du Puy-de-Dôme",
        "root": { "key": "44".repeat(32), "held": "locked",
                  "path": "/home/cci/.local/share/capactif/keys/root.key" },
        "recovery": null, "statements": 4, "stopped": false, "forks": 0, "uncertain": false,
        "sealing": { "generation": 1, "held": true, "due": true },
        "nodes": [
            { "node": "22".repeat(32), "me": true, "votes": true, "certified": true,
              "revoked": false, "last": null, "entries": 1204 },
            { "node": "55".repeat(32), "me": false, "votes": false, "certified": true,
              "revoked": true, "last": 87, "entries": 90 },
            { "node": "66".repeat(32), "me": false, "votes": false, "certified": false,
              "revoked": false, "last": null, "entries": 12 }]
    })
}

pub(super) fn erase() -> [Value; 2] {
    let preview = json!({
        "id": ID, "collection": "opportunity", "title": "Atelier de 120 m² avec vitrine",
        "entries": 3, "nodes": 17, "countersigned": true, "root": "open", "confirmed": false
    });
    let mut done = preview.clone();
    done["confirmed"] = json!(true);
    done["standing"] = json!("deletes");
    [preview, done]
}

/// A part for all, one's own copy of it, and a file that another record names too; each as it would
/// be, and done.
pub(super) fn erase_in_part() -> [(&'static str, [Value; 2]); 3] {
    let both = |preview: Value, standing: &str| {
        let mut done = preview.clone();
        done["confirmed"] = json!(true);
        done["standing"] = json!(standing);
        [preview, done]
    };
    let part = json!({
        "id": ID, "collection": "holder", "title": "PP-7K3F2Q", "target": "part",
        "part": "identity", "entries": 3, "nodes": 17, "own_copies": false,
        "owner": "ADIE", "root": "unneeded", "countersigned": false, "confirmed": false
    });
    let mut own = part.clone();
    own["own_copies"] = json!(true);
    own["nodes"] = json!(1);
    let file = json!({
        "id": ID, "collection": "opportunity", "title": "Atelier de 120 m² avec vitrine",
        "target": "attachment", "name": "façade.jpg", "bytes": 900_000, "blob": "77".repeat(32),
        "elsewhere": 1, "nodes": 17, "root": "elsewhere", "countersigned": false,
        "confirmed": false
    });
    [
        ("part", both(part, "deletes")),
        ("own", both(own, "own")),
        ("file", both(file, "hides")),
    ]
}

/// An offer, an acceptance, and a list of offers.
pub(super) fn transfers() -> [Value; 3] {
    let offered = json!({
        "id": ID, "collection": "opportunity", "title": "Atelier de 120 m² avec vitrine",
        "to": "66".repeat(32), "to_name": "CMA", "parts": 1
    });
    let accepted = json!({
        "id": ID, "collection": "opportunity", "title": "Atelier de 120 m² avec vitrine",
        "from_name": "CCI du Puy-de-Dôme", "standing": "owned"
    });
    let offer = |to_us: bool| {
        let (from, to) = ("CCI du Puy-de-Dôme", "CMA");
        json!({
            "id": ID, "collection": "opportunity", "title": "Atelier de 120 m² avec vitrine",
            "from_name": if to_us { from } else { to }, "to_name": if to_us { to } else { from },
            "to_us": to_us, "time": "2026-11-02T09:00:00Z"
        })
    };
    [
        offered,
        accepted,
        json!({ "offers": [offer(true), offer(false)] }),
    ]
}

pub(super) fn erasures() -> Value {
    let node = |name| json!({ "node": "66".repeat(32), "structure_name": name });
    let (cci, farms) = (node("CCI du Puy-de-Dôme"), node("Chambre d’agriculture"));
    let erasure = |standing: &str, waiting: Value| {
        json!({
            "id": ID, "standing": standing, "why": "asked", "by": "Parc",
            "time": "2026-11-02T09:00:00Z", "nodes": 4, "done": [cci], "waiting": waiting
        })
    };
    let mut refused = erasure("refused", json!([]));
    refused["refused"] = json!("erasure_by_another");
    let mut part = erasure("deletes", json!([]));
    part["target"] = json!("part");
    part["part"] = json!("identity");
    part["unnamed"] = json!(2);
    let mut own = erasure("own", json!([]));
    own["target"] = json!("part");
    own["part"] = json!("details");
    own["nodes"] = json!(1);
    let mut file = erasure("deletes", json!([farms]));
    file["target"] = json!("attachment");
    file["name"] = json!("façade.jpg");
    json!({ "erasures": [
        part, own, file,
        erasure("deletes", json!([cci, farms, cci])),
        erasure("deletes", json!([])),
        erasure("hides", json!([])),
        erasure("waits", json!([])),
        refused,
    ]})
}

pub(super) fn due() -> Value {
    json!({ "due": [
        { "id": ID, "collection": "referral", "title": "housing", "rule": "not_taken_up",
          "since": "2025-01-31", "until": "2026-01-31" },
        { "id": "f0".repeat(32), "collection": "opportunity", "title": "Local rue du Château",
          "rule": "draft", "since": "2026-08-01", "until": "2026-10-30" }] })
}

pub(super) fn opportunity() -> Value {
    json!({
        "id": ID, "collection": "opportunity", "owner": "33".repeat(32),
        "kind": "premises", "status": "published", "title": "Atelier de 120 m² avec vitrine",
        "summary": "Ancien garage au centre du bourg, sur la route d’Arlanc, avec une grande \
                    vitrine, un bureau et une cour fermée ; chauffage au bois.",
        "insee_code": "63003", "price_max_cents": 9_000_000, "surface_m2": 120.5,
        "with_walls": true, "last_verified_on": "2026-11-02",
        "_derived": { "expired": false }, "_conflicts": ["price_max"],
        "_meta": { "created_on": "2026-10-01", "changed_on": "2026-11-02",
                   "owner_name": "CCI du Puy-de-Dôme" }
    })
}

pub(super) fn opportunities() -> Value {
    let other = json!({
        "id": "f0".repeat(32), "collection": "opportunity", "owner": "33".repeat(32),
        "kind": "business_takeover", "status": "under_negotiation",
        "title": "Boulangerie-pâtisserie à reprendre, fonds et matériel, centre-bourg animé",
        "insee_code": "42039", "price_max_cents": 12_550_050
    });
    json!({ "rows": [opportunity(), other], "total": 600 })
}

pub(super) fn history() -> Value {
    json!({ "entries": [
        { "seq": 7, "node": "22".repeat(32), "structure": "33".repeat(32),
          "structure_name": "CCI du Puy-de-Dôme", "person": "Camille", "time": "2026-10-01",
          "kind": "create", "signature_ok": true,
          "changes": [{ "field": "price_max", "before": null, "after": 9_500_000 }] },
        { "seq": 9, "node": "22".repeat(32), "structure": "33".repeat(32),
          "structure_name": "CCI du Puy-de-Dôme", "time": "2026-11-02", "kind": "change",
          "signature_ok": false,
          "changes": [{ "field": "price_max", "before": 9_500_000, "after": 9_000_000 },
                      { "field": "siret", "before": "73282932000074", "after": null }] },
        { "seq": 3, "node": "66".repeat(32), "structure": "66".repeat(32),
          "structure_name": "CMA", "from_name": "CCI du Puy-de-Dôme", "time": "2026-11-03",
          "kind": "transfer", "signature_ok": true, "changes": [] }] })
}

pub(super) fn conflicts() -> Value {
    json!({ "conflicts": [{ "id": ID, "collection": "opportunity", "title": "Atelier de 120 m²",
        "field": "price_max", "values": [
            { "value": 9_000_000, "node": "22".repeat(32), "structure_name": "CCI", "time": "…" },
            { "value": 8_500_000, "node": "66".repeat(32), "structure_name": "CMA", "time": "…" }
        ] }] })
}

pub(super) fn synced() -> Value {
    json!({ "peers": [{ "node": "66".repeat(32), "structure": "66".repeat(32), "name": "CMA",
        "round_trips": 2, "bytes_sent": 240, "bytes_received": 14_000, "entries_sent": 3,
        "entries_received": 1204, "seconds": 0.42, "in_sync": true }] })
}

pub(super) fn refused() -> Value {
    json!({ "total": 2, "entries": [
        { "node": "66".repeat(32), "seq": 118, "structure": "CMA", "record": ID,
          "collection": "opportunity", "title": "Ferme de 40 ha", "fields": ["kind", "title"],
          "written_at": "2026-11-02T08:00:00Z", "code": "not_granted" },
        { "node": "66".repeat(32), "seq": 120, "structure": "CMA", "record": ID,
          "collection": null, "title": null, "fields": ["price_max"],
          "written_at": "2026-11-03T08:00:00Z", "code": "refused_ancestor" }] })
}

pub(super) fn hits() -> Value {
    json!({ "hits": [{ "id": ID, "collection": "opportunity", "title": "Boulangerie à reprendre",
        "snippet": "… la boulangerie du bourg …", "score": 3.2 }] })
}

#[test]
fn add_sends_texts_under_field_names_and_answers_the_id() {
    let node = Canned::answering("record.add", json!({ "id": ID }));
    let ran = run(
        &node,
        Language::French,
        &[
            "opportunity",
            "add",
            "--kind",
            "premises",
            "--title",
            "Atelier",
            "--commune",
            "Ambert",
            "--price-max",
            "90000",
            "--organic",
            "--farm-production",
            "lait",
            "--farm-production",
            "miel",
            "--longitude",
            "-3.5",
            "--json",
        ],
    );
    assert_eq!(ran.out, format!("{{\"id\":\"{ID}\"}}\n"), "{}", ran.err);
    assert_eq!(
        node.asked(),
        json!({ "collection": "opportunity", "fields": {
            "kind": "premises", "title": "Atelier", "insee_code": "Ambert", "longitude": "-3.5",
            "price_max": "90000", "farm_production": ["lait", "miel"], "organic": "true" } })
    );
}

#[test]
fn prose_is_read_from_standard_input_when_asked() {
    let node = Canned::answering("record.add", json!({ "id": ID }));
    let arguments = [
        "opportunity",
        "add",
        "--title",
        "- deux murs",
        "--summary",
        "-",
    ];
    run_with_input(
        &node,
        Language::French,
        &arguments,
        "Première ligne\nseconde\n",
    );
    let fields = &node.asked()["fields"];
    assert_eq!(fields["summary"], "Première ligne\nseconde");
    assert_eq!(fields["title"], "- deux murs");
}

#[test]
fn set_clears_and_edits_lists() {
    let node = Canned::answering("record.set", json!({ "id": ID, "changed": ["siret"] }));
    let ran = run(
        &node,
        Language::English,
        &[
            "structure",
            "set",
            "a1b2",
            "--clear",
            "siret",
            "--add-networks",
            "ADIE",
            "--remove-networks",
            "BGE",
            "--with-nothing-known",
        ],
    );
    assert_eq!(ran.code, 2);
    let ran = run(
        &node,
        Language::English,
        &[
            "structure",
            "set",
            "a1b2",
            "--clear",
            "siret",
            "--add-networks",
            "ADIE",
            "--remove-networks",
            "BGE",
        ],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        node.asked(),
        json!({ "collection": "structure", "id": "a1b2", "fields": { "siret": null },
                "add": { "networks": ["ADIE"] }, "remove": { "networks": ["BGE"] } })
    );
    let nothing = run(
        &Canned::default(),
        Language::English,
        &["structure", "set", "a1b2"],
    );
    assert_eq!(nothing.code, 2);
}

#[test]
fn list_turns_flags_into_conditions_and_prints_one_object_a_line() {
    let node = Canned::answering("record.list", opportunities());
    let ran = run(
        &node,
        Language::French,
        &[
            "opportunity",
            "list",
            "--near",
            "63003",
            "--within",
            "20km",
            "--kind",
            "premises",
            "--sort",
            "-price-max",
            "--where",
            "surface_m2>=100",
            "--json",
        ],
    );
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["id"], &lines[0]["collection"]),
        (&json!(ID), &json!("opportunity"))
    );
    assert_eq!(
        node.asked(),
        json!({ "collection": "opportunity", "where": ["surface_m2>=100", "kind=premises"],
                "near": "63003", "within": "20km", "sort": "-price_max" })
    );
}

#[test]
fn list_as_csv_has_the_asked_columns_with_stored_values() {
    let node = Canned::answering("record.list", opportunities());
    let ran = run(
        &node,
        Language::French,
        &[
            "opportunity",
            "list",
            "--csv",
            "--columns",
            "id,title,price-max",
        ],
    );
    assert_eq!(ran.out.lines().next().unwrap(), "id,title,price_max_cents");
    assert!(
        ran.out
            .contains(&format!("{ID},Atelier de 120 m² avec vitrine,9000000")),
        "{}",
        ran.out
    );
}

#[test]
fn found_invite_and_join_answer_the_pinned_names() {
    let answer = json!({ "network": "n", "node": "k" });
    for (operation, arguments) in [
        (
            "network.found",
            vec!["network", "found", "N", "--structure", "S", "--kind", "cci"],
        ),
        ("network.join", vec!["network", "join", "T"]),
    ] {
        let node = Canned::answering(operation, answer.clone());
        let ran = run(
            &node,
            Language::French,
            &[arguments, vec!["--json"]].concat(),
        );
        assert_eq!(
            ran.out,
            "{\"network\":\"n\",\"node\":\"k\",\"ticket\":null}\n"
        );
    }
}

#[test]
fn invite_prints_the_ticket_alone_on_standard_output() {
    let node = Canned::answering("network.invite", json!({ "ticket": "capactif1abc" }));
    let arguments = ["network", "invite", "--structure", "CMA", "--kind", "cma"];
    let ran = run(&node, Language::French, &arguments);
    assert_eq!(ran.out, "capactif1abc\n");
    assert!(
        ran.err.contains("CMA") && ran.err.contains('█'),
        "{}",
        ran.err
    );
}

#[test]
fn a_ticket_may_come_on_standard_input_broken_by_a_mail_program() {
    let node = Canned::answering(
        "network.join",
        json!({ "admitted": false, "missing_approvals": 2 }),
    );
    let ran = run_with_input(
        &node,
        Language::French,
        &["network", "join", "-"],
        "capac\r\n tif1abc\n",
    );
    assert_eq!(node.asked(), json!({ "ticket": "capactif1abc" }));
    assert!(ran.out.contains("Il manque 2 approbations"), "{}", ran.out);
}

#[test]
fn status_json_is_what_the_node_said() {
    let ran = run(
        &Canned::answering("status", status()),
        Language::French,
        &["status", "--json"],
    );
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), status());
}

#[test]
fn import_names_every_bad_row_and_counts() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("locaux.csv");
    std::fs::write(&file, "title;price_max\na;b\n").unwrap();
    let answer = json!({ "detected": { "format": "csv", "delimiter": ";" }, "created": 1,
        "updated": 0, "unchanged": 0,
        "errors": [{ "line": 3, "column": "price_max", "message": "not an amount" }] });
    let node = Canned::answering("import", answer.clone());
    let path = file.to_str().unwrap();
    let arguments = [
        "import",
        path,
        "--collection",
        "local-service",
        "--source",
        "agence",
    ];
    let ran = run(&node, Language::French, &arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        ran.out,
        "Une fiche créée, aucune mise à jour, aucune inchangée, une erreur.\n"
    );
    assert!(
        ran.err
            .contains("ligne 3, colonne price_max : Not an amount."),
        "{}",
        ran.err
    );
    let asked = node.asked();
    assert_eq!(
        (&asked["collection"], &asked["name"]),
        (&json!("local_service"), &json!("locaux.csv"))
    );
    assert_eq!(asked["content_base64"], "dGl0bGU7cHJpY2VfbWF4CmE7Ygo=");

    let node = Canned::answering("import", answer.clone());
    let ran = run(
        &node,
        Language::French,
        &[&arguments[..], &["--json"]].concat(),
    );
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), answer);
}

#[test]
fn export_writes_bytes_as_they_are_and_never_over_a_file() {
    let node = Canned::answering("export", json!({ "content_base64": "w6k7Cg==" }));
    let base = ["export", "--collection", "opportunity", "--format", "csv"];
    assert_eq!(run(&node, Language::French, &base).out, "é;\n");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("out.csv");
    let arguments = [&base[..], &["-o", file.to_str().unwrap()]].concat();
    assert_eq!(run(&node, Language::French, &arguments).code, 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "é;\n");
    assert_eq!(run(&node, Language::French, &arguments).code, 1);
}

#[test]
fn referral_moves_go_by_their_names() {
    let node = Canned::answering("referral.move", json!({ "id": ID, "status": "declined" }));
    let ran = run(
        &node,
        Language::French,
        &["referral", "decline", "a1b2", "--reason", "out_of_area"],
    );
    assert_eq!(
        node.asked(),
        json!({ "id": "a1b2", "move": "decline", "reason": "out_of_area" })
    );
    assert_eq!(ran.out, "Orientation a1b2c3d4 : Refusée.\n");
    let node = Canned::answering("referral.send", json!({ "id": ID }));
    run(
        &node,
        Language::French,
        &[
            "referral",
            "send",
            "--project",
            "p",
            "--to",
            "s",
            "--theme",
            "t",
        ],
    );
    assert_eq!(
        node.asked(),
        json!({ "project": "p", "to": "s", "theme": "t" })
    );
}

#[test]
fn query_rows_are_objects_in_json() {
    let node = Canned::answering(
        "query",
        json!({ "columns": ["a", "b"], "rows": [[1, null]] }),
    );
    let ran = run(&node, Language::French, &["query", "select 1", "--json"]);
    assert_eq!(ran.out, "{\"a\":1,\"b\":null}\n");
}

#[test]
fn run_says_where_it_listens() {
    let arguments = ["run", "--listen", "127.0.0.1:7420", "--json"];
    let ran = run(&Canned::default(), Language::French, &arguments);
    let started: Value = serde_json::from_str(ran.out.trim()).unwrap();
    assert_eq!(started["listen"], json!(["127.0.0.1:7420"]));
}

#[test]
fn completions_and_manual_are_made_for_every_shell_in_both_languages() {
    for language in Language::ALL {
        for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
            let ran = run(&Canned::default(), language, &["completions", shell]);
            assert!(ran.out.contains("opportunity"), "{shell}");
        }
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_str().unwrap();
        let ran = run(&Canned::default(), language, &["man", "--output", path]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let page = directory.path().join("capactif-opportunity-add.1");
        assert!(std::fs::read_to_string(page).unwrap().contains("insee"));
    }
}

#[test]
fn a_repair_says_what_was_recovered_what_is_missing_and_what_may_be_written() {
    let report = json!({
        "changed": true,
        "flaws": ["its file db is gone", "more"],
        "kept": "/home/kept-1",
        "journals": [
            {"author": "ab".repeat(32), "name": "CCI", "own": false, "sound": 12, "held": 20},
            {"author": "cd".repeat(32), "name": "Parc", "own": true, "sound": 7, "held": 9},
        ],
        "from_outbox": 3,
        "own": "incomplete",
        "used": 9,
        "ok": true,
        "problems": [],
        "checked": {"journals": 2, "entries": 19, "records": 4},
        "votes": true,
    });
    let node = Canned::answering("repair", report.clone());
    let ran = run(&node, Language::English, &["doctor", "--repair"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(node.asked(), json!({"new_key": false}));
    for said in [
        "kept in /home/kept-1",
        "2 journals taken over, 19 entries.",
        "3 entries of this node came back",
        "CCI (abababab): sound up to entry 12 of 20",
        "10 entries are missing",
        "up to entry 9",
        "All is well.",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let mut renewed = report;
    renewed["own"] = json!("renewed");
    renewed["new_node"] = json!("ef".repeat(32));
    renewed["votes"] = json!(false);
    let node = Canned::answering("repair", renewed);
    let ran = run(
        &node,
        Language::French,
        &["doctor", "--repair", "--new-key"],
    );
    assert_eq!(node.asked(), json!({"new_key": true}));
    let flat = ran.out.replace('\n', " ");
    assert!(flat.contains("une nouvelle clé (efefefef)"), "{flat}");
    assert!(flat.contains("La voix de votre structure"), "{flat}");
    let sound = json!({"changed": false, "own": "whole", "ok": true, "problems": []});
    let ran = run(
        &Canned::answering("repair", sound),
        Language::French,
        &["doctor", "--repair"],
    );
    assert!(ran.out.contains("rien n’a été changé"), "{}", ran.out);
    assert_eq!(
        run(&node, Language::French, &["doctor", "--new-key"]).code,
        2
    );
}

/// What waits, of each sort.
pub(super) fn todo() -> Value {
    let id = |digit: &str| digit.repeat(64);
    json!({
        "today": "2026-11-23",
        "total": 16,
        "groups": [
            { "code": "votes", "total": 1, "items": [{ "command": ["charter", "show"] }] },
            { "code": "answers", "total": 2, "items": [
                { "id": id("c"), "collection": "referral", "title": "PP-7K3F", "theme": "farmland",
                  "name": "CCI du Puy-de-Dôme", "urgency": "high", "since": "2026-11-02T08:00:00Z",
                  "late": "overdue", "command": ["referral", "accept", id("c")] },
                { "id": id("d"), "collection": "referral", "title": "PP-9QWX", "theme": "loan",
                  "name": "Parc", "urgency": "normal", "since": "2026-11-20T08:00:00Z",
                  "late": null, "command": ["referral", "accept", id("d")] },
            ]},
            { "code": "conflicts", "total": 1, "items": [
                { "id": id("a"), "collection": "opportunity", "title": "Atelier",
                  "fields": ["price_max", "status"], "command": ["opportunity", "conflicts", id("a")] },
            ]},
            { "code": "durability", "total": 1, "items": [
                { "id": id("e"), "collection": "project", "title": "PP-5B2M", "month": "12",
                  "since": "2025-11-20",
                  "command": ["durability-check", "add", "--project", id("e"), "--month", "12", "--state"] },
            ]},
            { "code": "erasures", "total": 1, "items": [
                { "id": id("f"), "collection": "opportunity", "title": "Local vide", "rule": "draft",
                  "since": "2026-11-01", "command": ["erase", id("f"), "--why", "retention"] },
            ]},
            { "code": "of_tomorrow", "total": 1, "items": [
                { "id": id("b"), "collection": "project", "title": "PP-2", "command": ["project", "show", id("b")] },
            ]},
            { "code": "verify", "total": 9, "items": [
                { "id": id("1"), "collection": "opportunity", "title": "Boulangerie", "since": "2026-08-01",
                  "command": ["opportunity", "verify", id("1")] },
                { "id": id("2"), "collection": "opportunity", "title": "Fournil", "since": null,
                  "command": ["opportunity", "verify", id("2")] },
            ]},
        ],
    })
}

/// A checklist with a need, answers of both sorts, and a point without any.
pub(super) fn checklist() -> Value {
    let none = || json!({ "total": 0, "nearest": [] });
    let found = |total: u64, title: &str, km: f64| {
        json!({ "total": total, "nearest": [
            { "id": "a".repeat(64), "title": title, "insee_code": "63003", "distance_km": km },
        ]})
    };
    json!({
        "project": "e".repeat(64),
        "title": "PP-7K3F",
        "zones": ["insee:63003"],
        "located": true,
        "within_km": 20.0,
        "added": [],
        "points": [
            { "theme": "housing", "need": { "id": "b".repeat(64), "state": "open" },
              "services": none(), "opportunities": found(4, "Maison de bourg", 3.2) },
            { "theme": "education", "need": null, "services": found(12, "École", 0.0),
              "opportunities": none() },
            { "theme": "spouse_job", "need": null, "services": found(1, "France Travail", 0.4),
              "opportunities": found(2, "Serveuse", 7.5) },
            { "theme": "telecom", "need": null, "services": none(), "opportunities": none() },
        ],
    })
}

/// A referral that was taken back and taken on at once.
pub(super) fn referral_in_two_states() -> Value {
    let given = |value: &str, name: &str| {
        json!({ "value": value, "structure_name": name, "node": "9".repeat(64),
                "time": "2026-11-20T09:30:00Z" })
    };
    json!({
        "id": "c".repeat(64),
        "collection": "referral",
        "owner": "8".repeat(64),
        "theme": "farmland",
        "status": "accepted",
        "_derived": { "late": null },
        "_conflicts": ["status"],
        "_branches": [{ "field": "status", "values": [
            given("accepted", "Chambre d’agriculture"), given("withdrawn", "CCI"),
        ]}],
    })
}

/// A referral sent to a structure that is full.
pub(super) fn sent_with_notices() -> Value {
    json!({
        "id": "c".repeat(64),
        "status": "sent",
        "notices": [
            { "field": "to_structure", "code": "receiver_full", "args": { "name": "ADIE" },
              "message": "is full" },
            { "field": "project", "code": "project_without_holder", "args": {},
              "message": "no holder" },
        ],
    })
}
