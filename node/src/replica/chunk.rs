//! An Automerge change without what its entry already says, and back.
//!
//! Cut: magic, checksum, chunk type, length, actor. Left: dependencies, then everything behind the
//! actor. The actor is derived from the entry ([`ActorId::derive`]), so nobody can put another's
//! there. Spec: docs/protocol.md, section 5.

use sha2::{Digest, Sha256};
use sync_protocol::id::ActorId;

/// First bytes of every Automerge chunk.
const MAGIC: [u8; 4] = [0x85, 0x6F, 0x4A, 0x83];
/// The type of a chunk that is an uncompressed change.
const CHANGE_CHUNK: u8 = 1;
/// Bytes of a change's hash.
const HASH_BYTES: usize = 32;
/// The most changes one change may follow directly.
const MAX_DEPENDENCIES: u64 = 256;

/// Why bytes are not a change of the shape that entries carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Automerge change of the expected shape")]
pub(crate) struct ChunkError;

/// Cuts what can be derived out of a change chunk.
pub(crate) fn cut(chunk: &[u8], actor: &ActorId) -> Result<Vec<u8>, ChunkError> {
    let rest = chunk.strip_prefix(&MAGIC).ok_or(ChunkError)?;
    let (_checksum, rest) = rest.split_at_checked(4).ok_or(ChunkError)?;
    let (kind, rest) = rest.split_first().ok_or(ChunkError)?;
    let (length, body) = leb128(rest).ok_or(ChunkError)?;
    if *kind != CHANGE_CHUNK || usize::try_from(length) != Ok(body.len()) {
        return Err(ChunkError);
    }
    let (dependencies, behind) = split_dependencies(body)?;
    let behind = behind
        .strip_prefix(&[actor.0.len() as u8])
        .ok_or(ChunkError)?;
    let behind = behind.strip_prefix(&actor.0).ok_or(ChunkError)?;
    let cut = [dependencies, behind].concat();
    if restore(&cut, actor)? == chunk {
        Ok(cut)
    } else {
        Err(ChunkError)
    }
}

/// Puts back what [`cut`] took out.
pub(crate) fn restore(cut: &[u8], actor: &ActorId) -> Result<Vec<u8>, ChunkError> {
    let (dependencies, behind) = split_dependencies(cut)?;
    let length = cut.len() + 1 + actor.0.len();
    let mut hashed = Vec::with_capacity(length + 16);
    hashed.push(CHANGE_CHUNK);
    push_leb128(&mut hashed, length as u64);
    hashed.extend_from_slice(dependencies);
    hashed.push(actor.0.len() as u8);
    hashed.extend_from_slice(&actor.0);
    hashed.extend_from_slice(behind);
    let hash: [u8; 32] = Sha256::digest(&hashed).into();
    let mut chunk = Vec::with_capacity(hashed.len() + 8);
    chunk.extend_from_slice(&MAGIC);
    chunk.extend_from_slice(hash.get(..4).expect("a SHA-256 has 32 bytes"));
    chunk.extend_from_slice(&hashed);
    Ok(chunk)
}

/// The count of dependencies with their hashes, and what follows.
fn split_dependencies(body: &[u8]) -> Result<(&[u8], &[u8]), ChunkError> {
    let (count, rest) = leb128(body).ok_or(ChunkError)?;
    if count > MAX_DEPENDENCIES {
        return Err(ChunkError);
    }
    let end = body.len() - rest.len() + count as usize * HASH_BYTES;
    body.split_at_checked(end).ok_or(ChunkError)
}

/// An unsigned integer in its shortest LEB128 form, and what follows.
pub(crate) fn leb128(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        let bits = u64::from(byte & 0x7F);
        if place == 9 && bits > 1 {
            return None;
        }
        value |= bits << (7 * place);
        if byte & 0x80 == 0 {
            let padded = *byte == 0 && place > 0;
            return if padded {
                None
            } else {
                Some((value, bytes.get(place + 1..)?))
            };
        }
    }
    None
}

fn push_leb128(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn another_actor_or_trailing_bytes_are_refused() {
        let actor = ActorId([7; 16]);
        let chunk = restore(&[0, 1, 2, 3], &actor).unwrap();
        assert_eq!(cut(&chunk, &actor).unwrap(), [0, 1, 2, 3]);
        assert_eq!(cut(&chunk, &ActorId([8; 16])), Err(ChunkError));
        let longer = [chunk.as_slice(), &[0]].concat();
        assert_eq!(cut(&longer, &actor), Err(ChunkError));
        let mut otherwise = chunk.clone();
        otherwise[8] = 2;
        assert_eq!(cut(&otherwise, &actor), Err(ChunkError));
        let mut otherwise = chunk;
        otherwise[4] ^= 1;
        assert_eq!(cut(&otherwise, &actor), Err(ChunkError));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, actor: [u8; 16]) {
            let _ = cut(&bytes, &ActorId(actor));
            let _ = restore(&bytes, &ActorId(actor));
        }

        #[test]
        fn whatever_restores_is_cut_again(
            hashes in prop::collection::vec(any::<[u8; 32]>(), 0..4),
            behind in prop::collection::vec(any::<u8>(), 0..300),
            actor: [u8; 16],
        ) {
            let mut bytes = vec![hashes.len() as u8];
            bytes.extend(hashes.concat());
            bytes.extend(behind);
            let chunk = restore(&bytes, &ActorId(actor)).unwrap();
            prop_assert_eq!(cut(&chunk, &ActorId(actor)).unwrap(), bytes);
        }
    }
}
