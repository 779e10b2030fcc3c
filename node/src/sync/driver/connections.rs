//! Connections: made, met, kept apart from their doubles, lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sync_protocol::engine::{Input, SessionId};
use sync_protocol::id::NodeId;
use tokio::sync::mpsc;

use crate::network::{
    Attempt, CloseCode, CloseReason, Connection, DiscoveryEvent, Endpoint, PeerAddress, Target,
    keeps_duplicate, resolve_all,
};
use crate::sync::link::{Gate, Link};
use crate::sync::report::Failure;

use super::{Driver, Signal, clock};

/// How many calls may be under way at once.
const CALLS: usize = 16;
/// With so many connections a node no longer calls members it only heard of: partners then reach
/// each other through those, and the network does not become a full mesh.
const ENOUGH_CONNECTIONS: usize = 3;
/// Two connections that stand this close together were dialed by both ends at once.
const SIMULTANEOUS: Duration = Duration::from_secs(5);

impl Driver {
    pub(super) fn connected(&mut self, connection: Connection) {
        let peer = connection.peer();
        if peer == self.me {
            connection.close(CloseCode::Superseded, "this is the node itself");
            self.dialer.forget(&Target::Node(peer));
            return;
        }
        let standing = self.engine.sessions().find(|(_, view)| view.peer == peer);
        if let Some((session, view)) = standing {
            let both_dialed = self
                .links
                .get(&session)
                .is_some_and(|link| link.initiated != connection.initiated());
            let young = clock().since(view.since) < SIMULTANEOUS;
            if both_dialed && young && !keeps_duplicate(&self.me, &peer, connection.initiated()) {
                connection.close(CloseCode::Superseded, "another connection stands");
                return;
            }
            // The peer was restarted, or both called at once and this is the one to keep.
            self.engine.handle(clock(), Input::Disconnected { session });
            if let Some(link) = self.links.remove(&session) {
                link.close(CloseCode::Superseded, "another connection stands".into());
            }
        }
        let session = SessionId(self.next_session);
        self.next_session += 1;
        let exporter = connection.exporter();
        self.engine.handle(
            clock(),
            Input::Connected {
                session,
                peer,
                exporter,
            },
        );
        let gate = Gate {
            open: true,
            limit: self.engine.frame_limit(session),
        };
        let link = Link::start(connection, session, self.signals.clone(), gate);
        self.links.insert(session, link);
    }

    pub(super) fn gone(&mut self, session: SessionId, reason: &CloseReason) {
        let Some(link) = self.links.remove(&session) else {
            return;
        };
        if let Some(view) = self.engine.session(session) {
            let peer = view.peer;
            let stats = link.handle.stats();
            self.ended.insert(
                peer,
                (view, (stats.udp_bytes_sent, stats.udp_bytes_received)),
            );
            let target = Target::Node(peer);
            let quiet = matches!(reason, CloseReason::Local)
                || matches!(
                    reason,
                    CloseReason::Peer {
                        code: CloseCode::Done | CloseCode::Stopping,
                        ..
                    }
                );
            if !quiet {
                let failure = Failure {
                    code: reason.code(),
                    args: reason.args(),
                    message: reason.to_string(),
                };
                self.failures.entry(target).or_insert(failure);
            }
            self.engine.handle(clock(), Input::Disconnected { session });
            self.dialer.disconnected(peer, Instant::now());
            self.learn_addresses();
        }
    }

    pub(super) fn discovered(&mut self, event: DiscoveryEvent) {
        match event {
            DiscoveryEvent::Found(neighbour) if self.host.is_member(&neighbour.node) => {
                let addresses: Vec<PeerAddress> = neighbour
                    .addresses
                    .into_iter()
                    .map(PeerAddress::from)
                    .collect();
                self.dialer
                    .learn(Target::Node(neighbour.node), &addresses, Instant::now());
            }
            DiscoveryEvent::Found(_) | DiscoveryEvent::Lost(_) => {}
            DiscoveryEvent::Warning(warning) => {
                let (code, args) = (warning.code(), warning.args());
                self.warnings.retain(|known| known.code != code);
                self.warnings.push(Failure {
                    code,
                    args,
                    message: warning.to_string(),
                });
            }
        }
    }

    /// Takes up what members said of their addresses, while there are few connections.
    pub(super) fn learn_addresses(&mut self) {
        if self.links.len() >= ENOUGH_CONNECTIONS {
            return;
        }
        let now = Instant::now();
        for (node, texts) in self.host.known_addresses() {
            let addresses: Vec<PeerAddress> =
                texts.iter().filter_map(|text| text.parse().ok()).collect();
            let wanted = node != self.me && self.only.is_none_or(|only| only == node);
            if wanted && !addresses.is_empty() {
                self.dialer.learn(Target::Node(node), &addresses, now);
            }
        }
    }

    pub(super) fn call_due(&mut self) {
        for Attempt { target, addresses } in self.dialer.due(Instant::now(), CALLS) {
            let connected = |node: &NodeId| self.engine.sessions().any(|(_, it)| it.peer == *node);
            if let Target::Node(node) = &target
                && (*node == self.me || connected(node))
            {
                self.dialer
                    .connected(Some(&target), *node, None, Instant::now());
                continue;
            }
            let endpoint = Arc::clone(&self.endpoint);
            let signals = self.signals.clone();
            tokio::spawn(async move {
                let result = call(&endpoint, &target, &addresses).await;
                let _ = signals.send(Signal::Called { target, result }).await;
            });
        }
    }
}

pub(super) async fn accept(endpoint: Arc<Endpoint>, signals: mpsc::Sender<Signal>) {
    while let Some(connection) = endpoint.accept().await {
        if signals.send(Signal::Arrived(connection)).await.is_err() {
            return;
        }
    }
}

async fn call(
    endpoint: &Endpoint,
    target: &Target,
    addresses: &[PeerAddress],
) -> Result<Connection, Failure> {
    let resolved = resolve_all(addresses).await.map_err(|error| Failure {
        code: error.code(),
        args: error.args(),
        message: error.to_string(),
    })?;
    let answer = match (target, resolved.first()) {
        (Target::Node(node), _) => endpoint.connect(&resolved, *node).await,
        (Target::Address(_), Some(first)) => endpoint.connect_any(*first).await,
        (Target::Address(_), None) => Err(crate::network::ConnectError::NoAddress),
    };
    answer.map_err(|error| Failure {
        code: error.code(),
        args: error.args(),
        message: error.to_string(),
    })
}
