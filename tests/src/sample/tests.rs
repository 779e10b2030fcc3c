//! The committed sample is what the tool makes, and what the dictionary asks for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use capactif_node::naf;
use capactif_node::territory::Territory;

use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/sample")
}

/// Rows of a file, each cell under its column; the sample has no line ends in cells.
fn records(file: &SampleFile) -> Vec<Vec<(String, String)>> {
    let mut lines = file.text.lines().map(cells);
    let header = lines.next().unwrap();
    lines
        .map(|row| {
            assert_eq!(row.len(), header.len(), "{}: {row:?}", file.name);
            header.iter().cloned().zip(row).collect()
        })
        .collect()
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ';' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(sign),
        }
    }
    assert!(!quoted, "{line}");
    cells
}

fn of_kind(files: &[SampleFile], prefix: &str) -> Vec<Vec<(String, String)>> {
    files
        .iter()
        .filter(|file| file.name.starts_with(prefix))
        .flat_map(records)
        .collect()
}

fn cell<'a>(record: &'a [(String, String)], field: &str) -> &'a str {
    record
        .iter()
        .find(|(name, _)| name == field)
        .map_or("", |(_, value)| value)
}

#[test]
fn the_committed_files_are_what_the_tool_makes() {
    let files = files();
    for file in &files {
        let committed = std::fs::read_to_string(folder().join(&file.name)).unwrap_or_default();
        assert!(
            committed.replace("\r\n", "\n") == file.text,
            "{} differs: run `cargo run -p capactif-tests --bin sample`",
            file.name
        );
    }
    let total: usize = files.iter().map(|file| file.text.len()).sum();
    assert!(total < 1_500_000, "{total} bytes");
}

#[test]
fn the_sample_is_as_large_as_promised_and_every_reference_is_unique() {
    let files = files();
    let opportunities = of_kind(&files, "opportunities-");
    let services = of_kind(&files, "local-services-");
    assert!(opportunities.len() >= 640, "{}", opportunities.len());
    assert!(services.len() >= 950, "{}", services.len());
    assert_eq!(of_kind(&files, "agents-").len(), 30);
    assert_eq!(of_kind(&files, "projects").len(), 60);
    assert!(of_kind(&files, "structures").len() >= 25);
    let mut references = BTreeSet::new();
    for record in opportunities.iter().chain(&services) {
        let reference = cell(record, "source_id").to_owned();
        assert!(reference.starts_with("exemple-"));
        assert!(references.insert(reference));
    }
}

#[test]
fn every_opportunity_is_on_the_territory_readable_and_marked() {
    let kinds: BTreeSet<String> = of_kind(&files(), "opportunities-")
        .iter()
        .map(|record| {
            let commune = Territory::embedded()
                .commune(cell(record, "insee_code"))
                .unwrap();
            let summary = cell(record, "summary");
            assert!(summary.ends_with("(exemple)."), "{summary}");
            assert!((200..=600).contains(&summary.chars().count()), "{summary}");
            for wrong in [
                " à Le ", " à Les ", " de Le ", " de Les ", "  ", "..", "{", " ,", " de de ",
            ] {
                assert!(!summary.contains(wrong), "`{wrong}` in: {summary}");
                assert!(
                    !cell(record, "title").contains(wrong),
                    "{}",
                    cell(record, "title")
                );
            }
            assert!(cell(record, "title").chars().count() <= 150);
            let code = cell(record, "naf_code");
            assert!(
                code.is_empty() || naf::find(code).is_some_and(|it| it.is_subclass()),
                "{code}"
            );
            let (low, high) = (cell(record, "price_min"), cell(record, "price_max"));
            assert!(
                low.is_empty() || low.parse::<u32>().unwrap() <= high.parse::<u32>().unwrap(),
                "{low} > {high} at {}",
                commune.name
            );
            cell(record, "kind").to_owned()
        })
        .collect();
    assert_eq!(kinds.len(), 8, "{kinds:?}");
}

#[test]
fn projects_have_a_pseudonym_and_no_commune() {
    let mut pseudonyms = BTreeSet::new();
    for record in of_kind(&files(), "projects") {
        assert!(pseudonyms.insert(cell(&record, "pseudonym").to_owned()));
        assert!(!cell(&record, "target_zones").contains("insee:"));
        let code = cell(&record, "naf_code");
        assert!(naf::find(code).is_some_and(|it| it.is_subclass()), "{code}");
    }
}
