//! The entries by which a record passes from one structure to another, and whose it is then.
//!
//! Its owner offers it, and may take that back; the receiver accepts. An offer names the one by which its giver came to own
//! the record, so that which offers are concurrent is told by themselves. What they come to is
//! [`Ownership`]'s, a function of the set of them. Spec: docs/protocol.md, section 4, *Transfer*.

use crate::codec::{DecodeError, DecodeReason, Reader};
use crate::id::{EntryId, RecordId, StructureId};

mod ownership;

pub use ownership::{Offer, Ownership};

const FORMAT: u8 = 1;
const OFFER: u8 = 1;
const ACCEPT: u8 = 2;
const WITHDRAW: u8 = 3;

/// Body of a [`TRANSFER`](crate::entry::Kind::TRANSFER) entry, whose subject is a creation of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The record: it cannot be told from its creation once that has no body any more.
    pub record: RecordId,
    /// What is said of it.
    pub said: Said,
}

/// What a transfer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Its owner offers the record.
    Offer {
        /// To whom.
        to: StructureId,
        /// The offer by which the giver came to own it; none of who created it.
        after: Option<EntryId>,
    },
    /// The receiver accepts.
    Accept {
        /// The entry that offers.
        offer: EntryId,
    },
    /// Who offered takes it back. Whoever accepted all the same, or had not heard of it, owns the
    /// record: nothing that passed on comes back by this.
    Withdraw {
        /// The entry that offers.
        offer: EntryId,
    },
}

impl Transfer {
    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.record.0);
        match self.said {
            Said::Offer { to, after } => {
                bytes.push(OFFER);
                bytes.extend_from_slice(&to.0);
                bytes.extend_from_slice(&after.unwrap_or(EntryId::ZERO).0);
            }
            Said::Accept { offer } => {
                bytes.push(ACCEPT);
                bytes.extend_from_slice(&offer.0);
            }
            Said::Withdraw { offer } => {
                bytes.push(WITHDRAW);
                bytes.extend_from_slice(&offer.0);
            }
        }
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let record = RecordId(reader.array()?);
        let at = reader.clone();
        let said = match reader.u8()? {
            OFFER => {
                let to = StructureId(reader.array()?);
                let after = EntryId(reader.array()?);
                let after = (after != EntryId::ZERO).then_some(after);
                Said::Offer { to, after }
            }
            ACCEPT => Said::Accept {
                offer: EntryId(reader.array()?),
            },
            WITHDRAW => Said::Withdraw {
                offer: EntryId(reader.array()?),
            },
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        reader.finish()?;
        Ok(Self { record, said })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: Transfer = Transfer {
        record: RecordId([1; 32]),
        said: Said::Offer {
            to: StructureId([2; 32]),
            after: None,
        },
    };

    #[test]
    fn what_is_said_comes_back_and_nothing_else_is_read() {
        let further = Transfer {
            said: Said::Offer {
                to: StructureId([2; 32]),
                after: Some(EntryId([3; 32])),
            },
            ..OFFERED
        };
        let accepted = Transfer {
            said: Said::Accept {
                offer: EntryId([4; 32]),
            },
            ..OFFERED
        };
        let withdrawn = Transfer {
            said: Said::Withdraw {
                offer: EntryId([4; 32]),
            },
            ..OFFERED
        };
        for transfer in [OFFERED, further, accepted, withdrawn] {
            let bytes = transfer.encode();
            assert_eq!(Transfer::decode(&bytes), Ok(transfer));
            for length in 0..bytes.len() {
                assert!(Transfer::decode(&bytes[..length]).is_err());
            }
            assert!(Transfer::decode(&[&bytes[..], &[0]].concat()).is_err());
        }
        let mut other = OFFERED.encode();
        other[33] = 4;
        assert!(Transfer::decode(&other).is_err());
    }
}
