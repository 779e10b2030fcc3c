//! Bodies that runs left out: asked for, given, excused.

use proptest::prelude::*;

use super::*;
use crate::entry::Place;
use crate::frame::BODIES_VERSION;
use crate::id::RecordId;
use crate::run::{LeftOut, leave_out, put_back, verify};
use crate::seal::erase::{Erase, EraseReason, EraseTarget, ErasedBodies};

/// A frame without the bodies that it may do without.
pub(super) fn stripped(bytes: Vec<u8>) -> Vec<u8> {
    let Ok(Frame::Run { spread, wire }) = Frame::decode(&bytes) else {
        return bytes;
    };
    let all = (1..=10_000).collect();
    let wire = leave_out(&wire, &all).unwrap().unwrap_or(wire);
    Frame::Run { spread, wire }.encode()
}

impl Peer {
    pub(super) fn body(&self, place: &Place) -> Option<Vec<u8>> {
        let runs = self.runs.get(&place.author)?;
        let mut entries = runs.iter().flat_map(|run| run.entries());
        entries.find(|it| it.place() == *place)?.body.clone()
    }

    pub(super) fn put_back(&mut self, place: &Place, body: &[u8]) {
        self.rewrite(place, |wire| put_back(wire, place.seq, body).unwrap());
    }

    fn leave_out(&mut self, place: &Place) {
        self.rewrite(place, |wire| leave_out(wire, &[place.seq].into()).unwrap());
    }

    fn rewrite(&mut self, place: &Place, with: impl Fn(&[u8]) -> Option<Arc<[u8]>>) {
        let network = self.network();
        let runs = self.runs.get_mut(&place.author).unwrap();
        let run = runs
            .iter_mut()
            .find(|run| run.first_seq() <= place.seq && place.seq <= run.last().seq)
            .unwrap();
        let before = Tip {
            seq: run.first_seq() - 1,
            id: run.entries()[0].header.previous,
        };
        let wire = with(run.wire()).expect("it changes something");
        let rewritten = verify(network, before, &wire).unwrap();
        assert_eq!(rewritten.last(), run.last());
        *run = Arc::new(rewritten);
    }

    fn create(&mut self) -> Place {
        self.say(Kind::CREATE, b"a record comes into being".to_vec());
        let author = id_of(&self.key);
        let seq = self.engine.frontier().tip(&author).seq;
        Place { author, seq }
    }

    fn wanted(&self) -> Vec<Place> {
        self.engine.wanted_bodies().copied().collect()
    }

    fn erase(&mut self, creation: Place, now: Timestamp) {
        let bodies = erasing([creation]);
        self.engine.handle(now, Input::Erased { bodies });
    }
}

fn erasing(creations: impl IntoIterator<Item = Place>) -> ErasedBodies {
    let mut bodies = ErasedBodies::default();
    for creation in creations {
        let record = RecordId([7; 32]);
        let erase = Erase::new(record, EraseTarget::Record, vec![], EraseReason::ASKED);
        bodies.add(creation, &erase, true);
    }
    bodies
}

impl Mesh {
    fn in_sync(&self, from: usize, to: usize) -> bool {
        let view = self.peers[from].engine.session(self.session(from, to));
        view.is_some_and(|view| view.in_sync)
    }

    fn ended_badly(&self, at: usize) -> bool {
        let misbehaved = |event: &Event| matches!(event, Event::Ended { bye, .. } if bye.reason == ByeReason::Misbehaved);
        self.peers[at].events.iter().any(misbehaved)
    }
}

#[test]
fn a_relay_that_strips_bodies_unasked_is_found_out() {
    let mut mesh = Mesh::new(4);
    mesh.withholding = vec![1];
    let place = mesh.peers[0].create();
    mesh.connect(0, 1);
    mesh.connect(1, 2);
    // Behind the one that got too little stands another that hears of it from nobody else.
    mesh.connect(2, 3);
    mesh.settle();
    for (from, to) in [(2, 1), (2, 3), (3, 2)] {
        assert_eq!(mesh.peers[from].wanted(), [place]);
        assert!(!mesh.in_sync(from, to), "{from} with {to}");
    }
    let author = place.author;
    let told = Event::BodiesMissing { author };
    assert!(mesh.peers[2].events.contains(&told));
    let frontiers = |mesh: &Mesh| [0, 2, 3].map(|it| mesh.peers[it].engine.frontier().digest());
    assert_eq!(frontiers(&mesh), [frontiers(&mesh)[0]; 3]);
    // A new session asks again, in vain as before.
    mesh.cut(1, 2);
    mesh.connect(1, 2);
    mesh.settle();
    assert!(!mesh.in_sync(2, 1));
    // Whoever has it gives it, and it is passed on to those who asked for it before.
    mesh.connect(0, 2);
    mesh.settle();
    mesh.assert_equal();
    for peer in &mesh.peers {
        assert!(peer.wanted().is_empty() && peer.body(&place).is_some());
    }
    assert!((0..4).all(|it| !mesh.ended_badly(it)));
}

#[test]
fn what_an_erasure_names_is_not_asked_for_whenever_it_is_known() {
    let mut mesh = Mesh::new(3);
    let place = mesh.peers[0].create();
    mesh.peers[0].leave_out(&place);
    mesh.peers[0].erase(place, Timestamp(0));
    mesh.peers[1].erase(place, Timestamp(0));
    mesh.connect(0, 1);
    mesh.settle();
    assert!(mesh.in_sync(0, 1) && mesh.in_sync(1, 0));
    // This one hears of it only later.
    mesh.connect(1, 2);
    mesh.settle();
    assert!(!mesh.in_sync(2, 1));
    let now = mesh.now;
    mesh.peers[2].erase(place, now);
    mesh.settle();
    mesh.assert_equal();
    assert!(mesh.peers.iter().all(|it| it.body(&place).is_none()));
    // Should the erasure be put aside, what it took is missed again.
    let bodies = ErasedBodies::default();
    mesh.peers[2].engine.handle(now, Input::Erased { bodies });
    mesh.settle();
    assert_eq!(mesh.peers[2].wanted(), [place]);
    assert!(!mesh.in_sync(2, 1));
}

#[test]
fn a_node_that_starts_again_misses_what_it_missed() {
    let mut mesh = Mesh::new(2);
    let place = mesh.peers[0].create();
    mesh.connect(0, 1);
    mesh.settle();
    mesh.cut(0, 1);
    mesh.peers[1].leave_out(&place);
    let engine = |peer: &Peer, erased: ErasedBodies| {
        let left_out = peer.runs.values().flatten().flat_map(|run| run.entries());
        Engine::new(
            id_of(&peer.key),
            peer.engine.certificate.clone(),
            peer.engine.charter().clone(),
            peer.engine.frontier().clone(),
            1,
        )
        .missing_bodies(left_out.filter_map(LeftOut::of), erased)
    };
    let excused = engine(&mesh.peers[1], erasing([place]));
    assert_eq!(excused.wanted_bodies().len(), 0);
    mesh.peers[1].engine = engine(&mesh.peers[1], ErasedBodies::default());
    assert_eq!(mesh.peers[1].wanted(), [place]);
    // Equal digests alone do not make it in sync.
    mesh.connect(0, 1);
    mesh.settle();
    mesh.assert_equal();
    assert!(mesh.peers[1].body(&place).is_some());
}

#[test]
fn a_body_that_hashes_otherwise_ends_the_session_and_one_nobody_asked_for_is_passed_over() {
    let mut mesh = Mesh::new(2);
    let place = mesh.peers[0].create();
    let body = mesh.peers[0].body(&place);
    mesh.withholding = vec![0];
    mesh.connect(0, 1);
    mesh.settle();
    let session = mesh.session(1, 0);
    let other = Place { seq: 900, ..place };
    let frame = |place, body| Frame::Body { place, body }.encode();
    let unasked = frame(other, body.clone());
    let now = mesh.now;
    let received = |bytes| Input::Received { session, bytes };
    mesh.peers[1].engine.handle(now, received(unasked));
    mesh.settle();
    assert!(!mesh.ended_badly(1) && mesh.peers[1].wanted() == [place]);
    mesh.peers[1]
        .engine
        .handle(now, received(frame(place, Some(b"made up".to_vec()))));
    mesh.settle();
    assert!(mesh.ended_badly(1) && mesh.peers[1].wanted() == [place]);
}

#[test]
fn a_peer_of_the_version_before_gets_a_journal_up_to_the_body_that_is_left_out() {
    let mut mesh = Mesh::new(2);
    let place = mesh.peers[0].create();
    mesh.peers[0].say(Kind::ADDRESS, vec![1]);
    let later = mesh.peers[0].create();
    for gone in [place, later] {
        mesh.peers[0].leave_out(&gone);
    }
    mesh.peers[0].engine.handle(
        Timestamp(0),
        Input::Erased {
            bodies: erasing([place, later]),
        },
    );
    mesh.connect(0, 1);
    // Neither greets with what it speaks: both are taken for the version before.
    let greetings = [(0, 1), (1, 0)].map(|(from, to)| {
        let engine = &mut mesh.peers[from].engine;
        let mut sent = None;
        while let Some(output) = engine.poll_output() {
            if let Output::Send { bytes, .. } = output {
                sent.get_or_insert(bytes);
            }
        }
        let Ok(Frame::Hello(mut hello)) = Frame::decode(&sent.unwrap()) else {
            panic!("a session begins with Hello");
        };
        hello.newest = BODIES_VERSION - 1;
        (to, mesh.session(to, from), Frame::Hello(hello).encode())
    });
    for (to, session, bytes) in greetings {
        let input = Input::Received { session, bytes };
        mesh.peers[to].engine.handle(Timestamp(0), input);
    }
    mesh.settle();
    assert!(!mesh.in_sync(0, 1) && !mesh.in_sync(1, 0));
    assert!((0..2).all(|it| !mesh.ended_badly(it)));
    let held = mesh.peers[1].engine.frontier().tip(&place.author).seq;
    assert!(held < place.seq, "{held}");
    // A question that this version does not have ends the session.
    let (session, now) = (mesh.session(1, 0), mesh.now);
    let bytes = Frame::WantBodies(vec![place]).encode();
    mesh.peers[1]
        .engine
        .handle(now, Input::Received { session, bytes });
    mesh.settle();
    assert!(mesh.ended_badly(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whoever withholds, and however nodes are connected: a node that lacks a body says so, and
    /// all get it once all are connected with somebody who gives it.
    #[test]
    fn nobody_is_in_sync_without_the_bodies_that_no_erasure_names(
        seed: u64,
        withholding in prop::collection::btree_set(1usize..5, 1..4),
    ) {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut mesh = Mesh::new(5);
        mesh.withholding = withholding.into_iter().collect();
        let places: Vec<Place> = (0..rng.usize(1..6)).map(|_| mesh.peers[0].create()).collect();
        let erased: Vec<Place> = places.iter().filter(|_| rng.bool()).copied().collect();
        for gone in &erased {
            mesh.peers[0].leave_out(gone);
        }
        for peer in &mut mesh.peers {
            let bodies = erasing(erased.iter().copied());
            peer.engine.handle(Timestamp(0), Input::Erased { bodies });
        }
        for _ in 0..rng.usize(2..8) {
            let (one, other) = (rng.usize(..5), rng.usize(..5));
            let linked = mesh.links.contains(&(one, other)) || mesh.links.contains(&(other, one));
            if one != other && !linked {
                mesh.connect(one, other);
            }
            for _ in 0..rng.usize(..6) {
                mesh.step();
            }
            for (index, peer) in mesh.peers.iter().enumerate() {
                let missing = places.iter().any(|it| {
                    let held = peer.engine.frontier().tip(&it.author).seq >= it.seq;
                    held && !erased.contains(it) && peer.body(it).is_none()
                });
                let in_sync = peer.engine.sessions().any(|(_, view)| view.in_sync);
                prop_assert!(!(missing && in_sync), "node {}", index);
            }
        }
        for other in 1..5 {
            if !mesh.links.contains(&(0, other)) && !mesh.links.contains(&(other, 0)) {
                mesh.connect(0, other);
            }
        }
        mesh.settle();
        mesh.assert_equal();
        for peer in &mesh.peers {
            for place in &places {
                prop_assert_eq!(peer.body(place).is_none(), erased.contains(place));
            }
        }
    }
}
