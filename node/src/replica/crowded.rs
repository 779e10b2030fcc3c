//! Which journals are to be read no further for now.
//!
//! A member can write as many entries as it likes that wait for what never comes, or that are
//! refused. No quota could drop them: what was dropped might have counted. So a journal of which there
//! are too many is not read further; it can be read on any time, and no verdict depends on it.

use std::collections::BTreeSet;

use sync_protocol::id::NodeId;

use super::error::ReplicaError;
use super::follower::Replica;

impl Replica {
    /// The journals of others of which too much waits or was refused.
    ///
    /// Where the members decided something on a journal, what waits for their next decision does not
    /// count: the author's own vote on it may stand behind that.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(crate) fn crowded(&mut self) -> Result<&BTreeSet<NodeId>, ReplicaError> {
        if let Some(crowded) = self.view.crowded(&self.room)? {
            let authority = &self.context.authority;
            let is_free = |node: &NodeId| authority.standing(node).free_up_to == u64::MAX;
            let waiting = crowded.waiting.into_iter().filter(is_free);
            self.crowded = waiting.chain(crowded.refused).collect();
            self.crowded.remove(&self.me);
        }
        Ok(&self.crowded)
    }

    /// How much room each journal has from now on.
    #[cfg(test)]
    pub(crate) const fn give_room(&mut self, room: crate::view::Room) {
        self.room = room;
        self.view.count_room_anew();
    }
}
