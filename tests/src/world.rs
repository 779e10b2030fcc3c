//! A world of simulated nodes: the real engine over a virtual clock, network and stores.
//!
//! Everything is drawn from one seed, so a failure can be replayed and shortened. What happens is
//! planned ahead ([`schedule`]); what is left to chance meanwhile comes from the plan's seed.
//!
//! - [`store`] (group commit, crashes), [`network`] (links, connections), [`node`] (an honest
//!   node), [`hostile`] (a dishonest one), [`drive`] (the event loop), [`carry`] (bundles),
//!   [`check`] (what must hold), [`shrink`] (the least plan that still fails).
//!
//! Real time, real disks and real sockets are left to the end-to-end tests.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fastrand::Rng;
use sync_protocol::charter::Version;
use sync_protocol::engine::{Output, SessionId};
use sync_protocol::id::{EntryId, NetworkId, NodeId, VersionId};
use sync_protocol::run::VerifiedRun;
use sync_protocol::time::Timestamp;

pub mod carry;
pub mod check;
pub mod drive;
pub mod hostile;
pub mod network;
pub mod node;
pub mod schedule;
pub mod shrink;
pub mod store;

use hostile::Hostile;
use network::{Connection, Link};
use node::{Keys, Node};
use schedule::{Action, HEAL_AT, Plan, Topology};

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
    Wake {
        node: usize,
    },
    Chores {
        node: usize,
    },
    Start {
        node: usize,
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
    /// The most bytes under way to one end of a connection.
    pub most_bytes_under_way: usize,
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
    admissions: VecDeque<usize>,
    /// Entries whose authors were told that they are safe.
    acknowledged: BTreeSet<(NodeId, u64, EntryId)>,
    failures: Vec<String>,
    cost: Cost,
    trace: Option<Vec<String>>,
    /// What follows the stores.
    pub observer: O,
}

impl<O: Observer> World<O> {
    /// Builds the world of a plan; nothing has happened yet.
    #[must_use]
    pub fn new(plan: Plan, observer: O) -> Self {
        let mut rng = Rng::with_seed(plan.seed);
        let mut nodes = Vec::new();
        for index in 0..plan.nodes {
            let beyond = index.checked_sub(plan.founders);
            let device = beyond.is_some_and(|it| it % plan.device_every == 1);
            let keys = Keys::numbered(if device { 0 } else { index }, index);
            let clock = NOWADAYS - TWENTY_YEARS / 2 + rng.u64(..TWENTY_YEARS);
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
        };
        let hostiles: Vec<Hostile> = (0..plan.hostile_members + plan.hostile_strangers)
            .map(|index| {
                let member = index < plan.hostile_members;
                let root = if member { 0 } else { 900 + index };
                Hostile::new(Keys::numbered(root, 900 + index), member, rng.u64(..))
            })
            .collect();
        let mut world = Self {
            links: links(&plan, hostiles.len(), &mut rng),
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
            admissions: VecDeque::new(),
            acknowledged: BTreeSet::new(),
            failures: Vec::new(),
            cost: Cost::default(),
            trace: None,
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
            let first = world.rng.u64(..500);
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

    /// Does one planned thing.
    fn act(&mut self, action: Action) {
        self.note(|_| format!("{action:?}"));
        let links = self.links.len();
        match action {
            Action::Write {
                node,
                entries,
                bytes,
            } => self.write(node, entries, bytes),
            Action::Cut { link } => self.cut_link(link % links),
            Action::Block { link, millis } => self.block(link % links, millis),
            Action::Partition { groups, millis } => {
                let side = |end: usize| groups >> end & 1;
                let across: Vec<usize> = (0..links)
                    .filter(|link| {
                        let [one, other] = self.links[*link].ends;
                        side(one) != side(other)
                    })
                    .collect();
                for link in across {
                    self.block(link, millis);
                }
            }
            Action::Crash {
                node,
                millis,
                synced,
            } => {
                self.crash(node, synced);
                self.at(self.now + millis, Due::Start { node });
            }
            Action::DialTwice { link } => {
                let [one, other] = self.links[link % links].ends;
                let ends = if self.rng.bool() {
                    [one, other]
                } else {
                    [other, one]
                };
                self.connect(link % links, ends);
            }
            Action::Carry { from, to, damaged } => self.carry(from, to, damaged),
            Action::Admit => {
                let next = self.nodes.iter().position(|node| node.pinned.is_none());
                if let Some(node) = next {
                    self.invite(node);
                }
            }
            Action::SlowStore { node, millis } => self.nodes[node].commit_millis = millis,
            Action::SlowLink {
                link,
                bytes_per_milli,
            } => self.links[link % links].bytes_per_milli = bytes_per_milli,
        }
    }

    fn block(&mut self, link: usize, millis: u64) {
        let until = self.now + millis;
        let link_state = &mut self.links[link];
        link_state.blocked_until = link_state.blocked_until.max(until);
        self.cut_link(link);
    }

    /// Ends all trouble that was planned; what goes on afterwards is the protocol's business.
    fn heal(&mut self) {
        self.note(|_| "everything heals".into());
        for link in &mut self.links {
            link.blocked_until = 0;
            link.bytes_per_milli = link.bytes_per_milli.max(300);
        }
        for node in 0..self.nodes.len() {
            self.nodes[node].commit_millis = self.nodes[node].commit_millis.min(20);
            if self.nodes[node].pinned.is_none() {
                self.invite(node);
            } else if self.nodes[node].engine.is_none() {
                self.start(node);
            }
        }
    }

    /// Runs to the end: trouble until [`HEAL_AT`], then until everybody agrees.
    ///
    /// # Errors
    /// What does not hold, in words.
    pub fn run(&mut self) -> Result<Cost, Vec<String>> {
        self.run_until(HEAL_AT);
        self.heal();
        let patience = HEAL_AT + 60_000;
        let mut step = HEAL_AT;
        while step < patience && self.failures.is_empty() {
            step += 500;
            self.run_until(step);
            if self.disagreement().is_none() {
                self.cost.converged_at = step;
                break;
            }
        }
        if self.failures.is_empty()
            && let Some(problem) = self.disagreement()
        {
            self.fail(problem);
        }
        self.check_nothing_lost();
        if self.failures.is_empty() {
            Ok(self.cost)
        } else {
            Err(self.failures.clone())
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

fn links(plan: &Plan, hostiles: usize, rng: &mut Rng) -> Vec<Link> {
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
    for hostile in plan.nodes..plan.nodes + hostiles {
        for node in 0..plan.nodes {
            if node == 0 || rng.bool() {
                pairs.push([hostile, node]);
            }
        }
    }
    pairs
        .into_iter()
        .map(|ends| Link {
            ends,
            latency: rng.u64(0..=plan.max_latency_millis),
            bytes_per_milli: 10_000,
            blocked_until: 0,
        })
        .collect()
}
