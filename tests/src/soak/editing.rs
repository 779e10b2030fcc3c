//! One node's editor: edits at an even pace, and restarts the node when it is time.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::ledger::Told;
use crate::pair::Side;

/// An editor that is so far behind its pace leaves out what it missed.
const FAR_BEHIND: Duration = Duration::from_secs(1);
/// How soon an editor notices that it shall end.
const GLANCE: Duration = Duration::from_millis(50);

/// What others may see of a node while it is edited.
#[derive(Debug)]
pub(super) struct Live {
    /// Its process; 0 while it is restarted.
    process: AtomicU32,
    /// Records changed by its edits.
    changed: AtomicU64,
}

impl Live {
    pub(super) fn of(side: &Side) -> Self {
        Self {
            process: AtomicU32::new(side.partner.process().unwrap_or(0)),
            changed: AtomicU64::new(0),
        }
    }

    pub(super) fn process(&self) -> Option<u32> {
        let process = self.process.load(Ordering::SeqCst);
        (process != 0).then_some(process)
    }

    pub(super) fn changed(&self) -> u64 {
        self.changed.load(Ordering::SeqCst)
    }
}

/// What one editor did.
#[derive(Clone, Debug, Default)]
pub(super) struct Worked {
    /// How long each edit waited for its acknowledgement, in microseconds.
    waited: Vec<u32>,
    /// Edits left out because the node was slower than the pace, or being restarted.
    pub(super) skipped: u64,
    pub(super) restarts: usize,
}

impl Worked {
    /// The waits of all, the shortest first.
    pub(super) fn waited(all: &[Self]) -> Vec<u32> {
        let mut waited: Vec<u32> = all.iter().flat_map(|it| it.waited.clone()).collect();
        waited.sort_unstable();
        waited
    }
}

/// Who edits at one node.
#[derive(Debug)]
pub(super) struct Editor<'a> {
    /// Between one changed record and the next.
    pub(super) interval: Duration,
    /// When to restart the node, from the beginning on, the soonest first.
    pub(super) restarts: Vec<Duration>,
    pub(super) live: &'a Live,
    pub(super) rng: Rng,
}

impl Editor<'_> {
    /// Edits until `over` is said.
    ///
    /// # Panics
    /// If the node refuses, ends, or does not start.
    pub(super) fn attend(&mut self, side: &mut Side, over: &AtomicBool) -> Worked {
        let mut worked = Worked::default();
        let mut door = side.door().expect("its node runs");
        let start = Instant::now();
        let mut due = start;
        while !over.load(Ordering::SeqCst) {
            let next = self.restarts.get(worked.restarts);
            if next.is_some_and(|restart| start.elapsed() >= *restart) {
                self.live.process.store(0, Ordering::SeqCst);
                side.partner.stop();
                side.partner.start();
                let process = side.partner.process().expect("it was started");
                self.live.process.store(process, Ordering::SeqCst);
                side.check_warnings();
                door = side.door().expect("its node runs");
                worked.restarts += 1;
            }
            let now = Instant::now();
            if due > now {
                thread::sleep((due - now).min(GLANCE));
                continue;
            }
            if now - due > FAR_BEHIND {
                let missed = (now - due).as_secs_f64() / self.interval.as_secs_f64();
                worked.skipped += missed as u64;
                due = now;
            }
            let before = side.ledger.changed;
            let told = side.ledger.edit(&door, &mut self.rng);
            assert_eq!(told, Told::Acknowledged, "an edit of a healthy node");
            let waited = now.elapsed().as_micros();
            worked
                .waited
                .push(u32::try_from(waited).unwrap_or(u32::MAX));
            let changed = side.ledger.changed - before;
            self.live.changed.fetch_add(changed, Ordering::SeqCst);
            due += self.interval * u32::try_from(changed).expect("a file is short");
        }
        worked
    }
}
