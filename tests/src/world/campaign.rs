//! Many seeds on all cores, with progress.

use std::fmt::Write;
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sync_protocol::engine::Load;

use super::shrink::run_seed;

/// How often progress is told.
const PROGRESS: Duration = Duration::from_secs(30);

/// Which seeds to run.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// The first.
    pub first: u64,
    /// How many at most.
    pub seeds: u64,
    /// For how long at most.
    pub limit: Option<Duration>,
    /// Whether progress is printed.
    pub progress: bool,
}

/// What a campaign saw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// How many seeds were run.
    pub seeds: u64,
    /// How long that took.
    pub elapsed: Duration,
    /// Frames that honest nodes sent each other, in all.
    pub frames: u64,
    /// Entries in them.
    pub entries: u64,
    /// When the slowest world agreed, in simulated milliseconds.
    pub slowest_millis: u64,
    /// The most that any session held.
    pub most: Load,
}

impl Campaign {
    /// Runs it, on as many threads as there are cores, until a seed fails.
    ///
    /// # Errors
    /// The report on the first seed that failed.
    ///
    /// # Panics
    /// If a thread did, outside of a world.
    pub fn run(&self) -> Result<Summary, String> {
        let start = Instant::now();
        let next = AtomicU64::new(self.first);
        let failed = Mutex::new(None);
        let summary = Mutex::new((Summary::default(), Instant::now()));
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let over = |seed: u64| {
            seed >= self.first.saturating_add(self.seeds)
                || self.limit.is_some_and(|limit| start.elapsed() >= limit)
                || failed.lock().expect("no panic").is_some()
        };
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if over(seed) {
                            return;
                        }
                        match run_seed(seed) {
                            Ok(cost) => {
                                let mut summary = summary.lock().expect("no panic");
                                let (so_far, told) = &mut *summary;
                                so_far.add(&cost);
                                if self.progress && told.elapsed() >= PROGRESS {
                                    *told = Instant::now();
                                    so_far.elapsed = start.elapsed();
                                    // Not captured by the test harness: this is for who waits.
                                    let _ = writeln!(std::io::stderr(), "{}", so_far.text());
                                }
                            }
                            Err(report) => {
                                failed.lock().expect("no panic").get_or_insert(report);
                            }
                        }
                    }
                });
            }
        });
        if let Some(report) = failed.into_inner().expect("no panic") {
            return Err(report);
        }
        let mut summary = summary.into_inner().expect("no panic").0;
        summary.elapsed = start.elapsed();
        Ok(summary)
    }
}

impl Summary {
    fn add(&mut self, cost: &super::Cost) {
        self.seeds += 1;
        self.frames += cost.frames_sent;
        self.entries += cost.entries_sent;
        self.slowest_millis = self.slowest_millis.max(cost.converged_at);
        let (most, load) = (&mut self.most, &cost.most);
        most.unsent_bytes = most.unsent_bytes.max(load.unsent_bytes);
        most.under_way_bytes = most.under_way_bytes.max(load.under_way_bytes);
        most.storing_bytes = most.storing_bytes.max(load.storing_bytes);
        most.journals = most.journals.max(load.journals);
    }

    /// One line for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let _ = write!(
            text,
            "{} seeds in {:.0} s ({:.1}/s), {} frames, {} entries sent; slowest agreed after {:.1} s; most held: {:?}",
            self.seeds,
            self.elapsed.as_secs_f64(),
            self.seeds as f64 / self.elapsed.as_secs_f64().max(0.001),
            self.frames,
            self.entries,
            self.slowest_millis as f64 / 1_000.0,
            self.most,
        );
        text
    }
}
