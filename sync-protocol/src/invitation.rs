//! The ticket that a member hands to a newcomer, and its text form.
//!
//! A ticket pins the network, the charter version in force and the inviter's key, so that the
//! newcomer can be told no other story. The text is base 32 with a checksum: it survives e-mail,
//! capitals and line breaks, and fits a QR code's alphanumeric mode.
//! Spec: docs/protocol.md, section 9.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::ZeroizeOnDrop;

use crate::address::{read_addresses, write_addresses};
use crate::charter::MAX_NAME_BYTES;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::{NetworkId, NodeId, VersionId};
use crate::time::Timestamp;

const FORMAT: u8 = 1;
const PREFIX: &str = "CAPACTIF";
const CHECKSUM_BYTES: usize = 5;

/// A ticket's one-time secret; never shown, wiped when dropped.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct Secret([u8; 16]);

impl Secret {
    /// Takes 16 random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the file that remembers the invitation.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// What names the invitation on the wire without telling the secret.
    #[must_use]
    pub fn handle(&self) -> [u8; 8] {
        let mut hasher = Sha256::new();
        hasher.update(b"capactif-ih1");
        hasher.update(self.0);
        let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(hasher.finalize());
        [a, b, c, d, e, f, g, h]
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What an invitation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A structure joins the network: members vote.
    Structure,
    /// The inviter's structure adds a node.
    Node,
}

/// What a newcomer needs to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The network.
    pub network: NetworkId,
    /// The charter version in force when the ticket was made.
    pub charter: VersionId,
    /// The node that made it, the only one that honours it.
    pub inviter: NodeId,
    /// Where that node can be reached: `host:port`, best first.
    pub addresses: Vec<String>,
    /// The one-time secret.
    pub secret: Secret,
    /// When it ends.
    pub expires: Timestamp,
    /// What it is for.
    pub purpose: Purpose,
    /// Name of the structure invited.
    pub structure: String,
    /// Its kind, as a code of the registry.
    pub kind: String,
}

/// Text that is not a ticket.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// The text does not begin as tickets do.
    #[error("a ticket begins with {PREFIX}")]
    Prefix,
    /// A character that no ticket has.
    #[error("character {character:?} at position {position} is not part of a ticket")]
    Character {
        /// Its place, from 1, spaces not counted.
        position: usize,
        /// The character.
        character: char,
    },
    /// Characters are missing or were changed on the way.
    #[error("the ticket was damaged on the way: copy it again, whole")]
    Damaged,
    /// The checksum holds but the content is unknown here.
    #[error("the ticket was made by a newer version")]
    Newer(#[source] DecodeError),
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let [a, b, c, d, e, ..] = <[u8; 32]>::from(Sha256::digest(bytes));
    [a, b, c, d, e]
}

impl Ticket {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.network.0);
        bytes.extend_from_slice(&self.charter.0);
        bytes.extend_from_slice(&self.inviter.0);
        bytes.extend_from_slice(&self.secret.0);
        bytes.extend_from_slice(&self.expires.0.to_be_bytes());
        bytes.push(match self.purpose {
            Purpose::Structure => 1,
            Purpose::Node => 2,
        });
        bytes.put_bytes(self.structure.as_bytes());
        bytes.put_bytes(self.kind.as_bytes());
        write_addresses(&self.addresses, &mut bytes);
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let network = NetworkId(reader.array()?);
        let charter = VersionId(reader.array()?);
        let inviter = NodeId(reader.array()?);
        let secret = Secret::new(reader.array()?);
        let expires = Timestamp(reader.u64()?);
        let at = reader.clone();
        let purpose = match reader.u8()? {
            1 => Purpose::Structure,
            2 => Purpose::Node,
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        let structure = reader.text(MAX_NAME_BYTES)?.to_owned();
        let kind = reader.text(MAX_NAME_BYTES)?.to_owned();
        let addresses = read_addresses(&mut reader)?;
        reader.finish()?;
        Ok(Self {
            network,
            charter,
            inviter,
            addresses,
            secret,
            expires,
            purpose,
            structure,
            kind,
        })
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.encode();
        bytes.extend(checksum(&bytes));
        write!(f, "{PREFIX}{}", BASE32_NOPAD.encode(&bytes))
    }
}

impl FromStr for Ticket {
    type Err = TicketError;

    fn from_str(text: &str) -> Result<Self, TicketError> {
        let text: String = text
            .chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
            .map(|character| character.to_ascii_uppercase())
            .collect();
        let coded = text.strip_prefix(PREFIX).ok_or(TicketError::Prefix)?;
        let known = |character: char| matches!(character, 'A'..='Z' | '2'..='7');
        if let Some((index, character)) = text
            .chars()
            .enumerate()
            .find(|(_, character)| !known(*character))
        {
            return Err(TicketError::Character {
                position: index + 1,
                character,
            });
        }
        let bytes = BASE32_NOPAD
            .decode(coded.as_bytes())
            .map_err(|_| TicketError::Damaged)?;
        let split = bytes
            .len()
            .checked_sub(CHECKSUM_BYTES)
            .ok_or(TicketError::Damaged)?;
        let (content, sum) = bytes.split_at(split);
        if checksum(content) != sum {
            return Err(TicketError::Damaged);
        }
        Self::decode(content).map_err(TicketError::Newer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ticket() -> Ticket {
        Ticket {
            network: NetworkId([1; 32]),
            charter: VersionId([2; 32]),
            inviter: NodeId([3; 32]),
            addresses: vec!["hub.example.org:4433".into(), "[2001:db8::1]:4433".into()],
            secret: Secret::new([4; 16]),
            expires: Timestamp(5),
            purpose: Purpose::Structure,
            structure: "Communauté de communes".into(),
            kind: "epci".into(),
        }
    }

    #[test]
    fn tickets_survive_line_breaks_and_small_letters() {
        let text = ticket().to_string();
        let wrapped: String = text
            .to_lowercase()
            .chars()
            .flat_map(|c| [c, '\n'])
            .collect();
        assert_eq!(wrapped.parse::<Ticket>().unwrap(), ticket());
        assert!(text.len() < 400, "{} characters", text.len());
    }

    #[test]
    fn a_wrong_character_is_named_and_a_changed_one_noticed() {
        let text = ticket().to_string();
        let wrong = text.replacen('A', "!", 1);
        assert_eq!(
            wrong.parse::<Ticket>(),
            Err(TicketError::Prefix),
            "the first A stands in the prefix"
        );
        let wrong = format!("{PREFIX}!{}", &text[9..]);
        assert_eq!(
            wrong.parse::<Ticket>(),
            Err(TicketError::Character {
                position: 9,
                character: '!'
            })
        );
        let cut = &text[..text.len() - 8];
        assert_eq!(cut.parse::<Ticket>(), Err(TicketError::Damaged));
        assert_eq!("".parse::<Ticket>(), Err(TicketError::Prefix));
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert!(!format!("{:?}", ticket()).contains("4, 4"));
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text: String, bytes: Vec<u8>) {
            let _ = text.parse::<Ticket>();
            let _ = format!("{PREFIX}{}", BASE32_NOPAD.encode(&bytes)).parse::<Ticket>();
            let _ = Ticket::decode(&bytes);
        }
    }
}
