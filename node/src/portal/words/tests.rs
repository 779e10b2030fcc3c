//! The catalogues agree with each other and with the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::*;

/// The messages of a language, each with the variables it names.
fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for (_, _, source) in CATALOGUES.iter().filter(|(code, ..)| *code == language) {
        for line in source.lines() {
            if line.starts_with("portal-") {
                let (id, _) = line.split_once(" =").unwrap();
                current = id.to_owned();
                assert!(
                    all.insert(current.clone(), BTreeSet::new()).is_none(),
                    "{id} stands twice"
                );
            }
            for part in line.split("{ $").skip(1) {
                let name = part.split([' ', '}']).next().unwrap();
                all.get_mut(&current).unwrap().insert(name.to_owned());
            }
        }
    }
    all
}

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
            found.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn code() -> String {
    let mut found = String::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/portal"),
        &mut found,
    );
    found
}

#[test]
fn both_languages_say_the_same_with_the_same_facts() {
    assert_eq!(messages("fr"), messages("en"));
    for (language, name, source) in CATALOGUES {
        if let Err((_, errors)) = fluent_bundle::FluentResource::try_new((*source).to_owned()) {
            panic!("{language}/{name}: {errors:?}");
        }
    }
}

#[test]
fn every_message_is_said_and_none_is_missing() {
    let (code, known) = (code(), messages("fr"));
    for id in known.keys() {
        // Of a way in, and of a page about a theme, the text follows from the key of the title.
        let stem = id.strip_suffix("-text").unwrap_or(id);
        let is_said = [id.as_str(), stem]
            .iter()
            .any(|it| code.contains(&format!("\"{it}\"")));
        assert!(is_said, "{id} is never said");
    }
    for rest in code.split("\"portal-").skip(1) {
        let id = format!("portal-{}", rest.split('"').next().unwrap());
        let is_name = id.contains(|it: char| !(it.is_ascii_lowercase() || it == '-'));
        assert!(is_name || known.contains_key(&id), "{id} is missing");
    }
}
