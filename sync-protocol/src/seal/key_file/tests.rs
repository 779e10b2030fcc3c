//! Key files: the passphrase, damage, and files that ask for too much.

use super::*;

const CHEAP: Cost = Cost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};
const PASSPHRASE: &str = "le chêne de la mairie";

fn key() -> SigningKey {
    SigningKey::from_bytes(&[5; 32])
}

fn locked(cost: Cost) -> KeyFile {
    let random = [Random::new([1; 32]), Random::new([2; 32])];
    KeyFile::lock(KeyPurpose::Root, &key(), PASSPHRASE, cost, random).unwrap()
}

/// `file` with other bytes in one place and the checksum of all of them.
fn rewritten(file: &KeyFile, at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = file.encode();
    bytes.truncate(bytes.len() - CHECKSUM_BYTES);
    bytes[at..at + with.len()].copy_from_slice(with);
    let checksum = checksum(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

#[test]
fn the_passphrase_and_no_other_opens() {
    let bytes = locked(Cost::STANDARD).encode();
    let file = KeyFile::decode(&bytes).unwrap();
    assert_eq!(file.public.0, key().verifying_key().to_bytes());
    assert_eq!(file.unlock(PASSPHRASE).unwrap(), key());
    let cheap = locked(CHEAP);
    for wrong in ["", "le chene de la mairie", "le chêne de la mairie "] {
        let refused = cheap.unlock(wrong);
        assert_eq!(refused.unwrap_err(), UnlockError::WrongPassphrase);
    }
    let plain = key().to_bytes();
    assert!(!bytes.windows(32).any(|window| window == plain));
}

#[test]
fn a_wrong_passphrase_is_told_from_damage() {
    let bytes = locked(CHEAP).encode();
    for index in 12..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 0x10;
        let refused = KeyFile::decode(&changed).unwrap_err();
        assert_eq!(refused, KeyFileError::Damaged, "byte {index}");
    }
    for length in 12..bytes.len() {
        let refused = KeyFile::decode(&bytes[..length]).unwrap_err();
        assert_eq!(refused, KeyFileError::Damaged, "{length} bytes");
    }
    assert_eq!(KeyFile::decode(b"").unwrap_err(), KeyFileError::NotOne);
    assert_eq!(
        KeyFile::decode(&bytes[1..]).unwrap_err(),
        KeyFileError::NotOne
    );
}

#[test]
fn parameters_of_argon2id_that_are_too_large_are_refused_before_anything_is_computed() {
    let file = locked(CHEAP);
    let place = 12 + 1 + 32;
    let large = [
        (0, MAX_MEMORY_KIB + 1),
        (0, u32::MAX),
        (4, MAX_PASSES + 1),
        (4, u32::MAX),
        (8, MAX_LANES + 1),
        (8, u32::MAX),
    ];
    // None at all would not be a derivation.
    let none = [(0, 0), (0, 7), (4, 0), (8, 0)];
    for (offset, value) in large.into_iter().chain(none) {
        let bytes = rewritten(&file, place + offset, &value.to_be_bytes());
        let refused = KeyFile::decode(&bytes).unwrap_err();
        assert!(
            matches!(refused, KeyFileError::Cost { .. }),
            "{offset}: {value}"
        );
    }
    let largest = rewritten(&file, place, &MAX_MEMORY_KIB.to_be_bytes());
    assert!(KeyFile::decode(&largest).is_ok());
    let random = [Random::new([1; 32]), Random::new([2; 32])];
    let cost = Cost {
        memory_kib: u32::MAX,
        ..CHEAP
    };
    let refused = KeyFile::lock(KeyPurpose::Root, &key(), PASSPHRASE, cost, random);
    assert_eq!(refused.unwrap_err(), UnlockError::Memory);
}

/// Who alters the file on purpose gets its owner to type the passphrase in vain, no more.
#[test]
fn what_is_in_the_clear_is_authenticated() {
    let file = locked(CHEAP);
    let purpose = rewritten(&file, 12, &[2]);
    let public = rewritten(&file, 13, &[9; 32]);
    let passes = rewritten(&file, 12 + 1 + 32 + 4, &2u32.to_be_bytes());
    let salt = rewritten(&file, 12 + 1 + 32 + 12, &[9; 32]);
    let nonce = rewritten(&file, 12 + 1 + 32 + 12 + 32, &[9; 24]);
    for bytes in [purpose, public, passes, salt, nonce] {
        let refused = KeyFile::decode(&bytes).unwrap().unlock(PASSPHRASE);
        assert_eq!(refused.unwrap_err(), UnlockError::WrongPassphrase);
    }
    let unknown = rewritten(&file, 12, &[4]);
    assert_eq!(KeyFile::decode(&unknown).unwrap_err(), KeyFileError::NotOne);
}

#[test]
fn altered_files_never_panic() {
    let file = locked(CHEAP);
    let whole = file.encode();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..3_000 {
        let at = random.usize(..whole.len() - CHECKSUM_BYTES);
        let bytes = rewritten(&file, at, &[random.u8(..)]);
        let length = bytes.len() - random.usize(..2) * random.usize(..bytes.len());
        if let Ok(read) = KeyFile::decode(&bytes[..length]) {
            assert_eq!(read.encode(), bytes);
            // A file may ask for 256 MiB honestly; here a few thousand of them would.
            if read.cost == CHEAP {
                assert_eq!(read.unlock(PASSPHRASE).is_ok(), bytes == whole);
            }
        }
    }
}
