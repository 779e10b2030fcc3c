//! Where a node can be reached, told to all members by a signed entry.
//!
//! Partners thus find each other without the hub. A node's newest statement replaces the others.
//! Spec: docs/protocol.md, section 4.

use crate::codec::{DecodeError, Reader, Writer};

/// The most addresses of one node.
pub const MAX_ADDRESSES: usize = 8;
/// The most bytes of an address.
pub const MAX_ADDRESS_BYTES: usize = 255;

const FORMAT: u8 = 1;

/// Body of an [`ADDRESS`](crate::entry::Kind::ADDRESS) entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// `host:port`, best first; empty where the node can only call others.
    pub addresses: Vec<String>,
}

impl Addresses {
    /// The bytes of the body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        write_addresses(&self.addresses, &mut bytes);
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Another format, more than [`MAX_ADDRESSES`], longer than [`MAX_ADDRESS_BYTES`] each.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let addresses = read_addresses(&mut reader)?;
        reader.finish()?;
        Ok(Self { addresses })
    }
}

/// Appends a list of addresses, as statements and tickets carry it.
pub(crate) fn write_addresses(addresses: &[String], bytes: &mut Vec<u8>) {
    bytes.put_varint(addresses.len() as u64);
    for address in addresses {
        bytes.put_bytes(address.as_bytes());
    }
}

/// Reads a list of addresses.
///
/// # Errors
/// More than [`MAX_ADDRESSES`], longer than [`MAX_ADDRESS_BYTES`] each.
pub(crate) fn read_addresses(reader: &mut Reader<'_>) -> Result<Vec<String>, DecodeError> {
    let count = reader.length(MAX_ADDRESSES)?;
    let mut addresses = Vec::with_capacity(count);
    for _ in 0..count {
        addresses.push(reader.text(MAX_ADDRESS_BYTES)?.to_owned());
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bodies_round_trip(addresses in prop::collection::vec(".{0,60}", 0..8)) {
            let body = Addresses { addresses };
            prop_assert_eq!(Addresses::decode(&body.encode()), Ok(body));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = Addresses::decode(&bytes);
        }
    }
}
