//! The rules of the network, and who is in it.

pub(crate) mod approve;
pub(crate) mod show;
