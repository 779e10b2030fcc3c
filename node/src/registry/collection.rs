//! Collections and their declarations.

use super::field::Field;

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
}
