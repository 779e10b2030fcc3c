//! Keys of persons of the steering committee: one file each, which only its owner reads.
//!
//! A person's key is the person's own and works at any node: its file lies in the home where it was
//! made, or wherever the person keeps it.

use std::fs;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::atomic::{self, Access};
use super::keys::{SecretSeed, is_private};
use super::{Home, HomeError, create_private};
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

    /// Makes a person's key, durably and never over another; in this home where `path` is none.
    ///
    /// # Errors
    /// [`HomeError::KeyExists`], no randomness, or whatever the file system says.
    pub fn make_person_key(
        &self,
        name: &str,
        path: Option<&Path>,
    ) -> Result<(PathBuf, SecretSeed), HomeError> {
        let path = path.map_or_else(|| self.person_key_file(name), Path::to_owned);
        if path.exists() {
            return Err(HomeError::KeyExists { path });
        }
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
            create_private(folder).map_err(|error| HomeError::file("create", folder, error))?;
        }
        let seed = SecretSeed::generate()?;
        let bytes = Zeroizing::new(seed.signing_key().to_bytes());
        let written = atomic::write(&path, bytes.as_slice(), Access::Owner)
            .and_then(|()| atomic::sync_parent(&path));
        written.map_err(|error| HomeError::file("write", &path, error))?;
        Ok((path, seed))
    }
}

/// Reads a person's key.
///
/// # Errors
/// [`HomeError::KeyExposed`], [`HomeError::Malformed`], or whatever the file system says.
pub fn read_person_key(path: &Path) -> Result<SecretSeed, HomeError> {
    let private = is_private(path).map_err(|error| HomeError::file("read", path, error))?;
    if !private {
        let path = path.to_owned();
        return Err(HomeError::KeyExposed { path });
    }
    let length = fs::metadata(path).map(|facts| facts.len());
    let length = length.map_err(|error| HomeError::file("read", path, error))?;
    let malformed = || HomeError::Malformed {
        path: path.to_owned(),
        detail: format!("a person's key has 32 bytes, not {length}"),
    };
    if length != 32 {
        return Err(malformed());
    }
    let bytes = fs::read(path).map(Zeroizing::new);
    let bytes = bytes.map_err(|error| HomeError::file("read", path, error))?;
    let mut seed = Zeroizing::new([0; 32]);
    match <&[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(bytes) => seed.copy_from_slice(bytes),
        Err(_) => return Err(malformed()),
    }
    Ok(SecretSeed::from_bytes(*seed))
}

#[cfg(test)]
mod tests {
    use super::*;

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
