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
