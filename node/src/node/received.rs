//! Projects that arrive on the portal, from people who have no account.
//!
//! What a visitor writes becomes a holder whose identity is sealed, a project, its needs, and a
//! referral for each need to the structure that the charter names. This node seals to those
//! structures and not to its own unless it is one of them, and keeps nothing of what it saw. The
//! visitor follows by a code of which the registry holds a hash: the salt of the records.
//! Why: docs/decisions/0021-a-project-from-the-portal.md.
//!
//! - `code` (the visitor's code), `recipients` (who gets what), `writing` (the records),
//!   `following` (what became of them; corrections, withdrawal), `waiting` (what nobody answers).

use std::collections::BTreeSet;

use sync_protocol::id::RecordId;
use zeroize::Zeroize;

mod code;
mod following;
mod recipients;
mod waiting;
mod writing;

pub(crate) use code::Code;
pub(crate) use following::{Asked, Followed, Step};

/// The notice that visitors are shown; its number changes with its text. Records that came through
/// the portal are told by it.
pub(crate) const NOTICE: &str = "portail-1";

/// Who writes: sealed, never shown by `Debug`, wiped when dropped.
#[derive(Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The name.
    pub(crate) name: String,
    /// The telephone, as typed.
    pub(crate) phone: String,
    /// The e-mail address.
    pub(crate) email: String,
    /// Where the person lives today, as typed.
    pub(crate) origin: String,
    /// A few lines about the project.
    pub(crate) words: String,
}

impl Identity {
    /// The sealed fields of a holder, with what stands in each.
    fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("name", &self.name),
            ("phone", &self.phone),
            ("email", &self.email),
            ("address", &self.origin),
            ("notes", &self.words),
        ]
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        let all = [
            &mut self.name,
            &mut self.phone,
            &mut self.email,
            &mut self.origin,
            &mut self.words,
        ];
        all.into_iter().for_each(Zeroize::zeroize);
    }
}

/// What the project is: plain, under a pseudonym.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// `creation`, `takeover`, …
    pub(crate) kind: String,
    /// What is needed, by theme.
    pub(crate) themes: BTreeSet<String>,
    /// The commune where it is to be, by code.
    pub(crate) place: Option<String>,
    /// The commune where the person lives, by code, where it is known.
    pub(crate) origin: Option<String>,
    /// The opportunity that it comes from.
    pub(crate) opportunity: Option<RecordId>,
}
