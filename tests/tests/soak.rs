//! Five real nodes, edited without a pause over a network that comes apart again and again.
//!
//! `CAPACTIF_TEST_SOAK_MINUTES` (60 by hand), `CAPACTIF_TEST_SOAK_RATE` (records changed a second,
//! 50 by hand), `CAPACTIF_TEST_SEED`, `CAPACTIF_TEST_STORE` (an engine).

use std::time::Duration;

use capactif_tests::faults::{engines, number, seed};
use capactif_tests::soak::{Plan, run};

#[test]
fn nodes_in_trouble_keep_every_edit_agree_in_the_end_and_do_not_grow() {
    // Some twenty seconds, at a pace that a busy machine keeps, unless told otherwise.
    let minutes = number("CAPACTIF_TEST_SOAK_MINUTES", 0.0);
    let (length, rate, records) = if minutes > 0.0 {
        (Duration::from_secs_f64(minutes * 60.0), 50.0, 200)
    } else {
        (Duration::from_secs(20), 10.0, 16)
    };
    let plan = Plan {
        seed: seed(),
        length,
        edits_per_second: number("CAPACTIF_TEST_SOAK_RATE", rate),
        records,
        engines: engines(),
    };
    println!("{plan:?}");
    let report = run(&plan);
    println!("{report}");
    for resources in &report.resources {
        resources.check(plan.length);
    }
}
