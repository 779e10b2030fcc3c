//! The journals lead, the replica follows: whoever stored what, from the replica's own position,
//! in bounded steps. What a crash left between the two heals here.

use std::collections::BTreeMap;

use serde_json::json;
use sync_protocol::entry::Entry;
use sync_protocol::id::NodeId;
use sync_protocol::run;

use crate::api::{ApiError, ExitKind};
use crate::node::Progress;
use crate::threads::on_all_cores;

use super::Member;

/// Bytes of runs read at a time when the replica catches up, of all journals together: each step
/// loads and saves every record it touches, so few large steps are much faster than many. Plain,
/// this is some 65,000 edits, about 40 MiB of memory.
const FOLLOW_BYTES: usize = 8 * 1024 * 1024;

/// Bytes read at least of a journal that is behind.
const LEAST_BYTES: usize = 64 * 1024;

/// From how many entries on threads are worth starting.
const MANY_ENTRIES: u64 = 256;

/// What is read of one journal at a time.
struct Part {
    author: NodeId,
    after: u64,
    bytes: usize,
}

impl Member {
    /// Own entries come before new ones: what a crash left between store and replica heals here.
    pub(super) fn follow_own(&self) -> Result<(), ApiError> {
        let own = self
            .replica()
            .positions()
            .get(&self.me)
            .copied()
            .unwrap_or(0);
        if own < self.journals.tip(&self.me).seq {
            self.follow(&mut |_| {})?;
        }
        Ok(())
    }

    /// Lets the replica catch up with the journals.
    ///
    /// # Errors
    /// Store or read model cannot be read or written.
    pub fn follow(&self, progress: Progress<'_>) -> Result<(), ApiError> {
        self.follow_when(&|_| {}, progress)
    }

    /// As [`Member::follow`]; before each step `ready` is told how many entries are behind, and
    /// may wait for more to come.
    pub(in crate::node) fn follow_when(
        &self,
        ready: &dyn Fn(u64),
        progress: Progress<'_>,
    ) -> Result<(), ApiError> {
        let mut done = 0u64;
        loop {
            let waiting: u64 = self.behind(&self.replica().positions()).values().sum();
            ready(waiting);
            let mut replica = self.replica();
            self.obey(&mut replica)?;
            let positions = replica.positions();
            let behind = self.behind(&positions);
            if behind.is_empty() {
                return self.pause_crowded(&mut replica);
            }
            let total = behind.values().sum::<u64>().max(1);
            let parts: Vec<Part> = behind
                .iter()
                .map(|(author, count)| {
                    // As much of each journal as it is long, so that all get to the end together.
                    let share =
                        (u128::from(*count) * FOLLOW_BYTES as u128 / u128::from(total)) as usize;
                    Part {
                        author: *author,
                        after: positions.get(author).copied().unwrap_or(0),
                        bytes: share.max(LEAST_BYTES),
                    }
                })
                .collect();
            let entries = self.read_parts(&parts, total)?;
            self.observe(&entries);
            self.obey(&mut replica)?;
            let applied = replica.apply(&entries, &mut |_| {})?;
            self.settle(&mut replica, &applied)?;
            let moved = replica.positions() != positions;
            drop(replica);
            done += entries.len() as u64;
            progress(json!({ "step": "follow", "done": done }));
            if !moved {
                // Nothing could be taken: the rest stays for `doctor`, rather than being tried
                // without end.
                return Ok(());
            }
        }
    }

    /// Reads parts of journals, on all cores where there is much to read.
    fn read_parts(&self, parts: &[Part], entries: u64) -> Result<Vec<Entry>, ApiError> {
        let read = |part: &Part| self.entries_after(&part.author, part.after, part.bytes);
        let read: Result<Vec<_>, _> = if entries < MANY_ENTRIES {
            parts.iter().map(read).collect()
        } else {
            on_all_cores(parts, read).into_iter().collect()
        };
        Ok(read?.into_iter().flatten().collect())
    }

    /// How many entries of each journal are stored beyond these positions.
    fn behind(&self, positions: &BTreeMap<NodeId, u64>) -> BTreeMap<NodeId, u64> {
        let tips = self.journals.tips().into_iter();
        tips.filter_map(|(author, tip)| {
            let position = positions.get(&author).copied().unwrap_or(0);
            let count = tip.seq.checked_sub(position).filter(|count| *count > 0)?;
            Some((author, count))
        })
        .collect()
    }

    /// The stored entries of a journal after a number, about `max_bytes` of them.
    pub(in crate::node) fn entries_after(
        &self,
        author: &NodeId,
        after: u64,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, ApiError> {
        let Some(first) = self.journals.run_containing(author, after + 1)? else {
            return Ok(Vec::new());
        };
        let mut previous = first.previous;
        let mut entries = Vec::new();
        for wire in self.journals.runs_after(author, after, max_bytes)? {
            let read = run::read_stored(self.network, previous, &wire).map_err(|error| {
                let text = format!("a stored run cannot be read: {error}");
                ApiError::new("stored_run_unreadable", ExitKind::Failed, text).with("reason", error)
            })?;
            previous = read.last().map_or(previous, |entry| entry.id);
            entries.extend(read.into_iter().filter(|entry| entry.header.seq > after));
        }
        Ok(entries)
    }
}
