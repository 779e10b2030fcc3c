//! What structures decided of pairs: one reversible record of each structure a pair.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sync_protocol::id::{RecordId, Salt, StructureId};

use crate::api::{ApiError, ExitKind};
use crate::node::member::Member;
use crate::registry::{Fields, Value as FieldValue};
use crate::replica::Edits;
use crate::view::Visit;

/// The collection of decisions.
const COLLECTION: &str = "duplicate_link";

/// Two records, the one of the lesser identity first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::node) struct Pair(pub(in crate::node) RecordId, pub(in crate::node) RecordId);

impl Pair {
    pub(super) fn of(a: RecordId, b: RecordId) -> Self {
        Self(a.min(b), a.max(b))
    }

    /// A structure has one decision of a pair, whichever of its nodes writes it.
    fn salt(&self) -> Salt {
        let mut hasher = Sha256::new();
        hasher.update(b"capactif-duplicate-link");
        hasher.update(self.0.0);
        hasher.update(self.1.0);
        Salt(hasher.finalize().into())
    }
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// One thing.
    Confirmed,
    /// Two things.
    Rejected,
    /// One structure says so, another otherwise.
    Disputed,
}

impl Decision {
    pub(super) fn named(name: &str) -> Result<Self, ApiError> {
        match name {
            "confirmed" => Ok(Self::Confirmed),
            "rejected" => Ok(Self::Rejected),
            _ => {
                let text = format!("{name} is neither confirmed nor rejected");
                Err(
                    ApiError::new("duplicate_decision_unknown", ExitKind::Usage, text)
                        .with("value", name),
                )
            }
        }
    }

    /// Its code.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::Disputed => "disputed",
        }
    }
}

/// Every decision that stands, by pair.
#[derive(Debug, Default)]
pub(in crate::node) struct Links(BTreeMap<Pair, Vec<(StructureId, Decision)>>);

impl Links {
    /// What was decided of a pair.
    pub(super) fn decision(&self, pair: &Pair) -> Option<Decision> {
        let (first, others) = self.0.get(pair)?.split_first()?;
        let agreed = others.iter().all(|(_, decision)| *decision == first.1);
        Some(if agreed { first.1 } else { Decision::Disputed })
    }

    /// Every pair of which something was decided.
    pub(super) fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.0.keys()
    }

    /// The pairs that are one thing, as everybody says who decided.
    pub(in crate::node) fn confirmed(&self) -> impl Iterator<Item = &Pair> {
        let confirmed = |pair: &&Pair| self.decision(pair) == Some(Decision::Confirmed);
        self.pairs().filter(confirmed)
    }

    /// The pairs of which two structures decided otherwise.
    pub(in crate::node) fn disputed(&self) -> impl Iterator<Item = &Pair> {
        let disputed = |pair: &&Pair| self.decision(pair) == Some(Decision::Disputed);
        self.pairs().filter(disputed)
    }
}

impl Member {
    /// The decisions that stand.
    pub(in crate::node) fn links(&self) -> Result<Links, ApiError> {
        let mut ids = Vec::new();
        let decided: &[&str] = &[Decision::Confirmed.code(), Decision::Rejected.code()];
        let visit = Visit {
            one_of: &[("state", decided)],
            ..Visit::default()
        };
        self.reader.visit(COLLECTION, &visit, |link| {
            ids.push(link.id()?);
            Ok(())
        })?;
        let mut links = Links::default();
        for id in ids {
            let Some(record) = self.reader.get(&id)? else {
                continue;
            };
            let text = |name: &str| match record.fields.get(name) {
                Some(FieldValue::Text(text)) => Some(text.as_str()),
                _ => None,
            };
            let id_of = |name: &str| text(name)?.parse::<RecordId>().ok();
            let decision = text("state").and_then(|state| Decision::named(state).ok());
            if let (Some(a), Some(b), Some(decision)) = (id_of("a"), id_of("b"), decision) {
                let of_pair = links.0.entry(Pair::of(a, b)).or_default();
                of_pair.push((record.owner, decision));
            }
        }
        Ok(links)
    }

    /// Who decided what of a pair, for people.
    pub(super) fn shown_decisions(&self, links: &Links, pair: &Pair) -> Vec<Value> {
        let decided = links.0.get(pair).into_iter().flatten();
        decided
            .map(|(structure, decision)| {
                json!({
                    "structure": structure.to_string(),
                    "name": self.name_of(structure),
                    "decision": decision.code(),
                })
            })
            .collect()
    }

    /// Writes this structure's decision of a pair; `false` when it stands already.
    pub(super) fn link(
        &self,
        pair: &Pair,
        decision: Decision,
        score: Option<f64>,
    ) -> Result<bool, ApiError> {
        let salt = pair.salt();
        let id = RecordId::derive(&self.network, &self.structure, COLLECTION, &salt);
        let mut fields: Fields = [
            ("a", pair.0.to_string()),
            ("b", pair.1.to_string()),
            ("state", decision.code().to_owned()),
        ]
        .map(|(name, text)| (name.to_owned(), FieldValue::Text(text)))
        .into();
        fields.extend(score.map(|score| ("score".to_owned(), FieldValue::Decimal(score))));
        if self.reader.get(&id)?.is_some() {
            let edits = Edits {
                removed: Some(false),
                ..Edits::set(fields)
            };
            return self.change(id, edits);
        }
        self.write(|replica, author| {
            let draft = replica.draft_create(author, COLLECTION, salt, fields)?;
            Ok(vec![Some(draft)])
        })?;
        Ok(true)
    }

    /// Takes this structure's decision of a pair back.
    pub(super) fn unlink(&self, pair: &Pair) -> Result<(), ApiError> {
        let id = RecordId::derive(&self.network, &self.structure, COLLECTION, &pair.salt());
        let stands = self.reader.get(&id)?.is_some_and(|record| !record.removed);
        if !stands {
            let links = self.links()?;
            let others = links.0.get(pair).into_iter().flatten();
            let names: Vec<String> = others.map(|(it, _)| self.name_of(it)).collect();
            let text = "this structure decided nothing of these two";
            return Err(ApiError::new("nothing_decided_here", ExitKind::Usage, text)
                .with("count", names.len())
                .with("names", names.join(", ")));
        }
        let edits = Edits {
            removed: Some(true),
            ..Edits::default()
        };
        self.change(id, edits).map(|_| ())
    }
}
