//! Several connections of one peer with a running node.

use std::net::SocketAddr;

use ed25519_dalek::SigningKey;
use sync_protocol::frame::{Frame, Hello, NEWEST_VERSION, OLDEST_VERSION};
use sync_protocol::frontier::Frontier;
use sync_protocol::id::{NodeId, VersionId};
use tokio::time::{sleep, timeout};

use crate::network::{CloseCode, CloseReason, Connection, ConnectionHandle, Endpoint};
use crate::network::{FrameReceiver, FrameSender};

use super::*;

const ANSWER: Duration = Duration::from_secs(3);

#[test]
fn a_peer_known_under_two_addresses_is_synchronised_once() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let hub = found(folders[0].path());
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let addresses = hub
        .start(&RunOptions {
            listen: vec![any, any],
            peers: Vec::new(),
        })
        .unwrap();
    let (partner, _) = join(&hub, folders[1].path(), "Chambre", "chamber_agriculture");
    let identity = hub.member().unwrap().node().to_string();
    let named = json!({"address": addresses[0].to_string(), "node": identity});
    call(&partner, "peer.add", named);
    let unnamed = json!({"address": addresses[1].to_string()});
    call(&partner, "peer.add", unnamed);
    sync(&partner);
    for turn in 0..5 {
        add(&hub, &format!("du parc {turn}"));
        add(&partner, &format!("de la chambre {turn}"));
        let answer = call(&partner, "sync", json!({}));
        assert_eq!(answer["peers"].as_array().unwrap().len(), 1, "{answer}");
        let summary = &answer["peers"][0];
        assert_eq!(summary["in_sync"], json!(true), "{summary}");
        assert_eq!(summary["entries_sent"], json!(1), "{summary}");
        assert_eq!(summary["entries_received"], json!(1), "{summary}");
    }
}

/// A node of which the test says what it does on each of its connections.
struct Puppet {
    key: SigningKey,
    greeting: Vec<u8>,
}

type Parts = (FrameSender, FrameReceiver, ConnectionHandle);

impl Puppet {
    /// One whose key is lower, or higher, than the node's.
    fn beside(node: &Node, lower: bool) -> Self {
        let member = node.member().unwrap();
        let key = (1..=255_u8)
            .map(|seed| SigningKey::from_bytes(&[seed; 32]))
            .find(|key| (NodeId(key.verifying_key().to_bytes()) < member.node()) == lower)
            .unwrap();
        let hello = Hello {
            oldest: OLDEST_VERSION,
            newest: NEWEST_VERSION,
            network: member.network,
            charter_number: 0,
            charter: VersionId::ZERO,
            digest: Frontier::default().digest(),
            certificate: Vec::new(),
        };
        let greeting = Frame::Hello(hello).encode();
        Self { key, greeting }
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint::bind(&["127.0.0.1:0".parse().unwrap()], &self.key).unwrap()
    }

    /// Greets and waits for the node's greeting.
    async fn greet(&self, connection: Connection) -> Parts {
        let (sender, mut receiver, handle) = connection.into_parts();
        sender.send(self.greeting.clone()).await.unwrap();
        let answer = timeout(ANSWER, receiver.recv()).await;
        let frame = answer.expect("an answer").unwrap().unwrap();
        assert!(matches!(Frame::decode(&frame), Ok(Frame::Hello(_))));
        (sender, receiver, handle)
    }
}

async fn superseded(parts: &Parts) -> bool {
    let reason = timeout(ANSWER, parts.2.closed()).await;
    matches!(
        reason.expect("an end"),
        CloseReason::Peer {
            code: CloseCode::Superseded,
            ..
        }
    )
}

#[test]
fn a_peer_that_is_back_replaces_the_connection_it_does_not_know_of() {
    for lower in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let node = found(folder.path());
        let puppet = Puppet::beside(&node, lower);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let before = puppet.endpoint();
            let addresses = node
                .start(&RunOptions {
                    listen: vec!["127.0.0.1:0".parse().unwrap()],
                    peers: vec![before.local_addresses()[0].into()],
                })
                .unwrap();
            // The node calls; then the peer dies without a word, and calls itself when it is back.
            let dead = puppet.greet(before.accept().await.unwrap()).await;
            sleep(Duration::from_millis(1200)).await;
            let after = puppet.endpoint();
            let member = node.member().unwrap().node();
            let back = after.connect(&addresses, member).await.unwrap();
            let began = Instant::now();
            let back = puppet.greet(back).await;
            assert!(began.elapsed() < Duration::from_millis(900));
            assert!(superseded(&dead).await);
            assert_eq!(back.2.close_reason(), None);
        });
        node.stop();
    }
}

#[test]
fn a_connection_on_which_nobody_greets_replaces_none() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    serve(&node);
    let puppet = Puppet::beside(&node, true);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let endpoint = puppet.endpoint();
        let addresses = node
            .member()
            .unwrap()
            .running()
            .unwrap()
            .addresses()
            .to_vec();
        let member = node.member().unwrap().node();
        let connect = || endpoint.connect(&addresses, member);
        let first = puppet.greet(connect().await.unwrap()).await;
        // The loser of a race, or a second address of the same node.
        let second = connect().await.unwrap();
        sleep(Duration::from_millis(500)).await;
        assert_eq!(first.2.close_reason(), None);
        second.close(CloseCode::Done, "");
        sleep(Duration::from_millis(200)).await;
        assert_eq!(first.2.close_reason(), None);
        // The one it greets on is the one it wants.
        let third = puppet.greet(connect().await.unwrap()).await;
        assert!(superseded(&first).await);
        assert_eq!(third.2.close_reason(), None);
    });
}
