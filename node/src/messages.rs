//! What people are told, from the Fluent catalogues of one language.
//!
//! Those of the node's rooms (errors, labels) are in [`crate::locales`]; whoever speaks to people
//! brings its own beside them.

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::language::Language;
use crate::locales;

/// Each catalogue as (language, name, Fluent source).
pub type Catalogues = &'static [(&'static str, &'static str, &'static str)];

/// The messages of one language.
pub struct Messages {
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
    /// Loads the catalogues of `language`: `own`, then those of the node's rooms. A message that does not parse is left out: the tests
    /// see to it that none is.
    #[must_use]
    pub fn new(language: Language, own: Catalogues) -> Self {
        let identifier: LanguageIdentifier = language
            .code()
            .parse()
            .expect("the two codes are language identifiers");
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Isolation marks are for mixed writing directions; in a terminal they show as boxes.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::French => french_number,
            Language::English => english_number,
        }));
        for (code, _, source) in own.iter().chain(locales::CATALOGUES) {
            if *code == language.code() {
                let resource = FluentResource::try_new((*source).to_owned());
                let resource = resource.unwrap_or_else(|(partly_read, _)| partly_read);
                bundle.add_resource_overriding(resource);
            }
        }
        Self { language, bundle }
    }

    /// The language they are in.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The message `key`, without variables.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.find(key, None, None).unwrap_or_else(|| key.to_owned())
    }

    /// The message `key` with its variables.
    #[must_use]
    pub fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        self.find(key, None, Some(args))
            .unwrap_or_else(|| key.to_owned())
    }

    /// The message `key`, or its `attribute`, if there is one.
    #[must_use]
    pub fn find(
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
