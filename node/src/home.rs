//! A node's directory: keys, settings, lock, outbox.

pub mod atomic;
