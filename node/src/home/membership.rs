//! The network this node belongs to, as far as it must be known before anything else is read.
//!
//! The charter itself is in the journals; `network.json` pins which one is meant, so that a home
//! whose store is gone still knows whom to ask and what to expect.

use serde::{Deserialize, Serialize};
use sync_protocol::id::{NetworkId, StructureId, VersionId};

use super::atomic::Access;
use super::json_file::{self, hex_id};
use super::{Home, HomeError};

/// What `network.json` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The network.
    #[serde(with = "hex_id")]
    pub network: NetworkId,
    /// Its name, for people.
    pub name: String,
    /// The structure this node acts for.
    #[serde(with = "hex_id")]
    pub structure: StructureId,
    /// Its name, for people.
    pub structure_name: String,
    /// The latest charter version known to be in force; never goes back.
    #[serde(with = "hex_id")]
    pub charter: VersionId,
    /// That version's number.
    pub charter_number: u64,
}

impl Home {
    /// Reads which network this node belongs to, if it does.
    ///
    /// # Errors
    /// [`HomeError::Malformed`], or whatever the file system says.
    pub fn membership(&self) -> Result<Option<Membership>, HomeError> {
        json_file::read(&self.file("network.json"))
    }

    /// Notes which network this node belongs to, durably.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn set_membership(&self, membership: &Membership) -> Result<(), HomeError> {
        json_file::write(&self.file("network.json"), membership, Access::Default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_is_remembered_and_a_damaged_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        assert_eq!(home.membership().unwrap(), None);
        let membership = Membership {
            network: NetworkId([1; 32]),
            name: "Livradois-Forez".to_owned(),
            structure: StructureId([2; 32]),
            structure_name: "Chambre de métiers".to_owned(),
            charter: VersionId([3; 32]),
            charter_number: 4,
        };
        home.set_membership(&membership).unwrap();
        assert_eq!(home.membership().unwrap(), Some(membership));
        std::fs::write(home.file("network.json"), br#"{"network":"12"}"#).unwrap();
        let error = home.membership().unwrap_err();
        assert_eq!(error.code(), "home_file_malformed");
        assert!(error.to_string().contains("network.json"), "{error}");
    }
}
