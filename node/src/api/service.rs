//! What a node can be asked: operations by name, JSON in, JSON out.

use serde_json::Value;

use crate::error::ApiError;

/// The operations by name, as `GET /api/v1` lists them; `docs/guide` shows what each takes.
pub const OPERATIONS: &[&str] = &[
    "attachment.add",
    "attachment.list",
    "attachment.remove",
    "attachment.save",
    "backup",
    "bundle.read",
    "bundle.write",
    "changes",
    "charter.approve",
    "charter.log",
    "charter.person",
    "charter.propose",
    "charter.ratify",
    "charter.show",
    "charter.suspend",
    "committee.prepare",
    "doctor",
    "duplicates.decide",
    "duplicates.list",
    "duplicates.undo",
    "entry.refused",
    "entry.reissue",
    "erasure.due",
    "erasure.erase",
    "erasure.status",
    "evaluation.freeze",
    "evaluation.ratify",
    "export",
    "holder.add",
    "holder.edit",
    "holder.export",
    "holder.log",
    "holder.search",
    "holder.share",
    "holder.show",
    "holder.unshare",
    "import",
    "improvement.adopt",
    "inconsistencies.list",
    "key.admit",
    "key.draft",
    "key.say",
    "key.show",
    "key.waiting",
    "mapping.list",
    "mapping.remove",
    "mapping.save",
    "mapping.show",
    "match.new",
    "match.opportunity",
    "match.project",
    "match.told",
    "meeting.agenda",
    "meeting.papers",
    "network.found",
    "network.invite",
    "network.join",
    "opportunity.verify",
    "peer.add",
    "peer.list",
    "project.checklist",
    "query",
    "record.add",
    "record.conflicts",
    "record.history",
    "record.list",
    "record.remove",
    "record.resolve",
    "record.restore",
    "record.set",
    "record.show",
    "referral.move",
    "referral.reroute",
    "referral.send",
    "report",
    "restore",
    "review.list",
    "sealed.grant",
    "sealed.log",
    "sealed.revoke",
    "sealed.search",
    "search",
    "status",
    "sync",
    "territory.find",
    "todo",
    "transfer.accept",
    "transfer.list",
    "transfer.offer",
    "transfer.withdraw",
];

/// A node that answers operations.
///
/// Calls block (they wait for the disk, or for a peer) and may come from several threads at once.
pub trait Service: Send + Sync {
    /// Carries out one operation of [`OPERATIONS`].
    ///
    /// Long work says how far it is through `progress`: objects with `done` and, when known,
    /// `total`, and a `step` (a message key), as often as it likes.
    ///
    /// # Errors
    /// [`ApiError`] when the operation is unknown, its input does not fit, or it fails.
    fn call(
        &self,
        operation: &str,
        input: Value,
        progress: &mut dyn FnMut(Value),
    ) -> Result<Value, ApiError>;
}
