//! Peers that a person configures.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::NodeId;

use crate::api::ApiError;
use crate::home::config;
use crate::network::PeerAddress;

use super::Outcome;
use super::errors::read;
use super::member::Member;

#[derive(Deserialize)]
struct Add {
    address: String,
    node: Option<String>,
}

/// Where a node can be called, as far as is known.
#[derive(Default)]
struct Known {
    addresses: Vec<String>,
    configured: bool,
}

impl Known {
    fn add(&mut self, address: String) {
        if !self.addresses.contains(&address) {
            self.addresses.push(address);
        }
    }
}

impl Member {
    /// `peer.add`.
    pub(super) fn add_peer(&self, input: Value) -> Outcome {
        let Add { address, node } = read(input)?;
        let parsed: PeerAddress = address.parse()?;
        let node = node
            .as_deref()
            .map(|text| self.node_named(text))
            .transpose()?;
        let mut settings = self.home.config()?;
        let peer = config::PeerAddress {
            address: parsed.to_string(),
            node: node.map(|it| it.to_string()),
        };
        if !settings.peers.contains(&peer) {
            settings.peers.push(peer);
            self.home.set_config(&settings)?;
        }
        if let Some(running) = self.running() {
            running.add_peer(parsed.clone(), node);
        }
        Ok(json!({ "address": parsed.to_string(), "node": node.map(|it| it.to_string()) }))
    }

    /// A whole identity, or the beginning of a known one.
    fn node_named(&self, text: &str) -> Result<NodeId, ApiError> {
        match text.trim().to_lowercase().parse() {
            Ok(node) => Ok(node),
            Err(_) => self.find_peer(text),
        }
    }

    /// `peer.list`: configured peers, and the addresses that members announced.
    pub(super) fn list_peers(&self) -> Outcome {
        let mut known: BTreeMap<NodeId, Known> = BTreeMap::new();
        let mut peers: Vec<Value> = Vec::new();
        for peer in self.home.config()?.peers {
            match peer.node.as_deref().and_then(|it| it.parse().ok()) {
                Some(node) => {
                    let known = known.entry(node).or_default();
                    known.configured = true;
                    known.add(peer.address);
                }
                None => peers.push(self.peer_json(None, &[peer.address], true)),
            }
        }
        for (node, addresses) in self.addresses() {
            if node != self.me {
                let known = known.entry(node).or_default();
                addresses.into_iter().for_each(|it| known.add(it));
            }
        }
        let named = known
            .iter()
            .map(|(node, it)| self.peer_json(Some(*node), &it.addresses, it.configured));
        peers.splice(0..0, named);
        Ok(json!({ "peers": peers }))
    }

    fn peer_json(&self, node: Option<NodeId>, addresses: &[String], configured: bool) -> Value {
        let structure = node.and_then(|node| self.structure_of(&node));
        json!({
            "node": node.map(|it| it.to_string()),
            "name": structure.map(|it| self.name_of(&it)),
            "addresses": addresses,
            "configured": configured,
        })
    }
}
