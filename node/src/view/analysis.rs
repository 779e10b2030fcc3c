//! Text as it is searched: accents folded, elisions dropped, words cut to French stems.
//!
//! The same analysis runs over what is indexed and over what is asked, in Rust rather than in a
//! tokenizer of SQLite, so that bulk indexing uses every core.

use std::borrow::Cow;
use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words too frequent to help, already folded.
const STOP_WORDS: [&str; 43] = [
    "a", "au", "aux", "avec", "ce", "ces", "cette", "dans", "de", "des", "du", "elle", "en", "est",
    "et", "il", "la", "le", "les", "leur", "mais", "ne", "nos", "notre", "nous", "ou", "par",
    "pas", "pour", "que", "qui", "sa", "se", "ses", "son", "sont", "sur", "un", "une", "vos",
    "votre", "vous", "y",
];

/// What an apostrophe cuts off the word that follows.
const ELISIONS: [&str; 14] = [
    "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu",
];

/// How many stems an analyser remembers.
const REMEMBERED_STEMS: usize = 20_000;
/// Longer words than a language has are not remembered: a member writes as many as it likes.
const REMEMBERED_BYTES: usize = 64;

/// Text in lower case without accents or ligatures, for comparisons that people expect to hold.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text
        .nfd()
        .filter(|character| !is_combining_mark(*character))
    {
        match character {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            '’' | 'ʼ' => folded.push('\''),
            other => folded.extend(other.to_lowercase()),
        }
    }
    folded
}

/// A record's text ready to be indexed: stems separated by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchText {
    /// The title's.
    pub(crate) title: String,
    /// Everything else's.
    pub(crate) body: String,
}

/// Cuts text into stems; keeps those it has met, so one per thread.
pub(crate) struct Analyzer {
    stemmer: Stemmer,
    stems: HashMap<String, String>,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer")
            .field("stems", &self.stems.len())
            .finish_non_exhaustive()
    }
}

impl Default for Analyzer {
    fn default() -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::French),
            stems: HashMap::new(),
        }
    }
}

impl Analyzer {
    /// Appends the stems of `text` to `stems`, separated by spaces.
    pub(crate) fn append(&mut self, text: &str, stems: &mut String) {
        let folded = fold(text);
        for word in words(&folded) {
            if STOP_WORDS.contains(&word) {
                continue;
            }
            if !stems.is_empty() {
                stems.push(' ');
            }
            stems.push_str(&self.stem(word));
        }
    }

    /// The stem of a folded word.
    pub(crate) fn stem(&mut self, word: &str) -> Cow<'_, str> {
        if word.len() > REMEMBERED_BYTES {
            return Cow::Owned(self.stemmer.stem(&singular(word)).into_owned());
        }
        if !self.stems.contains_key(word) {
            if self.stems.len() >= REMEMBERED_STEMS {
                self.stems.clear();
            }
            let stem = self.stemmer.stem(&singular(word)).into_owned();
            self.stems.insert(word.to_owned(), stem);
        }
        Cow::Borrowed(self.stems.get(word).map_or("", String::as_str))
    }
}

/// The words of a folded text, without elided articles and pronouns.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    let separator = |character: char| !character.is_alphanumeric();
    let mut rest = folded;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches(separator);
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(separator).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            rest = after;
            if !(after.starts_with('\'') && ELISIONS.contains(&word)) {
                return Some(word);
            }
        }
    })
}

/// A folded word without the marks of plural and of the feminine participle.
///
/// Snowball's French rules read accents, which people leave out; without this step `rénovées` and
/// `rénové` part once folded.
fn singular(word: &str) -> String {
    let mut word = word.to_owned();
    if !word.is_ascii() || word.len() < 4 || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return word;
    }
    if word.ends_with("eaux") {
        word.truncate(word.len() - 1);
    } else if word.ends_with("aux") && word.len() > 5 {
        word.truncate(word.len() - 2);
        word.push('l');
    } else if word.ends_with('s') && !word.ends_with("ss") || word.ends_with("eux") {
        word.truncate(word.len() - 1);
    }
    if word.ends_with("ee") && word.len() > 4 {
        word.truncate(word.len() - 1);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> String {
        let mut stems = String::new();
        Analyzer::default().append(text, &mut stems);
        stems
    }

    #[test]
    fn accents_ligatures_and_case_fold() {
        assert_eq!(fold("Élevage d’ŒUFS à Ambert"), "elevage d'oeufs a ambert");
        assert_eq!(fold("Saint-Étienne"), "saint-etienne");
    }

    #[test]
    fn elisions_and_stop_words_are_dropped() {
        assert_eq!(
            words("l'atelier d'ambert qu'il").collect::<Vec<_>>(),
            ["atelier", "ambert", "il"]
        );
        assert_eq!(stems("la reprise de l'atelier"), stems("reprise atelier"));
    }

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for forms in [
            ["boulangerie", "boulangeries", "BOULANGERIES"],
            ["rénové", "renovee", "rénovées"],
            ["local", "locaux", "locale"],
            ["bureau", "bureaux", "Bureau"],
            ["création", "creations", "Créations"],
            ["exploitation", "exploitations", "EXPLOITATION"],
        ] {
            let [first, second, third] = forms.map(stems);
            assert_eq!((&first, &first), (&second, &third), "{forms:?}");
        }
    }

    #[test]
    fn words_without_end_are_cut_as_others_and_not_remembered() {
        let mut analyzer = Analyzer::default();
        let endless = "boulangeries".repeat(1_000);
        let mut indexed = String::new();
        analyzer.append(&format!("Boulangeries {endless}"), &mut indexed);
        assert_eq!(analyzer.stems.len(), 1);
        assert!(indexed.ends_with(&*analyzer.stem(&endless)));
        assert!(indexed.len() > 12_000);
    }

    #[test]
    fn numbers_stay_whole() {
        assert_eq!(
            stems("63600 Ambert 120 m2").split(' ').next(),
            Some("63600")
        );
    }
}
