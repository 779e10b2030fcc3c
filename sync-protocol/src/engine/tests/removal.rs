//! A peer that members voted out is shown the charter, and then Bye.

use super::*;
use crate::charter::{Approval, Successor, Terms};

/// Four founders with terms, and the version that removes the last of them.
fn with_removal() -> (Mesh, Version) {
    let founding = founding(4);
    let founding = Version {
        terms: Some(Terms::new(founding.members[0].voting_node)),
        ..founding
    };
    let mut removal = founding.amended(founding.members[0].voting_node, Timestamp(1));
    let left = removal.members.pop().unwrap().structure;
    let successor = removal.members[0].structure;
    removal.terms.as_mut().unwrap().successors = vec![Successor { left, successor }];
    let peers = (1..=4).map(|seed| Peer::new(seed, &founding)).collect();
    let mesh = Mesh {
        peers,
        links: Vec::new(),
        withholding: Vec::new(),
        now: Timestamp(0),
    };
    (mesh, removal)
}

/// The vote of one peer, with the tips it holds.
fn approve(peer: &mut Peer, version: &Version) {
    let held = |node: &NodeId| peer.engine.frontier().tip(node);
    let approval: Approval = peer
        .engine
        .charter()
        .approval_of(&version.id(), held)
        .unwrap();
    assert_eq!(approval.tips.len(), 1);
    peer.say(Kind::APPROVE, approval.encode());
}

fn told_to_go(peer: &Peer) -> usize {
    let told = |event: &&Event| {
        matches!(event, Event::Ended { by_peer: true, bye, .. }
            if bye.reason == ByeReason::NotAdmitted)
    };
    peer.events.iter().filter(told).count()
}

#[test]
fn a_removed_peer_learns_why_in_the_session_and_is_sent_nothing_more() {
    let (mut mesh, removal) = with_removal();
    for (one, other) in [(0, 1), (0, 2), (0, 3), (1, 2)] {
        mesh.connect(one, other);
    }
    mesh.settle();
    mesh.assert_equal();
    mesh.peers[0].say(Kind::PROPOSE, removal.encode());
    mesh.settle();
    for voter in 0..3 {
        approve(&mut mesh.peers[voter], &removal);
    }
    mesh.settle();
    for peer in &mesh.peers {
        assert_eq!(peer.engine.charter().current().0, removal.id());
    }
    assert_eq!(told_to_go(&mesh.peers[3]), 1);

    // Whatever either side writes from now on stays where it is.
    let ended = mesh.peers[0]
        .engine
        .frontier()
        .tip(&id_of(&mesh.peers[3].key));
    mesh.peers[3].say(Kind::CHANGE, vec![1]);
    mesh.peers[0].say(Kind::CHANGE, vec![2]);
    mesh.settle();
    let held = mesh.peers[0]
        .engine
        .frontier()
        .tip(&id_of(&mesh.peers[3].key));
    assert_eq!(held, ended);
    let author = id_of(&mesh.peers[0].key);
    let [here, there] = [0, 3].map(|it| mesh.peers[it].engine.frontier().tip(&author).seq);
    assert!(there < here);
    // The others go on.
    let other = mesh.peers[2].engine.frontier().tip(&author).seq;
    assert_eq!(other, here);
    mesh.cut(0, 3);
    mesh.connect(0, 3);
    mesh.settle();
    assert_eq!(told_to_go(&mesh.peers[3]), 2);
}

#[test]
fn a_peer_that_was_removed_while_away_learns_it_at_hello() {
    let (mut mesh, removal) = with_removal();
    for (one, other) in [(0, 1), (0, 2), (0, 3)] {
        mesh.connect(one, other);
    }
    mesh.settle();
    mesh.cut(0, 3);
    mesh.peers[0].say(Kind::PROPOSE, removal.encode());
    mesh.settle();
    for voter in 0..3 {
        approve(&mut mesh.peers[voter], &removal);
    }
    mesh.peers[3].say(Kind::CHANGE, vec![1]);
    mesh.settle();
    let late = id_of(&mesh.peers[3].key);
    mesh.connect(1, 3);
    mesh.settle();
    assert_eq!(mesh.peers[3].engine.charter().current().0, removal.id());
    assert_eq!(told_to_go(&mesh.peers[3]), 1);
    assert_eq!(mesh.peers[1].engine.frontier().tip(&late).seq, 1);
    // What it was shown is given out, so that it can be kept: no journal will bring it.
    let shown = mesh.peers[3].events.iter().find_map(|event| {
        if let Event::CharterShown { entries } = event {
            Some(entries)
        } else {
            None
        }
    });
    let founding = mesh.peers[3].engine.charter().version(&removal.previous);
    let mut charter = Charter::pinned(
        mesh.peers[3].engine.charter().network(),
        founding.unwrap().clone(),
    );
    charter.observe_all(shown.unwrap().iter().map(|held| &held.entry));
    assert_eq!(charter.current().0, removal.id());
}
