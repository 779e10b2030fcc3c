//! Values of the node's JSON as people read them: euros, days, labels, names of communes.

use capactif_node::registry::referral::Status;
use capactif_node::registry::referral::past::{self, PAST};
use capactif_node::registry::{Attachment, Collection, FieldKind};
use capactif_node::territory::France;
use serde_json::{Map, Value};

use crate::messages::Messages;

use super::field_of_json_name;

/// How many characters of an id lists print at least: enough for a registry of any real size to
/// have no second record that begins so.
const SHORT_ID: usize = 8;

/// The value under `name` of a record, as people read it; empty when there is none.
pub(crate) fn shown(
    messages: &Messages,
    collection: &Collection,
    row: &Map<String, Value>,
    name: &str,
) -> String {
    let Some(value) = raw(collection, row, name) else {
        return String::new();
    };
    named(collection, row, name, value).unwrap_or_else(|| text(messages, collection, name, value))
}

/// What the records that a field refers to are called, where the node says it.
fn named(
    collection: &Collection,
    row: &Map<String, Value>,
    name: &str,
    value: &Value,
) -> Option<String> {
    let kind = field_of_json_name(collection, name)?.kind;
    if !matches!(kind, FieldKind::Ref(_) | FieldKind::RefList(_)) {
        return None;
    }
    let names = row.get("_names")?.as_object()?;
    let ids = value
        .as_array()
        .map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
    let names: Vec<&str> = ids
        .iter()
        .filter_map(Value::as_str)
        .map(|id| {
            names
                .get(id)
                .and_then(Value::as_str)
                .unwrap_or_else(|| short(id))
        })
        .collect();
    Some(names.join(", "))
}

/// The stored value under a field's name or JSON name.
pub(crate) fn raw<'r>(
    collection: &Collection,
    row: &'r Map<String, Value>,
    name: &str,
) -> Option<&'r Value> {
    let json_name = field_of_json_name(collection, name).map(|field| field.json_name());
    let stored = json_name
        .and_then(|name| row.get(name.as_ref()))
        .or_else(|| row.get(name));
    stored.or_else(|| row.get("_derived").and_then(|derived| derived.get(name)))
}

/// Whether people compare its values by size.
pub(crate) fn is_quantity(collection: &Collection, name: &str) -> bool {
    field_of_json_name(collection, name).is_some_and(|field| {
        matches!(
            field.kind,
            FieldKind::Cents | FieldKind::Integer(..) | FieldKind::Decimal
        )
    })
}

/// As [`shown`], on one line and without what a list has no room for.
pub(crate) fn in_list(
    messages: &Messages,
    collection: &Collection,
    row: &Map<String, Value>,
    name: &str,
) -> String {
    let field = field_of_json_name(collection, name);
    let code = raw(collection, row, name).and_then(Value::as_str);
    let text = match (field.map(|field| field.kind), code) {
        (Some(FieldKind::Commune), Some(code)) => commune_name(code).unwrap_or(code).to_owned(),
        _ => shown(messages, collection, row, name),
    };
    // Hard spaces stay: they are within amounts.
    text.split([' ', '\n', '\r', '\t'])
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The past of a referral, step by step; none of one that this version does not understand.
fn walk(messages: &Messages, collection: &Collection, kept: &str) -> Option<String> {
    let state = collection.field("status")?;
    let step = |(day, status): (&str, Status)| {
        let key = state.code_label_key(status.code());
        let label = messages.find(&key, None, None)?;
        Some(format!("{} {label}", messages.language().date(day)))
    };
    let steps: Option<Vec<String>> = past::steps_of(kept)?.into_iter().map(step).collect();
    Some(steps?.join(" → "))
}

/// What a record is called, in words: a referral by its theme. Of a collection that this version does
/// not know, as it is written.
pub(crate) fn title(messages: &Messages, record: &Value) -> String {
    let declared = super::named(record["collection"].as_str().unwrap_or_default());
    let title = match declared {
        Some(it) => text(messages, it, it.title, &record["title"]),
        None => record["title"].as_str().unwrap_or_default().to_owned(),
    };
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One value, as people read it.
pub(crate) fn text(
    messages: &Messages,
    collection: &Collection,
    name: &str,
    value: &Value,
) -> String {
    let language = messages.language();
    let field = field_of_json_name(collection, name);
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => messages.text(if *flag { "yes" } else { "no" }),
        Value::Number(number) => match (field.map(|field| field.kind), number.as_i64()) {
            (Some(FieldKind::Cents), Some(cents)) => language.euros(cents),
            (Some(FieldKind::Degrees(..)), _) => number.to_string(),
            // Years and the like: a number with a name of its own is not grouped below 10,000.
            (_, Some(whole)) if whole.abs() < 10_000 => whole.to_string(),
            (_, Some(whole)) => language.integer(whole),
            (_, None) => number
                .as_f64()
                .map_or_else(String::new, |value| language.decimal(value)),
        },
        Value::String(string) => match field.map(|field| field.kind) {
            Some(FieldKind::TextList) if let Ok(attached) = string.parse::<Attachment>() => {
                attached.name
            }
            Some(FieldKind::Date) => language.date(string),
            Some(FieldKind::DateTime) => language.instant(string),
            Some(FieldKind::Enum(_) | FieldKind::EnumList(_)) => {
                let key = field.map(|field| field.code_label_key(string));
                key.and_then(|key| messages.find(&key, None, None))
                    .unwrap_or_else(|| string.clone())
            }
            Some(FieldKind::Derived) => {
                let key = field.map(|field| field.code_label_key(string));
                key.and_then(|key| messages.find(&key, None, None))
                    .unwrap_or_else(|| language.date(string))
            }
            Some(FieldKind::Commune) => commune(string),
            Some(FieldKind::Ref(_) | FieldKind::RefList(_)) => short(string).to_owned(),
            Some(FieldKind::Text(_)) if name == PAST => {
                walk(messages, collection, string).unwrap_or_else(|| string.clone())
            }
            _ => string.clone(),
        },
        Value::Array(items) => {
            let items = items
                .iter()
                .map(|item| text(messages, collection, name, item));
            items.collect::<Vec<_>>().join(", ")
        }
        Value::Object(_) => value.to_string(),
    }
}

fn commune(code: &str) -> String {
    commune_name(code).map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"))
}

/// The name of the commune of this code.
pub(crate) fn commune_name(code: &str) -> Option<&'static str> {
    let name = France::embedded().commune(code)?.name;
    (!name.is_empty()).then_some(name)
}

/// The beginning of an id that people can type.
pub(crate) fn short(id: &str) -> &str {
    id.get(..SHORT_ID).unwrap_or(id)
}

/// As many characters of each id as tell all of `ids` apart.
pub(crate) fn distinct_length<'a>(ids: impl Iterator<Item = &'a str>) -> usize {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let shared = ids.windows(2).map(|pair| match pair {
        [a, b] => a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count() + 1,
        _ => 0,
    });
    shared.max().unwrap_or(0).max(SHORT_ID)
}

/// A value as a CSV cell: as stored, lists joined by `|`.
pub(crate) fn csv_cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| csv_cell(Some(item)))
            .collect::<Vec<_>>()
            .join("|"),
        Some(other) => other.to_string(),
    }
}

/// A line of CSV. What a spreadsheet would run as a formula is kept from it by an apostrophe.
pub(crate) fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let cells = cells.map(|cell| {
        let is_number = cell.parse::<f64>().is_ok();
        let cell = match cell.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r') if !is_number => format!("'{cell}"),
            _ => cell,
        };
        if cell.contains([',', ';', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    cells.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::collections::named;
    use crate::language::Language;

    use super::*;

    fn shown_in(language: Language, name: &str, value: &Value) -> String {
        text(
            &crate::messages::of(language),
            named("opportunity").unwrap(),
            name,
            value,
        )
    }

    #[test]
    fn values_read_as_each_language_writes_them() {
        let price = json!(9_000_000);
        assert_eq!(
            shown_in(Language::French, "price_max_cents", &price),
            "90\u{202f}000\u{a0}€"
        );
        assert_eq!(shown_in(Language::English, "price_max", &price), "€90,000");
        let day = json!("2026-11-22");
        assert_eq!(
            shown_in(Language::French, "available_from", &day),
            "22/11/2026"
        );
        assert_eq!(shown_in(Language::French, "organic", &json!(true)), "oui");
        assert_eq!(
            shown_in(Language::French, "kind", &json!("premises")),
            "Local professionnel"
        );
        assert_eq!(
            shown_in(Language::French, "kind", &json!("from_the_future")),
            "from_the_future"
        );
        assert_eq!(
            shown_in(Language::French, "insee_code", &json!("63003")),
            "Ambert (63003)"
        );
        assert_eq!(
            shown_in(Language::French, "nobody_knows", &json!(["a", "b"])),
            "a, b"
        );
    }

    #[test]
    fn ids_are_as_long_as_they_need_to_be() {
        assert_eq!(
            distinct_length(["aaaaaaaa11", "aaaaaaaa12", "b"].into_iter()),
            10
        );
        assert_eq!(distinct_length(["a1", "b1"].into_iter()), 8);
        assert_eq!(distinct_length(std::iter::empty()), 8);
        assert_eq!(short("0123456789"), "01234567");
        assert_eq!(short("0123"), "0123");
    }

    #[test]
    fn csv_is_quoted_and_harmless_in_a_spreadsheet() {
        let cells = ["a;b", "say \"hi\"", "-12.5", "=cmd()", "+33473820000"];
        let line = csv_line(cells.into_iter().map(str::to_owned));
        assert_eq!(
            line,
            "\"a;b\",\"say \"\"hi\"\"\",-12.5,'=cmd(),+33473820000"
        );
        assert_eq!(csv_cell(Some(&json!(["a", "b"]))), "a|b");
        assert_eq!(csv_cell(Some(&json!(true))), "true");
    }
}
