//! What people most likely meant by a word that is not known.

use crate::text::{edits_between, fold};

/// Longest text compared for nearness, in characters; nobody mistypes a paragraph.
const MAX_COMPARED: usize = 60;

/// The candidate that `text` most likely means: the least edit distance, at most a third of its
/// length; failing that, the only one that begins with it.
pub(crate) fn nearest<'a>(
    text: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = fold(text);
    let length = wanted.chars().count();
    if !(2..=MAX_COMPARED).contains(&length) {
        return None;
    }
    let allowed = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    let mut begun = Vec::new();
    for candidate in candidates {
        let folded = fold(candidate);
        if length >= 3 && folded.starts_with(&wanted) {
            begun.push(candidate);
        }
        if let Some(edits) = edits_between(&wanted, &folded, allowed)
            && best.is_none_or(|(least, _)| edits < least)
        {
            best = Some((edits, candidate));
        }
    }
    match begun.as_slice() {
        _ if best.is_some() => best.map(|(_, candidate)| candidate),
        [only] => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
