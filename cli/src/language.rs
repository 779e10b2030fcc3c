//! The language that a person asked for; how each writes numbers and days is the node's.

pub(crate) use capactif_node::language::Language;

/// The language that `--lang` or the environment asks for; French when neither says English.
///
/// Read before the command line is parsed, since its help and errors are localized too.
pub(crate) fn choose(arguments: &[String], variable: impl Fn(&str) -> Option<String>) -> Language {
    let mut asked = arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .skip_while(|argument| *argument != "--lang" && !argument.starts_with("--lang="));
    let flag = match asked.next() {
        Some(argument) => match argument.strip_prefix("--lang=") {
            Some(value) => Some(value.to_owned()),
            None => asked.next().cloned(),
        },
        None => None,
    };
    let locale = || {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| variable(name).filter(|value| !value.is_empty()))
    };
    match flag.or_else(locale) {
        Some(name) if name == "en" || name.starts_with("en_") || name.starts_with("en-") => {
            Language::English
        }
        _ => Language::French,
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French};
    use super::*;

    fn chosen(arguments: &[&str], variables: &[(&str, &str)]) -> Language {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        choose(&arguments, |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn french_unless_english_is_asked_for() {
        assert_eq!(chosen(&[], &[]), French);
        assert_eq!(chosen(&[], &[("LANG", "C.UTF-8")]), French);
        assert_eq!(chosen(&[], &[("LANG", "de_DE.UTF-8")]), French);
        assert_eq!(chosen(&[], &[("LANG", "en_GB.UTF-8")]), English);
        assert_eq!(
            chosen(&[], &[("LANG", "en_GB"), ("LC_ALL", "fr_FR.UTF-8")]),
            French
        );
        assert_eq!(chosen(&[], &[("LANG", "en_GB"), ("LC_ALL", "")]), English);
    }

    #[test]
    fn the_flag_wins_over_the_environment_in_both_spellings() {
        assert_eq!(
            chosen(&["status", "--lang", "en"], &[("LANG", "fr_FR")]),
            English
        );
        assert_eq!(
            chosen(&["--lang=fr", "status"], &[("LANG", "en_US")]),
            French
        );
        assert_eq!(chosen(&["search", "--", "--lang=en"], &[]), French);
        assert_eq!(chosen(&["--lang"], &[]), French);
    }
}
