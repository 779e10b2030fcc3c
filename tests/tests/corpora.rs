//! Every fuzzing target over its kept corpus and seeded alterations of it, without a fuzzer.
//!
//! `SEED=7 SECONDS=60 TARGET=frame cargo test -p capactif-tests --test corpora -- --nocapture` for
//! another, longer run of one; the fuzzer itself: docs/reliability.md, "Hostile bytes".

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use capactif_tests::fuzzing::{self, TARGETS, Target, mutate};
use data_encoding::HEXLOWER;
use fastrand::Rng;

/// How long each target is tried with altered input, however slow the machine.
const SPAN: Duration = Duration::from_millis(400);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs a target; input that breaks it is printed.
fn run(target: &Target, input: &[u8], how: &str) -> bool {
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    outcome.unwrap_or_else(|panic| {
        println!(
            "{} ({how}) fails on {}",
            target.name,
            HEXLOWER.encode(input)
        );
        resume_unwind(panic)
    })
}

#[test]
fn targets_read_their_corpora_and_alterations_of_them() {
    let seed = number("SEED").unwrap_or_else(|| fastrand::u64(..));
    let span = number("SECONDS").map_or(SPAN, Duration::from_secs);
    let only = std::env::var("TARGET").ok();
    println!("SEED={seed}");
    for target in TARGETS {
        if only.as_deref().is_some_and(|name| name != target.name) {
            continue;
        }
        let corpus = target.corpus();
        let read = corpus
            .iter()
            .filter(|input| run(target, input, "corpus"))
            .count();
        assert!(
            read > 0,
            "{}: nothing in its corpus is read well",
            target.name
        );
        for seed in (target.seeds)() {
            assert!(
                run(target, &seed, "seed")
                    || target.name == "operation"
                    || target.name == "session",
                "{} refuses what was written for it: {}",
                target.name,
                HEXLOWER.encode(&seed)
            );
        }
        let mut rng = Rng::with_seed(seed);
        let (mut tried, mut taken) = (0, 0);
        let start = Instant::now();
        while start.elapsed() < span {
            let one = &corpus[rng.usize(..corpus.len())];
            let other = &corpus[rng.usize(..corpus.len())];
            let input = mutate::havoc(&mut rng, one, other);
            taken += u32::from(run(target, &input, "altered"));
            tried += 1;
        }
        println!(
            "{}: {read} of {} in the corpus read well, {taken} of {tried} altered",
            target.name,
            corpus.len()
        );
    }
    fuzzing::close();
}
