//! What is wrong with one field, and what to do about it.
//!
//! The text of every code stands in the catalogues under `invalid-<code>`, in French and English,
//! with the same named arguments; there is no other list of messages.

use std::fmt;

use super::collection::Collection;
use super::labels;
use crate::language::Language;

/// Why one field's value is refused, or was adjusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, or what was given in its place when no field has that name.
    pub field: String,
    /// What is wrong: stable, `snake_case`.
    pub code: &'static str,
    /// The facts, by name, as the message of this code uses them.
    pub args: Vec<(&'static str, String)>,
}

impl FieldError {
    /// What is wrong: stable, `snake_case`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The facts, by name.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        self.args.clone()
    }

    /// That a field is needed and was not given.
    #[must_use]
    pub(crate) fn missing(field: &str) -> Self {
        Fault::new("missing_field").at(field)
    }

    /// That a field is computed and was given.
    #[must_use]
    pub(crate) fn computed(field: &str) -> Self {
        Fault::new("derived_not_writable").at(field)
    }

    /// That a field is not among a collection's sealed ones, and was given as if it were.
    #[must_use]
    pub(crate) fn not_sealed(collection: &Collection, field: &str) -> Self {
        let sealed: Vec<&str> = collection.sealed_fields().map(|it| it.name).collect();
        Fault::new("unknown_field")
            .with("value", field)
            .with("collection", collection.name)
            .with("allowed", sealed.join(", "))
            .at(field)
    }

    /// The message in this language, without the field's name.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        labels::render(language, &format!("invalid-{}", self.code), &self.args)
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message(Language::English))
    }
}

impl std::error::Error for FieldError {}

/// A fault in a value, before it is known in which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    code: &'static str,
    args: Vec<(&'static str, String)>,
}

/// Longest part of a bad value that a message repeats, in characters.
const MAX_QUOTED: usize = 60;

impl Fault {
    pub(crate) const fn new(code: &'static str) -> Self {
        Self {
            code,
            args: Vec::new(),
        }
    }

    /// Adds a fact; long ones are cut, since a message that repeats a whole cell helps nobody.
    pub(crate) fn with(mut self, name: &'static str, fact: impl fmt::Display) -> Self {
        let mut text = fact.to_string();
        if name == "value" && text.chars().count() > MAX_QUOTED {
            text = text.chars().take(MAX_QUOTED).chain(['…']).collect();
        }
        self.args.push((name, text));
        self
    }

    pub(crate) fn at(self, field: &str) -> FieldError {
        FieldError {
            field: field.to_owned(),
            code: self.code,
            args: self.args,
        }
    }
}
