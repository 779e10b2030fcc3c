//! What a structure's root key says: which nodes are its own, and under which keys it is spoken to.
//!
//! Statements are numbered and chained per structure, so that a verifier can tell the newest and
//! notices when a key is in two hands. They are signed by the root key of the moment, whoever
//! carries them; what follows from a set of them is [`log`]'s. Spec: docs/protocol.md, section 14.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::key::{Generation, SealingPublic};
use crate::codec::{DecodeError, DecodeReason, Reader};
use crate::frontier::Tip;
use crate::id::{EntryId, NetworkId, NodeId, RootKey, StatementId, StructureId, tagged_hash};

pub mod log;

const FORMAT: u8 = 1;
/// The highest number of a statement: some fifty a year for twenty years.
pub const MAX_STATEMENTS: u32 = 1_024;

/// What a root key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootAct {
    /// The node speaks for the structure.
    Certify {
        /// The node.
        node: NodeId,
        /// The key under which it is handed lockboxes.
        sealing: SealingPublic,
    },
    /// The node speaks for the structure no more; it is never certified again.
    Revoke {
        /// The node.
        node: NodeId,
        /// Its last entry that counts.
        last: Tip,
    },
    /// Another key is the root from now on. The recovery key may say so too.
    Rotate {
        /// The new root key.
        root: RootKey,
    },
    /// The key that can replace the root, also against it.
    Recovery {
        /// The recovery key.
        key: RootKey,
    },
    /// A new generation of the key that others seal to.
    Sealing {
        /// One more than the last.
        generation: Generation,
        /// The key.
        public: SealingPublic,
    },
}

/// An act of a root key, in its place, with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootStatement {
    /// The structure.
    pub structure: StructureId,
    /// 1, 2, 3, …
    pub number: u32,
    /// The statement before, zeros for the first.
    pub previous: StatementId,
    /// What is said.
    pub act: RootAct,
    /// The key that signed: the root, or for a rotation the recovery key.
    pub signer: RootKey,
    signature: [u8; 64],
}

/// Why a statement does not hold, whatever else is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// The signer is not a point of the curve.
    #[error("the signer is not a public key")]
    BadKey,
    /// The signature is not the signer's over this statement and network.
    #[error("the signer did not sign this statement for this network")]
    BadSignature,
    /// A sealing key that everybody, or nobody, could open.
    #[error("a sealing key that cannot be sealed to")]
    UnusableKey,
}

const CERTIFY: u8 = 1;
const REVOKE: u8 = 2;
const ROTATE: u8 = 3;
const RECOVERY: u8 = 4;
const SEALING: u8 = 5;

impl RootAct {
    /// The bytes of the act alone, as it stands in a statement: what a node drafts and the holder of
    /// the root key signs.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(72);
        self.write(&mut bytes);
        bytes
    }

    /// Reads an act.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let act = read_act(&mut reader)?;
        reader.finish()?;
        Ok(act)
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Certify { node, sealing } => {
                bytes.push(CERTIFY);
                bytes.extend_from_slice(&node.0);
                bytes.extend_from_slice(&sealing.0);
            }
            Self::Revoke { node, last } => {
                bytes.push(REVOKE);
                bytes.extend_from_slice(&node.0);
                bytes.extend_from_slice(&last.seq.to_be_bytes());
                bytes.extend_from_slice(&last.id.0);
            }
            Self::Rotate { root } => {
                bytes.push(ROTATE);
                bytes.extend_from_slice(&root.0);
            }
            Self::Recovery { key } => {
                bytes.push(RECOVERY);
                bytes.extend_from_slice(&key.0);
            }
            Self::Sealing { generation, public } => {
                bytes.push(SEALING);
                bytes.extend_from_slice(&generation.0.to_be_bytes());
                bytes.extend_from_slice(&public.0);
            }
        }
    }
}

impl RootStatement {
    /// Says `act` as number `number`, after the statement `previous`.
    #[must_use]
    pub fn issue(
        network: NetworkId,
        structure: StructureId,
        number: u32,
        previous: StatementId,
        act: RootAct,
        signer: &SigningKey,
    ) -> Self {
        let mut statement = Self {
            structure,
            number,
            previous,
            act,
            signer: RootKey(signer.verifying_key().to_bytes()),
            signature: [0; 64],
        };
        let message = signed(&statement.id(network));
        statement.signature = signer.sign(&message).to_bytes();
        statement
    }

    /// The statement's identity. The signature is no part of it: one statement signed twice is one.
    #[must_use]
    pub fn id(&self, network: NetworkId) -> StatementId {
        StatementId(tagged_hash(b"capactif-rs1", &[&network.0, &self.content()]))
    }

    /// Checks the signature and the keys; whether the signer is the structure's is [`log`]'s.
    ///
    /// # Errors
    /// See [`RootError`].
    pub fn verify(&self, network: NetworkId) -> Result<(), RootError> {
        let key = VerifyingKey::from_bytes(&self.signer.0).map_err(|_| RootError::BadKey)?;
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(&signed(&self.id(network)), &signature)
            .map_err(|_| RootError::BadSignature)?;
        match &self.act {
            RootAct::Certify { sealing, .. } => sealing.check(),
            RootAct::Sealing { public, .. } => public.check(),
            RootAct::Revoke { .. } | RootAct::Rotate { .. } | RootAct::Recovery { .. } => Ok(()),
        }
        .map_err(|_| RootError::UnusableKey)
    }

    /// The bytes: the body of a [`ROOT`](crate::entry::Kind::ROOT) entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.content();
        bytes.extend_from_slice(&self.signature);
        bytes
    }

    fn content(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(240);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&self.structure.0);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.previous.0);
        bytes.extend_from_slice(&self.signer.0);
        self.act.write(&mut bytes);
        bytes
    }

    /// Reads a statement.
    ///
    /// # Errors
    /// Bytes that are not one; number 0 or above [`MAX_STATEMENTS`]; a first statement that names one
    /// before it, or the reverse.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let structure = StructureId(reader.array()?);
        let at = reader.clone();
        let number = reader.u32()?;
        let previous = StatementId(reader.array()?);
        if number == 0 || (number == 1) != (previous == StatementId::ZERO) {
            return Err(at.error(DecodeReason::Invalid("number and previous disagree")));
        }
        if number > MAX_STATEMENTS {
            return Err(at.error(DecodeReason::Invalid("more statements than a root makes")));
        }
        let signer = RootKey(reader.array()?);
        let act = read_act(&mut reader)?;
        let signature = reader.array()?;
        reader.finish()?;
        Ok(Self {
            structure,
            number,
            previous,
            act,
            signer,
            signature,
        })
    }
}

fn read_act(reader: &mut Reader<'_>) -> Result<RootAct, DecodeError> {
    let at = reader.clone();
    Ok(match reader.u8()? {
        CERTIFY => RootAct::Certify {
            node: NodeId(reader.array()?),
            sealing: SealingPublic(reader.array()?),
        },
        REVOKE => {
            let node = NodeId(reader.array()?);
            let at = reader.clone();
            let last = Tip {
                seq: reader.u64()?,
                id: EntryId(reader.array()?),
            };
            if (last.seq == 0) != (last.id == EntryId::ZERO) {
                return Err(at.error(DecodeReason::Invalid("entry 0 does not exist")));
            }
            RootAct::Revoke { node, last }
        }
        ROTATE => RootAct::Rotate {
            root: RootKey(reader.array()?),
        },
        RECOVERY => RootAct::Recovery {
            key: RootKey(reader.array()?),
        },
        SEALING => RootAct::Sealing {
            generation: Generation(reader.u32()?),
            public: SealingPublic(reader.array()?),
        },
        other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
    })
}

fn signed(id: &StatementId) -> Vec<u8> {
    [b"capactif-rg1".as_slice(), &id.0].concat()
}

#[cfg(test)]
mod tests;
