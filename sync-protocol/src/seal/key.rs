//! The X25519 keys to which parts and lockboxes are sealed.
//!
//! A structure has one at a time and numbers them: a new *generation* follows a lost computer or a
//! node that was revoked. A node has one for as long as it lives. Spec: docs/protocol.md, section 14.

use std::fmt;

use hpke::{Deserializable, Kem, Serializable};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Random;
use super::envelope::{self, Suite};

/// Which of a structure's sealing keys: 1 for its first, then one more each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u32);

impl Generation {
    /// The first.
    pub const FIRST: Self = Self(1);

    /// The one after.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(next) => Some(Self(next)),
            None => None,
        }
    }
}

/// A public sealing key, of a structure or of a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealingPublic(pub [u8; 32]);

/// Bytes that nobody can be sealed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable X25519 public key")]
pub struct UnusableKey;

impl SealingPublic {
    /// Checks that the key can be sealed to, by the one who means to.
    ///
    /// # Errors
    /// A point of small order, under which the whole world could open; an encoding that is not the
    /// canonical one, under which its own holder could not.
    pub fn check(&self) -> Result<(), UnusableKey> {
        if !self.is_canonical() {
            return Err(UnusableKey);
        }
        // Every clamped scalar takes every point of small order to zero, so any one tells.
        envelope::seal(self, b"", &[], Random::new([1; 32]))
            .map(drop)
            .map_err(|_| UnusableKey)
    }

    /// Whether the number written is below 2^255 - 19, as whoever derives the key writes it.
    fn is_canonical(&self) -> bool {
        let [lowest, middle @ .., highest] = &self.0;
        match *highest {
            0x80.. => false,
            0x7F => *lowest < 0xED || middle.iter().any(|byte| *byte != 0xFF),
            _ => true,
        }
    }
}

impl fmt::Debug for SealingPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = data_encoding::HEXLOWER.encode(&self.0);
        write!(f, "SealingPublic({})", text.get(..8).unwrap_or_default())
    }
}

/// A secret sealing key; never shown, wiped when dropped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SealingSecret([u8; 32]);

impl SealingSecret {
    /// Makes a key of random bytes.
    #[must_use]
    pub fn generate(random: Random) -> Self {
        let (secret, _) = <Suite as Kem>::derive_keypair(&random.0);
        let mut bytes = secret.to_bytes();
        let key = Self(bytes.into());
        bytes.zeroize();
        key
    }

    /// Takes a key out of the file that keeps it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the file that keeps it.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key that others seal to.
    #[must_use]
    pub fn public(&self) -> SealingPublic {
        SealingPublic(<Suite as Kem>::sk_to_pk(&self.scalar()).to_bytes().into())
    }

    pub(super) fn scalar(&self) -> <Suite as Kem>::PrivateKey {
        <Suite as Kem>::PrivateKey::from_bytes(&self.0).expect("any 32 bytes are a secret key")
    }
}

impl fmt::Debug for SealingSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_itself_nowhere() {
        let secret = SealingSecret::generate(Random::new([7; 32]));
        assert_eq!(format!("{secret:?}"), "SealingSecret(…)");
        assert_eq!(format!("{:?}", Random::new([7; 32])), "Random(…)");
        let again = SealingSecret::from_bytes(*secret.as_bytes());
        assert_eq!(again.public(), secret.public());
        assert_eq!(secret.public().check(), Ok(()));
    }

    /// The points of small order, and their encodings that are not canonical (RFC 7748, section 6;
    /// libsodium refuses the same list).
    #[test]
    fn a_key_that_everybody_or_nobody_could_open_is_refused() {
        let mut one = [0; 32];
        one[0] = 1;
        let mut minus_one = [0xFF; 32];
        minus_one[0] = 0xEC;
        minus_one[31] = 0x7F;
        let mut prime = [0xFF; 32];
        prime[0] = 0xED;
        prime[31] = 0x7F;
        let mut prime_and_nine = prime;
        prime_and_nine[0] = 0xF6;
        let mut high_bit = SealingSecret::from_bytes([3; 32]).public().0;
        high_bit[31] |= 0x80;
        let order_eight: [u8; 32] = data_encoding::HEXLOWER
            .decode(b"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")
            .unwrap()
            .try_into()
            .unwrap();
        for bytes in [
            [0; 32],
            one,
            minus_one,
            prime,
            prime_and_nine,
            high_bit,
            order_eight,
        ] {
            assert_eq!(SealingPublic(bytes).check(), Err(UnusableKey), "{bytes:?}");
        }
    }
}
