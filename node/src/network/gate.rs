//! How many strangers may be in the middle of a handshake; bookkeeping only, no I/O.
//!
//! A handshake costs us some 3 ms of CPU and memory before we know who is there. Addresses that
//! have not proved that they receive our answers can be forged, so they share a small allowance;
//! beyond it they are asked to come back with a retry token (RFC 9000, section 8.1.2), which costs
//! us nothing to remember. Proven addresses have a larger allowance, in total and per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What strangers may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Handshakes under way at once.
    pub handshakes: usize,
    /// Handshakes under way at once from one address (IPv6: one /64).
    pub handshakes_per_address: usize,
    /// Handshakes under way at once from addresses that may be forged, before a retry is asked.
    pub unproven: usize,
    /// The same from one address.
    pub unproven_per_address: usize,
    /// How long a handshake may take.
    pub handshake_timeout: Duration,
    /// Connections from others that may stand at once.
    pub connections: usize,
    /// Whether the bounds per address spare this machine's own processes.
    pub trust_loopback: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshakes: 256,
            handshakes_per_address: 16,
            unproven: 32,
            unproven_per_address: 4,
            handshake_timeout: Duration::from_secs(10),
            connections: 1024,
            trust_loopback: true,
        }
    }
}

/// What to do with somebody who wants to connect.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Do the handshake, and hold the pass meanwhile.
    Accept(HandshakePass),
    /// Ask for proof of the address first.
    Retry,
    /// There are too many.
    Refuse,
}

#[derive(Clone, Copy, Debug, Default)]
struct Load {
    total: usize,
    unproven: usize,
}

#[derive(Debug, Default)]
struct State {
    all: Load,
    by_address: HashMap<IpAddr, Load>,
    connections: usize,
}

/// Counts handshakes and connections, and decides who may come in.
#[derive(Debug)]
pub(crate) struct Gate {
    limits: Limits,
    state: Mutex<State>,
}

impl Gate {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            state: Mutex::default(),
        })
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Decides on an attempt from `address`, `proven` if it holds a retry token.
    pub(crate) fn consider(self: &Arc<Self>, address: IpAddr, proven: bool) -> Verdict {
        let Limits {
            handshakes,
            handshakes_per_address,
            unproven,
            unproven_per_address,
            ..
        } = self.limits;
        let group = group(address);
        let spared = self.limits.trust_loopback && group.is_loopback();
        let mut state = self.lock();
        let here = state.by_address.get(&group).copied().unwrap_or_default();
        let full = |count: usize, limit: usize| count >= limit && !spared;
        if state.all.total >= handshakes || state.connections >= self.limits.connections {
            return Verdict::Refuse;
        }
        if proven {
            if full(here.total - here.unproven, handshakes_per_address) {
                return Verdict::Refuse;
            }
        } else if state.all.unproven >= unproven || full(here.unproven, unproven_per_address) {
            return Verdict::Retry;
        }
        state.all.count(proven);
        state.by_address.entry(group).or_default().count(proven);
        drop(state);
        Verdict::Accept(HandshakePass {
            gate: self.clone(),
            group,
            proven,
        })
    }

    /// Handshakes under way.
    pub(crate) fn handshakes(&self) -> usize {
        self.lock().all.total
    }

    /// Standing connections that others opened.
    pub(crate) fn connections(&self) -> usize {
        self.lock().connections
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change under the lock is a few assignments: a poisoned state is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Load {
    fn count(&mut self, proven: bool) {
        self.total += 1;
        self.unproven += usize::from(!proven);
    }

    fn discount(&mut self, proven: bool) {
        self.total -= 1;
        self.unproven -= usize::from(!proven);
    }
}

/// Who counts as one address: an IPv4 address, or the /64 that one IPv6 customer has at least.
fn group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into())
        }
        other => other,
    }
}

/// The right to one handshake, given back when dropped.
#[derive(Debug)]
pub(crate) struct HandshakePass {
    gate: Arc<Gate>,
    group: IpAddr,
    proven: bool,
}

impl HandshakePass {
    /// The handshake is done: the place is given back, and the connection counted instead.
    pub(crate) fn established(&self) -> ConnectionPass {
        self.gate.lock().connections += 1;
        ConnectionPass {
            gate: self.gate.clone(),
        }
    }
}

impl Drop for HandshakePass {
    fn drop(&mut self) {
        let mut state = self.gate.lock();
        state.all.discount(self.proven);
        if let Some(load) = state.by_address.get_mut(&self.group) {
            load.discount(self.proven);
            if load.total == 0 {
                state.by_address.remove(&self.group);
            }
        }
    }
}

/// A counted connection, discounted when dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPass {
    gate: Arc<Gate>,
}

impl Drop for ConnectionPass {
    fn drop(&mut self) {
        self.gate.lock().connections -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Arc<Gate> {
        Gate::new(Limits {
            handshakes: 6,
            handshakes_per_address: 2,
            unproven: 3,
            unproven_per_address: 1,
            connections: 2,
            ..Limits::default()
        })
    }

    fn pass(gate: &Arc<Gate>, address: &str, proven: bool) -> HandshakePass {
        match gate.consider(address.parse().unwrap(), proven) {
            Verdict::Accept(pass) => pass,
            other => panic!("{address} got {other:?}"),
        }
    }

    #[test]
    fn unproven_addresses_beyond_their_allowance_must_retry() {
        let gate = gate();
        let first = pass(&gate, "192.0.2.1", false);
        assert!(matches!(
            gate.consider("192.0.2.1".parse().unwrap(), false),
            Verdict::Retry
        ));
        let _others = [
            pass(&gate, "192.0.2.2", false),
            pass(&gate, "192.0.2.3", false),
        ];
        assert!(matches!(
            gate.consider("192.0.2.4".parse().unwrap(), false),
            Verdict::Retry
        ));
        drop(first);
        let _again = pass(&gate, "192.0.2.1", false);
    }

    #[test]
    fn forged_addresses_cannot_keep_a_proven_one_out() {
        let gate = gate();
        let _forged = pass(&gate, "192.0.2.1", false);
        let _proven = [
            pass(&gate, "192.0.2.1", true),
            pass(&gate, "192.0.2.1", true),
        ];
        assert!(matches!(
            gate.consider("192.0.2.1".parse().unwrap(), true),
            Verdict::Refuse
        ));
    }

    #[test]
    fn ten_thousand_half_open_strangers_hold_no_more_than_the_allowance() {
        let gate = Gate::new(Limits::default());
        let mut held = Vec::new();
        let (mut retried, mut refused) = (0, 0);
        // Whoever forges addresses, then whoever has as many and proves them.
        for proven in [false, true] {
            for stranger in 0..10_000u32 {
                let address = IpAddr::from(std::net::Ipv4Addr::from(0xC600_0000 + stranger));
                match gate.consider(address, proven) {
                    Verdict::Accept(pass) => held.push(pass),
                    Verdict::Retry => retried += 1,
                    Verdict::Refuse => refused += 1,
                }
            }
        }
        let limits = Limits::default();
        assert_eq!(held.len(), limits.handshakes);
        assert_eq!(retried, 10_000 - limits.unproven);
        assert_eq!(refused, 10_000 - (limits.handshakes - limits.unproven));
        assert!(gate.lock().by_address.len() <= limits.handshakes);
        // Once they are given up, nothing is left of them.
        drop(held);
        assert_eq!(gate.handshakes(), 0);
        assert!(gate.lock().by_address.is_empty());
    }

    #[test]
    fn one_ipv6_network_counts_as_one_address() {
        let gate = gate();
        let _first = pass(&gate, "2001:db8::1", false);
        assert!(matches!(
            gate.consider("2001:db8::2".parse().unwrap(), false),
            Verdict::Retry
        ));
        let _elsewhere = pass(&gate, "2001:db8:0:1::1", false);
    }

    #[test]
    fn everything_is_given_back() {
        let gate = gate();
        let handshakes: Vec<_> = (1..=6)
            .map(|host| pass(&gate, &format!("192.0.2.{host}"), true))
            .collect();
        assert!(matches!(
            gate.consider("192.0.2.9".parse().unwrap(), true),
            Verdict::Refuse
        ));
        let connections: Vec<_> = handshakes
            .iter()
            .take(2)
            .map(HandshakePass::established)
            .collect();
        drop(handshakes);
        assert_eq!((gate.handshakes(), gate.connections()), (0, 2));
        assert!(matches!(
            gate.consider("192.0.2.9".parse().unwrap(), true),
            Verdict::Refuse
        ));
        drop(connections);
        assert_eq!(gate.connections(), 0);
        assert!(gate.lock().by_address.is_empty());
    }

    #[test]
    fn this_machines_own_processes_are_spared_the_bound_per_address() {
        let gate = gate();
        let _many = [(); 3].map(|()| pass(&gate, "::ffff:127.0.0.1", false));
        assert!(matches!(
            gate.consider("127.0.0.1".parse().unwrap(), false),
            Verdict::Retry
        ));
    }
}
