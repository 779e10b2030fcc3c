//! How every peer stands, for those who wait for it or ask.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sync_protocol::engine::{SessionId, SessionView};
use sync_protocol::id::NodeId;

use crate::network::Target;
use crate::sync::reconcile::Standing;
use crate::sync::report::{Failure, PeerState, PeerSummary, Spent, SyncState};

use super::{Driver, clock};

impl Driver {
    pub(super) fn review(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        let now = Instant::now();
        waiting.retain_mut(|reconciliation| !reconciliation.review(self.standings(), now));
        self.waiting = waiting;
    }

    fn standings(&self) -> Vec<Standing> {
        let mut standings = Vec::new();
        let fetching = self.taking_blobs > 0 || self.engine.fetches_blobs();
        for target in self.dialer.targets() {
            let session = match target {
                Target::Node(node) => self.engine.sessions().find(|(_, it)| it.peer == *node),
                Target::Address(_) => None,
            };
            let failure = self.failures.get(target).cloned();
            let hopeful = failure.is_none();
            standings.push(Standing {
                target: target.clone(),
                summary: self.summary(target, session, failure),
                hopeful,
                fetching,
            });
        }
        for (session, view) in self.engine.sessions() {
            let target = Target::Node(view.peer);
            if !self.dialer.targets().any(|known| *known == target) {
                let summary = self.summary(&target, Some((session, view)), None);
                standings.push(Standing {
                    target,
                    summary,
                    hopeful: true,
                    fetching,
                });
            }
        }
        standings
    }

    fn summary(
        &self,
        target: &Target,
        session: Option<(SessionId, SessionView)>,
        failure: Option<Failure>,
    ) -> PeerSummary {
        let (node, address) = match target {
            Target::Node(node) => (Some(*node), self.dialer.addresses(target).first().cloned()),
            Target::Address(address) => (None, Some(address.clone())),
        };
        let spent = node.map(|node| self.spent_with(&node)).unwrap_or_default();
        let ended = node.and_then(|node| self.ended.get(&node));
        let view = session.map(|(_, view)| view).or_else(|| ended.cloned());
        let elapsed = view
            .as_ref()
            .map_or(Duration::ZERO, |it| clock().since(it.since));
        PeerSummary {
            node,
            address: address.map(|address| address.to_string()),
            structure: view.as_ref().and_then(|view| view.structure),
            traffic: spent.traffic,
            udp_bytes: spent.udp_bytes,
            elapsed,
            in_sync: view.is_some_and(|view| view.in_sync),
            failure,
        }
    }

    /// What went over the line with a peer, on the standing connection and on those before.
    fn spent_with(&self, peer: &NodeId) -> Spent {
        let over = self.spent.get(peer).copied().unwrap_or_default();
        let standing = self
            .standing_with(peer)
            .and_then(|(id, view)| Some(Spent::of(&view, self.links.get(&id)?)));
        over.plus(standing.unwrap_or_default())
    }

    pub(super) fn all_spent(&self) -> BTreeMap<NodeId, Spent> {
        let connected = self.engine.sessions().map(|(_, view)| view.peer);
        connected
            .chain(self.spent.keys().copied())
            .map(|peer| (peer, self.spent_with(&peer)))
            .collect()
    }

    pub(super) fn state(&self) -> SyncState {
        let mut peers = Vec::new();
        for standing in self.standings() {
            let node = standing.summary.node;
            let session = self
                .engine
                .sessions()
                .find(|(_, view)| Some(view.peer) == node);
            let mut addresses: Vec<String> = self
                .dialer
                .addresses(&standing.target)
                .iter()
                .map(ToString::to_string)
                .collect();
            let remote = session.as_ref().and_then(|(id, _)| self.links.get(id));
            if let Some(link) = remote {
                let remote = link.handle.remote().to_string();
                addresses.retain(|address| *address != remote);
                addresses.insert(0, remote);
            }
            let view = session.map(|(_, view)| view);
            peers.push(PeerState {
                node,
                structure: view.as_ref().and_then(|view| view.structure),
                addresses,
                connected: view.as_ref().is_some_and(|view| view.structure.is_some()),
                in_sync: view.as_ref().is_some_and(|view| view.in_sync),
                missing_there: view.as_ref().map_or(0, |view| view.missing_there),
                traffic: view.map(|view| view.traffic).unwrap_or_default(),
                failure: standing.summary.failure,
            });
        }
        SyncState {
            peers,
            listening: self.addresses(),
            warnings: self.warnings.clone(),
        }
    }
}
