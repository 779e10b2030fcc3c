//! How a failure is told: what, why, what to do next; and the exit code that scripts read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use capactif_node::api::{ApiError, Detail, ExitKind};
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentValue};
use serde_json::json;

use crate::collections::{label_and_value, named};
use crate::messages::Messages;

/// Facts that are quantities; every other fact that looks like a number is a code (63003) and is
/// shown as it is.
const QUANTITIES: [&str; 18] = [
    "actual",
    "bytes",
    "count",
    "days",
    "entries_kept",
    "expected",
    "found",
    "hours",
    "length",
    "limit",
    "max",
    "min",
    "missing",
    "n",
    "rows",
    "seconds",
    "size",
    "total",
];

/// How many single faults are listed before the rest is counted.
const LISTED_DETAILS: usize = 20;

/// Whether this failure only means that the reader of our output has gone: `capactif … | head`.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// The exit code of a failure.
pub(crate) fn exit_code(error: &anyhow::Error) -> u8 {
    u8::from(
        error
            .downcast_ref::<ApiError>()
            .map_or(ExitKind::Failed, |error| error.exit),
    )
}

/// Tells a failure in the person's language, or as one line of JSON.
pub(crate) fn tell(
    error: &anyhow::Error,
    messages: &Messages,
    as_json: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let owned;
    let api = match error.downcast_ref::<ApiError>() {
        Some(api) => api,
        None => {
            let reason = format!("{error:#}");
            owned = ApiError::new("unexpected", ExitKind::Failed, reason.as_str())
                .with("reason", reason);
            &owned
        }
    };
    if as_json {
        return writeln!(out, "{}", json!({ "error": api }));
    }
    let args = arguments(messages, &api.args);
    let what = said(messages, &api.code, None, &args).unwrap_or_else(|| sentence(&api.message));
    writeln!(out, "{} {what}", messages.text("error-prefix"))?;
    for detail in api.details.iter().take(LISTED_DETAILS) {
        writeln!(out, "  • {}", detail_line(messages, detail))?;
    }
    if api.details.len() > LISTED_DETAILS {
        let mut args = FluentArgs::new();
        args.set("count", api.details.len() - LISTED_DETAILS);
        writeln!(out, "  • {}", messages.format("and-others", &args))?;
    }
    if let Some(hint) = said(messages, &api.code, Some("hint"), &args) {
        writeln!(out, "  → {hint}")?;
    }
    Ok(())
}

/// What is worth knowing though nothing failed, such as a column of a file that was left out.
pub(crate) fn notice(messages: &Messages, detail: &Detail) -> String {
    let key = format!("notice-{}", detail.code);
    messages
        .find(&key, None, Some(&arguments(messages, &detail.args)))
        .unwrap_or_else(|| detail_line(messages, detail))
}

/// One fault of several: where it is, and what it is.
pub(crate) fn detail_line(messages: &Messages, detail: &Detail) -> String {
    let args = arguments(messages, &detail.args);
    // Rooms may use one code: a row of a file and a field have words of their own.
    let place_words = match (detail.line, &detail.field) {
        (Some(_), _) => &["row", "invalid"][..],
        (None, Some(_)) => &["invalid"],
        (None, None) => &[],
    };
    let of_place = place_words.iter().find_map(|prefix| {
        let key = format!("{prefix}-{}", detail.code);
        messages.find(&key, None, Some(&args))
    });
    let what = of_place
        .or_else(|| said(messages, &detail.code, None, &args))
        .unwrap_or_else(|| sentence(&detail.message));
    let mut place = FluentArgs::new();
    match (detail.line, &detail.column, &detail.field) {
        (Some(line), Some(column), _) => {
            // As text: a line number is no quantity.
            place.set("line", line.to_string());
            place.set("column", column.as_str());
            format!("{} {what}", messages.format("at-line-and-column", &place))
        }
        (Some(line), None, _) => {
            place.set("line", line.to_string());
            format!("{} {what}", messages.format("at-line", &place))
        }
        (None, _, Some(field)) => {
            let flag = format!("--{}", field.replace('_', "-"));
            label_and_value(messages, &flag, &what)
        }
        (None, ..) => what,
    }
}

/// What to do about one fault, if its message says so.
pub(crate) fn hint(messages: &Messages, detail: &Detail) -> Option<String> {
    said(
        messages,
        &detail.code,
        Some("hint"),
        &arguments(messages, &detail.args),
    )
}

/// The facts as people read them in a message: a collection and a theme of it by their labels.
fn arguments(messages: &Messages, args: &BTreeMap<String, String>) -> FluentArgs<'static> {
    let mut fluent = FluentArgs::new();
    for (name, value) in args {
        if let Some(label) = label_of(messages, args, name, value) {
            fluent.set(name.clone(), label);
            continue;
        }
        let number = QUANTITIES
            .contains(&name.as_str())
            .then(|| value.parse::<FluentNumber>().ok())
            .flatten();
        let value = match number {
            Some(number) => FluentValue::Number(number),
            None => FluentValue::String(value.clone().into()),
        };
        fluent.set(name.clone(), value);
    }
    fluent
}

/// What people call a collection, a theme of the collection among these facts, or states of a referral.
fn label_of(
    messages: &Messages,
    args: &BTreeMap<String, String>,
    name: &str,
    value: &str,
) -> Option<String> {
    match name {
        "collection" => messages.find(&format!("collection-{value}"), None, None),
        "theme" => {
            let theme = named(args.get("collection")?)?.theme()?;
            messages.find(&theme.code_label_key(value), None, None)
        }
        // Days are told as people write them; what is none stays as it is.
        "date" | "earlier" => Some(messages.language().date(value)),
        "before" | "after" => state(messages, value),
        "states" => {
            let states = value.split(", ").map(|it| state(messages, it));
            Some(states.collect::<Option<Vec<_>>>()?.join(", "))
        }
        _ => None,
    }
}

/// What people call a state of a referral.
fn state(messages: &Messages, code: &str) -> Option<String> {
    let field = named("referral")?.field("status")?;
    messages.find(&field.code_label_key(code), None, None)
}

/// The message of a code: rooms name theirs `error-<code>`, the registry `invalid-<code>`, with
/// underscores or hyphens.
fn said(
    messages: &Messages,
    code: &str,
    attribute: Option<&str>,
    args: &FluentArgs<'_>,
) -> Option<String> {
    let hyphenated = code.replace('_', "-");
    let keys = [
        format!("error-{hyphenated}"),
        format!("error-{code}"),
        format!("invalid-{code}"),
        format!("invalid-{hyphenated}"),
    ];
    keys.iter()
        .find_map(|key| messages.find(key, attribute, Some(args)))
}

/// English fallback text as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
