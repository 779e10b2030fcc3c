//! Runs without some of their bodies: what was erased is left out, and chain and signature hold.
//!
//! An entry holds its body's length and hash, so whoever never saw a body can verify all around
//! it. That a body is missing does not say that it was erased: a relay could withhold it. So only
//! kinds that erasures reach may be without one, and which of those are excused is told by
//! [`ErasedBodies`](crate::seal::erase::ErasedBodies). Spec: docs/protocol.md, section 5.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Preamble, assemble, read_stored};
use crate::codec::{DecodeError, DecodeReason, Reader};
use crate::entry::{Entry, Kind, MAX_BODY_BYTES, Place, body_hash};
use crate::id::{BodyHash, EntryId, NetworkId, NodeId};

/// Whether the body of an entry of this kind may be missing: of those that an erasure can name.
///
/// Without the others nobody could tell who belongs to the network, or what was erased.
#[must_use]
pub const fn may_leave_out(kind: Kind) -> bool {
    matches!(kind, Kind::CREATE | Kind::CHANGE | Kind::SEAL | Kind::GRANT)
}

/// A body that is not there, as the entry's header describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The entry.
    pub place: Place,
    /// What the entry does.
    pub kind: Kind,
    /// The entry that created the record concerned, if one is named.
    pub subject: Option<Place>,
    /// Bytes of the body.
    pub body_bytes: u32,
    /// Hash of the body.
    pub body_hash: BodyHash,
}

impl LeftOut {
    /// What is missing of an entry; `None` if nothing is.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        let header = &entry.header;
        entry.body.is_none().then(|| Self {
            place: entry.place(),
            kind: header.kind,
            subject: header.subject,
            body_bytes: header.body_bytes,
            body_hash: header.body_hash,
        })
    }

    /// Whether these bytes are the body.
    #[must_use]
    pub fn is(&self, body: &[u8]) -> bool {
        body.len() == self.body_bytes as usize && body_hash(body) == self.body_hash
    }

    /// The bytes under which a store keeps it.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let subject = self.subject.unwrap_or(NONE);
        let mut bytes = Vec::with_capacity(117);
        bytes.extend_from_slice(&self.place.author.0);
        bytes.extend_from_slice(&self.place.seq.to_be_bytes());
        bytes.push(self.kind.0);
        bytes.extend_from_slice(&subject.author.0);
        bytes.extend_from_slice(&subject.seq.to_be_bytes());
        bytes.extend_from_slice(&self.body_bytes.to_be_bytes());
        bytes.extend_from_slice(&self.body_hash.0);
        bytes
    }

    /// Reads what [`LeftOut::encode`] wrote.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let place = |reader: &mut Reader<'_>| -> Result<Place, DecodeError> {
            Ok(Place {
                author: NodeId(reader.array()?),
                seq: reader.u64()?,
            })
        };
        let left_out = Self {
            place: place(&mut reader)?,
            kind: Kind(reader.u8()?),
            subject: Some(place(&mut reader)?).filter(|subject| *subject != NONE),
            body_bytes: reader.u32()?,
            body_hash: BodyHash(reader.array()?),
        };
        let too_long = left_out.body_bytes as usize > MAX_BODY_BYTES;
        if too_long || left_out.place.seq == 0 {
            return Err(reader.error(DecodeReason::Invalid("no body can be missing so")));
        }
        reader.finish()?;
        Ok(left_out)
    }
}

const NONE: Place = Place {
    author: NodeId::ZERO,
    seq: 0,
};

/// The run without the bodies of entries `seqs`; `None` if it has none of them to lose.
///
/// What may not be missing stays. Neither network nor chain bear on a run's bytes.
///
/// # Errors
/// Bytes that are not a run: the store is damaged.
pub fn leave_out(wire: &[u8], seqs: &BTreeSet<u64>) -> Result<Option<Arc<[u8]>>, DecodeError> {
    rewrite(wire, |entry| {
        let goes = entry.body.is_some()
            && may_leave_out(entry.header.kind)
            && seqs.contains(&entry.header.seq);
        if goes {
            entry.body = None;
        }
        goes
    })
}

/// The run with the body of entry `seq` in its place again; `None` if it is not missing there, or
/// these bytes are not the body.
///
/// # Errors
/// Bytes that are not a run: the store is damaged.
pub fn put_back(wire: &[u8], seq: u64, body: &[u8]) -> Result<Option<Arc<[u8]>>, DecodeError> {
    rewrite(wire, |entry| {
        let fits =
            entry.header.seq == seq && LeftOut::of(entry).is_some_and(|left_out| left_out.is(body));
        if fits {
            entry.body = Some(body.to_vec());
        }
        fits
    })
}

/// Whether some entry of a run, as it travels, stands there without its body.
///
/// # Errors
/// Bytes that are not a run.
pub fn leaves_out(wire: &[u8]) -> Result<bool, DecodeError> {
    let entries = read_stored(NetworkId::default(), EntryId::ZERO, wire)?;
    Ok(entries.iter().any(|entry| entry.body.is_none()))
}

fn rewrite(
    wire: &[u8],
    change: impl FnMut(&mut Entry) -> bool,
) -> Result<Option<Arc<[u8]>>, DecodeError> {
    let signature = Preamble::decode(wire)?.signature;
    let mut entries = read_stored(NetworkId::default(), EntryId::ZERO, wire)?;
    let changed = entries.iter_mut().map(change).filter(|it| *it).count();
    Ok((changed > 0).then(|| Arc::clone(assemble(signature, entries).wire())))
}
