//! What versions of format 1, which networks began with, come to.

use proptest::prelude::*;

use super::*;

/// Founds with partner 0 and admits the others one by one with all the votes needed.
fn network_of(count: u8) -> (NetworkId, Version, Vec<Version>, Vec<Entry>) {
    let mut partners: Vec<Partner> = (1..=count).map(Partner::new).collect();
    let first = founding(&partners[..1]);
    let network = first.network();
    let mut entries: Vec<Entry> = partners
        .iter_mut()
        .map(|partner| partner.certify(network))
        .collect();
    let mut versions = vec![first.clone()];
    for admitted in 1..usize::from(count) {
        let member = partners[admitted].member();
        let next = versions[admitted - 1].admitting(member, Timestamp(2));
        entries.push(partners[0].propose(network, &next));
        for voter in &mut partners[..quorum(admitted)] {
            entries.push(voter.approve(network, &next));
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
}

#[test]
fn an_approval_short_of_the_quorum_changes_nothing_and_says_what_is_missing() {
    let mut founder = Partner::new(1);
    let mut second = Partner::new(2);
    let third = Partner::new(3);
    let first = founding(&[founder.clone()]);
    let network = first.network();
    let mut charter = Charter::pinned(network, first.clone());
    let next = first.admitting(second.member(), Timestamp(2));
    charter.observe(&founder.propose(network, &next));
    charter.observe(&founder.approve(network, &next));
    assert_eq!(charter.current().0, next.id());

    let after = next.admitting(third.member(), Timestamp(3));
    charter.observe(&founder.propose(network, &after));
    charter.observe(&founder.approve(network, &after));
    assert_eq!(charter.current().0, next.id());
    let proposals = charter.proposals();
    assert_eq!((proposals.len(), proposals[0].missing), (1, 1));
    assert_eq!(proposals[0].waits_for, [second.structure()]);
    charter.observe(&second.approve(network, &after));
    assert_eq!(charter.current().0, after.id());
}

#[test]
fn votes_of_a_second_node_and_of_strangers_weigh_nothing() {
    let mut founder = Partner::new(1);
    let mut stranger = Partner::new(9);
    let first = founding(&[founder.clone()]);
    let network = first.network();
    let mut charter = Charter::pinned(network, first.clone());
    charter.observe(&founder.certify(network));
    charter.observe(&stranger.certify(network));
    let next = first.admitting(stranger.member(), Timestamp(2));
    charter.observe(&stranger.propose(network, &next));
    charter.observe(&stranger.approve(network, &next));
    let mut second_node = Partner {
        root: founder.root.clone(),
        ..Partner::new(5)
    };
    charter.observe(&second_node.certify(network));
    charter.observe(&second_node.approve(network, &next));
    assert_eq!(charter.current().0, first.id());
    assert_eq!(charter.structure_of(&stranger.node), None);
    assert_eq!(
        charter.structure_of(&second_node.node),
        Some(founder.structure())
    );
}

#[test]
fn two_effective_versions_of_one_height_stop_the_evaluation() {
    let mut founder = Partner::new(1);
    let first = founding(&[founder.clone()]);
    let network = first.network();
    let mut charter = Charter::pinned(network, first.clone());
    for seed in [2, 3] {
        let next = first.admitting(Partner::new(seed).member(), Timestamp(2));
        charter.observe(&founder.propose(network, &next));
        charter.observe(&founder.approve(network, &next));
    }
    assert!(charter.rivals().is_some());
    assert_eq!(charter.current().0, first.id());
}

#[test]
fn only_the_certificate_that_opens_a_journal_counts() {
    let mut founder = Partner::new(1);
    let second = Partner::new(2);
    let first = founding(&[founder.clone(), second.clone()]);
    let network = first.network();
    let opening = founder.certify(network);
    let other = Certificate::issue(network, second.structure(), &second.root, founder.node);
    let later = founder.say(network, Kind::CERTIFICATE, other.encode());
    for order in [[&opening, &later], [&later, &opening]] {
        let mut charter = Charter::pinned(network, first.clone());
        for entry in order {
            charter.observe(entry);
        }
        assert_eq!(
            charter.structure_of(&founder.node),
            Some(founder.structure())
        );
    }
}

#[test]
fn a_journal_with_two_openings_belongs_to_one_structure_whichever_came_first() {
    let founder = Partner::new(1);
    let second = Partner::new(2);
    let first = founding(&[founder.clone(), second.clone()]);
    let network = first.network();
    let openings = [&founder, &second].map(|partner| {
        let certificate =
            Certificate::issue(network, partner.structure(), &partner.root, founder.node);
        entry(
            network,
            founder.node,
            1,
            Kind::CERTIFICATE,
            certificate.encode(),
        )
    });
    let [one, other] = openings;
    let here = show(network, &first, &[one.clone(), other.clone()]);
    assert_eq!(here, show(network, &first, &[other, one]));
    assert!(here.structure_of(&founder.node).is_some());
}

#[test]
fn a_newcomer_learns_what_lies_below_the_version_it_pinned() {
    let (network, first, versions, mut entries) = network_of(5);
    entries.push(Partner::new(1).propose(network, &first));
    let newcomer = show(network, &versions[3], &entries);
    let veteran = show(network, &first, &entries);
    assert!(newcomer.effective().eq(veteran.effective()));
    assert_eq!(newcomer.current(), veteran.current());
}

#[test]
fn format_1_keeps_its_identity_and_cannot_drop_anybody() {
    let (network, first, versions, mut entries) = network_of(3);
    assert_eq!(network.0, first.id().0);
    assert_eq!(first.encode()[0], 1);
    let top = versions.last().unwrap();
    let mut next = top.clone();
    next.number += 1;
    next.previous = top.id();
    next.members.pop();
    let mut voters: Vec<Partner> = (1..=3).map(Partner::new).collect();
    for voter in &mut voters {
        voter.seq = 100;
        entries.push(voter.propose(network, &next));
        entries.push(voter.approve(network, &next));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().1, top);
    assert_eq!(
        charter.may_approve(&voters[0].node, &next.id()),
        Err(MayNot::Unfit(Unfit::TermsMissing))
    );
}

#[test]
fn a_network_of_format_1_goes_on_in_format_2_without_taking_anything_from_anybody() {
    let (network, first, _, entries) = network_of(4);
    let charter = show(network, &first, &entries);
    let draft = charter.draft(node(101), Timestamp(9));
    assert_eq!(draft.encode()[0], 2);
    let step = Step::new(charter.current().1, &draft);
    assert_eq!(step.fit, Ok(()));
    assert!(step.narrowing.is_empty() && step.concerned.is_empty());
}

#[test]
fn an_admission_whose_votes_were_split_is_proposed_again_in_the_open_round() {
    let mut partners: Vec<Partner> = (1..=2).map(Partner::new).collect();
    let first = founding(&partners);
    let network = first.network();
    let rivals = [5, 6].map(|seed| first.admitting(Partner::new(seed).member(), Timestamp(2)));
    let mut entries = Vec::new();
    for (partner, version) in partners.iter_mut().zip(&rivals) {
        entries.push(partner.propose(network, version));
        entries.push(partner.approve(network, version));
    }
    let charter = show(network, &first, &entries);
    let again = charter.admission(Partner::new(5).member(), partners[0].node, Timestamp(3));
    assert_eq!(again.round(), 1);
    entries.push(partners[0].propose(network, &again));
    for partner in &mut partners {
        let charter = show(network, &first, &entries);
        assert_eq!(charter.may_approve(&partner.node, &again.id()), Ok(()));
        entries.push(partner.approve(network, &again));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, again.id());
    let newcomer = Partner::new(5).structure();
    assert!(charter.member(&newcomer).is_some());
}
