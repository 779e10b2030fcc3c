//! Bodies of the entries that create and change records.
//!
//! The Automerge change itself is opaque here. Spec: docs/protocol.md, section 4.

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::entry::MAX_BODY_BYTES;
use crate::id::{RecordId, Salt};

/// The most bytes a collection's name may have.
pub const MAX_COLLECTION_BYTES: usize = 64;

/// Body of a [`CHANGE`](crate::entry::Kind::CHANGE) entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The person who acted, as the id of an agent record: a log that cannot forget holds no names.
    pub person: Option<RecordId>,
    /// Why, as a code of the registry; 0 for none.
    pub reason: u8,
    /// Number of the author's entry that opened the actor it uses for this record.
    pub epoch: u64,
    /// The Automerge change, without what can be derived from the entry.
    pub change: Vec<u8>,
}

impl Change {
    /// The bytes of the body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.change.len() + 48);
        self.write(&mut bytes);
        bytes
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match &self.person {
            None => bytes.push(0),
            Some(person) => {
                bytes.push(1);
                bytes.extend_from_slice(&person.0);
            }
        }
        bytes.push(self.reason);
        bytes.put_varint(self.epoch);
        bytes.extend_from_slice(&self.change);
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::read(Reader::new(bytes))
    }

    fn read(mut reader: Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.clone();
        let person = match reader.u8()? {
            0 => None,
            1 => Some(RecordId(reader.array()?)),
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        let reason = reader.u8()?;
        let epoch = reader.varint()?;
        let change = reader.take(reader.remaining())?.to_vec();
        Ok(Self {
            person,
            reason,
            epoch,
            change,
        })
    }
}

/// Body of a [`CREATE`](crate::entry::Kind::CREATE) entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// The collection, part of the record's identity.
    pub collection: String,
    /// The salt, part of the record's identity.
    pub salt: Salt,
    /// The first change.
    pub first: Change,
}

impl Create {
    /// The bytes of the body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.first.change.len() + 96);
        bytes.put_bytes(self.collection.as_bytes());
        bytes.extend_from_slice(&self.salt.0);
        self.first.write(&mut bytes);
        debug_assert!(
            bytes.len() <= MAX_BODY_BYTES,
            "callers check the size of a change"
        );
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let collection = reader.text(MAX_COLLECTION_BYTES)?.to_owned();
        let salt = Salt(reader.array()?);
        let first = Change::read(reader)?;
        Ok(Self {
            collection,
            salt,
            first,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_change() -> impl Strategy<Value = Change> {
        (
            any::<Option<[u8; 32]>>(),
            any::<(u8, u64)>(),
            any::<Vec<u8>>(),
        )
            .prop_map(|(person, (reason, epoch), change)| Change {
                person: person.map(RecordId),
                reason,
                epoch,
                change,
            })
    }

    proptest! {
        #[test]
        fn bodies_round_trip(first in any_change(), collection in "[a-z_]{1,30}", salt: [u8; 32]) {
            prop_assert_eq!(&Change::decode(&first.encode()).unwrap(), &first);
            let create = Create { collection, salt: Salt(salt), first };
            prop_assert_eq!(Create::decode(&create.encode()).unwrap(), create);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = Change::decode(&bytes);
            let _ = Create::decode(&bytes);
        }
    }
}
