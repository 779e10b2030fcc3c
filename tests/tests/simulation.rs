//! Seeds of the simulated world.
//!
//! `SEEDS=10000` runs more of them, `SIMULATION_MINUTES=60` as many as there is time for, both from
//! `FIRST_SEED` on; `SIMULATION_SEED=n` replays one. Campaigns by hand print their progress.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::env;
use std::time::Duration;

use capactif_tests::world::campaign::Campaign;
use capactif_tests::world::shrink::run_seed;

/// About a minute in the dev profile on two cores.
const SEEDS: u64 = 600;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

#[test]
fn seeds_converge_and_lose_nothing() {
    if number("SIMULATION_SEED").is_some() {
        return;
    }
    let minutes = number("SIMULATION_MINUTES");
    let seeds = number("SEEDS");
    let campaign = Campaign {
        first: number("FIRST_SEED").unwrap_or(0),
        seeds: match (seeds, minutes) {
            (Some(seeds), _) => seeds,
            (None, Some(_)) => u64::MAX,
            (None, None) => SEEDS,
        },
        limit: minutes.map(|minutes| Duration::from_secs(minutes * 60)),
        progress: minutes.is_some() || seeds.is_some(),
    };
    match campaign.run() {
        Ok(summary) => println!("{}", summary.text()),
        Err(report) => panic!("{report}"),
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
