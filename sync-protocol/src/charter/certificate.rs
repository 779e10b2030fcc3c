//! A structure's root key vouches for one of its nodes.
//!
//! Body of the first entry of every journal, and presented in every Hello.
//! Spec: docs/protocol.md, section 7.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::codec::{DecodeError, Reader};
use crate::entry::Kind;
use crate::id::{NetworkId, NodeId, RootKey, StructureId};
use crate::run::VerifiedRun;

const FORMAT: u8 = 1;

/// A root key's statement that a node belongs to its structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The structure.
    pub structure: StructureId,
    /// Its root key.
    pub root: RootKey,
    /// The node.
    pub node: NodeId,
    signature: [u8; 64],
}

/// Why a certificate does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The root key is not a point of the curve.
    #[error("root key is not a public key")]
    BadKey,
    /// The signature is not the root key's over this node and network.
    #[error("root key did not sign this node for this network")]
    BadSignature,
}

/// Why a journal does not open as every journal must.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// Its first entry is something else.
    #[error("a journal that does not open with a certificate")]
    NoCertificate,
    /// The certificate cannot be read.
    #[error("a journal that opens with a malformed certificate")]
    Malformed,
    /// The certificate's signature does not hold.
    #[error("a journal that opens with a forged certificate")]
    Forged,
}

fn message(network: NetworkId, structure: &StructureId, node: &NodeId) -> Vec<u8> {
    [
        b"capactif-ce1".as_slice(),
        &network.0,
        &structure.0,
        &node.0,
    ]
    .concat()
}

impl Certificate {
    /// Certifies `node` with the root key of `structure`.
    #[must_use]
    pub fn issue(
        network: NetworkId,
        structure: StructureId,
        root: &SigningKey,
        node: NodeId,
    ) -> Self {
        let signature = root.sign(&message(network, &structure, &node)).to_bytes();
        Self {
            structure,
            root: RootKey(root.verifying_key().to_bytes()),
            node,
            signature,
        }
    }

    /// The certificate that a journal opens with, `run` being its first; the signature holds.
    ///
    /// # Errors
    /// See [`OpeningError`].
    pub fn opening(network: NetworkId, run: &VerifiedRun) -> Result<Self, OpeningError> {
        let body = run
            .entries()
            .first()
            .filter(|entry| entry.header.kind == Kind::CERTIFICATE)
            .and_then(|entry| entry.body.as_deref())
            .ok_or(OpeningError::NoCertificate)?;
        let certificate = Self::decode(run.author(), body).map_err(|_| OpeningError::Malformed)?;
        certificate
            .verify(network)
            .map_err(|_| OpeningError::Forged)?;
        Ok(certificate)
    }

    /// Checks the signature; whether the root key is the structure's is the charter's business.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn verify(&self, network: NetworkId) -> Result<(), CertificateError> {
        let key = VerifyingKey::from_bytes(&self.root.0).map_err(|_| CertificateError::BadKey)?;
        let message = message(network, &self.structure, &self.node);
        key.verify_strict(&message, &Signature::from_bytes(&self.signature))
            .map_err(|_| CertificateError::BadSignature)
    }

    /// The bytes; the node is known from where they stand.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let parts: [&[u8]; 4] = [&[FORMAT], &self.structure.0, &self.root.0, &self.signature];
        parts.concat()
    }

    /// Reads a certificate for `node`.
    ///
    /// # Errors
    /// Another format or length.
    pub fn decode(node: NodeId, bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let certificate = Self {
            structure: StructureId(reader.array()?),
            root: RootKey(reader.array()?),
            node,
            signature: reader.array()?,
        };
        reader.finish()?;
        Ok(certificate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_holds_for_its_network_and_node_alone() {
        let root = SigningKey::from_bytes(&[1; 32]);
        let structure = StructureId([2; 32]);
        let (network, node) = (NetworkId([3; 32]), NodeId([4; 32]));
        let certificate = Certificate::issue(network, structure, &root, node);
        let bytes = certificate.encode();
        assert_eq!(bytes.len(), 129);
        assert_eq!(Certificate::decode(node, &bytes), Ok(certificate.clone()));
        assert_eq!(certificate.verify(network), Ok(()));
        assert_eq!(
            certificate.verify(NetworkId([5; 32])),
            Err(CertificateError::BadSignature)
        );
        let stolen = Certificate::decode(NodeId([6; 32]), &bytes).unwrap();
        assert_eq!(stolen.verify(network), Err(CertificateError::BadSignature));
    }
}
