//! Secret keys on disk: 32-byte ed25519 seeds, each in a file of its own that only the owner reads.
//!
//! On Unix the files have mode 0600, and one that others can read is refused: it may have been
//! copied. Windows has no such mode; there the access list of the user's profile, in which homes
//! lie by default, keeps others out. Seeds are wiped from memory and never shown.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use sync_protocol::id::{NodeId, RootKey};
use zeroize::Zeroizing;

use super::atomic::{self, Access};
use super::{Home, HomeError, create_private};

mod root;
mod sealing;

pub use root::{HeldKey, HeldRoot, Passphrase, RootFile};
pub(super) use root::{read_held, write_held};
pub use sealing::SealingName;

/// The seed of an ed25519 key.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretSeed(Zeroizing<[u8; 32]>);

impl SecretSeed {
    /// A new random seed.
    ///
    /// # Errors
    /// [`HomeError::NoRandomness`].
    pub fn generate() -> Result<Self, HomeError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(|_| HomeError::NoRandomness)?;
        Ok(Self(seed))
    }

    /// The seed with these bytes, for tests and demonstrations.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The signing key, which wipes itself too.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.0)
    }

    /// The public key as a node's identity.
    #[must_use]
    pub fn node_id(&self) -> NodeId {
        NodeId(self.signing_key().verifying_key().to_bytes())
    }

    /// The public key as a structure's root.
    #[must_use]
    pub fn root_key(&self) -> RootKey {
        RootKey(self.signing_key().verifying_key().to_bytes())
    }
}

impl fmt::Debug for SecretSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretSeed(hidden)")
    }
}

/// Which key of a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyName {
    /// The node's own: signs its journal, proves it on connections.
    Node,
    /// The key that is to follow the node's own: there only while a repair goes on.
    NextNode,
    /// The structure's root: certifies the structure's nodes. Only some nodes hold it.
    Root,
}

impl KeyName {
    const fn file_name(self) -> &'static str {
        match self {
            Self::Node => "node.key",
            Self::NextNode => "node.key.next",
            Self::Root => "root.key",
        }
    }
}

impl Home {
    /// The file of a key, whether it is there or not.
    #[must_use]
    pub fn key_file(&self, name: KeyName) -> PathBuf {
        self.file("keys").join(name.file_name())
    }

    /// Reads a key, if the home has it.
    ///
    /// # Errors
    /// [`HomeError::KeyExposed`], [`HomeError::KeyLocked`], [`HomeError::KeyDamaged`],
    /// [`HomeError::Malformed`], or whatever the file system says.
    pub fn key(&self, name: KeyName) -> Result<Option<SecretSeed>, HomeError> {
        let path = self.key_file(name);
        if name == KeyName::Root {
            return match self.held_root()? {
                Some(HeldRoot::Open(seed)) => Ok(Some(seed)),
                Some(HeldRoot::Locked(_)) => Err(HomeError::KeyLocked { path }),
                None => Ok(None),
            };
        }
        Ok(read_seed(&path)?.map(SecretSeed))
    }

    /// Stores a key, durably; never over another.
    ///
    /// # Errors
    /// [`HomeError::KeyExists`], or whatever the file system says.
    pub fn store_key(&self, name: KeyName, seed: &SecretSeed) -> Result<(), HomeError> {
        write_seed(&self.key_file(name), &seed.0)
    }

    /// Has the next key take the place of the node's own, which is put out of use; does nothing
    /// where there is no next key, and goes on where it was interrupted.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn promote_next_key(&self) -> Result<(), HomeError> {
        let (next, own) = (
            self.key_file(KeyName::NextNode),
            self.key_file(KeyName::Node),
        );
        if !next.exists() {
            return Ok(());
        }
        if own.exists() {
            self.retire_key(KeyName::Node)?;
        }
        fs::rename(&next, &own)
            .and_then(|()| atomic::sync_parent(&own))
            .map_err(|error| HomeError::file("rename", &next, error))
    }

    /// Forgets a next key that never took the place of the node's own.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn forget_next_key(&self) -> Result<(), HomeError> {
        let next = self.key_file(KeyName::NextNode);
        match fs::remove_file(&next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(HomeError::file("remove", next, error))
            }
            _ => Ok(()),
        }
    }

    /// Puts a key out of use under a name that says so, `node.key.old-1`; nothing is deleted.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn retire_key(&self, name: KeyName) -> Result<PathBuf, HomeError> {
        retire(&self.key_file(name))
    }
}

fn retire(path: &Path) -> Result<PathBuf, HomeError> {
    let candidate = |number: u32| {
        let mut file_name = path.file_name().unwrap_or_default().to_owned();
        file_name.push(format!(".old-{number}"));
        path.with_file_name(file_name)
    };
    let free = (1u32..).map(candidate).find(|path| !path.exists());
    let retired = free.unwrap_or_else(|| candidate(0));
    fs::rename(path, &retired)
        .and_then(|()| atomic::sync_parent(path))
        .map_err(|error| HomeError::file("rename", path, error))?;
    Ok(retired)
}

/// Reads the 32 bytes of a secret key, if its file is there.
fn read_seed(path: &Path) -> Result<Option<Zeroizing<[u8; 32]>>, HomeError> {
    let facts = match fs::metadata(path) {
        Ok(facts) => facts,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(HomeError::file("read", path, error)),
    };
    let another_length = |bytes: u64| HomeError::Malformed {
        path: path.to_owned(),
        detail: format!("a key has 32 bytes, not {bytes}"),
    };
    if facts.len() != 32 {
        return Err(another_length(facts.len()));
    }
    check_private(path, &facts)?;
    let bytes = fs::read(path).map(Zeroizing::new);
    let bytes = bytes.map_err(|error| HomeError::file("read", path, error))?;
    let mut seed = Zeroizing::new([0; 32]);
    match <&[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(bytes) => seed.copy_from_slice(bytes),
        Err(_) => return Err(another_length(bytes.len() as u64)),
    }
    Ok(Some(seed))
}

fn check_private(path: &Path, facts: &fs::Metadata) -> Result<(), HomeError> {
    if readable_by_others(facts) {
        let path = path.to_owned();
        return Err(HomeError::KeyExposed { path });
    }
    Ok(())
}

/// Writes the 32 bytes of a secret key, durably; never over another.
fn write_seed(path: &Path, seed: &[u8; 32]) -> Result<(), HomeError> {
    // The home's lock keeps another process from making one in between.
    if path.exists() {
        let path = path.to_owned();
        return Err(HomeError::KeyExists { path });
    }
    let folder = path.parent().unwrap_or(path);
    create_private(folder).map_err(|error| HomeError::file("create", folder, error))?;
    let written =
        atomic::write(path, seed, Access::Owner).and_then(|()| atomic::sync_parent(folder));
    written.map_err(|error| HomeError::file("write", path, error))
}

#[cfg(unix)]
fn readable_by_others(facts: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    facts.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_facts: &fs::Metadata) -> bool {
    false
}

/// Whether a file other than a key (the API's token, say) is the owner's alone.
///
/// # Errors
/// Whatever the file system says.
pub fn is_private(path: &Path) -> io::Result<bool> {
    fs::metadata(path).map(|facts| !readable_by_others(&facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        assert_eq!(home.key(KeyName::Node).unwrap(), None);
        let seed = SecretSeed::generate().unwrap();
        home.store_key(KeyName::Node, &seed).unwrap();
        assert_eq!(home.key(KeyName::Node).unwrap(), Some(seed.clone()));
        assert_eq!(home.key(KeyName::Root).unwrap(), None);
        let other = SecretSeed::generate().unwrap();
        assert_ne!(other, seed);
        assert_eq!(
            home.store_key(KeyName::Node, &other).unwrap_err().code(),
            "key_exists"
        );
        let retired = home.retire_key(KeyName::Node).unwrap();
        assert!(retired.ends_with("node.key.old-1"));
        home.store_key(KeyName::Node, &other).unwrap();
        assert_eq!(home.key(KeyName::Node).unwrap(), Some(other));
    }

    #[test]
    fn the_next_key_takes_over_once_and_an_interruption_loses_neither() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        let [old, next] = [1, 2].map(|byte| SecretSeed::from_bytes([byte; 32]));
        home.store_key(KeyName::Node, &old).unwrap();
        home.promote_next_key().unwrap();
        assert_eq!(home.key(KeyName::Node).unwrap(), Some(old.clone()));
        home.store_key(KeyName::NextNode, &next).unwrap();
        home.forget_next_key().unwrap();
        home.store_key(KeyName::NextNode, &next).unwrap();
        // Interrupted between its two steps.
        home.retire_key(KeyName::Node).unwrap();
        home.promote_next_key().unwrap();
        home.promote_next_key().unwrap();
        assert_eq!(home.key(KeyName::Node).unwrap(), Some(next));
        let retired = home
            .key_file(KeyName::Node)
            .with_file_name("node.key.old-1");
        assert_eq!(fs::read(retired).unwrap(), [1; 32]);
    }

    #[test]
    fn a_key_is_never_shown() {
        let seed = SecretSeed::from_bytes([0xAB; 32]);
        assert_eq!(format!("{seed:?}"), "SecretSeed(hidden)");
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        fs::create_dir(home.file("keys")).unwrap();
        fs::write(home.key_file(KeyName::Node), [1; 31]).unwrap();
        assert_eq!(
            home.key(KeyName::Node).unwrap_err().code(),
            "home_file_malformed"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        home.store_key(KeyName::Root, &SecretSeed::from_bytes([1; 32]))
            .unwrap();
        let path = home.key_file(KeyName::Root);
        assert!(is_private(&path).unwrap());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(home.key(KeyName::Root).unwrap_err().code(), "key_exposed");
    }
}
