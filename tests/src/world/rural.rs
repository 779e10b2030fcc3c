//! A rural line: 256 kbit/s, 300 ms there and back, 5 % of packets lost, cut every 20 s.
//!
//! What the model says of it: a packet carries 1,200 bytes; one that gets lost is sent again 9/8 of a
//! round trip later, takes its room on the line a second time, and holds up everything behind it
//! ([`super::network`]). A connection stands after one round trip at the dialer and one and a half at the
//! other end, a lost packet of the handshake costs a second and more. Cubic, like Reno, takes each
//! loss for congestion and so does not fill such a line: on the average one gets
//! 1.22 x packet / (round trip x sqrt(loss)) (Mathis et al. 1997), here 21.8 bytes a millisecond instead
//! of 32. Figures are taken at 21 bytes a millisecond. A cut loses what has not arrived, to the byte;
//! the line is back a second later; both ends notice within three seconds and dial.
//!
//! What it leaves out: the start of a connection, when congestion control sends ten packets a round
//! trip at first, and whatever the line's own queue does. `docs/reliability.md` says where real sockets
//! are used.

use super::schedule::{Plan, Topology};
use super::{Due, World};

/// One way.
const LATENCY_MILLIS: u64 = 150;
/// What Cubic gets out of 32 bytes a millisecond.
const BYTES_PER_MILLI: u64 = 21;
const LOSS_PERCENT: u8 = 5;
/// From cut to cut.
const CUT_EVERY_MILLIS: u64 = 20_000;
/// How long the line is away.
const AWAY_MILLIS: u64 = 1_000;
/// Bodies of changes of one field are about as long; they do not compress here.
const EDIT_BYTES: usize = 48;

/// A hundred edits that were made apart and are exchanged over the line.
#[derive(Clone, Copy, Debug)]
pub struct EditsApart {
    /// From the first packet of the handshake until all is durable at the peer, in milliseconds.
    pub from_dial: u64,
    /// The same from when both ends have the connection.
    pub from_connected: u64,
    /// Until each author knows it.
    pub until_acknowledged: u64,
    /// Frames' bytes, both ways, without lost packets.
    pub bytes: u64,
}

/// Somebody joins over the line.
#[derive(Clone, Copy, Debug)]
pub struct ColdJoin {
    /// Until everything is durable, in milliseconds.
    pub elapsed: u64,
    /// How often the line was cut meanwhile.
    pub cuts: u32,
    /// Bytes that went over the line, both ways, lost packets included.
    pub bytes: u64,
    /// Run frames that arrived.
    pub runs: usize,
    /// Those of them that held something that had arrived before.
    pub runs_again: usize,
    /// Whether it was done in the time given.
    pub done: bool,
}

/// What is joined: journals of several nodes.
#[derive(Clone, Copy, Debug)]
pub struct History {
    /// How many nodes wrote it.
    pub authors: usize,
    /// How many times each wrote.
    pub commits: usize,
    /// How many entries each time: many for an import.
    pub entries: usize,
    /// Bytes of each body, which do not compress.
    pub bytes: usize,
}

/// A star of nodes that know each other, and nothing planned.
pub(super) fn quiet_plan(seed: u64, nodes: usize) -> Plan {
    Plan {
        seed,
        nodes,
        founders: nodes,
        device_every: 2,
        hostile_members: 0,
        hostile_strangers: 0,
        topology: Topology::Star,
        max_latency_millis: 1,
        loss_percent: 0,
        flaw: None,
        actions: Vec::new(),
    }
}

impl World<()> {
    /// Makes a rural line of a link; blocked until somebody dials.
    fn make_rural(&mut self, link: usize) {
        self.one_connection = true;
        self.cut_link(link);
        let link = &mut self.links[link];
        link.latency = LATENCY_MILLIS;
        link.bytes_per_milli = BYTES_PER_MILLI;
        link.loss_percent = LOSS_PERCENT;
        link.blocked_until = u64::MAX;
    }

    fn agree(&self, one: usize, other: usize) -> bool {
        self.nodes[one].store.frontier() == self.nodes[other].store.frontier()
    }

    fn both_open(&self) -> bool {
        self.connections.values().any(|it| it.open == [true; 2])
    }
}

/// Exchanges a hundred edits made apart by one side or by both.
///
/// # Panics
/// If they are not exchanged within a minute, or the world finds fault.
#[must_use]
pub fn edits_apart(seed: u64, both: bool) -> EditsApart {
    let mut world = World::new(quiet_plan(seed, 2), ());
    for node in [0, 1] {
        world.run_until(1_000 + node as u64);
        world.write(node, 300, EDIT_BYTES, 0);
    }
    world.run_until(5_000);
    assert!(world.agree(0, 1));
    world.make_rural(0);
    world.run_until(10_000);
    for edit in 0..100 {
        world.write(1, 1, EDIT_BYTES, 1_000 + edit);
        if both {
            world.write(0, 1, EDIT_BYTES, 2_000 + edit);
        }
        world.run_until(world.now + 20);
    }
    world.run_until(15_000);
    let start = world.now;
    let before = world.cost.bytes_sent;
    world.links[0].blocked_until = 0;
    world.connect(0, [1, 0]);
    let mut connected = None;
    let mut durable = None;
    loop {
        world.run_until(world.now + 1);
        assert!(world.now < start + 60_000 && world.failures.is_empty());
        if world.both_open() {
            connected.get_or_insert(world.now);
        }
        if !world.agree(0, 1) {
            continue;
        }
        let durable = *durable.get_or_insert(world.now);
        if world.disagreement().is_none() {
            return EditsApart {
                from_dial: durable - start,
                from_connected: durable - connected.unwrap_or(durable),
                until_acknowledged: world.now - start,
                bytes: world.cost.bytes_sent - before,
            };
        }
    }
}

/// Lets a node join over the line, which is cut every 20 s, or never.
///
/// # Panics
/// If the world finds fault.
#[must_use]
pub fn cold_join(seed: u64, history: History, cuts: bool, patience_millis: u64) -> ColdJoin {
    let newcomer = history.authors;
    let mut world = World::new(quiet_plan(seed, history.authors + 1), ());
    let link = world
        .links
        .iter()
        .position(|link| link.ends == [0, newcomer])
        .expect("a star");
    world.make_rural(link);
    world.run_until(100);
    for commit in 0..history.commits {
        for node in 0..history.authors {
            world.write(node, history.entries, history.bytes, commit as u64);
        }
        world.run_until(world.now + 20);
    }
    world.run_until(world.now + 10_000);
    assert!(world.agree(0, 1));
    let start = world.now;
    world.received = Some((newcomer, Vec::new()));
    world.links[link].carried = 0;
    world.links[link].blocked_until = 0;
    world.at(world.now, Due::Dial(link));
    let mut cut = 0;
    let mut next_cut = if cuts {
        start + CUT_EVERY_MILLIS
    } else {
        u64::MAX
    };
    while !world.agree(0, newcomer) && world.now < start + patience_millis {
        world.run_until(world.now + 5);
        assert!(world.failures.is_empty(), "{:?}", world.failures);
        if world.now >= next_cut {
            next_cut += CUT_EVERY_MILLIS;
            cut += 1;
            world.links[link].blocked_until = world.now + AWAY_MILLIS;
            world.cut_to_the_byte(link);
        }
    }
    let done = world.agree(0, newcomer);
    let elapsed = world.now - start;
    let (_, received) = world.received.take().unwrap_or_default();
    let mut held = std::collections::BTreeMap::new();
    let mut again = 0;
    for (author, first, last) in &received {
        let before = held.entry(*author).or_insert(0);
        again += usize::from(*first <= *before);
        *before = (*before).max(*last);
    }
    ColdJoin {
        elapsed,
        cuts: cut,
        bytes: world.links[link].carried,
        runs: received.len(),
        runs_again: again,
        done,
    }
}
