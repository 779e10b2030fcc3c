//! What the command line says: its catalogues, in `cli/locales`, beside those of the node's rooms.

use capactif_node::messages::Catalogues;
pub(crate) use capactif_node::messages::Messages;

use crate::language::Language;

/// This crate's catalogues as (language, name, Fluent source).
pub(crate) const CATALOGUES: Catalogues = &[
    (
        "fr",
        "arguments",
        include_str!("../locales/fr/arguments.ftl"),
    ),
    ("fr", "baseline", include_str!("../locales/fr/baseline.ftl")),
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
    ("fr", "notify", include_str!("../locales/fr/notify.ftl")),
    ("fr", "output", include_str!("../locales/fr/output.ftl")),
    ("fr", "papers", include_str!("../locales/fr/papers.ftl")),
    ("fr", "sealed", include_str!("../locales/fr/sealed.ftl")),
    ("fr", "transfer", include_str!("../locales/fr/transfer.ftl")),
    (
        "en",
        "arguments",
        include_str!("../locales/en/arguments.ftl"),
    ),
    ("en", "baseline", include_str!("../locales/en/baseline.ftl")),
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
    ("en", "notify", include_str!("../locales/en/notify.ftl")),
    ("en", "output", include_str!("../locales/en/output.ftl")),
    ("en", "papers", include_str!("../locales/en/papers.ftl")),
    ("en", "sealed", include_str!("../locales/en/sealed.ftl")),
    ("en", "transfer", include_str!("../locales/en/transfer.ftl")),
];

/// The messages of `language`.
pub(crate) fn of(language: Language) -> Messages {
    Messages::new(language, CATALOGUES)
}

#[cfg(test)]
pub(crate) mod tests;
