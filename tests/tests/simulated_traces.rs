//! Traces that the simulated world found, shortened, and that must hold from now on; and the shrinker
//! itself, on mistakes made on purpose.
//!
//! A failing seed prints its test for this file.

use capactif_tests::world::schedule::{Action, Flaw, HEAL_AT, Plan, Topology};
use capactif_tests::world::shrink::{report, run, shrink};

fn holds(plan: &Plan) {
    if let Err(failures) = run(plan) {
        panic!("{}", report(plan, &failures));
    }
}

/// A world of `nodes` founders in which much happens, with `flaw` built in.
fn flawed(seed: u64, flaw: Flaw) -> Plan {
    Plan {
        flaw: Some(flaw),
        ..Plan::draw(seed)
    }
}

#[test]
fn a_store_that_forgets_is_found_and_its_trace_made_short() {
    // The first drawn world that shows it.
    let plan = (0..100)
        .map(|seed| flawed(seed, Flaw::ForgetsOnCrash))
        .find(|plan| run(plan).is_err())
        .expect("one of a hundred worlds crashes at the wrong moment");
    let failures = run(&plan).expect_err("it was just found");
    let least = shrink(&plan);
    println!("{failures:?}\n{least}");
    assert!(run(&least).is_err(), "what is left still fails");
    assert!(
        run(&Plan {
            flaw: None,
            ..least.clone()
        })
        .is_ok(),
        "for that reason"
    );
    assert!(
        least.actions.len() <= 4,
        "of {}: {least}",
        plan.actions.len()
    );
    assert!(least.nodes <= 3 && least.hostile_members == 0, "{least}");
    let loses = |it: &Action| {
        matches!(
            it,
            Action::Crash { .. }
                | Action::FailStore { .. }
                | Action::Damage { .. }
                | Action::Restore { .. }
        )
    };
    assert!(least.actions.iter().any(|(_, it)| loses(it)), "{least}");
}

#[test]
fn an_engine_that_speaks_too_early_needs_nothing_to_happen() {
    let least = shrink(&flawed(7, Flaw::SpeaksBeforeSync));
    let failures = run(&least).expect_err("what is left still fails");
    assert!(
        failures[0].contains("claims what is not durable"),
        "{failures:?}"
    );
    assert!(least.actions.is_empty(), "{least}");
}

#[test]
fn a_report_can_be_pasted_as_a_test() {
    let plan = Plan {
        actions: vec![(5, Action::Cut { link: 1 })],
        ..flawed(7, Flaw::SpeaksBeforeSync)
    };
    let failures = run(&plan).expect_err("it speaks too early");
    let report = report(&plan, &failures);
    for line in [
        "SIMULATION_SEED=7",
        "fn seed_7() {",
        "holds(&Plan {",
        "flaw: Some(Flaw::SpeaksBeforeSync),",
        "actions: vec![",
    ] {
        assert!(report.contains(line), "{line} in {report}");
    }
    assert!(
        plan.to_string().contains("(5, Action::Cut { link: 1 }),"),
        "{plan}"
    );
}

#[test]
fn the_same_plan_costs_the_same_twice() {
    let plan = Plan::draw(11);
    assert!(plan.actions.iter().all(|(at, _)| *at < HEAL_AT));
    assert_eq!(run(&plan), run(&plan));
}

/// A peer that asks for the rest of a journal while its store is slow was taken to hold durably what
/// comes before (`who_asks_for_the_rest_has_not_stored_what_comes_before` in the engine).
#[test]
fn seed_2082() {
    holds(&Plan {
        seed: 2082,
        nodes: 5,
        founders: 5,
        device_every: 4,
        hostile_members: 0,
        hostile_strangers: 0,
        topology: Topology::Mesh,
        max_latency_millis: 3,
        loss_percent: 1,
        flaw: None,
        actions: vec![
            (
                0,
                Action::SlowStore {
                    node: 1,
                    millis: 100,
                },
            ),
            (
                560,
                Action::Write {
                    node: 3,
                    entries: 1,
                    bytes: 20,
                },
            ),
            (2632, Action::Cut { link: 52 }),
            (
                2632,
                Action::SlowStore {
                    node: 0,
                    millis: 6000,
                },
            ),
            (5070, Action::DialTwice { link: 16 }),
            (
                5229,
                Action::Crash {
                    node: 0,
                    millis: 3679,
                    synced: false,
                },
            ),
            (
                5460,
                Action::Block {
                    link: 48,
                    millis: 13,
                },
            ),
            (6100, Action::DialTwice { link: 43 }),
            (
                6400,
                Action::Blob {
                    holder: 0,
                    wanter: 1,
                    bytes: 0,
                },
            ),
            (
                6434,
                Action::Crash {
                    node: 2,
                    millis: 2840,
                    synced: false,
                },
            ),
            (
                6600,
                Action::Write {
                    node: 3,
                    entries: 1,
                    bytes: 20,
                },
            ),
            (
                6852,
                Action::Write {
                    node: 3,
                    entries: 1,
                    bytes: 20,
                },
            ),
            (
                6900,
                Action::Block {
                    link: 55,
                    millis: 18,
                },
            ),
            (
                8892,
                Action::Damage {
                    node: 4,
                    percent: 95,
                },
            ),
        ],
    });
}

/// A node that was just convinced by the charter asked for a blob, and the peer, still being
/// convinced, ended the session.
#[test]
fn seed_2() {
    holds(&Plan {
        seed: 2,
        nodes: 8,
        founders: 6,
        device_every: 2,
        hostile_members: 0,
        hostile_strangers: 0,
        topology: Topology::Line,
        max_latency_millis: 3,
        loss_percent: 0,
        flaw: None,
        actions: vec![(
            10_000,
            Action::Blob {
                holder: 1,
                wanter: 6,
                bytes: 10,
            },
        )],
    });
}

/// A founder lost its store when the one peer it had admitted held its certificate and not yet the
/// entries of the admission. Its outbox had those, and no longer the certificate before them, so it
/// refused that peer for ever (`what_stands_before_authority_is_kept_with_it` in the outbox).
#[test]
fn seed_206040() {
    holds(&Plan {
        seed: 206_040,
        nodes: 5,
        founders: 1,
        device_every: 3,
        hostile_members: 0,
        hostile_strangers: 0,
        topology: Topology::Line,
        max_latency_millis: 3,
        loss_percent: 0,
        flaw: None,
        actions: vec![
            (
                0,
                Action::StopReading {
                    node: 1,
                    millis: 6_321,
                },
            ),
            (1_000, Action::Admit),
            (1_410, Action::Admit),
            (3_000, Action::Admit),
            (
                5_000,
                Action::Partition {
                    groups: 28_341,
                    millis: 3_583,
                },
            ),
            (
                7_000,
                Action::SlowStore {
                    node: 1,
                    millis: 6_000,
                },
            ),
            (9_000, Action::Admit),
            (9_000, Action::Rename),
            (
                10_000,
                Action::Crash {
                    node: 1,
                    millis: 1_361,
                    synced: false,
                },
            ),
            (
                13_000,
                Action::Crash {
                    node: 0,
                    millis: 4_333,
                    synced: false,
                },
            ),
            (
                13_000,
                Action::Crash {
                    node: 1,
                    millis: 1,
                    synced: true,
                },
            ),
            (
                15_000,
                Action::Damage {
                    node: 0,
                    percent: 19,
                },
            ),
        ],
    });
}

/// What the outbox has of a founder that is damaged twice begins below what the other one gives back.
#[test]
fn seed_303980() {
    holds(&Plan {
        seed: 303_980,
        nodes: 3,
        founders: 2,
        device_every: 2,
        hostile_members: 0,
        hostile_strangers: 0,
        topology: Topology::Star,
        max_latency_millis: 3,
        loss_percent: 0,
        flaw: None,
        actions: vec![
            (
                3_000,
                Action::Write {
                    node: 1,
                    entries: 300,
                    bytes: 0,
                },
            ),
            (
                8_000,
                Action::Write {
                    node: 1,
                    entries: 20,
                    bytes: 0,
                },
            ),
            (
                8_800,
                Action::Damage {
                    node: 1,
                    percent: 44,
                },
            ),
            (
                11_000,
                Action::Partition {
                    groups: 35_397,
                    millis: 5_090,
                },
            ),
            (
                11_000,
                Action::Damage {
                    node: 0,
                    percent: 96,
                },
            ),
            (
                13_000,
                Action::Damage {
                    node: 1,
                    percent: 5,
                },
            ),
        ],
    });
}
