//! A world of simulated nodes: the real engine over a virtual clock, network and stores.
//!
//! Everything is drawn from one seed, so a failure can be replayed and shortened. What happens is
//! planned ahead ([`schedule`]); what is left to chance meanwhile comes from the plan's seed.
//!
//! - [`schedule`] (plans), [`draw`] (a plan from a seed), [`shrink`] (the least plan that still
//!   fails), [`campaign`] (many seeds on all cores).
//! - [`store`] (group commit, crashes), [`network`] (links, connections), [`node`] (an honest
//!   node), [`hostile`] (a dishonest one), [`forks`] (a member that says two things at once).
//! - [`drive`] (engines and what they ask for), [`wire`] (connections made, used, lost),
//!   [`trouble`] (what is planned happens), [`carry`] (bundles), [`check`] (what must hold).
//! - [`rural`] (a slow line, cut every 20 s) and [`hub`] (200 partners), with figures.
//!
//! Real time, real disks and real sockets are left to the end-to-end tests.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fastrand::Rng;
use sync_protocol::charter::Version;
use sync_protocol::engine::{Load, Output, SessionId};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{EntryId, NetworkId, NodeId, VersionId};
use sync_protocol::run::VerifiedRun;
use sync_protocol::time::{Duration, Timestamp};

pub mod campaign;
pub mod carry;
pub mod check;
pub mod draw;
pub mod drive;
pub mod forks;
pub mod hostile;
pub mod hub;
pub mod network;
pub mod node;
pub mod rural;
pub mod schedule;
pub mod shrink;
pub mod store;
pub mod trouble;
pub mod wire;

use hostile::Hostile;
use network::{Connection, Link};
use node::{Keys, Node};
use schedule::{HEAL_AT, Plan, Topology};

/// Milliseconds in twenty years.
const TWENTY_YEARS: u64 = 20 * 365 * 86_400_000;
/// 2026, about.
const NOWADAYS: u64 = 1_790_000_000_000;

/// Follows what nodes store; a later step attaches documents here.
pub trait Observer {
    /// A run became durable at a node.
    fn stored(&mut self, node: usize, run: &VerifiedRun);
    /// A node starts, perhaps again: what it did not derive from stored runs is gone.
    fn started(&mut self, _node: usize) {}
}

impl Observer for () {
    fn stored(&mut self, _node: usize, _run: &VerifiedRun) {}
}

/// Something that is due at a certain time.
#[derive(Debug)]
enum Due {
    Act(usize),
    Dial(usize),
    Connected {
        connection: u64,
        end: usize,
    },
    Deliver {
        connection: u64,
        end: usize,
    },
    Lost {
        connection: u64,
        end: usize,
    },
    Leave {
        connection: u64,
    },
    Commit {
        node: usize,
        start: u32,
    },
    Answer {
        node: usize,
        start: u32,
        output: Box<Output>,
    },
    Drain {
        node: usize,
    },
    Wake {
        node: usize,
    },
    Chores {
        node: usize,
    },
    Start {
        node: usize,
    },
    /// A node whose store failed is switched off and on.
    Restart {
        node: usize,
        start: u32,
    },
    Attack {
        connection: u64,
        end: usize,
    },
}

/// What a finished run of the world cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// When everybody agreed, in milliseconds.
    pub converged_at: u64,
    /// Entries that were sent in runs between honest nodes.
    pub entries_sent: u64,
    /// Frames that were sent between honest nodes.
    pub frames_sent: u64,
    /// Among them, questions for blobs and answers: who lacks a blob goes on asking, ever less often.
    pub blob_frames: u64,
    /// Bytes of those.
    pub bytes_sent: u64,
    /// Connections that were made.
    pub connections: u64,
    /// The most that one session held of each kind.
    pub most: Load,
}

/// Author, first and last entry of a run.
type ReceivedRun = (NodeId, u64, u64);

/// A change of the charter that the network agrees on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amendment {
    Admit(usize),
    Rename(u64),
    /// Names a branch of a forked journal.
    Decide(NodeId, Tip),
}

/// Nodes, what is between them, and the time.
#[derive(Debug)]
pub struct World<O> {
    plan: Plan,
    rng: Rng,
    now: u64,
    order: u64,
    due: BTreeMap<(u64, u64), Due>,
    wakes: BTreeMap<usize, u64>,
    network: NetworkId,
    nodes: Vec<Node>,
    hostiles: Vec<Hostile>,
    links: Vec<Link>,
    connections: BTreeMap<u64, Connection>,
    next_connection: u64,
    /// Changes of the charter that wait to be proposed, one after the other.
    amendments: VecDeque<Amendment>,
    /// Versions that honest voters vote for.
    agreed: BTreeSet<VersionId>,
    /// Entries whose authors were told that they are safe.
    acknowledged: BTreeSet<(NodeId, u64, EntryId)>,
    failures: Vec<String>,
    cost: Cost,
    trace: Option<Vec<String>>,
    /// The node whose outputs are being performed.
    draining: Option<usize>,
    /// How many nodes came back under a new key.
    restored: usize,
    /// Members' nodes that fork their journals.
    forkers: BTreeSet<NodeId>,
    /// Nobody dials while a connection is being made or stands, as the real dialer takes care of.
    one_connection: bool,
    /// Run frames that reached one node, in order.
    received: Option<(usize, Vec<ReceivedRun>)>,
    /// Hostile peers are gone: what goes on now goes on between honest nodes.
    quiet: bool,
    /// How long node 0's engine took so far, where somebody measures it.
    pub hub_time: Option<Duration>,
    /// What follows the stores.
    pub observer: O,
}

impl<O: Observer> World<O> {
    /// Builds the world of a plan; nothing has happened yet.
    #[must_use]
    pub fn new(plan: Plan, observer: O) -> Self {
        let rng = Rng::with_seed(plan.seed);
        let chance = |kind: u64, index: usize| stream(plan.seed, kind, index as u64);
        let mut nodes = Vec::new();
        for index in 0..plan.nodes {
            let beyond = index.checked_sub(plan.founders);
            let device = beyond.is_some_and(|it| it % plan.device_every == 1);
            let keys = Keys::numbered(if device { 0 } else { index }, index);
            let clock = NOWADAYS - TWENTY_YEARS / 2 + chance(1, index).u64(..TWENTY_YEARS);
            nodes.push(Node::new(keys, !device, clock));
        }
        let founding = Version {
            number: 0,
            previous: VersionId::ZERO,
            name: format!("world {}", plan.seed),
            minimum_protocol: 1,
            written: Timestamp(NOWADAYS),
            members: nodes[..plan.founders]
                .iter()
                .map(|node| node.keys.member())
                .collect(),
            terms: None,
        };
        let hostiles: Vec<Hostile> = (0..plan.hostile_members + plan.hostile_strangers)
            .map(|index| {
                let member = index < plan.hostile_members;
                let root = if member { 0 } else { 900 + index };
                Hostile::new(Keys::numbered(root, 900 + index), member, chance(2, index))
            })
            .collect();
        let mut world = Self {
            links: links(&plan, hostiles.len()),
            network: founding.network(),
            nodes,
            hostiles,
            plan,
            rng,
            now: 0,
            order: 0,
            due: BTreeMap::new(),
            wakes: BTreeMap::new(),
            connections: BTreeMap::new(),
            next_connection: 1,
            amendments: VecDeque::new(),
            agreed: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
            failures: Vec::new(),
            cost: Cost::default(),
            trace: None,
            draining: None,
            restored: 0,
            forkers: BTreeSet::new(),
            one_connection: false,
            received: None,
            quiet: false,
            hub_time: None,
            observer,
        };
        for index in 0..world.plan.founders {
            world.nodes[index].pinned = Some(founding.clone());
            world.start(index);
        }
        for index in 0..world.plan.actions.len() {
            let at = world.plan.actions[index].0;
            world.at(at, Due::Act(index));
        }
        for link in 0..world.links.len() {
            let first = world.links[link].rng.u64(..500);
            world.at(first, Due::Dial(link));
        }
        world
    }

    /// Keeps a trace from now on.
    pub fn keep_trace(&mut self) {
        self.trace = Some(Vec::new());
    }

    /// The trace kept.
    #[must_use]
    pub fn trace(&self) -> &[String] {
        self.trace.as_deref().unwrap_or_default()
    }

    /// Honest nodes, in order.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// What it cost so far.
    #[must_use]
    pub const fn cost(&self) -> Cost {
        self.cost
    }

    fn note(&mut self, text: impl FnOnce(&Self) -> String) {
        let line = self
            .trace
            .is_some()
            .then(|| format!("{:>6} ms  {}", self.now, text(self)));
        if let Some(trace) = &mut self.trace {
            trace.extend(line);
        }
    }

    fn fail(&mut self, text: String) {
        self.note(|_| format!("FAILURE: {text}"));
        self.failures.push(format!("at {} ms: {text}", self.now));
    }

    fn at(&mut self, time: u64, due: Due) {
        self.order += 1;
        self.due.insert((time.max(self.now), self.order), due);
    }

    fn after(&mut self, most_millis: u64, due: Due) {
        let delay = self.rng.u64(..=most_millis);
        self.at(self.now + delay, due);
    }

    fn is_honest(&self, participant: usize) -> bool {
        participant < self.nodes.len()
    }

    fn id_of(&self, participant: usize) -> NodeId {
        match self.nodes.get(participant) {
            Some(node) => node.id,
            None => self.hostiles[participant - self.nodes.len()].id(),
        }
    }

    /// Whether a participant is switched on.
    fn is_up(&self, participant: usize) -> bool {
        self.nodes
            .get(participant)
            .is_none_or(|node| node.engine.is_some())
    }

    /// Runs to the end: trouble until [`HEAL_AT`], then until everybody agrees, then until nobody
    /// says anything any more.
    ///
    /// # Errors
    /// What does not hold, in words.
    pub fn run(&mut self) -> Result<Cost, Vec<String>> {
        self.run_until(HEAL_AT);
        self.heal();
        self.converge(HEAL_AT + 90_000);
        self.cost.converged_at = self.now;
        self.fetch_blobs();
        self.expel_hostiles();
        self.converge(self.now + 60_000);
        self.check_quiet();
        self.check_nothing_lost();
        if self.failures.is_empty() {
            Ok(self.cost)
        } else {
            Err(self.failures.clone())
        }
    }

    pub(crate) fn converge(&mut self, patience: u64) {
        let mut step = self.now;
        while step < patience && self.failures.is_empty() {
            step += 250;
            self.run_until(step);
            if self.disagreement().is_none() {
                return;
            }
        }
        if self.failures.is_empty()
            && let Some(problem) = self.disagreement()
        {
            self.fail(problem);
        }
    }

    /// Lets time pass.
    pub fn run_until(&mut self, end: u64) {
        while self.failures.is_empty()
            && let Some(entry) = self.due.first_entry()
            && entry.key().0 <= end
        {
            self.now = entry.key().0;
            let due = entry.remove();
            self.happen(due);
        }
        self.now = self.now.max(end);
    }
}

/// The session at one end of a connection.
const fn session(connection: u64, end: usize) -> SessionId {
    SessionId(connection * 2 + end as u64)
}

const fn end_of(session: SessionId) -> (u64, usize) {
    (session.0 / 2, (session.0 % 2) as usize)
}

/// Luck of its own for one thing, so that leaving out another does not change it.
fn stream(seed: u64, kind: u64, index: u64) -> Rng {
    Rng::with_seed(Rng::with_seed(seed ^ kind << 56).u64(..) ^ index)
}

fn links(plan: &Plan, hostiles: usize) -> Vec<Link> {
    let mut pairs = Vec::new();
    for one in 0..plan.nodes {
        for other in one + 1..plan.nodes {
            let linked = match plan.topology {
                Topology::Star => one == 0,
                Topology::Mesh => true,
                Topology::Line => other == one + 1,
            };
            if linked {
                pairs.push([one, other]);
            }
        }
    }
    for hostile in 0..hostiles {
        for node in 0..plan.nodes {
            if node == 0 || stream(plan.seed, 3, (hostile * 1_000 + node) as u64).bool() {
                pairs.push([plan.nodes + hostile, node]);
            }
        }
    }
    pairs
        .into_iter()
        .map(|ends| {
            let number = |end: usize| end.checked_sub(plan.nodes).map_or(end, |it| 1_000 + it);
            let [one, other] = ends.map(number);
            let mut rng = stream(plan.seed, 4, (one * 10_000 + other) as u64);
            Link {
                ends,
                latency: rng.u64(0..=plan.max_latency_millis),
                bytes_per_milli: 10_000,
                loss_percent: plan.loss_percent,
                blocked_until: 0,
                carried: 0,
                rng,
            }
        })
        .collect()
}
