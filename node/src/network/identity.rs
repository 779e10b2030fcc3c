//! The node key as the TLS identity: raw public keys (RFC 7250) instead of certificates.
//!
//! There is nothing to parse, nothing that expires and no name to check: the peer proves that it
//! holds the private half of its [`NodeId`], and that is all. The TLS exporter and the ALPN
//! protocol are fixed here too.

use std::fmt;
use std::sync::{Arc, OnceLock};

use ed25519_dalek::{SigningKey, VerifyingKey};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::ring::{default_provider, sign::any_eddsa_type};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{
    CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible,
    SignatureScheme,
};
use sync_protocol::id::NodeId;
use zeroize::Zeroizing;

/// Names the protocol and its version in every handshake. Spec: docs/protocol.md, "Transport".
pub(crate) const ALPN: &[u8] = b"capactif/2";

/// The label under which both ends export [`super::Connection::exporter`].
pub(crate) const EXPORTER_LABEL: &[u8] = b"capactif join";

/// The name in the client's configuration; never sent, never checked.
pub(crate) const SERVER_NAME: &str = "node.capactif.invalid";

/// `OneAsymmetricKey` (PKCS #8) up to the 32 bytes of an Ed25519 seed. Source: RFC 8410, section 7.
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// `SubjectPublicKeyInfo` up to the 32 bytes of an Ed25519 public key. Source: RFC 8410, section 4.
const SPKI_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Our own key, ready for handshakes.
#[derive(Clone)]
pub(crate) struct Identity {
    node: NodeId,
    certified: Arc<CertifiedKey>,
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.node).finish()
    }
}

impl Identity {
    pub(crate) fn new(key: &SigningKey) -> Self {
        let node = NodeId(key.verifying_key().to_bytes());
        let seed = Zeroizing::new(key.to_bytes());
        let mut pkcs8 = Zeroizing::new([0; PKCS8_PREFIX.len() + 32]);
        pkcs8[..PKCS8_PREFIX.len()].copy_from_slice(&PKCS8_PREFIX);
        pkcs8[PKCS8_PREFIX.len()..].copy_from_slice(&*seed);
        let signer = any_eddsa_type(&PrivatePkcs8KeyDer::from(&pkcs8[..]))
            .expect("an Ed25519 seed behind its PKCS #8 prefix is a key");
        let certified = CertifiedKey::new(vec![CertificateDer::from(spki(&node))], signer);
        Self {
            node,
            certified: Arc::new(certified),
            provider: Arc::new(default_provider()),
        }
    }

    pub(crate) fn node(&self) -> NodeId {
        self.node
    }

    pub(crate) fn server_tls(&self) -> rustls::ServerConfig {
        let mut config = rustls::ServerConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("the ring provider speaks TLS 1.3")
            .with_client_cert_verifier(Arc::new(AnyNode {
                provider: self.provider.clone(),
            }))
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(
                self.certified.clone(),
            )));
        config.alpn_protocols = vec![ALPN.to_vec()];
        // Resumption would not ask the client verifier again, and early data can be replayed.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.max_early_data_size = 0;
        config
    }

    pub(crate) fn client_tls(&self, verifier: Arc<PeerVerifier>) -> rustls::ClientConfig {
        let mut config = rustls::ClientConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("the ring provider speaks TLS 1.3")
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(
                self.certified.clone(),
            )));
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.resumption = Resumption::disabled();
        config.enable_early_data = false;
        config.enable_sni = false;
        config
    }

    /// A verifier for one attempt to reach `expected`, or whoever answers.
    pub(crate) fn verifier(&self, expected: Option<NodeId>) -> Arc<PeerVerifier> {
        let seen = OnceLock::new();
        Arc::new(PeerVerifier {
            expected,
            seen,
            provider: self.provider.clone(),
        })
    }
}

fn spki(node: &NodeId) -> Vec<u8> {
    [&SPKI_PREFIX[..], node.as_bytes()].concat()
}

/// The node that a presented raw public key belongs to.
///
/// Refuses what is not an Ed25519 key, and the few weak keys under which anybody can sign.
pub(crate) fn presented_node(key: &[u8]) -> Result<NodeId, Error> {
    key.strip_prefix(&SPKI_PREFIX[..])
        .and_then(|raw| <[u8; 32]>::try_from(raw).ok())
        .filter(|raw| VerifyingKey::from_bytes(raw).is_ok_and(|key| !key.is_weak()))
        .map(NodeId)
        .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))
}

fn verify_signature(
    provider: &CryptoProvider,
    message: &[u8],
    key: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    presented_node(key)?;
    let spki = SubjectPublicKeyInfoDer::from(key.as_ref());
    let algorithms = &provider.signature_verification_algorithms;
    verify_tls13_signature_with_raw_key(message, &spki, signed, algorithms)
}

/// Accepts the one expected node, or any where none is expected, and remembers whom it saw.
#[derive(Debug)]
pub(crate) struct PeerVerifier {
    expected: Option<NodeId>,
    seen: OnceLock<NodeId>,
    provider: Arc<CryptoProvider>,
}

impl PeerVerifier {
    /// The key that the listening side presented, once it did.
    pub(crate) fn seen(&self) -> Option<NodeId> {
        self.seen.get().copied()
    }
}

impl ServerCertVerifier for PeerVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let node = *self
            .seen
            .get_or_init(|| presented_node(end_entity).unwrap_or(NodeId::ZERO));
        presented_node(end_entity)?;
        if self.expected.is_none_or(|expected| expected == node) {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ))
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_signature(&self.provider, message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

/// Accepts every node that proves its key: who may do what is the charter's business.
#[derive(Debug)]
struct AnyNode {
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for AnyNode {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        presented_node(end_entity).map(|_| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_signature(&self.provider, message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_encoding() {
        let identity = Identity::new(&SigningKey::from_bytes(&[7; 32]));
        let encoded = spki(&identity.node());
        assert_eq!(encoded.len(), 44);
        assert_eq!(presented_node(&encoded).unwrap(), identity.node());
    }

    #[test]
    fn other_bytes_and_weak_keys_are_refused() {
        let good = spki(&Identity::new(&SigningKey::from_bytes(&[7; 32])).node());
        for length in 0..good.len() {
            assert!(presented_node(&good[..length]).is_err());
        }
        let mut other_algorithm = good.clone();
        other_algorithm[8] = 0x71; // Ed448
        assert!(presented_node(&other_algorithm).is_err());
        // The neutral element: anybody can sign under it.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert!(presented_node(&spki(&NodeId(neutral))).is_err());
    }
}
