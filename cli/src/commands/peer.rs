//! The nodes that this one connects to by itself.

pub(crate) mod add;
pub(crate) mod list;
