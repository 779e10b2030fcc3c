//! A part's key, wrapped to one structure.
//!
//! What the wrap is for is bound into it: the seal (network, record, author, part, number, parents,
//! by its [binding](super::part::PartContext::binding)), the commitment to the key, the recipient
//! and the generation of its key. Taken to another entry, it opens nothing.
//! Spec: docs/protocol.md, section 14.

use std::collections::BTreeMap;

use super::Random;
use super::envelope;
use super::key::{Generation, SealingPublic, SealingSecret, UnusableKey};
use super::part::{Commitment, PartKey};
use crate::charter::MAX_MEMBERS;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::StructureId;

/// Bytes of a wrapped key: the key and an authentication tag.
const WRAPPED_BYTES: usize = 32 + envelope::TAG_BYTES;

/// A structure to seal to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The structure.
    pub structure: StructureId,
    /// Which of its keys.
    pub generation: Generation,
    /// That key.
    pub public: SealingPublic,
}

/// A part's key for one structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrap {
    /// The structure.
    pub recipient: StructureId,
    /// Which of its keys opens it.
    pub generation: Generation,
    encapsulated: [u8; 32],
    wrapped: [u8; WRAPPED_BYTES],
}

/// Why a structure cannot take the key out of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrapError {
    /// It was not sealed to us.
    #[error("no wrap for this structure")]
    NoWrap,
    /// It was sealed to a key of ours that this node does not hold.
    #[error("wrapped for generation {}, whose secret is not here", .0.0)]
    NoSecret(Generation),
    /// The wrap was made for another entry, recipient or key.
    #[error("a wrap that was not made for this entry and key")]
    NotForHere,
    /// The key in it is not the one that the entry commits to: its author shows us something else.
    #[error("the wrapped key is not the one that the seal commits to")]
    OtherKey,
}

fn info(
    binding: &[u8; 32],
    commitment: &Commitment,
    recipient: &StructureId,
    generation: Generation,
) -> Vec<u8> {
    let parts: [&[u8]; 5] = [
        b"capactif-wr1",
        binding,
        &commitment.0,
        &recipient.0,
        &generation.0.to_be_bytes(),
    ];
    parts.concat()
}

impl Wrap {
    /// Wraps `key` to a recipient, for the seal with that binding.
    ///
    /// # Errors
    /// The recipient's key cannot be sealed to.
    pub fn seal(
        binding: &[u8; 32],
        key: &PartKey,
        to: &Recipient,
        random: Random,
    ) -> Result<Self, UnusableKey> {
        let info = info(binding, &key.commitment(), &to.structure, to.generation);
        let (encapsulated, wrapped) =
            envelope::seal(&to.public, &info, key.as_bytes(), random).map_err(|_| UnusableKey)?;
        Ok(Self {
            recipient: to.structure,
            generation: to.generation,
            encapsulated,
            wrapped: wrapped.try_into().expect("32 bytes and a tag"),
        })
    }

    /// Takes the key out, for a seal that states `commitment`.
    ///
    /// # Errors
    /// [`WrapError::NotForHere`], [`WrapError::OtherKey`].
    pub fn open(
        &self,
        binding: &[u8; 32],
        commitment: &Commitment,
        secret: &SealingSecret,
    ) -> Result<PartKey, WrapError> {
        let info = info(binding, commitment, &self.recipient, self.generation);
        let plain = envelope::open(secret, &info, &self.encapsulated, &self.wrapped)
            .map_err(|_| WrapError::NotForHere)?;
        let bytes = plain.as_slice().try_into();
        let key = PartKey::from_bytes(bytes.map_err(|_| WrapError::NotForHere)?);
        if key.commitment() == *commitment {
            Ok(key)
        } else {
            Err(WrapError::OtherKey)
        }
    }
}

/// Wraps `key` to each recipient, in the order of an entry; one named twice is wrapped to once.
pub(super) fn wrap_all(
    binding: &[u8; 32],
    key: &PartKey,
    recipients: &[Recipient],
    draw: &mut dyn FnMut() -> Random,
) -> Result<Vec<Wrap>, UnusableKey> {
    let rising: BTreeMap<StructureId, &Recipient> =
        recipients.iter().map(|it| (it.structure, it)).collect();
    let wrap = |to: &&Recipient| Wrap::seal(binding, key, to, draw());
    rising.values().map(wrap).collect()
}

/// The key out of an entry's wraps, for `structure`, which holds `secrets`.
pub(super) fn open_any(
    wraps: &[Wrap],
    binding: &[u8; 32],
    commitment: &Commitment,
    structure: &StructureId,
    secrets: &BTreeMap<Generation, SealingSecret>,
) -> Result<PartKey, WrapError> {
    let ours = wraps.iter().find(|wrap| wrap.recipient == *structure);
    let wrap = ours.ok_or(WrapError::NoWrap)?;
    let secret = secrets
        .get(&wrap.generation)
        .ok_or(WrapError::NoSecret(wrap.generation))?;
    wrap.open(binding, commitment, secret)
}

pub(super) fn write_wraps(wraps: &[Wrap], bytes: &mut Vec<u8>) {
    bytes.put_varint(wraps.len() as u64);
    for wrap in wraps {
        bytes.extend_from_slice(&wrap.recipient.0);
        bytes.extend_from_slice(&wrap.generation.0.to_be_bytes());
        bytes.extend_from_slice(&wrap.encapsulated);
        bytes.extend_from_slice(&wrap.wrapped);
    }
}

/// At least one and at most as many as a roll has structures, strictly rising by recipient.
pub(super) fn read_wraps(reader: &mut Reader<'_>) -> Result<Vec<Wrap>, DecodeError> {
    let at = reader.clone();
    let count = reader.length(MAX_MEMBERS)?;
    let mut wraps: Vec<Wrap> = Vec::new();
    for _ in 0..count {
        wraps.push(Wrap {
            recipient: StructureId(reader.array()?),
            generation: Generation(reader.u32()?),
            encapsulated: reader.array()?,
            wrapped: reader.array()?,
        });
    }
    let rising = wraps.is_sorted_by(|one, next| one.recipient < next.recipient);
    if wraps.is_empty() || !rising {
        let reason = "recipients are none, or not in rising order";
        return Err(at.error(DecodeReason::Invalid(reason)));
    }
    Ok(wraps)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a lying author makes: a wrap of `key` that says it is of the key of `commitment`.
    pub(in crate::seal) fn wrap_under(
        binding: &[u8; 32],
        commitment: &Commitment,
        key: &PartKey,
        to: &Recipient,
    ) -> Wrap {
        let info = info(binding, commitment, &to.structure, to.generation);
        let random = Random::new([5; 32]);
        let sealed = envelope::seal(&to.public, &info, key.as_bytes(), random);
        let (encapsulated, wrapped) = sealed.unwrap();
        Wrap {
            recipient: to.structure,
            generation: to.generation,
            encapsulated,
            wrapped: wrapped.try_into().unwrap(),
        }
    }

    #[test]
    fn a_wrap_opens_where_it_was_made_for_and_nowhere_else() {
        let secret = SealingSecret::generate(Random::new([1; 32]));
        let to = Recipient {
            structure: StructureId([2; 32]),
            generation: Generation(3),
            public: secret.public(),
        };
        let key = PartKey::generate(Random::new([4; 32]));
        let wrap = Wrap::seal(&[5; 32], &key, &to, Random::new([6; 32])).unwrap();
        let opened = wrap.open(&[5; 32], &key.commitment(), &secret).unwrap();
        assert_eq!(opened.as_bytes(), key.as_bytes());
        let elsewhere = wrap.open(&[7; 32], &key.commitment(), &secret);
        assert_eq!(elsewhere.unwrap_err(), WrapError::NotForHere);
        let otherwise = wrap.open(&[5; 32], &Commitment([0; 32]), &secret);
        assert_eq!(otherwise.unwrap_err(), WrapError::NotForHere);
        let lie = wrap_under(&[5; 32], &Commitment([0; 32]), &key, &to);
        let opened = lie.open(&[5; 32], &Commitment([0; 32]), &secret);
        assert_eq!(opened.unwrap_err(), WrapError::OtherKey);
    }
}
