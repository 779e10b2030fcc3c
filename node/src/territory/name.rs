//! Names as people type them: accents, case, hyphens and abbreviations folded away.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text for comparison: lower case, no accents, ligatures apart, every other sign a space.
///
/// `Chalmazel-Jeansagnière` and `chalmazel jeansagniere` fold alike.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for sign in text.nfd().filter(|sign| !is_combining_mark(*sign)) {
        if !sign.is_alphanumeric() {
            gap = !folded.is_empty();
            continue;
        }
        if gap {
            folded.push(' ');
            gap = false;
        }
        for lower in sign.to_lowercase() {
            match lower {
                'œ' => folded.push_str("oe"),
                'æ' => folded.push_str("ae"),
                other => folded.push(other),
            }
        }
    }
    folded
}

/// Folds the name of a place: as [`fold`], and `St`, `Ste`, `/` mean what they mean on an envelope.
///
/// `St-Germain l'Herm` and `Saint-Germain-l'Herm` fold alike.
#[must_use]
pub fn fold_place(name: &str) -> String {
    let folded = fold(name);
    let mut words = Vec::new();
    for word in folded.split(' ') {
        words.push(match word {
            "st" => "saint",
            "ste" => "sainte",
            "sts" => "saints",
            "stes" => "saintes",
            // « Olliergues s/ Dore »: the slash is a space by now.
            "s" if !words.is_empty() => "sur",
            other => other,
        });
    }
    words.join(" ")
}

/// A folded place name without its leading article: `puy en velay`.
#[must_use]
pub fn without_article(folded: &str) -> &str {
    ["le ", "la ", "les ", "l "]
        .iter()
        .find_map(|article| folded.strip_prefix(article))
        .unwrap_or(folded)
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
    fn accents_case_and_signs_fold_away() {
        assert_eq!(fold("  Chalmazel-Jeansagnière "), "chalmazel jeansagniere");
        assert_eq!(fold("L'HÔPITAL-SOUS-ROCHEFORT"), "l hopital sous rochefort");
        assert_eq!(fold("Cœur d’Ÿ"), "coeur d y");
        assert_eq!(fold("—"), "");
    }

    #[test]
    fn saint_may_be_abbreviated_in_places_only() {
        assert_eq!(
            fold_place("St-Germain l'Herm"),
            fold_place("Saint-Germain-l'Herm")
        );
        assert_eq!(fold_place("Ste Agathe"), "sainte agathe");
        assert_eq!(fold("St Anthème"), "st antheme");
    }

    #[test]
    fn the_article_is_optional() {
        assert_eq!(
            without_article(&fold_place("Le Puy-en-Velay")),
            "puy en velay"
        );
        assert_eq!(without_article("lezoux"), "lezoux");
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
