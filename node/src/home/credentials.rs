//! What a node needs to take part once its store is gone: its certificate, and the charter version
//! that it starts from.
//!
//! Both stand in the journals as well, which is where they are read from; this file is a copy
//! outside the store, written when a node is opened and it says something else. Neither is secret,
//! and neither is trusted without its signature or hash.

use serde::{Deserialize, Serialize};
use sync_protocol::id::NodeId;

use super::atomic::Access;
use super::json_file::{self, hex_id};
use super::{Home, HomeError};

/// What `credentials.json` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The node that the certificate is about.
    #[serde(with = "hex_id")]
    pub node: NodeId,
    /// Its certificate, in hexadecimal.
    pub certificate: String,
    /// The charter version that the home relies on, in hexadecimal.
    pub charter: String,
}

impl Home {
    /// Reads the copy, if there is one that can be understood: without it a node whose store is
    /// sound lacks nothing.
    #[must_use]
    pub fn credentials(&self) -> Option<Credentials> {
        json_file::read(&self.file("credentials.json"))
            .ok()
            .flatten()
    }

    /// Notes the copy, durably.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn set_credentials(&self, credentials: &Credentials) -> Result<(), HomeError> {
        json_file::write(&self.file("credentials.json"), credentials, Access::Default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_come_back_and_a_damaged_file_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        assert_eq!(home.credentials(), None);
        let credentials = Credentials {
            node: NodeId([1; 32]),
            certificate: "0102".to_owned(),
            charter: "03".to_owned(),
        };
        home.set_credentials(&credentials).unwrap();
        assert_eq!(home.credentials(), Some(credentials));
        std::fs::write(home.file("credentials.json"), b"{").unwrap();
        assert_eq!(home.credentials(), None);
    }
}
