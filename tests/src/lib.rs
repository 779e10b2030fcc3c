//! What the tests share: a simulated world of nodes. Nothing depends on this crate.

pub mod world;
