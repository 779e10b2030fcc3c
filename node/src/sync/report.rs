//! What people and scripts learn of synchronisation.

use std::time::Duration;

use sync_protocol::engine::Traffic;
use sync_protocol::frame::ByeReason;
use sync_protocol::id::{NodeId, StructureId};

/// From when on the traffic of a reconciliation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From the start of synchronisation, which was started for this: on a fast line the peer may
    /// have answered before the wait for it begins.
    Start,
    /// From now on: connections stood before.
    Now,
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
