//! Values as text: for files, without regard to language, and for people, in theirs.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::field::{Field, FieldKind};
use super::labels::code_label;
use super::value::Value;
use crate::language::Language;
use crate::paris;

/// The value as files carry it: euros with a decimal point, ISO dates, codes, lists with `|`.
/// Reading it again gives the same value.
#[must_use]
pub fn to_text(field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (FieldKind::Cents, Value::Integer(cents)) => {
            let (euros, rest) = (cents / 100, (cents % 100).abs());
            if rest == 0 {
                euros.to_string()
            } else {
                format!("{euros}.{rest:02}")
            }
        }
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Integer(number)) => number.to_string(),
        (_, Value::Decimal(number)) => number.to_string(),
        (_, Value::Flag(flag)) => if *flag { "true" } else { "false" }.to_owned(),
        (_, Value::Set(set)) => set.iter().map(String::as_str).collect::<Vec<_>>().join("|"),
    }
}

/// The value as people read it: `90 000,50 €`, `31/12/2026`, `oui`, labels instead of codes.
#[must_use]
pub fn display(field: &Field, value: &Value, language: Language) -> String {
    match (field.kind, value) {
        (FieldKind::Cents, Value::Integer(cents)) => language.euros(*cents),
        (FieldKind::Enum(_), Value::Text(code)) => code_label(language, field, code),
        (FieldKind::EnumList(_), Value::Set(codes)) => {
            let labels: Vec<_> = codes
                .iter()
                .map(|code| code_label(language, field, code))
                .collect();
            labels.join(", ")
        }
        (FieldKind::Date, Value::Text(day)) => match day.parse::<Date>() {
            Ok(day) => date(day, language),
            Err(_) => day.clone(),
        },
        (FieldKind::DateTime, Value::Text(instant)) => match paris::clock_of(instant) {
            Some(at) => {
                format!(
                    "{} {:02}:{:02}",
                    date(at.date(), language),
                    at.hour(),
                    at.minute()
                )
            }
            None => instant.clone(),
        },
        (FieldKind::Telephone, Value::Text(number)) => telephone(number),
        // A year is no quantity: no space in it.
        (FieldKind::Integer(min, _), Value::Integer(number)) if min < 1000 => {
            language.integer(*number)
        }
        (_, Value::Decimal(number)) => match language {
            Language::French => number.to_string().replace('.', ","),
            Language::English => number.to_string(),
        },
        (_, Value::Flag(flag)) => match (language, flag) {
            (Language::French, true) => "oui",
            (Language::French, false) => "non",
            (Language::English, true) => "yes",
            (Language::English, false) => "no",
        }
        .to_owned(),
        (_, Value::Set(set)) => set
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        _ => to_text(field, value),
    }
}

fn date(day: Date, language: Language) -> String {
    match language {
        Language::French => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
        Language::English => day.to_string(),
    }
}

/// French numbers as they are dialled in France, others as they are stored.
fn telephone(number: &str) -> String {
    let Some(national) = number
        .strip_prefix("+33")
        .filter(|national| national.len() == 9)
    else {
        return number.to_owned();
    };
    let mut text = "0".to_owned();
    for (at, digit) in national.chars().enumerate() {
        if at % 2 == 1 {
            text.push(' ');
        }
        let _ = text.write_char(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::collections::local_service::LOCAL_SERVICE;
    use crate::registry::collections::opportunity::OPPORTUNITY;

    fn shown(name: &str, value: Value, language: Language) -> String {
        display(OPPORTUNITY.field(name).unwrap(), &value, language)
    }

    #[test]
    fn people_read_values_in_their_own_habits() {
        let cents = || Value::Integer(9_000_050);
        assert_eq!(
            shown("price_max", cents(), Language::French),
            "90\u{202f}000,50\u{a0}€"
        );
        assert_eq!(shown("price_max", cents(), Language::English), "€90,000.50");
        let day = || Value::Text("2026-12-31".to_owned());
        assert_eq!(
            shown("available_from", day(), Language::French),
            "31/12/2026"
        );
        assert_eq!(
            shown("kind", Value::Text("land".to_owned()), Language::French),
            "Terrain"
        );
        assert_eq!(shown("organic", Value::Flag(true), Language::French), "oui");
        assert_eq!(
            shown("surface_m2", Value::Decimal(12.5), Language::French),
            "12,5"
        );
        let phone = LOCAL_SERVICE.field("phone").unwrap();
        let number = Value::Text("+33473820000".to_owned());
        assert_eq!(display(phone, &number, Language::French), "04 73 82 00 00");
        let year = LOCAL_SERVICE.field("bpe_vintage").unwrap();
        assert_eq!(
            display(year, &Value::Integer(2024), Language::French),
            "2024"
        );
    }

    #[test]
    fn files_carry_values_without_regard_to_language() {
        let price = OPPORTUNITY.field("price_max").unwrap();
        assert_eq!(to_text(price, &Value::Integer(9_000_050)), "90000.50");
        assert_eq!(to_text(price, &Value::Integer(9_000_000)), "90000");
        let list = OPPORTUNITY.field("farm_production").unwrap();
        assert_eq!(
            to_text(list, &Value::Set(["b".into(), "a".into()].into())),
            "a|b"
        );
    }
}
