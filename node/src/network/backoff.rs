//! How long to wait before the next attempt; pure, seeded.

use std::time::Duration;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// A connection that lasted longer counts as a success.
const LASTING: Duration = Duration::from_secs(30);

/// Exponential back-off with full jitter: the ceiling doubles with each failure, and the wait is
/// drawn evenly between one second and the ceiling, so that nodes that lost one hub together do
/// not come back together.
#[derive(Clone, Debug)]
pub struct Backoff {
    failures: u32,
    random: u64,
}

impl Backoff {
    /// A back-off without failures yet; equal seeds give equal waits.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            failures: 0,
            random: seed,
        }
    }

    /// Counts a failed attempt and returns how long to wait, between 1 s and 5 min.
    pub fn failed(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let ceiling = SHORTEST
            .saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX))
            .min(LONGEST);
        let span_ms = u64::try_from((ceiling - SHORTEST).as_millis()).unwrap_or(u64::MAX);
        SHORTEST + Duration::from_millis(self.draw() % (span_ms + 1))
    }

    /// Counts a connection that ended after `lasted`, and returns how long to wait.
    ///
    /// One that lasted over 30 s wipes earlier failures out; a shorter one is a failure itself, so
    /// that a peer that closes at once is not called in a tight loop.
    pub fn ended(&mut self, lasted: Duration) -> Duration {
        if lasted > LASTING {
            self.reset();
        }
        self.failed()
    }

    /// Forgets all failures.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// How many attempts failed in a row.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// The next number of `SplitMix64`: enough to spread callers, and nobody gains by guessing it.
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_minutes_and_stay_between_the_bounds() {
        for seed in 0..200 {
            let mut backoff = Backoff::new(seed);
            for failure in 1..40_u32 {
                let wait = backoff.failed();
                let ceiling = (1_u64 << failure.min(20)).min(300);
                assert!(
                    wait >= SHORTEST && wait <= Duration::from_secs(ceiling),
                    "{wait:?}"
                );
            }
        }
    }

    #[test]
    fn waits_spread_over_the_whole_range() {
        let waits: Vec<_> = (0..1000)
            .map(|seed| {
                let mut backoff = Backoff::new(seed);
                (0..12).map(|_| backoff.failed()).last().unwrap().as_secs()
            })
            .collect();
        for tenth in 0..10 {
            let count = waits.iter().filter(|s| **s / 30 == tenth).count();
            assert!(
                (60..160).contains(&count),
                "{count} of 1000 waits in tenth {tenth}"
            );
        }
    }

    #[test]
    fn equal_seeds_wait_equally_and_only_a_lasting_connection_resets() {
        let (mut one, mut two) = (Backoff::new(7), Backoff::new(7));
        for _ in 0..5 {
            assert_eq!(one.failed(), two.failed());
        }
        one.ended(Duration::from_secs(30));
        assert_eq!(one.failures(), 6);
        assert!(one.ended(Duration::from_secs(31)) <= Duration::from_secs(2));
        assert_eq!(one.failures(), 1);
    }
}
