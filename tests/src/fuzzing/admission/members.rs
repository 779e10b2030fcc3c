//! Whose the record is, who else writes, and whose word counts.

use std::collections::{BTreeMap, BTreeSet};

use capactif_node::replica::{Authority, Deed, NotPermitted, Ruling};
use capactif_node::view::Standing;
use sync_protocol::entry::{Entry, Place};
use sync_protocol::id::{NodeId, RecordId, Salt, StructureId, VersionId};

use super::super::runs::NETWORK;

pub(super) const COLLECTION: &str = "opportunity";
pub(super) const SALT: Salt = Salt([4; 32]);

/// Whose record it is.
pub(super) const OWNER: NodeId = NodeId([1; 32]);
pub(super) const OTHER: NodeId = NodeId([3; 32]);
/// Who means harm.
pub(super) const HOSTILE: NodeId = NodeId([5; 32]);
/// A stolen computer of the owner's structure.
pub(super) const STOLEN: NodeId = NodeId([7; 32]);

pub(super) const fn structure(node: &NodeId) -> StructureId {
    StructureId(if node.0[0] == STOLEN.0[0] {
        OWNER.0
    } else {
        node.0
    })
}

pub(super) fn record() -> RecordId {
    RecordId::derive(&NETWORK, &structure(&OWNER), COLLECTION, &SALT)
}

/// Everybody may do everything; some count up to a number only, or not yet.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) heads: BTreeMap<NodeId, u64>,
    pub(super) suspended: BTreeSet<NodeId>,
}

impl Authority for Members {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        Some(structure(node))
    }

    fn rule(&self, entry: &Entry, _: &[Deed]) -> Ruling {
        let Place { author, seq } = entry.place();
        if self.heads.get(&author).is_some_and(|head| seq > *head) {
            return Ruling::Refused("beyond_head");
        }
        if self.suspended.contains(&author) {
            return Ruling::Waits("author_suspended");
        }
        Ruling::Counts
    }

    fn permit(&self, _: &StructureId, _: &[Deed]) -> Result<(), Box<NotPermitted>> {
        Ok(())
    }

    fn standing(&self, _: &NodeId) -> Standing {
        Standing {
            fingerprint: [0; 32],
            free_up_to: u64::MAX,
        }
    }

    fn falls_back(&self, before: &VersionId, cited: &VersionId) -> bool {
        cited < before
    }
}
