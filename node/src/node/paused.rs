//! Journals that are read no further for now, since too much of them waits or was refused.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use sync_protocol::id::NodeId;

use crate::api::{ApiError, Detail};
use crate::replica::Replica;

use super::charter::people::node_name;
use super::member::Member;

impl Member {
    /// Tells running synchronisation which journals it reads no further, if these are not those
    /// that it was told.
    pub(super) fn pause_crowded(&self, replica: &mut Replica) -> Result<(), ApiError> {
        let now = replica.crowded()?;
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        if *paused == *now {
            return Ok(());
        }
        for author in now.difference(&paused) {
            tracing::warn!(
                ?author,
                "too much of a journal waits or was refused: it is read no further"
            );
        }
        paused.clone_from(now);
        drop(paused);
        self.notify_paused();
        Ok(())
    }

    pub(super) fn paused(&self) -> BTreeSet<NodeId> {
        let paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.clone()
    }

    /// What people should know of it.
    pub(super) fn paused_warnings(&self) -> Vec<Detail> {
        let charter = self.charter();
        let warning = |author: NodeId| Detail {
            code: "journal_paused".into(),
            args: [("name".into(), node_name(&charter, &author))].into(),
            message: "too much of a journal waits or was refused: it is read no further".into(),
            ..Detail::default()
        };
        self.paused().into_iter().map(warning).collect()
    }
}
