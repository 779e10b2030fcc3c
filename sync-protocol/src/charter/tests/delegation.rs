//! What the coordinator and one more may admit by themselves.

use super::*;

/// A coordinator with `admissions` to give in a network of five.
fn delegating(admissions: u16) -> (NetworkId, Version, Vec<Partner>) {
    let (_, mut first, partners) = founders(5);
    let terms = first.terms.as_mut().unwrap();
    terms.coordinator = Some(partners[0].structure());
    terms.admissions = admissions;
    (first.network(), first, partners)
}

#[test]
fn the_coordinator_and_one_more_admit_as_many_as_was_delegated() {
    let (network, first, mut partners) = delegating(2);
    let one = first.admitting(Partner::new(11).member(), Timestamp(2));
    let two = one.admitting(Partner::new(12).member(), Timestamp(3));
    let three = two.admitting(Partner::new(13).member(), Timestamp(4));
    let mut entries = Vec::new();
    let mut reached = Vec::new();
    for version in [&one, &two, &three] {
        entries.push(partners[0].propose(network, version));
        entries.push(partners[1].approve(network, version));
        entries.push(partners[2].approve(network, version));
        reached.push(show(network, &first, &entries).current().0 == version.id());
        entries.push(partners[0].approve(network, version));
        reached.push(show(network, &first, &entries).current().0 == version.id());
    }
    assert_eq!(reached, [false, true, false, true, false, false]);
}

#[test]
fn what_is_delegated_is_to_admit_one_and_nothing_else() {
    let (network, first, mut partners) = delegating(2);
    let admitted = Partner::new(11).member();
    let honest = first.admitting(admitted.clone(), Timestamp(2));
    type Spoil<'a> = &'a dyn Fn(&mut Version);
    let other = partners[3].member();
    let spoilt: [Spoil<'_>; 6] = [
        &|it| it.name.push('!'),
        &|it| it.minimum_protocol += 1,
        &|it| it.members[1].voting_node = node(77),
        &|it| it.terms.as_mut().unwrap().admissions += 1,
        &|it| it.members.push(Partner::new(12).member()),
        &|it| {
            let right = Holder::Structure(other.structure);
            it.terms.as_mut().unwrap().mandates =
                vec![Mandate::new("project", Right::EditAny, right)];
        },
    ];
    for spoil in spoilt {
        let mut version = honest.clone();
        spoil(&mut version);
        let entries = [
            partners[0].propose(network, &version),
            partners[0].approve(network, &version),
            partners[1].approve(network, &version),
        ];
        let charter = show(network, &first, &entries);
        assert_eq!(charter.current().0, first.id());
        assert_eq!(charter.proposals()[0].missing, 2);
    }
}

#[test]
fn what_members_voted_goes_before_what_was_delegated() {
    let (network, first, mut partners) = delegating(2);
    let delegated = first.admitting(Partner::new(11).member(), Timestamp(2));
    let voted = above(&first, 3, |version, _| version.name.push('!'));
    let mut entries = vec![
        partners[0].propose(network, &delegated),
        partners[0].approve(network, &delegated),
        partners[1].propose(network, &voted),
        partners[1].approve(network, &delegated),
    ];
    assert_eq!(show(network, &first, &entries).current().0, delegated.id());
    for partner in &mut partners[1..] {
        entries.push(partner.approve(network, &voted));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, voted.id());
    assert_eq!(charter.rivals(), None);
}

#[test]
fn a_coordinator_cannot_reopen_an_admission_that_members_built_upon() {
    let (network, first, mut partners) = delegating(2);
    let one = first.admitting(Partner::new(11).member(), Timestamp(2));
    let upon = above(&one, 3, |version, _| version.name.push('!'));
    let other = first.admitting(Partner::new(12).member(), Timestamp(4));
    let mut entries = vec![
        partners[0].propose(network, &one),
        partners[0].approve(network, &one),
        partners[1].approve(network, &one),
        partners[0].propose(network, &upon),
    ];
    for partner in &mut partners {
        entries.push(partner.approve(network, &upon));
    }
    entries.push(partners[0].propose(network, &other));
    entries.push(partners[0].approve(network, &other));
    entries.push(partners[1].approve(network, &other));
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, upon.id());
    assert_eq!(charter.double_votes().len(), 2);
}
