//! What is announced on the local network, kept within bounds; pure.
//!
//! An announcement proves nothing: anybody on the network can make any. It only says where to try,
//! and the handshake then asks for the key.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use data_encoding::HEXLOWER;
use sync_protocol::id::{NetworkId, NodeId, Prefix};

/// The version of the announcement, and the names of its properties.
pub(crate) const VERSION: &str = "1";
pub(crate) const VERSION_KEY: &str = "v";
pub(crate) const NETWORK_KEY: &str = "net";
pub(crate) const NODE_KEY: &str = "node";

/// The most announcements remembered.
pub(crate) const MAX_NEIGHBOURS: usize = 256;

/// The most addresses taken from one announcement.
const MAX_ADDRESSES: usize = 16;

/// A node of our network that says it is on the local network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Who it says it is.
    pub node: NodeId,
    /// Where it says it listens.
    pub addresses: Vec<SocketAddr>,
    /// The network it says it belongs to.
    pub network: Prefix,
}

/// What became of an announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A neighbour is new, or has other addresses than before.
    News(Neighbour),
    /// Nothing new, or nothing for us.
    Nothing,
    /// There are more than we remember.
    Crowded,
}

/// The neighbours known, by the name of their announcement.
#[derive(Debug)]
pub(crate) struct Neighbours {
    network: Prefix,
    me: NodeId,
    known: BTreeMap<String, Neighbour>,
}

impl Neighbours {
    pub(crate) fn new(network: NetworkId, me: NodeId) -> Self {
        Self {
            network: network.prefix(),
            me,
            known: BTreeMap::new(),
        }
    }

    /// Takes an announcement called `name` with the properties that `property` finds.
    pub(crate) fn heard<'a>(
        &mut self,
        name: &str,
        property: impl Fn(&str) -> Option<&'a str>,
        addresses: impl IntoIterator<Item = SocketAddr>,
    ) -> Heard {
        let Some(node) = self.addressed_to_us(property) else {
            return Heard::Nothing;
        };
        let mut addresses: Vec<SocketAddr> =
            addresses.into_iter().take(4 * MAX_ADDRESSES).collect();
        addresses.retain(|address| {
            let ip = address.ip();
            address.port() != 0 && !ip.is_unspecified() && !ip.is_multicast()
        });
        addresses.sort_unstable();
        addresses.dedup();
        addresses.truncate(MAX_ADDRESSES);
        if addresses.is_empty() {
            return Heard::Nothing;
        }
        let neighbour = Neighbour {
            node,
            addresses,
            network: self.network,
        };
        if self.known.get(name) == Some(&neighbour) {
            return Heard::Nothing;
        }
        if !self.known.contains_key(name) && self.known.len() >= MAX_NEIGHBOURS {
            return Heard::Crowded;
        }
        self.known.insert(name.to_owned(), neighbour.clone());
        Heard::News(neighbour)
    }

    /// Takes back the announcement called `name`; the node it was for, if no other names it.
    pub(crate) fn gone(&mut self, name: &str) -> Option<NodeId> {
        let node = self.known.remove(name)?.node;
        let elsewhere = self.known.values().any(|other| other.node == node);
        (!elsewhere).then_some(node)
    }

    fn addressed_to_us<'a>(&self, property: impl Fn(&str) -> Option<&'a str>) -> Option<NodeId> {
        let ours = property(VERSION_KEY)? == VERSION
            && property(NETWORK_KEY)? == HEXLOWER.encode(&self.network.0);
        let node: NodeId = property(NODE_KEY)?.parse().ok()?;
        (ours && node != self.me).then_some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: NetworkId = NetworkId([0xAB; 32]);
    const ME: NodeId = NodeId([1; 32]);
    const OTHER: NodeId = NodeId([2; 32]);

    fn hear(table: &mut Neighbours, name: &str, network: &str, node: &str, port: u16) -> Heard {
        let property = |key: &str| match key {
            VERSION_KEY => Some(VERSION),
            NETWORK_KEY => Some(network),
            NODE_KEY => Some(node),
            _ => None,
        };
        table.heard(name, property, [SocketAddr::from(([192, 0, 2, 7], port))])
    }

    #[test]
    fn only_other_nodes_of_our_network_are_neighbours() {
        let mut table = Neighbours::new(NETWORK, ME);
        let (ours, other) = ("abababababababab", OTHER.to_string());
        assert_eq!(
            hear(&mut table, "a", ours, &ME.to_string(), 1),
            Heard::Nothing
        );
        assert_eq!(
            hear(&mut table, "a", "cdcdcdcdcdcdcdcd", &other, 1),
            Heard::Nothing
        );
        assert_eq!(hear(&mut table, "a", ours, "not a key", 1), Heard::Nothing);
        assert_eq!(hear(&mut table, "a", ours, &other, 0), Heard::Nothing);
        assert_eq!(table.heard("a", |_| None, []), Heard::Nothing);
        let Heard::News(neighbour) = hear(&mut table, "a", ours, &other, 1) else {
            panic!()
        };
        assert_eq!(
            (neighbour.node, neighbour.network),
            (OTHER, NETWORK.prefix())
        );
        assert_eq!(
            hear(&mut table, "a", ours, &other, 1),
            Heard::Nothing,
            "told already"
        );
        assert!(
            matches!(hear(&mut table, "a", ours, &other, 2), Heard::News(_)),
            "moved"
        );
    }

    #[test]
    fn a_flood_is_bounded() {
        let mut table = Neighbours::new(NETWORK, ME);
        let other = OTHER.to_string();
        for number in 0..MAX_NEIGHBOURS {
            let name = number.to_string();
            assert!(matches!(
                hear(&mut table, &name, "abababababababab", &other, 1),
                Heard::News(_)
            ));
        }
        assert_eq!(
            hear(&mut table, "more", "abababababababab", &other, 1),
            Heard::Crowded
        );
        assert_eq!(table.known.len(), MAX_NEIGHBOURS);
    }

    #[test]
    fn a_node_is_gone_with_its_last_announcement() {
        let mut table = Neighbours::new(NETWORK, ME);
        let other = OTHER.to_string();
        hear(&mut table, "a", "abababababababab", &other, 1);
        hear(&mut table, "b", "abababababababab", &other, 2);
        assert_eq!(table.gone("a"), None);
        assert_eq!(table.gone("a"), None);
        assert_eq!(table.gone("b"), Some(OTHER));
    }
}
