//! Tests.

pub mod sample;
pub mod workload;
