//! Journals that are read no further for now.
//!
//! Entries that wait for others, and those that were refused, take room beside the journals. The
//! caller says of which journals there are too many of them; here these are put off on every session.
//! Nothing of a journal is skipped and no entry is judged by that: once the caller says so, it is
//! read on where it stopped. And up to a head that a vote named it is read in any case, so that the
//! members can decide what of it counts. Spec: docs/protocol.md, section 8, *Receiving a run*.

use std::collections::BTreeSet;

use crate::frame::Frame;
use crate::id::NodeId;

use super::{Engine, SessionId};

impl Engine {
    /// From now on exactly these journals are read no further.
    pub(super) fn pause(&mut self, authors: BTreeSet<NodeId>) {
        let before = std::mem::replace(&mut self.paused, authors);
        for author in before {
            if !self.paused.contains(&author) {
                self.read_on(author);
            }
        }
    }

    /// Whether nothing that follows what is held of a journal is taken now.
    pub(super) fn is_paused(&self, author: &NodeId) -> bool {
        let held = self.verified_tip(author).seq;
        let ahead = || self.charter.branch_of(author).map(|head| head.seq);
        self.paused.contains(author) && ahead().is_none_or(|head| head <= held)
    }

    /// A vote may have named heads beyond what is held.
    pub(super) fn read_on_to_heads(&mut self) {
        let paused: Vec<NodeId> = self.paused.iter().copied().collect();
        for author in paused {
            if !self.is_paused(&author) {
                self.read_on(author);
            }
        }
    }

    /// Asks whoever holds more of a journal to go on with it.
    fn read_on(&mut self, author: NodeId) {
        let held = self.verified_tip(&author).seq;
        let lacking: Vec<SessionId> = self
            .sessions
            .iter_mut()
            .filter(|(_, it)| it.syncing() && it.holds_up_to(&author) > held)
            .filter(|(_, it)| !it.branches.contains_key(&author))
            .map(|(id, session)| {
                session.asked.insert(author, held);
                *id
            })
            .collect();
        for id in lacking {
            let after = held;
            self.send(id, &Frame::Resume { author, after });
        }
    }
}
