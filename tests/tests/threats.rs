//! docs/threats.md names tests: each of them exists.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("the tests lie in the project")
        .to_owned()
}

fn sources(folder: &Path, all: &mut String) {
    let entries = std::fs::read_dir(folder).expect("a folder of the project");
    for entry in entries.map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, all);
        } else if entry.extension().is_some_and(|it| it == "rs") {
            *all += &std::fs::read_to_string(&entry).expect("a source");
        }
    }
}

/// The tests that a row of the table names.
fn named(row: &str) -> impl Iterator<Item = &str> {
    let tests = row.trim_end_matches('|').rsplit('|').next();
    let parts = tests.unwrap_or_default().split('`').skip(1).step_by(2);
    parts.filter(|it| !it.is_empty())
}

#[test]
fn every_test_that_is_named_exists_and_every_row_that_holds_names_one() {
    let page = std::fs::read_to_string(root().join("docs/threats.md")).expect("the page");
    let mut all = String::new();
    for folder in [
        "sync-protocol/src",
        "node/src",
        "node/tests",
        "cli/src",
        "tests",
    ] {
        sources(&root().join(folder), &mut all);
    }
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<&str> = rows.filter(|row| !row.starts_with("| who,")).collect();
    assert!(rows.len() > 20, "{} rows", rows.len());
    for row in rows {
        assert!(
            row.contains("| not yet |") || named(row).next().is_some(),
            "no test shows {row}"
        );
        for test in named(row) {
            let is_there = all.contains(&format!("fn {test}("));
            assert!(is_there, "docs/threats.md names {test}, which is nowhere");
        }
    }
}
