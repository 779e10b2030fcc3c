//! A rural line, simulated: what a reconnection and a cold join take over it.
//!
//! `RURAL_SEEDS=1000 cargo test -p capactif-tests --test rural_line -- --nocapture` prints the figures of
//! `docs/performance.md`; in the test suite a few seeds are enough.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::env;

use capactif_tests::world::rural::{ColdJoin, EditsApart, History, cold_join, edits_apart};

fn seeds(few: u64) -> u64 {
    let set = env::var("RURAL_SEEDS").ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(few)
}

fn percentile(sorted: &[u64], percent: usize) -> u64 {
    sorted[(sorted.len() - 1) * percent / 100]
}

/// 5 % of packets are lost: some unlucky connection takes longer than any bound. Nineteen of twenty
/// have to keep the goal, from the dial on.
#[test]
fn a_hundred_edits_arrive_in_three_seconds() {
    for both in [false, true] {
        let all: Vec<_> = (0..seeds(20)).map(|seed| edits_apart(seed, both)).collect();
        let sorted = |figure: &dyn Fn(&EditsApart) -> u64| {
            let mut figures: Vec<u64> = all.iter().map(figure).collect();
            figures.sort_unstable();
            figures
        };
        let dial = sorted(&|it: &EditsApart| it.from_dial);
        let connected = sorted(&|it: &EditsApart| it.from_connected);
        let known = sorted(&|it: &EditsApart| it.until_acknowledged);
        let bytes = sorted(&|it: &EditsApart| it.bytes);
        println!(
            "100 edits of {}, {} seeds: durable from dial p50 {} p95 {} p99 {} most {} ms; from connected p50 {} p95 {} ms; author knows p50 {} p95 {} ms; {} bytes",
            if both { "each side" } else { "one side" },
            all.len(),
            percentile(&dial, 50),
            percentile(&dial, 95),
            percentile(&dial, 99),
            percentile(&dial, 100),
            percentile(&connected, 50),
            percentile(&connected, 95),
            percentile(&known, 50),
            percentile(&known, 95),
            percentile(&bytes, 50),
        );
        assert!(percentile(&dial, 95) <= 3_000);
    }
}

const SINGLE_EDITS: History = History {
    authors: 5,
    commits: 1_200,
    entries: 1,
    bytes: 120,
};
const IMPORTS: History = History {
    authors: 5,
    commits: 6,
    entries: 256,
    bytes: 120,
};

/// The longest runs that the format allows: half a mebibyte that does not compress.
const LONGEST_RUNS: History = History {
    authors: 2,
    commits: 1,
    entries: 5,
    bytes: 100_000,
};

fn shown(name: &str, join: &ColdJoin, whole: &ColdJoin) -> u64 {
    let more = (join.bytes * 1_000 / whole.bytes).saturating_sub(1_000);
    println!(
        "cold join of {name}: {} bytes in {} runs, {:.1} s and {} cuts; without cuts {} bytes, {:.1} s: {}.{} % more bytes, {} runs arrived twice",
        join.bytes,
        join.runs,
        join.elapsed as f64 / 1_000.0,
        join.cuts,
        whole.bytes,
        whole.elapsed as f64 / 1_000.0,
        more / 10,
        more % 10,
        join.runs_again,
    );
    more
}

#[test]
fn a_cold_join_resumes_at_the_last_run_that_arrived() {
    for (name, history) in [("single edits", SINGLE_EDITS), ("imports", IMPORTS)] {
        for seed in 0..seeds(1).min(5) {
            let whole = cold_join(seed, history, false, 600_000);
            let join = cold_join(seed, history, true, 600_000);
            let more = shown(name, &join, &whole);
            assert!(join.done && whole.done && join.cuts >= 1);
            assert_eq!(join.runs_again, 0, "a run that had arrived was sent again");
            assert!(more <= 150, "{more} per mille");
        }
    }
}

/// A run is verified as a whole, so the longest one has to fit between two cuts: 20 s at 21 bytes a
/// millisecond are 410 kB, less what gets lost.
#[test]
fn the_longest_runs_hardly_get_through_between_two_cuts() {
    let whole = cold_join(1, LONGEST_RUNS, false, 600_000);
    let join = cold_join(1, LONGEST_RUNS, true, 600_000);
    shown("the longest runs", &join, &whole);
    assert!(whole.done);
}
