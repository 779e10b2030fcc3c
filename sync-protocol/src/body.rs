//! Bodies of the entries that create and change records.
//!
//! The operations of an Automerge change are opaque here, but not what it names: the changes it
//! follows and the actors it speaks of are hashes, which nothing compresses, so a body names the
//! entries they come from. Spec: docs/protocol.md, section 4.

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::entry::MAX_BODY_BYTES;
use crate::id::{EntryId, NodeId, RecordId, Salt};

/// The most bytes a collection's name may have.
pub const MAX_COLLECTION_BYTES: usize = 64;
/// The most entries a change may follow directly.
pub const MAX_ANCESTORS: usize = 256;
/// The most actors besides its own that a change may speak of.
pub const MAX_ACTORS: usize = 256;

/// An entry that a change follows directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ancestor {
    /// An earlier one of the same journal, which the chain already pins.
    Own {
        /// Its number.
        seq: u64,
    },
    /// One of another journal.
    Other {
        /// Whose.
        author: NodeId,
        /// Its number.
        seq: u64,
        /// Which of that number, should the journal have two branches.
        check: Check,
    },
}

/// The first bytes of an entry's identity: enough to tell two branches of a journal apart, where
/// an honest node was set back. Who crafts two entries with one check gains nothing: once the
/// charter has named a branch, all nodes read the place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Check(pub [u8; 4]);

impl Check {
    /// The check of an entry.
    #[must_use]
    pub const fn of(id: &EntryId) -> Self {
        let [a, b, c, d, ..] = id.0;
        Self([a, b, c, d])
    }
}

/// An actor that a change speaks of besides its own: the author of what it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaker {
    /// The same author, under another epoch.
    Own {
        /// Number of the entry that opened the actor.
        epoch: u64,
    },
    /// Another author.
    Other {
        /// Who.
        author: NodeId,
        /// Number of the entry that opened the actor.
        epoch: u64,
    },
}

/// Body of a [`CHANGE`](crate::entry::Kind::CHANGE) entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The person who acted, as the id of an agent record: a log that cannot forget holds no names.
    pub person: Option<RecordId>,
    /// Why, as a code of the registry; 0 for none.
    pub reason: u8,
    /// Number of the author's entry that opened the actor it uses for this record.
    pub epoch: u64,
    /// The entries it follows, in rising order.
    pub ancestors: Vec<Ancestor>,
    /// The other actors it speaks of, in the order of the Automerge change.
    pub speakers: Vec<Speaker>,
    /// The Automerge change, without what can be derived from the above.
    pub operations: Vec<u8>,
}

const OWN: u8 = 0;
const OTHER: u8 = 1;

impl Change {
    /// The bytes of the body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.operations.len() + self.named_bytes() + 48);
        self.write(&mut bytes);
        bytes
    }

    /// The most bytes that what it names takes.
    #[must_use]
    pub const fn named_bytes(&self) -> usize {
        // A flag, a key, a number of at most ten bytes, a check.
        (self.ancestors.len() + self.speakers.len()) * 47
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
        bytes.put_varint(self.ancestors.len() as u64);
        for ancestor in &self.ancestors {
            match ancestor {
                Ancestor::Own { seq } => {
                    bytes.push(OWN);
                    bytes.put_varint(*seq);
                }
                Ancestor::Other { author, seq, check } => {
                    bytes.push(OTHER);
                    bytes.extend_from_slice(&author.0);
                    bytes.put_varint(*seq);
                    bytes.extend_from_slice(&check.0);
                }
            }
        }
        bytes.put_varint(self.speakers.len() as u64);
        for speaker in &self.speakers {
            match speaker {
                Speaker::Own { epoch } => {
                    bytes.push(OWN);
                    bytes.put_varint(*epoch);
                }
                Speaker::Other { author, epoch } => {
                    bytes.push(OTHER);
                    bytes.extend_from_slice(&author.0);
                    bytes.put_varint(*epoch);
                }
            }
        }
        bytes.extend_from_slice(&self.operations);
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
            // Columns write nobody as zeros.
            1 => match RecordId(reader.array()?) {
                RecordId::ZERO => return Err(at.error(DecodeReason::Invalid("zeros are nobody"))),
                person => Some(person),
            },
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        let reason = reader.u8()?;
        let epoch = reader.varint()?;
        let at = reader.clone();
        let count = reader.length(MAX_ANCESTORS)?;
        let ancestors = (0..count)
            .map(|_| read_ancestor(&mut reader))
            .collect::<Result<Vec<_>, _>>()?;
        if !ancestors.is_sorted_by(|one, next| one < next) {
            return Err(at.error(DecodeReason::Invalid("ancestors are not in rising order")));
        }
        let count = reader.length(MAX_ACTORS)?;
        let speakers = (0..count)
            .map(|_| read_speaker(&mut reader))
            .collect::<Result<Vec<_>, _>>()?;
        let operations = reader.take(reader.remaining())?.to_vec();
        Ok(Self {
            person,
            reason,
            epoch,
            ancestors,
            speakers,
            operations,
        })
    }
}

fn read_ancestor(reader: &mut Reader<'_>) -> Result<Ancestor, DecodeError> {
    let at = reader.clone();
    match reader.u8()? {
        OWN => Ok(Ancestor::Own {
            seq: reader.varint()?,
        }),
        OTHER => Ok(Ancestor::Other {
            author: NodeId(reader.array()?),
            seq: reader.varint()?,
            check: Check(reader.array()?),
        }),
        other => Err(at.error(DecodeReason::Unknown(u64::from(other)))),
    }
}

fn read_speaker(reader: &mut Reader<'_>) -> Result<Speaker, DecodeError> {
    let at = reader.clone();
    match reader.u8()? {
        OWN => Ok(Speaker::Own {
            epoch: reader.varint()?,
        }),
        OTHER => Ok(Speaker::Other {
            author: NodeId(reader.array()?),
            epoch: reader.varint()?,
        }),
        other => Err(at.error(DecodeReason::Unknown(u64::from(other)))),
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
        let mut bytes = Vec::with_capacity(self.first.operations.len() + 96);
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
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_ancestor() -> impl Strategy<Value = Ancestor> {
        let node = prop::sample::select(vec![NodeId([1; 32]), NodeId([2; 32]), NodeId([3; 32])]);
        prop_oneof![
            any::<u64>().prop_map(|seq| Ancestor::Own { seq }),
            (node, any::<u64>(), any::<[u8; 4]>()).prop_map(|(author, seq, check)| {
                Ancestor::Other {
                    author,
                    seq,
                    check: Check(check),
                }
            }),
        ]
    }

    fn any_speaker() -> impl Strategy<Value = Speaker> {
        prop_oneof![
            any::<u64>().prop_map(|epoch| Speaker::Own { epoch }),
            (any::<[u8; 32]>(), any::<u64>()).prop_map(|(author, epoch)| Speaker::Other {
                author: NodeId(author),
                epoch,
            }),
        ]
    }

    pub(crate) fn any_change() -> impl Strategy<Value = Change> {
        (
            any::<Option<[u8; 32]>>(),
            any::<(u8, u64)>(),
            prop::collection::btree_set(any_ancestor(), 0..4),
            prop::collection::vec(any_speaker(), 0..4),
            any::<Vec<u8>>(),
        )
            .prop_map(
                |(person, (reason, epoch), ancestors, speakers, operations)| Change {
                    person: person.map(RecordId),
                    reason,
                    epoch,
                    ancestors: ancestors.into_iter().collect(),
                    speakers,
                    operations,
                },
            )
    }

    proptest! {
        #[test]
        fn bodies_round_trip(first in any_change(), collection in "[a-z_]{1,30}", salt: [u8; 32]) {
            prop_assert_eq!(&Change::decode(&first.encode()).unwrap(), &first);
            let create = Create { collection, salt: Salt(salt), first };
            prop_assert_eq!(Create::decode(&create.encode()).unwrap(), create);
        }

        /// Bodies travel by their parts, so there must be one way only to write them.
        #[test]
        fn what_is_read_has_one_encoding(change in any_change(), place: usize, byte: u8) {
            let mut bytes = change.encode();
            let place = place % bytes.len();
            bytes[place] = byte;
            if let Ok(read) = Change::decode(&bytes) {
                prop_assert_eq!(read.encode(), bytes);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = Change::decode(&bytes);
            let _ = Create::decode(&bytes);
        }
    }
}
