//! An Automerge change without what its entry already says, and back.
//!
//! Cut: magic, checksum, chunk type, length, actor, time and message, which are always zero and
//! empty. Taken apart: the hashes of the changes it follows and the actors it speaks of, which
//! the entry's body names by entries ([`super::lineage`]). The actor is derived from the entry
//! ([`ActorId::derive`]), so nobody can put another's there. Spec: docs/protocol.md, section 4.

use sha2::{Digest, Sha256};
use sync_protocol::body::{MAX_ACTORS, MAX_ANCESTORS};
use sync_protocol::id::ActorId;

/// First bytes of every Automerge chunk.
const MAGIC: [u8; 4] = [0x85, 0x6F, 0x4A, 0x83];
/// The type of a chunk that is an uncompressed change.
const CHANGE_CHUNK: u8 = 1;
/// Bytes of an actor, as they stand before it in a chunk.
const ACTOR_BYTES: u8 = 16;
/// Time zero and an empty message.
const NO_TIME_NO_MESSAGE: [u8; 2] = [0, 0];

/// The hash of a change.
pub(crate) type Hash = [u8; 32];

/// Why bytes are not a change of the shape that entries carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Automerge change of the expected shape")]
pub(crate) struct ChunkError;

/// A change without what can be derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The changes it follows, in rising order.
    pub(crate) dependencies: Vec<Hash>,
    /// The actors it speaks of besides its own, in rising order.
    pub(crate) actors: Vec<ActorId>,
    /// Its number among its actor's, its first operation's number, and its operations.
    pub(crate) operations: Vec<u8>,
}

/// Cuts what can be derived out of a change chunk.
pub(crate) fn cut(chunk: &[u8], actor: &ActorId) -> Result<Cut, ChunkError> {
    let mut bytes = Bytes(chunk);
    bytes.expect(&MAGIC)?;
    bytes.take(4)?;
    bytes.expect(&[CHANGE_CHUNK])?;
    if usize::try_from(bytes.leb128()?) != Ok(bytes.0.len()) {
        return Err(ChunkError);
    }
    let dependencies = (0..bytes.count(MAX_ANCESTORS)?)
        .map(|_| bytes.array())
        .collect::<Result<_, _>>()?;
    bytes.expect(&[ACTOR_BYTES])?;
    bytes.expect(&actor.0)?;
    let mut operations = bytes.numbers()?.to_vec();
    bytes.expect(&NO_TIME_NO_MESSAGE)?;
    let actors = (0..bytes.count(MAX_ACTORS)?)
        .map(|_| {
            bytes.expect(&[ACTOR_BYTES])?;
            bytes.array().map(ActorId)
        })
        .collect::<Result<_, _>>()?;
    operations.extend_from_slice(bytes.0);
    let cut = Cut {
        dependencies,
        actors,
        operations,
    };
    if restore(&cut, actor)? == chunk {
        Ok(cut)
    } else {
        Err(ChunkError)
    }
}

/// Puts back what [`cut`] took out.
pub(crate) fn restore(cut: &Cut, actor: &ActorId) -> Result<Vec<u8>, ChunkError> {
    let Cut {
        dependencies,
        actors,
        operations,
    } = cut;
    let mut operations = Bytes(operations);
    let numbers = operations.numbers()?;
    let mut body = Vec::with_capacity(
        operations.0.len() + dependencies.len() * 32 + (actors.len() + 1) * 17 + 16,
    );
    push_leb128(&mut body, dependencies.len() as u64);
    body.extend(dependencies.iter().flatten());
    body.push(ACTOR_BYTES);
    body.extend_from_slice(&actor.0);
    body.extend_from_slice(numbers);
    body.extend_from_slice(&NO_TIME_NO_MESSAGE);
    push_leb128(&mut body, actors.len() as u64);
    for actor in actors {
        body.push(ACTOR_BYTES);
        body.extend_from_slice(&actor.0);
    }
    body.extend_from_slice(operations.0);
    Ok(enclose(&body))
}

/// The whole chunk of a change with this body.
pub(crate) fn enclose(body: &[u8]) -> Vec<u8> {
    let mut chunk = Vec::with_capacity(body.len() + 16);
    chunk.extend_from_slice(&MAGIC);
    chunk.extend_from_slice(&[0; 4]);
    chunk.push(CHANGE_CHUNK);
    push_leb128(&mut chunk, body.len() as u64);
    chunk.extend_from_slice(body);
    let hash = hash(&chunk);
    let checksum = chunk.iter_mut().skip(MAGIC.len());
    checksum.zip(&hash[..4]).for_each(|(byte, of)| *byte = *of);
    chunk
}

/// The hash of the change in a chunk: of everything behind the checksum.
pub(crate) fn hash(chunk: &[u8]) -> Hash {
    Sha256::digest(chunk.get(8..).unwrap_or_default()).into()
}

/// A cursor over a change.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ChunkError> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(ChunkError)?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ChunkError> {
        self.take(N)?.try_into().map_err(|_| ChunkError)
    }

    fn expect(&mut self, expected: &[u8]) -> Result<(), ChunkError> {
        self.0 = self.0.strip_prefix(expected).ok_or(ChunkError)?;
        Ok(())
    }

    fn leb128(&mut self) -> Result<u64, ChunkError> {
        let (value, rest) = leb128(self.0).ok_or(ChunkError)?;
        self.0 = rest;
        Ok(value)
    }

    fn count(&mut self, limit: usize) -> Result<usize, ChunkError> {
        let count = usize::try_from(self.leb128()?).map_err(|_| ChunkError)?;
        if count > limit {
            return Err(ChunkError);
        }
        Ok(count)
    }

    /// The bytes of the change's number among its actor's and of its first operation's number.
    fn numbers(&mut self) -> Result<&'a [u8], ChunkError> {
        let before = self.0;
        self.leb128()?;
        self.leb128()?;
        Ok(before
            .get(..before.len() - self.0.len())
            .unwrap_or_default())
    }
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

/// Appends an unsigned integer in its shortest LEB128 form.
pub(crate) fn push_leb128(bytes: &mut Vec<u8>, mut value: u64) {
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

    fn cut_of(operations: &[u8]) -> Cut {
        Cut {
            dependencies: vec![[4; 32]],
            actors: vec![ActorId([5; 16])],
            operations: operations.to_vec(),
        }
    }

    #[test]
    fn another_actor_or_trailing_bytes_are_refused() {
        let actor = ActorId([7; 16]);
        let original = cut_of(&[1, 2, 3]);
        let chunk = restore(&original, &actor).unwrap();
        assert_eq!(cut(&chunk, &actor).unwrap(), original);
        assert_eq!(cut(&chunk, &ActorId([8; 16])), Err(ChunkError));
        let longer = [chunk.as_slice(), &[0]].concat();
        assert_eq!(cut(&longer, &actor), Err(ChunkError));
        let mut otherwise = chunk.clone();
        otherwise[8] = 2;
        assert_eq!(cut(&otherwise, &actor), Err(ChunkError));
        let mut otherwise = chunk;
        otherwise[4] ^= 1;
        assert_eq!(cut(&otherwise, &actor), Err(ChunkError));
        assert_eq!(restore(&cut_of(&[1]), &actor), Err(ChunkError));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, actor: [u8; 16]) {
            let _ = cut(&bytes, &ActorId(actor));
            let _ = restore(&cut_of(&bytes), &ActorId(actor));
        }

        #[test]
        fn whatever_restores_is_cut_again(
            dependencies in prop::collection::vec(any::<[u8; 32]>(), 0..4),
            actors in prop::collection::vec(any::<[u8; 16]>(), 0..4),
            operations in prop::collection::vec(any::<u8>(), 0..300),
            actor: [u8; 16],
        ) {
            let original = Cut {
                dependencies,
                actors: actors.into_iter().map(ActorId).collect(),
                operations: [vec![1, 1], operations].concat(),
            };
            let chunk = restore(&original, &ActorId(actor)).unwrap();
            prop_assert_eq!(cut(&chunk, &ActorId(actor)).unwrap(), original);
        }
    }
}
