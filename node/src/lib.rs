//! A running Cap Actif node: one full replica of the shared registry.
//!
//! The journals in the [`store`] are the truth; documents ([`replica`]) and the read model
//! ([`view`]) are derived from them and can be rebuilt at any time. [`node`] ties them together for
//! one home directory, [`sync`] keeps them in step with the other partners over the [`network`],
//! and [`api`] is the one door for the command line and the browser.

pub mod api;
pub mod blobs;
pub mod duplicates;
pub mod error;
pub mod exchange;
mod fuse;
pub mod handles;
pub mod home;
mod indicators;
pub mod language;
pub mod locales;
pub mod matching;
pub mod messages;
pub mod naf;
pub mod network;
pub mod node;
pub mod paris;
pub mod portal;
pub mod registry;
pub mod replica;
pub mod sealing;
pub mod store;
pub mod sync;
pub mod territory;
pub mod text;
mod threads;
pub mod view;
