//! The messages of a session and their bytes.
//!
//! A frame is one type byte and a payload; the transport delimits frames. Every payload has its
//! bound, checked before anything is allocated for it. Spec: docs/protocol.md, section 8.

use std::sync::Arc;

use crate::admission::{JoinAnswer, JoinRequest};
use crate::authority::SignedEntry;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::entry::{MAX_BODY_BYTES, Place};
use crate::frontier::{FrontierDigest, MAX_JOURNALS, Row, Tip, decode_rows, encode_rows};
use crate::id::{EntryId, NetworkId, NodeId, Prefix, VersionId};
use crate::run;

/// The newest version of the protocol that this code speaks.
pub const NEWEST_VERSION: u16 = 3;
/// The oldest version of the protocol that this code speaks.
pub const OLDEST_VERSION: u16 = 2;

/// The first version in which bodies may be left out of runs, and asked for.
pub const BODIES_VERSION: u16 = 3;

/// The most bytes a frame may have.
pub const MAX_FRAME_BYTES: usize = run::MAX_WIRE_BYTES + 1024;
/// The most bytes a frame may have before its sender is trusted.
pub const MAX_STRANGER_FRAME_BYTES: usize = 4096;
/// The most bytes of a blob that one frame carries.
pub const MAX_CHUNK_BYTES: usize = 64 * 1024;
/// The most bytes a blob may have.
pub const MAX_BLOB_BYTES: u64 = 64 * 1024 * 1024;
const MAX_REASON_BYTES: usize = 400;
const MAX_CERTIFICATE_BYTES: usize = 512;
const MAX_CLAIMS: usize = 4096;
const MAX_WANTS: usize = 1024;
const MAX_SHOWN_ENTRIES: usize = 4096;
/// The most bodies that one frame asks for.
pub const MAX_BODIES_ASKED: usize = 1024;
/// The most bytes of entries that one charter frame shows.
pub const MAX_SHOWN_BYTES: usize = 512 * 1024;

/// As the entry of [`Frame::Resume`]: nothing of this journal for now. Its runs under way are not
/// taken and need no answer; if they are wanted later, another Resume says from where.
pub const NOT_NOW: u64 = u64::MAX;

/// A message between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The first frame each way.
    Hello(Hello),
    /// What the sender holds durably, after digests that differ.
    Frontier(Vec<Row>),
    /// Entries. See [`crate::run`].
    Run {
        /// To how many peers the sender passes this run: a receiver that is the only one passes
        /// it on at once, others wait whether somebody else does.
        spread: u8,
        /// The run.
        wire: Arc<[u8]>,
    },
    /// What the sender now holds durably, of the journals that changed.
    Ack(Vec<Row>),
    /// What other nodes told the sender that they hold, of the receiver's own journal.
    Claims(Vec<Claim>),
    /// Asks for a journal again, from after the stated entry on.
    Resume {
        /// Whose journal.
        author: NodeId,
        /// The last entry held, or [`NOT_NOW`].
        after: u64,
    },
    /// Asks for blobs by their hash.
    Want(Vec<[u8; 32]>),
    /// A piece of a blob.
    Blob(Chunk),
    /// Asks for admission with an invitation.
    Join(JoinRequest),
    /// Answers a request for admission.
    JoinAnswer(JoinAnswer),
    /// The last frame: why the sender leaves.
    Bye(Bye),
    /// What the sender holds durably, with full keys and ids: prefixes collide.
    FullFrontier(Vec<(NodeId, Tip)>),
    /// Entries that carry authority, for a peer whose charter is older.
    Charter(Vec<SignedEntry>),
    /// Asks for bodies that runs left out.
    WantBodies(Vec<Place>),
    /// A body that was asked for; none where the sender does not hold it either. It sends it later
    /// on this session if it comes to hold it.
    Body {
        /// The entry.
        place: Place,
        /// Its body.
        body: Option<Vec<u8>>,
    },
}

/// Who speaks, about which network, and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The oldest protocol version the sender speaks.
    pub oldest: u16,
    /// The newest protocol version the sender speaks.
    pub newest: u16,
    /// The network.
    pub network: NetworkId,
    /// Number of the charter version in force at the sender.
    pub charter_number: u32,
    /// That version.
    pub charter: VersionId,
    /// Digest of the sender's frontier.
    pub digest: FrontierDigest,
    /// The sender's certificate; empty for a newcomer.
    pub certificate: Vec<u8>,
}

/// What a node is said to hold of one journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The node that holds it.
    pub holder: Prefix,
    /// Up to which entry.
    pub seq: u64,
}

/// A piece of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The blob's SHA-256.
    pub hash: [u8; 32],
    /// Bytes of the whole blob.
    pub total: u64,
    /// Where this piece begins.
    pub offset: u64,
    /// The piece.
    pub bytes: Vec<u8>,
}

/// Why a node ends a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bye {
    /// The reason.
    pub reason: ByeReason,
    /// More about it, for people; not translated.
    pub detail: String,
}

/// Reasons to end a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ByeReason {
    /// Both hold the same, or the node shuts down: nothing is wrong.
    Done,
    /// The peer belongs to another network.
    OtherNetwork,
    /// No protocol version is spoken by both.
    Version,
    /// The peer's node is not in the charter as it is known here.
    NotAdmitted,
    /// The peer broke the protocol.
    Misbehaved,
    /// The sender cannot store anything for now.
    LocalFailure,
    /// Too many connections.
    Busy,
    /// A newer reason, unknown here.
    Other(u8),
}

impl ByeReason {
    const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::OtherNetwork => 1,
            Self::Version => 2,
            Self::NotAdmitted => 3,
            Self::Misbehaved => 4,
            Self::LocalFailure => 5,
            Self::Busy => 6,
            Self::Other(code) => code,
        }
    }

    const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Done,
            1 => Self::OtherNetwork,
            2 => Self::Version,
            3 => Self::NotAdmitted,
            4 => Self::Misbehaved,
            5 => Self::LocalFailure,
            6 => Self::Busy,
            other => Self::Other(other),
        }
    }
}

impl Frame {
    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self {
            Self::Hello(hello) => {
                bytes.push(1);
                hello.write(&mut bytes);
            }
            Self::Frontier(rows) => {
                bytes.push(2);
                encode_rows(rows, &mut bytes);
            }
            Self::Run { spread, wire } => {
                bytes.reserve(wire.len() + 2);
                bytes.push(3);
                bytes.push(*spread);
                bytes.extend_from_slice(wire);
            }
            Self::Ack(rows) => {
                bytes.push(4);
                encode_rows(rows, &mut bytes);
            }
            Self::Claims(claims) => {
                bytes.push(5);
                bytes.put_varint(claims.len() as u64);
                for claim in claims {
                    bytes.extend_from_slice(&claim.holder.0);
                    bytes.put_varint(claim.seq);
                }
            }
            Self::Resume { author, after } => {
                bytes.push(6);
                bytes.extend_from_slice(&author.0);
                bytes.put_varint(*after);
            }
            Self::Want(hashes) => {
                bytes.push(7);
                bytes.put_varint(hashes.len() as u64);
                for hash in hashes {
                    bytes.extend_from_slice(hash);
                }
            }
            Self::Blob(chunk) => {
                bytes.push(8);
                chunk.write(&mut bytes);
            }
            Self::Join(request) => {
                bytes.push(9);
                request.write(&mut bytes);
            }
            Self::JoinAnswer(answer) => {
                bytes.push(10);
                answer.write(&mut bytes);
            }
            Self::Bye(bye) => {
                bytes.push(11);
                bytes.push(bye.reason.code());
                let mut end = bye.detail.len().min(MAX_REASON_BYTES);
                while !bye.detail.is_char_boundary(end) {
                    end -= 1;
                }
                bytes.put_bytes(bye.detail.get(..end).unwrap_or_default().as_bytes());
            }
            Self::FullFrontier(rows) => {
                bytes.push(12);
                bytes.put_varint(rows.len() as u64);
                for (author, tip) in rows {
                    bytes.extend_from_slice(&author.0);
                    bytes.put_varint(tip.seq);
                    bytes.extend_from_slice(&tip.id.0);
                }
            }
            Self::Charter(entries) => {
                bytes.push(13);
                bytes.put_varint(entries.len() as u64);
                for entry in entries {
                    bytes.extend_from_slice(&entry.encode());
                }
            }
            Self::WantBodies(places) => {
                bytes.push(14);
                bytes.put_varint(places.len() as u64);
                for place in places {
                    write_place(place, &mut bytes);
                }
            }
            Self::Body { place, body } => {
                bytes.push(15);
                write_place(place, &mut bytes);
                match body {
                    None => bytes.push(0),
                    Some(body) => {
                        bytes.push(1);
                        bytes.put_bytes(body);
                    }
                }
            }
        }
        bytes
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// An unknown type, values beyond their bounds, bytes left over. A run is taken as it is:
    /// [`run::verify`] reads it.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        let frame = match kind {
            1 => Self::Hello(Hello::read(&mut reader)?),
            2 => Self::Frontier(decode_rows(&mut reader)?),
            3 => {
                let spread = reader.u8()?;
                let remaining = reader.remaining();
                if remaining > run::MAX_WIRE_BYTES {
                    return Err(reader.error(DecodeReason::TooLarge {
                        actual: remaining as u64,
                        limit: run::MAX_WIRE_BYTES as u64,
                    }));
                }
                Self::Run {
                    spread,
                    wire: reader.take(remaining)?.into(),
                }
            }
            4 => Self::Ack(decode_rows(&mut reader)?),
            5 => {
                let count = reader.length(MAX_CLAIMS)?;
                let mut claims = Vec::with_capacity(count.min(reader.remaining() / 9 + 1));
                for _ in 0..count {
                    claims.push(Claim {
                        holder: Prefix(reader.array()?),
                        seq: reader.varint()?,
                    });
                }
                Self::Claims(claims)
            }
            6 => Self::Resume {
                author: NodeId(reader.array()?),
                after: reader.varint()?,
            },
            7 => {
                let count = reader.length(MAX_WANTS)?;
                let mut hashes = Vec::with_capacity(count.min(reader.remaining() / 32 + 1));
                for _ in 0..count {
                    hashes.push(reader.array()?);
                }
                Self::Want(hashes)
            }
            8 => Self::Blob(Chunk::read(&mut reader)?),
            9 => Self::Join(JoinRequest::read(&mut reader)?),
            10 => Self::JoinAnswer(JoinAnswer::read(&mut reader)?),
            11 => Self::Bye(Bye {
                reason: ByeReason::from_code(reader.u8()?),
                detail: reader.text(MAX_REASON_BYTES)?.to_owned(),
            }),
            12 => {
                let count = reader.length(MAX_JOURNALS)?;
                let mut rows = Vec::with_capacity(count.min(reader.remaining() / 65 + 1));
                for _ in 0..count {
                    let author = NodeId(reader.array()?);
                    let tip = Tip {
                        seq: reader.varint()?,
                        id: EntryId(reader.array()?),
                    };
                    rows.push((author, tip));
                }
                Self::FullFrontier(rows)
            }
            13 => {
                let count = reader.length(MAX_SHOWN_ENTRIES)?;
                let mut entries = Vec::with_capacity(count.min(reader.remaining() / 289 + 1));
                for _ in 0..count {
                    entries.push(SignedEntry::read(&mut reader)?);
                }
                Self::Charter(entries)
            }
            14 => {
                let count = reader.length(MAX_BODIES_ASKED)?;
                let mut places = Vec::with_capacity(count.min(reader.remaining() / 33 + 1));
                for _ in 0..count {
                    places.push(read_place(&mut reader)?);
                }
                Self::WantBodies(places)
            }
            15 => {
                let place = read_place(&mut reader)?;
                let at = reader.clone();
                let body = match reader.u8()? {
                    0 => None,
                    1 => Some(reader.bytes(MAX_BODY_BYTES)?.to_vec()),
                    other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
                };
                Self::Body { place, body }
            }
            other => {
                return Err(DecodeError {
                    offset: 0,
                    reason: DecodeReason::Unknown(u64::from(other)),
                });
            }
        };
        reader.finish()?;
        Ok(frame)
    }
}

fn write_place(place: &Place, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&place.author.0);
    bytes.put_varint(place.seq);
}

fn read_place(reader: &mut Reader<'_>) -> Result<Place, DecodeError> {
    let at = reader.clone();
    let place = Place {
        author: NodeId(reader.array()?),
        seq: reader.varint()?,
    };
    match place.seq {
        0 => Err(at.error(DecodeReason::Invalid("entry 0 does not exist"))),
        _ => Ok(place),
    }
}

impl Hello {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.oldest.to_be_bytes());
        bytes.extend_from_slice(&self.newest.to_be_bytes());
        bytes.extend_from_slice(&self.network.0);
        bytes.extend_from_slice(&self.charter_number.to_be_bytes());
        bytes.extend_from_slice(&self.charter.0);
        bytes.extend_from_slice(&self.digest.0);
        bytes.put_bytes(&self.certificate);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            oldest: reader.u16()?,
            newest: reader.u16()?,
            network: NetworkId(reader.array()?),
            charter_number: reader.u32()?,
            charter: VersionId(reader.array()?),
            digest: FrontierDigest(reader.array()?),
            certificate: reader.bytes(MAX_CERTIFICATE_BYTES)?.to_vec(),
        })
    }

    /// The newest protocol version spoken by both sides, if there is one.
    #[must_use]
    pub fn negotiate(&self) -> Option<u16> {
        let newest = self.newest.min(NEWEST_VERSION);
        (newest >= self.oldest.max(OLDEST_VERSION)).then_some(newest)
    }
}

impl Chunk {
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.hash);
        bytes.put_varint(self.total);
        bytes.put_varint(self.offset);
        bytes.put_bytes(&self.bytes);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.clone();
        let chunk = Self {
            hash: reader.array()?,
            total: reader.varint()?,
            offset: reader.varint()?,
            bytes: reader.bytes(MAX_CHUNK_BYTES)?.to_vec(),
        };
        let end = chunk.offset.checked_add(chunk.bytes.len() as u64);
        if chunk.total > MAX_BLOB_BYTES || end.is_none_or(|end| end > chunk.total) {
            return Err(at.error(DecodeReason::Invalid("a piece outside its blob")));
        }
        Ok(chunk)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hello() -> Hello {
        Hello {
            oldest: OLDEST_VERSION,
            newest: NEWEST_VERSION,
            network: NetworkId([1; 32]),
            charter_number: 3,
            charter: VersionId([2; 32]),
            digest: FrontierDigest([3; 32]),
            certificate: vec![4; 129],
        }
    }

    fn any_frame() -> impl Strategy<Value = Frame> {
        let row = (any::<[u8; 32]>(), 1..u64::MAX, any::<[u8; 32]>()).prop_map(|(a, seq, id)| {
            Row::new(
                &NodeId(a),
                &Tip {
                    seq,
                    id: EntryId(id),
                },
            )
        });
        let rows = prop::collection::vec(row, 0..10).prop_map(|mut rows| {
            rows.sort();
            rows
        });
        let place = (any::<[u8; 32]>(), 1..u64::MAX).prop_map(|(author, seq)| Place {
            author: NodeId(author),
            seq,
        });
        prop_oneof![
            Just(Frame::Hello(hello())),
            rows.clone().prop_map(Frame::Frontier),
            rows.prop_map(Frame::Ack),
            any::<Vec<([u8; 32], u64, [u8; 32])>>().prop_map(|rows| Frame::FullFrontier(
                rows.into_iter()
                    .map(|(a, seq, id)| (
                        NodeId(a),
                        Tip {
                            seq,
                            id: EntryId(id)
                        }
                    ))
                    .collect()
            )),
            any::<(u8, Vec<u8>)>().prop_map(|(spread, wire)| Frame::Run {
                spread,
                wire: wire.into()
            }),
            any::<Vec<([u8; 8], u64)>>().prop_map(|claims| Frame::Claims(
                claims
                    .into_iter()
                    .map(|(p, seq)| Claim {
                        holder: Prefix(p),
                        seq
                    })
                    .collect()
            )),
            any::<([u8; 32], u64)>().prop_map(|(author, after)| Frame::Resume {
                author: NodeId(author),
                after
            }),
            any::<Vec<[u8; 32]>>().prop_map(Frame::Want),
            prop::collection::vec(place.clone(), 0..9).prop_map(Frame::WantBodies),
            (place, any::<Option<Vec<u8>>>()).prop_map(|(place, body)| Frame::Body { place, body }),
            any::<([u8; 32], Vec<u8>, u16)>().prop_map(|(hash, bytes, offset)| {
                let total = u64::from(offset) + bytes.len() as u64 + 5;
                Frame::Blob(Chunk {
                    hash,
                    total,
                    offset: u64::from(offset),
                    bytes,
                })
            }),
            (any::<u8>(), ".{0,40}").prop_map(|(code, detail)| Frame::Bye(Bye {
                reason: ByeReason::from_code(code),
                detail
            })),
        ]
    }

    proptest! {
        #[test]
        fn frames_round_trip(frame in any_frame()) {
            prop_assert_eq!(Frame::decode(&frame.encode()).unwrap(), frame);
        }

        #[test]
        fn arbitrary_bytes_never_panic(kind in 0u8..18, mut bytes: Vec<u8>) {
            bytes.insert(0, kind);
            let _ = Frame::decode(&bytes);
        }
    }

    #[test]
    fn a_hello_leaves_room_under_three_hundred_bytes() {
        let bytes = Frame::Hello(hello()).encode().len();
        assert!(bytes <= 250, "{bytes} bytes");
    }

    #[test]
    fn a_newer_peer_that_still_speaks_our_version_is_met_there() {
        let newer = Hello {
            oldest: NEWEST_VERSION,
            newest: 9,
            ..hello()
        };
        assert_eq!(newer.negotiate(), Some(NEWEST_VERSION));
        let too_new = Hello {
            oldest: NEWEST_VERSION + 1,
            newest: 9,
            ..hello()
        };
        assert_eq!(too_new.negotiate(), None);
    }
}
