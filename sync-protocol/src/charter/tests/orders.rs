//! The same set of entries gives the same charter, in whatever order it came.
//!
//! Over all orders of k entries, without taking all k! of them: if for every subset and every
//! entry of it, the charter of the others shown that entry last is the charter of the subset, then
//! by induction every order of every subset ends in the same charter.

use super::heads::{approve_at, tip, verdict};
use super::*;
use crate::charter::ledger::Quota;

/// Checks every order of `entries` above what is held already; returns how many subsets that took.
pub(super) fn check_all_orders(ground: &Charter, entries: &[Entry]) -> usize {
    assert!(entries.len() <= 14, "2^k charters are kept");
    let mut of: Vec<Charter> = Vec::with_capacity(1 << entries.len());
    of.push(ground.clone());
    for set in 1..1usize << entries.len() {
        let members = (0..entries.len()).filter(|it| set >> it & 1 == 1);
        let mut charters = members.map(|last| {
            let mut charter = of[set & !(1 << last)].clone();
            charter.observe(&entries[last]);
            charter
        });
        let charter = charters.next().unwrap();
        assert!(charters.all(|other| other == charter), "set {set:b}");
        of.push(charter);
    }
    // All at once, and one that is seen again, are no other orders.
    let mut together = ground.clone();
    together.observe_all(entries);
    assert!(!together.observe_all(entries));
    assert!(of.last() == Some(&together));
    of.len()
}

/// A removal with all that decides on it: the proposal, every approval with a tip of its own, two
/// lists of the proposer, a foreign one, the accomplice's late vote; in rolls of two to seven.
#[test]
fn a_removal_comes_to_the_same_heads_in_all_orders() {
    for count in 2..=7u8 {
        let (network, first, mut partners) = founders(count);
        let size = partners.len();
        let target = partners[size - 1].clone();
        let removal = above(&first, 2, |version, terms| {
            remove(version, terms, &target, &partners[0]);
        });
        let openings: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
        let ground = show(network, &first, &openings);
        let mut entries = vec![partners[0].propose(network, &removal)];
        let votes: Vec<Entry> = partners
            .iter_mut()
            .zip([8, 10, 5, 7, 6, 9, 60])
            .map(|(it, seq)| approve_at(network, it, &removal, target.node, seq))
            .collect();
        for listed in [&votes[..], &votes[..size - 1], &votes[1..]] {
            let ids: BTreeSet<EntryId> = listed.iter().map(|it| it.id).collect();
            let certified = Certified {
                version: removal.id(),
                approvals: ids.into_iter().collect(),
            };
            let body = certified.encode();
            entries.push(partners[0].say(network, Kind::CERTIFY, body.clone()));
            if entries.len() == 2 {
                entries.push(partners[size - 1].say(network, Kind::CERTIFY, body));
            }
        }
        entries.truncate(4);
        entries.extend(votes);
        assert_eq!(check_all_orders(&ground, &entries), 1 << (size + 4));
    }
}

/// Once a certificate is known, no further vote moves a verdict; before, verdicts only settle.
#[test]
fn verdicts_only_settle_as_approvals_arrive_in_any_order() {
    let (network, first, mut partners) = founders(5);
    let target = partners[4].clone();
    let removal = above(&first, 2, |version, terms| {
        remove(version, terms, &target, &partners[0]);
    });
    let mut openings: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    openings.push(partners[0].propose(network, &removal));
    let mut entries: Vec<Entry> = partners[..4]
        .iter_mut()
        .zip([8, 10, 5, 7])
        .map(|(it, seq)| approve_at(network, it, &removal, target.node, seq))
        .collect();
    let certified = Certified {
        version: removal.id(),
        approvals: {
            let ids: BTreeSet<EntryId> = entries[..3].iter().map(|it| it.id).collect();
            ids.into_iter().collect()
        },
    };
    entries.push(partners[0].say(network, Kind::CERTIFY, certified.encode()));
    entries.push(approve_at(
        network,
        &mut partners[4],
        &removal,
        target.node,
        60,
    ));
    let judge = |set: usize| -> Vec<Verdict> {
        let shown = (0..entries.len()).filter(|it| set >> it & 1 == 1);
        let mut charter = show(network, &first, &openings);
        charter.observe_all(shown.map(|it| &entries[it]));
        // While the removal is not in force nothing is decided yet.
        if charter.current().0 != removal.id() {
            return Vec::new();
        }
        (1..=60)
            .map(|seq| verdict(&charter, target.node, seq, &first))
            .collect()
    };
    for set in 0..1usize << entries.len() {
        let before = judge(set);
        for further in 0..entries.len() {
            let after = judge(set | 1 << further);
            for (before, after) in before.iter().zip(&after) {
                let settles = matches!(before, Verdict::Pending(_)) || before == after;
                assert!(settles, "{before:?} became {after:?}");
            }
        }
    }
    let all = judge((1 << entries.len()) - 1);
    let accepted = all.iter().filter(|it| **it == Verdict::Accepted).count();
    assert_eq!(accepted, 10);
}

/// Rivals, a later round, a suspension, ratifications, an admission by delegation: every kind of
/// entry there is, in all orders.
#[test]
fn every_kind_of_entry_in_all_orders() {
    let (_, mut first, mut partners) = founders(3);
    let terms = first.terms.as_mut().unwrap();
    terms.coordinator = Some(partners[0].structure());
    terms.admissions = 1;
    let person = SigningKey::from_bytes(&[77; 32]);
    terms.committee.push(Person {
        key: crate::id::PersonKey(person.verifying_key().to_bytes()),
        name: "person".into(),
    });
    terms.committee_quorum = 1;
    let network = first.network();
    let one = first.admitting(Partner::new(11).member(), Timestamp(2));
    let rival = above(&first, 3, |version, _| version.name.push('!'));
    let later = above(&first, 4, |_, terms| terms.round = 1);
    let upon = above(&one, 5, |version, _| version.name.push('?'));
    let record = Place {
        author: partners[0].node,
        seq: 1,
    };
    let ratify = Ratify::sign(network, record, [1; 32], first.id(), &person);
    let suspend = Suspend {
        version: first.id(),
        subject: Subject::Node(partners[2].node),
        tips: vec![(partners[2].node, tip(partners[2].node, 3))],
    };
    let mut entries = vec![
        partners[2].certify(network),
        partners[0].propose(network, &one),
        partners[0].propose(network, &upon),
        partners[1].propose(network, &rival),
        partners[1].propose(network, &later),
        partners[0].approve(network, &one),
        partners[1].approve(network, &one),
        partners[1].approve(network, &rival),
        partners[2].approve(network, &later),
        partners[0].say(network, Kind::RATIFY, ratify.encode()),
    ];
    for partner in &mut partners[..2] {
        entries.push(partner.say(network, Kind::SUSPEND, suspend.encode()));
    }
    let ground = Charter::pinned(network, first);
    assert_eq!(check_all_orders(&ground, &entries), 1 << 12);
}

/// Histories of one to seven structures that go wrong in every way at once, shuffled.
#[test]
fn random_histories_with_hostile_entries_come_to_the_same_state_in_shuffled_orders() {
    let mut met = Met::default();
    for seed in 0..120u64 {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = random.u8(1..=7);
        let (network, first, mut partners) = founders(count);
        let strangers = [Partner::new(50), Partner::new(51)];
        let mut versions = vec![first.clone()];
        let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
        partners.extend(strangers);
        for step in 0..random.u64(20..60) {
            let latest = versions.last().unwrap().clone();
            let below = if random.u8(0..3) == 0 {
                random.choice(&versions).unwrap().clone()
            } else {
                show(network, &first, &entries).current().1.clone()
            };
            let who = random.usize(0..partners.len());
            let other = random.usize(0..partners.len());
            let version = if random.bool() { latest } else { below.clone() };
            let node = partners[other].node;
            match random.u8(0..10) {
                0..=1 => {
                    let next = random_version(&mut random, &below, &partners, step);
                    entries.push(partners[who].propose(network, &next));
                    versions.push(next);
                }
                2..=5 => {
                    let seq = random.u64(1..50);
                    for voter in &mut partners {
                        if random.u8(0..4) > 0 {
                            entries.push(approve_at(network, voter, &version, node, seq));
                        }
                    }
                }
                6 => {
                    let ids: BTreeSet<EntryId> = entries
                        .iter()
                        .filter(|it| it.header.kind == Kind::APPROVE && random.bool())
                        .map(|it| it.id)
                        .take(500)
                        .collect();
                    let certified = Certified {
                        version: version.id(),
                        approvals: ids.into_iter().collect(),
                    };
                    entries.push(partners[who].say(network, Kind::CERTIFY, certified.encode()));
                }
                7 => {
                    let suspend = Suspend {
                        version: version.id(),
                        subject: Subject::Node(node),
                        tips: vec![(node, tip(node, random.u64(1..50)))],
                    };
                    for partner in &mut partners {
                        if random.bool() {
                            entries.push(partner.say(network, Kind::SUSPEND, suspend.encode()));
                        }
                    }
                }
                8 => {
                    // Another branch of the same journal.
                    let mut fork = partners[who].clone();
                    fork.seq = random.u64(0..=fork.seq);
                    entries.push(fork.approve(network, &version));
                }
                _ => {
                    let bytes = (0..random.usize(0..80)).map(|_| random.u8(..)).collect();
                    let kind = Kind(random.u8(1..=12));
                    entries.push(partners[who].say(network, kind, bytes));
                }
            }
        }
        // Where a few entries fill the quota of their author, most of them lie behind it.
        let mut ground = Charter::pinned(network, first.clone());
        ground.ledger.tight = Some(Quota {
            entries: random.usize(2..6),
            bytes: 1_500,
        });
        let mut expected = ground.clone();
        expected.observe_all(&entries);
        for _ in 0..4 {
            random.shuffle(&mut entries);
            let mut charter = ground.clone();
            for entry in &entries {
                charter.observe(entry);
            }
            assert_eq!(charter, expected, "seed {seed}");
        }
        let expected = show(network, &first, &entries);
        for _ in 0..4 {
            random.shuffle(&mut entries);
            let mut charter = Charter::pinned(network, first.clone());
            for entry in &entries {
                charter.observe(entry);
            }
            assert_eq!(charter, expected, "seed {seed}");
            let cited = random.choice(&versions).unwrap();
            for partner in &partners {
                let judged = verdict(&charter, partner.node, 20, cited);
                assert_eq!(judged, verdict(&expected, partner.node, 20, cited));
            }
        }
        // A newcomer that pins what is in force comes to the same.
        let pinned = expected.current().1.clone();
        entries.push(entry(network, node(1), 9, Kind::PROPOSE, first.encode()));
        let newcomer = show(network, &pinned, &entries);
        assert_eq!(newcomer.current(), expected.current(), "seed {seed}");
        assert!(newcomer.effective().eq(expected.effective()), "seed {seed}");
        met.count(&expected);
    }
    let enough = met.versions > 150
        && met.narrowings > 30
        && met.rivals > 10
        && met.double_votes > 100
        && met.suspensions > 20;
    assert!(enough, "{met:?}");
}

/// What random histories came across, so that they are known to be worth their name.
#[derive(Default, Debug)]
struct Met {
    versions: usize,
    narrowings: usize,
    rivals: usize,
    double_votes: usize,
    suspensions: usize,
}

impl Met {
    fn count(&mut self, charter: &Charter) {
        self.versions += charter.effective().count() - 1;
        self.narrowings += charter.narrowings.len();
        self.rivals += usize::from(charter.rivals().is_some());
        self.double_votes += charter.double_votes().len();
        self.suspensions += charter.suspended.len();
    }
}

/// Some version above another, fit or not.
fn random_version(
    random: &mut fastrand::Rng,
    below: &Version,
    partners: &[Partner],
    written: u64,
) -> Version {
    let mut next = below.clone();
    next.number = below.number + 1 + u32::from(random.u8(0..10) == 0);
    next.previous = below.id();
    next.written = Timestamp(written);
    if let Some(terms) = &mut next.terms {
        terms.round = u16::from(random.u8(0..4) == 0);
        terms.proposer = random.choice(partners).unwrap().node;
        let one = random.choice(partners).unwrap();
        let structure = one.structure();
        match random.u8(0..5) {
            0 if next.members.len() > 1 => {
                let left = next.members.remove(random.usize(0..next.members.len()));
                let left = left.structure;
                let successor = next.members[0].structure;
                for earlier in &mut terms.successors {
                    if earlier.successor == left {
                        earlier.successor = successor;
                    }
                }
                terms.successors.push(Successor { left, successor });
                terms.successors.sort();
            }
            1 if next.members.iter().all(|it| it.structure != structure) => {
                terms.successors.retain(|it| it.left != structure);
                next.members.push(one.member());
            }
            2 if next.members.iter().any(|it| it.structure == structure) => {
                let holder = Holder::Structure(structure);
                terms.mandates = vec![Mandate::new("project", Right::Create, holder)];
            }
            _ => {}
        }
        let roll = &next.members;
        terms.mandates.retain(|it| match &it.holder {
            Holder::Structure(holder) => roll.iter().any(|it| it.structure == *holder),
            Holder::Everyone | Holder::Coordinator | Holder::Kind(_) => true,
        });
    }
    next
}
