//! A standing connection with a peer whose key is proven.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use quinn::rustls::pki_types::CertificateDer;
use sync_protocol::id::NodeId;

use super::address::canonical;
use super::gate::ConnectionPass;
use super::identity::{EXPORTER_LABEL, presented_node};
use super::{CloseCode, CloseReason, FrameReceiver, FrameSender};

/// A connection on which nothing was said yet.
#[derive(Debug)]
pub struct Connection {
    peer: NodeId,
    remote: SocketAddr,
    initiated: bool,
    exporter: [u8; 32],
    link: Arc<Link>,
}

/// What the parts of one connection share; the connection is closed with the last of them.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) quinn: quinn::Connection,
    _pass: Option<ConnectionPass>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.quinn.close(CloseCode::Done.to_wire(), b"");
    }
}

impl Connection {
    /// Takes over a finished handshake; `None` if the peer proved no key.
    pub(crate) fn new(
        quinn: quinn::Connection,
        initiated: bool,
        pass: Option<ConnectionPass>,
    ) -> Option<Self> {
        let keys = quinn
            .peer_identity()?
            .downcast::<Vec<CertificateDer<'static>>>()
            .ok()?;
        let peer = presented_node(keys.first()?).ok()?;
        let mut exporter = [0; 32];
        quinn
            .export_keying_material(&mut exporter, EXPORTER_LABEL, b"")
            .ok()?;
        let remote = canonical(quinn.remote_address());
        let link = Arc::new(Link { quinn, _pass: pass });
        Some(Self {
            peer,
            remote,
            initiated,
            exporter,
            link,
        })
    }

    /// The node at the other end.
    #[must_use]
    pub fn peer(&self) -> NodeId {
        self.peer
    }

    /// Where the peer's datagrams come from.
    #[must_use]
    pub fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// Whether this node opened the connection.
    #[must_use]
    pub fn initiated(&self) -> bool {
        self.initiated
    }

    /// A secret of this very connection, equal at both ends and unknown to anybody else: what is
    /// computed over it is worth nothing on another connection. Spec: docs/protocol.md, "Joining".
    #[must_use]
    pub fn exporter(&self) -> [u8; 32] {
        self.exporter
    }

    /// Splits into the two directions and the handle. Must be called within a tokio runtime.
    ///
    /// The connection is closed once all three are gone; to let last frames arrive, await
    /// [`FrameSender::finish`] first.
    #[must_use]
    pub fn into_parts(self) -> (FrameSender, FrameReceiver, ConnectionHandle) {
        let (sender, receiver) = (
            FrameSender::start(&self.link),
            FrameReceiver::start(&self.link),
        );
        (sender, receiver, ConnectionHandle { link: self.link })
    }

    /// What carries the connection, for tests that misbehave on it.
    #[cfg(test)]
    pub(crate) fn raw(&self) -> quinn::Connection {
        self.link.quinn.clone()
    }

    /// Closes the connection before anything is said.
    pub fn close(self, code: CloseCode, text: &str) {
        self.link.quinn.close(code.to_wire(), text.as_bytes());
    }
}

/// What a connection has cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionStats {
    /// UDP payload bytes sent, handshake and repetitions included.
    pub udp_bytes_sent: u64,
    /// UDP payload bytes received.
    pub udp_bytes_received: u64,
    /// UDP datagrams sent.
    pub datagrams_sent: u64,
    /// UDP datagrams received.
    pub datagrams_received: u64,
    /// Packets that were lost and repeated.
    pub packets_lost: u64,
    /// The current estimate of the round trip.
    pub round_trip: Duration,
}

/// Watches and ends a connection; cheap to clone.
#[derive(Clone, Debug)]
pub struct ConnectionHandle {
    link: Arc<Link>,
}

impl ConnectionHandle {
    /// Ends the connection at once; frames under way may be lost. The text is for people.
    pub fn close(&self, code: CloseCode, text: &str) {
        self.link.quinn.close(code.to_wire(), text.as_bytes());
    }

    /// Waits for the end of the connection. Cancel safe.
    pub async fn closed(&self) -> CloseReason {
        CloseReason::from_quinn(&self.link.quinn.closed().await)
    }

    /// Why the connection ended, if it did.
    #[must_use]
    pub fn close_reason(&self) -> Option<CloseReason> {
        self.link
            .quinn
            .close_reason()
            .map(|error| CloseReason::from_quinn(&error))
    }

    /// Where the peer's datagrams come from now: a peer may move to another network.
    #[must_use]
    pub fn remote(&self) -> SocketAddr {
        canonical(self.link.quinn.remote_address())
    }

    /// What the connection has cost so far.
    #[must_use]
    pub fn stats(&self) -> ConnectionStats {
        let stats = self.link.quinn.stats();
        ConnectionStats {
            udp_bytes_sent: stats.udp_tx.bytes,
            udp_bytes_received: stats.udp_rx.bytes,
            datagrams_sent: stats.udp_tx.datagrams,
            datagrams_received: stats.udp_rx.datagrams,
            packets_lost: stats.path.lost_packets,
            round_trip: stats.path.rtt,
        }
    }
}
