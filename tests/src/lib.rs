//! What the tests share: a simulated world of nodes, the real binary and its console, the sample
//! registry and the benchmark's workload. Nothing depends on this crate.

pub mod bench;
pub mod binary;
pub mod console;
pub mod damage;
pub mod partner;
pub mod sample;
pub mod workload;
pub mod world;
