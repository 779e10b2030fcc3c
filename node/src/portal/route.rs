//! The addresses of the pages, in both languages.

use crate::language::Language;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// What the portal is for.
    Home,
    /// Opportunities: search, list and map.
    Offers,
    /// One opportunity.
    Offer(String),
    /// Its poster.
    Poster(String),
    /// Living here: where to begin.
    Living,
    /// Living in one commune.
    LivingIn(String),
    /// Who can help me.
    Help,
    /// The structures of the network.
    Structures,
    /// One of them.
    Structure(String),
    /// The network: charter, members, evaluations.
    Network,
    /// News.
    News,
    /// One news item.
    NewsItem(String),
    /// "I have a project".
    Project,
    /// What became of a project sent.
    Follow,
    /// Open data.
    Data,
    /// The legal notice.
    Legal,
    /// What is done with personal data.
    Privacy,
    /// The declaration of accessibility.
    Accessibility,
    /// Everything there is.
    SiteMap,
}

impl Route {
    /// Its address in a language; `{id}` stands for itself, so that routers share it.
    #[must_use]
    pub(crate) fn path(&self, language: Language) -> String {
        let (french, english, part, end): (&str, &str, Option<&str>, (&str, &str)) = match self {
            Self::Home => ("", "", None, ("", "")),
            Self::Offers => ("opportunites", "opportunities", None, ("", "")),
            Self::Offer(id) => ("opportunites", "opportunities", Some(id), ("", "")),
            Self::Poster(id) => (
                "opportunites",
                "opportunities",
                Some(id),
                ("/affiche", "/poster"),
            ),
            Self::Living => ("vivre-ici", "living-here", None, ("", "")),
            Self::LivingIn(code) => ("vivre-ici", "living-here", Some(code), ("", "")),
            Self::Help => ("qui-peut-m-aider", "who-can-help", None, ("", "")),
            Self::Structures => ("structures", "structures", None, ("", "")),
            Self::Structure(id) => ("structures", "structures", Some(id), ("", "")),
            Self::Network => ("le-reseau", "the-network", None, ("", "")),
            Self::News => ("actualites", "news", None, ("", "")),
            Self::NewsItem(id) => ("actualites", "news", Some(id), ("", "")),
            Self::Project => ("mon-projet", "my-project", None, ("", "")),
            Self::Follow => ("mon-projet/suivi", "my-project/follow", None, ("", "")),
            Self::Data => ("donnees", "data", None, ("", "")),
            Self::Legal => ("mentions-legales", "legal-notice", None, ("", "")),
            Self::Privacy => ("vie-privee", "privacy", None, ("", "")),
            Self::Accessibility => ("accessibilite", "accessibility", None, ("", "")),
            Self::SiteMap => ("plan-du-site", "site-map", None, ("", "")),
        };
        let (begin, name, end) = match language {
            Language::French => ("/", french, end.0),
            Language::English => ("/en/", english, end.1),
        };
        match part {
            Some(part) => format!("{begin}{name}/{part}{end}"),
            None => format!("{begin}{name}"),
        }
    }

    /// The page of the banner that it belongs to.
    #[must_use]
    pub(crate) fn section(&self) -> Self {
        match self {
            Self::Offer(_) | Self::Poster(_) => Self::Offers,
            Self::LivingIn(_) => Self::Living,
            Self::Structures | Self::Structure(_) => Self::Help,
            Self::NewsItem(_) => Self::News,
            Self::Follow => Self::Project,
            other => other.clone(),
        }
    }
}

/// The language of an address.
#[must_use]
pub(crate) fn language_of(path: &str) -> Language {
    match path.strip_prefix("/en") {
        Some("" | "/") => Language::English,
        Some(rest) if rest.starts_with('/') => Language::English,
        _ => Language::French,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_their_language() {
        for language in Language::ALL {
            for route in [Route::Home, Route::Offers, Route::Poster("{id}".into())] {
                assert_eq!(language_of(&route.path(language)), language, "{route:?}");
            }
        }
        assert_eq!(
            Route::Poster("ab".into()).path(Language::English),
            "/en/opportunities/ab/poster"
        );
        assert_eq!(language_of("/enfance"), Language::French);
    }
}
