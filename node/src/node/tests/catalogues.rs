//! Every code that the node and its synchronisation give has words in both languages, found by
//! reading their sources; and no text is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::locales::CATALOGUES;

/// Facts that another function adds to what it passes on.
const ADDED_LATER: [(&str, &str); 3] = [
    ("bundle_truncated", "entries_kept"),
    ("bundle_damaged", "entries_kept"),
    ("bundle_bad_run", "entries_kept"),
];

/// What stands before a code in the sources.
const BEFORE_A_CODE: [&str; 5] = ["ApiError::new(", "Self::new(", "code: ", "warn(", "=> "];

/// A place in the sources that gives a code, with the names of the facts given there.
struct Site {
    file: String,
    code: String,
    facts: BTreeSet<String>,
}

fn sources() -> Vec<(String, String)> {
    fn gather(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                gather(&path, found);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                found.push((path.display().to_string(), code.to_owned()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for room in ["node", "sync"] {
        gather(&root.join(room), &mut found);
        let file = root.join(format!("{room}.rs"));
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        found.push((file.display().to_string(), code.to_owned()));
    }
    found
}

/// The string literal that `text` begins with, if it is in `snake_case`.
fn literal(text: &str) -> Option<&str> {
    let (word, _) = text.strip_prefix('"')?.split_once('"')?;
    let is_code = word.contains('_') && word.chars().all(|it| it.is_ascii_lowercase() || it == '_');
    is_code.then_some(word)
}

fn sites() -> Vec<Site> {
    let mut sites = Vec::new();
    for (file, text) in sources() {
        for before in BEFORE_A_CODE {
            for (at, _) in text.match_indices(before) {
                let rest = text[at + before.len()..].trim_start();
                let Some(code) = literal(rest) else { continue };
                let statement = rest.split_once(';').map_or(rest, |(head, _)| head);
                // A fact's name opens a call of `with` or a pair.
                let facts = statement
                    .split("(\"")
                    .skip(1)
                    .filter_map(|piece| piece.split_once('"'))
                    .map(|(name, _)| name.to_owned())
                    .collect();
                sites.push(Site {
                    file: file.clone(),
                    code: code.to_owned(),
                    facts,
                });
            }
        }
    }
    assert!(sites.len() > 60, "the sources are no longer understood");
    sites
}

fn steps() -> BTreeSet<String> {
    let mut steps = BTreeSet::new();
    for (_, text) in sources() {
        for rest in text.split("\"step\": \"").skip(1) {
            steps.insert(rest.split('"').next().unwrap_or_default().to_owned());
        }
    }
    steps
}

/// The messages of one catalogue of a language, each with all of its lines.
fn messages(language: &str, only: Option<&str>) -> BTreeMap<String, String> {
    let mut messages: BTreeMap<String, String> = BTreeMap::new();
    for (code, name, source) in CATALOGUES {
        if *code != language || only.is_some_and(|only| only != *name) {
            continue;
        }
        let mut current = None;
        for line in source.lines() {
            if line.starts_with(|it: char| it.is_ascii_alphabetic())
                && let Some((id, _)) = line.split_once(" =")
            {
                current = Some(id.replace('_', "-"));
            }
            if let Some(id) = &current {
                messages.entry(id.clone()).or_default().push_str(line);
            }
        }
    }
    messages
}

/// The variables that a message names.
fn variables(message: &str) -> BTreeSet<String> {
    let end = |it: char| !(it.is_ascii_alphanumeric() || it == '_');
    message
        .split('$')
        .skip(1)
        .filter_map(|rest| rest.split(end).next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_code_is_said_in_both_languages_with_the_facts_that_are_given() {
    for language in ["fr", "en"] {
        let messages = messages(language, None);
        let mut wrong = Vec::new();
        for Site { file, code, facts } in sites() {
            let id = format!("error-{}", code.replace('_', "-"));
            let Some(message) = messages.get(&id) else {
                wrong.push(format!("{id} of {file} has no text"));
                continue;
            };
            for name in variables(message) {
                let later = ADDED_LATER.contains(&(code.as_str(), name.as_str()));
                if !(facts.contains(&name) || later) {
                    wrong.push(format!("{id} says ${name}, which {file} does not give"));
                }
            }
        }
        for step in steps() {
            if !messages.contains_key(&format!("step-{step}")) {
                wrong.push(format!("step-{step} has no text"));
            }
        }
        assert!(wrong.is_empty(), "{language}: {wrong:#?}");
    }
}

#[test]
fn no_text_is_left_over() {
    let mut given: BTreeSet<String> = sites()
        .iter()
        .map(|site| format!("error-{}", site.code.replace('_', "-")))
        .collect();
    given.extend(steps().iter().map(|step| format!("step-{step}")));
    for language in ["fr", "en"] {
        let catalogues = ["node", "keys"].map(|name| messages(language, Some(name)));
        let said: BTreeSet<String> = catalogues.into_iter().flatten().map(|it| it.0).collect();
        let left_over: Vec<&String> = said.difference(&given).collect();
        assert!(
            left_over.is_empty(),
            "{language}: never said: {left_over:?}"
        );
    }
}
