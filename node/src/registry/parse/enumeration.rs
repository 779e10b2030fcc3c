//! Codes by code or label in either language, and yes or no.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::language::Language;
use crate::registry::collections::COLLECTIONS;
use crate::registry::error::Fault;
use crate::registry::field::Field;
use crate::registry::labels::label;
use crate::registry::nearest::nearest;
use crate::text::fold;

/// By vocabulary, the code that each folded code and label means.
static INDEX: LazyLock<BTreeMap<String, BTreeMap<String, &'static str>>> = LazyLock::new(|| {
    let mut index: BTreeMap<String, BTreeMap<String, &'static str>> = BTreeMap::new();
    for field in COLLECTIONS.iter().flat_map(|collection| collection.fields) {
        for language in Language::ALL {
            for code in field.kind.codes() {
                if let Some(label) = label(language, &field.code_label_key(code)) {
                    index
                        .entry(field.vocabulary())
                        .or_default()
                        .insert(fold(label), code);
                }
            }
        }
        // Codes come last, so that no label can hide one.
        for code in field.kind.codes() {
            index
                .entry(field.vocabulary())
                .or_default()
                .insert(fold(code), code);
        }
    }
    index
});

/// The code that this text means.
pub(crate) fn code(field: &Field, text: &str) -> Result<&'static str, Fault> {
    let codes = field.kind.codes();
    if let Some(code) = codes.iter().find(|code| **code == text) {
        return Ok(code);
    }
    let index = INDEX.get(&field.vocabulary());
    if let Some(code) = index.and_then(|index| index.get(&fold(text))) {
        return Ok(code);
    }
    let near = index.and_then(|index| {
        let near = nearest(text, index.keys().map(String::as_str))?;
        index.get(near).copied()
    });
    let fault = match near {
        Some(code) => Fault::new("misspelt_value").with("nearest", code),
        None => Fault::new("unknown_value"),
    };
    Err(fault.with("value", text).with("allowed", codes.join(", ")))
}

/// Yes or no, as a French or English form says it.
pub(crate) fn flag(text: &str) -> Result<bool, Fault> {
    match fold(text).as_str() {
        "oui" | "o" | "vrai" | "x" | "1" | "yes" | "y" | "true" | "v" => Ok(true),
        "non" | "n" | "faux" | "0" | "no" | "false" | "f" => Ok(false),
        _ if text.trim() == "✓" || text.trim() == "✔" => Ok(true),
        _ => Err(Fault::new("flag_form").with("value", text)),
    }
}
