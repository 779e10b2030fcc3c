//! What is wrong with a command line, in the person's language.

use std::io::{self, Write};

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use fluent_bundle::FluentArgs;

use crate::messages::Messages;

/// The exit code of a wrong command line.
pub(crate) const EXIT: u8 = 2;

/// Tells what is wrong, what was perhaps meant, and where help is.
pub(crate) fn tell(error: &Error, messages: &Messages, out: &mut dyn Write) -> io::Result<()> {
    let (key, args) = described(error);
    writeln!(
        out,
        "{} {}",
        messages.text("error-prefix"),
        messages.format(key, &args)
    )?;
    if let Some(suggestion) = suggestion(error) {
        let mut args = FluentArgs::new();
        args.set("suggestion", suggestion);
        writeln!(out, "  → {}", messages.format("usage-did-you-mean", &args))?;
    } else if let Some(valid) = list(error, ContextKind::ValidValue).filter(|list| !list.is_empty())
    {
        let mut args = FluentArgs::new();
        args.set("values", valid);
        writeln!(out, "  → {}", messages.format("usage-valid-values", &args))?;
    }
    if let Some(usage) = usage(error) {
        writeln!(out, "\n{} {usage}", messages.text("help-usage"))?;
    }
    writeln!(out, "{}", messages.text("usage-see-help"))
}

fn described(error: &Error) -> (&'static str, FluentArgs<'static>) {
    let mut args = FluentArgs::new();
    for (kind, name) in [
        (ContextKind::InvalidArg, "argument"),
        (ContextKind::PriorArg, "other"),
        (ContextKind::InvalidValue, "value"),
        (ContextKind::InvalidSubcommand, "command"),
    ] {
        if let Some(text) = list(error, kind) {
            args.set(name, text);
        }
    }
    let has_no_value = list(error, ContextKind::InvalidValue).is_none_or(|value| value.is_empty());
    let key = match error.kind() {
        ErrorKind::InvalidValue if has_no_value => "usage-value-missing",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "usage-value-invalid",
        ErrorKind::UnknownArgument => "usage-argument-unknown",
        ErrorKind::InvalidSubcommand => "usage-command-unknown",
        ErrorKind::ArgumentConflict => "usage-arguments-conflict",
        ErrorKind::MissingRequiredArgument => "usage-argument-missing",
        ErrorKind::MissingSubcommand => "usage-command-missing",
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            "usage-value-count"
        }
        _ => "usage-unreadable",
    };
    (key, args)
}

fn list(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}

fn suggestion(error: &Error) -> Option<String> {
    let kinds = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        // The nearest comes last.
        ContextValue::Strings(texts) => texts.last().cloned(),
        _ => None,
    })
}

/// The usage line without clap's own English heading.
fn usage(error: &Error) -> Option<String> {
    match error.get(ContextKind::Usage)? {
        ContextValue::StyledStr(usage) => {
            let usage = usage.to_string();
            let usage = usage
                .split_once(':')
                .map_or(usage.as_str(), |(_, usage)| usage);
            Some(usage.trim().to_owned())
        }
        _ => None,
    }
}
