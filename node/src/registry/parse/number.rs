//! Whole numbers, decimals, coordinates and amounts, with French or English separators.

use crate::registry::error::Fault;

/// Largest amount, in cents: 100 billion euros.
const MAX_CENTS: i128 = 10_000_000_000_000;

/// Largest decimal; beyond it thousandths are lost.
const MAX_DECIMAL: f64 = 1e12;

/// Digits of a number before and after its separator.
#[derive(Debug, PartialEq, Eq)]
struct Digits {
    negative: bool,
    whole: String,
    fraction: String,
    /// What stood between the two.
    separator: Option<char>,
}

/// Takes a number apart; spaces of any kind and apostrophes group thousands.
fn digits(text: &str) -> Result<Digits, Fault> {
    let form = || Fault::new("number_form").with("value", text);
    let spaceless: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’'))
        .collect();
    let (negative, unsigned) = match spaceless.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, spaceless.strip_prefix('+').unwrap_or(&spaceless)),
    };
    let commas = unsigned.matches(',').count();
    let dots = unsigned.matches('.').count();
    // The decimal separator is the one that comes once and last; the other one groups thousands.
    let decimal = match (commas, dots) {
        (0, 0) => None,
        (1, 0) => Some(','),
        (0, 1) => Some('.'),
        (_, 0) | (0, _) => None,
        _ => match unsigned
            .rfind([',', '.'])
            .and_then(|at| unsigned[at..].chars().next())
        {
            Some(',') if commas == 1 => Some(','),
            Some('.') if dots == 1 => Some('.'),
            _ => return Err(form()),
        },
    };
    let (whole, fraction) = match decimal {
        Some(separator) => unsigned.split_once(separator).ok_or_else(form)?,
        None => (unsigned, ""),
    };
    let groups: Vec<&str> = whole.split([',', '.']).collect();
    let grouped = groups.len() == 1
        || (groups.iter().skip(1).all(|group| group.len() == 3)
            && groups
                .first()
                .is_some_and(|group| (1..=3).contains(&group.len())));
    let whole = groups.concat();
    let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let some = !whole.is_empty() || !fraction.is_empty();
    if !grouped || !some || !numeric(&whole) || !numeric(fraction) || whole.len() > 18 {
        return Err(form());
    }
    Ok(Digits {
        negative,
        whole,
        fraction: fraction.to_owned(),
        separator: decimal,
    })
}

fn whole(digits: &Digits) -> i64 {
    digits
        .whole
        .bytes()
        .fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'))
}

/// A whole number within these bounds; `12,0` is one.
pub(crate) fn integer(text: &str, min: i64, max: i64) -> Result<i64, Fault> {
    let digits = digits(text)?;
    // `1.200` or `1,200` might be 1200 or 1.2; neither is guessed.
    if digits.fraction.bytes().any(|byte| byte != b'0') || digits.fraction.len() > 2 {
        return Err(Fault::new("whole_number").with("value", text));
    }
    let number = if digits.negative {
        -whole(&digits)
    } else {
        whole(&digits)
    };
    if !(min..=max).contains(&number) {
        return Err(Fault::new("out_of_bounds")
            .with("value", text)
            .with("min", min)
            .with("max", max));
    }
    Ok(number)
}

fn float(digits: &Digits, text: &str) -> Result<f64, Fault> {
    let sign = if digits.negative { "-" } else { "" };
    let number: f64 = format!("{sign}{}.{}0", digits.whole, digits.fraction)
        .parse()
        .map_err(|_| Fault::new("number_form").with("value", text))?;
    // Minus zero is zero.
    Ok(if number == 0.0 { 0.0 } else { number })
}

/// A decimal number, not negative; a unit of surface after it is understood.
pub(crate) fn decimal(text: &str) -> Result<f64, Fault> {
    let lower = text.to_lowercase();
    let bare = ["m²", "m2", "ha", "etp"]
        .iter()
        .find_map(|unit| lower.strip_suffix(unit))
        .unwrap_or(&lower);
    let number = float(
        &digits(bare).map_err(|_| Fault::new("number_form").with("value", text))?,
        text,
    )?;
    if number < 0.0 {
        return Err(Fault::new("negative").with("value", text));
    }
    if number > MAX_DECIMAL {
        return Err(Fault::new("out_of_bounds")
            .with("value", text)
            .with("min", 0)
            .with("max", "10^12"));
    }
    Ok(number)
}

/// Degrees within these bounds.
pub(crate) fn degrees(text: &str, min: i16, max: i16) -> Result<f64, Fault> {
    let number = float(&digits(text)?, text)?;
    if number < f64::from(min) || number > f64::from(max) {
        return Err(Fault::new("out_of_bounds")
            .with("value", text)
            .with("min", min)
            .with("max", max));
    }
    Ok(number)
}

/// An amount written in euros, in cents: `90 000,50 €`, `90k€`.
pub(crate) fn euros(text: &str) -> Result<i64, Fault> {
    let lower = text.to_lowercase();
    let bare = ["€", "euros", "euro", "eur"]
        .iter()
        .find_map(|unit| lower.trim_end().strip_suffix(unit))
        .or_else(|| lower.trim_start().strip_prefix('€'))
        .unwrap_or(&lower)
        .trim();
    let (bare, factor) = match (bare.strip_suffix('k'), bare.strip_suffix('m')) {
        (Some(thousands), _) => (thousands, 1_000),
        (_, Some(millions)) => (millions, 1_000_000),
        _ => (bare, 1),
    };
    let mut digits = digits(bare).map_err(|_| Fault::new("amount_form").with("value", text))?;
    if factor == 1 && digits.fraction.len() == 3 && (1..=3).contains(&digits.whole.len()) {
        match digits.separator {
            Some('.') => {
                digits.whole.push_str(&digits.fraction);
                digits.fraction.clear();
            }
            _ => return Err(Fault::new("ambiguous_amount").with("value", text)),
        }
    }
    amount(&digits, factor, text)
}

/// An amount written with a decimal point as machines write it, in euros.
pub(crate) fn machine_euros(text: &str) -> Result<i64, Fault> {
    amount(
        &digits(text).map_err(|_| Fault::new("amount_form").with("value", text))?,
        1,
        text,
    )
}

fn amount(digits: &Digits, factor: i128, text: &str) -> Result<i64, Fault> {
    if digits.negative {
        return Err(Fault::new("negative").with("value", text));
    }
    let fraction = digits.fraction.trim_end_matches('0');
    let too_precise = || Fault::new("amount_precision").with("value", text);
    if fraction.len() > 8 {
        return Err(too_precise());
    }
    let scale = fraction.bytes().fold(1_i128, |scale, _| scale * 10);
    let part = fraction
        .bytes()
        .fold(0_i128, |sum, byte| sum * 10 + i128::from(byte - b'0'));
    let scaled = (i128::from(whole(digits)) * scale + part) * 100 * factor;
    if scaled % scale != 0 {
        return Err(too_precise());
    }
    in_range(scaled / scale, text)
}

/// An amount written in whole cents.
pub(crate) fn cents(text: &str) -> Result<i64, Fault> {
    let digits = digits(text).map_err(|_| Fault::new("cents_form").with("value", text))?;
    if !digits.fraction.is_empty() {
        return Err(Fault::new("cents_form").with("value", text));
    }
    if digits.negative {
        return Err(Fault::new("negative").with("value", text));
    }
    in_range(i128::from(whole(&digits)), text)
}

fn in_range(cents: i128, text: &str) -> Result<i64, Fault> {
    i64::try_from(cents)
        .ok()
        .filter(|_| cents <= MAX_CENTS)
        .ok_or_else(|| {
            Fault::new("out_of_bounds")
                .with("value", text)
                .with("min", 0)
                .with("max", "100 000 000 000")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_and_english_amounts_become_cents() {
        for (text, cents) in [
            ("90 000,50 €", 9_000_050),
            ("90\u{202f}000,50\u{a0}€", 9_000_050),
            ("90000", 9_000_000),
            ("90.000 €", 9_000_000),
            ("1.250.000", 125_000_000),
            ("1,250,000.00", 125_000_000),
            ("90.000,5", 9_000_050),
            ("90k€", 9_000_000),
            ("1,2 M€", 120_000_000),
            ("0", 0),
            ("450 euros", 45_000),
            ("€ 12.30", 1_230),
        ] {
            assert_eq!(euros(text), Ok(cents), "{text}");
        }
    }

    #[test]
    fn doubtful_amounts_are_refused_rather_than_guessed() {
        let code = |text| euros(text).unwrap_err().at("").code;
        assert_eq!(code("90,000"), "ambiguous_amount");
        assert_eq!(code("12,3456"), "amount_precision");
        assert_eq!(code("-5"), "negative");
        assert_eq!(code("à débattre"), "amount_form");
        assert_eq!(code("1.2.3"), "amount_form");
        assert_eq!(code("999999999999999"), "out_of_bounds");
    }

    #[test]
    fn numbers_keep_their_decimals() {
        assert_eq!(decimal("1 234,5 m²"), Ok(1234.5));
        assert_eq!(decimal("0.125"), Ok(0.125));
        assert_eq!(decimal("12 ha"), Ok(12.0));
        assert!(decimal("-1").is_err());
        assert_eq!(integer("1 200", 0, 5000), Ok(1200));
        assert_eq!(integer("12,0", 0, 50), Ok(12));
        assert!(integer("1.200", 0, 5000).is_err());
        assert!(integer("51", 0, 50).is_err());
        assert_eq!(degrees("45,549", -90, 90), Ok(45.549));
        assert_eq!(degrees("-0,0", -90, 90), Ok(0.0));
        assert!(degrees("95", -90, 90).is_err());
    }
}
