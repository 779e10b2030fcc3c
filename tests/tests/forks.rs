//! A member forks its journal: two branches to two halves of a simulated network, in all its troubles;
//! the members name one, and all come to the same.
//!
//! `SEEDS=2000 cargo test -p capactif-tests --test forks -- --nocapture` for more, `FIRST_SEED=n` for others,
//! `SIMULATION_SEED=n` to replay one with its trace.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::env;

use capactif_tests::world::World;
use capactif_tests::world::schedule::Plan;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

#[test]
fn two_branches_to_two_halves_are_one_after_the_decision() {
    let only = number("SIMULATION_SEED");
    let first = only.or_else(|| number("FIRST_SEED")).unwrap_or(0);
    let seeds = only.map_or_else(|| number("SEEDS").unwrap_or(60), |_| 1);
    let (mut forked, mut proven, mut gave_way) = (0, 0, 0);
    for seed in first..first + seeds {
        let mut world = World::new(Plan::draw(seed), ());
        if only.is_some() {
            world.keep_trace();
        }
        let outcome = world.run_forked();
        if outcome.is_err() {
            let trace = world.trace();
            for line in &trace[trace.len().saturating_sub(200)..] {
                println!("{line}");
            }
        }
        let outcome = outcome.unwrap_or_else(|failures| panic!("seed {seed}: {failures:#?}"));
        if let Some(outcome) = outcome {
            forked += 1;
            proven += outcome.proven;
            gave_way += outcome.gave_way;
            // Whoever gives way had seen both.
            assert!(outcome.proven >= 2, "seed {seed}: {outcome:?}");
        }
    }
    println!("{seeds} seeds, {forked} forked, proven at {proven} nodes, gave way at {gave_way}");
    assert!(only.is_some() || forked * 3 > seeds, "{forked} of {seeds}");
}
