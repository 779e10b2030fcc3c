//! Connections to other nodes: QUIC, and the discovery of neighbours on the local network.
//!
//! An [`Endpoint`] listens and dials. Both ends of a [`Connection`] have proved their node key, so
//! [`Connection::peer`] can be relied upon; whether that node may take part is decided by what
//! runs over it, from the first frame on, and until then everything here is bounded tightly.
//! A connection carries frames, in order, on one stream a direction ([`FrameSender`],
//! [`FrameReceiver`]). [`Discovery`] finds neighbours by multicast DNS. The [`Dialer`] decides whom
//! to try and when; it does no I/O.
//!
//! This is the only module that names quinn, rustls, mdns-sd and if-addrs. Spec: docs/protocol.md,
//! "Transport".

mod address;
mod backoff;
mod close;
mod connection;
mod dialer;
mod discovery;
mod endpoint;
mod error;
mod framing;
mod gate;
mod identity;
mod interfaces;
mod neighbours;
mod probe;
mod race;
mod settings;
mod sockets;

#[cfg(test)]
mod tests;

pub use address::{DEFAULT_PORT, PeerAddress, resolve, resolve_all};
pub use backoff::Backoff;
pub use close::{CloseCode, CloseReason};
pub use connection::{Connection, ConnectionHandle, ConnectionStats};
pub use dialer::{Attempt, Dialer, Target, keeps_duplicate};
pub use discovery::{Discovery, DiscoveryEvent, DiscoveryWarning};
pub use endpoint::{Endpoint, EndpointLoad};
pub use error::{AddressError, BindError, ConnectError, ReceiveError, SendError, SilenceCause};
pub use framing::{FrameReceiver, FrameSender};
pub use gate::Limits;
pub use interfaces::reachable;
pub use neighbours::Neighbour;
pub use settings::{MAX_FRAME_BYTES, UNTRUSTED_FRAME_BYTES};
