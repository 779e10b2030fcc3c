//! UDP relays in front of real nodes, so that any two of them can be cut off from each other.
//!
//! Each node is told to others at its relay's address only. Nodes call from the port that they
//! listen on, so a relay knows who a caller is; and it answers each caller's node from a port of
//! its own, so that both directions pass it. While two nodes are cut off from each other their
//! datagrams are dropped, silently, as by a line that is down. Strangers, such as a command that
//! joins, always pass.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How soon a relay notices that it shall end.
const GLANCE: Duration = Duration::from_millis(200);
/// A datagram is no longer.
const MAX_DATAGRAM_BYTES: usize = 65_536;

/// Two nodes, by their places, the lower first.
pub type Cut = (usize, usize);

/// A relay before each of some nodes; they end with this value.
#[derive(Debug)]
pub struct Relays {
    line: Arc<Line>,
    fronts: Vec<SocketAddr>,
    threads: Vec<JoinHandle<()>>,
}

/// What all relays share.
#[derive(Debug)]
struct Line {
    nodes: Vec<SocketAddr>,
    /// Whether two nodes are cut off from each other, at `lower * nodes + higher`.
    cut: Vec<AtomicBool>,
    passed: AtomicU64,
    dropped: AtomicU64,
    closed: AtomicBool,
}

impl Relays {
    /// Relays before the nodes that listen on these addresses; nobody is cut off.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn before(nodes: &[SocketAddr]) -> Self {
        let pairs = nodes.len() * nodes.len();
        let line = Arc::new(Line {
            nodes: nodes.to_vec(),
            cut: (0..pairs).map(|_| AtomicBool::new(false)).collect(),
            passed: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        });
        let (mut fronts, mut threads) = (Vec::new(), Vec::new());
        for node in 0..nodes.len() {
            let front = Arc::new(socket());
            fronts.push(front.local_addr().expect("it is bound"));
            let line = Arc::clone(&line);
            threads.push(thread::spawn(move || inwards(&line, &front, node)));
        }
        Self {
            line,
            fronts,
            threads,
        }
    }

    /// Where others reach a node.
    #[must_use]
    pub fn front(&self, node: usize) -> SocketAddr {
        self.fronts[node]
    }

    /// Cuts these off from each other, and no others.
    pub fn cut(&self, cuts: &BTreeSet<Cut>) {
        let nodes = self.fronts.len();
        for (place, cut) in self.line.cut.iter().enumerate() {
            let pair = (place / nodes, place % nodes);
            cut.store(cuts.contains(&pair), Ordering::Relaxed);
        }
    }

    /// Datagrams that passed, and that were dropped.
    #[must_use]
    pub fn datagrams(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (count(&self.line.passed), count(&self.line.dropped))
    }
}

impl Drop for Relays {
    fn drop(&mut self) {
        self.line.closed.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _a_relay_holds_nothing = thread.join();
        }
    }
}

impl Line {
    fn is_open(&self) -> bool {
        !self.closed.load(Ordering::Relaxed)
    }

    /// Counts a datagram between a caller and a node, and says whether it passes.
    fn passes(&self, caller: SocketAddr, node: usize) -> bool {
        let caller = self.nodes.iter().position(|it| *it == caller);
        let passes = caller.is_none_or(|caller| {
            let place = caller.min(node) * self.nodes.len() + caller.max(node);
            !self.cut[place].load(Ordering::Relaxed)
        });
        let counter = if passes { &self.passed } else { &self.dropped };
        counter.fetch_add(1, Ordering::Relaxed);
        passes
    }
}

/// Hands what callers send on to a node, each caller's from a port of its own.
fn inwards(line: &Arc<Line>, front: &Arc<UdpSocket>, node: usize) {
    let mut legs: BTreeMap<SocketAddr, Arc<UdpSocket>> = BTreeMap::new();
    let mut threads = Vec::new();
    let mut buffer = vec![0; MAX_DATAGRAM_BYTES];
    while line.is_open() {
        let Some((length, caller)) = received(front.recv_from(&mut buffer)) else {
            continue;
        };
        let leg = legs.entry(caller).or_insert_with(|| {
            let leg = Arc::new(socket());
            leg.connect(line.nodes[node]).expect("loopback is there");
            let (line, front) = (Arc::clone(line), Arc::clone(front));
            let back = Arc::clone(&leg);
            threads.push(thread::spawn(move || {
                outwards(&line, &front, &back, caller, node);
            }));
            leg
        });
        if line.passes(caller, node) {
            let _lost_as_on_any_line = leg.send(&buffer[..length]);
        }
    }
    for thread in threads {
        let _a_relay_holds_nothing = thread.join();
    }
}

/// Hands what the node answers back to one caller.
fn outwards(line: &Line, front: &UdpSocket, leg: &UdpSocket, caller: SocketAddr, node: usize) {
    let mut buffer = vec![0; MAX_DATAGRAM_BYTES];
    while line.is_open() {
        let answer = leg.recv(&mut buffer).map(|length| (length, caller));
        if let Some((length, caller)) = received(answer)
            && line.passes(caller, node)
        {
            let _lost_as_on_any_line = front.send_to(&buffer[..length], caller);
        }
    }
}

/// What came, if anything did.
fn received(result: io::Result<(usize, SocketAddr)>) -> Option<(usize, SocketAddr)> {
    if let Err(error) = &result
        && !matches!(
            error.kind(),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
        )
    {
        // Nobody listened where something was sent: the system says so here, at once and again.
        thread::sleep(Duration::from_millis(1));
    }
    result.ok()
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let set = socket.set_read_timeout(Some(GLANCE));
    set.expect("a socket has a timeout");
    socket
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_drops_both_directions_of_one_pair_and_nothing_else() {
        let nodes: Vec<UdpSocket> = (0..3).map(|_| socket()).collect();
        for node in &nodes {
            let patience = Some(Duration::from_secs(1));
            node.set_read_timeout(patience).unwrap();
        }
        let addresses: Vec<_> = nodes.iter().map(|it| it.local_addr().unwrap()).collect();
        let relays = Relays::before(&addresses);
        // What a node hears of another, and of whom it seems to come.
        let hears = |from: usize, to: usize| -> Option<SocketAddr> {
            nodes[from].send_to(b"call", relays.front(to)).unwrap();
            let mut buffer = [0; 16];
            let (length, seeming) = nodes[to].recv_from(&mut buffer).ok()?;
            assert_eq!(&buffer[..length], b"call");
            Some(seeming)
        };
        let seeming = hears(0, 1).unwrap();
        let answered = || -> bool {
            nodes[1].send_to(b"answer", seeming).unwrap();
            let mut buffer = [0; 16];
            let answer = nodes[0].recv_from(&mut buffer);
            answer.is_ok_and(|(_, from)| from == relays.front(1))
        };
        assert!(answered());
        assert_eq!(hears(0, 1), Some(seeming), "a caller keeps its port");

        relays.cut(&BTreeSet::from([(0, 1)]));
        assert_eq!((hears(0, 1), answered(), hears(1, 0)), (None, false, None));
        assert!(hears(0, 2).is_some() && hears(2, 1).is_some());
        let stranger = socket();
        stranger.send_to(b"call", relays.front(1)).unwrap();
        assert!(nodes[1].recv(&mut [0; 16]).is_ok());
        assert_eq!(relays.datagrams().1, 3);

        relays.cut(&BTreeSet::new());
        assert!(hears(0, 1).is_some() && answered() && hears(1, 0).is_some());
    }
}
