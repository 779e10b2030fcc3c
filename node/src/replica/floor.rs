//! What the documents alone cost, for the benchmarks to hold the node against.

use automerge::Automerge;

use super::error::ReplicaError;
use crate::threads::on_all_cores;

/// Loads saved documents with Automerge on all cores and lets go of each at once.
///
/// # Errors
/// Bytes that are not a document.
pub fn load_documents(saved: &[Vec<u8>]) -> Result<(), ReplicaError> {
    let loaded = on_all_cores(saved, |saved| match Automerge::load(saved) {
        Ok(_) => Ok(()),
        Err(error) => Err(ReplicaError::Document {
            detail: error.to_string(),
        }),
    });
    loaded.into_iter().collect()
}
