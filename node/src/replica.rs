//! Records as Automerge documents, followed from the journals into the read model.
//!
//! An edit becomes a [`Draft`]: the body of an entry that is yet to be signed and stored. Entries,
//! one's own and those of others, become documents and rows by [`Replica::apply`]. Everything here
//! is derived: [`Replica::rebuild`] starts it over. This is the only module that names
//! `automerge`. Spec: docs/protocol.md, section 5.

mod admit;
mod apply;
mod authority;
mod change;
mod chunk;
mod content;
mod crowded;
mod deed;
mod document;
mod draft;
mod drafting;
mod erasing;
mod error;
mod floor;
mod follower;
mod following;
mod history;
mod lineage;
mod reissue;
mod rejudge;
mod scrutiny;
mod settle;
mod sorting;
mod transferring;
mod trial;

pub use admit::REFUSALS;
pub use authority::{Authority, Deed, Nobody, NotPermitted, Ruling, What};
pub use deed::deeds_of_fields;
pub use draft::{Act, Author, Draft, Edits};
pub(crate) use erasing::{Counting, ErasureJudge, ErasureRuling, Loose, PartlyErased, part_of};
pub use error::ReplicaError;
pub use floor::load_documents;
pub use follower::{Applied, Replica, Setup};
pub use history::{FieldChange, HistoryEntry, history_of, saved_document};
pub use reissue::{Meant, meant};
pub use rejudge::{ReadEntries, Rejudged};
// For the fuzzing targets alone.
#[doc(hidden)]
pub use scrutiny::{Said, Scrutiny, Verdict};
pub use settle::{Precedence, registry_precedence};
pub use sorting::NEEDS_NEWER_VERSION;
pub(crate) use transferring::Transfers;
// For the fuzzing targets alone.
#[doc(hidden)]
pub use trial::{Judged, Trial};

#[cfg(test)]
mod measure;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
