//! The entries that seal a part and that open it to further structures.
//!
//! Spec: docs/protocol.md, section 14.

use std::collections::BTreeMap;

use super::Random;
use super::key::{Generation, SealingSecret, UnusableKey};
use super::part::{
    Commitment, OpenError, PartContext, PartKey, PartName, PartTooLarge, SealedPart,
    is_sealed_size, seal_part,
};
use super::wrap::{Recipient, Wrap, WrapError, open_any, read_wraps, wrap_all, write_wraps};
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::{BlobHash, EntryId, NetworkId, NodeId, RecordId, StructureId};

/// The most seals that one may replace.
pub const MAX_PARENTS: usize = 16;
/// The most grants that a seal may take into account.
pub const MAX_GRANTS: usize = 512;

const FORMAT: u8 = 1;

/// Body of a [`SEAL`](crate::entry::Kind::SEAL) entry, whose subject is the record's creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Which part of the record.
    pub part: PartName,
    /// One more than the highest of its parents, 1 without any.
    pub number: u32,
    /// The seals that it replaces, strictly rising.
    pub parents: Vec<EntryId>,
    /// The grants that it takes into account, strictly rising.
    pub grants: Vec<EntryId>,
    /// The blob and its key.
    pub sealed: SealedPart,
    /// The key, for each structure that may read it, strictly rising.
    pub wraps: Vec<Wrap>,
}

/// Body of a [`GRANT`](crate::entry::Kind::GRANT) entry: further wraps for one seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which part of the record.
    pub part: PartName,
    /// The seal that it opens.
    pub seal: EntryId,
    /// The grant by which its author reads that seal, if not by the seal itself.
    pub through: Option<EntryId>,
    /// The key, for each further structure, strictly rising.
    pub wraps: Vec<Wrap>,
}

/// Why a part was not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text is too long.
    #[error(transparent)]
    TooLarge(#[from] PartTooLarge),
    /// A recipient's key cannot be sealed to.
    #[error(transparent)]
    Unusable(#[from] UnusableKey),
}

/// Why a reader does not get the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It does not get the key.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// It does not open the blob.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl Seal {
    /// Seals `text` to `recipients`, its author among them; returns the body and the blob.
    ///
    /// `draw` gives 32 random bytes a call: one for the key, one for the blob, one a recipient.
    ///
    /// # Errors
    /// See [`SealError`].
    pub fn make(
        context: &PartContext<'_>,
        text: &[u8],
        recipients: &[Recipient],
        draw: &mut dyn FnMut() -> Random,
    ) -> Result<(Self, Vec<u8>), SealError> {
        let key = PartKey::generate(draw());
        let (sealed, blob) = seal_part(context, text, &key, draw())?;
        let wraps = wrap_all(&context.binding(), &key, recipients, draw)?;
        let seal = Self {
            part: context.part.clone(),
            number: context.number,
            parents: context.parents.to_vec(),
            grants: context.grants.to_vec(),
            sealed,
            wraps,
        };
        Ok((seal, blob))
    }

    /// Where the part belongs, as the entry that carries this body says.
    #[must_use]
    pub fn context(&self, network: NetworkId, record: RecordId, author: NodeId) -> PartContext<'_> {
        PartContext {
            network,
            record,
            author,
            part: &self.part,
            number: self.number,
            parents: &self.parents,
            grants: &self.grants,
        }
    }

    /// The key, for a structure that it was wrapped to.
    ///
    /// # Errors
    /// See [`WrapError`].
    pub fn key(
        &self,
        context: &PartContext<'_>,
        structure: &StructureId,
        secrets: &BTreeMap<Generation, SealingSecret>,
    ) -> Result<PartKey, WrapError> {
        let commitment = &self.sealed.commitment;
        open_any(
            &self.wraps,
            &context.binding(),
            commitment,
            structure,
            secrets,
        )
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(160 + self.wraps.len() * 116);
        bytes.push(FORMAT);
        self.part.write(&mut bytes);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        write_entries(&self.parents, &mut bytes);
        write_entries(&self.grants, &mut bytes);
        bytes.extend_from_slice(&self.sealed.blob.0);
        bytes.extend_from_slice(&self.sealed.size.to_be_bytes());
        bytes.extend_from_slice(&self.sealed.commitment.0);
        write_wraps(&self.wraps, &mut bytes);
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one; number 0; a number other than 1 without parents, or 1 with some;
    /// grants without a parent that they could open; a size that no sealed blob has.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let part = PartName::read(&mut reader)?;
        let at = reader.clone();
        let number = reader.u32()?;
        let parents = read_entries(&mut reader, MAX_PARENTS)?;
        let grants = read_entries(&mut reader, MAX_GRANTS)?;
        let first = parents.is_empty();
        if number == 0 || (number == 1) != first || (first && !grants.is_empty()) {
            return Err(at.error(DecodeReason::Invalid("number and parents disagree")));
        }
        let blob = BlobHash(reader.array()?);
        let at = reader.clone();
        let size = reader.u32()?;
        if !is_sealed_size(size) {
            return Err(at.error(DecodeReason::Invalid("a size that no sealed part has")));
        }
        let commitment = Commitment(reader.array()?);
        let wraps = read_wraps(&mut reader)?;
        reader.finish()?;
        Ok(Self {
            part,
            number,
            parents,
            grants,
            sealed: SealedPart {
                blob,
                size,
                commitment,
            },
            wraps,
        })
    }
}

impl Grant {
    /// Opens `seal`, the entry of that identity and context, to further structures.
    ///
    /// # Errors
    /// A recipient's key cannot be sealed to.
    pub fn make(
        (id, context): (EntryId, &PartContext<'_>),
        through: Option<EntryId>,
        key: &PartKey,
        recipients: &[Recipient],
        draw: &mut dyn FnMut() -> Random,
    ) -> Result<Self, UnusableKey> {
        Ok(Self {
            part: context.part.clone(),
            seal: id,
            through,
            wraps: wrap_all(&context.binding(), key, recipients, draw)?,
        })
    }

    /// The key of the seal that it opens, `context` and `commitment` being that seal's.
    ///
    /// # Errors
    /// See [`WrapError`].
    pub fn key(
        &self,
        context: &PartContext<'_>,
        commitment: &Commitment,
        structure: &StructureId,
        secrets: &BTreeMap<Generation, SealingSecret>,
    ) -> Result<PartKey, WrapError> {
        open_any(
            &self.wraps,
            &context.binding(),
            commitment,
            structure,
            secrets,
        )
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(136 + self.wraps.len() * 116);
        bytes.push(FORMAT);
        self.part.write(&mut bytes);
        bytes.extend_from_slice(&self.seal.0);
        bytes.extend_from_slice(&self.through.unwrap_or(EntryId::ZERO).0);
        write_wraps(&self.wraps, &mut bytes);
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let part = PartName::read(&mut reader)?;
        let seal = EntryId(reader.array()?);
        let through = Some(EntryId(reader.array()?)).filter(|id| *id != EntryId::ZERO);
        let wraps = read_wraps(&mut reader)?;
        reader.finish()?;
        Ok(Self {
            part,
            seal,
            through,
            wraps,
        })
    }
}

pub(super) fn write_entries(entries: &[EntryId], bytes: &mut Vec<u8>) {
    bytes.put_varint(entries.len() as u64);
    for entry in entries {
        bytes.extend_from_slice(&entry.0);
    }
}

/// Entries, strictly rising, so that a set of them has one encoding.
pub(super) fn read_entries(
    reader: &mut Reader<'_>,
    limit: usize,
) -> Result<Vec<EntryId>, DecodeError> {
    let at = reader.clone();
    let count = reader.length(limit)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        entries.push(EntryId(reader.array()?));
    }
    if entries.is_sorted_by(|one, next| one < next) {
        Ok(entries)
    } else {
        Err(at.error(DecodeReason::Invalid("entries are not in rising order")))
    }
}

#[cfg(test)]
mod tests;
