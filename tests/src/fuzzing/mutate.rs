//! Changes to bytes as fuzzers make them, from a seed.

use fastrand::Rng;

/// Numbers at which readers go wrong.
const EDGES: [u64; 12] = [
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0x100,
    0x7FFF,
    0xFFFF,
    0x7FFF_FFFF,
    0xFFFF_FFFF,
    0x7FFF_FFFF_FFFF_FFFF,
    u64::MAX,
];

/// One to eight alterations of `bytes`; `other` is what pieces are taken from.
#[must_use]
pub fn havoc(rng: &mut Rng, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..=8) {
        once(rng, &mut bytes, other);
    }
    bytes
}

fn once(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    if bytes.is_empty() {
        bytes.push(rng.u8(..));
        return;
    }
    let at = rng.usize(..bytes.len());
    let end = (at + rng.usize(1..=32)).min(bytes.len());
    match rng.u8(..9) {
        0 => bytes[at] ^= 1 << rng.u8(..8),
        1 => bytes[at] = rng.u8(..),
        2 => bytes[at] = bytes[at].wrapping_add(rng.u8(..16)).wrapping_sub(8),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        5 => bytes.truncate(at),
        6 => {
            let edge = rng.choice(EDGES).unwrap_or_default().to_be_bytes();
            let edge = &edge[8 - (1 << rng.usize(..4))..];
            for (byte, edge) in bytes[at..].iter_mut().zip(edge) {
                *byte = *edge;
            }
        }
        7 if !other.is_empty() => {
            let from = rng.usize(..other.len());
            let to = (from + rng.usize(1..=64)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        _ => {
            // The same byte many times over: counts and depths.
            let byte = bytes[at];
            bytes.splice(at..at, std::iter::repeat_n(byte, rng.usize(1..=64)));
        }
    }
}
