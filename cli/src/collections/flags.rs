//! Fields as flags: `--insee-code 63003`, `--commune Ambert`, `--clear siret`.

use std::io::Read;

use capactif_node::api::{ApiError, ExitKind};
use capactif_node::registry::{Collection, Field, FieldKind};
use clap::{Arg, ArgAction, ArgMatches};
use fluent_bundle::FluentArgs;
use serde_json::{Map, Value};

use crate::messages::Messages;

use super::{field_label, label_and_value};

/// How much prose is read from standard input, in bytes.
const MAX_PROSE_BYTES: u64 = 1024 * 1024;

/// What the flags of a command do with the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Give them values.
    Write,
    /// Show records that have these values.
    Filter,
}

/// The flags of every field of a collection.
pub(crate) fn of(messages: &Messages, collection: &'static Collection, purpose: Use) -> Vec<Arg> {
    let mut flags = Vec::new();
    for (order, field) in collection.fields.iter().enumerate() {
        // A list knows nothing of what is sealed, so that nothing is found by it.
        let is_out_of_place = match purpose {
            Use::Write => field.kind == FieldKind::Derived,
            Use::Filter => field.is_sealed(),
        };
        if is_out_of_place {
            continue;
        }
        let flag = flag(messages, collection, field, purpose).display_order(100 + order);
        flags.push(flag.help_heading(messages.text("help-fields")));
    }
    flags
}

/// The flags of the sealed fields of a collection.
pub(crate) fn of_sealed(messages: &Messages, collection: &'static Collection) -> Vec<Arg> {
    let flags = collection.sealed_fields().enumerate();
    let flags = flags.map(|(order, field)| {
        let flag = flag(messages, collection, field, Use::Write).display_order(100 + order);
        flag.help_heading(messages.text("help-fields"))
    });
    flags.collect()
}

/// The flags that take single values into and out of the lists of a collection.
pub(crate) fn of_lists(messages: &Messages, collection: &'static Collection) -> Vec<Arg> {
    let lists = collection
        .fields
        .iter()
        .filter(|field| field.kind.is_list() && (field.is_writable() || field.is_sealed()));
    let mut flags = Vec::new();
    for (order, field) in lists.enumerate() {
        for (verb, key) in [
            ("add", "arg-add-to-list"),
            ("remove", "arg-remove-from-list"),
        ] {
            let mut args = FluentArgs::new();
            args.set("field", field_label(messages, collection, field.name));
            flags.push(
                Arg::new(format!("{verb}:{}", field.name))
                    .long(format!("{verb}-{}", field.name.replace('_', "-")))
                    .value_name(placeholder(messages, field))
                    .action(ArgAction::Append)
                    .help(messages.format(key, &args))
                    .display_order(300 + order)
                    .help_heading(messages.text("help-fields")),
            );
        }
    }
    flags
}

fn flag(
    messages: &Messages,
    collection: &'static Collection,
    field: &'static Field,
    purpose: Use,
) -> Arg {
    let mut arg = Arg::new(format!("field:{}", field.name))
        .long(field.name.replace('_', "-"))
        .value_name(placeholder(messages, field))
        .help(help(messages, collection, field))
        .action(ArgAction::Set);
    if field.kind.is_list() && purpose == Use::Write {
        arg = arg.action(ArgAction::Append);
    }
    if field.kind == FieldKind::Flag {
        arg = arg.num_args(0..=1).default_missing_value("true");
    }
    if matches!(
        field.kind,
        FieldKind::Decimal | FieldKind::Degrees(..) | FieldKind::Integer(..) | FieldKind::Cents
    ) {
        arg = arg.allow_negative_numbers(true);
    }
    // Prose may begin with a hyphen, and `-` alone is standard input.
    if matches!(field.kind, FieldKind::Prose(_) | FieldKind::Text(_)) {
        arg = arg.allow_hyphen_values(true);
    }
    if !field.is_writable() && !field.is_sealed() && field.kind != FieldKind::Derived {
        // Understood, so that the node can say why it refuses; not offered.
        arg = arg.hide(true);
    }
    for alias in short_forms(collection, field) {
        arg = arg.alias(alias);
    }
    arg
}

/// The short forms of a flag, unless another field has that name.
fn short_forms(collection: &Collection, field: &Field) -> impl Iterator<Item = &'static str> {
    let forms: &[&str] = match field.name {
        "insee_code" => &["insee", "commune"],
        "naf_code" => &["naf"],
        "latitude" => &["lat"],
        "longitude" => &["lon"],
        "surface_m2" => &["surface"],
        "last_verified_on" => &["verified"],
        _ => &[],
    };
    forms
        .iter()
        .copied()
        .filter(|form| collection.field(&form.replace('-', "_")).is_none())
}

fn placeholder(messages: &Messages, field: &Field) -> String {
    let key = match field.kind {
        FieldKind::Text(_) | FieldKind::TextList => "value-text",
        FieldKind::Prose(_) => "value-prose",
        FieldKind::Enum(_) | FieldKind::EnumList(_) => "value-code",
        FieldKind::Siret | FieldKind::Siren => "value-number",
        FieldKind::Commune => "value-commune",
        FieldKind::Zone | FieldKind::ZoneList => "value-zone",
        FieldKind::Naf | FieldKind::NafList | FieldKind::Bpe => "value-code",
        FieldKind::Telephone => "value-telephone",
        FieldKind::Email => "value-email",
        FieldKind::Url => "value-url",
        FieldKind::OpeningHours => "value-hours",
        FieldKind::Flag => "value-flag",
        FieldKind::Integer(..) | FieldKind::Decimal | FieldKind::Degrees(..) => "value-number",
        FieldKind::Cents => "value-euros",
        FieldKind::Date => "value-date",
        FieldKind::DateTime => "value-instant",
        FieldKind::Period => "value-period",
        FieldKind::Ref(_) | FieldKind::RefList(_) => "value-id",
        FieldKind::Derived => "value-text",
    };
    messages.text(key)
}

fn help(messages: &Messages, collection: &Collection, field: &Field) -> String {
    let label = field_label(messages, collection, field.name);
    let text = match field.kind.codes() {
        [] => label,
        codes => label_and_value(messages, &label, &codes.join(", ")),
    };
    let text = if field.is_sealed() {
        let mut args = FluentArgs::new();
        args.set("text", text);
        messages.format("arg-sealed-field", &args)
    } else {
        text
    };
    let others: Vec<String> = short_forms(collection, field)
        .map(|form| format!("--{form}"))
        .collect();
    if others.is_empty() {
        return text;
    }
    let mut args = FluentArgs::new();
    args.set("text", text);
    args.set("others", others.join(", "));
    messages.format("arg-also", &args)
}

/// The field flags given, as texts by field name.
pub(crate) fn given<'m>(
    collection: &'static Collection,
    matches: &'m ArgMatches,
) -> impl Iterator<Item = (&'static Field, Vec<&'m str>)> {
    collection.fields.iter().filter_map(|field| {
        let texts = matches
            .try_get_many::<String>(&format!("field:{}", field.name))
            .ok()??;
        Some((field, texts.map(String::as_str).collect()))
    })
}

/// The fields to write, as the node takes them; `-` for a text means standard input.
pub(crate) fn to_write(
    collection: &'static Collection,
    matches: &ArgMatches,
    input: &mut dyn Read,
) -> Result<Map<String, Value>, ApiError> {
    let mut fields = Map::new();
    let mut input = Some(input);
    for (field, texts) in given(collection, matches) {
        let mut values = Vec::new();
        for text in texts {
            let is_text = matches!(field.kind, FieldKind::Prose(_) | FieldKind::Text(_));
            values.push(Value::String(
                match input.take_if(|_| is_text && text == "-") {
                    Some(input) => read_prose(input)?,
                    None => text.to_owned(),
                },
            ));
        }
        let value = match (field.kind.is_list(), values.len()) {
            (false, 1) => values.remove(0),
            _ => Value::Array(values),
        };
        fields.insert(field.name.to_owned(), value);
    }
    Ok(fields)
}

/// The values that go into (`add`) or out of (`remove`) lists.
pub(crate) fn list_values(
    collection: &'static Collection,
    matches: &ArgMatches,
    verb: &str,
) -> Map<String, Value> {
    let mut fields = Map::new();
    for field in collection.fields {
        let id = format!("{verb}:{}", field.name);
        if let Ok(Some(texts)) = matches.try_get_many::<String>(&id) {
            fields.insert(field.name.to_owned(), texts.cloned().collect());
        }
    }
    fields
}

fn read_prose(input: &mut dyn Read) -> Result<String, ApiError> {
    let mut text = String::new();
    let read = input.take(MAX_PROSE_BYTES + 1).read_to_string(&mut text);
    let unreadable = |reason: String| {
        ApiError::new("stdin_unreadable", ExitKind::Usage, reason.clone()).with("reason", reason)
    };
    read.map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > MAX_PROSE_BYTES {
        let message = "more than a mebibyte of text on standard input";
        return Err(ApiError::new("stdin_too_long", ExitKind::Usage, message)
            .with("limit", MAX_PROSE_BYTES));
    }
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
