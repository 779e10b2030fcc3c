//! Votes: this structure's approval, and how the proposals stand.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::charter::{Charter, MayNot, Version};
use sync_protocol::entry::Kind;
use sync_protocol::id::{NodeId, VersionId};

use crate::api::ApiError;
use crate::node::Outcome;
use crate::node::errors::read;
use crate::node::member::Member;

use super::changes::changes;
use super::people::{name_in, node_name};
use super::words;

#[derive(Deserialize)]
struct Approve {
    version: String,
}

impl Member {
    /// `charter.approve`: the vote of this structure.
    pub(in crate::node) fn approve(&self, input: Value) -> Outcome {
        let Approve { version } = read(input)?;
        let known: Vec<VersionId> = {
            let charter = self.charter();
            charter.proposals().iter().map(|it| it.id).collect()
        };
        let id = self.find_version(&version, known.into_iter())?;
        let already = !self.vote_for(&id)?;
        let charter = self.charter();
        let proposed = charter.proposals().into_iter().find(|it| it.id == id);
        Ok(json!({
            "version": id.to_string(),
            "effective": charter.is_effective(&id),
            "missing": proposed.as_ref().map_or(0, |it| it.missing),
            "can_pass": proposed.as_ref().is_none_or(|it| it.can_pass),
            "already": already,
        }))
    }

    /// Approves a version unless this node did, and lists the approvals where that is due; returns
    /// whether it approved.
    pub(in crate::node) fn vote_for(&self, id: &VersionId) -> Result<bool, ApiError> {
        let mut refused: Option<MayNot> = None;
        let written = self.say_if(Kind::APPROVE, |charter| {
            refused = charter.may_approve(&self.me, id).err();
            let mut proposals = charter.proposals().into_iter();
            let voted =
                proposals.any(|it| it.id == *id && it.approved_by.contains(&self.structure));
            if refused.is_some() || voted {
                return None;
            }
            let held = self.journals.tips();
            let tip = |node: &NodeId| held.get(node).copied().unwrap_or_default();
            charter.approval_of(id, tip).map(|it| it.encode())
        })?;
        if let Some(why) = refused {
            return Err(words::may_not(self, why));
        }
        self.certify_quietly();
        Ok(written)
    }

    /// Who proposed each version. An admission states nobody, so the entries are asked.
    fn proposers(&self) -> BTreeMap<VersionId, NodeId> {
        let entries = self.authority_entries().unwrap_or_default();
        let mut proposers = BTreeMap::new();
        for held in entries {
            let header = &held.entry.header;
            let proposed = held.entry.body.as_deref();
            let proposed = proposed.filter(|_| header.kind == Kind::PROPOSE);
            if let Some(version) = proposed.and_then(|body| Version::decode(body).ok()) {
                let stated = version.terms.as_ref().map(|it| it.proposer);
                let first = proposers.entry(version.id()).or_insert(header.author);
                if stated == Some(header.author) {
                    *first = header.author;
                }
            }
        }
        proposers
    }

    /// The proposals on the version in force, and how they stand.
    pub(super) fn proposals_json(&self, charter: &Charter) -> Vec<Value> {
        let (_, current) = charter.current();
        let open = charter.open_round();
        let proposers = self.proposers();
        let mut all = charter.proposals();
        all.sort_by_key(|it| (it.version.round(), it.id));
        let told = all.into_iter().map(|proposal| {
            let outlook = charter.outlook(proposal.version);
            let newcomers: Vec<Value> = proposal
                .version
                .members
                .iter()
                .filter(|it| current.member(&it.structure).is_none())
                .map(|it| json!({ "name": it.name, "kind": it.kind }))
                .collect();
            let names = |structures: &[sync_protocol::id::StructureId]| -> Vec<String> {
                structures.iter().map(|it| name_in(charter, it)).collect()
            };
            let summary: Vec<&str> = newcomers
                .iter()
                .filter_map(|it| it["name"].as_str())
                .collect();
            let proposer = proposers.get(&proposal.id);
            json!({
                "id": proposal.id.to_string(),
                "number": proposal.version.number,
                "round": proposal.version.round(),
                "open": proposal.version.round() == open,
                "proposed_by": proposer.map(|it| node_name(charter, it)),
                "admits": newcomers,
                "summary": summary.join(", "),
                "changes": changes(self, charter, current, proposal.version),
                "approvals": names(&proposal.approved_by),
                "approved": proposal.approved_by.contains(&self.structure),
                "missing": proposal.missing,
                "waits_for": names(&proposal.waits_for),
                "can_pass": proposal.can_pass,
                "concerns": names(&proposal.concerns),
                "needed": outlook.needed,
                "needed_without_one": outlook.needed_without_one,
                "delegated": outlook.delegated,
            })
        });
        told.collect()
    }
}
