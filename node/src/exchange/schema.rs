//! What an import needs to know of the collection it fills.
//!
//! The declaration gives names and kinds; labels and the meaning of texts come as closures, so
//! that this room depends on no catalogue and on no territory.

use std::collections::BTreeMap;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::error::FileError;
use super::row_error::CellError;
use crate::registry::nearest;
use crate::registry::{Collection, Field, FieldKind, Value};

/// Reads one text as a value of a field; `None` for a text that means *nothing*.
pub type ParseCell<'a> = dyn Fn(&'static Field, &str) -> Result<Option<Value>, CellError> + 'a;

/// A collection as an import sees it.
pub struct Schema<'a> {
    collection: &'static Collection,
    headers: BTreeMap<String, Option<ColumnTarget>>,
    parse: &'a ParseCell<'a>,
    required: Vec<&'static Field>,
}

/// What a column feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnTarget {
    /// The field.
    pub field: &'static Field,
    /// Whether the column holds whole cents instead of euros.
    pub in_cents: bool,
}

impl<'a> Schema<'a> {
    /// A collection whose columns may be headed by field name, `<field>_cents`, or any of the
    /// `labels` of a field, in whatever case, accents and punctuation.
    ///
    /// `required` are the names of fields without which a record cannot be made.
    #[must_use]
    pub fn new(
        collection: &'static Collection,
        labels: &dyn Fn(&'static Field) -> Vec<String>,
        parse: &'a ParseCell<'a>,
        required: &[&str],
    ) -> Self {
        let mut headers = BTreeMap::new();
        for field in collection.fields {
            let euros = ColumnTarget {
                field,
                in_cents: false,
            };
            for label in labels(field) {
                claim(&mut headers, &label, euros);
                if field.kind == FieldKind::Cents {
                    let cents = ColumnTarget {
                        field,
                        in_cents: true,
                    };
                    claim(&mut headers, &format!("{label} cents"), cents);
                    claim(&mut headers, &format!("{label} (centimes)"), cents);
                }
            }
        }
        // A name is never ambiguous and goes before any label.
        for field in collection.fields {
            let key = normalise(field.name);
            headers.insert(
                key,
                Some(ColumnTarget {
                    field,
                    in_cents: false,
                }),
            );
            if field.kind == FieldKind::Cents {
                let key = normalise(&format!("{}_cents", field.name));
                headers.insert(
                    key,
                    Some(ColumnTarget {
                        field,
                        in_cents: true,
                    }),
                );
            }
        }
        let required = required
            .iter()
            .filter_map(|name| collection.field(name))
            .collect();
        Self {
            collection,
            headers,
            parse,
            required,
        }
    }

    /// The collection.
    #[must_use]
    pub fn collection(&self) -> &'static Collection {
        self.collection
    }

    /// The fields without which a record cannot be made.
    #[must_use]
    pub fn required(&self) -> &[&'static Field] {
        &self.required
    }

    /// What a column of this header feeds. A label that two fields share feeds neither.
    #[must_use]
    pub fn target(&self, header: &str) -> Option<ColumnTarget> {
        self.headers.get(&normalise(header)).copied().flatten()
    }

    /// A name in a mapping that is no field, with the field that was most likely meant.
    pub(crate) fn unknown_mapping_field(&self, name: &str) -> FileError {
        let field = name.to_owned();
        let writable = self.collection.fields.iter().filter(|it| it.is_writable());
        match nearest(name, writable.map(|field| field.name)) {
            Some(nearest) => FileError::MisspeltMappingField {
                field,
                nearest: nearest.to_owned(),
            },
            None => FileError::UnknownMappingField { field },
        }
    }

    /// Reads one text as a value of a field.
    ///
    /// # Errors
    /// What the registry objects to.
    pub fn parse(&self, field: &'static Field, text: &str) -> Result<Option<Value>, CellError> {
        (self.parse)(field, text)
    }
}

impl fmt::Debug for Schema<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Schema")
            .field("collection", &self.collection.name)
            .finish()
    }
}

fn claim(headers: &mut BTreeMap<String, Option<ColumnTarget>>, label: &str, target: ColumnTarget) {
    headers
        .entry(normalise(label))
        .and_modify(|held| {
            if held.is_some_and(|held| held != target) {
                *held = None;
            }
        })
        .or_insert(Some(target));
}

/// Letters and digits alone, without accents, in lower case: `Surface (m²)` is `surfacem2`.
#[must_use]
pub(crate) fn normalise(header: &str) -> String {
    header
        .nfkd()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric())
        .fold(
            String::with_capacity(header.len()),
            |mut text, character| {
                match character {
                    'œ' => text.push_str("oe"),
                    'æ' => text.push_str("ae"),
                    other => text.push(other),
                }
                text
            },
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_accents_case_and_punctuation() {
        assert_eq!(normalise("  Vérifiée le : "), "verifieele");
        assert_eq!(normalise("Surface (m²)"), normalise("surface_m2"));
        assert_eq!(normalise("Cœur d'activité"), "coeurdactivite");
        assert_eq!(normalise("Cœur d’activité"), "coeurdactivite");
    }
}
