//! Secret sealing keys on disk: X25519 secrets, each in a file of its own beside the signing keys.
//!
//! A node has one for as long as it lives; of its structure's it keeps every generation that it was
//! handed, since what is sealed to an old one stays sealed to it.

use std::path::PathBuf;

use sync_protocol::seal::Random;
use sync_protocol::seal::key::{Generation, SealingSecret};
use zeroize::Zeroizing;

use crate::home::{Home, HomeError};

/// Which sealing key of a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SealingName {
    /// The node's own: lockboxes are sealed to it.
    Node,
    /// The structure's, of one generation.
    Structure(Generation),
}

impl SealingName {
    fn file_name(self) -> String {
        match self {
            Self::Node => "node.sealing.key".to_owned(),
            Self::Structure(Generation(number)) => format!("sealing-{number}.key"),
        }
    }
}

impl Home {
    /// The file of a sealing key, whether it is there or not.
    #[must_use]
    pub fn sealing_file(&self, name: SealingName) -> PathBuf {
        self.file("keys").join(name.file_name())
    }

    /// Reads a sealing key, if the home has it.
    ///
    /// # Errors
    /// As [`Home::key`].
    pub fn sealing_secret(&self, name: SealingName) -> Result<Option<SealingSecret>, HomeError> {
        let held = super::read_seed(&self.sealing_file(name))?;
        Ok(held.map(|bytes| SealingSecret::from_bytes(*bytes)))
    }

    /// Stores a sealing key, durably; never over another.
    ///
    /// # Errors
    /// As [`Home::store_key`].
    pub fn store_sealing_secret(
        &self,
        name: SealingName,
        secret: &SealingSecret,
    ) -> Result<(), HomeError> {
        super::write_seed(&self.sealing_file(name), secret.as_bytes())
    }

    /// Reads a sealing key; makes and keeps one where there is none, so that another attempt after
    /// an interruption comes with the same.
    ///
    /// # Errors
    /// As [`Home::key`] and [`Home::store_key`]; [`HomeError::NoRandomness`].
    pub fn make_sealing_secret(&self, name: SealingName) -> Result<SealingSecret, HomeError> {
        if let Some(secret) = self.sealing_secret(name)? {
            return Ok(secret);
        }
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(|_| HomeError::NoRandomness)?;
        let secret = SealingSecret::generate(Random::new(*seed));
        self.store_sealing_secret(name, &secret)?;
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealing_key_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        let name = SealingName::Structure(Generation(2));
        assert!(home.sealing_secret(name).unwrap().is_none());
        let made = home.make_sealing_secret(name).unwrap();
        let again = home.make_sealing_secret(name).unwrap();
        assert_eq!(made.public(), again.public());
        assert!(home.sealing_file(name).ends_with("keys/sealing-2.key"));
        assert!(crate::home::keys::is_private(&home.sealing_file(name)).unwrap());
        let own = home.make_sealing_secret(SealingName::Node).unwrap();
        assert_ne!(own.public(), made.public());
        let over = home.store_sealing_secret(name, &own).unwrap_err();
        assert_eq!(over.code(), "key_exists");
    }
}
