//! What a mandate and a change of the charter say, as sentences.

use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::{collection_label, named, values};
use crate::messages::Messages;

/// The kind of a structure, as people call it.
pub(super) fn kind(messages: &Messages, code: &str) -> String {
    match named("structure") {
        Some(structure) => values::text(messages, structure, "kind", &json!(code)),
        None => code.to_owned(),
    }
}

/// Texts of a list in JSON.
pub(super) fn texts(list: &Value) -> Vec<&str> {
    let items = list.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(Value::as_str).collect()
}

/// Items of a list in JSON.
pub(super) fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[][..], Vec::as_slice)
}

/// Who holds a mandate, at the beginning of a sentence.
fn holder(messages: &Messages, holder: &Value) -> String {
    let mut args = FluentArgs::new();
    args.set(
        "name",
        holder["name"].as_str().unwrap_or_default().to_owned(),
    );
    match holder["type"].as_str().unwrap_or_default() {
        "everyone" => messages.text("charter-holder-everyone"),
        "coordinator" => messages.text("charter-holder-coordinator"),
        "kind" => {
            let code = holder["kind"].as_str().unwrap_or_default();
            args.set("kind", kind(messages, code));
            messages.format("charter-holder-kind", &args)
        }
        _ => messages.format("charter-holder-structure", &args),
    }
}

/// A mandate as a sentence.
pub(crate) fn mandate(messages: &Messages, mandate: &Value) -> String {
    let collection = mandate["collection"].as_str().unwrap_or_default();
    let declared = named(collection);
    let themes: Vec<String> = texts(&mandate["themes"])
        .into_iter()
        .map(|code| {
            let field = declared.and_then(|it| it.theme());
            let label = field.and_then(|it| messages.find(&it.code_label_key(code), None, None));
            label.unwrap_or_else(|| code.to_owned())
        })
        .collect();
    let places: Vec<String> = items(&mandate["territory"])
        .iter()
        .map(|it| it["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    let or_none = |list: &[String]| match list {
        [] => "none".to_owned(),
        list => list.join(", "),
    };
    let mut args = FluentArgs::new();
    args.set("holder", holder(messages, &mandate["holder"]));
    args.set(
        "right",
        mandate["right"].as_str().unwrap_or_default().to_owned(),
    );
    args.set("collection", collection_label(messages, collection));
    args.set("themes", or_none(&themes));
    args.set("places", or_none(&places));
    messages.format("charter-mandate", &args)
}

/// A mandate as the charter lists it: also who holds it today, where its text does not say.
pub(super) fn mandate_today(messages: &Messages, shown: &Value) -> String {
    let sentence = mandate(messages, shown);
    let by = texts(&shown["by"]);
    let spoken_of = matches!(
        shown["holder"]["type"].as_str(),
        Some("everyone" | "structure")
    );
    if spoken_of {
        return sentence;
    }
    let mut args = FluentArgs::new();
    args.set("mandate", sentence);
    args.set("count", by.len());
    args.set("names", by.join(", "));
    messages.format("charter-mandate-today", &args)
}

/// One change of a version, as a sentence.
pub(super) fn change(messages: &Messages, change: &Value) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in change.as_object().into_iter().flatten() {
        match value {
            Value::String(text) if name == "kind" => args.set(name.clone(), kind(messages, text)),
            Value::String(text) if name == "collection" => {
                args.set(name.clone(), collection_label(messages, text));
            }
            Value::String(text) => args.set(name.clone(), text.clone()),
            // A number of the charter or of an entry is no quantity.
            Value::Number(number) if name != "count" => args.set(name.clone(), number.to_string()),
            Value::Number(number) => args.set(name.clone(), number.as_u64().unwrap_or(0)),
            Value::Null => args.set(name.clone(), "none"),
            _ => {}
        }
    }
    if !change["mandate"].is_null() {
        args.set("mandate", mandate(messages, &change["mandate"]));
    }
    let code = change["code"].as_str().unwrap_or_default();
    let key = format!("charter-change-{}", code.replace('_', "-"));
    messages.format(&key, &args)
}

/// How many must approve, and from whom it comes.
pub(super) fn majority(messages: &Messages, it: &Value) -> String {
    let count = |name: &str| it[name].as_u64().unwrap_or(0);
    let concerned = texts(&it["concerns"]);
    let mut args = FluentArgs::new();
    args.set("needed", count("needed"));
    args.set("voters", count("voters"));
    args.set("names", concerned.join(", "));
    args.set("others", count("voters").saturating_sub(1));
    args.set("without", count("needed_without_one"));
    if it["delegated"] == json!(true) {
        messages.format("charter-majority-delegated", &args)
    } else if it["needed_without_one"].is_null() {
        messages.format("charter-majority", &args)
    } else {
        messages.format("charter-majority-without-one", &args)
    }
}
