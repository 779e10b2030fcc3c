//! The rules of the network, who is in it, and how they decide.
//!
//! One command a file; `document` is the charter as people read it, at a terminal or on paper,
//! `sentences` what a mandate or a change says, `given` how people write a mandate.

pub(crate) mod approve;
mod document;
mod given;
pub(crate) mod log;
pub(crate) mod person;
pub(crate) mod propose;
pub(crate) mod ratify;
pub(crate) mod sentences;
pub(crate) mod show;
pub(crate) mod suspend;
