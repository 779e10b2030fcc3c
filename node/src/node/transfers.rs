//! Records that pass from one structure to another: offered, taken back, accepted, listed.
//!
//! What transfers come to is the replica's to say ([`crate::replica`]); here it meets the charter
//! and people. Sealed parts that this structure reads are opened to the receiver with the offer, so
//! that it owns what it can read from the moment that it accepts.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{EntryId, RecordId, StructureId};
use sync_protocol::transfer::{Offer, Ownership, Said, Transfer};

use crate::api::{ApiError, ExitKind};
use crate::registry::{Value as FieldValue, collection};
use crate::replica::{ErasureJudge, Replica, Transfers};
use crate::view::{Record, ViewError};

use super::errors::read;
use super::member::{Member, lock};
use super::sealed_readers::may_be_shared;
use super::{Outcome, clock};

/// What a node keeps in mind of transfers.
#[derive(Debug, Default)]
pub(super) struct Transferring {
    /// What they come to, as last looked at.
    known: Mutex<Arc<Transfers>>,
}

#[derive(Deserialize)]
struct Give {
    id: String,
    to: String,
}

#[derive(Deserialize)]
struct Withdrawn {
    id: String,
    to: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl Member {
    /// Looks at transfers again; what changed hands is made again.
    pub(super) fn settle_transfers(&self, replica: &mut Replica) -> Result<(), ApiError> {
        let judge: &dyn ErasureJudge = self;
        let read = |places: &[Place]| self.entries_at(places);
        let (transfers, rejudged) = replica.follow_transfers(judge, &read)?;
        self.note_orphaned(&rejudged.orphaned)?;
        *lock(&self.transferring.known) = Arc::new(transfers);
        if !rejudged.applied.changed.is_empty() {
            // Other structures keep what is sealed of them.
            self.forget_needs();
            self.follower.look_for_blobs();
        }
        Ok(())
    }

    fn transfers(&self) -> Arc<Transfers> {
        Arc::clone(&lock(&self.transferring.known))
    }

    /// Who owned the record that an entry created, its creator first, where it passed on.
    pub(super) fn owners_at(&self, creation: Option<&Place>) -> Vec<StructureId> {
        let transfers = self.transfers();
        let Some(creation) = creation.filter(|_| !transfers.is_empty()) else {
            return Vec::new();
        };
        let record = self.reader.created_by(creation);
        let record = record
            .inspect_err(|error| tracing::error!(%error, "whose a record was cannot be told"))
            .ok()
            .flatten();
        let ownership = record.and_then(|record| transfers.get(&record));
        ownership.map_or_else(Vec::new, |it| it.owners.clone())
    }

    /// Whose a record is: of one that left, its successor's.
    pub(super) fn owner_of_record(&self, record: &Record) -> StructureId {
        self.charter().heir_of(record.owner)
    }

    /// `transfer.offer`: its owner offers a record to another member, with what is sealed of it.
    pub(super) fn offer_record(&self, input: Value) -> Outcome {
        let Give { id, to } = read(input)?;
        let record = self.any_record(&id)?;
        if !self.owns(&record) {
            let text = "only the structure that owns a record transfers it";
            let owner = self.name_of(&self.owner_of_record(&record));
            return Err(
                ApiError::new("only_the_owner_transfers", ExitKind::Refused, text)
                    .with("owner", owner),
            );
        }
        let receivers = self.find_readers(std::slice::from_ref(&to))?;
        let Some(receiver) = receivers.first().copied() else {
            return Err(unknown(&to));
        };
        let name = self.name_of(&receiver);
        if receiver == self.structure {
            let text = "the record is this structure's already";
            return Err(ApiError::new("transfer_to_oneself", ExitKind::Usage, text));
        }
        let transfers = self.transfers();
        let ownership = transfers.get(&record.id);
        let mut open = ownership.into_iter().flat_map(|it| it.open.values());
        if open.any(|offer| offer.to == receiver) {
            let text = format!("the record was offered to {name} already");
            return Err(
                ApiError::new("already_offered", ExitKind::Refused, text).with("name", name)
            );
        }
        let opened = self.open_to(&record, &receivers)?;
        let said = Said::Offer {
            to: receiver,
            after: ownership.and_then(|it| it.passed.last().copied()),
        };
        self.say_transfer(record.id, said)?;
        Ok(json!({
            "id": record.id.to_string(),
            "title": title(&record),
            "collection": record.collection,
            "to": receiver.to_string(),
            "to_name": name,
            "parts": opened,
        }))
    }

    /// `transfer.withdraw`: what this structure offers and nobody accepted yet is its own to keep.
    pub(super) fn withdraw_offer(&self, input: Value) -> Outcome {
        let Withdrawn { id, to } = read(input)?;
        let record = self.any_record(&id)?;
        let whose = to.map(|to| self.find_readers(&[to])).transpose()?;
        let transfers = self.transfers();
        let open = transfers.get(&record.id).into_iter();
        let charter = self.charter();
        let ours = open.flat_map(|it| &it.open).filter(|(_, offer)| {
            let asked = whose.as_ref();
            charter.heir_of(offer.by) == self.structure
                && asked.is_none_or(|it| it.contains(&charter.heir_of(offer.to)))
        });
        let ours: Vec<_> = ours.map(|(id, offer)| (*id, offer.to)).collect();
        if ours.is_empty() {
            let text = "this structure offers that record to nobody";
            return Err(ApiError::new("nothing_offered", ExitKind::NotFound, text));
        }
        let mut names = Vec::new();
        for (offer, to) in ours {
            self.say_transfer(record.id, Said::Withdraw { offer })?;
            names.push(self.name_of(&charter.heir_of(to)));
        }
        Ok(json!({
            "id": record.id.to_string(),
            "title": title(&record),
            "collection": record.collection,
            "to_name": names.join(", "),
        }))
    }

    /// `transfer.accept`: a record that was offered to this structure becomes its own.
    pub(super) fn accept_record(&self, input: Value) -> Outcome {
        let Named { id } = read(input)?;
        let record = self.any_record(&id)?;
        let transfers = self.transfers();
        let for_us = |offer: &Offer| self.charter().heir_of(offer.to) == self.structure;
        let open = transfers.get(&record.id).and_then(|it| {
            let mut offers = it.open.iter();
            offers.find(|(_, offer)| for_us(offer))
        });
        let Some((offer, Offer { by, .. })) = open else {
            let text = "this record is not offered to this structure";
            let owner = self.name_of(&self.owner_of_record(&record));
            return Err(ApiError::new("not_offered", ExitKind::NotFound, text).with("owner", owner));
        };
        self.say_transfer(record.id, Said::Accept { offer: *offer })?;
        let now = self.any_record(&record.id.to_string())?;
        Ok(json!({
            "id": record.id.to_string(),
            "title": title(&record),
            "collection": record.collection,
            "from_name": self.name_of(by),
            "standing": if self.owns(&now) { "owned" } else { "waits" },
        }))
    }

    /// `transfer.list`: what is offered and not accepted yet, to this structure first.
    pub(super) fn list_transfers(&self) -> Outcome {
        let transfers = self.transfers();
        let times = self.reader.transfers()?;
        let time_of = |id: &EntryId| times.iter().find(|it| it.id == *id).map(|it| it.time);
        let mut rows = Vec::new();
        for (record, Ownership { open, .. }) in transfers.iter() {
            let Some(known) = self.reader.get(record)? else {
                continue;
            };
            for (id, offer) in open {
                let to = self.charter().heir_of(offer.to);
                rows.push(json!({
                    "id": record.to_string(),
                    "collection": known.collection,
                    "title": title(&known),
                    "from_name": self.name_of(&offer.by),
                    "to_name": self.name_of(&to),
                    "to_us": to == self.structure,
                    "time": time_of(id).map(clock::iso),
                }));
            }
        }
        rows.sort_by_key(|row| (row["to_us"] != json!(true), row["time"].to_string()));
        Ok(json!({ "offers": rows }))
    }

    /// The transfers of a record by which it passed on, in their order, as its history shows them.
    pub(super) fn passed_on(&self, record: &RecordId) -> Result<Vec<Value>, ApiError> {
        let transfers = self.transfers();
        let Some(ownership) = transfers.get(record) else {
            return Ok(Vec::new());
        };
        let entries = self.reader.transfers()?;
        let from_to = ownership.owners.iter().zip(ownership.owners.iter().skip(1));
        let mut rows = Vec::new();
        for (id, (from, to)) in ownership.passed.iter().zip(from_to) {
            let accepted = entries
                .iter()
                .filter(|it| it.refused.is_none())
                .filter(|it| it.transfer.said == Said::Accept { offer: *id })
                .min_by_key(|it| (it.time, it.id));
            let Some(accepted) = accepted else { continue };
            rows.push(json!({
                "seq": accepted.seq,
                "node": accepted.author.to_string(),
                "structure": to.to_string(),
                "structure_name": self.name_of(to),
                "time": clock::iso(accepted.time),
                "kind": "transfer",
                "signature_ok": self.signature_holds(&accepted.author, accepted.seq)?,
                "changes": [],
                "removed": null,
                "from_name": self.name_of(from),
            }));
        }
        Ok(rows)
    }

    /// Opens what is sealed of a record, as far as it is read here; returns how many parts.
    fn open_to(
        &self,
        record: &Record,
        receivers: &BTreeSet<StructureId>,
    ) -> Result<usize, ApiError> {
        let sealed = self.sealed(&record.id)?;
        let mut opened = 0;
        for part in sealed.parts() {
            if !part.readers().contains(&self.structure) {
                continue;
            }
            let erased = part.heads().any(|(_, stated, _)| {
                let without = self.without_copies(&record.id, &stated.seal.part, receivers);
                !without.is_empty()
            });
            if erased {
                continue;
            }
            may_be_shared(&record.fields)?;
            self.grant_part(&sealed, part, receivers)?;
            opened += 1;
        }
        Ok(opened)
    }

    fn say_transfer(&self, record: RecordId, said: Said) -> Result<(), ApiError> {
        let creation = self.reader.creation(&record)?;
        let transfer = Transfer { record, said };
        self.say_of(creation, Kind::TRANSFER, transfer.encode())
    }

    /// The record of any collection that begins so.
    fn any_record(&self, id: &str) -> Result<Record, ApiError> {
        let found = self.reader.resolve(id, None);
        let found = found.map_err(|error| match error {
            ViewError::UnknownRecord { .. } => unknown(id),
            other => other.into(),
        })?;
        self.reader.get(&found)?.ok_or_else(|| unknown(id))
    }
}

fn title(record: &Record) -> Option<&str> {
    let declared = collection(&record.collection)?;
    match record.fields.get(declared.title) {
        Some(FieldValue::Text(title)) => Some(title),
        _ => None,
    }
}

fn unknown(id: &str) -> ApiError {
    ApiError::new(
        "unknown_record",
        ExitKind::NotFound,
        format!("no record {id}"),
    )
    .with("id", id)
}
