//! The file that keeps a root, recovery or person's key under a passphrase.
//!
//! Argon2id makes a key of the passphrase, XChaCha20-Poly1305 seals the secret under it. What the
//! derivation costs stands in the file, so that it can rise with the years, and is bounded when
//! read, so that a file from elsewhere cannot take all memory. A checksum, which needs no passphrase,
//! tells a damaged file from a wrong passphrase. Spec: docs/protocol.md, section 14.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Random;
use crate::codec::{DecodeError, DecodeReason, Reader};
use crate::id::RootKey;

/// First bytes of every key file.
const TAG: [u8; 12] = *b"capactif-kf1";
const SALT_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const SEALED_BYTES: usize = 32 + 16;
const CHECKSUM_BYTES: usize = 8;

/// The most memory that a file may ask for: 256 MiB.
pub const MAX_MEMORY_KIB: u32 = 256 * 1024;
/// The most passes over the memory that a file may ask for.
pub const MAX_PASSES: u32 = 16;
/// The most lanes that a file may ask for.
pub const MAX_LANES: u32 = 16;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyPurpose {
    /// A structure's root.
    Root,
    /// What replaces a structure's root.
    Recovery,
    /// A person who ratifies.
    Person,
}

impl KeyPurpose {
    const fn code(self) -> u8 {
        match self {
            Self::Root => 1,
            Self::Recovery => 2,
            Self::Person => 3,
        }
    }
}

/// What trying one passphrase costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB; at least 8 a lane.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes that could be computed at the same time.
    pub lanes: u32,
}

impl Cost {
    /// The second recommended choice of RFC 9106, section 4: 64 MiB, for computers that have
    /// something else to do.
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    const fn is_bounded(self) -> bool {
        self.memory_kib <= MAX_MEMORY_KIB
            && self.passes <= MAX_PASSES
            && self.lanes <= MAX_LANES
            && self.passes >= 1
            && self.lanes >= 1
            && self.memory_kib >= 8 * self.lanes
    }

    fn derive(self, passphrase: &str, salt: &[u8; SALT_BYTES]) -> Option<Zeroizing<[u8; 32]>> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
            .ok()?;
        Some(key)
    }
}

/// A key under a passphrase, as its file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// What the key is for.
    pub purpose: KeyPurpose,
    /// The public key, which can be shown without the passphrase.
    pub public: RootKey,
    /// What trying a passphrase costs.
    pub cost: Cost,
    salt: [u8; SALT_BYTES],
    nonce: [u8; NONCE_BYTES],
    sealed: [u8; SEALED_BYTES],
}

/// Why bytes are not a key file that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Something else, or of a later format.
    #[error("not a key file of this version")]
    NotOne,
    /// It was written whole once, and is not any more.
    #[error("the key file is damaged")]
    Damaged,
    /// It asks for more than [`MAX_MEMORY_KIB`], [`MAX_PASSES`] or [`MAX_LANES`], or for nothing.
    #[error("the key file asks for {memory_kib} KiB, {passes} passes and {lanes} lanes")]
    Cost {
        /// Memory asked for.
        memory_kib: u32,
        /// Passes asked for.
        passes: u32,
        /// Lanes asked for.
        lanes: u32,
    },
}

/// Why a key file was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// The passphrase is another one.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The memory that the derivation takes could not be had.
    #[error("not enough memory to try the passphrase")]
    Memory,
}

impl KeyFile {
    /// Locks `key` under `passphrase`, which is in Unicode's form NFC: keyboards differ.
    ///
    /// # Errors
    /// [`UnlockError::Memory`], also where `cost` is not one that a file may state.
    pub fn lock(
        purpose: KeyPurpose,
        key: &SigningKey,
        passphrase: &str,
        cost: Cost,
        [salt, nonce]: [Random; 2],
    ) -> Result<Self, UnlockError> {
        if !cost.is_bounded() {
            return Err(UnlockError::Memory);
        }
        let [nonce @ .., _, _, _, _, _, _, _, _] = nonce.0;
        let mut file = Self {
            purpose,
            public: RootKey(key.verifying_key().to_bytes()),
            cost,
            salt: salt.0,
            nonce,
            sealed: [0; SEALED_BYTES],
        };
        let derived = cost
            .derive(passphrase, &file.salt)
            .ok_or(UnlockError::Memory)?;
        let secret = Zeroizing::new(key.to_bytes());
        let payload = Payload {
            msg: secret.as_slice(),
            aad: &file.header(),
        };
        let sealed = cipher(&derived)
            .encrypt(&file.nonce.into(), payload)
            .expect("32 bytes are far below the cipher's limit");
        file.sealed = sealed.try_into().expect("32 bytes and a tag");
        Ok(file)
    }

    /// Takes the key out.
    ///
    /// # Errors
    /// See [`UnlockError`].
    pub fn unlock(&self, passphrase: &str) -> Result<SigningKey, UnlockError> {
        let derived = self.cost.derive(passphrase, &self.salt);
        let derived = derived.ok_or(UnlockError::Memory)?;
        let payload = Payload {
            msg: &self.sealed,
            aad: &self.header(),
        };
        let secret = cipher(&derived)
            .decrypt(&self.nonce.into(), payload)
            .map_err(|_| UnlockError::WrongPassphrase)?;
        let secret = Zeroizing::new(secret);
        let secret = secret.as_slice().try_into();
        let secret = Zeroizing::new(secret.map_err(|_| UnlockError::WrongPassphrase)?);
        Ok(SigningKey::from_bytes(&secret))
    }

    /// All that is in the clear, authenticated beside the secret.
    fn header(&self) -> Vec<u8> {
        let parts: [&[u8]; 8] = [
            &TAG,
            &[self.purpose.code()],
            &self.public.0,
            &self.cost.memory_kib.to_be_bytes(),
            &self.cost.passes.to_be_bytes(),
            &self.cost.lanes.to_be_bytes(),
            &self.salt,
            &self.nonce,
        ];
        parts.concat()
    }

    /// The bytes of the file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.header();
        bytes.extend_from_slice(&self.sealed);
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads a file, without the passphrase.
    ///
    /// # Errors
    /// See [`KeyFileError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyFileError> {
        if !bytes.starts_with(&TAG) {
            return Err(KeyFileError::NotOne);
        }
        let (content, stated) = bytes
            .split_last_chunk::<CHECKSUM_BYTES>()
            .ok_or(KeyFileError::Damaged)?;
        if checksum(content) != *stated {
            return Err(KeyFileError::Damaged);
        }
        // Whole, as its writer meant it: what cannot be read now is of a version to come.
        let file = Self::read(content).map_err(|_| KeyFileError::NotOne)?;
        let Cost {
            memory_kib,
            passes,
            lanes,
        } = file.cost;
        if file.cost.is_bounded() {
            Ok(file)
        } else {
            Err(KeyFileError::Cost {
                memory_kib,
                passes,
                lanes,
            })
        }
    }

    fn read(content: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(content);
        reader.take(TAG.len())?;
        let at = reader.clone();
        let purpose = match reader.u8()? {
            1 => KeyPurpose::Root,
            2 => KeyPurpose::Recovery,
            3 => KeyPurpose::Person,
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        let file = Self {
            purpose,
            public: RootKey(reader.array()?),
            cost: Cost {
                memory_kib: reader.u32()?,
                passes: reader.u32()?,
                lanes: reader.u32()?,
            },
            salt: reader.array()?,
            nonce: reader.array()?,
            sealed: reader.array()?,
        };
        reader.finish()?;
        Ok(file)
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(Sha256::digest(content));
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests;
