//! Three nodes that move one referral at once: sender, receiver and lead, each by what it knows.
//!
//! A model beside the replicas holds who knew what when a state was written; what stands has to be what
//! [`settle`] makes of it, on every node and after every exchange, and nothing that a structure may write
//! is refused anywhere. `CAPACTIF_SEEDS` says how many lives are played, `CAPACTIF_SEED` which one first.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp as Instant;
use sync_protocol::charter::DeniedReason;
use sync_protocol::id::{NodeId, RecordId, Salt, StructureId, VersionId};

use super::*;
use crate::registry::referral::{Move, Roles, Status, apply, settle};
use crate::registry::{COLLECTIONS as DECLARED, collection};
use crate::replica::testing::{Anyone, NETWORK, communes};
use crate::replica::{
    Authority, Deed, NotPermitted, Replica, Ruling, Setup, What, registry_precedence,
};
use crate::view::Standing;

/// Sender, receiver, lead.
const NODES: [u8; 3] = [1, 3, 5];

/// Lives played where nobody says how many.
const SEEDS: u64 = 150;

/// The record that stands for a structure of these tests.
fn party(structure: StructureId) -> String {
    structure.to_string()
}

fn party_of(node: u8) -> String {
    party(structure_of(&NodeId([node; 32])).unwrap())
}

/// Lets structures move what binds them, and nothing else of it.
#[derive(Debug)]
struct Parties;

impl Authority for Parties {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        structure_of(node)
    }

    fn rule(&self, entry: &Entry, deeds: &[Deed]) -> Ruling {
        let structure = structure_of(&entry.header.author).unwrap();
        match self.permit(&structure, deeds) {
            Ok(()) => Ruling::Counts,
            Err(_) => Ruling::Refused("not_granted"),
        }
    }

    fn permit(&self, structure: &StructureId, deeds: &[Deed]) -> Result<(), Box<NotPermitted>> {
        let mine = party(*structure);
        let foreign = |deed: &&Deed| match &deed.what {
            What::Move { parties } => !parties.contains(&mine),
            _ => false,
        };
        match deeds.iter().find(foreign) {
            None => Ok(()),
            Some(deed) => Err(Box::new(NotPermitted {
                deed: deed.clone(),
                reason: DeniedReason::NotAParty,
                who_may: Vec::new(),
            })),
        }
    }

    fn standing(&self, _: &NodeId) -> Standing {
        Standing {
            fingerprint: [0; 32],
            free_up_to: u64::MAX,
        }
    }

    fn falls_back(&self, before: &VersionId, cited: &VersionId) -> bool {
        cited < before
    }
}

/// A node with the registry's own collections and precedence.
fn node(number: u8) -> TestNode {
    let mut made = TestNode::new(number);
    let id = made.id;
    made.replica = Replica::open(Setup {
        path: &made.folder.path().join("referrals").join("registry.sqlite"),
        network: NETWORK,
        me: id,
        collections: &DECLARED,
        precedence: Some(registry_precedence),
        communes: communes(),
        authority: Arc::new(Parties),
    })
    .unwrap();
    made
}

/// One state that was written, and all that its author knew of then.
struct Written {
    by: usize,
    status: Status,
    knew: BTreeSet<usize>,
}

/// One life of a referral.
struct Life {
    record: RecordId,
    /// Node by node, what was delivered there.
    delivered: [BTreeSet<usize>; 3],
    written: Vec<Written>,
}

impl Life {
    /// What a node knows: a state whose author knew more waits until that has come too.
    fn known(&self, at: usize) -> Vec<usize> {
        let here = &self.delivered[at];
        let is_known = |it: &&usize| self.written[**it].knew.is_subset(here);
        here.iter().filter(is_known).copied().collect()
    }

    /// What stands at a node by the model, and whether people should look at it.
    fn expected(&self, at: usize) -> (Status, bool) {
        let known = self.known(at);
        let values: Vec<Status> = known.iter().map(|it| self.written[*it].status).collect();
        let follows = |later: usize, earlier: usize| {
            self.written[known[later]].knew.contains(&known[earlier])
        };
        let settled = settle(&values, &follows).unwrap();
        (settled.status, settled.review)
    }

    fn check(&self, nodes: &[TestNode], at: usize, seed: u64) {
        let record = nodes[at].get(&self.record);
        let stands = Status::of(&record.fields).unwrap();
        let review = record.conflicts.iter().any(|it| it == "status");
        assert_eq!(
            (stands, review),
            self.expected(at),
            "seed {seed}, node {at}"
        );
    }

    fn deliver(&mut self, nodes: &mut [TestNode], to: usize, from: usize) {
        let entries = nodes[to].lacks(&nodes[from]);
        nodes[to].apply(&entries);
        let arrived: Vec<usize> = (0..self.written.len())
            .filter(|it| self.written[*it].by == from)
            .collect();
        self.delivered[to].extend(arrived);
    }

    /// One move that this node's structure may make of what it sees, if the draw is one.
    fn try_move(&mut self, nodes: &mut [TestNode], at: usize, requested: Move, now: Instant) {
        let Ok(Some(seen)) = nodes[at].replica.reader().get(&self.record) else {
            return;
        };
        let lead = party_of(NODES[2]);
        let roles = Roles::of(&party_of(NODES[at]), &seen.fields, Some(&lead)).mandated(true);
        let Ok(changes) = apply(&seen.fields, requested, roles, Some("other"), now) else {
            return;
        };
        let mut edits = Edits::set(changes.put);
        let cleared = changes.clear.into_iter();
        edits
            .set
            .extend(cleared.map(|name| (name.to_owned(), None)));
        let knew: BTreeSet<usize> = self.known(at).into_iter().collect();
        assert!(nodes[at].edit(self.record, edits));
        self.delivered[at].insert(self.written.len());
        self.written.push(Written {
            by: at,
            status: requested.target(),
            knew,
        });
    }
}

/// Plays one life: moves and deliveries as they fall, then everybody hears everything.
fn play(nodes: &mut [TestNode], seed: u64) -> (Status, bool) {
    let mut random = fastrand::Rng::with_seed(seed);
    let parties = NODES.map(|number| text(&party_of(number)));
    let [from, to, lead] = parties;
    let mut values = fields([
        ("theme", text("loan")),
        ("from_structure", from),
        ("to_structure", to),
        ("lead_structure", lead),
        ("status", text("sent")),
    ]);
    values.insert("sent_on".into(), text("2026-11-23T08:00:00Z"));
    let author = nodes[0].author();
    let mut salt = [7; 32];
    salt[..8].copy_from_slice(&seed.to_be_bytes());
    let draft = nodes[0]
        .replica
        .draft_create(&author, "referral", Salt(salt), values)
        .unwrap();
    let record = draft.record;
    let entry = nodes[0].record(draft);
    assert_eq!(nodes[0].apply(&[entry]).accepted, 1);
    let mut life = Life {
        record,
        delivered: [BTreeSet::from([0]), BTreeSet::new(), BTreeSet::new()],
        written: vec![Written {
            by: 0,
            status: Status::Sent,
            knew: BTreeSet::new(),
        }],
    };
    for step in 0..random.usize(8..24) {
        let at = random.usize(..3);
        if random.u8(..5) < 2 {
            let from = (at + random.usize(1..3)) % 3;
            life.deliver(nodes, at, from);
            if !life.known(at).is_empty() {
                life.check(nodes, at, seed);
            }
        } else {
            let now = Instant::from_second(1_790_000_000 + step as i64).unwrap();
            let requested = random.choice(Move::ALL).unwrap();
            life.try_move(nodes, at, requested, now);
        }
    }
    // Twice: what waited for another comes with it.
    for (to, from) in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)].repeat(2) {
        life.deliver(nodes, to, from);
    }
    let shown: Vec<_> = nodes.iter().map(|node| node.get(&record)).collect();
    for (at, record) in shown.iter().enumerate() {
        life.check(nodes, at, seed);
        assert_eq!(record.fields, shown[0].fields, "seed {seed}, node {at}");
        assert_eq!(record.conflicts, shown[0].conflicts, "seed {seed}");
    }
    life.expected(0)
}

fn setting(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |it| it.parse().expect("a whole number"))
}

#[test]
fn three_nodes_that_move_a_referral_at_once_come_to_the_same() {
    assert!(collection("referral").is_some());
    let (first, count) = (
        setting("CAPACTIF_SEED", 0),
        setting("CAPACTIF_SEEDS", SEEDS),
    );
    let mut nodes = NODES.map(node);
    let (mut ends, mut reviewed) = (BTreeSet::new(), 0);
    for seed in first..first + count {
        let (status, review) = play(&mut nodes, seed);
        ends.insert(status);
        reviewed += u64::from(review);
    }
    for node in &nodes {
        assert_eq!(node.digest(), nodes[0].digest());
        assert_eq!(node.replica.reader().refused(9).unwrap(), []);
        assert_eq!(node.replica.reader().pending(9).unwrap(), []);
    }
    println!("{count} lives, {reviewed} with states to review, ends: {ends:?}");
    if count >= SEEDS {
        assert!(reviewed > count / 40, "hardly any moves were concurrent");
        assert!(ends.len() > 8, "{ends:?}");
    }
}

#[test]
fn a_state_that_is_another_partys_to_write_is_refused_where_it_arrives() {
    let [mut sender, mut receiver, _] = NODES.map(node);
    let author = sender.author();
    let values = fields([
        ("theme", text("loan")),
        ("from_structure", text(&party_of(1))),
        ("to_structure", text(&party_of(3))),
        ("status", text("sent")),
    ]);
    let draft = sender
        .replica
        .draft_create(&author, "referral", Salt([9; 32]), values)
        .unwrap();
    let record = draft.record;
    let entry = sender.record(draft);
    sender.apply(&[entry]);
    let accepted = Edits::set(fields([("status", text("accepted"))]));
    let author = sender.author();
    let refused = sender
        .replica
        .draft_change(&author, record, accepted.clone());
    assert_eq!(refused.unwrap_err().code(), "not_a_party");
    // Written all the same, by a program of its author's own.
    sender.replica.govern(Arc::new(Anyone::default()));
    sender.edit(record, accepted);
    receiver.pull(&sender);
    assert_eq!(receiver.get(&record).fields["status"], text("sent"));
    assert_eq!(receiver.replica.reader().refused(9).unwrap().len(), 1);
}
