//! Keeps spreadsheets from taking a cell for a formula, reversibly.
//!
//! A cell that begins with `=`, `+`, `-`, `@`, tab or carriage return may run as a formula when a
//! person opens the file (OWASP, *CSV injection*). An apostrophe before it makes it plain text.
//! A text that already looks guarded gets one apostrophe more, so that reading takes off exactly
//! the one that writing put on.

use std::borrow::Cow;

/// Puts an apostrophe before a text that a spreadsheet could take for a formula.
#[must_use]
pub(crate) fn guard(text: &str) -> Cow<'_, str> {
    if is_dangerous(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Takes off the apostrophe that [`guard`] put on.
#[must_use]
pub(crate) fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

fn is_dangerous(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formula_is_guarded_and_plain_text_is_not() {
        assert_eq!(guard("=1+1"), "'=1+1");
        assert_eq!(guard("+33473820000"), "'+33473820000");
        assert_eq!(guard("'=x"), "''=x");
        assert_eq!(guard("l'étang"), "l'étang");
        assert_eq!(unguard("'s-Hertogenbosch"), "'s-Hertogenbosch");
    }

    proptest! {
        #[test]
        fn unguard_undoes_guard(text in "['=+@\t\ra-]{0,6}") {
            let guarded = guard(&text);
            prop_assert_eq!(unguard(&guarded), text.as_str());
        }
    }
}
