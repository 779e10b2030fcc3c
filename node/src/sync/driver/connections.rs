//! Connections: made, met, kept apart from their doubles, lost.

use std::sync::Arc;
use std::time::Instant;

use sync_protocol::admission::Exporter;
use sync_protocol::engine::{Input, SessionId, SessionView};
use sync_protocol::frame::MAX_STRANGER_FRAME_BYTES;
use sync_protocol::id::NodeId;
use sync_protocol::time::Timestamp;
use tokio::sync::mpsc;

use crate::network::{
    Attempt, CloseCode, CloseReason, Connection, DiscoveryEvent, Endpoint, PeerAddress, Target,
    keeps_duplicate, resolve_all,
};
use crate::sync::link::{Gate, Link};
use crate::sync::report::{Failure, Spent};

use super::doubles::{Candidate, yields};
use super::{Driver, Signal, clock};

/// How many calls may be under way at once.
const CALLS: usize = 16;
/// With so many connections a node no longer calls members it only heard of: partners then reach
/// each other through those, and the network does not become a full mesh.
const ENOUGH_CONNECTIONS: usize = 3;
impl Driver {
    /// A connection is there: the peer's, or one that this node began to dial at `began`.
    pub(super) fn connected(&mut self, connection: Connection, began: Option<Timestamp>) {
        let peer = connection.peer();
        if peer == self.me {
            connection.close(CloseCode::Superseded, "this is the node itself");
            self.dialer.forget(&Target::Node(peer));
            return;
        }
        let standing = self.standing_with(&peer);
        let link = standing.as_ref().and_then(|(id, _)| self.links.get(id));
        if let (Some((_, view)), Some(link), Some(began)) = (&standing, link, began) {
            let lower = keeps_duplicate(&self.me, &peer, true);
            if link.is_open() && yields(began, view.since, link.initiated, lower) {
                connection.close(CloseCode::Superseded, "another connection stands");
                return;
            }
        }
        let session = SessionId(self.next_session);
        self.next_session += 1;
        let exporter = connection.exporter();
        let stranger = Gate {
            open: true,
            limit: MAX_STRANGER_FRAME_BYTES,
        };
        let link = Link::start(connection, session, self.signals.clone(), stranger);
        if standing.is_some() && began.is_none() {
            self.wait_beside(session, Candidate::new(peer, exporter, link));
        } else {
            self.stand(session, peer, exporter, link);
        }
    }

    /// The session with a peer, if there is one.
    pub(super) fn standing_with(&self, peer: &NodeId) -> Option<(SessionId, SessionView)> {
        self.engine.sessions().find(|(_, view)| view.peer == *peer)
    }

    /// Makes a connection the one with its peer.
    pub(super) fn stand(
        &mut self,
        session: SessionId,
        peer: NodeId,
        exporter: Exporter,
        link: Link,
    ) {
        if let Some((replaced, view)) = self.standing_with(&peer) {
            self.engine
                .handle(clock(), Input::Disconnected { session: replaced });
            if let Some(link) = self.links.remove(&replaced) {
                self.note_spent(&view, &link);
                link.close(CloseCode::Superseded, "another connection stands".into());
            }
        }
        self.engine.handle(
            clock(),
            Input::Connected {
                session,
                peer,
                exporter,
            },
        );
        self.links.insert(session, link);
    }

    /// Whether what became of a session is kept: of strangers there may be any number.
    fn remembers(&self, view: &SessionView) -> bool {
        let known = |target: &Target| *target == Target::Node(view.peer);
        view.structure.is_some() || self.dialer.targets().any(known)
    }

    /// Keeps what a session cost that is over.
    fn note_spent(&mut self, view: &SessionView, link: &Link) {
        if self.remembers(view) {
            let spent = self.spent.entry(view.peer).or_default();
            *spent = spent.plus(Spent::of(view, link));
        }
    }

    pub(super) fn gone(&mut self, session: SessionId, reason: &CloseReason) {
        self.candidates.remove(&session);
        let Some(link) = self.links.remove(&session) else {
            return;
        };
        if let Some(view) = self.engine.session(session) {
            let peer = view.peer;
            self.note_spent(&view, &link);
            let remembered = self.remembers(&view);
            let target = Target::Node(peer);
            let quiet = matches!(reason, CloseReason::Local)
                || matches!(
                    reason,
                    CloseReason::Peer {
                        code: CloseCode::Done | CloseCode::Stopping | CloseCode::Superseded,
                        ..
                    }
                );
            if !quiet && remembered {
                let failure = Failure {
                    code: reason.code(),
                    args: reason.args(),
                    message: reason.to_string(),
                };
                self.failures.entry(target).or_insert(failure);
            }
            if remembered {
                self.ended.insert(peer, view);
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
            let began = clock();
            tokio::spawn(async move {
                let result = call(&endpoint, &target, &addresses).await;
                let called = Signal::Called {
                    target,
                    began,
                    result,
                };
                let _ = signals.send(called).await;
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
