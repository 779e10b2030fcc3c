//! Runs sent to one peer and not yet answered.

use std::collections::{BTreeMap, VecDeque};

use crate::id::NodeId;
use crate::time::{Duration, Timestamp};

/// After this long without an answer, bytes no longer count as under way.
pub(super) const LOST_AFTER: Duration = Duration::from_secs(60);

/// What is under way to a peer. Each step costs the logarithm of what is under way, since a
/// journal of single edits makes thousands of small runs.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    /// Bytes and time of sending, by journal and last entry.
    runs: BTreeMap<(NodeId, u64), (usize, Timestamp)>,
    /// The same in the order of sending; those that were answered are skipped.
    order: VecDeque<(Timestamp, NodeId, u64)>,
    bytes: usize,
}

impl UnderWay {
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn add(&mut self, author: NodeId, last_seq: u64, bytes: usize, now: Timestamp) {
        let before = self.runs.insert((author, last_seq), (bytes, now));
        self.bytes += bytes;
        self.bytes -= before.map_or(0, |(bytes, _)| bytes);
        self.order.push_back((now, author, last_seq));
        if self.order.len() > 2 * self.runs.len() + 64 {
            let runs = &self.runs;
            self.order.retain(|it| is_live(runs, it));
        }
    }

    /// The peer answered for `author`'s journal up to `seq`.
    pub(super) fn arrived(&mut self, author: &NodeId, seq: u64) {
        while let Some((key, (bytes, _))) = self
            .runs
            .range((*author, 0)..=(*author, seq))
            .next()
            .map(|(key, value)| (*key, *value))
        {
            self.runs.remove(&key);
            self.bytes -= bytes;
        }
        self.skip_answered();
    }

    /// Forgets what nobody answered in time; returns whether there was any.
    pub(super) fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.runs.len();
        while let Some((sent_at, author, seq)) = self.order.front().copied()
            && now >= sent_at + LOST_AFTER
        {
            self.order.pop_front();
            if is_live(&self.runs, &(sent_at, author, seq))
                && let Some((bytes, _)) = self.runs.remove(&(author, seq))
            {
                self.bytes -= bytes;
            }
        }
        self.skip_answered();
        self.runs.len() < before
    }

    /// When [`UnderWay::expire`] would next find something.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        self.order
            .front()
            .map(|(sent_at, _, _)| *sent_at + LOST_AFTER)
    }

    fn skip_answered(&mut self) {
        while self
            .order
            .front()
            .is_some_and(|it| !is_live(&self.runs, it))
        {
            self.order.pop_front();
        }
    }
}

fn is_live(
    runs: &BTreeMap<(NodeId, u64), (usize, Timestamp)>,
    (sent_at, author, seq): &(Timestamp, NodeId, u64),
) -> bool {
    runs.get(&(*author, *seq))
        .is_some_and(|(_, at)| at == sent_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_or_too_old_no_longer_counts() {
        let (one, other) = (NodeId([1; 32]), NodeId([2; 32]));
        let at = |seconds: u64| Timestamp(seconds * 1_000);
        let mut under_way = UnderWay::default();
        under_way.add(one, 5, 100, at(0));
        under_way.add(other, 1, 10, at(1));
        under_way.add(one, 9, 1_000, at(2));
        assert_eq!(under_way.bytes(), 1_110);
        assert_eq!(under_way.expires(), Some(at(60)));
        under_way.arrived(&one, 8);
        assert_eq!(under_way.bytes(), 1_010);
        assert_eq!(under_way.expires(), Some(at(61)));
        assert!(!under_way.expire(at(60)));
        assert!(under_way.expire(at(61)));
        assert_eq!(under_way.bytes(), 1_000);
        // Sent once more, it counts once, from then on.
        under_way.add(one, 9, 1_000, at(50));
        assert!(!under_way.expire(at(100)));
        assert_eq!(under_way.bytes(), 1_000);
        under_way.arrived(&one, u64::MAX);
        assert_eq!((under_way.bytes(), under_way.expires()), (0, None));
    }

    #[test]
    fn what_was_answered_does_not_pile_up_behind_what_was_not() {
        let (stuck, flowing) = (NodeId([1; 32]), NodeId([2; 32]));
        let mut under_way = UnderWay::default();
        under_way.add(stuck, 1, 1, Timestamp(0));
        for seq in 1..10_000 {
            under_way.add(flowing, seq, 1, Timestamp(seq));
            under_way.arrived(&flowing, seq);
        }
        assert!(under_way.order.len() < 100, "{}", under_way.order.len());
    }
}
