//! The charter at people's hands: what it refuses, in words.
//!
//! What a charter is, and who may what, is [`sync_protocol::charter`]; this room asks it, writes what
//! people decide, and tells what it says.

pub(super) mod words;
