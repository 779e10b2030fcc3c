//! Values and records as JSON.
//!
//! Amounts are whole cents under `<field>_cents`; under the bare field name a number or a text is
//! euros, as people say them. Lists are arrays. Names that this version does not know come out under
//! their own name, since a newer node wrote them.

use serde_json::{Map, Number, Value as Json};

use super::collection::Collection;
use super::column::{Column, Unit};
use super::context::Context;
use super::error::{Fault, FieldError};
use super::field::FieldKind;
use super::parse::{check_writable, number, parse_list, parse_value};
use super::value::{Fields, Value};

/// A value as JSON.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => Json::String(text.clone()),
        Value::Integer(number) => Json::Number((*number).into()),
        Value::Decimal(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Flag(flag) => Json::Bool(*flag),
        Value::Set(set) => set.iter().cloned().map(Json::String).collect(),
    }
}

/// A record's fields as JSON: declared ones in their order, then the unknown ones. What should have
/// been sealed and was written in the open, by a program that is not ours, is left out.
#[must_use]
pub fn record_to_json(collection: &Collection, fields: &Fields) -> Map<String, Json> {
    let open = collection.fields.iter().filter(|field| !field.is_sealed());
    let declared = open.filter_map(|field| {
        fields
            .get(field.name)
            .map(|value| (field.json_name().into_owned(), to_json(value)))
    });
    let unknown = fields
        .iter()
        .filter(|(name, _)| collection.field(name).is_none())
        .map(|(name, value)| (name.clone(), to_json(value)));
    declared.chain(unknown).collect()
}

pub(crate) fn from_json(
    column: &Column,
    json: &Json,
    context: &Context<'_>,
) -> Result<Option<Value>, FieldError> {
    let field = column.field;
    let at = |fault: Fault| fault.at(field.name);
    check_writable(field).map_err(at)?;
    let wrong_type = || {
        Err(Fault::new(expected(field.kind))
            .with("value", json)
            .at(field.name))
    };
    match json {
        Json::Null => Ok(None),
        Json::String(text) if text.trim().is_empty() => Ok(None),
        Json::String(text) => column.parse(text, context).map(Some),
        Json::Array(items) if items.is_empty() => Ok(None),
        Json::Array(items) if field.kind.is_list() => {
            let texts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
            match texts {
                Some(texts) => parse_list(field, texts.into_iter(), context)
                    .map(Some)
                    .map_err(at),
                None => wrong_type(),
            }
        }
        Json::Bool(flag) => match field.kind {
            FieldKind::Flag => Ok(Some(Value::Flag(*flag))),
            _ => wrong_type(),
        },
        Json::Number(figure) => {
            let text = figure.to_string();
            match field.kind {
                FieldKind::Cents if column.unit == Unit::Cents => number::cents(&text),
                FieldKind::Cents => number::machine_euros(&text),
                FieldKind::Integer(..) | FieldKind::Decimal | FieldKind::Degrees(..) => {
                    return parse_value(field, &text, context).map(Some);
                }
                _ => return wrong_type(),
            }
            .map(|cents| Some(Value::Integer(cents)))
            .map_err(at)
        }
        Json::Array(_) | Json::Object(_) => wrong_type(),
    }
}

/// The code that says what type a field of this kind takes.
pub(crate) const fn expected(kind: FieldKind) -> &'static str {
    match kind {
        kind if kind.is_list() => "expected_list",
        FieldKind::Flag => "expected_flag",
        FieldKind::Integer(..) | FieldKind::Decimal | FieldKind::Degrees(..) | FieldKind::Cents => {
            "expected_number"
        }
        _ => "expected_text",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::registry::collections::opportunity::OPPORTUNITY;
    use crate::registry::context::fixture::context;

    fn read(name: &str, json: &Json) -> Result<Option<Value>, FieldError> {
        OPPORTUNITY
            .column(name)
            .unwrap()
            .from_json(json, &context())
    }

    #[test]
    fn amounts_are_cents_only_where_the_name_says_so() {
        let cents = |cents| Ok(Some(Value::Integer(cents)));
        assert_eq!(read("price_max_cents", &json!(9_000_050)), cents(9_000_050));
        assert_eq!(read("price_max", &json!(90_000.5)), cents(9_000_050));
        assert_eq!(read("price_max", &json!("90 000,50 €")), cents(9_000_050));
        assert_eq!(
            read("price_max", &json!(1.234)).unwrap_err().code,
            "amount_precision"
        );
        assert_eq!(
            read("price_max_cents", &json!(1.5)).unwrap_err().code,
            "cents_form"
        );
    }

    #[test]
    fn lists_are_arrays_and_null_clears() {
        let set = Value::Set(["lait".to_owned(), "miel".to_owned()].into());
        assert_eq!(
            read("farm_production", &json!(["miel", "lait"])),
            Ok(Some(set.clone()))
        );
        assert_eq!(read("farm_production", &json!("miel|lait")), Ok(Some(set)));
        assert_eq!(read("farm_production", &json!([])), Ok(None));
        assert_eq!(read("title", &json!(null)), Ok(None));
        assert_eq!(
            read("farm_production", &json!(["a|b"])).unwrap_err().code,
            "item_has_bar"
        );
        assert_eq!(
            read("title", &json!(["a"])).unwrap_err().code,
            "expected_text"
        );
        assert_eq!(read("organic", &json!(true)), Ok(Some(Value::Flag(true))));
        assert_eq!(
            read("title", &json!({"a": 1})).unwrap_err().code,
            "expected_text"
        );
    }

    #[test]
    fn a_record_comes_out_in_the_order_of_its_declaration() {
        let fields: Fields = [
            ("title".to_owned(), Value::Text("Fournil".to_owned())),
            ("price_max".to_owned(), Value::Integer(5_000)),
            ("kind".to_owned(), Value::Text("premises".to_owned())),
            ("tomorrow".to_owned(), Value::Flag(true)),
            ("seller_name".to_owned(), Value::Text("Jeanne".to_owned())),
        ]
        .into();
        let json = record_to_json(&OPPORTUNITY, &fields);
        let names: Vec<_> = json.keys().map(String::as_str).collect();
        assert_eq!(names, ["kind", "title", "price_max_cents", "tomorrow"]);
    }
}
