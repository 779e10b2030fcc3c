//! How a value lies in an engine that is not trusted to give back what it was given.
//!
//! A value is cut into items of at most [`ITEM_BYTES`]: a *head* that carries the value's length
//! and a checksum over key and value, and *continuations*. Every read verifies both, so a flipped
//! bit, a lost continuation, a value under a wrong key or half of an older value are all found.
//!
//! Items are small because of sled 0.34: a leaf page of up to 16 of them must stay below a quarter
//! of its 512 KiB segment, beyond which sled writes the page to a file of its own under `blobs/`
//! that it never syncs, so that a power cut would lose it.

use sha2::{Digest, Sha256};

/// The most bytes of an item: 20 of them, with keys, stay below 128 KiB.
pub(crate) const ITEM_BYTES: usize = 6_000;
const HEADER_BYTES: usize = 4 + CHECKSUM_BYTES;
const CHECKSUM_BYTES: usize = 8;
const HEAD_PAYLOAD_BYTES: usize = ITEM_BYTES - HEADER_BYTES;

/// Why a stored value is not what was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The head is shorter than its header.
    Truncated,
    /// An item is missing or has another length than the head says.
    Length,
    /// The bytes are others.
    Checksum,
}

impl Flaw {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Truncated => "a value is cut short",
            Self::Length => "a part of a value is missing",
            Self::Checksum => "a value does not match its checksum",
        }
    }
}

/// The items of `value`: the head, then its continuations in order.
pub(crate) fn seal(key: &[u8], value: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (first, rest) = value.split_at(value.len().min(HEAD_PAYLOAD_BYTES));
    let mut head = Vec::with_capacity(HEADER_BYTES + first.len());
    let length = u32::try_from(value.len()).expect("values are bounded to 4 MiB");
    head.extend_from_slice(&length.to_be_bytes());
    head.extend_from_slice(&checksum(key, value));
    head.extend_from_slice(first);
    (head, rest.chunks(ITEM_BYTES).map(<[u8]>::to_vec).collect())
}

/// How many continuations the value of `head` has.
pub(crate) fn continuations(head: &[u8]) -> Result<usize, Flaw> {
    let length = declared_length(head)?;
    Ok(length
        .saturating_sub(HEAD_PAYLOAD_BYTES)
        .div_ceil(ITEM_BYTES))
}

/// The value whose items are `head` and, by number, what `continuation` returns.
pub(crate) fn open<E>(
    key: &[u8],
    head: &[u8],
    mut continuation: impl FnMut(usize) -> Result<Option<Vec<u8>>, E>,
) -> Result<Result<Vec<u8>, Flaw>, E> {
    let (length, count) = match (declared_length(head), continuations(head)) {
        (Ok(length), Ok(count)) if length <= super::engine::MAX_VALUE_BYTES => (length, count),
        (Ok(_), Ok(_)) => return Ok(Err(Flaw::Length)),
        (Err(flaw), _) | (_, Err(flaw)) => return Ok(Err(flaw)),
    };
    let mut value = Vec::with_capacity(length);
    value.extend_from_slice(head.get(HEADER_BYTES..).unwrap_or_default());
    for number in 0..count {
        match continuation(number)? {
            Some(bytes) if value.len() + bytes.len() <= length => value.extend_from_slice(&bytes),
            _ => return Ok(Err(Flaw::Length)),
        }
    }
    if value.len() != length {
        return Ok(Err(Flaw::Length));
    }
    let stated = head.get(4..HEADER_BYTES).unwrap_or_default();
    Ok(if stated == checksum(key, &value) {
        Ok(value)
    } else {
        Err(Flaw::Checksum)
    })
}

fn declared_length(head: &[u8]) -> Result<usize, Flaw> {
    let header: &[u8; HEADER_BYTES] = head.first_chunk().ok_or(Flaw::Truncated)?;
    let [a, b, c, d, ..] = *header;
    Ok(u32::from_be_bytes([a, b, c, d]) as usize)
}

/// First 8 bytes of SHA-256 over the key's length, the key and the value.
pub(crate) fn checksum(key: &[u8], value: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = Sha256::new();
    hasher.update((key.len() as u64).to_be_bytes());
    hasher.update(key);
    hasher.update(value);
    let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = hasher.finalize().into();
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn opened(key: &[u8], head: &[u8], rest: &[Vec<u8>]) -> Result<Vec<u8>, Flaw> {
        open(key, head, |number| {
            Ok::<_, Infallible>(rest.get(number).cloned())
        })
        .unwrap()
    }

    #[test]
    fn values_of_every_length_come_back() {
        for length in [
            0,
            1,
            HEAD_PAYLOAD_BYTES,
            HEAD_PAYLOAD_BYTES + 1,
            3 * ITEM_BYTES,
            50_000,
        ] {
            let value: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let (head, rest) = seal(b"key", &value);
            assert!(head.len() <= ITEM_BYTES && rest.iter().all(|item| item.len() <= ITEM_BYTES));
            assert_eq!(continuations(&head).unwrap(), rest.len());
            assert_eq!(opened(b"key", &head, &rest).unwrap(), value);
            assert_eq!(opened(b"kex", &head, &rest), Err(Flaw::Checksum));
        }
    }

    #[test]
    fn a_lost_part_is_found() {
        let (head, mut rest) = seal(b"key", &[7; 20_000]);
        rest.pop();
        assert_eq!(opened(b"key", &head, &rest), Err(Flaw::Length));
    }

    proptest! {
        #[test]
        fn a_flipped_bit_is_found(length in 0..15_000usize, at: prop::sample::Index) {
            let (mut head, mut rest) = seal(b"key", &vec![9; length]);
            let total = head.len() + rest.iter().map(Vec::len).sum::<usize>();
            let mut at_bit = at.index(total * 8);
            for item in std::iter::once(&mut head).chain(&mut rest) {
                if let Some(byte) = item.get_mut(at_bit / 8) {
                    *byte ^= 1 << (at_bit % 8);
                    break;
                }
                at_bit -= item.len() * 8;
            }
            prop_assert!(opened(b"key", &head, &rest).is_err());
        }

        #[test]
        fn arbitrary_items_never_panic(head: Vec<u8>, rest: Vec<Vec<u8>>) {
            let _ = opened(b"key", &head, &rest);
        }
    }
}
