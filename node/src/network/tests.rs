//! Endpoints against each other on this machine, well-behaved and not.

use std::net::SocketAddr;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use sync_protocol::id::NodeId;
use tokio::time::timeout;

use super::{Connection, ConnectionHandle, Endpoint, FrameReceiver, FrameSender, Limits};

mod errors;
mod figures;
mod frames;
mod handshakes;
mod strangers;

type Parts = (FrameSender, FrameReceiver, ConnectionHandle);

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn node(number: u8) -> NodeId {
    NodeId(key(number).verifying_key().to_bytes())
}

fn endpoint(number: u8) -> Endpoint {
    endpoint_on(number, "127.0.0.1:0").unwrap()
}

fn endpoint_on(number: u8, address: &str) -> Option<Endpoint> {
    match Endpoint::bind(&[address.parse().unwrap()], &key(number)) {
        Ok(endpoint) => Some(endpoint),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

fn limited(number: u8, limits: Limits) -> Endpoint {
    Endpoint::bind_with(&["127.0.0.1:0".parse().unwrap()], &key(number), limits).unwrap()
}

fn address(endpoint: &Endpoint) -> SocketAddr {
    endpoint.local_addresses()[0]
}

/// Connects nodes 1 and 2; the first of the pair opened the connection.
async fn pair() -> ((Endpoint, Connection), (Endpoint, Connection)) {
    let (one, two) = (endpoint(1), endpoint(2));
    let addresses = [address(&two)];
    let (dialed, accepted) = tokio::join!(one.connect(&addresses, node(2)), two.accept());
    ((one, dialed.unwrap()), (two, accepted.unwrap()))
}

/// [`pair`] split into parts, the endpoints kept alive beside.
async fn parts() -> (Parts, Parts, (Endpoint, Endpoint)) {
    let ((one, dialed), (two, accepted)) = pair().await;
    (dialed.into_parts(), accepted.into_parts(), (one, two))
}

/// Fails a test that would hang.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), future)
        .await
        .expect("took too long")
}
