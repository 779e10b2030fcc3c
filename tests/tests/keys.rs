//! A structure's keys as a person has them: passphrases in files, a sheet, a computer that is
//! stolen; the node runs all the while and sees no secret.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "tests fail by panicking; clippy's setting misses the functions they share"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use capactif_tests::partner::{Partner, until};
use serde_json::{Value, json};

fn private(path: PathBuf, text: &str) -> String {
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.display().to_string()
}

/// What a command that fails says on standard error, in JSON, and its exit code.
fn refused(partner: &Partner, arguments: &[&str]) -> (String, Option<i32>) {
    let output = partner.run(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let told: Value = serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap();
    let code = told["error"]["code"].as_str().unwrap_or_default();
    (code.to_owned(), output.status.code())
}

fn code_of(sheet: &Path) -> String {
    let text = fs::read_to_string(sheet).unwrap();
    let lines = text.lines().filter(|it| it.starts_with("        "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_structure_keeps_its_keys_beside_a_node_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = Partner::new(folder.path(), "office");
    let _ = office.found();
    office.start();
    let phrase = private(folder.path().join("phrase"), "quatre châtaignes au four\n");
    let other = private(folder.path().join("other"), "trois châtaignes au four\n");
    let sheet = folder.path().join("fiche.txt");
    let _ = office.ask(&["key", "sheet", &sheet.display().to_string()]);
    let set = ["key", "passphrase", "--new-passphrase-file", &phrase];
    assert_eq!(office.ask(&set), json!({ "locked": true }));

    // A further computer waits until somebody with the passphrase admits it.
    let invited = office.ask(&["network", "invite", "--device"]);
    let ticket = invited["ticket"].as_str().unwrap();
    let mut laptop = Partner::new(folder.path(), "laptop");
    let join = ["network", "join", ticket];
    assert_eq!(refused(&laptop, &join).0, "inviter_not_now");
    let by_other = ["key", "admit", "--passphrase-file", &other];
    let wrong = ("passphrase_wrong".to_owned(), Some(4));
    assert_eq!(refused(&office, &by_other), wrong);
    assert_eq!(refused(&office, &["key", "admit"]).0, "passphrase_needed");
    let admitted = office.ask(&["key", "admit", "--passphrase-file", &phrase]);
    assert_eq!(admitted["nodes"].as_array().unwrap().len(), 1);
    let node = laptop.ask(&join)["node"].as_str().unwrap().to_owned();
    let _ = laptop.ask(&["sync"]);
    assert_eq!(laptop.ask(&["key", "show"])["sealing"]["held"], true);

    // It is stolen: what it says from now on reaches nobody.
    laptop.start();
    let revoke = ["key", "revoke", &node[..8], "--passphrase-file", &phrase];
    assert_eq!(office.ask(&revoke)["generation"], 2);
    until("the two part", || {
        let parted = !laptop.run(&["sync"]).status.success();
        parted.then(|| assert_eq!(refused(&laptop, &["sync"]).0, "not_admitted_yet"))
    });
    laptop.stop();
    assert_eq!(laptop.ask(&["key", "show"])["sealing"]["generation"], 1);

    // The key's file is gone, and comes back from paper.
    let root = office.home().join("keys/root.key");
    fs::remove_file(&root).unwrap();
    let rotate = ["key", "rotate-root", "--passphrase-file", &phrase];
    assert_eq!(refused(&office, &rotate).0, "root_key_elsewhere");
    let code = private(folder.path().join("typed"), &code_of(&sheet));
    let recovered = office.ask(&["key", "recover", "--code-file", &code]);
    let shown = office.ask(&["key", "show"]);
    assert_eq!(shown["root"]["key"], recovered["root"]);
    assert_eq!(shown["root"]["held"], "open");
    fs::set_permissions(&root, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(refused(&office, &["key", "rotate-root"]).0, "key_exposed");
    fs::set_permissions(&root, fs::Permissions::from_mode(0o600)).unwrap();
    let again = office.ask(&["key", "rotate-root"]);
    assert_ne!(again["root"], recovered["root"]);
    office.stop();
    assert_eq!(office.ask(&["doctor"])["ok"], true);
}
