//! French as it is written: prepositions before place names, amounts, filled-in sentences.

use capactif_node::territory::Commune;

/// « à Ambert », « au Puy-en-Velay », « aux Martres-de-Veyre », « à La Chaise-Dieu ».
pub(super) fn at(place: &str) -> String {
    if let Some(rest) = place.strip_prefix("Les ") {
        format!("aux {rest}")
    } else if let Some(rest) = place.strip_prefix("Le ") {
        format!("au {rest}")
    } else {
        format!("à {place}")
    }
}

/// « d'Ambert », « du Puy-en-Velay », « des Martres-de-Veyre », « de La Chaise-Dieu ».
pub(super) fn of(place: &str) -> String {
    if let Some(rest) = place.strip_prefix("Les ") {
        return format!("des {rest}");
    }
    if let Some(rest) = place.strip_prefix("Le ") {
        return format!("du {rest}");
    }
    let mut signs = place.chars();
    let first = signs.next().unwrap_or_default();
    let vowel = |sign: char| "AEIOUÉÈÊÂÎÔŒaeiouéèêâîôœ".contains(sign);
    // « d'Yssingeaux », but « de Youx »: before a vowel, y is a consonant.
    let elided = if first == 'Y' {
        signs.next().is_some_and(|next| !vowel(next))
    } else {
        vowel(first)
    };
    if elided {
        format!("d'{place}")
    } else {
        format!("de {place}")
    }
}

/// 45000 as « 45 000 ».
pub(super) fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// 45000 as « 45 000 € ».
pub(super) fn euros(amount: u32) -> String {
    format!("{} €", thousands(amount))
}

/// Puts values in place of `{name}`; « de {x} » and « à {x} » never occur in templates: `{de}` and
/// `{a}` bring their preposition along.
///
/// # Panics
/// If a name of the template has no value: the templates are ours.
pub(super) fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after
            .split_once('}')
            .expect("every brace of a template is closed");
        let value = values.iter().find(|(known, _)| *known == name);
        text.push_str(before);
        text.push_str(
            &value
                .unwrap_or_else(|| panic!("no value for {name} in: {template}"))
                .1,
        );
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What sentences may say of a place: `{commune}`, `{a}`, `{de}`, `{hab}`.
pub(super) fn place_values(commune: &Commune) -> Vec<(&'static str, String)> {
    let step = if commune.population < 1_000 { 10 } else { 100 };
    vec![
        ("commune", commune.name.clone()),
        ("a", at(&commune.name)),
        ("de", of(&commune.name)),
        ("hab", thousands((commune.population / step * step).max(10))),
    ]
}

/// « un », « deux », … in letters as far as people write them so, for masculine nouns.
pub(super) fn count(number: u32) -> String {
    const WORDS: [&str; 11] = [
        "aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
    ];
    WORDS
        .get(number as usize)
        .map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prepositions_merge_with_the_article_and_elide_before_a_vowel() {
        assert_eq!(at("Le Puy-en-Velay"), "au Puy-en-Velay");
        assert_eq!(at("Les Martres-de-Veyre"), "aux Martres-de-Veyre");
        assert_eq!(at("La Chaise-Dieu"), "à La Chaise-Dieu");
        assert_eq!(of("Ambert"), "d'Ambert");
        assert_eq!(of("Échandelys"), "d'Échandelys");
        assert_eq!(of("Le Brugeron"), "du Brugeron");
        assert_eq!(
            of("L'Hôpital-sous-Rochefort"),
            "de L'Hôpital-sous-Rochefort"
        );
        assert_eq!(of("Yronde-et-Buron"), "d'Yronde-et-Buron");
    }

    #[test]
    fn amounts_are_grouped_by_three() {
        assert_eq!(euros(950), "950 €");
        assert_eq!(euros(45_000), "45 000 €");
        assert_eq!(euros(1_250_000), "1 250 000 €");
    }
}
