//! Much work, on all cores.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many threads work on much at once.
pub(crate) fn thread_count() -> usize {
    std::thread::available_parallelism()
        .map_or(2, NonZeroUsize::get)
        .min(8)
}

/// What `work` makes of every item, in the order of the items; the work is done on all cores.
///
/// # Panics
/// Where `work` does.
pub(crate) fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else {
                return done;
            };
            done.push((place, work(item)));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others = (1..thread_count().min(items.len()))
            .map(|_| scope.spawn(take_turns))
            .collect::<Vec<_>>();
        let mut done = take_turns();
        for thread in others {
            match thread.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_their_items() {
        let items: Vec<usize> = (0..1_000).collect();
        let doubled = on_all_cores(&items, |item| item * 2);
        assert!(
            doubled
                .iter()
                .enumerate()
                .all(|(place, it)| *it == place * 2)
        );
        assert_eq!(on_all_cores(&items[..0], |item| *item), Vec::<usize>::new());
    }

    #[test]
    #[should_panic(expected = "three")]
    fn a_panic_comes_through() {
        on_all_cores(&[1, 2, 3, 4], |item| assert_ne!(*item, 3, "three"));
    }
}
