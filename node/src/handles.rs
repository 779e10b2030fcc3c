//! File handles: whether enough are left to start what needs several at once.

use std::io;

/// Handles that a runtime takes to start, and some to work with.
const SPARE: usize = 16;

/// Checks that this process may open some more files, connections and the like.
///
/// To be asked before an asynchronous runtime is built: where no handle is left for its signals,
/// tokio panics instead of returning an error.
///
/// # Errors
/// The system's refusal.
pub fn some_are_left() -> io::Result<()> {
    // A pipe has two ends.
    let pipes: io::Result<Vec<_>> = (0..SPARE / 2).map(|_| io::pipe()).collect();
    pipes.map(drop)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_healthy_process_has_handles_left() {
        super::some_are_left().unwrap();
    }
}
