//! The message catalogues of the node's rooms, in Fluent, for whoever shows messages to people.
//!
//! A room adds its two files here. The node itself never renders them: it passes on codes and facts.

/// Each catalogue as (language, name, Fluent source).
pub const CATALOGUES: &[(&str, &str, &str)] = &[
    ("fr", "api", include_str!("../locales/fr/api.ftl")),
    ("fr", "charter", include_str!("../locales/fr/charter.ftl")),
    ("fr", "blobs", include_str!("../locales/fr/blobs.ftl")),
    ("fr", "erasure", include_str!("../locales/fr/erasure.ftl")),
    ("fr", "exchange", include_str!("../locales/fr/exchange.ftl")),
    ("fr", "forks", include_str!("../locales/fr/forks.ftl")),
    (
        "fr",
        "evaluation",
        include_str!("../locales/fr/evaluation.ftl"),
    ),
    (
        "fr",
        "indicators",
        include_str!("../locales/fr/indicators.ftl"),
    ),
    ("fr", "keys", include_str!("../locales/fr/keys.ftl")),
    ("fr", "matching", include_str!("../locales/fr/matching.ftl")),
    ("fr", "network", include_str!("../locales/fr/network.ftl")),
    ("fr", "node", include_str!("../locales/fr/node.ftl")),
    ("fr", "registry", include_str!("../locales/fr/registry.ftl")),
    ("fr", "sealing", include_str!("../locales/fr/sealing.ftl")),
    ("fr", "store", include_str!("../locales/fr/store.ftl")),
    (
        "fr",
        "territory",
        include_str!("../locales/fr/territory.ftl"),
    ),
    (
        "fr",
        "transfers",
        include_str!("../locales/fr/transfers.ftl"),
    ),
    ("fr", "view", include_str!("../locales/fr/view.ftl")),
    ("en", "api", include_str!("../locales/en/api.ftl")),
    ("en", "charter", include_str!("../locales/en/charter.ftl")),
    ("en", "blobs", include_str!("../locales/en/blobs.ftl")),
    ("en", "erasure", include_str!("../locales/en/erasure.ftl")),
    ("en", "exchange", include_str!("../locales/en/exchange.ftl")),
    ("en", "forks", include_str!("../locales/en/forks.ftl")),
    (
        "en",
        "evaluation",
        include_str!("../locales/en/evaluation.ftl"),
    ),
    (
        "en",
        "indicators",
        include_str!("../locales/en/indicators.ftl"),
    ),
    ("en", "keys", include_str!("../locales/en/keys.ftl")),
    ("en", "matching", include_str!("../locales/en/matching.ftl")),
    ("en", "network", include_str!("../locales/en/network.ftl")),
    ("en", "node", include_str!("../locales/en/node.ftl")),
    ("en", "registry", include_str!("../locales/en/registry.ftl")),
    ("en", "sealing", include_str!("../locales/en/sealing.ftl")),
    ("en", "store", include_str!("../locales/en/store.ftl")),
    (
        "en",
        "territory",
        include_str!("../locales/en/territory.ftl"),
    ),
    (
        "en",
        "transfers",
        include_str!("../locales/en/transfers.ftl"),
    ),
    ("en", "view", include_str!("../locales/en/view.ftl")),
];
