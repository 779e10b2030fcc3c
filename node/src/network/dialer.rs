//! Whom to try to connect to, and when; pure over a given `now`.
//!
//! The caller makes the attempts and reports how they went. A peer is a node whose key is known, or
//! a configured address of which only the address is known until somebody answers there.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sync_protocol::id::NodeId;

use super::{Backoff, PeerAddress};

/// The most peers remembered, and addresses of each: what others tell us stays bounded.
const MAX_PEERS: usize = 1024;
const MAX_ADDRESSES: usize = 8;

/// News of a peer's address brings the next attempt forward, but not sooner than this after the
/// last one.
const QUIETEST: Duration = Duration::from_secs(2);

/// Whom to connect to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A node, wherever it is.
    Node(NodeId),
    /// Whoever answers at an address that a person configured.
    Address(PeerAddress),
}

/// An attempt that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Whom to connect to.
    pub target: Target,
    /// Where, in the order to try: the address that last worked comes first.
    pub addresses: Vec<PeerAddress>,
}

#[derive(Debug)]
enum Phase {
    Waiting { until: Instant },
    Dialing,
    Connected { since: Instant },
}

#[derive(Debug)]
struct Peer {
    /// What a person or a ticket said: never pushed out by what others tell.
    configured: Vec<PeerAddress>,
    /// What the peer itself, other members or the local network told, newest first.
    heard: Vec<PeerAddress>,
    last_good: Option<SocketAddr>,
    backoff: Backoff,
    phase: Phase,
    last_attempt: Option<Instant>,
}

/// The list of peers to stay connected with.
#[derive(Debug)]
pub struct Dialer {
    seed: u64,
    peers: BTreeMap<Target, Peer>,
}

impl Dialer {
    /// A dialer without peers; the seed spreads the waits of different nodes.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            peers: BTreeMap::new(),
        }
    }

    /// Adds addresses of a peer that a person or a ticket gave; tried at once if they are news.
    pub fn configure(&mut self, target: Target, addresses: &[PeerAddress], now: Instant) {
        let Some(peer) = self.peer(target, now) else {
            return;
        };
        let news = remember(&mut peer.configured, addresses);
        peer.bring_forward(news, now);
    }

    /// Adds addresses of a peer that were heard of: from it, from other members, from the local
    /// network. The newest come first and the oldest fall off; tried at once if they are news.
    ///
    /// Only for nodes that may take part: a stranger on the local network can announce any number.
    pub fn learn(&mut self, target: Target, addresses: &[PeerAddress], now: Instant) {
        let Some(peer) = self.peer(target, now) else {
            return;
        };
        let news = remember(&mut peer.heard, addresses);
        peer.bring_forward(news, now);
    }

    fn peer(&mut self, target: Target, now: Instant) -> Option<&mut Peer> {
        if !self.peers.contains_key(&target) && self.peers.len() >= MAX_PEERS {
            return None;
        }
        self.seed = self
            .seed
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(1);
        let seed = self.seed;
        Some(self.peers.entry(target).or_insert_with(|| Peer {
            configured: Vec::new(),
            heard: Vec::new(),
            last_good: None,
            backoff: Backoff::new(seed),
            phase: Phase::Waiting { until: now },
            last_attempt: None,
        }))
    }

    /// Removes a peer: it is not tried again.
    pub fn forget(&mut self, target: &Target) {
        self.peers.remove(target);
    }

    /// The attempts that are due, at most `most`; each is to be reported as connected or failed.
    pub fn due(&mut self, now: Instant, most: usize) -> Vec<Attempt> {
        let due = |peer: &Peer| match peer.phase {
            Phase::Waiting { until } if until <= now && peer.has_address() => Some(until),
            Phase::Waiting { .. } | Phase::Dialing | Phase::Connected { .. } => None,
        };
        let mut waiting: Vec<(Instant, Target)> = self
            .peers
            .iter()
            .filter_map(|(target, peer)| Some((due(peer)?, target.clone())))
            .collect();
        waiting.sort_by_key(|(until, _)| *until);
        waiting.truncate(most);
        let attempts = waiting.into_iter().filter_map(|(_, target)| {
            let peer = self.peers.get_mut(&target)?;
            peer.phase = Phase::Dialing;
            peer.last_attempt = Some(now);
            Some(Attempt {
                addresses: peer.in_order(),
                target,
            })
        });
        attempts.collect()
    }

    /// When the next attempt falls due, if any does.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        let waiting = self.peers.values().filter(|peer| peer.has_address());
        let until = waiting.filter_map(|peer| match peer.phase {
            Phase::Waiting { until } => Some(until),
            Phase::Dialing | Phase::Connected { .. } => None,
        });
        until.min()
    }

    /// Reports that an attempt failed, and returns when the next one is due.
    pub fn failed(&mut self, target: &Target, now: Instant) -> Option<Instant> {
        let peer = self.peers.get_mut(target)?;
        let until = now + peer.backoff.failed();
        peer.phase = Phase::Waiting { until };
        Some(until)
    }

    /// Reports a connection with `node`: through an attempt on `target`, or opened by the peer
    /// (then `dialed` is `None`, since its source port tells nothing).
    ///
    /// A configured address of which the node was not known becomes an address of that node.
    pub fn connected(
        &mut self,
        target: Option<&Target>,
        node: NodeId,
        dialed: Option<SocketAddr>,
        now: Instant,
    ) {
        if let Some(target @ Target::Address(_)) = target
            && let Some(anonymous) = self.peers.remove(target)
        {
            self.configure(Target::Node(node), &anonymous.configured, now);
            self.learn(Target::Node(node), &anonymous.heard, now);
        }
        if !self.peers.contains_key(&Target::Node(node)) {
            let known: Vec<PeerAddress> = dialed.map(PeerAddress::from).into_iter().collect();
            self.learn(Target::Node(node), &known, now);
        }
        if let Some(peer) = self.peers.get_mut(&Target::Node(node)) {
            peer.last_good = dialed.or(peer.last_good);
            peer.phase = Phase::Connected { since: now };
        }
    }

    /// Reports that no connection with `node` is left, and returns when it is tried again.
    pub fn disconnected(&mut self, node: NodeId, now: Instant) -> Option<Instant> {
        let peer = self.peers.get_mut(&Target::Node(node))?;
        let wait = match peer.phase {
            Phase::Connected { since } => peer.backoff.ended(now.saturating_duration_since(since)),
            Phase::Waiting { .. } | Phase::Dialing => return None,
        };
        let until = now + wait;
        peer.phase = Phase::Waiting { until };
        Some(until)
    }

    /// Lets every waiting peer be tried at once: the network came back, or a person asked.
    pub fn hurry(&mut self, now: Instant) {
        for peer in self.peers.values_mut() {
            if let Phase::Waiting { until } = &mut peer.phase {
                *until = now.min(*until);
            }
        }
    }

    /// The known addresses of a peer, in the order to try.
    #[must_use]
    pub fn addresses(&self, target: &Target) -> Vec<PeerAddress> {
        self.peers
            .get(target)
            .map(Peer::in_order)
            .unwrap_or_default()
    }

    /// Everybody on the list.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.peers.keys()
    }
}

impl Peer {
    fn has_address(&self) -> bool {
        self.last_good.is_some() || !self.configured.is_empty() || !self.heard.is_empty()
    }

    fn in_order(&self) -> Vec<PeerAddress> {
        let good = self.last_good.map(PeerAddress::from);
        let mut order: Vec<PeerAddress> = Vec::new();
        for address in good.iter().chain(&self.configured).chain(&self.heard) {
            if !order.contains(address) {
                order.push(address.clone());
            }
        }
        order
    }

    fn bring_forward(&mut self, news: bool, now: Instant) {
        if let Phase::Waiting { until } = &mut self.phase
            && news
        {
            let soonest = self
                .last_attempt
                .map_or(now, |last| (last + QUIETEST).max(now));
            *until = soonest.min(*until);
        }
    }
}

/// Puts `addresses` in front of `list`, without repeating any; returns whether one was news.
fn remember(list: &mut Vec<PeerAddress>, addresses: &[PeerAddress]) -> bool {
    let mut news = false;
    for address in addresses.iter().take(MAX_ADDRESSES).rev() {
        let known = list.iter().position(|known| known == address);
        news |= known.is_none();
        if let Some(place) = known {
            list.remove(place);
        }
        list.insert(0, address.clone());
    }
    list.truncate(MAX_ADDRESSES);
    news
}

/// Which of two connections with one peer both ends keep: the one that the lower key opened.
///
/// True if a connection with `peer`, opened by us if `initiated`, is the one to keep.
#[must_use]
pub fn keeps_duplicate(me: &NodeId, peer: &NodeId, initiated: bool) -> bool {
    initiated == (me < peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: NodeId = NodeId([1; 32]);

    fn address(text: &str) -> PeerAddress {
        text.parse().unwrap()
    }

    fn later(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_new_peer_is_due_at_once_and_only_once() {
        let start = Instant::now();
        let mut dialer = Dialer::new(1);
        dialer.learn(Target::Node(PEER), &[address("a.example:1")], start);
        assert_eq!(dialer.next_due(), Some(start));
        let attempts = dialer.due(start, 8);
        assert_eq!(attempts.len(), 1);
        assert_eq!(dialer.due(later(start, 1000), 8), []);
        assert_eq!(dialer.next_due(), None);
        let again = dialer.failed(&Target::Node(PEER), start).unwrap();
        assert!(again >= later(start, 1) && again <= later(start, 2));
        assert_eq!(dialer.due(again, 8).len(), 1);
    }

    #[test]
    fn the_address_that_last_worked_comes_first() {
        let start = Instant::now();
        let mut dialer = Dialer::new(1);
        let good: SocketAddr = "192.0.2.9:4433".parse().unwrap();
        dialer.learn(
            Target::Node(PEER),
            &[address("a.example:1"), good.into()],
            start,
        );
        dialer.due(start, 8);
        dialer.connected(Some(&Target::Node(PEER)), PEER, Some(good), start);
        let again = dialer.disconnected(PEER, later(start, 60)).unwrap();
        assert!(again <= later(start, 62));
        let attempts = dialer.due(again, 8);
        assert_eq!(attempts[0].addresses, [good.into(), address("a.example:1")]);
        // A connection that the peer opened does not change it.
        dialer.connected(None, PEER, None, again);
        assert_eq!(dialer.addresses(&Target::Node(PEER))[0], good.into());
    }

    #[test]
    fn a_configured_address_becomes_the_node_that_answers_there() {
        let start = Instant::now();
        let mut dialer = Dialer::new(1);
        let hub = Target::Address(address("hub.example:4433"));
        dialer.configure(hub.clone(), &[address("hub.example:4433")], start);
        dialer.due(start, 8);
        dialer.connected(
            Some(&hub),
            PEER,
            Some("192.0.2.1:4433".parse().unwrap()),
            start,
        );
        assert_eq!(dialer.targets().collect::<Vec<_>>(), [&Target::Node(PEER)]);
        assert_eq!(
            dialer.addresses(&Target::Node(PEER)),
            [address("192.0.2.1:4433"), address("hub.example:4433")]
        );
    }

    #[test]
    fn news_brings_an_attempt_forward_but_a_flood_of_news_does_not() {
        let start = Instant::now();
        let mut dialer = Dialer::new(1);
        dialer.learn(Target::Node(PEER), &[address("a.example:1")], start);
        let mut now = start;
        for _ in 0..12 {
            dialer.due(now, 8);
            now = dialer.failed(&Target::Node(PEER), now).unwrap();
        }
        dialer.due(now, 8);
        let far = dialer.failed(&Target::Node(PEER), now).unwrap();
        dialer.learn(Target::Node(PEER), &[address("a.example:1")], now);
        assert_eq!(dialer.next_due(), Some(far), "known addresses are no news");
        dialer.learn(Target::Node(PEER), &[address("b.example:1")], now);
        assert_eq!(dialer.next_due(), Some(later(now, 2).min(far)));
    }

    #[test]
    fn what_others_tell_stays_bounded() {
        let start = Instant::now();
        let mut dialer = Dialer::new(1);
        for number in 0..2000_u32 {
            let mut node = [0; 32];
            node[..4].copy_from_slice(&number.to_be_bytes());
            dialer.learn(Target::Node(NodeId(node)), &[address("a.example:1")], start);
        }
        assert_eq!(dialer.targets().count(), MAX_PEERS);
        let many: Vec<_> = (1..100)
            .map(|port| address(&format!("a.example:{port}")))
            .collect();
        let target = dialer.targets().next().unwrap().clone();
        dialer.configure(target.clone(), &[address("hub.example:1")], start);
        dialer.learn(target.clone(), &many, start);
        assert_eq!(dialer.addresses(&target)[0], address("hub.example:1"));
        assert_eq!(dialer.addresses(&target)[1..], many[..MAX_ADDRESSES]);
        assert_eq!(dialer.due(start, 8).len(), 8);
    }

    #[test]
    fn both_ends_keep_the_same_of_two_connections() {
        let (low, high) = (NodeId([1; 32]), NodeId([2; 32]));
        assert!(keeps_duplicate(&low, &high, true) && keeps_duplicate(&high, &low, false));
        assert!(!keeps_duplicate(&low, &high, false) && !keeps_duplicate(&high, &low, true));
    }
}
