//! What happens to a world, drawn from a seed before it happens, so that it can be shortened.

use fastrand::Rng;

/// How nodes are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// Everybody with node 0.
    Star,
    /// Everybody with everybody.
    Mesh,
    /// Each with the next.
    Line,
}

/// Something that happens to a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A person edits: so many entries with bodies of so many bytes in one commit.
    Write {
        /// Where.
        node: usize,
        /// How many entries.
        entries: usize,
        /// Bytes of each body.
        bytes: usize,
    },
    /// A connection breaks; the ends notice one after the other.
    Cut {
        /// Which link, modulo their number.
        link: usize,
    },
    /// Nothing passes a link for a while.
    Block {
        /// Which link, modulo their number.
        link: usize,
        /// For how long.
        millis: u64,
    },
    /// Two groups cannot reach each other for a while.
    Partition {
        /// Bit n says in which group node n is.
        groups: u16,
        /// For how long.
        millis: u64,
    },
    /// A node loses power and starts again from its store.
    Crash {
        /// Which.
        node: usize,
        /// When it starts again.
        millis: u64,
        /// Whether the commit under way reached the disk all the same.
        synced: bool,
    },
    /// A second connection between two nodes that may be connected already.
    DialTwice {
        /// Which link, modulo their number.
        link: usize,
    },
    /// Somebody carries a bundle of everything from one node to another.
    Carry {
        /// From.
        from: usize,
        /// To.
        to: usize,
        /// A byte of the file is changed on the way.
        damaged: bool,
    },
    /// The next newcomer starts from the charter version in force and asks to be admitted. Numbers
    /// rise, so that along a line every newcomer has members between it and the voters.
    Admit,
    /// A store is slow from now on.
    SlowStore {
        /// Whose.
        node: usize,
        /// How long a commit takes.
        millis: u64,
    },
    /// A link carries only so much from now on.
    SlowLink {
        /// Which link, modulo their number.
        link: usize,
        /// Bytes a millisecond.
        bytes_per_milli: u64,
    },
}

/// One seed's world: who there is and what happens.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed of all that is left to chance while it runs.
    pub seed: u64,
    /// How many honest nodes.
    pub nodes: usize,
    /// How many of them are on the founding roll; the others are admitted or are further devices.
    pub founders: usize,
    /// Every n-th node beyond the founders is a further device of node 0's structure.
    pub device_every: usize,
    /// How many hostile peers hold a member's key.
    pub hostile_members: usize,
    /// How many hostile peers hold no key that counts.
    pub hostile_strangers: usize,
    /// How honest nodes are linked.
    pub topology: Topology,
    /// The longest latency of a link.
    pub max_latency_millis: u64,
    /// What happens when, in order.
    pub actions: Vec<(u64, Action)>,
}

/// When everything heals.
pub const HEAL_AT: u64 = 20_000;

impl Plan {
    /// Draws a plan.
    #[must_use]
    pub fn draw(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x5EED);
        let nodes = rng.usize(3..=9);
        let founders = rng.usize(1..=nodes);
        let hostile = rng.u8(..4) == 0;
        let mut plan = Self {
            seed,
            nodes,
            founders,
            device_every: rng.usize(2..5),
            hostile_members: if hostile { rng.usize(0..=2) } else { 0 },
            hostile_strangers: if hostile { rng.usize(0..=1) } else { 0 },
            topology: match rng.u8(..3) {
                0 => Topology::Star,
                1 => Topology::Mesh,
                _ => Topology::Line,
            },
            max_latency_millis: [3, 20, 150, 600][rng.usize(..4)],
            actions: Vec::new(),
        };
        for _ in founders..nodes {
            plan.actions.push((rng.u64(0..HEAL_AT), Action::Admit));
        }
        for _ in 0..rng.usize(10..60) {
            let action = plan.any_action(&mut rng);
            plan.actions.push((rng.u64(0..HEAL_AT), action));
        }
        plan.actions.sort_by_key(|(at, _)| *at);
        plan
    }

    fn any_action(&self, rng: &mut Rng) -> Action {
        let node = rng.usize(..self.nodes);
        let link = rng.usize(..64);
        match rng.u8(..32) {
            0..=12 => Action::Write {
                node,
                entries: [1, 1, 1, 3, 40, 300][rng.usize(..6)],
                bytes: [0, 20, 200, 2_000][rng.usize(..4)],
            },
            13..=17 => Action::Cut { link },
            18..=19 => Action::Block {
                link,
                millis: rng.u64(100..8_000),
            },
            20..=21 => Action::Partition {
                groups: rng.u16(..),
                millis: rng.u64(100..8_000),
            },
            22..=24 => Action::Crash {
                node,
                millis: rng.u64(1..5_000),
                synced: rng.bool(),
            },
            25..=26 => Action::DialTwice { link },
            27..=28 => Action::Carry {
                from: node,
                to: rng.usize(..self.nodes),
                damaged: rng.u8(..4) == 0,
            },
            29..=30 => Action::SlowStore {
                node,
                millis: [0, 100, 700][rng.usize(..3)],
            },
            _ => Action::SlowLink {
                link,
                bytes_per_milli: [30, 300, 3_000][rng.usize(..3)],
            },
        }
    }
}
