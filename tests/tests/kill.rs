//! `kill -9` of real nodes that edit, import and sync.
//!
//! `CAPACTIF_TEST_KILLS` (1,000 by hand), `CAPACTIF_TEST_SEED`, `CAPACTIF_TEST_STORE` (an engine).

use capactif_tests::faults::{engines, number, seed};
use capactif_tests::kill::{Plan, run};

#[test]
fn killed_nodes_lose_nothing_acknowledged_and_agree() {
    let kills = number("CAPACTIF_TEST_KILLS", 10);
    for engine in engines() {
        let plan = Plan {
            seed: seed(),
            kills,
            engine,
        };
        println!("{plan:?}");
        println!("{:?}", run(&plan));
    }
}
