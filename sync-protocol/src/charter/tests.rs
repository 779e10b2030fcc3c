use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::frontier::Tip;
use crate::id::RootKey;
use crate::run::{Statement, sign};
use crate::time::Timestamp;

/// A structure with one node, and the journal it writes.
struct Partner {
    root: SigningKey,
    node: SigningKey,
    tip: Tip,
}

impl Partner {
    fn new(seed: u8) -> Self {
        let root = SigningKey::from_bytes(&[seed; 32]);
        let node = SigningKey::from_bytes(&[seed + 100; 32]);
        Self {
            root,
            node,
            tip: Tip::EMPTY,
        }
    }

    fn node_id(&self) -> NodeId {
        NodeId(self.node.verifying_key().to_bytes())
    }

    fn structure(&self) -> StructureId {
        StructureId::derive(&RootKey(self.root.verifying_key().to_bytes()))
    }

    fn member(&self) -> Member {
        Member {
            structure: self.structure(),
            root: RootKey(self.root.verifying_key().to_bytes()),
            voting_node: self.node_id(),
            name: "partner".into(),
            kind: "other".into(),
        }
    }

    fn say(&mut self, network: NetworkId, kind: Kind, body: Vec<u8>) -> Entry {
        let statement = Statement {
            charter: VersionId(network.0),
            kind,
            subject: None,
            time: Timestamp(1),
            body,
        };
        let run = sign(network, &self.node, self.tip, vec![statement]).remove(0);
        self.tip = run.last();
        run.into_entries().remove(0)
    }

    fn certify(&mut self, network: NetworkId) -> Entry {
        let certificate = Certificate::issue(network, self.structure(), &self.root, self.node_id());
        self.say(network, Kind::CERTIFICATE, certificate.encode())
    }
}

fn founding(founder: &Partner) -> Version {
    Version {
        number: 0,
        previous: VersionId::ZERO,
        name: "Cap Actif".into(),
        minimum_protocol: 1,
        written: Timestamp(1),
        members: vec![founder.member()],
    }
}

/// Founds with partner 0 and admits the others one by one with all the votes needed.
fn network_of(count: u8) -> (NetworkId, Version, Vec<Version>, Vec<Entry>) {
    let mut partners: Vec<Partner> = (1..=count).map(Partner::new).collect();
    let first = founding(&partners[0]);
    let network = first.network();
    let mut entries: Vec<Entry> = partners
        .iter_mut()
        .map(|partner| partner.certify(network))
        .collect();
    let mut versions = vec![first.clone()];
    for admitted in 1..usize::from(count) {
        let member = partners[admitted].member();
        let next = versions[admitted - 1].admitting(member, Timestamp(2));
        entries.push(partners[0].say(network, Kind::PROPOSE, next.encode()));
        for voter in &mut partners[..quorum(admitted)] {
            entries.push(voter.say(network, Kind::APPROVE, next.id().0.to_vec()));
        }
        versions.push(next);
    }
    (network, first, versions, entries)
}

#[test]
fn more_than_two_thirds_decide() {
    let needed: Vec<usize> = (1..=9).map(quorum).collect();
    assert_eq!(needed, [1, 2, 3, 3, 4, 5, 5, 6, 7]);
}

proptest! {
    #[test]
    fn any_order_gives_the_same_charter(count in 1u8..7, seed: u64) {
        let (network, first, versions, mut entries) = network_of(count);
        fastrand::Rng::with_seed(seed).shuffle(&mut entries);
        let mut charter = Charter::pinned(network, first);
        for entry in &entries {
            charter.observe(entry);
        }
        let (id, current) = charter.current();
        prop_assert_eq!(current, versions.last().unwrap());
        prop_assert_eq!(id, current.id());
        prop_assert_eq!(charter.nodes().count(), usize::from(count));
        prop_assert!(charter.proposals().is_empty());
    }

    #[test]
    fn versions_round_trip(count in 1u8..20, name in ".{0,30}") {
        let (_, _, mut versions, _) = network_of(count.min(6));
        let mut version = versions.pop().unwrap();
        version.name = name;
        prop_assert_eq!(Version::decode(&version.encode()).unwrap(), version);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        let _ = Version::decode(&bytes);
        let _ = Certificate::decode(NodeId::ZERO, &bytes);
    }
}

#[test]
fn an_approval_short_of_the_quorum_changes_nothing_and_says_what_is_missing() {
    let mut founder = Partner::new(1);
    let mut second = Partner::new(2);
    let third = Partner::new(3);
    let first = founding(&founder);
    let network = first.network();
    let mut charter = Charter::pinned(network, first.clone());
    let next = first.admitting(second.member(), Timestamp(2));
    charter.observe(&founder.say(network, Kind::PROPOSE, next.encode()));
    charter.observe(&founder.say(network, Kind::APPROVE, next.id().0.to_vec()));
    assert_eq!(charter.current().0, next.id());

    let after = next.admitting(third.member(), Timestamp(3));
    charter.observe(&founder.say(network, Kind::PROPOSE, after.encode()));
    charter.observe(&founder.say(network, Kind::APPROVE, after.id().0.to_vec()));
    assert_eq!(charter.current().0, next.id());
    let proposals = charter.proposals();
    assert_eq!((proposals.len(), proposals[0].missing), (1, 1));
    charter.observe(&second.say(network, Kind::APPROVE, after.id().0.to_vec()));
    assert_eq!(charter.current().0, after.id());
}

#[test]
fn votes_of_a_second_node_and_of_strangers_weigh_nothing() {
    let mut founder = Partner::new(1);
    let mut stranger = Partner::new(9);
    let first = founding(&founder);
    let network = first.network();
    let mut charter = Charter::pinned(network, first.clone());
    charter.observe(&founder.certify(network));
    charter.observe(&stranger.certify(network));
    let next = first.admitting(stranger.member(), Timestamp(2));
    charter.observe(&stranger.say(network, Kind::PROPOSE, next.encode()));
    charter.observe(&stranger.say(network, Kind::APPROVE, next.id().0.to_vec()));
    let mut second_node = Partner {
        root: founder.root.clone(),
        ..Partner::new(5)
    };
    charter.observe(&second_node.certify(network));
    charter.observe(&second_node.say(network, Kind::APPROVE, next.id().0.to_vec()));
    assert_eq!(charter.current().0, first.id());
    assert_eq!(charter.structure_of(&stranger.node_id()), None);
    assert_eq!(
        charter.structure_of(&second_node.node_id()),
        Some(founder.structure())
    );
}

#[test]
fn two_effective_versions_of_one_height_stop_the_evaluation() {
    let mut founder = Partner::new(1);
    let first = founding(&founder);
    let network = first.network();
    let mut charter = Charter::pinned(network, first.clone());
    for seed in [2, 3] {
        let next = first.admitting(Partner::new(seed).member(), Timestamp(2));
        charter.observe(&founder.say(network, Kind::PROPOSE, next.encode()));
        charter.observe(&founder.say(network, Kind::APPROVE, next.id().0.to_vec()));
    }
    assert!(charter.rivals().is_some());
    assert_eq!(charter.current().0, first.id());
}

#[test]
fn only_the_certificate_that_opens_a_journal_counts() {
    let mut founder = Partner::new(1);
    let second = Partner::new(2);
    let mut first = founding(&founder);
    first.members.push(second.member());
    let network = first.network();
    let opening = founder.certify(network);
    let other = Certificate::issue(network, second.structure(), &second.root, founder.node_id());
    let later = founder.say(network, Kind::CERTIFICATE, other.encode());
    for order in [[&opening, &later], [&later, &opening]] {
        let mut charter = Charter::pinned(network, first.clone());
        for entry in order {
            charter.observe(entry);
        }
        assert_eq!(
            charter.structure_of(&founder.node_id()),
            Some(founder.structure())
        );
    }
}
