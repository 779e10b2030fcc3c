//! What the tests share: a simulated world of nodes, the real binary and its console, the sample
//! registry and the benchmark's workload, and the programs that take a node's process or its power
//! away. Nothing depends on this crate.

pub mod bench;
pub mod binary;
pub mod console;
pub mod damage;
pub mod door;
pub mod faults;
pub mod fixtures;
pub mod fuzzing;
pub mod kill;
pub mod ledger;
pub mod loop_disk;
pub mod pair;
pub mod partner;
pub mod power_cut;
pub mod sample;
pub mod workload;
pub mod world;
