//! What transfers come to: whose each record is, and was.
//!
//! A transfer is kept when it is read, and judged once what it names is known; all are judged anew
//! whenever others come or the charter grows. Records that came to other owners are made again:
//! who owns a record may edit it, and so may its edits count. Spec: docs/protocol.md, section 4.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{EntryId, RecordId, StructureId};
use sync_protocol::transfer::{Offer, Ownership, Said, Transfer};

use super::erasing::{Counting, ErasureJudge, journal_of};
use super::error::ReplicaError;
use super::follower::Replica;
use super::rejudge::{ReadEntries, Rejudged};
use crate::view::{TRANSFER_REFUSALS, TransferEntry, View, ViewError};

/// What the transfers that are known come to, by record.
pub(crate) type Transfers = BTreeMap<RecordId, Ownership>;

/// Why an entry that transfers cannot be read at all.
pub(super) fn flaw(entry: &Entry) -> Option<&'static str> {
    let body = entry.body.as_deref().unwrap_or_default();
    match (entry.header.subject, Transfer::decode(body)) {
        (_, Err(_)) => Some("malformed_body"),
        (None, Ok(_)) => Some("no_record"),
        (Some(_), Ok(_)) => None,
    }
}

/// How a transfer stands by itself, whatever became of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Its author's structure may say something of the record.
    Of {
        by: StructureId,
        creator: StructureId,
    },
    Waits,
    Refused(&'static str),
}

impl Replica {
    /// Whether some of these entries bear on transfers that are known.
    pub(super) fn bears_on_transfers(&self, entries: &[Entry]) -> bool {
        let awaited = &self.awaited_by_transfers;
        let bears = |entry: &Entry| {
            let author = &entry.header.author;
            awaited.contains(&entry.place()) || awaited.contains(&journal_of(author))
        };
        !awaited.is_empty() && entries.iter().any(bears)
    }

    /// Judges all transfers that are known, and makes the records again that have other owners than
    /// before; `read` gives the entries at places, out of the journals.
    ///
    /// # Errors
    /// Journals or read model cannot be read or written; what was done until then stands, and the
    /// rest is done at the next call.
    pub(crate) fn follow_transfers<E: From<ReplicaError>>(
        &mut self,
        judge: &dyn ErasureJudge,
        read: &ReadEntries<'_, E>,
    ) -> Result<(Transfers, Rejudged), E> {
        let of_view = |error: ViewError| E::from(ReplicaError::from(error));
        let entries = self.view.transfers().map_err(of_view)?;
        let mut records: BTreeMap<RecordId, Vec<(TransferEntry, Standing)>> = BTreeMap::new();
        self.awaited_by_transfers.clear();
        for entry in entries {
            let standing = standing(&self.view, judge, &entry).map_err(of_view)?;
            if standing == Standing::Waits {
                let author = journal_of(&entry.author);
                self.awaited_by_transfers.extend([entry.subject, author]);
            }
            let of_record = records.entry(entry.transfer.record).or_default();
            of_record.push((entry, standing));
        }
        let mut transfers = Transfers::new();
        let mut refusals = Vec::new();
        for (record, entries) in records {
            let (ownership, refused) = come_to(judge, &entries);
            transfers.extend(ownership.map(|it| (record, it)));
            let changed = entries.into_iter().filter_map(|(entry, _)| {
                let now = refused.get(&entry.id).copied();
                (now != entry.refused).then_some((entry, now))
            });
            refusals.extend(changed);
        }
        let changed = changed_owners(self.view.passed_on(), &transfers);
        let write = |view: &mut View| {
            for (entry, refused) in &refusals {
                view.set_transfer_refused(entry, *refused)?;
            }
            for record in &changed {
                let owners = transfers.get(record).map_or(&[][..], |it| &it.owners);
                view.set_owners(record, owners)?;
            }
            Ok::<_, ViewError>(())
        };
        if !refusals.is_empty() || !changed.is_empty() {
            self.view.transaction(write).map_err(of_view)?;
        }
        let rejudged = self.remake(&changed, read)?;
        Ok((transfers, rejudged))
    }
}

/// The records that have other owners now than is noted.
fn changed_owners(
    noted: &HashMap<RecordId, Vec<StructureId>>,
    transfers: &Transfers,
) -> BTreeSet<RecordId> {
    let owners = |record: &RecordId| {
        let now = transfers.get(record).map(|it| &it.owners);
        now.filter(|owners| owners.len() > 1)
    };
    let known = noted.keys().chain(transfers.keys());
    known
        .filter(|record| noted.get(*record) != owners(record))
        .copied()
        .collect()
}

/// What the transfers of one record come to, and which of them count for nothing.
fn come_to(
    judge: &dyn ErasureJudge,
    entries: &[(TransferEntry, Standing)],
) -> (Option<Ownership>, BTreeMap<EntryId, &'static str>) {
    let [by_another, ..] = TRANSFER_REFUSALS;
    let mut refused = BTreeMap::new();
    let mut creator = None;
    let mut offers: BTreeMap<EntryId, Offer> = BTreeMap::new();
    let (mut acceptances, mut withdrawals) = (Vec::new(), Vec::new());
    for (entry, standing) in entries {
        match (standing, entry.transfer.said) {
            (Standing::Waits, _) => {}
            (Standing::Refused(code), _) => {
                refused.insert(entry.id, *code);
            }
            (Standing::Of { by, creator: of }, Said::Offer { to, after }) => {
                creator = Some(*of);
                offers.insert(entry.id, Offer { by: *by, to, after });
            }
            (Standing::Of { by, .. }, Said::Accept { offer }) => {
                acceptances.push((entry.id, *by, offer));
            }
            (Standing::Of { by, .. }, Said::Withdraw { offer }) => {
                withdrawals.push((entry.id, *by, offer));
            }
        }
    }
    let is_for = |by: &StructureId, whom: &StructureId| by == whom || judge.owner_of(*whom) == *by;
    // Who offers owns it by the offer named; who accepts is whom it is offered to, who takes an
    // offer back made it.
    for (id, offer) in &offers {
        let owner = match &offer.after {
            None => creator,
            Some(after) => offers.get(after).map(|before| before.to),
        };
        if owner.is_some_and(|owner| !is_for(&offer.by, &owner)) {
            refused.insert(*id, by_another);
        }
    }
    for (id, by, offer) in &acceptances {
        let to = offers.get(offer).map(|offer| offer.to);
        if to.is_some_and(|to| !is_for(by, &to)) {
            refused.insert(*id, by_another);
        }
    }
    for (id, by, offer) in &withdrawals {
        let giver = offers.get(offer).map(|offer| offer.by);
        if giver.is_some_and(|giver| !is_for(by, &giver)) {
            refused.insert(*id, by_another);
        }
    }
    let said = |of: Vec<(EntryId, StructureId, EntryId)>| -> Vec<_> {
        let of = of.into_iter().map(|(_, by, offer)| (by, offer));
        of.collect()
    };
    let (accepted, withdrawn) = (said(acceptances), said(withdrawals));
    let ownership =
        creator.map(|creator| Ownership::of(creator, &offers, &accepted, &withdrawn, &is_for));
    (ownership, refused)
}

fn standing(
    view: &View,
    judge: &dyn ErasureJudge,
    entry: &TransferEntry,
) -> Result<Standing, ViewError> {
    let [_, of_another, by_who_left] = TRANSFER_REFUSALS.map(Standing::Refused);
    let creation = &entry.subject;
    let known = match view.created_by(creation)? {
        Some(record) => Some(record),
        None => match view.dead_record(creation) {
            Some(record) => Some(record),
            None => view.refused_creation(creation)?,
        },
    };
    match (known, view.without_body().get(creation)) {
        (Some(record), _) if record != entry.transfer.record => return Ok(of_another),
        // Without its body nothing contradicts what the transfer says.
        (Some(_), _) | (None, Some(&Kind::CREATE)) => {}
        (None, Some(_)) => return Ok(of_another),
        (None, None) => return Ok(Standing::Waits),
    }
    let (Some(creator), Some(by)) = (
        judge.structure_of(&creation.author),
        judge.structure_of(&entry.author),
    ) else {
        return Ok(Standing::Waits);
    };
    let at = Place {
        author: entry.author,
        seq: entry.seq,
    };
    Ok(match judge.counts(&at, &entry.cited, &by) {
        Counting::Yes => Standing::Of { by, creator },
        Counting::Undecided => Standing::Waits,
        Counting::No => by_who_left,
    })
}

#[cfg(test)]
mod tests;
