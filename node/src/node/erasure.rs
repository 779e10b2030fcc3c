//! Erasures at a node: what the charter says of them, what follows, and what people ask for.
//!
//! What they come to is the replica's to say ([`crate::replica`]); here it meets the charter, the
//! store and the network. An erasure hides at once. Once the owner's root agrees, `carrying` deletes
//! what it names in journals, outbox, read model and kept copies, and says so in this node's journal.
//!
//! - `carrying` (deletes, and says so), `asking` (`erase`), `parts` and `files` (which of a record's are
//!   meant), `status` (how far erasures are), `due` (what is kept longer than it may be).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sync_protocol::charter::{Act, Action, Claim, Verdict};
use sync_protocol::entry::{Entry, Place};
use sync_protocol::id::{EntryId, NodeId, RootKey, StructureId, VersionId};
use sync_protocol::run::LeftOut;
use sync_protocol::seal::erase::state::Fate;
use sync_protocol::seal::erase::{ErasedBodies, Scope};

use crate::api::ApiError;
use crate::fuse::step;
use crate::replica::{
    Applied, Counting, ErasureJudge, ErasureRuling, PartlyErased, Replica, part_of,
};

use super::member::{Member, lock};

mod asking;
mod carrying;
mod due;
mod files;
mod parts;
mod status;

pub(super) use carrying::hashes_in;

/// What a node keeps in mind of erasures.
#[derive(Debug, Default)]
pub(super) struct Erasing {
    /// The charter grew: what erasures come to has to be looked at again.
    charter_grew: AtomicBool,
    /// What they come to, as last looked at.
    ruling: Mutex<ErasureRuling>,
    /// Held by whoever carries out; what was deleted here since this process began.
    deleted: Mutex<BTreeSet<(EntryId, Scope)>>,
}

impl Erasing {
    /// The charter grew.
    pub(super) fn charter_grew(&self) {
        self.charter_grew.store(true, Ordering::SeqCst);
    }

    fn ruling(&self) -> ErasureRuling {
        lock(&self.ruling).clone()
    }
}

/// The one place that says what the charter makes of an erasure.
impl ErasureJudge for Member {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        Self::structure_of(self, node)
    }

    fn owner_of(&self, creator: StructureId) -> StructureId {
        self.charter().heir_of(creator)
    }

    fn counts(&self, at: &Place, cited: &VersionId, owner: &StructureId) -> Counting {
        if at.author == self.me && self.charter().structure_of(&self.me).is_none() {
            // As with all that a node writes before its structure is admitted.
            return Counting::Yes;
        }
        // Mandates do not bear on it: the owner erases as the parties of a referral move it.
        let action = Action {
            collection: "",
            act: Act::Move {
                parties: std::slice::from_ref(owner),
            },
            territory: &[],
            theme: None,
        };
        let claim = Claim {
            place: *at,
            cited: *cited,
            action,
        };
        let id_at = |place: &Place| {
            let held = self
                .journals
                .entry_id(self.network, &place.author, place.seq);
            held.ok().flatten()
        };
        match self.charter().verdict(&claim, &id_at) {
            Verdict::Accepted => Counting::Yes,
            Verdict::Pending(_) => Counting::Undecided,
            Verdict::Refused(_) => Counting::No,
        }
    }

    fn is_root_of(&self, structure: &StructureId, root: &RootKey) -> bool {
        let charter = self.charter();
        // A root that was rotated since agreed when it could.
        let mut members = charter
            .effective()
            .flat_map(|(_, version)| &version.members);
        let by_vote = members.any(|it| it.structure == *structure && it.root == *root);
        let stated = || charter.root_state(structure).and_then(|it| it.root);
        by_vote || stated() == Some(*root)
    }

    fn entry_at(&self, place: &Place) -> Option<Entry> {
        let held = self.journals.entry(self.network, place);
        held.unwrap_or_else(|error| {
            tracing::error!(%error, "what an erasure names cannot be read");
            None
        })
    }

    fn is_vouched_for(&self, author: &NodeId, seq: u64, id: &EntryId) -> bool {
        let heads: Vec<_> = {
            let charter = self.charter();
            let terms = charter.effective().filter_map(|(_, it)| it.terms.as_ref());
            let heads = terms.flat_map(|terms| &terms.heads);
            let above = heads.filter(|head| head.node == *author && head.tip.seq >= seq);
            above.map(|head| head.tip).collect()
        };
        // A head of another branch says nothing of this one.
        heads.iter().any(|tip| {
            let entry = |seq| self.journals.entry_id(self.network, author, seq);
            let holds = |seq, expected| matches!(entry(seq), Ok(Some(held)) if held == expected);
            holds(tip.seq, tip.id) && holds(seq, *id)
        })
    }
}

impl Member {
    /// Looks at transfers and erasures again if what was applied, or the charter, bears on them.
    ///
    /// To be called whenever the replica applied entries, before it is let go of.
    pub(super) fn settle(&self, replica: &mut Replica, applied: &Applied) -> Result<(), ApiError> {
        let charter_grew = self.erasing.charter_grew.swap(false, Ordering::SeqCst);
        // Whose a record is says who erases it.
        let transfers = applied.transfers || charter_grew;
        if transfers {
            self.settle_transfers(replica)?;
        }
        if transfers || applied.erasures {
            self.settle_erasures(replica)?;
        }
        self.pause_crowded(replica)
    }

    fn settle_erasures(&self, replica: &mut Replica) -> Result<(), ApiError> {
        step("the read model forgets what is erased");
        let ruling = replica.follow_erasures(self)?;
        if ruling.revived {
            // The bodies are in the journals yet: following from the start brings back all that
            // the erasures that count do not name.
            tracing::warn!("an erasure no longer counts: the read model is built again");
            replica.rebuild()?;
            self.follower.wake(1);
        }
        let before = std::mem::replace(
            &mut *self
                .erasing
                .ruling
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
            ruling.clone(),
        );
        if before.bodies != ruling.bodies {
            self.notify_erased(ruling.bodies);
        }
        if before.partly != ruling.partly {
            // What seals want, and records name, is less than it was, or more again.
            self.forget_needs();
            self.follower.look_for_blobs();
        }
        Ok(())
    }

    /// What is erased of records that stay.
    pub(super) fn partly_erased(&self) -> Arc<PartlyErased> {
        Arc::clone(&lock(&self.erasing.ruling).partly)
    }

    /// Whether a seal or grant is of a part that is erased for this structure's nodes.
    pub(super) fn is_of_erased_part(&self, entry: &Entry) -> bool {
        let partly = self.partly_erased();
        let record = entry
            .header
            .subject
            .as_ref()
            .and_then(|it| partly.record_of(it));
        let part = record.and_then(|record| Some((record, part_of(entry)?.0)));
        part.is_some_and(|(record, part)| {
            partly.part(record, &part, &self.structure) == Fate::Deleted
        })
    }

    /// What a crash left undone, when the node opens: nothing is served before.
    pub(super) fn heal_erasures(&self) -> Result<(), ApiError> {
        self.erasing.charter_grew();
        self.settle(&mut self.replica(), &Applied::default())?;
        let missing: BTreeSet<Place> = self.left_out().iter().map(|it| it.place).collect();
        let unseen = self.replica().without_body();
        let late: BTreeSet<Place> = unseen.difference(&missing).copied().collect();
        if !late.is_empty() {
            self.follow_late(&late)?;
        }
        self.follow(&mut |_| {})?;
        if let Err(error) = self.carry_out_erasures() {
            tracing::error!(%error, "erasures could not be carried out");
            self.alarm(error);
        }
        Ok(())
    }

    /// Lets the replica see bodies that came later than their entries.
    pub(super) fn follow_late(&self, places: &BTreeSet<Place>) -> Result<(), ApiError> {
        let mut entries: Vec<Entry> = Vec::with_capacity(places.len());
        for place in places {
            entries.extend(self.journals.entry(self.network, place)?);
        }
        entries.retain(|entry| entry.body.is_some());
        let mut replica = self.replica();
        self.obey(&mut replica)?;
        let applied = replica.apply(&entries, &mut |_| {})?;
        self.settle(&mut replica, &applied)
    }

    /// What stored runs leave out.
    pub(super) fn left_out(&self) -> Vec<LeftOut> {
        self.journals.left_out().unwrap_or_else(|error| {
            tracing::error!(%error, "what runs leave out cannot be read");
            self.alarm(ApiError::from_coded(&error));
            Vec::new()
        })
    }

    /// The bodies that erasures delete.
    pub(super) fn erased_bodies(&self) -> ErasedBodies {
        self.erasing.ruling().bodies
    }
}
