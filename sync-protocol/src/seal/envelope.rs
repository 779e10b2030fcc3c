//! HPKE in one shot: a few bytes to the holder of one public key (RFC 9180, base mode).
//!
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. The ephemeral key is derived from
//! random bytes that are given, as the RFC's test vectors derive theirs.

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, HpkeError, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use super::Random;
use super::key::{SealingPublic, SealingSecret};

/// How keys are encapsulated.
pub(super) type Suite = X25519HkdfSha256;

/// Bytes that the authentication tag adds.
pub(super) const TAG_BYTES: usize = 16;

/// The receiver's secret and the information do not open the bytes, or the key cannot be sealed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EnvelopeError;

impl From<HpkeError> for EnvelopeError {
    fn from(_: HpkeError) -> Self {
        Self
    }
}

/// Seals `plain` to `to`; returns the encapsulated key and the ciphertext.
pub(super) fn seal(
    to: &SealingPublic,
    info: &[u8],
    plain: &[u8],
    random: Random,
) -> Result<([u8; 32], Vec<u8>), EnvelopeError> {
    seal_beside(to, info, b"", plain, random)
}

fn seal_beside(
    to: &SealingPublic,
    info: &[u8],
    beside: &[u8],
    plain: &[u8],
    random: Random,
) -> Result<([u8; 32], Vec<u8>), EnvelopeError> {
    let to = <Suite as Kem>::PublicKey::from_bytes(&to.0)?;
    let (encapsulated, sealed) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Suite>(
            &OpModeS::Base,
            &to,
            info,
            plain,
            beside,
            &mut Given(Some(random)),
        )?;
    Ok((encapsulated.to_bytes().into(), sealed))
}

/// Opens what [`seal`] made, under the same `info`.
pub(super) fn open(
    secret: &SealingSecret,
    info: &[u8],
    encapsulated: &[u8; 32],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    open_beside(secret, info, b"", encapsulated, sealed)
}

fn open_beside(
    secret: &SealingSecret,
    info: &[u8],
    beside: &[u8],
    encapsulated: &[u8; 32],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let encapsulated = <Suite as Kem>::EncappedKey::from_bytes(encapsulated)?;
    let plain = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Suite>(
        &OpModeR::Base,
        &secret.scalar(),
        &encapsulated,
        info,
        sealed,
        beside,
    )?;
    Ok(Zeroizing::new(plain))
}

/// Hands out the given bytes, once: `hpke` asks for the 32 of one ephemeral key and no more.
struct Given(Option<Random>);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        // A release of `hpke` that asks for more would get bytes twice: better it stops in the tests.
        let random = self.0.take().expect("an ephemeral key is drawn once");
        into.copy_from_slice(&random.0);
        Ok(())
    }
}

impl TryCryptoRng for Given {}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    fn hex32(text: &str) -> [u8; 32] {
        hex(text).try_into().unwrap()
    }

    /// RFC 9180, appendix A.2.1, the first encryption.
    #[test]
    fn the_vectors_of_rfc_9180_hold() {
        let ephemeral = "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b";
        let receiver = "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df";
        let secret = SealingSecret::generate(Random::new(hex32(receiver)));
        // The RFC prints the key before it is clamped: its last byte there is fb.
        assert_eq!(
            secret.as_bytes(),
            &hex32("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e07b")
        );
        assert_eq!(
            secret.public().0,
            hex32("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
        );
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let beside = hex("436f756e742d30");
        let plain = hex("4265617574792069732074727574682c20747275746820626561757479");
        let random = Random::new(hex32(ephemeral));
        let (encapsulated, sealed) =
            seal_beside(&secret.public(), &info, &beside, &plain, random).unwrap();
        assert_eq!(
            encapsulated,
            hex32("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
        );
        let expected = "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db\
                        21993c62ce81883d2dd1b51a28";
        assert_eq!(sealed, hex(expected));
        let opened = open_beside(&secret, &info, &beside, &encapsulated, &sealed).unwrap();
        assert_eq!(*opened, plain);
    }

    #[test]
    fn another_key_another_purpose_or_another_byte_opens_nothing() {
        let secret = SealingSecret::generate(Random::new([1; 32]));
        let other = SealingSecret::generate(Random::new([2; 32]));
        let (encapsulated, sealed) =
            seal(&secret.public(), b"this", b"text", Random::new([3; 32])).unwrap();
        assert_eq!(sealed.len(), 4 + TAG_BYTES);
        assert_eq!(
            **open(&secret, b"this", &encapsulated, &sealed).unwrap(),
            *b"text"
        );
        assert!(open(&other, b"this", &encapsulated, &sealed).is_err());
        assert!(open(&secret, b"that", &encapsulated, &sealed).is_err());
        assert!(open(&secret, b"this", &[0; 32], &sealed).is_err());
        assert!(open(&secret, b"this", &encapsulated, &[]).is_err());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(open(&secret, b"this", &encapsulated, &changed).is_err());
        }
    }
}
