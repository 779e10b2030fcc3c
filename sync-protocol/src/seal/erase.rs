//! The entries by which something is erased, and by which a node says that it did.
//!
//! An erasure is for ever: whatever is erased stays so whoever writes it again, since it may come
//! back from an old backup at any time. A part that is erased is dead under that name; to seal
//! anew takes another name, or another record. What follows from a set of them is [`state`]'s.
//! Spec: docs/protocol.md, section 14.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::body::{read_entries, write_entries};
use super::part::PartName;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::entry::Place;
use crate::id::{BlobHash, EntryId, NetworkId, NodeId, RecordId, RootKey};

mod bodies;
pub mod state;

pub use bodies::ErasedBodies;

/// The most entries that one erasure names.
pub const MAX_NAMED: usize = 512;
/// The most erasures that one entry acknowledges.
pub const MAX_ACKNOWLEDGED: usize = 1_024;

const FORMAT: u8 = 1;
const RECORD: u8 = 1;
const PART: u8 = 2;
const BLOB: u8 = 3;

/// What is erased of the record that the entry's subject created.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EraseTarget {
    /// All of it: every change, sealed part and blob, past and to come.
    Record,
    /// A sealed part: every seal and grant of it, past and to come, and their blobs.
    Part(PartName),
    /// A blob that is not sealed, such as a photograph.
    Blob(BlobHash),
}

/// Why something is erased: a code that people are shown the meaning of, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EraseReason(pub u8);

impl EraseReason {
    /// The time that such data may be kept is over.
    pub const RETENTION: Self = Self(1);
    /// The person concerned asked for it.
    pub const ASKED: Self = Self(2);
    /// It was entered by mistake.
    pub const MISTAKE: Self = Self(3);
}

/// Body of an [`ERASE`](crate::entry::Kind::ERASE) entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erase {
    /// The record: it cannot be told from its creation once that has no body any more.
    pub record: RecordId,
    /// What of it.
    pub target: EraseTarget,
    /// Entries whose bodies go, strictly rising: of a record its creations besides the entry's
    /// subject, of a part its seals and grants. Without a body none tells what it belonged to, and a
    /// newcomer could not tell an erased one from one that is withheld. Of a part none at all is what
    /// a structure says that erases its own copies alone.
    pub entries: Vec<Place>,
    /// Why.
    pub why: EraseReason,
    /// The root's agreement: a stolen laptop has the node's key, not the root's.
    countersigned: Option<Countersignature>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Countersignature {
    root: RootKey,
    signature: [u8; 64],
}

impl EraseTarget {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Record => bytes.push(RECORD),
            Self::Part(part) => {
                bytes.push(PART);
                part.write(bytes);
            }
            Self::Blob(blob) => {
                bytes.push(BLOB);
                bytes.extend_from_slice(&blob.0);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.clone();
        Ok(match reader.u8()? {
            RECORD => Self::Record,
            PART => Self::Part(PartName::read(reader)?),
            BLOB => Self::Blob(BlobHash(reader.array()?)),
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        })
    }
}

impl Erase {
    /// Erases on the word of a node alone.
    #[must_use]
    pub const fn new(
        record: RecordId,
        target: EraseTarget,
        entries: Vec<Place>,
        why: EraseReason,
    ) -> Self {
        Self {
            record,
            target,
            entries,
            why,
            countersigned: None,
        }
    }

    /// Adds the agreement of the owner's root, at once or in a later entry; `subject` is that entry's.
    #[must_use]
    pub fn countersigned(mut self, network: NetworkId, subject: &Place, root: &SigningKey) -> Self {
        let signature = root.sign(&self.message(network, subject));
        self.countersigned = Some(Countersignature {
            root: RootKey(root.verifying_key().to_bytes()),
            signature: signature.to_bytes(),
        });
        self
    }

    /// The root key that agrees to all this in an entry about `subject`, if its signature holds;
    /// whether it is the owner's is the charter's business.
    #[must_use]
    pub fn agreed_by(&self, network: NetworkId, subject: &Place) -> Option<RootKey> {
        let Countersignature { root, signature } = self.countersigned?;
        let key = VerifyingKey::from_bytes(&root.0).ok()?;
        let message = self.message(network, subject);
        key.verify_strict(&message, &Signature::from_bytes(&signature))
            .ok()?;
        Some(root)
    }

    /// Whether it says the same as another, whoever agreed to either.
    #[must_use]
    pub fn is_of(&self, other: &Self) -> bool {
        let said = |erase: &Self| Self {
            countersigned: None,
            ..erase.clone()
        };
        said(self) == said(other)
    }

    /// Whether it erases what its author's structure keeps of a part, and nothing elsewhere.
    ///
    /// Said by its bytes, and not by whose the record is: that changes hands, and whoever takes over
    /// a record did not mean to erase for all what they once erased for themselves.
    #[must_use]
    pub const fn is_of_own_copies(&self) -> bool {
        matches!(self.target, EraseTarget::Part(_)) && self.entries.is_empty()
    }

    /// What the root signs: all but the reason, and the entry's subject.
    fn message(&self, network: NetworkId, subject: &Place) -> Vec<u8> {
        let mut bytes = b"capactif-er1".to_vec();
        bytes.extend_from_slice(&network.0);
        write_place(subject, &mut bytes);
        self.write_what(&mut bytes);
        bytes
    }

    fn write_what(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.record.0);
        self.target.write(bytes);
        bytes.put_varint(self.entries.len() as u64);
        for place in &self.entries {
            write_place(place, bytes);
        }
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        self.write_what(&mut bytes);
        bytes.push(self.why.0);
        match &self.countersigned {
            None => bytes.push(0),
            Some(Countersignature { root, signature }) => {
                bytes.push(1);
                bytes.extend_from_slice(&root.0);
                bytes.extend_from_slice(signature);
            }
        }
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one; no reason; a blob with entries.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let record = RecordId(reader.array()?);
        let target = EraseTarget::read(&mut reader)?;
        let at = reader.clone();
        let entries = read_places(&mut reader)?;
        if matches!(target, EraseTarget::Blob(_)) && !entries.is_empty() {
            return Err(at.error(DecodeReason::Invalid("a blob is not an entry")));
        }
        let at = reader.clone();
        let why = EraseReason(reader.u8()?);
        if why.0 == 0 {
            return Err(at.error(DecodeReason::Invalid("erased without a reason")));
        }
        let at = reader.clone();
        let countersigned = match reader.u8()? {
            0 => None,
            1 => Some(Countersignature {
                root: RootKey(reader.array()?),
                signature: reader.array()?,
            }),
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        reader.finish()?;
        Ok(Self {
            record,
            target,
            entries,
            why,
            countersigned,
        })
    }
}

fn write_place(place: &Place, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&place.author.0);
    bytes.extend_from_slice(&place.seq.to_be_bytes());
}

fn read_places(reader: &mut Reader<'_>) -> Result<Vec<Place>, DecodeError> {
    let at = reader.clone();
    let count = reader.length(MAX_NAMED)?;
    let mut places: Vec<Place> = Vec::new();
    for _ in 0..count {
        places.push(Place {
            author: NodeId(reader.array()?),
            seq: reader.u64()?,
        });
    }
    let rising = places.is_sorted_by(|one, next| one < next);
    if rising && places.iter().all(|place| place.seq > 0) {
        Ok(places)
    } else {
        let reason = "entries are not in rising order, or not entries";
        Err(at.error(DecodeReason::Invalid(reason)))
    }
}

/// How much of an erasure is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// What is sealed, which goes at once.
    Sealed,
    /// All of it, the root having agreed.
    All,
}

/// Body of an [`ERASED`](crate::entry::Kind::ERASED) entry: what these erasures name is deleted at
/// the author's place, in store, caches and outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// How much of it.
    pub scope: Scope,
    /// The erase entries, strictly rising.
    pub erases: Vec<EntryId>,
}

impl Erased {
    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let scope = match self.scope {
            Scope::Sealed => 1,
            Scope::All => 2,
        };
        let mut bytes = vec![FORMAT, scope];
        write_entries(&self.erases, &mut bytes);
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let at = reader.clone();
        let scope = match reader.u8()? {
            1 => Scope::Sealed,
            2 => Scope::All,
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        let at = reader.clone();
        let erases = read_entries(&mut reader, MAX_ACKNOWLEDGED)?;
        if erases.is_empty() {
            return Err(at.error(DecodeReason::Invalid("nothing was erased")));
        }
        reader.finish()?;
        Ok(Self { scope, erases })
    }
}

#[cfg(test)]
mod tests;
