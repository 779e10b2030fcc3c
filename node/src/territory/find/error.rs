//! What a search for a commune answers when it cannot name one.

use crate::territory::commune::Commune;
use crate::territory::france::FrenchCommune;

/// A commune that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// INSEE code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Department code.
    pub department: String,
}

impl std::fmt::Display for Candidate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} ({}, {})", self.name, self.department, self.code)
    }
}

impl From<&Commune> for Candidate {
    fn from(commune: &Commune) -> Self {
        Self {
            code: commune.code.clone(),
            name: commune.name.clone(),
            department: commune.department.clone(),
        }
    }
}

impl From<FrenchCommune> for Candidate {
    fn from(commune: FrenchCommune) -> Self {
        Self {
            code: commune.code.to_owned(),
            name: commune.name.to_owned(),
            department: commune.department.to_owned(),
        }
    }
}

/// Why no single commune could be told from a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// Several communes fit.
    #[error("`{text}` may be {}", listed(candidates))]
    Ambiguous {
        /// What was typed.
        text: String,
        /// The communes that fit, at most eight.
        candidates: Vec<Candidate>,
    },
    /// None fits.
    #[error(
        "there is no commune `{text}` in the territory{}",
        suggested(suggestions)
    )]
    Unknown {
        /// What was typed.
        text: String,
        /// Names written alike, nearest first.
        suggestions: Vec<Candidate>,
    },
    /// The commune exists, elsewhere.
    #[error("{commune} is not in the territory")]
    Outside {
        /// The commune.
        commune: Candidate,
    },
}

impl FindError {
    /// A stable name for scripts and message catalogues.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ambiguous { .. } => "commune_ambiguous",
            Self::Unknown { suggestions, .. } if suggestions.is_empty() => "commune_unknown",
            Self::Unknown { .. } => "commune_unknown_suggestions",
            Self::Outside { .. } => "commune_outside_territory",
        }
    }

    /// The facts, by name.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Ambiguous { text, candidates } => {
                vec![("text", text.clone()), ("candidates", listed(candidates))]
            }
            Self::Unknown { text, suggestions } => {
                vec![("text", text.clone()), ("suggestions", listed(suggestions))]
            }
            Self::Outside { commune } => vec![("commune", commune.to_string())],
        }
    }
}

fn listed(candidates: &[Candidate]) -> String {
    candidates
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn suggested(suggestions: &[Candidate]) -> String {
    if suggestions.is_empty() {
        String::new()
    } else {
        format!("; perhaps {}", listed(suggestions))
    }
}
