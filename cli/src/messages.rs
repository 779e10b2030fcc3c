//! What the command line says, from the Fluent catalogues of one language.
//!
//! The catalogues of this crate are in `cli/locales`; those of the node's rooms (errors, labels)
//! come with [`capactif_node::locales`].

use std::fmt;

use capactif_node::locales;
use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::language::Language;

/// This crate's catalogues as (language, name, Fluent source).
pub(crate) const CATALOGUES: &[(&str, &str, &str)] = &[
    (
        "fr",
        "arguments",
        include_str!("../locales/fr/arguments.ftl"),
    ),
    ("fr", "charter", include_str!("../locales/fr/charter.ftl")),
    ("fr", "commands", include_str!("../locales/fr/commands.ftl")),
    ("fr", "day", include_str!("../locales/fr/day.ftl")),
    ("fr", "demo", include_str!("../locales/fr/demo.ftl")),
    ("fr", "erase", include_str!("../locales/fr/erase.ftl")),
    ("fr", "errors", include_str!("../locales/fr/errors.ftl")),
    ("fr", "exchange", include_str!("../locales/fr/exchange.ftl")),
    ("fr", "keys", include_str!("../locales/fr/keys.ftl")),
    ("fr", "matching", include_str!("../locales/fr/matching.ftl")),
    ("fr", "life", include_str!("../locales/fr/life.ftl")),
    ("fr", "meetings", include_str!("../locales/fr/meetings.ftl")),
    ("fr", "output", include_str!("../locales/fr/output.ftl")),
    ("fr", "sealed", include_str!("../locales/fr/sealed.ftl")),
    ("fr", "transfer", include_str!("../locales/fr/transfer.ftl")),
    (
        "en",
        "arguments",
        include_str!("../locales/en/arguments.ftl"),
    ),
    ("en", "charter", include_str!("../locales/en/charter.ftl")),
    ("en", "commands", include_str!("../locales/en/commands.ftl")),
    ("en", "day", include_str!("../locales/en/day.ftl")),
    ("en", "demo", include_str!("../locales/en/demo.ftl")),
    ("en", "erase", include_str!("../locales/en/erase.ftl")),
    ("en", "errors", include_str!("../locales/en/errors.ftl")),
    ("en", "exchange", include_str!("../locales/en/exchange.ftl")),
    ("en", "keys", include_str!("../locales/en/keys.ftl")),
    ("en", "matching", include_str!("../locales/en/matching.ftl")),
    ("en", "life", include_str!("../locales/en/life.ftl")),
    ("en", "meetings", include_str!("../locales/en/meetings.ftl")),
    ("en", "output", include_str!("../locales/en/output.ftl")),
    ("en", "sealed", include_str!("../locales/en/sealed.ftl")),
    ("en", "transfer", include_str!("../locales/en/transfer.ftl")),
];

/// The messages of one language.
pub(crate) struct Messages {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl Messages {
    /// Loads the catalogues of `language`. A message that does not parse is left out: the tests
    /// see to it that none is.
    pub(crate) fn new(language: Language) -> Self {
        let identifier: LanguageIdentifier = language
            .code()
            .parse()
            .expect("the two codes are language identifiers");
        let mut bundle = FluentBundle::new(vec![identifier]);
        // Isolation marks are for mixed writing directions; in a terminal they show as boxes.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::French => french_number,
            Language::English => english_number,
        }));
        for (code, _, source) in CATALOGUES.iter().chain(locales::CATALOGUES) {
            if *code == language.code() {
                let resource = FluentResource::try_new((*source).to_owned());
                let resource = resource.unwrap_or_else(|(partly_read, _)| partly_read);
                bundle.add_resource_overriding(resource);
            }
        }
        Self { language, bundle }
    }

    /// The language they are in.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The message `key`, without variables.
    pub(crate) fn text(&self, key: &str) -> String {
        self.find(key, None, None).unwrap_or_else(|| key.to_owned())
    }

    /// The message `key` with its variables.
    pub(crate) fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        self.find(key, None, Some(args))
            .unwrap_or_else(|| key.to_owned())
    }

    /// The message `key`, or its `attribute`, if there is one.
    pub(crate) fn find(
        &self,
        key: &str,
        attribute: Option<&str>,
        args: Option<&FluentArgs<'_>>,
    ) -> Option<String> {
        let message = self.bundle.get_message(key)?;
        let pattern = match attribute {
            None => message.value()?,
            Some(name) => message.get_attribute(name)?.value(),
        };
        let mut unresolved = Vec::new();
        Some(
            self.bundle
                .format_pattern(pattern, args, &mut unresolved)
                .into_owned(),
        )
    }
}

fn french_number<M: MemoizerKind>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number(Language::French, value)
}

fn english_number<M: MemoizerKind>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number(Language::English, value)
}

fn number(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(FluentNumber { value, .. }) => Some(language.decimal(*value)),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
