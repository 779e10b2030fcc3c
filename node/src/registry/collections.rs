//! The collections of this version, each declared once in a file of its own.

use super::collection::Collection;
use super::error::{Fault, FieldError};
use super::field::Field;
use super::labels;
use super::nearest::nearest;
use crate::language::Language;
use crate::text::fold;

pub mod action;
pub mod activity;
pub mod agent;
pub mod cost_entry;
pub mod decision;
pub mod duplicate_link;
pub mod durability_check;
pub mod evaluation;
pub mod holder;
pub mod improvement;
pub mod local_service;
pub mod meeting;
pub mod need;
pub mod news;
pub mod objective;
pub mod opinion;
pub mod opportunity;
pub mod project;
pub mod referral;
pub mod satisfaction;
pub mod structure;
pub mod support_offer;
pub mod training;

/// Every collection, in the order people see them.
pub static COLLECTIONS: [&Collection; 23] = [
    &structure::STRUCTURE,
    &agent::AGENT,
    &support_offer::SUPPORT_OFFER,
    &opportunity::OPPORTUNITY,
    &local_service::LOCAL_SERVICE,
    &news::NEWS,
    &holder::HOLDER,
    &project::PROJECT,
    &need::NEED,
    &referral::REFERRAL,
    &activity::ACTIVITY,
    &opinion::OPINION,
    &durability_check::DURABILITY_CHECK,
    &satisfaction::SATISFACTION,
    &meeting::MEETING,
    &decision::DECISION,
    &improvement::IMPROVEMENT,
    &action::ACTION,
    &objective::OBJECTIVE,
    &evaluation::EVALUATION,
    &training::TRAINING,
    &cost_entry::COST_ENTRY,
    &duplicate_link::DUPLICATE_LINK,
];

/// The collection of exactly this name.
#[must_use]
pub fn collection(name: &str) -> Option<&'static Collection> {
    COLLECTIONS
        .iter()
        .find(|collection| collection.name == name)
        .copied()
}

/// The field of this name in the collection of this name.
#[must_use]
pub fn find_field(collection_name: &str, name: &str) -> Option<&'static Field> {
    collection(collection_name)?.field(name)
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
        let label = |language| labels::label(language, &collection.label_key()).map(fold);
        fold(collection.name) == wanted
            || label(Language::French).as_ref() == Some(&wanted)
            || label(Language::English).as_ref() == Some(&wanted)
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
