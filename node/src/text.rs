//! Texts compared as people mean them: case and accents folded, slips of the finger counted.
//!
//! Shared by the registry, the territory and the nomenclature of activities. What is indexed for
//! search is cut into stems by [`crate::view`].

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in lower case, without accents, every run of other characters than letters and digits
/// being one space: `Étude de  marché` and `etude_de_marche` fold alike.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text
        .nfkd()
        .filter(|character| !is_combining_mark(*character))
    {
        for lower in character.to_lowercase() {
            match lower {
                'œ' => folded.push_str("oe"),
                'æ' => folded.push_str("ae"),
                _ if lower.is_alphanumeric() => folded.push(lower),
                _ if folded.ends_with(' ') => {}
                _ => folded.push(' '),
            }
        }
    }
    folded.trim().to_owned()
}

/// A number as people write it: spaces between thousands, decimal comma, euro sign.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let plain: String = text
        .chars()
        .filter(|character| !character.is_whitespace() && *character != '€')
        .map(|character| if character == ',' { '.' } else { character })
        .collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// How many letters must be added, removed, changed or swapped with a neighbour to turn one text
/// into the other; `None` beyond `limit`.
#[must_use]
pub fn edits_between(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let width = b.len() + 1;
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..width).collect();
    for (row, letter) in a.iter().enumerate() {
        let mut current = Vec::with_capacity(width);
        current.push(row + 1);
        for (column, other) in b.iter().enumerate() {
            let mut cost = (above[column] + usize::from(letter != other))
                .min(above[column + 1] + 1)
                .min(current[column] + 1);
            if row > 0 && column > 0 && a[row - 1] == *other && b[column - 1] == *letter {
                cost = cost.min(before[column - 1] + 1);
            }
            current.push(cost);
        }
        if current.iter().all(|cost| *cost > limit) {
            return None;
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().filter(|cost| *cost <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_punctuation_fold_away() {
        assert_eq!(fold("  Étude_de-Marché "), "etude de marche");
        assert_eq!(fold("Main-d'œuvre"), "main d oeuvre");
        assert_eq!(fold("Surface (m²)"), "surface m2");
    }

    #[test]
    fn names_of_places_fold_too() {
        assert_eq!(fold("  Chalmazel-Jeansagnière "), "chalmazel jeansagniere");
        assert_eq!(fold("L'HÔPITAL-SOUS-ROCHEFORT"), "l hopital sous rochefort");
        assert_eq!(fold("Cœur d’Ÿ"), "coeur d y");
        assert_eq!(fold("—"), "");
    }

    #[test]
    fn edits_count_swaps_once_and_stop_at_the_limit() {
        assert_eq!(edits_between("ambert", "ambert", 2), Some(0));
        assert_eq!(edits_between("ambret", "ambert", 2), Some(1));
        assert_eq!(edits_between("lezous", "lezoux", 2), Some(1));
        assert_eq!(edits_between("", "ab", 2), Some(2));
        assert_eq!(edits_between("thiers", "issoire", 2), None);
    }
}
