//! Seeds of the simulated world.
//!
//! `SEEDS=10000` runs more of them, `SIMULATION_SEED=n` replays one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use capactif_tests::world::shrink::run_seed;

/// About a minute in the dev profile on two cores.
const SEEDS: u64 = 400;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

#[test]
fn seeds_converge_and_lose_nothing() {
    if number("SIMULATION_SEED").is_some() {
        return;
    }
    let seeds = number("SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(0);
    let failed = Mutex::new(None);
    let threads = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .min(4);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds || failed.lock().unwrap().is_some() {
                        return;
                    }
                    if let Err(report) = run_seed(seed) {
                        failed.lock().unwrap().get_or_insert(report);
                    }
                }
            });
        }
    });
    if let Some(report) = failed.into_inner().unwrap() {
        panic!("{report}");
    }
}

#[test]
fn one_seed() {
    if let Some(seed) = number("SIMULATION_SEED") {
        match run_seed(seed) {
            Ok(cost) => println!("{cost:?}"),
            Err(report) => panic!("{report}"),
        }
    }
}
