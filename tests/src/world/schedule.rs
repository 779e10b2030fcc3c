//! What happens to a world, written down before it happens, so that it can be shortened, printed
//! and pasted into a test.

use std::fmt;

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

/// Something that happens to a world. Numbers of nodes and links count modulo how many there are,
/// so that an action keeps its meaning while a plan is made smaller.
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
        /// Which link.
        link: usize,
    },
    /// Nothing passes a link for a while.
    Block {
        /// Which link.
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
    /// A commit fails: the store takes nothing any more until the node is started again.
    FailStore {
        /// Whose.
        node: usize,
        /// When it is started again.
        millis: u64,
        /// Whether the commit reached the disk all the same.
        synced: bool,
    },
    /// A store comes back with less than it held; own entries that only it held come back from the
    /// outbox, others from peers. The node writes nothing until its own journal is whole again.
    Damage {
        /// Whose.
        node: usize,
        /// How much of each journal is left, unless nobody else holds it.
        percent: u8,
    },
    /// A node comes back from an old copy and goes on under a new key. Nodes that vote keep theirs:
    /// to them it is damage.
    Restore {
        /// Which.
        node: usize,
        /// How old the copy is: as in [`Action::Damage`].
        percent: u8,
    },
    /// A second connection between two nodes that may be connected already.
    DialTwice {
        /// Which link.
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
    /// The charter changes without anybody being admitted: the network gets another name.
    Rename,
    /// A store is slow from now on.
    SlowStore {
        /// Whose.
        node: usize,
        /// How long a commit takes.
        millis: u64,
    },
    /// A link carries only so much from now on.
    SlowLink {
        /// Which link.
        link: usize,
        /// Bytes a millisecond.
        bytes_per_milli: u64,
    },
    /// A node reads nothing from its connections for a while.
    StopReading {
        /// Which.
        node: usize,
        /// For how long.
        millis: u64,
    },
    /// A node's clock is set, as people or batteries do.
    SetClock {
        /// Whose.
        node: usize,
        /// How many days it then is from where it was.
        days: i32,
    },
    /// A node gets hold of a blob, and another wants it.
    Blob {
        /// Who holds it.
        holder: usize,
        /// Who wants it.
        wanter: usize,
        /// How long it is.
        bytes: usize,
    },
}

/// A mistake built in on purpose, to see that the world notices and the shrinker finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Stores lose the last run they called durable when power goes.
    ForgetsOnCrash,
    /// The engine hears that runs are durable before they are.
    SpeaksBeforeSync,
}

/// One world: who there is and what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// How many of a hundred packets get lost, and arrive later.
    pub loss_percent: u8,
    /// What is wrong on purpose.
    pub flaw: Option<Flaw>,
    /// What happens when, in order.
    pub actions: Vec<(u64, Action)>,
}

/// When everything heals.
pub const HEAL_AT: u64 = 20_000;

/// As Rust, to be pasted into `tests/tests/simulated_traces.rs`.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Plan {{")?;
        writeln!(f, "    seed: {},", self.seed)?;
        writeln!(f, "    nodes: {},", self.nodes)?;
        writeln!(f, "    founders: {},", self.founders)?;
        writeln!(f, "    device_every: {},", self.device_every)?;
        writeln!(f, "    hostile_members: {},", self.hostile_members)?;
        writeln!(f, "    hostile_strangers: {},", self.hostile_strangers)?;
        writeln!(f, "    topology: Topology::{:?},", self.topology)?;
        writeln!(f, "    max_latency_millis: {},", self.max_latency_millis)?;
        writeln!(f, "    loss_percent: {},", self.loss_percent)?;
        match self.flaw {
            Some(flaw) => writeln!(f, "    flaw: Some(Flaw::{flaw:?}),")?,
            None => writeln!(f, "    flaw: None,")?,
        }
        writeln!(f, "    actions: vec![")?;
        for (at, action) in &self.actions {
            writeln!(f, "        ({at}, Action::{action:?}),")?;
        }
        write!(f, "    ],\n}}")
    }
}
