//! What an object of a published form gives to a record of ours.

use serde_json::{Map, Value as Json};

use crate::exchange::row_error::RowProblem;

/// One value, before the registry reads it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LandedCell {
    /// The field it feeds, `<field>_cents` for whole cents.
    pub(crate) field: String,
    /// Where in the object it stood: `phones/0/number`.
    pub(crate) at: String,
    /// The value.
    pub(crate) value: Json,
}

/// What an object gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Landed {
    /// Values by field.
    pub(crate) cells: Vec<LandedCell>,
    /// The identity that a record of ours would have in this form.
    pub(crate) id: Option<String>,
    /// Fields that are guessed: a record that exists already knows better.
    pub(crate) only_new: Vec<&'static str>,
    /// Fields that only tell of a foreign source: a record of ours that comes back keeps its own.
    pub(crate) only_foreign: Vec<&'static str>,
}

impl Landed {
    /// Feeds a field from a member of the object, if it is there.
    pub(crate) fn member(&mut self, object: &Map<String, Json>, name: &str, field: &str) {
        if let Some(value) = object.get(name) {
            self.put(field, name, value.clone());
        }
    }

    /// Feeds a field; nothing comes of `null` and blank text, nor of a field that was fed before.
    pub(crate) fn put(&mut self, field: &str, at: &str, value: Json) {
        let is_blank = match &value {
            Json::Null => true,
            Json::String(text) => text.trim().is_empty(),
            Json::Array(items) => items.is_empty(),
            _ => false,
        };
        if is_blank || self.has(field) {
            return;
        }
        self.cells.push(LandedCell {
            field: field.to_owned(),
            at: at.to_owned(),
            value,
        });
    }

    /// Feeds a field that the form has no member for, with what is most likely.
    pub(crate) fn guess(&mut self, field: &'static str, at: &str, value: &str) {
        if !self.has(field) {
            self.put(field, at, value.into());
            self.only_new.push(field);
        }
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.cells.iter().any(|cell| cell.field == field)
    }
}

/// A text member; `None` where it is absent, null or blank.
pub(crate) fn text<'a>(object: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    object
        .get(name)
        .and_then(Json::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// A text member without which the object is nobody.
pub(crate) fn required<'a>(
    object: &'a Map<String, Json>,
    name: &'static str,
) -> Result<&'a str, RowProblem> {
    text(object, name).ok_or_else(|| RowProblem::MissingValue {
        field: name.to_owned(),
    })
}

/// The objects of a list member; none where it is absent or no list.
pub(crate) fn objects<'a>(
    object: &'a Map<String, Json>,
    name: &str,
) -> impl Iterator<Item = (usize, &'a Map<String, Json>)> {
    let list = object.get(name).and_then(Json::as_array);
    list.into_iter()
        .flatten()
        .enumerate()
        .filter_map(|(index, item)| Some((index, item.as_object()?)))
}

/// A text cut to so many characters, so that what a foreign source says at length still fits.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}
