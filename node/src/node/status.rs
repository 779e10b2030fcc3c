//! `status`: is my work safe, and with whom?

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sync_protocol::id::NodeId;

use crate::api::{ApiError, Detail};
use crate::replica::NEEDS_NEWER_VERSION;
use crate::sync::{PeerState, SyncState};

use super::charter::words;
use super::errors::detail_of_failure;
use super::member::Member;
use super::{Outcome, clock};

/// Name of the store's value that holds when peers were last heard of.
const SEEN: &str = "peers/seen";

impl Member {
    /// `status`.
    pub(super) fn status(&self) -> Outcome {
        let state = self.running().map(|running| running.state());
        let running = state.is_some();
        let mut state = state.unwrap_or_default();
        // Whoever called here and is not of the network is nobody's partner.
        state.peers.retain(|peer| {
            let called = !peer.addresses.is_empty();
            called
                || peer
                    .node
                    .is_none_or(|node| self.structure_of(&node).is_some())
        });
        let counts = self.reader.counts()?;
        let frontier = self.journals.frontier();
        let stats = self.journals.stats();
        let own_tip = frontier.tip(&self.me).seq;
        let mut peers = self.peers_of(&state, own_tip)?;
        let member = self.charter().member(&self.structure).is_some();
        let silence = self.silence(&state, running)?;
        let mut warnings =
            self.warnings(&state, self.writes_nothing(), counts.quarantined, silence);
        warnings.extend(self.of_newer_version()?);
        let (blobs, blob_warnings) = self.blob_status()?;
        warnings.extend(blob_warnings);
        if blobs["waiting"].as_u64() != Some(0) {
            // Whoever lacks files that it should hold is in sync with nobody.
            for peer in &mut peers {
                peer["in_sync"] = json!(false);
            }
        }
        Ok(json!({
            "network": self.network.to_string(),
            "network_name": self.network_name(),
            "node": self.me.to_string(),
            "structure": self.structure.to_string(),
            "structure_name": self.structure_name(),
            "member": member,
            "running": running,
            "listening": state.listening.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "records": counts.records,
            "removed": counts.removed,
            "entries": frontier.entries(),
            "conflicting": counts.conflicting,
            "collections": counts.collections.iter().cloned().collect::<BTreeMap<String, u64>>(),
            "frontier_digest": hex(&frontier.digest().0),
            "view_digest": hex(&self.reader.digest()?.0),
            "pending": counts.pending,
            "refused": counts.refused,
            "outbox": self.waiting_in_outbox(),
            "blobs": blobs,
            "disk_bytes": stats.disk_bytes,
            "engine": stats.engine,
            "peers": peers,
            "warnings": warnings,
        }))
    }

    /// That entries are held which only a newer version understands.
    fn of_newer_version(&self) -> Result<Option<Detail>, ApiError> {
        let count = self.reader.count_refused(NEEDS_NEWER_VERSION)?;
        Ok((count > 0).then(|| Detail {
            code: "needs_newer_version".to_owned(),
            args: [("count".to_owned(), count.to_string())].into(),
            message: "entries are held that need a newer version".to_owned(),
            ..Detail::default()
        }))
    }

    /// Every other node of the network, and every address that was tried in vain.
    fn peers_of(&self, state: &SyncState, own_tip: u64) -> Result<Vec<Value>, ApiError> {
        let holders = self.holders();
        let mut seen = self.seen()?;
        let now = clock::instant().to_string();
        let connected = state.peers.iter().filter(|peer| peer.connected);
        seen.extend(connected.filter_map(|peer| Some((peer.node?.to_string(), now.clone()))));
        let mut nodes: Vec<NodeId> = self
            .charter()
            .nodes()
            .map(|(node, _)| *node)
            .filter(|it| *it != self.me)
            .collect();
        nodes.extend(state.peers.iter().filter_map(|peer| peer.node));
        nodes.sort_unstable();
        nodes.dedup();
        let announced = self.addresses();
        let mut peers = Vec::new();
        for node in nodes.into_iter().filter(|it| *it != self.me) {
            let live = state.peers.iter().find(|peer| peer.node == Some(node));
            let held = holders.get(&node.prefix()).copied().unwrap_or(0);
            let addresses = live
                .map(|peer| peer.addresses.clone())
                .or_else(|| announced.get(&node).cloned())
                .unwrap_or_default();
            peers.push(self.peer_of(Some(node), live, addresses, held, own_tip, &seen));
        }
        for peer in state.peers.iter().filter(|peer| peer.node.is_none()) {
            peers.push(self.peer_of(None, Some(peer), peer.addresses.clone(), 0, own_tip, &seen));
        }
        Ok(peers)
    }

    fn peer_of(
        &self,
        node: Option<NodeId>,
        live: Option<&PeerState>,
        addresses: Vec<String>,
        held: u64,
        own_tip: u64,
        seen: &BTreeMap<String, String>,
    ) -> Value {
        let structure = live
            .and_then(|peer| peer.structure)
            .or_else(|| node.and_then(|node| self.structure_of(&node)));
        json!({
            "node": node.map(|node| node.to_string()),
            "structure": structure.map(|it| it.to_string()),
            "name": structure.map(|it| self.name_of(&it)),
            "addresses": addresses,
            "connected": live.is_some_and(|peer| peer.connected),
            "in_sync": live.is_some_and(|peer| peer.in_sync),
            "last_seen": node.and_then(|node| seen.get(&node.to_string()).cloned()),
            "holds_my_edits": own_tip > 0 && held >= own_tip,
            "missing_there": own_tip.saturating_sub(held),
            "traffic": live.filter(|peer| peer.connected).map(|peer| json!({
                "round_trips": peer.traffic.round_trips,
                "bytes_sent": peer.traffic.bytes_sent,
                "bytes_received": peer.traffic.bytes_received,
                "entries_sent": peer.traffic.entries_sent,
                "entries_received": peer.traffic.entries_received,
            })),
            "failure": live.and_then(|peer| peer.failure.as_ref()).map(detail_of_failure),
        })
    }

    /// When peers were last heard of, by node.
    fn seen(&self) -> Result<BTreeMap<String, String>, ApiError> {
        let stored = self.journals.get_meta(SEEN)?;
        Ok(stored
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default())
    }

    /// Remembers that peers were heard of now.
    pub(super) fn note_contacts(&self, peers: &BTreeSet<NodeId>) {
        let noted = self.seen().and_then(|mut seen| {
            let now = clock::instant().to_string();
            seen.extend(peers.iter().map(|peer| (peer.to_string(), now.clone())));
            let bytes = serde_json::to_vec(&seen).expect("text maps are JSON");
            Ok(self.journals.put_meta(SEEN, Some(&bytes))?)
        });
        if let Err(error) = noted {
            tracing::warn!(%error, "the time of a contact could not be noted");
        }
    }

    fn warnings(
        &self,
        state: &SyncState,
        read_only: bool,
        quarantined: u64,
        silence: Option<Detail>,
    ) -> Vec<Detail> {
        let mut warnings: Vec<Detail> = words::outside(self)
            .map(words::detail)
            .into_iter()
            .collect();
        let mut warn = |code: &str, args: &[(&str, String)], message: &str| {
            warnings.push(Detail {
                code: code.to_owned(),
                args: args
                    .iter()
                    .map(|(n, v)| ((*n).to_owned(), v.clone()))
                    .collect(),
                message: message.to_owned(),
                ..Detail::default()
            });
        };
        if read_only {
            let text = "a write failed: nothing is written until a restart";
            warn("store_writes_nothing", &[], text);
        }
        if quarantined > 0 {
            let text = "some records could not be read: run doctor";
            warn(
                "records_quarantined",
                &[("count", quarantined.to_string())],
                text,
            );
        }
        if let Err(error) = self.require_own_journal() {
            let ApiError {
                code,
                args,
                message,
                ..
            } = error;
            warnings.push(Detail {
                code,
                args,
                message,
                ..Detail::default()
            });
        }
        warnings.extend(self.charter_alarms());
        warnings.extend(self.branch_warnings());
        warnings.extend(self.paused_warnings());
        warnings.extend(silence);
        warnings.extend(self.alarms());
        warnings.extend(state.warnings.iter().map(detail_of_failure));
        warnings
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
