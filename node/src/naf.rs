//! The French classification of activities (NAF rév. 2): codes, labels, search.
//!
//! Knows all five-character codes and the two- to four-digit levels above them, so a prefix has a
//! label too. NAF 2025 codes have the same form but no label here: see docs/data.md.

use std::sync::OnceLock;

use crate::text::fold;

/// Made by the `official_data` tool of the `tests` crate; see docs/data.md.
const EMBEDDED: &str = include_str!("../data/naf.csv");

/// A heading of the classification, at any level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Code as INSEE prints it: `10`, `10.7`, `10.71`, `10.71C`.
    pub code: &'static str,
    /// French label.
    pub label: &'static str,
}

impl Activity {
    /// Whether it is a code that an establishment can have, with its letter: `10.71C`.
    #[must_use]
    pub fn is_subclass(&self) -> bool {
        self.code.len() == 6
    }
}

/// Writes a code as INSEE prints it: `1071c`, `10.71 C` and `10.71C` become `10.71C`.
///
/// Takes prefixes too (`10`, `107`, `10.71`). Says nothing of whether the code exists. `None` if
/// the text has not the form, which NAF rév. 2 and NAF 2025 share.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let mut code = String::with_capacity(6);
    for (position, sign) in text
        .trim()
        .chars()
        .filter(|sign| !matches!(sign, '.' | ' '))
        .enumerate()
    {
        match position {
            0..4 if sign.is_ascii_digit() => {}
            4 if sign.is_ascii_alphabetic() => {}
            _ => return None,
        }
        if position == 2 {
            code.push('.');
        }
        code.push(sign.to_ascii_uppercase());
    }
    (code.len() >= 2).then_some(code)
}

/// The heading of this code, with or without its dot, at any level.
#[must_use]
pub fn find(code: &str) -> Option<Activity> {
    let code = canonical(code)?;
    let all = all();
    let position = all
        .binary_search_by(|activity| activity.code.cmp(code.as_str()))
        .ok()?;
    all.get(position).copied()
}

/// Whether a code or prefix may exist in NAF rév. 2 or in NAF 2025.
///
/// NAF rév. 2 is known exactly; of NAF 2025 only that it keeps its divisions, so what does not
/// begin with one of these is certainly wrong.
#[must_use]
pub fn may_exist(code_or_prefix: &str) -> bool {
    let code = canonical(code_or_prefix);
    code.is_some_and(|code| {
        code.get(..2)
            .is_some_and(|division| find(division).is_some())
    })
}

/// All headings, by code.
#[must_use]
pub fn all() -> &'static [Activity] {
    static TABLE: OnceLock<Vec<Activity>> = OnceLock::new();
    TABLE.get_or_init(|| {
        EMBEDDED
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(';'))
            // Labels that hold a semicolon are quoted; none holds a quote.
            .map(|(code, label)| Activity {
                code,
                label: label.trim_matches('"'),
            })
            .collect()
    })
}

/// The codes that an establishment can have whose label has words beginning with every word of
/// `text`, accents and case apart; at most `limit`, labels that begin with it first.
#[must_use]
pub fn search(text: &str, limit: usize) -> Vec<Activity> {
    static FOLDED: OnceLock<Vec<(String, Activity)>> = OnceLock::new();
    let folded = FOLDED.get_or_init(|| {
        let subclasses = all().iter().filter(|activity| activity.is_subclass());
        subclasses
            .map(|activity| (fold(activity.label), *activity))
            .collect()
    });
    let wanted = fold(text);
    let words: Vec<&str> = wanted.split_whitespace().collect();
    if words.is_empty() {
        return Vec::new();
    }
    let fits = |label: &str| {
        words
            .iter()
            .all(|word| label.split(' ').any(|other| other.starts_with(word)))
    };
    let mut found: Vec<_> = folded.iter().filter(|(label, _)| fits(label)).collect();
    found.sort_by_key(|(label, activity)| (!label.starts_with(&wanted), activity.code));
    found
        .into_iter()
        .take(limit)
        .map(|(_, activity)| *activity)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_classification_is_there() {
        let count = |length: usize| all().iter().filter(|it| it.code.len() == length).count();
        assert_eq!(
            (count(2), count(4), count(5), count(6)),
            (88, 272, 615, 732)
        );
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for text in ["10.71C", "1071C", " 10.71c ", "10 71 C"] {
            assert_eq!(
                find(text).unwrap().label,
                "Boulangerie et boulangerie-pâtisserie",
                "{text}"
            );
        }
        assert!(find("10.7").unwrap().label.contains("boulangerie"));
        assert_eq!(find("10.71Q"), None);
    }

    #[test]
    fn what_has_not_the_form_is_refused() {
        for text in [
            "",
            "1",
            "A",
            "10.71CC",
            "107.1CX",
            "boulangerie",
            "1071é",
            "10-71C",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
        assert_eq!(canonical("107").as_deref(), Some("10.7"));
        assert_eq!(canonical("01").as_deref(), Some("01"));
    }

    #[test]
    fn a_code_without_a_division_cannot_exist() {
        assert!(may_exist("10.71C") && may_exist("10") && may_exist("47.11Y"));
        assert!(!may_exist("00.00Z") && !may_exist("04") && !may_exist("boulangerie"));
    }

    #[test]
    fn labels_are_searched_by_the_beginnings_of_words() {
        assert_eq!(search("BOULANGERIE patisserie", 1)[0].code, "10.71C");
        assert!(
            search("elevage ovin", 5)
                .iter()
                .any(|activity| activity.code == "01.45Z")
        );
        assert!(search("", 5).is_empty() && search("xyzzy", 5).is_empty());
        assert_eq!(search("commerce", 3).len(), 3);
    }
}
