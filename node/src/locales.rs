//! The message catalogues of the node's rooms, in Fluent, for whoever shows messages to people.
//!
//! A room adds its two files here. The node itself never renders them: it passes on codes and facts.

/// Each catalogue as (language, name, Fluent source).
pub const CATALOGUES: &[(&str, &str, &str)] = &[
    ("fr", "api", include_str!("../locales/fr/api.ftl")),
    ("fr", "registry", include_str!("../locales/fr/registry.ftl")),
    ("en", "api", include_str!("../locales/en/api.ftl")),
    ("en", "registry", include_str!("../locales/en/registry.ftl")),
];
