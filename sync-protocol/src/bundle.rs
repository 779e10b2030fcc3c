//! Runs in a file, for a memory stick or an e-mail.
//!
//! A bundle is what a session would have sent, one way. Reading it verifies exactly as a session
//! does; the checksum at its end only tells that the file is whole, so that a truncated copy is
//! noticed while the runs before the cut are still taken. Spec: docs/protocol.md, section 10.

use std::collections::VecDeque;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::authority::SignedEntry;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::entry::{HEADER_BYTES, MAX_BODY_BYTES};
use crate::frame::Chunk;
use crate::id::NetworkId;
use crate::run::MAX_WIRE_BYTES;

/// First bytes of every bundle: protocol and version of the layout.
pub const TAG: [u8; 12] = *b"capactif-bu1";
/// What the tag of every layout, this one and later ones, begins with.
const TAG_BYTES_OF_ALL: usize = 11;
const PREAMBLE_BYTES: usize = 12 + 32;
const MAX_ITEM_BYTES: usize = {
    let entry = HEADER_BYTES + 64 + 8 + MAX_BODY_BYTES;
    if entry > MAX_WIRE_BYTES {
        entry
    } else {
        MAX_WIRE_BYTES
    }
};

/// One thing in a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A run, not verified yet.
    Run(Arc<[u8]>),
    /// An entry that carries authority, shown on its own; not verified yet.
    Authority(Box<SignedEntry>),
    /// A piece of a blob; pieces of one blob stand together and in order.
    Blob(Chunk),
}

/// Why a bundle cannot be read further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The file is something else.
    #[error("this file is not a bundle")]
    NotABundle,
    /// A later version wrote the bundle.
    #[error("this bundle was written by a newer version")]
    Newer,
    /// The bundle is of another network.
    #[error("this bundle is of network {}, not of this one", .0.short())]
    OtherNetwork(NetworkId),
    /// The file ends too early.
    #[error("the bundle ends too early, after {items} parts: copy it again, whole")]
    Truncated {
        /// Parts that were read before the end.
        items: u64,
    },
    /// Bytes were changed on the way.
    #[error("the bundle is damaged after {items} parts: copy it again")]
    Damaged {
        /// Parts that were read before the damage.
        items: u64,
        /// What was wrong.
        #[source]
        reason: DecodeError,
    },
}

/// Writes a bundle piece by piece.
#[derive(Debug)]
pub struct Encoder {
    checksum: Sha256,
    items: u64,
}

impl Encoder {
    /// Starts a bundle of `network`; returns its first bytes.
    #[must_use]
    pub fn start(network: NetworkId) -> (Self, Vec<u8>) {
        let mut bytes = TAG.to_vec();
        bytes.extend_from_slice(&network.0);
        let mut checksum = Sha256::new();
        checksum.update(&bytes);
        (Self { checksum, items: 0 }, bytes)
    }

    /// The bytes of the next part.
    #[must_use]
    pub fn item(&mut self, item: &Item) -> Vec<u8> {
        let mut bytes = Vec::new();
        match item {
            Item::Run(wire) => {
                bytes.push(1);
                bytes.put_bytes(wire);
            }
            Item::Authority(entry) => {
                bytes.push(2);
                bytes.put_bytes(&entry.encode());
            }
            Item::Blob(chunk) => {
                bytes.push(3);
                let mut content = Vec::new();
                chunk.write(&mut content);
                bytes.put_bytes(&content);
            }
        }
        self.items += 1;
        self.checksum.update(&bytes);
        bytes
    }

    /// The last bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut bytes = vec![0];
        bytes.extend_from_slice(&self.items.to_be_bytes());
        bytes.extend_from_slice(&self.checksum.finalize());
        bytes
    }
}

/// Reads a bundle from pieces of any size, holding at most one part in memory beyond them.
#[derive(Debug)]
pub struct Decoder {
    network: NetworkId,
    buffer: Vec<u8>,
    checksum: Sha256,
    items: u64,
    state: State,
    ready: VecDeque<Item>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Preamble,
    Items,
    Done,
}

impl Decoder {
    /// Starts reading a bundle that should be of `network`.
    #[must_use]
    pub fn new(network: NetworkId) -> Self {
        Self {
            network,
            buffer: Vec::new(),
            checksum: Sha256::new(),
            items: 0,
            state: State::Preamble,
            ready: VecDeque::new(),
        }
    }

    /// Takes the next piece of the file and returns the parts that are complete.
    ///
    /// # Errors
    /// See [`BundleError`]; parts returned earlier stay good.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Item>, BundleError> {
        self.buffer.extend_from_slice(piece);
        loop {
            match self.step() {
                Ok(true) => {}
                Ok(false) => return Ok(self.ready.drain(..).collect()),
                // What was complete before the damage is handed out first.
                Err(_) if !self.ready.is_empty() => return Ok(self.ready.drain(..).collect()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Says that the file ended.
    ///
    /// # Errors
    /// [`BundleError::Truncated`] if the bundle's end was not among what was pushed.
    pub fn finish(mut self) -> Result<u64, BundleError> {
        self.push(&[])?;
        match self.state {
            State::Done => Ok(self.items),
            State::Preamble if self.buffer.len() < PREAMBLE_BYTES && !self.starts_well() => {
                Err(BundleError::NotABundle)
            }
            State::Preamble | State::Items => Err(BundleError::Truncated { items: self.items }),
        }
    }

    fn starts_well(&self) -> bool {
        let compared = self.buffer.len().min(TAG.len());
        compared > 0 && self.buffer.get(..compared) == TAG.get(..compared)
    }

    /// Whether this is a bundle, of a layout that this version does not know.
    fn is_of_another_layout(&self) -> bool {
        self.buffer.len() >= TAG.len()
            && self.buffer.get(..TAG_BYTES_OF_ALL) == TAG.get(..TAG_BYTES_OF_ALL)
    }

    fn damaged(&self, reason: DecodeError) -> BundleError {
        BundleError::Damaged {
            items: self.items,
            reason,
        }
    }

    /// Reads one more part out of the buffer; `false` when more bytes are needed or all is read.
    fn step(&mut self) -> Result<bool, BundleError> {
        let mut reader = Reader::new(&self.buffer);
        match self.state {
            State::Preamble => {
                if !self.buffer.is_empty() && !self.starts_well() {
                    return Err(if self.is_of_another_layout() {
                        BundleError::Newer
                    } else {
                        BundleError::NotABundle
                    });
                }
                let Ok(bytes) = reader.take(PREAMBLE_BYTES) else {
                    return Ok(false);
                };
                let mut network = [0; 32];
                network.copy_from_slice(bytes.get(TAG.len()..).unwrap_or_default());
                if NetworkId(network) != self.network {
                    return Err(BundleError::OtherNetwork(NetworkId(network)));
                }
                self.checksum.update(bytes);
                self.buffer.drain(..PREAMBLE_BYTES);
                self.state = State::Items;
                Ok(true)
            }
            State::Items => self.item(),
            State::Done if self.buffer.is_empty() => Ok(false),
            State::Done => {
                let reason = DecodeReason::Trailing(self.buffer.len());
                Err(self.damaged(DecodeError { offset: 0, reason }))
            }
        }
    }

    fn item(&mut self) -> Result<bool, BundleError> {
        let mut reader = Reader::new(&self.buffer);
        let Ok(kind) = reader.u8() else {
            return Ok(false);
        };
        if kind == 0 {
            let Ok(stated) = reader.u64() else {
                return Ok(false);
            };
            let Ok(sum) = reader.array::<32>() else {
                return Ok(false);
            };
            let actual: [u8; 32] = self.checksum.clone().finalize().into();
            if stated != self.items || sum != actual {
                let reason = DecodeReason::Invalid("the checksum does not fit");
                return Err(self.damaged(DecodeError { offset: 0, reason }));
            }
            let consumed = reader.offset();
            self.buffer.drain(..consumed);
            self.state = State::Done;
            return Ok(true);
        }
        let content = match reader.bytes(MAX_ITEM_BYTES) {
            Ok(content) => content,
            Err(DecodeError {
                reason: DecodeReason::Truncated { .. },
                ..
            }) => return Ok(false),
            Err(error) => return Err(self.damaged(error)),
        };
        let item = match kind {
            1 => Item::Run(content.into()),
            2 => Item::Authority(Box::new(
                SignedEntry::decode(content).map_err(|error| self.damaged(error))?,
            )),
            3 => {
                let mut reader = Reader::new(content);
                let chunk = Chunk::read(&mut reader);
                let whole = chunk.and_then(|chunk| reader.finish().map(|()| chunk));
                Item::Blob(whole.map_err(|error| self.damaged(error))?)
            }
            other => {
                let reason = DecodeReason::Unknown(u64::from(other));
                return Err(self.damaged(DecodeError { offset: 0, reason }));
            }
        };
        let consumed = reader.offset();
        self.checksum
            .update(self.buffer.get(..consumed).unwrap_or_default());
        self.buffer.drain(..consumed);
        self.items += 1;
        self.ready.push_back(item);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use proptest::prelude::*;

    use super::*;
    use crate::entry::Kind;
    use crate::frontier::Tip;
    use crate::id::VersionId;
    use crate::run::{Statement, sign};
    use crate::time::Timestamp;

    const NETWORK: NetworkId = NetworkId([1; 32]);

    fn items() -> Vec<Item> {
        let say = |kind| Statement {
            charter: VersionId([2; 32]),
            kind,
            subject: None,
            time: Timestamp(3),
            body: vec![4; 32],
        };
        let statements = vec![say(Kind::CHANGE), say(Kind::APPROVE), say(Kind::CHANGE)];
        let runs = sign(
            NETWORK,
            &SigningKey::from_bytes(&[5; 32]),
            Tip::EMPTY,
            statements,
        );
        let proof = SignedEntry::of(&runs[0]).unwrap();
        let mut items: Vec<Item> = vec![Item::Authority(Box::new(proof))];
        items.extend(runs.iter().map(|run| Item::Run(Arc::clone(run.wire()))));
        items.push(Item::Blob(Chunk {
            hash: [6; 32],
            total: 300,
            offset: 100,
            bytes: vec![7; 200],
        }));
        items
    }

    fn bundle() -> Vec<u8> {
        let (mut encoder, mut bytes) = Encoder::start(NETWORK);
        for item in items() {
            bytes.extend(encoder.item(&item));
        }
        bytes.extend(encoder.finish());
        bytes
    }

    fn read(bytes: &[u8], piece: usize) -> (Vec<Item>, Result<u64, BundleError>) {
        let mut decoder = Decoder::new(NETWORK);
        let mut got = Vec::new();
        for piece in bytes.chunks(piece.max(1)) {
            match decoder.push(piece) {
                Ok(items) => got.extend(items),
                Err(error) => return (got, Err(error)),
            }
        }
        (got, decoder.finish())
    }

    proptest! {
        #[test]
        fn bundles_round_trip_in_any_pieces(piece in 1usize..600) {
            prop_assert_eq!(read(&bundle(), piece), (items(), Ok(4)));
        }

        #[test]
        fn a_cut_is_noticed_and_what_came_before_is_kept(cut in 0usize..10_000, piece in 1usize..600) {
            let whole = bundle();
            let cut = cut % whole.len();
            let (got, end) = read(&whole[..cut], piece);
            prop_assert!(end.is_err());
            prop_assert_eq!(&got[..], &items()[..got.len()]);
        }

        #[test]
        fn a_flipped_bit_is_noticed(bit in 0usize..100_000, piece in 1usize..600) {
            let mut bytes = bundle();
            let bit = bit % (bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(read(&bytes, piece).1.is_err());
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, framed: bool) {
            let mut file = if framed { bundle()[..PREAMBLE_BYTES].to_vec() } else { Vec::new() };
            file.extend(bytes);
            prop_assert!(read(&file, 64).1.is_err());
        }
    }

    #[test]
    fn a_bundle_of_a_later_layout_is_named() {
        let mut later = bundle();
        later[11] = b'2';
        assert_eq!(Decoder::new(NETWORK).push(&later), Err(BundleError::Newer));
        assert_eq!(read(&later, 5).1, Err(BundleError::Newer));
    }

    #[test]
    fn a_foreign_bundle_is_named() {
        let mut decoder = Decoder::new(NetworkId([9; 32]));
        assert_eq!(
            decoder.push(&bundle()),
            Err(BundleError::OtherNetwork(NETWORK))
        );
        assert_eq!(
            Decoder::new(NETWORK).push(b"PK\x03\x04"),
            Err(BundleError::NotABundle)
        );
    }
}
