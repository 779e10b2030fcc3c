//! A newcomer asks to be admitted with an invitation, and is answered.
//!
//! The newcomer proves that it holds the ticket's secret with a MAC over the TLS exporter of this
//! very connection and over the keys it brings; the secret itself never travels, so a relay in the
//! middle gets nothing. Only the inviter checks expiry and single use.
//! Spec: docs/protocol.md, section 9.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::charter::Certificate;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::{NetworkId, NodeId, RootKey, StructureId, VersionId};
use crate::invitation::{Purpose, Secret};
use crate::seal::key::SealingPublic;
use crate::time::Timestamp;

/// Keying material that both ends of one connection derive and nobody else can.
pub type Exporter = [u8; 32];

/// What a newcomer sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRequest {
    /// Root key of the new structure; zeros for a further node of the inviter's structure.
    pub root: RootKey,
    /// The new node's certificate under that root. A further node gets one, and brings its public
    /// sealing key instead; versions before sealing bring nothing.
    pub certificate: Vec<u8>,
    /// Says which invitation is used, without telling the secret.
    pub invitation: [u8; 8],
    mac: [u8; 32],
}

/// What the inviter answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinAnswer {
    /// The newcomer belongs to the network from now on.
    Admitted {
        /// The charter version that the invitation pinned, as bytes.
        pinned: Vec<u8>,
        /// For a further node of the inviter's structure: its certificate.
        certificate: Vec<u8>,
    },
    /// The proposal is written; members have to approve it.
    Pending {
        /// The charter version that the invitation pinned, as bytes.
        pinned: Vec<u8>,
        /// How many approvals are missing.
        missing: u16,
    },
    /// The request is refused.
    Refused(Refusal),
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// No such invitation here, or the MAC does not fit.
    #[error("this node made no such invitation")]
    Unknown,
    /// The invitation has expired.
    #[error("the invitation has expired")]
    Expired,
    /// Another newcomer used the invitation.
    #[error("the invitation was used already")]
    Used,
    /// The certificate does not hold.
    #[error("the certificate does not hold")]
    BadCertificate,
    /// The inviter cannot admit now, for instance because its store is read-only.
    #[error("the inviting node cannot admit anyone now")]
    NotNow,
}

impl Refusal {
    const fn code(self) -> u8 {
        match self {
            Self::Unknown => 1,
            Self::Expired => 2,
            Self::Used => 3,
            Self::BadCertificate => 4,
            Self::NotNow => 5,
        }
    }

    const fn from_code(code: u8) -> Self {
        match code {
            2 => Self::Expired,
            3 => Self::Used,
            4 => Self::BadCertificate,
            5 => Self::NotNow,
            _ => Self::Unknown,
        }
    }
}

const MAX_CERTIFICATE_BYTES: usize = 512;
/// A pinned version of a full roll fits.
const MAX_PINNED_BYTES: usize = 300 * 1024;

fn mac(
    secret: &Secret,
    network: NetworkId,
    exporter: &Exporter,
    node: &NodeId,
    root: &RootKey,
    certificate: &[u8],
) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length will do");
    mac.update(b"capactif-jo1");
    for part in [&network.0, exporter, &node.0, &root.0] {
        mac.update(part);
    }
    mac.update(certificate);
    mac
}

impl JoinRequest {
    /// Builds the request of `node` over the connection whose exporter is given.
    #[must_use]
    pub fn new(
        secret: &Secret,
        network: NetworkId,
        exporter: &Exporter,
        node: &NodeId,
        root: RootKey,
        certificate: Vec<u8>,
    ) -> Self {
        let mac = mac(secret, network, exporter, node, &root, &certificate);
        let mac = mac.finalize().into_bytes().into();
        Self {
            root,
            certificate,
            invitation: secret.handle(),
            mac,
        }
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.root.0);
        bytes.put_bytes(&self.certificate);
        bytes.extend_from_slice(&self.invitation);
        bytes.extend_from_slice(&self.mac);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            root: RootKey(reader.array()?),
            certificate: reader.bytes(MAX_CERTIFICATE_BYTES)?.to_vec(),
            invitation: reader.array()?,
            mac: reader.array()?,
        })
    }

    /// Checks the request against the invitation it names.
    ///
    /// `used_by` is the node that used the invitation before, if any: the same node may ask again.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn check(
        &self,
        invitation: &Invitation<'_>,
        network: NetworkId,
        exporter: &Exporter,
        node: NodeId,
        now: Timestamp,
    ) -> Result<Newcomer, Refusal> {
        let secret = invitation.secret;
        let expected = mac(
            secret,
            network,
            exporter,
            &node,
            &self.root,
            &self.certificate,
        );
        expected
            .verify_slice(&self.mac)
            .map_err(|_| Refusal::Unknown)?;
        match invitation.used_by {
            Some(before) if before == node => {}
            Some(_) => return Err(Refusal::Used),
            None if now > invitation.expires => return Err(Refusal::Expired),
            None => {}
        }
        match invitation.purpose {
            Purpose::Node => {
                let sealing = further_sealing_key(&self.certificate)?;
                Ok(Newcomer::Node { node, sealing })
            }
            Purpose::Structure => {
                let certificate = Certificate::decode(node, &self.certificate)
                    .map_err(|_| Refusal::BadCertificate)?;
                let holds = certificate.verify(network).is_ok()
                    && certificate.root == self.root
                    && certificate.structure == StructureId::derive(&self.root);
                if holds {
                    Ok(Newcomer::Structure(certificate))
                } else {
                    Err(Refusal::BadCertificate)
                }
            }
        }
    }
}

/// An invitation as its maker remembers it.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// The ticket's secret.
    pub secret: &'a Secret,
    /// What it was made for.
    pub purpose: Purpose,
    /// When it ends.
    pub expires: Timestamp,
    /// The node that used it.
    pub used_by: Option<NodeId>,
}

/// Who asks to be admitted, once the request was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Newcomer {
    /// A new structure with its first node: members vote.
    Structure(Certificate),
    /// A further node of the inviter's structure: its root key certifies it.
    Node {
        /// The node.
        node: NodeId,
        /// The key under which it is handed the structure's secrets, if it brought one.
        sealing: Option<SealingPublic>,
    },
}

fn further_sealing_key(bytes: &[u8]) -> Result<Option<SealingPublic>, Refusal> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let key = SealingPublic(bytes.try_into().map_err(|_| Refusal::BadCertificate)?);
    key.check().map_err(|_| Refusal::BadCertificate)?;
    Ok(Some(key))
}

impl JoinAnswer {
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Admitted {
                pinned,
                certificate,
            } => {
                bytes.push(0);
                bytes.put_bytes(pinned);
                bytes.put_bytes(certificate);
            }
            Self::Pending { pinned, missing } => {
                bytes.push(1);
                bytes.put_bytes(pinned);
                bytes.extend_from_slice(&missing.to_be_bytes());
            }
            Self::Refused(refusal) => {
                bytes.push(2);
                bytes.push(refusal.code());
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.clone();
        match reader.u8()? {
            0 => Ok(Self::Admitted {
                pinned: reader.bytes(MAX_PINNED_BYTES)?.to_vec(),
                certificate: reader.bytes(MAX_CERTIFICATE_BYTES)?.to_vec(),
            }),
            1 => Ok(Self::Pending {
                pinned: reader.bytes(MAX_PINNED_BYTES)?.to_vec(),
                missing: reader.u16()?,
            }),
            2 => Ok(Self::Refused(Refusal::from_code(reader.u8()?))),
            other => Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        }
    }
}

/// Reads the version that an answer carries and checks that it is the one the ticket pinned.
///
/// # Errors
/// Bytes that are not a version, or another version than `expected`.
pub fn check_pinned(
    bytes: &[u8],
    expected: VersionId,
) -> Result<crate::charter::Version, DecodeError> {
    let version = crate::charter::Version::decode(bytes)?;
    if version.id() == expected {
        Ok(version)
    } else {
        Err(DecodeError {
            offset: 0,
            reason: DecodeReason::Invalid("another charter version"),
        })
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;

    const NETWORK: NetworkId = NetworkId([1; 32]);
    const EXPORTER: Exporter = [2; 32];
    const NODE: NodeId = NodeId([3; 32]);

    fn request(secret: &Secret) -> JoinRequest {
        let root = SigningKey::from_bytes(&[4; 32]);
        let key = RootKey(root.verifying_key().to_bytes());
        let certificate = Certificate::issue(NETWORK, StructureId::derive(&key), &root, NODE);
        JoinRequest::new(secret, NETWORK, &EXPORTER, &NODE, key, certificate.encode())
    }

    fn invitation(secret: &Secret) -> Invitation<'_> {
        let expires = Timestamp(1_000);
        Invitation {
            secret,
            purpose: Purpose::Structure,
            expires,
            used_by: None,
        }
    }

    fn check(
        request: &JoinRequest,
        invitation: &Invitation<'_>,
        now: u64,
    ) -> Result<Newcomer, Refusal> {
        request.check(invitation, NETWORK, &EXPORTER, NODE, Timestamp(now))
    }

    #[test]
    fn the_holder_of_the_secret_is_admitted_until_expiry() {
        let secret = Secret::new([9; 16]);
        let request = request(&secret);
        assert!(matches!(
            check(&request, &invitation(&secret), 999),
            Ok(Newcomer::Structure(_))
        ));
        assert_eq!(
            check(&request, &invitation(&secret), 1_001),
            Err(Refusal::Expired)
        );
    }

    #[test]
    fn an_invitation_serves_one_node_as_often_as_it_asks() {
        let secret = Secret::new([9; 16]);
        let request = request(&secret);
        let again = Invitation {
            used_by: Some(NODE),
            ..invitation(&secret)
        };
        assert!(check(&request, &again, 2_000).is_ok());
        let other = Invitation {
            used_by: Some(NodeId([8; 32])),
            ..invitation(&secret)
        };
        assert_eq!(check(&request, &other, 1), Err(Refusal::Used));
    }

    #[test]
    fn a_request_relayed_over_another_connection_is_refused() {
        let secret = Secret::new([9; 16]);
        let request = request(&secret);
        let relayed = request.check(&invitation(&secret), NETWORK, &[7; 32], NODE, Timestamp(1));
        assert_eq!(relayed, Err(Refusal::Unknown));
        let guessed = Secret::new([8; 16]);
        assert_eq!(
            check(&request, &invitation(&guessed), 1),
            Err(Refusal::Unknown)
        );
    }

    #[test]
    fn a_certificate_under_another_root_is_refused() {
        let secret = Secret::new([9; 16]);
        let genuine = request(&secret);
        let other = RootKey(SigningKey::from_bytes(&[5; 32]).verifying_key().to_bytes());
        let swapped = JoinRequest::new(
            &secret,
            NETWORK,
            &EXPORTER,
            &NODE,
            other,
            genuine.certificate,
        );
        assert_eq!(
            check(&swapped, &invitation(&secret), 1),
            Err(Refusal::BadCertificate)
        );
    }

    #[test]
    fn a_further_node_brings_a_usable_sealing_key_or_none() {
        let secret = Secret::new([9; 16]);
        let invitation = Invitation {
            purpose: Purpose::Node,
            ..invitation(&secret)
        };
        let ask = |brought: Vec<u8>| {
            let root = RootKey::ZERO;
            let request = JoinRequest::new(&secret, NETWORK, &EXPORTER, &NODE, root, brought);
            check(&request, &invitation, 1)
        };
        let key = crate::seal::key::SealingSecret::from_bytes([7; 32]).public();
        let node = |sealing| Newcomer::Node {
            node: NODE,
            sealing,
        };
        assert_eq!(ask(key.0.to_vec()), Ok(node(Some(key))));
        assert_eq!(ask(Vec::new()), Ok(node(None)));
        for unusable in [vec![0; 32], vec![7; 31], vec![7; 33]] {
            assert_eq!(ask(unusable), Err(Refusal::BadCertificate));
        }
    }

    #[test]
    fn requests_and_answers_round_trip() {
        let secret = Secret::new([9; 16]);
        let request = request(&secret);
        let mut bytes = Vec::new();
        request.write(&mut bytes);
        assert_eq!(JoinRequest::read(&mut Reader::new(&bytes)), Ok(request));
        for answer in [
            JoinAnswer::Admitted {
                pinned: vec![1, 2],
                certificate: vec![3],
            },
            JoinAnswer::Pending {
                pinned: vec![1, 2],
                missing: 3,
            },
            JoinAnswer::Refused(Refusal::Used),
        ] {
            let mut bytes = Vec::new();
            answer.write(&mut bytes);
            assert_eq!(JoinAnswer::read(&mut Reader::new(&bytes)), Ok(answer));
        }
    }
}
