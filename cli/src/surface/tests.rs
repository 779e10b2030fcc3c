//! Every command and argument has its words in both languages.

use clap::Command;

use crate::language::Language;
use crate::messages;

use super::*;

/// The words of the command and all below it, each with where it stands.
fn words(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    found.push((path.to_owned(), about));
    for arg in command.get_arguments() {
        let place = format!("{path} {}", arg.get_id());
        found.push((
            place.clone(),
            arg.get_help().map(ToString::to_string).unwrap_or_default(),
        ));
        if arg.get_action().takes_values() {
            let names = arg.get_value_names().unwrap_or_default();
            found.push((place, names.iter().map(ToString::to_string).collect()));
        }
    }
    for inner in command.get_subcommands() {
        words(inner, &format!("{path} {}", inner.get_name()), found);
    }
}

fn leaves<'c>(command: &'c Command, path: &str, found: &mut Vec<(String, &'c Command)>) {
    if command.get_subcommands().next().is_none() {
        found.push((path.to_owned(), command));
    }
    for inner in command.get_subcommands() {
        leaves(inner, &format!("{path} {}", inner.get_name()), found);
    }
}

#[test]
fn the_tree_is_sound_in_both_languages() {
    for language in Language::ALL {
        command(&messages::of(language)).debug_assert();
    }
}

#[test]
fn no_command_or_argument_is_without_words() {
    for language in Language::ALL {
        let mut found = Vec::new();
        words(&command(&messages::of(language)), "capactif", &mut found);
        assert!(found.len() > 400);
        for (place, text) in found {
            // A missing message shows as its own key.
            let is_key = ["arg-", "cmd-", "value-", "field-", "collection-"]
                .iter()
                .any(|prefix| text.starts_with(prefix));
            assert!(
                !text.is_empty() && !is_key,
                "{place} in {language:?}: {text:?}"
            );
        }
    }
}

#[test]
fn every_command_ends_its_help_with_an_example_that_parses() {
    for language in Language::ALL {
        let tree = command(&messages::of(language));
        let mut found = Vec::new();
        leaves(&tree, "capactif", &mut found);
        for (path, leaf) in found {
            let help = leaf
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let example = help.lines().last().unwrap_or_default().trim();
            let expected = path.trim_start_matches("capactif ");
            assert!(
                example.contains(expected),
                "{path} in {language:?}: {help:?}"
            );
            let words = split(example.split(" > ").next().unwrap_or_default());
            let parsed = command(&messages::of(language)).try_get_matches_from(words);
            if let Err(error) = parsed {
                assert_eq!(
                    error.kind(),
                    clap::error::ErrorKind::DisplayHelp,
                    "{example}: {error}"
                );
            }
        }
    }
}

/// Splits as a shell would, quotes included.
fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().expect("never empty").push(letter),
        }
    }
    words
}
