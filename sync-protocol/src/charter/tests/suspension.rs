//! Who may be suspended by whom, what that touches, and when it ends.

use super::heads::{claim, store, tip, verdict};
use super::*;

fn suspend(
    network: NetworkId,
    by: &mut Partner,
    version: &Version,
    subject: Subject,
    of: NodeId,
    seq: u64,
) -> Entry {
    let statement = Suspend {
        version: version.id(),
        subject,
        tips: vec![(of, tip(of, seq))],
    };
    by.say(network, Kind::SUSPEND, statement.encode())
}

#[test]
fn a_third_and_at_least_two_suspend() {
    let needed: Vec<usize> = (1..=9).map(suspenders_needed).collect();
    assert_eq!(needed, [2, 2, 2, 2, 2, 2, 3, 3, 3]);
}

/// Every set of suspenders in every roll of one to seven, the one concerned among them.
#[test]
fn every_set_of_suspenders_comes_to_what_the_rule_says() {
    for count in 1..=7u8 {
        let (network, first, mut partners) = founders(count);
        let size = partners.len();
        let target = partners[size - 1].clone();
        let subject = Subject::Structure(target.structure());
        let ground: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
        let statements: Vec<Entry> = partners
            .iter_mut()
            .map(|it| suspend(network, it, &first, subject, target.node, 5))
            .collect();
        for set in 0..1usize << size {
            let chosen: Vec<usize> = (0..size).filter(|it| set >> it & 1 == 1).collect();
            let mut charter = show(network, &first, &ground);
            charter.observe_all(chosen.iter().map(|it| &statements[*it]));
            let others = chosen.iter().filter(|it| **it != size - 1).count();
            let holds = others >= suspenders_needed(size);
            let expected = if holds {
                Verdict::Pending(Pending::Suspended(subject))
            } else {
                Verdict::Accepted
            };
            assert_eq!(verdict(&charter, target.node, 6, &first), expected);
            // Never below what a suspender itself held.
            let below = verdict(&charter, target.node, 5, &first);
            assert_eq!(below, Verdict::Accepted);
        }
    }
}

#[test]
fn one_suspends_nobody_with_many_nodes_either() {
    let (network, first, mut partners) = founders(3);
    let target = partners[0].clone();
    let subject = Subject::Node(target.node);
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    for seed in 150..180 {
        let mut further = partners[2].clone();
        further.node = node(seed);
        further.seq = 0;
        entries.push(further.certify(network));
        entries.push(suspend(
            network,
            &mut further,
            &first,
            subject,
            target.node,
            5,
        ));
    }
    for _ in 0..5 {
        entries.push(suspend(
            network,
            &mut partners[2],
            &first,
            subject,
            target.node,
            5,
        ));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(
        verdict(&charter, target.node, 60, &first),
        Verdict::Accepted
    );
    let asked = charter.suspensions();
    assert_eq!((asked.len(), asked[0].missing), (1, 1));
}

#[test]
fn a_suspended_structure_still_proposes_and_approves() {
    let (network, first, mut partners) = founders(4);
    let subject = Subject::Structure(partners[3].structure());
    let of = partners[3].node;
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    for partner in &mut partners[..2] {
        entries.push(suspend(network, partner, &first, subject, of, 5));
    }
    let next = above(&first, 2, |_, terms| terms.lifted = vec![subject]);
    entries.push(partners[3].propose(network, &next));
    for partner in &mut partners[1..] {
        entries.push(partner.approve(network, &next));
    }
    let charter = show(network, &first, &entries);
    assert_eq!(charter.current().0, next.id());
    assert_eq!(charter.suspensions(), []);
    let judged = charter.verdict(&claim(of, 40, &first), &store);
    assert_eq!(judged, Verdict::Accepted);
}

#[test]
fn the_next_version_has_to_lift_it_or_turn_it_into_a_head() {
    let (network, first, mut partners) = founders(5);
    let [target, heir] = [partners[4].clone(), partners[0].clone()];
    let subjects = [
        Subject::Structure(target.structure()),
        Subject::Node(target.node),
    ];
    for subject in subjects {
        let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
        for partner in &mut partners[..2] {
            entries.push(suspend(network, partner, &first, subject, target.node, 5));
        }
        let silent = above(&first, 2, |_, _| {});
        let lifting = above(&first, 3, |_, terms| terms.lifted = vec![subject]);
        let removing = above(&first, 4, |version, terms| {
            remove(version, terms, &target, &heir);
        });
        for version in [&silent, &lifting, &removing] {
            entries.push(partners[0].propose(network, version));
        }
        for partner in &mut partners {
            partner.seq = 0;
        }
        let charter = show(network, &first, &entries);
        let may = |version: &Version| charter.may_approve(&heir.node, &version.id());
        assert_eq!(may(&silent), Err(MayNot::Undecided(subject)));
        assert_eq!(may(&lifting), Ok(()));
        assert_eq!(may(&removing), Ok(()));
    }
}

#[test]
fn the_statement_names_the_version_in_force_and_the_tips_of_whom_it_concerns() {
    let (network, first, mut partners) = founders(3);
    let entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    let charter = show(network, &first, &entries);
    let target = &partners[2];
    for subject in [
        Subject::Structure(target.structure()),
        Subject::Node(target.node),
    ] {
        let statement = charter.suspend(subject, |node| tip(*node, 4));
        assert_eq!(statement.version, first.id());
        assert_eq!(statement.tips, [(target.node, tip(target.node, 4))]);
    }
}

/// What is never looked at is not kept either, whatever came first.
#[test]
fn of_one_author_no_more_statements_are_kept_than_are_looked_at() {
    let (network, first, mut partners) = founders(4);
    let target = partners[3].clone();
    let subject = Subject::Structure(target.structure());
    let ground: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    let mut said = Vec::new();
    for seq in 1..=60u8 {
        said.push(suspend(
            network,
            &mut partners[0],
            &first,
            subject,
            target.node,
            u64::from(seq),
        ));
        let list = Certified {
            version: first.id(),
            approvals: vec![EntryId([seq; 32])],
        };
        said.push(partners[0].say(network, Kind::CERTIFY, list.encode()));
    }
    let mut random = fastrand::Rng::with_seed(3);
    let mut charters = (0..20).map(|_| {
        random.shuffle(&mut said);
        let mut charter = show(network, &first, &ground);
        charter.observe_all(&said);
        // Seen again, nothing is news.
        assert!(!charter.observe_all(&said));
        charter
    });
    let charter = charters.next().unwrap();
    assert!(charters.all(|other| other == charter));
    let statements = &charter.suspends[&first.id()][&subject][&partners[0].node];
    assert_eq!(statements.len(), crate::charter::suspension::MAX_STATEMENTS);
    assert_eq!(
        charter.certified[&first.id()].len(),
        crate::charter::heads::MAX_LISTS
    );
}
