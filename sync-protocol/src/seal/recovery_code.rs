//! A recovery key as a sheet of paper holds it: characters in groups, with a checksum.
//!
//! Base 32 has no digit that passes for a letter, capitals do not matter, and whoever types it in
//! again may break it into groups as they like. Spec: docs/protocol.md, section 14.

use data_encoding::BASE32_NOPAD;
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const FORMAT: u8 = 1;
const CHECKSUM_BYTES: usize = 7;
const CODE_BYTES: usize = 1 + 32 + CHECKSUM_BYTES;
const CODE_CHARACTERS: usize = CODE_BYTES * 8 / 5;
const GROUP_CHARACTERS: usize = 4;

/// Why a text is not a recovery key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryCodeError {
    /// A character that no code has; which one is not told, since it may stand in a secret.
    #[error("a character that no recovery key has")]
    Character,
    /// Characters are missing, or there are too many.
    #[error("a recovery key has {CODE_CHARACTERS} characters, not {0}")]
    Length(usize),
    /// A character was read or typed for another.
    #[error("the recovery key was not copied exactly")]
    Mistyped,
    /// The checksum holds, and the format is not known here.
    #[error("the recovery key was made by a newer version")]
    Newer,
}

/// The key in groups of four characters, one space between.
#[must_use]
pub fn write(key: &SigningKey) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(CODE_BYTES));
    bytes.push(FORMAT);
    bytes.extend_from_slice(&*Zeroizing::new(key.to_bytes()));
    let checksum = checksum(&bytes);
    bytes.extend_from_slice(&checksum);
    let whole = Zeroizing::new(BASE32_NOPAD.encode(&bytes));
    let mut grouped = Zeroizing::new(String::with_capacity(CODE_CHARACTERS * 2));
    for (index, character) in whole.chars().enumerate() {
        if index > 0 && index % GROUP_CHARACTERS == 0 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    grouped
}

/// Reads a key as a person typed it: white space, hyphens and the case of letters do not matter.
///
/// # Errors
/// See [`RecoveryCodeError`].
pub fn read(text: &str) -> Result<SigningKey, RecoveryCodeError> {
    let counts = |it: &char| !it.is_whitespace() && *it != '-';
    let plain = text.chars().filter(counts);
    let plain: Zeroizing<String> =
        Zeroizing::new(plain.map(|it| it.to_ascii_uppercase()).collect());
    let characters = plain.chars().count();
    if characters != CODE_CHARACTERS {
        return Err(RecoveryCodeError::Length(characters));
    }
    let bytes = BASE32_NOPAD
        .decode(plain.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| RecoveryCodeError::Character)?;
    let (content, stated) = bytes
        .split_last_chunk::<CHECKSUM_BYTES>()
        .ok_or(RecoveryCodeError::Mistyped)?;
    if checksum(content) != *stated {
        return Err(RecoveryCodeError::Mistyped);
    }
    let (format, secret) = content.split_first().ok_or(RecoveryCodeError::Mistyped)?;
    if *format != FORMAT {
        return Err(RecoveryCodeError::Newer);
    }
    let secret = secret.try_into().map(Zeroizing::new);
    let secret: Zeroizing<[u8; 32]> = secret.map_err(|_| RecoveryCodeError::Mistyped)?;
    Ok(SigningKey::from_bytes(&secret))
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = Sha256::new();
    hasher.update(b"capactif-rc1");
    hasher.update(content);
    let [a, b, c, d, e, f, g, ..] = <[u8; 32]>::from(hasher.finalize());
    [a, b, c, d, e, f, g]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As docs/protocol.md, section 14, shows it.
    const CODE: &str = "AEDQ OBYH A4DQ OBYH A4DQ OBYH A4DQ OBYH \
        A4DQ OBYH A4DQ OBYH A4DQ OLOL 5DIZ NGBF";

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let code = write(&key);
        assert_eq!(code.as_str(), CODE);
        let typed = code.to_lowercase().replace(' ', "-\n ");
        assert_eq!(read(&typed).unwrap().to_bytes(), key.to_bytes());
    }

    #[test]
    fn every_character_that_is_misread_is_noticed() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let code: Vec<char> = write(&key).chars().filter(|it| *it != ' ').collect();
        for index in 0..code.len() {
            for other in ['A', 'Q', '7'].into_iter().filter(|it| *it != code[index]) {
                let mut changed = code.clone();
                changed[index] = other;
                let changed: String = changed.into_iter().collect();
                assert_eq!(read(&changed).unwrap_err(), RecoveryCodeError::Mistyped);
            }
        }
    }

    #[test]
    fn what_is_no_code_says_why() {
        assert_eq!(read("").unwrap_err(), RecoveryCodeError::Length(0));
        let long = "A".repeat(65);
        assert_eq!(read(&long).unwrap_err(), RecoveryCodeError::Length(65));
        for odd in ["0".repeat(64), "é".repeat(64)] {
            assert_eq!(read(&odd).unwrap_err(), RecoveryCodeError::Character);
        }
        let error = format!(
            "{:?} {}",
            read(&long).unwrap_err(),
            read(&long).unwrap_err()
        );
        assert!(!error.contains("AAAA"), "{error}");
    }
}
