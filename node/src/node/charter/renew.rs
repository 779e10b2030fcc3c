//! Mandates that the committee should look at again, and how many members may act.
//!
//! A mandate has no end of its own: it holds until a vote takes it back. So that none is forgotten,
//! those are shown that nobody can use, that a dormant or suspended structure holds, and that were
//! voted more than a year ago.

use serde_json::{Value, json};
use sync_protocol::charter::{Charter, Holder, Mandate, Subject, Version};
use sync_protocol::id::StructureId;

use crate::indicators::facts::Roll;
use crate::node::clock;
use crate::node::member::Member;

use super::mandates::mandate_json;

/// After how long a mandate is to be confirmed, in milliseconds.
const A_YEAR_MS: u64 = 365 * 24 * 3_600 * 1_000;

impl Member {
    /// Mandates to renew, each with why.
    pub(in crate::node) fn mandates_to_renew(&self) -> Vec<Value> {
        let charter = self.charter();
        let (_, version) = charter.current();
        let mandates = version.mandates().iter();
        let due = mandates.filter_map(|mandate| {
            let since = voted_in(&charter, mandate);
            let voted = since.map(|it| it.written);
            let old = voted.is_some_and(|it| clock::now().0.saturating_sub(it.0) > A_YEAR_MS);
            let reason = reason(&charter, version, mandate);
            let reason = reason.or(if old { Some("old") } else { None })?;
            let mut told = mandate_json(self, version, mandate);
            told["reason"] = json!(reason);
            told["since"] = json!(since.map(|it| it.number));
            told["since_on"] = json!(voted.map(clock::iso));
            Some(told)
        });
        due.collect()
    }

    /// The members, and those of them who are neither dormant nor suspended.
    pub(in crate::node) fn roll(&self) -> Roll {
        let charter = self.charter();
        let (_, version) = charter.current();
        let valid = version.members.iter().filter(|it| {
            !version.is_dormant(&it.structure) && !is_suspended(&charter, &it.structure)
        });
        Roll {
            members: version.members.len() as u64,
            valid: valid.count() as u64,
        }
    }
}

fn is_suspended(charter: &Charter, structure: &StructureId) -> bool {
    let whole = Subject::Structure(*structure);
    let mut asked = charter.suspensions().into_iter();
    asked.any(|it| it.missing == 0 && it.subject == whole)
}

/// The version that gave a mandate which has held since.
fn voted_in<'c>(charter: &'c Charter, mandate: &Mandate) -> Option<&'c Version> {
    let versions = charter.effective().rev().map(|(_, version)| version);
    let holding = versions.take_while(|it| it.mandates().contains(mandate));
    holding.last()
}

/// Why nobody, or nobody who may act now, holds a mandate.
fn reason(charter: &Charter, version: &Version, mandate: &Mandate) -> Option<&'static str> {
    match &mandate.holder {
        Holder::Everyone => None,
        Holder::Coordinator => version.coordinator().is_none().then_some("nobody"),
        Holder::Kind(kind) => {
            let held = version.members.iter().any(|it| it.kind == *kind);
            (!held).then_some("nobody")
        }
        Holder::Structure(structure) => {
            if version.member(structure).is_none() {
                Some("left")
            } else if is_suspended(charter, structure) {
                Some("suspended")
            } else {
                version.is_dormant(structure).then_some("dormant")
            }
        }
    }
}
