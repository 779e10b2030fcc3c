//! Which votes make a version effective, in every roll of one to seven structures.

use super::*;

/// What each voter of a roll does about two versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Vote {
    one: bool,
    other: bool,
}

/// Everything `count` voters may do, each nothing, for one, for the other, for both.
fn ballots(count: usize) -> impl Iterator<Item = Vec<Vote>> {
    (0..4usize.pow(u32::try_from(count).unwrap())).map(move |mut number| {
        (0..count)
            .map(|_| {
                let vote = Vote {
                    one: number % 4 / 2 == 1,
                    other: number % 2 == 1,
                };
                number /= 4;
                vote
            })
            .collect()
    })
}

fn counted(votes: &[Vote], which: impl Fn(&Vote) -> bool) -> usize {
    votes.iter().filter(|vote| which(vote)).count()
}

/// Every ballot of every roll of one to seven, against the rule written down once more, plainly:
/// one version admits, the other removes the last member.
#[test]
fn every_ballot_of_one_to_seven_structures_comes_to_what_the_rule_says() {
    for count in 1..=7u8 {
        let (network, first, mut partners) = founders(count);
        let size = partners.len();
        let admission = first.admitting(Partner::new(9).member(), Timestamp(2));
        let removal = (size > 1).then(|| {
            above(&first, 3, |version, terms| {
                remove(version, terms, &partners[size - 1], &partners[0]);
            })
        });
        let other = removal.unwrap_or_else(|| above(&first, 3, |_, _| {}));
        let proposals = [&admission, &other].map(|it| partners[0].propose(network, it));
        let yes: Vec<[Entry; 2]> = partners
            .iter_mut()
            .map(|partner| [&admission, &other].map(|it| partner.approve(network, it)))
            .collect();
        let ground = show(network, &first, &proposals);
        for votes in ballots(size) {
            let mut entries = Vec::new();
            for (vote, [one, other]) in votes.iter().zip(&yes) {
                entries.extend(vote.one.then_some(one));
                entries.extend(vote.other.then_some(other));
            }
            let mut charter = ground.clone();
            charter.observe_all(entries);
            let admits = counted(&votes, |it| it.one) >= quorum(size);
            let rest = &votes[..size - 1];
            let removes = counted(&votes, |it| it.other) >= quorum(size)
                || (size >= 3 && counted(rest, |it| it.other) >= quorum(size - 1));
            let expected = match (admits, removes) {
                (true, true) | (false, false) => first.id(),
                (true, false) => admission.id(),
                (false, true) => other.id(),
            };
            assert_eq!(charter.current().0, expected, "{votes:?}");
            assert_eq!(charter.rivals().is_some(), admits && removes, "{votes:?}");
            let twice = counted(&votes, |it| it.one && it.other);
            assert_eq!(charter.double_votes().len(), twice, "{votes:?}");
            check_proposals(&charter, &first, &votes, [&admission, &other]);
        }
    }
}

/// A proposal that says it cannot pass is not passed by any further honest votes, and one that
/// says it can is.
fn check_proposals(charter: &Charter, first: &Version, votes: &[Vote], versions: [&Version; 2]) {
    if charter.current().0 != first.id() || charter.rivals().is_some() {
        return;
    }
    let size = votes.len();
    let silent = |vote: &Vote| !vote.one && !vote.other;
    for (proposal, is_removal) in versions.iter().enumerate().map(|(place, version)| {
        let found = charter
            .proposals()
            .into_iter()
            .find(|it| it.id == version.id());
        (found.unwrap(), place == 1)
    }) {
        let within_reach =
            |vote: &Vote| silent(vote) || if is_removal { vote.other } else { vote.one };
        let rest = &votes[..size - 1];
        let all = counted(votes, within_reach) >= quorum(size);
        let without = is_removal && size >= 3 && counted(rest, within_reach) >= quorum(size - 1);
        assert_eq!(proposal.can_pass, all || without, "{votes:?}");
        assert_eq!(proposal.waits_for.len(), counted(votes, silent));
        assert!(proposal.missing > 0);
    }
}

/// Two rivals that are both voted have voters in common: how many at least, in any roll.
#[test]
fn one_double_voter_brings_two_rivals_into_force_in_rolls_of_three_and_five_alone() {
    for voters in 2..=MAX_MEMBERS {
        let least = if voters >= 3 {
            quorum(voters - 1)
        } else {
            quorum(voters)
        };
        let common = (2 * least).saturating_sub(voters);
        assert!(common >= 1, "{voters}");
        assert_eq!(common == 1, voters == 3 || voters == 5, "{voters}");
    }
}

#[test]
fn an_honest_node_never_approves_two_rivals() {
    let (network, first, mut partners) = founders(4);
    let one = above(&first, 2, |_, _| {});
    let other = above(&first, 3, |_, _| {});
    let entries = [
        partners[0].propose(network, &one),
        partners[0].propose(network, &other),
        partners[1].approve(network, &one),
    ];
    let charter = show(network, &first, &entries);
    let may = |who: &Partner, version: &Version| charter.may_approve(&who.node, &version.id());
    assert_eq!(may(&partners[1], &one), Ok(()));
    assert_eq!(may(&partners[1], &other), Err(MayNot::Rival(one.id())));
    assert_eq!(may(&partners[2], &other), Ok(()));
    assert_eq!(may(&Partner::new(9), &other), Err(MayNot::NoVote));
    assert_eq!(
        charter.may_approve(&partners[2].node, &VersionId([1; 32])),
        Err(MayNot::Unknown)
    );
}

#[test]
fn a_split_vote_is_told_and_proposed_again_in_a_later_round() {
    let (network, first, mut partners) = founders(4);
    let one = above(&first, 2, |_, _| {});
    let other = above(&first, 3, |_, _| {});
    let mut entries = vec![
        partners[0].propose(network, &one),
        partners[0].propose(network, &other),
    ];
    for (place, version) in [(0, &one), (1, &one), (2, &other)] {
        entries.push(partners[place].approve(network, version));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.open_round(), 0);
    assert!(charter.proposals().iter().any(|it| it.can_pass));

    entries.push(partners[3].approve(network, &other));
    let again = above(&first, 4, |_, terms| terms.round = 1);
    entries.push(partners[0].propose(network, &again));
    let charter = show(network, &first, &entries);
    assert_eq!(charter.open_round(), 1);
    assert!(
        charter
            .proposals()
            .iter()
            .filter(|it| it.id != again.id())
            .all(|it| !it.can_pass)
    );
    for partner in &mut partners[1..] {
        assert_eq!(charter.may_approve(&partner.node, &again.id()), Ok(()));
        entries.push(partner.approve(network, &again));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, again.id());

    // Who votes twice afterwards undoes nothing, and is named.
    entries.push(partners[2].approve(network, &one));
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, again.id());
    assert_eq!(charter.rivals(), None);
    let named: Vec<NodeId> = charter.double_votes().iter().map(|it| it.node).collect();
    assert_eq!(named, [partners[2].node]);
}

#[test]
fn a_round_is_not_opened_while_the_one_before_may_come_to_something() {
    let (network, first, mut partners) = founders(4);
    let early = above(&first, 2, |_, terms| terms.round = 1);
    let entries = [partners[0].propose(network, &early)];
    let charter = show(network, &first, &entries);
    assert_eq!(
        charter.may_approve(&partners[0].node, &early.id()),
        Err(MayNot::OtherRound { open: 0 })
    );
}

#[test]
fn two_effective_versions_are_settled_by_a_later_round() {
    let (network, first, mut partners) = founders(3);
    let one = above(&first, 2, |_, _| {});
    let other = above(&first, 3, |_, _| {});
    let mut entries = Vec::new();
    for version in [&one, &other] {
        entries.push(partners[0].propose(network, version));
        for partner in &mut partners {
            entries.push(partner.approve(network, version));
        }
    }
    let charter = show(network, &first, &entries);
    assert!(charter.rivals().is_some());
    assert_eq!(charter.current().0, first.id());
    let settling = above(&first, 4, |_, terms| terms.round = 1);
    entries.push(partners[0].propose(network, &settling));
    let charter = show(network, &first, &entries);
    assert_eq!(
        charter.may_approve(&partners[1].node, &settling.id()),
        Ok(())
    );
    for partner in &mut partners {
        entries.push(partner.approve(network, &settling));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.rivals(), None);
    assert_eq!(charter.current().0, settling.id());
}

/// What was effective stays so whatever one hostile voter of it adds afterwards.
#[test]
fn a_voter_cannot_undo_an_effective_version_by_voting_again() {
    for count in 2..=7u8 {
        let (network, first, mut partners) = founders(count);
        let size = partners.len();
        let next = above(&first, 2, |_, _| {});
        let mut entries = vec![partners[0].propose(network, &next)];
        for partner in &mut partners[..quorum(size)] {
            entries.push(partner.approve(network, &next));
        }
        for written in 3..6 {
            let rival = above(&first, written, |_, _| {});
            entries.push(partners[0].propose(network, &rival));
            let mut fork = partners[0].clone();
            fork.seq = 1;
            entries.push(fork.approve(network, &rival));
            entries.push(partners[0].approve(network, &rival));
        }
        assert_eq!(show(network, &first, &entries).current().0, next.id());
    }
}

#[test]
fn the_hostile_third_of_three_is_removed_by_the_others_and_removes_nobody() {
    let (network, first, mut partners) = founders(3);
    let removal = above(&first, 2, |version, terms| {
        remove(version, terms, &partners[2], &partners[0]);
    });
    let revenge = above(&first, 3, |version, terms| {
        terms.proposer = partners[2].node;
        remove(version, terms, &partners[0], &partners[2]);
    });
    let mut entries = vec![
        partners[0].propose(network, &removal),
        partners[2].propose(network, &revenge),
        partners[2].approve(network, &revenge),
        partners[0].approve(network, &removal),
    ];
    assert_eq!(show(network, &first, &entries).current().0, first.id());
    entries.push(partners[1].approve(network, &removal));
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, removal.id());
    assert_eq!(charter.rivals(), None);
}

#[test]
fn in_a_network_of_two_neither_removes_the_other() {
    let (network, first, mut partners) = founders(2);
    let removal = above(&first, 2, |version, terms| {
        remove(version, terms, &partners[1], &partners[0]);
    });
    let entries = [
        partners[0].propose(network, &removal),
        partners[0].approve(network, &removal),
    ];
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, first.id());
    assert_eq!(charter.proposals()[0].missing, 1);
    // A structure may vote for its own leaving.
    let mut entries = entries.to_vec();
    entries.push(partners[1].approve(network, &removal));
    assert_eq!(show(network, &first, &entries).current().0, removal.id());
}

#[test]
fn the_last_structure_cannot_leave_and_nobody_leaves_without_a_successor() {
    let (_, first, partners) = founders(1);
    let mut empty = first.clone();
    empty.members.clear();
    assert!(Version::decode(&empty.encode()).is_err());

    let (network, first, mut partners_of_three) = founders(3);
    drop(partners);
    let mut orphan = first.clone();
    orphan.number = 1;
    orphan.previous = first.id();
    let left = orphan.members.pop().unwrap().structure;
    let mut entries = vec![partners_of_three[0].propose(network, &orphan)];
    for partner in &mut partners_of_three {
        entries.push(partner.approve(network, &orphan));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, first.id());
    assert_eq!(
        charter.may_approve(&partners_of_three[0].node, &orphan.id()),
        Err(MayNot::Unfit(Unfit::NoSuccessor(left)))
    );
}

#[test]
fn a_thousand_nodes_of_one_structure_weigh_one() {
    let (network, first, mut partners) = founders(4);
    let next = above(&first, 2, |_, _| {});
    let mut entries = vec![
        partners[0].propose(network, &next),
        partners[0].approve(network, &next),
    ];
    let structure = partners[0].structure();
    for number in 0..1_000u32 {
        let mut id = [0xEE; 32];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let certificate = Certificate::issue(network, structure, &partners[0].root, NodeId(id));
        let body = certificate.encode();
        entries.push(entry(network, NodeId(id), 1, Kind::CERTIFICATE, body));
        let vote = next.id().0.to_vec();
        entries.push(entry(network, NodeId(id), 2, Kind::APPROVE, vote));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.nodes().len(), chain::MAX_UNSTATED);
    assert_eq!(charter.current().0, first.id());
    assert_eq!(charter.proposals()[0].missing, 2);
}

#[test]
fn stale_approvals_and_those_of_non_members_count_for_nothing() {
    let (network, first, mut partners) = founders(3);
    let next = above(&first, 2, |_, _| {});
    let stale = above(&first, 3, |_, _| {});
    let mut stranger = Partner::new(9);
    let mut entries = vec![
        partners[0].propose(network, &next),
        partners[0].propose(network, &stale),
        stranger.approve(network, &next),
    ];
    for partner in &mut partners {
        entries.push(partner.approve(network, &next));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, next.id());
    assert_eq!(
        charter.may_approve(&partners[1].node, &stale.id()),
        Err(MayNot::Stale)
    );
    for mut voter in [partners[1].clone(), stranger] {
        entries.push(voter.approve(network, &stale));
    }
    assert_eq!(show(network, &first, &entries).current().0, next.id());
}

#[test]
fn dormant_members_are_not_waited_for() {
    let (network, first, mut partners) = founders(5);
    // Two of five never come: nothing passes, and who is waited for is told.
    let next = above(&first, 2, |_, _| {});
    let mut entries = vec![partners[0].propose(network, &next)];
    for partner in &mut partners[..3] {
        entries.push(partner.approve(network, &next));
    }
    let charter = show(network, &first, &entries);
    let proposal = &charter.proposals()[0];
    let silent = [partners[3].structure(), partners[4].structure()];
    assert_eq!((proposal.missing, proposal.can_pass), (1, true));
    assert_eq!(proposal.waits_for, silent);

    // Asleep one by one, each not counted for its own going to sleep.
    let one = above(&first, 4, |_, terms| terms.dormant = vec![silent[0]]);
    let two = above(&one, 5, |_, terms| {
        terms.dormant.push(silent[1]);
        terms.dormant.sort();
    });
    let last = above(&two, 6, |version, _| version.name.push('!'));
    let mut entries = Vec::new();
    for version in [&one, &two, &last] {
        entries.push(partners[0].propose(network, version));
        for partner in &mut partners[..3] {
            entries.push(partner.approve(network, version));
        }
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, last.id());
    assert_eq!(
        charter.may_approve(&partners[3].node, &last.id()),
        Err(MayNot::Stale)
    );
    let woken = above(&last, 7, |_, terms| terms.dormant.clear());
    entries.push(partners[0].propose(network, &woken));
    entries.push(partners[3].approve(network, &woken));
    let charter = show(network, &first, &entries);
    assert_eq!(charter.proposals()[0].approved_by, []);
    assert_eq!(
        charter.may_approve(&partners[3].node, &woken.id()),
        Err(MayNot::Dormant)
    );
}

#[test]
fn a_round_is_open_while_a_removal_may_still_come_that_counts_one_less() {
    let (network, first, mut partners) = founders(3);
    // One of three spent its vote on what cannot stand; the other two may still remove it.
    let unfit = above(&first, 2, |version, _| version.minimum_protocol = 0);
    let mut entries = vec![
        partners[0].propose(network, &unfit),
        partners[0].approve(network, &unfit),
    ];
    assert_eq!(show(network, &first, &entries).open_round(), 0);
    let removal = above(&first, 3, |version, terms| {
        terms.proposer = partners[1].node;
        remove(version, terms, &partners[0], &partners[1]);
    });
    entries.push(partners[1].propose(network, &removal));
    for partner in &mut partners[1..] {
        let charter = show(network, &first, &entries);
        assert_eq!(charter.may_approve(&partner.node, &removal.id()), Ok(()));
        entries.push(partner.approve(network, &removal));
    }
    assert_eq!(show(network, &first, &entries).current().0, removal.id());
}
