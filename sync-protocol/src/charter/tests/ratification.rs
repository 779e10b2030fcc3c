//! k persons of the committee over one exact content.

use super::*;
use crate::id::PersonKey;

const RECORD: Place = Place {
    author: node(1),
    seq: 2,
};

fn person(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// Three sit on the committee, two ratify.
fn with_committee() -> (NetworkId, Version, Vec<Partner>) {
    let (_, mut first, partners) = founders(2);
    let terms = first.terms.as_mut().unwrap();
    terms.committee = (1..=3)
        .map(|seed| Person {
            key: PersonKey(person(seed).verifying_key().to_bytes()),
            name: format!("person {seed}"),
        })
        .collect();
    terms.committee.sort();
    terms.committee_quorum = 2;
    assert_eq!(Version::decode(&first.encode()).as_ref(), Ok(&first));
    (first.network(), first, partners)
}

fn ratify(network: NetworkId, by: &mut Partner, version: &Version, seed: u8, content: u8) -> Entry {
    let key = person(seed);
    let body = Ratify::sign(network, RECORD, [content; 32], version.id(), &key);
    assert_eq!(Ratify::decode(&body.encode()).as_ref(), Ok(&body));
    by.say(network, Kind::RATIFY, body.encode())
}

#[test]
fn k_persons_ratify_one_content_and_it_lapses_visibly_when_that_changes() {
    let (network, first, mut partners) = with_committee();
    let hub = &mut partners[1];
    let mut entries = vec![ratify(network, hub, &first, 1, 7)];
    let standing = |entries: &[Entry], content: u8| {
        show(network, &first, entries).ratification(&RECORD, &[content; 32])
    };
    assert_eq!(standing(&[], 7), Ratification::None);
    // The same person twice is one person.
    entries.push(ratify(network, hub, &first, 1, 7));
    let partial = Ratification::Partial {
        under: first.id(),
        by: vec!["person 1".into()],
        missing: 1,
    };
    assert_eq!(standing(&entries, 7), partial);
    entries.push(ratify(network, hub, &first, 3, 7));
    assert!(matches!(
        standing(&entries, 7),
        Ratification::Ratified { under, by } if under == first.id() && by.len() == 2
    ));
    // Any change of content, and the change undone.
    let lapsed = |signed| Ratification::Lapsed {
        content: [7; 32],
        under: first.id(),
        signed,
    };
    assert_eq!(standing(&entries, 8), lapsed(0));
    entries.push(ratify(network, hub, &first, 2, 8));
    assert_eq!(standing(&entries, 8), lapsed(1));
    assert!(matches!(
        standing(&entries, 7),
        Ratification::Ratified { .. }
    ));
    let other = Place { seq: 3, ..RECORD };
    let charter = show(network, &first, &entries);
    assert_eq!(charter.ratification(&other, &[7; 32]), Ratification::None);
}

#[test]
fn strangers_forgeries_and_other_networks_ratify_nothing() {
    let (network, first, mut partners) = with_committee();
    let hub = &mut partners[1];
    let elsewhere = NetworkId([9; 32]);
    let foreign = Ratify::sign(elsewhere, RECORD, [7; 32], first.id(), &person(2));
    let mut forged = Ratify::sign(network, RECORD, [7; 32], first.id(), &person(9));
    forged.person = PersonKey(person(3).verifying_key().to_bytes());
    let entries = vec![
        ratify(network, hub, &first, 1, 7),
        ratify(network, hub, &first, 9, 7),
        hub.say(network, Kind::RATIFY, foreign.encode()),
        hub.say(network, Kind::RATIFY, forged.encode()),
    ];
    let standing = show(network, &first, &entries).ratification(&RECORD, &[7; 32]);
    assert!(matches!(standing, Ratification::Partial { missing: 1, .. }));
}

#[test]
fn a_committee_that_is_voted_out_ratifies_no_more_under_later_versions() {
    let (network, first, mut partners) = with_committee();
    let next = above(&first, 2, |_, terms| {
        terms.committee.retain(|it| it.name != "person 1");
    });
    let mut entries = vec![partners[0].propose(network, &next)];
    for partner in &mut partners {
        entries.push(partner.approve(network, &next));
    }
    let hub = &mut partners[1];
    entries.push(ratify(network, hub, &next, 1, 7));
    entries.push(ratify(network, hub, &next, 2, 7));
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, next.id());
    let standing = charter.ratification(&RECORD, &[7; 32]);
    assert!(matches!(standing, Ratification::Partial { missing: 1, .. }));
    // Signatures under two committees are not added up.
    entries.push(ratify(network, hub, &first, 3, 7));
    let standing = show(network, &first, &entries).ratification(&RECORD, &[7; 32]);
    assert!(matches!(standing, Ratification::Partial { missing: 1, .. }));
    entries.push(ratify(network, hub, &next, 3, 7));
    let standing = show(network, &first, &entries).ratification(&RECORD, &[7; 32]);
    assert!(matches!(standing, Ratification::Ratified { under, .. } if under == next.id()));
}
