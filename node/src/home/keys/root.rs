//! The structure's root key on disk: open, as other keys, or under a passphrase. Persons' keys are
//! kept alike ([`crate::home::persons`]).
//!
//! Its file changes while a node may run over the home: the person who types the passphrase does it
//! in a process of their own, and no running node ever sees it. So each step leaves a whole file:
//! what is to follow is written beside, and renamed over once the structure's chain says so.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sync_protocol::id::{PersonKey, RootKey};
use sync_protocol::seal::Random;
use sync_protocol::seal::key_file::{Cost, KeyFile, KeyFileError, KeyPurpose, UnlockError};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{KeyName, SecretSeed, check_private, retire};
use crate::home::atomic::{self, Access};
use crate::home::{Home, HomeError, create_private};

/// More than a key file of any version will have.
const MAX_FILE_BYTES: u64 = 4096;

/// What a person types to open a key; never shown, wiped when dropped.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes what was typed: keyboards write accents in different ways, so it is brought to
    /// Unicode's form NFC.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self(Zeroizing::new(typed.nfc().collect()))
    }

    /// The text, for the operation that needs it.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        self.0.clone()
    }

    /// How many characters it has.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// Whether it is the same one.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// A key as its file holds it.
#[derive(Clone, Debug)]
pub enum HeldKey {
    /// Whoever reads the file has the key.
    Open(SecretSeed),
    /// A passphrase opens it.
    Locked(KeyFile),
}

/// A structure's root key as its file holds it.
pub type HeldRoot = HeldKey;

impl HeldKey {
    /// A root's public key, which takes no passphrase.
    #[must_use]
    pub fn public(&self) -> RootKey {
        match self {
            Self::Open(seed) => seed.root_key(),
            Self::Locked(file) => file.public,
        }
    }

    /// A person's public key, which takes no passphrase.
    #[must_use]
    pub fn person(&self) -> PersonKey {
        PersonKey(self.public().0)
    }

    /// Whether a passphrase opens it.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        matches!(self, Self::Locked(_))
    }

    /// Puts a root key under a passphrase.
    ///
    /// # Errors
    /// [`HomeError::NoRandomness`]; [`HomeError::PassphraseMemory`].
    pub fn lock(seed: &SecretSeed, passphrase: &Passphrase, cost: Cost) -> Result<Self, HomeError> {
        Self::lock_for(KeyPurpose::Root, seed, passphrase, cost)
    }

    /// Puts a key under a passphrase.
    ///
    /// # Errors
    /// [`HomeError::NoRandomness`]; [`HomeError::PassphraseMemory`].
    pub fn lock_for(
        purpose: KeyPurpose,
        seed: &SecretSeed,
        passphrase: &Passphrase,
        cost: Cost,
    ) -> Result<Self, HomeError> {
        let mut drawn = [[0; 32]; 2];
        for bytes in &mut drawn {
            getrandom::fill(bytes).map_err(|_| HomeError::NoRandomness)?;
        }
        let key = seed.signing_key();
        KeyFile::lock(purpose, &key, &passphrase.0, cost, drawn.map(Random::new))
            .map(Self::Locked)
            .map_err(|_| HomeError::PassphraseMemory)
    }

    /// Takes the key out; `path` is what an error names.
    ///
    /// # Errors
    /// [`HomeError::WrongPassphrase`]; [`HomeError::PassphraseMemory`].
    pub fn unlock(&self, passphrase: &Passphrase, path: &Path) -> Result<SecretSeed, HomeError> {
        let file = match self {
            Self::Open(seed) => return Ok(seed.clone()),
            Self::Locked(file) => file,
        };
        let opened = file.unlock(&passphrase.0);
        let key = opened.map_err(|error| match error {
            UnlockError::WrongPassphrase => HomeError::WrongPassphrase {
                path: path.to_owned(),
            },
            UnlockError::Memory => HomeError::PassphraseMemory,
        })?;
        Ok(SecretSeed(Zeroizing::new(key.to_bytes())))
    }

    /// The bytes of the file.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Open(seed) => seed.0.to_vec(),
            Self::Locked(file) => file.encode(),
        })
    }

    /// Reads the bytes of a root's file, `path` being what an error names.
    ///
    /// # Errors
    /// [`HomeError::Malformed`], [`HomeError::KeyDamaged`].
    pub fn decode(bytes: &[u8], path: &Path) -> Result<Self, HomeError> {
        Self::decode_for(KeyPurpose::Root, bytes, path)
    }

    fn decode_for(purpose: KeyPurpose, bytes: &[u8], path: &Path) -> Result<Self, HomeError> {
        if let Ok(seed) = <[u8; 32]>::try_from(bytes) {
            return Ok(Self::Open(SecretSeed::from_bytes(seed)));
        }
        let path = path.to_owned();
        match KeyFile::decode(bytes) {
            Ok(file) if file.purpose == purpose => Ok(Self::Locked(file)),
            Ok(_) => {
                let detail = "it holds a key for another purpose".to_owned();
                Err(HomeError::Malformed { path, detail })
            }
            Err(KeyFileError::Damaged) => Err(HomeError::KeyDamaged { path }),
            Err(error @ (KeyFileError::NotOne | KeyFileError::Cost { .. })) => {
                let detail = error.to_string();
                Err(HomeError::Malformed { path, detail })
            }
        }
    }
}

/// The file of a root key: in a home, or elsewhere, on a stick for instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootFile(PathBuf);

impl RootFile {
    /// The file at `path`, whether it is there or not.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Reads the key, if it is there.
    ///
    /// # Errors
    /// [`HomeError::KeyExposed`], [`HomeError::KeyDamaged`], [`HomeError::Malformed`], or whatever the
    /// file system says.
    pub fn read(&self) -> Result<Option<HeldRoot>, HomeError> {
        read_held(KeyPurpose::Root, &self.0)
    }

    /// Reads the key that is to follow, while it does not count yet.
    ///
    /// # Errors
    /// As [`RootFile::read`].
    pub fn read_next(&self) -> Result<Option<HeldRoot>, HomeError> {
        read_held(KeyPurpose::Root, &self.next())
    }

    fn next(&self) -> PathBuf {
        let mut name = self.0.file_name().unwrap_or_default().to_owned();
        name.push(".next");
        self.0.with_file_name(name)
    }

    /// Keeps the key that is to follow, durably.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn store_next(&self, held: &HeldRoot) -> Result<(), HomeError> {
        write_held(&self.next(), held)
    }

    /// Has the key that was to follow take the place of the one before, which is put out of use;
    /// goes on where it was interrupted. Does nothing where none is to follow.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn promote_next(&self) -> Result<(), HomeError> {
        let next = self.next();
        if !next.exists() {
            return Ok(());
        }
        if self.0.exists() {
            retire(&self.0)?;
        }
        fs::rename(&next, &self.0)
            .and_then(|()| atomic::sync_parent(&self.0))
            .map_err(|error| HomeError::file("rename", &next, error))
    }

    /// Replaces the file by the same key under another passphrase, or none.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn rewrite(&self, held: &HeldRoot) -> Result<(), HomeError> {
        write_held(&self.0, held)
    }
}

impl Home {
    /// The file of the structure's root key, whether it is there or not.
    #[must_use]
    pub fn root_file(&self) -> RootFile {
        RootFile(self.key_file(KeyName::Root))
    }

    /// The structure's root key, if it is on this node, under a passphrase or not.
    ///
    /// # Errors
    /// As [`RootFile::read`].
    pub fn held_root(&self) -> Result<Option<HeldRoot>, HomeError> {
        self.root_file().read()
    }
}

/// Reads a key's file, if it is there.
pub(in crate::home) fn read_held(
    purpose: KeyPurpose,
    path: &Path,
) -> Result<Option<HeldKey>, HomeError> {
    let facts = match fs::metadata(path) {
        Ok(facts) => facts,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(HomeError::file("read", path, error)),
    };
    if facts.len() > MAX_FILE_BYTES {
        let detail = format!("no key file has {} bytes", facts.len());
        let path = path.to_owned();
        return Err(HomeError::Malformed { path, detail });
    }
    check_private(path, &facts)?;
    let bytes = fs::read(path).map(Zeroizing::new);
    let bytes = bytes.map_err(|error| HomeError::file("read", path, error))?;
    HeldKey::decode_for(purpose, &bytes, path).map(Some)
}

/// Replaces a key's file, durably.
pub(in crate::home) fn write_held(path: &Path, held: &HeldKey) -> Result<(), HomeError> {
    if let Some(folder) = path.parent() {
        create_private(folder).map_err(|error| HomeError::file("create", folder, error))?;
    }
    atomic::write(path, &held.encode(), Access::Owner)
        .map_err(|error| HomeError::file("write", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        (folder, home)
    }

    #[test]
    fn a_root_under_a_passphrase_opens_with_it_however_it_was_typed() {
        let (_folder, home) = home();
        let seed = SecretSeed::from_bytes([1; 32]);
        home.store_key(KeyName::Root, &seed).unwrap();
        assert!(!home.held_root().unwrap().unwrap().is_locked());
        let locked = HeldRoot::lock(&seed, &Passphrase::new("ch\u{ea}ne"), CHEAP).unwrap();
        home.root_file().rewrite(&locked).unwrap();
        let held = home.held_root().unwrap().unwrap();
        assert!(held.is_locked());
        assert_eq!(held.public(), seed.root_key());
        assert_eq!(home.key(KeyName::Root).unwrap_err().code(), "key_locked");
        let path = home.key_file(KeyName::Root);
        let typed_apart = Passphrase::new("che\u{302}ne");
        assert_eq!(held.unlock(&typed_apart, &path).unwrap(), seed);
        let wrong = held.unlock(&Passphrase::new("hêtre"), &path).unwrap_err();
        assert_eq!(wrong.code(), "passphrase_wrong");
        assert!(crate::home::keys::is_private(&path).unwrap());
    }

    #[test]
    fn a_damaged_file_is_told_from_a_wrong_passphrase() {
        let (_folder, home) = home();
        let seed = SecretSeed::from_bytes([1; 32]);
        let locked = HeldRoot::lock(&seed, &Passphrase::new("x"), CHEAP).unwrap();
        home.root_file().rewrite(&locked).unwrap();
        let path = home.key_file(KeyName::Root);
        let mut bytes = fs::read(&path).unwrap();
        bytes[60] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(home.held_root().unwrap_err().code(), "key_damaged");
        fs::write(&path, [1; 31]).unwrap();
        assert_eq!(home.held_root().unwrap_err().code(), "home_file_malformed");
        fs::write(&path, vec![1; 5000]).unwrap();
        assert_eq!(home.held_root().unwrap_err().code(), "home_file_malformed");
    }

    #[test]
    fn the_next_root_takes_over_once_and_the_old_one_is_kept() {
        let (_folder, home) = home();
        let [old, next] = [1, 2].map(|byte| SecretSeed::from_bytes([byte; 32]));
        home.store_key(KeyName::Root, &old).unwrap();
        let file = home.root_file();
        file.store_next(&HeldRoot::Open(next.clone())).unwrap();
        assert_eq!(file.read_next().unwrap().unwrap().public(), next.root_key());
        assert_eq!(home.key(KeyName::Root).unwrap(), Some(old));
        file.promote_next().unwrap();
        file.promote_next().unwrap();
        assert_eq!(home.key(KeyName::Root).unwrap(), Some(next));
        let retired = home.key_file(KeyName::Root);
        assert!(retired.with_file_name("root.key.old-1").exists());
    }

    #[test]
    fn nothing_secret_shows_itself() {
        let seed = SecretSeed::from_bytes([0xAB; 32]);
        let passphrase = Passphrase::new("sésame ouvre-toi");
        let locked = HeldRoot::lock(&seed, &passphrase, CHEAP).unwrap();
        let shown = format!("{:?} {passphrase:?}", HeldRoot::Open(seed));
        assert!(!shown.contains("171") && !shown.contains("ab"), "{shown}");
        assert!(!shown.contains("sésame"), "{shown}");
        let error = locked.unlock(&Passphrase::new("sésame"), Path::new("root.key"));
        let error = error.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("sésame"));
    }
}
