//! Tests.

pub mod binary;
pub mod console;
pub mod sample;
pub mod workload;
