//! The one HTTP and JSON door to a node.
//!
//! [`service`] is what a node can be asked, by operation name; [`router`] puts it behind HTTP with
//! a token and checks of where a request comes from; [`server`] listens on loopback. The command
//! line calls a [`Service`] in process or through the server, with the same answers either way.

pub mod guard;
pub mod router;
pub mod server;
pub mod service;
pub mod token;

pub use crate::error::{ApiError, Coded, Detail, ExitKind};
pub use guard::Guard;
pub use service::{OPERATIONS, Service};
