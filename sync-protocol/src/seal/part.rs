//! A part of a record as a blob that only the holders of its key can read.
//!
//! XChaCha20-Poly1305 under a random key that seals nothing else, over the text padded to steps of
//! 1 KiB, so that a blob's size tells little. Where the part belongs is authenticated beside it, so
//! that a blob moved to another record, part, author or number opens nowhere.
//!
//! The cipher alone does not commit to its key: whoever knows two keys can make one blob that opens
//! to two texts, one for each of two readers. So the entry states a [`Commitment`], a hash of the
//! key, and readers refuse any other key. To show two readers two texts one would need two keys of
//! one SHA-256, or two blobs of one; with one key and one blob there is one text.
//! Spec: docs/protocol.md, section 14.

use std::fmt;
use std::str::FromStr;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use sha2::{Digest, Sha256};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::Random;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::{BlobHash, EntryId, NetworkId, NodeId, RecordId, tagged_hash};

/// The most bytes a part's name may have.
pub const MAX_PART_NAME_BYTES: usize = 64;
/// The most bytes of text that are sealed at once: some scanned pages. A blob is held in memory whole.
pub const MAX_PART_BYTES: usize = 4 * 1024 * 1024 - LENGTH_BYTES;
/// Sealed text is padded to a multiple of this.
pub const PAD_BYTES: usize = 1024;
/// The most bytes a sealed blob may have.
pub const MAX_SEALED_BYTES: usize = MAX_PART_BYTES + LENGTH_BYTES + OVERHEAD_BYTES;

const FORMAT: u8 = 1;
const LENGTH_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const OVERHEAD_BYTES: usize = 1 + NONCE_BYTES + TAG_BYTES;

/// Which part of a record: `identity`, `notes`, `document/3`, …
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartName(String);

/// Text that does not name a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part's name is 1 to 64 of a-z, 0-9, _, - and /")]
pub struct BadPartName;

impl PartName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.put_bytes(self.0.as_bytes());
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.clone();
        let text = reader.text(MAX_PART_NAME_BYTES)?;
        let bad = |_| at.error(DecodeReason::Invalid("not the name of a part"));
        text.parse().map_err(bad)
    }
}

impl FromStr for PartName {
    type Err = BadPartName;

    fn from_str(text: &str) -> Result<Self, BadPartName> {
        let allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'/');
        let fits = (1..=MAX_PART_NAME_BYTES).contains(&text.len());
        if fits && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadPartName)
        }
    }
}

/// Where a sealed part belongs; authenticated with it.
#[derive(Clone, Copy, Debug)]
pub struct PartContext<'a> {
    /// The network.
    pub network: NetworkId,
    /// The record.
    pub record: RecordId,
    /// The node that writes the seal entry.
    pub author: NodeId,
    /// Which part of the record.
    pub part: &'a PartName,
    /// The seal's number: one more than the highest of its parents, 1 without any.
    pub number: u32,
    /// The seals that this one replaces, in rising order.
    pub parents: &'a [EntryId],
    /// The grants that it takes into account, in rising order.
    pub grants: &'a [EntryId],
}

impl PartContext<'_> {
    /// One hash for all of it: what is authenticated beside the text, and with each wrap.
    #[must_use]
    pub fn binding(&self) -> [u8; 32] {
        let mut rest = Vec::with_capacity(128);
        self.part.write(&mut rest);
        rest.extend_from_slice(&self.number.to_be_bytes());
        for list in [self.parents, self.grants] {
            rest.put_varint(list.len() as u64);
            for entry in list {
                rest.extend_from_slice(&entry.0);
            }
        }
        tagged_hash(
            b"capactif-pa1",
            &[&self.network.0, &self.record.0, &self.author.0, &rest],
        )
    }
}

/// The key of one sealed part; never shown, wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct PartKey([u8; 32]);

impl PartKey {
    /// Makes a key of random bytes.
    #[must_use]
    pub fn generate(random: Random) -> Self {
        Self(random.0)
    }

    pub(super) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What an entry states of the key.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment(tagged_hash(b"capactif-co1", &[&self.0]))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl fmt::Debug for PartKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartKey(…)")
    }
}

/// A hash of a part's key, by which all readers know that they hold the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(pub [u8; 32]);

/// What the seal entry states of a sealed part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedPart {
    /// The blob.
    pub blob: BlobHash,
    /// Its bytes.
    pub size: u32,
    /// Of its key.
    pub commitment: Commitment,
}

/// The text is longer than [`MAX_PART_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{actual} bytes exceed the {limit} that are sealed at once")]
pub struct PartTooLarge {
    /// Bytes of the text.
    pub actual: usize,
    /// The most there may be.
    pub limit: usize,
}

/// Why a blob was not opened. What is wrong with it is known to its author, or to who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The blob is not all there, or has something behind it: fetch it again.
    #[error("the blob has {actual} bytes, not the {stated} that its seal states")]
    Size {
        /// Bytes stated.
        stated: u32,
        /// Bytes there are.
        actual: usize,
    },
    /// The blob is another one: fetch it again.
    #[error("the blob is not the one that its seal names")]
    OtherBlob,
    /// The key is not the one that the entry states: its author showed somebody something else.
    #[error("the key is not the one that its seal commits to")]
    OtherKey,
    /// The blob is in a format that this version does not know.
    #[error("a sealed part of format {0}")]
    Format(u8),
    /// The blob does not open here under this key: it belongs elsewhere, or was never right.
    #[error("the blob was not sealed under this key for this place")]
    NotSealed,
    /// The text is padded otherwise than it must be.
    #[error("the text is not padded as it must be")]
    Padding,
}

/// Seals `text`; returns what the entry states of it, and the blob.
///
/// `key` must seal nothing else: make it for this call and wrap it afterwards.
///
/// # Errors
/// [`PartTooLarge`].
pub fn seal_part(
    context: &PartContext<'_>,
    text: &[u8],
    key: &PartKey,
    random: Random,
) -> Result<(SealedPart, Vec<u8>), PartTooLarge> {
    let padded = pad(text)?;
    let [nonce @ .., _, _, _, _, _, _, _, _] = random.0;
    let payload = Payload {
        msg: &padded,
        aad: &context.binding(),
    };
    let sealed = key
        .cipher()
        .encrypt(&nonce.into(), payload)
        .expect("the text is far below the cipher's limit");
    let mut blob = Vec::with_capacity(OVERHEAD_BYTES + padded.len());
    blob.push(FORMAT);
    blob.extend_from_slice(&nonce);
    blob.extend_from_slice(&sealed);
    let stated = SealedPart {
        blob: hash(&blob),
        size: u32::try_from(blob.len()).expect("bounded by MAX_SEALED_BYTES"),
        commitment: key.commitment(),
    };
    Ok((stated, blob))
}

/// Opens a blob that an entry states, under the key that was wrapped for the reader.
///
/// # Errors
/// See [`OpenError`].
pub fn open_part(
    context: &PartContext<'_>,
    stated: &SealedPart,
    key: &PartKey,
    blob: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    open_bound(&context.binding(), stated, key, blob)
}

fn open_bound(
    binding: &[u8; 32],
    stated: &SealedPart,
    key: &PartKey,
    blob: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    if blob.len() != stated.size as usize || !is_sealed_size(stated.size) {
        return Err(OpenError::Size {
            stated: stated.size,
            actual: blob.len(),
        });
    }
    if hash(blob) != stated.blob {
        return Err(OpenError::OtherBlob);
    }
    if key.commitment() != stated.commitment {
        return Err(OpenError::OtherKey);
    }
    let mut reader = Reader::new(blob);
    let read = |_| OpenError::NotSealed;
    let format = reader.u8().map_err(read)?;
    if format != FORMAT {
        return Err(OpenError::Format(format));
    }
    let nonce: [u8; NONCE_BYTES] = reader.array().map_err(read)?;
    let payload = Payload {
        msg: reader.take(reader.remaining()).map_err(read)?,
        aad: binding,
    };
    let padded = key
        .cipher()
        .decrypt(&nonce.into(), payload)
        .map_err(|_| OpenError::NotSealed)?;
    unpad(&Zeroizing::new(padded)).ok_or(OpenError::Padding)
}

/// Whether a sealed blob can have this many bytes: whole steps of padding, and not beyond the limit.
#[must_use]
pub const fn is_sealed_size(size: u32) -> bool {
    let size = size as usize;
    size <= MAX_SEALED_BYTES
        && size > OVERHEAD_BYTES
        && (size - OVERHEAD_BYTES).is_multiple_of(PAD_BYTES)
}

fn hash(blob: &[u8]) -> BlobHash {
    BlobHash(Sha256::digest(blob).into())
}

/// Length, text, zeros up to the next step.
fn pad(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, PartTooLarge> {
    let length = u32::try_from(text.len()).ok();
    let Some(length) = length.filter(|_| text.len() <= MAX_PART_BYTES) else {
        return Err(PartTooLarge {
            actual: text.len(),
            limit: MAX_PART_BYTES,
        });
    };
    let whole = (LENGTH_BYTES + text.len()).next_multiple_of(PAD_BYTES);
    let mut padded = Zeroizing::new(Vec::with_capacity(whole));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(text);
    padded.resize(whole, 0);
    Ok(padded)
}

/// The text, if it is padded in the one way that [`pad`] pads it: else the padding could carry
/// what readers are not shown.
fn unpad(padded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (length, rest) = padded.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (text, zeros) = rest.split_at_checked(length)?;
    let shortest = (LENGTH_BYTES + length).next_multiple_of(PAD_BYTES);
    let right = padded.len() == shortest && zeros.iter().all(|byte| *byte == 0);
    right.then(|| Zeroizing::new(text.to_vec()))
}

#[cfg(test)]
pub(crate) mod tests;
