//! Labels and messages of the registry, in French and English.
//!
//! The catalogues are Fluent files whose messages are one line each, with no more than named
//! placeholders; so the command line loads [`catalogue`] in its bundle, and the rest of the node
//! reads them here without a Fluent engine.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::language::Language;

use super::field::Field;

const FRENCH: &str = include_str!("../../locales/fr/registry.ftl");
const ENGLISH: &str = include_str!("../../locales/en/registry.ftl");

type Catalogue = BTreeMap<&'static str, &'static str>;

static FRENCH_LABELS: LazyLock<Catalogue> = LazyLock::new(|| read(FRENCH));
static ENGLISH_LABELS: LazyLock<Catalogue> = LazyLock::new(|| read(ENGLISH));

fn read(text: &'static str) -> Catalogue {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect()
}

/// The Fluent text of the registry's catalogue.
#[must_use]
pub const fn catalogue(language: Language) -> &'static str {
    match language {
        Language::French => FRENCH,
        Language::English => ENGLISH,
    }
}

/// Every key of the registry's catalogue, in order.
pub fn keys(language: Language) -> impl Iterator<Item = &'static str> {
    table(language).keys().copied()
}

fn table(language: Language) -> &'static Catalogue {
    match language {
        Language::French => &FRENCH_LABELS,
        Language::English => &ENGLISH_LABELS,
    }
}

/// The label or message under this key, placeholders as they stand.
#[must_use]
pub fn label(language: Language, key: &str) -> Option<&'static str> {
    table(language).get(key).copied()
}

/// A field's label; its name where the catalogue has none.
#[must_use]
pub fn field_label(language: Language, field: &Field) -> &'static str {
    label(language, &field.label_key()).unwrap_or(field.name)
}

/// A code's label; the code itself where the catalogue has none.
#[must_use]
pub fn code_label(language: Language, field: &Field, code: &str) -> String {
    label(language, &field.code_label_key(code))
        .unwrap_or(code)
        .to_owned()
}

/// The message under this key with its placeholders filled; the key where the catalogue has none.
#[must_use]
pub fn render(language: Language, key: &str, args: &[(&'static str, String)]) -> String {
    let Some(pattern) = label(language, key) else {
        return key.to_owned();
    };
    let mut text = String::with_capacity(pattern.len() + 40);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((placeholder, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let name = placeholder.trim().trim_start_matches('$');
        if let Some((_, fact)) = args.iter().find(|(known, _)| *known == name) {
            text.push_str(fact);
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::registry::collections::COLLECTIONS;

    #[test]
    fn every_declared_name_and_code_has_its_label() {
        for language in Language::ALL {
            for collection in COLLECTIONS {
                assert!(
                    label(language, &collection.label_key()).is_some(),
                    "{}",
                    collection.name
                );
                for field in collection.fields {
                    assert!(
                        label(language, &field.label_key()).is_some(),
                        "{}",
                        field.label_key()
                    );
                    for code in field.kind.codes() {
                        let key = field.code_label_key(code);
                        assert!(
                            label(language, &key).is_some(),
                            "{}: {key}",
                            language.code()
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn both_languages_say_the_same_things_with_the_same_facts() {
        assert_eq!(
            keys(Language::French).collect::<Vec<_>>(),
            keys(Language::English).collect::<Vec<_>>()
        );
        let facts = |language, key| -> BTreeSet<&str> {
            let text: &str = label(language, key).unwrap();
            text.split('{')
                .skip(1)
                .filter_map(|rest| Some(rest.split_once('}')?.0.trim()))
                .collect()
        };
        for key in keys(Language::French) {
            assert_eq!(
                facts(Language::French, key),
                facts(Language::English, key),
                "{key}"
            );
        }
    }

    /// The codes are read out of the sources, so that none can be added without its message.
    #[test]
    fn every_code_in_the_sources_has_its_message() {
        fn visit(folder: &std::path::Path, found: &mut usize) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, found);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let source = std::fs::read_to_string(&path).unwrap();
                    for rest in source.split("Fault::new(\"").skip(1) {
                        let code = rest.split('"').next().unwrap();
                        let key = format!("invalid-{code}");
                        for language in Language::ALL {
                            let known =
                                label(language, &key).is_some() || path.ends_with("labels.rs");
                            let code = language.code();
                            assert!(known, "{code}: {key} in {}", path.display());
                        }
                        *found += 1;
                    }
                }
            }
        }
        let mut found = 0;
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/registry");
        visit(std::path::Path::new(folder), &mut found);
        assert!(found > 50, "only {found} codes found");
        for key in [
            "expected_text",
            "expected_list",
            "expected_flag",
            "expected_number",
        ] {
            assert!(label(Language::English, &format!("invalid-{key}")).is_some());
        }
    }

    #[test]
    fn messages_are_filled_with_their_facts() {
        let args = [("max", "10".to_owned()), ("length", "12".to_owned())];
        let text = render(Language::English, "invalid-too_long", &args);
        assert_eq!(text, "12 characters, at most 10; shorten it");
    }
}
