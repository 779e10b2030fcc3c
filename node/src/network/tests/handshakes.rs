//! Who gets through to whom, and what is said when nobody does.

use std::sync::Arc;
use std::time::Instant;

use quinn::rustls;

use super::*;
use crate::network::identity::{Identity, SERVER_NAME};
use crate::network::{CloseCode, ConnectError, SilenceCause, settings};

async fn echo_between(listen: &str) {
    let (Some(one), Some(two)) = (endpoint_on(1, listen), endpoint_on(2, listen)) else {
        return;
    };
    let addresses = [address(&two)];
    let (dialed, accepted) = tokio::join!(one.connect(&addresses, node(2)), two.accept());
    let (dialed, accepted) = (dialed.unwrap(), accepted.unwrap());
    assert_eq!((dialed.peer(), accepted.peer()), (node(2), node(1)));
    assert!(dialed.initiated() && !accepted.initiated());
    assert_eq!(
        (dialed.remote(), accepted.remote()),
        (address(&two), address(&one))
    );
    assert_eq!(dialed.exporter(), accepted.exporter());
    assert_ne!(dialed.exporter(), [0; 32]);
    let (near, far) = (dialed.into_parts(), accepted.into_parts());
    let (far_sender, mut far_receiver, _far_handle) = far;
    let (near_sender, mut near_receiver, near_handle) = near;
    near_sender.send(b"bonjour".to_vec()).await.unwrap();
    let frame = far_receiver.recv().await.unwrap().unwrap();
    far_sender.send(frame).await.unwrap();
    assert_eq!(near_receiver.recv().await.unwrap().unwrap(), b"bonjour");
    assert!(near_handle.stats().udp_bytes_sent > 1200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_are_echoed_over_ipv4() {
    soon(echo_between("127.0.0.1:0")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_are_echoed_over_ipv6() {
    soon(echo_between("[::1]:0")).await;
}

#[tokio::test]
async fn the_wildcard_is_reached_over_both_families() {
    let Some(hub) = endpoint_on(2, "[::]:0") else {
        return;
    };
    for family in ["127.0.0.1", "[::1]"] {
        let Some(partner) = endpoint_on(1, &format!("{family}:0")) else {
            continue;
        };
        let there = [format!("{family}:{}", address(&hub).port())
            .parse()
            .unwrap()];
        let (dialed, accepted) =
            soon(async { tokio::join!(partner.connect(&there, node(2)), hub.accept()) }).await;
        assert_eq!(dialed.unwrap().peer(), node(2));
        assert_eq!(
            accepted.unwrap().remote(),
            address(&partner),
            "not in its IPv6 form"
        );
    }
}

#[tokio::test]
async fn exporters_differ_from_connection_to_connection() {
    let ((one, first), (two, _accepted)) = soon(pair()).await;
    let addresses = [address(&two)];
    let (second, _) = tokio::join!(one.connect(&addresses, node(2)), two.accept());
    assert_ne!(first.exporter(), second.unwrap().exporter());
}

#[tokio::test]
async fn another_key_than_the_expected_one_is_refused() {
    let (one, two) = (endpoint(1), endpoint(2));
    let error = soon(one.connect(&[address(&two)], node(3)))
        .await
        .unwrap_err();
    let expected = ConnectError::WrongPeer {
        address: address(&two),
        expected: node(3),
        actual: node(2),
    };
    assert_eq!(error, expected);
    assert_eq!(two.load().connections, 0);
}

#[tokio::test]
async fn whoever_answers_is_named_when_no_key_is_expected() {
    let (one, two) = (endpoint(1), endpoint(2));
    let addresses = address(&two);
    let (dialed, _accepted) =
        soon(async { tokio::join!(one.connect_any(addresses), two.accept()) }).await;
    assert_eq!(dialed.unwrap().peer(), node(2));
}

#[tokio::test]
async fn another_protocol_is_told_apart() {
    let two = endpoint(2);
    // From our side: a node that offers a protocol of the future.
    let identity = Identity::new(&key(1));
    let mut tls = identity.client_tls(identity.verifier(None));
    tls.alpn_protocols = vec![b"capactif/999".to_vec()];
    let client = quinn::Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    let connecting = client
        .connect_with(settings::client_with(tls), address(&two), SERVER_NAME)
        .unwrap();
    assert!(soon(connecting).await.is_err());
    // From the other: a server that knows only that.
    let mut tls = identity.server_tls();
    tls.alpn_protocols = vec![b"capactif/999".to_vec()];
    let crypto = quinn::crypto::rustls::QuicServerConfig::try_from(tls).unwrap();
    let config = quinn::ServerConfig::with_crypto(Arc::new(crypto));
    let server = quinn::Endpoint::server(config, "127.0.0.1:0".parse().unwrap()).unwrap();
    let there = server.local_addr().unwrap();
    let serving = tokio::spawn(async move { server.accept().await.unwrap().await.err() });
    let error = soon(two.connect(&[there], node(1))).await.unwrap_err();
    assert_eq!(error, ConnectError::OtherProtocol { address: there });
    assert!(soon(serving).await.unwrap().is_some());
}

#[tokio::test]
async fn a_client_without_a_key_gets_nowhere() {
    #[derive(Debug)]
    struct NoKey;
    impl rustls::client::ResolvesClientCert for NoKey {
        fn resolve(
            &self,
            _: &[&[u8]],
            _: &[rustls::SignatureScheme],
        ) -> Option<Arc<rustls::sign::CertifiedKey>> {
            None
        }
        fn has_certs(&self) -> bool {
            true
        }
        fn only_raw_public_keys(&self) -> bool {
            true
        }
    }
    let two = endpoint(2);
    let identity = Identity::new(&key(1));
    let mut tls = identity.client_tls(identity.verifier(None));
    tls.client_auth_cert_resolver = Arc::new(NoKey);
    let client = quinn::Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    let connecting = client
        .connect_with(settings::client_with(tls), address(&two), SERVER_NAME)
        .unwrap();
    if let Ok(connection) = soon(connecting).await {
        soon(connection.closed()).await;
    }
    assert_eq!(two.load().connections, 0);
}

/// An address where nobody listens, nor will while the socket is kept: it holds the port on another
/// address of this machine, so that no other test is given it.
fn nobodys_address() -> (std::net::UdpSocket, SocketAddr) {
    let kept = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = kept.local_addr().unwrap().port();
    (kept, SocketAddr::from(([127, 0, 0, 77], port)))
}

#[tokio::test]
async fn nobody_there_is_told_as_no_udp_answer() {
    let one = endpoint(1);
    let (_kept, gone) = nobodys_address();
    let limit = Duration::from_secs(3);
    let start = Instant::now();
    let error = soon(one.connect_within(&[gone], Some(node(2)), limit))
        .await
        .unwrap_err();
    // Most systems refuse at once on loopback; some stay silent.
    assert!(start.elapsed() < limit + Duration::from_secs(1));
    let ConnectError::NoAnswer { addresses, cause } = &error else {
        panic!("{error}")
    };
    assert_eq!(addresses, &[gone]);
    assert_eq!(error.code(), "no_udp_answer");
    if cfg!(target_os = "linux") {
        assert_eq!(*cause, SilenceCause::PortClosed);
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}

#[tokio::test]
async fn silence_is_told_as_no_udp_answer_after_the_limit() {
    let one = endpoint(1);
    // A socket that takes everything and answers nothing.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let there = silent.local_addr().unwrap();
    let limit = Duration::from_millis(700);
    let start = Instant::now();
    let error = soon(one.connect_within(&[there], Some(node(2)), limit))
        .await
        .unwrap_err();
    assert!(start.elapsed() >= limit && start.elapsed() < Duration::from_secs(3));
    let silence = ConnectError::NoAnswer {
        addresses: vec![there],
        cause: SilenceCause::Silent,
    };
    assert_eq!(error, silence);
}

#[tokio::test]
async fn a_good_address_wins_over_dead_and_wrong_ones() {
    let (one, two, three) = (endpoint(1), endpoint(2), endpoint(3));
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let (_kept, gone) = nobodys_address();
    let unreachable = "[2001:db8::1]:1".parse().unwrap();
    let addresses = [
        silent.local_addr().unwrap(),
        unreachable,
        gone,
        address(&three),
        address(&two),
    ];
    let (dialed, _accepted) =
        soon(async { tokio::join!(one.connect(&addresses, node(2)), two.accept()) }).await;
    let dialed = dialed.unwrap();
    assert_eq!((dialed.peer(), dialed.remote()), (node(2), address(&two)));
}

#[tokio::test]
async fn an_address_of_a_family_without_socket_is_named() {
    let one = endpoint(1);
    let there = "[::1]:1".parse().unwrap();
    let error = soon(one.connect(&[there], node(2))).await.unwrap_err();
    assert_eq!(error, ConnectError::NoSocket { address: there });
    assert_eq!(
        soon(one.connect(&[], node(2))).await.unwrap_err(),
        ConnectError::NoAddress
    );
}

#[tokio::test]
async fn a_key_that_is_refused_after_hello_is_told_so() {
    let ((_one, dialed), (_two, accepted)) = soon(pair()).await;
    let (sender, mut receiver, handle) = dialed.into_parts();
    accepted.close(CloseCode::KeyRefused, "not in the charter");
    let reason = soon(handle.closed()).await;
    assert!(reason.is_key_refused(), "{reason}");
    assert_eq!(
        soon(receiver.recv()).await.unwrap_err().code(),
        "key_refused_by_peer"
    );
    soon(async { while sender.send(vec![1]).await.is_ok() {} }).await;
    assert_eq!(
        sender.send(vec![1]).await.unwrap_err().code(),
        "key_refused_by_peer"
    );
}

#[tokio::test]
async fn closing_an_endpoint_tells_its_peers_and_frees_the_port() {
    let ((_one, dialed), (two, accepted)) = soon(pair()).await;
    let port = address(&two);
    let handle = dialed.into_parts().2;
    soon(two.close(CloseCode::Stopping, "bye")).await;
    assert_eq!(soon(handle.closed()).await.code(), "peer_stopping");
    drop(accepted);
    let mut tries = 0;
    while let Err(error) = std::net::UdpSocket::bind(port) {
        tries += 1;
        assert!(tries < 200, "{error}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
