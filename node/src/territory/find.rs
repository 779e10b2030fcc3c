//! A commune from what a person typed: a code, a name, a postal code, or a mixture.

use super::commune::Commune;
use super::france::France;
use super::name::{edits_between, fold_place, without_article};
use super::table::{Territory, is_commune_code};

/// Most candidates an error lists.
const MAX_CANDIDATES: usize = 8;
/// Most suggestions for a name that does not exist.
const MAX_SUGGESTIONS: usize = 3;

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

impl Territory {
    /// The commune of the territory that a person means.
    ///
    /// Takes an INSEE code (former ones are followed), a name (`Puy en Velay`, `St-Anthème`), a
    /// name with a department or a postal code (`Beaulieu (43)`, `63600 Ambert`), or a postal code
    /// that only one commune has. Five digits are a commune code first, a postal code second.
    ///
    /// # Errors
    /// [`FindError`], with the candidates or the nearest names.
    pub fn find(&self, text: &str) -> Result<&Commune, FindError> {
        let trimmed = text.trim();
        if is_commune_code(trimmed)
            && let Some(commune) = self.current(trimmed)
        {
            return Ok(commune);
        }
        let (name, numbers) = name_and_numbers(trimmed);
        let mut fitting: Vec<&Commune> = if name.is_empty() {
            numbers
                .iter()
                .flat_map(|number| self.with_postal_code(number))
                .collect()
        } else {
            let fitting = self.with_folded_name(&name);
            fitting
                .filter(|commune| numbers.iter().all(|it| located(commune, it)))
                .collect()
        };
        // « Le Vernet » is not « Vernet » where both exist.
        if fitting.len() > 1
            && let Some(exact) = fitting.iter().position(|it| fold_place(&it.name) == name)
            && fitting
                .iter()
                .filter(|it| fold_place(&it.name) == name)
                .count()
                == 1
        {
            fitting = vec![fitting[exact]];
        }
        match fitting.as_slice() {
            [commune] => Ok(commune),
            [] => self.former_name(trimmed, &name, &numbers),
            several => Err(FindError::Ambiguous {
                text: shortened(trimmed),
                candidates: several
                    .iter()
                    .take(MAX_CANDIDATES)
                    .copied()
                    .map(Into::into)
                    .collect(),
            }),
        }
    }

    /// Falls back to the whole country: a former commune's name, or one beyond the territory.
    fn former_name(
        &self,
        text: &str,
        name: &str,
        numbers: &[String],
    ) -> Result<&Commune, FindError> {
        let france = France::embedded();
        let abroad = if name.is_empty() {
            france.commune(text).into_iter().collect()
        } else {
            france.named(name)
        };
        let fits = |department: &str| {
            numbers
                .iter()
                .all(|number| number.starts_with(department) || number == text)
        };
        let abroad: Vec<_> = abroad
            .into_iter()
            .filter(|it| fits(it.department))
            .collect();
        let mut here = abroad
            .iter()
            .filter_map(|it| self.commune(it.current_code()));
        match (here.next(), here.next()) {
            (Some(commune), None) => return Ok(commune),
            (Some(first), Some(second)) => {
                return Err(FindError::Ambiguous {
                    text: shortened(text),
                    candidates: [first, second].into_iter().map(Into::into).collect(),
                });
            }
            (None, _) => {}
        }
        let suggestions = self.suggestions(name);
        match abroad.as_slice() {
            [only] if suggestions.is_empty() || name.is_empty() => Err(FindError::Outside {
                commune: Candidate {
                    code: only.code.to_owned(),
                    name: only.name.to_owned(),
                    department: only.department.to_owned(),
                },
            }),
            _ => Err(FindError::Unknown {
                text: shortened(text),
                suggestions,
            }),
        }
    }

    /// The communes whose name begins alike or is written almost so, nearest first.
    fn suggestions(&self, folded: &str) -> Vec<Candidate> {
        let wanted = without_article(folded);
        if wanted.len() < 3 {
            return Vec::new();
        }
        let limit = if wanted.len() < 6 { 1 } else { 2 };
        let mut near: Vec<(usize, &Commune)> = self
            .folded_names()
            .filter_map(|(name, commune)| {
                let edits = edits_between(wanted, name, limit);
                let begins = (wanted.len() >= 4 && name.starts_with(wanted)).then_some(limit + 1);
                Some((edits.or(begins)?, commune))
            })
            .collect();
        near.sort_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| b.1.population.cmp(&a.1.population))
                .then_with(|| a.1.code.cmp(&b.1.code))
        });
        let mut suggestions: Vec<Candidate> = Vec::new();
        for (_, commune) in near {
            if suggestions.len() < MAX_SUGGESTIONS
                && suggestions.iter().all(|other| other.code != commune.code)
            {
                suggestions.push(commune.into());
            }
        }
        suggestions
    }
}

/// Separates « 63600 Ambert » into its folded name and its numbers.
fn name_and_numbers(text: &str) -> (String, Vec<String>) {
    let folded = fold_place(text);
    let is_number =
        |word: &&str| matches!(word.len(), 2 | 5) && word.bytes().all(|it| it.is_ascii_digit());
    let numbers = folded
        .split(' ')
        .filter(is_number)
        .map(str::to_owned)
        .collect();
    let words: Vec<&str> = folded.split(' ').filter(|word| !is_number(word)).collect();
    (words.join(" "), numbers)
}

/// Whether a number typed beside a name tells this commune.
fn located(commune: &Commune, number: &str) -> bool {
    commune.department == number
        || commune.code == number
        || commune.postal_codes.iter().any(|code| code == number)
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Territory::embedded().find(text).unwrap().code.clone()
    }

    fn error(text: &str) -> FindError {
        Territory::embedded().find(text).unwrap_err()
    }

    #[test]
    fn codes_names_and_mixtures_find_the_commune() {
        for text in [
            "63003",
            " Ambert ",
            "AMBERT",
            "63600 Ambert",
            "Ambert (63)",
            "ambert 63003",
        ] {
            assert_eq!(code(text), "63003", "{text}");
        }
        assert_eq!(code("Puy-en-Velay"), "43157");
        assert_eq!(code("st antheme"), code("Saint-Anthème"));
    }

    #[test]
    fn every_commune_is_found_by_its_code_and_by_its_name_and_department() {
        let territory = Territory::embedded();
        for commune in territory.communes() {
            assert_eq!(territory.find(&commune.code).unwrap(), commune);
            let text = format!("{} {}", commune.postal_codes[0], commune.name);
            assert_eq!(territory.find(&text).unwrap(), commune, "{text}");
        }
    }

    #[test]
    fn former_codes_and_names_lead_to_todays_commune() {
        assert_eq!(code("42114"), "42039");
        assert_eq!(code("Jeansagnière"), "42039");
        assert_eq!(code("Chaméane"), "63448");
    }

    #[test]
    fn two_communes_of_one_name_are_told_with_their_departments() {
        let FindError::Ambiguous { candidates, .. } = error("beaulieu") else {
            panic!()
        };
        assert_eq!(candidates.len(), 2);
        let departments: Vec<_> = candidates.iter().map(|it| it.department.as_str()).collect();
        assert!(departments.contains(&"43") && departments.contains(&"63"));
        assert_eq!(
            Territory::embedded()
                .find("Beaulieu (43)")
                .unwrap()
                .department,
            "43"
        );
    }

    #[test]
    fn a_shared_postal_code_lists_its_communes() {
        let FindError::Ambiguous { candidates, .. } = error("63600") else {
            panic!()
        };
        assert!(
            candidates
                .iter()
                .any(|candidate| candidate.name == "Ambert")
        );
        assert!(error("63600").to_string().contains("Ambert (63, 63003)"));
    }

    #[test]
    fn a_typo_gets_suggestions() {
        let FindError::Unknown { suggestions, .. } = error("Ambret") else {
            panic!()
        };
        assert_eq!(suggestions[0].name, "Ambert");
        let FindError::Unknown { suggestions, .. } = error("Arlnac") else {
            panic!()
        };
        assert_eq!(suggestions[0].name, "Arlanc");
        assert_eq!(error("Zzyzx").code(), "commune_unknown");
    }

    #[test]
    fn a_commune_beyond_the_territory_is_named_as_such() {
        let FindError::Outside { commune } = error("Strasbourg") else {
            panic!()
        };
        assert_eq!(commune.code, "67482");
        assert!(matches!(error("67482"), FindError::Outside { .. }));
    }

    #[test]
    fn any_text_is_answered() {
        for text in [
            "",
            " ",
            "é",
            "63",
            "999999999",
            "l'",
            "\u{0301}",
            "🦀",
            &"x".repeat(10_000),
        ] {
            assert!(Territory::embedded().find(text).is_err(), "{text:.20}");
        }
    }
}
