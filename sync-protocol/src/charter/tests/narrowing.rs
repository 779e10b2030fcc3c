//! Nodes that are closed, mandates that are narrowed, and what stays whoever is narrowed.

use super::heads::{CREATE, approve_at, claim, list, store, tip, verdict};
use super::*;

#[test]
fn a_closed_node_is_held_to_its_head_and_its_structure_goes_on() {
    let (network, first, mut partners) = founders(4);
    let lost = node(200);
    let structure = partners[3].structure();
    let certificate = Certificate::issue(network, structure, &partners[3].root, lost);
    let closing = above(&first, 2, |_, terms| {
        terms.closed.push(Closed {
            node: lost,
            structure,
        });
    });
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    entries.push(entry(
        network,
        lost,
        1,
        Kind::CERTIFICATE,
        certificate.encode(),
    ));
    entries.push(partners[0].propose(network, &closing));
    let charter = show(network, &first, &entries);
    let held = |node: &NodeId| {
        if *node == lost {
            tip(lost, 7)
        } else {
            Tip::EMPTY
        }
    };
    let approval = charter.approval_of(&closing.id(), held).unwrap();
    assert_eq!(approval.tips, [(lost, tip(lost, 7))]);
    let votes: Vec<Entry> = partners[..3]
        .iter_mut()
        .map(|it| it.say(network, Kind::APPROVE, approval.encode()))
        .collect();
    let listed: Vec<&Entry> = votes.iter().collect();
    entries.push(list(network, &mut partners[0], &closing, &listed));
    entries.extend(votes);
    let charter = show(network, &first, &entries);
    assert_eq!(verdict(&charter, lost, 7, &first), Verdict::Accepted);
    let beyond = Verdict::Refused(Refused::BeyondHead(closing.id()));
    assert_eq!(verdict(&charter, lost, 8, &first), beyond);
    let gone = Verdict::Refused(Refused::Gone(closing.id()));
    assert_eq!(verdict(&charter, lost, 8, &closing), gone);
    let other = partners[3].node;
    assert_eq!(verdict(&charter, other, 40, &closing), Verdict::Accepted);
}

#[test]
fn a_narrowed_mandate_binds_what_comes_after_its_head_and_only_that_right() {
    let (network, first, mut partners) = founders(4);
    let narrowed = partners[3].node;
    let holders: Vec<Holder> = partners[..3]
        .iter()
        .map(|it| Holder::Structure(it.structure()))
        .collect();
    let narrowing = above(&first, 2, |_, terms| {
        terms.mandates = holders
            .iter()
            .map(|it| Mandate::new("project", Right::Create, it.clone()))
            .collect();
        terms.mandates.sort();
    });
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    entries.push(partners[0].propose(network, &narrowing));
    let votes: Vec<Entry> = partners[..3]
        .iter_mut()
        .map(|it| approve_at(network, it, &narrowing, narrowed, 6))
        .collect();
    let listed: Vec<&Entry> = votes.iter().collect();
    entries.push(list(network, &mut partners[0], &narrowing, &listed));
    entries.extend(votes);
    let charter = show(network, &first, &entries);
    assert_eq!(verdict(&charter, narrowed, 6, &first), Verdict::Accepted);
    let beyond = Verdict::Refused(Refused::BeyondHead(narrowing.id()));
    assert_eq!(verdict(&charter, narrowed, 7, &first), beyond);
    let denied = verdict(&charter, narrowed, 7, &narrowing);
    assert!(matches!(denied, Verdict::Refused(Refused::Denied(it)) if it.who_may.len() == 3));
    // Another right of the same journal is as it was.
    let edits = Claim {
        action: Action {
            act: Act::Edit {
                owner: partners[3].structure(),
            },
            ..CREATE
        },
        ..claim(narrowed, 30, &first)
    };
    assert_eq!(charter.verdict(&edits, &store), Verdict::Accepted);
}

#[test]
fn a_version_that_takes_another_right_has_no_say_over_what_an_earlier_head_settled() {
    let (network, first, mut partners) = founders(4);
    let narrowed = partners[3].node;
    let holder = Holder::Structure(partners[0].structure());
    let taking = |collection| Mandate::new(collection, Right::Create, holder.clone());
    let one = above(&first, 2, |_, terms| terms.mandates.push(taking("project")));
    let other = above(&one, 3, |_, terms| {
        terms.mandates.push(taking("agent"));
        terms.mandates.sort();
    });
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    // Whoever approves the second states less than was held at the first.
    for (version, held) in [(&one, 10), (&other, 5)] {
        entries.push(partners[0].propose(network, version));
        let votes: Vec<Entry> = partners[..3]
            .iter_mut()
            .map(|it| approve_at(network, it, version, narrowed, held))
            .collect();
        let listed: Vec<&Entry> = votes.iter().collect();
        entries.push(list(network, &mut partners[0], version, &listed));
        entries.extend(votes);
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, other.id());
    let judged = |collection, seq| {
        let action = Action {
            collection,
            ..CREATE
        };
        let claim = Claim {
            action,
            ..claim(narrowed, seq, &first)
        };
        charter.verdict(&claim, &store)
    };
    let beyond = |version: &Version| Verdict::Refused(Refused::BeyondHead(version.id()));
    assert_eq!(judged("project", 10), Verdict::Accepted);
    assert_eq!(judged("project", 11), beyond(&one));
    assert_eq!(judged("agent", 5), Verdict::Accepted);
    assert_eq!(judged("agent", 6), beyond(&other));
}

#[test]
fn what_a_network_of_one_granted_is_not_taken_back_by_mandates_but_by_removal() {
    let mut founder = Partner::of_kind(1, "lender");
    let mut second = Partner::of_kind(2, "epci");
    let mut third = Partner::new(3);
    let first = Version {
        terms: Some(Terms::new(founder.node)),
        ..founding(&[founder.clone()])
    };
    let network = first.network();
    let two = first.admitting(second.member(), Timestamp(2));
    let three = two.admitting(third.member(), Timestamp(3));
    let mut entries = vec![
        founder.certify(network),
        founder.propose(network, &two),
        founder.approve(network, &two),
        founder.propose(network, &three),
        founder.approve(network, &three),
        second.approve(network, &three),
    ];
    let farm = |seq, cited: &Version| Claim {
        action: Action {
            collection: "opportunity",
            theme: Some("farm_takeover"),
            ..CREATE
        },
        ..claim(founder.node, seq, cited)
    };
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, three.id());
    let early = charter.verdict(&farm(20, &first), &store);
    assert_eq!(early, Verdict::Accepted);
    let now = charter.verdict(&farm(20, &two), &store);
    assert!(matches!(now, Verdict::Refused(Refused::Denied(_))));

    let gone = above(&three, 4, |version, terms| {
        terms.proposer = second.node;
        remove(version, terms, &founder, &second);
    });
    entries.push(second.propose(network, &gone));
    let votes =
        [&mut second, &mut third].map(|it| approve_at(network, it, &gone, founder.node, 12));
    let listed: Vec<&Entry> = votes.iter().collect();
    entries.push(list(network, &mut second, &gone, &listed));
    entries.extend(votes);
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, gone.id());
    assert_eq!(
        charter.verdict(&farm(12, &first), &store),
        Verdict::Accepted
    );
    let beyond = Verdict::Refused(Refused::BeyondHead(gone.id()));
    assert_eq!(charter.verdict(&farm(13, &first), &store), beyond);
}

#[test]
fn who_waits_to_be_admitted_loses_nothing_it_wrote_meanwhile() {
    let (network, first, mut partners) = founders(2);
    let mut newcomer = Partner::new(9);
    let next = first.admitting(newcomer.member(), Timestamp(2));
    let mut entries = vec![
        newcomer.certify(network),
        partners[0].propose(network, &next),
        partners[0].approve(network, &next),
    ];
    let charter = show(network, &first, &entries);
    let unknown = Verdict::Pending(Pending::Structure);
    assert_eq!(verdict(&charter, newcomer.node, 3, &first), unknown);
    entries.push(partners[1].approve(network, &next));
    let charter = show(network, &first, &entries);
    let judged = verdict(&charter, newcomer.node, 3, &first);
    assert_eq!(judged, Verdict::Accepted);
}

#[test]
fn an_unknown_version_is_waited_for_and_one_that_lost_counts_as_what_it_stood_on() {
    let (network, first, mut partners) = founders(3);
    let won = above(&first, 2, |_, _| {});
    let lost = above(&first, 3, |version, _| version.name.push('?'));
    let author = partners[1].node;
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    let charter = show(network, &first, &entries);
    let unknown = Verdict::Pending(Pending::Version);
    assert_eq!(verdict(&charter, author, 3, &lost), unknown);
    entries.push(partners[0].propose(network, &lost));
    entries.push(partners[0].propose(network, &won));
    let charter = show(network, &first, &entries);
    let proposed = Verdict::Pending(Pending::NotInForce);
    assert_eq!(verdict(&charter, author, 3, &lost), proposed);
    for partner in &mut partners {
        entries.push(partner.approve(network, &won));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(verdict(&charter, author, 3, &lost), Verdict::Accepted);
    assert!(charter.falls_back(&won.id(), &first.id()));
    assert!(!charter.falls_back(&first.id(), &won.id()));
}
