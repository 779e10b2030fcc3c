//! Entries that carry authority, shown on their own.
//!
//! Such an entry ends its run, so its signature covers it directly: header, body and signature
//! prove it to anyone who knows the voters' keys, without the journal around it. A node that meets
//! a peer with an older charter shows it the newer entries first.
//! Spec: docs/protocol.md, section 8.

use crate::codec::{DecodeError, Reader, Writer};
use crate::entry::{Entry, HEADER_BYTES, Header, MAX_BODY_BYTES, body_hash};
use crate::id::NetworkId;
use crate::run::{VerifiedRun, signature_holds};

/// An entry with its own signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedEntry {
    /// The entry.
    pub entry: Entry,
    /// The author's signature over the entry's id.
    pub signature: [u8; 64],
}

impl SignedEntry {
    /// The last entry of `run`, if it carries authority.
    #[must_use]
    pub fn of(run: &VerifiedRun) -> Option<Self> {
        let entry = run
            .entries()
            .last()
            .filter(|entry| entry.header.kind.carries_authority())?;
        Some(Self {
            entry: entry.clone(),
            signature: *run.signature(),
        })
    }

    /// The bytes: header, signature, body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let body = self.entry.body.as_deref().unwrap_or_default();
        let mut bytes = Vec::with_capacity(HEADER_BYTES + 64 + 4 + body.len());
        bytes.extend_from_slice(&self.entry.header.encode());
        bytes.extend_from_slice(&self.signature);
        bytes.put_bytes(body);
        bytes
    }

    /// Reads an entry that was verified before it was stored here.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let signed = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(signed)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let header = Header::decode(reader.take(HEADER_BYTES)?)?;
        let signature = reader.array()?;
        let body = reader.bytes(MAX_BODY_BYTES)?.to_vec();
        let entry = Entry {
            id: header.id(),
            header,
            body: Some(body),
        };
        Ok(Self { entry, signature })
    }

    /// Whether network, kind, body and signature hold.
    #[must_use]
    pub fn holds(&self, network: NetworkId) -> bool {
        let header = &self.entry.header;
        let body = self.entry.body.as_deref().unwrap_or_default();
        header.network == network
            && header.kind.carries_authority()
            && header.body_bytes as usize == body.len()
            && header.body_hash == body_hash(body)
            && signature_holds(&header.author, &self.entry.id, &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::entry::Kind;
    use crate::frontier::Tip;
    use crate::id::VersionId;
    use crate::run::{Statement, sign};
    use crate::time::Timestamp;

    #[test]
    fn an_approval_stands_alone_and_notices_any_change() {
        let network = NetworkId([1; 32]);
        let vote = Statement {
            charter: VersionId([2; 32]),
            kind: Kind::APPROVE,
            subject: None,
            time: Timestamp(3),
            body: vec![4; 32],
        };
        let data = Statement {
            kind: Kind::CHANGE,
            ..vote.clone()
        };
        let run = sign(
            network,
            &SigningKey::from_bytes(&[5; 32]),
            Tip::EMPTY,
            vec![data, vote],
        );
        let signed = SignedEntry::of(&run[0]).unwrap();
        let bytes = signed.encode();
        assert_eq!(SignedEntry::decode(&bytes), Ok(signed.clone()));
        assert!(signed.holds(network));
        assert!(!signed.holds(NetworkId([9; 32])));
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let holds = SignedEntry::decode(&changed).is_ok_and(|entry| entry.holds(network));
            assert!(!holds, "byte {index}");
        }
    }
}
