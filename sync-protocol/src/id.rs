//! Identities: one newtype for each, all 32 bytes, shown as lower-case hexadecimal.
//!
//! Keys identify nodes and root keys; everything else is identified by a SHA-256 under a
//! domain-separation tag of its own, so that no value can stand for one of another kind.
//! Spec: docs/protocol.md, section 1.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Text that is not 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identity is 64 hexadecimal digits, not {length} characters of another kind")]
pub struct ParseIdError {
    /// How many characters were given.
    pub length: usize,
}

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// All zeros: "none" where the wire format has a fixed place for one.
            pub const ZERO: Self = Self([0; 32]);

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// The first 8 bytes, as frontier rows and messages to people carry them.
            #[must_use]
            pub const fn prefix(&self) -> Prefix {
                let [a, b, c, d, e, f, g, h, ..] = self.0;
                Prefix([a, b, c, d, e, f, g, h])
            }

            /// The first 8 hexadecimal digits: enough for people to tell a few apart.
            #[must_use]
            pub fn short(&self) -> String {
                self.to_string().chars().take(8).collect()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.short())
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                HEXLOWER
                    .decode(text.as_bytes())
                    .ok()
                    .and_then(|bytes| bytes.try_into().ok())
                    .map(Self)
                    .ok_or(ParseIdError { length: text.chars().count() })
            }
        }
    };
}

identity!(
    /// A network: the id of its founding charter version.
    NetworkId
);
identity!(
    /// A node: its ed25519 public key, which signs its journal and authenticates its connections.
    NodeId
);
identity!(
    /// A structure's current ed25519 root public key, which certifies its nodes.
    RootKey
);
identity!(
    /// A structure, for ever: a hash of the first root key it had.
    StructureId
);
identity!(
    /// An entry: the hash of its header.
    EntryId
);
identity!(
    /// A record of the registry. See [`RecordId::derive`].
    RecordId
);
identity!(
    /// A version of the charter: the hash of its encoding.
    VersionId
);
identity!(
    /// A person of the steering committee: an ed25519 public key of the person's own.
    PersonKey
);
identity!(
    /// The hash of an entry's body.
    BodyHash
);
identity!(
    /// A blob: the SHA-256 of its bytes, without a tag, as Want names it.
    BlobHash
);
identity!(
    /// A root statement: the hash of what its signature covers.
    StatementId
);

/// The first 8 bytes of an identity.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix(pub [u8; 8]);

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// SHA-256 over `tag` and then each part, in order; every part but the last has a fixed length.
#[must_use]
pub(crate) fn tagged_hash(tag: &[u8; 12], parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(tag);
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

impl StructureId {
    /// The identity of the structure whose first root key is `root`.
    #[must_use]
    pub fn derive(root: &RootKey) -> Self {
        Self(tagged_hash(b"capactif-st1", &[&root.0]))
    }
}

/// What makes a record's identity unique among those of one structure and collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Salt(pub [u8; 32]);

impl Salt {
    /// The salt of a record imported from elsewhere: two nodes of one structure that import the
    /// same list make the same records.
    #[must_use]
    pub fn imported(source: &str, source_id: &str) -> Self {
        let source_hash: [u8; 32] = Sha256::digest(source.as_bytes()).into();
        Self(tagged_hash(
            b"capactif-sa1",
            &[&source_hash, source_id.as_bytes()],
        ))
    }

    /// The salt of the one record a structure keeps about itself.
    pub const OWN_STRUCTURE: Self = Self([0; 32]);
}

impl RecordId {
    /// The identity of a record: its creator structure and its collection are fixed for ever.
    #[must_use]
    pub fn derive(
        network: &NetworkId,
        structure: &StructureId,
        collection: &str,
        salt: &Salt,
    ) -> Self {
        let parts: [&[u8]; 4] = [&network.0, &structure.0, &salt.0, collection.as_bytes()];
        Self(tagged_hash(b"capactif-re1", &parts))
    }
}

/// A 16-byte Automerge actor. See [`ActorId::derive`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorId(pub [u8; 16]);

impl ActorId {
    /// The actor under which `author` changes `record`, from its entry number `epoch` on.
    ///
    /// Nobody can speak as another, and no change can be moved to another record.
    #[must_use]
    pub fn derive(network: &NetworkId, record: &RecordId, author: &NodeId, epoch: u64) -> Self {
        let epoch = epoch.to_be_bytes();
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] =
            tagged_hash(b"capactif-ac1", &[&network.0, &record.0, &author.0, &epoch]);
        Self([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_survive_their_text_form() {
        let id = RecordId([0xAB; 32]);
        assert_eq!(id.to_string().parse::<RecordId>().unwrap(), id);
        assert_eq!(id.short(), "abababab");
    }

    #[test]
    fn text_of_another_length_is_refused() {
        assert_eq!("ab".parse::<NodeId>(), Err(ParseIdError { length: 2 }));
    }

    #[test]
    fn record_id_depends_on_every_part() {
        let (network, structure) = (NetworkId([1; 32]), StructureId([2; 32]));
        let salt = Salt::imported("rdi", "42");
        let id = RecordId::derive(&network, &structure, "opportunity", &salt);
        let others = [
            RecordId::derive(&NetworkId([3; 32]), &structure, "opportunity", &salt),
            RecordId::derive(&network, &StructureId([3; 32]), "opportunity", &salt),
            RecordId::derive(&network, &structure, "project", &salt),
            RecordId::derive(
                &network,
                &structure,
                "opportunity",
                &Salt::imported("rdi", "43"),
            ),
            RecordId::derive(
                &network,
                &structure,
                "opportunity",
                &Salt::imported("rd", "i42"),
            ),
        ];
        assert!(others.iter().all(|other| *other != id));
    }
}
