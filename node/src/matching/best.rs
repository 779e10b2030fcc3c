//! The few best of many, of which only a bound is known at first.
//!
//! Whoever could at most reach less than the worst of those found is never compared in full, so the
//! outcome is that of comparing all.

use std::cmp::Ordering;

/// A candidate with what it can reach at most.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<T> {
    /// Its score is at most this.
    pub bound: f64,
    /// What it is.
    pub item: T,
}

/// A candidate compared in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked<K, T> {
    /// Its score.
    pub score: f64,
    /// Decides between equals, the greatest first.
    pub key: K,
    /// What it is.
    pub item: T,
}

/// What a candidate has to reach to come into question, from what others reach at least.
///
/// For whoever goes through many and would rather not keep them all.
#[derive(Clone, Debug)]
pub struct Bar {
    most: usize,
    least: f64,
    /// What the best of those seen reach at least, the best first.
    reached: Vec<f64>,
}

impl Bar {
    /// Of those that reach `least`, the best `most` are wanted.
    #[must_use]
    pub fn new(most: usize, least: f64) -> Self {
        Self {
            most,
            least,
            reached: Vec::with_capacity(most + 1),
        }
    }

    /// Whether what reaches at most `bound` cannot be among the best.
    #[must_use]
    pub fn is_above(&self, bound: f64) -> bool {
        let is_full = self.reached.len() >= self.most;
        let worst = self.reached.last().filter(|_| is_full);
        // Two ways of adding the same numbers up may differ in the last digit.
        bound + 1e-9 < worst.map_or(self.least, |worst| worst.max(self.least))
    }

    /// One more was seen, which reaches at least this.
    pub fn raise(&mut self, at_least: f64) {
        let place = self.reached.partition_point(|it| *it >= at_least);
        if place < self.most {
            self.reached.insert(place, at_least);
            self.reached.truncate(self.most);
        }
    }
}

fn better<K: Ord, T>(a: &Ranked<K, T>, b: &Ranked<K, T>) -> Ordering {
    b.score.total_cmp(&a.score).then_with(|| b.key.cmp(&a.key))
}

/// The best `most` whose score is at least `least`, the best first.
///
/// # Errors
/// What `exact` fails with.
pub fn best<T, K: Ord, R, E>(
    mut candidates: Vec<Candidate<T>>,
    most: usize,
    least: f64,
    mut exact: impl FnMut(T) -> Result<Option<Ranked<K, R>>, E>,
) -> Result<Vec<Ranked<K, R>>, E> {
    candidates.retain(|candidate| candidate.bound >= least);
    candidates.sort_by(|a, b| b.bound.total_cmp(&a.bound));
    let mut found: Vec<Ranked<K, R>> = Vec::new();
    for candidate in candidates {
        let is_full = found.len() >= most;
        if is_full
            && found
                .last()
                .is_some_and(|worst| candidate.bound < worst.score)
        {
            break;
        }
        let Some(ranked) = exact(candidate.item)? else {
            continue;
        };
        if ranked.score < least {
            continue;
        }
        let place = found.partition_point(|it| better(it, &ranked) == Ordering::Less);
        found.insert(place, ranked);
        found.truncate(most);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_those_of_comparing_all(
            scores in prop::collection::vec((0u8..100, 0u8..30), 0..60),
        ) {
            let of = |(place, (score, slack)): (usize, &(u8, u8))| (f64::from(*score), *slack, place);
            let all: Vec<(f64, u8, usize)> = scores.iter().enumerate().map(of).collect();
            let candidates = all.iter().map(|(score, slack, place)| Candidate {
                bound: score + f64::from(*slack),
                item: (*score, *place),
            });
            let found = best(candidates.collect(), 10, 40.0, |(score, place)| {
                Ok::<_, Infallible>(Some(Ranked { score, key: place, item: () }))
            });
            let Ok(found) = found;
            let mut expected: Vec<(f64, usize)> = all
                .iter()
                .filter(|it| it.0 >= 40.0)
                .map(|(score, _, place)| (*score, *place))
                .collect();
            expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
            expected.truncate(10);
            let found: Vec<(f64, usize)> = found.iter().map(|it| (it.score, it.key)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    proptest! {
        #[test]
        fn whoever_is_among_the_best_is_above_the_bar(
            scores in prop::collection::vec((0u8..100, 0u8..30, 0u8..30), 0..60),
        ) {
            let mut bar = Bar::new(10, 40.0);
            let mut kept = Vec::new();
            for (score, below, above) in &scores {
                let score = f64::from(*score);
                if !bar.is_above(score + f64::from(*above)) {
                    bar.raise(score - f64::from(*below));
                    kept.push(score);
                }
            }
            let best = |mut all: Vec<f64>| {
                all.retain(|score| *score >= 40.0);
                all.sort_by(|a, b| b.total_cmp(a));
                all.truncate(10);
                all
            };
            let all = scores.iter().map(|it| f64::from(it.0)).collect();
            prop_assert_eq!(best(kept), best(all));
        }
    }

    #[test]
    fn who_cannot_be_among_them_is_not_looked_at() {
        let candidates = (0..100u32).map(|it| Candidate {
            bound: f64::from(it),
            item: it,
        });
        let mut looked_at = 0;
        let found = best(candidates.collect(), 3, 40.0, |item| {
            looked_at += 1;
            let score = f64::from(item);
            Ok::<_, Infallible>(Some(Ranked {
                score,
                key: item,
                item,
            }))
        });
        let Ok(found) = found;
        assert_eq!(
            found.iter().map(|it| it.item).collect::<Vec<_>>(),
            [99, 98, 97]
        );
        assert_eq!(looked_at, 3);
    }
}
