//! The entries by which something is erased, and by which a node says that it did.
//!
//! An erasure is for ever: whatever is erased stays so whoever writes it again, since it may come
//! back from an old backup at any time. A part that is erased is dead under that name; to seal
//! anew takes another name, or another record. What follows from a set of them is [`state`]'s.
//! Spec: docs/protocol.md, section 10.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::body::{read_entries, write_entries};
use super::part::PartName;
use crate::codec::{DecodeError, DecodeReason, Reader};
use crate::id::{BlobHash, EntryId, NetworkId, RecordId, RootKey};

pub mod state;

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
    /// What.
    pub target: EraseTarget,
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

fn message(network: NetworkId, record: &RecordId, target: &EraseTarget) -> Vec<u8> {
    let mut bytes = b"capactif-er1".to_vec();
    bytes.extend_from_slice(&network.0);
    bytes.extend_from_slice(&record.0);
    target.write(&mut bytes);
    bytes
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
    pub const fn new(target: EraseTarget, why: EraseReason) -> Self {
        Self {
            target,
            why,
            countersigned: None,
        }
    }

    /// Adds the agreement of the owner's root, at once or in a later entry.
    #[must_use]
    pub fn countersigned(
        mut self,
        network: NetworkId,
        record: &RecordId,
        root: &SigningKey,
    ) -> Self {
        let signature = root.sign(&message(network, record, &self.target));
        self.countersigned = Some(Countersignature {
            root: RootKey(root.verifying_key().to_bytes()),
            signature: signature.to_bytes(),
        });
        self
    }

    /// The root key that agrees that this is deleted of `record`, if its signature holds; whether it
    /// is the owner's is the charter's business.
    #[must_use]
    pub fn agreed_by(&self, network: NetworkId, record: &RecordId) -> Option<RootKey> {
        let Countersignature { root, signature } = self.countersigned?;
        let key = VerifyingKey::from_bytes(&root.0).ok()?;
        let message = message(network, record, &self.target);
        key.verify_strict(&message, &Signature::from_bytes(&signature))
            .ok()?;
        Some(root)
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        self.target.write(&mut bytes);
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
    /// Bytes that are not one; no reason.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let target = EraseTarget::read(&mut reader)?;
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
            target,
            why,
            countersigned,
        })
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
