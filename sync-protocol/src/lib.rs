//! Cap Actif's synchronisation protocol: bytes in, bytes out.
//!
//! A *journal* is everything one node ever said: numbered, hash-chained, signed entries
//! ([`entry`], [`run`]). What a node holds of all journals is one small table, the [`frontier`];
//! comparing two of them tells exactly what each side lacks, whatever the number of records.
//! The [`engine`] drives one session per connected peer over [`frame`]s. Who may take part is the
//! [`charter`]'s business; what only some members may read, and what nobody may any more, is
//! [`seal`]'s.
//!
//! Nothing here does I/O, reads a clock or draws a random number, and nothing here knows what a
//! record contains: bodies are opaque bytes. Everything is therefore testable by simulation with a
//! seed. Specification: `docs/protocol.md`.
#![deny(
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation
)]

pub mod address;
pub mod admission;
pub mod authority;
pub mod body;
pub mod bundle;
pub mod charter;
pub mod codec;
pub mod engine;
pub mod entry;
pub mod fork;
pub mod frame;
pub mod frontier;
pub mod id;
pub mod invitation;
pub mod run;
pub mod seal;
pub mod time;
pub mod transfer;
