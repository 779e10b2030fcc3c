//! Where a test ends this process: before the n-th step that makes something durable.
//!
//! What happens in several steps is to be killed at each of them, at no other moment and without a
//! draw. A test arms a process of its own; in a build for use nothing of this is there.

/// Names the step that comes now; it is the last one of a process that is to end here.
#[cfg(not(test))]
pub(crate) const fn step(_name: &'static str) {}

#[cfg(test)]
pub(crate) use armed::{arm, step};

#[cfg(test)]
mod armed {
    use std::sync::atomic::{AtomicU64, Ordering};

    /// How many steps are left; none of a process that nobody armed ends it.
    static LEFT: AtomicU64 = AtomicU64::new(u64::MAX);

    /// Has this process end at its n-th step from now on, counted from 1.
    pub(crate) fn arm(n: u64) {
        LEFT.store(n, Ordering::SeqCst);
    }

    /// See above.
    pub(crate) fn step(name: &'static str) {
        let count_down = |left: u64| (left < u64::MAX).then(|| left.saturating_sub(1));
        let before = LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count_down);
        if before == Ok(1) {
            eprintln!("killed before: {name}");
            // Nothing is dropped, flushed or caught, as with `kill -9`.
            std::process::abort();
        }
    }
}
