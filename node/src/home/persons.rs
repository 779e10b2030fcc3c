//! Keys of persons of the steering committee: one file each, which only its owner reads.
//!
//! A person's key is the person's own and works at any node: its file lies in the home where it was
//! made, or wherever the person keeps it, and can be copied. Under a passphrase it is of the same
//! format as a root's.

use std::path::{Path, PathBuf};

use sync_protocol::seal::key_file::KeyPurpose;

use super::keys::{HeldKey, SecretSeed, read_held, write_held};
use super::{Home, HomeError};
use crate::text::fold;

/// What stands for a name in a file's name.
fn file_name(name: &str) -> String {
    let words: Vec<String> = fold(name)
        .split(|it: char| !it.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    format!("{}.key", words.join("-"))
}

impl Home {
    /// The file of a person's key in this home, whether it is there or not.
    #[must_use]
    pub fn person_key_file(&self, name: &str) -> PathBuf {
        self.file("keys").join("persons").join(file_name(name))
    }

    /// Makes a person's key, open, durably and never over another; in this home where `path` is none.
    ///
    /// # Errors
    /// As [`PersonFile::create`]; no randomness.
    pub fn make_person_key(
        &self,
        name: &str,
        path: Option<&Path>,
    ) -> Result<(PathBuf, SecretSeed), HomeError> {
        let path = path.map_or_else(|| self.person_key_file(name), Path::to_owned);
        let seed = SecretSeed::generate()?;
        PersonFile::at(path.clone()).create(&HeldKey::Open(seed.clone()))?;
        Ok((path, seed))
    }
}

/// The file of a person's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFile(PathBuf);

impl PersonFile {
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
    pub fn read(&self) -> Result<Option<HeldKey>, HomeError> {
        read_held(KeyPurpose::Person, &self.0)
    }

    /// Writes the key, durably and never over another.
    ///
    /// # Errors
    /// [`HomeError::KeyExists`], or whatever the file system says.
    pub fn create(&self, held: &HeldKey) -> Result<(), HomeError> {
        let path = self.0.clone();
        match path.exists() {
            true => Err(HomeError::KeyExists { path }),
            false => self.rewrite(held),
        }
    }

    /// Replaces the file by the same key under another passphrase, or none.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn rewrite(&self, held: &HeldKey) -> Result<(), HomeError> {
        write_held(&self.0, held)
    }
}

/// Reads a person's key that is under no passphrase.
///
/// # Errors
/// As [`PersonFile::read`]; [`HomeError::KeyLocked`].
pub fn read_person_key(path: &Path) -> Result<SecretSeed, HomeError> {
    let path = path.to_owned();
    match PersonFile::at(path.clone()).read()? {
        Some(HeldKey::Open(seed)) => Ok(seed),
        Some(HeldKey::Locked(_)) => Err(HomeError::KeyLocked { path }),
        None => Err(HomeError::NotFound { path }),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sync_protocol::seal::key_file::Cost;

    use super::*;
    use crate::home::keys::Passphrase;

    #[test]
    fn a_persons_key_under_a_passphrase_is_no_root_and_opens_wherever_its_file_is() {
        let folder = tempfile::tempdir().unwrap();
        let seed = SecretSeed::generate().unwrap();
        let cheap = Cost {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        };
        let phrase = Passphrase::new("quatre châtaignes");
        let held = HeldKey::lock_for(KeyPurpose::Person, &seed, &phrase, cheap).unwrap();
        let [here, stick] = ["here.key", "stick.key"].map(|name| folder.path().join(name));
        PersonFile::at(here.clone()).create(&held).unwrap();
        fs::copy(&here, &stick).unwrap();
        let held = PersonFile::at(stick.clone()).read().unwrap().unwrap();
        assert!(held.is_locked());
        assert_eq!(held.unlock(&phrase, &stick).unwrap(), seed);
        let wrong = held.unlock(&Passphrase::new("autre chose"), &stick);
        assert_eq!(wrong.unwrap_err().code(), "passphrase_wrong");
        assert_eq!(read_person_key(&stick).unwrap_err().code(), "key_locked");
        let as_root = crate::home::keys::RootFile::at(stick).read();
        assert_eq!(as_root.unwrap_err().code(), "home_file_malformed");
    }

    #[test]
    fn a_persons_key_comes_back_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        let (path, made) = home.make_person_key("Élodie D’Arlanc", None).unwrap();
        assert!(
            path.ends_with("keys/persons/elodie-d-arlanc.key"),
            "{path:?}"
        );
        assert_eq!(read_person_key(&path).unwrap(), made);
        let again = home.make_person_key("Elodie d'Arlanc", None).unwrap_err();
        assert_eq!(again.code(), "key_exists");
        let elsewhere = folder.path().join("stick").join("elodie.key");
        let (path, other) = home.make_person_key("Élodie", Some(&elsewhere)).unwrap();
        assert_eq!((path, other != made), (elsewhere.clone(), true));
        fs::write(&elsewhere, [7; 31]).unwrap();
        let cut = read_person_key(&elsewhere).unwrap_err();
        assert_eq!(cut.code(), "home_file_malformed");
    }

    #[cfg(unix)]
    #[test]
    fn a_persons_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        let (path, _) = home.make_person_key("Jean", None).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(read_person_key(&path).unwrap_err().code(), "key_exposed");
    }
}
