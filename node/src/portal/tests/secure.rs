//! The portal under its own certificate.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::*;
use crate::portal::Certificate;

fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    folder.join("src/portal/tests/certificate").join(name)
}

fn trusting() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let own = CertificateDer::from_pem_file(file("certificate.pem")).unwrap();
    roots.add(own).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

#[test]
fn under_its_own_certificate_it_is_read_sealed_and_no_other_way() {
    let certificate = Certificate::read(&file("certificate.pem"), &file("key.pem")).unwrap();
    let bounds = Bounds {
        in_all: 4,
        patience: Duration::from_millis(800),
        ..Bounds::default()
    };
    let town = Town::of(Site::default().with_certificate(certificate), bounds);
    // Who begins and goes silent keeps nobody out.
    let _silent: Vec<TcpStream> = (0..6).map(|_| town.connect()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(trusting(), name).unwrap();
    let mut line = StreamOwned::new(connection, town.connect());
    let host = format!("localhost:{}", town.address.port());
    let request = format!("GET / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    line.write_all(request.as_bytes()).unwrap();
    let mut all = Vec::new();
    line.read_to_end(&mut all).unwrap();
    let answer = Answer::of(&all);
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("strict-transport-security")
            .starts_with("max-age=")
    );
    assert!(
        answer.text().contains("href=\"https://127.0.0.1:"),
        "its own address is sealed"
    );

    let mut plain = town.connect();
    plain.write_all(request.as_bytes()).unwrap();
    let mut all = Vec::new();
    let _cut_off = plain.read_to_end(&mut all);
    assert!(!all.starts_with(b"HTTP"), "nothing is told in the open");
}

#[test]
fn files_that_are_no_certificate_are_refused_by_name() {
    for (certificate, key) in [
        ("nowhere.pem", "key.pem"),
        ("certificate.pem", "nowhere.pem"),
        ("README.md", "key.pem"),
        ("certificate.pem", "certificate.pem"),
    ] {
        let error = Certificate::read(&file(certificate), &file(key)).unwrap_err();
        assert_eq!(error.code, "bad_portal_certificate");
    }
}
