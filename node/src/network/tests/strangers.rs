//! Crowds of strangers that begin handshakes and do not end them.

use std::collections::BTreeMap;
use std::net::UdpSocket;

use super::*;
use crate::network::identity::{Identity, SERVER_NAME};
use crate::network::{ConnectError, settings};

/// First datagrams of `count` handshakes that will never go further.
async fn first_datagrams(count: usize) -> Vec<Vec<u8>> {
    let trap = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let client = quinn::Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    let identity = Identity::new(&key(9));
    let there = trap.local_addr().unwrap();
    let attempts: Vec<_> = (0..count)
        .map(|_| {
            let config = settings::client(&identity, identity.verifier(None));
            client.connect_with(config, there, SERVER_NAME).unwrap()
        })
        .collect();
    // One of each attempt, told apart by the destination's connection id; attempts are repeated.
    let mut datagrams = BTreeMap::new();
    while datagrams.len() < count {
        let mut datagram = vec![0; 2000];
        let length = soon(trap.recv(&mut datagram)).await.unwrap();
        datagram.truncate(length);
        let id_end = 6 + usize::from(datagram[5]);
        datagrams
            .entry(datagram[6..id_end].to_vec())
            .or_insert(datagram);
    }
    drop(attempts);
    datagrams.into_values().collect()
}

/// Sends each datagram from a socket of its own.
fn knock(datagrams: &[Vec<u8>], there: SocketAddr) -> Vec<UdpSocket> {
    let from_new_port = |datagram: &Vec<u8>| {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(datagram, there).unwrap();
        socket
    };
    datagrams.iter().map(from_new_port).collect()
}

/// Waits until each socket was answered.
fn hear(sockets: &[UdpSocket]) {
    for socket in sockets {
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        socket.recv(&mut [0; 2000]).unwrap();
    }
}

/// A hub that gives up handshakes after `handshake_timeout`, four of unproven addresses at most.
fn strict(handshake_timeout: Duration) -> Endpoint {
    let limits = Limits {
        unproven_per_address: 4,
        handshake_timeout,
        trust_loopback: false,
        ..Limits::default()
    };
    limited(2, limits)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_strangers_are_bounded_and_keep_nobody_out() {
    // So long that none is given up meanwhile, however busy the machine is.
    let hub = strict(Duration::from_secs(600));
    let datagrams = first_datagrams(40).await;
    let sockets = knock(&datagrams, address(&hub));
    // Everybody was answered, with a handshake or with the demand to prove the address.
    hear(&sockets);
    assert_eq!(hub.load().handshakes, 4);
    let partner = endpoint(1);
    let addresses = [address(&hub)];
    // A dial gives up in its own time on a busy machine, and is made again as a node makes it.
    let dial = async {
        loop {
            if let Ok(dialed) = partner.connect(&addresses, node(2)).await {
                break dialed;
            }
        }
    };
    let (dialed, accepted) = soon(async { tokio::join!(dial, hub.accept()) }).await;
    assert_eq!(dialed.peer(), node(2));
    assert_eq!(accepted.unwrap().peer(), node(1));
    assert_eq!(hub.load().handshakes, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_strangers_are_given_up() {
    let hub = strict(Duration::from_millis(500));
    let datagrams = first_datagrams(4).await;
    let sockets = knock(&datagrams, address(&hub));
    hear(&sockets);
    soon(async {
        while hub.load().handshakes > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_full_node_says_that_it_is_busy() {
    let hub = limited(
        2,
        Limits {
            connections: 1,
            ..Limits::default()
        },
    );
    let (one, three) = (endpoint(1), endpoint(3));
    let addresses = [address(&hub)];
    let (dialed, accepted) =
        soon(async { tokio::join!(one.connect(&addresses, node(2)), hub.accept()) }).await;
    let (dialed, accepted) = (dialed.unwrap(), accepted.unwrap());
    assert_eq!(hub.load().connections, 1);
    let error = soon(three.connect(&addresses, node(2))).await.unwrap_err();
    assert_eq!(
        error,
        ConnectError::Busy {
            address: addresses[0]
        }
    );
    drop((dialed, accepted));
    let (again, _accepted) =
        soon(async { tokio::join!(three.connect(&addresses, node(2)), hub.accept()) }).await;
    assert!(again.is_ok());
}

#[tokio::test]
async fn garbage_is_ignored() {
    let hub = endpoint(2);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    for length in (0..1500).step_by(7) {
        let mut garbage = vec![0; length];
        random.fill(&mut garbage);
        socket.send_to(&garbage, address(&hub)).unwrap();
    }
    let partner = endpoint(1);
    let addresses = [address(&hub)];
    let (dialed, _accepted) =
        soon(async { tokio::join!(partner.connect(&addresses, node(2)), hub.accept()) }).await;
    assert!(dialed.is_ok());
    assert_eq!(hub.load().connections, 1);
}
