//! The read model: what people list, filter, search and query, in SQLite.
//!
//! Everything here is derived from the journals and can be deleted and rebuilt. One thread writes
//! ([`View`]), any number read at once ([`Reader`]). Documents are opaque bytes here; what they
//! mean is [`crate::replica`]'s business. This is the only module that names `rusqlite`.

mod analysis;
mod awaited;
mod columns;
mod commune;
mod condition;
mod digest;
mod each;
mod erasing;
mod error;
mod everybody;
mod facts;
mod known;
mod list;
mod near;
mod outcome;
mod query;
mod read;
mod record;
mod room;
mod rows;
mod schema;
mod sealing;
mod search;
mod since;
#[cfg(test)]
mod tests;
mod transfers;
mod turn;
mod verdicts;
mod visit;
mod work;
mod write;

pub use analysis::fold;
pub use commune::Commune;
pub use digest::ViewDigest;
pub use erasing::{Effect, Erasure};
pub use error::ViewError;
pub use list::{List, Near, Page, Sort};
pub use query::{Cell, Table};
pub use read::{Counts, EntryRef, PendingEntry, Reader, RefusedEntry};
pub use record::{Conflict, ConflictingValue, Record, Stamp};
pub use sealing::SealingEntry;
pub use search::Hit;
pub use since::{Change, Touched};
pub use transfers::TransferEntry;
pub use verdicts::{CHARTER_WAITS, Standing};
pub use work::{Whose, Work};
pub use write::View;

pub(crate) use analysis::Analyzer;
pub(crate) use condition::with_identities;
pub(crate) use digest::record_digest;
pub(crate) use erasing::ERASURE_REFUSALS;
pub(crate) use outcome::{
    Accepted, AcceptedChange, Head, Outcome, Refusal, Refused, Waiting, Written,
};
pub(crate) use read::{UNKNOWN_AUTHOR, positions_noted};
pub(crate) use record::State;
pub(crate) use room::Room;
pub(crate) use schema::Shape;
pub(crate) use search::search_text;
pub(crate) use transfers::TRANSFER_REFUSALS;
pub(crate) use turn::Moment;
pub(crate) use visit::{Seen, Visit};
