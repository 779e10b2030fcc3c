//! One thing a node said: a fixed-size header and a body.
//!
//! The header is hashed and signed as it stands, so there is nothing to canonicalise. It holds the
//! body's hash rather than the body: a body can be erased while the chain still verifies.
//! Spec: docs/protocol.md, section 3.

use sha2::{Digest, Sha256};

use crate::codec::{DecodeError, DecodeReason, Reader};
use crate::id::{BodyHash, EntryId, NetworkId, NodeId, VersionId, tagged_hash};
use crate::time::Timestamp;

/// First bytes of every header: protocol and version of the header's layout.
pub const HEADER_TAG: [u8; 12] = *b"capactif-en2";
/// Bytes of a header.
pub const HEADER_BYTES: usize = 233;
/// The most bytes a body may have.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// What an entry does.
///
/// An entry of a kind that this version does not know is stored and passed on like any other, and
/// shown as needing a newer version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(pub u8);

impl Kind {
    /// The structure's root certifies the node: the first entry of every journal.
    pub const CERTIFICATE: Self = Self(1);
    /// A record comes into being.
    pub const CREATE: Self = Self(2);
    /// A record is changed.
    pub const CHANGE: Self = Self(3);
    /// A charter version is proposed.
    pub const PROPOSE: Self = Self(4);
    /// A proposed charter version is approved.
    pub const APPROVE: Self = Self(5);
    /// The node says under which network addresses it can be reached.
    pub const ADDRESS: Self = Self(6);
    /// A node or a structure is suspended until the next charter version.
    pub const SUSPEND: Self = Self(7);
    /// The proposer lists the approvals that made a version's quorum.
    pub const CERTIFY: Self = Self(8);
    /// A person of the steering committee ratifies a content.
    pub const RATIFY: Self = Self(9);
    /// A structure's root key says something about the structure: nodes, keys.
    pub const ROOT: Self = Self(10);
    /// A part of a record is sealed to some structures.
    pub const SEAL: Self = Self(11);
    /// A sealed part is opened to further structures.
    pub const GRANT: Self = Self(12);
    /// A structure's sealing secret is handed to its nodes.
    pub const LOCKBOX: Self = Self(13);
    /// A record, a sealed part or a blob is erased.
    pub const ERASE: Self = Self(14);
    /// The node says that it has deleted what was erased.
    pub const ERASED: Self = Self(15);
    /// A record is offered to another structure, or such an offer is accepted.
    pub const TRANSFER: Self = Self(16);

    /// Whether a node of this version knows what to do with entries of this kind.
    ///
    /// Of the kinds of [`crate::seal`], those that a node acts on: an entry of another is shown as
    /// needing a newer version until one does.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(self.0, 1..=16)
    }

    /// Whether entries of this kind carry authority.
    ///
    /// Such an entry is always the last of its run, so that its signature stands alone and it can
    /// be shown to a newcomer without the journal around it.
    #[must_use]
    pub const fn carries_authority(self) -> bool {
        matches!(
            self,
            Self::CERTIFICATE
                | Self::PROPOSE
                | Self::APPROVE
                | Self::SUSPEND
                | Self::CERTIFY
                | Self::RATIFY
                | Self::ROOT
        )
    }
}

/// Where an entry stands: whose journal, and its number there.
///
/// Half a dozen bytes on the wire where an identity takes 32 that nothing compresses. Should a
/// journal have two branches, a place names the entry of the branch that the charter keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Whose journal.
    pub author: NodeId,
    /// The entry's number, from 1 on.
    pub seq: u64,
}

/// The signed part of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The network, so that nothing can be replayed in another.
    pub network: NetworkId,
    /// The node that speaks.
    pub author: NodeId,
    /// 1, 2, 3, … without gaps.
    pub seq: u64,
    /// The author's entry `seq - 1`, zeros for the first.
    pub previous: EntryId,
    /// The charter version the author acted under.
    pub charter: VersionId,
    /// What the entry does.
    pub kind: Kind,
    /// The entry that created the record concerned, if one is.
    pub subject: Option<Place>,
    /// When, as the author claims.
    pub time: Timestamp,
    /// Bytes of the body.
    pub body_bytes: u32,
    /// Hash of the body.
    pub body_hash: BodyHash,
}

impl Header {
    /// The bytes that are hashed.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(&HEADER_TAG);
        bytes.extend_from_slice(&self.network.0);
        bytes.extend_from_slice(&self.author.0);
        bytes.extend_from_slice(&self.seq.to_be_bytes());
        bytes.extend_from_slice(&self.previous.0);
        bytes.extend_from_slice(&self.charter.0);
        bytes.push(self.kind.0);
        let subject = self.subject.unwrap_or(NOWHERE);
        bytes.extend_from_slice(&subject.author.0);
        bytes.extend_from_slice(&subject.seq.to_be_bytes());
        bytes.extend_from_slice(&self.time.0.to_be_bytes());
        bytes.extend_from_slice(&self.body_bytes.to_be_bytes());
        bytes.extend_from_slice(&self.body_hash.0);
        bytes.try_into().expect("the fields add up to HEADER_BYTES")
    }

    /// Reads a header.
    ///
    /// # Errors
    /// Another tag, a body beyond [`MAX_BODY_BYTES`], sequence number zero, or another length.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        if reader.array()? != HEADER_TAG {
            return Err(DecodeError {
                offset: 0,
                reason: DecodeReason::Invalid("not an entry header"),
            });
        }
        let header = Self {
            network: NetworkId(reader.array()?),
            author: NodeId(reader.array()?),
            seq: reader.u64()?,
            previous: EntryId(reader.array()?),
            charter: VersionId(reader.array()?),
            kind: Kind(reader.u8()?),
            subject: decode_subject(&mut reader)?,
            time: Timestamp(reader.u64()?),
            body_bytes: reader.u32()?,
            body_hash: BodyHash(reader.array()?),
        };
        if header.seq == 0 {
            return Err(reader.error(DecodeReason::Invalid("sequence numbers start at 1")));
        }
        if header.body_bytes as usize > MAX_BODY_BYTES {
            return Err(reader.error(DecodeReason::TooLarge {
                actual: u64::from(header.body_bytes),
                limit: MAX_BODY_BYTES as u64,
            }));
        }
        reader.finish()?;
        Ok(header)
    }

    /// The entry's identity.
    #[must_use]
    pub fn id(&self) -> EntryId {
        EntryId(Sha256::digest(self.encode()).into())
    }
}

/// How a header says that no record is concerned.
const NOWHERE: Place = Place {
    author: NodeId::ZERO,
    seq: 0,
};

fn decode_subject(reader: &mut Reader<'_>) -> Result<Option<Place>, DecodeError> {
    let at = reader.clone();
    let place = Place {
        author: NodeId(reader.array()?),
        seq: reader.u64()?,
    };
    match place {
        NOWHERE => Ok(None),
        Place { seq: 0, .. } => Err(at.error(DecodeReason::Invalid("entry 0 does not exist"))),
        _ => Ok(Some(place)),
    }
}

/// The hash a header carries of `body`.
#[must_use]
pub fn body_hash(body: &[u8]) -> BodyHash {
    BodyHash(tagged_hash(b"capactif-bo1", &[body]))
}

/// An entry whose place in its author's chain and whose signature were verified.
///
/// Only [`crate::run`] makes one, from a verified run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The signed header.
    pub header: Header,
    /// The header's hash.
    pub id: EntryId,
    /// The body, or `None` where it was erased.
    pub body: Option<Vec<u8>>,
}

impl Entry {
    /// Where it stands.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place {
            author: self.header.author,
            seq: self.header.seq,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_header() -> impl Strategy<Value = Header> {
        (
            any::<[[u8; 32]; 6]>(),
            (1..u64::MAX, prop::option::of(1..u64::MAX)),
            any::<(u8, u64)>(),
            0..=262_144u32,
        )
            .prop_map(
                |(
                    [network, author, previous, charter, creator, body],
                    (seq, created),
                    (kind, time),
                    body_bytes,
                )| {
                    Header {
                        network: NetworkId(network),
                        author: NodeId(author),
                        seq,
                        previous: EntryId(previous),
                        charter: VersionId(charter),
                        kind: Kind(kind),
                        subject: created.map(|seq| Place {
                            author: NodeId(creator),
                            seq,
                        }),
                        time: Timestamp(time),
                        body_bytes,
                        body_hash: BodyHash(body),
                    }
                },
            )
    }

    proptest! {
        #[test]
        fn headers_round_trip(header in any_header()) {
            prop_assert_eq!(Header::decode(&header.encode()).unwrap(), header);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Header::decode(&bytes);
        }

        #[test]
        fn every_bit_counts(header in any_header(), bit in 0..HEADER_BYTES * 8) {
            let mut bytes = header.encode();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let same = Header::decode(&bytes).is_ok_and(|other| other.id() == header.id());
            prop_assert!(!same);
        }
    }
}
