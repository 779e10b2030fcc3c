//! What people and scripts learn of synchronisation.

use std::time::Duration;

use sync_protocol::engine::{SessionView, Traffic};
use sync_protocol::frame::ByeReason;
use sync_protocol::id::{NodeId, StructureId};

use super::link::Link;

/// From when on the traffic of a reconciliation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From the start of synchronisation, which was started for this: on a fast line the peer may
    /// have answered before the wait for it begins.
    Start,
    /// From now on: connections stood before.
    Now,
}

/// What went over the line with one peer, on all connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spent {
    pub(super) traffic: Traffic,
    pub(super) udp_bytes: (u64, u64),
}

impl Spent {
    /// What one session cost.
    pub(super) fn of(view: &SessionView, link: &Link) -> Self {
        let stats = link.handle.stats();
        Self {
            traffic: view.traffic,
            udp_bytes: (stats.udp_bytes_sent, stats.udp_bytes_received),
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        self.each(other, u64::saturating_add, u32::saturating_add)
    }

    pub(super) fn minus(self, other: Self) -> Self {
        self.each(other, u64::saturating_sub, u32::saturating_sub)
    }

    fn each(self, other: Self, long: fn(u64, u64) -> u64, short: fn(u32, u32) -> u32) -> Self {
        let (one, two) = (self.traffic, other.traffic);
        let mut traffic = one;
        traffic.bytes_sent = long(one.bytes_sent, two.bytes_sent);
        traffic.bytes_received = long(one.bytes_received, two.bytes_received);
        traffic.entries_sent = long(one.entries_sent, two.entries_sent);
        traffic.entries_received = long(one.entries_received, two.entries_received);
        traffic.round_trips = short(one.round_trips, two.round_trips);
        let ((a, b), (c, d)) = (self.udp_bytes, other.udp_bytes);
        let udp_bytes = (long(a, c), long(b, d));
        Self { traffic, udp_bytes }
    }
}

/// The outcome of one reconciliation with one peer.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerSummary {
    /// The node, once it is known.
    pub node: Option<NodeId>,
    /// Where it was called, for a peer that did not answer.
    pub address: Option<String>,
    /// Its structure.
    pub structure: Option<StructureId>,
    /// What went over the line.
    pub traffic: Traffic,
    /// UDP bytes sent and received, handshake included.
    pub udp_bytes: (u64, u64),
    /// How long it took from being connected.
    pub elapsed: Duration,
    /// Both ends hold the same.
    pub in_sync: bool,
    /// Why not, as a code of the network's or the protocol's errors.
    pub failure: Option<Failure>,
}

/// Why a peer is not in step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Stable name.
    pub code: &'static str,
    /// Facts.
    pub args: Vec<(&'static str, String)>,
    /// English fallback.
    pub message: String,
}

impl Failure {
    /// The peer, or this node, ended the session for this reason.
    pub(super) fn bye(reason: ByeReason, by_peer: bool, detail: &str) -> Self {
        let code = match reason {
            ByeReason::Done => "peer_left",
            ByeReason::OtherNetwork => "peer_other_network",
            ByeReason::Version => "peer_other_version",
            ByeReason::NotAdmitted if by_peer => "not_admitted_yet",
            ByeReason::NotAdmitted => "peer_not_admitted",
            ByeReason::Misbehaved => "peer_misbehaved",
            ByeReason::LocalFailure if by_peer => "peer_store_failed",
            ByeReason::LocalFailure => "store_failed",
            ByeReason::Busy => "peer_busy",
            ByeReason::Other(_) => "peer_left",
        };
        Self {
            code,
            args: vec![("detail", detail.to_owned())],
            message: detail.to_owned(),
        }
    }
}

/// What is known of one peer.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerState {
    /// The node, once it is known.
    pub node: Option<NodeId>,
    /// Its structure, once it is trusted.
    pub structure: Option<StructureId>,
    /// Where it is called or connected.
    pub addresses: Vec<String>,
    /// Whether a connection stands.
    pub connected: bool,
    /// Both ends hold the same.
    pub in_sync: bool,
    /// Entries held here that it is not known to hold.
    pub missing_there: u64,
    /// What went over the standing connection.
    pub traffic: Traffic,
    /// The last failure, if nothing succeeded since.
    pub failure: Option<Failure>,
}

/// What is known of all peers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncState {
    /// One for each peer.
    pub peers: Vec<PeerState>,
    /// Where this node listens.
    pub listening: Vec<std::net::SocketAddr>,
    /// Warnings of discovery, as code, facts and English text.
    pub warnings: Vec<Failure>,
}
