//! The list of approvals that the proposer of a version owes the network, written once.
//!
//! While it is not known, entries of a narrowed journal may have to wait: so it is written as soon
//! as this node sees that its proposal came into force, whatever made it look.
//! Spec: docs/protocol.md, section 7.

use sync_protocol::entry::Kind;

use crate::api::ApiError;
use crate::node::member::Member;

impl Member {
    /// Writes the lists of approvals that are due; does nothing where none is.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(in crate::node) fn certify_what_is_due(&self) -> Result<(), ApiError> {
        // Looked at again under the lock that writers hold, so that two threads write one list.
        while self.charter().certificate_due(&self.me).is_some() {
            let due = |charter: &sync_protocol::charter::Charter| {
                charter.certificate_due(&self.me).map(|it| it.encode())
            };
            if !self.say_if(Kind::CERTIFY, due)? {
                break;
            }
        }
        Ok(())
    }

    /// As [`Member::certify_what_is_due`], where nobody waits for the answer.
    pub(in crate::node) fn certify_quietly(&self) {
        if let Err(error) = self.certify_what_is_due() {
            tracing::warn!(%error, "a list of approvals could not be written");
        }
    }
}
