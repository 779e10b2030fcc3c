//! Comparing what people type with what is known: folding case and accents, nearest words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest text compared for nearness, in characters; nobody mistypes a paragraph.
const MAX_COMPARED: usize = 60;

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

/// The candidate that `text` most likely means: the least edit distance, at most a third of its
/// length; failing that, the only one that begins with it.
pub(crate) fn nearest<'a>(
    text: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted: Vec<char> = fold(text).chars().take(MAX_COMPARED + 1).collect();
    if wanted.len() < 2 || wanted.len() > MAX_COMPARED {
        return None;
    }
    let allowed = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    let mut begun = Vec::new();
    for candidate in candidates {
        let folded: Vec<char> = fold(candidate).chars().collect();
        if wanted.len() >= 3 && folded.starts_with(&wanted) {
            begun.push(candidate);
        }
        let distance = distance(&wanted, &folded);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    match begun.as_slice() {
        _ if best.is_some() => best.map(|(_, candidate)| candidate),
        [only] => Some(only),
        _ => None,
    }
}

/// How many insertions, removals, replacements and swaps of neighbours lead from `a` to `b`.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (above[j] + 1)
                .min(row[j - 1] + 1)
                .min(above[j - 1] + changed);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
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
    fn typing_errors_find_what_was_meant() {
        let words = ["premises", "published", "price_min", "price_max"];
        assert_eq!(nearest("premisse", words.into_iter()), Some("premises"));
        assert_eq!(nearest("pulbished", words.into_iter()), Some("published"));
        assert_eq!(nearest("publ", words.into_iter()), Some("published"));
        assert_eq!(nearest("pri", words.into_iter()), None);
        assert_eq!(nearest("zebra", words.into_iter()), None);
    }
}
