//! The catalogues agree with each other and with the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use capactif_node::locales;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::language::Language;
use crate::surface;

use super::*;

/// The message ids of a catalogue with the attributes and variables of each.
fn outline(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines() {
        if let Some((id, _)) = line.split_once(" =")
            && line.starts_with(|letter: char| letter.is_ascii_alphabetic())
        {
            assert!(!messages.contains_key(id), "{id} stands twice");
            current = id.to_owned();
            messages.entry(current.clone()).or_default();
        }
        let facts = messages.entry(current.clone()).or_default();
        if let Some((attribute, _)) = line.trim_start().split_once(" =")
            && line.trim_start().starts_with('.')
        {
            facts.insert(attribute.to_owned());
        }
        for variable in line.split('$').skip(1) {
            let name = variable.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
            facts.insert(format!("${}", name.into_iter().next().unwrap_or_default()));
        }
    }
    messages.remove("");
    messages
}

fn own(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for (code, name, source) in CATALOGUES {
        if *code == language {
            for (id, facts) in outline(source) {
                assert!(
                    all.insert(id.clone(), facts).is_none(),
                    "{id} of {name} stands twice"
                );
            }
        }
    }
    all
}

#[test]
fn every_catalogue_parses_whole() {
    for (code, name, source) in CATALOGUES.iter().chain(locales::CATALOGUES) {
        if let Err((_, errors)) = FluentResource::try_new((*source).to_owned()) {
            panic!("{code}/{name}: {errors:?}");
        }
    }
}

#[test]
fn both_languages_say_the_same_things_with_the_same_facts() {
    let (french, english) = (own("fr"), own("en"));
    for (id, facts) in &french {
        assert_eq!(Some(facts), english.get(id), "{id}");
    }
    for id in english.keys() {
        assert!(french.contains_key(id), "{id} is not in French");
    }
    let of_node = |language: &str| -> BTreeSet<&str> {
        let names = locales::CATALOGUES
            .iter()
            .filter(|(code, ..)| *code == language);
        names.map(|(_, name, _)| *name).collect()
    };
    assert_eq!(of_node("fr"), of_node("en"));
    for name in of_node("fr") {
        let source = |language: &str| {
            let mut catalogues = locales::CATALOGUES.iter();
            let found = catalogues.find(|(code, other, _)| *code == language && *other == name);
            let mut messages = outline(found.map(|(.., source)| *source).unwrap());
            // An English word among the facts is left out where French cannot use it.
            for facts in messages.values_mut() {
                facts.retain(|fact| fact.starts_with('.'));
            }
            messages
        };
        assert_eq!(source("fr"), source("en"), "{name}");
    }
}

fn sources(directory: &Path, found: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("tests.rs")
        {
            let source = fs::read_to_string(&path).unwrap();
            found.push_str(source.split("#[cfg(test)]").next().unwrap_or_default());
        }
    }
}

fn code() -> String {
    let mut found = String::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found
}

/// The argument and value keys that the command tree can look up.
fn keys_of_the_tree() -> BTreeSet<String> {
    fn walk(command: &clap::Command, path: &[String], keys: &mut BTreeSet<String>) {
        let prefix = path.join("-");
        let name = if path.is_empty() {
            "cmd-capactif".to_owned()
        } else {
            format!("cmd-{prefix}")
        };
        keys.insert(name);
        for arg in command.get_arguments() {
            let id = arg.get_id();
            for key in ["arg", "value"] {
                keys.insert(format!("{key}-{id}"));
                keys.insert(format!("{key}-{prefix}-{id}"));
            }
        }
        for inner in command.get_subcommands() {
            walk(
                inner,
                &[path, &[inner.get_name().to_owned()]].concat(),
                keys,
            );
        }
    }
    let mut keys = BTreeSet::new();
    walk(&surface::command(&of(Language::English)), &[], &mut keys);
    for verb in crate::collections::surface::VERBS {
        keys.insert(format!("cmd-collection-{verb}"));
    }
    keys
}

#[test]
fn no_message_is_unused() {
    let (code, tree) = (code(), keys_of_the_tree());
    // Looked up by what the node answers.
    let by_answer = [
        "detected-",
        "checked-",
        "entry-",
        "erase-rule-",
        "erase-why-",
        "charter-change-",
        "charter-state-",
        "match-why-",
        "match-helps-",
        "match-gate-",
        "duplicate-same-",
        "duplicates-confirmed",
        "duplicates-rejected",
        "inconsistency-",
        "todo-",
        "report-group-",
        "report-by-",
        "report-without-",
        "committee-mandate-",
        "changes-counted-",
        "changes-what-",
        "meeting-section-",
    ];
    for id in own("fr").keys() {
        let is_error = id.strip_prefix("error-").is_some_and(|code_name| {
            code.contains(&format!("\"{}\"", code_name.replace('-', "_")))
        });
        let is_used = tree.contains(id)
            || is_error
            || code.contains(&format!("\"{id}\""))
            || by_answer.iter().any(|prefix| id.starts_with(prefix));
        assert!(is_used, "{id} is never said");
    }
}

#[test]
fn no_message_that_the_code_says_is_missing() {
    let code = code();
    let mut known = own("fr");
    // Errors that the node knows too are said in its words.
    for (language, _, source) in locales::CATALOGUES {
        if *language == "fr" {
            known.extend(outline(source));
        }
    }
    for call in [
        ".text(\"",
        ".format(\"",
        "tell(\"",
        ".scene(\"",
        ".outcome(\"",
        ".wait(\"",
        ".promise(\"",
    ] {
        for rest in code.split(call).skip(1) {
            let key = rest.split('"').next().unwrap_or_default();
            assert!(known.contains_key(key), "{call}{key}\")");
        }
    }
    for rest in code.split("ApiError::new(\"").skip(1) {
        let key = format!(
            "error-{}",
            rest.split('"').next().unwrap_or_default().replace('_', "-")
        );
        assert!(
            known.get(&key).is_some_and(|facts| facts.contains(".hint")),
            "{key}"
        );
    }
}

fn said(language: Language, key: &str, args: &[(&'static str, i64)]) -> String {
    let mut fluent = FluentArgs::new();
    for (name, value) in args {
        fluent.set(*name, *value);
    }
    of(language).format(key, &fluent)
}

#[test]
fn plurals_and_numbers_follow_each_language() {
    let list = |language, shown| said(language, "list-all", &[("shown", shown)]);
    assert_eq!(list(Language::French, 1), "Une fiche.");
    assert_eq!(list(Language::French, 1500), "1\u{202f}500 fiches.");
    assert_eq!(list(Language::English, 1), "One record.");
    assert_eq!(list(Language::English, 1500), "1,500 records.");
    // French counts zero as singular, English as plural.
    let pending = |language| said(language, "status-pending", &[("count", 0)]);
    assert!(pending(Language::French).starts_with("Une écriture"));
    assert!(pending(Language::English).starts_with("0 entries"));
}

/// The command lines in a catalogue: the words after `capactif`, up to where prose goes on.
fn commands_in(text: &str) -> Vec<Vec<&str>> {
    let end = [')', '”', '»', ':', ';', ',', '.', '\n'];
    text.match_indices("capactif ")
        // Not the end of a file's name.
        .filter(|(at, _)| !text[..*at].ends_with('.'))
        .map(|(at, name)| {
            text[at + name.len()..]
                .split(end)
                .next()
                .unwrap_or_default()
        })
        .map(|line| line.split_whitespace().collect())
        .collect()
}

#[test]
fn options_that_messages_recommend_exist() {
    let tree = surface::command(&of(Language::English));
    let mut seen = 0;
    for (language, name, source) in CATALOGUES.iter().chain(locales::CATALOGUES) {
        // A command that a variable completes is made by the code.
        for words in commands_in(source).iter().filter(|it| !it.contains(&"{")) {
            let mut command = &tree;
            for word in words {
                if let Some(inner) = command.find_subcommand(word) {
                    command = inner;
                } else if let Some(flag) = word.strip_prefix("--") {
                    let mut known = command.get_arguments().chain(tree.get_arguments());
                    let is_known = known.any(|it| {
                        let aliases = it.get_all_aliases().unwrap_or_default();
                        it.get_long() == Some(flag) || aliases.contains(&flag)
                    });
                    let is_known = is_known || flag == "help";
                    assert!(is_known, "{language}/{name}: {words:?}: no --{flag}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 50, "the catalogues are no longer understood");
}
