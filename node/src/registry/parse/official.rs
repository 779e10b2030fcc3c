//! Official numbers and nomenclatures: SIREN, SIRET, NAF, BPE.
//!
//! NAF codes are stored with their dot (`10.71C`), as Sirene publishes them. NAF rév. 2 and NAF 2025
//! share that form; whether a code exists is asked of the territory's table.

use crate::registry::context::Context;
use crate::registry::error::Fault;

/// La Poste: its establishments are too many for the check digit, the sum of digits stands in.
const LA_POSTE_SIREN: &str = "356000000";

fn compact(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '\''))
        .collect()
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the digits' Luhn sum is a multiple of ten.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A SIREN: nine digits whose last one checks the others.
pub(crate) fn siren(text: &str) -> Result<String, Fault> {
    let digits = compact(text);
    if !all_digits(&digits) || digits.len() != 9 {
        return Err(Fault::new("siren_length").with("value", text));
    }
    if !luhn(&digits) || digits == "000000000" {
        return Err(Fault::new("siren_digits").with("value", text));
    }
    Ok(digits)
}

/// A SIRET: a SIREN and five digits whose last one checks the whole.
pub(crate) fn siret(text: &str) -> Result<String, Fault> {
    let digits = compact(text);
    if !all_digits(&digits) || digits.len() != 14 {
        return Err(Fault::new("siret_length").with("value", text));
    }
    let (head, _) = digits.split_at(9);
    let sum: u32 = digits.bytes().map(|byte| u32::from(byte - b'0')).sum();
    let checked = luhn(&digits) || (head == LA_POSTE_SIREN && sum.is_multiple_of(5));
    if !checked || !luhn(head) || head == "000000000" {
        return Err(Fault::new("siret_digits").with("value", text));
    }
    Ok(digits)
}

/// A full NAF code, with its dot.
pub(crate) fn naf(text: &str, context: &Context<'_>) -> Result<String, Fault> {
    match dotted(text) {
        Some(code) if code.len() == 6 => known(code, text, context),
        _ => Err(Fault::new("naf_form").with("value", text)),
    }
}

/// A NAF code or what one begins with: division, group, class.
pub(crate) fn naf_prefix(text: &str, context: &Context<'_>) -> Result<String, Fault> {
    match dotted(text) {
        Some(code) => known(code, text, context),
        None => Err(Fault::new("naf_prefix_form").with("value", text)),
    }
}

fn known(code: String, text: &str, context: &Context<'_>) -> Result<String, Fault> {
    if context.communes.knows_naf(&code) {
        Ok(code)
    } else {
        Err(Fault::new("unknown_naf").with("value", text))
    }
}

/// `1071c`, `10.71 C` -> `10.71C`; `107` -> `10.7`.
fn dotted(text: &str) -> Option<String> {
    let compact = compact(text).to_uppercase();
    let (digits, letter) = match compact.strip_suffix(|last: char| last.is_ascii_uppercase()) {
        Some(digits) => (digits, compact.get(digits.len()..)?),
        None => (compact.as_str(), ""),
    };
    let fits = all_digits(digits)
        && (2..=4).contains(&digits.len())
        && (letter.is_empty() || digits.len() == 4);
    if !fits {
        return None;
    }
    let (division, rest) = digits.split_at(2);
    let dot = if rest.is_empty() { "" } else { "." };
    Some(format!("{division}{dot}{rest}{letter}"))
}

/// A code of the Base permanente des équipements: `B207`.
pub(crate) fn bpe(text: &str) -> Result<String, Fault> {
    let code = compact(text).to_uppercase();
    let mut characters = code.chars();
    let domain = characters
        .next()
        .is_some_and(|domain| ('A'..='G').contains(&domain));
    if domain && characters.clone().count() == 3 && characters.all(|c| c.is_ascii_digit()) {
        Ok(code)
    } else {
        Err(Fault::new("bpe_form").with("value", text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::context::fixture::context;

    #[test]
    fn siret_and_siren_are_checked_digit_by_digit() {
        assert_eq!(siren("732 829 320").as_deref(), Ok("732829320"));
        assert_eq!(siret("732 829 320 00074").as_deref(), Ok("73282932000074"));
        assert_eq!(
            siret("73282932000075").unwrap_err().at("").code,
            "siret_digits"
        );
        assert_eq!(
            siret("7328293200007").unwrap_err().at("").code,
            "siret_length"
        );
        assert_eq!(siren("732829321").unwrap_err().at("").code, "siren_digits");
        assert!(siret("00000000000000").is_err());
    }

    #[test]
    fn la_poste_has_its_own_rule() {
        // Digit sum 45: a multiple of five, though the Luhn sum fails.
        assert!(!luhn("35600000049837"));
        assert_eq!(siret("356 000 000 49837").as_deref(), Ok("35600000049837"));
        assert!(siret("35600000049838").is_err());
    }

    #[test]
    fn naf_codes_get_their_dot() {
        for text in ["10.71C", "1071c", "10.71 C", "10 71C"] {
            assert_eq!(naf(text, &context()).as_deref(), Ok("10.71C"), "{text}");
        }
        assert!(naf("158C", &context()).is_err());
        assert!(naf("10.71", &context()).is_err());
        assert_eq!(naf_prefix("107", &context()).as_deref(), Ok("10.7"));
        assert_eq!(naf_prefix("01", &context()).as_deref(), Ok("01"));
        assert!(naf_prefix("boulangerie", &context()).is_err());
    }

    #[test]
    fn bpe_codes_are_a_letter_and_three_digits() {
        assert_eq!(bpe("b207").as_deref(), Ok("B207"));
        assert!(bpe("H207").is_err());
        assert!(bpe("B20").is_err());
    }
}
