//! Sealed parts of records at this node: what the seals and grants of a record come to, and their
//! opening.
//!
//! What stands is the pure function of [`sync_protocol::seal::state`] over entries as the read model
//! keeps them; whether an entry counts at all, and whose it is, is asked of the charter each time,
//! since the charter grows. Blobs are [`crate::blobs`]' business.
//! Source: docs/protocol.md, section 14.

use std::collections::{BTreeMap, BTreeSet};

use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{BlobHash, EntryId, NetworkId, NodeId, RecordId, StructureId};
use sync_protocol::seal::Random;
use sync_protocol::seal::body::{Grant, Seal, SealError};
use sync_protocol::seal::key::{Generation, SealingSecret};
use sync_protocol::seal::part::{PartContext, PartKey, PartName, open_part};
use sync_protocol::seal::state::{PartLog, PartState, Said, SealFact};
use sync_protocol::seal::wrap::{Recipient, WrapError};
use sync_protocol::time::Timestamp;
use zeroize::Zeroizing;

use crate::blobs::{BlobError, BlobStore};
use crate::view::SealingEntry;

mod error;

pub use error::SealingError;

/// Whose an entry is that counts, and whether they owned the record then; none for one that does not
/// count (yet).
pub(crate) type Counts<'a> = &'a dyn Fn(&Entry, &StructureId) -> Option<(StructureId, bool)>;

/// Who reads: a structure, with the secrets of its sealing keys that are here.
#[derive(Debug)]
pub(crate) struct Eyes<'a> {
    pub(crate) structure: StructureId,
    pub(crate) secrets: &'a BTreeMap<Generation, SealingSecret>,
}

/// The sealed parts of one record.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub(crate) network: NetworkId,
    pub(crate) record: RecordId,
    parts: BTreeMap<PartName, Part>,
}

/// One part: the entries about it, and what they come to.
#[derive(Debug, Default)]
pub(crate) struct Part {
    log: PartLog,
    seals: BTreeMap<EntryId, StatedSeal>,
    grants: BTreeMap<EntryId, Grant>,
    pub(crate) state: PartState,
}

/// A seal as its entry says it.
#[derive(Debug)]
pub(crate) struct StatedSeal {
    pub(crate) author: NodeId,
    pub(crate) time: Timestamp,
    pub(crate) seal: Seal,
}

/// A part's text, out of one seal that stands.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) author: NodeId,
    pub(crate) time: Timestamp,
    pub(crate) text: Zeroizing<Vec<u8>>,
}

/// The sealed parts of every record, from entries as the read model lists them.
pub(crate) fn gather(
    network: NetworkId,
    entries: &[SealingEntry],
    counts: Counts<'_>,
) -> Vec<(StructureId, Sealed)> {
    let of_records = entries.chunk_by(|one, next| one.record == next.record);
    of_records
        .filter_map(|entries| {
            let first = entries.first()?;
            let sealed = Sealed::of(network, first.record, entries, counts);
            Some((first.owner, sealed))
        })
        .collect()
}

impl Sealed {
    /// The sealed parts of one record.
    pub(crate) fn of(
        network: NetworkId,
        record: RecordId,
        entries: &[SealingEntry],
        counts: Counts<'_>,
    ) -> Self {
        let mut parts: BTreeMap<PartName, Part> = BTreeMap::new();
        for SealingEntry { owner, entry, .. } in entries {
            let Some((structure, as_owner)) = counts(entry, owner) else {
                continue;
            };
            let body = entry.body.as_deref().unwrap_or_default();
            let said = match entry.header.kind {
                Kind::SEAL => Seal::decode(body).map(Said::Seal),
                _ => Grant::decode(body).map(Said::Grant),
            };
            let Ok(said) = said else { continue };
            let part = match &said {
                Said::Seal(seal) => &seal.part,
                Said::Grant(grant) => &grant.part,
            };
            let part = parts.entry(part.clone()).or_default();
            match &said {
                Said::Seal(seal) => {
                    let stated = StatedSeal {
                        author: entry.header.author,
                        time: entry.header.time,
                        seal: seal.clone(),
                    };
                    part.seals.insert(entry.id, stated);
                }
                Said::Grant(grant) => {
                    part.grants.insert(entry.id, grant.clone());
                }
            }
            part.log.observe(
                entry.id,
                SealFact {
                    structure,
                    as_owner,
                    said,
                },
            );
        }
        for part in parts.values_mut() {
            part.state = part.log.state();
        }
        Self {
            network,
            record,
            parts,
        }
    }

    /// The part of this name, if anything was ever sealed under it.
    pub(crate) fn part(&self, name: &PartName) -> Option<&Part> {
        self.parts.get(name)
    }

    /// Every part.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.values()
    }

    /// Every part with its name, in their order.
    pub(crate) fn named_parts(&self) -> impl Iterator<Item = (&PartName, &Part)> {
        self.parts.iter()
    }

    /// Opens one seal of a part.
    ///
    /// # Errors
    /// See [`SealingError`].
    pub(crate) fn open(
        &self,
        part: &Part,
        id: &EntryId,
        eyes: &Eyes<'_>,
        blobs: &BlobStore,
    ) -> Result<Opened, SealingError> {
        let stated = part.seals.get(id).ok_or(SealingError::NothingSealed)?;
        let context = stated
            .seal
            .context(self.network, self.record, stated.author);
        let (key, _) = part.key(id, &context, eyes)?;
        let sealed = &stated.seal.sealed;
        let blob = blobs.read(&sealed.blob)?;
        let text = open_part(&context, sealed, &key, &blob).map_err(SealingError::of_blob)?;
        Ok(Opened {
            author: stated.author,
            time: stated.time,
            text,
        })
    }

    /// Seals `text` as the next of a part, replacing what stands, by `author`.
    ///
    /// # Errors
    /// The text is too long, or a recipient's key cannot be sealed to.
    pub(crate) fn seal(
        &self,
        name: &PartName,
        author: NodeId,
        text: &[u8],
        recipients: &[Recipient],
        draw: &mut dyn FnMut() -> Random,
    ) -> Result<(Seal, Vec<u8>), SealingError> {
        let first = PartState::default();
        let state = self.part(name).map_or(&first, |part| &part.state);
        let context = PartContext {
            network: self.network,
            record: self.record,
            author,
            part: name,
            number: state.next_number.max(1),
            parents: &state.next_parents,
            grants: &state.next_grants,
        };
        Seal::make(&context, text, recipients, draw).map_err(|error| match error {
            SealError::TooLarge(error) => SealingError::TooLarge {
                actual: error.actual,
                limit: error.limit,
            },
            SealError::Unusable(_) => SealingError::Unreadable,
        })
    }

    /// Opens one seal of a part to further structures.
    ///
    /// # Errors
    /// The one who grants does not read it, or a recipient's key cannot be sealed to.
    pub(crate) fn grant(
        &self,
        part: &Part,
        id: &EntryId,
        eyes: &Eyes<'_>,
        recipients: &[Recipient],
        draw: &mut dyn FnMut() -> Random,
    ) -> Result<Grant, SealingError> {
        let stated = part.seals.get(id).ok_or(SealingError::NothingSealed)?;
        let context = stated
            .seal
            .context(self.network, self.record, stated.author);
        let (key, through) = part.key(id, &context, eyes)?;
        Grant::make((*id, &context), through, &key, recipients, draw)
            .map_err(|_| SealingError::Unreadable)
    }
}

impl Part {
    /// The seals that stand, with who reads each.
    pub(crate) fn heads(
        &self,
    ) -> impl Iterator<Item = (&EntryId, &StatedSeal, &BTreeSet<StructureId>)> {
        self.state
            .heads
            .iter()
            .filter_map(|id| Some((id, self.seals.get(id)?, self.state.readers.get(id)?)))
    }

    /// The blobs of seals that wait for what they follow.
    pub(crate) fn blobs_that_wait(&self) -> impl Iterator<Item = BlobHash> {
        let waiting = self.state.waiting.iter();
        waiting.filter_map(|id| Some(self.seals.get(id)?.seal.sealed.blob))
    }

    /// Whoever reads every seal that stands.
    pub(crate) fn readers(&self) -> BTreeSet<StructureId> {
        let mut all = self.heads().map(|(.., readers)| readers.clone());
        let first = all.next().unwrap_or_default();
        all.fold(first, |common, next| &common & &next)
    }

    /// The key of a seal, and the grant by which it was read if the seal itself did not give it.
    fn key(
        &self,
        id: &EntryId,
        context: &PartContext<'_>,
        eyes: &Eyes<'_>,
    ) -> Result<(PartKey, Option<EntryId>), SealingError> {
        let stated = self.seals.get(id).ok_or(SealingError::NothingSealed)?;
        let Eyes { structure, secrets } = eyes;
        let mut error = match stated.seal.key(context, structure, secrets) {
            Ok(key) => return Ok((key, None)),
            Err(error) => error,
        };
        let commitment = &stated.seal.sealed.commitment;
        let counts = |grant: &EntryId| {
            !self.state.refused.contains_key(grant) && !self.state.waiting.contains(grant)
        };
        let grants = self.grants.iter();
        for (grant, said) in grants.filter(|(at, grant)| grant.seal == *id && counts(at)) {
            match said.key(context, commitment, structure, secrets) {
                Ok(key) => return Ok((key, Some(*grant))),
                Err(WrapError::NoWrap) => {}
                Err(other) => error = other,
            }
        }
        Err(SealingError::of_wrap(&error))
    }
}

impl From<BlobError> for SealingError {
    fn from(error: BlobError) -> Self {
        Self::Blob(error)
    }
}

#[cfg(test)]
mod tests;
