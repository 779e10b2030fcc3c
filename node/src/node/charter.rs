//! The charter at people's hands: proposed, voted, suspended, ratified, shown.
//!
//! What a charter is, who may what and which version is in force, is [`sync_protocol::charter`];
//! this room asks it, writes what people decide as entries of this node's journal, and tells what it
//! says. It answers codes and facts; the sentences are the command line's.
//!
//! - `amend` (a version composed from what is wanted), `propose` and `votes` (writing it, approving),
//!   `certify` (the list that a proposer owes), `suspend`, `ratify`, `person_desk` (what happens where
//!   a person's key is);
//! - `show`, `log` (the charter, its minutes), `changes` (one version against another), `mandates`
//!   (codes and people's words for them), `people` (members and nodes by name), `words` (what is
//!   refused, and why), `alarms` (for `status`), `renew` (mandates to look at again), `shown` (what only a peer's word at parting told).

mod alarms;
mod amend;
mod certify;
mod changes;
mod log;
mod mandates;
pub(super) mod people;
mod person_desk;
mod propose;
mod ratify;
mod renew;
mod show;
pub(super) mod shown;
mod suspend;
mod votes;
pub(super) mod words;

pub use person_desk::PersonDesk;
