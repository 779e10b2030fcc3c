//! One node over one home directory: what it is, what it can be asked.
//!
//! A [`Node`] answers the operations of [`crate::api`]. Until its home belongs to a network it can
//! only found one or join one; then everything goes through [`Member`], which ties the store, the
//! replica and the charter together and owns the write path: draft, sign, outbox, store (synced),
//! follow, tell the peers.
//!
//! - `genesis` (found, join), `member` (opening, writing, following), `hosting` (what
//!   synchronisation asks), `admission` (invitations), `charter` (votes), and one file for each family of
//!   operations: `records`, `reading`, `blobs`, `attachments`, `papers`, `holders`, `referrals`, `import`, `export`, `bundles`,
//!   `peers`, `upkeep`, `status`, `erasure`, `evaluation`, `transfers`; `identities` (what roots said, sealing keys); and `repair`, for a home over
//!   which no node opens.

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use crate::api::{ApiError, ExitKind, Service};
use crate::home::lock::LockedHome;
use crate::territory::Territory;

mod access_log;
mod admission;
mod answers;
mod arrivals;
mod attachments;
mod blobs;
mod branches;
mod bundles;
mod changes;
mod charter;
mod checklist;
pub(crate) mod clock;
mod context;
mod duplicates;
mod erasure;
mod errors;
mod evaluation;
pub(crate) mod export;
pub mod forgery;
mod genesis;
mod holder_export;
mod holders;
mod hosting;
mod identities;
mod import;
mod inconsistencies;
mod mappings;
mod matching;
mod meetings;
mod member;
mod papers;
mod paused;
mod peers;
pub(crate) mod public;
mod reading;
pub(crate) mod received;
mod records;
mod referrals;
mod repair;
mod sealed_conflicts;
mod sealed_fields;
mod sealed_parts;
mod sealed_readers;
mod sealed_search;
mod sending;
mod silence;
mod status;
mod surroundings;
mod todo;
mod transfers;
mod unnamed_blobs;
mod upkeep;

pub use charter::PersonDesk;
pub use hosting::RunOptions;
pub use identities::{Ask, Asking, Call, Desk, Rotated, Sheet};
pub use member::Member;
pub use repair::{RepairOptions, repair};

/// The outcome of an operation.
pub(crate) type Outcome = Result<Value, ApiError>;

/// How long work says how far it is.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(Value);

/// A node over a home that this process holds.
#[derive(Debug)]
pub struct Node {
    home: LockedHome,
    territory: &'static Territory,
    member: RwLock<Option<Arc<Member>>>,
}

impl Node {
    /// Opens the node of a home, catching up with whatever a crash left undone.
    ///
    /// # Errors
    /// The store, the read model or a file of the home cannot be opened: the error says which and
    /// what to do.
    pub fn open(home: LockedHome) -> Result<Self, ApiError> {
        let territory = Territory::embedded();
        let member = match home.home().membership()? {
            Some(membership) => Some(Member::open(home.home(), &membership, territory)?),
            None => None,
        };
        Ok(Self {
            home,
            territory,
            member: RwLock::new(member),
        })
    }

    /// The home this process holds.
    #[must_use]
    pub const fn home(&self) -> &LockedHome {
        &self.home
    }

    /// The member that this node is.
    ///
    /// # Errors
    /// `no_network` while the home belongs to none.
    pub fn member(&self) -> Result<Arc<Member>, ApiError> {
        let member = self.member.read().unwrap_or_else(PoisonError::into_inner);
        member.clone().ok_or_else(|| {
            ApiError::new(
                "no_network",
                ExitKind::Usage,
                "this home belongs to no network yet: found one or join one",
            )
        })
    }

    fn become_member(&self, member: Arc<Member>) {
        *self.member.write().unwrap_or_else(PoisonError::into_inner) = Some(member);
    }

    fn require_no_network(&self) -> Result<(), ApiError> {
        match self.member() {
            Err(_) => Ok(()),
            Ok(member) => Err(ApiError::new(
                "network_exists",
                ExitKind::Usage,
                "this home belongs to a network already: use another home",
            )
            .with("network", member.network_name())),
        }
    }
}

impl Service for Node {
    fn call(&self, operation: &str, input: Value, progress: Progress<'_>) -> Outcome {
        match operation {
            "network.found" => return self.found(input),
            "network.join" => return self.join(input),
            "restore" => return self.restore(input, progress),
            _ => {}
        }
        let member = self.member()?;
        match operation {
            "network.invite" => member.invite(input),
            "key.show" => member.show_keys(),
            "key.draft" => member.draft_statement(input),
            "key.say" => member.say_statement(input),
            "key.waiting" => member.list_waiting(),
            "key.admit" => member.admit_waiting(input),
            "charter.show" => Ok(member.show_charter()),
            "charter.log" => member.charter_log(),
            "charter.propose" => member.propose_charter(input),
            "charter.approve" => member.approve(input),
            "charter.suspend" => member.suspend(input),
            "charter.ratify" => member.ratify(input),
            "charter.person" => member.make_person(input),
            "entry.refused" => member.list_refused(input),
            "entry.reissue" => member.reissue(input),
            "record.add" => member.add_record(input),
            "record.set" => member.set_record(input),
            "record.show" => member.show_record(input),
            "record.list" => member.list_records(input),
            "record.history" => member.show_history(input),
            "record.conflicts" => member.list_conflicts(input),
            "record.resolve" => member.resolve_conflict(input),
            "record.remove" => member.remove_record(input, true),
            "record.restore" => member.remove_record(input, false),
            "attachment.add" => member.attach(input),
            "attachment.list" => member.list_attachments(input),
            "attachment.remove" => member.detach(input),
            "attachment.save" => member.save_attachments(input),
            "changes" => member.changes(input),
            "meeting.agenda" => member.meeting_agenda(input),
            "meeting.papers" => member.meeting_papers(input),
            "holder.add" => member.add_holder(input),
            "holder.show" => member.show_holder(input),
            "holder.edit" => member.edit_holder(input),
            "holder.export" => member.export_holder(input),
            "holder.share" => member.share_holder(input),
            "holder.unshare" => member.unshare_holder(input),
            "holder.search" => member.search_holders(input),
            "holder.log" => member.show_holder_readings(input),
            "baseline.load" => member.load_baseline(input),
            "baseline.show" => member.show_baseline(),
            "paper.add" => member.add_papers(input),
            "paper.list" => member.list_papers(input),
            "paper.remove" => member.take_back_papers(input),
            "paper.save" => member.save_papers(input),
            "sealed.grant" => member.grant_sealed(input),
            "sealed.revoke" => member.revoke_sealed(input),
            "sealed.search" => member.search_sealed(input),
            "sealed.log" => member.show_readings(input),
            "opportunity.verify" => member.verify_opportunities(input),
            "project.checklist" => member.project_checklist(input),
            "referral.send" => member.send_referral(input),
            "referral.reroute" => member.reroute_referral(input),
            "referral.move" => member.move_referral(input),
            "match.project" => member.match_project(input),
            "match.opportunity" => member.match_opportunity(input),
            "match.new" => member.new_matches(),
            "match.told" => member.tell_matches(input),
            "duplicates.list" => member.list_duplicates(input),
            "duplicates.decide" => member.decide_duplicate(input),
            "duplicates.undo" => member.undo_duplicate(input),
            "inconsistencies.list" => member.list_inconsistencies(input),
            "review.list" => member.list_review(input),
            "search" => member.search(input),
            "todo" => member.todo(input),
            "arrivals.new" => member.new_arrivals(input),
            "arrivals.told" => member.tell_arrivals(input),
            "query" => member.query(input),
            "import" => member.import(input, progress),
            "report" => member.report(input),
            "evaluation.freeze" => member.freeze_evaluation(input),
            "evaluation.ratify" => member.ratify_evaluation(input),
            "committee.prepare" => member.prepare_committee(input),
            "improvement.adopt" => member.adopt_improvement(input),
            "erasure.due" => member.erasures_due(),
            "erasure.erase" => member.erase(input),
            "erasure.status" => member.erasure_status(input),
            "transfer.offer" => member.offer_record(input),
            "transfer.accept" => member.accept_record(input),
            "transfer.withdraw" => member.withdraw_offer(input),
            "transfer.list" => member.list_transfers(),
            "export" => member.export(input),
            "mapping.list" => member.list_mappings(),
            "mapping.show" => member.show_mapping(input),
            "mapping.save" => member.save_mapping(input),
            "mapping.remove" => member.remove_mapping(input),
            "status" => member.status(),
            "sync" => member.sync(input, progress),
            "bundle.write" => member.write_bundle(input, progress),
            "bundle.read" => member.read_bundle(input, progress),
            "doctor" => member.doctor(input, progress),
            "backup" => member.backup(input, progress),
            "peer.add" => member.add_peer(input),
            "peer.list" => member.list_peers(),
            "territory.find" => member.find_commune(input),
            _ => Err(ApiError::new(
                "unknown_operation",
                ExitKind::NotFound,
                format!("there is no operation {operation}"),
            )
            .with("operation", operation)),
        }
    }
}

#[cfg(test)]
mod tests;
