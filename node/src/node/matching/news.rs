//! Matches that concern this structure and were not told yet: each is told once.
//!
//! Nothing is written for others to read: every node derives the matches from what it holds and
//! remembers in its own home which it told. Shared marks would be one more record a match, and two
//! nodes would race over them. A match concerns the structure that leads the project and the one
//! that owns the opportunity.
//!
//! Only what was written here since the last look is looked at ([`crate::view::Moment`]), so many
//! records at a time: whoever looks each day waits for a day's changes, not for the registry.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use super::asked::text;
use super::{Match, hundredths, whole};
use crate::api::ApiError;
use crate::home::atomic::{self, Access};
use crate::node::Outcome;
use crate::node::errors::{of_file, read};
use crate::node::member::{Member, lock};
use crate::registry::Value as FieldValue;
use crate::view::{Moment, Record, Visit};

/// The most matches told at once; the others come the next time.
const MOST_NEWS: usize = 50;

/// The most records whose matches are looked for at once: some seconds at most.
const LOOKED_AT: usize = 500;

/// The records of which a writing may make a match.
const COLLECTIONS: [&str; 3] = ["opportunity", "project", "need"];

/// How the line of a file begins that says what was looked at.
const LOOKED: &str = "looked ";

/// A project and an opportunity.
type Pair = (RecordId, RecordId);

#[derive(Deserialize)]
struct Told {
    pairs: Vec<(String, String)>,
    /// What was looked at, as `match.new` says.
    looked: Option<String>,
}

/// What was told at this node.
#[derive(Debug, Default)]
struct Memory {
    pairs: BTreeSet<Pair>,
    /// Everything written before was looked at.
    looked: Option<Moment>,
}

/// What concerns this structure.
struct Concern {
    /// The record that stands for it.
    own: String,
    /// Whether it leads any project, owns any opportunity.
    leads: bool,
    owns: bool,
}

impl Member {
    /// `match.new`: the best first. They stay new until `match.told` says that somebody saw them.
    ///
    /// A match is new where its project or its opportunity was written since: with the best that
    /// fits it.
    pub(in crate::node) fn new_matches(&self) -> Outcome {
        let memory = self.told_matches()?;
        let now = self.reader.moment()?;
        let written = self
            .reader
            .written_since(memory.looked.as_ref(), &COLLECTIONS)?;
        let concern = self.concern()?;
        let mut seen = BTreeSet::new();
        let mut new: BTreeMap<Pair, (f64, Value)> = BTreeMap::new();
        let (mut looked_at, mut looked, mut left) = (0, now.clone(), 0);
        for one in written {
            if looked_at == LOOKED_AT {
                left += 1;
                continue;
            }
            let Some(record) = self.meant(&one.record, &one.collection)? else {
                continue;
            };
            if !seen.insert(record.id) {
                continue;
            }
            if self.look_at(&record, &concern, &memory, &mut new)? {
                looked_at += 1;
                looked = now.after(one.turn);
            }
        }
        if left == 0 {
            looked = now;
        }
        let mut new: Vec<(f64, Value)> = new.into_values().collect();
        new.sort_by(|a, b| b.0.total_cmp(&a.0));
        let more = new.len().saturating_sub(MOST_NEWS);
        let new: Vec<Value> = new.into_iter().take(MOST_NEWS).map(|(_, it)| it).collect();
        // Those that were not shown are looked for again.
        let looked = (more == 0).then(|| looked.to_string());
        Ok(json!({ "more": more, "new": new, "looked": looked, "left": left }))
    }

    /// The project or opportunity that a written record is about, if it stands.
    fn meant(&self, id: &RecordId, collection: &str) -> Result<Option<Record>, ApiError> {
        let stands = |record: &Record| !record.removed;
        let record = self.reader.get(id)?.filter(stands);
        if collection != "need" {
            return Ok(record);
        }
        let project = record.as_ref().and_then(|it| text(&it.fields, "project"));
        let Some(project) = project.and_then(|id| id.parse().ok()) else {
            return Ok(None);
        };
        let project = self.reader.get(&project)?.filter(stands);
        Ok(project.filter(|it| it.collection == "project"))
    }

    /// Looks for matches of a record, where some may concern this structure; whether any may.
    fn look_at(
        &self,
        record: &Record,
        concern: &Concern,
        memory: &Memory,
        new: &mut BTreeMap<Pair, (f64, Value)>,
    ) -> Result<bool, ApiError> {
        let is_project = record.collection == "project";
        let matches = if is_project {
            let project = self.asked_project(record)?;
            if project.is_closed() || !(concern.owns || concern.leads(record)) {
                return Ok(false);
            }
            self.offers_for(&project)?
        } else {
            let offer = self.asked_opportunity(record);
            if !offer.is_on_offer || !(concern.leads || self.owns(record)) {
                return Ok(false);
            }
            self.projects_for(&offer)?
        };
        for found in matches {
            let pair = match is_project {
                true => (record.id, found.id),
                false => (found.id, record.id),
            };
            if memory.pairs.contains(&pair) || new.contains_key(&pair) {
                continue;
            }
            let Some(other) = self.reader.get(&found.id)? else {
                continue;
            };
            let (project, opportunity) = match is_project {
                true => (record, &other),
                false => (&other, record),
            };
            if let Some(told) = self.as_news(project, opportunity, &found, concern) {
                new.insert(pair, (found.score, told));
            }
        }
        Ok(true)
    }

    /// A match as it is told, where it concerns this structure.
    fn as_news(
        &self,
        project: &Record,
        opportunity: &Record,
        found: &Match,
        concern: &Concern,
    ) -> Option<Value> {
        let (leads, owns) = (concern.leads(project), self.owns(opportunity));
        (leads || owns).then(|| {
            json!({
                "project": self.known_as(project),
                "opportunity": self.known_as(opportunity),
                "score": whole(found.score),
                "coverage": found.comparison.coverage(),
                "distance_km": found.distance_km.map(hundredths),
                "leads": leads,
                "owns": owns,
            })
        })
    }

    fn concern(&self) -> Result<Concern, ApiError> {
        let own = self.structure_record(&self.structure).to_string();
        let some = |collection: &str, visit: &Visit<'_>| -> Result<bool, ApiError> {
            let mut found = false;
            self.reader.visit(collection, visit, |_| {
                found = true;
                Ok(())
            })?;
            Ok(found)
        };
        let led = Visit {
            one_of: &[("lead_structure", &[&own])],
            limit: Some(1),
            ..Visit::default()
        };
        let leads = some("project", &led)?;
        let mut owns = false;
        for owner in self.mine().whose().owners {
            let owned = Visit {
                owner: Some(*owner),
                limit: Some(1),
                ..Visit::default()
            };
            owns = owns || some("opportunity", &owned)?;
        }
        Ok(Concern { own, leads, owns })
    }

    /// `match.told`: these were shown and are not new any more.
    pub(in crate::node) fn tell_matches(&self, input: Value) -> Outcome {
        let Told { pairs, looked } = read(input)?;
        let _one_at_a_time = lock(&self.announcing);
        let mut told = self.told_matches()?;
        for (project, opportunity) in &pairs {
            let project = self.reader.resolve(project, Some("project"))?;
            let opportunity = self.reader.resolve(opportunity, Some("opportunity"))?;
            told.pairs.insert((project, opportunity));
        }
        if let Some(looked) = looked.and_then(|it| it.parse().ok()) {
            told.looked = Some(looked);
        }
        let mut kept = String::new();
        if let Some(looked) = &told.looked {
            kept.push_str(&format!("{LOOKED}{looked}\n"));
        }
        // What is gone can come back as another record only.
        for (project, opportunity) in told.pairs {
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
    fn told_matches(&self) -> Result<Memory, ApiError> {
        let path = self.told_file();
        let lines = match fs::read_to_string(&path) {
            Ok(lines) => lines,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Memory::default());
            }
            Err(error) => return Err(of_file(&path, &error)),
        };
        let pair = |line: &str| {
            let (project, opportunity) = line.split_once(' ')?;
            Some((project.parse().ok()?, opportunity.parse().ok()?))
        };
        let looked = lines.lines().find_map(|line| line.strip_prefix(LOOKED));
        Ok(Memory {
            pairs: lines.lines().filter_map(pair).collect(),
            looked: looked.and_then(|it| it.parse().ok()),
        })
    }

    fn stands(&self, id: &RecordId) -> Result<bool, ApiError> {
        Ok(self.reader.get(id)?.is_some_and(|record| !record.removed))
    }
}

impl Concern {
    /// Whether this structure leads a project.
    fn leads(&self, project: &Record) -> bool {
        let lead = project.fields.get("lead_structure");
        matches!(lead, Some(FieldValue::Text(lead)) if *lead == self.own)
    }
}
