//! Proof that a node has written two entries of one number.
//!
//! Two runs that its key signed continue the same entry of its journal and differ from the next one
//! on. Whoever is shown them can check it without holding the journal. Only the node's own key can make
//! such a pair, so a proof blames nobody who merely passed a journal on.
//! Spec: docs/protocol.md, section 8.

use std::sync::Arc;

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::frontier::Tip;
use crate::id::{EntryId, NetworkId, NodeId};
use crate::run::{self, Preamble, RunError};

const FORMAT: u8 = 1;

/// Two branches of one journal, from the last entry that they share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Whose journal.
    pub author: NodeId,
    /// The last entry of both; [`Tip::EMPTY`] where they have none in common.
    pub after: Tip,
    /// A run of each that begins right after it.
    pub branches: [Arc<[u8]>; 2],
}

/// Why two runs prove nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForkError {
    /// One of them does not continue the entry that is named.
    #[error("a branch does not hold")]
    Branch(#[from] RunError),
    /// One of them is of another journal than stated.
    #[error("the branches are of other journals")]
    OtherJournal,
    /// They begin with the same entry.
    #[error("the branches begin alike")]
    Alike,
}

impl Fork {
    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.author.0);
        bytes.extend_from_slice(&self.after.seq.to_be_bytes());
        bytes.extend_from_slice(&self.after.id.0);
        for branch in &self.branches {
            bytes.put_bytes(branch);
        }
        bytes
    }

    /// Reads a proof; whether it proves anything is [`Fork::verify`].
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let author = NodeId(reader.array()?);
        let at = reader.clone();
        let after = Tip {
            seq: reader.u64()?,
            id: EntryId(reader.array()?),
        };
        if (after.seq == 0) != (after.id == EntryId::ZERO) {
            return Err(at.error(DecodeReason::Invalid("entry 0 does not exist")));
        }
        let mut branch = || reader.bytes(run::MAX_WIRE_BYTES).map(Arc::from);
        let branches = [branch()?, branch()?];
        reader.finish()?;
        Ok(Self {
            author,
            after,
            branches,
        })
    }

    /// Checks that the author signed both branches and that they part right after the entry named.
    ///
    /// # Errors
    /// See [`ForkError`].
    pub fn verify(&self, network: NetworkId) -> Result<(), ForkError> {
        let mut firsts = Vec::with_capacity(2);
        for wire in &self.branches {
            let preamble = Preamble::decode(wire).map_err(RunError::from)?;
            if preamble.author != self.author {
                return Err(ForkError::OtherJournal);
            }
            let run = run::verify(network, self.after, wire)?;
            firsts.extend(run.entries().first().map(|entry| entry.id));
        }
        match firsts.as_slice() {
            [one, other] if one != other => Ok(()),
            _ => Err(ForkError::Alike),
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::entry::Kind;
    use crate::id::VersionId;
    use crate::run::{Statement, VerifiedRun, sign};
    use crate::time::Timestamp;

    const NETWORK: NetworkId = NetworkId([7; 32]);

    fn said(key: &SigningKey, tip: Tip, word: u8, count: usize) -> VerifiedRun {
        let statement = Statement {
            charter: VersionId::ZERO,
            kind: Kind::CHANGE,
            subject: None,
            time: Timestamp(1),
            body: vec![word],
        };
        sign(NETWORK, key, tip, vec![statement; count]).remove(0)
    }

    fn fork() -> Fork {
        let key = SigningKey::from_bytes(&[1; 32]);
        let common = said(&key, Tip::EMPTY, 0, 3);
        let branch = |word| Arc::clone(said(&key, common.last(), word, 2).wire());
        Fork {
            author: common.author(),
            after: common.last(),
            branches: [branch(1), branch(2)],
        }
    }

    #[test]
    fn two_branches_prove_a_fork_to_whoever_is_shown_them() {
        let fork = fork();
        let bytes = fork.encode();
        assert_eq!(Fork::decode(&bytes).as_ref(), Ok(&fork));
        assert_eq!(fork.verify(NETWORK), Ok(()));
        assert!(fork.verify(NetworkId([8; 32])).is_err());
    }

    #[test]
    fn what_is_no_fork_proves_nothing() {
        let good = fork();
        let [one, _] = &good.branches;
        let twice = Fork {
            branches: [Arc::clone(one), Arc::clone(one)],
            ..good.clone()
        };
        assert_eq!(twice.verify(NETWORK), Err(ForkError::Alike));
        let blamed = Fork {
            author: NodeId([9; 32]),
            ..good.clone()
        };
        assert_eq!(blamed.verify(NETWORK), Err(ForkError::OtherJournal));
        let elsewhere = Fork {
            after: Tip {
                seq: 3,
                id: EntryId([9; 32]),
            },
            ..good.clone()
        };
        assert!(matches!(
            elsewhere.verify(NETWORK),
            Err(ForkError::Branch(RunError::BadSignature { .. }))
        ));
        // Another key's words over the same entry are another journal's.
        let other = SigningKey::from_bytes(&[2; 32]);
        let foreign = said(&other, good.after, 2, 2);
        let mixed = Fork {
            branches: [Arc::clone(one), Arc::clone(foreign.wire())],
            ..good
        };
        assert_eq!(mixed.verify(NETWORK), Err(ForkError::OtherJournal));
    }

    #[test]
    fn any_cut_or_changed_byte_is_noticed_or_harmless() {
        let good = fork();
        let bytes = good.encode();
        for at in 0..bytes.len() {
            assert!(Fork::decode(&bytes[..at]).is_err());
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            // Compressed columns may be written in several ways.
            if let Ok(other) = Fork::decode(&altered)
                && other.verify(NETWORK).is_ok()
            {
                assert_eq!((other.author, other.after), (good.author, good.after));
            }
        }
    }
}
