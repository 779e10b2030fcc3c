//! What the portal says, in French and English: its catalogues, in `node/locales`, beside those of
//! the node's rooms.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentValue};
use jiff::civil::Date;

use crate::language::Language;
use crate::messages::{Catalogues, Messages};
use crate::registry::labels::{code_label, field_label};
use crate::registry::{Value, display, find_field};

use crate::node::public::PublicRecord;

/// The portal's catalogues as (language, name, Fluent source).
pub(crate) const CATALOGUES: Catalogues = &[
    ("fr", "portal", include_str!("../../locales/fr/portal.ftl")),
    ("en", "portal", include_str!("../../locales/en/portal.ftl")),
    (
        "fr",
        "pages",
        include_str!("../../locales/fr/portal-pages.ftl"),
    ),
    (
        "en",
        "pages",
        include_str!("../../locales/en/portal-pages.ftl"),
    ),
    (
        "fr",
        "feeds",
        include_str!("../../locales/fr/portal-feeds.ftl"),
    ),
    (
        "en",
        "feeds",
        include_str!("../../locales/en/portal-feeds.ftl"),
    ),
    (
        "fr",
        "form",
        include_str!("../../locales/fr/portal-form.ftl"),
    ),
    (
        "en",
        "form",
        include_str!("../../locales/en/portal-form.ftl"),
    ),
];

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Words {
    language: Language,
    messages: Messages,
}

static FRENCH: LazyLock<Words> = LazyLock::new(|| Words::new(Language::French));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::new(Language::English));

impl Words {
    fn new(language: Language) -> Self {
        Self {
            language,
            messages: Messages::new(language, CATALOGUES),
        }
    }

    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::French => &FRENCH,
            Language::English => &ENGLISH,
        }
    }

    /// Their language.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// A message without variables.
    pub(crate) fn text(&self, key: &str) -> String {
        self.messages.text(key)
    }

    /// A message with its variables.
    pub(crate) fn with(&self, key: &str, facts: &[(&'static str, FluentValue<'_>)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in facts {
            args.set(*name, value.clone());
        }
        self.messages.format(key, &args)
    }

    /// A message about a number of things.
    pub(crate) fn count(&self, key: &str, count: usize) -> String {
        self.with(key, &[("count", FluentValue::from(count))])
    }

    /// The label of a field.
    pub(crate) fn field(&self, collection: &str, field: &str) -> String {
        find_field(collection, field).map_or_else(String::new, |field| {
            field_label(self.language(), field).to_owned()
        })
    }

    /// The label of a code that a field may hold.
    pub(crate) fn code(&self, collection: &str, field: &str, code: &str) -> String {
        find_field(collection, field).map_or_else(
            || code.to_owned(),
            |field| code_label(self.language(), field, code),
        )
    }

    /// A record's value as people read it; none where it has none.
    pub(crate) fn value(&self, record: &PublicRecord, field: &str) -> Option<String> {
        let declared = record.collection.field(field)?;
        let value: &Value = record.fields.get(field)?;
        Some(display(declared, value, self.language()))
    }

    /// A day.
    pub(crate) fn day(&self, day: Date) -> String {
        self.language.date(&day.to_string())
    }

    /// A distance: `12 km`.
    pub(crate) fn km(&self, km: f64) -> String {
        let shown = if km < 10.0 {
            (km * 10.0).round() / 10.0
        } else {
            km.round()
        };
        format!("{}\u{a0}km", self.language.decimal(shown))
    }
}

#[cfg(test)]
mod tests;
