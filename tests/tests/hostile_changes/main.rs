//! Each hostile change of docs/threats.md, from the wire to the verdict: refused under its code, within
//! [`MOST_BYTES`] of memory; record and node go on, and a node that got everything in another order
//! comes to the same.
//!
//! How long each takes is printed, not asserted (`cargo test --release -p capactif-tests --test
//! hostile_changes -- --nocapture`); figures of a run stand in docs/threats.md. Memory is what Rust
//! code asks for: SQLite's page cache, which has a bound of its own, is not counted.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use sync_protocol::id::NetworkId;

mod forms;
mod names;
mod numbers;
mod orders;
mod scene;
mod sizes;
mod station;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What judging one hostile entry may take.
pub(crate) const MOST_BYTES: usize = 16 << 20;
/// How often each is judged, each time by a node that never saw it.
pub(crate) const ROUNDS: u8 = 5;
pub(crate) const NETWORK: NetworkId = NetworkId([0xAA; 32]);

/// The heap is the process's: tests that measure it go one after the other.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What something took.
pub(crate) struct Taken {
    pub(crate) bytes: usize,
    /// Processor time where the system tells it, else by the clock.
    pub(crate) time: Duration,
}

pub(crate) fn measured<T>(work: impl FnOnce() -> T) -> (T, Taken) {
    let on_processor = processor_time();
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let start = Instant::now();
    let result = work();
    let by_clock = start.elapsed();
    let bytes = HEAP.peak_usage().saturating_sub(before);
    let spent = on_processor.and_then(|before| processor_time()?.checked_sub(before));
    let time = spent.unwrap_or(by_clock);
    (result, Taken { bytes, time })
}

/// How long this thread has run, on Linux: a busy machine makes hours of minutes.
fn processor_time() -> Option<Duration> {
    // What the system says is as of when it last looked.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
