//! Matches that concern this structure and were not told yet: each is told once.
//!
//! Nothing is written for others to read: every node derives the matches from what it holds and
//! remembers in its own home which it told. Shared marks would be one more record a match, and two
//! nodes would race over them. A match concerns the structure that leads the project and the one
//! that owns the opportunity.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use super::asked::text;
use super::{hundredths, whole};
use crate::api::ApiError;
use crate::home::atomic::{self, Access};
use crate::matching::gate::CLOSED_STAGES;
use crate::node::Outcome;
use crate::node::errors::{of_file, read};
use crate::node::member::{Member, lock};
use crate::view::Visit;

/// The most matches told at once; the others come the next time.
const MOST_NEWS: usize = 50;

/// A project and an opportunity.
type Pair = (RecordId, RecordId);

#[derive(Deserialize)]
struct Told {
    pairs: Vec<(String, String)>,
}

impl Member {
    /// `match.new`: the best first. They stay new until `match.told` says that somebody saw them.
    pub(in crate::node) fn new_matches(&self) -> Outcome {
        let told = self.told_matches()?;
        let own = self.structure_record(&self.structure).to_string();
        let mut new: Vec<(f64, Value)> = Vec::new();
        for id in self.open_projects()? {
            let Some(record) = self.reader.get(&id)? else {
                continue;
            };
            let project = self.asked_project(&record)?;
            let leads = text(&record.fields, "lead_structure") == Some(own.as_str());
            for found in self.offers_for(&project)? {
                if told.contains(&(id, found.id)) {
                    continue;
                }
                let Some(opportunity) = self.reader.get(&found.id)? else {
                    continue;
                };
                let owns = self.charter().heir_of(opportunity.owner) == self.structure;
                if leads || owns {
                    let news = json!({
                        "project": self.known_as(&record),
                        "opportunity": self.known_as(&opportunity),
                        "score": whole(found.score),
                        "coverage": found.comparison.coverage(),
                        "distance_km": found.distance_km.map(hundredths),
                        "leads": leads,
                        "owns": owns,
                    });
                    new.push((found.score, news));
                }
            }
        }
        new.sort_by(|a, b| b.0.total_cmp(&a.0));
        let count = new.len();
        let new: Vec<Value> = new.into_iter().take(MOST_NEWS).map(|(_, it)| it).collect();
        Ok(json!({ "more": count - new.len(), "new": new }))
    }

    /// `match.told`: these were shown and are not new any more.
    pub(in crate::node) fn tell_matches(&self, input: Value) -> Outcome {
        let Told { pairs } = read(input)?;
        let _one_at_a_time = lock(&self.announcing);
        let mut told = self.told_matches()?;
        for (project, opportunity) in &pairs {
            let project = self.reader.resolve(project, Some("project"))?;
            let opportunity = self.reader.resolve(opportunity, Some("opportunity"))?;
            told.insert((project, opportunity));
        }
        // What is gone can come back as another record only.
        let mut kept = String::new();
        for (project, opportunity) in told {
            if self.stands(&project)? && self.stands(&opportunity)? {
                kept.push_str(&format!("{project} {opportunity}\n"));
            }
        }
        let path = self.told_file();
        atomic::write(&path, kept.as_bytes(), Access::Owner)
            .map_err(|error| of_file(&path, &error))?;
        Ok(json!({ "told": pairs.len() }))
    }

    fn told_file(&self) -> PathBuf {
        self.home.file("matches.told")
    }

    /// The matches that somebody saw at this node. A line that is not one is passed over: at worst
    /// a match is told twice.
    fn told_matches(&self) -> Result<BTreeSet<Pair>, ApiError> {
        let path = self.told_file();
        let lines = match fs::read_to_string(&path) {
            Ok(lines) => lines,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(BTreeSet::new());
            }
            Err(error) => return Err(of_file(&path, &error)),
        };
        let pair = |line: &str| {
            let (project, opportunity) = line.split_once(' ')?;
            Some((project.parse().ok()?, opportunity.parse().ok()?))
        };
        Ok(lines.lines().filter_map(pair).collect())
    }

    fn stands(&self, id: &RecordId) -> Result<bool, ApiError> {
        Ok(self.reader.get(id)?.is_some_and(|record| !record.removed))
    }

    fn open_projects(&self) -> Result<Vec<RecordId>, ApiError> {
        let mut open = Vec::new();
        let visit = Visit {
            fields: &["stage", "outcome"],
            ..Visit::default()
        };
        self.reader.visit("project", &visit, |project| {
            let over = project
                .text(0)?
                .is_some_and(|it| CLOSED_STAGES.contains(&it));
            if !over && project.text(1)?.is_none() {
                open.push(project.id()?);
            }
            Ok(())
        })?;
        Ok(open)
    }
}
