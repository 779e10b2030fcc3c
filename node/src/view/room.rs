//! Of which journals so much waits, or was refused, that it takes too much room.
//!
//! Both are rows of the read model, beside the journals: an entry that waits is kept whole, of one
//! that was refused only where it stands and why. How many there are of a journal is counted when
//! some were added or went.

use std::collections::BTreeSet;

use rusqlite::params;
use sync_protocol::id::NodeId;

use super::error::ViewError;
use super::write::View;

/// How much of one journal may wait or be refused before it takes too much room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// Entries that wait.
    pub(crate) waiting: u64,
    /// Their bytes.
    pub(crate) waiting_bytes: u64,
    /// Entries that were refused.
    pub(crate) refused: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            waiting: 16_384,
            waiting_bytes: 32 * 1024 * 1024,
            refused: 65_536,
        }
    }
}

/// Journals that take too much room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crowded {
    /// By what waits.
    pub(crate) waiting: BTreeSet<NodeId>,
    /// By what was refused.
    pub(crate) refused: BTreeSet<NodeId>,
}

impl View {
    /// The journals that take more room than this, if that may have changed since it was asked last.
    pub(crate) fn crowded(&mut self, room: &Room) -> Result<Option<Crowded>, ViewError> {
        if !self.room_changed {
            return Ok(None);
        }
        let mut crowded = Crowded::default();
        // What only this node cannot read says nothing of its author.
        let mut select = self.connection.prepare_cached(
            "SELECT a.node FROM pending p JOIN author a ON a.number = p.author \
             WHERE p.reason <> 'quarantined' GROUP BY p.author \
             HAVING count(*) > ?1 OR sum(length(p.entry)) > ?2",
        )?;
        let most = params![room.waiting.cast_signed(), room.waiting_bytes.cast_signed()];
        for node in select.query_map(most, |row| row.get(0))? {
            crowded.waiting.insert(NodeId(node?));
        }
        let mut select = self.connection.prepare_cached(
            "SELECT a.node FROM refused f JOIN author a ON a.number = f.author \
             GROUP BY f.author HAVING count(*) > ?1",
        )?;
        for node in select.query_map([room.refused.cast_signed()], |row| row.get(0))? {
            crowded.refused.insert(NodeId(node?));
        }
        drop(select);
        self.room_changed = false;
        Ok(Some(crowded))
    }

    /// Whether it is to be counted anew is not known.
    pub(crate) const fn count_room_anew(&mut self) {
        self.room_changed = true;
    }
}
