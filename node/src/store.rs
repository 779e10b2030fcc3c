//! The durable store of journals: what is stored here is the truth, everything else is derived.
//!
//! Three layers, each replaceable alone:
//!
//! - an *engine* ([`Store`]) keeps values under ordered byte keys and makes a batch durable before
//!   it returns: [`SledStore`] and [`RedbStore`] on disk, [`MemoryStore`] for simulations;
//!   [`conformance`] is what any engine must pass;
//! - [`Journals`] gives them meaning (runs, tips, authority, meta) and commits in groups on a
//!   thread of its own;
//! - the [`Outbox`] keeps this node's own runs a second time until others hold them, under any
//!   engine.
//!
//! What a damaged store still gives is read out in a process of its own ([`read_out`]) and
//! taken into a fresh one ([`salvage`]). A [`sidecar`] beside the store tells when it came back with less than it had. What may be
//! stored is verified before it comes here (`sync_protocol::run`); what it means is decided later
//! ([`crate::replica`]).

mod bodies;
mod branches;
mod check;
mod commits;
pub mod conformance;
mod creation;
mod engine;
mod error;
mod journal_keys;
mod journals;
mod memory_store;
#[cfg(test)]
mod on_disk;
mod opening;
mod outbox;
mod reading_out;
mod redb_store;
mod salvage;
mod sealed_value;
pub mod sidecar;
mod sled_store;
mod writer;

pub use branches::{Aside, MAX_ASIDE};
pub use check::JournalDamage;
pub use engine::{Batch, Direction, EngineKind, EngineOptions, Store, StoreStats, Visitor};
pub use error::StoreError;
pub use journals::{Appended, Journals, StoredRun};
pub use memory_store::MemoryStore;
pub use opening::{OpenOptions, set_aside};
pub(crate) use outbox::beyond;
pub use outbox::{Inspection, Outbox, OutboxRun};
pub use reading_out::{READ_OUT, read_out};
pub use redb_store::RedbStore;
pub use salvage::{Reader, Salvaged, salvage};
pub(crate) use salvage::{copy_folder, remove as remove_scratch};
pub use sled_store::SledStore;
