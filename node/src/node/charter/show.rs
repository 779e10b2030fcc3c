//! `charter.show`: the charter in force, with all that a person would sign.

use serde_json::{Value, json};
use sync_protocol::charter::{Charter, Person, Version, quorum, suspenders_needed};
use sync_protocol::id::StructureId;

use crate::node::clock;
use crate::node::member::Member;

use super::mandates::in_force_json;
use super::people::{name_in, node_name};
use super::suspend::suspensions_json;

impl Member {
    /// `charter.show`.
    pub(in crate::node) fn show_charter(&self) -> Value {
        let charter = self.charter();
        let (id, version) = charter.current();
        let terms = version.terms.as_ref();
        let founding = charter.effective().next().filter(|(_, it)| it.number == 0);
        let named = |structure: &StructureId| json!({ "structure": structure.to_string(), "name": name_in(&charter, structure) });
        let successors = terms.map_or(&[][..], |it| &it.successors).iter();
        let successors: Vec<Value> = successors
            .map(|it| json!({ "left": named(&it.left), "successor": named(&it.successor) }))
            .collect();
        let closed = terms.map_or(&[][..], |it| &it.closed).iter();
        let closed: Vec<Value> = closed
            .map(|it| json!({ "node": it.node.to_string(), "name": node_name(&charter, &it.node) }))
            .collect();
        let persons = terms.map_or(&[][..], |it| &it.committee).iter();
        let mut persons: Vec<&Person> = persons.collect();
        persons.sort_by_key(|it| &it.name);
        let persons: Vec<Value> = persons
            .into_iter()
            .map(|it| json!({ "name": it.name, "key": it.key.to_string() }))
            .collect();
        let double_votes: Vec<Value> = charter
            .double_votes()
            .into_iter()
            .map(|it| {
                json!({
                    "node": it.node.to_string(),
                    "name": node_name(&charter, &it.node),
                    "one": it.one.to_string(),
                    "other": it.other.to_string(),
                })
            })
            .collect();
        json!({
            "name": version.name,
            "network": self.network.to_string(),
            "version": id.to_string(),
            "number": version.number,
            "written_on": clock::iso(version.written),
            "founded_on": founding.map(|(_, it)| clock::iso(it.written)),
            "minimum_protocol": version.minimum_protocol,
            "members": self.members_json(&charter, version),
            "coordinator": version.coordinator().as_ref().map(&named),
            "mandates": in_force_json(self, version),
            "quorums": quorums_json(version),
            "committee": {
                "quorum": terms.map_or(0, |it| it.committee_quorum),
                "persons": persons,
            },
            "suspensions": suspensions_json(&charter),
            "successors": successors,
            "closed": closed,
            "proposals": self.proposals_json(&charter),
            "open_round": charter.open_round(),
            "rivals": charter.rivals().map(|(a, b)| [a.to_string(), b.to_string()]),
            "double_votes": double_votes,
        })
    }

    fn members_json(&self, charter: &Charter, version: &Version) -> Vec<Value> {
        let suspended = charter.suspensions();
        let told = version.members.iter().map(|it| {
            let nodes = charter.nodes().filter(|(_, of)| **of == it.structure);
            // The last time it came, should it have left before.
            let mut since = None;
            for (_, earlier) in charter.effective().rev() {
                if earlier.member(&it.structure).is_none() {
                    break;
                }
                since = Some(earlier);
            }
            let is_suspended = suspended.iter().any(|asked| {
                let whole = sync_protocol::charter::Subject::Structure(it.structure);
                asked.missing == 0 && asked.subject == whole
            });
            json!({
                "structure": it.structure.to_string(),
                "name": it.name,
                "kind": it.kind,
                "node_count": nodes.count(),
                "voting_node": it.voting_node.to_string(),
                "me": it.structure == self.structure,
                "since": since.map(|it| it.number),
                "since_on": since.map(|it| clock::iso(it.written)),
                "coordinates": version.coordinator() == Some(it.structure),
                "dormant": version.is_dormant(&it.structure),
                "suspended": is_suspended,
            })
        });
        told.collect()
    }
}

/// The majorities, in numbers of this roll.
fn quorums_json(version: &Version) -> Value {
    let members = version.members.iter();
    let voting = members
        .filter(|it| !version.is_dormant(&it.structure))
        .count();
    json!({
        "members": version.members.len(),
        "voting": voting,
        "vote": quorum(voting),
        "without_one": (voting >= 3).then(|| quorum(voting - 1)),
        "suspension": suspenders_needed(voting),
        "suspension_possible": voting > suspenders_needed(voting),
        "admissions": version.terms.as_ref().map_or(0, |it| it.admissions),
    })
}
