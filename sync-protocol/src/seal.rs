//! Data that only some members may read, and data that nobody may read any more.
//!
//! A *sealed part* of a record is a blob under a key of its own ([`part`]); the key travels in the
//! entry that names the blob, wrapped to each structure that may read it ([`wrap`], [`body`]). Which
//! seals stand, and for whom the next one is made, follows from the set of entries ([`state`]).
//! A structure publishes its sealing keys by statements of its root ([`root`]) and hands their
//! secrets to its nodes in lockboxes ([`lockbox`]). [`erase`] is how all of it goes away.
//!
//! Nothing here draws a random number: [`Random`] bytes are arguments, good for one use.
//! Spec: docs/protocol.md, section 14.

use std::fmt;

use zeroize::ZeroizeOnDrop;

pub mod body;
mod envelope;
pub mod erase;
pub mod key;
pub mod key_file;
pub mod lockbox;
pub mod part;
pub mod quota;
pub mod recovery_code;
pub mod root;
pub mod state;
pub mod wrap;

/// 32 bytes from the system's source of randomness, good for one use: they are moved, not copied.
#[derive(ZeroizeOnDrop)]
pub struct Random([u8; 32]);

impl Random {
    /// Takes bytes that nothing else uses.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random(…)")
    }
}

#[cfg(test)]
mod story;
#[cfg(test)]
mod vectors;
