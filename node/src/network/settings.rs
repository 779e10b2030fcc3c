//! The bounds and timers of a connection, in one place, and quinn's configurations made of them.

use std::sync::Arc;
use std::time::Duration;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{IdleTimeout, TransportConfig, VarInt};

use super::identity::{Identity, PeerVerifier};

// The longest frame a trusted peer may send is the protocol's business.
pub use sync_protocol::frame::MAX_FRAME_BYTES;

/// The longest frame accepted until [`super::FrameReceiver::set_limit`] raises the bound, in bytes.
pub const UNTRUSTED_FRAME_BYTES: usize = 16 * 1024;

/// How long [`super::Endpoint::connect`] tries before it gives up.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a frame sender waits for the last frames to be delivered when it is finished.
pub(crate) const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);

/// What may be under way to one peer, unacknowledged, in bytes. A hub with 200 slow peers holds
/// 200 times this at worst; on a line of 300 ms it still allows 28 Mbit/s.
const SEND_WINDOW_BYTES: u64 = 1 << 20;

/// What a trusted peer may send ahead of our reading, in bytes.
const RECEIVE_WINDOW_BYTES: u32 = 4 << 20;

/// What a peer may send ahead of our reading before it is trusted, in bytes: a stranger cannot make
/// us hold more. More than slow start sends in the first three round trips, so that it costs no
/// time.
const UNTRUSTED_WINDOW_BYTES: u32 = 128 * 1024;

const KEEP_ALIVE: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT_MS: u32 = 30_000;

/// Incoming connection attempts that quinn holds for us until we look at them, and the bytes it
/// may buffer for each and for all.
const MAX_UNSEEN_ATTEMPTS: usize = 64;
const UNSEEN_ATTEMPT_BYTES: u64 = 16 * 1024;
const UNSEEN_ATTEMPTS_BYTES: u64 = 512 * 1024;

/// The connection-wide receive window of a peer that may send frames of `limit` bytes.
pub(crate) fn receive_window(limit: usize) -> VarInt {
    let bytes = if limit > UNTRUSTED_FRAME_BYTES {
        RECEIVE_WINDOW_BYTES
    } else {
        UNTRUSTED_WINDOW_BYTES
    };
    VarInt::from_u32(bytes)
}

fn transport() -> Arc<TransportConfig> {
    let mut transport = TransportConfig::default();
    transport
        .max_concurrent_uni_streams(VarInt::from_u32(1))
        .max_concurrent_bidi_streams(VarInt::from_u32(0))
        .datagram_receive_buffer_size(None)
        .keep_alive_interval(Some(KEEP_ALIVE))
        .max_idle_timeout(Some(IdleTimeout::from(VarInt::from_u32(IDLE_TIMEOUT_MS))))
        .stream_receive_window(VarInt::from_u32(RECEIVE_WINDOW_BYTES))
        .receive_window(VarInt::from_u32(UNTRUSTED_WINDOW_BYTES))
        .send_window(SEND_WINDOW_BYTES)
        // 1,200 bytes pass wherever QUIC passes. Probing for larger datagrams cost 3 KB each way
        // after every handshake, ten times a reconnection with nothing new, and won no throughput
        // that could be measured on loopback.
        .initial_mtu(1200)
        .mtu_discovery_config(None);
    Arc::new(transport)
}

/// The configuration of the listening side.
pub(crate) fn server(identity: &Identity) -> quinn::ServerConfig {
    let crypto = QuicServerConfig::try_from(identity.server_tls())
        .expect("the ring provider has TLS13_AES_128_GCM_SHA256");
    let mut config = quinn::ServerConfig::with_crypto(Arc::new(crypto));
    // No NEW_TOKEN: nothing links one connection of a node with its next.
    config.validation_token.sent(0);
    config
        .transport_config(transport())
        .max_incoming(MAX_UNSEEN_ATTEMPTS)
        .incoming_buffer_size(UNSEEN_ATTEMPT_BYTES)
        .incoming_buffer_size_total(UNSEEN_ATTEMPTS_BYTES);
    config
}

/// The configuration of one attempt to connect to the peer that `verifier` expects.
pub(crate) fn client(identity: &Identity, verifier: Arc<PeerVerifier>) -> quinn::ClientConfig {
    client_with(identity.client_tls(verifier))
}

/// [`client`] over a TLS configuration of one's own.
pub(crate) fn client_with(tls: rustls::ClientConfig) -> quinn::ClientConfig {
    let crypto =
        QuicClientConfig::try_from(tls).expect("the ring provider has TLS13_AES_128_GCM_SHA256");
    let mut config = quinn::ClientConfig::new(Arc::new(crypto));
    config
        .token_store(Arc::new(quinn::NoneTokenStore))
        .transport_config(transport());
    config
}
