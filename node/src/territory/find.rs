//! A commune from what a person typed: a code, a name, a postal code, or a mixture.

use super::commune::{Commune, Epci};
use super::france::France;
use super::name::{fold_place, without_article};
use super::table::{Territory, is_commune_code};
use crate::text::{edits_between, fold};

pub mod error;

pub use error::{Candidate, FindError};

/// Most candidates an error lists.
const MAX_CANDIDATES: usize = 8;
/// Most suggestions for a name that does not exist.
const MAX_SUGGESTIONS: usize = 3;

/// A commune told from a text, in the territory or elsewhere in France.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The commune of today.
    pub commune: Candidate,
    /// Whether the territory holds it.
    pub in_territory: bool,
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
        match self.locate(text) {
            Ok(Located { commune, .. }) => match self.commune(&commune.code) {
                Some(found) => Ok(found),
                None => self.not_here(text, commune),
            },
            // Several elsewhere, none here: they are no choice.
            Err(FindError::Ambiguous { candidates, text })
                if candidates.iter().all(|it| self.commune(&it.code).is_none()) =>
            {
                let suggestions = self.suggestions(&name_and_numbers(&text).0);
                Err(FindError::Unknown { text, suggestions })
            }
            Err(error) => Err(error),
        }
    }

    /// The commune of France that a person means; one of the territory comes before namesakes
    /// elsewhere. Takes what [`Self::find`] takes; postal codes are known in the territory only.
    ///
    /// # Errors
    /// [`FindError::Ambiguous`] or [`FindError::Unknown`].
    pub fn locate(&self, text: &str) -> Result<Located, FindError> {
        let trimmed = text.trim();
        let france = France::embedded();
        let here = |commune: &Commune| Located {
            commune: commune.into(),
            in_territory: true,
        };
        if is_commune_code(trimmed)
            && let Some(commune) = self.current(trimmed)
        {
            return Ok(here(commune));
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
        let exact: Vec<&Commune> = fitting
            .iter()
            .copied()
            .filter(|it| fold_place(&it.name) == name)
            .collect();
        if exact.len() == 1 {
            fitting = exact;
        }
        if let [commune] = fitting.as_slice() {
            return Ok(here(commune));
        }
        let mut candidates: Vec<Candidate> = fitting.into_iter().map(Into::into).collect();
        if candidates.is_empty() {
            let elsewhere = if name.is_empty() {
                france.commune(trimmed).into_iter().collect()
            } else {
                france.named(&name)
            };
            candidates = elsewhere
                .into_iter()
                .filter(|it| {
                    numbers.iter().all(|at| at.starts_with(it.department)) || name.is_empty()
                })
                .filter_map(|it| france.commune(it.current_code()))
                .map(Into::into)
                .collect();
            // A former commune of the territory comes before namesakes elsewhere.
            let in_territory = |it: &Candidate| self.commune(&it.code).is_some();
            if candidates.iter().any(in_territory) {
                candidates.retain(in_territory);
            }
        }
        match candidates.as_slice() {
            [_] => {
                let commune = candidates.remove(0);
                Ok(Located {
                    in_territory: self.commune(&commune.code).is_some(),
                    commune,
                })
            }
            [] => {
                let suggestions = self.suggestions(&name);
                Err(FindError::Unknown {
                    text: shortened(trimmed),
                    suggestions,
                })
            }
            _ => {
                candidates.truncate(MAX_CANDIDATES);
                Err(FindError::Ambiguous {
                    text: shortened(trimmed),
                    candidates,
                })
            }
        }
    }

    /// A commune elsewhere was told; a name of here may have been meant.
    fn not_here(&self, text: &str, commune: Candidate) -> Result<&Commune, FindError> {
        let (name, _) = name_and_numbers(text);
        let mut suggestions = self.suggestions(&name);
        // What only begins alike is no likelier than the place that bears the name.
        suggestions.retain(|it| edits_between(&name, &fold_place(&it.name), 1).is_some());
        if suggestions.is_empty() {
            Err(FindError::Outside { commune })
        } else {
            Err(FindError::Unknown {
                text: shortened(text.trim()),
                suggestions,
            })
        }
    }

    /// The intercommunality that a person means: its SIREN, its name, or the part of it that no
    /// other has (`Ambert Livradois Forez`, `Loire Forez`).
    #[must_use]
    pub fn find_epci(&self, text: &str) -> Option<&Epci> {
        let wanted = fold(text);
        if wanted.len() < 3 {
            return None;
        }
        let named = |fits: &dyn Fn(&str) -> bool| {
            let mut fitting = self.epcis().iter().filter(|epci| fits(&fold(&epci.name)));
            fitting.next().filter(|_| fitting.next().is_none())
        };
        self.epci(text.trim())
            .or_else(|| named(&|name| name == wanted))
            .or_else(|| named(&|name| format!(" {name} ").contains(&format!(" {wanted} "))))
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
    // Departments (63, 2A, 974), postal codes, commune codes.
    let is_number = |word: &&str| {
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        match word.len() {
            2 => digits || matches!(*word, "2a" | "2b"),
            3 => digits && word.starts_with("97"),
            5 => digits,
            _ => false,
        }
    };
    let numbers = folded
        .split(' ')
        .filter(is_number)
        .map(str::to_uppercase)
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
    fn any_commune_of_france_is_located_and_those_of_the_territory_come_first() {
        let locate = |text: &str| Territory::embedded().locate(text);
        let lyon = locate("Lyon").unwrap();
        assert_eq!(
            (lyon.commune.code.as_str(), lyon.in_territory),
            ("69123", false)
        );
        assert!(locate("ambert").unwrap().in_territory);
        assert_eq!(
            locate("Saint-Denis").unwrap_err().code(),
            "commune_ambiguous"
        );
        assert_eq!(locate("Saint-Denis (974)").unwrap().commune.code, "97411");
        assert_eq!(locate("ajaccio 2A").unwrap().commune.code, "2A004");
        assert_eq!(locate("Saint-Denis (93)").unwrap().commune.code, "93066");
        assert_eq!(locate("99999").unwrap_err().code(), "commune_unknown");
        assert_eq!(locate("27314").unwrap().commune.department, "27");
    }

    #[test]
    fn an_intercommunality_is_found_by_the_part_of_its_name_that_people_say() {
        let siren = |text: &str| {
            Territory::embedded()
                .find_epci(text)
                .map(|it| it.siren.as_str())
        };
        assert_eq!(siren("Ambert Livradois Forez"), Some("200070761"));
        assert_eq!(siren("CC Ambert Livradois Forez"), Some("200070761"));
        assert_eq!(siren("200070761"), Some("200070761"));
        assert_eq!(siren("issoire"), Some("200070407"));
        assert_eq!(siren("CC"), None);
        assert_eq!(siren("Forez"), None);
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
