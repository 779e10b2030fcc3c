//! A node that takes the place of a voting node which is gone: with the root's word, for the version
//! that says so, and without a second vote.

use super::orders::check_all_orders;
use super::roots::{Statements, certify, key, opens};
use super::*;
use crate::seal::root::RootAct;

/// A network of which the first founder's voting node is gone, and what is known.
struct Gone {
    network: NetworkId,
    first: Version,
    partners: Vec<Partner>,
    statements: Statements,
    entries: Vec<Entry>,
    /// The structure's other node, as its own.
    other: Partner,
    /// The version that names it.
    moved: Version,
}

impl Gone {
    fn of(count: u8) -> Self {
        let (network, first, mut partners) = founders(count);
        let other = Partner {
            node: node(200),
            seq: 1,
            ..partners[0].clone()
        };
        let moved = above(&first, 9, |version, terms| {
            version.members[0].voting_node = other.node;
            terms.proposer = other.node;
        });
        let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
        entries.push(opens(network, &other, &other.root, other.node));
        Self {
            network,
            statements: Statements::of(network, &other),
            first,
            partners,
            entries,
            other,
            moved,
        }
    }

    fn revoke(&mut self) -> Entry {
        let act = RootAct::Revoke {
            node: self.partners[0].node,
            last: Tip::EMPTY,
        };
        let root = self.other.root.clone();
        self.statements.say(&mut self.other, &root, act)
    }

    fn show(&self) -> Charter {
        show(self.network, &self.first, &self.entries)
    }
}

#[test]
fn of_one_or_two_a_node_takes_the_place_of_the_one_that_votes() {
    for count in [1, 2, 3] {
        let mut it = Gone::of(count);
        let network = it.network;
        let stands_in = it.other.node;
        let mut decided = vec![it.other.propose(network, &it.moved)];
        assert_eq!(
            it.show().may_propose(&stands_in, &it.moved),
            Err(MayNot::NoVote),
            "the root has not let the first one go"
        );
        decided.push(it.revoke());
        it.entries.push(decided[1].clone());
        assert_eq!(it.show().may_propose(&stands_in, &it.moved), Ok(()));
        // For what names it and nothing else.
        let renamed = above(&it.first, 5, |version, _| version.name.push('!'));
        let refused = it.show().may_propose(&stands_in, &renamed);
        assert_eq!(refused, Err(MayNot::NoVote));

        decided.push(it.other.approve(network, &it.moved));
        for partner in it.partners.iter_mut().skip(1) {
            decided.push(partner.approve(network, &it.moved));
        }
        let openings = it.entries[..usize::from(count) + 1].to_vec();
        let all = [openings, decided].concat();
        let ground = Charter::pinned(network, it.first.clone());
        check_all_orders(&ground, &all);
        it.entries = all;
        let charter = it.show();
        assert_eq!(charter.current().0, it.moved.id());
        assert!(charter.double_votes().is_empty());
        // From there on it votes like any other.
        let next = above(&it.moved, 10, |_, _| {});
        assert_eq!(charter.may_propose(&stands_in, &next), Ok(()));
        let gone = charter.may_propose(&it.partners[0].node, &next);
        assert_eq!(gone, Err(MayNot::NoVote));
    }
}

#[test]
fn it_never_votes_beside_what_its_structure_voted() {
    let mut it = Gone::of(2);
    let network = it.network;
    let revoked = it.revoke();
    let rival = above(&it.first, 5, |version, _| version.name.push('!'));
    it.entries.push(revoked);
    it.entries.push(it.partners[0].propose(network, &rival));
    it.entries.push(it.partners[0].approve(network, &rival));
    let charter = it.show();
    let refused = charter.may_propose(&it.other.node, &it.moved);
    assert_eq!(refused, Err(MayNot::Rival(rival.id())));
    // If it does all the same, it is named, and the other one decides.
    it.entries.push(it.other.propose(network, &it.moved));
    it.entries.push(it.other.approve(network, &it.moved));
    let charter = it.show();
    let double = charter.double_votes();
    assert_eq!(double.len(), 1);
    assert!(
        double
            .iter()
            .all(|it| [it.one, it.other].contains(&rival.id()))
    );
    assert_eq!(charter.current().0, it.first.id());
    it.entries.push(it.partners[1].approve(network, &it.moved));
    assert_eq!(it.show().current().0, it.moved.id());
    assert!(it.show().rivals().is_none());

    // Once the other voted for the rival, the votes stand: the next one can be moved.
    let mut it = Gone::of(2);
    let revoked = it.revoke();
    it.entries.push(revoked);
    it.entries.push(it.partners[0].propose(network, &rival));
    for partner in &mut it.partners {
        it.entries.push(partner.approve(network, &rival));
    }
    let later = above(&rival, 11, |version, _| {
        version.members[0].voting_node = it.other.node;
    });
    assert_eq!(it.show().may_propose(&it.other.node, &later), Ok(()));
}

#[test]
fn no_further_statement_takes_its_vote_back() {
    let mut it = Gone::of(1);
    let network = it.network;
    let mut all = vec![it.other.propose(network, &it.moved), it.revoke()];
    all.push(it.other.approve(network, &it.moved));
    // Another first statement by the same root stops the statements; then the node itself goes, and
    // the root is rotated.
    let root = it.other.root.clone();
    let mut beside = Statements::of(network, &it.other);
    all.push(beside.say(&mut it.other, &root, certify(node(77))));
    let further = RootAct::Revoke {
        node: it.other.node,
        last: Tip::EMPTY,
    };
    all.push(it.statements.say(&mut it.other, &root, further));
    let rotate = RootAct::Rotate {
        root: RootKey(key(44).verifying_key().to_bytes()),
    };
    all.push(it.statements.say(&mut it.other, &root, rotate));
    let ground = it.show();
    check_all_orders(&ground, &all);
    for end in 3..=all.len() {
        let mut charter = ground.clone();
        charter.observe_all(&all[..end]);
        assert_eq!(charter.current().0, it.moved.id(), "{end}");
    }
    let stopped = ground.clone();
    let mut stopped = stopped;
    stopped.observe_all(&all);
    let state = stopped.root_state(&it.other.structure()).unwrap();
    assert!(state.is_stopped());
}

#[test]
fn a_root_that_a_version_replaced_names_nobody() {
    // A version gives the founder another root; whoever has the first one lets the voting node go
    // and makes one of his own.
    let mut it = Gone::of(1);
    let network = it.network;
    let fresh = RootKey(key(44).verifying_key().to_bytes());
    let rerooted = above(&it.first, 2, |version, _| version.members[0].root = fresh);
    it.entries.push(it.partners[0].propose(network, &rerooted));
    it.entries.push(it.partners[0].approve(network, &rerooted));
    let revoked = it.revoke();
    it.entries.push(revoked);
    let moved = above(&rerooted, 12, |version, _| {
        version.members[0].voting_node = it.other.node;
    });
    let charter = it.show();
    assert_eq!(charter.current().0, rerooted.id());
    let refused = charter.may_propose(&it.other.node, &moved);
    assert_eq!(refused, Err(MayNot::NoVote));
    // A rotation that the old root signed leads there; what is said after it counts.
    let mut it = Gone::of(1);
    it.entries.push(it.partners[0].propose(network, &rerooted));
    it.entries.push(it.partners[0].approve(network, &rerooted));
    let old = it.other.root.clone();
    let rotate = RootAct::Rotate { root: fresh };
    let said = it.statements.say(&mut it.other, &old, rotate);
    it.entries.push(said);
    for act in [
        RootAct::Revoke {
            node: it.partners[0].node,
            last: Tip::EMPTY,
        },
        certify(it.other.node),
    ] {
        assert_eq!(
            it.show().may_propose(&it.other.node, &moved),
            Err(MayNot::NoVote)
        );
        let said = it.statements.say(&mut it.other, &key(44), act);
        it.entries.push(said);
    }
    assert_eq!(it.show().may_propose(&it.other.node, &moved), Ok(()));
}
