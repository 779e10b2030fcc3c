//! Carrying out: what erasures name is deleted here, durably, and this node says so.
//!
//! In steps that a crash may interrupt anywhere, since each does nothing where nothing is left to
//! do: bodies out of stored runs and outbox, both written anew so that no file keeps them; copies
//! that a repair kept; the read model; then the entry that acknowledges. Until that is written all
//! of it is done again when the node opens.

use std::collections::BTreeSet;
use std::fs;

use sync_protocol::entry::Kind;
use sync_protocol::id::EntryId;
use sync_protocol::seal::erase::{Erased, MAX_ACKNOWLEDGED, Scope};

use crate::api::ApiError;
use crate::home::atomic;
use crate::node::errors::of_file;

use super::super::member::{Member, lock};

/// What a home keeps of how it was before a repair, by the beginning of its name.
const KEPT: [&str; 4] = ["kept-", "store.kept-", "store.mended", "store.scratch"];

impl Member {
    /// Carries out what erasures ask for and this node has not done yet.
    pub(in crate::node) fn carry_out_erasures(&self) -> Result<(), ApiError> {
        let mut deleted = lock(&self.erasing.deleted);
        let ruling = self.erasing.ruling();
        let due = self.replica().not_carried_out(&self.me, &ruling.deleting)?;
        if due.is_empty() && !ruling.late {
            return Ok(());
        }
        if ruling.late || !due.is_subset(&deleted) {
            let named = self.journals.named_by(&ruling.bodies)?;
            let bodies = self.journals.leave_out(&named)?;
            lock(&self.outbox).leave_out(&named)?;
            self.journals.rewrite()?;
            self.remove_kept_copies()?;
            self.replica().scrub()?;
            lock(&self.erasing.ruling).late = false;
            deleted.extend(&due);
            tracing::info!(bodies, erasures = due.len(), "erasures were carried out");
        }
        self.acknowledge(&due)
    }

    /// Says that these are carried out. A node that may not write says it when it may again.
    fn acknowledge(&self, due: &BTreeSet<EntryId>) -> Result<(), ApiError> {
        if let Err(error) = self.require_own_journal() {
            tracing::warn!(%error, "erasures are carried out and cannot be acknowledged yet");
            return Ok(());
        }
        let due: Vec<EntryId> = due.iter().copied().collect();
        for some in due.chunks(MAX_ACKNOWLEDGED) {
            let said = Erased {
                scope: Scope::All,
                erases: some.to_vec(),
            };
            self.say(Kind::ERASED, said.encode())?;
        }
        Ok(())
    }

    /// Removes what repairs kept: nothing can be cut out of a store that does not open.
    fn remove_kept_copies(&self) -> Result<(), ApiError> {
        let folder = self.home.directory();
        let failed = |error| of_file(folder, &error);
        let mut removed = false;
        for item in fs::read_dir(folder).map_err(failed)? {
            let item = item.map_err(failed)?;
            let name = item.file_name();
            let name = name.to_string_lossy();
            if !KEPT.iter().any(|kept| name.starts_with(kept)) {
                continue;
            }
            let path = item.path();
            let gone = match path.is_dir() {
                true => fs::remove_dir_all(&path),
                false => fs::remove_file(&path),
            };
            gone.map_err(|error| of_file(&path, &error))?;
            removed = true;
        }
        if removed {
            atomic::sync_directory(folder).map_err(failed)?;
        }
        Ok(())
    }
}
