//! Journals that their author forked: the proof kept, and the branch that the charter left put aside.

use sync_protocol::charter::Charter;
use sync_protocol::entry::Entry;
use sync_protocol::frontier::Tip;
use sync_protocol::id::NodeId;
use sync_protocol::run::VerifiedRun;

use crate::api::{ApiError, Detail, ExitKind};
use crate::store::StoreError;

use super::charter::shown;
use super::member::Member;

impl Member {
    /// Keeps the proof that a journal has two branches.
    pub(super) fn keep_proof(&self, after: Tip, run: &VerifiedRun) {
        let erased = self.erased_bodies();
        if let Err(error) = (self.journals).keep_fork(self.network, after, run, &erased) {
            tracing::error!(%error, "the proof of a fork could not be kept");
            self.alarm(ApiError::from_coded(&error));
        }
    }

    /// Puts what is held of a journal after an entry aside, since the charter names another branch.
    pub(super) fn put_branch_aside(&self, author: NodeId, after: Tip) -> Option<(Tip, Charter)> {
        let replaced = self.try_put_aside(author, after);
        replaced.unwrap_or_else(|error| {
            tracing::error!(%error, "a branch could not be put aside");
            self.alarm(error);
            None
        })
    }

    fn try_put_aside(
        &self,
        author: NodeId,
        after: Tip,
    ) -> Result<Option<(Tip, Charter)>, ApiError> {
        if author == self.me {
            return Ok(None);
        }
        // Nobody follows the journals meanwhile: the read model begins anew with what is left.
        let mut replica = self.replica();
        let charter = self.charter_without(&author, after)?;
        let (current, named) = {
            let now = self.charter();
            (now.current().0, now.branch_of(&author))
        };
        if charter.current().0 != current || charter.branch_of(&author) != named {
            let text = "the vote for another branch of a journal rests on the one held here";
            return Err(
                ApiError::new("branch_decides_itself", ExitKind::Refused, text)
                    .with("author", author.short()),
            );
        }
        let tip = self.journals.put_aside(author, after)?;
        replica.rebuild()?;
        self.journals.view_is_sound()?;
        self.set_charter(charter.clone());
        drop(replica);
        self.follower.wake(0);
        Ok(Some((tip, charter)))
    }

    /// The charter without what a journal says after an entry.
    fn charter_without(&self, author: &NodeId, after: Tip) -> Result<Charter, ApiError> {
        let authority = self.journals.authority()?;
        let stays = |entry: &&Entry| {
            let header = &entry.header;
            header.author != *author || header.seq <= after.seq
        };
        let entries = authority.iter().map(|signed| &signed.entry).filter(stays);
        let mut charter = self.charter().again(entries);
        // What was only shown is in no journal, and is believed as when the node opens.
        let shown = shown::entries(&self.journals, self.network)?;
        charter.believe(shown.iter().map(|held| &held.entry));
        Ok(charter)
    }

    /// Begins the read model anew if it may show what was put aside: a crash came in between.
    pub(super) fn renew_stale_view(&self) -> Result<(), ApiError> {
        if self.journals.view_is_stale()? {
            self.replica().rebuild()?;
            self.journals.view_is_sound()?;
        }
        Ok(())
    }

    /// What people should know of forked journals.
    pub(super) fn branch_warnings(&self) -> Vec<Detail> {
        self.told_branches().unwrap_or_else(|error| {
            tracing::error!(%error, "what is kept of forks cannot be read");
            vec![Detail::from_coded(&error)]
        })
    }

    fn told_branches(&self) -> Result<Vec<Detail>, StoreError> {
        let detail = |error: ApiError| Detail {
            code: error.code,
            args: error.args,
            message: error.message,
            ..Detail::default()
        };
        let mut told = Vec::new();
        for fork in self.journals.forks()? {
            let named = self.charter().branch_of(&fork.author);
            if named.is_some_and(|head| head.seq > fork.after.seq) {
                continue;
            }
            let text = "a node wrote two branches of its journal";
            let error = ApiError::new("fork_proven", ExitKind::Failed, text)
                .with("author", fork.author.short())
                .with("after", fork.after.seq);
            told.push(detail(error));
        }
        for branch in self.journals.aside()? {
            let text = "a branch of a journal was put aside";
            let error = ApiError::new("branch_put_aside", ExitKind::Failed, text)
                .with("author", branch.author.short())
                .with("first", branch.first_seq)
                .with("last", branch.tip.seq);
            told.push(detail(error));
        }
        Ok(told)
    }
}
