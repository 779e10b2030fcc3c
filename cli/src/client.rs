//! A node to ask: one opened in this process, or one that runs and listens on loopback.

use capactif_node::api::{ApiError, Service};
use serde_json::Value;

pub(crate) mod loopback;

pub(crate) use loopback::Loopback;

/// Something that answers a node's operations.
pub(crate) trait Client {
    /// Carries out `operation`; long work says how far it is through `progress`.
    fn call(
        &mut self,
        operation: &str,
        input: Value,
        progress: &mut dyn FnMut(Value),
    ) -> Result<Value, ApiError>;
}

/// A node opened in this process.
pub(crate) struct InProcess(pub(crate) Box<dyn Service>);

impl Client for InProcess {
    fn call(
        &mut self,
        operation: &str,
        input: Value,
        progress: &mut dyn FnMut(Value),
    ) -> Result<Value, ApiError> {
        self.0.call(operation, input, progress)
    }
}
