//! `charter.log`: the minutes. Each version in order, who proposed and approved it, what it changed,
//! and what was suspended and ratified under it.
//!
//! Times are what their authors claim: shown, never decided upon.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sync_protocol::authority::SignedEntry;
use sync_protocol::body::Create;
use sync_protocol::charter::{Approval, Charter, Ratify, Suspend, Version};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{NodeId, RecordId, VersionId};
use sync_protocol::time::Timestamp;

use crate::api::ApiError;
use crate::node::member::Member;
use crate::node::{Outcome, clock};

use super::changes::{changes, founding};
use super::people::{name_in, node_name, subject_json};

/// What was written about one version.
#[derive(Default)]
struct Minutes {
    proposed: Vec<(NodeId, Timestamp)>,
    approved: BTreeMap<NodeId, Timestamp>,
    suspended: Vec<(NodeId, Timestamp, Suspend)>,
    ratified: Vec<(NodeId, Timestamp, Ratify)>,
}

impl Member {
    /// `charter.log`.
    pub(in crate::node) fn charter_log(&self) -> Outcome {
        let entries = self.authority_entries()?;
        let (minutes, mut known) = read_minutes(&entries);
        let titles = self.titles(&minutes)?;
        let charter = self.charter();
        known.extend(
            charter
                .effective()
                .map(|(id, version)| (id, version.clone())),
        );
        let mut order: Vec<(VersionId, Version)> = known.into_iter().collect();
        order.sort_by_key(|(id, version)| {
            let later = !charter.is_effective(id);
            (version.number, version.round(), later, *id)
        });
        let nothing = Minutes::default();
        let versions: Vec<Value> = order
            .iter()
            .map(|(id, version)| {
                let said = minutes.get(id).unwrap_or(&nothing);
                self.version_json(&charter, id, version, said, &titles)
            })
            .collect();
        let double_votes: Vec<Value> = charter
            .double_votes()
            .into_iter()
            .map(|it| {
                json!({
                    "name": node_name(&charter, &it.node),
                    "number": charter.version(&it.one).map(|version| version.number),
                    "one": it.one.to_string(),
                    "other": it.other.to_string(),
                })
            })
            .collect();
        Ok(json!({
            "name": charter.current().1.name,
            "network": self.network.to_string(),
            "number": charter.current().1.number,
            "versions": versions,
            "double_votes": double_votes,
            "rivals": charter.rivals().map(|(a, b)| [a.to_string(), b.to_string()]),
        }))
    }

    fn version_json(
        &self,
        charter: &Charter,
        id: &VersionId,
        version: &Version,
        said: &Minutes,
        titles: &BTreeMap<Place, (RecordId, String)>,
    ) -> Value {
        let before = charter.version(&version.previous);
        let changed = match before {
            Some(before) => changes(self, charter, before, version),
            None if version.number == 0 => founding(version),
            None => Vec::new(),
        };
        let spoke = |(node, time): &(NodeId, Timestamp)| json!({ "name": node_name(charter, node), "on": clock::iso(*time) });
        let proposer = version.terms.as_ref().map(|it| it.proposer);
        let first = said
            .proposed
            .iter()
            .find(|(node, _)| Some(*node) == proposer);
        let first = first.or_else(|| said.proposed.first());
        let mut approved: Vec<(&NodeId, &Timestamp)> = said.approved.iter().collect();
        approved.sort_by_key(|(node, time)| (**time, **node));
        let approvals: Vec<Value> = approved
            .into_iter()
            .map(|(node, time)| (charter.votes_for(node, id), node, time))
            .map(|(votes, node, time)| {
                let name = match votes {
                    Some(structure) => name_in(charter, &structure),
                    None => node_name(charter, node),
                };
                json!({ "name": name, "on": clock::iso(*time), "counts": votes.is_some() })
            })
            .collect();
        let narrows = charter.narrowing(id).is_some_and(|it| !it.is_empty());
        let suspensions: Vec<Value> = said
            .suspended
            .iter()
            .map(|(node, time, it)| {
                json!({
                    "subject": subject_json(charter, &it.subject),
                    "by": node_name(charter, node),
                    "on": clock::iso(*time),
                })
            })
            .collect();
        let ratifications: Vec<Value> = said
            .ratified
            .iter()
            .map(|(_, time, it)| {
                let committee = version.terms.as_ref().map_or(&[][..], |it| &it.committee);
                let person = committee.iter().find(|person| person.key == it.person);
                let record = titles.get(&it.record);
                json!({
                    "person": person.map(|it| it.name.as_str()),
                    "record": record.map(|(id, _)| id.to_string()),
                    "title": record.map(|(_, title)| title),
                    "content": data_encoding::HEXLOWER.encode(&it.content),
                    "on": clock::iso(*time),
                })
            })
            .collect();
        json!({
            "number": version.number,
            "id": id.to_string(),
            "round": version.round(),
            "state": state(charter, id, version),
            "written_on": clock::iso(version.written),
            "proposed_by": first.map(spoke),
            "approvals": approvals,
            "changes": changed,
            "narrows": narrows,
            "certified": narrows.then(|| charter.is_certified(id)),
            "suspensions": suspensions,
            "ratifications": ratifications,
        })
    }

    /// What the records that were ratified are called.
    fn titles(
        &self,
        minutes: &BTreeMap<VersionId, Minutes>,
    ) -> Result<BTreeMap<Place, (RecordId, String)>, ApiError> {
        let ratified = minutes.values().flat_map(|it| &it.ratified);
        let places: BTreeSet<Place> = ratified.map(|(_, _, it)| it.record).collect();
        let mut titles = BTreeMap::new();
        for place in places {
            if let Some(id) = self.created_at(&place)?
                && let Some(record) = self.reader.get(&id)?
            {
                titles.insert(place, (id, self.reader.title(&record)));
            }
        }
        Ok(titles)
    }

    /// The record that the entry at a place made.
    fn created_at(&self, place: &Place) -> Result<Option<RecordId>, ApiError> {
        let before = place.seq.saturating_sub(1);
        let entries = self.entries_after(&place.author, before, 1)?;
        let entry = entries.into_iter().find(|it| it.header.seq == place.seq);
        let created = entry
            .filter(|it| it.header.kind == Kind::CREATE)
            .and_then(|it| Create::decode(it.body.as_deref()?).ok())
            .zip(self.structure_of(&place.author));
        Ok(created.map(|(create, structure)| {
            RecordId::derive(&self.network, &structure, &create.collection, &create.salt)
        }))
    }
}

/// What became of a version.
fn state(charter: &Charter, id: &VersionId, version: &Version) -> &'static str {
    let (current, _) = charter.current();
    if charter.is_effective(id) {
        return if *id == current { "in_force" } else { "past" };
    }
    let is_rival = charter
        .rivals()
        .is_some_and(|(one, other)| *id == one || *id == other);
    if is_rival {
        return "rival";
    }
    if version.previous != current {
        return "overtaken";
    }
    let proposals = charter.proposals();
    let proposed = proposals.iter().find(|it| it.id == *id);
    match proposed {
        None => "unfit",
        Some(it) if it.can_pass && version.round() == charter.open_round() => "open",
        Some(_) => "split",
    }
}

/// Sorts what entries say by the version they are about; and the versions that were proposed.
fn read_minutes(
    entries: &[SignedEntry],
) -> (BTreeMap<VersionId, Minutes>, BTreeMap<VersionId, Version>) {
    let mut minutes: BTreeMap<VersionId, Minutes> = BTreeMap::new();
    let mut versions = BTreeMap::new();
    for held in entries {
        let header = &held.entry.header;
        let Some(body) = held.entry.body.as_deref() else {
            continue;
        };
        let (node, time) = (header.author, header.time);
        match header.kind {
            Kind::PROPOSE => {
                if let Ok(version) = Version::decode(body) {
                    let id = version.id();
                    minutes.entry(id).or_default().proposed.push((node, time));
                    versions.insert(id, version);
                }
            }
            Kind::APPROVE => {
                if let Ok(it) = Approval::decode(body) {
                    let said = minutes.entry(it.version).or_default();
                    said.approved.entry(node).or_insert(time);
                }
            }
            Kind::SUSPEND => {
                if let Ok(it) = Suspend::decode(body) {
                    let said = minutes.entry(it.version).or_default();
                    said.suspended.push((node, time, it));
                }
            }
            Kind::RATIFY => {
                if let Ok(it) = Ratify::decode(body) {
                    let said = minutes.entry(it.version).or_default();
                    said.ratified.push((node, time, it));
                }
            }
            _ => {}
        }
    }
    for said in minutes.values_mut() {
        said.suspended.sort_by_key(|(node, time, _)| (*time, *node));
        said.ratified.sort_by_key(|(node, time, _)| (*time, *node));
    }
    (minutes, versions)
}
