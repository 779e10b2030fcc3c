//! What the tests share: a simulated world of nodes, the real binary and its console, the sample
//! registry and the benchmark's workload, and the programs that take a node's process, its power or
//! its network away. Nothing depends on this crate.

pub mod bench;
pub mod binary;
pub mod browser;
pub mod console;
pub mod damage;
pub mod door;
pub mod faults;
pub mod fixtures;
pub mod forged;
pub mod fuzzing;
pub mod kill;
pub mod ledger;
pub mod loop_disk;
pub mod pair;
pub mod partner;
pub mod power_cut;
pub mod relays;
pub mod sample;
pub mod soak;
pub mod workload;
pub mod world;
