//! What the documents alone cost, for the benchmarks to hold the node against.

use std::sync::atomic::{AtomicUsize, Ordering};

use automerge::Automerge;

use super::error::ReplicaError;
use super::follower::thread_count;

/// Loads saved documents with Automerge on all cores and lets go of each at once.
///
/// # Errors
/// Bytes that are not a document.
pub fn load_documents(saved: &[Vec<u8>]) -> Result<(), ReplicaError> {
    let next = AtomicUsize::new(0);
    let load = || {
        while let Some(saved) = saved.get(next.fetch_add(1, Ordering::Relaxed)) {
            Automerge::load(saved).map_err(|error| ReplicaError::Document {
                detail: error.to_string(),
            })?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..thread_count()).map(|_| scope.spawn(load)).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| {
                Err(ReplicaError::Document {
                    detail: "panicked".to_owned(),
                })
            })
        })
    })
}
