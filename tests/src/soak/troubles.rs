//! When which lines are cut, and which nodes restarted; drawn from a seed before anything begins.

use std::collections::BTreeSet;
use std::time::Duration;

use fastrand::Rng;

use crate::relays::Cut;

use super::NEVER_RESTARTED;

/// The longest that a partition lasts on average. A connection that hears nothing is given up after
/// 30 s: some partitions are shorter and some longer.
const LONGEST_PARTITION: Duration = Duration::from_secs(50);
/// The longest that a node runs between two restarts, on average.
const LONGEST_RUN: Duration = Duration::from_secs(4 * 60);

/// All that will happen.
#[derive(Clone, Debug)]
pub(super) struct Troubles {
    partitions: Vec<Partition>,
    restarts: Vec<Vec<Duration>>,
}

#[derive(Clone, Debug)]
struct Partition {
    from: Duration,
    until: Duration,
    cuts: BTreeSet<Cut>,
}

impl Troubles {
    /// What happens to so many nodes in a soak of this length.
    pub(super) fn draw(rng: &mut Rng, nodes: usize, length: Duration) -> Self {
        let (partition, run) = (
            LONGEST_PARTITION.min(length / 6),
            LONGEST_RUN.min(length / 2),
        );
        let mut partitions = Vec::new();
        let mut at = about(rng, partition);
        while at < length {
            let until = at + about(rng, partition);
            partitions.push(Partition {
                from: at,
                until,
                cuts: cuts(rng, nodes),
            });
            at = until + about(rng, partition);
        }
        let restarts = (0..nodes).map(|node| {
            let mut all = Vec::new();
            let mut at = about(rng, run);
            while at < length && node >= NEVER_RESTARTED {
                all.push(at);
                at += about(rng, run);
            }
            all
        });
        Self {
            restarts: restarts.collect(),
            partitions,
        }
    }

    /// The lines that are cut at a moment.
    pub(super) fn cuts(&self, at: Duration) -> BTreeSet<Cut> {
        let mut partitions = self.partitions.iter();
        let now = partitions.find(|it| it.from <= at && at < it.until);
        now.map(|it| it.cuts.clone()).unwrap_or_default()
    }

    /// When a node is restarted, the soonest first.
    pub(super) fn restarts(&self, node: usize) -> Vec<Duration> {
        self.restarts[node].clone()
    }

    /// How many partitions there are.
    pub(super) fn partitions(&self) -> usize {
        self.partitions.len()
    }
}

/// Between a fifth and nine fifths of it.
fn about(rng: &mut Rng, length: Duration) -> Duration {
    length.mul_f64(0.2 + 1.6 * rng.f64())
}

/// The lines of one pair, those of one node, or those between some nodes and the rest.
fn cuts(rng: &mut Rng, nodes: usize) -> BTreeSet<Cut> {
    let (one, other) = (rng.usize(..nodes), rng.usize(1..nodes));
    let other = (one + other) % nodes;
    // Neither nobody nor everybody.
    let group = rng.usize(1..(1 << nodes) - 1);
    let kind = rng.usize(..3);
    let apart = |low: usize, high: usize| match kind {
        0 => [low, high].contains(&one) && [low, high].contains(&other),
        1 => low == one || high == one,
        _ => (group >> low) & 1 != (group >> high) & 1,
    };
    let pairs = (0..nodes).flat_map(|high| (0..high).map(move |low| (low, high)));
    pairs.filter(|(low, high)| apart(*low, *high)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_and_mended_again_and_again() {
        for seed in 0..50 {
            let length = Duration::from_secs(600);
            let mut rng = Rng::with_seed(seed);
            let troubles = Troubles::draw(&mut rng, 5, length);
            let each_second: Vec<_> = (0..600)
                .map(|second| troubles.cuts(Duration::from_secs(second)))
                .collect();
            let cut = each_second.iter().filter(|it| !it.is_empty()).count();
            assert!((150..450).contains(&cut), "seed {seed}: {cut} of 600 s");
            let kinds: BTreeSet<_> = each_second.iter().map(BTreeSet::len).collect();
            assert!(kinds.len() >= 3, "seed {seed}: {kinds:?}");
            assert!(kinds.iter().all(|lines| [0, 1, 4, 6].contains(lines)));
            assert!((0..5).all(|node| troubles.restarts(node).is_empty() == (node < 2)));
        }
    }
}
