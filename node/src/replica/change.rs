//! Changes read, judged and carried out without Automerge.
//!
//! Most records hold scalars at the root of their document only (see [`super::document`]), and
//! most changes are only ever read: making a document out of six of them to list its root takes
//! eight times as long as reading and listing them here (`measure`).
//!
//! [`compose`] makes one. [`Change::parse`] reads one in place, strictly; [`State::apply`] checks it against the record
//! and carries it out. What both accept, Automerge accepts, saves, loads again under the same
//! hashes, and comes to the same values; the tests hold them against each other.
//!
//! Source: <https://automerge.org/automerge-binary-format-spec/>.

mod column;
mod compose;
mod encode;
mod error;
mod log;
mod operation;
mod operations;
mod parse;
mod plan;
mod read;
mod seen;
mod state;

#[cfg(test)]
mod histories;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lies;
#[cfg(test)]
mod measure;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub(crate) use compose::{Composed, compose};
pub(crate) use error::CheckError;
pub(crate) use operation::{Act as OperationAct, OpRef, Scalar};
pub(crate) use parse::Change;
pub(crate) use plan::Plan;
pub(crate) use state::{Seen, State, Value};
