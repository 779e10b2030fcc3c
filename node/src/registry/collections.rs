//! The collections of this version, each declared once in a file of its own.

use super::collection::Collection;
use super::error::{Fault, FieldError};
use super::labels::{self, Lang};
use super::nearest::nearest;
use crate::text::fold;

pub mod agent;
pub mod holder;
pub mod local_service;
pub mod opportunity;
pub mod project;
pub mod referral;
pub mod structure;

/// Every collection, in the order people see them.
pub static COLLECTIONS: [&Collection; 7] = [
    &structure::STRUCTURE,
    &agent::AGENT,
    &opportunity::OPPORTUNITY,
    &local_service::LOCAL_SERVICE,
    &holder::HOLDER,
    &project::PROJECT,
    &referral::REFERRAL,
];

/// The collection of exactly this name.
#[must_use]
pub fn collection(name: &str) -> Option<&'static Collection> {
    COLLECTIONS
        .iter()
        .find(|collection| collection.name == name)
        .copied()
}

/// The collection that a person means: its name or label in either language, whatever its case,
/// accents, hyphens.
///
/// # Errors
/// `misspelt_collection` with the nearest name, or `unknown_collection` with all of them.
pub fn find_collection(text: &str) -> Result<&'static Collection, FieldError> {
    if let Some(found) = collection(text) {
        return Ok(found);
    }
    let wanted = fold(text);
    let named = COLLECTIONS.iter().find(|collection| {
        let label = |lang| labels::label(lang, &collection.label_key()).map(fold);
        fold(collection.name) == wanted
            || label(Lang::Fr).as_ref() == Some(&wanted)
            || label(Lang::En).as_ref() == Some(&wanted)
    });
    if let Some(found) = named {
        return Ok(found);
    }
    let names = || COLLECTIONS.iter().map(|collection| collection.name);
    let fault = match nearest(text, names()) {
        Some(name) => Fault::new("misspelt_collection")
            .with("value", text)
            .with("nearest", name),
        None => Fault::new("unknown_collection")
            .with("value", text)
            .with("allowed", names().collect::<Vec<_>>().join(", ")),
    };
    Err(fault.at("collection"))
}
