//! Names of places as people type them: abbreviations and articles folded away too.

use crate::text::fold;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
