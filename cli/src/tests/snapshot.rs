//! Output compared with what was judged good, in `cli/src/tests/snapshots`.
//!
//! `UPDATE=1 cargo test -p capactif-cli` writes them anew; the difference is then read and
//! committed like any other change.

use std::fs;
use std::path::Path;

use super::*;

fn check(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/tests/snapshots")
        .join(name);
    // Checked out with either line end, printed with either separator.
    let normal = |text: &str| {
        text.replace("\r\n", "\n")
            .replace("capactif.exe", "capactif")
    };
    let actual = normal(actual);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("snapshots lie in a directory")).unwrap();
        fs::write(&path, actual).unwrap();
        return;
    }
    let expected = normal(&fs::read_to_string(&path).unwrap_or_default());
    assert_eq!(actual, expected, "{name} changed; UPDATE=1 rewrites it");
}

pub(super) fn check_both(name: &str, node: &Canned, arguments: &[&str]) {
    for language in Language::ALL {
        let ran = run(node, language, arguments);
        let text = format!("{}--- stderr\n{}--- exit {}\n", ran.out, ran.err, ran.code);
        check(&format!("{name}.{}.txt", language.code()), &text);
    }
}

#[test]
fn help_of_the_whole_and_of_commands_of_each_sort() {
    let node = Canned::default();
    check_both("help", &node, &["--help"]);
    check_both("help-network-found", &node, &["network", "found", "--help"]);
    check_both("help-opportunity", &node, &["opportunity", "--help"]);
    check_both(
        "help-opportunity-add",
        &node,
        &["opportunity", "add", "--help"],
    );
    check_both(
        "help-opportunity-list",
        &node,
        &["opportunity", "list", "--help"],
    );
    check_both("help-key", &node, &["key", "--help"]);
    check_both(
        "help-charter-propose",
        &node,
        &["charter", "propose", "--help"],
    );
    check_both(
        "help-referral-decline",
        &node,
        &["referral", "decline", "--help"],
    );
}

#[test]
fn erasures_are_previewed_followed_and_proposed() {
    let asking = |confirmed: &[&str], answer| {
        let node = Canned::answering("erasure.erase", answer);
        let asked = ["erase", "a1b2c3d4", "--why", "asked"];
        let name = format!("erase{}", confirmed.concat());
        check_both(&name, &node, &[&asked[..], confirmed].concat());
    };
    let [preview, done] = output::erase();
    asking(&[], preview);
    asking(&["--yes"], done);
    for (name, [preview, done]) in output::erase_in_part() {
        let what = match name {
            "file" => ["--attachment", "façade.jpg"],
            // As the node calls it, or as people do.
            "own" => ["--part", "Identity"],
            _ => ["--part", "identity"],
        };
        let asked = [&["erase", "a1b2c3d4", "--why", "asked"][..], &what[..]].concat();
        let node = Canned::answering("erasure.erase", preview);
        check_both(&format!("erase-{name}"), &node, &asked);
        let node = Canned::answering("erasure.erase", done);
        let asked = [&asked[..], &["--yes"]].concat();
        check_both(&format!("erase-{name}--yes"), &node, &asked);
    }
    check_both(
        "usage-erase-part",
        &Canned::default(),
        &[
            "erase", "a1b2c3d4", "--why", "asked", "--part", "identity", "--hide",
        ],
    );
    let status = Canned::answering("erasure.status", output::erasures());
    check_both("erase-status", &status, &["erase", "status"]);
    let due = Canned::answering("erasure.due", output::due());
    check_both("erase-due", &due, &["erase", "due"]);
    let none = Canned::answering("erasure.due", json!({ "due": [] }));
    check_both("erase-due-nothing", &none, &["erase", "due"]);
    check_both("help-erase", &none, &["erase", "--help"]);
    check_both(
        "usage-erase",
        &none,
        &["erase", "a1b2c3d4", "--why", "because"],
    );
}

#[test]
fn records_are_offered_accepted_and_listed() {
    let [offered, accepted, list] = output::transfers();
    let node = Canned::answering("transfer.withdraw", offered.clone());
    let asked = ["transfer", "withdraw", "a1b2c3d4"];
    check_both("transfer-withdrawn", &node, &asked);
    let node = Canned::answering("transfer.offer", offered.clone());
    let asked = ["transfer", "a1b2c3d4", "--to", "CMA"];
    check_both("transfer-offered-sealed", &node, &asked);
    let mut plain = offered;
    plain["parts"] = json!(0);
    let node = Canned::answering("transfer.offer", plain);
    check_both("transfer-offered", &node, &asked);
    let node = Canned::answering("transfer.accept", accepted);
    check_both(
        "transfer-accepted",
        &node,
        &["transfer", "accept", "a1b2c3d4"],
    );
    let node = Canned::answering("transfer.list", list);
    check_both("transfer-list", &node, &["transfer", "list"]);
    let node = Canned::answering("transfer.list", json!({ "offers": [] }));
    check_both("transfer-list-nothing", &node, &["transfer", "list"]);
    check_both("help-transfer", &node, &["transfer", "--help"]);
}

#[test]
fn a_day_says_what_waits_and_what_to_do() {
    let todo = Canned::answering("todo", output::todo());
    check_both("todo", &todo, &["todo"]);
    let nothing = json!({ "today": "2026-11-23", "total": 0, "groups": [] });
    let nothing = Canned::answering("todo", nothing);
    check_both("todo-nothing", &nothing, &["todo"]);
    let checklist = Canned::answering("project.checklist", output::checklist());
    let asked = ["project", "checklist", "e4ee2d1b"];
    check_both("checklist", &checklist, &asked);
    check_both("help-todo", &todo, &["todo", "--help"]);
    check_both(
        "help-checklist",
        &checklist,
        &["project", "checklist", "--help"],
    );
    check_both("help-referral-send", &todo, &["referral", "send", "--help"]);
    let referral = Canned::answering("record.show", output::referral_in_two_states());
    check_both(
        "show-branches",
        &referral,
        &["referral", "show", "c0ffee99"],
    );
    let sent = Canned::answering("referral.send", output::sent_with_notices());
    let send = [
        "referral",
        "send",
        "--project",
        "e4ee",
        "--to",
        "ADIE",
        "--theme",
        "loan",
    ];
    check_both("referral-sent", &sent, &send);
}

#[test]
fn mistakes_in_the_command_line() {
    let node = Canned::default();
    check_both("usage-unknown-command", &node, &["oportunity"]);
    check_both(
        "usage-unknown-flag",
        &node,
        &["opportunity", "list", "--nera", "63003"],
    );
    check_both("usage-missing", &node, &["network", "found"]);
    check_both(
        "usage-value",
        &node,
        &["opportunity", "list", "--limit", "many"],
    );
    check_both("usage-shell", &node, &["completions", "tcsh"]);
    check_both(
        "usage-conflict",
        &node,
        &["opportunity", "list", "--json", "--csv"],
    );
    check_both("usage-no-value", &node, &["bundle", "write", "f", "--for"]);
}

#[test]
fn the_answers_that_people_read_most() {
    check_both(
        "status",
        &Canned::answering("status", output::status()),
        &["status"],
    );
    check_both(
        "charter",
        &Canned::answering("charter.show", output::charter()),
        &["charter", "show"],
    );
    let log = Canned::answering("charter.log", output::charter_log());
    check_both("charter-log", &log, &["charter", "log"]);
    let preview = Canned::answering("charter.propose", output::charter_preview());
    let removal = ["charter", "propose", "--remove", "Chambre", "--dry-run"];
    check_both("charter-propose", &preview, &removal);
    check_both(
        "keys",
        &Canned::answering("key.show", output::keys()),
        &["key", "show"],
    );
    let list = Canned::answering("record.list", output::opportunities());
    check_both("list", &list, &["opportunity", "list"]);
    let show = Canned::answering("record.show", output::opportunity());
    check_both("show", &show, &["opportunity", "show", "a1b2"]);
    let history = Canned::answering("record.history", output::history());
    check_both("history", &history, &["opportunity", "history", "a1b2"]);
    let conflicts = Canned::answering("record.conflicts", output::conflicts());
    check_both("conflicts", &conflicts, &["opportunity", "conflicts"]);
    check_both(
        "sync",
        &Canned::answering("sync", output::synced()),
        &["sync"],
    );
    let refused = Canned::answering("entry.refused", output::refused());
    check_both("refused", &refused, &["refused"]);
    check_both(
        "search",
        &Canned::answering("search", output::hits()),
        &["search", "boulangerie"],
    );
}

#[test]
fn a_holder_as_read_as_closed_and_in_conflict() {
    let readers = json!([{ "name": "ADIE" }, { "name": "CCI Thiers" }]);
    let holder = |identity: Value| {
        json!({
            "id": output::ID, "collection": "holder", "pseudonym": "PP-7K3F2Q",
            "residence": "epci:200070761", "themes": ["premises"], "status": "active",
            "_identity": identity,
            "_meta": { "created_on": "2026-10-01", "changed_on": "2026-11-02",
                       "owner_name": "CCI Thiers" }
        })
    };
    let seal = |by: &str, phone: &str| {
        let fields = json!({ "name": "Jeanne Dupré", "phone": phone });
        json!({ "by": by, "at": "2026-11-02T08:00:00Z", "fields": fields })
    };
    let one = seal("ADIE", "+33612345678");
    let read = json!({ "sealed": true, "readers": readers, "seals": [one] });
    let node = Canned::answering("holder.show", holder(read));
    check_both("holder-read", &node, &["holder", "show", "PP-7K3F2Q"]);
    let args = json!({ "readers": "ADIE, CCI Thiers" });
    let problem = json!({ "code": "not_a_reader", "args": args });
    let closed = json!({ "sealed": true, "readers": readers, "problem": problem });
    let node = Canned::answering("holder.show", holder(closed));
    check_both("holder-closed", &node, &["holder", "show", "PP-7K3F2Q"]);
    let two = [
        seal("ADIE", "+33612345678"),
        seal("CCI Thiers", "+33700000002"),
    ];
    let both = json!({ "sealed": true, "readers": readers, "seals": two });
    let node = Canned::answering("holder.show", holder(both));
    check_both("holder-conflict", &node, &["holder", "show", "PP-7K3F2Q"]);
}

#[test]
fn a_record_with_sealed_fields_as_read_as_closed_and_in_conflict() {
    let readers = json!([{ "name": "CCI Thiers" }]);
    let shown = |sealed: Value| {
        json!({
            "id": output::ID, "collection": "opportunity", "kind": "premises", "title": "Fournil",
            "status": "draft", "_sealed": sealed,
            "_meta": { "created_on": "2026-10-01", "changed_on": "2026-11-02",
                       "owner_name": "CCI Thiers" }
        })
    };
    let seal = |by: &str, phone: &str| {
        let fields = json!({ "seller_name": "Jeanne Dupré", "seller_phone": phone });
        json!({ "by": by, "at": "2026-11-02T08:00:00Z", "fields": fields })
    };
    let one = [seal("CCI Thiers", "+33612345678")];
    let read = json!({ "part": "details", "sealed": true, "readers": readers, "seals": one });
    let node = Canned::answering("record.show", shown(read));
    check_both("sealed-read", &node, &["opportunity", "show", "a1b2"]);
    let problem = json!({ "code": "not_a_reader", "args": { "readers": "CCI Thiers" } });
    let closed = json!({ "sealed": true, "readers": readers, "problem": problem });
    let node = Canned::answering("record.show", shown(closed));
    check_both("sealed-closed", &node, &["opportunity", "show", "a1b2"]);
    let two = [
        seal("CCI Thiers", "+33612345678"),
        seal("ADIE", "+33700000002"),
    ];
    let both = json!({ "sealed": true, "readers": readers, "seals": two });
    let node = Canned::answering("record.show", shown(both));
    check_both("sealed-conflict", &node, &["opportunity", "show", "a1b2"]);
}

#[test]
fn attachments_and_a_status_that_waits_for_some() {
    let attachments = json!([
        { "name": "façade.jpg", "bytes": 900_000, "media_type": "image/jpeg", "held": true },
        { "name": "bail.pdf", "bytes": 40_000, "media_type": "application/pdf", "held": false }
    ]);
    let node = Canned::answering("attachment.list", json!({ "attachments": attachments }));
    check_both(
        "attachments",
        &node,
        &["opportunity", "attachments", "a1b2"],
    );
    let mut status = output::status();
    status["blobs"] = json!({ "waiting": 2, "ungiven": 1 });
    let node = Canned::answering("status", status);
    check_both("status-blobs", &node, &["status"]);
}

#[test]
fn files_in_and_out() {
    let none = Canned::default();
    check_both("help-import", &none, &["import", "--help"]);
    check_both("help-export", &none, &["export", "--help"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agences.csv");
    fs::write(&file, "x\n").unwrap();
    let answer = json!({
        "detected": { "format": "json", "encoding": "utf-8", "standard": "data·inclusion v1",
            "version": null },
        "created": 0, "updated": 1, "unchanged": 2, "error_count": 1,
        "errors": [{ "line": 12, "column": "phones/0/number", "code": "missing_value",
            "args": { "field": "name" }, "message": "name is required" }],
        "unlisted": { "source": "agency", "marked": 2, "already": 1, "errors": [], "records": [
            { "id": "ab".repeat(32), "title": "Local 2" },
            { "id": "cd".repeat(32), "title": "Local 3" }] },
    });
    let node = Canned::answering("import", answer.clone());
    let arguments = [
        "import",
        file.to_str().unwrap(),
        "--collection",
        "structure",
    ];
    let complete = ["--source", "agency", "--complete", "--mapping", "agences"];
    check_both(
        "import-complete",
        &node,
        &[&arguments[..], &complete].concat(),
    );
    let asked = node.calls.borrow()[0].1.clone();
    assert_eq!(
        (&asked["mapping"], &asked["complete"]),
        (&json!("agences"), &json!(true))
    );
    let mut dry = answer;
    dry["unlisted"]["already"] = json!(0);
    dry["preview"] = json!([]);
    let node = Canned::answering("import", dry.clone());
    let tried = [&arguments[..], &complete, &["--dry-run"]].concat();
    check_both("import-complete-dry", &node, &tried);
    dry["unlisted"] = json!({ "source": "agency", "skipped": true, "unread_rows": 1 });
    let node = Canned::answering("import", dry);
    check_both("import-complete-skipped", &node, &tried);

    let answer = json!({ "content_base64": "PGZlZWQvPgo=", "records": 1, "left_out": [
        { "code": "not_offered", "args": { "count": "12" }, "message": "12 left out" }] });
    let node = Canned::answering("export", answer);
    let arguments = ["export", "--collection", "opportunity", "--format", "atom"];
    check_both("export-atom", &node, &arguments);

    let list = json!({ "mappings": [
        { "name": "agences", "collection": "opportunity", "columns": 7, "source": "agency" },
        { "name": "bpe", "collection": "local_service", "columns": 3, "source": null }] });
    check_both(
        "mapping-list",
        &Canned::answering("mapping.list", list),
        &["mapping", "list"],
    );
    let mapping = json!({ "name": "agences", "mapping": { "collection": "opportunity",
        "columns": { "Loyer HC": "rent_monthly", "Notes": null }, "defaults": {}, "source": "agency" } });
    check_both(
        "mapping-show",
        &Canned::answering("mapping.show", mapping),
        &["mapping", "show", "agences"],
    );
}
