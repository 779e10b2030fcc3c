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
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::{NodeId, RecordId};

use super::asked::text;
use super::{Match, hundredths, whole};
use crate::api::ApiError;
use crate::home::atomic::{self, Access};
use crate::node::Outcome;
use crate::node::errors::{of_file, read, text_if_there};
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
pub(in crate::node) type Pair = (RecordId, RecordId);

#[derive(Deserialize)]
struct Told {
    pairs: Vec<(String, String)>,
    /// What was looked at, as `match.new` says.
    looked: Option<String>,
}

/// What was told at this node.
#[derive(Debug, Default)]
pub(in crate::node) struct Looked {
    pairs: BTreeSet<Pair>,
    /// Everything written before was looked at.
    looked: Option<Moment>,
}

impl Looked {
    /// These pairs, and everything up to this moment.
    pub(in crate::node) fn with(pairs: impl Iterator<Item = Pair>, looked: &Moment) -> Self {
        Self {
            pairs: pairs.collect(),
            looked: Some(looked.clone()),
        }
    }
}

/// A new match.
#[derive(Clone, Debug)]
pub(in crate::node) struct NewMatch {
    score: f64,
    told: Value,
    /// Whether nobody but this node wrote what made it.
    pub(in crate::node) own: bool,
}

/// New matches, and how far was looked for them.
#[derive(Clone, Debug)]
pub(in crate::node) struct NewMatches {
    pub(in crate::node) new: BTreeMap<Pair, NewMatch>,
    pub(in crate::node) looked: Moment,
    /// How many records were left for the next look.
    left: usize,
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
        let NewMatches { new, looked, left } = self.matches_beyond(&self.told_matches()?)?;
        let mut new: Vec<NewMatch> = new.into_values().collect();
        new.sort_by(|a, b| b.score.total_cmp(&a.score));
        let more = new.len().saturating_sub(MOST_NEWS);
        let new: Vec<Value> = new.into_iter().take(MOST_NEWS).map(|it| it.told).collect();
        // Those that were not shown are looked for again.
        let looked = (more == 0).then(|| looked.to_string());
        Ok(json!({ "more": more, "new": new, "looked": looked, "left": left }))
    }

    /// The matches that came to be since, beyond those that were told.
    pub(in crate::node) fn matches_beyond(&self, told: &Looked) -> Result<NewMatches, ApiError> {
        let now = self.reader.moment()?;
        let written = self
            .reader
            .written_since(told.looked.as_ref(), &COLLECTIONS)?;
        let concern = self.concern()?;
        let mut seen = BTreeSet::new();
        let mut new: BTreeMap<Pair, NewMatch> = BTreeMap::new();
        let (mut looked_at, mut looked, mut left) = (0, now.clone(), 0);
        for one in written {
            if looked_at == LOOKED_AT {
                left += 1;
                continue;
            }
            let Some((record, writer)) = self.meant(&one.record, &one.collection)? else {
                continue;
            };
            let own = writer == self.me;
            if !seen.insert((record.id, own)) {
                continue;
            }
            if self.look_at(&record, own, &concern, told, &mut new)? {
                looked_at += 1;
                looked = now.after(one.turn);
            }
        }
        if left == 0 {
            looked = now;
        }
        Ok(NewMatches { new, looked, left })
    }

    /// The project or opportunity that a written record is about, if it stands; and who wrote.
    fn meant(&self, id: &RecordId, collection: &str) -> Result<Option<(Record, NodeId)>, ApiError> {
        let stands = |record: &Record| !record.removed;
        let Some(record) = self.reader.get(id)?.filter(stands) else {
            return Ok(None);
        };
        let writer = record.changed.node;
        if collection != "need" {
            return Ok(Some((record, writer)));
        }
        let project = text(&record.fields, "project");
        let Some(project) = project.and_then(|id| id.parse().ok()) else {
            return Ok(None);
        };
        let project = self.reader.get(&project)?.filter(stands);
        let project = project.filter(|it| it.collection == "project");
        Ok(project.map(|project| (project, writer)))
    }

    /// Looks for matches of a record, where some may concern this structure; whether any may.
    fn look_at(
        &self,
        record: &Record,
        own: bool,
        concern: &Concern,
        told: &Looked,
        new: &mut BTreeMap<Pair, NewMatch>,
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
            if told.pairs.contains(&pair) {
                continue;
            }
            if let Some(known) = new.get_mut(&pair) {
                known.own &= own;
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
                let score = found.score;
                new.insert(pair, NewMatch { score, told, own });
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
    fn told_matches(&self) -> Result<Looked, ApiError> {
        let path = self.told_file();
        let Some(lines) = text_if_there(&path)? else {
            return Ok(Looked::default());
        };
        let pair = |line: &str| {
            let (project, opportunity) = line.split_once(' ')?;
            Some((project.parse().ok()?, opportunity.parse().ok()?))
        };
        let looked = lines.lines().find_map(|line| line.strip_prefix(LOOKED));
        Ok(Looked {
            pairs: lines.lines().filter_map(pair).collect(),
            looked: looked.and_then(|it| it.parse().ok()),
        })
    }

    /// Whether a record is there and not removed.
    pub(in crate::node) fn stands(&self, id: &RecordId) -> Result<bool, ApiError> {
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
