//! From a header, a flag or a JSON key to the field it means, and the unit it is written in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::collection::Collection;
use super::collections::COLLECTIONS;
use super::context::Context;
use super::display::to_text;
use super::error::{Fault, FieldError};
use super::field::{Field, FieldKind};
use super::json;
use super::labels::label;
use super::nearest::nearest;
use super::parse::{number, parse_value};
use super::value::Value;
use crate::language::Language;
use crate::text::fold;

/// In what unit a column's values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// As people write them: amounts in euros.
    Usual,
    /// Amounts in whole cents, the column being named `…_cents`.
    Cents,
}

/// A field and the unit in which its values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The field.
    pub field: &'static Field,
    /// The unit.
    pub unit: Unit,
}

/// Other words for some fields, where a collection has them and no label of its own says so.
const ALIASES: [(&str, &str); 14] = [
    ("insee", "insee_code"),
    ("code insee", "insee_code"),
    ("commune", "insee_code"),
    ("price", "price_max"),
    ("prix", "price_max"),
    ("rent", "rent_monthly"),
    ("loyer", "rent_monthly"),
    ("surface", "surface_m2"),
    ("naf", "naf_code"),
    ("tel", "phone"),
    ("mail", "email"),
    ("siren", "siren_created"),
    ("lead", "lead_structure"),
    ("budget", "budget_max"),
];

/// By folded name or label, each collection's columns.
static INDEX: LazyLock<BTreeMap<&'static str, BTreeMap<String, Column>>> = LazyLock::new(|| {
    COLLECTIONS
        .iter()
        .map(|collection| (collection.name, columns(collection)))
        .collect()
});

fn columns(collection: &'static Collection) -> BTreeMap<String, Column> {
    let mut columns = BTreeMap::new();
    let labels = Language::ALL.map(Some).into_iter().chain([None]);
    for (alias, name) in ALIASES {
        if let Some(field) = collection.field(name) {
            columns.insert(
                fold(alias),
                Column {
                    field,
                    unit: Unit::Usual,
                },
            );
        }
    }
    // Names come last, so that neither alias nor label can hide one.
    for language in labels {
        for field in collection.fields {
            let usual = match language {
                Some(language) => label(language, &field.label_key()).unwrap_or(field.name),
                None => field.name,
            };
            columns.insert(
                fold(usual),
                Column {
                    field,
                    unit: Unit::Usual,
                },
            );
            if field.kind == FieldKind::Cents {
                columns.insert(
                    fold(&field.json_name()),
                    Column {
                        field,
                        unit: Unit::Cents,
                    },
                );
            }
        }
    }
    columns
}

impl Column {
    pub(crate) fn find(collection: &Collection, header: &str) -> Result<Self, FieldError> {
        let index = INDEX.get(collection.name);
        if let Some(column) = index.and_then(|columns| columns.get(&fold(header))) {
            return Ok(*column);
        }
        let names = || collection.fields.iter().map(|field| field.name);
        let by_label = || {
            let near = nearest(header, index?.keys().map(String::as_str))?;
            Some(index?.get(near)?.field.name)
        };
        let fault = match nearest(header, names()).or_else(by_label) {
            Some(name) => Fault::new("misspelt_field").with("nearest", name),
            None => {
                Fault::new("unknown_field").with("allowed", names().collect::<Vec<_>>().join(", "))
            }
        };
        Err(fault
            .with("value", header)
            .with("collection", collection.name)
            .at(header))
    }

    /// The value that this text means.
    ///
    /// # Errors
    /// What is wrong with it; `empty` for blank text, which is an absent value and not an error
    /// where fields may be absent.
    pub fn parse(&self, text: &str, context: &Context<'_>) -> Result<Value, FieldError> {
        if self.unit == Unit::Cents && self.field.is_writable() && !text.trim().is_empty() {
            return number::cents(text)
                .map(Value::Integer)
                .map_err(|fault| fault.at(self.field.name));
        }
        parse_value(self.field, text, context)
    }

    /// The value that this JSON means; none for `null`, blank text and empty lists.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(
        &self,
        json: &serde_json::Value,
        context: &Context<'_>,
    ) -> Result<Option<Value>, FieldError> {
        json::from_json(self, json, context)
    }

    /// The value as text in this column, without regard to language.
    #[must_use]
    pub fn to_text(&self, value: &Value) -> String {
        match (self.unit, value) {
            (Unit::Cents, Value::Integer(cents)) => cents.to_string(),
            _ => to_text(self.field, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::collections::opportunity::OPPORTUNITY;

    #[test]
    fn headers_in_every_form_find_their_field() {
        for header in [
            "price_max",
            "price-max",
            "Prix maximum",
            "PRIX MAXIMUM",
            "Highest price",
        ] {
            let column = OPPORTUNITY.column(header).unwrap();
            assert_eq!(
                (column.field.name, column.unit),
                ("price_max", Unit::Usual),
                "{header}"
            );
        }
        assert_eq!(
            OPPORTUNITY.column("price_max_cents").unwrap().unit,
            Unit::Cents
        );
        assert_eq!(OPPORTUNITY.column("intitule").unwrap().field.name, "title");
        assert_eq!(
            OPPORTUNITY.column("insee").unwrap().field.name,
            "insee_code"
        );
    }

    #[test]
    fn a_misspelt_header_gets_the_nearest_name() {
        let error = OPPORTUNITY.column("tilte").unwrap_err();
        assert_eq!(error.code, "misspelt_field");
        assert!(error.to_string().contains("title"), "{error}");
        let error = OPPORTUNITY.column("Intutulé").unwrap_err();
        assert!(error.to_string().contains("title"), "{error}");
        assert_eq!(
            OPPORTUNITY.column("zzzzzz").unwrap_err().code,
            "unknown_field"
        );
    }

    #[test]
    fn no_two_fields_of_a_collection_answer_to_one_header() {
        for collection in COLLECTIONS {
            let mut seen = BTreeMap::new();
            for field in collection.fields {
                for language in Language::ALL {
                    let folded = fold(label(language, &field.label_key()).unwrap());
                    let other = seen.insert(folded.clone(), field.name);
                    assert!(
                        other.is_none_or(|name| name == field.name),
                        "{folded}: {other:?}"
                    );
                }
            }
        }
    }
}
