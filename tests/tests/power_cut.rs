//! The power of a real node's disk is cut while it writes.
//!
//! Needs Linux, root and a loop device; says so where it cannot run. `CAPACTIF_TEST_CUTS` (100 by
//! hand), `CAPACTIF_TEST_SEED`, `CAPACTIF_TEST_STORE` (an engine).

use capactif_tests::faults::{engines, number, seed};
use capactif_tests::power_cut::{Plan, run};

#[test]
fn a_node_whose_power_is_cut_loses_nothing_acknowledged() {
    for engine in engines() {
        let plan = Plan {
            seed: seed(),
            cuts: number("CAPACTIF_TEST_CUTS", 2),
            engine,
        };
        println!("{plan:?}");
        match run(&plan) {
            Ok(report) => println!("{report:?}"),
            Err(reason) => println!("left out, no power can be cut here: {reason}"),
        }
    }
}
