//! From text, as people and files write it, to values.
//!
//! French habits are understood first (decimal comma, `31/12/2026`, oui/non, `90 000,50 €`,
//! telephones without country code) and English ones beside them. What is stored has one form only:
//! ISO dates, E.164 telephones, dotted NAF codes, cents.
//!
//! Where a notation has two readings: a day comes before its month; `1,234` is the decimal number
//! 1.234, but refused for an amount, where `1.234` is 1234 euros since nobody writes tenths of a cent.

use std::collections::BTreeSet;

use super::context::{CommuneAnswer, Context, RecordAnswer};
use super::error::{Fault, FieldError};
use super::field::{Field, FieldKind, Rule};
use super::value::Value;

pub(crate) mod contact;
pub(crate) mod date;
pub(crate) mod enumeration;
pub(crate) mod hours;
pub(crate) mod number;
pub(crate) mod official;
pub(crate) mod place;
pub(crate) mod text;

/// Most members a list may have.
pub const MAX_LIST_ITEMS: usize = 200;

/// Longest member of a list, in characters.
pub const MAX_ITEM_CHARS: usize = 80;

/// Longest text read for a value that is no text itself, in characters.
const MAX_SHORT_CHARS: usize = 600;

/// The value that this text means for this field; amounts are in euros, lists separated by `|`.
///
/// # Errors
/// What is wrong with the text and what to write instead; `empty` for blank text.
pub fn parse_value(field: &Field, text: &str, context: &Context<'_>) -> Result<Value, FieldError> {
    parse(field, text, context).map_err(|fault| fault.at(field.name))
}

fn parse(field: &Field, text: &str, context: &Context<'_>) -> Result<Value, Fault> {
    check_writable(field)?;
    if text.trim().is_empty() {
        return Err(Fault::new("empty"));
    }
    if field.kind.is_list() {
        return parse_list(field, text.split('|'), context);
    }
    let value = match field.kind {
        FieldKind::Text(max) => Value::Text(text::line(text, max)?),
        FieldKind::Prose(max) => Value::Text(text::prose(text, max)?),
        _ => {
            let text = text.trim();
            if text.chars().count() > MAX_SHORT_CHARS {
                return Err(Fault::new("too_long")
                    .with("max", MAX_SHORT_CHARS)
                    .with("length", text.chars().count()));
            }
            match field.kind {
                FieldKind::Flag => Value::Flag(enumeration::flag(text)?),
                FieldKind::Integer(min, max) => Value::Integer(number::integer(text, min, max)?),
                FieldKind::Decimal => Value::Decimal(number::decimal(text)?),
                FieldKind::Degrees(min, max) => Value::Decimal(number::degrees(text, min, max)?),
                FieldKind::Cents => Value::Integer(number::euros(text)?),
                _ => Value::Text(parse_item(field, text, context)?),
            }
        }
    };
    match (field.rule, &value) {
        (Some(Rule::Anonymous), Value::Text(text)) => text::check_anonymous(text)?,
        (Some(Rule::EpciOnly), Value::Text(zone)) if !zone.starts_with("epci:") => {
            return Err(Fault::new("zone_epci_only").with("value", zone));
        }
        (Some(Rule::EpciOrDepartment), Value::Text(zone)) if zone.starts_with("insee:") => {
            return Err(Fault::new("zone_not_a_commune").with("value", zone));
        }
        _ => {}
    }
    Ok(value)
}

/// The set of values that these texts mean, blank ones left out.
pub(crate) fn parse_list<'a>(
    field: &Field,
    items: impl Iterator<Item = &'a str>,
    context: &Context<'_>,
) -> Result<Value, Fault> {
    let mut set = BTreeSet::new();
    for item in items.map(str::trim).filter(|item| !item.is_empty()) {
        if item.contains('|') {
            return Err(Fault::new("item_has_bar").with("value", item));
        }
        if item.chars().count() > MAX_SHORT_CHARS {
            return Err(Fault::new("item_too_long").with("max", MAX_ITEM_CHARS));
        }
        set.insert(parse_item(field, item, context)?);
        if set.len() > MAX_LIST_ITEMS {
            return Err(Fault::new("too_many_items").with("max", MAX_LIST_ITEMS));
        }
    }
    if set.is_empty() {
        Err(Fault::new("empty"))
    } else {
        Ok(Value::Set(set))
    }
}

/// One member of a list, or a scalar that is stored as text.
fn parse_item(field: &Field, text: &str, context: &Context<'_>) -> Result<String, Fault> {
    match field.kind {
        FieldKind::Text(max) => text::line(text, max),
        FieldKind::Prose(max) => text::prose(text, max),
        FieldKind::TextList => text::line(text, MAX_ITEM_CHARS).map_err(|fault| {
            if text.chars().count() > MAX_ITEM_CHARS {
                Fault::new("item_too_long").with("max", MAX_ITEM_CHARS)
            } else {
                fault
            }
        }),
        FieldKind::Enum(_) | FieldKind::EnumList(_) => {
            enumeration::code(field, text).map(str::to_owned)
        }
        FieldKind::Siret => official::siret(text),
        FieldKind::Siren => official::siren(text),
        FieldKind::Naf => official::naf(text, context),
        FieldKind::NafList => official::naf_prefix(text, context),
        FieldKind::Bpe => official::bpe(text),
        FieldKind::Commune => place::commune(field, text, context),
        FieldKind::Zone | FieldKind::ZoneList => place::zone(text, context),
        FieldKind::Telephone => contact::telephone(text),
        FieldKind::Email => contact::email(text),
        FieldKind::Url => contact::url(text),
        FieldKind::OpeningHours => hours::opening_hours(text),
        FieldKind::Date => date::day(text),
        FieldKind::DateTime => date::instant(text),
        FieldKind::Period => date::period(text),
        FieldKind::Ref(collection) | FieldKind::RefList(collection) => {
            reference(collection, text, context)
        }
        FieldKind::Flag
        | FieldKind::Integer(..)
        | FieldKind::Decimal
        | FieldKind::Degrees(..)
        | FieldKind::Cents => Err(Fault::new("not_text").with("value", text)),
        FieldKind::Derived => Err(Fault::new("derived_not_writable")),
    }
}

/// Refuses what no one can write yet, or ever.
pub(crate) fn check_writable(field: &Field) -> Result<(), Fault> {
    if field.kind == FieldKind::Derived {
        return Err(Fault::new("derived_not_writable"));
    }
    if field.rule == Some(Rule::ByAttachment) {
        return Err(Fault::new("by_attachment_only"));
    }
    Ok(())
}

/// The identity of the record that this text means.
fn reference(collection: &str, text: &str, context: &Context<'_>) -> Result<String, Fault> {
    let id = text.to_ascii_lowercase();
    if id.parse::<sync_protocol::id::RecordId>().is_ok() {
        return Ok(id);
    }
    let Some(records) = context.records else {
        return Err(Fault::new("reference_form").with("value", text));
    };
    match records.resolve(collection, text) {
        RecordAnswer::Found(id) => Ok(id),
        RecordAnswer::Ambiguous(count) => Err(Fault::new("ambiguous_record")
            .with("value", text)
            .with("count", count)
            .with("collection", collection)),
        RecordAnswer::Unknown => Err(Fault::new("unknown_record")
            .with("value", text)
            .with("collection", collection)),
    }
}

/// What the communes answer, as a code or a fault.
fn commune_or_fault(text: &str, answer: CommuneAnswer) -> Result<super::context::Commune, Fault> {
    match answer {
        CommuneAnswer::Found(commune) => Ok(commune),
        CommuneAnswer::Ambiguous(communes) => {
            let choices: Vec<_> = communes
                .iter()
                .take(6)
                .map(|commune| format!("{} ({})", commune.code, commune.name))
                .collect();
            Err(Fault::new("ambiguous_commune")
                .with("value", text)
                .with("choices", choices.join(", ")))
        }
        CommuneAnswer::Unknown(Some(near)) => Err(Fault::new("misspelt_commune")
            .with("value", text)
            .with("nearest", format!("{} ({})", near.code, near.name))),
        CommuneAnswer::Unknown(None) => Err(Fault::new("unknown_commune").with("value", text)),
    }
}

#[cfg(test)]
mod tests;
