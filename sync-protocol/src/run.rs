//! Consecutive entries of one journal that end at a signature.
//!
//! A run is the unit of verification, storage, live push and resume. Since entries are chained,
//! the one signature on the last entry vouches for all before it. On the wire and in the store a
//! run holds per entry only what cannot be derived, by columns, compressed.
//! Spec: docs/protocol.md, section 5.

use std::cell::RefCell;
use std::sync::Arc;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use zstd::bulk::Decompressor;

use crate::codec::{DecodeError, DecodeReason};
use crate::entry::{Entry, Header, Kind, MAX_BODY_BYTES, Place, body_hash};
use crate::frontier::Tip;
use crate::id::{EntryId, NetworkId, NodeId, VersionId};
use crate::time::Timestamp;

mod bodies;
mod columns;
mod leaving_out;
mod recompose;

pub use leaving_out::{LeftOut, leave_out, leaves_out, may_leave_out, put_back};
pub use recompose::{RecomposeError, recompose};

/// The most entries a run may have.
pub const MAX_ENTRIES: usize = 256;
/// The most bytes of bodies a run may have: as many as one body. A run is verified and resumed as a
/// whole, and must cross a line of 256 kbit/s that breaks every 20 seconds.
pub const MAX_RUN_BODY_BYTES: usize = MAX_BODY_BYTES;
/// The most bytes a run may take once decompressed.
pub const MAX_PLAIN_BYTES: usize = 1024 * 1024;
/// The most bytes a run may take on the wire.
pub const MAX_WIRE_BYTES: usize = MAX_PLAIN_BYTES + 4096;

pub(crate) const FORMAT: u8 = 2;
const PREAMBLE_BYTES: usize = 1 + 32 + 8 + 2 + 64 + 4;
const SIGNATURE_TAG: &[u8; 12] = b"capactif-sg1";

/// What an author wants to say; the chain and the signature are added by [`sign`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The charter version the author acts under.
    pub charter: VersionId,
    /// What the entry does.
    pub kind: Kind,
    /// The entry that created the record concerned, if one is.
    pub subject: Option<Place>,
    /// When, as the author claims.
    pub time: Timestamp,
    /// The body.
    pub body: Vec<u8>,
}

/// What a run says of itself before it is decompressed; nothing in it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preamble {
    /// Whose journal.
    pub author: NodeId,
    /// Sequence number of its first entry.
    pub first_seq: u64,
    /// How many entries it has.
    pub count: u16,
    signature: [u8; 64],
    plain_bytes: usize,
}

impl Preamble {
    /// Whether the run's signature is its author's over this entry, as that of its last one has to be.
    #[must_use]
    pub fn is_signed_for(&self, last: &EntryId) -> bool {
        check_signature(&self.author, last, &self.signature).is_ok()
    }

    /// Reads the fixed-size start of a run.
    ///
    /// # Errors
    /// Another format, counts beyond the limits, sequence numbers that overflow.
    pub fn decode(wire: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = crate::codec::Reader::new(wire);
        reader.format(FORMAT)?;
        let author = NodeId(reader.array()?);
        let first_seq = reader.u64()?;
        let count = reader.u16()?;
        let signature = reader.array()?;
        let plain_bytes = reader.u32()? as usize;
        let limit = |actual: usize, limit: usize| {
            reader.error(DecodeReason::TooLarge {
                actual: actual as u64,
                limit: limit as u64,
            })
        };
        if usize::from(count) > MAX_ENTRIES {
            return Err(limit(usize::from(count), MAX_ENTRIES));
        }
        if plain_bytes > MAX_PLAIN_BYTES {
            return Err(limit(plain_bytes, MAX_PLAIN_BYTES));
        }
        if wire.len() > MAX_WIRE_BYTES {
            return Err(limit(wire.len(), MAX_WIRE_BYTES));
        }
        let overflows = first_seq.checked_add(u64::from(count)).is_none();
        if count == 0 || first_seq == 0 || overflows {
            return Err(reader.error(DecodeReason::Invalid("impossible sequence numbers")));
        }
        Ok(Self {
            author,
            first_seq,
            count,
            signature,
            plain_bytes,
        })
    }

    /// Sequence number of the run's last entry.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.first_seq + u64::from(self.count) - 1
    }
}

/// Why a run is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The bytes are not a run.
    #[error("malformed run")]
    Malformed(#[from] DecodeError),
    /// The run does not continue the journal as it is held here.
    #[error("run starts at entry {first} but entry {expected} comes next")]
    OutOfOrder {
        /// First entry of the run.
        first: u64,
        /// The entry that continues the journal.
        expected: u64,
    },
    /// The signature does not cover these entries: a forgery, damage, or another branch.
    #[error("signature of {author:?} does not cover entries {first} to {last}")]
    BadSignature {
        /// The stated author.
        author: NodeId,
        /// First entry of the run.
        first: u64,
        /// Last entry of the run.
        last: u64,
    },
    /// The author's key is not a point of the curve.
    #[error("{author:?} is not a public key")]
    BadKey {
        /// The stated author.
        author: NodeId,
    },
    /// A body was left out of an entry whose kind is never erased ([`may_leave_out`]).
    #[error("the body of entry {seq} is missing")]
    Stripped {
        /// Its sequence number.
        seq: u64,
    },
    /// An entry that carries authority stands before the end, so its signature cannot be shown.
    #[error("entry {seq} carries authority but does not end its run")]
    AuthorityInside {
        /// Its sequence number.
        seq: u64,
    },
}

/// A run whose chain and signature hold. Only [`verify`] and [`sign`] make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRun {
    author: NodeId,
    first_seq: u64,
    signature: [u8; 64],
    last: Tip,
    entries: Vec<Entry>,
    wire: Arc<[u8]>,
}

impl VerifiedRun {
    /// Whose journal.
    #[must_use]
    pub const fn author(&self) -> NodeId {
        self.author
    }

    /// Sequence number of the first entry.
    #[must_use]
    pub const fn first_seq(&self) -> u64 {
        self.first_seq
    }

    /// The journal's tip once this run is held.
    #[must_use]
    pub const fn last(&self) -> Tip {
        self.last
    }

    /// The entries, oldest first; never empty.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether some entry stands here without its body.
    #[must_use]
    pub fn leaves_out(&self) -> bool {
        self.entries.iter().any(|entry| entry.body.is_none())
    }

    /// Takes the entries out.
    #[must_use]
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// The run as it travels and is stored.
    #[must_use]
    pub const fn wire(&self) -> &Arc<[u8]> {
        &self.wire
    }

    /// The author's signature over the last entry's id.
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }
}

/// Chains `statements` to `tip`, signs the last, and returns as many runs as the limits ask for.
///
/// # Panics
/// If a body exceeds [`MAX_BODY_BYTES`]; callers refuse such an edit first.
#[must_use]
pub fn sign(
    network: NetworkId,
    key: &SigningKey,
    mut tip: Tip,
    statements: Vec<Statement>,
) -> Vec<VerifiedRun> {
    let author = NodeId(key.verifying_key().to_bytes());
    let mut runs = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut body_bytes = 0;
    for statement in statements {
        assert!(
            statement.body.len() <= MAX_BODY_BYTES,
            "bodies are bounded before signing"
        );
        let full =
            entries.len() == MAX_ENTRIES || body_bytes + statement.body.len() > MAX_RUN_BODY_BYTES;
        if full {
            runs.push(seal(key, std::mem::take(&mut entries)));
            body_bytes = 0;
        }
        body_bytes += statement.body.len();
        let ends_run = statement.kind.carries_authority();
        let entry = chain(network, author, tip, statement);
        tip = Tip {
            seq: entry.header.seq,
            id: entry.id,
        };
        entries.push(entry);
        if ends_run {
            runs.push(seal(key, std::mem::take(&mut entries)));
            body_bytes = 0;
        }
    }
    if !entries.is_empty() {
        runs.push(seal(key, entries));
    }
    runs
}

fn chain(network: NetworkId, author: NodeId, tip: Tip, statement: Statement) -> Entry {
    let header = Header {
        network,
        author,
        seq: tip.seq + 1,
        previous: tip.id,
        charter: statement.charter,
        kind: statement.kind,
        subject: statement.subject,
        time: statement.time,
        body_bytes: u32::try_from(statement.body.len()).expect("bodies are bounded"),
        body_hash: body_hash(&statement.body),
    };
    let id = header.id();
    Entry {
        header,
        id,
        body: Some(statement.body),
    }
}

fn signed_message(id: &EntryId) -> [u8; 44] {
    let mut message = [0; 44];
    let (tag, rest) = message.split_at_mut(12);
    tag.copy_from_slice(SIGNATURE_TAG);
    rest.copy_from_slice(&id.0);
    message
}

fn seal(key: &SigningKey, entries: Vec<Entry>) -> VerifiedRun {
    let last = entries.last().expect("a run is never empty");
    let signature = key.sign(&signed_message(&last.id)).to_bytes();
    assemble(signature, entries)
}

/// Builds a run from entries that are known to be chained and signed.
fn assemble(signature: [u8; 64], entries: Vec<Entry>) -> VerifiedRun {
    let (first, last) = match entries.as_slice() {
        [only] => (only, only),
        [first, .., last] => (first, last),
        [] => unreachable!("a run is never empty"),
    };
    let (author, first_seq) = (first.header.author, first.header.seq);
    let last = Tip {
        seq: last.header.seq,
        id: last.id,
    };
    let plain = columns::encode(author, &entries);
    let mut wire = Vec::with_capacity(PREAMBLE_BYTES + plain.len());
    wire.push(FORMAT);
    wire.extend_from_slice(&author.0);
    wire.extend_from_slice(&first_seq.to_be_bytes());
    let count = u16::try_from(entries.len()).expect("runs are bounded");
    wire.extend_from_slice(&count.to_be_bytes());
    wire.extend_from_slice(&signature);
    let plain_bytes = u32::try_from(plain.len()).expect("runs are bounded");
    wire.extend_from_slice(&plain_bytes.to_be_bytes());
    let compressed = zstd::bulk::compress(&plain, COMPRESSION_LEVEL)
        .expect("compressing bounded bytes in memory does not fail");
    wire.extend_from_slice(&compressed);
    VerifiedRun {
        author,
        first_seq,
        signature,
        last,
        entries,
        wire: wire.into(),
    }
}

/// zstd's own default: 9 saves a sixth of the bytes for five times the work.
const COMPRESSION_LEVEL: i32 = 3;

/// Verifies a run against the tip of its journal.
///
/// `tip` is the entry before the run's first, as verified earlier.
///
/// # Errors
/// See [`RunError`]; nothing of the run may be used then.
pub fn verify(network: NetworkId, tip: Tip, wire: &[u8]) -> Result<VerifiedRun, RunError> {
    let preamble = Preamble::decode(wire)?;
    let Preamble {
        author,
        first_seq,
        signature,
        ..
    } = preamble;
    if Some(first_seq) != tip.seq.checked_add(1) {
        return Err(RunError::OutOfOrder {
            first: first_seq,
            expected: tip.seq.saturating_add(1),
        });
    }
    let entries = decode_entries(network, tip.id, &preamble, wire)?;
    let Some(last) = entries.last() else {
        return Err(RunError::Malformed(DecodeError {
            offset: PREAMBLE_BYTES,
            reason: DecodeReason::Invalid("a run without entries"),
        }));
    };
    let inside = entries.iter().rev().skip(1);
    if let Some(early) = inside
        .into_iter()
        .find(|entry| entry.header.kind.carries_authority())
    {
        return Err(RunError::AuthorityInside {
            seq: early.header.seq,
        });
    }
    // Whether a body that may be missing is erased or withheld is not for the chain to say: the
    // engine asks for it until an erasure names it.
    let never = |entry: &&Entry| entry.body.is_none() && !may_leave_out(entry.header.kind);
    if let Some(stripped) = entries.iter().find(never) {
        return Err(RunError::Stripped {
            seq: stripped.header.seq,
        });
    }
    let last = Tip {
        seq: last.header.seq,
        id: last.id,
    };
    check_signature(&author, &last.id, &signature).map_err(|problem| match problem {
        SignatureProblem::Key => RunError::BadKey { author },
        SignatureProblem::Signature => RunError::BadSignature {
            author,
            first: first_seq,
            last: last.seq,
        },
    })?;
    Ok(VerifiedRun {
        author,
        first_seq,
        signature,
        last,
        entries,
        wire: wire.into(),
    })
}

/// Reads a run that was verified before it was stored here, without checking the signature again.
///
/// `previous` is the id of the entry before its first.
///
/// # Errors
/// Bytes that are not a run: the store is damaged.
pub fn read_stored(
    network: NetworkId,
    previous: EntryId,
    wire: &[u8],
) -> Result<Vec<Entry>, DecodeError> {
    let preamble = Preamble::decode(wire)?;
    decode_entries(network, previous, &preamble, wire)
}

/// Whether a run, as it was stored here, ends in an entry that carries authority.
///
/// # Errors
/// Bytes that are not a run.
pub fn carries_authority(wire: &[u8]) -> Result<bool, DecodeError> {
    // Neither network nor chain bear on what an entry does.
    let entries = read_stored(NetworkId::default(), EntryId::ZERO, wire)?;
    let last = entries.last();
    Ok(last.is_some_and(|entry| entry.header.kind.carries_authority()))
}

fn decode_entries(
    network: NetworkId,
    previous: EntryId,
    preamble: &Preamble,
    wire: &[u8],
) -> Result<Vec<Entry>, DecodeError> {
    let compressed = wire.get(PREAMBLE_BYTES..).unwrap_or_default();
    let damaged = DecodeError {
        offset: PREAMBLE_BYTES,
        reason: DecodeReason::Compression,
    };
    let plain = decompress(compressed, preamble.plain_bytes).ok_or(damaged)?;
    if plain.len() != preamble.plain_bytes {
        return Err(damaged);
    }
    columns::decode(network, preamble, previous, &plain)
}

/// At most `limit` bytes out of `compressed`; `None` where it is no compression or holds more.
fn decompress(compressed: &[u8], limit: usize) -> Option<Vec<u8>> {
    thread_local! {
        // Making one takes longer than decompressing a small run with it.
        static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> =
            RefCell::new(Decompressor::new().ok());
    }
    DECOMPRESSOR.with_borrow_mut(|decompressor| {
        // One-shot decompression needs no window, writes at most the stated length and stops there.
        decompressor.as_mut()?.decompress(compressed, limit).ok()
    })
}

enum SignatureProblem {
    Key,
    Signature,
}

fn check_signature(
    author: &NodeId,
    id: &EntryId,
    signature: &[u8; 64],
) -> Result<(), SignatureProblem> {
    let key = VerifyingKey::from_bytes(&author.0).map_err(|_| SignatureProblem::Key)?;
    key.verify_strict(&signed_message(id), &Signature::from_bytes(signature))
        .map_err(|_| SignatureProblem::Signature)
}

/// Whether `signature` is `author`'s over the entry `id`: the one rule, strict everywhere.
#[must_use]
pub fn signature_holds(author: &NodeId, id: &EntryId, signature: &[u8; 64]) -> bool {
    check_signature(author, id, signature).is_ok()
}

#[cfg(test)]
mod tests;
