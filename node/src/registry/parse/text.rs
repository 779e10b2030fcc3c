//! One-line text, prose, and what must not identify a person.

use unicode_normalization::UnicodeNormalization;

use crate::registry::error::Fault;

/// One line: composed characters, every run of white space being one space.
pub(crate) fn line(text: &str, max_chars: usize) -> Result<String, Fault> {
    check_length(text.trim(), max_chars.saturating_mul(4))?;
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.nfc());
    }
    check_controls(&line)?;
    check_length(&line, max_chars)?;
    Ok(line)
}

/// Prose: composed characters, line ends as `\n`, nothing before and after.
pub(crate) fn prose(text: &str, max_chars: usize) -> Result<String, Fault> {
    check_length(text.trim(), max_chars.saturating_mul(4))?;
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let prose: String = lines.trim().nfc().collect();
    check_controls(&prose)?;
    check_length(&prose, max_chars)?;
    Ok(prose)
}

fn check_length(text: &str, max_chars: usize) -> Result<(), Fault> {
    // Characters are at most 4 bytes: long text is refused without being counted.
    if text.len() <= max_chars {
        return Ok(());
    }
    let length = text.chars().count();
    if length <= max_chars {
        return Ok(());
    }
    Err(Fault::new("too_long")
        .with("max", max_chars)
        .with("length", length))
}

fn check_controls(text: &str) -> Result<(), Fault> {
    let forbidden = |character: char| {
        (character.is_control() && character != '\n' && character != '\t')
            // Directional overrides make text read otherwise than it is stored.
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    match text.chars().find(|character| forbidden(*character)) {
        Some(character) => Err(Fault::new("control_character")
            .with("character", format!("U+{:04X}", u32::from(character)))),
        None => Ok(()),
    }
}

const CIVIL_TITLES: [&str; 9] = [
    "m.",
    "mr",
    "mr.",
    "mme",
    "mme.",
    "mlle",
    "monsieur",
    "madame",
    "mademoiselle",
];

/// Refuses what plainly names or reaches a person: a civil title, an e-mail address, a telephone.
pub(crate) fn check_anonymous(text: &str) -> Result<(), Fault> {
    let first = text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let titled = CIVIL_TITLES.contains(&first.as_str()) && text.split_whitespace().count() > 1;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let reachable = text.contains('@') || (digits >= 9 && super::contact::telephone(text).is_ok());
    if titled || reachable {
        return Err(Fault::new("identifies_person").with("value", text));
    }
    Ok(())
}
