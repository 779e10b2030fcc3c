//! Matches over the read model: structures and opportunities for a project, projects for an
//! opportunity, and those that are new.
//!
//! What is compared and how stands in [`crate::matching`]. Here: which records are looked at, by
//! the gates that indexes answer (kind and state, type, need), and how little of each. A record is
//! read in full only where its bound says that it may be among the best.
//!
//! - `asked` (what a project or an opportunity says), `offers`, `projects`, `helpers`, `news`.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use crate::matching::offer::{Comparison, Criterion};
use crate::registry::find_collection;
use crate::view::Record;

use super::Outcome;
use super::errors::read;
use super::member::Member;

mod asked;
pub(in crate::node) mod helpers;
mod news;
mod offers;
mod projects;

pub(super) use helpers::described;
pub(super) use news::Looked;

#[derive(Deserialize)]
struct Asked {
    id: String,
}

/// A record that fits another.
#[derive(Clone, Debug)]
struct Match {
    id: RecordId,
    score: f64,
    comparison: Comparison,
    distance_km: Option<f64>,
    /// The services that the household looks for, and those found.
    services: Vec<(&'static str, bool)>,
}

impl Member {
    /// `match.project`: who can help with it, and what there is for it.
    pub(super) fn match_project(&self, input: Value) -> Outcome {
        let Asked { id } = read(input)?;
        let record = self.find_record(find_collection("project")?, &id)?;
        let project = self.asked_project(&record)?;
        let offers = self.offers_for(&project)?;
        let helpers = self.helpers_for(&record, &project)?;
        Ok(json!({
            "project": self.known_as(&record),
            "closed": project.is_closed(),
            "kinds": project.kinds,
            "needs": project.needs,
            "structures": helpers.found,
            "left_out": helpers.left_out,
            "themes": helpers.themes,
            "usual_themes": helpers.usual_themes,
            "opportunities": self.shown_matches(&offers)?,
        }))
    }

    /// `match.opportunity`: the projects that look for such a thing.
    pub(super) fn match_opportunity(&self, input: Value) -> Outcome {
        let Asked { id } = read(input)?;
        let record = self.find_record(find_collection("opportunity")?, &id)?;
        let offer = self.asked_opportunity(&record);
        let found = self.projects_for(&offer)?;
        Ok(json!({
            "opportunity": self.known_as(&record),
            "on_offer": offer.is_on_offer,
            "projects": self.shown_matches(&found)?,
        }))
    }

    fn shown_matches(&self, matches: &[Match]) -> Result<Vec<Value>, crate::api::ApiError> {
        let mut shown = Vec::with_capacity(matches.len());
        for found in matches {
            // A record erased between the two readings is simply not a match.
            let Some(record) = self.reader.get(&found.id)? else {
                continue;
            };
            let mut answer = self.known_as(&record);
            answer["score"] = json!(whole(found.score));
            answer["coverage"] = json!(found.comparison.coverage());
            answer["reasons"] = reasons(found);
            shown.push(answer);
        }
        Ok(shown)
    }

    /// What people know a record by.
    pub(super) fn known_as(&self, record: &Record) -> Value {
        let text = |name: &str| match record.fields.get(name) {
            Some(crate::registry::Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let mut title = self.reader.title(record);
        // A project is called by its pseudonym, and known by what it is about.
        if let Some(about) = text("title").filter(|_| record.collection == "project") {
            title = format!("{title}, {about}");
        }
        json!({
            "id": record.id.to_string(),
            "collection": record.collection,
            "title": title,
            "owner": record.owner.to_string(),
            "owner_name": self.name_of(&record.owner),
            "kind": text("kind").or_else(|| text("type")),
            "insee_code": text("insee_code"),
        })
    }
}

/// Each criterion that could be compared, with its weight, its value and what it is about.
fn reasons(found: &Match) -> Value {
    let told = |criterion: Criterion| {
        let value = found.comparison.value(criterion)?;
        let mut reason = json!({
            "criterion": criterion.code(),
            "weight": criterion.weight(),
            "value": hundredths(value),
        });
        if criterion == Criterion::Place {
            let km = found.distance_km.unwrap_or_default();
            reason["distance_km"] = json!((km * 10.0).round() / 10.0);
        }
        if criterion == Criterion::Household {
            let of = |there: bool| -> Vec<&str> {
                let these = found.services.iter().filter(|(_, found)| *found == there);
                these.map(|(theme, _)| *theme).collect()
            };
            reason["found"] = json!(of(true));
            reason["missing"] = json!(of(false));
        }
        Some(reason)
    };
    Criterion::ALL.into_iter().filter_map(told).collect()
}

/// A score as people read it.
fn whole(score: f64) -> u64 {
    score.round().max(0.0) as u64
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
