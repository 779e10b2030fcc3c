//! Values as text: for files, without regard to language, and for people, in theirs.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::field::{Field, FieldKind};
use super::labels::{Lang, code_label};
use super::parse::date::in_paris;
use super::value::Value;

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
pub fn display(field: &Field, value: &Value, lang: Lang) -> String {
    match (field.kind, value) {
        (FieldKind::Cents, Value::Integer(cents)) => amount(*cents, lang),
        (FieldKind::Enum(_), Value::Text(code)) => code_label(lang, field, code),
        (FieldKind::EnumList(_), Value::Set(codes)) => {
            let labels: Vec<_> = codes
                .iter()
                .map(|code| code_label(lang, field, code))
                .collect();
            labels.join(", ")
        }
        (FieldKind::Date, Value::Text(day)) => match day.parse::<Date>() {
            Ok(day) => date(day, lang),
            Err(_) => day.clone(),
        },
        (FieldKind::DateTime, Value::Text(instant)) => match in_paris(instant) {
            Some(at) => {
                format!(
                    "{} {:02}:{:02}",
                    date(at.date(), lang),
                    at.hour(),
                    at.minute()
                )
            }
            None => instant.clone(),
        },
        (FieldKind::Telephone, Value::Text(number)) => telephone(number),
        // A year is no quantity: no space in it.
        (FieldKind::Integer(min, _), Value::Integer(number)) if min < 1000 => {
            grouped(*number, lang)
        }
        (_, Value::Decimal(number)) => match lang {
            Lang::Fr => number.to_string().replace('.', ","),
            Lang::En => number.to_string(),
        },
        (_, Value::Flag(flag)) => match (lang, flag) {
            (Lang::Fr, true) => "oui",
            (Lang::Fr, false) => "non",
            (Lang::En, true) => "yes",
            (Lang::En, false) => "no",
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

fn date(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
        Lang::En => day.to_string(),
    }
}

fn amount(cents: i64, lang: Lang) -> String {
    let euros = grouped(cents / 100, lang);
    let rest = (cents % 100).abs();
    match (lang, rest) {
        (Lang::Fr, 0) => format!("{euros}\u{a0}€"),
        (Lang::Fr, _) => format!("{euros},{rest:02}\u{a0}€"),
        (Lang::En, 0) => format!("€{euros}"),
        (Lang::En, _) => format!("€{euros}.{rest:02}"),
    }
}

fn grouped(number: i64, lang: Lang) -> String {
    let separator = match lang {
        Lang::Fr => '\u{202f}',
        Lang::En => ',',
    };
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 8);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
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

    fn shown(name: &str, value: Value, lang: Lang) -> String {
        display(OPPORTUNITY.field(name).unwrap(), &value, lang)
    }

    #[test]
    fn people_read_values_in_their_own_habits() {
        let cents = || Value::Integer(9_000_050);
        assert_eq!(
            shown("price_max", cents(), Lang::Fr),
            "90\u{202f}000,50\u{a0}€"
        );
        assert_eq!(shown("price_max", cents(), Lang::En), "€90,000.50");
        let day = || Value::Text("2026-12-31".to_owned());
        assert_eq!(shown("available_from", day(), Lang::Fr), "31/12/2026");
        assert_eq!(
            shown("kind", Value::Text("land".to_owned()), Lang::Fr),
            "Terrain"
        );
        assert_eq!(shown("organic", Value::Flag(true), Lang::Fr), "oui");
        assert_eq!(shown("surface_m2", Value::Decimal(12.5), Lang::Fr), "12,5");
        let phone = LOCAL_SERVICE.field("phone").unwrap();
        let number = Value::Text("+33473820000".to_owned());
        assert_eq!(display(phone, &number, Lang::Fr), "04 73 82 00 00");
        let year = LOCAL_SERVICE.field("bpe_vintage").unwrap();
        assert_eq!(display(year, &Value::Integer(2024), Lang::Fr), "2024");
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
