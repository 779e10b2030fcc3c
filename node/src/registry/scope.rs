//! What of a record mandates look at: where it is, what it is about, and whom it binds.
//!
//! Every node has to read the same out of a record, so nothing here depends on the table of
//! communes that a node has: a record's place is its commune's code and its department's, which
//! the code begins with. Whoever gives a mandate for a community of communes names its communes.
//! Spec: docs/protocol.md, section 7 (Mandates).

use super::referral::past::PAST;
use super::referral::{self, Move, PARTIES};

/// The fields of a collection that mandates look at.
#[derive(Clone, Copy, Debug)]
pub struct ScopeFields {
    /// The commune.
    pub place: Option<&'static str>,
    /// What the record is about.
    pub theme: Option<&'static str>,
    /// The structures, as records, that alone move it.
    pub parties: &'static [&'static str],
    /// Its state, where each move is some of the parties' alone.
    pub state: Option<MovedState>,
    /// A field and a value that any member may write, and nothing else with it.
    pub report: Option<(&'static str, &'static str)>,
}

/// A state that is moved, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct MovedState {
    /// The field.
    pub field: &'static str,
    /// Of the fields that name parties, those whose structures may move it so, the state before
    /// being none where the record is made.
    pub movers: fn(before: Option<&str>, after: &str) -> &'static [&'static str],
    /// A field that says, where a record is made with it, that the state was come to before, as one of
    /// these parties tells it; written then or never.
    pub told: (&'static str, &'static [&'static str]),
}

const NOTHING: ScopeFields = ScopeFields {
    place: None,
    theme: None,
    parties: &[],
    state: None,
    report: None,
};

/// The fields of this collection that mandates look at; none of a collection that this version
/// does not know.
#[must_use]
pub fn scope_fields(collection: &str) -> ScopeFields {
    match collection {
        "opportunity" => ScopeFields {
            place: Some("insee_code"),
            theme: Some("kind"),
            // Whoever learns that it is gone says so, whoever's it is.
            report: Some(("status", "to_check")),
            ..NOTHING
        },
        "local_service" => ScopeFields {
            place: Some("insee_code"),
            theme: Some("theme"),
            ..NOTHING
        },
        "referral" => ScopeFields {
            theme: Some("theme"),
            parties: PARTIES,
            state: Some(MovedState {
                field: "status",
                movers: referral::movers_between,
                told: (PAST, Move::Send.makers()),
            }),
            ..NOTHING
        },
        _ => NOTHING,
    }
}

/// The codes of the place that a commune's code stands for: itself and its department.
#[must_use]
pub fn territory_codes(commune: &str) -> Vec<&str> {
    // Overseas departments have three digits.
    let digits = if commune.starts_with("97") || commune.starts_with("98") {
        3
    } else {
        2
    };
    let mut codes = vec![commune];
    codes.extend(commune.get(..digits).filter(|code| *code != commune));
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{COLLECTIONS, collection};

    #[test]
    fn a_commune_is_in_its_department() {
        assert_eq!(territory_codes("63003"), ["63003", "63"]);
        assert_eq!(territory_codes("2A004"), ["2A004", "2A"]);
        assert_eq!(territory_codes("97411"), ["97411", "974"]);
        assert_eq!(territory_codes("6"), ["6"]);
        assert_eq!(territory_codes("é"), ["é"]);
    }

    #[test]
    fn the_fields_named_are_declared() {
        for declared in COLLECTIONS {
            let fields = scope_fields(declared.name);
            let named = fields.place.iter().chain(&fields.theme);
            let named = named.chain(fields.parties);
            let state = fields.state.map(|it| [it.field, it.told.0]);
            let named = named.chain(state.iter().flatten());
            for name in named.copied().chain(fields.report.map(|(name, _)| name)) {
                assert!(declared.field(name).is_some(), "{} {name}", declared.name);
            }
        }
        assert!(collection("opportunity").is_some());
    }
}
