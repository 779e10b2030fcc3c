//! A small collection and a small parser for the tests of this room: reading what cells mean is
//! the registry's business and tested there.

use std::collections::BTreeSet;

use super::{CellError, Schema};
use crate::registry::{Collection, Field, FieldKind, Value, Visibility};

const fn field(name: &'static str, kind: FieldKind, visibility: Visibility) -> Field {
    Field::new("offer", name, kind, visibility)
}

pub(crate) static OFFER: Collection = Collection {
    name: "offer",
    title: "title",
    fields: &[
        field(
            "kind",
            FieldKind::Enum(&["premises", "land"]),
            Visibility::Public,
        ),
        field("title", FieldKind::Text(150), Visibility::Public),
        field("summary", FieldKind::Prose(5000), Visibility::Public),
        field("insee_code", FieldKind::Commune, Visibility::Public),
        field("latitude", FieldKind::Degrees(-90, 90), Visibility::Network),
        field(
            "longitude",
            FieldKind::Degrees(-180, 180),
            Visibility::Network,
        ),
        field(
            "location_precision",
            FieldKind::Enum(&["exact", "commune", "epci"]),
            Visibility::Public,
        ),
        field("price_max", FieldKind::Cents, Visibility::Public),
        field("surface_m2", FieldKind::Decimal, Visibility::Public),
        field(
            "headcount",
            FieldKind::Integer(0, 100_000),
            Visibility::Public,
        ),
        field("organic", FieldKind::Flag, Visibility::Public),
        field("productions", FieldKind::TextList, Visibility::Public),
        field("phone", FieldKind::Telephone, Visibility::Network),
        field("seller_name", FieldKind::Text(150), Visibility::Sealed),
        field("expired", FieldKind::Derived, Visibility::Public),
        field("source", FieldKind::Text(40), Visibility::Network),
        field("source_id", FieldKind::Text(80), Visibility::Network),
    ],
};

fn labels(field: &'static Field) -> Vec<String> {
    let labels: &[&str] = match field.name {
        "kind" => &["Nature", "Kind"],
        "title" => &["Intitulé", "Title"],
        "insee_code" => &["Commune"],
        "price_max" => &["Prix maximum", "Highest price"],
        "surface_m2" => &["Surface (m²)"],
        "organic" => &["Agriculture biologique"],
        "source" => &["Source"],
        "source_id" => &["Référence de la source"],
        _ => &[],
    };
    labels.iter().map(ToString::to_string).collect()
}

fn parse(field: &'static Field, text: &str) -> Result<Option<Value>, CellError> {
    let fault = |code| CellError {
        code,
        args: vec![("value", text.to_owned())],
        message: format!("{text:?} is no value of {}", field.name),
    };
    let number = || {
        text.trim()
            .replace(',', ".")
            .parse::<f64>()
            .map_err(|_| fault("number_form"))
    };
    let value = match field.kind {
        FieldKind::Text(_) | FieldKind::Prose(_) | FieldKind::Telephone => {
            Value::Text(text.to_owned())
        }
        FieldKind::Commune if text.trim().len() == 5 => Value::Text(text.trim().to_owned()),
        FieldKind::Enum(codes) if codes.contains(&text) => Value::Text(text.to_owned()),
        FieldKind::Cents => {
            let (whole, cents) = text.split_once([',', '.']).unwrap_or((text, "0"));
            let cents = format!("{whole}{cents:0<2}").replace("0€", "0");
            Value::Integer(cents.parse().map_err(|_| fault("amount_form"))?)
        }
        FieldKind::Integer(..) => {
            Value::Integer(text.trim().parse().map_err(|_| fault("number_form"))?)
        }
        FieldKind::Decimal | FieldKind::Degrees(..) => Value::Decimal(number()?),
        FieldKind::Flag => match text {
            "oui" | "true" => Value::Flag(true),
            "non" | "false" => Value::Flag(false),
            _ => return Err(fault("flag_form")),
        },
        FieldKind::TextList => {
            let items: BTreeSet<String> = text.split('|').map(str::to_owned).collect();
            Value::Set(items)
        }
        _ => return Err(fault("unknown_value")),
    };
    Ok(Some(value))
}

/// The collection with `title` required.
pub(crate) fn schema() -> Schema<'static> {
    Schema::new(&OFFER, &labels, &parse, &["title"])
}
