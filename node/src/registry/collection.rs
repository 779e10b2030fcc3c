//! A collection's declaration: its fields, and what names its records.

use super::column::Column;
use super::error::FieldError;
use super::field::Field;
use super::scope::scope_fields;

/// A collection's declaration.
#[derive(Clone, Copy, Debug)]
pub struct Collection {
    /// English name, as in code and JSON: `local_service`.
    pub name: &'static str,
    /// Its fields, in the order people see them.
    pub fields: &'static [Field],
    /// The field whose text names a record in lists and search results.
    pub title: &'static str,
}

impl Collection {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that says what a record is about, as mandates look at it: the kind of an
    /// opportunity, the theme of a local service or of a referral.
    #[must_use]
    pub fn theme(&self) -> Option<&'static Field> {
        self.field(scope_fields(self.name).theme?)
    }

    /// The field and unit that a header, flag or JSON key means: `price_max`, `price-max`,
    /// `price_max_cents`, `Prix maximum` or `Highest price`, whatever its case and accents.
    ///
    /// # Errors
    /// `misspelt_field` with the nearest name, or `unknown_field` with all of them.
    pub fn column(&self, header: &str) -> Result<Column, FieldError> {
        Column::find(self, header)
    }

    /// The fields that only named recipients read, in their order.
    pub fn sealed_fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.is_sealed())
    }

    /// The name of the part that its sealed fields form (see [`super::sealed`]), if it has any.
    #[must_use]
    pub fn sealed_part(&self) -> Option<&'static str> {
        // A holder's was there first, and stays under the name that its seals have.
        let name = match self.name {
            "holder" => "identity",
            _ => "details",
        };
        self.sealed_fields().next().map(|_| name)
    }

    /// The key of its label in the catalogues: `collection-opportunity`.
    #[must_use]
    pub fn label_key(&self) -> String {
        format!("collection-{}", self.name)
    }

    /// The headers of its CSV: every field that can be written, in order. Amounts are in euros.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        self.fields
            .iter()
            .filter(|field| field.is_writable())
            .map(|field| field.name)
    }
}
